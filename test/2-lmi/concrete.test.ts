import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { checkSignals, concreteNetwork } from '../../src/2-lmi/concrete.js';
import { symbolicNetwork } from '../../src/2-lmi/symbolic.js';
import { resolveWidths } from '../../src/2-lmi/widths.js';
import { labelText } from '../../src/base/label.js';
import { compile } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Network, Read } from '../../src/model/network.js';
import { widthsOf } from '../../src/check/widths.js';
import { builtin, failure, written } from '../architectures.js';

const signals = (network: Network): readonly string[] => network.rows.map(({ signal }) => labelText(signal));
const readersOf = (network: Network, signal: string): readonly string[] =>
  (network.rows.find((row) => labelText(row.signal) === signal)?.readers ?? []).map(
    ({ layer, span }) => labelText(layer.target) + (span === null ? '' : ' …'),
  );

describe('the concrete network', () => {
  it('lists the signals in an order in which each reads only earlier ones, and who reads them', () => {
    const network = concreteNetwork(builtin('dense-skip'), 3);
    expect(signals(network)).toEqual(['x', 'w[1]', 'w[2]', 'w[3]']);
    expect(readersOf(network, 'x')).toEqual(['w[1]', 'w[2]', 'w[3]']);
    expect(readersOf(network, 'w[1]')).toEqual(['w[2]']);
    expect(
      network.output.reads.map(({ signal, weight }) => `${weight?.label.name ?? 'I'} ${labelText(signal)}`),
    ).toEqual(['A x', 'B w[3]']);
  });

  it('follows aliases, whatever the order of the file', () => {
    expect(
      signals(
        concreteNetwork(written(['y = B * g', 'g = phi(G * h)', 'h = phi(H * u[0])', 'u[0] = v[0]', 'v[0] = x']), 1),
      ),
    ).toEqual(['x', 'h', 'g']);
  });

  it('names multipliers λ[l] in a single family, and by their signal otherwise', () => {
    const names = (network: Network): readonly string[] =>
      network.rows.flatMap(({ layer }) => (layer === null ? [] : [labelText(layer.multiplier.label)]));
    expect(names(concreteNetwork(builtin('residual'), 2))).toEqual(['[1]', '[2]']);
    expect(names(concreteNetwork(builtin('two-branch'), 1))).toEqual(['u[1]', 'w[1]']);
  });

  it('does not read what cancels, after aliases are followed too; widths are joined all the same', () => {
    const network = concreteNetwork(
      written([
        'w[0] = x',
        'h = phi(C * x + 2 * x - x - w[0] + b)',
        'y = h - x + A * x + 0.25 * h - h + w[0] - 0.25 * h + B * h',
      ]),
      1,
    );
    const shown = (reads: readonly Read[]): readonly string[] =>
      reads.map(
        ({ coefficient, weight, signal }) => `${coefficient} ${weight?.label.name ?? 'I'} ${labelText(signal)}`,
      );
    expect(network.rows.map(({ layer }) => shown(layer?.reads ?? []))).toEqual([[], ['1 C x']]);
    expect(shown(network.output.reads)).toEqual(['1 A x', '1 B h']);
    expect(
      failure(() =>
        widthsOf(
          written(['h = phi(C * x)', 'y = h - h + A * x']),
          1,
          new Map([
            ['x', 2],
            ['h', 3],
            ['y', 4],
          ]),
        ),
      )?.code,
    ).toBe('LW303');
    expect(
      failure(() =>
        concreteNetwork(written(['w[l] = phi(C[l] * x) for l in 1..n', 'y = A * x + w[3] - w[3] + B * w[n]']), 1),
      )?.code,
    ).toBe('LW202');
  });

  it('keeps what cancels in doubles but not in exact arithmetic, and what would leave nothing to read', () => {
    // As doubles 0.1 + 0.2 is not 0.3 but 2⁻⁵⁴ more.
    expect(
      concreteNetwork(written(['h = phi(C * x)', 'y = A * x + 0.1 * h + 0.2 * h - 0.30000000000000004 * h']), 1).output
        .reads,
    ).toHaveLength(4);
    expect(concreteNetwork(written(['h = phi(C * x)', 'y = h - h']), 1).output.reads).toHaveLength(2);
  });

  it.each([0, -1, 1.5, 4097, Number.NaN, Number.POSITIVE_INFINITY])('refuses depth %d (LW302)', (depth) => {
    expect(failure(() => concreteNetwork(builtin('residual'), depth))?.code).toBe('LW302');
  });

  it('takes depths up to 4096', () => {
    expect(concreteNetwork(builtin('residual'), 4096).rows).toHaveLength(4097);
  });

  it('takes 4096 hidden signals in all, those of blocks included, and counts them before it builds any (LW314)', () => {
    const families = (count: number): Architecture =>
      written([
        ...Array.from({ length: count }, (_, k) => `a${k}[l] = phi(A${k}[l] * x) for l in 1..n`),
        'y = B * a0[n]',
      ]);
    expect(failure(() => concreteNetwork(families(2), 2048))).toBeNull();
    expect(failure(() => concreteNetwork(families(2), 2049))?.code).toBe('LW314');
    expect(failure(() => concreteNetwork(families(2), 4097))?.code).toBe('LW302');
    expect(failure(() => concreteNetwork(families(60), 4096))?.code).toBe('LW314');
    const chain = 'name: chain\nequations: |\n  w[0] = x\n  w[l] = phi(C[l] * w[l-1]) for l in 1..n\n  y = B * w[n]\n';
    const sum = (count: number): Architecture =>
      parseArchitecture(
        `name: c\ncompose: sum\nblocks:\n${`  - { text: ${JSON.stringify(chain)} }\n`.repeat(count)}`,
        null,
      );
    expect(failure(() => checkSignals(sum(32), 128))).toBeNull();
    expect(failure(() => checkSignals(sum(32), 129))?.code).toBe('LW314');
    expect(failure(() => compile(sum(32), { depth: 129 }))?.code).toBe('LW314');
    expect(failure(() => widthsOf(sum(32), 129, new Map()))?.code).toBe('LW314');
  });

  it('reports a cycle at the signal that is stuck (LW203)', () => {
    expect(
      failure(() => concreteNetwork(written(['h = phi(H * g)', 'g = phi(G * h)', 'y = B * g + A * x']), 1)),
    ).toMatchObject({ code: 'LW203' });
    const upward = written([
      'w[l] = phi(C[l] * w[l+1] + D[l] * x) for l in 1..n-1',
      'w[n] = phi(E * w[1])',
      'y = B * w[1]',
    ]);
    expect(failure(() => concreteNetwork(upward, 3))).toMatchObject({ code: 'LW203', line: 3 });
    expect(failure(() => symbolicNetwork(upward))?.code).toBe('LW203');
  });

  it('reports signals that do not exist at a small depth (LW202)', () => {
    const skip = written(['w[0] = x', 'w[l] = phi(C[l] * w[l-1]) for l in 1..n', 'y = B * w[n] + A * w[3]']);
    expect(failure(() => concreteNetwork(skip, 2))).toMatchObject({ code: 'LW202', line: 5 });
    expect(failure(() => concreteNetwork(skip, 4))).toBeNull();
    const before = written(['w[l] = phi(C[l] * w[l-1] + D[l] * x) for l in 1..n', 'y = B * w[n]']);
    expect(failure(() => concreteNetwork(before, 2))).toMatchObject({ code: 'LW202', line: 3 });
  });

  it('reports a signal with two definitions at this depth (LW206)', () => {
    const twice = written([
      'w[1] = phi(C * x)',
      'w[2] = phi(E * w[1])',
      'w[n] = phi(D * w[1] + F * x)',
      'y = B * w[n] + A * w[2]',
    ]);
    expect(failure(() => concreteNetwork(twice, 2))).toMatchObject({ code: 'LW206', line: 5 });
    expect(failure(() => concreteNetwork(twice, 3))).toBeNull();
  });
});

