import { minimum, number, quotient } from '../../src/expr/build.js';
import type { SymbolNode } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { multiplied, sharedReads } from '../../src/model/reads.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Weights beside others
 *
 * **Statement.** With ε a bound of what rounding weights that share a signal changes of V R, homogeneous in them, the
 * factor f = min(1, τη/ε) on all of them keeps that below τη, and where a dense weight reads the signal as well leaves
 * every sum V = c D + O possible.
 *
 * **Source.** The output's diagonal and further dense weights on signals that are read more than once.
 *
 * **Target.** The same weights, so small that rounding the dense weight, which is the difference, does not show: τ =
 * 1/32 of the margin.
 *
 * **Derivation.** Only the sum V = c D + O of the weights on a signal enters W K Wᵀ, and D = (V − O)/c exists for every
 * O.
 *
 * **Assumptions.** None.
 *
 * **When not to use.** In hidden layers the multiplier gives way instead. Without a dense weight V changes with O; then
 * `diagonal-share` bounds O too.
 */
export const absorbedShare: Rule<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/absorbed-share',
  statement:
    'f = min(1, τη/ε) on weights that share a signal keeps what their rounding changes below τη ' +
    'and leaves every sum V = c D + f O possible',
  latex: 'f = \\min(1, \\tau\\eta/\\varepsilon),\\quad D = (V - f O)/c \\implies f \\varepsilon \\le \\tau\\eta',
  exact: true,
  introduces: [kinds.share],
  assumptions: [],
  refuses: (source) => (shrinking(source).length === 0 ? refuse('no weight shares its signal with other reads') : null),
  apply: (source) => {
    const { absorbedShare: share, weightRounding } = source.symbols;
    const rule = 'allocate/absorbed-share';
    return [
      {
        kind: 'define',
        rule,
        symbol: share,
        value: minimum([number(1), quotient(number((margins.rounding * source.margin) / 2), weightRounding)]),
      },
      ...shrinking(source).map((weight) => multiplied(rule, weight, share)),
    ];
  },
};

/** All weights that share their signal, but one dense one; identities are what they are. */
const shrinking = ({ groups }: AllocationSource): readonly SymbolNode[] =>
  sharedReads(groups).flatMap(({ fixed }) => fixed.flatMap(({ weight }) => (weight === null ? [] : [weight])));
