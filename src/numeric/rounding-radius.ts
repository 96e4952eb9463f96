import { toNumber } from './dyadic.js';
import { isDense, isSymmetric, upperTerms } from './term.js';
import type { Assembly, Factor, UpperTerm } from './term.js';

/** The least positive double, η. */
export const least = Number.MIN_VALUE;

/** An upper bound of the exact sum of `count` non-negative products, given the one computed in any order. */
export function roundUp(computed: number, count: number): number {
  // Exact ≤ computed·(1 − u)^-(count+1) + count·η/2 with u = 2^-53; the factor below is exact and twice as wide.
  return computed * (1 + (count + 4) * 2 ** -52) + (count + 1) * least;
}

/**
 * A vector e with e_i ≥ Σ_j |exact_ij − assemble(…)_ij| · t_j, for positive t of length `size`: the row sums of the
 * assembly's rounding error, weighted by t. Proven, underflow included, for the orders of evaluation that `assemble`
 * uses; found with matrix-vector products only. An overflow gives Infinity or NaN, never a bound that is too small.
 *
 * Derivation. One entry of a term is Σ_k s·d_k·l_ki·r_kj. Each product takes the four roundings of s, s·d, ·l, ·r
 * (·l and ·r in either order) and at most one for each of the other products that meet the same entry, in this term
 * or another. With K products there and γ = (K+6)u / (1 − (K+6)u), u = 2^-53 (Higham, Accuracy and stability, 2nd
 * ed., lemma 3.1), and an absolute error of at most η/2 for each multiplication that underflows (sums never do), its
 * magnified effect counted as η:
 *
 *     |error_ij| ≤ Σ_k [ (γ|s| + η)|d_k| + η ] |l_ki||r_kj| + η·max(|l|, |r|)-terms + η.
 *
 * The third underflow, of f·l (or f·r) before the last factor, is bounded by η|r_kj| + η|l_ki|, which covers both
 * orders. Summing over j with weights t_j costs |R|t once and |L|ᵀ once; the mirrored block sums over i instead.
 */
export function termsRadius(assembly: Assembly, t: Float64Array): Float64Array {
  const terms = upperTerms(assembly);
  const radius = new Float64Array(assembly.size);
  for (const term of terms) {
    const weights = entryBound(term, productsMeeting(term, terms));
    const { row, column, rows, columns, left, right } = term;
    addRowSums(radius, row, rows, weights, left, right, t.slice(column, column + columns));
    if (row !== column || !isSymmetric(term)) {
      // The mirrored block's row sums. On the diagonal the bound is not symmetric itself: both halves together are.
      addRowSums(radius, column, columns, weights, right, left, t.slice(row, row + rows));
    }
  }
  for (let i = 0; i < radius.length; i += 1) {
    radius[i] = roundUp(radius[i] ?? Number.NaN, 2 * terms.length);
  }
  return radius;
}

/** How many products are summed, at most, in any entry of the term's block. */
function productsMeeting(term: UpperTerm, terms: readonly UpperTerm[]): number {
  let total = 0;
  for (const other of terms) {
    const apart =
      other.row >= term.row + term.rows ||
      term.row >= other.row + other.rows ||
      other.column >= term.column + term.columns ||
      term.column >= other.column + other.columns;
    total += apart ? 0 : other.products;
  }
  return total;
}

/** weights_k = (γ|s| + η)|d_k| + η, rounded up. */
function entryBound(term: UpperTerm, products: number): Float64Array {
  const roundings = (products + 6) * 2 ** -53;
  const gamma = roundUp(roundings / (1 - roundings), 2);
  const scalar = roundUp(gamma * roundUp(Math.abs(toNumber(term.scalar)), 1) + least, 2);
  const weights = new Float64Array(term.inner).fill(roundUp(scalar, 1));
  if (term.middle !== null) {
    for (let k = 0; k < weights.length; k += 1) {
      weights[k] = roundUp(scalar * Math.abs(term.middle[k] ?? Number.NaN) + least, 2);
    }
  }
  return weights;
}

/** sums_i += Σ_j bound_ij t_j for i from `first` on, bound = |left|ᵀ diag(weights) |right| + the underflow terms. */
function addRowSums(
  sums: Float64Array,
  first: number,
  count: number,
  weights: Float64Array,
  left: Factor | null,
  right: Factor | null,
  t: Float64Array,
): void {
  const inner = weights.length;
  const beside = absoluteTimes(right, t); // |R|t, length K
  const scaled = new Float64Array(inner);
  for (let k = 0; k < inner; k += 1) {
    scaled[k] = roundUp((beside[k] ?? Number.NaN) * (weights[k] ?? Number.NaN), 1);
  }
  const main = absoluteTransposeTimes(left, scaled, count);
  const shadow = left === null ? null : absoluteTransposeTimes(left, new Float64Array(inner).fill(1), count); // |L|ᵀ1
  const lone = !isDense(left) && !isDense(right);
  const total = lone ? 0 : sum(t);
  const spread = isDense(left) ? sum(beside) : 0;
  const products = isDense(left) && isDense(right) ? inner : 1;
  for (let i = 0; i < count; i += 1) {
    // Without a dense left factor row i has the one product k = i; without any, the one entry j = i.
    const reach = lone ? (t[i] ?? Number.NaN) : total;
    const across = isDense(left) ? spread : (beside[i] ?? Number.NaN);
    const along = shadow === null ? 1 : (shadow[i] ?? Number.NaN);
    const underflow = (across + (along + products) * reach) * least;
    sums[first + i] = (sums[first + i] ?? Number.NaN) + roundUp((main[i] ?? Number.NaN) + roundUp(underflow, 6), 4);
  }
}

function sum(t: Float64Array): number {
  let total = 0;
  for (let j = 0; j < t.length; j += 1) {
    total += t[j] ?? Number.NaN;
  }
  return roundUp(total, t.length);
}

/** |factor| · t, rounded up; `factor` null is the identity. */
function absoluteTimes(factor: Factor | null, t: Float64Array): Float64Array {
  if (factor === null) {
    return t;
  }
  const { kind, rows, columns, data } = factor;
  const result = new Float64Array(rows);
  for (let k = 0; k < rows; k += 1) {
    let total = 0;
    if (kind === 'diagonal') {
      total = Math.abs(data[k] ?? Number.NaN) * (t[k] ?? Number.NaN);
    } else {
      for (let j = 0; j < columns; j += 1) {
        total += Math.abs(data[k * columns + j] ?? Number.NaN) * (t[j] ?? Number.NaN);
      }
    }
    result[k] = roundUp(total, columns);
  }
  return result;
}

/** |factor|ᵀ · q, rounded up, of length `outer`. */
function absoluteTransposeTimes(factor: Factor | null, q: Float64Array, outer: number): Float64Array {
  if (!isDense(factor)) {
    return absoluteTimes(factor, q);
  }
  const { rows, data } = factor;
  const result = new Float64Array(outer);
  for (let k = 0; k < rows; k += 1) {
    const weight = q[k] ?? Number.NaN;
    for (let i = 0; i < outer; i += 1) {
      result[i] = (result[i] ?? Number.NaN) + Math.abs(data[k * outer + i] ?? Number.NaN) * weight;
    }
  }
  for (let i = 0; i < outer; i += 1) {
    result[i] = roundUp(result[i] ?? Number.NaN, rows);
  }
  return result;
}
