import { fail } from '../../base/diagnostic.js';
import type { AdjointOperation } from '../../model/adjoint.js';
import type { MatrixOperation } from '../../model/program.js';
import { cayleyAdjointInto, cayleyAdjointWork, cayleyInto, cayleyWork } from '../../runtime/js/cayley.js';
import type { OperationRules, ProgramRules } from './contract.js';
import { refusal } from './contract.js';

const refused = ['LW404', 'a Cayley transform', 'free parameters in the range of double precision'] as const;

/** Orthonormal columns (or rows, if there are fewer) by the Cayley transform. */
export const cayley: ProgramRules<Extract<MatrixOperation, { kind: 'cayley' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
  }),
  run: ({ out, matrix }, { buffer, shape }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    const { rows, columns } = shape(out);
    const work = new Float64Array(cayleyWork(rows, columns));
    return () => {
      if (!cayleyInto(target, source, rows, columns, work)) fail(...refused);
    };
  },
  adjoint: ({ out: result, matrix }, adjoint, tape) => {
    const { rows, columns } = tape.shape(matrix);
    const out = tape.buffer(rows, columns);
    tape.pushAdjoint({ kind: 'cayley-adjoint', out, matrix, result, adjoint });
    tape.add(matrix, out);
  },
  js: ({ out, matrix }, { buffer, rows, columns, line }) =>
    line(
      `if (!cayleyInto(${buffer(out)}, ${buffer(matrix)}, ${rows(out)}, ${columns(out)}, work)) ` + refusal(...refused),
    ),
  jsWork: ({ out }, { rows, columns }) => `cayleyWork(${rows(out)}, ${columns(out)})`,
};

export const cayleyAdjoint: OperationRules<Extract<AdjointOperation, { kind: 'cayley-adjoint' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    result: buffer(operation.result),
    adjoint: buffer(operation.adjoint),
  }),
  run: ({ out, matrix, result, adjoint }, { buffer, shape }) => {
    const [target, z, q, given] = [buffer(out), buffer(matrix), buffer(result), buffer(adjoint)];
    const { rows, columns } = shape(out);
    const work = new Float64Array(cayleyAdjointWork(rows, columns));
    return () => cayleyAdjointInto(target, z, q, given, rows, columns, work);
  },
  js: ({ out, matrix, result, adjoint }, { buffer, rows, columns, call }) =>
    call(
      'cayleyAdjointInto',
      buffer(out),
      buffer(matrix),
      buffer(result),
      buffer(adjoint),
      rows(out),
      columns(out),
      'work',
    ),
  jsWork: ({ out }, { rows, columns }) => `cayleyAdjointWork(${rows(out)}, ${columns(out)})`,
};
