import type { Parameter, Tree } from '../../model/program.js';
import type { Dialect } from './dialect.js';
import { pyNumber } from './literal.js';

/** How tightly the outermost operation of a text binds. */
export const level = { sum: 1, product: 2, sign: 3, power: 4, atom: 5 } as const;
type Level = (typeof level)[keyof typeof level];

export interface Printed {
  readonly text: string;
  readonly level: Level;
  /** A Python float that no free parameter changes: slopes and numbers. */
  readonly fixed: boolean;
}

export const atom = (text: string, fixed = false): Printed => ({ text, level: level.atom, fixed });
export const within = (printed: Printed, least: Level): string =>
  printed.level >= least ? printed.text : `(${printed.text})`;

/** What slopes are called, as lists by the hidden signals: sums and products, lower and upper ones. */
export const slopeLines = {
  m: (pairs: string) => `m = [lower for lower, _ in ${pairs}]`,
  L: (pairs: string) => `L = [upper for _, upper in ${pairs}]`,
  S: (pairs: string) => `S = [upper + lower for lower, upper in ${pairs}]`,
  P: (pairs: string) => `P = [upper * lower for lower, upper in ${pairs}]`,
} as const;

/** What a quotient says, whatever its form: Π numerators / Π denominators. */
interface Quotient {
  readonly above: readonly Tree[];
  readonly below: readonly Tree[];
}

/** What stands for the numbers in trees, and what is known of the buffers. */
export interface Names {
  readonly buffer: (id: number) => string;
  readonly layer: (at: number) => string;
  readonly budget: (at: number) => string;
  readonly kinds: Kinds;
}

/** Buffers that hold numbers that no free parameter changes, and those whose tree is above zero. */
export interface Kinds {
  readonly fixed: Set<number>;
  readonly positive: Set<number>;
}

/** What texts read beside buffers: S, P, m and L, and numbers that keep others away from 0. */
export interface Reads {
  readonly slopes: Set<'S' | 'P' | 'm' | 'L'>;
  /** By what the text calls them, in double and in single precision. */
  readonly floors: Map<string, { readonly double: number; readonly single: number }>;
}

export const noReads = (): Reads => ({ slopes: new Set(), floors: new Map() });
export const noKinds = (): Kinds => ({ fixed: new Set(), positive: new Set() });
const plainNames = (): Names => ({ buffer: (id) => `t${id}`, layer: String, budget: String, kinds: noKinds() });

/** Prints trees as Python expressions; whatever depends on slopes alone stays Python floats in double precision. */
export class ExpressionPrinter {
  readonly slopes: Reads['slopes'];
  readonly floors: Reads['floors'];
  private readonly names: Names;
  private readonly dialect: Dialect;

  constructor(dialect: Dialect, names = plainNames(), reads = noReads()) {
    this.dialect = dialect;
    this.names = names;
    this.slopes = reads.slopes;
    this.floors = reads.floors;
  }

  /** Remembers what kind of number a buffer holds whose tree has been printed. */
  define(buffer: number, tree: Tree, printed: Printed): void {
    if (printed.fixed) this.names.kinds.fixed.add(buffer);
    if (this.isPositive(tree)) this.names.kinds.positive.add(buffer);
  }

  parameter(parameter: Parameter): Printed {
    switch (parameter.kind) {
      case 'lipschitz':
        return atom('lip', !this.dialect.traced);
      case 'roundoff':
        return atom('roundoff', true);
      case 'budget':
        return atom(`shares[${this.names.budget(parameter.budget)}]`, !this.dialect.traced);
      case 'constant':
        return this.number(parameter.value);
      default: {
        const name = ({ 'slope-sum': 'S', 'slope-product': 'P', 'slope-lower': 'm', 'slope-upper': 'L' } as const)[
          parameter.kind
        ];
        this.slopes.add(name);
        return atom(`${name}[${this.names.layer(parameter.layer)}]`, true);
      }
    }
  }

