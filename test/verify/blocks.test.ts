import { describe, expect, it } from 'vitest';
import { number } from '../../src/expr/build.js';
import { createRules } from '../../rules/index.js';
import { strategies } from '../../rules/strategies.js';
import { inMemory } from '../../src/5-emit/index.js';
import type { LipwrightError } from '../../src/base/diagnostic.js';
import { compile, derive, lower } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Program } from '../../src/model/program.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { runCampaign } from '../../src/verify/campaign.js';
import type { CampaignResult } from '../../src/verify/campaign.js';
import { checkSample } from '../../src/verify/check.js';
import { sampleInstance } from '../../src/verify/sample.js';
import type { CompileNetwork } from '../../src/verify/subjects.js';
import { beside, composed, composition, definitions, gain, nested } from '../block-architectures.js';

/** y = B inner(D x), all of width 1, as a file of numbers. Λ = (λ/2) I is called lambda_z. */
const numbers = (
  k: number,
  given: {
    readonly B: number;
    readonly D: number;
    readonly W: number;
    readonly lipschitz: number;
    readonly lambda: number;
    readonly slopes?: readonly [number, number];
  },
): unknown => ({
  architecture: 'gain',
  depth: 1,
  lipschitz: given.lipschitz,
  slopes: [given.slopes ?? [-k, k]],
  dims: { x: 1, z: 1, y: 1 },
  weights: { D: [[given.D]], B: [[given.B]], 'inner.W': [[given.W]] },
  multipliers: { lambda_z: [given.lambda] },
  definition: gain(k).definition,
});

describe('the LMI of a network with a block', () => {
  // −𝓛² + 2k²D²Λ ≤ 0 and B² − 2Λ ≤ 0: some Λ exists if and only if B² k² D² ≤ 𝓛².
  it.each([
    ['at equality', 0.5, { B: 4, D: 1, W: 0.5, lipschitz: 2, lambda: 8 }, true],
    ['with the smallest smaller bound', 0.5, { B: 4, D: 1, W: 0.5, lipschitz: 2 - 2 ** -52, lambda: 8 }, false],
    ['for k > 1: k² and not k', 3, { B: 0.5, D: 2, W: -3, lipschitz: 3, lambda: 0.125 }, true],
    ['for k > 1 below it', 3, { B: 0.5, D: 2, W: -3, lipschitz: 2.99, lambda: 0.125 }, false],
    ['with a multiplier that is too small for B', 0.5, { B: 4, D: 1, W: 0.5, lipschitz: 2, lambda: 7.99 }, false],
    ['with a multiplier that is too large for 𝓛', 0.5, { B: 4, D: 1, W: 0.5, lipschitz: 2, lambda: 8.01 }, false],
    [
      'with a block that is not what it is held to',
      0.5,
      { B: 4, D: 1, W: 0.5 + 2 ** -53, lipschitz: 2, lambda: 8 },
      false,
    ],
    [
      'with the slopes of another bound',
      0.5,
      { B: 4, D: 1, W: 0.5, lipschitz: 2, lambda: 8, slopes: [-0.25, 0.25] as const },
      false,
    ],
    [
      'with slopes that are not symmetric',
      0.5,
      { B: 4, D: 1, W: 0.5, lipschitz: 2, lambda: 8, slopes: [0, 0.5] as const },
      false,
    ],
  ])('is decided exactly %s', (_what, k, given, accepted) => {
    expect(checkSample(numbers(k, given)).accepted).toBe(accepted);
  });

  it('has one multiplier: entries of their own prove nothing of a block, and are refused', () => {
    // inner turns by a right angle, so |z_1| = k |v_2|. With D = Diag(1, 0.1), B = Diag(1, 0) the output is 0.1 x_2 ...
    // of the other entry.
    const k = 1;
    const turned = (multipliers: readonly number[], lipschitz: number, D: readonly (readonly number[])[]): unknown => ({
      architecture: 'gain',
      depth: 1,
      lipschitz,
      slopes: [[-k, k]],
      dims: { x: 2, z: 2, y: 1 },
      weights: {
        D,
        B: [[1, 0]],
        'inner.W': [
          [0, -1],
          [1, 0],
        ],
      },
      multipliers: { lambda_z: multipliers },
      definition: gain(k).definition,
    });
    // y = −v_2 = −x_2, gain 1. With λ_2 ≈ 0 the second column of D would seem not to matter: 𝓛 = 0.1 "proven", and
    // wrong.
    const wrong = checkSample(
      turned([0.5, 0.001], 0.1, [
        [0.1, 0],
        [0, 1],
      ]),
    );
    expect([wrong.verdict.negativeSemidefinite, wrong.accepted]).toEqual([true, false]);
    expect(
      checkSample(
        turned([0.5, 0.5], 0.1, [
          [0.1, 0],
          [0, 1],
        ]),
      ).accepted,
    ).toBe(false);
    expect(
      checkSample(
        turned([0.5, 0.5], 1, [
          [0.1, 0],
          [0, 1],
        ]),
      ).accepted,
    ).toBe(true);
  });
});

