import type { MatrixOperation } from '../../model/program.js';
import { multiplyInto } from '../../runtime/js/product.js';
import { plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';

export const multiply: ProgramRules<Extract<MatrixOperation, { kind: 'multiply' }>> = {
  renumber: (operation, { buffer, operand }) => ({
    ...operation,
    out: buffer(operation.out),
    left: operand(operation.left),
    right: operand(operation.right),
  }),
  run: ({ out, left, right }, { buffer, shape }) => {
    const [target, a, b] = [buffer(out), buffer(left.buffer), buffer(right.buffer)];
    const { rows, columns } = shape(out);
    const inner = left.transposed ? shape(left.buffer).rows : shape(left.buffer).columns;
    return () => multiplyInto(target, a, left.transposed, b, right.transposed, rows, columns, inner);
  },
  // out = L R: L̄ = ō Rᵀ, R̄ = Lᵀ ō, each transposed if the operand was.
  adjoint: ({ left, right }, adjoint, tape) => {
    const flipped = { left: plain(left.buffer, !left.transposed), right: plain(right.buffer, !right.transposed) };
    if (tape.isActive(left.buffer))
      tape.add(
        left.buffer,
        left.transposed ? tape.multiply(right, plain(adjoint, true)) : tape.multiply(plain(adjoint), flipped.right),
      );
    if (tape.isActive(right.buffer))
      tape.add(
        right.buffer,
        right.transposed ? tape.multiply(plain(adjoint, true), left) : tape.multiply(flipped.left, plain(adjoint)),
      );
  },
  js: ({ out, left, right }, { buffer, rows, columns, call }) =>
    call(
      'multiplyInto',
      buffer(out),
      buffer(left.buffer),
      left.transposed,
      buffer(right.buffer),
      right.transposed,
      rows(out),
      columns(out),
      left.transposed ? rows(left.buffer) : columns(left.buffer),
    ),
};
