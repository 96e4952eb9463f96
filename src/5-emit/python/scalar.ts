import { approximate, isConstant, numericFunction, parts } from '../../slopes/scalar/index.js';
import type { ElementaryName, Scalar } from '../../slopes/scalar/index.js';
import type { Dialect } from './dialect.js';
import { atom, level, within } from './expression.js';
import type { Printed } from './expression.js';
import { pyNumber } from './literal.js';

/** Where a branch may be evaluated instead of outside it: numbers of every size. */
const candidates = [0, ...[1, 2, 0.5, 3, 0.1, 10, 1e-3, 100, 1e-6, 1e4, 1e6].flatMap((size) => [size, -size])];

/**
 * Prints the function of an activation as the lines of a Python function of an array v. Both branches of a case
 * distinction are evaluated, so each gets a v that lies inside it: what is not taken must not overflow, or gradients
 * would be 0 · ∞.
 */
export class ScalarPrinter {
  private readonly dialect: Dialect;
  private lines: string[] = [];
  private cases = 0;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  /** The body of the function. @throws RangeError on a parameter without a number */
  body(node: Scalar): readonly string[] {
    this.lines = [];
    this.cases = 0;
    const result = this.print(node, 'v');
    // A number is an activation too.
    return [...this.lines, `return ${isConstant(node) ? `${result.text} + 0 * v` : result.text}`];
  }

  private print(node: Scalar, v: string): Printed {
    if (isConstant(node)) return this.number(numericFunction(node)(0));
    switch (node.kind) {
      case 'variable':
        return atom(v);
      case 'sum':
        return this.sum(node.items, v);
      case 'product': {
        const { coefficient, factors } = numberAndRest(node);
        return this.product(coefficient, factors, v);
      }
      case 'power':
        return this.power(node.base, approximate(node.exponent), v);
      case 'function':
        return this.call(node.name, this.print(node.argument, v).text);
      case 'select':
        return this.select(node, v);
      case 'rational':
      case 'pi':
      case 'parameter':
        return this.number(numericFunction(node)(0));
    }
  }

  private number(value: number): Printed {
    const text = pyNumber(value);
    return { text, level: value < 0 ? level.sign : text.includes('**') ? level.power : level.atom, fixed: true };
  }

  private sum(items: readonly Scalar[], v: string): Printed {
    const texts = items.map((item, at) => {
      const { coefficient, factors } = numberAndRest(item);
      const sign = coefficient < 0 ? '-' : '+';
      const text = within(this.product(Math.abs(coefficient), factors, v), level.product);
      return at > 0 ? ` ${sign} ${text}` : sign === '-' ? `-${text}` : text;
    });
    return { text: texts.join(''), level: level.sum, fixed: false };
  }

  /** coefficient · Π items, of which none is a number. */
  private product(coefficient: number, items: readonly Scalar[], v: string): Printed {
    const isBelow = (item: Scalar): boolean => item.kind === 'power' && approximate(item.exponent) < 0;
    const above = items.filter((item) => !isBelow(item)).map((item) => this.print(item, v));
    const below = items.flatMap((item) =>
      item.kind === 'power' && isBelow(item) ? [this.power(item.base, -approximate(item.exponent), v)] : [],
    );
    const factors = coefficient === 1 && above.length > 0 ? above : [this.number(coefficient), ...above];
    const [only] = factors;
    if (only !== undefined && factors.length + below.length === 1) return only;
    const text = (list: readonly Printed[]): string =>
      list.map((item, at) => within(item, at === 0 ? level.product : level.sign)).join(' * ');
    const divisor = below.length === 1 && below[0] !== undefined ? within(below[0], level.sign) : `(${text(below)})`;
    return {
      text: below.length === 0 ? text(factors) : `${text(factors)} / ${divisor}`,
      level: level.product,
      fixed: false,
    };
  }

  private power(base: Scalar, exponent: number, v: string): Printed {
    if (exponent < 0)
      return { text: `1 / ${within(this.power(base, -exponent, v), level.sign)}`, level: level.product, fixed: false };
    if (exponent === 1) return this.print(base, v);
    if (exponent === 0.5) return this.call('sqrt', this.print(base, v).text);
    return {
      text: `${within(this.print(base, v), level.atom)}**${pyNumber(exponent)}`,
      level: level.power,
      fixed: false,
    };
  }

  private call(name: ElementaryName | 'sqrt', argument: string): Printed {
    return atom(`${this.dialect.functions[name] ?? `_${name}`}(${argument})`);
  }

  private select({ guard, positive, negative }: Extract<Scalar, { kind: 'select' }>, v: string): Printed {
    const decide = numericFunction(guard);
    if (isConstant(guard)) return this.print(decide(0) > 0 ? positive : negative, v);
    this.cases += 1;
    const at = this.cases;
    const { xp } = this.dialect;
    this.lines.push(`case${at} = ${within(this.print(guard, v), level.sum)} > 0`);
    const inside = this.branch(
      positive,
      v,
      `a${at}`,
      (value) => decide(value) > 0,
      (variable, point) => `${xp}.where(case${at}, ${variable}, ${point})`,
    );
    const outside = this.branch(
      negative,
      v,
      `b${at}`,
      (value) => decide(value) < 0,
      (variable, point) => `${xp}.where(case${at}, ${point}, ${variable})`,
    );
    return atom(`${xp}.where(case${at}, ${inside.text}, ${outside.text})`);
  }

  private branch(
    node: Scalar,
    v: string,
    name: string,
    holds: (value: number) => boolean,
    choose: (variable: string, point: string) => string,
  ): Printed {
    const point = isDelicate(node) ? pointInside(node, holds) : null;
    if (point === null) return this.print(node, v);
    this.lines.push(`${name} = ${choose(v, pyNumber(point))}`);
    return this.print(node, name);
  }
}

/** A product's numbers, all multiplied, and what depends on v; frameworks' functions take no numbers. */
function numberAndRest(node: Scalar): { readonly coefficient: number; readonly factors: readonly Scalar[] } {
  if (isConstant(node)) return { coefficient: numericFunction(node)(0), factors: [] };
  if (node.kind !== 'product') return { coefficient: 1, factors: [node] };
  const number = node.items
    .filter(isConstant)
    .reduce((all, item) => all * numericFunction(item)(0), approximate(node.coefficient));
  return { coefficient: number, factors: node.items.filter((item) => !isConstant(item)) };
}

/** Can it overflow, or leave the real numbers, at a finite v? */
function isDelicate(node: Scalar): boolean {
  if (isConstant(node)) return false;
  if (node.kind === 'function' && (node.name === 'exp' || node.name === 'log')) return true;
  if (node.kind === 'power' && !(Number.isInteger(approximate(node.exponent)) && approximate(node.exponent) > 0))
    return true;
  return parts(node).some(isDelicate);
}

/** A number of the branch at which it is finite and smooth enough. */
function pointInside(node: Scalar, holds: (value: number) => boolean): number | null {
  const value = numericFunction(node);
  const step = 2 ** -20;
  return (
    candidates.find((at) =>
      [at - step * Math.abs(at) - 1e-9, at, at + step * Math.abs(at) + 1e-9].every(
        (near) => holds(near) && Math.abs(value(near)) < 1e9,
      ),
    ) ?? null
  );
}
