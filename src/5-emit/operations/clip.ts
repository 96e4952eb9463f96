import type { Operation, Tree } from '../../model/program.js';
import { clampInto } from '../../runtime/js/shapes.js';
import { leaf } from '../adjoint/tape.js';
import { absolute, difference, product, select, sign } from '../adjoint/tree.js';
import { planTree } from '../run/tree.js';
import type { ProgramRules } from './contract.js';

const zero: Tree = { kind: 'number', value: 0 };

export const clip: ProgramRules<Extract<Operation, { kind: 'clip' }>> = {
  renumber: (operation, { buffer, tree }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    bound: tree(operation.bound),
    condition: tree(operation.condition),
  }),
  run: (operation, context) => {
    const [out, matrix] = [context.buffer(operation.out), context.buffer(operation.matrix)];
    const limit = new Float64Array(1);
    const update = planTree(limitOf(operation), limit, context);
    return () => {
      update();
      clampInto(out, matrix, limit[0] ?? Number.NaN);
    };
  },
  adjoint: ({ matrix, bound, condition }, adjoint, tape) => {
    const beyond = difference(absolute(leaf(matrix)), bound);
    tape.add(matrix, tape.entries(matrix, select(condition, select(beyond, zero, leaf(adjoint)), leaf(adjoint))));
    const share = tape.total(
      tape.entries(matrix, select(condition, select(beyond, product(sign(leaf(matrix)), leaf(adjoint)), zero), zero)),
      'all',
    );
    tape.addTree(bound, share, leaf(share));
  },
  js: (operation, { buffer, tree, call }) =>
    call('clampInto', buffer(operation.out), buffer(operation.matrix), tree(limitOf(operation))),
};

const limitOf = ({ condition, bound }: Extract<Operation, { kind: 'clip' }>): Tree => ({
  kind: 'select',
  guard: condition,
  positive: bound,
  otherwise: { kind: 'number', value: Infinity },
});
