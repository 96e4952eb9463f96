import { DyadicSum, fromNumber, fromNumbers, multiply, zero } from './dyadic.js';
import type { Dyadic } from './dyadic.js';
import { outside } from '../base/outside.js';
import { fail } from '../base/diagnostic.js';
import { isDense } from './term.js';
import type { Image, ImageTerm, WithImage } from './term.js';
import { least, roundUp } from './rounding-radius.js';
import type { Work } from './work.js';

/**
 * Matrices M = TᵀAT, where A is a sum of terms and T takes the coordinates of M to those of A: some coordinates of A
 * are sums of others. T is the identity but for these rows.
 */

/** Where the rows of T are: those of sums in a table, the others one entry each. */
interface Map {
  /** Order of M. */
  readonly order: number;
  /** By coordinate of A: that of M, or −1 for a sum. */
  readonly base: Int32Array;
  /** By coordinate of A: its row in the tables, or −1. */
  readonly row: Int32Array;
  /** Computed rows of T, and a bound on the error of each entry. */
  readonly rows: Float64Array;
  readonly errors: Float64Array;
}

/** Which coordinates of A are coordinates of M, in order; and the place of each sum. @throws LW303 */
function places({ size, image }: WithImage): Pick<Map, 'base' | 'row' | 'order'> {
  const row = new Int32Array(image.size).fill(-1);
  let sums = 0;
  for (const sum of image.sums) {
    for (let i = 0; i < sum.rows; i += 1) {
      if (row[sum.row + i] !== -1) fail('LW303', `coordinate ${sum.row + i}`, 'sums of their own coordinates');
      row[sum.row + i] = sums + i;
    }
    sums += sum.rows;
  }
  let order = 0;
  const base = Int32Array.from(row, (at) => (at === -1 ? order++ : -1));
  if (order !== size) fail('LW303', `${order} coordinates that are no sums`, `${size} of them`);
  return { order, base, row };
}

/** How many products an entry of a sum adds up. */
const productsOf = (terms: readonly ImageTerm[]): number =>
  terms.reduce((total, { factor, columns }) => total + (isDense(factor) ? columns : 1), 0);

/** Hands every (i, k, factor_ik) of a term to `put`; identities and diagonals have one k a row. */
function eachEntry({ factor, columns }: ImageTerm, rows: number, put: (i: number, k: number, value: number) => void) {
  for (let i = 0; i < rows; i += 1) {
    if (factor?.kind !== 'dense') put(i, i, factor === null ? 1 : (factor.data[i] ?? Number.NaN));
    else for (let k = 0; k < columns; k += 1) put(i, k, factor.data[i * columns + k] ?? Number.NaN);
  }
}

/**
 * The rows of T in floating point. With P products in an entry and γ = (P + 4)u: |T̂ − T| ≤ Σ (γ|c f| + η)|T̂_k| + |c
 * f| |T̂_k − T_k| + P η over the products c f T_k, all rounded up.
 */
function mapOf(assembly: WithImage): Map {
  const where = places(assembly);
  const { base, row, order } = where;
  const count = assembly.image.sums.reduce((total, { rows }) => total + rows, 0);
  const [rows, errors] = [new Float64Array(count * order), new Float64Array(count * order)];
  let first = 0;
  for (const sum of assembly.image.sums) {
    const products = productsOf(sum.terms);
    const gamma = roundUp((products + 4) * 2 ** -53, 2);
    for (const term of sum.terms) {
      eachEntry(term, sum.rows, (i, k, value) => {
        const target = (first + i) * order;
        const coefficient = term.coefficient * value;
        const size = Math.abs(coefficient) * (1 + 2 ** -50) + least;
        const source = term.from + k;
        const at = base[source] ?? outside();
        if (at >= 0) {
          rows[target + at] = (rows[target + at] ?? Number.NaN) + coefficient;
          errors[target + at] = (errors[target + at] ?? Number.NaN) + size * gamma + least;
          return;
        }
        const known = row[source] ?? outside();
        if (known < 0 || known >= first) fail('LW303', `a sum of coordinate ${source}`, 'earlier coordinates');
        for (let j = 0; j < order; j += 1) {
          const entry = rows[known * order + j] ?? Number.NaN;
          const error = errors[known * order + j] ?? Number.NaN;
          rows[target + j] = (rows[target + j] ?? Number.NaN) + coefficient * entry;
          errors[target + j] =
            (errors[target + j] ?? Number.NaN) + (size * gamma + least) * Math.abs(entry) + size * error + least;
        }
      });
    }
    for (let at = first * order; at < (first + sum.rows) * order; at += 1)
      errors[at] = roundUp(errors[at] ?? Number.NaN, 5 * products + 8);
    first += sum.rows;
  }
  return { ...where, rows, errors };
}

