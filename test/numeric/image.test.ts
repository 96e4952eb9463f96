import { describe, expect, it } from 'vitest';
import { assemble, assembleExact, roundingRadius } from '../../src/numeric/assembly.js';
import { fromNumber } from '../../src/numeric/dyadic.js';
import type { Dyadic } from '../../src/numeric/dyadic.js';
import { decide } from '../../src/numeric/definiteness.js';
import { exactlyZeroRows, quadraticForm } from '../../src/numeric/exact-assembly.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import type { Factor, Image, ImageTerm, WithImage } from '../../src/numeric/term.js';
import { integerOf } from './oracle.js';
import { assembledIntegers, places, randomAssembly } from './random-assembly.js';
import type { Scale } from './random-assembly.js';

/** n · 2^(−1074 k), exactly. */
interface Rational {
  readonly n: bigint;
  readonly k: number;
}

const nothing: Rational = { n: 0n, k: 0 };
const exactly = (x: number): Rational => ({ n: integerOf(x), k: 1 });
const times = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, k: a.k + b.k });
const lifted = ({ n, k }: Rational, to: number): bigint => n << BigInt(1074 * (to - k));
function plus(a: Rational, b: Rational): Rational {
  const k = Math.max(a.k, b.k);
  return { n: lifted(a, k) + lifted(b, k), k };
}
const sizeOf = ({ n, k }: Rational): Rational => ({ n: n < 0n ? -n : n, k });
const isAtLeast = (a: Rational, b: Rational): boolean => {
  const k = Math.max(a.k, b.k);
  return lifted(a, k) >= lifted(b, k);
};
const ofDyadic = ({ mantissa, exponent }: Dyadic, k: number): Rational => {
  const shift = exponent + 1074 * k;
  return { n: shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift), k };
};

/** One or two sums of up to three coordinates each, the second of which may read the first. */
function randomImage(random: Random, size: number, scale: Scale): Image {
  const value = (): number => (scale === 'integer' ? random.integer(-3, 3) : random.normal());
  const rows = random.integer(1, Math.max(1, Math.min(3, size >> 2)));
  const count = size >= 3 * rows && random.integer(0, 1) === 1 ? 2 : 1;
  const sums = Array.from({ length: count }, (_, at) => {
    const row = size - (count - at) * rows;
    const terms = Array.from({ length: random.integer(1, 3) }, (): ImageTerm => {
      const kind = random.integer(0, 2);
      const columns = kind === 0 ? random.integer(1, row) : Math.min(rows, row);
      const from = random.integer(0, row - columns);
      const square = columns === rows;
      const length = kind === 0 || !square ? rows * columns : rows;
      const data = Float64Array.from({ length }, value);
      const factor: Factor | null =
        kind === 1 && square ? null : { kind: kind === 2 && square ? 'diagonal' : 'dense', rows, columns, data };
      return { coefficient: random.integer(0, 1) === 0 ? 1 : value(), factor, from, columns };
    });
    return { row, rows, terms };
  });
  return { size, sums };
}

/** TᵀAT by its definition, in integers. */
function reference({ image, terms, size }: WithImage): readonly Rational[] {
  const first = Math.min(...image.sums.map(({ row }) => row));
  const T = Array.from({ length: image.size }, (_, i) =>
    Array.from({ length: size }, (_entry, j): Rational => (i === j && i < first ? { n: 1n, k: 0 } : nothing)),
  );
  for (const { row, rows, terms: summands } of image.sums)
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < size; j += 1) {
        let total = nothing;
        for (const { coefficient, factor, from, columns } of summands)
          for (let k = 0; k < columns; k += 1) {
            const entry =
              factor?.kind === 'dense' ? factor.data[i * columns + k] : k === i ? (factor?.data[i] ?? 1) : 0;
            const read = T[from + k]?.[j] ?? nothing;
            total = plus(total, times(times(exactly(coefficient), exactly(entry ?? Number.NaN)), read));
          }
        const own = T[row + i];
        if (own !== undefined) own[j] = total;
      }
  const A = assembledIntegers({ size: image.size, terms }).map((n): Rational => ({ n, k: 0 }));
  // Those integers are entries times 2^places.
  const scaled = A.map(({ n }): Rational => ({
    n: n << BigInt(1074 - (places % 1074)),
    k: Math.floor(places / 1074) + 1,
  }));
  return Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let total = nothing;
    for (let a = 0; a < image.size; a += 1)
      for (let b = 0; b < image.size; b += 1) {
        const [left, right] = [T[a]?.[i] ?? nothing, T[b]?.[j] ?? nothing];
        if (left.n === 0n || right.n === 0n) continue;
        total = plus(total, times(times(left, right), scaled[a * image.size + b] ?? nothing));
      }
    return total;
  });
}

function draw(random: Random, scale: Scale): WithImage {
  for (;;) {
    const { size, terms } = randomAssembly(random, scale, 6);
    if (size < 2) continue;
    const image = randomImage(random, size, scale);
    const dependent = image.sums.reduce((total, { rows }) => total + rows, 0);
    if (dependent < size) return { size: size - dependent, terms, image };
  }
}

