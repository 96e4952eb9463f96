import type { AdjointOperation } from '../../model/adjoint.js';
import type { MatrixOperation } from '../../model/program.js';
import { gramNormAdjointInto, gramNormInto, gramNormWork } from '../../runtime/js/gram-norm.js';
import type { OperationRules, ProgramRules } from './contract.js';

/** An upper bound of the largest singular value, (Σ σ_i^p)^(1/p) with p = 1026. */
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
  adjoint: ({ matrix }, adjoint, tape) => {
    const { rows, columns } = tape.shape(matrix);
    const out = tape.buffer(rows, columns);
    tape.pushAdjoint({ kind: 'norm-adjoint', out, matrix, adjoint });
    tape.add(matrix, out);
  },
  js: ({ out, matrix }, { buffer, rows, columns, line }) =>
    line(`${buffer(out)}[0] = gramNormInto(work, ${buffer(matrix)}, ${rows(matrix)}, ${columns(matrix)});`),
  jsWork: ({ matrix }, { rows, columns }) => `gramNormWork(${rows(matrix)}, ${columns(matrix)})`,
};

export const normAdjoint: OperationRules<Extract<AdjointOperation, { kind: 'norm-adjoint' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    adjoint: buffer(operation.adjoint),
  }),
  run: ({ out, matrix, adjoint }, { buffer, shape }) => {
    const [target, source, given] = [buffer(out), buffer(matrix), buffer(adjoint)];
    const { rows, columns } = shape(matrix);
    const work = new Float64Array(gramNormWork(rows, columns));
    return () => gramNormAdjointInto(target, source, given[0] ?? Number.NaN, rows, columns, work);
  },
  js: ({ out, matrix, adjoint }, { buffer, rows, columns, call }) =>
    call(
      'gramNormAdjointInto',
      buffer(out),
      buffer(matrix),
      `${buffer(adjoint)}[0]!`,
      rows(matrix),
      columns(matrix),
      'work',
    ),
  jsWork: ({ matrix }, { rows, columns }) => `gramNormWork(${rows(matrix)}, ${columns(matrix)})`,
};
