import { abs, diag, offDiagonal, rangeSum, rowSums, sum } from '../../src/expr/build.js';
import { summands } from '../../src/expr/build.js';
import { isDiagonal, isNonnegative } from '../../src/expr/facts.js';
import { asGram } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { BlockRow } from '../../src/model/lmi.js';
import type { RowInequality } from '../../src/model/inequality.js';
import { labelText } from '../../src/base/label.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/** Nonnegative diagonal matrices and grams XᵀDX have a diagonal of one sign that the other rules can write down. */
function hasPlainDiagonal(term: Expression): boolean {
  const body = term.kind === 'scale' ? term.body : term;
  if (body.kind === 'range-sum') return hasPlainDiagonal(body.body);
  // A diagonal of unknown sign would need |·|, which is what the radius is for.
  return (isDiagonal(body) && isNonnegative(body)) || asGram(body) !== null;
}

/**
 * # Gershgorin disc
 *
 * **Statement.** If in every row of the symmetric M the centre plus the radius is ≤ 0, then M ≼ 0.
 *
 * **Source.** One block row of the LMI.
 *
 * **Target.** `diag(M_ii) + rowsum|offdiag(M_ii)| + Σ_{j ≠ i} rowsum|M_ij| ≤ 0`, entry by entry. Summands of M_ii
 * whose diagonal has no simple form go into the radius whole, which only makes the target stronger.
 *
 * **Derivation.** xᵀMx = Σ m_ii x_i² + Σ_{i≠j} m_ij x_i x_j, and 2 m_ij x_i x_j ≤ |m_ij| (x_i² + x_j²).
 * Gershgorin 1931; Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** M symmetric; the target is met in all rows.
 *
 * **When not to use.** It ignores sign and cancellation, so it over-constrains: the network it leaves is nearly linear.
 */
export const gershgorinDisc: Rule<BlockRow, RowInequality> = {
  name: 'bound/gershgorin-disc',
  statement: 'every row: diag(M_ii) + rowsum|offdiag(M_ii)| + Σ_j≠i rowsum|M_ij| ≤ 0 makes M ≼ 0',
  latex:
    '\\operatorname{diag}(M_{ii}) + \\left|\\operatorname{offdiag}(M_{ii})\\right|\\mathbf{1} + ' +
    '\\sum_{j \\ne i} \\left|M_{ij}\\right|\\mathbf{1} \\le 0 \\;\\forall i \\;\\Rightarrow\\; M ' +
    '\\preceq 0 \\quad (M = M^{\\top})',
  exact: false,
  assumptions: [{ text: 'M is symmetric', latex: 'M = M^{\\top}' }],
  refuses: (row) =>
    row.blocks.some((block) => labelText(block.column) === labelText(row.signal))
      ? null
      : refuse('the row has no diagonal block'),
  apply: (row) => {
    const own = row.blocks.flatMap((block) =>
      labelText(block.column) === labelText(row.signal) ? summands(block.expression) : [],
    );
    const plain = own.filter(hasPlainDiagonal);
    const crossed = own.filter((term) => !hasPlainDiagonal(term));
    const shape = own[0] ?? row.blocks[0]?.expression;
    if (shape === undefined) throw new Error(`empty block row ${labelText(row.signal)}`);
    const vector = { rows: shape.rows, columns: null };
    const centre = sum(plain.map(diag), vector);
    const inner = plain.map(offDiagonal).filter((term) => term.kind !== 'zero');
    const others = row.blocks
      .filter((block) => labelText(block.column) !== labelText(row.signal))
      .map((block) => {
        const radius = rowSums(abs(block.expression));
        return block.span === null ? radius : rangeSum(radius, block.span.from, block.span.to);
      });
    const ownRadius = [
      ...(inner.length === 0 ? [] : [rowSums(abs(sum(inner)))]),
      ...(crossed.length === 0 ? [] : [rowSums(abs(sum(crossed)))]),
    ];
    return {
      signal: row.signal,
      span: row.span,
      layer: row.layer,
      centre,
      radius: sum([...ownRadius, ...others], vector),
    };
  },
};
