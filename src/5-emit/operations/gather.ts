import type { AdjointOperation } from '../../model/adjoint.js';
import type { Operation } from '../../model/program.js';
import { gatherInto, scatterInto } from '../../runtime/js/shapes.js';
import type { OperationRules, ProgramRules } from './contract.js';

/** A matrix out of a vector that its entries share. */
export const gather: ProgramRules<Extract<Operation, { kind: 'gather' }>> = {
  renumber: (operation, { buffer, size }) => ({
    ...operation,
    out: buffer(operation.out),
    vector: buffer(operation.vector),
    first: size(operation.first),
  }),
  run: ({ out, vector, row, column, first }, { buffer, shape, count }) => {
    const [target, source, from] = [buffer(out), buffer(vector), count(first)];
    const { rows, columns } = shape(out);
    return () => gatherInto(target, source, rows, columns, row, column, from);
  },
  adjoint: ({ vector, row, column, first }, adjoint, tape) => {
    const { rows, columns } = tape.shape(vector);
    const out = tape.buffer(rows, columns);
    tape.pushAdjoint({ kind: 'scatter', out, matrix: adjoint, row, column, first });
    tape.add(vector, out);
  },
  js: ({ out, vector, row, column, first }, { buffer, rows, columns, size, call }) =>
    call('gatherInto', buffer(out), buffer(vector), rows(out), columns(out), row, column, size(first)),
};

export const scatter: OperationRules<Extract<AdjointOperation, { kind: 'scatter' }>> = {
  renumber: (operation, { buffer, size }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    first: size(operation.first),
  }),
  run: ({ out, matrix, row, column, first }, { buffer, shape, count }) => {
    const [target, source, from] = [buffer(out), buffer(matrix), count(first)];
    const { rows, columns } = shape(matrix);
    return () => scatterInto(target, source, rows, columns, row, column, from);
  },
  js: ({ out, matrix, row, column, first }, { buffer, rows, columns, size, call }) =>
    call('scatterInto', buffer(out), buffer(matrix), rows(matrix), columns(matrix), row, column, size(first)),
};
