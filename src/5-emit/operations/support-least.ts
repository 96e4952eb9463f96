import type { Operation, Tree } from '../../model/program.js';
import { supportLeastInto } from '../../runtime/js/reductions.js';
import { leaf } from '../adjoint/tape.js';
import { absolute, difference, product, select } from '../adjoint/tree.js';
import type { ProgramRules } from './contract.js';

const zero: Tree = { kind: 'number', value: 0 };
const one: Tree = { kind: 'number', value: 1 };

export const supportLeast: ProgramRules<Extract<Operation, { kind: 'support-least' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    vector: buffer(operation.vector),
  }),
  run: ({ out, matrix, vector }, { buffer, shape }) => {
    const [target, m, v] = [buffer(out), buffer(matrix), buffer(vector)];
    const { rows, columns } = shape(matrix);
    return () => supportLeastInto(target, m, rows, columns, v);
  },
  adjoint: ({ out, matrix, vector }, adjoint, tape) => {
    const reached = tape.entries(
      matrix,
      select(absolute(leaf(matrix)), select(difference(leaf(vector, 'columns'), leaf(out, 'rows')), zero, one), zero),
    );
    const count = tape.total(reached, 'rows');
    const most: Tree = { kind: 'max', items: [leaf(count, 'rows'), one] };
    const shares = tape.entries(
      matrix,
      product(leaf(reached), { kind: 'divide', numerator: leaf(adjoint, 'rows'), denominator: most }),
    );
    tape.add(vector, tape.total(shares, 'columns'));
  },
  js: ({ out, matrix, vector }, { buffer, rows, columns, call }) =>
    call('supportLeastInto', buffer(out), buffer(matrix), rows(matrix), columns(matrix), buffer(vector)),
};
