import { maximum, number, quotient } from '../expr/build.js';
import { isScalar } from '../expr/facts.js';
import type { Expression } from '../expr/node.js';
import { substitute } from '../expr/visit.js';
import { margins } from '../model/margins.js';

/**
 * c / |S| with |S| held away from 0. Limits and caps become smaller by it, never larger, and stay finite where S = 0;
 * everything that compares them must hold them away in the same way.
 */
export function heldAway(expression: Expression): Expression {
  const denominator = (node: Expression): Expression =>
    substitute(node, (part) =>
      part.kind === 'abs' && isScalar(part) ? maximum([part, number(margins.smallestSlope)]) : null,
    );
  return substitute(expression, (node) =>
    node.kind === 'quotient' ? quotient(node.numerator, denominator(node.denominator)) : null,
  );
}
