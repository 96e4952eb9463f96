import { describe, expect, it } from 'vitest';
import { architecture, builtinArchitectures, loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import type { ArchitectureBuilder } from '../../src/1-parse/index.js';
import type { Architecture } from '../../src/model/architecture.js';

/** Positions and the file's text depend on the way of writing; everything else must not. */
function essence(value: Architecture): unknown {
  const strip = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(strip);
    if (part instanceof Map) return new Map<unknown, unknown>(part);
    if (typeof part !== 'object' || part === null) return part;
    const kept = Object.entries(part).filter(([key]) => key !== 'position' && key !== 'definition');
    return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner)]));
  };
  return strip(value);
}

function chain(net: ArchitectureBuilder, family: string, weight: string, bias: string): void {
  const w = net.family(family);
  const l = net.loop('l');
  net.alias(w.at(0), net.input);
  net.hidden(
    w.at(l),
    net
      .weight(weight)
      .at(l)
      .times(w.at(l.minus(1)))
      .plus(net.bias(bias).at(l)),
    l.from(1, net.depth),
  );
}

/** The built-in equations once more, in TypeScript. */
const writers: Readonly<Record<string, (net: ArchitectureBuilder) => void>> = {
  residual(net) {
    chain(net, 'w', 'C', 'b');
    const skip = net.weight('A', 'diagonal').times(net.input);
    net.output(skip.plus(net.weight('B').times(net.family('w').at(net.depth))).plus(net.bias('c')));
  },
  feedforward(net) {
    chain(net, 'w', 'C', 'b');
    net.output(net.weight('B').times(net.family('w').at(net.depth)).plus(net.bias('c')));
  },
  linear(net) {
    net.output(net.weight('W').times(net.input).plus(net.bias('c')));
  },
  'dense-skip'(net) {
    const { input: x, depth: n } = net;
    const w = net.family('w');
    const l = net.loop('l');
    const [C, D, b] = [net.weight('C'), net.weight('D'), net.bias('b')];
    net.hidden(w.at(1), C.at(1).times(x).plus(b.at(1)));
    net.hidden(
      w.at(l),
      C.at(l)
        .times(w.at(l.minus(1)))
        .plus(D.at(l).times(x))
        .plus(b.at(l)),
      l.from(2, n),
    );
    net.output(
      net
        .weight('A')
        .times(x)
        .plus(net.weight('B').times(w.at(n)))
        .plus(net.bias('c')),
    );
  },
  'two-branch'(net) {
    chain(net, 'u', 'C', 'b');
    chain(net, 'w', 'D', 'd');
    const { depth: n } = net;
    const branches = net
      .weight('A')
      .times(net.family('u').at(n))
      .plus(net.weight('B').times(net.family('w').at(n)));
    net.output(branches.plus(net.bias('c')));
  },
};

describe('architecture()', () => {
  it('has a writer here for every built-in', () => {
    expect(Object.keys(writers).sort()).toEqual(builtinArchitectures());
  });

  it.each(Object.entries(writers))('writes %s exactly as its file does', (name, write) => {
    const file = loadArchitecture(name);
    const net = architecture(name, { title: file.title, ...(file.source === null ? {} : { source: file.source }) });
    write(net);
    expect(essence(net.build())).toEqual(essence(file));
  });

  it('carries a definition that parses back to the same architecture, positions included', () => {
    const net = architecture('residual');
    writers['residual']?.(net);
    const built = net.build();
    expect(parseArchitecture(built.definition, null)).toEqual(built);
  });

  it('keeps coefficients, signs and identity reads', () => {
    const net = architecture('signs');
    const x = net.input;
    const h = net.signal('h');
    net.hidden(h, net.weight('A').times(x).scaled(-0.5).minus(net.bias('b')));
    net.output(x.minus(net.weight('B').times(h).scaled(1e-9)));
    const same = parseArchitecture(
      'name: signs\nequations: |\n  h = phi(-0.5 * A * x - b)\n  y = x - 1e-9 * B * h\n',
      null,
    );
    expect(essence(net.build())).toEqual(essence(same));
  });

  it.each([
    ['a line end in a name', 'h\ny', 'LW107'],
    ['code in a name', 'x;process.exit()', 'LW201'],
    ['an inherited property', 'constructor', 'LW107'],
  ])('refuses %s', (_, name, code) => {
    const net = architecture('hostile');
    net.hidden(net.signal(name), net.weight('A').times(net.input));
    expect(() => net.build()).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a factor that is not finite', () => {
    const { input } = architecture('factor');
    expect(() => input.scaled(Number.NaN)).toThrow(expect.objectContaining({ code: 'LW307' }));
  });

  it('names activations: of the library, by expression, with parameters, and splines', () => {
    const net = architecture('mixed');
    const { input: x } = net;
    const [h, k, u] = [net.signal('h'), net.signal('k'), net.signal('u')];
    const sigma = net.activation('sigma', { expression: 'max(a * v, v)', parameters: { a: 0.25 } });
    const spline = net.activation('psi', { spline: { knots: 5, step: 0.5, slopes: [-1, 1] } });
    net.hidden(h, net.weight('C').times(x).plus(net.bias('b')), null, 'tanh');
    net.hidden(k, net.weight('D').times(h), null, sigma);
    net.hidden(u, net.weight('E').times(k), null, spline);
    net.output(net.weight('B').times(u));
    const { activations, equations } = net.build();
    expect(equations.map(({ activation }) => activation)).toEqual(['tanh', 'sigma', 'psi', null]);
    expect([...activations].map(([name, { kind, slopes }]) => [name, kind, ...slopes])).toEqual([
      ['tanh', 'scalar', 0, 1],
      ['sigma', 'scalar', 0.25, 1],
      ['psi', 'spline', -1, 1],
    ]);
  });
});
