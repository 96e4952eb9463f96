import type { ContractionChoice, PivotStrategy } from './strategy.js';

/**
 * Relative margins by which parameterizations stay inside their constraints, so that rounding cannot carry them out.
 * All are powers of two: multiplying by 1 ± margin is then exact in the margin itself.
 */
export const margins = {
  /** A multiplier stands this much above its bound, and the last share this much below the budget. */
  strict: 2 ** -12,
  /** Row balls keep the divisor 2 − |S| |C| 1 away from 0, since multipliers grow with its inverse layer by layer. */
  divisor: 2 ** -6,
  /** What the earlier shares of a budget leave to the next one at the least. */
  reserve: 2 ** -6,
  /** A limit that something fixed is subtracted from must keep at least this part of itself. */
  demand: 2 ** -20,
  /** Multipliers are positive even where nothing asks them to be: at least this times 𝓛². */
  floor: 2 ** -40,
  /** Free parameters are clamped here, so that their squares cannot overflow. */
  largestEntry: 2 ** 64,
  /** Scales stay between this and its inverse. */
  largestScale: 2 ** 20,
  /** No row of the LMI may ask for a larger multiplier. */
  largestDemand: 2 ** 300,
  /** Slopes below this count as 0 where they would be divided by. */
  smallestSlope: 2 ** -60,
  /** Pivots keep at least this part of themselves, and so does the condition on the output. */
  pivot: 2 ** -10,
  /** Rounding errors of one pivot may be carried on and grow this much over all layers. */
  growth: 2 ** 16,
  /** Entries of Z under the pivot strategy: contractions come as near to 1 as their square tells. */
  largestFree: 2 ** 15,
  /** |ψ| and |ρ|: multipliers and scales are exponentials of free numbers. */
  largestLogarithm: 32,
  /** Slopes closer to each other than this, relative to their size, count as this far apart where multipliers are chosen. */
  slopeRange: 2 ** -6,
  /** Lengths and squares below this count as 0 where they would be divided by. */
  smallestSquare: 2 ** -120,
  /** Weights on a signal that another dense weight reads, which makes up for them: nothing is gained by large ones. */
  largestAbsorbed: 2 ** 6,
  /** What is made up for leaves rounding errors: the room for X is at least this part of its square. */
  absorbed: 2 ** -20,
  /** The same of the output: what is made up for may be this much larger than what is left. */
  absorbedOutput: 2 ** 10,
  /** What a fixed read may ask of a multiplier. */
  largestFixed: 2 ** 40,
} as const;

/** Contractions that make every singular value 1, and so leave hidden layers nothing where the margin does not. */
const saturating: ReadonlySet<ContractionChoice> = new Set(['cayley']);

/** η of hidden layers and of the output, for a network with so many layers, so many of which read one signal at most. */
export function marginsOf({ margin, multipliers, contraction }: PivotStrategy, layers: number, sharing: number): { readonly layer: number; readonly output: number } {
  if (margin !== null) return { layer: margin, output: margin };
  // What one layer can pass on is 2u√(1 − u²) of its share u² of the pivot: most at 1/2, nearly nothing at 1.
  const least = multipliers === 'free' && saturating.has(contraction) ? 1 / 2 : margins.pivot;
  return { layer: Math.max(least, pivotMargin(layers, sharing)), output: margins.pivot };
}

/**
 * The part of every pivot that stays unused under the pivot strategy. A layer whose pivot D = 2Λ − s²ΛKΛ keeps the part η of
 * 2Λ passes a relative error of K on to the next layer about (1 − η)/η times as large, and takes the K of what it reads and
 * others read as well to at most K/η. η is chosen so that neither grows beyond `margins.growth` over all layers. Along a
 * chain it never exceeds 1/2, where the gain of a layer is largest.
 */
export function pivotMargin(layers: number, sharing: number): number {
  const chain = 1 / (1 + margins.growth ** (1 / Math.max(1, layers)));
  const shared = sharing > 1 ? margins.growth ** (-1 / sharing) : 0;
  return Math.max(margins.pivot, chain, shared);
}
