import type { PivotStrategy } from './strategy.js';

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
  /** What may be asked for instead, with hidden layers and without. */
  leastPivot: 2 ** -24,
  leastOutput: 2 ** -48,
  /** Rounding errors of one pivot may be carried on and grow this much over all layers. */
  growth: 2 ** 16,
  /** Entries of Z under the pivot strategy: contractions come as near to 1 as their square tells. */
  largestFree: 2 ** 15,
  /**
   * τ √u: Z is shortened to τ before I + Z Zᵀ is formed, so that rounding Z Zᵀ (d u τ² at d columns) does not reach I.
   */
  largestRoot: 2 ** -5,
  /** |ψ| and |ρ|: multipliers and scales are exponentials of free numbers. */
  largestLogarithm: 32,
  /**
   * Slopes closer to each other than this, relative to their size, count as this far apart where multipliers are
   * chosen.
   */
  slopeRange: 2 ** -6,
  /** Lengths and squares below this count as 0 where they would be divided by. */
  smallestSquare: 2 ** -120,
  /** Weights on a signal that another dense weight reads, which makes up for them: nothing is gained by large ones. */
  largestAbsorbed: 2 ** 6,
  /** What is made up for leaves rounding errors: the room for X is at least this part of its square. */
  absorbed: 2 ** -20,
  /** What rounding may change of the image of the output, as a part of η: half by weights, half by identities. */
  rounding: 2 ** -4,
  /**
   * Entries of weights of affine signals: those that read the signal make up for its scale, so that only the sizes of
   * its summands beside each other matter.
   */
  largestSummand: 2 ** 6,
  /** κ/√u: covariances of affine signals are enlarged by this part of their size. */
  slack: 2 ** 2,
  /** Slopes that are negative by less count as 0 where none may be negative. */
  leastSlope: 2 ** -140,
  /** By roundoff: what 1 − κ must be above 0 where ties do not fit to the last bit. */
  tiedRoom: 2 ** 13,
  /** Times what is not 0 it is above 1. */
  indicator: 2 ** 60,
  /** What a fixed read may ask of a multiplier. */
  largestFixed: 2 ** 40,
} as const;

export interface PivotMargins {
  /** η of hidden layers: every pivot keeps at least this part of itself. */
  readonly layer: number;
  /** How much one layer may enlarge rounding errors. */
  readonly growth: number;
  /** η of the output. */
  readonly output: number;
}

/**
 * For a network with so many hidden layers, so many of which read one signal at most. Given its v, a signal w has the
 * conditional covariance Λ⁻¹/2; what it takes over from v is S²/σ² · u²/(1 − u²) times as much, u² being the part of
 * its pivot that a layer uses, and so much larger do rounding errors of K become on the way (for ReLU: (1 − η)/η). A
 * layer therefore uses at most u² = 1/(1 + max(S², σ²)/(σ² g)), so that the product over all layers stays below
 * `margins.growth`; along a chain of ReLUs that is never less than 1/2, where the gain of a layer is largest. What
 * several layers read grows to at most K/η with each of them. A margin that is asked for replaces the least one, not
 * what rounding needs. Contractions that saturate make
 * every singular value 1, and so leave hidden layers nothing where the margin does not.
 */
export function marginsOf(
  { margin, multipliers }: PivotStrategy,
  saturates: boolean,
  layers: number,
  sharing: number,
): PivotMargins {
  const growth = margins.growth ** (1 / Math.max(1, layers));
  const shared = sharing > 1 ? margins.growth ** (-1 / sharing) : 0;
  // What one layer can pass on is 2u√(1 − u²) of its share u² of the pivot: most at 1/2, nearly nothing at 1.
  const least = multipliers === 'free' && saturates ? 1 / 2 : margins.pivot;
  return {
    layer: Math.max(margin ?? least, shared, margins.leastPivot),
    growth,
    output: Math.max(margin ?? margins.pivot, layers === 0 ? margins.leastOutput : margins.leastPivot),
  };
}