describe('check of a composition', () => {
  const pair = (kind: string, first: number, second: number, lipschitz: number): unknown => ({
    architecture: kind,
    depth: 1,
    lipschitz,
    slopes: [],
    dims: { x: 1, 'b1.y': 1, 'b2.y': 1 },
    weights: { 'b1.W': [[first]], 'b2.W': [[second]] },
    multipliers: {},
    definition: composition(kind, [
      [definitions.linear, null],
      [definitions.linear, 4],
    ]).definition,
  });
  // The second is held to 4; the first gets 𝓛/4, 𝓛 − 4, √(𝓛² − 16).
  it.each([
    ['sequence', 0.499, 4, 2, true],
    ['sequence', 0.501, 4, 2, false],
    ['sequence', 0.1, 4.001, 2, false],
    ['sum', 0.999, -4, 5, true],
    ['sum', 1.001, -4, 5, false],
    ['concatenate', 2.999, 4, 5, true],
    ['concatenate', 3.001, 4, 5, false],
  ])('%s: %d and %d within %d', (kind, first, second, lipschitz, accepted) => {
    expect(checkSample(pair(kind, first, second, lipschitz)).accepted).toBe(accepted);
  });

  it('refuses a bound that leaves nothing', () => {
    for (const [kind, lipschitz] of [
      ['sum', 4],
      ['sum', 3.9],
      ['concatenate', 4],
      ['concatenate', 1],
    ] as const) {
      expect(() => checkSample(pair(kind, 0, 4, lipschitz))).toThrow(
        expect.objectContaining({ code: 'LW316' }) as LipwrightError,
      );
    }
  });
});

const hierarchies = (): readonly Architecture[] => [gain(0.5), gain(3), beside(), beside(8), nested(), ...composed()];

describe('campaigns', () => {
  it.each(strategies.map(({ name }) => name))(
    '%s: every LMI is proven, outer and inner, and neither the whole nor a block is steeper than it may be',
    async (name) => {
      const strategy = strategies.find((each) => each.name === name);
      const result = await runCampaign({
        architectures: hierarchies(),
        depth: { from: 1, to: 3 },
        maxWidth: 4,
        runs: 400,
        seed: 11,
        ...(strategy === undefined ? {} : { strategy }),
      });
      expect(result.counterexample?.because).toBeUndefined();
      expect([result.failures, result.refused]).toEqual([0, []]);
      expect(result.runs - result.infeasible).toBeGreaterThan(250);
      expect(result.forwardChecks).toBeGreaterThan(10);
    },
  );

  it.each(['gershgorin', 'scaled-gershgorin', 'pivot'])(
    'samples of %s are accepted, and not with a larger weight in a block',
    (strategy) => {
      const widths = { x: 2, h: 3, z: 2, u: 3, y: 2, 'inner.w': 3 };
      const sample = sampleInstance(beside(), {
        depth: 2,
        widths: { x: 2, h: 3, u: 3, y: 2, z: 3, 'inner.w': widths['inner.w'] },
        strategy,
        seed: 5,
        scale: 3,
      });
      const value: unknown = JSON.parse(JSON.stringify(sample));
      expect(checkSample(value).accepted).toBe(true);
      expect(sample.definition).not.toContain('include');
      const steeper = {
        ...sample,
        lmi: undefined,
        weights: {
          ...sample.weights,
          'inner.B': (sample.weights['inner.B'] as readonly (readonly number[])[]).map((row) =>
            row.map((entry) => entry * 1e4),
          ),
        },
      };
      expect(checkSample(JSON.parse(JSON.stringify(steeper))).accepted).toBe(false);
    },
  );
});

type Change = {
  readonly rules?: (rules: ReturnType<typeof createRules>) => ReturnType<typeof createRules>;
  readonly program?: (program: Program) => Program;
  readonly uniform?: false;
};

