import { describe, expect, it } from 'vitest';
import { lipschitzSymbol } from '../../rules/lmi/lipschitz-goal.js';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { labelText } from '../../src/base/label.js';
import {
  abs,
  hadamard,
  negate,
  number,
  ones,
  product,
  rowSums,
  scale,
  subtract,
  sum,
  summands,
  transpose,
  square,
} from '../../src/expr/build.js';
import { absoluteRowSumBody, asGram } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import { symbols } from '../../src/expr/visit.js';
import type { AffineLayer } from '../../src/model/lowered-network.js';
import { runCampaign } from '../../src/verify/campaign.js';
import {
  assigned,
  faultyNetwork,
  onBudget,
  onDisc,
  onGoal,
  onIsolate,
  onLayer,
  onReads,
  operated,
  rewrite,
} from './faults.js';
import type { Fault } from './faults.js';

const times =
  (factor: number) =>
  (node: Expression): Expression =>
    scale(factor, [], node);
const [half, double] = [times(0.5), times(2)];
const without =
  (at: number) =>
  (node: Expression): Expression => {
    const terms = summands(node);
    return sum(
      terms.filter((_, i) => i !== (at < 0 ? terms.length + at : at)),
      node,
    );
  };
const slope =
  (kind: 'slope-sum' | 'slope-product') =>
  (node: Expression): boolean =>
    node.kind === 'scale' &&
    node.scalars.some(
      (scalar) =>
        (scalar.kind === 'symbol' && scalar.role === kind) ||
        (scalar.kind === 'abs' && scalar.body.kind === 'symbol' && scalar.body.role === kind),
    );

