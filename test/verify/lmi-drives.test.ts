import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { strategies } from '../../rules/strategies.js';
import { pivotStrategy } from '../../rules/variants.js';
import { inMemory } from '../../src/5-emit/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { derive, lower } from '../../src/compile.js';
import { negate, number, scale } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { Architecture } from '../../src/model/architecture.js';
import { describe as line } from '../../src/model/describe.js';
import type { PairForm, Supply } from '../../src/model/form.js';
import type { Strategy } from '../../src/model/strategy.js';
import { generator } from '../../src/numeric/random.js';
import { written as equations } from '../architectures.js';

/**
 * The LMI drives every strategy: with another property, or another form of the layers, what is derived follows, so that
 * random parameters give a negative semidefinite LMI of *that* property, or it is refused with a code. Judged by
 * eigenvalues from ml-matrix.
 */

const all: readonly Strategy[] = [
  ...strategies.filter(({ name }) => name !== 'pivot'),
  pivotStrategy({ multipliers: 'free', contraction: 'spectral' }),
  pivotStrategy({ multipliers: 'free', contraction: 'cholesky' }),
  pivotStrategy({ multipliers: 'dominance', contraction: 'cayley' }),
  pivotStrategy({ multipliers: 'dominance', contraction: 'aol' }),
];

/** A chain with a skip, and two layers that read one signal with weights of several structures. */
const architectures: readonly (readonly [string, Architecture, Readonly<Record<string, number>>])[] = [
  [
    'chain',
    equations(['h = phi(F * x + p)', 'k = phi(G * h + q)', 'y = A * x + B * k + c']),
    { x: 3, h: 4, k: 2, y: 3 },
  ],
  [
    'fork',
    equations(['h = phi(F * x)', 'k = phi(2 * G * h - 0.5 * E * x)', 'y = B * k + 0.5 * D * h']),
    { x: 2, h: 3, k: 3, y: 2 },
  ],
];

interface Mutation {
  readonly name: string;
  readonly goal?: (supply: Supply) => Partial<Supply>;
  readonly form?: (form: PairForm) => Partial<PairForm>;
}

const by = (factor: number, node: Expression): Expression => scale(factor, [], node);
const mutations: readonly Mutation[] = [
  { name: 'the goal times 7', goal: ({ input, output }) => ({ input: by(7, input), output: by(7, output) }) },
  { name: 'a seventh of ‖Δx‖²', goal: ({ input }) => ({ input: by(1 / 7, input) }) },
  { name: '3 ‖Δy‖²', goal: ({ output }) => ({ output: by(3, output) }) },
  { name: 'a bound that is a number', goal: () => ({ input: number(0.25) }) },
  { name: 'a product of Δx and Δy', goal: () => ({ cross: number(0.5) }) },
  { name: 'the other sign of ‖Δx‖²', goal: ({ input }) => ({ input: negate(input) }) },
  { name: 'no ‖Δx‖²', goal: () => ({ input: number(0) }) },
  { name: 'no form of the layers', form: () => ({ square: number(0), mixed: number(0), own: number(0) }) },
  { name: 'forms without ΔwᵀΛΔw', form: () => ({ own: number(0) }) },
  { name: 'forms without ΔvᵀΛΔv', form: () => ({ square: number(0) }) },
  { name: 'the other sign of ΔvᵀΛΔv', form: ({ square }) => ({ square: negate(square) }) },
  { name: 'the other sign of ΔvᵀΛΔw', form: ({ mixed }) => ({ mixed: negate(mixed) }) },
  { name: 'twice ΔvᵀΛΔw', form: ({ mixed }) => ({ mixed: by(2, mixed) }) },
  { name: 'half of ΔwᵀΛΔw', form: ({ own }) => ({ own: by(0.5, own) }) },
  {
    name: 'three times the forms',
    form: ({ square, mixed, own }) => ({ square: by(3, square), mixed: by(3, mixed), own: by(3, own) }),
  },
];

/** What has no negative row, and what has no factorization by pivots that the allocating rules know. */
const refusals: Readonly<Record<Strategy['kind'], readonly string[]>> = {
  rows: ['a product of Δx and Δy', 'the other sign of ‖Δx‖²', 'no form of the layers', 'forms without ΔwᵀΛΔw'],
  pivot: [
    'a product of Δx and Δy',
    'the other sign of ‖Δx‖²',
    'no ‖Δx‖²',
    'no form of the layers',
    'forms without ΔwᵀΛΔw',
    'forms without ΔvᵀΛΔv',
    'the other sign of ΔvᵀΛΔv',
    'the other sign of ΔvᵀΛΔw',
    'twice ΔvᵀΛΔw',
    'half of ΔwᵀΛΔw',
    'three times the forms',
  ],
};

type Rules = ReturnType<typeof createRules>;

