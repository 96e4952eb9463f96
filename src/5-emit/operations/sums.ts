import type { Operation } from '../../model/program.js';
import { absColumnsInto, absRowsInto, squareColumnsInto, squareRowsInto } from '../../runtime/js/reductions.js';
import { leaf } from '../adjoint/tape.js';
import { product, sign } from '../adjoint/tree.js';
import type { ProgramRules } from './contract.js';

const kernels = { absRowsInto, absColumnsInto, squareRowsInto, squareColumnsInto };
type Sums = Extract<Operation, { kind: 'sums' }>;
const kernelOf = ({ entry, transposed }: Sums): keyof typeof kernels =>
  `${entry}${transposed ? 'Columns' : 'Rows'}Into`;

export const sums: ProgramRules<Sums> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    vector: operation.vector === null ? null : buffer(operation.vector),
  }),
  run: (operation, { buffer, shape }) => {
    const [out, matrix] = [buffer(operation.out), buffer(operation.matrix)];
    const vector = operation.vector === null ? null : buffer(operation.vector);
    const { rows, columns } = shape(operation.matrix);
    const kernel = kernels[kernelOf(operation)];
    return () => kernel(out, matrix, rows, columns, vector);
  },
  adjoint: ({ matrix, entry, transposed, vector }, adjoint, tape) => {
    const [along, across] = transposed ? (['columns', 'rows'] as const) : (['rows', 'columns'] as const);
    const slope = entry === 'abs' ? sign(leaf(matrix)) : product({ kind: 'number', value: 2 }, leaf(matrix));
    if (tape.isActive(matrix))
      tape.add(
        matrix,
        tape.entries(matrix, product(slope, leaf(adjoint, along), ...(vector === null ? [] : [leaf(vector, across)]))),
      );
    if (vector === null || !tape.isActive(vector)) return;
    const share = tape.buffer(tape.shape(vector).rows, null);
    tape.push({ kind: 'sums', out: share, matrix, entry, transposed: !transposed, vector: adjoint });
    tape.add(vector, share);
  },
  js: (operation, { buffer, rows, columns, call }) => {
    const { out, matrix, vector } = operation;
    call(kernelOf(operation), buffer(out), buffer(matrix), rows(matrix), columns(matrix), buffer(vector));
  },
};
