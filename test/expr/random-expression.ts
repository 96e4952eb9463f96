import { label } from '../../src/base/label.js';
import * as build from '../../src/expr/build.js';
import type { Environment } from '../../src/expr/evaluate.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { matrix } from '../../src/numeric/matrix.js';
import type { Random } from '../../src/numeric/random.js';

/**
 * Random operations, carried out twice: by the constructors of expressions, and at once on plain arrays that know
 * nothing of expressions. All entries are small integers and all divisors powers of two, so both are exact.
 */
export interface Twin {
  readonly node: Expression;
  readonly value: Values;
}
export type Values = readonly (readonly number[])[];

export const sizes = { d: 2, e: 3 } as const;
type Size = keyof typeof sizes | 'one';
const dimension = { d: label('d'), e: label('e'), one: null } as const;
const count = (size: Size): number => (size === 'one' ? 1 : sizes[size]);

const table = (rows: number, columns: number, entry: (i: number, j: number) => number): Values =>
  Array.from({ length: rows }, (_r, i) => Array.from({ length: columns }, (_c, j) => entry(i, j)));
const read = (values: Values, i: number, j: number): number => values[i]?.[j] ?? Number.NaN;
const map = (values: Values, f: (x: number, i: number, j: number) => number): Values =>
  values.map((row, i) => row.map((x, j) => f(x, i, j)));
const fold = (items: readonly Twin[], f: (a: number, b: number) => number): Values =>
  items.map(({ value }) => value).reduce((a, b) => map(a, (x, i, j) => f(x, read(b, i, j))));
const transposed = (values: Values): Values =>
  table(values[0]?.length ?? 0, values.length, (i, j) => read(values, j, i));
const multiplied = (a: Values, b: Values): Values =>
  table(a.length, b[0]?.length ?? 0, (i, j) => (a[i] ?? []).reduce((total, x, k) => total + x * read(b, k, j), 0));

/** The symbols and their values. */
export class Expressions {
  readonly environment: Environment;
  private readonly random: Random;
  private readonly values = new Map<string, Values>();
  private readonly made: Twin[] = [];

  constructor(random: Random) {
    this.random = random;
    const matrixOf = (values: Values): Matrix =>
      matrix(values.length, values[0]?.length ?? 0, (i, j) => read(values, i, j));
    this.environment = {
      width: (signal) => (signal === 'd' ? sizes.d : sizes.e),
      value: (symbol) => matrixOf(this.values.get(symbol.key) ?? []),
    };
  }

  /** Values by the symbol's key, for whoever wants to look. */
  valueOf(symbol: SymbolNode): Values {
    return this.values.get(symbol.key) ?? [];
  }

  private symbol(
    name: string,
    rows: Size,
    columns: Size,
    facts: { readonly diagonal?: boolean; readonly positive?: boolean } = {},
  ): Twin {
    const role =
      facts.positive === true && facts.diagonal === true
        ? 'multiplier'
        : rows === 'one' && columns === 'one' && facts.positive !== true
          ? 'slope-sum'
          : facts.positive === true
            ? 'lipschitz'
            : 'weight';
    const node = build.symbol(
      role,
      role === 'lipschitz' ? label('Lip') : label(name),
      { rows: dimension[rows], columns: dimension[columns] },
      facts,
    );
    const draw = (i: number, j: number): number =>
      facts.diagonal === true && i !== j
        ? 0
        : facts.positive === true
          ? this.random.pick([1, 2, 4])
          : this.random.integer(-3, 3);
    const value = this.values.get(node.key) ?? table(count(rows), count(columns), draw);
    this.values.set(node.key, value);
    return { node, value };
  }

  private leaf(rows: Size, columns: Size): Twin {
    const { random } = this;
    const constant = (node: Expression, entry: (i: number, j: number) => number): Twin => ({
      node,
      value: table(count(rows), count(columns), entry),
    });
    if (rows === 'one') {
      const number = random.pick([0, 1, -1, 2, -3, 0.5]);
      return random.pick([
        () => constant(build.number(number), () => number),
        () => this.factor(),
        () => this.symbol('p', 'one', 'one'),
        () => this.symbol('q', 'one', 'one'),
        () => this.symbol('Lip', 'one', 'one', { positive: true }),
      ])();
    }
    if (columns === 'one') {
      return random.pick([
        () => constant(build.ones(dimension[rows]), () => 1),
        () => constant(build.zero({ rows: dimension[rows], columns: null }), () => 0),
        () => this.multiplierVector(rows),
        () => this.multiplierVector(rows),
      ])();
    }
    if (rows === columns) {
      return random.pick([
        () => constant(build.identity(dimension[rows]), (i, j) => Number(i === j)),
        () => this.symbol(`A${rows}`, rows, rows, { diagonal: true }),
        () => this.symbol(`M${rows}`, rows, rows, { diagonal: true, positive: true }),
        () => this.symbol(`Q${rows}`, rows, rows),
      ])();
    }
    if (random.integer(0, 9) === 0)
      return constant(build.zero({ rows: dimension[rows], columns: dimension[columns] }), () => 0);
    return this.symbol(random.pick(['X', 'Y']) + rows, rows, columns);
  }

