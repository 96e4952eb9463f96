import { diag, negate, quotient, sum, summands } from '../../src/expr/build.js';
import { mentions } from '../../src/expr/visit.js';
import type { Algebra } from '../../src/rule/algebra.js';
import type { RowTotal, MultiplierBound } from '../../src/model/bounding.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { template } from '../../src/rule/template.js';

/**
 * # Isolating the multiplier
 *
 * **Statement.** With δ > 0: `ρ − δ ∘ λ ≤ 0 ⇔ λ ≥ ρ / δ`.
 *
 * **Source.** A row's total, affine in the row's own multiplier λ.
 *
 * **Target.** The side condition δ > 0 and the lower bound ρ/δ.
 *
 * **Derivation.** Within a row all atoms are numbers; ρ and −δ are the coefficients of 1 and λ. Dividing by δ keeps the
 * sign only where δ > 0, which therefore becomes a constraint of its own: since ρ ≥ 0, no λ > 0 could meet the
 * row where δ ≤ 0 and ρ > 0. Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** δ > 0; ρ and δ do not contain λ.
 *
 * **When not to use.** The budget row of the input has no multiplier of its own.
 */
export function isolateMultiplier(algebra: Algebra): Rule<RowTotal, MultiplierBound> {
  return {
    name: 'bound/isolate-multiplier',
    statement: 'with δ > 0: ρ − δ ∘ λ ≤ 0 is λ ≥ ρ / δ',
    latex: '\\rho - \\delta \\circ \\lambda \\le 0 \\iff \\lambda \\ge \\rho / \\delta \\quad (\\delta > 0)',
    exact: true,
    assumptions: [{ text: 'the divisor δ is positive', latex: '\\delta > 0' }],
    refuses: ({ total, multiplier }) => {
      const lambda = diag(multiplier);
      const factors = summands(total).flatMap((term) => {
        const body = term.kind === 'scale' ? term.body : term;
        return body.kind === 'hadamard'
          ? [
              body.items.filter((item) => item.key === lambda.key).length,
              body.items.some((item) => item.key !== lambda.key && mentions(item, multiplier.key)) ? 2 : 0,
            ]
          : [body.key === lambda.key ? 1 : mentions(body, multiplier.key) ? 2 : 0];
      });
      if (factors.some((count) => count > 1)) return refuse('the row is not affine in its own multiplier');
      return factors.some((count) => count === 1) ? null : refuse('the row does not contain its own multiplier');
    },
    apply: ({ total, multiplier }) => {
      const lambda = diag(multiplier);
      const scalar = template(total, lambda);
      const variable = scalar.nameOf(lambda);
      if (variable === null) throw new Error('the multiplier is not in its row');
      const [rest, slope] = algebra.coefficients(scalar.polynomial, variable);
      const numerator = scalar.back(rest ?? []);
      const divisor = negate(scalar.back(slope ?? []));
      return { multiplier, numerator, divisor, bound: quotient(numerator, sum([divisor])) };
    },
  };
}