  number(value: number): Printed {
    const text = pyNumber(value);
    return { text, level: value < 0 ? level.sign : text.includes('**') ? level.power : level.atom, fixed: true };
  }

  print(tree: Tree): Printed {
    switch (tree.kind) {
      case 'number':
        return this.number(tree.value);
      case 'parameter':
        return this.parameter(tree.parameter);
      case 'buffer':
        return atom(
          `${this.names.buffer(tree.buffer)}${tree.along === undefined ? '' : tree.along === 'rows' ? '[:, None]' : '[None, :]'}`,
          this.names.kinds.fixed.has(tree.buffer),
        );
      case 'add':
        return this.sum(tree.items.map((item) => this.signed(item)));
      case 'multiply':
      case 'divide':
        return this.quotient(quotientOf(tree));
      case 'abs': {
        const body = this.print(tree.body);
        return atom(`${body.fixed ? 'abs' : `${this.dialect.xp}.abs`}(${body.text})`, body.fixed);
      }
      case 'sqrt':
      case 'exp':
        return this.call(tree.kind, tree.body);
      case 'min':
      case 'max':
        return this.extreme(tree.kind, tree.items);
      case 'select': {
        const [guard, positive, otherwise] = [
          this.print(tree.guard),
          this.print(tree.positive),
          this.print(tree.otherwise),
        ];
        if (guard.fixed)
          return {
            text: `(${positive.text} if ${guard.text} > 0 else ${otherwise.text})`,
            level: level.atom,
            fixed: positive.fixed && otherwise.fixed,
          };
        const first =
          positive.fixed && otherwise.fixed ? this.dialect.numberLike(guard.text, positive.text) : positive.text;
        return atom(`${this.dialect.xp}.where(${guard.text} > 0, ${first}, ${otherwise.text})`);
      }
    }
  }

  /** Terms with their signs, from the left. */
  sum(terms: readonly { readonly negative: boolean; readonly printed: Printed }[]): Printed {
    const [first, ...rest] = terms;
    if (first === undefined) return this.number(0);
    if (rest.length === 0 && !first.negative) return first.printed;
    const term = (printed: Printed, least: Level): string =>
      printed.text.startsWith('-') ? `(${printed.text})` : within(printed, least);
    const head = first.negative ? `-${term(first.printed, level.product)}` : within(first.printed, level.sum);
    const tail = rest.map(({ negative, printed }) => ` ${negative ? '-' : '+'} ${term(printed, level.product)}`);
    return {
      text: head + tail.join(''),
      level: rest.length === 0 ? level.sign : level.sum,
      fixed: terms.every(({ printed }) => printed.fixed),
    };
  }

  /** A term without its sign, where that can be told. */
  signed(tree: Tree): { readonly negative: boolean; readonly printed: Printed } {
    if (tree.kind === 'number' && tree.value < 0) return { negative: true, printed: this.number(-tree.value) };
    if (tree.kind !== 'multiply' && tree.kind !== 'divide') return { negative: false, printed: this.print(tree) };
    const { above, below } = quotientOf(tree);
    const [first, ...rest] = above;
    if (first?.kind !== 'number' || first.value >= 0) return { negative: false, printed: this.print(tree) };
    const size: Tree = { kind: 'number', value: -first.value };
    return {
      negative: true,
      printed: this.quotient({ above: first.value === -1 && rest.length > 0 ? rest : [size, ...rest], below }),
    };
  }

  private quotient({ above, below }: Quotient): Printed {
    const product = this.product(above);
    if (below.length === 0) return product;
    const divisor = this.product(below);
    const fixed = product.fixed && divisor.fixed;
    if (fixed && !below.every((tree) => this.isPositive(tree))) {
      // Division by zero raises in Python.
      return atom(`_ratio(${product.text}, ${divisor.text})`, true);
    }
    return { text: `${within(product, level.product)} / ${within(divisor, level.sign)}`, level: level.product, fixed };
  }

