import type { ElementaryName, Scalar } from '../../slopes/scalar/index.js';
import { approximate } from '../../slopes/scalar/index.js';
import type { Code } from './code.js';

/** What JavaScript's Math lacks; the same operations in the same order as `scalar/evaluate`, hence the same results. */
const helpers: Readonly<Partial<Record<ElementaryName, readonly string[]>>> = {
  sech: ['return 2 / (Math.exp(u) + Math.exp(-u));'],
  sigmoid: ['return u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));'],
  softplus: ['return Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));'],
  erf: [
    'const x = Math.abs(u);',
    'const gauss = Math.exp(-x * x) / Math.sqrt(Math.PI);',
    'if (x < 3) {',
    '  let term = x;',
    '  let total = x;',
    '  for (let n = 1; term > total * 1e-17; n += 1) {',
    '    term *= (2 * x * x) / (2 * n + 1);',
    '    total += term;',
    '  }',
    '  return Math.sign(u) * 2 * gauss * total;',
    '}',
    'let fraction = x;',
    'for (let k = 60; k >= 1; k -= 1) fraction = x + k / 2 / fraction;',
    'return Math.sign(u) * (1 - gauss / fraction);',
  ],
};

/** Prints scalar functions as JavaScript expressions in v, and remembers which helpers they call. */
export class ScalarPrinter {
  readonly #used = new Set<ElementaryName>();

  /** @throws RangeError on a parameter without a number */
  expression(node: Scalar): string {
    switch (node.kind) {
      case 'rational':
        return number(approximate(node.value));
      case 'pi':
        return 'Math.PI';
      case 'variable':
        return 'v';
      case 'parameter':
        throw new RangeError(`no value for ${node.name}`);
      case 'sum':
        return `(${node.items.map((item) => this.expression(item)).join(' + ')})`;
      case 'product': {
        const coefficient = approximate(node.coefficient);
        return `(${[...(coefficient === 1 ? [] : [number(coefficient)]), ...node.items.map((item) => this.expression(item))].join(' * ')})`;
      }
      case 'power': {
        const exponent = approximate(node.exponent);
        return exponent === 0.5
          ? `Math.sqrt(${this.expression(node.base)})`
          : `(${this.expression(node.base)} ** ${number(exponent)})`;
      }
      case 'function':
        return this.#call(node.name, node.argument);
      case 'select':
        return (
          `(${this.expression(node.guard)} > 0 ? ${this.expression(node.positive)} : ` +
          `${this.expression(node.negative)})`
        );
    }
  }

  #call(name: ElementaryName, argument: Scalar): string {
    if (helpers[name] === undefined) return `Math.${name}(${this.expression(argument)})`;
    this.#used.add(name);
    return `${name}(${this.expression(argument)})`;
  }

  /** The definitions of the helpers that were called. */
  printHelpers(code: Code, typed: boolean): void {
    const annotation = typed ? ': number' : '';
    for (const name of this.#used) {
      code.block(`function ${name}(u${annotation})${annotation} {`, () => {
        for (const line of helpers[name] ?? []) code.line(line);
      });
    }
  }
}

/** A negative number in front of ** would be a syntax error. */
const number = (value: number): string => (value < 0 ? `(${value})` : String(value));
