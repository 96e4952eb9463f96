import { createRequire } from 'node:module';
import type * as Mathjs from 'mathjs';
import { describe, expect, it } from 'vitest';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { checkDerivative } from '../../../src/slopes/derivative-check.js';
import { differentiate } from '../../../src/slopes/scalar/differentiate.js';
import { dualAt } from '../../../src/slopes/scalar/dual.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import * as q from '../../../src/slopes/scalar/rational.js';

const mathjs = createRequire(import.meta.url)('mathjs/number') as typeof Mathjs;

/** A function as ours and as text for mathjs, made side by side. */
interface Both {
  readonly node: Scalar;
  readonly text: string;
}

const unary: readonly (readonly [string, (u: Scalar) => Scalar])[] = [
  ['exp(U)', (u) => build.call('exp', u)],
  ['sin(U)', (u) => build.call('sin', u)],
  ['cos(U)', (u) => build.call('cos', u)],
  ['atan(U)', (u) => build.call('atan', u)],
  ['tanh(U)', (u) => build.call('tanh', u)],
  ['asinh(U)', (u) => build.call('asinh', u)],
  ['sech(U)', (u) => build.call('sech', u)],
  ['1 / (1 + exp(-(U)))', (u) => build.call('sigmoid', u)],
  ['log(1 + exp(U))', (u) => build.call('softplus', u)],
  ['sqrt(1 + (U)^2)', (u) => build.squareRoot(build.sum([build.one, build.power(u, q.rational(2))]))],
  ['(U)^3', (u) => build.power(u, q.rational(3))],
  ['log(2 + (U)^2)', (u) => build.call('log', build.sum([build.number(2), build.power(u, q.rational(2))]))],
];

function randomFunction(random: Random, depth: number): Both {
  if (depth === 0)
    return random.pick<Both>([
      { node: build.variable, text: 'v' },
      { node: build.variable, text: 'v' },
      { node: build.number(q.rational(3, 4)), text: '0.75' },
    ]);
  const choice = random.integer(0, 4);
  const a = randomFunction(random, depth - 1);
  if (choice <= 1) {
    const [text, make] = random.pick(unary);
    return { node: make(a.node), text: text.replace('U', a.text) };
  }
  const b = randomFunction(random, depth - 1);
  if (choice === 2) return { node: build.sum([a.node, b.node]), text: `(${a.text}) + (${b.text})` };
  if (choice === 3) return { node: build.product([a.node, b.node]), text: `(${a.text}) * (${b.text})` };
  return {
    node: build.divide(a.node, build.sum([build.one, build.power(b.node, q.rational(2))])),
    text: `(${a.text}) / (1 + (${b.text})^2)`,
  };
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-7 * (1 + Math.abs(a) + Math.abs(b));

describe('differentiate', () => {
  it('agrees with the derivative that mathjs finds, and both functions with each other', () => {
    const random = generator(3);
    let compared = 0;
    for (let k = 0; k < 200; k += 1) {
      const { node, text } = randomFunction(random, 3);
      const theirs = mathjs.parse(text).compile();
      const theirSlope = mathjs.derivative(text, 'v', { simplify: false }).compile();
      const [ours, ourSlope] = [numericFunction(node), numericFunction(differentiate(node))];
      for (const v of [-2.3, -0.7, 0.1, 0.9, 1.7]) {
        const [value, slope] = [theirs.evaluate({ v }) as number, theirSlope.evaluate({ v }) as number];
        if (
          typeof value !== 'number' ||
          typeof slope !== 'number' ||
          !Number.isFinite(value) ||
          !Number.isFinite(slope) ||
          Math.abs(value) + Math.abs(slope) > 1e6
        )
          continue;
        compared += 1;
        expect(close(ours(v), value), `${text} at ${v}: ${ours(v)}, mathjs ${value}`).toBe(true);
        expect(close(ourSlope(v), slope), `d/dv ${text} at ${v}: ${ourSlope(v)}, mathjs ${slope}`).toBe(true);
      }
    }
    expect(compared).toBeGreaterThan(800);
  });

  it('agrees with automatic differentiation, erf and case distinctions included', () => {
    const v = build.variable;
    const erf = build.call('erf', build.product([build.number(2), v]));
    const cases = build.select(
      build.subtract(v, build.one),
      build.product([v, v]),
      build.sum([build.product([build.number(2), v]), build.number(-1)]),
    );
    for (const f of [erf, cases, build.absolute(v), build.maximum(erf, v), build.product([v, erf])]) {
      const slope = numericFunction(differentiate(f));
      for (const at of [-3.1, -1.2, -0.3, 0.4, 0.9, 1.1, 2.6]) expect(slope(at)).toBeCloseTo(dualAt(f, at).slope, 10);
    }
  });

  it('agrees with difference quotients, which know no rule at all', () => {
    const random = generator(8);
    for (let k = 0; k < 100; k += 1) {
      const { node, text } = randomFunction(random, 2);
      const [f, slope] = [numericFunction(node), numericFunction(differentiate(node))];
      const [v, h] = [random.normal(), 1e-5];
      const quotient = (f(v + h) - f(v - h)) / (2 * h);
      if (Math.abs(quotient) < 1e3)
        expect(Math.abs(slope(v) - quotient), `${text} at ${v}`).toBeLessThan(1e-4 * (1 + Math.abs(quotient)));
    }
  });
});

describe('checkDerivative', () => {
  const wrongs: readonly (readonly [string, Scalar, Scalar])[] = [
    [
      'a lost factor',
      build.call('tanh', build.product([build.number(2), build.variable])),
      build.power(build.call('sech', build.product([build.number(2), build.variable])), q.rational(2)),
    ],
    ['a wrong sign', build.call('cos', build.variable), build.call('sin', build.variable)],
    [
      'a product without its second term',
      build.product([build.variable, build.call('sigmoid', build.variable)]),
      build.call('sigmoid', build.variable),
    ],
    ['a wrong exponent', build.power(build.variable, q.rational(3)), build.product([build.number(3), build.variable])],
    [
      'swapped branches',
      build.maximum(build.zero, build.variable),
      build.select(build.variable, build.zero, build.one),
    ],
  ];

  it.each(wrongs)('stops at %s', (_name, f, derivative) => {
    let code = 'none';
    try {
      checkDerivative(f, derivative);
    } catch (error) {
      code = error instanceof LipwrightError ? error.code : String(error);
    }
    expect(code).toBe('LW403');
    expect(() => checkDerivative(f, differentiate(f))).not.toThrow();
  });
});
