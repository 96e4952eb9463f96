/**
 * Lower and upper bounds of sums, products, quotients and square roots of doubles, from round-to-nearest alone: every
 * result is computed once, its rounding error is found exactly where that is possible, and a bound moves by one ulp
 * only if the error is on the wrong side. So exact results stay as they are. Where the error terms could overflow or
 * underflow a bound moves always.
 *
 * An infinite operand stands for a limit: 0 · ∞ counts as 0, and what has no limit (∞ − ∞, ∞ / ∞) gives the trivial
 * bound. A finite value that overflows has the bounds MAX_VALUE and Infinity.
 */

const least = Number.MIN_VALUE;
const greatest = Number.MAX_VALUE;

/** u(1 + 2u) with u = 2^-53. */
const step = 2 ** -53 * (1 + 2 ** -52);

/** Veltkamp's constant 2^27 + 1, which halves a mantissa. */
const splitter = 2 ** 27 + 1;

/** In between, products and all of their partial products are free of overflow and underflow. */
const smallest = 2 ** -960;
const largest = 2 ** 1020;
const largestFactor = 2 ** 990;

/**
 * A double beyond x: at least the next one, and exactly that for nearly all x. up(MAX_VALUE) is Infinity; up(-Infinity)
 * is -MAX_VALUE, because an upper bound that overflowed downwards is still an upper bound of some real number.
 *
 * For |x| ≥ 2^-1021 half an ulp of x is at most u|x|, and fl(step·|x|) + 2^-1074 exceeds u|x| even if the product
 * underflows; more than half an ulp added to x rounds to the next double or further. Below, 2^-1074 is one ulp.
 * (Rump, Zimmermann, Boldo and Melquiond, BIT 49 (2009), algorithm 1.)
 */
export function up(x: number): number {
  return x === -Infinity ? -greatest : x + (Math.abs(x) * step + least);
}

/** The mirror image of `up`: a double below x. */
export function down(x: number): number {
  return x === Infinity ? greatest : x - (Math.abs(x) * step + least);
}

/** The exact a + b − sum for sum = fl(a + b), finite (Knuth); NaN if an intermediate sum overflows. */
export function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** The exact a·b − product for product = fl(a·b) (Dekker); the caller sees to the ranges. */
export function productError(a: number, b: number, product: number): number {
  const ca = splitter * a;
  const highA = ca - (ca - a);
  const lowA = a - highA;
  const cb = splitter * b;
  const highB = cb - (cb - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

function isSafeProduct(a: number, b: number, product: number): boolean {
  const size = Math.abs(product);
  // A denormal factor does no harm: the other one is then so large that no partial product underflows.
  return size >= smallest && size <= largest && Math.abs(a) < largestFactor && Math.abs(b) < largestFactor;
}

function isInfinite(x: number): boolean {
  return x === Infinity || x === -Infinity;
}

/** A lower bound of a + b, the greatest double there is. */
export function addDown(a: number, b: number): number {
  const sum = a + b;
  if (sum - sum === 0) {
    return sumError(a, b, sum) >= 0 ? sum : down(sum);
  }
  if (isInfinite(a) || isInfinite(b)) {
    return Number.isNaN(sum) ? -Infinity : sum;
  }
  return down(sum);
}

/** An upper bound of a + b, the least double there is. */
export function addUp(a: number, b: number): number {
  return 0 - addDown(-a, -b);
}

/** A lower bound of a · b. */
export function multiplyDown(a: number, b: number): number {
  if (a === 0 || b === 0) {
    return 0;
  }
  const product = a * b;
  if (isSafeProduct(a, b, product)) {
    return productError(a, b, product) >= 0 ? product : down(product);
  }
  if (isInfinite(a) || isInfinite(b) || Math.abs(a) === 1 || Math.abs(b) === 1) {
    return product;
  }
  return a > 0 === b > 0 ? Math.max(0, down(product)) : down(product);
}

/** An upper bound of a · b. */
export function multiplyUp(a: number, b: number): number {
  return 0 - multiplyDown(-a, b);
}

/** A lower bound of a / b for b ≠ 0. */
export function divideDown(a: number, b: number): number {
  if (a === 0) {
    return 0;
  }
  const quotient = a / b;
  if (isInfinite(a)) {
    return Number.isNaN(quotient) ? -Infinity : quotient;
  }
  if (isInfinite(b) || Math.abs(b) === 1) {
    return quotient;
  }
  const back = quotient * b;
  if (isSafeProduct(quotient, b, back) && Math.abs(quotient) >= smallest) {
    // back is next to a, so a − back is exact, and a difference of doubles always has the right sign.
    const remainder = a - back - productError(quotient, b, back);
    return remainder === 0 || remainder > 0 === b > 0 ? quotient : down(quotient);
  }
  return a > 0 === b > 0 ? Math.max(0, down(quotient)) : down(quotient);
}

/** An upper bound of a / b for b ≠ 0. */
export function divideUp(a: number, b: number): number {
  return 0 - divideDown(-a, b);
}

/** A lower bound of √x for x ≥ 0, the greatest double there is. */
export function sqrtDown(x: number): number {
  return boundSqrt(x, false);
}

/** An upper bound of √x for x ≥ 0, the least double there is. */
export function sqrtUp(x: number): number {
  return boundSqrt(x, true);
}

function boundSqrt(x: number, above: boolean): number {
  if (x === 0 || x === Infinity) {
    return x;
  }
  if (x < 2 ** -900) {
    return boundSqrt(x * 2 ** 600, above) * 2 ** -300; // both products are exact
  }
  if (x > 2 ** 900) {
    return boundSqrt(x * 2 ** -600, above) * 2 ** 300;
  }
  const root = Math.sqrt(x);
  const square = root * root;
  const remainder = x - square - productError(root, root, square);
  if (above) {
    return remainder > 0 ? up(root) : root;
  }
  return remainder < 0 ? down(root) : root;
}
