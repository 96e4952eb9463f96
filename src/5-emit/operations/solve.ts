import type { MatrixOperation } from '../../model/program.js';
import { solveLowerInto, solveRightInto } from '../../runtime/js/solve.js';
import { plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';

/** out = F⁻¹ B or B F⁻¹, F lower triangular or its transpose. */
export const solve: ProgramRules<Extract<MatrixOperation, { kind: 'solve' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    factor: buffer(operation.factor),
    matrix: buffer(operation.matrix),
  }),
  run: ({ out, factor, matrix, side, transposed }, { buffer, shape }) => {
    const [target, f, b] = [buffer(out), buffer(factor), buffer(matrix)];
    const { rows, columns } = shape(out);
    return side === 'left'
      ? () => solveLowerInto(target, f, b, rows, columns, transposed)
      : () => solveRightInto(target, f, b, rows, columns, transposed);
  },
  // F̄ = −B̄ outᵀ, from the right −outᵀ B̄, transposed with F; only the lower triangle is read.
  adjoint: ({ out, factor, transposed, matrix, side }, adjoint, tape) => {
    const { rows, columns } = tape.shape(matrix);
    const ofMatrix = tape.buffer(rows, columns);
    tape.push({ kind: 'solve', out: ofMatrix, factor, transposed: !transposed, matrix: adjoint, side });
    tape.add(matrix, ofMatrix);
    if (!tape.isActive(factor)) return;
    const [first, second] = (side === 'left') !== transposed ? [ofMatrix, out] : [out, ofMatrix];
    const whole =
      side === 'left'
        ? tape.multiply(plain(first), plain(second, true))
        : tape.multiply(plain(first, true), plain(second));
    tape.add(factor, tape.multiple({ kind: 'number', value: -1 }, plain(tape.lower(whole, 1))));
  },
  js: ({ out, factor, matrix, side, transposed }, { buffer, rows, columns, call }) =>
    call(
      side === 'left' ? 'solveLowerInto' : 'solveRightInto',
      buffer(out),
      buffer(factor),
      buffer(matrix),
      rows(out),
      columns(out),
      transposed,
    ),
};
