import { abs, monomial, rowSums, scale, sum, summands } from '../../src/expr/build.js';
import { isNonnegative } from '../../src/expr/facts.js';
import { absoluteRowSumBody, asGram } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

interface Pair {
  readonly centre: Expression;
  readonly radius: Expression;
  readonly joined: Expression;
}

/**
 * Summands c·diag(G) with their c·rowsum|offdiag(G)|, c known to be ≥ 0 and G a gram; all of a sum at once, which may
 * have hundreds.
 */
function findPairs(node: Expression): readonly Pair[] {
  const terms = summands(node);
  const radii = new Map<string, Expression>();
  for (const radius of terms) {
    const { coefficient, scalars, body } = monomial(radius);
    const inner = absoluteRowSumBody(body);
    if (inner?.kind === 'off-diagonal') radii.set(scale(coefficient, scalars, inner.body).key, radius);
  }
  return terms.flatMap((centre): readonly Pair[] => {
    const { coefficient, scalars, body } = monomial(centre);
    if (body.kind !== 'diag' || asGram(body.body) === null || coefficient < 0 || !scalars.every(isNonnegative))
      return [];
    const matrix = body.body;
    const radius = radii.get(scale(coefficient, scalars, matrix).key);
    return radius === undefined ? [] : [{ centre, radius, joined: scale(coefficient, scalars, rowSums(abs(matrix))) }];
  });
}

/**
 * # Absorbing a nonnegative diagonal
 *
 * **Statement.** `diag(G) + |offdiag(G)| 1 = |G| 1` for a gram G = XᵀDX with D ≥ 0.
 *
 * **Source.** A row's total that holds both summands with one coefficient ≥ 0.
 *
 * **Target.** The total with the full row sums in their place.
 *
 * **Derivation.** g_jj = Σ_i d_i x_ij² ≥ 0, so g_jj = |g_jj|.
 *
 * **Assumptions.** D is diagonal and nonnegative; the coefficient is nonnegative.
 *
 * **When not to use.** Never wrong; it is exact.
 */
export const absorbDiagonal: RewriteRule = {
  name: 'bound/absorb-diagonal',
  statement: 'diag(G) + |offdiag(G)| 1 = |G| 1 for G = XᵀDX',
  latex:
    '\\operatorname{diag}(G) + \\left|\\operatorname{offdiag}(G)\\right|\\mathbf{1} = ' +
    '\\left|G\\right|\\mathbf{1} \\quad (G = X^{\\top} D X,\\ D \\ge 0)',
  exact: true,
  assumptions: [{ text: 'G = XᵀDX with D ≥ 0', latex: 'G = X^{\\top} D X,\\ D \\ge 0' }],
  refuses: (node) =>
    node.kind === 'sum' && findPairs(node).length > 0 ? null : refuse('no diag(G) beside |offdiag(G)| 1'),
  apply: (node) => {
    const pairs = findPairs(node);
    const absorbed = new Set(pairs.flatMap(({ centre, radius }) => [centre, radius]));
    const rest = summands(node).filter((term) => !absorbed.has(term));
    return sum([...rest, ...pairs.map(({ joined }) => joined)]);
  },
};
