import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/parse.js';
import type { Constrained } from '../../src/5-emit/run/compiled.js';
import { compile, derive } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import { decide } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import { freeFor, randomCase, subjectOf } from '../5-emit/targets.js';
import { builtin, failure, written } from '../architectures.js';

const networks: readonly (readonly [string, Architecture, number])[] = [
  ...['residual', 'feedforward', 'dense-skip', 'two-branch', 'linear'].map((name) => [name, builtin(name), 3] as const),
  ['identity to the output', written(['h = phi(H * x)', 'y = 0.5 * x + B * h']), 1],
  [
    'identity inside',
    written(['h = phi(H * x)', 'g = phi(G * h + 0.5 * h)', 'k = phi(K * g)', 'y = B * k + D * h']),
    1,
  ],
  [
    'diagonal weights inside',
    written(['h = phi(H * x)', 'g = phi(E * h + G * h)', 'y = A * x + B * g'], { A: 'diagonal', E: 'diagonal' }),
    1,
  ],
  [
    'a spline',
    parseArchitecture(
      'name: spline\nactivations:\n  t: { spline: { knots: 5, step: 0.5 } }\nequations: |\n  h = ' +
        't(H * x)\n  y = B * h + A * x\n',
      null,
    ),
    1,
  ],
];

const scalesOf = (architecture: Architecture, depth: number): readonly string[] => {
  const names = (strategy: string): readonly string[] =>
    compile(architecture, { depth, strategy }).program.free.map(({ name }) => name);
  const plain = new Set(names('gershgorin'));
  return names('scaled-gershgorin').filter((name) => !plain.has(name));
};

const numbers = ({ weights, biases, multipliers }: Constrained): unknown =>
  [weights, biases, multipliers].map((group) => Object.entries(group).map(([name, data]) => [name, Array.from(data)]));

describe('scales of 1', () => {
  it.each(networks)(
    'are what z = 0 gives: %s is then the network of the plain rows, bit for bit',
    (_name, architecture, depth) => {
      const [scaled, plain] = ['scaled-gershgorin', 'gershgorin'].map((strategy) =>
        subjectOf(architecture, depth, strategy),
      );
      if (scaled === undefined || plain === undefined) throw new Error('two subjects expected');
      const random = generator(71);
      let compared = 0;
      for (let round = 0; round < 40; round += 1) {
        const given = randomCase(plain, random);
        const zeros = Object.fromEntries(
          Object.entries(scaled.compiled.dims(given.widths))
            .filter(([name]) => !(name in given.free))
            .map(([name, shape]) => [name, new Float64Array(shape[0] ?? 0)]),
        );
        const refused = failure(() => plain.compiled.constrain(given.free, given.options));
        if (refused !== null) {
          expect(failure(() => scaled.compiled.constrain({ ...given.free, ...zeros }, given.options))?.code).toBe(
            refused.code,
          );
          continue;
        }
        compared += 1;
        expect(numbers(scaled.compiled.constrain({ ...given.free, ...zeros }, given.options))).toEqual(
          numbers(plain.compiled.constrain(given.free, given.options)),
        );
      }
      expect(compared).toBeGreaterThan(10);
    },
  );
});

describe('the free scales', () => {
  it("are listed last, one vector a signal, under names that step aside for the author's", () => {
    expect(scalesOf(builtin('residual'), 2)).toEqual(['t_x', 't[1]', 't[2]']);
    expect(scalesOf(builtin('two-branch'), 1)).toEqual(['t_x', 't_u[1]', 't_w[1]']);
    expect(scalesOf(written(['h = phi(t * x)', 'y = T * h']), 1)).toEqual(['t_phi_x', 't_phi_h']);
    expect(scalesOf(written(['h = phi(t_x * x + t_phi)', 'y = t__ * h']), 1)).toEqual(['t____x', 't____h']);
    expect(
      compile(builtin('residual'), { depth: 1, strategy: 'scaled-gershgorin' }).dims({ x: 3, w: 4 }),
    ).toMatchObject({ t_x: [3], 't[1]': [4] });
  });

  it('are left out where an identity fixes them', () => {
    expect(scalesOf(written(['h = phi(H * x)', 'y = x + B * h']), 1)).toEqual(['t_h']);
    expect(scalesOf(written(['h = phi(H * x)', 'g = phi(G * h + h)', 'y = x + B * g']), 1)).toEqual(['t_h']);
  });
});

