import type { Operation } from '../../model/program.js';
import { scaleAllInto, scaleColumnsInto, scaleRowsInto } from '../../runtime/js/shapes.js';
import { leaf } from '../adjoint/tape.js';
import { product } from '../adjoint/tree.js';
import type { ProgramRules } from './contract.js';

export const scale: ProgramRules<Extract<Operation, { kind: 'scale' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    factor: buffer(operation.factor),
  }),
  run: ({ out, matrix, factor, along }, { buffer, shape }) => {
    const [target, source, f] = [buffer(out), buffer(matrix), buffer(factor)];
    const { rows, columns } = shape(matrix);
    if (along === 'all') return () => scaleAllInto(target, source, f[0] ?? Number.NaN);
    const kernel = along === 'rows' ? scaleRowsInto : scaleColumnsInto;
    return () => kernel(target, source, rows, columns, f);
  },
  adjoint: ({ matrix, factor, along }, adjoint, tape) => {
    if (tape.isActive(matrix)) tape.add(matrix, tape.scale(adjoint, factor, along));
    if (tape.isActive(factor))
      tape.add(factor, tape.total(tape.entries(matrix, product(leaf(adjoint), leaf(matrix))), along));
  },
  js: ({ out, matrix, factor, along }, { buffer, rows, columns, call }) => {
    if (along === 'all') call('scaleAllInto', buffer(out), buffer(matrix), `${buffer(factor)}[0]!`);
    else
      call(
        along === 'rows' ? 'scaleRowsInto' : 'scaleColumnsInto',
        buffer(out),
        buffer(matrix),
        rows(matrix),
        columns(matrix),
        buffer(factor),
      );
  },
};
