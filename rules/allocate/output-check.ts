import { subtract } from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { CheckSource } from '../../src/model/pivot.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The output's condition, looked at again
 *
 * **Statement.** I − W K Wᵀ ≻ 0 for the weights as they were rounded.
 *
 * **Source.** The condition on the output.
 *
 * **Target.** Its Cholesky factor, which exists only where it holds.
 *
 * **Derivation.** The hidden pivots are factored on the way; the last condition is factored here, so that free parameters for
 * which double precision does not suffice end with a coded error instead of weights that no certificate fits.
 *
 * **Assumptions.** None. This is no proof either: verdicts are rigorous and start from the weights alone.
 *
 * **When not to use.** Never left out.
 */
export const outputCheck: Rule<CheckSource, readonly Assignment[]> = {
  name: 'allocate/output-check',
  statement: 'I − W K Wᵀ ≻ 0 is factored for the weights as they were rounded',
  latex: 'I - W K W^{\\top} = E E^{\\top}',
  exact: true,
  assumptions: [],
  refuses: () => null,
  apply: ({ allocation: { name, symbols }, bound }) => {
    const rule = 'allocate/output-check';
    return [
      { kind: 'matrix', rule, symbol: symbols.checked, value: subtract(bound.right, bound.left) },
      { kind: 'cholesky', rule, symbol: symbols.checkedFactor, of: symbols.checked, code: 'LW404', because: `the weights of ${name} miss their condition by rounding` },
    ];
  },
};
