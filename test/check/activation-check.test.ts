import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import type { Architecture } from '../../src/model/architecture.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { checkSample, checkText } from '../../src/verify/check.js';
import type { CheckReport } from '../../src/verify/check.js';
import { sampleInstance } from '../../src/verify/sample.js';

const parsed = (body: string): Architecture => parseArchitecture(`name: net\n${body}`, null);
const splines = parsed(
  'activations: { s: { spline: { knots: 5, step: 0.5, slopes: [-0.25, 1] } } }\nequations: |\n ' +
    ' w[0] = x\n  w[l] = s(C[l] * w[l-1] + b[l]) for l in 1..n\n  y = B * w[n] + c\n',
);
const mixed = parsed(
  'activations: { g: gelu, s: { spline: { knots: 4, step: 0.3 } } }\nequations: |\n  u = g(D * ' +
    'x + d)\n  v = s(E * u)\n  w = phi(F * v)\n  y = B * w\n',
);

interface Copy {
  slopes: number[][];
  weights: Record<string, number[][]>;
  [field: string]: unknown;
}

const copyOf = (architecture: Architecture, options: Partial<Parameters<typeof sampleInstance>[1]> = {}): Copy =>
  JSON.parse(
    JSON.stringify(
      sampleInstance(architecture, {
        depth: 2,
        widths: architecture === splines ? { x: 2, w: 3, y: 2 } : { x: 2, u: 2, v: 3, w: 2, y: 1 },
        seed: 5,
        ...options,
      }),
    ),
  ) as Copy;

/** Checked after a change, the printed LMI left out so that only the change counts. */
function checked(value: Copy, change: (value: Copy) => void): CheckReport {
  Reflect.deleteProperty(value, 'lmi');
  change(value);
  return checkSample(value);
}

/** The next double above x, or with −1 below. */
function neighbour(x: number, by: 1 | -1): number {
  if (x === 0) return by * Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0] = (bits[0] ?? 0n) + BigInt(x > 0 ? by : -by);
  return new Float64Array(bits.buffer)[0] ?? x;
}

const tableRow = (value: Copy, name: string, neuron: number): number[] => value.weights[name]?.[neuron] ?? [];

describe('samples', () => {
  it('hold the projected tables, the slopes of each layer and both bounds, and are accepted as text', () => {
    const sample = sampleInstance(mixed, { depth: 1, widths: { x: 2, u: 2, v: 3, w: 2, y: 1 }, lipschitz: 4 });
    expect(Object.keys(sample.weights)).toEqual(['D', 'E', 'F', 'B', 's_v']);
    expect(sample.weights['s_v']).toHaveLength(3);
    expect(sample.slopes).toEqual([
      [-0.1289041451851558, 1.1289041451851558],
      [0, 1],
      [0, 1],
    ]);
    expect(sample.bounds?.lmi).toBe(4);
    expect(checkText(JSON.stringify(sample))).toMatchObject({ accepted: true, reasons: [], notes: [] });
  });

  it('without splines have no second bound', () => {
    const plain = parsed('activations: { g: gelu }\nequations: |\n  h = g(A * x)\n  y = B * h\n');
    expect('bounds' in sampleInstance(plain, { depth: 1, widths: { x: 1, h: 1, y: 1 } })).toBe(false);
  });

  it('at hostile scales are accepted as well', () => {
    for (const scale of [0, 5e-324, 1e-150, 1e3, 1e150, 1e308]) {
      for (const architecture of [splines, mixed])
        expect(checked(copyOf(architecture, { scale }), () => undefined)).toMatchObject({
          accepted: true,
          reasons: [],
        });
    }
  });

  it('refuse slopes narrower than the activation’s own', () => {
    const made = (slopes: Parameters<typeof sampleInstance>[1]['slopes']) => () =>
      sampleInstance(mixed, {
        depth: 1,
        widths: { x: 2, u: 2, v: 3, w: 2, y: 1 },
        ...(slopes === undefined ? {} : { slopes }),
      });
    expect(
      made([
        [0, 1],
        [0, 1],
        [0, 1],
      ]),
    ).toThrow(LipwrightError);
    expect(
      made([
        [0, 1],
        [0, 1],
        [0, 1],
      ]),
    ).toThrow(/LW305/);
    expect(
      made([
        [-1, 2],
        [0, 1],
        [0, 1],
      ])().slopes,
    ).toEqual([
      [-1, 2],
      [0, 1],
      [0, 1],
    ]);
    expect(made([-0.5, 0.75])().slopes).toEqual([
      [-0.1289041451851558, 1.1289041451851558],
      [0, 1],
      [-0.5, 0.75],
    ]);
  });
});

