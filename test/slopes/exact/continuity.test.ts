import { describe, expect, it } from 'vitest';
import type { Assumptions } from '../../../src/slopes/scalar/assumptions.js';
import { noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { proveContinuity } from '../../../src/slopes/exact/continuity.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import type { Branch, Side } from '../../../src/slopes/scalar/obligation.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import { alpha, fraction, lambda, square, threshold, value } from '../activations.js';

const {
  call,
  divide,
  maximum,
  negate,
  number,
  one,
  power,
  product,
  squareRoot,
  subtract,
  sum,
  variable: v,
  zero,
} = build;

const branch = (guard: Scalar, positive: Scalar, negative: Scalar, where: readonly Side[] = []): Branch => ({
  guard,
  positive,
  negative,
  where,
  position: { file: null, line: 1, column: 1 },
  text: '',
});

function answer(given: Branch, assumptions: Assumptions = noAssumptions()): string {
  const found = proveContinuity(given, assumptions);
  if (found.kind === 'jump') return `jump ${scalarText(found.difference)} at ${scalarText(found.at)}`;
  return found.kind === 'unknown' && found.difference !== null
    ? `only if ${scalarText(found.difference)} = 0`
    : found.kind;
}

describe('case distinctions', () => {
  it.each([
    ['ELU', branch(v, v, product([alpha, subtract(call('exp', v), one)])), 'continuous'],
    ['Threshold(1/2, 3)', branch(subtract(v, fraction(1, 2)), v, number(3)), 'jump -2.5 at 0.5'],
    ['Threshold', branch(subtract(v, threshold), v, value), 'only if threshold - value = 0'],
    ['sign', branch(v, one, number(-1)), 'jump 2 at 0'],
    [
      'a root that is no rational',
      branch(subtract(square(v), number(2)), v, divide(number(2), v), [{ guard: v, positive: true, closed: false }]),
      'continuous',
    ],
    [
      'two zeros, one of them bad',
      branch(subtract(square(v), number(2)), v, squareRoot(number(2))),
      'jump -2 * sqrt(2) at -sqrt(2)',
    ],
    [
      'erf(1) against digits of it',
      branch(subtract(v, one), call('erf', v), number(q.fromDecimal('0.8427007929497148693412206350826092592961'))),
      'only if erf(1) - 0.8427007929497148693412206350826092592961 = 0',
    ],
    ['0 / 0', branch(v, divide(call('sin', v), v), one), 'undefined'],
    ['a guard without known zeros', branch(subtract(call('exp', v), sum([v, number(2)])), v, zero), 'unknown'],
    ['a guard that is 0 for v < 0', branch(maximum(v, zero), v, zero), 'unknown'],
    ['equal branches', branch(v, square(v), power(v, q.rational(2))), 'continuous'],
  ])('%s', (_, given, expected) => {
    expect(answer(given)).toBe(expected);
  });

  it('count only where they matter', () => {
    const jump = branch(subtract(v, one), v, zero);
    expect(answer(jump)).toBe('jump 1 at 1');
    expect(answer({ ...jump, where: [{ guard: v, positive: false, closed: true }] })).toBe('continuous');
    expect(answer({ ...jump, where: [{ guard: v, positive: true, closed: false }] })).toBe('jump 1 at 1');
    expect(
      answer({
        ...jump,
        where: [
          { guard: subtract(v, number(2)), positive: false, closed: true },
          { guard: v, positive: true, closed: false },
        ],
      }),
    ).toBe('jump 1 at 1');
  });

  it('count on the edge of where they matter if the edge belongs to it', () => {
    // v >= 0 ? (v > 0 ? v : 7) : 0 is 7 at 0; with v > 0 on the outside, 7 is never taken.
    const inner = branch(v, v, number(7));
    expect(answer({ ...inner, where: [{ guard: v, positive: true, closed: true }] })).toBe('jump -7 at 0');
    expect(answer({ ...inner, where: [{ guard: v, positive: true, closed: false }] })).toBe('continuous');
  });

  it('with parameters, under the assumptions', () => {
    const inner = branch(sum([v, lambda]), zero, sum([v, lambda]), [
      { guard: subtract(v, lambda), positive: false, closed: true },
    ]);
    expect(answer(inner)).toBe('continuous');
    const shrink = branch(subtract(v, lambda), v, zero);
    expect(answer(shrink)).toBe('only if lambda = 0');
    expect(answer(shrink, { ...noAssumptions(), positive: [lambda] })).toBe('jump lambda at lambda');
    expect(answer(shrink, { ...noAssumptions(), positive: [negate(lambda)] })).toBe('jump lambda at lambda');
  });
});
