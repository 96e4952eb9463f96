/**
 * Σ c_i z^i by Horner's rule, and why its rounding error is known beforehand: with every c_i and z off by at most
 * u = 2^-53 relatively, term i meets at most 3i + 2 roundings (c_i itself, i of z, i products, i + 1 sums), or 2i + 2
 * if z is exact. So the error is at most Σ γ_i |c_i||z|^i with γ_i = (3i + 2)u / (1 − (3i + 2)u) (Higham, Accuracy and
 * stability, 2nd ed., section 5.1): for the small z here the first two terms settle it. Underflow adds 2^-1074 a step,
 * out of sight beside c_0.
 */
export function horner(coefficients: readonly number[], z: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) {
    sum = sum * z + (coefficients[i] ?? Number.NaN);
  }
  return sum;
}

/** 1/n! for n = 0 … 18, each the nearest double: the factorials are exact, so the quotients are rounded once. */
export const inverseFactorials: readonly number[] = Array.from({ length: 19 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i += 1) {
    factorial *= i;
  }
  return 1 / factorial;
});
