import { describe, expect, it } from 'vitest';
import { ln2, oracle, pi, twoOverRootPi } from './fixed-point.js';
import type { Bracket } from './fixed-point.js';

/** The first 40 decimals, rounded down. */
function decimals({ value, places }: Bracket): string {
  const digits = ((value * 10n ** 40n) >> BigInt(places)).toString().padStart(41, '0');
  return `${digits.slice(0, -40)}.${digits.slice(-40)}`;
}

describe('the oracle itself', () => {
  it('has the constants of the handbooks (OEIS)', () => {
    expect(decimals({ value: ln2(300), error: 1n, places: 300 })).toBe('0.6931471805599453094172321214581765680755');
    expect(decimals({ value: pi(300), error: 1n, places: 300 })).toBe('3.1415926535897932384626433832795028841971');
    expect(decimals({ value: twoOverRootPi(300), error: 1n, places: 300 })).toBe(
      '1.1283791670955125738961589031215451716881',
    );
  });

  it('has the values of the handbooks (OEIS)', () => {
    expect(decimals(oracle.exp(1))).toBe('2.7182818284590452353602874713526624977572');
    expect(decimals(oracle.log(10))).toBe('2.3025850929940456840179914546843642076011');
    expect(decimals(oracle.sin(1))).toBe('0.8414709848078965066525023216302989996225');
    expect(decimals(oracle.cos(1))).toBe('0.5403023058681397174009366074429766037323');
    expect(decimals(oracle.atan(1))).toBe('0.7853981633974483096156608458198757210492');
    expect(decimals(oracle.tanh(1))).toBe('0.7615941559557648881194582826047935904127');
    expect(decimals(oracle.sech(1))).toBe('0.6480542736638853995749773532261503231084');
    expect(decimals(oracle.erf(1))).toBe('0.8427007929497148693412206350826092592960');
    expect(decimals(oracle.asinh(1))).toBe('0.8813735870195430252326093249797923090281');
  });
});