/** Each fault is one that somebody could make in a derivation by hand. */
const faults: readonly Fault[] = [
  // The LMI
  {
    name: 'sign of P in the slope restriction',
    on: ['residual'],
    rules: onLayer((form) => ({ ...form, square: negate(form.square) })),
  },
  {
    name: 'S for 2S in the slope restriction',
    on: ['residual'],
    rules: onLayer((form) => ({ ...form, mixed: half(form.mixed) })),
  },
  {
    name: 'no P terms at all',
    on: ['residual'],
    rules: onLayer((form) => ({ ...form, square: number(0) })),
  },
  {
    name: '−4Λ for −2Λ',
    on: ['feedforward'],
    rules: onLayer((form) => ({ ...form, own: double(form.own) })),
  },
  {
    name: '𝓛 for 𝓛² in the goal',
    on: ['linear'],
    rules: onGoal((supply) => ({ ...supply, input: lipschitzSymbol })),
  },
  {
    name: 'no AᵀB in the goal',
    on: ['residual'],
    rules: onReads((terms, { signal, ownMiddle }) =>
      ownMiddle.kind === 'identity' && labelText(signal) === 'x'
        ? terms.filter(({ row, column }) => row === column)
        : terms,
    ),
  },
  // Discs and their rewriting
  {
    name: 'a radius without its last block',
    on: ['residual', 'dense-skip'],
    rules: onDisc((row) => ({ ...row, radius: without(-1)(row.radius) })),
  },
  {
    name: 'a radius without its first summand',
    on: ['feedforward'],
    rules: onDisc((row) => ({ ...row, radius: without(0)(row.radius) })),
  },
  {
    name: 'a radius without the off-diagonal part of its own block',
    on: ['linear', 'feedforward'],
    rules: onDisc((row) => ({
      ...row,
      radius: sum(
        summands(row.radius).filter(
          (term) => absoluteRowSumBody(term)?.kind !== 'off-diagonal' && absoluteRowSumBody(term)?.kind !== 'scale',
        ),
        row.radius,
      ),
    })),
  },
  { name: 'half the radius', on: ['two-branch'], rules: onDisc((row) => ({ ...row, radius: half(row.radius) })) },
  {
    name: 'a centre without its P terms',
    on: ['feedforward'],
    depth: 2,
    rules: onDisc((row) =>
      row.layer === null
        ? row
        : {
            ...row,
            centre: sum(
              summands(row.centre).filter((term) => !slope('slope-product')(term)),
              row.centre,
            ),
          },
    ),
  },
  {
    name: '|X Y| 1 ≤ |X| 1',
    on: ['dense-skip'],
    rules: rewrite('product-triangle', (target) =>
      target.kind === 'product' && target.items[0] !== undefined ? rowSums(target.items[0]) : target,
    ),
  },
  {
    name: 'triangle inequality that loses a summand',
    on: ['residual', 'dense-skip'],
    rules: rewrite('triangle-inequality', (target) => without(-1)(target)),
  },
  {
    name: '|c X| 1 = |X| 1',
    on: ['residual'],
    rules: rewrite('absolute-homogeneity', (target) =>
      target.kind === 'scale' ? scale(1, target.scalars, target.body) : target,
    ),
  },
  {
    name: '|D X| 1 = |X| 1',
    on: ['residual'],
    rules: rewrite('diagonal-left-factor', (target) =>
      target.kind === 'hadamard'
        ? hadamard(
            target.items.slice(0, -1).length === 0
              ? target.items
              : [target.items.find((item) => item.kind === 'row-sums') ?? target],
          )
        : target,
    ),
  },
  {
    name: '|X D| 1 = |X| 1',
    on: ['feedforward'],
    rules: rewrite('diagonal-right-factor', (target) =>
      target.kind === 'product' && target.items[0] !== undefined ? rowSums(target.items[0]) : target,
    ),
  },
  // Inequalities
  {
    name: 'a numerator without its first summand',
    on: ['residual'],
    rules: onIsolate((bound) => ({ ...bound, bound: changedQuotient(bound.bound, without(0), (node) => node) })),
  },
  {
    name: 'a numerator without its last summand',
    on: ['two-branch'],
    rules: onIsolate((bound) => ({ ...bound, bound: changedQuotient(bound.bound, without(-1), (node) => node) })),
  },
  {
    name: 'divisor 3 − |S| u for 2 − |S| u',
    on: ['feedforward'],
    rules: onIsolate((bound) => ({
      ...bound,
      bound: changedQuotient(
        bound.bound,
        (node) => node,
        (divisor) => sum([divisor, ones(divisor.rows)]),
      ),
    })),
  },
  {
    name: 'shares that do not subtract what is spent',
    on: ['residual'],
    rules: onBudget((shares) => shares.map((share) => ({ ...share, right: shares[0]?.right ?? share.right }))),
  },
  {
    name: 'a share that counts half its use',
    on: ['two-branch'],
    rules: onBudget((shares) => shares.map((share) => ({ ...share, left: half(share.left) }))),
  },
  // Assignments
  {
    name: 'κ of 0.98 times what was measured',
    on: ['feedforward'],
    depth: 1,
    maxWidth: 2,
    assignments: assigned('define', 'cap-value', (item) => [{ ...item, value: times(0.98)(item.value) }]),
  },
  {
    name: 'a constant cap enforced 10 % too wide',
    on: ['feedforward'],
    depth: 1,
    maxWidth: 2,
    strategy: 'gershgorin-paper',
    assignments: assigned('shrink', 'row-shrink', (item) => [
      mentionsCap(item.limit) ? { ...item, limit: times(1.1)(item.limit) } : item,
    ]),
  },
  {
    name: 'a budget 2 % too large',
    on: ['linear'],
    assignments: assigned('shrink', 'budget-shrink', (item) => [{ ...item, limit: times(1.02)(item.limit) }]),
  },
  {
    name: 'a diagonal skip 2 % beyond 𝓛',
    on: ['residual'],
    assignments: assigned('shrink', 'row-shrink', (item) => [
      item.usage.kind === 'diag' || item.usage.kind === 'abs' ? { ...item, limit: times(1.04)(item.limit) } : item,
    ]),
  },
  {
    name: 'row balls 2 % too large, the margin used up',
    on: ['feedforward'],
    assignments: assigned('shrink', 'row-shrink', (item) => [
      { ...item, limit: times(1.02 / (1 - 2 ** -6))(item.limit) },
    ]),
  },
  {
    name: 'multipliers 2 % too small',
    on: ['feedforward'],
    assignments: assigned('define', 'multiplier-equality', (item) => [{ ...item, value: times(0.98)(item.value) }]),
  },
  {
    name: 'multipliers exactly at their bound',
    on: ['feedforward'],
    assignments: assigned('define', 'multiplier-equality', (item) => [
      { ...item, value: times(1 / (1 + 2 ** -12))(item.value) },
    ]),
  },
  {
    name: 'no floor under the multipliers',
    on: ['residual'],
    assignments: assigned('define', 'multiplier-equality', (item) => [
      {
        ...item,
        value: sum(
          summands(item.value).filter((term) => [...symbols(term)].some(({ role }) => role !== 'lipschitz')),
          item.value,
        ),
      },
    ]),
  },
  { name: 'no range clamp', on: ['residual'], assignments: (list) => list.filter(({ kind }) => kind !== 'clamp') },
  {
    name: 'no demand before an identity skip',
    on: ['identity-skip'],
    assignments: (list) => list.filter(({ kind }) => kind !== 'demand'),
  },
  {
    name: 'rows shrunk where columns should be',
    on: ['feedforward'],
    assignments: assigned('shrink', 'budget-shrink', (item) => [
      item.spread.kind === 'columns' && item.weights[0]?.diagonal === false
        ? { ...item, spread: { kind: 'rows' } }
        : item,
    ]),
  },
  {
    name: 'columns shrunk where rows should be',
    on: ['feedforward'],
    assignments: assigned('shrink', 'row-shrink', (item) => [
      item.spread.kind === 'rows' ? { ...item, spread: { kind: 'columns' } } : item,
    ]),
  },
  {
    name: 'one weight of a joint share forgotten',
    on: ['dense-skip', 'two-branch'],
    assignments: assigned('shrink', 'budget-shrink', (item) => [
      item.weights.length > 1 ? { ...item, weights: item.weights.slice(1) } : item,
    ]),
  },
  {
    name: 'a square root where the share is linear',
    on: ['residual'],
    assignments: assigned('shrink', 'budget-shrink', (item) => [{ ...item, exponent: 0.5 }]),
  },
  // The program
  {
    name: 'shrink factors above 1',
    on: ['feedforward'],
    program: operated('map', (operation) =>
      operation.tree.kind === 'min' && operation.tree.items.length === 2
        ? { ...operation, tree: operation.tree.items[1] ?? operation.tree }
        : operation,
    ),
  },
  {
    name: 'sums along rows for sums along columns',
    on: ['feedforward'],
    program: operated('sums', (operation) =>
      operation.vector === null ? operation : { ...operation, transposed: !operation.transposed },
    ),
  },
  {
    name: 'squares for absolute values',
    on: ['feedforward'],
    program: operated('sums', (operation) => ({ ...operation, entry: 'square' })),
  },
  {
    name: 'absolute values for squares in a centre of known sign',
    on: ['feedforward'],
    program: operated('sums', (operation) => ({ ...operation, entry: 'abs' })),
  },
  {
    name: 'grams without their diagonal',
    on: ['linear'],
    program: operated('gram', (operation) => ({ ...operation, skipDiagonal: true })),
  },
  {
    name: 'grams without their middle',
    on: ['feedforward'],
    program: operated('gram', (operation) => ({ ...operation, middle: null })),
  },
  {
    name: 'support-least always 1',
    on: ['residual-dense'],
    program: operated('support-least', ({ out }) => ({ kind: 'map', out, tree: { kind: 'number', value: 1 } })),
  },
  {
    name: 'the largest factor for the least',
    on: ['linear'],
    program: operated('least', ({ out, vector }, program) => ({
      kind: 'map',
      out,
      tree: {
        kind: 'multiply',
        items: [
          { kind: 'number', value: 1 },
          { kind: 'buffer', buffer: program.buffers[vector]?.id ?? vector },
        ],
      },
    })),
  },
  {
    name: 'weights scaled before the last shrink only',
    on: ['feedforward'],
    program: (program) => {
      const [from, to] = [program.weights[0]?.buffer, program.free[0]?.buffer];
      const instead = <T extends number | null>(buffer: T): T => (buffer === from ? (to as T) : buffer);
      const affine = <T extends AffineLayer>(layer: T): T => ({
        ...layer,
        terms: layer.terms.map((term) => ({ ...term, weight: instead(term.weight) })),
      });
      return {
        ...program,
        weights: program.weights.map((slot) => ({ ...slot, buffer: instead(slot.buffer) })),
        layers: program.layers.map(affine),
        last: affine(program.last),
        steps: program.steps.map(affine),
        lmi: program.lmi.map((term) => ({ ...term, left: instead(term.left), right: instead(term.right) })),
      };
    },
  },
  {
    name: 'a multiplier with an entry of 0',
    on: ['feedforward'],
    result: (values) => ({
      ...values,
      multipliers: Object.fromEntries(
        Object.entries(values.multipliers).map(([name, data]) => [
          name,
          data.map((value, at) => (at === 0 ? 0 : value)),
        ]),
      ),
    }),
  },
  {
    name: 'a weight with the sign of one entry lost',
    on: ['linear'],
    result: (values) => ({
      ...values,
      weights: Object.fromEntries(
        Object.entries(values.weights).map(([name, data]) => [
          name,
          data.map((value, at) => (at === 0 ? Math.abs(value) * 1.5 : value)),
        ]),
      ),
    }),
  },
  {
    name: 'the bound of the wrong 𝓛',
    on: ['linear'],
    result: (values) => ({ ...values, lipschitz: values.lipschitz * 0.999 }),
  },
];

