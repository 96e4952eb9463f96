import { stack } from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { cholesky, made } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # The factor of what is read
 *
 * **Statement.** With K = R Rᵀ, R lower triangular and the signals with dense weights first, V K Vᵀ = X Xᵀ + Y Yᵀ with
 * [X, Y] = V R: X = V_d R_d + V_f T and Y = V_f R_f.
 *
 * **Source.** The covariance of all signals that a layer or the output reads.
 *
 * **Target.** R. Its blocks tell apart what reads of fixed structure (identity, diagonal) cost whatever the dense ones
 * are.
 *
 * **Derivation.** V K Vᵀ = (V R)(V R)ᵀ; R = [[R_d, 0], [T, R_f]].
 *
 * **Assumptions.** K ≻ 0, which N ≻ 0 gives, since the signals are independent functions of (x, w̃).
 *
 * **When not to use.** With two dense weights on one signal K would be singular: one of them counts as fixed.
 */
export const readFactor: Rule<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/read-factor',
  statement: 'with K = R Rᵀ, V K Vᵀ = X Xᵀ + Y Yᵀ for X = V_d R_d + V_f T, Y = V_f R_f',
  latex:
    'V K V^{\\top} = X X^{\\top} + Y Y^{\\top},\\quad X = V_d R_d + V_f T,\\ Y = V_f R_f \\quad ' +
    '(K = R R^{\\top} \\succ 0)',
  exact: true,
  introduces: [kinds.factor],
  assumptions: [{ text: 'K = R Rᵀ is positive definite', latex: 'K = R R^{\\top} \\succ 0' }],
  refuses: ({ joint }) => (joint.signals.length === 0 ? refuse('nothing is read') : null),
  apply: (source) => {
    const { symbols, joint, covariance } = source;
    const rule = 'allocate/read-factor';
    const blocks = joint.signals.map((a) => joint.signals.map((b) => covariance(a, b)));
    const shape = { rows: joint.dimension, columns: joint.dimension };
    return [
      ...(joint.signals.length === 1
        ? []
        : [{ kind: 'matrix', rule, symbol: symbols.stacked, value: stack(blocks, shape) } as const]),
      made(
        rule,
        symbols.factor,
        cholesky('LW404', `the covariance of what ${source.name} reads has lost its positive definiteness to rounding`),
        symbols.stacked,
      ),
    ];
  },
};
