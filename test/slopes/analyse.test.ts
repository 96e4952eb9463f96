import { describe, expect, it } from 'vitest';
import { analyseActivation, parseActivation } from '../../src/slopes/activation-function.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { noAssumptions } from '../../src/slopes/scalar/assumptions.js';
import { conditionText } from '../../src/slopes/scalar/assumptions.js';
import { parametricSlopes } from '../../src/slopes/exact/parametric-slopes.js';
import { numericFunction } from '../../src/slopes/scalar/evaluate.js';
import * as build from '../../src/slopes/scalar/build.js';

const nowhere = (): { file: null; line: number; column: number } => ({ file: null, line: 1, column: 1 });
const analyse = (
  text: string,
  parameters: Readonly<Record<string, number>> = {},
): ReturnType<typeof analyseActivation> =>
  analyseActivation({ text, parameters: new Map(Object.entries(parameters)), locate: nowhere }, null);

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return error instanceof LipwrightError ? error.code : String(error);
  }
}

describe('growth on a tail', () => {
  /**
   * −(100 + ε cosh v) is at least 100 in size and grows like ε e^v: the first says nothing of the second. Slopes by
   * mpmath, 60 digits.
   */
  it('is not taken from a lower bound at its start', () => {
    const { analysis } = analyse('2.35e17*v*exp(-40-1e-13/sigmoid(-v))');
    expect(analysis.m.enclosure.hi).toBeLessThan(-10.6);
    // The slope on [69.8, 69.9] is −25.37: if there are bounds, they know it.
    const code = codeOf(() => {
      const { m } = analyse('2.7e43*v*exp(-100-1e-30/sech(v))').analysis;
      if (m.enclosure.lo > -25.3) throw new Error('the slope -25.37 lies outside');
    });
    expect(['accepted', 'LW505']).toContain(code);
  });

  it.each([
    '1/(1/(1+v^4/65536) - 1e43*exp(-100-1e-30/sech(v)))/(1+v^4)',
    'sqrt(1/(1+v^4/65536) - 1e43*exp(-100-1e-30/sech(v)))',
  ])('hides no pole far out: %s', (text) => {
    expect(codeOf(() => analyse(text))).toBe('LW504');
  });
});

describe('exponentials in doubles', () => {
  /** Truths from the functions' limits, where the text itself is fine in plain doubles. */
  const far: readonly (readonly [string, number, number])[] = [
    ['1/cosh(v)', 720, 0],
    ['log(2+v^2)/cosh(10*v)', 75, 0],
    ['v*sigmoid(v)/(exp(v)+exp(-v))', 720, 0],
    ['max(1/cosh(10*v), -v)', 80, 0],
    ['log(sigmoid(v))', -800, -800],
    ['log(3+exp(v))', 800, 800],
    ['exp(v)/(2+exp(v))', 800, 1],
    ['(exp(v)-exp(-v))/(exp(v)+exp(-v))', -800, -1],
    ['1/(exp(v)+2*exp(-v))', 720, 0],
    ['exp(v)/(2*exp(3*v)+exp(-v))', -400, 0],
    ['1/(2*exp(v^2)+1e-3*exp(-v^2))', 27, 0],
    ['log(3*exp(v)+2*exp(-v))', -500, 500 + Math.log(2)],
    ['log(1+3*exp(-exp(v)))', 720, 0],
  ];

  it.each(far)('%s at %d', (text, v, value) => {
    expect(numericFunction(parseActivation(text, [], nowhere).function)(v)).toBeCloseTo(value, 10);
  });

  it.each([
    ['(exp(v)-exp(-v))/(exp(v)+exp(-v))', 0, 1],
    ['log(v+sqrt(v^2+1))', 0, 1],
    ['log(3+exp(v))', 0, 1],
    ['exp(v)/(2+exp(v))', 0, 0.25],
  ] as const)('%s has slopes in [%d, %d]', (text, m, L) => {
    const { analysis } = analyse(text);
    expect(analysis.m.enclosure.lo).toBeCloseTo(m, 9);
    expect(analysis.L.enclosure.hi).toBeCloseTo(L, 9);
  });
});

describe('sums of two exponentials', () => {
  /** Suprema by mpmath at 30 digits. */
  it.each([
    ['log(1+3*exp(-v^2))', 1.0496973029],
    ['log(1+2*exp(-v^4))', 1.7240703934],
    ['1/(exp(v)+2*exp(-v))', Math.SQRT1_2 / 4],
    ['exp(v)/(3+exp(v))', 0.25],
  ] as const)('%s', (text, L) => {
    expect(analyse(text).analysis.L.enclosure.hi).toBeCloseTo(L, 9);
    expect(analyse(text).analysis.L.enclosure.lo).toBeCloseTo(L, 9);
  });
});

describe('exponents of too many digits', () => {
  it.each([
    '(v^2+1)^0.30000000000000000001',
    '(tanh(v)^2+1)^(1.00000000000000000001)',
    '(v^2+1)^(1/1000000007)*(v^2+3)^(1/1000000009)',
  ])('%s is refused with a code', (text) => {
    expect(codeOf(() => analyse(text))).toMatch(/^LW(214|505)$/);
  });
});

describe('conditions that compare equal numbers', () => {
  it.each(['if(a>0, v, 2*v)', 'if(a<=0, v, 2*v)', 'if(a*v>0, v, 3*v)', 'if(abs(a)*v>0, v, 3*v)', 'sign(a)*v'])(
    '%s at a = 0 is refused',
    (text) => {
      expect(codeOf(() => analyse(text, { a: 0 }))).toBe('LW507');
      expect(codeOf(() => analyse(text, { a: 1 }))).not.toBe('LW507');
    },
  );

  it('have no constructor', () => {
    expect(() => build.select(build.zero, build.one, build.variable)).toThrow(RangeError);
    expect(build.select(build.zero, build.one, build.one).key).toBe('1');
  });

  it('are not settled by another condition: a guard may be 0 on an interval', () => {
    for (const text of [
      'if(max(v, 0) > 0, v, v/10)',
      'v < max(v, 0) ? v : log1p(abs(v))',
      'sin(v)^2 + cos(v)^2 > 1 ? v : 2*v',
    ])
      expect(
        codeOf(() => analyse(text)),
        text,
      ).toBe('LW505');
  });
});

describe('cases of parameters', () => {
  it('are never told apart by the variable', () => {
    const { function: ramp, obligations } = parseActivation(
      'if(v < a, 0, if(v < b, (v - a) / (b - a), 1))',
      ['a', 'b'],
      nowhere,
    );
    for (const { where, result } of parametricSlopes(ramp, obligations, noAssumptions()).cells) {
      expect(where.map(conditionText).join(), result.kind).not.toMatch(/\bv\b/);
      // For a = b it jumps by 1.
      const text = where.map(conditionText).join(' & ');
      if (text.includes('b = a') || text === 'b = 0 & a = 0') expect(result.kind, text).not.toBe('bounded');
    }
  });
});

describe('cancellation in doubles', () => {
  it.each([
    'exp(2*v)*(1-tanh(v))',
    'sin(v^64)/(1+v^64)',
    'sin(1e300*v)*1e-300',
    'v*sech(1/softplus(2.3*v)^2*sigmoid(2.3*v)^2)',
  ])('is not taken for a wrong derivative: %s', (text) => {
    expect(codeOf(() => analyse(text))).not.toBe('LW403');
  });
});
