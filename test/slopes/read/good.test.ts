import { describe, expect, it } from 'vitest';
import { parseScalar } from '../../../src/slopes/read/expression.js';
import type { ParsedScalar } from '../../../src/slopes/read/expression.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { generator, randomScalar } from './random-scalar.js';

const alpha = 0.7;
const beta = 1.3;
const values = new Map([
  ['alpha', alpha],
  ['beta', beta],
]);
const named = new Map([
  [
    'gelu',
    (u: ReturnType<typeof build.number>) =>
      build.product([
        u,
        build.number({ numerator: 1n, denominator: 2n }),
        build.sum([build.one, build.call('erf', build.divide(u, build.squareRoot(build.number(2))))]),
      ]),
  ],
]);
const parse = (text: string): ParsedScalar =>
  parseScalar(text, {
    parameters: new Set(values.keys()),
    named: () => named,
    locate: (offset) => ({ file: null, line: 1, column: offset + 1 }),
  });

/** Maclaurin's series: 1e-13 for |u| < 2.5. */
function erf(u: number): number {
  let [term, total] = [u, u];
  for (let n = 1; n < 80; n += 1) {
    term *= (-u * u) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));
const softplus = (u: number): number => Math.log(1 + Math.exp(u));

type Row = readonly [text: string, expected: (v: number) => number, from?: number, to?: number];

/** Every row is the author's text and what a programmer would write for it. */
const rows: readonly Row[] = [
  ['v', (v) => v],
  ['x', (v) => v],
  ['3', () => 3],
  ['2 * pi', () => 2 * Math.PI],
  ['e', () => Math.E],
  ['e^2 * v', (v) => Math.E ** 2 * v],
  ['-v', (v) => -v],
  ['+v', (v) => v],
  ['--v', (v) => v],
  ['- - -v', (v) => -v],
  ['1 - 2 - v', (v) => 1 - 2 - v],
  ['8 / 4 / 2 * v', (v) => v],
  ['8 / (4 / 2) * v', (v) => 4 * v],
  ['v - (1 - v)', (v) => v - (1 - v)],
  ['2 * v - 3 * -v', (v) => 5 * v],
  ['-v^2', (v) => -(v * v)],
  ['(-v)^2', (v) => v * v],
  ['(-v)^3', (v) => -(v * v * v)],
  ['v^-2', (v) => 1 / (v * v)],
  ['2^3^2 + v', (v) => 512 + v, 0.1, 4],
  ['(2^3)^2 + v', (v) => 64 + v, 0.1, 4],
  ['2^-v^2', (v) => 2 ** -(v * v)],
  ['1 / 2^v', (v) => 1 / 2 ** v],
  ['alpha^v', (v) => alpha ** v],
  ['e^-v', (v) => Math.exp(-v)],
  ['pi^(v / 2)', (v) => Math.PI ** (v / 2)],
  ['v^0', () => 1],
  ['v^1.5', (v) => v ** 1.5, 0.1, 4],
  ['v^(1/3)', (v) => Math.cbrt(v), 0.1, 4],
  ['v^(-2/3)', (v) => v ** (-2 / 3), 0.1, 4],
  ['(1 + v^2)^(1/4)', (v) => (1 + v * v) ** 0.25],
  ['0.044715 * v^3', (v) => 0.044715 * v * v * v],
  ['.5 * v', (v) => 0.5 * v],
  ['1e-3 * v + 2.5E2', (v) => 0.001 * v + 250],
  ['exp(v) * log(1 + v^2)', (v) => Math.exp(v) * Math.log(1 + v * v)],
  ['log1p(v)', Math.log1p, 0.1, 4],
  ['log1p(v)', Math.log1p, -0.9, -0.1],
  ['expm1(v)', Math.expm1, 0.1, 4],
  ['log2(v)', Math.log2, 1.1, 9],
  ['log10(v)', Math.log10, 1.1, 99],
  ['log(v)', Math.log, 1.1, 9],
  ['sqrt(v)', Math.sqrt, 0.1, 9],
  ['sin(v) * cos(v)', (v) => Math.sin(v) * Math.cos(v)],
  ['sin(-v) + cos(-v)', (v) => Math.cos(v) - Math.sin(v), -0.7, 0.7],
  ['atan(3 * v)', (v) => Math.atan(3 * v)],
  ['tanh(v / 2)', (v) => Math.tanh(v / 2)],
  ['sinh(v)', Math.sinh, 0.1, 4],
  ['cosh(v)', Math.cosh],
  ['sech(v)', (v) => 1 / Math.cosh(v)],
  ['sigmoid(-v)', (v) => sigmoid(-v)],
  ['softplus(v)', softplus],
  ['softplus(beta * v) / beta', (v) => softplus(beta * v) / beta],
  ['erf(v)', erf, -2.3, 2.3],
  ['erfc(v)', (v) => 1 - erf(v), -2, 0.5],
  ['asinh(v)', Math.asinh],
  ['abs(v)', Math.abs],
  ['abs(1 - v^2)', (v) => Math.abs(1 - v * v)],
  ['max(v, 0)', (v) => Math.max(v, 0)],
  ['max(v, 1, -v, v^2)', (v) => Math.max(v, 1, -v, v * v)],
  ['min(v, 1, -v)', (v) => Math.min(v, 1, -v)],
  ['max(alpha * v, v) + min(0, v)', (v) => Math.max(alpha * v, v) + Math.min(0, v)],
  ['clamp(v, -1, 2)', (v) => Math.min(Math.max(v, -1), 2)],
  ['relu(v - 1)', (v) => Math.max(v - 1, 0)],
  ['sign(v)', Math.sign],
  ['v * sign(v)', Math.abs],
  ['if(v > 0, v, alpha * expm1(v))', (v) => (v > 0 ? v : alpha * Math.expm1(v)), -4, 4],
  ['v >= 0 ? v : alpha * v', (v) => (v >= 0 ? v : alpha * v)],
  ['v < 1 ? v : 2 - v', (v) => (v < 1 ? v : 2 - v), -3, 1.9],
  ['v <= 1 ? v^2 : 2 * v - 1', (v) => (v <= 1 ? v * v : 2 * v - 1)],
  ['-1 < v < 1 ? v : v^3', (v) => (v > -1 && v < 1 ? v : v ** 3)],
  ['1 >= v > -1 ? 5 : 7', (v) => (v <= 1 && v > -1 ? 5 : 7)],
  ['v < 3 < 2 ? 1 : v', (v) => v],
  ['v < -1 ? -1 : v < 1 ? v : 1', (v) => Math.min(Math.max(v, -1), 1)],
  ['v > 0 ? (v > 1 ? 2 : 3) : 4', (v) => (v > 0 ? (v > 1 ? 2 : 3) : 4)],
  ['(v + 1 > 2 * v ? v : 1) * 2', (v) => 2 * (v + 1 > 2 * v ? v : 1)],
  ['max(v > 0 ? v : -v, 1)', (v) => Math.max(Math.abs(v), 1)],
  ['2 > 1 ? v : 1 - v', (v) => v],
  ['0 > 0 ? 1 : 2', () => 2],
  ['v >= v ? v : -v', (v) => v],
  ['v < v ? v : -v', (v) => -v],
  ['v / 2 * (1 + erf(v / sqrt(2)))', (v) => (v / 2) * (1 + erf(v / Math.SQRT2)), -1, 3],
  ['gelu(v + 1)', (v) => ((v + 1) / 2) * (1 + erf((v + 1) / Math.SQRT2)), -1.5, 2],
  ['v * tanh(softplus(v))', (v) => v * Math.tanh(softplus(v))],
  ['v * sigmoid(beta * v)', (v) => v * sigmoid(beta * v)],
  ['v * min(max(v + 3, 0), 6) / 6', (v) => (v * Math.min(Math.max(v + 3, 0), 6)) / 6],
  ['v / (1 + abs(v))', (v) => v / (1 + Math.abs(v))],
  ['v - tanh(v)', (v) => v - Math.tanh(v), 0.5, 4],
  [
    '0.5*v*(1 + tanh(sqrt(2/pi)*(v + 0.044715*v^3)))',
    (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))),
    -1,
    4,
  ],
  ['v\n  + 1\r\n\t* 2', (v) => v + 2, -1.5, 4],
  ['  ( ( v ) )  ', (v) => v],
  ['1/(1/v)', (v) => v],
  ['v/v', () => 1],
  ['exp(log(v))', (v) => v, 0.1, 4],
  ['sqrt(v)^2', (v) => v, 0.1, 4],
  ['sqrt(v^2)', Math.abs],
];

