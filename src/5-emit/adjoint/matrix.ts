import type { MatrixOperation, Operand, Tree } from '../../model/program.js';
import { buffersOf } from '../../model/tree.js';
import { product } from './tree.js';
import type { Tape } from './tape.js';
import { leaf, plain } from './tape.js';

const number = (value: number): Tree => ({ kind: 'number', value });

/**
 * Squarings of the normed Gram matrix in `numeric/gram-iteration`; its bound is (Σ σ_i^p)^(1/p), p = 2 · 2^(squarings +
 * 1).
 */
const SQUARINGS = 8;
/** Norms below this count as this where they are divided by: the matrix is then 0 for every purpose. */
const SMALLEST_NORM = 2 ** -512;

/** Adds to the adjoints of what the operation reads; `adjoint` is that of what it writes. */
export function adjointOfMatrix(operation: MatrixOperation, adjoint: number, tape: Tape): void {
  switch (operation.kind) {
    case 'multiply': {
      const { left, right } = operation;
      // out = L R: L̄ = ō Rᵀ, R̄ = Lᵀ ō, each transposed if the operand was.
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
      return;
    }
    case 'combine':
      for (const { factor, operand } of operation.terms) {
        if (operand.kind === 'matrix' && tape.isActive(operand.buffer))
          tape.add(operand.buffer, tape.multiple(factor, plain(adjoint, operand.transposed)));
        if (operand.kind === 'diagonal' && tape.isActive(operand.buffer))
          tape.add(
            operand.buffer,
            tape.entries(operand.buffer, product(factor, leaf(tape.total(adjoint, 'diagonal')))),
          );
        adjointOfFactor(factor, operand, adjoint, tape);
      }
      return;
    case 'stack':
      for (const { operand, above, before } of operation.blocks) {
        if (!tape.isActive(operand.buffer)) continue;
        const { rows, columns } = tape.shape(operand.buffer);
        const out = operand.transposed ? tape.buffer(columns, rows) : tape.buffer(rows, columns);
        tape.push({ kind: 'slice', out, matrix: adjoint, above, before });
        tape.add(operand.buffer, operand.transposed ? tape.multiple(number(1), plain(out, true)) : out);
      }
      return;
    case 'slice': {
      const { rows, columns } = tape.shape(operation.matrix);
      const out = tape.buffer(rows, columns);
      tape.push({
        kind: 'stack',
        out,
        blocks: [{ operand: plain(adjoint), above: operation.above, before: operation.before }],
      });
      tape.add(operation.matrix, out);
      return;
    }
    case 'cholesky': {
      // A = L Lᵀ: Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, Φ the lower triangle with half the diagonal, made symmetric (Murray, arXiv
      // 1602.07527).
      const { out: factor, matrix } = operation;
      const inner = tape.lower(tape.multiply(plain(factor, true), plain(adjoint)), 1 / 2);
      const { rows, columns } = tape.shape(matrix);
      const half = tape.buffer(rows, columns);
      const whole = tape.buffer(rows, columns);
      tape.push({ kind: 'solve', out: half, factor, transposed: true, matrix: inner, side: 'left' });
      tape.push({ kind: 'solve', out: whole, factor, transposed: false, matrix: half, side: 'right' });
      const symmetric = tape.buffer(rows, columns);
      tape.push({
        kind: 'combine',
        out: symmetric,
        terms: [false, true].map((transposed) => ({ factor: number(1 / 2), operand: plain(whole, transposed) })),
      });
      tape.add(matrix, symmetric);
      return;
    }
    case 'solve': {
      const { out, factor, transposed, matrix, side } = operation;
      const { rows, columns } = tape.shape(matrix);
      const ofMatrix = tape.buffer(rows, columns);
      tape.push({ kind: 'solve', out: ofMatrix, factor, transposed: !transposed, matrix: adjoint, side });
      tape.add(matrix, ofMatrix);
      if (!tape.isActive(factor)) return;
      // out = F⁻¹ B: F̄ = −B̄ outᵀ, from the right −outᵀ B̄, transposed with F; only the lower triangle is read.
      const [first, second] = (side === 'left') !== transposed ? [ofMatrix, out] : [out, ofMatrix];
      const whole =
        side === 'left'
          ? tape.multiply(plain(first), plain(second, true))
          : tape.multiply(plain(first, true), plain(second));
      tape.add(factor, tape.multiple(number(-1), plain(tape.lower(whole, 1))));
      return;
    }
    case 'cayley': {
      const { rows, columns } = tape.shape(operation.matrix);
      const out = tape.buffer(rows, columns);
      tape.pushAdjoint({ kind: 'cayley-adjoint', out, matrix: operation.matrix, result: operation.out, adjoint });
      tape.add(operation.matrix, out);
      return;
    }
    case 'norm':
      tape.add(operation.matrix, adjointOfNorm(operation.matrix, operation.out, adjoint, tape));
  }
}

/** A factor of a combination has the inner product of the combination's adjoint with what it multiplies. */
function adjointOfFactor(factor: Tree, operand: Operand, adjoint: number, tape: Tape): void {
  if (!readsActive(factor, tape)) return;
  const inner = (): number => {
    if (operand.kind === 'identity') return tape.total(tape.total(adjoint, 'diagonal'), 'all');
    if (operand.kind === 'diagonal')
      return tape.total(
        tape.entries(operand.buffer, product(leaf(tape.total(adjoint, 'diagonal')), leaf(operand.buffer))),
        'all',
      );
    const aligned = operand.transposed ? tape.multiple(number(1), plain(adjoint, true)) : adjoint;
    return tape.total(tape.entries(operand.buffer, product(leaf(aligned), leaf(operand.buffer))), 'all');
  };
  const share = inner();
  tape.addTree(factor, share, leaf(share));
}

function readsActive(tree: Tree, tape: Tape): boolean {
  return buffersOf(tree).some((buffer) => tape.isActive(buffer));
}

/**
 * ν = (Σ σ_i^p)^(1/p) of the matrix A has the gradient (A/ν) (AᵀA/ν²)^(p/2 − 1): with H = AᵀA/ν², whose eigenvalues are
 * at most 1, the power is the product of H, H², H⁴ … H^(2^squarings).
 */
function adjointOfNorm(matrix: number, norm: number, adjoint: number, tape: Tape): number {
  const guarded: Tree = { kind: 'max', items: [leaf(norm), number(SMALLEST_NORM)] };
  let power = tape.multiple({ kind: 'divide', numerator: number(1), denominator: guarded }, plain(matrix));
  let square = tape.multiply(plain(power, true), plain(power));
  power = tape.multiply(plain(power), plain(square));
  for (let k = 1; k <= SQUARINGS; k += 1) {
    square = tape.multiply(plain(square), plain(square));
    power = tape.multiply(plain(power), plain(square));
  }
  return tape.scale(power, adjoint, 'all');
}
