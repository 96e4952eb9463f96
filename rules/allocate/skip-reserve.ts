import { maximum, minimum, number, quotient, scale, square, subtract, sum, times } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { MultiplierSource, SkipReserve, Slopes } from '../../src/model/pivot.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { squaredBound } from './free-multiplier.js';

/**
 * # What layers leave to a skip
 *
 * **Statement.** Let y = a x + …, and no dense weight read x there. With r² = a²/((1 − η)𝓛²) < 1, and c = max(0,
 * −4P)/σ² for layers that a dense weight of the output reads, 1 for all others: if each layer with c > 0 uses μ ≤ (1 −
 * 1/γ)/Σc of its pivot, γ = (1 + r²)/(2r²), then a² K[x | d] ≼ (1 − η)(1 + r²)/2 · I, so that the output's condition
 * leaves room. For y = a w + …, w hidden, γ = 2 and c counts for layers after w alone.
 *
 * **Source.** The part μ of a pivot that its layer may use.
 *
 * **Target.** A part that is no larger.
 *
 * **Derivation.** A layer that uses μ makes the covariance of earlier signals at most 1/(1 − μ) times as large. Given
 * its signal w, what is left is larger by 1/(1 − cμ) at most, and by nothing if mL ≥ 0. So K[· | d] grows by Π 1/(1 −
 * cμ) ≤ 1/(1 − Σcμ) ≤ γ, from 𝓛⁻² for x.
 *
 * **Assumptions.** 0 < μ ≤ 1 − η for what is given.
 *
 * **When not to use.** Where a ≥ 𝓛 nothing can be left, and the output's condition stops the run unless Σc = 0 (one
 * layer between x and y, as in CPL and SLL, with mL ≥ 0). A worst case: K[x | d] may be smaller than the bound.
 */
export const skipReserve: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/skip-reserve',
  statement:
    'y = a x + …, r² = a²/((1 − η)𝓛²), γ = (1 + r²)/(2r²): layers that use μ ≤ (1 − 1/γ)/Σc ' +
    'leave a² K[x | d] ≼ (1 − η)(1 + r²)/2 · I; c = max(0, −4P)/σ² for layers that the output ' +
    'reads, else 1',
  latex:
    '\\mu_l \\le \\frac{1-\\gamma^{-1}}{\\sum_k c_k},\\ \\gamma = \\frac{1+r^2}{2r^2},\\ r^2 = ' +
    '\\frac{a^2}{(1-\\eta)\\mathcal{L}^2} < 1 \\implies a^2 K_{x|d} \\preceq ' +
    '(1-\\eta)\\tfrac{1+r^2}{2} I \\quad (0 < \\mu \\le 1-\\eta)',
  exact: false,
  assumptions: [{ text: '0 < μ ≤ 1 − η', latex: '0 < \\mu \\le 1-\\eta' }],
  refuses: ({ reserve }) =>
    reserve === null ? refuse('the output reads no earlier signal by an identity alone') : null,
  apply: ({ used, reserve, crossing }) => {
    if (reserve === null) return [];
    const part = quotient(
      growthOf(reserve),
      maximum([sum([number(reserve.unread), ...reserve.read.map(crossingOf)]), number(margins.smallestSquare)]),
    );
    // A layer whose signal takes nothing off the skip may use what it likes.
    const limit =
      crossing === null
        ? part
        : maximum([part, subtract(number(1), scale(1 / margins.smallestSquare, [], crossingOf(crossing)))]);
    return [
      {
        kind: 'define',
        rule: 'allocate/skip-reserve',
        symbol: used,
        value: minimum([used, maximum([number(margins.demand), limit])]),
      },
    ];
  },
};

/** Where the output reads no x: 1 − 1/γ for γ = 2. */
const half = number(1 / 2);

const askedOf = ({ coefficient, margin }: SkipReserve): Expression => number(coefficient ** 2 / (1 - margin));

/** 1 − 1/γ = (1 − r²)/(1 + r²), and at most 1/2 where hidden signals have to be kept too. */
function growthOf(reserve: SkipReserve): Expression {
  if (reserve.coefficient === 0) return half;
  const asked = askedOf(reserve);
  const left = quotient(maximum([subtract(squaredBound, asked), number(0)]), sum([squaredBound, asked]));
  return reserve.hidden > 0 ? minimum([left, half]) : left;
}

/** γ, as soon as the reserve is kept. */
export const enlarged = (reserve: SkipReserve): Expression =>
  quotient(number(1), subtract(number(1), growthOf(reserve)));

/** γ r² ≤ (1 + r²)/2: the part of the output's condition that x takes; 0 if it is not read, at most 1. */
export function inputShare(reserve: SkipReserve): Expression {
  if (reserve.coefficient === 0) return number(0);
  return minimum([times(enlarged(reserve), quotient(askedOf(reserve), squaredBound)), number(1 - margins.demand)]);
}

/** c = max(0, −4P)/σ² of a layer that the output reads: σ = s where the slopes m < 0 < L cross. */
function crossingOf({ product, lower, upper }: Slopes): Expression {
  const range = maximum([square(subtract(upper, lower)), number(margins.smallestSquare)]);
  return quotient(maximum([scale(-4, [product], number(1)), number(0)]), range);
}
