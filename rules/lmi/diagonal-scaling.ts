import { labelText } from '../../src/base/label.js';
import type { Label } from '../../src/base/label.js';
import { monomial, product, rangeSum, scale, sum, summands } from '../../src/expr/build.js';
import { isDiagonal } from '../../src/expr/facts.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { Lmi, ScalingSource } from '../../src/model/lmi.js';
import type { ScaleFactor, Scaled } from '../../src/model/scaling.js';
import { scaledSymbols } from '../../src/model/scaling.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/** A product of powers of scales, which commute with one another and with diagonal matrices. */
class Powers {
  private readonly exponents = new Map<string, { readonly scale: SymbolNode; exponent: number }>();

  multiply(node: SymbolNode | null, by: number): void {
    if (node === null) return;
    const known = this.exponents.get(node.key);
    if (known === undefined) this.exponents.set(node.key, { scale: node, exponent: by });
    else known.exponent += by;
  }

  factor(side: ScaleFactor | null): void {
    if (side !== null) this.multiply(side.scale, side.inverse ? -1 : 1);
  }

  /** The factors, or null if one has a negative power. */
  written(): readonly SymbolNode[] | null {
    const open = [...this.exponents.values()].filter(({ exponent }) => exponent !== 0);
    if (open.some(({ exponent }) => exponent < 0)) return null;
    return open.flatMap(({ scale: node, exponent }) => Array.from({ length: exponent }, () => node));
  }
}

/**
 * T_i · term · T_j, with X = left X̃ right for every X in it; null if powers of T are left over at a matrix that is not
 * diagonal.
 */
function scaledTerm(
  term: Expression,
  row: SymbolNode | null,
  column: SymbolNode | null,
  known: ReadonlyMap<string, Scaled>,
): Expression | null {
  const { coefficient, scalars, body } = monomial(term);
  if (body.kind === 'range-sum') {
    const inner = scaledTerm(body.body, row, column, known);
    return inner === null ? null : scale(coefficient, scalars, rangeSum(inner, body.from, body.to));
  }
  const items = body.kind === 'product' ? body.items : body.kind === 'identity' ? [] : [body];
  const open = new Powers();
  open.multiply(row, 1);
  for (const item of items) {
    const transposed = item.kind === 'transpose';
    const inner = item.kind === 'transpose' ? item.body : item;
    const scaled = known.get(inner.key);
    if (scaled === undefined) return null;
    open.factor(transposed ? scaled.right : scaled.left);
    if (!isDiagonal(inner) && open.written()?.length !== 0) return null;
    open.factor(transposed ? scaled.left : scaled.right);
  }
  open.multiply(column, 1);
  const rest = open.written();
  if (rest === null || (rest.length > 0 && items.some((item) => !isDiagonal(item)))) return null;
  return scale(coefficient, scalars, product([body, ...rest]));
}

function scaledBlock(
  expression: Expression,
  row: Label,
  column: Label,
  { scaling }: ScalingSource,
  known: ReadonlyMap<string, Scaled>,
): Expression | null {
  const terms = summands(expression).map((term) => scaledTerm(term, scaling.of(row), scaling.of(column), known));
  const whole = terms.filter((term) => term !== null);
  return whole.length === terms.length ? sum(whole, expression) : null;
}

/**
 * # Diagonal scaling
 *
 * **Statement.** `M ≼ 0 ⇔ TMT ≼ 0` for a positive diagonal T, and with C = T_l C̃ T_j⁻¹, Λ = T_l⁻¹ Λ̃ T_l⁻¹, D = D̃
 * T_j⁻¹ the blocks of TMT are those of M in the tilde matrices, but for −𝓛² I, which becomes −𝓛² T_x².
 *
 * **Source.** The LMI and one positive diagonal T for each signal.
 *
 * **Target.** The LMI TMT, in which weights and multipliers stand for the tilde matrices.
 *
 * **Derivation.** xᵀTMTx = (Tx)ᵀM(Tx), and x ↦ Tx is a bijection (congruence; Sylvester 1852). T_j C_jᵀ Λ C_k T_k =
 * C̃_jᵀ Λ̃ C̃_k, since T_l⁻¹ T_l cancel; T_j D_jᵀ D_k T_k = D̃_jᵀ D̃_k. Discs of TMT: t_i m_ii + Σ_{j≠i} |m_ij| t_j ≤
 * 0.
 *
 * **Assumptions.** T diagonal and positive; an identity between two signals needs T_l = T_j, one to the output T_j = I.
 *
 * **When not to use.** Where nobody trains or chooses T: with T = I it says nothing new.
 */
export const diagonalScaling: Rule<ScalingSource, Lmi> = {
  name: 'lmi/diagonal-scaling',
  statement: 'M ≼ 0 is TMT ≼ 0, the LMI of C̃ = T_l⁻¹ C T_j, Λ̃ = T_l Λ T_l, D̃ = D T_j with −𝓛² T_x² for −𝓛² I',
  latex:
    'M \\preceq 0 \\iff T M T \\preceq 0 \\quad (T = \\operatorname{Diag}(t),\\ t > 0,\\ T_l = ' +
    'T_j \\text{ at identity reads})',
  exact: true,
  assumptions: [
    { text: 'T is diagonal and positive', latex: 'T = \\operatorname{Diag}(t),\\ t > 0' },
    { text: 'an identity read joins equal scales', latex: 'T_l = T_j \\text{ at identity reads}' },
  ],
  refuses: (source) => {
    const known = scaledSymbols(source.lmi.network, source.scaling);
    const stuck = source.lmi.rows.some((row) =>
      row.blocks.some((block) => scaledBlock(block.expression, row.signal, block.column, source, known) === null),
    );
    return stuck ? refuse('the scales of two signals that an identity joins are not equal') : null;
  },
  apply: (source) => {
    const known = scaledSymbols(source.lmi.network, source.scaling);
    const rows = source.lmi.rows.map((row) => ({
      ...row,
      blocks: row.blocks.map((block) => {
        const expression = scaledBlock(block.expression, row.signal, block.column, source, known);
        if (expression === null)
          throw new Error(`the scales do not cancel in block ${labelText(row.signal)}, ${labelText(block.column)}`);
        return { ...block, expression };
      }),
    }));
    return { ...source.lmi, rows };
  },
};
