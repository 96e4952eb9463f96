import { labelText } from '../base/label.js';
import type { Expression } from './node.js';

export const isScalar = (node: Expression): boolean => node.rows === null && node.columns === null;
export const isVector = (node: Expression): boolean => node.rows !== null && node.columns === null;
export const isMatrix = (node: Expression): boolean => node.rows !== null && node.columns !== null;

/** True only if every entry is known to be ≥ 0 whatever the values of the symbols. */
export function isNonnegative(node: Expression): boolean {
  switch (node.kind) {
    case 'symbol':
      return node.positive;
    case 'number':
      return node.value >= 0;
    case 'identity':
    case 'ones':
    case 'zero':
    case 'abs':
    case 'square':
    case 'sqrt':
    case 'exp':
      return true;
    case 'inverse':
    case 'stack':
      return false;
    case 'sum':
    case 'product':
    case 'hadamard':
    case 'min':
      return node.items.every(isNonnegative);
    case 'max':
      return node.items.some(isNonnegative);
    case 'scale':
      return node.coefficient >= 0 && node.scalars.every(isNonnegative) && isNonnegative(node.body);
    case 'quotient':
      return isNonnegative(node.numerator) && isNonnegative(node.denominator);
    default:
      return isNonnegative(node.body);
  }
}

/** True only if the scalar is known to be > 0 whatever the values of the symbols. */
export function isPositive(node: Expression): boolean {
  switch (node.kind) {
    case 'symbol':
      return node.positive;
    case 'number':
      return node.value > 0;
    case 'exp':
      return true;
    case 'scale':
      return node.coefficient > 0 && node.scalars.every(isPositive) && isPositive(node.body);
    case 'quotient':
      return isPositive(node.numerator) && isPositive(node.denominator);
    default:
      return false;
  }
}

const isSquare = (node: Expression): boolean =>
  node.rows !== null && node.columns !== null && labelText(node.rows) === labelText(node.columns);

/** True only if every off-diagonal entry of the matrix is known to be 0. */
export function isDiagonal(node: Expression): boolean {
  if (!isMatrix(node)) return false;
  switch (node.kind) {
    case 'symbol':
      return node.diagonal;
    case 'identity':
      return true;
    case 'zero':
      return isSquare(node);
    case 'sum':
    case 'product':
    case 'hadamard':
      return node.items.every(isDiagonal);
    case 'scale':
    case 'transpose':
    case 'abs':
    case 'square':
    case 'sqrt':
    case 'inverse':
      return isDiagonal(node.body);
    default:
      return false;
  }
}
