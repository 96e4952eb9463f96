/**
 * A number for people, to so many significant digits, without zeros at the end: `0.25`, `65536`, `3.81e-6`. Powers of
 * ten where a row of zeros would have to be counted; the number itself stands in JSON.
 */
export function brief(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const magnitude = Math.abs(rounded);
  if (rounded === 0) return '0';
  return magnitude < 1e-4 || magnitude >= 1e9 ? rounded.toExponential().replace('e+', 'e') : String(rounded);
}

/**
 * The same of a number that is not negative, rounded upwards: read back as a double it is not below. What is proven of
 * the number holds for it.
 */
export function briefAbove(value: number, digits: number): string {
  const { text, mantissa, exponent } = parts(value, digits);
  return Number(text) >= value ? brief(value, digits) : brief(Number(`${mantissa + 1}e${exponent}`), digits);
}

/** The same, rounded downwards. */
export function briefBelow(value: number, digits: number): string {
  const { text, mantissa, exponent } = parts(value, digits);
  if (Number(text) <= value) return brief(value, digits);
  // Below a power of ten the last digit is a tenth.
  return brief(
    Number(mantissa === 10 ** (digits - 1) ? `${10 ** digits - 1}e${exponent - 1}` : `${mantissa - 1}e${exponent}`),
    digits,
  );
}

/**
 * An interval for people, rounded outwards: what lies in the interval lies in the text's. An end that is a short
 * decimal but for the roundings that enclosed it is that decimal: slopes of 0.1 are enclosed from 0.09999999999999999
 * on.
 */
export function intervalText([lower, upper]: readonly [number, number], digits: number): string {
  const end = (value: number, outwards: 1 | -1): string => {
    const size = Math.abs(value);
    if (Math.abs(Number(size.toPrecision(digits)) - size) <= enclosing * size) return brief(value, digits);
    const [sign, away] = value < 0 ? ['-', -outwards] : ['', outwards];
    return sign + (away > 0 ? briefAbove : briefBelow)(size, digits);
  };
  return `[${end(lower, -1)}, ${end(upper, 1)}]`;
}
const enclosing = 2 ** -48;

/** A proven margin for people, rounded downwards. */
export const marginText = (margin: number): string => (margin < 0 ? brief(margin, 3) : briefBelow(margin, 3));

/** Digits of bounds in texts. */
const boundDigits = 5;

/** A proven bound for people, rounded upwards; what is a little above a round number is told as that: `1 + 3e-8`. */
export function boundAbove(value: number): string {
  const round = Number(value.toPrecision(2));
  const excess = value - round;
  return excess > 0 && excess < 10 ** (1 - boundDigits) * value
    ? `${brief(round, 2)} + ${briefAbove(excess, 2)}`
    : briefAbove(value, boundDigits);
}

/** `1.0002-Lipschitz`, `(1 + 3e-8)-Lipschitz`. */
export const lipschitzText = (bound: string): string => `${bound.includes(' ') ? `(${bound})` : bound}-Lipschitz`;

/** A bound from below for people, rounded downwards. */
export const boundBelow = (value: number): string => briefBelow(value, boundDigits);

/** mantissa · 10^exponent, the nearest with so many digits. */
function parts(
  value: number,
  digits: number,
): { readonly text: string; readonly mantissa: number; readonly exponent: number } {
  const text = value.toExponential(digits - 1);
  const [mantissa = '', exponent = ''] = text.split('e');
  return { text, mantissa: Number(mantissa.replace('.', '')), exponent: Number(exponent) - digits + 1 };
}
