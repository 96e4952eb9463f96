import type { Parameter, Tree } from '../../model/program.js';

const one: Tree = { kind: 'number', value: 1 };
const isNumber = (tree: Tree, value: number): boolean => tree.kind === 'number' && tree.value === value;
export const isOne = (tree: Tree): boolean => isNumber(tree, 1);
export const isZero = (tree: Tree): boolean => isNumber(tree, 0);

/** a b, in the least form. */
export const timesTree = (a: Tree, b: Tree): Tree => simplified({ kind: 'multiply', items: [a, b] });
export const inverseTree = (tree: Tree): Tree => simplified({ kind: 'divide', numerator: one, denominator: tree });
export const rootTree = (tree: Tree): Tree => simplified({ kind: 'sqrt', body: tree });
export const sumTree = (items: readonly Tree[]): Tree => simplified({ kind: 'add', items });

const positiveParameters: ReadonlySet<Parameter['kind']> = new Set(['lipschitz', 'budget', 'roundoff']);

/** Whether the value is above 0 for all that programs are given: bounds are, and are refused where they are not. */
export function isPositive(tree: Tree): boolean {
  switch (tree.kind) {
    case 'number':
      return tree.value > 0;
    case 'parameter':
      return positiveParameters.has(tree.parameter.kind);
    case 'multiply':
    case 'add':
      return tree.items.every(isPositive);
    case 'divide':
      return isPositive(tree.numerator) && isPositive(tree.denominator);
    case 'sqrt':
      return isPositive(tree.body);
    default:
      return false;
  }
}

const flat = (kind: 'add' | 'multiply', items: readonly Tree[]): readonly Tree[] =>
  items.flatMap((item) => (item.kind === kind ? item.items : [item]));

/** Of a list without what changes nothing. */
function listed(kind: 'add' | 'multiply', items: readonly Tree[], neutral: number): Tree {
  const left = items.filter((item) => !isNumber(item, neutral));
  const [only] = left;
  if (only === undefined) return { kind: 'number', value: neutral };
  return left.length === 1 ? only : { kind, items: left };
}

function product(given: readonly Tree[]): Tree {
  const items = flat('multiply', given);
  if (items.some(isZero)) return { kind: 'number', value: 0 };
  const numbers = items.flatMap((item) => (item.kind === 'number' ? [item.value] : []));
  const others = items.filter((item) => item.kind !== 'number');
  const factor = numbers.reduce((total, value) => total * value, 1);
  return listed('multiply', [{ kind: 'number', value: factor }, ...others], 1);
}

function quotient(numerator: Tree, denominator: Tree): Tree {
  if (isZero(numerator) || isOne(denominator)) return numerator;
  if (denominator.kind === 'divide')
    return product([numerator, quotient(denominator.denominator, denominator.numerator)]);
  return { kind: 'divide', numerator, denominator };
}

/** √(x x) and √(1/x) for what is positive. */
function root(body: Tree): Tree {
  if (body.kind === 'number') return { kind: 'number', value: Math.sqrt(body.value) };
  if (body.kind === 'divide' && isPositive(body)) return quotient(root(body.numerator), root(body.denominator));
  if (body.kind === 'multiply' && body.items.length === 2) {
    const [a, b] = body.items;
    if (a !== undefined && isPositive(a) && JSON.stringify(a) === JSON.stringify(b)) return a;
  }
  return { kind: 'sqrt', body };
}

/** max without a 0 beside what is not below it. */
function maximum(items: readonly Tree[], isNonnegative: (tree: Tree) => boolean): Tree {
  const left = items.some(isNonnegative) ? items.filter((item) => !isZero(item)) : items;
  const [only] = left;
  return left.length === 1 && only !== undefined ? only : { kind: 'max', items: left };
}

/**
 * The same value in fewer operations, up to rounding of scalars. 0 · x is 0: where x may be out of range, so is what it
 * was made with, and that ends the run by itself. `isNonnegative`: what else is known not to be below 0.
 */
export function simplified(tree: Tree, isNonnegative: (tree: Tree) => boolean = isPositive): Tree {
  const inner = (part: Tree): Tree => simplified(part, isNonnegative);
  switch (tree.kind) {
    case 'number':
    case 'parameter':
    case 'buffer':
      return tree;
    case 'add':
      return listed('add', flat('add', tree.items.map(inner)), 0);
    case 'multiply':
      return product(tree.items.map(inner));
    case 'divide':
      return quotient(inner(tree.numerator), inner(tree.denominator));
    case 'sqrt':
      return root(inner(tree.body));
    case 'abs': {
      const body = inner(tree.body);
      if (body.kind === 'number') return { kind: 'number', value: Math.abs(body.value) };
      return isNonnegative(body) || isPositive(body) ? body : { kind: 'abs', body };
    }
    case 'exp':
      return { kind: 'exp', body: inner(tree.body) };
    case 'min':
      return { kind: 'min', items: tree.items.map(inner) };
    case 'max':
      return maximum(tree.items.map(inner), isNonnegative);
    case 'select': {
      const guard = inner(tree.guard);
      if (guard.kind === 'number') return inner(guard.value > 0 ? tree.positive : tree.otherwise);
      return { kind: 'select', guard, positive: inner(tree.positive), otherwise: inner(tree.otherwise) };
    }
  }
}
