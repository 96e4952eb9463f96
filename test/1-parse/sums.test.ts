import { describe, expect, it } from 'vitest';
import { failure, written } from '../architectures.js';

/** Equations as `kind target = terms`, with the names that sums are given. */
function read(...lines: readonly string[]): readonly string[] {
  return written(lines).equations.map(({ kind, target, terms, biases }) => {
    const at = ({ index }: { readonly index: unknown }): string => (index === null ? '' : '[]');
    const sum = [
      ...terms.map(({ coefficient, weight, isTransposed, signal }) =>
        [
          ...(coefficient === 1 ? [] : [String(coefficient)]),
          ...(weight === null ? [] : [weight.name + (isTransposed === true ? "'" : '')]),
          signal.family + at(signal),
        ].join(' '),
      ),
      ...biases.map(({ bias }) => bias.name),
    ].join(' + ');
    return `${kind} ${target.family}${at(target)} = ${sum}`;
  });
}

describe('sums', () => {
  it('have a name where an equation has no activation', () => {
    expect(read('h = x + R * u + r', 'u = phi(P * x)', 'y = B * h')).toEqual([
      'affine h = x + R u + r',
      'hidden u = P x',
      'output y = B h',
    ]);
    expect(read('h = x', 'y = B * h')).toEqual(['alias h = x', 'output y = B h']);
  });

  it('that a weight reads are one signal, before the equation that reads them', () => {
    expect(read('v = phi(P * x)', 'u = phi(2 * Q * (x - 0.5 * v + a) + b)', 'y = B * u')).toEqual([
      'hidden v = P x',
      'affine u_in = x + -0.5 v + a',
      'hidden u = 2 Q u_in + b',
      'output y = B u',
    ]);
    // A factor that is a number is no weight.
    expect(read('v = phi(2 * (x + P * x))', 'y = B * v')).toEqual(['hidden v = 2 x + 2 P x', 'output y = B v']);
    expect(read('u_in = phi(P * x)', 'u = phi(Q * (x + u_in))', 'y = B * u')).toContain('affine u_in_ = x + u_in');
  });

  it('are read in families by each member', () => {
    expect(read('v[0] = x', 'v[l] = phi(Q[l] * (x + v[l-1])) for l in 1..n', 'y = B * v[n]')).toEqual([
      'alias v[] = x',
      'affine v_in[] = x + v[]',
      'hidden v[] = Q v_in[]',
      'output y = B v[]',
    ]);
  });

  it('hold products of weights, one after the other, and transposes', () => {
    expect(read('y = A * B * x')).toEqual(['affine y_in = B x', 'output y = A y_in']);
    expect(read('w = phi(C * x)', "y = x - 2 * C' * T * w")).toEqual([
      'hidden w = C x',
      'affine y_in_ = T w',
      "affine y_in = x + -2 C' y_in_",
      'output y = y_in',
    ]);
  });

  it('are read in one pass: a long product takes no longer than its length', () => {
    const long = `y = ${'1 * '.repeat(600)}A * x`;
    expect(read(long)).toEqual(['output y = A x']);
    expect(read(`y = ${'A * (x + '.repeat(30)}B * x${')'.repeat(30)}`)).toHaveLength(31);
  });

  it('refuse what is no weight before a signal', () => {
    for (const [line, code] of [
      ["y = x' + A * x", 'LW209'],
      ["y = (A + B)' * x", 'LW209'],
      ["y = A'' * x", 'LW209'],
      ["y = A * x + c'", 'LW209'],
      ['y = A * b + B * x', 'LW202'],
      ['y = A * B * C * D * E * F * G * H * I * x', 'LW209'],
    ] as const)
      expect(failure(() => written([line]))?.code, line).toBe(code);
  });
});
