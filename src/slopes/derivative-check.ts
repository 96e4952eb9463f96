import { fail } from '../base/diagnostic.js';
import { generator } from '../numeric/random.js';
import { dualAt } from './scalar/dual.js';
import { numericFunction } from './scalar/evaluate.js';
import type { Scalar } from './scalar/node.js';

const points = 32;
/** Far above the usual rounding of either way, far below any slip in a rule. */
const tolerance = 1e-6;

/**
 * A symbolic derivative against automatic differentiation at random points, as every answer of algebra is re-checked
 * before a bound rests on it. A wrong rule is wrong almost everywhere; cancellation in doubles is not, so it takes a
 * quarter of the points where both have a value to stop.
 * @throws LW403
 */
export function checkDerivative(f: Scalar, derivative: Scalar): void {
  const random = generator(1);
  const slope = numericFunction(derivative);
  let compared = 0;
  const differences: string[] = [];
  for (let k = 0; k < points; k += 1) {
    const v = random.normal() * 4 ** random.integer(-2, 2);
    const dual = dualAt(f, v);
    const symbolic = slope(v);
    const size = 1 + Math.abs(dual.slope) + Math.abs(dual.value);
    if (!Number.isFinite(size) || !Number.isFinite(symbolic) || size > 1e6) continue;
    compared += 1;
    if (Math.abs(symbolic - dual.slope) > tolerance * size)
      differences.push(`f'(${v}) = ${symbolic}, but ${dual.slope} by automatic differentiation`);
  }
  const [first] = differences;
  if (first !== undefined && differences.length * 4 > compared) fail('LW403', first, 'the same from both');
}
