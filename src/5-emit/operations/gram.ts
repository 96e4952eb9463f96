import type { Operation } from '../../model/program.js';
import { gramRowsInto } from '../../runtime/js/gram.js';
import type { Tape } from '../adjoint/tape.js';
import { leaf, plain } from '../adjoint/tape.js';
import { product, sign } from '../adjoint/tree.js';
import type { ProgramRules } from './contract.js';

/** out = |P| v with P = XᵀDY, whose diagonal may be left out. */
export const gram: ProgramRules<Extract<Operation, { kind: 'gram' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    left: buffer(operation.left),
    middle: operation.middle === null ? null : buffer(operation.middle),
    right: buffer(operation.right),
    vector: operation.vector === null ? null : buffer(operation.vector),
  }),
  run: ({ out, left, middle, right, vector, skipDiagonal }, { buffer, shape }) => {
    const [target, x, y] = [buffer(out), buffer(left), buffer(right)];
    const d = middle === null ? null : buffer(middle);
    const v = vector === null ? null : buffer(vector);
    const { rows: inner, columns: rows } = shape(left);
    const { columns } = shape(right);
    const line = new Float64Array(columns);
    return () => gramRowsInto(target, x, d, y, inner, rows, columns, v, skipDiagonal, line);
  },
  // P's adjoint is sign(P) ∘ (ō vᵀ).
  adjoint: ({ left, middle, right, vector, skipDiagonal }, adjoint, tape) => {
    const weighted = middle === null ? right : tape.scale(right, middle, 'rows');
    const whole = tape.multiply(plain(left, true), plain(weighted));
    const inner = skipDiagonal ? withoutDiagonal(whole, tape) : whole;
    const ofInner = tape.entries(
      inner,
      product(sign(leaf(inner)), leaf(adjoint, 'rows'), ...(vector === null ? [] : [leaf(vector, 'columns')])),
    );
    if (tape.isActive(left)) tape.add(left, tape.multiply(plain(weighted), plain(ofInner, true)));
    if (vector !== null && tape.isActive(vector)) {
      const share = tape.buffer(tape.shape(vector).rows, null);
      tape.push({ kind: 'sums', out: share, matrix: inner, entry: 'abs', transposed: true, vector: adjoint });
      tape.add(vector, share);
    }
    if (!tape.isActive(right) && (middle === null || !tape.isActive(middle))) return;
    const ofWeighted = tape.multiply(plain(left), plain(ofInner));
    tape.add(right, middle === null ? ofWeighted : tape.scale(ofWeighted, middle, 'rows'));
    if (middle !== null && tape.isActive(middle))
      tape.add(middle, tape.total(tape.entries(right, product(leaf(ofWeighted), leaf(right))), 'rows'));
  },
  js: ({ out, left, middle, right, vector, skipDiagonal }, { buffer, rows, columns, call }) =>
    call(
      'gramRowsInto',
      buffer(out),
      buffer(left),
      buffer(middle),
      buffer(right),
      rows(left),
      columns(left),
      columns(right),
      buffer(vector),
      skipDiagonal,
      'work',
    ),
  jsWork: ({ right }, { columns }) => columns(right),
};

function withoutDiagonal(matrix: number, tape: Tape): number {
  const { rows, columns } = tape.shape(matrix);
  const out = tape.buffer(rows, columns);
  const diagonal = tape.total(matrix, 'diagonal');
  tape.push({
    kind: 'combine',
    out,
    terms: [
      { factor: { kind: 'number', value: 1 }, operand: plain(matrix) },
      { factor: { kind: 'number', value: -1 }, operand: { kind: 'diagonal', buffer: diagonal } },
    ],
  });
  return out;
}
