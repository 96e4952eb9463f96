import type { Operation } from '../../model/program.js';
import { clampInto } from '../../runtime/js/shapes.js';
import { leaf } from '../adjoint/tape.js';
import { absolute, difference, select } from '../adjoint/tree.js';
import type { ProgramRules } from './contract.js';

export const clamp: ProgramRules<Extract<Operation, { kind: 'clamp' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
  }),
  run: ({ out, matrix, bound }, { buffer }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    return () => clampInto(target, source, bound);
  },
  adjoint: ({ matrix, bound }, adjoint, tape) => {
    const within = difference({ kind: 'number', value: bound }, absolute(leaf(matrix)));
    tape.add(matrix, tape.entries(matrix, select(within, leaf(adjoint), { kind: 'number', value: 0 })));
  },
  js: ({ out, matrix, bound }, { buffer, call }) => call('clampInto', buffer(out), buffer(matrix), bound),
};