describe('check, on splines', () => {
  // A table with all slopes at their bounds: 0.5 · 1 up or 0.5 · 0.25 down, exactly.
  const extreme = (value: Copy): void => {
    for (const name of ['s[1]', 's[2]'])
      value.weights[name] = [
        [0, 0.5, 1, 0.875, 0.75],
        [-1, -0.5, 0, 0.5, 1],
        [0, 0, 0, 0, 0],
      ];
  };

  it('accepts slopes exactly at their bounds', () => {
    expect(checked(copyOf(splines), extreme)).toMatchObject({ accepted: true, reasons: [] });
  });

  it.each<readonly [string, number, number, number, 1 | -1]>([
    ['the first piece too steep', 0, 0, 0, -1],
    ['a piece in the middle too steep', 1, 2, 1, 1],
    ['the last piece too steep', 1, 4, 3, 1],
    ['the last piece falls too steeply', 0, 4, 3, -1],
  ])('rejects one double more: %s', (_what, neuron, knot, piece, by) => {
    const report = checked(copyOf(splines), (value) => {
      extreme(value);
      const row = tableRow(value, 's[2]', neuron);
      row[knot] = neighbour(row[knot] ?? 0, by);
    });
    expect(report).toMatchObject({ accepted: false, verdict: { negativeSemidefinite: true } });
    expect(report.reasons).toHaveLength(1);
    expect(report.reasons[0]).toMatch(
      new RegExp(`^w\\[2\\]: s, neuron ${neuron}, has slope .* between knots ${piece} and ${piece + 1}`),
    );
  });

  it('decides in exact arithmetic where doubles see no difference', () => {
    // (1 + 2⁻⁵² ) · 0.5 − 2⁻⁶⁰ … : the rise 0.5 + 2⁻⁶⁰ rounds to 0.5, and is too steep all the same.
    const tiny = 2 ** -60;
    expect((0.5 - -tiny) / 0.5).toBe(1);
    const report = checked(copyOf(splines), (value) => {
      extreme(value);
      value.weights['s[1]'] = [
        [-tiny, 0.5, 1, 1, 1],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ];
    });
    expect(report.accepted).toBe(false);
    expect(report.reasons[0]).toMatch(/^w\[1\]: s, neuron 0, has slope 1 between knots 0 and 1, outside \[-0.25, 1\]/);
    // And one that rounds to more than it is: 1 · 0.3 is above the double nearest to it times 1.
    const fine = checked(copyOf(splines), (value) => {
      extreme(value);
      value.weights['s[1]'] = [
        [tiny, 0.5, 1, 1, 1],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ];
    });
    expect(fine.accepted).toBe(true);
  });

  it('judges the table by the slopes of the file, not by those of the definition', () => {
    // Wider slopes and a steeper table: the LMI must hold with the wider ones, so the weights are shrunk.
    const value = copyOf(splines, { slopes: [-1, 3] });
    expect(checked(value, () => undefined).accepted).toBe(true);
    const narrowed = checked(
      copyOf(splines, { slopes: [-1, 3] }),
      (copy) =>
        (copy.slopes = [
          [-1, 3],
          [-0.25, 1],
        ]),
    );
    expect(narrowed.reasons[0]).toMatch(/^w\[2\]: s, neuron \d, has slope/);
  });

  it('rejects a table of another layer', () => {
    const report = checked(
      copyOf(splines, {
        slopes: [
          [-1, 3],
          [0, 0.1],
        ],
      }),
      (value) => (value.weights['s[2]'] = value.weights['s[1]'] ?? []),
    );
    expect(report.accepted).toBe(false);
  });

  it.each<readonly [string, string, (value: Copy) => unknown]>([
    ['no table', 'LW312', (value) => Reflect.deleteProperty(value.weights, 's[1]')],
    ['a row too few', 'LW312', (value) => value.weights['s[1]']?.pop()],
    ['a knot too many', 'LW312', (value) => tableRow(value, 's[1]', 1).push(0)],
    ['a table too many', 'LW312', (value) => (value.weights['s[3]'] = [[0, 0, 0, 0, 0]])],
    [
      'a value that is not finite',
      'LW307',
      (value) => ((value.weights['s[1]'] as unknown[][])[0] = [0, 'NaN', 0, 0, 0]),
    ],
    ['no definition', 'LW301', (value) => Reflect.deleteProperty(value, 'definition')],
  ])('refuses %s', (_what, code, change) => {
    let found: string | null = null;
    try {
      checked(copyOf(splines), change);
    } catch (error) {
      found = error instanceof LipwrightError ? error.code : String(error);
    }
    expect(found).toBe(code);
  });
});

