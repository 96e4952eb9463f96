import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/numeric/assembly.js';
import { decide, decideMatrix, exactDefiniteness } from '../../src/numeric/definiteness.js';
import { fromNumber } from '../../src/numeric/dyadic.js';
import { generator } from '../../src/numeric/random.js';
import { eigenvalues, integerOf, negativity, positivity } from './oracle.js';
import { assembledIntegers, entry, randomAssembly } from './random-assembly.js';
import type { Assembly, AssemblyTerm, Factor } from '../../src/numeric/assembly.js';
import type { Verdict } from '../../src/numeric/definiteness.js';
import type { Random } from '../../src/numeric/random.js';
import type { Scale } from './random-assembly.js';

/** n × n, symmetric by construction. */
function symmetric(n: number, at: (i: number, j: number) => number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = i; j < n; j += 1) {
      matrix[i * n + j] = at(i, j);
      matrix[j * n + i] = matrix[i * n + j] ?? 0;
    }
  }
  return matrix;
}

/** −GᵀG of small integers, of the given rank at most. */
function negativeGram(random: Random, n: number, rank: number): Float64Array {
  const g = Array.from({ length: rank * n }, () => random.integer(-3, 3));
  return symmetric(n, (i, j) => {
    let sum = 0;
    for (let k = 0; k < rank; k += 1) {
      sum -= (g[k * n + i] ?? 0) * (g[k * n + j] ?? 0);
    }
    return sum;
  });
}

/** The neighbouring double, one step up or down. */
function nextDouble(x: number, up: boolean): number {
  if (x === 0) {
    return up ? Number.MIN_VALUE : -Number.MIN_VALUE;
  }
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0] = (bits[0] ?? 0n) + (x > 0 === up ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] ?? NaN;
}

const families: Readonly<Record<string, (random: Random) => { n: number; matrix: Float64Array }>> = {
  'clearly definite or not': (random) => {
    const n = random.integer(1, 6);
    const matrix = symmetric(n, (i, j) => random.normal() - (i === j ? random.integer(0, 4) : 0));
    return { n, matrix };
  },
  'singular Gram matrices': (random) => {
    const n = random.integer(1, 6);
    return { n, matrix: negativeGram(random, n, random.integer(0, n)) };
  },
  'one step beside singular': (random) => {
    const n = random.integer(2, 6);
    const matrix = negativeGram(random, n, random.integer(1, n - 1));
    const [i, j] = [random.integer(0, n - 1), random.integer(0, n - 1)];
    const at = random.integer(0, 1) === 0 ? i * n + i : i * n + j;
    const value = nextDouble(matrix[at] ?? 0, random.integer(0, 1) === 0);
    matrix[at] = value;
    matrix[(at % n) * n + Math.floor(at / n)] = value;
    return { n, matrix };
  },
  'on the edge of diagonal dominance': (random) => {
    const n = random.integer(2, 6);
    const matrix = symmetric(n, (i, j) => (i === j ? 0 : random.integer(-4, 4) / 8));
    for (let i = 0; i < n; i += 1) {
      const radius = matrix.subarray(i * n, (i + 1) * n).reduce((sum, value) => sum + Math.abs(value), 0);
      matrix[i * n + i] = random.integer(0, 3) === 0 ? -nextDouble(radius, random.integer(0, 1) === 0) : -radius;
    }
    return { n, matrix };
  },
  'hostile scales': (random) => {
    const n = random.integer(2, 4);
    const gram = negativeGram(random, n, random.integer(1, n + 1));
    const scales = Array.from({ length: n }, () =>
      random.pick([10 ** random.integer(-150, 150), 2 ** random.integer(-500, 500)]),
    );
    const ridge = random.pick([0, 0, 1e-16, -1e-16, -1e-3]);
    const matrix = symmetric(n, (i, j) => {
      const value = (gram[i * n + j] ?? 0) * (i === j ? 1 - ridge : 1);
      return value * (scales[i] ?? 1) * (scales[j] ?? 1);
    });
    return { n, matrix };
  },
  denormals: (random) => {
    const n = random.integer(1, 4);
    const gram = negativeGram(random, n, random.integer(1, n + 1));
    return { n, matrix: gram.map((value) => value * random.pick([1, 1, 1, 1, 1]) * Number.MIN_VALUE) };
  },
  'no structure, any double': (random) => {
    const n = random.integer(1, 3);
    return { n, matrix: symmetric(n, (i, j) => entry(random, 'denormal') - (i === j ? 2 : 0)) };
  },
};

