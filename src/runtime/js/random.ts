import { refuse } from './refuse.js';

/** Uniform numbers in [0, 1) and standard normal ones. */
export interface Stream {
  readonly uniform: () => number;
  readonly normal: () => number;
}

/** splitmix32: a counter through a 32-bit finaliser. */
function splitmix(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
}

/** xoshiro128++ (Blackman and Vigna, ACM TOMS 47, 2021): unsigned 32-bit words from the four of a seed. */
export function xoshiro(seed: () => number): () => number {
  let a = seed();
  let b = seed();
  let c = seed();
  let d = seed();
  // The all-zero state is the one fixed point.
  if ((a | b | c | d) === 0) d = 1;
  return () => {
    const sum = (a + d) | 0;
    const word = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return word;
  };
}

/** A stream for a seed, any finite number, all 64 bits of which count; normals by the polar method of Marsaglia. */
export function streamOf(start: number): Stream {
  if (!Number.isFinite(start)) refuse('LW311', `seed ${start}`, 'a finite number');
  const bits = new Uint32Array(Float64Array.of(start === 0 ? 0 : start).buffer);
  const low = splitmix(bits[0]!);
  const high = splitmix(Math.imul(bits[1]!, 0x9e3779b1) ^ 0x5bd1e995);
  const word = xoshiro(() => low() ^ high());
  const uniform = (): number => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) * 2 ** -53;
  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const ready = spare;
      spare = null;
      return ready;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (!(square > 0 && square < 1)) continue;
      const stretch = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * stretch;
      return x * stretch;
    }
  };
  return { uniform, normal };
}
