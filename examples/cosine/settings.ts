import { pivotStrategy } from '../../src/index.js';
import type { Strategy, Variant } from '../../src/index.js';

/** The task: cos on [−2π, 2π] by a network 1 → 32 → … → 32 → 1 that is 1-Lipschitz; cos has the slope 1 itself. */
export const task = {
  architecture: 'feedforward',
  width: 32,
  points: 512,
  reach: 2 * Math.PI,
  lipschitz: 1,
  steps: 3000,
} as const;

/** Adam (0.9, 0.999, 1e-8), the same for all: 300 steps of linear warm-up to 1e-2, and 2e-3 for the last third. */
export const training = { rate: 1e-2, warmup: 300, drop: 2010, dropped: 2e-3 } as const;

/** The learning rate of step 0, 1, … */
export const rateAt = (step: number): number =>
  step < training.warmup
    ? (training.rate * (step + 1)) / training.warmup
    : step < training.drop
      ? training.rate
      : training.dropped;

export const depths = [1, 2, 3, 4, 5, 6] as const;
export const seeds = [0, 1, 2, 3, 4] as const;

export interface Entrant {
  readonly name: string;
  readonly strategy: string | Strategy;
}

const variants: readonly Partial<Variant>[] = (['free', 'dominance'] as const).flatMap((multipliers) =>
  (['spectral', 'cayley', 'cholesky', 'aol'] as const).map((contraction) => ({ multipliers, contraction })),
);

export const entrants: readonly Entrant[] = [
  ...variants.map((variant): Entrant => ({
    name: `pivot ${variant.multipliers ?? ''} ${variant.contraction ?? ''}`,
    strategy: pivotStrategy(variant),
  })),
  { name: 'scaled-gershgorin', strategy: 'scaled-gershgorin' },
  { name: 'gershgorin', strategy: 'gershgorin' },
  { name: 'gershgorin-paper', strategy: 'gershgorin-paper' },
];

/** The one that is trained at all seeds in every framework. */
export const headline = 'pivot free spectral';

export const frameworks = ['tfjs', 'torch', 'jax'] as const;
export type Framework = (typeof frameworks)[number];

/** What one training came to. */
export interface Outcome {
  readonly framework: Framework;
  readonly entrant: string;
  readonly depth: number;
  readonly seed: number;
  /** Mean squared error on the points, of the float32 network; the variance of the target is 0.5. */
  readonly start: number;
  readonly error: number;
  /** Proven for the float32 weights as they are. */
  readonly bound: number;
  /** The largest slope between neighbours of a grid eight times as fine. */
  readonly slope: number;
  readonly seconds: number;
  /** y at 129 points, for the figure. */
  readonly curve: readonly number[];
}

/** What a trainer hands over: see `judge.ts` for the rest. */
export interface Trained {
  readonly start: number;
  readonly error: number;
  readonly slope: number;
  readonly seconds: number;
  readonly curve: readonly number[];
  /** In the form of `sample --json`, of the float32 weights. */
  readonly instance: unknown;
}

export interface Job {
  readonly framework: Framework;
  readonly entrant: string;
  readonly depth: number;
  readonly seed: number;
}

/** `points` numbers from −reach to reach. */
export const grid = (points: number): Float64Array =>
  Float64Array.from({ length: points }, (_, i) => -task.reach + (2 * task.reach * i) / (points - 1));
export const slopePoints = 8 * (task.points - 1) + 1;
export const curvePoints = 129;
