import { differentiate } from '../scalar/differentiate.js';
import { isConstant } from '../scalar/node.js';
import type { ElementaryName, Scalar } from '../scalar/node.js';
import { approximate } from '../scalar/rational.js';
import type { Code } from './code.js';

/** What TensorFlow.js lacks or names otherwise. */
const calls: Readonly<Partial<Record<ElementaryName, string>>> = { atan: 'tf.atan', asinh: 'tf.asinh', sech: 'sechTensor', softplus: 'tf.softplus' };
const sech = ['function sechTensor(u) {', '  return tf.div(2, tf.add(tf.exp(u), tf.exp(tf.neg(u))));', '}', ''] as const;

const elementwise = [
  '// A function with its derivative: case distinctions have no gradient of their own.',
  'function elementwise(f, derivative) {',
  '  return tf.customGrad((v, save) => {',
  '    save([v]);',
  '    return { value: f(v), gradFunc: (dy, [saved]) => tf.mul(dy, derivative(saved)) };',
  '  });',
  '}',
  '',
] as const;

/** Prints scalar functions as TensorFlow.js expressions of a tensor v; numbers stay numbers. */
export class TensorScalarPrinter {
  #usesSech = false;
  #usesElementwise = false;

  /** A function of v with its derivative. */
  elementwise(node: Scalar): string {
    this.#usesElementwise = true;
    return `elementwise((v) => ${this.#whole(node)}, (v) => ${this.expression(differentiate(node))})`;
  }

  /** A tensor of its own, of the shape of v: customGrad would count the gradient of v itself twice. */
  #whole(node: Scalar): string {
    if (node.kind === 'variable') return 'tf.clone(v)';
    return isConstant(node) ? `tf.mul(${this.expression(node)}, tf.onesLike(v))` : this.expression(node);
  }

  /** @throws RangeError on a parameter without a number */
  expression(node: Scalar): string {
    const inner = (part: Scalar): string => this.expression(part);
    switch (node.kind) {
      case 'rational':
        return `tf.scalar(${approximate(node.value)})`;
      case 'pi':
        return 'tf.scalar(Math.PI)';
      case 'variable':
        return 'v';
      case 'parameter':
        throw new RangeError(`no value for ${node.name}`);
      case 'sum':
        return this.#folded('tf.add', node.items.map(inner));
      case 'product': {
        const coefficient = approximate(node.coefficient);
        return this.#folded('tf.mul', [...(coefficient === 1 ? [] : [String(coefficient)]), ...node.items.map(inner)]);
      }
      case 'power':
        return this.#power(inner(node.base), approximate(node.exponent));
      case 'function':
        if (node.name === 'sech') this.#usesSech = true;
        return `${calls[node.name] ?? `tf.${node.name}`}(${inner(node.argument)})`;
      case 'select':
        return `tf.where(tf.greater(${inner(node.guard)}, 0), ${inner(node.positive)}, ${inner(node.negative)})`;
    }
  }

  #power(base: string, exponent: number): string {
    if (exponent === 0.5) return `tf.sqrt(${base})`;
    if (exponent === 2) return `tf.square(${base})`;
    return exponent === -1 ? `tf.reciprocal(${base})` : `tf.pow(${base}, ${exponent})`;
  }

  #folded(call: string, items: readonly string[]): string {
    const [first = 'tf.scalar(0)', ...rest] = items;
    return rest.reduce((all, item) => `${call}(${all}, ${item})`, first);
  }

  /** The definitions of the helpers that were called. */
  printHelpers(code: Code): void {
    if (this.#usesSech) for (const line of sech) code.line(line);
    if (this.#usesElementwise) for (const line of elementwise) code.line(line);
  }
}