/** Faults that do not get as far as numbers: the conditions of other rules refuse what they make. */
const refusedFaults: readonly Fault[] = [
  {
    name: '|c X| 1 = c |X| 1 with its sign',
    on: ['residual'],
    rules: rewrite('absolute-homogeneity', (target, node) => {
      const body = absoluteRowSumBody(node);
      return body?.kind === 'scale' ? scale(body.coefficient, body.scalars.map(abs), rowSums(abs(body.body))) : target;
    }),
  },
  {
    name: 'diag(XᵀDX) = (X ∘ X)ᵀ 1',
    on: ['feedforward'],
    rules: rewrite('gram-diagonal', (target, node) => {
      const gram = node.kind === 'diag' ? asGram(node.body) : null;
      return gram === null ? target : product([transpose(square(gram.factor)), ones(gram.factor.rows)]);
    }),
  },
  {
    name: '|offdiag(XᵀDX)| 1 without D',
    on: ['feedforward'],
    rules: rewrite('gram-off-diagonal', (target, node) => {
      const body = absoluteRowSumBody(node);
      const gram = body?.kind === 'off-diagonal' ? asGram(body.body) : null;
      if (gram === null) return target;
      const { factor } = gram;
      return subtract(
        product([transpose(abs(factor)), rowSums(abs(factor))]),
        product([transpose(square(factor)), ones(factor.rows)]),
      );
    }),
  },
  {
    name: '|offdiag(XᵀDX)| 1 with the diagonal taken off three times',
    on: ['feedforward'],
    rules: rewrite('gram-off-diagonal', (target) => {
      const [whole, diagonal] = [
        summands(target).filter((term) => term.kind !== 'scale'),
        summands(target).filter((term) => term.kind === 'scale'),
      ];
      return sum([...whole, ...diagonal, ...diagonal, ...diagonal], target);
    }),
  },
  { name: 's X ≤ |s| X / 2', on: ['dense-skip'], rules: rewrite('unknown-sign', (target) => half(target)) },
  { name: 'no share for the readers of x', on: ['feedforward'], rules: onBudget((shares) => shares.slice(0, -1)) },
];

