import { fail } from '../../base/diagnostic.js';
import type { MatrixOperation } from '../../model/program.js';
import { choleskyInto } from '../../runtime/js/cholesky.js';
import { plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';
import { refusal } from './contract.js';

type Cholesky = Extract<MatrixOperation, { kind: 'cholesky' }>;

const expected = {
  LW402: 'a demand that some weights can meet',
  LW404: 'free parameters, slopes and 𝓛 that leave more room',
} as const satisfies Record<Cholesky['code'], string>;

/** A = L Lᵀ */
export const cholesky: ProgramRules<Cholesky> = {
  renumber: (operation, { buffer, name, text }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    name: name(operation.name),
    because: text(operation.because),
  }),
  run: ({ out, matrix, code, because }, { buffer, shape }) => {
    const [factor, source] = [buffer(out), buffer(matrix)];
    const { rows } = shape(out);
    return () => {
      if (choleskyInto(factor, source, rows) >= 0) fail(code, because, expected[code]);
    };
  },
  // Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, Φ the lower triangle with half the diagonal, made symmetric (Murray, arXiv 1602.07527).
  adjoint: ({ out: factor, matrix }, adjoint, tape) => {
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
      terms: [false, true].map((transposed) => ({
        factor: { kind: 'number', value: 1 / 2 },
        operand: plain(whole, transposed),
      })),
    });
    tape.add(matrix, symmetric);
  },
  js: ({ out, matrix, code, because }, { buffer, rows, line }) =>
    line(
      `if (choleskyInto(${buffer(out)}, ${buffer(matrix)}, ${rows(out)}) >= 0) ` +
        refusal(code, because, expected[code]),
    ),
};