/** Parameterized with a fault, judged by the LMIs of the equations. */
const faulty =
  ({ rules = (same) => same, program = (same) => same, uniform }: Change, strategy: string): CompileNetwork =>
  (architecture, depth) => {
    const bare = bareNetwork(architecture, depth);
    const made = ((): Program => {
      if (architecture.composition !== null) return compile(architecture, { depth, strategy }).program;
      const derivation = derive(architecture, { depth, strategy, rules: rules(createRules()) });
      const { parameterization } = derivation;
      const assignments =
        parameterization?.assignments.map((each) =>
          each.kind === 'define' && uniform === false
            ? { kind: each.kind, rule: each.rule, symbol: each.symbol, value: each.value }
            : each,
        ) ?? [];
      return lower({
        ...derivation,
        parameterization: parameterization === null ? null : { ...parameterization, assignments },
      });
    })();
    const changed = inMemory(program(made));
    return {
      program: bare.program.free.length === 0 ? bare.program : { ...bare.program, free: made.free },
      constrain: changed.constrain,
      forward: changed.forward,
      assembly: bare.assembly,
      lmi: bare.lmi,
    };
  };

async function failuresOf(
  architecture: Architecture,
  change: Change,
  strategy = 'gershgorin',
): Promise<CampaignResult> {
  return runCampaign({
    architectures: [architecture],
    depth: { from: 1, to: 2 },
    maxWidth: 3,
    runs: 400,
    seed: 2,
    stopAtFirst: true,
    compileNetwork: faulty(change, strategy),
  });
}

/** Another number for P = −k² wherever the parameterization reads it. */
const otherP =
  (of: (k: number) => number) =>
  (program: Program): Program => ({
    ...program,
    operations: JSON.parse(JSON.stringify(program.operations), (_key, value: unknown) => {
      const parameter = value as { readonly kind?: string; readonly layer?: number } | null;
      const called =
        parameter?.kind === 'slope-product' && parameter.layer !== undefined
          ? program.layers[parameter.layer]?.activation
          : undefined;
      return called?.kind === 'block' ? { kind: 'constant', value: -of(called.slopes[1]) } : value;
    }) as Program['operations'],
  });

describe('faults are found', () => {
  it('none without one', async () => {
    expect((await failuresOf(beside(8), {})).failures).toBe(0);
    expect(
      (
        await failuresOf(
          composition('sum', [
            [definitions.linear, null],
            [definitions.chain, null],
          ]),
          {},
        )
      ).failures,
    ).toBe(0);
  });

  const budgets =
    (change: (budget: Program['budgets'][number]) => Program['budgets'][number]) =>
    (program: Program): Program => ({ ...program, budgets: program.budgets.map(change) });
  const three = (kind: string): Architecture =>
    composition(kind, [
      [definitions.linear, null],
      [definitions.chain, null],
      [definitions.linear, 1e-3],
    ]);
  const faults: readonly (readonly [name: string, architecture: Architecture, change: Change, strategy: string])[] = [
    ['k in the place of k²', gain(3), { program: otherP((k) => k) }, 'gershgorin'],
    [
      'a block that adds nothing in v',
      beside(8),
      {
        rules: (rules) => ({
          ...rules,
          form: {
            ...rules.form,
            block: { ...rules.form.block, apply: (layer) => ({ ...rules.form.block.apply(layer), square: number(0) }) },
          },
        }),
      },
      'gershgorin',
    ],
    ['a multiplier for each entry, rows', gain(0.5), { uniform: false }, 'gershgorin'],
    ['a multiplier for each entry, pivots', gain(0.5), { uniform: false }, 'pivot'],
    [
      'a block that gets the bound of the whole',
      beside(1e-3),
      {
        program: (program) => ({
          ...program,
          operations: program.operations.map(
            (each) =>
              JSON.parse(
                JSON.stringify(each).replaceAll('{"kind":"constant","value":0.001}', '{"kind":"lipschitz"}'),
              ) as typeof each,
          ),
        }),
      },
      'gershgorin',
    ],
    [
      'a sum whose parts get the root',
      three('sum'),
      { program: budgets((budget) => ({ ...budget, kind: 'concatenate' })) },
      'gershgorin',
    ],
    [
      'a concatenation whose parts get the whole',
      three('concatenate'),
      { program: budgets((budget) => ({ ...budget, parts: 1 })) },
      'gershgorin',
    ],
    [
      'a block that is left out of the forward map',
      beside(),
      { program: (program) => ({ ...program, steps: program.steps.filter(({ layer }) => layer !== 4) }) },
      'gershgorin',
    ],
    [
      'a block whose output counts twice',
      composition('sequence', [
        [definitions.linear, null],
        [definitions.chain, null],
      ]),
      {
        program: (program) => ({
          ...program,
          steps: program.steps.map((step, at) =>
            at === program.steps.length - 1 ? { ...step, terms: step.terms.flatMap((term) => [term, term]) } : step,
          ),
        }),
      },
      'gershgorin',
    ],
  ];
  it.each(faults)('%s', async (_name, architecture, change, strategy) => {
    const { failures, counterexample } = await failuresOf(architecture, change, strategy);
    expect(failures).toBeGreaterThan(0);
    expect(counterexample?.because).toBeDefined();
  });
});
