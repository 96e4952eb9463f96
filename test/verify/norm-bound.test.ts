import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import type { Compiled, Constrained } from '../../src/5-emit/index.js';
import { compile } from '../../src/compile.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { normBound } from '../../src/verify/norm-bound.js';
import { sampleInstance } from '../../src/verify/sample.js';

const network = (body: string, depth = 1): Compiled =>
  bareNetwork(parseArchitecture(`name: net\n${body}`, null), depth);

interface Given {
  readonly widths: Readonly<Record<string, number>>;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly slopes?: readonly (readonly [number, number])[];
}

const valuesOf = ({ widths, weights, slopes = [] }: Given): Constrained => ({
  widths,
  slopes,
  lipschitz: 1,
  weights: Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, Float64Array.from(data)])),
  biases: {},
  multipliers: {},
});

/** No less than the real number, and no more than 1e-8 above it. */
function isNear(bound: number, truth: number): void {
  expect(bound).toBeGreaterThanOrEqual(truth * (1 - 1e-15));
  expect(bound).toBeLessThanOrEqual(truth * (1 + 1e-8));
}

describe('normBound, computed by hand', () => {
  it('of a chain: Π ‖W_l‖ ‖σ_l‖_BV⁽²⁾', () => {
    const { program } = network(
      'activations: { s: { spline: { knots: 5, step: 1 } } }\nequations: |\n  w[0] = x\n  w[l] = ' +
        's(C[l] * w[l-1]) for l in 1..n\n  y = B * w[n]\n',
      2,
    );
    // Knots −2 … 2. |v| has slopes −1, 1: TV⁽²⁾ = 2, σ(0) = 0, σ(1) = 1, so its norm is 3; v/2 + 1 has 0 + 1 + 3/2.
    const hat = [2, 1, 0, 1, 2];
    const line = [0, 0.5, 1, 1.5, 2];
    const widths = { x: 2, 'w[1]': 2, 'w[2]': 1, y: 2 };
    const values = valuesOf({
      widths,
      weights: { 'C[1]': [3, 0, 0, -2], 'C[2]': [3, 4], B: [1, 1], 's[1]': [...line, ...hat], 's[2]': line },
      slopes: [
        [-1, 1],
        [-1, 1],
      ],
    });
    isNear(normBound(program, values), 3 * 3 * 5 * 2.5 * Math.SQRT2);
  });

  it('adds over reads, takes max(|m|, |L|) for functions, and the size of coefficients, diagonals and identities', () => {
    const { program } = network(
      'activations: { g: gelu }\nequations: |\n  u = phi(2 * A * x)\n  v = g(D * u - 0.5 * u)\n  y ' +
        '= E * x + 3 * B * v + u\nparameters: { A: { structure: diagonal } }\n',
    );
    const values = valuesOf({
      widths: { x: 2, u: 2, v: 2, y: 2 },
      weights: { A: [0.5, -1.5], D: [0, 2, 2, 0], E: [1, 0, 0, 1], B: [3, 0, 0, 4] },
      slopes: [
        [-4, 2],
        [-0.125, 1.25],
      ],
    });
    // u: 2 · 1.5 · 4 = 12; v: (2 · 12 + 0.5 · 12) · 1.25 = 37.5; y: 1 + 3 · 4 · 37.5 + 12.
    isNear(normBound(program, values), 463);
  });

  it('of a layer is that of its steepest neuron', () => {
    const { program } = network(
      'activations: { s: { spline: { knots: 2, step: 4 } } }\nequations: |\n  h = s(A * x)\n  y = B * h\n',
    );
    // Lines through (−2, c_0) and (2, c_1): |σ(0)| + |σ(1)|.
    const values = valuesOf({
      widths: { x: 1, h: 3, y: 1 },
      weights: { A: [1, 0, 0], B: [1, 0, 0], s_h: [-2, 2, -8, 8, 5, 5] },
      slopes: [[-9, 9]],
    });
    isNear(normBound(program, values), 10);
  });

  it('of a linear network is the spectral norm, of zero weights zero', () => {
    const { program } = network('equations: |\n  y = W * x\n');
    isNear(normBound(program, valuesOf({ widths: { x: 2, y: 1 }, weights: { W: [3, 4] } })), 5);
    expect(normBound(program, valuesOf({ widths: { x: 2, y: 1 }, weights: { W: [0, 0] } }))).toBe(0);
  });

  it('stays above 0 where the product underflows, and is Infinity where it overflows', () => {
    const { program } = network('equations: |\n  h = phi(A * x)\n  y = B * h\n');
    const at = (size: number): number =>
      normBound(
        program,
        valuesOf({ widths: { x: 1, h: 1, y: 1 }, weights: { A: [size], B: [size] }, slopes: [[0, 1]] }),
      );
    expect(at(1e-200)).toBeGreaterThan(0);
    expect(at(1e-200)).toBeLessThan(1e-320);
    expect(at(1e200)).toBe(Infinity);
    // An overflow in front of a weight that is 0 is no NaN.
    expect(
      normBound(
        program,
        valuesOf({
          widths: { x: 2, h: 2, y: 1 },
          weights: { A: [1.7e308, 1.7e308, 1.7e308, 1.7e308], B: [0, 0] },
          slopes: [[0, 1]],
        }),
      ),
    ).toBe(0);
  });
});

