import { number, quotient, scale, subtract, sum, times } from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { MultiplierSource } from '../../src/model/pivot.js';
import { roundoff } from '../../src/model/roundoff.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

const rule = 'allocate/absorbed-multiplier';

/**
 * # Multipliers of signals that the output reads as they are beside a dense weight
 *
 * **Statement.** Let y = a w + c D w + …, let the layer of w use the part μ of its pivot and later ones enlarge K[w, w]
 * by γ at most. If λ ≥ ν = a²γ/(2ω²) · (1 + S²/σ² · μ/(1 − μ)) for every unit, then a² ‖K[w, w]‖ ≤ ω² at the output.
 *
 * **Source.** A layer whose signal the output reads by an identity and a dense weight.
 *
 * **Target.** ν, which multipliers must exceed: D makes up for the identity, but D is rounded, and what that changes
 * grows with K.
 *
 * **Derivation.** Right after its layer K[w, w] ≼ Λ⁻¹/2 · (1 + S²/σ² · μ/(1 − μ)), as in `skip-multiplier`.
 *
 * **Assumptions.** 0 < μ < 1, σ ≥ s.
 *
 * **When not to use.** Where the layer itself reads earlier signals by identities these ask for multipliers that may be
 * smaller than ν: the last check decides then.
 */
export const absorbedMultiplier: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/absorbed-multiplier',
  statement:
    'y = a w + c D w + …: λ ≥ ν = a²γ/(2ω²) · (1 + S²/σ² · μ/(1 − μ)) gives a² ‖K[w, w]‖ ≤ ω², ' +
    'so that rounding D does not show',
  latex:
    '\\lambda \\ge \\nu = \\frac{a^2 \\gamma}{2 \\omega^2} \\Bigl(1 + \\frac{S^2}{\\sigma^2} ' +
    '\\frac{\\mu}{1-\\mu}\\Bigr) \\implies a^2 \\lVert K_{ww} \\rVert \\le \\omega^2 \\quad (0 < ' +
    '\\mu < 1,\\ \\sigma \\ge s)',
  exact: false,
  introduces: [kinds.leastMultiplier],
  assumptions: [
    { text: '0 < μ < 1', latex: '0 < \\mu < 1' },
    { text: 'σ ≥ s', latex: '\\sigma \\ge s' },
  ],
  refuses: ({ absorbed }) =>
    absorbed === null ? refuse('the output does not read this signal as it is beside a dense weight') : null,
  apply: ({ used, spread, split, absorbed }) => {
    if (absorbed === null) return [];
    const { coefficient, perRoundoff, growth, least } = absorbed;
    const { slopeSum } = split.layer;
    const taken = quotient(scale(1, [slopeSum, slopeSum], number(1)), scale(1, [spread, spread], number(1)));
    const passed = times(quotient(used, subtract(number(1), used)), taken);
    const unit = scale(((coefficient * perRoundoff) ** 2 * growth) / 2, [roundoff, roundoff], number(1));
    return [{ kind: 'define', rule, symbol: least, value: times(unit, sum([number(1), passed])) }];
  },
};
