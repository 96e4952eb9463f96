import { fail } from '../base/diagnostic.js';
import { assembleExact, assembleInPieces, roundingRadius } from './assembly.js';
import { DyadicSum, fromNumbers, multiply, sign } from './dyadic.js';
import { exactDefiniteness } from './exact-ldlt.js';
import { exactlyZeroRows, quadraticForm } from './exact-assembly.js';
import { diagonalScales, isProven, provenMargin, scale } from './verified-cholesky.js';
import { cheapCandidates, lowestVector, unscale } from './witness.js';
import type { Assembly } from './assembly.js';
import type { Dyadic } from './dyadic.js';
import type { ScaledMatrix } from './verified-cholesky.js';
import { finish } from './work.js';
import type { Work } from './work.js';
import { outside } from '../base/outside.js';

export { exactDefiniteness } from './exact-ldlt.js';

/**
 * Whether the symmetric matrix M, as exactly given, is negative semidefinite. true and false are proven; null means
 * undecided. `method` names the proof:
 * - `verified-cholesky`: floating-point Cholesky of −M, lowered by a bound on all rounding errors, completed (true);
 * - `exact-ldlt`: LDLᵀ in integers (true or false);
 * - `exact-witness`: some x with xᵀMx > 0, evaluated in integers (false);
 * - `layer-norms`: bounds on the norms of a network's weights, without its LMI (true; not from `decide`);
 * - `undecided`: neither, at an order above the limit for exact arithmetic.
 *
 * `margin`: with `verified-cholesky` the largest ε among 2⁻¹, 2⁻², …, 2⁻⁴⁵ for which −M ≽ ε · diag(−M) was proven in
 * the same way, or 0 if none was (it is unchanged when M is replaced by TMT, T diagonal: a relative margin; rows of
 * zeros take no part in it). With `exact-ldlt` and M ≼ 0 it is 0: nothing positive was proven. Otherwise, or if not
 * asked for, null.
 */
export interface Verdict {
  readonly negativeSemidefinite: boolean | null;
  readonly method: 'verified-cholesky' | 'exact-ldlt' | 'exact-witness' | 'layer-norms' | 'undecided';
  readonly margin: number | null;
}

export interface DecideOptions {
  /** Whether to search for the margin, some six factorizations more. Default true. */
  readonly margin?: boolean;
  /** The largest order (rows of zeros not counted) at which exact LDLᵀ is tried. Default 96, seconds at worst. */
  readonly exactLimit?: number;
  /**
   * False: only a proof of M ≼ 0 in floating point is tried, and nothing is disproven; one factorization at most.
   * Default true.
   */
  readonly disproof?: boolean;
}

/** Up to this order exact LDLᵀ takes milliseconds; above it a witness is worth looking for first. */
const witnessFrom = 32;

/** What the decision needs to know of a matrix: its computed value, a bound on that value's error, and exact access. */
interface Source {
  readonly order: number;
  readonly computed: Float64Array;
  /** Row sums of the computed matrix's error, weighted by t, as `roundingRadius`. */
  radius(t: Float64Array): Float64Array;
  zeroRows(candidates: readonly number[]): Set<number>;
  exact(): readonly Dyadic[];
  form(x: readonly Dyadic[]): Dyadic;
}

/**
 * The rigorous verdict on an assembly; see `Verdict`. Whatever overflows or underflows in floating point is left to
 * exact arithmetic. Fails with LW303 if shapes clash and with LW307 if exact arithmetic meets an entry that is not
 * finite.
 */
export function decide(assembly: Assembly, options: DecideOptions = {}): Verdict {
  return finish(decideInPieces(assembly, options));
}

/**
 * The same in pieces; only what follows where floating point cannot tell (exact arithmetic, witnesses) is one piece.
 */
export function* decideInPieces(assembly: Assembly, options: DecideOptions = {}): Work<Verdict> {
  const computed = yield* assembleInPieces(assembly);
  return yield* decideSource(
    {
      order: assembly.size,
      computed,
      radius: (t) => roundingRadius(assembly, t),
      zeroRows: (candidates) => exactlyZeroRows(assembly, candidates),
      exact: () => assembleExact(assembly),
      form: (x) => quadraticForm(assembly, x),
    },
    options,
  );
}

/**
 * The rigorous verdict on a plain symmetric matrix, n × n row major, its doubles taken as exact. Fails with LW303 if
 * the length is not n² or the matrix is not exactly symmetric, and with LW307 if an entry is not finite.
 */