/** TᵀAT in floating point, of a computed A; symmetric. */
export function* throughImage(assembly: WithImage, a: Float64Array): Work<Float64Array> {
  const { order, base, row, rows } = mapOf(assembly);
  const written = assembly.image.size;
  const matrix = new Float64Array(order * order);
  const product = new Float64Array(order);
  for (let k = 0; k < written; k += 1) {
    product.fill(0);
    for (let l = 0; l < written; l += 1) {
      const entry = a[k * written + l] ?? Number.NaN;
      if (entry === 0) continue;
      const at = base[l] ?? outside();
      if (at >= 0) product[at] = (product[at] ?? Number.NaN) + entry;
      else addTo(product, 0, rows, (row[l] ?? outside()) * order, entry, order);
    }
    const at = base[k] ?? outside();
    if (at >= 0) addTo(matrix, at * order, product, 0, 1, order);
    else {
      const own = (row[k] ?? outside()) * order;
      for (let i = 0; i < order; i += 1) {
        const entry = rows[own + i] ?? Number.NaN;
        if (entry !== 0) addTo(matrix, i * order, product, 0, entry, order);
      }
    }
    yield written * order;
  }
  for (let i = 0; i < order; i += 1)
    for (let j = 0; j < i; j += 1) matrix[i * order + j] = matrix[j * order + i] ?? Number.NaN;
  return matrix;
}

function addTo(
  target: Float64Array,
  to: number,
  source: Float64Array,
  from: number,
  factor: number,
  count: number,
): void {
  for (let j = 0; j < count; j += 1)
    target[to + j] = (target[to + j] ?? Number.NaN) + factor * (source[from + j] ?? Number.NaN);
}

/**
 * Row sums of the error of `throughImage`, weighted by t ≥ 0; `radius` is that of A, `a` the computed A.
 *
 * Derivation. With T̂, Â computed, E ≥ |T̂ − T| and T⁺ = |T̂| + E: Û = fl(ÂT̂) and fl(T̂ᵀÛ) are off by at most γ|Â||T̂|
 * + wη and γ|T̂|ᵀ|Û| + wη, γ = (w + 4)u, w the order of A; T̂ᵀÂT̂ − TᵀAT = T̂ᵀ(Â − A)T̂ + (T̂ − T)ᵀAT̂ + TᵀA(T̂ − T).
 * With |A|v ≤ |Â|v + radius(v):
 *
 *     |error| t ≤ |T̂|ᵀ(radius(p) + 3γ|Â|p + 3wη Σt) + Eᵀ|A|T⁺t + T⁺ᵀ|A|Et + wη Σt,   p = |T̂|t.
 *
 * Every summand is a symmetric bound, so it holds for the mirrored entries as well.
 */
export function imageRadius(
  assembly: WithImage,
  a: Float64Array,
  t: Float64Array,
  radius: (t: Float64Array) => Float64Array,
): Float64Array {
  const map = mapOf(assembly);
  const written = assembly.image.size;
  const gamma = roundUp((written + 4) * 2 ** -53, 2);
  const total = roundUp(
    t.reduce((all, each) => all + each, 0),
    t.length,
  );
  const tiny = roundUp(4 * written * least * (1 + total), 4);
  const sizeOf = (v: Float64Array): Float64Array => {
    const out = new Float64Array(written);
    for (let k = 0; k < written; k += 1) {
      let sum = 0;
      for (let l = 0; l < written; l += 1) sum += Math.abs(a[k * written + l] ?? Number.NaN) * (v[l] ?? Number.NaN);
      out[k] = roundUp(sum, written);
    }
    return out;
  };
  const whole = (v: Float64Array): Float64Array => plus(sizeOf(v), radius(v));
  const p = times(map, t, 'rows');
  const e = times(map, t, 'errors');
  const direct = plus(
    radius(p),
    sizeOf(p).map((value) => roundUp(3 * gamma * value, 2) + tiny),
  );
  const parts = [
    timesTransposed(map, direct, 'rows'),
    timesTransposed(map, whole(plus(p, e)), 'errors'),
    timesTransposed(map, whole(e), 'rows'),
    timesTransposed(map, whole(e), 'errors'),
  ];
  return parts.reduce(plus).map((value) => roundUp(value + tiny, 2));
}

