import { abs, maximum, minimum, number, quotient, scale, subtract, sum } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { MultiplierSource } from '../../src/model/pivot.js';
import { roundoff } from '../../src/model/roundoff.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';

/**
 * # The range of the slopes, away from 0
 *
 * **Statement.** σ = max(s, δ max(|m|, |L|), u) ≥ s = L − m; μ = min(1 − η, 1/(1 + max(S², σ²)/(σ² g))) ≤ 1 − η.
 *
 * **Source.** The slopes m ≤ L of a layer.
 *
 * **Target.** s, σ ≥ s that can be divided by, and the part μ of the pivot that the layer may use.
 *
 * **Derivation.** A maximum is at least each of its parts. Multipliers are chosen as for the range σ: since D = 2Λ −
 * s²Λ K Λ only grows when s falls, D ≻ 0 for σ is D ≻ 0 for s. A linear activation (s = 0) thereby keeps a finite λ,
 * and a constant one (m = L = 0) weights whose squares and their products are in the range of what they are kept in: u
 * is the roundoff of that. Where the layer's weight takes its own step back σ is |S| at least (`pivot/tied-skip`). μ
 * keeps what the signal takes over from v below g times its own noise Λ⁻¹/2 (see model/margins), without which the
 * weights of nearly linear layers would have to cancel to more digits than there are.
 *
 * **Assumptions.** m ≤ L.
 *
 * **When not to use.** Never needed where s is known to be of the size of L.
 */
export const slopeSpread: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/slope-spread',
  statement:
    'σ = max(s, δ max(|m|, |L|), u) ≥ s = L − m can be divided by; the part μ = min(1 − η, 1/(1 ' +
    '+ max(S², σ²)/(σ²g))) of the pivot is used',
  latex:
    '\\sigma = \\max(s, \\delta\\max(|m|,|L|), u) \\ge s = L - m,\\ \\mu = \\min(1-\\eta, 1/(1 + ' +
    '\\max(S^2, \\sigma^2) \\sigma^{-2} g^{-1})) \\le 1-\\eta \\quad (m \\le L)',
  exact: false,
  introduces: [kinds.spreadSlope, kinds.used],
  assumptions: [{ text: 'm ≤ L', latex: 'm \\le L' }],
  refuses: () => null,
  apply: ({ allocation, split, upper, spread, used, growth, tie }) => {
    const rule = 'allocate/slope-spread';
    const { lower, range } = split;
    const size = maximum([abs(lower), abs(upper)]);
    const { slopeSum } = split.layer;
    const square = scale(1, [slopeSum, slopeSum], number(1));
    const spreadSquare = scale(1, [spread, spread], number(1));
    const taken = scale(1 / growth, [], quotient(maximum([square, spreadSquare]), spreadSquare));
    return [
      { kind: 'define', rule, symbol: range, value: subtract(upper, lower) },
      {
        kind: 'define',
        rule,
        symbol: spread,
        value: maximum([
          range,
          scale(margins.slopeRange, [], size),
          roundoff,
          ...(tie === null ? [] : [abs(slopeSum)]),
        ]),
      },
      {
        kind: 'define',
        rule,
        symbol: used,
        value: minimum([number(1 - allocation.margin), quotient(number(1), sum([number(1), taken]))]),
      },
    ];
  },
};
