import { number, scale, subtract, times } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { CheckSource } from '../../src/model/pivot.js';
import { cholesky, made } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { roundingOf } from './shared-rounding.js';

/**
 * # The output's condition, looked at again
 *
 * **Statement.** (1 − 2ε) I − W K Wᵀ ≻ 0 for the weights as they were rounded, ε a bound of what forming W changes of W
 * R (`shared-rounding`; 0 where no signal is read more than once): then the true W has W K Wᵀ ≼ I.
 *
 * **Source.** The condition on the output.
 *
 * **Target.** Its Cholesky factor, which exists only where it holds.
 *
 * **Derivation.** ‖(W + E) R‖ ≤ ‖W R‖ + ε ≤ √(1 − 2ε) + ε ≤ 1. The hidden pivots are factored on the way; the last
 * condition is factored here, so that free parameters for which double precision does not suffice end with a coded
 * error instead of weights that no certificate fits.
 *
 * ε must be below η/8, or rounding alone may take what is left: LW402.
 *
 * **Assumptions.** None. This is no proof either: verdicts are rigorous and start from the weights alone.
 *
 * **When not to use.** Never left out.
 */
export const outputCheck: Rule<CheckSource, readonly Assignment[]> = {
  name: 'allocate/output-check',
  statement:
    '(1 − 2ε) I − W K Wᵀ ≻ 0 is factored for the weights as they were rounded; ε: what forming W may change of W R',
  latex: '(1 - 2\\varepsilon) I - W K W^{\\top} = E E^{\\top}',
  exact: true,
  introduces: [kinds.reached, kinds.roomFactor],
  assumptions: [],
  refuses: () => null,
  apply: ({ allocation, bound }) => {
    const rule = 'allocate/output-check';
    const { name, symbols } = allocation;
    const rounding = roundingOf(allocation, symbols.absorbedShare);
    const left = subtract(bound.right, bound.left);
    const because =
      `${name} reads a signal as it is beside a dense weight, and what the layers make of it (they ` +
      'read it, or what it is made of, through weights that are not free) leaves less than ' +
      'rounding takes: choose a larger 𝓛';
    return [
      ...(rounding === null
        ? []
        : [
            {
              kind: 'demand',
              rule,
              value: subtract(number(2 * margins.rounding * allocation.margin), rounding),
              because,
            } as const,
          ]),
      {
        kind: 'matrix',
        rule,
        symbol: symbols.checked,
        value: rounding === null ? left : subtract(left, times(scale(2, [rounding], number(1)), bound.right)),
      },
      made(
        rule,
        symbols.checkedFactor,
        cholesky('LW404', `the weights of ${name} miss their condition by rounding`),
        symbols.checked,
      ),
    ];
  },
};