/** Equations, depth, and what part of the bound some pair of inputs must reach: of a deep chain it is loose. */
const architectures: readonly (readonly [string, number, number])[] = [
  [
    'activations: { s: { spline: { knots: 7, step: 0.5, slopes: [-1, 1] } } }\nequations: |\n  ' +
      'w[0] = x\n  w[l] = s(C[l] * w[l-1] + b[l]) for l in 1..n\n  y = A * x + B * w[n] + c\n',
    3,
    0.02,
  ],
  [
    'activations: { s: { spline: { knots: 3, range: 1, slopes: [-2, 3] } }, g: gelu }\n' +
      'equations: |\n  u = g(D * x + d)\n  v = s(E * u - 2 * F * x)\n  w = phi(G * v + 0.5 * u)\n  ' +
      'y = B * w + K * v\n',
    1,
    0.1,
  ],
  [
    'activations: { s: { spline: { knots: 30, range: 2, slopes: [0, 1] } } }\nequations: |\n  h ' +
      '= s(A * x)\n  y = B * h + x\nparameters: { A: { structure: diagonal } }\n',
    1,
    0.1,
  ],
];

function randomValues(compiled: Compiled, random: Random): Constrained {
  const { program } = compiled;
  const widths = Object.fromEntries(
    program.widths.flatMap((names) => {
      const width = random.integer(1, 5);
      return names.map((name) => [name, width]);
    }),
  );
  const free = Object.fromEntries(
    Object.entries(compiled.dims(widths)).map(([name, shape]) => [
      name,
      Float64Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => random.normal()),
    ]),
  );
  return compiled.constrain(free, { widths });
}

describe('normBound, measured', () => {
  it.each(architectures)('is never below a slope between two inputs, architecture %#', (body, depth, reached) => {
    const compiled = network(body, depth);
    const { program } = compiled;
    const random = generator(61);
    let best = 0;
    for (let round = 0; round < 300; round += 1) {
      const values = randomValues(compiled, random);
      const bound = normBound(program, values);
      const size = values.widths['x'] ?? 0;
      for (let pair = 0; pair < 10; pair += 1) {
        const x = Float64Array.from({ length: size }, () => random.normal() * 10 ** random.integer(-1, 1));
        const step = 10 ** random.integer(-3, 1);
        const other = x.map((value) => value + step * random.normal());
        const [y, otherY] = [compiled.forward(values, x), compiled.forward(values, other)];
        const slope =
          Math.hypot(...y.map((value, i) => value - (otherY[i] ?? 0))) /
          Math.hypot(...x.map((value, i) => value - (other[i] ?? 0)));
        expect(slope).toBeLessThanOrEqual(bound * (1 + 1e-9) + 1e-9);
        best = Math.max(best, slope / bound);
      }
    }
    // Loose, but not by so much that the comparison says nothing.
    expect(best).toBeGreaterThan(reached);
  });

  it('is far above the certified bound in deep networks, which is why both are printed', () => {
    const architecture = parseArchitecture(`name: net\n${architectures[0]?.[0] ?? ''}`, null);
    const sample = sampleInstance(architecture, { depth: 3, widths: { x: 3, w: 8, y: 2 }, seed: 3, scale: 3 });
    const again = compile(architecture, { depth: 3 });
    expect(sample.bounds?.lmi).toBe(1);
    expect(sample.bounds?.bv2).toBeGreaterThan(1);
    expect(again.program.weights.map(({ name }) => name)).toContain('s[3]');
  });
});