function consistent(verdict: Verdict): boolean {
  const { negativeSemidefinite, method, margin } = verdict;
  switch (method) {
    case 'verified-cholesky':
      return negativeSemidefinite === true && margin !== null;
    case 'exact-ldlt':
      return margin === (negativeSemidefinite === true ? 0 : null);
    case 'exact-witness':
      return negativeSemidefinite === false && margin === null;
    case 'undecided':
      return negativeSemidefinite === null && margin === null;
    case 'layer-norms':
      return false; // It needs a network.
  }
}

describe('decideMatrix', () => {
  it.each(Object.keys(families))('agrees with the characteristic polynomial: %s', (name) => {
    const make = families[name];
    const random = generator(Object.keys(families).indexOf(name) + 1);
    const seen = { definite: 0, semidefinite: 0, indefinite: 0 };
    let verified = 0;
    for (let run = 0; make !== undefined && run < 700; run += 1) {
      const { n, matrix } = make(random);
      if (!matrix.every(Number.isFinite)) {
        continue;
      }
      const truth = negativity(matrix, n);
      seen[truth] += 1;
      const verdict = decideMatrix(matrix, n);
      expect(consistent(verdict)).toBe(true);
      expect(verdict.negativeSemidefinite).toBe(truth !== 'indefinite');
      // What is singular has rows of zeros at best; Cholesky itself proves definiteness.
      verified += verdict.method === 'verified-cholesky' ? 1 : 0;
      expect(exactDefiniteness(Array.from(matrix, fromNumber), n)).toBe(truth);
      // Above its limit the exact route may be refused, but nothing wrong may come instead.
      const limited = decideMatrix(matrix, n, { exactLimit: 0, margin: false });
      expect(consistent({ ...limited, margin: limited.method === 'verified-cholesky' ? 0 : limited.margin })).toBe(
        true,
      );
      expect([null, truth !== 'indefinite']).toContain(limited.negativeSemidefinite);
    }
    expect(seen.definite + seen.semidefinite).toBeGreaterThan(30);
    expect(seen.indefinite > 30 || name === 'singular Gram matrices' || name === 'denormals').toBe(true);
    expect(verified).toBeGreaterThan(20);
  });

  it('is never taken in by an eigenvalue of +1e-17', () => {
    const random = generator(20);
    let below = 0;
    for (let run = 0; run < 400; run += 1) {
      // −(I − vvᵀ/|v|²)·|v|²: singular, then moved by 2^-57 relative, which no double of this matrix can show.
      const n = random.integer(2, 12);
      const v = Float64Array.from({ length: n }, () => random.integer(1, 3) * random.pick([1, -1]));
      const square = v.reduce((sum, x) => sum + x * x, 0);
      const row: Factor = { kind: 'dense', rows: 1, columns: n, data: v };
      const whole = { row: 0, column: 0, rows: n, columns: n, middle: null };
      const tiny = (run % 2 === 0 ? 1 : -1) * 2 ** -57;
      const terms: AssemblyTerm[] = [
        { ...whole, scalar: fromNumber(-square), left: null, right: null },
        { ...whole, scalar: fromNumber(1), left: row, right: row },
        { ...whole, scalar: fromNumber(tiny), left: null, right: null },
      ];
      expect(Array.from(assemble({ size: n, terms }))).toEqual(
        Array.from(assemble({ size: n, terms: terms.slice(0, 2) })),
      );
      expect(decide({ size: n, terms })).toEqual({
        negativeSemidefinite: tiny < 0,
        method: 'exact-ldlt',
        margin: tiny < 0 ? 0 : null,
      });
      expect(decide({ size: n, terms }, { exactLimit: 0 }).negativeSemidefinite).not.toBe(tiny > 0);
      below += tiny < 0 ? 1 : 0;
    }
    expect(below).toBe(200);
    expect(decideMatrix(Float64Array.of(-1, 1, 1, -1 + 2 ** -53), 2).negativeSemidefinite).toBe(false);
    expect(decideMatrix(Float64Array.of(-1, 1, 1, -1), 2)).toMatchObject({
      negativeSemidefinite: true,
      method: 'exact-ldlt',
    });
  });

  it('allows for what Cholesky itself rounds', () => {
    // −M = [I v; vᵀ c] with equal entries v is semidefinite iff c ≥ Σ v². Adding up equal squares rounds the same way
    // every time, so the last pivot is off by dozens of last places, for many v upwards.
    const random = generator(22);
    const n = 200;
    for (let run = 0; run < 60; run += 1) {
      const v = 0.06 + 0.01 * random.uniform();
      const square = integerOf(v) ** 2n * BigInt(n - 1); // times 2^2148
      const [below, above] = [1, -1].map((side) => Number(square >> 2048n) * 2 ** -100 * (1 - side * 10 * 2 ** -53));
      const matrix = (corner: number): Float64Array =>
        symmetric(n, (i, j) => (i === j ? (i === n - 1 ? -corner : -1) : j === n - 1 ? v : 0));
      expect(integerOf(below ?? NaN) << 1074n < square && square < integerOf(above ?? NaN) << 1074n).toBe(true);
      expect(decideMatrix(matrix(below ?? NaN), n, { margin: false }).method).not.toBe('verified-cholesky');
      expect(decideMatrix(matrix(above ?? NaN), n, { margin: false }).negativeSemidefinite).not.toBe(false);
    }
  });

  it('allows for what the assembly rounds', () => {
    // As above with three columns, so that Cholesky hardly rounds, and thousands of rows, so that the assembly does.
    const random = generator(23);
    for (let run = 0; run < 60; run += 1) {
      const data = Float64Array.from({ length: 3 * 3000 }, () => random.integer(0, 2 ** 30));
      for (let k = 0; k < data.length; k += 3) {
        data[k + 2] = -(data[k] ?? 0) - (data[k + 1] ?? 0);
      }
      const factor: Factor = { kind: 'dense', rows: 3000, columns: 3, data };
      const whole = { row: 0, column: 0, rows: 3, columns: 3, middle: null };
      const terms = [
        { ...whole, scalar: fromNumber(-1), left: factor, right: factor },
        { ...whole, scalar: fromNumber(2 ** -20), left: null, right: null },
      ];
      expect(decide({ size: 3, terms }).negativeSemidefinite).toBe(false);
    }
  });

  it('proves the margin it states, and states the largest', () => {
    const random = generator(21);
    const seen = new Set<number>();
    for (let run = 0; run < 300; run += 1) {
      const n = random.integer(1, 12);
      const tip = 2 ** -random.integer(0, 34);
      const matrix = negativeGram(random, n, random.integer(1, n)).map((value, at) =>
        at % (n + 1) === 0 ? value - tip : value,
      );
      const { method, margin } = decideMatrix(matrix, n);
      expect(method).toBe('verified-cholesky');
      // The relative margin is the least eigenvalue of D^-1/2 (−M) D^-1/2, D = diag(−M).
      const root = (i: number): number => Math.sqrt(-(matrix[i * (n + 1)] ?? NaN));
      const relative = symmetric(n, (i, j) => -(matrix[i * n + j] ?? NaN) / (root(i) * root(j)));
      const truth = Math.min(...eigenvalues(relative, n));
      expect(margin).toBeLessThanOrEqual(truth + 1e-13);
      expect(margin).toBeGreaterThan(Math.min(0.5, truth / 2) - 1e-13 - 1e-9 * truth);
      seen.add(margin ?? NaN);
    }
    expect(seen.size).toBeGreaterThan(10);
  });

  it('drops rows of zeros, even those that cancel', () => {
    expect(decideMatrix(Float64Array.of(0, 0, 0, -1), 2)).toEqual({
      negativeSemidefinite: true,
      method: 'verified-cholesky',
      margin: 0.5,
    });
    expect(decideMatrix(Float64Array.of(0, 0, 0, 0), 2).negativeSemidefinite).toBe(true);
    expect(decideMatrix(new Float64Array(0), 0).negativeSemidefinite).toBe(true);
    expect(decideMatrix(Float64Array.of(0, 1e-300, 1e-300, -1), 2).negativeSemidefinite).toBe(false);
    const identity = { row: 0, column: 0, rows: 2, columns: 2, left: null, middle: null, right: null };
    const below = { ...identity, row: 2, column: 2 };
    const terms = [
      { ...identity, scalar: fromNumber(0.1) },
      { ...identity, scalar: fromNumber(-0.1) },
      { ...below, scalar: fromNumber(-3) },
    ];
    expect(decide({ size: 4, terms })).toEqual({
      negativeSemidefinite: true,
      method: 'verified-cholesky',
      margin: 0.5,
    });
    // The same zeros in floating point, but not in truth.
    const spoilt = [...terms, { ...identity, scalar: { mantissa: 1n, exponent: -2000 } }];
    expect(decide({ size: 4, terms: spoilt }).negativeSemidefinite).toBe(false);
    const lowered = [...terms, { ...identity, scalar: { mantissa: -1n, exponent: -2000 } }];
    expect(decide({ size: 4, terms: lowered })).toMatchObject({ negativeSemidefinite: true, method: 'exact-ldlt' });
  });

  it('refuses what is not a finite symmetric matrix', () => {
    expect(() => decideMatrix(Float64Array.of(-1, 0, Number.MIN_VALUE, -1), 2)).toThrow(/LW303/);
    expect(() => decideMatrix(Float64Array.of(-1, 0), 2)).toThrow(/LW303/);
    expect(() => decideMatrix(Float64Array.of(-Infinity), 1)).toThrow(/LW307/);
    expect(() => decideMatrix(Float64Array.of(NaN), 1)).toThrow(/LW307/);
  });
});

