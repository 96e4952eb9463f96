import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { certify } from '../../src/certify/certify.js';
import type { Certified } from '../../src/certify/certify.js';
import { exactFraction, weightsDigest } from '../../src/check/certificate.js';
import { checkSample } from '../../src/verify/check.js';
import { codeOf } from './code-of.js';
import { randomNetwork } from './random-network.js';

type Fields = Record<string, unknown>;
interface Copy extends Fields {
  lipschitz: number;
  weights: Record<string, number[][]>;
  multipliers: Record<string, number[]>;
  slopes: number[][];
  certificate: Record<string, unknown>;
}

let certified: Certified;
beforeAll(async () => {
  certified = await certify(
    randomNetwork({
      architecture: 'feedforward',
      depth: 2,
      widths: { x: 3, w: 4, y: 2 },
      slopes: [-0.2, 1.1],
      seed: 4,
    }),
    { seconds: 1e6, lowerBound: { starts: 2, seconds: 1e6 } },
  );
});

function tampered(change: (copy: Copy) => unknown): Copy {
  const copy = JSON.parse(JSON.stringify(certified)) as Copy;
  change(copy);
  return copy;
}

const row = (of: Copy): number[] => of.weights['C[1]']?.[0] ?? [];
const first = (of: Copy): number[] => of.multipliers['lambda[1]'] ?? [];

/** The file says what its certificate is for; a cheat who also rewrites that is caught by the LMI. */
function resealed(copy: Copy): Copy {
  copy.certificate['lipschitz'] = exactFraction(copy.lipschitz);
  copy.certificate['weights'] = weightsDigest(copy.weights);
  return copy;
}

describe('check of a certificate', () => {
  it('accepts it untouched', () => {
    expect(checkSample(tampered(() => undefined))).toMatchObject({ accepted: true, reasons: [], notes: [] });
  });

  it.each<readonly [string, (copy: Copy) => unknown, RegExp]>([
    ['another digest', (copy) => (copy.certificate['weights'] = `sha256:${'0'.repeat(64)}`), /other weights/],
    [
      'a digest without its name',
      (copy) => (copy.certificate['weights'] = String(copy.certificate['weights']).slice(7)),
      /other weights/,
    ],
    [
      'a weight changed in its last bit',
      (copy) => (row(copy)[1] = (row(copy)[1] ?? 0) * (1 + 2 ** -52)),
      /other weights/,
    ],
    [
      'two weights exchanged',
      (copy) => ([row(copy)[0], row(copy)[1]] = [row(copy)[1] ?? 0, row(copy)[0] ?? 0]),
      /other weights/,
    ],
    ['𝓛 smaller by 1e-3', (copy) => (copy.lipschitz *= 1 - 1e-3), /not exactly/],
    ['𝓛 larger in its last bit', (copy) => (copy.lipschitz *= 1 + 2 ** -52), /not exactly/],
    [
      'a fraction rounded to ten digits',
      (copy) => (copy.certificate['lipschitz'] = `${Math.round(copy.lipschitz * 1e10)}/10000000000`),
      /not exactly/,
    ],
    ['a fraction over 0', (copy) => (copy.certificate['lipschitz'] = '1/0'), /not exactly/],
    ['a bound that is no fraction', (copy) => (copy.certificate['lipschitz'] = String(copy.lipschitz)), /not exactly/],
    [
      'a fraction of a million digits',
      (copy) => (copy.certificate['lipschitz'] = `${'9'.repeat(1e6)}/1`),
      /not exactly/,
    ],
    ['a multiplier negated', (copy) => (first(copy)[2] = -(first(copy)[2] ?? 0)), /LW313/],
    ['a multiplier doubled', (copy) => (first(copy)[2] = 2 * (first(copy)[2] ?? 0)), /LMI is not/],
    ['wider slopes', (copy) => copy.slopes.forEach((pair) => (pair[1] = 1.2)), /LMI is not/],
    [
      '𝓛 smaller by 1e-3, resealed',
      (copy) => resealed(Object.assign(copy, { lipschitz: copy.lipschitz * (1 - 1e-3) })),
      /LMI is not/,
    ],
    [
      '𝓛 smaller by 1e-6, resealed',
      (copy) => resealed(Object.assign(copy, { lipschitz: copy.lipschitz * (1 - 1e-6) })),
      /LMI is not/,
    ],
    [
      'larger weights, resealed',
      (copy) =>
        resealed(
          Object.assign(copy, {
            weights: { ...copy.weights, B: copy.weights['B']?.map((line) => line.map((value) => 1.001 * value)) },
          }),
        ),
      /LMI is not/,
    ],
  ])('rejects %s', (_title, change, reason) => {
    const { accepted, reasons } = checkSample(tampered(change));
    expect(accepted).toBe(false);
    expect(reasons.join('; ')).toMatch(reason);
  });

  it('a fraction that is not in lowest terms is the same number', () => {
    const copy = tampered(() => undefined);
    const [p = '', q = ''] = String(copy.certificate['lipschitz']).split('/');
    copy.certificate['lipschitz'] = `${3n * BigInt(p)}/${3n * BigInt(q)}`;
    expect(checkSample(copy).accepted).toBe(true);
  });

  it.each([
    ['no fields', {}],
    ['a number for the bound', { lipschitz: 1, weights: 'sha256:' }],
    ['a text', 'valid'],
  ])('a certificate with %s is no certificate', async (_title, certificate) => {
    expect(await codeOf(() => checkSample({ ...tampered(() => undefined), certificate }))).toBe('LW105');
  });
});

describe('what the certificate says', () => {
  it.each([
    [1, '1/1'],
    [0.75, '3/4'],
    [6, '6/1'],
    [0.1, '3602879701896397/36028797018963968'],
    [2 ** 70, '1180591620717411303424/1'],
    [5e-324, `1/${2n ** 1074n}`],
  ])('%d is %s', (value, expected) => {
    expect(exactFraction(value)).toBe(expected);
  });

  it('the digest is of names, shapes and bytes in the order of the names', () => {
    const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const expected = createHash('sha256')
      // "A", a vector of 1: 1.0; then "C[1]", 1 × 2: −2.0 and +0.
      .update(bytes('01000000 41 01000000 01000000 000000000000f03f'))
      .update(bytes('04000000 435b315d 02000000 01000000 02000000 00000000000000c0 0000000000000000'))
      .digest('hex');
    expect(weightsDigest({ 'C[1]': [[-2, -0]], A: [1] })).toBe(`sha256:${expected}`);
  });

  it('the digest tells a vector from a matrix, and a matrix from its transpose', () => {
    const digests = [{ A: [1, 2] }, { A: [[1, 2]] }, { A: [[1], [2]] }, { B: [1, 2] }, { A: [1], B: [2] }].map(
      weightsDigest,
    );
    expect(new Set(digests).size).toBe(5);
  });
});
