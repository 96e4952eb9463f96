/** What Math lacks. */
export function sech(u: number): number {
  return 2 / (Math.exp(u) + Math.exp(-u));
}

export function sigmoid(u: number): number {
  return u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
}

export function softplus(u: number): number {
  return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
}

/**
 * erf to about 1e-16: 2/√π e^−u² Σ 2ⁿ u^(2n+1) / (2n+1)!!, all of one sign, for |u| < 3, beyond it the continued
 * fraction of erfc (Abramowitz & Stegun 7.1.14).
 */
export function erf(u: number): number {
  const x = Math.abs(u);
  const gauss = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 3) {
    let term = x;
    let total = x;
    for (let n = 1; term > total * 1e-17; n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      total += term;
    }
    return Math.sign(u) * 2 * gauss * total;
  }
  let fraction = x;
  for (let k = 60; k >= 1; k -= 1) fraction = x + k / 2 / fraction;
  return Math.sign(u) * (1 - gauss / fraction);
}
