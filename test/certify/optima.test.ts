import { describe, expect, it } from 'vitest';
import { certify } from '../../src/certify/certify.js';
import type { NetworkSpecification } from './random-network.js';
import { randomNetwork } from './random-network.js';

/**
 * Optima of the same semidefinite program, stated independently in bench/sdp-gap.py and solved by Clarabel 0.11.1
 * through cvxpy 1.9.3. The networks are those of `randomNetwork` at these seeds.
 */
const optima: readonly (readonly [NetworkSpecification, number])[] = [
  [{ architecture: 'feedforward', depth: 1, widths: { x: 3, w: 5, y: 2 }, slopes: [0, 1], seed: 1 }, 1.77042064682],
  [{ architecture: 'feedforward', depth: 3, widths: { x: 4, w: 8, y: 3 }, slopes: [0, 1], seed: 2 }, 1.48403474208],
  [{ architecture: 'residual', depth: 2, widths: { x: 4, w: 6, y: 4 }, slopes: [-0.2, 1.1], seed: 3 }, 3.1490321709],
  [{ architecture: 'residual', depth: 3, widths: { x: 3, w: 5, y: 3 }, slopes: [0.3, 1], seed: 4 }, 3.3089635517],
  [{ architecture: 'dense-skip', depth: 3, widths: { x: 3, w: 6, y: 2 }, slopes: [0, 1], seed: 5 }, 2.18147973972],
  [
    { architecture: 'two-branch', depth: 2, widths: { x: 4, u: 5, w: 6, y: 3 }, slopes: [-0.5, 1], seed: 6 },
    3.99012886363,
  ],
  [{ architecture: 'feedforward', depth: 6, widths: { x: 4, w: 12, y: 3 }, slopes: [0, 1], seed: 7 }, 6.6923452175],
];

describe('the certified bound is the optimum of the semidefinite program', () => {
  it.each(optima)('%o', async (specification, expected) => {
    const { lipschitz, certificate, verdict } = await certify(randomNetwork(specification), { lowerBound: null });
    expect(Math.abs(lipschitz / expected - 1)).toBeLessThan(1e-6);
    expect(verdict.negativeSemidefinite).toBe(true);
    expect(certificate.stopped).toBe('converged');
    // What the search says of its own distance, against the solver's digits.
    expect(certificate.gap).toBeLessThan(1e-7);
    expect(lipschitz * (1 - (certificate.gap ?? 1))).toBeLessThan(expected * (1 + 1e-8));
  });
});
