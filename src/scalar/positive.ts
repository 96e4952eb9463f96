import type { Scalar } from './node.js';

/** Whether the form alone shows that a function is > 0 wherever it is defined. */
export function isPositive(node: Scalar): boolean {
  switch (node.kind) {
    case 'rational':
      return node.value.numerator > 0n;
    case 'pi':
      return true;
    case 'function':
      return node.name === 'exp' || node.name === 'sech' || node.name === 'sigmoid' || node.name === 'softplus' || (node.name === 'log' && node.argument.kind === 'rational' && node.argument.value.numerator > node.argument.value.denominator);
    case 'power':
      return isPositive(node.base);
    case 'product':
      return node.coefficient.numerator > 0n && node.items.every(isPositive);
    case 'sum':
      return node.items.some(isPositive) && node.items.every(isNonnegative);
    case 'select':
      return isPositive(node.positive) && isPositive(node.negative);
    case 'variable':
    case 'parameter':
      return false;
  }
}

/** Whether the form alone shows that a function is ≥ 0 wherever it is defined. */
export function isNonnegative(node: Scalar): boolean {
  if (isPositive(node)) return true;
  if (node.kind === 'rational') return node.value.numerator >= 0n;
  if (node.kind === 'power') return (node.exponent.denominator === 1n && node.exponent.numerator % 2n === 0n) || node.exponent.denominator % 2n === 0n || isNonnegative(node.base);
  if (node.kind === 'product') return node.coefficient.numerator > 0n && node.items.every(isNonnegative);
  return false;
}
