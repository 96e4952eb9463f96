import type { AdjointOperation } from '../../model/adjoint.js';
import { diagonalOfInto, lowerInto, totalColumnsInto, totalRowsInto } from '../../runtime/js/reductions.js';
import { planTree } from '../run/tree.js';
import type { OperationRules } from './contract.js';

/* What reverse sweeps need beside the operations of programs. */

/** out_ij = tree at i, j */
export const entries: OperationRules<Extract<AdjointOperation, { kind: 'entries' }>> = {
  renumber: (operation, { buffer, tree }) => ({ ...operation, out: buffer(operation.out), tree: tree(operation.tree) }),
  run: ({ out, tree }, context) => planTree(tree, context.buffer(out), context, context.shape(out)),
  js: ({ out, tree }, scope) => scope.entries(scope.buffer(out), tree, scope.rows(out), scope.columns(out)),
};

/** Sums of rows, of columns or of all, or the diagonal. */
export const total: OperationRules<Extract<AdjointOperation, { kind: 'total' }>> = {
  renumber: (operation, { buffer }) => ({ ...operation, out: buffer(operation.out), matrix: buffer(operation.matrix) }),
  run: ({ out, matrix, along }, { buffer, shape }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    const { rows, columns } = shape(matrix);
    switch (along) {
      case 'rows':
        return () => totalRowsInto(target, source, rows, columns);
      case 'columns':
        return () => totalColumnsInto(target, source, rows, columns);
      case 'all':
        return () => totalRowsInto(target, source, 1, source.length);
      case 'diagonal':
        return () => diagonalOfInto(target, source, columns);
    }
  },
  js: ({ out, matrix, along }, { buffer, rows, columns, call }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    switch (along) {
      case 'rows': {
        call('totalRowsInto', target, source, rows(matrix), columns(matrix));
        return;
      }
      case 'columns': {
        call('totalColumnsInto', target, source, rows(matrix), columns(matrix));
        return;
      }
      case 'all': {
        call('totalRowsInto', target, source, 1, `${source}.length`);
        return;
      }
      case 'diagonal': {
        call('diagonalOfInto', target, source, columns(matrix));
        return;
      }
    }
  },
};

/** The lower triangle, its diagonal times a factor. */
export const lower: OperationRules<Extract<AdjointOperation, { kind: 'lower' }>> = {
  renumber: (operation, { buffer }) => ({ ...operation, out: buffer(operation.out), matrix: buffer(operation.matrix) }),
  run: ({ out, matrix, diagonal }, { buffer, shape }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    const { rows } = shape(out);
    return () => lowerInto(target, source, rows, diagonal);
  },
  js: ({ out, matrix, diagonal }, { buffer, rows, call }) =>
    call('lowerInto', buffer(out), buffer(matrix), rows(out), diagonal),
};
