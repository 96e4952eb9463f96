import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Assembly, Factor } from '../../src/numeric/assembly.js';
import type { DecideOptions, Verdict } from '../../src/numeric/definiteness.js';

/**
 * Every read in the files on the way to a verdict is made to miss, one at a time: its index leads outside the data.
 * Whatever the kernels make of that, no verdict may come out that is stronger than the true one.
 */
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../src/numeric');
const files = [
  'assembly',
  'rounding-radius',
  'verified-cholesky',
  'cholesky',
  'definiteness',
  'witness',
  'exact-assembly',
  'exact-ldlt',
  'dyadic',
];

interface Room {
  decide(assembly: Assembly, options?: DecideOptions): Verdict;
}

/** `data[index] ?? …` with what stands on its right. */
const read = /(?<=[\w\])])\[((?:[^[\]]|\[[^[\]]*\])+)\] \?\? (Number\.NaN|outside\()/g;

/** All files in one text, each under a comment with its name. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'definiteness.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'esnext',
  });
  return outputFiles[0]?.text ?? '';
}

/** Where a file begins and ends in it. */
function partOf(text: string, file: string): readonly [number, number] {
  const from = new RegExp(`^// .*numeric/${file}\\.ts$`, 'm').exec(text)?.index ?? text.length;
  const length = /^\/\/ .*\.ts$/m.exec(text.slice(from + 3))?.index;
  return [from, length === undefined ? text.length : from + 3 + length];
}

/** The decision with one read of a file led astray; `instead` is what a missing number counts as. */
async function mutated(text: string, file: string, at: number, instead: string | null): Promise<Room> {
  const [from, to] = partOf(text, file);
  let count = -1;
  const part = text
    .slice(from, to)
    .replace(read, (whole, index: string, missing: string) =>
      (count += 1) === at
        ? `[(${index}) + 4294967296] ?? ${instead === null ? missing : missing === 'outside(' ? '(0n' : instead}`
        : whole,
    );
  return (await import(
    `data:text/javascript;base64,${Buffer.from(text.slice(0, from) + part + text.slice(to)).toString('base64')}`
  )) as Room;
}

const dense = (rows: number, columns: number, entry: (i: number, j: number) => number): Factor => ({
  kind: 'dense',
  rows,
  columns,
  data: Float64Array.from({ length: rows * columns }, (_, k) => entry(Math.floor(k / columns), k % columns)),
});
const number = (mantissa: bigint, exponent = 0): Assembly['terms'][number]['scalar'] => ({ mantissa, exponent });

/**
 * −diag(d) on n + n rows, with WᵀW and W beside it, such that all kinds of terms occur. With `much` it is indefinite.
 */
function problem(n: number, much: boolean): Assembly {
  const W = dense(n, n, (i, j) => Math.sin(1 + i * n + j) / n);
  const D: Factor = {
    kind: 'diagonal',
    rows: n,
    columns: n,
    data: Float64Array.from({ length: n }, (_, i) => 1 / (i + 2)),
  };
  const middle = Float64Array.from({ length: n }, (_, i) => 1 + i / n);
  const square = { row: 0, column: 0, rows: n, columns: n, middle: null };
  const below = { row: n, column: n, rows: n, columns: n };
  return {
    size: 2 * n,
    terms: [
      { ...square, scalar: number(-1n, 2), left: null, right: null },
      { ...square, scalar: number(much ? 40n : 1n), left: W, middle, right: W },
      { ...square, scalar: number(-1n), left: D, right: D },
      { ...below, scalar: number(-1n, 1), left: null, middle, right: null },
      { row: 0, column: n, rows: n, columns: n, scalar: number(1n), left: W, middle: null, right: null },
      { row: 0, column: n, rows: n, columns: n, scalar: number(1n), left: null, middle, right: W },
      { row: 0, column: n, rows: n, columns: n, scalar: number(1n, -2), left: D, middle: null, right: null },
    ],
  };
}

const cases: readonly (readonly [string, Assembly, DecideOptions])[] = [
  ['proven by Cholesky', problem(5, false), {}],
  ['indefinite, of a small order', problem(5, true), {}],
  ['indefinite, of an order with a witness', problem(17, true), { exactLimit: 33 }],
  // A corner of 0: nothing but exact arithmetic tells.
  [
    'semidefinite',
    {
      size: 2,
      terms: [
        { row: 0, column: 0, rows: 1, columns: 1, scalar: number(-1n), left: null, middle: null, right: null },
        { row: 1, column: 1, rows: 1, columns: 1, scalar: number(-1n), left: null, middle: null, right: null },
        { row: 0, column: 1, rows: 1, columns: 1, scalar: number(1n), left: null, middle: null, right: null },
      ],
    },
    {},
  ],
  [
    'a minor that is violated',
    {
      size: 2,
      terms: [
        { row: 0, column: 0, rows: 2, columns: 2, scalar: number(-1n), left: null, middle: null, right: null },
        { row: 0, column: 1, rows: 1, columns: 1, scalar: number(3n), left: null, middle: null, right: null },
      ],
    },
    {},
  ],
];

/** Of a mutant, what it proves that is not so. */
function stronger(room: Room, truths: readonly Verdict[]): readonly string[] {
  return cases.flatMap(([title, assembly, options], at) => {
    const truth = truths[at];
    let verdict: Verdict;
    try {
      verdict = room.decide(assembly, options);
    } catch {
      return [];
    }
    const wrong = verdict.negativeSemidefinite !== null && verdict.negativeSemidefinite !== truth?.negativeSemidefinite;
    const wider = verdict.margin !== null && verdict.margin > (truth?.margin ?? 0);
    return wrong || wider ? [`${title}: ${JSON.stringify(verdict)}`] : [];
  });
}

describe('a read that misses', () => {
  let truths: readonly Verdict[] = [];
  let text = '';
  const countOf = (file: string): number => [...text.slice(...partOf(text, file)).matchAll(read)].length;

  beforeAll(async () => {
    text = await bundled();
    const room = await mutated(text, 'none', 0, null);
    truths = cases.map(([, assembly, options]) => room.decide(assembly, options));
  });

  it('the verdicts of the cases are as they are meant', () => {
    expect(truths.map(({ negativeSemidefinite }) => negativeSemidefinite)).toEqual([true, false, false, true, false]);
    expect(new Set(truths.map(({ method }) => method))).toEqual(
      new Set(['verified-cholesky', 'exact-ldlt', 'exact-witness']),
    );
  });

  it.each(files)('in %s makes no verdict stronger', async (file) => {
    const count = countOf(file);
    expect(count).toBeGreaterThan(2);
    for (let at = 0; at < count; at += 1)
      expect({ at, found: stronger(await mutated(text, file, at, null), truths) }).toEqual({ at, found: [] });
  });

  it('would, if a missing number counted as 0', async () => {
    const found: string[] = [];
    for (const file of ['assembly', 'exact-assembly']) {
      for (let at = 0; at < countOf(file); at += 1)
        if (stronger(await mutated(text, file, at, '0'), truths).length > 0) found.push(file);
    }
    expect([...new Set(found)]).toEqual(['assembly', 'exact-assembly']);
  });
});
