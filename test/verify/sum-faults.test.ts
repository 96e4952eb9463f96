import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { strategies } from '../../rules/strategies.js';
import { compile } from '../../src/compile.js';
import { negate, scale, sum, summands } from '../../src/expr/build.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { Definition, SumSource } from '../../src/model/pivot.js';
import type { PivotStrategy } from '../../src/model/strategy.js';
import type { Step } from '../../src/rule/allocation.js';
import type { RuleBook } from '../../src/rule/rule-book.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { written } from '../architectures.js';

/** Deliberate faults of the rules for affine signals and ties, judged by the LMI of the equations. */

const architectures = {
  sums: written(['h = S * x', 'u = phi(P * h)', 'k = h - 2 * Q * u', 'v = phi(R * k)', 'y = H * k + B * v']),
  tied: written(['w = phi(C * x)', "h = x - 2 * C' * T * w", 'v = phi(D * h)', "y = h - 2 * D' * U * v"], {
    T: 'diagonal',
    U: 'diagonal',
  }),
  head: written(['w = phi(C * x)', "h = 2 * x - 2 * C' * T * w", 'y = H * h'], { T: 'diagonal' }),
  bare: written(['w = phi(C * x)', "y = x - 2 * C' * w"]),
} satisfies Readonly<Record<string, Architecture>>;

interface Fault {
  readonly name: string;
  readonly on: keyof typeof architectures;
  readonly rules: (rules: RuleBook) => RuleBook;
}

/** The definitions of affine signals otherwise. */
const onDefinitions =
  (stem: string, change: (definitions: readonly Definition[], source: SumSource) => readonly Definition[]) =>
  (rules: RuleBook): RuleBook => ({
    ...rules,
    pivot: {
      ...rules.pivot,
      affine: rules.pivot.affine.map((rule) =>
        rule.name === `pivot/${stem}` ? { ...rule, apply: (source) => change(rule.apply(source), source) } : rule,
      ),
    },
  });

/** The assignments of a rule otherwise, in whichever list it stands. */
const onAssignments =
  (stem: string, change: (assignments: readonly Assignment[]) => readonly Assignment[]) =>
  (rules: RuleBook): RuleBook => {
    if (!rules.allocate.every.some(({ name }) => name === `allocate/${stem}`)) throw new Error(`no rule ${stem}`);
    const replaced = <S>(steps: readonly Step<S>[]): readonly Step<S>[] =>
      steps.map((step) =>
        step.rule.name === `allocate/${stem}`
          ? { ...step, rule: { ...step.rule, apply: (source: S) => change(step.rule.apply(source)) } }
          : step,
      );
    return {
      ...rules,
      allocate: {
        ...rules.allocate,
        steps: (strategy) => {
          const { layer, output, sum: sums, isotropic } = rules.allocate.steps(strategy);
          return {
            layer: replaced(layer),
            output: replaced(output),
            sum: replaced(sums),
            isotropic: replaced(isotropic),
          };
        },
      },
    };
  };

const valued =
  (change: (value: Definition['value']) => Definition['value'], own: boolean) =>
  (definitions: readonly Definition[], { sum: { target } }: SumSource): readonly Definition[] =>
    definitions.map((each) => {
      const { label: first, other } = each.symbol;
      const isOwn = other !== null && first.name === target.name && other.name === target.name;
      return isOwn === own ? { ...each, value: change(each.value) } : each;
    });
const withoutKind = (kind: Assignment['kind']) => (assignments: readonly Assignment[]) =>
  assignments.filter((each) => each.kind !== kind);
const defined =
  (times: number) =>
  (assignments: readonly Assignment[]): readonly Assignment[] =>
    assignments.map((each) => (each.kind === 'define' ? { ...each, value: scale(times, [], each.value) } : each));

