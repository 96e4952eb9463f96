import type { Scalar } from './node.js';

type Sign = 'positive' | 'nonnegative' | null;

export const isPositive = (node: Scalar): boolean => signOfForm(node) === 'positive';
export const isNonnegative = (node: Scalar): boolean => signOfForm(node) !== null;

/** One visit a part: asking for both signs of each part would take time exponential in the depth. */
function signOfForm(node: Scalar): Sign {
  switch (node.kind) {
    case 'rational':
      return node.value.numerator > 0n ? 'positive' : node.value.numerator === 0n ? 'nonnegative' : null;
    case 'pi':
      return 'positive';
    case 'function':
      return node.name === 'exp' ||
        node.name === 'sech' ||
        node.name === 'sigmoid' ||
        node.name === 'softplus' ||
        (node.name === 'log' &&
          node.argument.kind === 'rational' &&
          node.argument.value.numerator > node.argument.value.denominator)
        ? 'positive'
        : null;
    case 'power': {
      const base = signOfForm(node.base);
      const even =
        node.exponent.denominator % 2n === 0n ||
        (node.exponent.denominator === 1n && node.exponent.numerator % 2n === 0n);
      return base === null && even ? 'nonnegative' : base;
    }
    case 'product':
      return node.coefficient.numerator > 0n ? weakest(node.items.map(signOfForm)) : null;
    case 'sum': {
      const signs = node.items.map(signOfForm);
      if (signs.includes(null)) return null;
      return signs.includes('positive') ? 'positive' : 'nonnegative';
    }
    case 'select':
      return weakest([signOfForm(node.positive), signOfForm(node.negative)]);
    case 'variable':
    case 'parameter':
      return null;
  }
}

const weakest = (signs: readonly Sign[]): Sign =>
  signs.includes(null) ? null : signs.includes('nonnegative') ? 'nonnegative' : 'positive';
