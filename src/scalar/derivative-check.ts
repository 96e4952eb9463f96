import { fail } from '../base/diagnostic.js';
import { generator } from '../numeric/random.js';
import { dualAt } from './dual.js';
import { numericFunction } from './evaluate.js';
import type { Scalar } from './node.js';

const points = 32;
/** Far above the rounding of either way, far below any slip in a rule. */
const tolerance = 1e-6;

/**
 * A symbolic derivative against automatic differentiation at random points, as every answer of algebra is re-checked
 * before a bound rests on it. Points where rounding spoils the comparison (values that overflow or cancel) say nothing.
 * @throws LW403
 */
export function checkDerivative(f: Scalar, derivative: Scalar): void {
  const random = generator(1);
  const slope = numericFunction(derivative);
  for (let k = 0; k < points; k += 1) {
    const v = random.normal() * 4 ** random.integer(-2, 2);
    const dual = dualAt(f, v);
    const symbolic = slope(v);
    const size = 1 + Math.abs(dual.slope) + Math.abs(dual.value);
    if (!Number.isFinite(size) || !Number.isFinite(symbolic) || size > 1e6) continue;
    if (Math.abs(symbolic - dual.slope) > tolerance * size) fail('LW403', `f'(${v}) = ${symbolic}`, `${dual.slope}, by automatic differentiation`);
  }
}
