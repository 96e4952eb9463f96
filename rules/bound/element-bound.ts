import { label } from '../../src/base/label.js';
import { abs, monomial, number, scalarSymbol, scale, sum, summands } from '../../src/expr/build.js';
import { weightsOf } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import { mentions } from '../../src/expr/visit.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Algebra } from '../../src/rule/algebra.js';
import type { NumeratorSource } from '../../src/model/bounding.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { template } from '../../src/rule/template.js';

interface Summands {
  readonly linear: Expression;
  readonly quadratic: Expression;
}

/** The summands a |S| |W|ᵀλ and −b P (W ∘ W)ᵀλ of the numerator. */
function find({ numerator, weight, reader }: NumeratorSource): Summands | null {
  const own = summands(numerator).filter(
    (term) => weightsOf(term).length === 1 && mentions(term, weight.key) && mentions(term, reader.multiplier.key),
  );
  const linear = own.find((term) => monomial(term).scalars.some((scalar) => scalar.key === abs(reader.slopeSum).key));
  const quadratic = own.find((term) => {
    const { coefficient, scalars } = monomial(term);
    return coefficient < 0 && scalars.some((scalar) => scalar.key === reader.slopeProduct.key);
  });
  return linear === undefined || quadratic === undefined ? null : { linear, quadratic };
}

/**
 * # Element bound
 *
 * **Statement.** With P > 0: `a |S| |w| − b P w² ≥ 0 ⇔ |w| ≤ a |S| / (b P)` for every entry w of W.
 *
 * **Source.** The numerator ρ of a multiplier's lower bound, which holds a|S| |W|ᵀλ − b P (W ∘ W)ᵀλ.
 *
 * **Target.** A bound on every entry of W under which these summands cannot be negative.
 *
 * **Derivation.** Divide by |w| and solve the linear template a|S| − bP|w| for |w|.
 * Juston et al., arXiv 2502.21279, section 3 (their bound |S|/(2P)).
 *
 * **Assumptions.** P > 0; for P ≤ 0 the summands are nonnegative anyway.
 *
 * **When not to use.** It is implied by the row ball (see implied-element-bound); only the paper's own strategy keeps
 * it.
 */
export function elementBound(algebra: Algebra): Rule<NumeratorSource, Constraint> {
  return {
    name: 'bound/element-bound',
    statement: 'with P > 0: a |S| |w| − b P w² ≥ 0 is |w| ≤ a |S| / (b P)',
    latex:
      'a\\left|S\\right|\\left|w\\right| - b\\,P\\,w^2 \\ge 0 \\iff \\left|w\\right| \\le ' +
      '\\frac{a\\left|S\\right|}{b\\,P} \\quad (P > 0)',
    exact: true,
    assumptions: [{ text: 'P is positive', latex: 'P > 0' }],
    refuses: (source) => (find(source) === null ? refuse('the numerator has no pair |S| |W|ᵀλ, −P (W ∘ W)ᵀλ') : null),
    apply: (source) => {
      const found = find(source);
      if (found === null) throw new Error('no pair in the numerator');
      const { weight, reader, span } = source;
      // |w| stands for itself while the algebra solves for it.
      const entry = scalarSymbol('constant', label('w'));
      const [linear, quadratic] = [monomial(found.linear), monomial(found.quadratic)];
      const condition = sum([
        scale(linear.coefficient, linear.scalars, number(1)),
        scale(quadratic.coefficient, [...quadratic.scalars, entry], number(1)),
      ]);
      const scalar = template(condition, condition);
      const bound = scalar.back(algebra.root(scalar.polynomial, scalar.nameOf(entry) ?? ''));
      return {
        kind: 'element-bound',
        parameters: [weight],
        left: abs(weight),
        relation: '<=',
        right: bound,
        onlyIfPositive: reader.slopeProduct,
        row: reader.target,
        span,
      };
    },
  };
}
