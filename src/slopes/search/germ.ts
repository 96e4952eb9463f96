import { fromNumber } from '../../numeric/dyadic.js';
import * as build from '../scalar/build.js';
import type { Cases } from './cases.js';
import { signOfRange } from './cases.js';
import type { Scalar } from '../scalar/node.js';
import * as q from '../scalar/rational.js';
import type { Tail } from './tail.js';
import { encloseTail } from './tail-evaluate.js';
import { substitute } from '../scalar/visit.js';

/** A function beside a point, or far out, as a tail: v = side · t, or v = point + side / t, with t ≥ 2^k. */
export interface Germ {
  readonly towards: number | '+∞' | '−∞';
  readonly side: 1 | -1;
  readonly tail: (k: number) => Tail;
}

function germ(cases: Cases, towards: Germ['towards'], side: 1 | -1, argument: Scalar): Germ {
  const move = (node: Scalar): Scalar => substitute(node, { variable: argument });
  const known = new Map<number, Tail>();
  const gathered = new Map<string, Scalar>();
  const guards = cases.guards.map(move);
  const tail = (k: number): Tail => {
    const found =
      known.get(k) ??
      encloseTail(
        move(cases.under(guards.map((guard) => signOfRange(encloseTail(guard, k, gathered).range)))),
        k,
        gathered,
      );
    known.set(k, found);
    return found;
  };
  return { towards, side, tail };
}

export const germAtInfinity = (cases: Cases, side: 1 | -1): Germ =>
  germ(cases, side > 0 ? '+∞' : '−∞', side, build.product([build.number(side), build.variable]));

/**
 * On v = at + side / t, t ≥ 2^k: the points at most 2^−k beside the constant `at`, without it; `towards` is a double
 * next to it.
 * @throws RangeError where the function makes no sense so moved
 */
export function germAt(cases: Cases, at: Scalar, towards: number, side: 1 | -1): Germ {
  return germ(
    cases,
    towards,
    side,
    build.sum([at, build.product([build.number(side), build.power(build.variable, q.MINUS_ONE)])]),
  );
}

/** The number that a double is, not the decimal that it prints as. */
export function exactNumber(value: number): Scalar {
  const { mantissa, exponent } = fromNumber(value);
  return build.number(
    exponent >= 0 ? q.rational(mantissa << BigInt(exponent)) : q.rational(mantissa, 1n << BigInt(-exponent)),
  );
}
