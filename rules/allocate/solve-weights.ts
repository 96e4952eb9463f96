import {
  exactFactor,
  inverse,
  number,
  product,
  quotient,
  slice,
  stack,
  subtract,
  sum,
  times,
} from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { fixedTimesFactor, matrixOf } from '../../src/model/reads.js';
import * as kinds from '../../src/model/symbols.js';
import type { Reversible } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Weights from their image
 *
 * **Statement.** X = V_d R_d + V_f T is V_d = (X − V_f T) R_d⁻¹.
 *
 * **Source.** X, the factor R and the fixed reads.
 *
 * **Target.** The dense weights, each its columns of V_d over its coefficient, less what else reads the same signal.
 *
 * **Derivation.** R_d is triangular with a positive diagonal. A signal that is read several times is read with the sum
 * of the weights: the dense one makes up for the others. Weights are rounded to what they are kept in here, so that the
 * recursion goes on with what the network has: a weight that is rounded later is another one.
 *
 * **Assumptions.** R_d is invertible.
 *
 * **When not to use.** Without a dense weight there is nothing to solve for.
 */
export const solveWeights: Reversible<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/solve-weights',
  statement: 'X = V_d R_d + V_f T is V_d = (X − V_f T) R_d⁻¹',
  latex: 'X = V_d R_d + V_f T \\iff V_d = (X - V_f T) R_d^{-1} \\quad (R_d\\text{ invertible})',
  exact: true,
  introduces: [kinds.image, kinds.solution],
  assumptions: [{ text: 'R_d is invertible', latex: 'R_d\\text{ invertible}' }],
  refuses: ({ dense }) => (dense === null ? refuse('no dense weight reads anything') : null),
  apply: (source) => {
    const { symbols, dense, groups, width } = source;
    const rule = 'allocate/solve-weights';
    if (dense === null) return [];
    const fixed = fixedTimesFactor(source, 'dense');
    const inner = fixed === null ? symbols.image : subtract(symbols.image, fixed);
    const { factor } = symbols;
    // Where nothing is fixed R_d is all of R.
    const triangle = source.fixed === null ? inverse(factor) : inverse(symbols.denseFactor);
    const cut =
      source.fixed === null
        ? []
        : [
            {
              kind: 'matrix',
              rule,
              symbol: symbols.denseFactor,
              value: slice(factor, symbols.denseFactor, [], []),
            } as const,
          ];
    return [
      ...cut,
      { kind: 'matrix', rule, symbol: symbols.difference, value: inner },
      { kind: 'matrix', rule, symbol: symbols.solution, value: product([symbols.difference, triangle]) },
      ...groups.flatMap((group, at): readonly Assignment[] => {
        const { absorber } = group;
        if (absorber === null) return [];
        const part = slice(symbols.solution, { rows: width, columns: group.width }, [], dense.signals.slice(0, at));
        const own = group.fixed.reduce((rest, read) => subtract(rest, matrixOf(read, width)), part);
        const value = times(quotient(number(1), exactFactor(absorber.coefficient)), own);
        return [
          { kind: 'matrix', rule, symbol: absorber.weight, value },
          { kind: 'keep', rule, symbol: absorber.weight },
        ];
      }),
    ];
  },
  /** V of the weights, and X of V. */
  undo: (source) => {
    const { symbols, dense, groups, width } = source;
    const rule = 'allocate/solve-weights';
    if (dense === null) return [];
    const parts = groups.flatMap(({ absorber, fixed }) =>
      absorber === null ? [] : [sum([absorber, ...fixed].map((read) => matrixOf(read, width)))],
    );
    const fixed = fixedTimesFactor(source, 'dense');
    const triangle = source.fixed === null ? symbols.factor : symbols.denseFactor;
    const cut =
      source.fixed === null
        ? []
        : [
            {
              kind: 'matrix',
              rule,
              symbol: symbols.denseFactor,
              value: slice(symbols.factor, symbols.denseFactor, [], []),
            } as const,
          ];
    return [
      ...cut,
      {
        kind: 'matrix',
        rule,
        symbol: symbols.solution,
        value: stack([parts], { rows: width, columns: dense.dimension }),
      },
      {
        kind: 'matrix',
        rule,
        symbol: symbols.image,
        value: sum([product([symbols.solution, triangle]), ...(fixed === null ? [] : [fixed])]),
      },
    ];
  },
};
