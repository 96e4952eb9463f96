import { describe, expect, it } from 'vitest';
import { assemble, assembleExact, roundingRadius } from '../../src/numeric/assembly.js';
import { fromNumber } from '../../src/numeric/dyadic.js';
import { exactlyZeroRows, quadraticForm } from '../../src/numeric/exact-assembly.js';
import { generator } from '../../src/numeric/random.js';
import { integerOf, integerOfDyadic } from './oracle.js';
import { assembledIntegers, places, randomAssembly } from './random-assembly.js';
import type { AssemblyTerm, Factor } from '../../src/numeric/assembly.js';
import type { Scale } from './random-assembly.js';

const scales: readonly Scale[] = ['plain', 'integer', 'hostile', 'denormal'];

function absolute(x: bigint): bigint {
  return x < 0n ? -x : x;
}

/** Σ_j |exact_ij − computed_ij| t_j for each row, times 2^(places + 1074); null where the computed row overflowed. */
function exactErrors(exact: readonly bigint[], computed: Float64Array, t: Float64Array): (bigint | null)[] {
  const n = t.length;
  return Array.from(t, (_, i) => {
    const row = computed.subarray(i * n, (i + 1) * n);
    if (!row.every(Number.isFinite)) {
      return null;
    }
    return Array.from(row).reduce((sum, value, j) => {
      const error = absolute((exact[i * n + j] ?? 0n) - (integerOf(value) << BigInt(places - 1074)));
      return sum + error * integerOf(t[j] ?? NaN);
    }, 0n);
  });
}

