import { abs, monomial, rangeSum, scale } from '../../src/expr/build.js';
import { isNonnegative } from '../../src/expr/facts.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import type { Expression } from '../../src/expr/node.js';

/** The same with the absolute values of all its scalars, or null if their signs are known. */
function withAbsoluteScalars(node: Expression): Expression | null {
  if (node.kind === 'range-sum') {
    const body = withAbsoluteScalars(node.body);
    return body === null ? null : rangeSum(body, node.from, node.to);
  }
  if (node.kind !== 'scale') return null;
  const { coefficient, scalars, body } = monomial(node);
  const inner = body.kind === 'range-sum' ? withAbsoluteScalars(body) : isNonnegative(body) ? body : null;
  if (inner === null) return null;
  const known = scalars.every(isNonnegative) && inner === body;
  return known ? null : scale(Math.abs(coefficient), scalars.map(abs), inner);
}

/**
 * # Scalar of unknown sign
 *
 * **Statement.** `s X ≤ |s| X` for X ≥ 0.
 *
 * **Source.** A summand with a scalar factor of unknown sign.
 *
 * **Target.** The summand with the factor's absolute value, which is nonnegative.
 *
 * **Derivation.** s ≤ |s|, times X ≥ 0.
 *
 * **Assumptions.** X ≥ 0 entry by entry.
 *
 * **When not to use.** Where the sign is known.
 */
export const unknownSign: RewriteRule = {
  name: 'bound/unknown-sign',
  statement: 's X ≤ |s| X for X ≥ 0',
  latex: 's\\,X \\le \\left|s\\right|X \\quad (X \\ge 0)',
  exact: false,
  assumptions: [{ text: 'X ≥ 0', latex: 'X \\ge 0' }],
  refuses: (node) =>
    withAbsoluteScalars(node) === null ? refuse('no scalar of unknown sign before a nonnegative body') : null,
  apply: (node) => withAbsoluteScalars(node) ?? node,
};
