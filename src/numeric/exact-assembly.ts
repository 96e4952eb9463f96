import { add, DyadicSum, fromNumbers, multiply, zero } from './dyadic.js';
import { exactImage, exactPreimage } from './image.js';
import { hasImage, isDense, upperTerms, written } from './term.js';
import type { Dyadic, DyadicArray } from './dyadic.js';
import type { Assembly, Factor, UpperTerm, WithImage } from './term.js';
import { outside } from '../base/outside.js';

interface ExactTerm extends UpperTerm {
  readonly exactLeft: DyadicArray | null;
  readonly exactMiddle: DyadicArray | null;
  readonly exactRight: DyadicArray | null;
}

function exactTerms(assembly: Assembly): ExactTerm[] {
  const decode = (factor: Factor | null): DyadicArray | null => (factor === null ? null : fromNumbers(factor.data));
  return upperTerms(assembly).map((term) => ({
    ...term,
    exactLeft: decode(term.left),
    exactMiddle: term.middle === null ? null : fromNumbers(term.middle),
    exactRight: decode(term.right),
  }));
}

/**
 * The matrix exactly, `size × size` row major, symmetric. Cost: one product of long integers for each product of the
 * assembly. Fails with LW303 if shapes clash and with LW307 if an entry is not finite.
 */
export function assembleExact(assembly: Assembly): Dyadic[] {
  const n = assembly.size;
  if (hasImage(assembly)) return Array.from({ length: n }, (_, j) => exactColumn(assembly, j)).flat();
  const matrix = new Array<Dyadic>(n * n).fill(zero);
  for (const term of exactTerms(assembly)) {
    for (let i = 0; i < term.rows; i += 1) {
      const row = (term.row + i) * n + term.column;
      exactRow(term, i, term.row === term.column ? i : 0, (j, value) => {
        matrix[row + j] = add(matrix[row + j] ?? outside(), value);
      });
    }
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 1; j < n; j += 1) {
      matrix[j * n + i] = matrix[i * n + j] ?? outside();
    }
  }
  return matrix;
}

/** TᵀA(T e_j), a column, and as the matrix is symmetric a row. */
function exactColumn(assembly: WithImage, j: number): Dyadic[] {
  const unit = Array.from({ length: assembly.size }, (_, i) => (i === j ? one : zero));
  return exactPreimage(assembly, exactProduct(written(assembly), exactImage(assembly, unit)));
}

const one: Dyadic = { mantissa: 1n, exponent: 0 };

/** A x, exactly. */
function exactProduct(assembly: Assembly, x: readonly Dyadic[]): Dyadic[] {
  const totals = Array.from({ length: assembly.size }, () => new DyadicSum());
  const terms = exactTerms(assembly);
  for (const term of [...terms, ...terms.filter(({ row, column }) => row !== column).map(transposed)]) {
    const { row, column, rows, columns, scalar, inner, exactMiddle, exactLeft, left } = term;
    const u = exactTimes(term.right, term.exactRight, x.slice(column, column + columns));
    const weighted = Array.from({ length: inner }, (_, k) => {
      const value = multiply(scalar, u[k] ?? outside());
      return exactMiddle === null ? value : multiply(value, entry(exactMiddle, k));
    });
    for (let i = 0; i < rows; i += 1) {
      const total = totals[row + i] ?? outside();
      if (isDense(left) && exactLeft !== null)
        weighted.forEach((value, k) => {
          const { mantissa, exponent } = multiply(value, entry(exactLeft, k * rows + i));
          total.add(mantissa, exponent);
        });
      else {
        const value = weighted[i] ?? outside();
        const { mantissa, exponent } = exactLeft === null ? value : multiply(value, entry(exactLeft, i));
        total.add(mantissa, exponent);
      }
    }
  }
  return totals.map((total) => total.value());
}

/** Hands the entries (i, j ≥ from) of the term's block that are not zero by their factors to `put`. */
function exactRow(term: ExactTerm, i: number, from: number, put: (j: number, value: Dyadic) => void): void {
  const { exactRight, columns } = term;
  const weights = exactWeights(term, i);
  if (!isDense(term.right) || exactRight === null) {
    for (const { k, weight } of weights) {
      if (k >= from) {
        put(k, exactRight === null ? weight : multiply(weight, entry(exactRight, k)));
      }
    }
    return;
  }
  const sums = Array.from({ length: columns - from }, () => new DyadicSum());
  for (const { k, weight } of weights) {
    for (let j = from; j < columns; j += 1) {
      const at = k * columns + j;
      const factor = exactRight.mantissas[at] ?? outside();
      if (factor !== 0n) {
        (sums[j - from] ?? outside()).add(
          weight.mantissa * factor,
          weight.exponent + (exactRight.exponents[at] ?? outside()),
        );
      }
    }
  }
  sums.forEach((total, j) => {
    put(from + j, total.value());
  });
}

