import { fromNumber } from '../../src/numeric/dyadic.js';
import type { Assembly, AssemblyTerm, Factor } from '../../src/numeric/assembly.js';
import type { Random } from '../../src/numeric/random.js';
import { anyDouble, integerOf, integerOfDyadic } from './oracle.js';

export type Scale = 'plain' | 'integer' | 'hostile' | 'denormal';

export function entry(random: Random, scale: Scale): number {
  switch (scale) {
    case 'plain':
      return random.integer(0, 9) === 0 ? 0 : random.normal();
    case 'integer':
      return random.integer(-3, 3);
    case 'hostile':
      return random.pick([0, 1, random.normal(), random.normal() * 10 ** random.integer(-150, 150)]);
    case 'denormal':
      return random.pick([
        random.normal(),
        random.integer(-9, 9) * Number.MIN_VALUE,
        random.normal() * 2 ** -1030,
        anyDouble(random),
      ]);
  }
}

function vector(random: Random, scale: Scale, length: number): Float64Array {
  return Float64Array.from({ length }, () => entry(random, scale));
}

function factor(random: Random, scale: Scale, rows: number, columns: number): Factor | null {
  if (rows === columns && random.integer(0, 2) === 0) {
    const diagonal = { kind: 'diagonal', rows, columns, data: vector(random, scale, rows) } as const;
    return random.pick([null, diagonal]);
  }
  return { kind: 'dense', rows, columns, data: vector(random, scale, rows * columns) };
}

/** A sum of terms of all factor kinds on a random block grid, above and below the diagonal, symmetric as a whole. */
export function randomAssembly(random: Random, scale: Scale, largest: number): Assembly {
  const widths = Array.from({ length: random.integer(1, 3) }, () => random.integer(1, largest));
  const offsets = widths.map((_, i) => widths.slice(0, i).reduce((a, b) => a + b, 0));
  const size = widths.reduce((a, b) => a + b, 0);
  const terms: AssemblyTerm[] = [];
  for (let count = random.integer(1, 6); count > 0; count -= 1) {
    const i = random.integer(0, widths.length - 1);
    const j = random.integer(0, widths.length - 1);
    const [rows, columns] = [widths[i] ?? 1, widths[j] ?? 1];
    const inner = random.pick([rows, columns, random.integer(1, largest)]);
    const left = factor(random, scale, inner, rows);
    const right = i === j && random.integer(0, 1) === 0 ? left : factor(random, scale, inner, columns);
    const middle = random.integer(0, 1) === 0 ? null : vector(random, scale, inner);
    const scalar = fromNumber(entry(random, scale));
    const term = { row: offsets[i] ?? 0, column: offsets[j] ?? 0, rows, columns, scalar, left, middle, right };
    terms.push(term);
    const dense = left?.kind === 'dense' || right?.kind === 'dense';
    if (i === j && left !== right && dense) {
      terms.push({ ...term, left: right, right: left });
    }
  }
  return { size, terms };
}

/** Every entry of an assembly is a multiple of 2^-places: four doubles a product. */
export const places = 4 * 1074;

function factorEntry(of: Factor | null, k: number, i: number): bigint {
  if (of === null || of.kind === 'diagonal') {
    return k === i ? integerOf(of === null ? 1 : (of.data[k] ?? NaN)) : 0n;
  }
  return integerOf(of.data[k * of.columns + i] ?? NaN);
}

/** The definition of an assembly, entry by entry in integers (times 2^places): no triangles, no shortcuts. */
export function assembledIntegers({ size, terms }: Assembly): bigint[] {
  const total = new Array<bigint>(size * size).fill(0n);
  for (const term of terms) {
    const inner = term.left?.rows ?? term.right?.rows ?? term.rows;
    const scalar = integerOfDyadic(term.scalar, 1074);
    for (let i = 0; i < term.rows; i += 1) {
      for (let j = 0; j < term.columns; j += 1) {
        let sum = 0n;
        for (let k = 0; k < inner; k += 1) {
          const middle = integerOf(term.middle === null ? 1 : (term.middle[k] ?? NaN));
          sum += factorEntry(term.left, k, i) * middle * factorEntry(term.right, k, j);
        }
        const at = (term.row + i) * size + term.column + j;
        total[at] = (total[at] ?? 0n) + scalar * sum;
        if (term.row !== term.column) {
          const mirrored = (term.column + j) * size + term.row + i;
          total[mirrored] = (total[mirrored] ?? 0n) + scalar * sum;
        }
      }
    }
  }
  return total;
}
