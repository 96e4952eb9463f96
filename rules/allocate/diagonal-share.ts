import { minimum, number, quotient, subtract } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { fixedTimesFactor, multiplied } from '../../src/model/reads.js';
import { made, spectralNorm } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # The share of diagonal weights
 *
 * **Statement.** With β_I ≥ ‖V_I R_f‖ of the identity reads and β_a ≥ ‖V_a R_f‖ of the diagonal ones, the factor
 * f = min(1, (κ − β_I)/β_a) on the diagonal weights gives ‖(V_I + f V_a) R_f‖ ≤ κ.
 *
 * **Source.** The output's reads of signals that no dense weight of it reads.
 *
 * **Target.** Diagonal weights that leave the dense ones room: κ² = (1 − η)(1 − δ).
 *
 * **Derivation.** Triangle inequality for the spectral norm. Without identity reads nothing is lost but what β_a
 * exceeds the norm by: every diagonal with ‖V_a R_f‖ ≤ κ is kept as it is.
 *
 * **Assumptions.** κ > β_I, which is demanded of the given slopes and 𝓛.
 *
 * **When not to use.** Identity and diagonal reads that cancel each other are shortened although they need not be.
 */
export const diagonalShare: Rule<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/diagonal-share',
  statement: 'f = min(1, (κ − β_I)/β_a) on the diagonal weights gives ‖(V_I + f V_a) R_f‖ ≤ κ',
  latex:
    'f = \\min(1, (\\kappa - \\beta_I)/\\beta_a) \\implies \\lVert (V_I + f V_a) R_f \\rVert ' +
    '\\le \\kappa \\quad (\\kappa > \\beta_I)',
  exact: false,
  introduces: [kinds.fixedImage, kinds.norm, kinds.share],
  assumptions: [{ text: 'the identity reads alone stay below κ', latex: '\\kappa > \\beta_I' }],
  refuses: (source) => (shared(source).length === 0 ? refuse('no diagonal weight takes a share') : null),
  apply: (source) => {
    const { symbols, margin, name } = source;
    const rule = 'allocate/diagonal-share';
    const diagonal = fixedTimesFactor(source, 'fixed', (read) => read.weight !== null);
    const identity = fixedTimesFactor(source, 'fixed', (read) => read.weight === null);
    if (diagonal === null) return [];
    const limit = number(Math.sqrt((1 - margin) * (1 - margins.pivot)));
    const left = identity === null ? limit : subtract(limit, symbols.identityNorm);
    return [
      ...(identity === null
        ? []
        : [
            { kind: 'matrix', rule, symbol: symbols.fixedImage, value: identity } as const,
            made(rule, symbols.identityNorm, spectralNorm, symbols.fixedImage),
            {
              kind: 'demand',
              rule,
              value: left,
              because: `the identity reads of ${name} alone take all that 𝓛 allows: choose a larger 𝓛`,
            } as const,
          ]),
      { kind: 'matrix', rule, symbol: symbols.diagonalImage, value: diagonal },
      made(rule, symbols.diagonalNorm, spectralNorm, symbols.diagonalImage),
      {
        kind: 'define',
        rule,
        symbol: symbols.share,
        value: minimum([number(1), quotient(left, symbols.diagonalNorm)]),
      },
      ...shared(source).map((weight) => multiplied(rule, weight, symbols.share)),
    ];
  },
};

/** The diagonal weights on signals that no dense weight reads. */
function shared({ groups }: AllocationSource): AllocationSource['symbols']['factor'][] {
  return groups.flatMap(({ absorber, fixed }) =>
    absorber === null ? fixed.flatMap(({ weight }) => (weight === null ? [] : [weight])) : [],
  );
}