/** scalar · middle_k · left_ki for the k where it is not zero. */
function exactWeights(term: ExactTerm, i: number): { readonly k: number; readonly weight: Dyadic }[] {
  const { exactLeft, exactMiddle, scalar } = term;
  const dense = isDense(term.left);
  const weights = [];
  for (let k = dense ? 0 : i; k < (dense ? term.inner : i + 1); k += 1) {
    const side = exactLeft === null ? scalar : multiply(scalar, entry(exactLeft, dense ? k * term.rows + i : k));
    const weight = exactMiddle === null ? side : multiply(side, entry(exactMiddle, k));
    if (weight.mantissa !== 0n) {
      weights.push({ k, weight });
    }
  }
  return weights;
}

function entry(array: DyadicArray, index: number): Dyadic {
  return { mantissa: array.mantissas[index] ?? outside(), exponent: array.exponents[index] ?? outside() };
}

/** The exact value of xᵀMx, x of length `size`: two exact matrix-vector products a term. Fails as assembleExact. */
export function quadraticForm(assembly: Assembly, x: readonly Dyadic[]): Dyadic {
  if (hasImage(assembly)) return quadraticForm(written(assembly), exactImage(assembly, x));
  let total = zero;
  for (const term of exactTerms(assembly)) {
    const u = exactTimes(term.left, term.exactLeft, x.slice(term.row, term.row + term.rows));
    const v = exactTimes(term.right, term.exactRight, x.slice(term.column, term.column + term.columns));
    const sum = new DyadicSum();
    for (let k = 0; k < term.inner; k += 1) {
      const product = multiply(u[k] ?? outside(), v[k] ?? outside());
      const weighted = term.exactMiddle === null ? product : multiply(product, entry(term.exactMiddle, k));
      sum.add(weighted.mantissa, weighted.exponent);
    }
    const value = multiply(term.scalar, sum.value());
    // Off the diagonal the block and its mirror contribute alike.
    total = add(total, term.row === term.column ? value : { ...value, exponent: value.exponent + 1 });
  }
  return total;
}

/** factor · x. */
function exactTimes(factor: Factor | null, exact: DyadicArray | null, x: readonly Dyadic[]): Dyadic[] {
  if (factor === null || exact === null) {
    return [...x];
  }
  if (factor.kind === 'diagonal') {
    return x.map((value, i) => multiply(value, entry(exact, i)));
  }
  return Array.from({ length: factor.rows }, (_, k) => {
    const sum = new DyadicSum();
    x.forEach((value, i) => {
      const at = k * factor.columns + i;
      sum.add(value.mantissa * (exact.mantissas[at] ?? outside()), value.exponent + (exact.exponents[at] ?? outside()));
    });
    return sum.value();
  });
}

/**
 * Which of the `candidates` are rows of the matrix that are exactly zero. A row whose products all contain a zero
 * factor costs no arithmetic; any other is evaluated exactly, cancellation and all. Fails as assembleExact.
 */
export function exactlyZeroRows(assembly: Assembly, candidates: readonly number[]): Set<number> {
  if (candidates.length === 0) {
    return new Set();
  }
  if (hasImage(assembly))
    return new Set(candidates.filter((j) => exactColumn(assembly, j).every(({ mantissa }) => mantissa === 0n)));
  const terms = exactTerms(assembly);
  const mirrored = terms.filter((term) => term.row !== term.column).map(transposed);
  const isZero = (index: number): boolean => {
    const sums = new Map<number, Dyadic>();
    for (const term of [...terms, ...mirrored]) {
      const i = index - term.row;
      if (i >= 0 && i < term.rows) {
        // The sum of the terms is symmetric, so whole rows may be added up even on the diagonal.
        exactRow(term, i, 0, (j, value) => {
          sums.set(term.column + j, add(sums.get(term.column + j) ?? zero, value));
        });
      }
    }
    return [...sums.values()].every((value) => value.mantissa === 0n);
  };
  return new Set(candidates.filter(isZero));
}

function transposed(term: ExactTerm): ExactTerm {
  return {
    ...term,
    row: term.column,
    column: term.row,
    rows: term.columns,
    columns: term.rows,
    left: term.right,
    right: term.left,
    exactLeft: term.exactRight,
    exactRight: term.exactLeft,
  };
}
