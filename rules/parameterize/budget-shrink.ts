import { monomial, scale, summands } from '../../src/expr/build.js';
import { absoluteRowSumBody, asGram, weightsOf } from '../../src/expr/gram.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { mentions } from '../../src/expr/visit.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment, ConstraintSource, Spread } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

interface Form {
  readonly spread: Spread;
  readonly degree: number;
}

const everywhere: Form = { spread: { kind: 'all' }, degree: 1 };

/** |W|ᵀ: the weight whose columns are the term's entries. */
function transposedWeight(node: Expression): SymbolNode | null {
  return node.kind === 'transpose' && node.body.kind === 'abs' && node.body.body.kind === 'symbol'
    ? node.body.body
    : null;
}

const isOwned = (weight: SymbolNode, owners: readonly SymbolNode[]): boolean =>
  owners.some((owner) => owner.key === weight.key);

/** How a term answers when the weights shrink: by which entries, and with which power. */
function formOf(term: Expression, owners: readonly SymbolNode[]): Form {
  const { body } = monomial(term);
  const inner = absoluteRowSumBody(body);
  if (inner !== null && asGram(inner) !== null) return { spread: { kind: 'all' }, degree: 2 };
  if (body.kind === 'row-sums') {
    const transposed = transposedWeight(body.body);
    if (transposed !== null) return { spread: { kind: 'columns' }, degree: 1 };
    return { spread: { kind: 'rows' }, degree: 1 };
  }
  if (body.kind === 'product' && body.items.length === 2) {
    const [left, right] = body.items;
    const weight = left === undefined ? null : transposedWeight(left);
    if (weight === null || right === undefined) return everywhere;
    const above = weightsOf(right).filter((item) => isOwned(item, owners));
    if (isOwned(weight, owners)) return above.length === 0 ? { spread: { kind: 'columns' }, degree: 1 } : everywhere;
    // |X|ᵀ(|W| 1): row i of W counts where column entries X_ij are not 0.
    return isRowsOf(right, owners) ? { spread: { kind: 'support', through: weight }, degree: 1 } : everywhere;
  }
  return isRowsOf(body, owners) ? { spread: { kind: 'rows' }, degree: 1 } : everywhere;
}

/** d ∘ (|W| 1) or |diag W|: entry i holds row i of an owner only, once. */
function isRowsOf(node: Expression, owners: readonly SymbolNode[]): boolean {
  const factors = (node.kind === 'hadamard' ? node.items : [node]).filter((item) =>
    owners.some((owner) => mentions(item, owner.key)),
  );
  const [only] = factors;
  if (only === undefined || factors.length > 1) return false;
  const rows = only.kind === 'row-sums' && only.body.kind === 'abs' && only.body.body.kind === 'symbol';
  return rows || (only.kind === 'diag' && only.body.kind === 'abs');
}

function sameSpread(a: Spread, b: Spread): boolean {
  return a.kind === b.kind && (a.kind !== 'support' || (b.kind === 'support' && a.through.key === b.through.key));
}

function jointForm(left: Expression, owners: readonly SymbolNode[]): Form {
  const forms = summands(left).map((term) => formOf(term, owners));
  const [first, ...rest] = forms;
  if (first === undefined) return everywhere;
  const spread: Spread = rest.every((form) => sameSpread(form.spread, first.spread)) ? first.spread : { kind: 'all' };
  return { spread, degree: Math.min(...forms.map((form) => form.degree)) };
}

/**
 * # Budget shrink
 *
 * **Statement.** If g is nondecreasing in |W| and g(sZ) ≤ s^p g(Z) for factors s ≤ 1 on the entries that g_i holds,
 * then W = min(1, ((1 − ε) u / g(Z))^{1/p}) Z meets g(W) < u.
 *
 * **Source.** A share of a budget: Σ T(W) < u, u what earlier shares left.
 *
 * **Target.** The share's weights, scaled together by columns, by rows, or as a whole.
 *
 * **Derivation.** T = |W|ᵀω scales with its column; T = d ∘ (|W| 1) with its row; T = |X|ᵀ(|W| 1) with the smallest
 * factor that a row needs among the entries X_ij ≠ 0 through which it counts; a gram |WᵀW| 1 with the square of one
 * common factor. Different kinds in one share fall back to one common factor, the smallest power being the safe one
 * since s ≤ 1.
 *
 * **Assumptions.** u > 0, since earlier shares left a positive rest; Z is any real matrix.
 *
 * **When not to use.** Constraints whose left side can fall when a weight grows.
 */
export const budgetShrink: Rule<ConstraintSource, Assignment> = {
  name: 'parameterize/budget-shrink',
  statement: 'W = min(1, ((1 − ε) u / g(Z))^(1/p)) Z meets g(W) < u',
  latex: 'W = \\min\\!\\left(1, \\left(\\frac{(1-\\varepsilon)\\,u}{g(Z)}\\right)^{1/p}\\right) Z \\quad (u > 0)',
  exact: false,
  assumptions: [{ text: 'what is left of the budget is positive', latex: 'u > 0' }],
  refuses: ({ constraint }) => {
    if (constraint.kind !== 'budget') return refuse('not a share of a budget');
    return constraint.parameters.length > 0 ? null : refuse('no weight to shrink');
  },
  apply: ({ constraint, last }) => {
    const { spread, degree } = jointForm(constraint.left, constraint.parameters);
    return {
      kind: 'shrink',
      rule: 'parameterize/budget-shrink',
      weights: constraint.parameters,
      usage: constraint.left,
      limit: scale(1 - (last ? margins.strict : margins.reserve), [], constraint.right),
      exponent: degree === 2 ? 0.5 : 1,
      spread,
    };
  },
};
