import { diag, minimum, number, quotient, scale, sum } from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { absorbedImages } from '../../src/model/reads.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Weights that another makes up for
 *
 * **Statement.** With β the sum of bounds of ‖O R_d‖ over weights O on signals that a dense weight reads as well, the factor
 * f = min(1, ω/β) on all of them leaves every sum of weights possible.
 *
 * **Source.** The output's diagonal and further dense weights on signals with a dense weight.
 *
 * **Target.** The same weights, at most ω times as large as what is left of them, so that rounding the dense weight, which is
 * the difference, does not show.
 *
 * **Derivation.** Only the sum V = c D + O of the weights on a signal enters W K Wᵀ, and D = (V − O)/c exists for every O.
 *
 * **Assumptions.** None.
 *
 * **When not to use.** In hidden layers the multiplier gives way instead.
 */
export const absorbedShare: Rule<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/absorbed-share',
  statement: 'f = min(1, ω/β) on weights that a dense weight makes up for, β ≥ ‖O R_d‖, leaves every sum V = c D + O possible',
  latex: 'f = \\min(1, \\omega/\\beta),\\ \\beta \\ge \\lVert O R_d \\rVert,\\quad D = (V - f O)/c',
  exact: true,
  assumptions: [],
  refuses: (source) => (absorbed(source).length === 0 ? refuse('no weight is made up for by another') : null),
  apply: (source) => {
    const { absorbedImage, absorbedNorm, absorbedShare: share } = source.symbols;
    const rule = 'allocate/absorbed-share';
    const found = absorbed(source);
    const lengths = found.map((_, k) => absorbedNorm(k));
    const shrunk = (symbol: SymbolNode): Assignment =>
      symbol.diagonal ? { kind: 'define', rule, symbol, value: scale(1, [share], diag(symbol)) } : { kind: 'matrix', rule, symbol, value: scale(1, [share], symbol) };
    return [
      ...found.flatMap(({ image }, k): readonly Assignment[] => [
        { kind: 'matrix', rule, symbol: absorbedImage(k), value: image },
        { kind: 'norm', rule, symbol: absorbedNorm(k), of: absorbedImage(k) },
      ]),
      { kind: 'define', rule, symbol: share, value: minimum([number(1), quotient(number(margins.absorbedOutput), sum(lengths))]) },
      ...found.map(({ weight }) => shrunk(weight)),
    ];
  },
};

/** The weights among the reads that a dense weight makes up for; identities are what they are. */
function absorbed(source: AllocationSource): readonly { readonly weight: SymbolNode; readonly image: Expression }[] {
  return absorbedImages(source).flatMap(({ read: { weight }, image }) => (weight === null ? [] : [{ weight, image }]));
}
