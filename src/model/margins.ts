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
  /** No row of the LMI may ask for a larger multiplier. */
  largestDemand: 2 ** 300,
  /** Slopes below this count as 0 where they would be divided by. */
  smallestSlope: 2 ** -60,
} as const;