const cases = rows.map(([text, expected, from = -4, to = 4]) => ({ text, expected, from, to }));
const points = (from: number, to: number): readonly number[] =>
  Array.from({ length: 60 }, (_, k) => from + ((to - from) * (k + 0.371)) / 60);

describe('activations that parse', () => {
  it('are at least sixty', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60);
  });

  it.each(cases)('$text', ({ text, expected, from, to }) => {
    const actual = numericFunction(parse(text).function, values);
    for (const v of points(from, to)) {
      const [a, b] = [actual(v), expected(v)];
      expect(Math.abs(a - b), `at ${v}: ${a}, expected ${b}`).toBeLessThanOrEqual(1e-12 * Math.abs(b));
    }
  });

  it('are the same functions for v and x', () => {
    expect(parse('x * sigmoid(x)').function.key).toBe(parse('v * sigmoid(v)').function.key);
  });

  it('hold decimals exactly', () => {
    expect(parse('0.1 + 0.2').function).toEqual(parse('3/10').function);
    expect(parse('1e-300 * 1e300').function).toEqual(build.one);
    expect(parse('0.1').function).toEqual(build.number({ numerator: 1n, denominator: 10n }));
    expect(parse('9007199254740993').function).toEqual(build.number(9_007_199_254_740_993n));
  });
});

describe('printing and parsing again', () => {
  it.each(cases)('$text', ({ text }) => {
    const first = parse(text).function;
    expect(parse(scalarText(first)).function.key).toBe(first.key);
  });

  it('gives the same function for 5,000 random ones', () => {
    const random = generator(20_261_122);
    const outcomes = { same: 0, noValue: 0, undefinedSomewhere: 0, tooLong: 0 };
    for (let k = 0; k < 5_000; k += 1) {
      let made;
      try {
        made = randomScalar(random, 1 + (k % 4));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        outcomes.noValue += 1;
        continue;
      }
      const text = scalarText(made);
      try {
        expect(parse(text).function.key, text).toBe(made.key);
        outcomes.same += 1;
      } catch (error) {
        if (!(error instanceof LipwrightError)) throw error;
        // Constructors leave log(-2) alone, the parser does not; and a draw may be larger than any text may be.
        expect(['LW504', 'LW214'], text).toContain(error.code);
        if (error.code === 'LW504') outcomes.undefinedSomewhere += 1;
        else outcomes.tooLong += 1;
      }
    }
    expect(outcomes.same).toBeGreaterThan(4_800);
  });
});
