import type { MatrixOperation, Tree } from '../../model/program.js';
import { gramNormInto, gramNormWork, SQUARINGS } from '../../runtime/js/gram-norm.js';
import { leaf, plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';

/** Norms below this count as this where they are divided by: the matrix is then 0 for every purpose. */
const SMALLEST_NORM = 2 ** -512;

const number = (value: number): Tree => ({ kind: 'number', value });

/** An upper bound of the largest singular value, (Σ σ_i^p)^(1/p) with p = 2 (2^squarings + 1). */
export const norm: ProgramRules<Extract<MatrixOperation, { kind: 'norm' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
  }),
  run: ({ out, matrix }, { buffer, shape }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    const { rows, columns } = shape(matrix);
    const work = new Float64Array(gramNormWork(rows, columns));
    return () => {
      target[0] = gramNormInto(work, source, rows, columns);
    };
  },
  // The gradient is (A/ν) (AᵀA/ν²)^(p/2 − 1): with H = AᵀA/ν², whose eigenvalues are at most 1, the power is
  // H^(2^squarings).
  adjoint: ({ out, matrix }, adjoint, tape) => {
    const guarded: Tree = { kind: 'max', items: [leaf(out), number(SMALLEST_NORM)] };
    const unit = tape.multiple({ kind: 'divide', numerator: number(1), denominator: guarded }, plain(matrix));
    let power = tape.multiply(plain(unit, true), plain(unit));
    for (let k = 1; k <= SQUARINGS; k += 1) power = tape.multiply(plain(power), plain(power));
    tape.add(matrix, tape.scale(tape.multiply(plain(unit), plain(power)), adjoint, 'all'));
  },
  js: ({ out, matrix }, { buffer, rows, columns, line }) =>
    line(`${buffer(out)}[0] = gramNormInto(work, ${buffer(matrix)}, ${rows(matrix)}, ${columns(matrix)});`),
  jsWork: ({ matrix }, { rows, columns }) => `gramNormWork(${rows(matrix)}, ${columns(matrix)})`,
};
