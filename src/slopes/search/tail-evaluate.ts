import * as build from '../scalar/build.js';
import { choiceOf, encloseChoice, encloseConstant, rationalInterval } from '../scalar/enclose.js';
import { gather } from './gather.js';
import type { Scalar } from '../scalar/node.js';
import { parts } from '../scalar/node.js';
import type { Rational } from '../scalar/rational.js';
import * as q from '../scalar/rational.js';
import type { Tail } from './tail.js';
import { addTails, argumentTail, boundedTail, multiplyTails, powerTail } from './tail.js';
import type { Split } from './tail-functions.js';
import { direction, functionTail } from './tail-functions.js';
import { rebuild } from '../scalar/visit.js';

/**
 * What is known of a function without parameters on v ≥ 2^k, k ≥ 0. The function is first rewritten by what holds
 * there: settled case distinctions are dropped and saturating functions split off their limits, so that leading terms
 * cancel exactly.
 */
export function encloseTail(root: Scalar, k: number, gathered: Map<string, Scalar> = new Map()): Tail {
  const tails = new Tails(k);
  try {
    return tails.of(gather(tails.settle(root), gathered));
  } catch (error) {
    // A branch that is not taken may make no sense once the cases around it are settled.
    if (error instanceof RangeError) return tails.of(root);
    throw error;
  }
}

class Tails {
  readonly #k: number;
  readonly #known = new Map<string, Tail>();
  readonly #dependence = new Map<string, boolean>();
  readonly #settled = new Map<string, Scalar>();

  constructor(k: number) {
    this.#k = k;
  }

  of(node: Scalar): Tail {
    const known = this.#known.get(node.key);
    if (known !== undefined) return known;
    const result = this.#depends(node) ? this.#compute(node) : boundedTail(this.#k, encloseConstant(node));
    this.#known.set(node.key, result);
    return result;
  }

  #depends(node: Scalar): boolean {
    const known = this.#dependence.get(node.key);
    if (known !== undefined) return known;
    const result = node.kind === 'variable' || parts(node).some((part) => this.#depends(part));
    this.#dependence.set(node.key, result);
    return result;
  }

  settle(node: Scalar): Scalar {
    const known = this.#settled.get(node.key);
    if (known !== undefined) return known;
    const result = this.#rewrite(node);
    this.#settled.set(node.key, result);
    return result;
  }

  #compute(node: Scalar): Tail {
    switch (node.kind) {
      case 'variable':
        return argumentTail(this.#k);
      case 'sum':
        return this.#complement(node.items) ?? node.items.map((item) => this.of(item)).reduce(addTails);
      case 'product':
        return node.items
          .map((item) => this.of(item))
          .reduce(multiplyTails, boundedTail(this.#k, rationalInterval(node.coefficient)));
      case 'power':
        return powerTail(this.of(node.base), node.exponent);
      case 'function':
        return functionTail(node.name, this.#split(node.argument));
      case 'select':
        return this.#select(node);
      default:
        return boundedTail(this.#k, encloseConstant(node));
    }
  }

  /**
   * c − c·erf(u) = c·erfc(u) with 0 ≤ erfc(u) ≤ e^−u² for u ≥ 0 (Abramowitz & Stegun 7.1.13), which interval arithmetic
   * only knows to be small.
   */
  #complement(items: readonly Scalar[]): Tail | null {
    for (const item of items) {
      const { coefficient, rest } = build.splitCoefficient(item);
      if (rest.kind !== 'function' || rest.name !== 'erf') continue;
      const sign = direction(this.of(rest.argument));
      const limit = items.find(
        (other) => other.kind === 'rational' && q.isEqual(other.value, q.times(coefficient, q.rational(-sign))),
      );
      if (sign === 0 || limit?.kind !== 'rational') continue;
      const gauss = functionTail('exp', this.#split(build.negate(build.power(rest.argument, q.rational(2)))));
      const complement = [
        boundedTail(this.#k, rationalInterval(limit.value)),
        gauss,
        boundedTail(this.#k, { lo: 0, hi: 1 }),
      ].reduce(multiplyTails);
      const others = items.filter((other) => other !== item && other !== limit);
      return [complement, ...others.map((other) => this.of(other))].reduce(addTails);
    }
    return null;
  }

  #select(node: Scalar & { readonly kind: 'select' }): Tail {
    const { guard, positive, negative } = node;
    const { range } = this.of(guard);
    if (range.lo >= 0 && range.hi > 0) return this.of(positive);
    if (range.hi <= 0 && range.lo < 0) return this.of(negative);
    const [a, b] = [this.of(positive), this.of(negative)];
    return boundedTail(
      this.#k,
      encloseChoice(choiceOf(node), a.range, b.range),
      a.diverges === b.diverges ? a.diverges : 0,
    );
  }

  #split(argument: Scalar): Split {
    const terms = argument.kind === 'sum' ? argument.items : [argument];
    const linear = terms.map(slopeOf);
    const slope = linear.find((found) => found !== null) ?? q.ZERO;
    return { whole: this.of(argument), slope, rest: this.of(build.sum(terms.filter((_, at) => linear[at] === null))) };
  }

  #rewrite(node: Scalar): Scalar {
    if (node.kind === 'select') {
      const { range } = this.of(this.settle(node.guard));
      if (range.lo >= 0 && range.hi > 0) return this.settle(node.positive);
      if (range.hi <= 0 && range.lo < 0) return this.settle(node.negative);
    }
    if (node.kind !== 'function') return rebuild(node, (part) => this.settle(part));
    const argument = this.settle(node.argument);
    const sign = direction(this.of(argument));
    return (sign === 0 ? null : saturated(node.name, argument, sign)) ?? build.call(node.name, argument);
  }
}

/** c for c · v. */
function slopeOf(node: Scalar): Rational | null {
  const { coefficient, rest } = build.splitCoefficient(node);
  return rest.kind === 'variable' ? coefficient : null;
}

/** The function as its limit plus what vanishes, for an argument that tends to sign · ∞. */
function saturated(name: string, u: Scalar, sign: -1 | 1): Scalar | null {
  const minus = build.negate(u);
  if (name === 'sigmoid' && sign > 0) return build.subtract(build.one, build.call('sigmoid', minus));
  if (name === 'softplus' && sign > 0) return build.sum([u, build.call('softplus', minus)]);
  if (name === 'tanh') {
    const vanishing = build.call('sigmoid', build.product([build.number(-2 * sign), u]));
    return build.product([build.number(sign), build.subtract(build.one, build.product([build.number(2), vanishing]))]);
  }
  if (name === 'atan') {
    return build.subtract(
      build.product([build.number(q.rational(sign, 2)), build.pi]),
      build.call('atan', build.power(u, q.MINUS_ONE)),
    );
  }
  return null;
}
