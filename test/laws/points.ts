import { labelText } from '../../src/base/label.js';
import { number, scale } from '../../src/expr/build.js';
import type { Environment } from '../../src/expr/evaluate.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { substitute } from '../../src/expr/visit.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { at, matrix } from '../../src/numeric/matrix.js';
import type { Random } from '../../src/numeric/random.js';

/** Numeric points at which laws are checked: every symbol gets a value that its facts allow, every width a number. */
export interface Point extends Environment {
  readonly flavour: Flavour;
  /** The same point with another value for one symbol. */
  readonly with: (symbol: SymbolNode, value: Matrix) => Point;
}

/** In `integers` and `negative` sums and products are exact; the others are there for sign, size and zeros. */
export const flavours = ['integers', 'negative', 'zeros', 'sparse', 'plain', 'large'] as const;
export type Flavour = (typeof flavours)[number];

const isExact = (flavour: Flavour): boolean => flavour === 'integers' || flavour === 'negative' || flavour === 'zeros';

function entry(random: Random, flavour: Flavour): number {
  switch (flavour) {
    case 'integers':
      return random.integer(-3, 3);
    case 'negative':
      return -random.integer(0, 3);
    case 'zeros':
      return 0;
    case 'sparse':
      return random.integer(0, 2) === 0 ? random.normal() : 0;
    case 'plain':
      return random.normal();
    case 'large':
      return random.normal() * 2 ** random.integer(-30, 30);
  }
}

function positive(random: Random, flavour: Flavour): number {
  return isExact(flavour)
    ? random.integer(1, 4)
    : Math.abs(entry(random, flavour === 'large' ? 'large' : 'plain')) + 2 ** -40;
}

/** A point whose values are drawn when they are first asked for. */
export function samplePoint(random: Random, flavour: Flavour): Point {
  const widths = new Map<string, number>();
  const slopes = new Map<string, readonly [number, number]>();
  const values = new Map<string, Matrix>();
  const remember = <T>(map: Map<string, T>, key: string, fresh: () => T): T => {
    const known = map.get(key) ?? fresh();
    map.set(key, known);
    return known;
  };
  const width = (signal: string): number => remember(widths, signal, () => random.integer(1, 4));
  /** S and P belong together: both come from one pair m ≤ L. */
  const pair = (of: SymbolNode): readonly [number, number] =>
    remember(slopes, labelText(of.label), () => {
      const [a, b] = [entry(random, flavour), entry(random, flavour)];
      return [Math.min(a, b), Math.max(a, b)];
    });
  const scalar = (of: SymbolNode): number => {
    if (of.role === 'slope-sum') return pair(of)[1] + pair(of)[0];
    if (of.role === 'slope-product') return pair(of)[1] * pair(of)[0];
    return of.positive ? positive(random, flavour) : entry(random, flavour);
  };
  const value = (of: SymbolNode): Matrix =>
    remember(values, of.key, () => {
      const [rows, columns] = [of.rows, of.columns].map((dimension) =>
        dimension === null ? 1 : width(labelText(dimension)),
      );
      if (of.rows === null && of.columns === null) return matrix(1, 1, () => scalar(of));
      const draw = (): number => (of.positive ? positive(random, flavour) : entry(random, flavour));
      return matrix(rows ?? 1, columns ?? 1, (i, j) => (of.diagonal && i !== j ? 0 : draw()));
    });
  return pointFrom({ width, value }, flavour);
}

function pointFrom(environment: Environment, flavour: Flavour): Point {
  return {
    ...environment,
    flavour,
    with: (symbol, value) =>
      pointFrom(
        { width: environment.width, value: (other) => (other.key === symbol.key ? value : environment.value(other)) },
        flavour,
      ),
  };
}

/** The expression with every sign turned to plus, at the absolute values: what rounding errors are relative to. */
export function magnitude(node: Expression, point: Point): Matrix {
  const unsigned = (of: Expression): Expression =>
    substitute(of, (part) => {
      if (part.kind === 'scale')
        return scale(Math.abs(part.coefficient), part.scalars.map(unsigned), unsigned(part.body));
      if (part.kind === 'number') return number(Math.abs(part.value));
      if (part.kind === 'off-diagonal') return unsigned(part.body);
      return null;
    });
  const value = (symbol: SymbolNode): Matrix => {
    const signed = point.value(symbol);
    return { ...signed, data: signed.data.map(Math.abs) };
  };
  return evaluate(unsigned(node), { width: point.width, value });
}

/**
 * How far two computed values of one expression may lie apart: 64 roundings (widths here are at most 4, chains at most
 * four factors and a few summands), each 2⁻⁵³ of the terms' size; nothing at points whose arithmetic is exact.
 */
export function roundingAt(node: Expression, point: Point): Matrix {
  const size = magnitude(node, point);
  const unit = isExact(point.flavour) ? 0 : 64 * 2 ** -53;
  return { ...size, data: size.data.map((x) => unit * x) };
}

/** The smallest of f(a_ij, b_ij); a 1 × 1 matrix stands for all entries. */
export function least(a: Matrix, b: Matrix, f: (x: number, y: number) => number): number {
  const rows = Math.max(a.rows, b.rows);
  const columns = Math.max(a.columns, b.columns);
  const read = (of: Matrix, i: number, j: number): number => (of.data.length === 1 ? at(of, 0, 0) : at(of, i, j));
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) {
      const found = f(read(a, i, j), read(b, i, j));
      // Math.min would pass NaN on, but comparisons with it are false and would hide it.
      smallest = Number.isNaN(found) ? Number.NEGATIVE_INFINITY : Math.min(smallest, found);
    }
  }
  return smallest;
}