const plus = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => roundUp(value + (b[i] ?? Number.NaN), 1));

/** |T̂| t or E t, rounded up. */
function times({ order, base, row, rows, errors }: Map, t: Float64Array, of: 'rows' | 'errors'): Float64Array {
  const table = of === 'rows' ? rows : errors;
  return Float64Array.from(base, (at, k) => {
    if (at >= 0) return of === 'rows' ? (t[at] ?? Number.NaN) : 0;
    const own = (row[k] ?? outside()) * order;
    let sum = 0;
    for (let j = 0; j < order; j += 1) sum += Math.abs(table[own + j] ?? Number.NaN) * (t[j] ?? Number.NaN);
    return roundUp(sum, order);
  });
}

/** |T̂|ᵀ q or Eᵀ q, rounded up. */
function timesTransposed(
  { order, base, row, rows, errors }: Map,
  q: Float64Array,
  of: 'rows' | 'errors',
): Float64Array {
  const table = of === 'rows' ? rows : errors;
  const out = new Float64Array(order);
  q.forEach((value, k) => {
    const at = base[k] ?? outside();
    if (at >= 0) {
      if (of === 'rows') out[at] = (out[at] ?? Number.NaN) + value;
      return;
    }
    const own = (row[k] ?? outside()) * order;
    for (let j = 0; j < order; j += 1) out[j] = (out[j] ?? Number.NaN) + Math.abs(table[own + j] ?? Number.NaN) * value;
  });
  return out.map((value) => roundUp(value, q.length));
}

/** T x, exactly. */
export function exactImage(assembly: WithImage, x: readonly Dyadic[]): Dyadic[] {
  const { base } = places(assembly);
  const out = Array.from(base, (at) => (at >= 0 ? (x[at] ?? outside()) : zero));
  for (const sum of assembly.image.sums) {
    const totals = Array.from({ length: sum.rows }, () => new DyadicSum());
    exactEntries(sum, (i, k, value) => {
      const { mantissa, exponent } = multiply(value, out[k] ?? outside());
      (totals[i] ?? outside()).add(mantissa, exponent);
    });
    totals.forEach((total, i) => (out[sum.row + i] = total.value()));
  }
  return out;
}

/** Tᵀ y, exactly: from the last sum to the first, each gives its value to what it is the sum of. */
export function exactPreimage(assembly: WithImage, y: readonly Dyadic[]): Dyadic[] {
  const { base } = places(assembly);
  const totals = y.map(({ mantissa, exponent }) => {
    const total = new DyadicSum();
    total.add(mantissa, exponent);
    return total;
  });
  for (const sum of [...assembly.image.sums].reverse()) {
    const values = Array.from({ length: sum.rows }, (_, i) => (totals[sum.row + i] ?? outside()).value());
    exactEntries(sum, (i, k, value) => {
      const { mantissa, exponent } = multiply(value, values[i] ?? outside());
      (totals[k] ?? outside()).add(mantissa, exponent);
    });
  }
  return totals.filter((_total, k) => (base[k] ?? outside()) >= 0).map((total) => total.value());
}

/** Every (i, coordinate, coefficient · factor) of a sum. */
function exactEntries(
  { rows, terms }: Image['sums'][number],
  put: (i: number, at: number, value: Dyadic) => void,
): void {
  for (const term of terms) {
    const coefficient = fromNumber(term.coefficient);
    const { mantissas, exponents } = fromNumbers(term.factor?.data ?? new Float64Array(rows).fill(1));
    eachEntry(term, rows, (i, k, value) => {
      if (value === 0) return;
      const at = isDense(term.factor) ? i * term.columns + k : i;
      const factor = { mantissa: mantissas[at] ?? outside(), exponent: exponents[at] ?? outside() };
      put(i, term.from + k, multiply(coefficient, factor));
    });
  }
}
