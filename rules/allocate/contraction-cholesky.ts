import {
  identity,
  inverse,
  minimum,
  number,
  product,
  quotient,
  scale,
  sqrt,
  subtract,
  sum,
  transpose,
} from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import { freeNumbers } from '../../src/model/reads.js';
import { roundoff } from '../../src/model/roundoff.js';
import { cholesky, made } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Contraction } from '../../src/rule/allocation.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Contraction by Cholesky
 *
 * **Statement.** With I + Z Zᵀ = E Eᵀ, U = E⁻¹ Z has U Uᵀ = I − E⁻¹ E⁻ᵀ ≺ I for every Z, also for g Z with g = min(1,
 * τ/ζ), ζ = √(‖Z‖₁ ‖Z‖_∞) ≥ ‖Z‖.
 *
 * **Source.** The free numbers Z. They are shortened to τ, where rounding Z Zᵀ would reach I and leave nothing that is
 * positive definite.
 *
 * **Target.** U, strictly inside U Uᵀ ≺ I.
 *
 * **Derivation.** E (U Uᵀ) Eᵀ = Z Zᵀ = E Eᵀ − I.
 *
 * **Assumptions.** None: I + Z Zᵀ ≻ 0.
 *
 * **When not to use.** Cost p³/3 + p² q for p × q, smooth where ζ ≠ τ, and complete up to 1/(2τ²), which is less than
 * the margins: every U with U Uᵀ ≺ I comes from the one Z = E U with E⁻¹ the Cholesky factor of I − U Uᵀ (if that has ζ
 * ≤ τ). Singular values near 1 need large Z, and learn slowly there.
 */
export const contractionCholesky: Required<Contraction> = {
  name: 'allocate/contraction-cholesky',
  statement:
    'with I + Z Zᵀ = E Eᵀ, U = E⁻¹ Z has U Uᵀ ≺ I, also for Z shortened to τ; smooth almost everywhere and complete',
  latex: 'U = E^{-1} Z,\\ E E^{\\top} = I + Z Z^{\\top} \\implies U U^{\\top} \\prec I',
  exact: false,
  introduces: [kinds.free, kinds.contraction, kinds.reached, kinds.roomFactor],
  assumptions: [],
  choice: {
    name: 'cholesky',
    note: 'p³/3 + p²q; smooth; complete, singular values near 1 need large Z',
    saturates: false,
  },
  refuses: ({ dense }) => (dense === null ? refuse('no dense weight, nothing to contract') : null),
  apply: (source) => {
    const { free, freeShare, norm, contraction, contractionFactor, contractionGram } = source.symbols;
    const rule = 'allocate/contraction-cholesky';
    const limit = quotient(number(margins.largestRoot), sqrt(roundoff));
    const gram = sum([identity(free.rows), product([free, transpose(free)])]);
    return [
      { kind: 'matrix', rule, symbol: free, value: freeNumbers(source) },
      { kind: 'majorant', rule, symbol: norm, of: free },
      { kind: 'define', rule, symbol: freeShare, value: minimum([number(1), quotient(limit, norm)]) },
      { kind: 'matrix', rule, symbol: free, value: scale(1, [freeShare], free) },
      { kind: 'matrix', rule, symbol: contractionGram, value: gram },
      made(
        rule,
        contractionFactor,
        cholesky('LW404', `I + Z Zᵀ of ${source.name} is out of range for double precision`),
        contractionGram,
      ),
      { kind: 'matrix', rule, symbol: contraction, value: product([inverse(contractionFactor), free]) },
    ];
  },
  /** E⁻¹ is the Cholesky factor of I − U Uᵀ = E⁻¹ E⁻ᵀ, lower triangular with a positive diagonal. */
  undo: (source) => {
    const { free, contraction, contractionFactor, contractionGram } = source.symbols;
    const rule = 'allocate/contraction-cholesky';
    const because = `the weights of ${source.name} leave less than the margin to their condition (or do not meet it)`;
    return [
      {
        kind: 'matrix',
        rule,
        symbol: contractionGram,
        value: subtract(identity(free.rows), product([contraction, transpose(contraction)])),
      },
      made(rule, contractionFactor, cholesky('LW402', because), contractionGram),
      { kind: 'matrix', rule, symbol: free, value: product([inverse(contractionFactor), contraction]) },
    ];
  },
};
