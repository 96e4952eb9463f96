import { fail } from '../../base/diagnostic.js';
import type { Operation } from '../../model/program.js';
import { planTree } from '../run/tree.js';
import type { ProgramRules } from './contract.js';
import { refusal } from './contract.js';

const expected = 'a demand that some weights can meet';

/** It writes nothing, so that it has no adjoint. */
export const demand: ProgramRules<Extract<Operation, { kind: 'demand' }>> = {
  renumber: (operation, { tree, size, text }) => ({
    ...operation,
    tree: tree(operation.tree),
    size: size(operation.size),
    because: text(operation.because),
  }),
  run: ({ tree, size, because }, context) => {
    const values = new Float64Array(context.count(size));
    const update = planTree(tree, values, context);
    return () => {
      update();
      for (const value of values) if (!(value > 0)) fail('LW402', because, expected);
    };
  },
  adjoint: () => undefined,
  js: ({ tree, size, because }, scope) => {
    const text = scope.tree(tree);
    scope.loop(scope.size(size), () => scope.line(`if (!(${text} > 0)) ${refusal('LW402', because, expected)}`));
  },
};
