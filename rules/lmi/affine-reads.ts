import { exactFactor, identity, isZero, product, sameDimension, scale, transpose } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { FormSource } from '../../src/model/form.js';
import type { QuadraticTerm } from '../../src/model/lmi.js';
import type { Read } from '../../src/model/network.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Forms in sums of reads
 *
 * **Statement.** With Δv = Σ c_j C_j Δw_j the form a ΔvᵀΛΔv + b (ΔvᵀΛΔw + ΔwᵀΛΔv) + c ΔwᵀΛΔw has the blocks
 * a c_i c_j C_iᵀΛC_j at (i, j), b c_j C_jᵀΛ at (j, w) with its transpose, and c Λ at (w, w).
 *
 * **Source.** A form in a pre-activation (or the output) and a signal.
 *
 * **Target.** The same form's summands over the signals, block by block of the LMI.
 *
 * **Derivation.** The form is bilinear in (Δv, Δw); biases cancel in differences.
 *
 * **Assumptions.** v is affine in the signals; Λ is symmetric.
 *
 * **When not to use.** Products of signals, as in attention, are not affine.
 */
export const affineReads: Rule<FormSource, readonly QuadraticTerm[]> = {
  name: 'lmi/affine-reads',
  statement: 'with Δv = Σ c_j C_j Δw_j a form in Δv and Δw has the blocks a c_i c_j C_iᵀΛC_j, b c_j C_jᵀΛ and c Λ',
  latex:
    'a\\,\\Delta v^{\\top}\\Lambda\\Delta v + 2 b\\,\\Delta v^{\\top}\\Lambda\\Delta w + c\\,\\Delta w^{\\top}' +
    '\\Lambda\\Delta w = \\sum_{i,j} a c_i c_j\\,\\Delta w_i^{\\top} C_i^{\\top}\\Lambda C_j \\Delta w_j + ' +
    '2 \\sum_j b c_j\\,\\Delta w_j^{\\top} C_j^{\\top}\\Lambda\\Delta w + c\\,\\Delta w^{\\top}\\Lambda\\Delta w ' +
    '\\quad (\\Delta v = \\textstyle\\sum_j c_j C_j \\Delta w_j)',
  exact: true,
  assumptions: [{ text: 'v is affine in the signals', latex: '\\Delta v = \\textstyle\\sum_j c_j C_j \\Delta w_j' }],
  refuses: ({ form: { mixed }, middle, ownMiddle }) =>
    isZero(mixed) || sameDimension(middle.rows, ownMiddle.rows)
      ? null
      : refuse('v and w, of which the form has a product, have different widths'),
  apply: ({ form: { square, mixed, own }, reads, signal, middle, ownMiddle }) => {
    const matrix = (read: Read): Expression => read.weight ?? identity(middle.rows);
    const squares = reads.flatMap((a) =>
      reads.map((b): QuadraticTerm => {
        const body = product([transpose(matrix(a)), middle, matrix(b)]);
        const expression = scale(1, [square, exactFactor(a.coefficient), exactFactor(b.coefficient)], body);
        return { row: a.signal, column: b.signal, expression };
      }),
    );
    const crossed = reads.flatMap((read): readonly QuadraticTerm[] => {
      const body = scale(1, [mixed, exactFactor(read.coefficient)], product([transpose(matrix(read)), middle]));
      return [
        { row: read.signal, column: signal, expression: body },
        { row: signal, column: read.signal, expression: transpose(body) },
      ];
    });
    return [
      ...(isZero(square) ? [] : squares),
      ...(isZero(mixed) ? [] : crossed),
      ...(isZero(own) ? [] : [{ row: signal, column: signal, expression: scale(1, [own], ownMiddle) }]),
    ];
  },
};
