import * as build from '../../../src/slopes/scalar/build.js';
import { elementaryNames } from '../../../src/slopes/scalar/node.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import { rational } from '../../../src/slopes/scalar/rational.js';

/** mulberry32. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const numbers = [
  rational(1),
  rational(2),
  rational(-1),
  rational(3),
  rational(1, 2),
  rational(-2, 3),
  rational(44_715, 1_000_000),
  rational(7, 16),
  rational(1n, 10n ** 20n),
  rational(-12),
];
const exponents = [
  rational(2),
  rational(3),
  rational(-1),
  rational(-2),
  rational(1, 2),
  rational(-1, 2),
  rational(1, 3),
  rational(-5, 3),
  rational(6),
];

/**
 * A function of v, alpha and beta made by the constructors alone. @throws RangeError where the draw has no value, such
 * as 0^-1
 */
export function randomScalar(random: () => number, depth: number): Scalar {
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const part = (): Scalar => randomScalar(random, depth - 1);
  const several = (): readonly Scalar[] => Array.from({ length: 2 + Math.floor(random() * 2) }, part);
  const leaf = (): Scalar =>
    pick([
      () => build.variable,
      () => build.variable,
      () => build.number(pick(numbers)),
      () => build.pi,
      () => build.parameter(pick(['alpha', 'beta'])),
    ])();
  if (depth === 0) return leaf();
  return pick([
    leaf,
    () => build.sum(several()),
    () => build.sum(several()),
    () => build.product(several()),
    () => build.product(several()),
    () => build.power(part(), pick(exponents)),
    () => build.call(pick(elementaryNames), part()),
    () => build.call(pick(elementaryNames), part()),
    () => build.maximum(part(), part()),
    () => build.minimum(part(), part()),
    () => build.absolute(part()),
    () => build.select(part(), part(), part()),
  ])();
}