export function decideMatrix(matrix: Float64Array, n: number, options: DecideOptions = {}): Verdict {
  if (matrix.length !== n * n) {
    fail('LW303', `${matrix.length} entries`, `${n * n}, a square matrix of order ${n}`);
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const entry = matrix[i * n + j] ?? Number.NaN;
      if (!Number.isFinite(entry)) {
        fail('LW307', `${entry} at (${i}, ${j})`, 'a finite number');
      }
      if (entry !== matrix[j * n + i]) {
        fail('LW303', `entries (${i}, ${j}) and (${j}, ${i}) that differ`, 'an exactly symmetric matrix');
      }
    }
  }
  const source: Source = {
    order: n,
    computed: matrix,
    radius: (t) => new Float64Array(t.length),
    zeroRows: (candidates) => new Set(candidates),
    exact: () => dyadics(matrix),
    form: (x) => denseForm(dyadics(matrix), x),
  };
  return finish(decideSource(source, options));
}

function dyadics(data: Float64Array): Dyadic[] {
  const { mantissas, exponents } = fromNumbers(data);
  return mantissas.map((mantissa, i) => ({ mantissa, exponent: exponents[i] ?? outside() }));
}

function denseForm(entries: readonly Dyadic[], x: readonly Dyadic[]): Dyadic {
  const total = new DyadicSum();
  x.forEach((left, i) => {
    const row = new DyadicSum();
    x.forEach((right, j) => {
      const entry = entries[i * x.length + j] ?? outside();
      row.add(entry.mantissa * right.mantissa, entry.exponent + right.exponent);
    });
    const value = multiply(left, row.value());
    total.add(value.mantissa, value.exponent);
  });
  return total.value();
}

function* decideSource(source: Source, options: DecideOptions): Work<Verdict> {
  const { computed, order } = source;
  const kept = keptRows(source);
  const diagonal = Float64Array.from({ length: order }, (_, i) => computed[i * order + i] ?? Number.NaN);
  const t = diagonalScales(diagonal);
  // A row that is kept but has no negative centre rules Cholesky out.
  const scaled = kept.every((row) => (diagonal[row] ?? Number.NaN) < 0 && (t[row] ?? Number.NaN) > 0)
    ? scale(computed, order, kept, t, source.radius(t))
    : null;
  if (scaled !== null) {
    const margin = options.margin === false ? null : yield* provenMargin(scaled);
    if (margin !== null || (options.margin === false && (yield* isProven(scaled, 0)))) {
      return { negativeSemidefinite: true, method: 'verified-cholesky', margin };
    }
  }
  if (options.disproof === false) return { negativeSemidefinite: null, method: 'undecided', margin: null };
  const limit = options.exactLimit ?? 96;
  if ((kept.length > witnessFrom || kept.length > limit) && hasWitness(source, kept, t, scaled)) {
    return { negativeSemidefinite: false, method: 'exact-witness', margin: null };
  }
  if (kept.length > limit) {
    return { negativeSemidefinite: null, method: 'undecided', margin: null };
  }
  const entries = source.exact();
  const rest = kept.flatMap((i) => kept.map((j) => entries[i * order + j] ?? outside()));
  const negativeSemidefinite = exactDefiniteness(rest, kept.length) !== 'indefinite';
  return { negativeSemidefinite, method: 'exact-ldlt', margin: negativeSemidefinite ? 0 : null };
}

/** All rows but those that are exactly zero: they say nothing, and no Cholesky factorization could pass them. */
function keptRows(source: Source): number[] {
  const { computed, order } = source;
  const rows = Array.from({ length: order }, (_, i) => i);
  const looksZero = rows.filter(
    (i) => computed[i * order + i] === 0 && computed.subarray(i * order, (i + 1) * order).every((value) => value === 0),
  );
  const dropped = source.zeroRows(looksZero);
  return dropped.size === 0 ? rows : rows.filter((i) => !dropped.has(i));
}

function hasWitness(source: Source, kept: readonly number[], t: Float64Array, scaled: ScaledMatrix | null): boolean {
  const proves = (x: readonly Dyadic[]): boolean => sign(source.form(x)) > 0;
  if (cheapCandidates(source.computed, source.order).some((x) => proves(dyadics(x)))) {
    return true;
  }
  const lowest = scaled === null ? null : lowestVector(scaled);
  return lowest !== null && proves(unscale(lowest, kept, t, source.order));
}