/**
 * Mutants that change the numbers and stay sound, each for a reason that can be proved.
 *
 * - Square root: with T = diag(1/f, 1, …) the row of x of TMT is −𝓛²/f² + u ≤ 0 for f = 𝓛/√u, u what the row asks
 *   before
 *   shrinking, and the row of w[1] is as before shrinking, since f · 1/f = 1. Where x has only readers the square root
 *   is
 *   the better parameterization (strategy scaled-gershgorin). With a skip it is a fault, see above.
 * - Element bounds: implied by the row ball (rule implied-element-bound), so their clip may as well be wider.
 * - A gram shrunk by the first power instead of the root: factors ≤ 1 only become smaller.
 * - No range guard: multipliers grow by at most 2⁶ · slopes a layer, far from overflow at depth 3.
 * - |X D Y| 1 ≤ |X| (|Y| 1) in the row of x: an error of a factor λ < 1 is an overestimate, one of λ > 1 is hidden by
 *   the same scaling of x as above for the random cases drawn here. Not proved, so not in the list below.
 */
const survivors: readonly Fault[] = [
  {
    name: 'a square root where the share is linear, without a skip',
    on: ['feedforward'],
    assignments: assigned('shrink', 'budget-shrink', (item) => [{ ...item, exponent: 0.5 }]),
  },
  {
    name: 'element bounds 10 times as wide',
    on: ['residual'],
    strategy: 'gershgorin-paper',
    assignments: assigned('clip', 'element-clip', (item) => [{ ...item, bound: times(10)(item.bound) }]),
  },
  {
    name: 'the first power where the share is quadratic',
    on: ['linear'],
    assignments: assigned('shrink', 'budget-shrink', (item) => [{ ...item, exponent: 1 }]),
  },
  {
    name: 'no range guard',
    on: ['residual'],
    assignments: (list) => list.filter(({ rule }) => !rule.endsWith('range-guard')),
  },
];