  private product(items: readonly Tree[]): Printed {
    const printed: Printed[] = [];
    items.forEach((item, at) => {
      if (item.kind === 'number' && item.value === 1 && items.length > 1) return;
      const previous = items[at - 1];
      const last = printed[printed.length - 1];
      // x · x
      if (previous !== undefined && last !== undefined && last.level === level.atom && isSame(previous, item))
        printed[printed.length - 1] = { ...last, text: `${last.text}**2`, level: level.power };
      else printed.push(this.print(item));
    });
    const [only] = printed;
    if (only === undefined) return this.number(1);
    if (printed.length === 1) return only;
    return {
      text: printed.map((item, at) => within(item, at === 0 ? level.product : level.sign)).join(' * '),
      level: level.product,
      fixed: printed.every(({ fixed }) => fixed),
    };
  }

  private call(name: 'sqrt' | 'exp', body: Tree): Printed {
    const printed = this.print(body);
    return atom(`${printed.fixed ? 'math' : this.dialect.xp}.${name}(${printed.text})`, printed.fixed);
  }

  private extreme(kind: 'min' | 'max', items: readonly Tree[]): Printed {
    const { dialect } = this;
    const clipped = kind === 'min' ? clipOf(items) : null;
    if (clipped !== null) {
      const body = this.print(clipped.body);
      if (!body.fixed)
        return atom(`${dialect.xp}.clip(${body.text}, ${pyNumber(clipped.low)}, ${pyNumber(clipped.high)})`);
    }
    const isFloor = kind === 'max' && items.some((item) => !this.print(item).fixed);
    const printed = items.map((item) => ({ item, printed: isFloor ? this.floor(item) : this.print(item) }));
    const numbers = printed.filter((each) => each.printed.fixed).map((each) => each.printed);
    const others = printed.filter((each) => !each.printed.fixed);
    const fixed =
      numbers.length === 0
        ? null
        : numbers.length === 1
          ? (numbers[0] ?? null)
          : atom(`${kind}(${numbers.map(({ text }) => text).join(', ')})`, true);
    if (others.length === 0) return fixed ?? this.number(0);
    const [first] = others;
    if (kind === 'min' && fixed !== null && others.length === 1 && first !== undefined) {
      const capped = this.capped(fixed, first.item);
      if (capped !== null) return capped;
    }
    const name = dialect.extreme[kind];
    const text = others.map(({ printed: each }) => each.text).reduce((all, each) => `${name}(${all}, ${each})`);
    return atom(fixed === null ? text : `${name}(${text}, ${fixed.text})`);
  }

  /** What keeps a number away from 0, further away in single precision: squares and inverses must have room there. */
  private floor(tree: Tree): Printed {
    const [first, ...rest] = quotientOf(tree).above;
    if (first?.kind !== 'number' || !(first.value > 0 && first.value < LEAST_FLOOR)) return this.print(tree);
    const known = [...this.floors].find(([, { double }]) => double === first.value)?.[0];
    const name = known ?? (this.floors.size === 0 ? 'tiny' : `tiny${this.floors.size + 1}`);
    this.floors.set(name, { double: first.value, single: 2 ** Math.round(Math.log2(first.value) / 3) });
    const { below } = quotientOf(tree);
    const printed = [
      atom(name, true),
      ...rest.filter((item) => item.kind !== 'number' || item.value !== 1).map((item) => this.print(item)),
    ];
    const text = [
      ...printed.map((item) => within(item, level.sign)).join(' * '),
      ...(below.length === 0 ? [] : [` / ${within(this.product(below), level.sign)}`]),
    ].join('');
    return {
      text,
      level: rest.length + below.length === 0 ? level.atom : level.product,
      fixed: printed.every(({ fixed }) => fixed) && (below.length === 0 || this.product(below).fixed),
    };
  }

