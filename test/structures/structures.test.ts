import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { derive, parseArchitecture, reportText, sampleInstance, strategies } from '../../src/index.js';
import { compile } from '../../src/compile.js';
import { checkText } from '../../src/verify/check.js';
import { factorOf, structures } from '../../src/structures/index.js';
import type { Along, Count, Entries } from '../../src/structures/index.js';
import { generator } from '../../src/numeric/random.js';

const count = ({ rows, columns, plus }: Count, R: number, C: number): number => rows * R + columns * C + plus;

const lengthOf = (entries: Entries, R: number, C: number): number =>
  entries.kind === 'table' ? R * C : entries.kind === 'diagonal' ? R : count(entries.length, R, C);

/** The matrix in full, entry by entry. */
function full(entries: Entries, data: Float64Array, columns: number): number[][] {
  const factor = factorOf(entries, data, columns);
  return Array.from({ length: factor.rows }, (_, i) =>
    Array.from({ length: factor.columns }, (_, j) =>
      factor.kind === 'diagonal'
        ? i === j
          ? (factor.data[i] ?? Number.NaN)
          : 0
        : (factor.data[i * columns + j] ?? NaN),
    ),
  );
}

const stored = structures.flatMap(({ name, entries, ...rest }) =>
  entries === null ? [] : [{ name, entries, ...rest }],
);

describe.each(stored)('the structure $name', ({ entries, isSquare, isFree, facts, scaled, name }) => {
  const random = generator(7);
  const shapes: readonly (readonly [number, number])[] = isSquare
    ? [
        [1, 1],
        [3, 3],
      ]
    : [
        [1, 1],
        [3, 5],
        [5, 3],
        [1, 4],
        [4, 1],
      ];
  const draw = (R: number, C: number): Float64Array =>
    Float64Array.from({ length: lengthOf(entries, R, C) }, () => random.normal());

  it.each(shapes)('makes a %i × %i matrix of all of its numbers, and of nothing else', (R, C) => {
    const data = draw(R, C);
    const matrix = full(entries, data, C);
    expect([matrix.length, matrix[0]?.length]).toEqual([R, C]);
    const seen = new Set(matrix.flat());
    expect([...data].filter((value) => !seen.has(value))).toEqual([]);
    expect([...seen].filter((value) => value !== 0 && !data.includes(value))).toEqual([]);
  });

  it('is linear in its numbers', () => {
    const [R, C] = shapes[1] ?? [1, 1];
    const [a, b] = [draw(R, C), draw(R, C)];
    const sum = full(
      entries,
      a.map((value, k) => 2 * value + (b[k] ?? Number.NaN)),
      C,
    );
    const [A, B] = [full(entries, a, C), full(entries, b, C)];
    sum.forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(2 * (A[i]?.[j] ?? NaN) + (B[i]?.[j] ?? NaN), 12)),
    );
  });

  it('says truly whether it is diagonal, square and any matrix', () => {
    const [R, C] = shapes[1] ?? [1, 1];
    const matrix = full(entries, draw(R, C), C);
    const off = matrix.flatMap((row, i) => row.filter((_value, j) => i !== j));
    expect(off.every((value) => value === 0)).toBe(facts.diagonal === true);
    expect(lengthOf(entries, R, C) === R * C && entries.kind !== 'diagonal').toBe(isFree);
  });

  it.each(['rows', 'columns', 'all'] as const)('keeps its structure with the factors that are left of %s', (along) => {
    const [R, C] = shapes[1] ?? [1, 1];
    const data = draw(R, C);
    const kept: Along = scaled(along);
    const f = Array.from({ length: Math.max(R, C) }, (_, k) => 1 / (k + 2));
    const matrix = full(entries, data, C).map((row, i) =>
      row.map((value, j) => value * (kept === 'rows' ? (f[i] ?? NaN) : kept === 'columns' ? (f[j] ?? NaN) : 0.3)),
    );
    // Entries that are one number must be one number still.
    const places = full(
      entries,
      data.map((_value, k) => k + 1),
      C,
    );
    const byPlace = new Map<number, number>();
    matrix.forEach((row, i) =>
      row.forEach((value, j) => {
        const place = places[i]?.[j] ?? NaN;
        if (!byPlace.has(place)) byPlace.set(place, value);
        expect(value).toBeCloseTo(byPlace.get(place) ?? NaN, 12);
      }),
    );
  });

  it('goes from equations to weights that a check accepts, under every strategy or with a refusal', () => {
    const architecture = parseArchitecture(
      [
        'name: through',
        'equations: |',
        '  u = phi(T * x + a)',
        '  v = phi(Q * u + T1 * x + b)',
        '  y = R * v + T2 * u + c',
        'parameters:',
        ...['T', 'T1', 'T2'].map((weight) => `  ${weight}: { structure: ${name} }`),
        '',
      ].join('\n'),
      null,
    );
    const widths = isSquare ? { x: 3, u: 3, v: 3, y: 3 } : { x: 3, u: 5, v: 4, y: 2 };
    const accepted = strategies.flatMap((strategy) => {
      try {
        return [1, 2, 3].map((seed) => {
          const sample = sampleInstance(architecture, {
            depth: 1,
            strategy,
            widths,
            seed,
            scale: 3,
            slopes: [-0.2, 1],
          });
          const { negativeSemidefinite } = checkText(JSON.stringify(sample)).verdict;
          return [strategy.name, negativeSemidefinite] as const;
        });
      } catch (error) {
        expect(String(error)).toMatch(/LW401.*|LW402/);
        return [];
      }
    });
    expect(accepted.filter(([, verdict]) => verdict !== true)).toEqual([]);
    expect(new Set(accepted.map(([strategy]) => strategy)).size).toBeGreaterThanOrEqual(3);
  });

  it('is told to the reader of a derivation where formulas do not show it', () => {
    const text = `name: told\nequations: |\n  y = T * x\nparameters:\n  T: { structure: ${name} }\n`;
    const derived = reportText(derive(parseArchitecture(text, null), { depth: 1, strategy: 'pivot' }));
    expect(/T +a (\w+) matrix/.exec(derived)?.[1]).toBe(isFree || facts.diagonal === true ? undefined : name);
  });

  it('is the matrix by which the compiled network runs: no pair of inputs is driven apart by more than the bound', () => {
    const architecture = parseArchitecture(
      `name: alone\nequations: |\n  u = phi(T * x)\n  y = D * u\nparameters:\n  T: { structure: ${name} }\n`,
      null,
    );
    const net = compile(architecture, { depth: 1, strategy: 'pivot' });
    const widths = isSquare ? { x: 3, u: 3, y: 2 } : { x: 3, u: 4, y: 2 };
    const free = Object.fromEntries(
      Object.entries(net.dims(widths)).map(([key, shape]) => [
        key,
        Float64Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => random.normal()),
      ]),
    );
    const made = net.constrain(free, { widths, slopes: [1, 1] });
    const weight = (key: string): Float64Array => made.weights[key] ?? new Float64Array(0);
    const T = new Matrix(full(entries, weight('T'), 3));
    const D = new Matrix(full({ kind: 'table' }, weight('D'), T.rows));
    const x = [0.3, -1.2, 0.7];
    const expected = D.mmul(T).mmul(Matrix.columnVector(x)).to1DArray();
    [...net.forward(made, x)].forEach((value, k) => expect(value).toBeCloseTo(expected[k] ?? NaN, 12));
    // The identity as activation: the network is D T.
    expect(new SingularValueDecomposition(D.mmul(T)).norm2).toBeLessThanOrEqual(1 + 1e-12);
  });
});