describe('scales that are chosen', () => {
  const widths = { x: 3, w: 4, y: 2 };
  const networkOf = (strategy: string): ReturnType<typeof compile> =>
    compile(builtin('feedforward'), { depth: 2, strategy });

  it('give the square root of the budget where x has readers only: t_x = √u / 𝓛', () => {
    const [plain, scaled] = [networkOf('gershgorin'), networkOf('scaled-gershgorin')];
    const random = generator(72);
    const free = freeFor(plain, widths, () => random.normal());
    const options = { widths, slopes: [0, 1] as const, lipschitz: 1 };
    const zeros = { t_x: new Float64Array(3), 't[1]': new Float64Array(4), 't[2]': new Float64Array(4) };
    // With an ample budget C[1] is the candidate itself, and u what its columns ask for.
    const ample = plain.constrain(free, { ...options, lipschitz: 2 ** 30 });
    const [candidate, lambda] = [
      ample.weights['C[1]'] ?? new Float64Array(0),
      plain.constrain(free, options).multipliers['lambda[1]'] ?? new Float64Array(0),
    ];
    const u = Float64Array.from({ length: 3 }, (_, j) =>
      lambda.reduce((all, value, i) => all + Math.abs(candidate[i * 3 + j] ?? 0) * value, 0),
    );
    expect(Math.min(...u)).toBeGreaterThan(1.1);
    // z with t(z) = t is t − 1/t; a little above, so that the budget's margin is met as well.
    const tx = u.map((value) => Math.sqrt(value) * (1 + 2 ** -12));
    const chosen = scaled.constrain({ ...free, ...zeros, t_x: tx.map((t) => t - 1 / t) }, options);
    const shrunk = plain.constrain(free, options);
    for (let j = 0; j < 3; j += 1) {
      for (let i = 0; i < 4; i += 1) {
        const [whole, root, first] = [candidate, chosen.weights['C[1]'], shrunk.weights['C[1]']].map(
          (data) => data?.[i * 3 + j] ?? NaN,
        );
        expect((root ?? NaN) / (whole ?? NaN)).toBeCloseTo(1 / (tx[j] ?? NaN), 12);
        expect((first ?? NaN) / (whole ?? NaN)).toBeCloseTo((1 - 2 ** -12) / (u[j] ?? NaN), 10);
      }
    }
    expect(decide(scaled.assembly(chosen)).negativeSemidefinite).toBe(true);
  });

  it('scale the output weights by 1/t and the multipliers by 1/t²', () => {
    const scaled = networkOf('scaled-gershgorin');
    const free = freeFor(scaled, widths, () => 0.001);
    const z = (name: string, t: number): Record<string, Float64Array> => ({
      [name]: (free[name] ?? new Float64Array(0)).map(() => t - 1 / t),
    });
    const at = (t: number): Constrained =>
      scaled.constrain({ ...free, ...z('t_x', 1), ...z('t[1]', 1), ...z('t[2]', t) }, { widths });
    const [one, four] = [at(1), at(4)];
    // Small weights meet everything, so that in scaled coordinates nothing changes: t[2] = 4 shows in the way back
    // alone.
    const ratio = (name: string): number => (four.weights[name]?.[0] ?? NaN) / (one.weights[name]?.[0] ?? NaN);
    expect([ratio('B'), ratio('C[2]'), ratio('C[1]')].map((value) => Number(value.toFixed(12)))).toEqual([0.25, 4, 1]);
    expect((four.multipliers['lambda[2]']?.[0] ?? NaN) / (one.multipliers['lambda[2]']?.[0] ?? NaN)).toBeCloseTo(
      1 / 16,
      12,
    );
    expect(four.multipliers['lambda[1]']).toEqual(one.multipliers['lambda[1]']);
  });
});

describe('the trace', () => {
  it('shows the scaling, every scale and every way back', () => {
    const { steps, parameterization } = derive(builtin('residual'), { depth: 2, strategy: 'scaled-gershgorin' });
    const of = (rule: string): readonly string[] => steps.filter((step) => step.rule === rule).map(({ to }) => to);
    expect(of('lmi/diagonal-scaling')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('𝓛² T_x²'),
        'T[1] C\u0303[1] T_x⁻¹',
        'T[2]⁻¹ Λ\u0303[2] T[2]⁻¹',
        'A\u0303 T_x⁻¹',
      ]),
    );
    expect(of('parameterize/positive-scale')).toHaveLength(3);
    expect(of('parameterize/scale-back')).toEqual(
      expect.arrayContaining(['C[2] := T[2] C\u0303[2] T[1]⁻¹', 'λ[1] := T[1]⁻¹ Λ\u0303[1] T[1]⁻¹']),
    );
    expect(of('parameterize/scale-back')).toHaveLength(6);
    // The ways back come last: whatever comes after them would act on other values.
    expect(parameterization?.assignments.slice(-6).every(({ kind }) => kind === 'rescale')).toBe(true);
  });
});