/** Σ of −s·LᵀDL with D ≥ 0, often of low rank, and a multiple of the identity that tips it either way. */
function negativeAssembly(random: Random, scale: Scale): Assembly {
  const n = random.integer(1, 6);
  const whole = { row: 0, column: 0, rows: n, columns: n };
  const terms: AssemblyTerm[] = Array.from({ length: random.integer(1, 2) }, () => {
    const inner = random.integer(1, n + 1);
    const data = Float64Array.from({ length: inner * n }, () => entry(random, scale));
    const left: Factor = { kind: 'dense', rows: inner, columns: n, data };
    const middle = Float64Array.from({ length: inner }, () => Math.abs(entry(random, scale)));
    return { ...whole, scalar: fromNumber(-random.integer(1, 3)), left, middle, right: left };
  });
  const tip = random.pick([0, 0, -1, 1, -(2 ** -60), 2 ** -60, -1e-14, 1e-14]);
  return { size: n, terms: [...terms, { ...whole, scalar: fromNumber(tip), left: null, middle: null, right: null }] };
}

describe('decide', () => {
  it.each(['plain', 'integer', 'hostile', 'denormal'] as const)(
    'agrees with the characteristic polynomial: %s',
    (scale) => {
      const random = generator(scale.length + 30);
      const seen = { definite: 0, semidefinite: 0, indefinite: 0 };
      const methods = new Map<string, number>();
      for (let run = 0; run < 300; run += 1) {
        const assembly = run % 5 === 0 ? randomAssembly(random, scale, 2) : negativeAssembly(random, scale);
        const truth = positivity(stripped(assembledIntegers(assembly).map((value) => -value)), assembly.size);
        seen[truth] += 1;
        const verdict = decide(assembly);
        expect(consistent(verdict)).toBe(true);
        expect(verdict.negativeSemidefinite).toBe(truth !== 'indefinite');
        methods.set(verdict.method, (methods.get(verdict.method) ?? 0) + 1);
        const limited = decide(assembly, { exactLimit: 0 });
        expect([null, truth !== 'indefinite']).toContain(limited.negativeSemidefinite);
      }
      expect(Math.min(seen.definite, seen.semidefinite, seen.indefinite)).toBeGreaterThan(15);
      expect(methods.get('verified-cholesky')).toBeGreaterThan(30);
      expect(methods.get('exact-ldlt')).toBeGreaterThan(30);
    },
  );

  it('agrees with eigenvalues where they are clear, by every method', () => {
    const random = generator(40);
    const methods = new Map<string, number>();
    for (let run = 0; run < 60; run += 1) {
      const n = random.integer(20, 60);
      const data = Float64Array.from({ length: n * n }, () => random.normal() / Math.sqrt(n));
      const factor: Factor = { kind: 'dense', rows: n, columns: n, data };
      const whole = { row: 0, column: 0, rows: n, columns: n, middle: null };
      const assembly = {
        size: n,
        terms: [
          { ...whole, scalar: fromNumber(1), left: factor, right: factor },
          { ...whole, scalar: fromNumber(-random.pick([3, 3.5, 4, 4.5])), left: null, right: null },
        ],
      };
      const largest = Math.max(...eigenvalues(assemble(assembly), n));
      if (Math.abs(largest) > 1e-9) {
        const verdict = decide(assembly, { exactLimit: 24 });
        expect(verdict.negativeSemidefinite).toBe(largest < 0);
        methods.set(verdict.method, (methods.get(verdict.method) ?? 0) + 1);
      }
    }
    expect([...methods.keys()].sort()).toEqual(['exact-ldlt', 'exact-witness', 'verified-cholesky']);
  });

  it('finds a witness at order 128, and says so when it cannot decide', () => {
    const random = generator(41);
    const n = 128;
    const v = Float64Array.from({ length: n }, () => random.integer(1, 3));
    const square = v.reduce((sum, x) => sum + x * x, 0);
    const row: Factor = { kind: 'dense', rows: 1, columns: n, data: v };
    const whole = { row: 0, column: 0, rows: n, columns: n, middle: null };
    const moved = (tip: number): Assembly => ({
      size: n,
      terms: [
        { ...whole, scalar: fromNumber(-square), left: null, right: null },
        { ...whole, scalar: fromNumber(1), left: row, right: row },
        { ...whole, scalar: fromNumber(tip), left: null, right: null },
      ],
    });
    expect(decide(moved(1e-6))).toEqual({ negativeSemidefinite: false, method: 'exact-witness', margin: null });
    expect(decide(moved(-1e-6)).method).toBe('verified-cholesky');
    expect(decide(moved(0))).toEqual({ negativeSemidefinite: null, method: 'undecided', margin: null });
    expect(decide(moved(1000)).method).toBe('exact-witness');
    // Nobody asks for a disproof: the same proof, and no search for what speaks against it.
    expect(decide(moved(-1e-6), { disproof: false, margin: false })).toEqual({
      negativeSemidefinite: true,
      method: 'verified-cholesky',
      margin: null,
    });
    for (const tip of [1e-6, 0, 1000])
      expect(decide(moved(tip), { disproof: false })).toEqual({
        negativeSemidefinite: null,
        method: 'undecided',
        margin: null,
      });
  });

  it('leaves overflow to exact arithmetic', () => {
    const whole = { row: 0, column: 0, rows: 2, columns: 2 };
    const huge: Factor = { kind: 'dense', rows: 2, columns: 2, data: Float64Array.of(1e200, 0, 1, 1e200) };
    const gram = (scalar: number): Assembly => ({
      size: 2,
      terms: [{ ...whole, scalar: fromNumber(scalar), left: huge, middle: null, right: huge }],
    });
    expect(decide(gram(-1))).toMatchObject({ negativeSemidefinite: true, method: 'exact-ldlt' });
    expect(decide(gram(1)).negativeSemidefinite).toBe(false);
    const scalar = { mantissa: -1n, exponent: 4000 };
    const outOfRange = { size: 2, terms: [{ ...whole, scalar, left: null, middle: null, right: null }] };
    expect(decide(outOfRange)).toMatchObject({ negativeSemidefinite: true, method: 'exact-ldlt' });
    expect(() =>
      decide({
        size: 2,
        terms: [{ ...whole, scalar: fromNumber(-1), left: null, middle: Float64Array.of(1, NaN), right: null }],
      }),
    ).toThrow(/LW307/);
  });
});

/** Without the powers of two that all entries share: the oracle's integers stay short. */
function stripped(entries: readonly bigint[]): bigint[] {
  const all = entries.reduce((bits, value) => bits | value, 0n);
  return all === 0n ? [...entries] : entries.map((value) => value / (all & -all));
}