describe('widths', () => {
  const widths = (network: Network, given: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
    Object.fromEntries(resolveWidths(network, new Map(Object.entries(given))));

  it('come from families, single signals and links', () => {
    expect(widths(concreteNetwork(builtin('residual'), 2), { x: 3, w: 4 })).toEqual({
      x: 3,
      'w[1]': 4,
      'w[2]': 4,
      y: 3,
    });
    expect(widths(concreteNetwork(builtin('feedforward'), 2), { x: 3, 'w[1]': 4, 'w[2]': 5, y: 2 })).toEqual({
      x: 3,
      'w[1]': 4,
      'w[2]': 5,
      y: 2,
    });
    expect(widths(concreteNetwork(builtin('feedforward'), 2), { x: 3, w: 4, 'w[2]': 5, y: 2 })).toEqual({
      x: 3,
      'w[1]': 4,
      'w[2]': 5,
      y: 2,
    });
  });

  it('of a shared bias are one', () => {
    const network = concreteNetwork(written(['h = phi(H * x + b)', 'g = phi(G * h + b)', 'y = B * g']), 1);
    expect(
      failure(() =>
        resolveWidths(
          network,
          new Map([
            ['x', 2],
            ['h', 3],
            ['g', 4],
            ['y', 1],
          ]),
        ),
      )?.code,
    ).toBe('LW303');
    expect(widths(network, { x: 2, h: 3, y: 1 })).toEqual({ x: 2, h: 3, g: 3, y: 1 });
  });

  it('that clash are reported at the equation that joins them (LW303)', () => {
    const network = concreteNetwork(
      written(['h = phi(H * x)', 'g = phi(G * h)', 'y = A * g + B * h'], { A: 'diagonal', G: 'diagonal' }),
      1,
    );
    expect(
      failure(() =>
        resolveWidths(
          network,
          new Map([
            ['x', 2],
            ['h', 3],
            ['g', 4],
            ['y', 4],
          ]),
        ),
      ),
    ).toMatchObject({ code: 'LW303', line: 4 });
    expect(
      failure(() =>
        resolveWidths(
          network,
          new Map([
            ['x', 2],
            ['h', 3],
            ['g', 3],
            ['y', 4],
          ]),
        ),
      ),
    ).toMatchObject({ code: 'LW303', line: 5 });
  });

  it('that are missing, unknown or no positive integers are reported (LW304)', () => {
    const network = concreteNetwork(builtin('feedforward'), 2);
    for (const given of [
      { x: 3, w: 4 },
      { x: 3, w: 4, y: 2, z: 1 },
      { x: 0, w: 4, y: 2 },
      { x: 1.5, w: 4, y: 2 },
      { x: 3, w: -4, y: 2 },
      { x: 3, w: Number.NaN, y: 2 },
      { x: 3, w: 70000, y: 2 },
      { x: 3, 'w[3]': 4, w: 4, y: 2 },
    ]) {
      expect(
        failure(() => widths(network, given as Readonly<Record<string, number>>))?.code,
        JSON.stringify(given),
      ).toBe('LW304');
    }
  });
});
