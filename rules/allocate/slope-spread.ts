import { abs, maximum, number, scale, subtract } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { MultiplierSource } from '../../src/model/pivot.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The range of the slopes, away from 0
 *
 * **Statement.** σ = max(s, δ max(|m|, |L|), tiny) ≥ s = L − m.
 *
 * **Source.** The slopes m ≤ L of a layer.
 *
 * **Target.** s, and σ ≥ s that can be divided by.
 *
 * **Derivation.** A maximum is at least each of its parts. Multipliers are chosen as for the range σ: since D = 2Λ − s²Λ K Λ
 * only grows when s falls, D ≻ 0 for σ is D ≻ 0 for s. A linear activation (s = 0) thereby keeps a finite λ.
 *
 * **Assumptions.** m ≤ L.
 *
 * **When not to use.** Never needed where s is known to be of the size of L.
 */
export const slopeSpread: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/slope-spread',
  statement: 'σ = max(s, δ max(|m|, |L|), tiny) ≥ s = L − m can be divided by',
  latex: '\\sigma = \\max(s, \\delta\\max(|m|,|L|), \\epsilon) \\ge s = L - m \\quad (m \\le L)',
  exact: false,
  assumptions: [{ text: 'm ≤ L', latex: 'm \\le L' }],
  refuses: () => null,
  apply: ({ split, upper, spread }) => {
    const rule = 'allocate/slope-spread';
    const { lower, range } = split;
    const size = maximum([abs(lower), abs(upper)]);
    return [
      { kind: 'define', rule, symbol: range, value: subtract(upper, lower) },
      { kind: 'define', rule, symbol: spread, value: maximum([range, scale(margins.slopeRange, [], size), number(margins.smallestSlope)]) },
    ];
  },
};
