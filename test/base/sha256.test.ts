import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../../src/base/bytes.js';
import { Sha256 } from '../../src/base/sha256.js';

describe('SHA-256', () => {
  it.each([
    // The examples of FIPS 180-4's companion (NIST, "Descriptions of SHA-256").
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of %s', (text, digest) => expect(new Sha256().update(text).hex()).toBe(digest));

  it('agrees with Node’s for every length around a block, in pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 4 }), (pieces) => {
        const [ours, theirs] = [new Sha256(), createHash('sha256')];
        for (const piece of pieces) {
          ours.update(piece);
          theirs.update(piece);
        }
        expect(ours.hex()).toBe(theirs.digest('hex'));
      }),
    );
    for (let length = 0; length <= 130; length += 1)
      expect(new Sha256().update(new Uint8Array(length)).hex()).toBe(
        createHash('sha256').update(new Uint8Array(length)).digest('hex'),
      );
  });
});

describe('base64url', () => {
  it('agrees with Node’s and comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toBase64url(text)).toBe(Buffer.from(text, 'utf8').toString('base64url'));
        expect(fromBase64url(toBase64url(text))).toBe(text);
      }),
    );
  });
});