const faults: readonly Fault[] = [
  {
    name: 'the covariance of a sum forgets its last summand',
    on: 'sums',
    rules: onDefinitions(
      'affine-covariance',
      valued((value) => sum(summands(value).slice(0, 1)), true),
    ),
  },
  {
    name: 'the covariance of a sum is half of what it is',
    on: 'sums',
    rules: onDefinitions(
      'affine-covariance',
      valued((value) => scale(0.5, [], value), true),
    ),
  },
  {
    name: 'the covariances of a sum with others have the other sign',
    on: 'sums',
    rules: onDefinitions(
      'affine-covariance',
      valued((value) => negate(value), false),
    ),
  },
  {
    name: 'coefficients of summands are left out',
    on: 'sums',
    rules: (rules) => ({
      ...rules,
      pivot: {
        ...rules.pivot,
        affine: rules.pivot.affine.map((rule) => ({
          ...rule,
          apply: (source: SumSource) =>
            rule.apply({
              ...source,
              sum: { ...source.sum, reads: source.sum.reads.map((read) => ({ ...read, coefficient: 1 })) },
            }),
        })),
      },
    }),
  },
  {
    name: 'slack is all that is left of a covariance',
    on: 'sums',
    rules: onAssignments('affine-slack', (assignments) =>
      assignments.map((each) =>
        each.kind === 'matrix' && each.symbol.role === 'covariance'
          ? { ...each, value: sum(summands(each.value).filter((term) => term.kind === 'scale')) }
          : each,
      ),
    ),
  },
  {
    name: 'a step along 2 h has the covariance of h',
    on: 'head',
    rules: onDefinitions('tied-skip', (definitions) =>
      definitions.map((each) => ({ ...each, value: scale(0.25, [], each.value) })),
    ),
  },
  { name: 'T steps forward', on: 'head', rules: onAssignments('tied-scale', defined(-1)) },
  { name: 'T is a little too large', on: 'tied', rules: onAssignments('tied-scale', defined(1 + 2 ** -10)) },
  {
    name: 'slopes may be negative',
    on: 'tied',
    rules: onAssignments('tied-scale', withoutKind('demand')),
  },
  {
    name: 'the pivot of a tied layer is for s where the step asks for S',
    on: 'tied',
    rules: onAssignments('slope-spread', (assignments) =>
      assignments.map((each) =>
        each.kind === 'define' && each.symbol.role === 'spread-slope' && each.value.kind === 'max'
          ? { ...each, value: { ...each.value, items: each.value.items.slice(0, 3) } }
          : each,
      ),
    ),
  },
  {
    name: 'multipliers follow a tie, weights do not',
    on: 'bare',
    rules: onAssignments('tied-multiplier', withoutKind('matrix')),
  },
  {
    name: 'weights follow a tie, multipliers do not',
    on: 'bare',
    rules: onAssignments('tied-multiplier', (assignments) =>
      assignments.filter((each) => each.kind !== 'define' || each.symbol.role !== 'multiplier'),
    ),
  },
  {
    name: 'an output that is tied to x asks nothing of 𝓛',
    on: 'tied',
    rules: onAssignments('isotropic-output', withoutKind('demand')),
  },
];

const [pivot] = strategies.filter((strategy) => strategy.kind === 'pivot');

const campaign = (on: keyof typeof architectures, rules: (rules: RuleBook) => RuleBook, runs: number) => {
  if (pivot === undefined) throw new Error('no pivot strategy');
  const strategy: PivotStrategy = { ...pivot, contraction: 'spectral' };
  return runCampaign({
    architectures: [architectures[on]],
    depth: { from: 1, to: 1 },
    runs,
    stopAtFirst: true,
    compileNetwork: (architecture, depth) => {
      const { assembly, lmi } = bareNetwork(architecture, depth);
      return { ...compile(architecture, { depth, strategy, rules: rules(createRules()) }), assembly, lmi };
    },
  });
};

describe('deliberate faults of affine signals and ties', () => {
  it.each(faults)('$name: found within 1,000 cases', async ({ name, on, rules }) => {
    const result = await campaign(on, rules, 1000);
    if (process.env['FAULTS'] !== undefined) console.log(name, '|', result.runs, result.counterexample?.because);
    expect(result.failures).toBe(1);
  });

  it.each(['sums', 'tied', 'head', 'bare'] as const)('none where there is no fault: %s', async (on) => {
    const { failures, runs } = await campaign(on, (rules) => rules, 400);
    expect([failures, runs]).toEqual([0, 400]);
  });
});
