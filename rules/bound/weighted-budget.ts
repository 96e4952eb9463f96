import { monomial, negate, subtract, sum, summands } from '../../src/expr/build.js';
import { isNonnegative } from '../../src/expr/facts.js';
import { multipliersOf, weightsOf } from '../../src/expr/gram.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { BudgetSource } from '../../src/model/bounding.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

interface Share {
  readonly owners: ReadonlyMap<string, SymbolNode>;
  readonly terms: readonly Expression[];
}

/** −1: nobody's; 0, 1, …: the output weight that comes last in the term; Infinity: the readers together. */
function stage(term: Expression, source: BudgetSource): number {
  if (multipliersOf(term).length > 0) return Number.POSITIVE_INFINITY;
  const weights = new Set(weightsOf(term).map((weight) => weight.key));
  return source.outputWeights.reduce((last, weight, at) => (weights.has(weight.key) ? at : last), -1);
}

function owner(term: Expression, at: number, source: BudgetSource): SymbolNode | null {
  if (at !== Number.POSITIVE_INFINITY) return source.outputWeights[at] ?? null;
  const weights = weightsOf(term);
  // At symbolic depth `E[l]` stands for its whole family, `E[n]` included.
  const stands = (reader: SymbolNode, weight: SymbolNode): boolean =>
    reader.key === weight.key || (reader.label.index?.base === 'loop' && reader.label.name === weight.label.name);
  return source.readers.find((reader) => weights.some((weight) => stands(reader, weight))) ?? null;
}

const positive = (source: BudgetSource): readonly Expression[] =>
  summands(source.total).filter((term) => monomial(term).coefficient > 0);
const negative = (source: BudgetSource): readonly Expression[] =>
  summands(source.total).filter((term) => monomial(term).coefficient <= 0);

/**
 * At most three shares: the output's weights that read the row's signal, its other weights, the hidden layers' readers.
 */
function shares(source: BudgetSource): readonly Share[] {
  const byLevel = new Map<number, { owners: Map<string, SymbolNode>; terms: Expression[] }>();
  const own = new Set(source.ownWeights.map((weight) => weight.key));
  for (const term of positive(source)) {
    const at = stage(term, source);
    if (at < 0) continue;
    const weight = owner(term, at, source);
    const level = at === Number.POSITIVE_INFINITY ? at : own.has(weight?.key ?? '') ? 0 : 1;
    const share = byLevel.get(level) ?? { owners: new Map<string, SymbolNode>(), terms: [] };
    if (weight !== null) share.owners.set(weight.key, weight);
    share.terms.push(term);
    byLevel.set(level, share);
  }
  return [...byLevel].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, share]) => share);
}

/**
 * # Weighted budget
 *
 * **Statement.** `Σ_t T_t ≤ u` holds if each share meets `T_s < u − Σ_{earlier} T`, taken one after the other.
 *
 * **Source.** A row without a multiplier of its own: nonnegative terms T_t and a limit u (for the input, 𝓛²).
 *
 * **Target.** One constraint for each share: first the output's weights that read the row's signal, then those that
 * meet them, last the weights by which hidden layers read the row's signal, together.
 *
 * **Derivation.** Subtract what is spent; every strict inequality leaves a positive rest for the next.
 * Juston et al., arXiv 2502.21279, section 3: |a| < 𝓛, |a| ∘ (|B| 1) < 𝓛² − a², then C₁.
 *
 * **Assumptions.** All terms are nonnegative; each is owned by a weight that can make it small.
 *
 * **When not to use.** Rows with a multiplier: isolate it instead.
 */
export const weightedBudget: Rule<BudgetSource, readonly Constraint[]> = {
  name: 'bound/weighted-budget',
  statement: 'Σ T ≤ u holds if share after share meets T < u − (what is spent)',
  latex: 'T_s < u - \\sum_{t < s} T_t \\;\\forall s \\;\\Rightarrow\\; \\sum_t T_t \\le u \\quad (T_t \\ge 0)',
  exact: false,
  assumptions: [{ text: 'all terms are nonnegative', latex: 'T_t \\ge 0' }],
  refuses: (source) => {
    const unsigned = positive(source).find((term) => !isNonnegative(term));
    if (unsigned !== undefined) return refuse(`a term of unknown sign: ${unsigned.key}`);
    const stuck = positive(source).find(
      (term) =>
        stage(term, source) === Number.POSITIVE_INFINITY && owner(term, Number.POSITIVE_INFINITY, source) === null,
    );
    if (stuck !== undefined)
      return refuse(
        'a hidden layer reads this signal through the identity, so no weight can make its part of the budget small',
      );
    return negative(source).some((term) => weightsOf(term).length + multipliersOf(term).length > 0)
      ? refuse('the limit depends on weights')
      : null;
  },
  apply: (source) => {
    const { row, span } = source;
    const fixed = positive(source).filter((term) => stage(term, source) < 0);
    const limit = negate(sum(negative(source), source.total));
    const spent = sum(fixed, source.total);
    let rest = subtract(limit, spent);
    // What no weight can change comes first, as a demand without a parameter.
    const demand: Constraint = {
      kind: 'budget',
      parameters: [],
      left: spent,
      relation: '<',
      right: limit,
      onlyIfPositive: null,
      row,
      span,
    };
    const allotted = shares(source).map(({ owners, terms }): Constraint => {
      const left = sum(terms);
      const constraint: Constraint = {
        kind: 'budget',
        parameters: [...owners.values()],
        left,
        relation: '<',
        right: rest,
        onlyIfPositive: null,
        row,
        span,
      };
      rest = subtract(rest, left);
      return constraint;
    });
    return fixed.length === 0 ? allotted : [demand, ...allotted];
  },
};
