import type { MatrixOperation } from '../../model/program.js';
import { blockInto } from '../../runtime/js/shapes.js';
import { plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';

export const slice: ProgramRules<Extract<MatrixOperation, { kind: 'slice' }>> = {
  renumber: (operation, { buffer, size }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    above: size(operation.above),
    before: size(operation.before),
  }),
  run: ({ out, matrix, above, before }, { buffer, shape, count }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    const { rows, columns } = shape(out);
    const step = shape(matrix).columns;
    const from = count(above) * step + count(before);
    return () => blockInto(target, 0, columns, source, from, step, false, rows, columns);
  },
  adjoint: ({ matrix, above, before }, adjoint, tape) => {
    const { rows, columns } = tape.shape(matrix);
    const out = tape.buffer(rows, columns);
    tape.push({ kind: 'stack', out, blocks: [{ operand: plain(adjoint), above, before }] });
    tape.add(matrix, out);
  },
  js: ({ out, matrix, above, before }, { buffer, rows, columns, size, call }) => {
    const step = columns(matrix);
    const from = `${size(above)} * ${step} + ${size(before)}`;
    call('blockInto', buffer(out), 0, columns(out), buffer(matrix), from, step, false, rows(out), columns(out));
  },
};
