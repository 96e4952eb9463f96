import {
  abs,
  diag,
  fill,
  maximum,
  minimum,
  number,
  ones,
  product,
  quotient,
  scale,
  subtract,
  sum,
  times,
  transpose,
} from '../../src/expr/build.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { MultiplierSource } from '../../src/model/pivot.js';
import { freeNumbers } from '../../src/model/reads.js';
import * as kinds from '../../src/model/symbols.js';
import type { AllocationRule } from '../../src/rule/allocation.js';
import { lipschitzSymbol } from '../lmi/lipschitz-goal.js';
import { absorbedRoom, leastOf, otherPivot, positive, reciprocal, squaredBound } from './free-multiplier.js';

/** X is Z / 𝓛: covariances are homogeneous in 𝓛⁻². */
const perBound = quotient(number(1), lipschitzSymbol);

/**
 * # Multipliers by dominance
 *
 * **Statement.** For any X, q > 0 and 0 < μ ≤ 1 − η, B = X Xᵀ + Q: θ_i ≥ μ⁻¹ Σ_j |B|_ij q_j / q_i gives B ≼ μ Θ, and
 * s² Λ B Λ ≼ 2μΛ ≼ (1 − η) 2Λ for Λ = 2/(σ²Θ).
 *
 * **Source.** A pivot D = 2Λ − s² Λ V K Vᵀ Λ and V K Vᵀ = X Xᵀ + Q.
 *
 * **Target.** λ for a free X = Z/𝓛. Reads that a dense weight makes up for add a little to θ. Where the output reads
 * the layer's signal as it is (`skip-multiplier`, `absorbed-multiplier`) and nothing is fixed, rows of X are multiplied
 * by f = min(1, 2/(σ²ν θ)), θ too.
 *
 * **Derivation.** f_i Σ_j |B|_ij f_j q_j / q_i ≤ f_i θ_i μ. diag(q)(μΘ − B)diag(q) has rows that dominate their
 * diagonals: Gershgorin on the pivot alone. With n = 1 these are the multipliers and the scales q of SLL (Araujo et
 * al., ICLR 2023, theorem 3).
 *
 * **Assumptions.** σ ≥ s ≥ 0, q > 0, 0 < μ ≤ 1 − η (`slope-spread`).
 *
 * **When not to use.** Cost p² q, no contraction in hidden layers, smooth almost everywhere; not complete: B must be
 * dominated, so multipliers are larger, and gains smaller, than they need be.
 */
export const dominanceMultiplier: AllocationRule<MultiplierSource> = {
  name: 'allocate/dominance-multiplier',
  statement:
    'for any X and q > 0: θ_i = μ⁻¹ Σ_j |X Xᵀ + Q|_ij q_j / q_i, λ = 2/(σ²θ) gives s²Λ(X Xᵀ + Q)Λ ≼ 2μΛ ≼ (1 − η) 2Λ',
  latex:
    '\\theta_i = \\mu^{-1} \\sum_j |X X^{\\top} + Q|_{ij} q_j / q_i \\implies s^2 \\Lambda (X ' +
    'X^{\\top} + Q) \\Lambda \\preceq 2\\mu\\Lambda \\preceq 2(1-\\eta)\\Lambda,\\ \\Lambda = ' +
    '2\\sigma^{-2}\\Theta^{-1} \\quad (\\sigma \\ge s \\ge 0,\\ q > 0,\\ 0 < \\mu \\le 1-\\eta)',
  exact: false,
  introduces: [kinds.freeScale, kinds.rowScale, kinds.room, kinds.reached, kinds.image],
  assumptions: [
    { text: 'σ ≥ s ≥ 0', latex: '\\sigma \\ge s \\ge 0' },
    { text: 'the scales q are positive', latex: 'q > 0' },
    { text: '0 < μ ≤ 1 − η', latex: '0 < \\mu \\le 1-\\eta' },
  ],
  free: ({ logScale }) => [logScale],
  refuses: otherPivot,
  apply: (source) => {
    const { allocation, split, room, logScale, rowScale, used } = source;
    const floor = leastOf(source);
    const { symbols, dense, fixed } = allocation;
    const rule = 'allocate/dominance-multiplier';
    const image =
      dense === null
        ? []
        : [{ kind: 'matrix', rule, symbol: symbols.image, value: times(perBound, freeNumbers(allocation)) } as const];
    const square = dense === null ? [] : [product([symbols.image, transpose(symbols.image)])];
    const q = diag(rowScale);
    const sums = quotient(product([abs(symbols.reached), q]), q);
    const absorbed = absorbedRoom(allocation, rule);
    const least = times(
      quotient(number(1), squaredBound),
      fill(number(margins.smallestSquare), split.layer.multiplier.rows),
    );
    const beside = absorbed === null ? null : times(quotient(number(1), used), absorbed.room);
    // Rows of X that ask for more than ν leaves are shortened: |B| falls by their factors f ≤ 1, and so may θ. What is
    // made up for does not.
    const most = floor !== null && dense !== null && fixed === null ? reciprocal(source, fill(floor, room.rows)) : null;
    const limit =
      most === null || beside === null ? most : maximum([subtract(most, beside), scale(margins.demand, [], most)]);
    const held: readonly Assignment[] =
      limit === null
        ? []
        : [
            {
              kind: 'define',
              rule,
              symbol: symbols.diagonalRoom,
              value: minimum([ones(room.rows), quotient(limit, diag(room))]),
            },
            { kind: 'define', rule, symbol: room, value: minimum([diag(room), limit]) },
            { kind: 'matrix', rule, symbol: symbols.image, value: product([symbols.diagonalRoom, symbols.image]) },
          ];
    return [
      ...image,
      {
        kind: 'matrix',
        rule,
        symbol: symbols.reached,
        value: sum([...square, ...(fixed === null ? [] : [symbols.fixedSquare])]),
      },
      { kind: 'define', rule, symbol: rowScale, value: positive(logScale) },
      ...(absorbed === null ? [] : absorbed.images),
      { kind: 'define', rule, symbol: room, value: times(quotient(number(1), used), maximum([sums, least])) },
      ...held,
      ...(beside === null ? [] : [{ kind: 'define', rule, symbol: room, value: sum([diag(room), beside]) } as const]),
      { kind: 'define', rule, symbol: split.layer.multiplier, value: reciprocal(source, diag(room)) },
      { kind: 'keep', rule, symbol: split.layer.multiplier },
    ];
  },
};
