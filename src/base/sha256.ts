import { outside } from './outside.js';

/** Is the number prime? */
const isPrime = (n: number): boolean => n > 1 && [2, 3, 5, 7, 11, 13, 17].every((k) => n === k || n % k !== 0);

/** The first 64 primes; the last is 311. */
const primes = Array.from({ length: 312 }, (_, n) => n).filter(isPrime);

/** The first 32 bits behind the point of roots of primes: what the standard takes for constants. */
const fractions = (count: number, root: (prime: number) => number): Int32Array =>
  Int32Array.from(primes.slice(0, count), (prime) => Math.floor((root(prime) % 1) * 2 ** 32) | 0);

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/**
 * SHA-256 (FIPS 180-4) of what `update` is given, piece by piece. Here because WebCrypto's is asynchronous and
 * node:crypto does not exist in browsers, where architectures are compiled too.
 */
export class Sha256 {
  readonly #state = fractions(8, Math.sqrt);
  readonly #constants = fractions(64, Math.cbrt);
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(64);
  readonly #view = new DataView(this.#block.buffer);
  #filled = 0;
  #length = 0;

  /** Bytes, or a text as UTF-8. */
  update(given: Uint8Array | string): this {
    const bytes = typeof given === 'string' ? new TextEncoder().encode(given) : given;
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + 64 - this.#filled);
      this.#block.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === 64) this.#compress();
    }
    return this;
  }

  /** The digest in hexadecimal; afterwards nothing more may be added. */
  hex(): string {
    const bits = 8 * this.#length;
    const padding = new Uint8Array(((119 - this.#filled) % 64) + 1);
    padding[0] = 0x80;
    this.update(padding);
    this.#view.setUint32(56, Math.floor(bits / 2 ** 32));
    this.#view.setUint32(60, bits % 2 ** 32);
    this.#compress();
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #compress(): void {
    const [words, state] = [this.#words, this.#state];
    const word = (at: number): number => words[at] ?? outside();
    for (let t = 0; t < 16; t += 1) words[t] = this.#view.getInt32(4 * t);
    for (let t = 16; t < 64; t += 1) {
      const [early, late] = [word(t - 15), word(t - 2)];
      const spread =
        (rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3)) +
        (rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10));
      words[t] = word(t - 16) + word(t - 7) + spread;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let t = 0; t < 64; t += 1) {
      const first =
        h +
        (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
        ((e & f) ^ (~e & g)) +
        (this.#constants[t] ?? outside()) +
        word(t);
      const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => (state[at] = (state[at] ?? outside()) + value));
    this.#filled = 0;
  }
}
