import { approximate, differentiate, isConstant } from '../../slopes/scalar/index.js';
import type { ElementaryName, Scalar } from '../../slopes/scalar/index.js';
import type { Code } from './code.js';

/** What TensorFlow.js lacks or names otherwise. */
const calls: Readonly<Partial<Record<ElementaryName, string>>> = {
  atan: 'tf.atan',
  asinh: 'tf.asinh',
  sech: 'sechTensor',
  softplus: 'tf.softplus',
  erf: 'erfTensor',
};
/**
 * erf x ≈ x P(x²) / Q(x²) up to 3.92, where erf is 1 in float32, and then cut off at ±1: fitted by least squares, to
 * 2e-9, to erf x (1 + 3e-7 (x / 3.92)⁸), which reaches 1 also when it is rounded. Its slopes lie in [0, 2/√π], and
 * those of the GELU that it makes in those of GELU. Those of tf.erf (Abramowitz & Stegun 7.1.26) are 7e-6 above, and it
 * jumps at 0.
 */
export const erfFit = {
  end: 3.92,
  P: [
    1.1283791065216064, 0.18512243032455444, 0.054240819066762924, 0.0038379360921680927, 0.0003766796726267785,
    4.6068030314927455e-6, -1.2779198144130532e-8,
  ],
  Q: [1, 0.4973938763141632, 0.11386715620756149, 0.015428377315402031, 0.0013012884883210063, 6.23793457634747e-5],
} as const;
const erf = [
  '// erf by a rational function of the square: tf.erf is steeper than erf at 0, by 7e-6, and jumps there.',
  'function erfTensor(u) {',
  `  const x = tf.clipByValue(u, -${erfFit.end}, ${erfFit.end});`,
  '  const square = tf.square(x);',
  '  const polynomial = (coefficients) => coefficients.reduce((sum, coefficient) => ' +
    'tf.add(tf.mul(sum, square), coefficient));',
  '  return tf.clipByValue(tf.div(tf.mul(x, ' +
    `polynomial([${[...erfFit.P].reverse().join(', ')}])), ` +
    `polynomial([${[...erfFit.Q].reverse().join(', ')}])), -1, 1);`,
  '}',
  '',
] as const;
const sech = [
  'function sechTensor(u) {',
  '  return tf.div(2, tf.add(tf.exp(u), tf.exp(tf.neg(u))));',
  '}',
  '',
] as const;

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
  #usesErf = false;
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
        if (node.name === 'erf') this.#usesErf = true;
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
    if (this.#usesErf) for (const line of erf) code.line(line);
    if (this.#usesElementwise) for (const line of elementwise) code.line(line);
  }
}
