/** An exact rational number in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const small = 2n ** 53n;

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) {
    // The usual case: numbers that doubles hold are several times quicker.
    if (x < small && y < small) return BigInt(smallDivisor(Number(x), Number(y)));
    [x, y] = [y, x % y];
  }
  return x;
}

function smallDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** @throws RangeError on a denominator of 0 */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const [p, q] = [BigInt(numerator), BigInt(denominator)];
  if (q === 0n) throw new RangeError('a denominator of 0');
  if (q === 1n) return { numerator: p, denominator: q };
  const divisor = greatestCommonDivisor(p, q) * (q < 0n ? -1n : 1n);
  return { numerator: p / divisor, denominator: q / divisor };
}

export const ZERO = rational(0);
export const ONE = rational(1);
export const MINUS_ONE = rational(-1);

export const plus = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
export const times = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);
export const negated = (a: Rational): Rational => ({ numerator: -a.numerator, denominator: a.denominator });
/** @throws RangeError on 0 */
export const inverse = (a: Rational): Rational => rational(a.denominator, a.numerator);
export const minus = (a: Rational, b: Rational): Rational => plus(a, negated(b));
export const over = (a: Rational, b: Rational): Rational => times(a, inverse(b));

export const signOf = ({ numerator }: Rational): -1 | 0 | 1 => (numerator > 0n ? 1 : numerator < 0n ? -1 : 0);
export const compareRationals = (a: Rational, b: Rational): -1 | 0 | 1 => signOf(minus(a, b));
export const isInteger = ({ denominator }: Rational): boolean => denominator === 1n;
export const isEqual = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

/** a^n for an integer n. @throws RangeError on 0 to a negative power */
export function integerPower(a: Rational, n: number): Rational {
  const base = n < 0 ? inverse(a) : a;
  const exponent = BigInt(Math.abs(n));
  return { numerator: base.numerator ** exponent, denominator: base.denominator ** exponent };
}

/** The number that a decimal such as `0.044715`, `1e-3` or `.5` says, not the double next to it. */
export function fromDecimal(text: string): Rational {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (match === null || `${match[2] ?? ''}${match[3] ?? ''}` === '')
    throw new RangeError(`no decimal: ${text.slice(0, 40)}`);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const shift = Number(exponent) - fraction.length;
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift)) : rational(digits, 10n ** BigInt(-shift));
}

/** The exact value of a double, through its shortest decimal: what a person who wrote the number meant. */
export const fromDouble = (value: number): Rational => fromDecimal(String(value));

/** The nearest double or one beside it. */
export function approximate({ numerator, denominator }: Rational): number {
  const direct = Number(numerator) / Number(denominator);
  if (Number.isFinite(direct) && direct !== 0 && denominator < 1n << 1000n) return direct;
  const shift = BigInt(Math.max(0, denominator.toString(2).length - 900));
  return Number(numerator >> shift) / Number(denominator >> shift);
}

/** `3`, `-1/2`, or as a decimal where the denominator allows it: `0.044715`. */
export function rationalText({ numerator, denominator }: Rational): string {
  if (denominator === 1n) return String(numerator);
  let rest = denominator;
  let places = 0;
  let scale = 1n;
  while (rest % 10n === 0n || rest % 2n === 0n || rest % 5n === 0n) {
    const factor = rest % 10n === 0n ? 10n : rest % 2n === 0n ? 2n : 5n;
    rest /= factor;
    scale *= 10n / factor;
    places += 1;
  }
  const small = denominator <= 16n && places > 1;
  if (rest !== 1n || small) return `${numerator}/${denominator}`;
  const digits = String((numerator < 0n ? -numerator : numerator) * scale).padStart(places + 1, '0');
  return `${numerator < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