describe('matrices of sums', () => {
  it.each(['plain', 'integer'] as const)('are TᵀAT: exactly, and within their radius: %s', (scale) => {
    const random = generator(scale === 'plain' ? 71 : 72);
    let rounded = 0;
    for (let run = 0; run < 120; run += 1) {
      const assembly = draw(random, scale);
      const { size } = assembly;
      const exact = reference(assembly);
      const deepest = Math.max(...exact.map(({ k }) => k));
      expect(assembleExact(assembly).map((value) => ofDyadic(value, deepest).n)).toEqual(
        exact.map((value) => lifted(value, deepest)),
      );
      const x = Array.from({ length: size }, () => random.integer(-4, 4));
      const form = exact.reduce(
        (total, entry, at) =>
          plus(total, times(entry, { n: BigInt((x[Math.floor(at / size)] ?? 0) * (x[at % size] ?? 0)), k: 0 })),
        nothing,
      );
      expect(ofDyadic(quadraticForm(assembly, x.map(fromNumber)), deepest).n).toBe(lifted(form, deepest));
      const zeros = x.flatMap((_, i) => (exact.slice(i * size, (i + 1) * size).every(({ n }) => n === 0n) ? [i] : []));
      expect([...exactlyZeroRows(assembly, [...x.keys()])]).toEqual(zeros);

      const computed = assemble(assembly);
      const t = Float64Array.from({ length: size }, () => 2 ** random.integer(-3, 3));
      roundingRadius(assembly, t).forEach((bound, i) => {
        const error = Array.from({ length: size }, (_, j) => {
          expect(computed[i * size + j]).toBe(computed[j * size + i]);
          const off = plus(exact[i * size + j] ?? nothing, exactly(-(computed[i * size + j] ?? Number.NaN)));
          return times(sizeOf(off), exactly(t[j] ?? Number.NaN));
        }).reduce(plus, nothing);
        if (error.n !== 0n) rounded += 1;
        expect(isAtLeast(exactly(bound), error)).toBe(true);
      });
    }
    expect(rounded > 100).toBe(scale === 'plain');
  });

  it('have a radius that is not much above what happens, and that forgets no part', () => {
    // Long sums round steadily: T by its products, A T and TᵀA T by theirs.
    const random = generator(73);
    const positive = (length: number): Float64Array => Float64Array.from({ length }, () => random.uniform());
    let closest = 0;
    for (let run = 0; run < 20; run += 1) {
      const n = 60;
      const factor: Factor = { kind: 'dense', rows: n, columns: n, data: positive(n * n) };
      const assembly: WithImage = {
        size: n,
        terms: [
          {
            row: n,
            column: n,
            rows: n,
            columns: n,
            scalar: fromNumber(1),
            left: null,
            middle: positive(n),
            right: null,
          },
        ],
        image: { size: 2 * n, sums: [{ row: n, rows: n, terms: [{ coefficient: 0.3, factor, from: 0, columns: n }] }] },
      };
      const computed = assemble(assembly);
      const exact = assembleExact(assembly);
      const radius = roundingRadius(assembly, new Float64Array(n).fill(1));
      for (let i = 0; i < n; i += 1) {
        const error = Array.from({ length: n }, (_, j) => {
          const { mantissa, exponent } = exact[i * n + j] ?? fromNumber(Number.NaN);
          return sizeOf(plus(ofDyadic({ mantissa, exponent }, 4), exactly(-(computed[i * n + j] ?? Number.NaN))));
        }).reduce(plus, nothing);
        expect(isAtLeast(exactly(radius[i] ?? Number.NaN), error)).toBe(true);
        closest = Math.max(
          closest,
          Number(lifted(error, 4) >> BigInt(4 * 1074 - 200)) / 2 ** 200 / (radius[i] ?? Number.NaN),
        );
      }
    }
    expect(closest).toBeGreaterThan(1e-3);
  });

  it('refuse sums of coordinates that come later, and doubled ones', () => {
    const term = { coefficient: 1, factor: null, columns: 1 };
    const of = (sums: Image['sums'], size = 1): WithImage => ({ size, terms: [], image: { size: 2, sums } });
    expect(() => assemble(of([{ row: 0, rows: 1, terms: [{ ...term, from: 0 }] }]))).toThrow(/LW303/);
    const own = { row: 1, rows: 1, terms: [{ ...term, from: 0 }] };
    expect(() => assemble(of([own, own]))).toThrow(/LW303/);
    expect(() => assemble(of([own], 2))).toThrow(/LW303/);
  });

  it('decide what no single row of A does: h = x in a form that is not definite in h', () => {
    // −x² + h² − ½x² with h = x/2 and with h = 2x.
    const factor = (value: number): Factor => ({ kind: 'dense', rows: 1, columns: 1, data: Float64Array.of(value) });
    const one = { rows: 1, columns: 1, left: null, middle: null, right: null };
    const of = (value: number): WithImage => ({
      size: 1,
      terms: [
        { ...one, row: 0, column: 0, scalar: fromNumber(-1.5) },
        { ...one, row: 1, column: 1, scalar: fromNumber(1) },
      ],
      image: {
        size: 2,
        sums: [{ row: 1, rows: 1, terms: [{ coefficient: 1, factor: factor(value), from: 0, columns: 1 }] }],
      },
    });
    expect(decide(of(0.5))).toMatchObject({ negativeSemidefinite: true, method: 'verified-cholesky' });
    expect(decide(of(2))).toMatchObject({ negativeSemidefinite: false });
    expect(decide(of(Math.sqrt(1.5) + 2 ** -52))).toMatchObject({ method: 'exact-ldlt' });
  });
});