  /** A number of an author's, which stays a factor of its own. */
  private factor(): Twin {
    const number = this.random.pick([0.5, 1.5, -0.25, 3]);
    const node = build.exactFactor(number);
    const size = build.exactFactor(Math.abs(number));
    this.values.set(size.key, [[Math.abs(number)]]);
    return { node, value: [[number]] };
  }

  private multiplierVector(rows: 'd' | 'e'): Twin {
    const { node, value } = this.symbol(`M${rows}`, rows, rows, { diagonal: true, positive: true });
    return { node: build.diag(node), value: table(count(rows), 1, (i) => read(value, i, i)) };
  }

  /** A random expression of the given shape; now and then one that was made before, the same object. */
  make(rows: Size, columns: Size, depth: number): Twin {
    const { random } = this;
    const before = this.made.filter(({ value }) => value.length === count(rows) && value[0]?.length === count(columns));
    if (before.length > 0 && random.integer(0, 7) === 0) return random.pick(before);
    const twin = depth === 0 ? this.leaf(rows, columns) : this.operation(rows, columns, depth - 1);
    this.made.push(twin);
    return twin;
  }

  private several(rows: Size, columns: Size, depth: number): readonly Twin[] {
    return Array.from({ length: this.random.integer(1, 3) }, () => this.make(rows, columns, depth));
  }

  private operation(rows: Size, columns: Size, depth: number): Twin {
    const { random } = this;
    const same = (): Twin => this.make(rows, columns, depth);
    const several = (make: (nodes: readonly Expression[]) => Expression, f: (a: number, b: number) => number): Twin => {
      const items = this.several(rows, columns, depth);
      return { node: make(items.map(({ node }) => node)), value: fold(items, f) };
    };
    const general: readonly (() => Twin)[] = [
      () => several(build.sum, (a, b) => a + b),
      () => {
        const [a, b] = [same(), same()];
        return { node: build.subtract(a.node, b.node), value: fold([a, b], (x, y) => x - y) };
      },
      () => {
        const [factor, body] = [random.pick([-2, -1, 0.5, 0, 1, 3]), same()];
        return { node: build.scale(factor, [], body.node), value: map(body.value, (x) => factor * x) };
      },
      () => {
        const [factor, body] = [this.make('one', 'one', depth), same()];
        return {
          node: build.times(factor.node, body.node),
          value: map(body.value, (x) => read(factor.value, 0, 0) * x),
        };
      },
      () => several(build.hadamard, (a, b) => a * b),
      () => {
        const body = same();
        return { node: build.abs(body.node), value: map(body.value, Math.abs) };
      },
      () => {
        const body = same();
        return { node: build.square(body.node), value: map(body.value, (x) => x * x) };
      },
      () => {
        const body = same();
        return { node: build.sqrt(build.square(body.node)), value: map(body.value, Math.abs) };
      },
      () => several(build.minimum, Math.min),
      () => several(build.maximum, Math.max),
    ];
    const product = (): Twin => {
      const inner = random.pick(['d', 'e'] as const);
      const [a, b] = [this.make(rows, inner, depth), this.make(inner, columns, depth)];
      return { node: build.product([a.node, b.node]), value: multiplied(a.value, b.value) };
    };
    const quotient = (): Twin => {
      const top = same();
      if (rows !== 'one') {
        const below = this.multiplierVector(rows);
        return { node: build.quotient(top.node, below.node), value: fold([top, below], (x, y) => x / y) };
      }
      const power = random.pick([-2, 0.5, 4]);
      return { node: build.quotient(top.node, build.number(power)), value: map(top.value, (x) => x / power) };
    };
    const ofMatrix = (kind: 'diag' | 'row-sums'): Twin => {
      if (rows === 'one') return same();
      if (kind === 'diag') {
        const body = this.make(rows, rows, depth);
        return { node: build.diag(body.node), value: table(count(rows), 1, (i) => read(body.value, i, i)) };
      }
      const body = this.make(rows, random.pick(['d', 'e'] as const), depth);
      return { node: build.rowSums(body.node), value: body.value.map((row) => [row.reduce((a, b) => a + b, 0)]) };
    };
    const turn = (): Twin => {
      const body = this.make(columns, rows, depth);
      return { node: build.transpose(body.node), value: transposed(body.value) };
    };
    const offDiagonal = (): Twin => {
      const body = same();
      return { node: build.offDiagonal(body.node), value: map(body.value, (x, i, j) => (i === j ? 0 : x)) };
    };
    if (rows === 'one') return random.pick([...general, quotient])();
    if (columns === 'one')
      return random.pick([
        ...general,
        quotient,
        product,
        product,
        () => ofMatrix('diag'),
        () => ofMatrix('row-sums'),
        () => ofMatrix('row-sums'),
      ])();
    return random.pick([...general, product, product, turn, turn, ...(rows === columns ? [offDiagonal] : [])])();
  }
}
