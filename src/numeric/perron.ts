/** What `perronScales` finds. All figures are computed in doubles: bounds up to rounding, a relative n 2⁻⁵² or so. */
export interface PerronScales {
  /** t > 0, the largest entry of every connected part being 1. */
  readonly scales: Float64Array;
  /**
   * Collatz–Wielandt: the Perron value, the least max_i (Σ_{j≠i} |m_ij| t_j) / (|m_ii| t_i) over all t > 0, is at least
   * this …
   */
  readonly lower: number;
  /** … and at most this, which is the maximum that `scales` attain. */
  readonly upper: number;
  readonly iterations: number;
}

export interface PerronOptions {
  /** Stops once upper − lower ≤ tolerance · upper; 1e-10 if left out. */
  readonly tolerance?: number;
  /** At most this many iterations for each connected part; 10,000 if left out. */
  readonly iterations?: number;
}

/** Sets of rows that entries off the diagonal join, directly or through others. */
function connectedParts(m: Float64Array, size: number): readonly (readonly number[])[] {
  const seen = new Uint8Array(size);
  const joined = (i: number, j: number): boolean => m[i * size + j] !== 0 || m[j * size + i] !== 0;
  const parts: number[][] = [];
  for (let start = 0; start < size; start += 1) {
    if (seen[start] === 1) continue;
    const part = [start];
    seen[start] = 1;
    // Grows while it is walked through.
    for (const i of part) {
      for (let j = 0; j < size; j += 1) {
        if (seen[j] === 1 || !joined(i, j)) continue;
        seen[j] = 1;
        part.push(j);
      }
    }
    parts.push(part);
  }
  return parts;
}

/** A = |diag|⁻¹ |offdiag| of one part; null if a row has nothing negative on its diagonal to set against the rest. */
function ratios(m: Float64Array, size: number, part: readonly number[]): Float64Array | null {
  const a = new Float64Array(part.length ** 2);
  for (const [row, i] of part.entries()) {
    const centre = m[i * size + i] ?? 0;
    for (const [column, j] of part.entries()) {
      if (i === j) continue;
      const ratio = Math.abs(m[i * size + j] ?? 0) / -centre;
      if (!(ratio >= 0 && ratio < Infinity)) return null;
      a[row * part.length + column] = ratio;
    }
    if (!(centre <= 0)) return null;
  }
  return a;
}

interface PartResult {
  readonly t: Float64Array;
  readonly lower: number;
  readonly upper: number;
  readonly iterations: number;
}

/** Power iteration on A + σI: A alone may swing between two vectors for ever. A is irreducible here. */
function powerIteration(a: Float64Array, tolerance: number, most: number): PartResult {
  const n = Math.sqrt(a.length);
  const image = new Float64Array(n);
  let t = new Float64Array(n).fill(1);
  let best = t.slice();
  let [lower, upper] = [0, Infinity];
  let iterations = 0;
  for (; iterations < most; iterations += 1) {
    let [least, largest] = [Infinity, 0];
    for (let i = 0; i < n; i += 1) {
      let total = 0;
      for (let j = 0; j < n; j += 1) total += (a[i * n + j] ?? 0) * (t[j] ?? 0);
      image[i] = total;
      const ratio = total / (t[i] ?? 1);
      least = Math.min(least, ratio);
      largest = Math.max(largest, ratio);
    }
    lower = Math.max(lower, least);
    if (largest < upper) {
      upper = largest;
      best = t.slice();
    }
    if (!(upper - lower > tolerance * upper)) break;
    // A is similar to a symmetric matrix, so its other eigenvalues are real, and none is below −upper.
    const next = t.map((value, i) => (image[i] ?? 0) + (upper / 2) * value);
    const top = next.reduce((all, value) => Math.max(all, value), 0);
    t = next.map((value) => value / top);
    if (!t.every((value) => value > 0)) break;
  }
  return { t: best, lower, upper, iterations };
}

/**
 * Scales t > 0 for the Gershgorin discs of a symmetric M (row major): those that minimise the largest
 * (Σ_{j≠i} |m_ij| t_j) / (|m_ii| t_i), by power iteration on |diag|⁻¹ |offdiag|, part by connected part. Row i of TMT
 * holds, t_i m_ii + Σ_{j≠i} |m_ij| t_j ≤ 0, for all i and some t iff the Perron value is ≤ 1: `upper` ≤ 1 says that it
 * does for these scales, `lower` > 1 that it does for none (both up to rounding). A row with m_ii > 0, or m_ii = 0
 * beside anything else, is beyond all scales: lower = upper = ∞, and its part keeps t = 1.
 * Perron 1907, Frobenius 1912; Collatz, Math. Z. 48 (1942); Wielandt, Math. Z. 52 (1950).
 */
export function perronScales(
  m: Float64Array,
  size: number,
  { tolerance = 1e-10, iterations = 10_000 }: PerronOptions = {},
): PerronScales {
  const scales = new Float64Array(size).fill(1);
  let [lower, upper, spent] = [0, 0, 0];
  for (const part of connectedParts(m, size)) {
    const a = ratios(m, size, part);
    const found: PartResult =
      a === null
        ? { t: new Float64Array(part.length).fill(1), lower: Infinity, upper: Infinity, iterations: 0 }
        : powerIteration(a, tolerance, iterations);
    const top = found.t.reduce((all, value) => Math.max(all, value), 0);
    for (const [at, i] of part.entries()) scales[i] = (found.t[at] ?? 1) / top;
    lower = Math.max(lower, found.lower);
    upper = Math.max(upper, found.upper);
    spent += found.iterations;
  }
  return { scales, lower, upper, iterations: spent };
}
