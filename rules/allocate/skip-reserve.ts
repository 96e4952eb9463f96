import { maximum, minimum, number, quotient, scale, square, subtract, sum } from '../../src/expr/build.js';
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
 * **Statement.** Let y = a x + …, and no dense weight read x there. With r² = a²/((1 − η)𝓛²) < 1, and c = max(0, −4P)/σ² for layers that a
 * dense weight of the output reads, 1 for all others: if each layer with c > 0 uses μ ≤ (1 − r²)/((1 + r²) Σc) of its pivot, then
 * a² K[x | d] ≼ (1 − η)(1 + r²)/2 · I, so that the output's condition leaves room.
 *
 * **Source.** The part μ of a pivot that its layer may use.
 *
 * **Target.** A part that is no larger.
 *
 * **Derivation.** A layer that uses μ makes the covariance of earlier signals at most 1/(1 − μ) times as large. Given its signal w, what is
 * left is larger by 1/(1 − cμ) at most, and by nothing if mL ≥ 0. So K[x | d] ≼ 𝓛⁻² Π 1/(1 − cμ) ≼ 𝓛⁻²/(1 − Σcμ).
 *
 * **Assumptions.** 0 < μ ≤ 1 − η for what is given. Nothing else of hidden signals is read by an identity at the output alone.
 *
 * **When not to use.** Where a ≥ 𝓛 nothing can be left, and the output's condition stops the run unless Σc = 0 (one layer between
 * x and y, as in CPL and SLL, with mL ≥ 0). A worst case: K[x | d] may be smaller than the bound.
 */
export const skipReserve: Rule<MultiplierSource, readonly Assignment[]> = {
  name: 'allocate/skip-reserve',
  statement: 'y = a x + …, r² = a²/((1 − η)𝓛²): layers that use μ ≤ (1 − r²)/((1 + r²) Σc) leave a² K[x | d] ≼ (1 − η)(1 + r²)/2 · I; c = max(0, −4P)/σ² for layers that the output reads, else 1',
  latex: '\\mu_l \\le \\frac{1-r^2}{(1+r^2)\\sum_k c_k},\\ r^2 = \\frac{a^2}{(1-\\eta)\\mathcal{L}^2} < 1 \\implies a^2 K_{x|d} \\preceq (1-\\eta)\\tfrac{1+r^2}{2} I',
  exact: false,
  assumptions: [{ text: '0 < μ ≤ 1 − η', latex: '0 < \\mu \\le 1-\\eta' }],
  refuses: ({ reserve }) => (reserve === null ? refuse('the output reads no signal by an identity alone, or other signals than x') : null),
  apply: ({ used, reserve }) => {
    if (reserve === null) return [];
    const { own } = reserve;
    // A layer whose signal takes nothing off x may use what it likes.
    const limit = own === null ? partOf(reserve) : maximum([partOf(reserve), subtract(number(1), scale(1 / margins.smallestSquare, [], crossing(own)))]);
    return [{ kind: 'define', rule: 'allocate/skip-reserve', symbol: used, value: minimum([used, maximum([number(margins.demand), limit])]) }];
  },
};

/** (1 − r²)/((1 + r²) Σc). */
function partOf({ coefficient, margin, unread, read }: SkipReserve): Expression {
  const asked = number(coefficient ** 2 / (1 - margin));
  const left = maximum([subtract(squaredBound, asked), number(0)]);
  const counted = maximum([sum([number(unread), ...read.map(crossing)]), number(margins.smallestSquare)]);
  return quotient(quotient(left, sum([squaredBound, asked])), counted);
}

/** c = max(0, −4P)/σ² of a layer that the output reads: σ = s where the slopes m < 0 < L cross. */
function crossing({ product, lower, upper }: Slopes): Expression {
  const range = maximum([square(subtract(upper, lower)), number(margins.smallestSquare)]);
  return quotient(maximum([scale(-4, [product], number(1)), number(0)]), range);
}
