import { describe, expect, it } from 'vitest';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import type { Assumptions, Condition, ParameterRange } from '../../../src/slopes/scalar/assumptions.js';
import { anyReal, conditionText, noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { encloseConstant } from '../../../src/slopes/scalar/enclose.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import { exactExtremes } from '../../../src/slopes/exact/extremes.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import type { Obligation } from '../../../src/slopes/scalar/obligation.js';
import { parametricSlopes } from '../../../src/slopes/exact/parametric-slopes.js';
import type { ParametricSlopes } from '../../../src/slopes/exact/parametric-slopes.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import * as q from '../../../src/slopes/scalar/rational.js';
import { parameterNames, substitute } from '../../../src/slopes/scalar/visit.js';
import {
  a,
  alpha,
  beta,
  celu,
  elu,
  hardshrink,
  hardtanh,
  hi,
  lambda,
  leaky,
  lo,
  silu,
  softplus,
  softshrink,
  square,
  tanh,
  threshold,
  thresholded,
  value,
} from '../activations.js';
import { faultOf, sampleSlopes } from '../sampled-slopes.js';

const { call, maximum, minimum, number, product, subtract, sum, variable: v, zero } = build;

const position = { file: null, line: 1, column: 1 };
const nonzero = (expression: Scalar): Obligation => ({ demand: 'nonzero', expression, where: [], position, text: '' });
const ordered: Assumptions = { ...noAssumptions(), positive: [subtract(hi, lo)] };
const among = (name: string, range: Partial<ParameterRange>): Assumptions => ({
  ...noAssumptions(),
  parameters: new Map([[name, { ...anyReal, ...range }]]),
});

/** One line a cell, as a reader sees it. */
const lines = ({ cells }: ParametricSlopes): readonly string[] =>
  cells.map(
    ({ where, result }) =>
      `${where.map(conditionText).join(', ')}: ` +
      (result.kind === 'bounded' ? `${scalarText(result.m)} .. ${scalarText(result.L)}` : result.kind),
  );

const all: readonly (readonly [string, Scalar, readonly Obligation[], Assumptions, readonly string[]])[] = [
  ['ELU', elu(alpha), [], noAssumptions(), [': min(0, alpha) .. max(1, alpha)']],
  ['LeakyReLU', leaky(a), [], noAssumptions(), [': min(a, 1) .. max(1, a)']],
  ['max(v, a v)', maximum(v, product([a, v])), [], noAssumptions(), [': min(a, 1) .. max(1, a)']],
  [
    'CELU',
    celu(alpha),
    [nonzero(alpha)],
    noAssumptions(),
    ['alpha < 0: unbounded', 'alpha = 0: undefined', 'alpha > 0: 0 .. 1'],
  ],
  ['CELU for alpha > 0', celu(alpha), [nonzero(alpha)], among('alpha', { from: q.ZERO }), [': 0 .. 1']],
  ['Softplus', softplus(beta), [nonzero(beta)], noAssumptions(), ['beta != 0: 0 .. 1', 'beta = 0: undefined']],
  ['Hardtanh', hardtanh(lo, hi), [], ordered, [': 0 .. 1']],
  [
    'Softshrink',
    softshrink(lambda),
    [],
    among('lambda', { from: q.ZERO, fromOpen: false }),
    ['lambda = 0: 1 .. 1', 'lambda > 0: 0 .. 1'],
  ],
  [
    'Softshrink for any lambda',
    softshrink(lambda),
    [],
    noAssumptions(),
    ['lambda < 0: discontinuous', 'lambda = 0: 1 .. 1', 'lambda > 0: 0 .. 1'],
  ],
  ['Hardshrink', hardshrink(lambda), [], noAssumptions(), ['lambda <= 0: 1 .. 1', 'lambda > 0: discontinuous']],
  [
    'Threshold',
    thresholded(threshold, value),
    [],
    noAssumptions(),
    ['threshold != value: discontinuous', 'threshold = value: 0 .. 1'],
  ],
  ['a tanh', product([a, tanh]), [], noAssumptions(), [': min(0, a) .. max(a, 0)']],
  ['tanh(beta v)', call('tanh', product([beta, v])), [], noAssumptions(), [': min(0, beta) .. max(beta, 0)']],
  [
    'two slopes',
    sum([product([a, maximum(v, zero)]), product([beta, minimum(v, zero)])]),
    [],
    noAssumptions(),
    [': min(a, beta) .. max(beta, a)'],
  ],
  ['a v²', product([a, square(v)]), [], noAssumptions(), ['a < 0: unbounded', 'a = 0: 0 .. 0', 'a > 0: unbounded']],
  ['a ReLU', product([a, maximum(zero, v)]), [], noAssumptions(), [': min(0, a) .. max(a, 0)']],
];

describe('slope bounds as formulas', () => {
  it.each(all)('%s', (_, f, obligations, assumptions, expected) => {
    expect(lines(parametricSlopes(f, obligations, assumptions))).toEqual(expected);
  });

  it('says why there is none', () => {
    const { cells } = parametricSlopes(thresholded(threshold, value), [], noAssumptions());
    const found = cells.map(({ result }) => (result.kind === 'bounded' ? '' : result.because));
    expect(found[0]).toBe('it jumps by value - threshold at v = threshold');
  });

  it('does not guess', () => {
    const { cells } = parametricSlopes(product([silu, a]), [], noAssumptions());
    expect(lines({ cells })).toEqual(['a != 0: unknown', 'a = 0: 0 .. 0']);
  });

  it('does not call a function undefined for a quotient that no obligation speaks of', () => {
    expect(lines(parametricSlopes(celu(alpha), [], noAssumptions()))).toEqual([
      'alpha < 0: unbounded',
      'alpha = 0: unknown',
      'alpha > 0: 0 .. 1',
    ]);
  });
});

type Values = ReadonlyMap<string, q.Rational>;

const at = (node: Scalar, values: Values): Scalar =>
  substitute(node, { parameters: new Map([...values].map(([name, known]) => [name, number(known)])) });

function holds({ left, relation, right }: Condition, values: Values): boolean {
  const difference = at(subtract(left, right), values);
  const sign = difference.kind === 'rational' ? q.signOf(difference.value) : NaN;
  return { '<': sign < 0, '<=': sign <= 0, '=': sign === 0, '>=': sign >= 0, '>': sign > 0, '!=': sign !== 0 }[
    relation
  ];
}

function randomValues(f: Scalar, random: Random): Values {
  return new Map(parameterNames(f).map((name) => [name, q.rational(random.integer(-5, 5), random.pick([1, 1, 2]))]));
}

const isAllowed = ({ parameters, positive }: Assumptions, values: Values): boolean =>
  positive.every((node) => encloseConstant(at(node, values)).lo > 0) &&
  [...parameters].every(
    ([name, { from, fromOpen }]) =>
      from === null || q.compareRationals(values.get(name) ?? q.ZERO, from) >= (fromOpen ? 1 : 0),
  );

describe('numbers put in', () => {
  it.each(all)('%s: one cell, the right one', (_, f, obligations, assumptions) => {
    const { cells } = parametricSlopes(f, obligations, assumptions);
    const random = generator(7);
    for (let n = 0; n < 25; n += 1) {
      const values = randomValues(f, random);
      if (!isAllowed(assumptions, values)) continue;
      const here = cells.filter(({ where }) => where.every((condition) => holds(condition, values)));
      expect(here).toHaveLength(1);
      const result = here[0]?.result;
      if (result?.kind === 'undefined') {
        expect(() => at(f, values)).toThrow(RangeError);
        continue;
      }
      const direct = exactExtremes(at(f, values));
      expect(direct.kind).toBe(result?.kind === 'bounded' ? 'exact' : result?.kind);
      if (direct.kind !== 'exact' || result?.kind !== 'bounded') continue;
      const [m, L] = [encloseConstant(at(result.m, values)), encloseConstant(at(result.L, values))];
      // Both enclose the same number.
      expect(Math.max(m.lo, direct.m.enclosure.lo)).toBeLessThanOrEqual(Math.min(m.hi, direct.m.enclosure.hi));
      expect(Math.max(L.lo, direct.L.enclosure.lo)).toBeLessThanOrEqual(Math.min(L.hi, direct.L.enclosure.hi));
      const sampled = sampleSlopes(numericFunction(at(f, values)), generator(n), [], 1500);
      expect(faultOf({ m: m.lo, L: L.hi }, sampled, 0.01)).toBeNull();
    }
  });

  it('notices a formula in which a value is missing', () => {
    // max(1, alpha) without alpha, and min(0, alpha) without alpha.
    for (const number of [3, -3]) {
      const f = numericFunction(elu(build.number(number)));
      const claim = { m: 0, L: 1 };
      expect(faultOf(claim, sampleSlopes(f, generator(1)))).not.toBeNull();
    }
  });
});