describe('check, on declared functions', () => {
  const own = [-0.1289041451851558, 1.1289041451851558] as const;

  it('rejects narrower slopes, by one double too, and accepts wider ones that the LMI allows', () => {
    const slopes = (m: number, L: number) =>
      checked(
        copyOf(mixed, {
          slopes: [
            [-1, 2],
            [0, 1],
            [0, 1],
          ],
        }),
        (value) => (value.slopes[0] = [m, L]),
      );
    expect(slopes(-1, 2).accepted).toBe(true);
    expect(slopes(...own).accepted).toBe(true);
    for (const [m, L] of [
      [0, 1],
      [neighbour(own[0], 1), own[1]],
      [own[0], neighbour(own[1], -1)],
    ] as const) {
      const report = slopes(m, L);
      expect(report).toMatchObject({ accepted: false, verdict: { negativeSemidefinite: true } });
      expect(report.reasons).toHaveLength(1);
      expect(report.reasons[0]).toMatch(/^u: the slopes \[.*\] do not contain those of g/);
    }
    // Wider than what was certified: then it is the LMI that fails.
    expect(slopes(-1e6, 1e6)).toMatchObject({ accepted: false, verdict: { negativeSemidefinite: false } });
  });

  it('leaves open activations to their slopes', () => {
    expect(checked(copyOf(mixed), (value) => (value.slopes[2] = [0.25, 0.5])).accepted).toBe(true);
  });

  it('takes the activation of the definition, whatever the file calls it', () => {
    // A file that swaps gelu for relu keeps nothing: slopes of gelu contain those of relu. The other way round it is
    // rejected.
    const relu = copyOf(mixed);
    expect(
      checked(relu, (value) => (value['definition'] = String(value['definition']).replace('g: gelu', 'g: relu')))
        .accepted,
    ).toBe(true);
    const other = copyOf(
      parsed(
        'activations: { g: relu, s: { spline: { knots: 4, step: 0.3 } } }\nequations: |\n  u = g(D * ' +
          'x + d)\n  v = s(E * u)\n  w = phi(F * v)\n  y = B * w\n',
      ),
    );
    expect(
      checked(other, (value) => (value['definition'] = String(value['definition']).replace('g: relu', 'g: gelu')))
        .reasons[0],
    ).toMatch(/do not contain those of g/);
  });
});
