import type { Rational } from './rational.js';
import * as q from './rational.js';

/** Primes up to here are looked for; a cofactor without smaller ones is kept whole. */
const largestPrime = 1000n;

/** base^exponent = coefficient · Π prime^exponent with exponents strictly between 0 and 1, for a positive base. */
export function primePowers(
  base: Rational,
  exponent: Rational,
): {
  readonly coefficient: Rational;
  readonly roots: readonly { readonly prime: bigint; readonly exponent: Rational }[];
} {
  const counts = new Map<bigint, bigint>();
  count(base.numerator, 1n, counts);
  count(base.denominator, -1n, counts);
  let coefficient = q.ONE;
  const roots: { prime: bigint; exponent: Rational }[] = [];
  for (const [prime, times] of counts) {
    const total = q.times(q.rational(times), exponent);
    const whole = floor(total);
    if (whole < -4096n || whole > 4096n) throw new RangeError('an exponent beyond 4096');
    coefficient = q.times(coefficient, q.integerPower(q.rational(prime), Number(whole)));
    const rest = q.minus(total, q.rational(whole));
    if (q.signOf(rest) > 0) roots.push({ prime, exponent: rest });
  }
  return { coefficient, roots };
}

function count(value: bigint, sign: bigint, counts: Map<bigint, bigint>): void {
  let rest = value;
  for (let prime = 2n; prime <= largestPrime && prime * prime <= rest; prime += 1n) {
    while (rest % prime === 0n) {
      counts.set(prime, (counts.get(prime) ?? 0n) + sign);
      rest /= prime;
    }
  }
  if (rest > 1n) counts.set(rest, (counts.get(rest) ?? 0n) + sign);
}

function floor({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}
