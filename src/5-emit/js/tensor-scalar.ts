import { approximate, differentiate, isConstant } from '../../slopes/scalar/index.js';
import type { ElementaryName, Scalar } from '../../slopes/scalar/index.js';

/** What TensorFlow.js lacks, or has with steeper slopes, and the runtime has: the beginnings of calls. */
const calls: Readonly<Partial<Record<ElementaryName, string>>> = {
  sech: 'sechTensor(tf, ',
  erf: 'erfTensor(tf, ',
};
/** Prints scalar functions as TensorFlow.js expressions of a tensor v; numbers stay numbers. */
export class TensorScalarPrinter {
  /** A function of v with its derivative. */
  elementwise(node: Scalar): string {
    return `elementwise(tf, (v) => ${this.#whole(node)}, (v) => ${this.expression(differentiate(node))})`;
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
        return `${calls[node.name] ?? `tf.${node.name}(`}${inner(node.argument)})`;
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
}