function mutated({ goal, form }: Mutation): Rules {
  const rules = createRules();
  const { layer, goal: supply } = rules.form;
  return {
    ...rules,
    form: {
      ...rules.form,
      goal: { ...supply, apply: (source) => ({ ...supply.apply(source), ...goal?.(supply.apply(source)) }) },
      layer: { ...layer, apply: (source) => ({ ...layer.apply(source), ...form?.(layer.apply(source)) }) },
    },
  };
}

const slopes = [
  [0, 1],
  [-0.2, 1.1],
  [-1, 1],
] as const;

/** The largest eigenvalue relative to the largest in size. */
function excess(lmi: Float64Array): number {
  const order = Math.round(Math.sqrt(lmi.length));
  const dense = new Matrix(
    Array.from({ length: order }, (_, i) => Array.from(lmi.subarray(i * order, (i + 1) * order))),
  );
  const values = new EigenvalueDecomposition(dense, { assumeSymmetric: true }).realEigenvalues;
  return Math.max(...values) / Math.max(...values.map(Math.abs));
}

type Followed = 'refused' | { readonly worst: number; readonly assignments: string };

/** Random free parameters through what is derived from these rules, judged by the LMI of the rules `judge`. */
function follow(
  architecture: Architecture,
  widths: Readonly<Record<string, number>>,
  strategy: Strategy,
  own: Rules,
  judge = own,
): Followed {
  try {
    const derivation = derive(architecture, { depth: 1, strategy, rules: own });
    const compiled = inMemory(lower(derivation));
    const judged =
      judge === own ? compiled : inMemory(lower(derive(architecture, { depth: 1, strategy, rules: judge })));
    const random = generator(12);
    const shapes = Object.entries(compiled.dims(widths));
    let worst = -Infinity;
    for (const pair of slopes) {
      for (const size of [0.1, 1, 10]) {
        const free = Object.fromEntries(
          shapes.map(([name, shape]) => [
            name,
            Float64Array.from({ length: shape.reduce((all, each) => all * each, 1) }, () => size * random.normal()),
          ]),
        );
        const values = compiled.constrain(free, { widths, slopes: pair, lipschitz: 1.5 });
        worst = Math.max(worst, excess(judged.lmi(values)));
      }
    }
    const { parameterization, naming } = derivation;
    return { worst, assignments: (parameterization?.assignments ?? []).map((each) => line(each, naming)).join('\n') };
  } catch (error) {
    if (error instanceof LipwrightError && /^LW40[124]$/.test(error.diagnostic.code)) return 'refused';
    throw error;
  }
}

const titled = (strategy: Strategy): string =>
  strategy.kind === 'pivot' ? `pivot ${strategy.multipliers} ${strategy.contraction}` : strategy.name;

describe.each(all.map((strategy) => [titled(strategy), strategy] as const))('%s', (_title, strategy) => {
  it.each(architectures)('keeps the LMI of the rules as they are: %s', (_name, architecture, widths) => {
    const followed = follow(architecture, widths, strategy, createRules());
    expect(followed === 'refused' ? Infinity : followed.worst).toBeLessThanOrEqual(1e-12);
  });

  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    'follows or refuses: %s',
    (name, mutation) => {
      for (const [, architecture, widths] of architectures) {
        const followed = follow(architecture, widths, strategy, mutated(mutation));
        if (refusals[strategy.kind].includes(name)) expect(followed).toBe('refused');
        else if (followed !== 'refused') expect(followed.worst).toBeLessThanOrEqual(1e-12);
        // The paper's constant cap is made for its own coefficients; everything else is followed.
        else expect(strategy.name).toBe('gershgorin-paper');
      }
    },
  );

  it.each(['the goal times 7', 'a seventh of ‖Δx‖²', '3 ‖Δy‖²'])('is another parameterization with %s', (name) => {
    const mutation = mutations.find((each) => each.name === name);
    const [, architecture, widths] = architectures[0] ?? [];
    if (mutation === undefined || architecture === undefined || widths === undefined) throw new Error(name);
    const [plain, changed] = [createRules(), mutated(mutation)].map((rules) =>
      follow(architecture, widths, strategy, rules),
    );
    if (plain === undefined || plain === 'refused' || changed === undefined || changed === 'refused')
      throw new Error('refused');
    expect(changed.assignments).not.toBe(plain.assignments);
  });

  it('would be caught where it did not follow: the usual weights break a property that asks for more', () => {
    for (const name of ['a seventh of ‖Δx‖²', '3 ‖Δy‖²']) {
      const mutation = mutations.find((each) => each.name === name);
      const [, architecture, widths] = architectures[0] ?? [];
      if (mutation === undefined || architecture === undefined || widths === undefined) throw new Error(name);
      const followed = follow(architecture, widths, strategy, createRules(), mutated(mutation));
      expect(followed === 'refused' ? -Infinity : followed.worst).toBeGreaterThan(1e-6);
    }
  });
});
