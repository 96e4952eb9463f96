import { fromNumbers } from '../numeric/dyadic.js';
import type { Expression } from './node.js';

/** The numbers of a product, which a printed formula has in front. */

/** A positive number, and how often it is a factor. */
export interface Numeral {
  readonly value: number;
  readonly count: number;
}

/** The value of a number, also of an author's that arithmetic leaves alone (see `exactFactor`); null for others. */
export function numeralOf(node: Expression): number | null {
  if (node.kind === 'number') return node.value;
  if (node.kind !== 'symbol' || node.role !== 'constant' || node.label.index !== null) return null;
  const value = Number(node.label.name);
  return node.label.name !== '' && Number.isFinite(value) ? value : null;
}

/** mantissa · 10^exponent, without zeros at the end of the mantissa. */
function decimal(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const [digits = '0', exponent = '0'] = value.toExponential().split('e');
  const places = digits.split('.')[1]?.length ?? 0;
  return trimmed(BigInt(digits.replace('.', '')), Number(exponent) - places);
}

function trimmed(mantissa: bigint, exponent: number): { readonly mantissa: bigint; readonly exponent: number } {
  return mantissa !== 0n && mantissa % 10n === 0n ? trimmed(mantissa / 10n, exponent + 1) : { mantissa, exponent };
}

/**
 * a · b where the product of the doubles is a double, and the product of the decimals that people read is what it is
 * printed as.
 */
function exactProduct(a: number, b: number): number | null {
  const product = a * b;
  // Integers this small are decimals and doubles at once.
  if ([a, b, product].every((value) => Number.isSafeInteger(value) && value !== 0)) return product;
  if (!Number.isFinite(product) || product === 0) return null;
  const { mantissas, exponents } = fromNumbers(Float64Array.of(a, b, product));
  const [x = 0n, y = 0n, xy = 0n] = mantissas;
  const [i = 0, j = 0, ij = 0] = exponents;
  if (x * y !== xy || i + j !== ij) return null;
  const [first, second] = [decimal(a), decimal(b)];
  const [written, read] = [
    trimmed(first.mantissa * second.mantissa, first.exponent + second.exponent),
    decimal(product),
  ];
  return written.mantissa === read.mantissa && written.exponent === read.exponent ? product : null;
}

const isDyadic = (value: number): boolean => Number.isInteger(value * 2 ** 16);

/** The product of all of them, or null where some product on the way is rounded. */
function wholeProduct(numerals: readonly Numeral[]): number | null {
  const factors = numerals.flatMap(({ value, count }) => Array.from({ length: count }, () => value));
  return factors.reduce<number | null>((all, factor) => (all === null ? null : exactProduct(all, factor)), 1);
}

/**
 * The factors multiplied out where that is exact: 2 · 0.5² is 0.5. The rest stays as it was written, 2 · 0.3²: a
 * rounded product would be another formula. Factors that are 1 are gone.
 */
export function multipliedOut(values: readonly number[]): readonly Numeral[] {
  const counts = new Map<number, number>();
  for (const value of values) if (value !== 1) counts.set(value, (counts.get(value) ?? 0) + 1);
  const numerals = [...counts].map(([value, count]) => ({ value, count }));
  const dyadic = numerals.filter(({ value }) => isDyadic(value));
  const others = numerals.filter(({ value }) => !isDyadic(value));
  const asOne = (part: readonly Numeral[]): readonly Numeral[] => {
    const value = wholeProduct(part);
    return value === null ? part : value === 1 ? [] : [{ value, count: 1 }];
  };
  return wholeProduct(numerals) === null ? [...asOne(dyadic), ...others] : asOne(numerals);
}

/**
 * What `show` makes of k where the number is ±2^k with so many digits that nobody would know it by them: 2^-120; null
 * for others.
 */
export function powerOfTwo(value: number, show: (exponent: number) => string): string | null {
  const size = Math.abs(value);
  const exponent = Math.round(Math.log2(size));
  const few = size <= 2 ** 16 && String(value).replace(/\D|^[-0.]+/g, '').length <= 6;
  if (few || exponent < -1022 || 2 ** exponent !== size) return null;
  return `${value < 0 ? '-' : ''}${show(exponent)}`;
}
