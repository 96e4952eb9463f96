import { label } from '../../src/base/label.js';
import { abs, fill, monomial, number, scale, subtract, sum, summands, symbol, times } from '../../src/expr/build.js';
import { isNonnegative } from '../../src/expr/facts.js';
import { weightsOf } from '../../src/expr/gram.js';
import type { Expression } from '../../src/expr/node.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Algebra } from '../../src/rule/algebra.js';
import type { Divisor } from '../../src/model/bounding.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { template } from '../../src/rule/template.js';

interface Parts {
  /** The number that stands alone. */
  readonly constant: number;
  /** What |S| multiplies, and what of it no weight can change. */
  readonly free: readonly Expression[];
  readonly fixed: readonly Expression[];
}

function split({ layer, divisor }: Divisor): Parts | null {
  const slope = abs(layer.slopeSum);
  let constant = 0;
  const free: Expression[] = [];
  const fixed: Expression[] = [];
  for (const term of summands(divisor)) {
    const { coefficient, scalars, body } = monomial(term);
    const others = scalars.filter((scalar) => scalar.key !== slope.key);
    if (scalars.length === 0 && body.kind === 'ones') constant += coefficient;
    else if (scalars.length === others.length + 1 && others.every(isNonnegative) && coefficient < 0) {
      (weightsOf(body).length > 0 ? free : fixed).push(scale(-coefficient, others, body));
    } else return null;
  }
  return constant > 0 ? { constant, free, fixed } : null;
}

/**
 * # Row ball
 *
 * **Statement.** With |S| > 0: `c − |S| u > 0 ⇔ u < c / |S|`, u the sum of the row sums |C_j| 1 of the layer's weights.
 *
 * **Source.** The side condition that the divisor of λ is positive.
 *
 * **Target.** A bound on the absolute row sums of the layer's weights together.
 *
 * **Derivation.** The root of |S| u − c in u; for S = 0 the condition holds for every u, and the bound c/|S| = ∞ with
 * it. Juston et al., arXiv 2502.21279, section 3.
 *
 * **Assumptions.** |S| > 0; what identity reads use up is subtracted from the bound.
 *
 * **When not to use.** Divisors that are not affine in the row sums.
 */
export function rowBall(algebra: Algebra): Rule<Divisor, Constraint> {
  return {
    name: 'bound/row-ball',
    statement: 'with |S| > 0: c − |S| u > 0 is u < c / |S|',
    latex: 'c - \\left|S\\right| u > 0 \\iff u < c / \\left|S\\right| \\quad (\\left|S\\right| > 0)',
    exact: true,
    assumptions: [{ text: '|S| is positive', latex: '\\left|S\\right| > 0' }],
    refuses: (source) => (split(source) === null ? refuse('the divisor is not c − |S| u') : null),
    apply: (source) => {
      const found = split(source);
      if (found === null) throw new Error('not a row-ball divisor');
      const { layer, span, divisor } = source;
      const slope = abs(layer.slopeSum);
      // The usage stands for itself while the algebra solves for it.
      const usage = symbol('constant', label('u'), { rows: divisor.rows, columns: null });
      const scalar = template(sum([times(slope, usage), fill(number(-found.constant), divisor.rows)]), divisor);
      const limit = scalar.back(algebra.root(scalar.polynomial, scalar.nameOf(usage) ?? ''));
      return {
        kind: 'row-ball',
        parameters: weightsOf(sum(found.free, divisor)),
        left: sum(found.free, divisor),
        relation: '<',
        right: subtract(limit, sum(found.fixed, divisor)),
        onlyIfPositive: null,
        row: layer.target,
        span,
      };
    },
  };
}