function changedQuotient(
  node: Expression,
  numerator: (node: Expression) => Expression,
  divisor: (node: Expression) => Expression,
): Expression {
  return node.kind === 'quotient' ? { ...quotientOf(numerator(node.numerator), divisor(node.denominator)) } : node;
}

const quotientOf = (numerator: Expression, denominator: Expression): Expression =>
  hadamard([numerator, reciprocal(denominator)]);
const reciprocal = (denominator: Expression): Expression => ({
  kind: 'quotient',
  key: `1 / ${denominator.key}`,
  rows: denominator.rows,
  columns: denominator.columns,
  numerator: ones(denominator.rows),
  denominator,
});
const mentionsCap = (node: Expression): boolean => [...symbols(node)].some(({ role }) => role === 'cap');

const extra: Readonly<Record<string, string>> = {
  'identity-skip':
    'name: identity-skip\ntitle: Identity skip\nequations: |\n  w[0] = x\n  w[l] = phi(C[l] * ' +
    'w[l-1]) for l in 1..n\n  y = x + B * w[n]\n',
  'residual-dense':
    'name: residual-dense\ntitle: Dense skip\nequations: |\n  w[0] = x\n  w[l] = phi(C[l] * ' +
    'w[l-1]) for l in 1..n\n  y = A * x + B * w[n]\n',
};

async function campaign(fault: Fault, runs = 10_000) {
  const architectures = fault.on.map((name) =>
    extra[name] === undefined ? loadArchitecture(name) : parseArchitecture(extra[name], null),
  );
  return runCampaign({
    architectures,
    depth: { from: fault.depth ?? 1, to: fault.depth ?? 3 },
    maxWidth: fault.maxWidth ?? 5,
    runs,
    stopAtFirst: true,
    compileNetwork: faultyNetwork(fault),
  });
}

describe('deliberate faults', () => {
  it.each(faults)('$name: found within 10,000 cases', async (fault) => {
    const result = await campaign(fault);
    if (process.env['FAULTS'] !== undefined)
      console.log(fault.name, '|', result.runs, result.failures, result.counterexample?.because);
    expect(result.failures).toBe(1);
  });

  it.each(refusedFaults)('$name: refused by the rules', async (fault) => {
    await expect(campaign(fault)).rejects.toMatchObject({ code: 'LW401' });
  });

  it.each(survivors)('$name: sound all the same', async (fault) => {
    const result = await campaign(fault, 3000);
    expect([result.runs, result.failures]).toEqual([3000, 0]);
  });

  it('are at least 24, each with a name of its own', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThanOrEqual(24);
  });

  it('are what is found: the same campaigns without a fault find nothing', async () => {
    for (const name of new Set(faults.flatMap(({ on }) => on))) {
      const { failures, runs } = await campaign({ name: 'none', on: [name] }, 1500);
      expect([name, runs, failures]).toEqual([name, 1500, 0]);
    }
  });
});
