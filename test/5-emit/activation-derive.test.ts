import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { compile, derive } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import { generator } from '../../src/numeric/random.js';
import { decide } from '../../src/numeric/definiteness.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';

/** Slopes are letters in a derivation: which activation a layer has must not change a block, a row or a constraint. */

const declarations =
  'activations:\n  g: gelu\n  s: { spline: { knots: 5, step: 1 } }\n  q_: { expression: "a * v ' +
  '+ sin(v)", parameters: { a: 3 } }\n';
const bodies: Readonly<Record<string, readonly string[]>> = {
  family: [
    'w[1] = g(C[1] * x + b[1])',
    'w[l] = tanh(C[l] * w[l-1] + b[l]) for l in 2..n',
    'y = A * x + B * w[n]',
    'unused = s(Q * x)',
    'also = q_(R * x)',
  ],
  branches: [
    'u[0] = x',
    'u[l] = s(C[l] * u[l-1]) for l in 1..n',
    'v[0] = x',
    'v[l] = q_(D[l] * v[l-1] + d[l]) for l in 1..n',
    'h = g(E * x)',
    'y = A * u[n] + B * v[n] + F * h',
  ],
};
const written = (lines: readonly string[], own: boolean): Architecture => {
  const text = lines.map((line) => `  ${own ? line : line.replace(/= (g|s|q_|tanh)\(/, '= phi(')}\n`).join('');
  return parseArchitecture(`name: net\n${own ? declarations : ''}equations: |\n${text}`, null);
};

/** Without the lines that print the equations. */
const withoutEquations = (text: string): readonly string[] =>
  text.split('\n').filter((line) => !/\b(phi|g|s|q_|tanh|q\\_)\(/.test(line));

describe('derivations with declared activations', () => {
  const cases = Object.entries(bodies).flatMap(([name, lines]) =>
    ([1, 2, 4, 'n'] as const).flatMap((depth) =>
      ['gershgorin', 'gershgorin-paper'].map((strategy) => ({ name, lines, depth, strategy })),
    ),
  );

  it.each(cases)('$name, depth $depth, $strategy: are those with φ left open', ({ lines, depth, strategy }) => {
    const [own, open] = [true, false].map((declared) => derive(written(lines, declared), { depth, strategy }));
    if (own === undefined || open === undefined) throw new Error('two derivations');
    const [mine, theirs] = [report(own), report(open)];
    for (const field of ['lmi', 'rows', 'constraints', 'order', 'cycles', 'steps'] as const)
      expect(mine[field]).toEqual(theirs[field]);
    expect(mine.activations.map(({ name }) => name).sort()).toEqual([...own.architecture.activations.keys()].sort());
    expect(theirs.activations).toEqual([]);
    for (const print of [reportText, reportMarkdown, reportLatex]) {
      const texts = [print({ ...mine, activations: [] }), print(theirs)].map(withoutEquations);
      expect(texts[0]).toEqual(texts[1]);
      expect(texts[0]?.length).toBeGreaterThan(20);
      expect(texts[0]?.join('\n')).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it('print the equations with the names of the file', () => {
    const derivation = derive(written(bodies['branches'] ?? [], true), { depth: 'n' });
    expect(reportText(report(derivation))).toContain('v[l] = q_(D[l] * v[l-1] + d[l]) for l in 1..n');
    expect(reportMarkdown(report(derivation))).toContain('v[l] = q_(D[l] * v[l-1] + d[l]) for l in 1..n');
    expect(reportLatex(report(derivation))).toContain('v[l] = q\\_(D[l] * v[l-1] + d[l]) for l in 1..n');
  });

  it('give one table for each member of a family, and slopes in the order of the signals', () => {
    const compiled = compile(written(bodies['branches'] ?? [], true), { depth: 3 });
    expect(compiled.program.weights.map(({ name }) => name).filter((name) => name.startsWith('s_'))).toEqual([
      's_u[1]',
      's_u[2]',
      's_u[3]',
    ]);
    const widths = { x: 2, u: 2, v: 3, h: 2, y: 1 };
    const random = generator(71);
    const free = Object.fromEntries(
      Object.entries(compiled.dims(widths)).map(([name, shape]) => [
        name,
        Float64Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => random.normal()),
      ]),
    );
    const values = compiled.constrain(free, { widths });
    const byName = new Map(
      compiled.program.layers.map(({ signal }, at) => [
        compiled.program.signals[signal]?.name ?? '',
        values.slopes[at],
      ]),
    );
    expect(byName.get('u[2]')).toEqual([0, 1]);
    expect(byName.get('v[3]')).toEqual([2, 4]);
    expect(byName.get('h')?.map((slope) => Number(slope.toFixed(6)))).toEqual([-0.128904, 1.128904]);
    expect(decide(compiled.assembly(values), { margin: false }).negativeSemidefinite).toBe(true);
  });

  it('a lone family has tables by the name of the activation', () => {
    const text =
      'name: net\nactivations: { spl: { spline: { knots: 5, step: 1 } } }\nequations: |\n  w[l] = ' +
      'phi(C[l] * x) for l in 1..4\n  w[5] = spl(C[5] * w[4])\n  y = B * w[5] + D * w[1] + E * ' +
      'w[2] + F * w[3]\n';
    expect(compile(parseArchitecture(text, null), { depth: 1 }).program.free.map(({ name }) => name)).toContain(
      'spl[5]',
    );
  });
});
