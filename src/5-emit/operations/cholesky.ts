import { fail } from '../../base/diagnostic.js';
import type { MatrixOperation } from '../../model/program.js';
import { choleskyFromEndInto, choleskyInto } from '../../runtime/js/cholesky.js';
import { plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';
import { refusal } from './contract.js';

type Cholesky = Extract<MatrixOperation, { kind: 'cholesky' }>;

const expected = {
  LW402: 'a demand that some weights can meet',
  LW404: 'free parameters, slopes and 𝓛 that leave more room',
} as const satisfies Record<Cholesky['code'], string>;

/** A = L Lᵀ, or Lᵀ L from the end. */
export const cholesky: ProgramRules<Cholesky> = {
  renumber: (operation, { buffer, name, text }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    name: name(operation.name),
    because: text(operation.because),
  }),
  run: ({ out, matrix, reversed, code, because }, { buffer, shape }) => {
    const [factor, source] = [buffer(out), buffer(matrix)];
    const { rows } = shape(out);
    const into = reversed === true ? choleskyFromEndInto : choleskyInto;
    return () => {
      if (into(factor, source, rows) >= 0) fail(code, because, expected[code]);
    };
  },
  // Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, or L⁻¹ Φ(L̄ Lᵀ) L⁻ᵀ from the end, Φ the lower triangle with half the diagonal, made symmetric
  // (Murray, arXiv 1602.07527).
  adjoint: ({ out: factor, matrix, reversed }, adjoint, tape) => {
    const isReversed = reversed === true;
    const product = isReversed
      ? tape.multiply(plain(adjoint), plain(factor, true))
      : tape.multiply(plain(factor, true), plain(adjoint));
    const inner = tape.lower(product, 1 / 2);
    const { rows, columns } = tape.shape(matrix);
    const half = tape.buffer(rows, columns);
    const whole = tape.buffer(rows, columns);
    tape.push({ kind: 'solve', out: half, factor, transposed: !isReversed, matrix: inner, side: 'left' });
    tape.push({ kind: 'solve', out: whole, factor, transposed: isReversed, matrix: half, side: 'right' });
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
  js: ({ out, matrix, reversed, code, because }, { buffer, rows, line }) =>
    line(
      `if (${reversed === true ? 'choleskyFromEndInto' : 'choleskyInto'}(${buffer(out)}, ${buffer(matrix)}, ${rows(out)}) >= 0) ` +
        refusal(code, because, expected[code]),
    ),
};
