import type { Scalar } from './node.js';
import type { Rational } from './rational.js';
import * as q from './rational.js';
import { dependsOnVariable } from './visit.js';
import { negate, product as makeProduct, number as makeNumber, splitCoefficient, subtract } from './build.js';

const enum Level {
  Sum,
  Product,
  Power,
  Atom,
}

interface Piece {
  readonly text: string;
  readonly level: Level;
}

const inside = ({ text, level }: Piece, least: Level): string => (level < least ? `(${text})` : text);

/** The function as one line of ASCII that `parseScalar` reads back: `v / 2 * (1 + erf(v / sqrt(2)))`. */
export function scalarText(node: Scalar): string {
  return print(node).text;
}

function print(node: Scalar): Piece {
  switch (node.kind) {
    case 'rational':
      return number(node.value);
    case 'pi':
      return { text: 'pi', level: Level.Atom };
    case 'variable':
      return { text: 'v', level: Level.Atom };
    case 'parameter':
      return { text: node.name, level: Level.Atom };
    case 'sum':
      return sum(node.items);
    case 'product':
      return product(node.coefficient, node.items);
    case 'power':
      return power(node.base, node.exponent);
    case 'function':
      return call(node.name, [node.argument]);
    case 'select':
      return select(node);
  }
}

const call = (name: string, items: readonly Scalar[]): Piece => ({
  text: `${name}(${items.map(scalarText).join(', ')})`,
  level: Level.Atom,
});

function number(value: Rational): Piece {
  const text = q.rationalText(value);
  return { text, level: text.startsWith('-') ? Level.Sum : text.includes('/') ? Level.Product : Level.Atom };
}

/** Larger powers and what depends on v come last in keys; people write numbers and minus signs last. */
function sum(items: readonly Scalar[]): Piece {
  const ordered = [...items].sort((a, b) => order(a) - order(b));
  const text = ordered.reduce((line, item, at) => {
    const { coefficient, rest } = splitCoefficient(item);
    const negative = q.signOf(coefficient) < 0;
    const size = negative ? q.negated(coefficient) : coefficient;
    const magnitude =
      rest.kind === 'rational'
        ? number(size)
        : rest.kind === 'product'
          ? product(size, rest.items)
          : q.isEqual(size, q.ONE)
            ? print(rest)
            : product(size, [rest]);
    const shown = inside(magnitude, Level.Product);
    if (at === 0) return negative ? `-${shown}` : shown;
    return `${line} ${negative ? '-' : '+'} ${shown}`;
  }, '');
  return { text, level: Level.Sum };
}

const order = (item: Scalar): number =>
  q.signOf(splitCoefficient(item).coefficient) < 0 ? 2 : item.kind === 'rational' ? 1 : 0;

function product(coefficient: Rational, items: readonly Scalar[]): Piece {
  const negative = q.signOf(coefficient) < 0;
  const { numerator, denominator } = negative ? q.negated(coefficient) : coefficient;
  const decimal = q.rationalText(q.rational(numerator, denominator));
  const fraction = decimal.includes('/');
  const above = [...items]
    .sort((a, b) => rank(a) - rank(b))
    .filter((item) => item.kind !== 'power' || q.signOf(item.exponent) > 0)
    .map((item) => inside(print(item), Level.Power));
  const below = items.flatMap((item) =>
    item.kind === 'power' && q.signOf(item.exponent) < 0
      ? [inside(power(item.base, q.negated(item.exponent)), Level.Power)]
      : [],
  );
  const front = fraction ? (numerator === 1n ? [] : [String(numerator)]) : decimal === '1' ? [] : [decimal];
  const divisors = [...(fraction ? [String(denominator)] : []), ...below];
  const top = [...front, ...above].join(' * ');
  const text = `${negative ? '-' : ''}${top === '' ? '1' : top}${divisors.map((item) => ` / ${item}`).join('')}`;
  return { text, level: negative ? Level.Sum : Level.Product };
}

/** Constants first, then v and its powers, then the rest. */
const rank = (node: Scalar): number =>
  !dependsOnVariable(node) ? 0 : (node.kind === 'power' ? node.base : node).kind === 'variable' ? 1 : 2;

function power(base: Scalar, exponent: Rational): Piece {
  if (q.isEqual(exponent, q.ONE)) return print(base);
  if (q.isEqual(exponent, q.rational(1, 2))) return call('sqrt', [base]);
  if (q.signOf(exponent) < 0)
    return { text: `1 / ${inside(power(base, q.negated(exponent)), Level.Power)}`, level: Level.Product };
  return { text: `${inside(print(base), Level.Atom)}^${inside(number(exponent), Level.Atom)}`, level: Level.Power };
}

/** max, min and |·| by their own names; other case distinctions as `if(guard > 0, …, …)`. */
function select({ guard, positive, negative }: Scalar & { readonly kind: 'select' }): Piece {
  if (positive.key === negate(negative).key && positive.key === guard.key) return call('abs', [positive]);
  const larger = comparison(subtract(positive, negative), guard);
  if (larger > 0) return call('max', [positive, negative]);
  if (larger < 0) return call('min', [positive, negative]);
  return { text: `if(${scalarText(guard)} > 0, ${scalarText(positive)}, ${scalarText(negative)})`, level: Level.Atom };
}

/** 1 if `difference` is a positive multiple of the guard, −1 if a negative one, else 0. */
function comparison(difference: Scalar, guard: Scalar): number {
  const first = difference.kind === 'sum' ? difference.items : [difference];
  const second = guard.kind === 'sum' ? guard.items : [guard];
  const [a] = first.map(splitCoefficient);
  // Keys sort −a after b, so the terms of a − b and b − a stand in different orders.
  const b = second.map(splitCoefficient).find(({ rest }) => rest.key === a?.rest.key);
  if (a === undefined || b === undefined) return 0;
  const ratio = q.over(a.coefficient, b.coefficient);
  return makeProduct([makeNumber(ratio), guard]).key === difference.key ? q.signOf(ratio) : 0;
}