  /**
   * min(limit, a / b) and min(limit, √(a / b)), whose quotients must not be formed where they are not taken: gradients
   * would be 0 · ∞.
   */
  private capped(limit: Printed, tree: Tree): Printed | null {
    if (tree.kind === 'sqrt') {
      const inner = limit.text === '1' ? this.capped(limit, tree.body) : null;
      return inner === null ? null : atom(`${this.dialect.xp}.sqrt(${inner.text})`);
    }
    if (tree.kind !== 'divide' && tree.kind !== 'multiply') return null;
    const { above, below } = quotientOf(tree);
    if (below.length === 0) return null;
    return atom(`_capped(${limit.text}, ${this.product(above).text}, ${this.product(below).text})`);
  }

  /** Whether a number is above zero, as its form tells; a buffer's, as its tree did. */
  private isPositive(tree: Tree): boolean {
    switch (tree.kind) {
      case 'number':
        return tree.value > 0;
      case 'parameter':
        return (
          tree.parameter.kind === 'lipschitz' ||
          tree.parameter.kind === 'roundoff' ||
          tree.parameter.kind === 'budget' ||
          (tree.parameter.kind === 'constant' && tree.parameter.value > 0)
        );
      case 'buffer':
        return this.names.kinds.positive.has(tree.buffer);
      case 'max':
        return tree.items.some((item) => this.isPositive(item));
      case 'min':
      case 'multiply':
        return tree.items.every((item) => this.isPositive(item));
      case 'add':
        return (
          tree.items.some((item) => this.isPositive(item)) &&
          tree.items.every((item) => this.isPositive(item) || this.isNonnegative(item))
        );
      case 'divide':
        return this.isPositive(tree.numerator) && this.isPositive(tree.denominator);
      case 'sqrt':
        return this.isPositive(tree.body);
      case 'exp':
        return true;
      case 'abs':
      case 'select':
        return false;
    }
  }

  private isNonnegative(tree: Tree): boolean {
    if (tree.kind === 'abs' || tree.kind === 'sqrt') return true;
    if (tree.kind === 'max') return tree.items.some((item) => this.isNonnegative(item) || this.isPositive(item));
    if (tree.kind === 'number') return tree.value >= 0;
    if (tree.kind !== 'multiply') return this.isPositive(tree);
    const [a, b] = tree.items;
    return (
      (tree.items.length === 2 && a !== undefined && b !== undefined && isSame(a, b)) ||
      tree.items.every((item) => this.isNonnegative(item) || this.isPositive(item))
    );
  }
}

/** Floors below this are made for double precision. */
const LEAST_FLOOR = 2 ** -50;

const isSame = (a: Tree, b: Tree): boolean =>
  (a.kind === 'buffer' || a.kind === 'parameter') && JSON.stringify(a) === JSON.stringify(b);

/** Π numerators / Π denominators of products and quotients inside one another. */
function quotientOf(tree: Tree): Quotient {
  if (tree.kind === 'multiply') {
    const parts = tree.items.map(quotientOf);
    return { above: parts.flatMap(({ above }) => above), below: parts.flatMap(({ below }) => below) };
  }
  if (tree.kind !== 'divide') return { above: [tree], below: [] };
  const [numerator, denominator] = [quotientOf(tree.numerator), quotientOf(tree.denominator)];
  return { above: [...numerator.above, ...denominator.below], below: [...numerator.below, ...denominator.above] };
}

/** min(max(body, low), high) with numbers low ≤ high. */
function clipOf(items: readonly Tree[]): { readonly body: Tree; readonly low: number; readonly high: number } | null {
  const [inner, high] = items;
  if (items.length !== 2 || inner?.kind !== 'max' || high?.kind !== 'number' || inner.items.length !== 2) return null;
  const [body, low] = inner.items;
  return body !== undefined && low?.kind === 'number' && low.value <= high.value
    ? { body, low: low.value, high: high.value }
    : null;
}
