import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/parse.js';
import { decideNetwork } from '../../src/check/decide-network.js';
import { judgedNetwork } from '../../src/check/judged-network.js';
import { decideByNorms, leastByNorms, readNorms } from '../../src/check/layer-norms.js';
import type { NetworkValues } from '../../src/model/lowered-network.js';
import { assemble, assembleExact, roundingRadius } from '../../src/numeric/assembly.js';
import { spectralNormAboveInPieces } from '../../src/numeric/spectral-norm.js';
import { finish } from '../../src/numeric/work.js';
import { bareNetwork } from '../../src/verify/bare.js';

/*
 * Somebody's code may hand over arrays that are too short, or leave values out. None of that may read as zeros, which
 * would be a weaker claim: y = B φ(A x) with ‖A‖ = ‖B‖ = 1/2 keeps to 𝓛 = 1/4, and to no less.
 */
const text = 'name: net\nequations: |\n  w = phi(A * x + b)\n  y = B * w\n';
const judge = judgedNetwork(parseArchitecture(text, null), 1);

function values(change: Partial<NetworkValues> = {}): NetworkValues {
  return {
    widths: { x: 2, w: 2, y: 2 },
    slopes: [[0, 1]],
    lipschitz: 0.25,
    weights: { A: Float64Array.of(0.5, 0, 0, 0.5), B: Float64Array.of(0.5, 0, 0, 0.5) },
    biases: { b: Float64Array.of(0, 0) },
    // −𝓛² x² + 2 λ w (x/2 − w) + w²/4 ≤ 0 for all x and w at λ = 1/4 alone.
    multipliers: { lambda_w: Float64Array.of(0.25, 0.25) },
    ...change,
  };
}

/** Every way to leave something out that a bound needs; with zeros in its place each would be a weaker LMI. */
const broken: readonly (readonly [string, Partial<NetworkValues>])[] = [
  ['a weight of half its numbers', { weights: { ...values().weights, A: Float64Array.of(0.5, 0) } }],
  ['a weight without its last number', { weights: { ...values().weights, B: Float64Array.of(0.5, 0, 0) } }],
  ['an empty weight', { weights: { ...values().weights, A: new Float64Array(0) } }],
  ['no weight', { weights: { A: Float64Array.of(0.5, 0, 0, 0.5) } }],
  ['a multiplier for one neuron of two', { multipliers: { lambda_w: Float64Array.of(0.25) } }],
  ['an empty multiplier', { multipliers: { lambda_w: new Float64Array(0) } }],
  ['a multiplier too many', { multipliers: { lambda_w: Float64Array.of(0.25, 0.25, 0.25) } }],
  ['no multipliers', { multipliers: {} }],
  ['no slopes', { slopes: [] }],
  ['no width of a hidden signal', { widths: { x: 2, y: 2 } }],
  ['a width of a hidden signal that is too small', { widths: { x: 2, w: 1, y: 2 } }],
  ['no width of the input', { widths: { w: 2, y: 2 } }],
];

/** True only for a proof; a refusal is as good as no verdict. */
function proves(run: () => boolean): boolean {
  try {
    return run();
  } catch (error) {
    expect(String(error)).toMatch(/LW\d{3}|outside the data/);
    return false;
  }
}

describe('values that are not all there', () => {
  it('are proven where they are all there', () => {
    expect(decideNetwork(judge, values()).negativeSemidefinite).toBe(true);
    expect(decideNetwork(judge, values({ lipschitz: 0.2499 })).negativeSemidefinite).toBe(false);
  });

  it.each(broken)('%s: no proof', (_what, change) => {
    for (const lipschitz of [0.25, 1, 2 ** 20]) {
      const given = values({ lipschitz, ...change });
      expect(proves(() => decideNetwork(judge, given).negativeSemidefinite === true)).toBe(false);
      expect(
        proves(
          () => finish(decideByNorms(judge.program, given, spectralNormAboveInPieces))?.negativeSemidefinite === true,
        ),
      ).toBe(false);
    }
  });

  it('norms of no reads, and multipliers of fewer neurons, bound nothing', () => {
    const reads = finish(readNorms(judge.program, values(), spectralNormAboveInPieces));
    expect(
      leastByNorms(judge.program, values({ multipliers: { lambda_w: Float64Array.of(1, 1) } }), reads),
    ).toBeLessThan(Infinity);
    expect(proves(() => leastByNorms(judge.program, values(), []) < Infinity)).toBe(false);
    expect(
      proves(
        () => leastByNorms(judge.program, values({ multipliers: { lambda_w: Float64Array.of(1) } }), reads) < Infinity,
      ),
    ).toBe(false);
  });

  it('compiled functions in memory refuse them as well', () => {
    const bare = bareNetwork(parseArchitecture(text, null), 1);
    for (const [, change] of broken) expect(() => bare.lmi(values(change))).toThrow();
  });
});

describe('the numeric LMI', () => {
  it('has the entries that the equations say: −𝓛² and λ/2, in blocks', () => {
    const N = [...judge.lmi(values())].map((entry) => entry + 0);
    expect(N).toEqual([
      ...[-0.0625, 0, 0.125, 0],
      ...[0, -0.0625, 0, 0.125],
      ...[0.125, 0, -0.25, 0],
      ...[0, 0.125, 0, -0.25],
    ]);
  });

  it('a radius for fewer rows than the matrix has is none: NaN, never too small', () => {
    const assembly = judge.assembly(values());
    expect([...assemble(assembly)].every(Number.isFinite)).toBe(true);
    expect(assembleExact(assembly)).toHaveLength(16);
    const radius = roundingRadius(assembly, new Float64Array(2).fill(1));
    expect(radius.some((entry) => Number.isNaN(entry))).toBe(true);
    expect([...radius].filter((entry) => !Number.isNaN(entry)).every((entry) => entry >= 0)).toBe(true);
  });
});