describe('assembly', () => {
  it.each(scales)('is exact, symmetric and within its radius: %s', (scale) => {
    const random = generator(scales.indexOf(scale));
    let rows = 0;
    let rounded = 0;
    for (let run = 0; run < 250; run += 1) {
      const assembly = randomAssembly(random, scale, run % 10 === 0 ? 9 : 4);
      const n = assembly.size;
      const exact = assembledIntegers(assembly);
      expect(assembleExact(assembly).map((value) => integerOfDyadic(value, places))).toEqual(exact);
      const computed = assemble(assembly);
      for (let at = 0; at < n * n; at += 1) {
        expect(computed[at]).toBe(computed[(at % n) * n + Math.floor(at / n)]);
      }
      const power = scale === 'plain' || scale === 'integer' ? 3 : 300;
      const t = Float64Array.from({ length: n }, () => 2 ** random.integer(-power, power));
      const radius = roundingRadius(assembly, t);
      exactErrors(exact, computed, t).forEach((error, i) => {
        const bound = radius[i] ?? NaN;
        if (error !== null && Number.isFinite(bound)) {
          rows += 1;
          rounded += error > 0n ? 1 : 0;
          expect(integerOf(bound) << BigInt(places)).toBeGreaterThanOrEqual(error);
        }
      });
    }
    expect(rows).toBeGreaterThan(400);
    // Small integers never round; everything else must have put the bound to the test.
    expect(rounded > rows / 6).toBe(scale !== 'integer');
  });

  it('is bounded by its radius not much above what happens', () => {
    // A sum of three products: nine roundings at the very most, a bound of 9u + spare, errors near 1u.
    const random = generator(9);
    let closest = 0;
    for (let run = 0; run < 300; run += 1) {
      const left: Factor = {
        kind: 'dense',
        rows: 3,
        columns: 1,
        data: Float64Array.of(...[0, 0, 0].map(() => random.uniform())),
      };
      const middle = Float64Array.of(...[0, 0, 0].map(() => random.uniform()));
      const term = { row: 0, column: 0, rows: 1, columns: 1, scalar: fromNumber(0.7), left, middle, right: left };
      const assembly = { size: 1, terms: [term] };
      const t = Float64Array.of(1);
      const error = exactErrors(assembledIntegers(assembly), assemble(assembly), t)[0] ?? 0n;
      const bound = integerOf(roundingRadius(assembly, t)[0] ?? NaN) << BigInt(places);
      closest = Math.max(closest, Number((error * 1000n) / bound) / 1000);
    }
    expect(closest).toBeGreaterThan(0.15);
    expect(closest).toBeLessThan(1);
  });

  it('counts every product that meets an entry, in one term or in many', () => {
    // Sums that grow steadily round by about √K of their last place: too much for any bound that forgot K.
    const random = generator(10);
    const positive = (length: number): Float64Array => Float64Array.from({ length }, () => random.uniform());
    const whole = { row: 0, column: 0, rows: 2, columns: 2, scalar: fromNumber(1) };
    for (let run = 0; run < 5; run += 1) {
      const left: Factor = { kind: 'dense', rows: 1000, columns: 2, data: positive(2000) };
      const many = Array.from({ length: 1000 }, () => ({ ...whole, left: null, middle: positive(2), right: null }));
      for (const terms of [[{ ...whole, left, middle: null, right: left }], many]) {
        const assembly = { size: 2, terms };
        const t = Float64Array.of(1, 1);
        const errors = exactErrors(assembledIntegers(assembly), assemble(assembly), t);
        roundingRadius(assembly, t).forEach((bound, i) => {
          expect(integerOf(bound) << BigInt(places)).toBeGreaterThanOrEqual(errors[i] ?? -1n);
        });
      }
    }
  });

  it('covers the tiles of the product kernel at every size', () => {
    const random = generator(4);
    for (const [inner, rows, columns] of [
      [1, 1, 1],
      [3, 2, 5],
      [4, 5, 4],
      [7, 6, 3],
      [8, 8, 8],
      [9, 7, 7],
    ] as const) {
      const make = (width: number): Factor => ({
        kind: 'dense',
        rows: inner,
        columns: width,
        data: Float64Array.from({ length: inner * width }, () => random.integer(-9, 9)),
      });
      const [left, right] = [make(rows), make(columns)];
      const scalar = fromNumber(2);
      const terms: AssemblyTerm[] = [
        { row: 0, column: rows, rows, columns, scalar, left, middle: null, right },
        { row: rows, column: 0, rows: columns, columns: rows, scalar, left: right, middle: null, right: left },
        { row: 0, column: 0, rows, columns: rows, scalar, left, middle: null, right: left },
      ];
      const assembly = { size: rows + columns, terms };
      const expected = assembledIntegers(assembly).map((value) => Number(value >> BigInt(places)));
      expect(Array.from(assemble(assembly))).toEqual(expected);
    }
  });

  it('evaluates quadratic forms and zero rows exactly', () => {
    const random = generator(5);
    for (let run = 0; run < 100; run += 1) {
      const assembly = randomAssembly(random, run % 2 === 0 ? 'integer' : 'hostile', 3);
      const n = assembly.size;
      const exact = assembledIntegers(assembly);
      const x = Array.from({ length: n }, () => random.integer(-5, 5));
      const form = exact.reduce(
        (sum, value, at) => sum + value * BigInt((x[at % n] ?? 0) * (x[Math.floor(at / n)] ?? 0)),
        0n,
      );
      expect(integerOfDyadic(quadraticForm(assembly, x.map(fromNumber)), places)).toBe(form);
      const indices = x.map((_, i) => i);
      const zeros = indices.filter((i) => exact.slice(i * n, (i + 1) * n).every((value) => value === 0n));
      expect([...exactlyZeroRows(assembly, indices)]).toEqual(zeros);
    }
  });

  it('refuses shapes that clash', () => {
    const scalar = fromNumber(1);
    const good: AssemblyTerm = {
      row: 0,
      column: 0,
      rows: 2,
      columns: 2,
      scalar,
      left: null,
      middle: null,
      right: null,
    };
    const lone: Factor = { kind: 'dense', rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };
    const bad: AssemblyTerm[] = [
      { ...good, row: 2, column: 2 },
      { ...good, columns: 1 },
      { ...good, column: 1 },
      { ...good, row: -1, column: -1 },
      { ...good, middle: Float64Array.of(1) },
      { ...good, left: { ...lone, rows: 3 } },
      { ...good, left: { ...lone, data: Float64Array.of(1) } },
      { ...good, right: { kind: 'diagonal', rows: 2, columns: 2, data: Float64Array.of(1) } },
      { ...good, left: lone },
    ];
    for (const term of bad) {
      expect(() => assemble({ size: 3, terms: [term] })).toThrow(/LW303/);
    }
    const partner = { ...good, left: null, right: lone };
    expect(Array.from(assemble({ size: 2, terms: [{ ...good, left: lone }, partner] }))).toEqual([2, 5, 5, 8]);
  });
});
