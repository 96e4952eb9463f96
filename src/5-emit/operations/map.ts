import type { Operation } from '../../model/program.js';
import { leaf } from '../adjoint/tape.js';
import { planTree } from '../run/tree.js';
import type { ProgramRules } from './contract.js';

export const map: ProgramRules<Extract<Operation, { kind: 'map' }>> = {
  renumber: (operation, { buffer, tree }) => ({
    ...operation,
    out: buffer(operation.out),
    tree: tree(operation.tree),
  }),
  run: ({ out, tree }, context) => planTree(tree, context.buffer(out), context),
  adjoint: ({ out, tree }, adjoint, tape) => tape.addTree(tree, out, leaf(adjoint)),
  js: ({ out, tree }, scope) => {
    const text = scope.tree(tree);
    scope.loop(scope.rows(out), () => scope.line(`${scope.buffer(out)}[i] = ${text};`));
  },
};
