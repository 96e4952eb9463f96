import { Matrix as Dense, SingularValueDecomposition } from 'ml-matrix';
import { createRules } from '../../rules/index.js';
import type { Recursion } from '../../src/model/pivot.js';
import type { Random } from '../../src/numeric/random.js';
import { derive } from '../../src/compile.js';
import { written } from '../architectures.js';
import { eigenvalues } from './pivot/elimination.js';

/** Two steps with coefficients that are powers of two, with a scale and without. */
export const scaled = written(
  ["h = 0.5 * x - 2 * C' * T * w", 'w = phi(-2 * C * x + b)', "k = h - 4 * D' * U * u", 'u = phi(D * h)', 'y = 2 * k'],
  { T: 'diagonal', U: 'diagonal' },
);
export const bare = written(['w = phi(C * x + b)', "h = x - 2 * C' * w", 'y = H * h']);

export function recursionOf(architecture: typeof scaled): Recursion {
  const { recursion } = derive(architecture, { depth: 1, strategy: 'pivot', rules: createRules() });
  if (recursion === null) throw new Error('no recursion');
  return recursion;
}

export interface Step {
  readonly a: number;
  readonly c: number;
  readonly g: number;
  readonly kappa: number;
  readonly slopes: readonly [number, number];
  readonly C: Dense;
  readonly multiplier: readonly number[];
}

/** Weights with S² g² κ ΛCCᵀΛ = reach · 2Λ at the most, in the direction where it is largest. */
export function drawStep(random: Random, reach: number): Step {
  const [rows, columns] = [random.integer(1, 4), random.integer(1, 4)];
  const m = random.integer(0, 1) === 0 ? 0 : random.uniform();
  const slopes = [m, m + random.uniform() + 0.1] as const;
  const [a, c, g] = [random.normal() + 2, -random.uniform() - 0.5, random.uniform() + 0.5];
  const kappa = 2 ** random.normal();
  const multiplier = Array.from({ length: rows }, () => 2 ** random.normal());
  const raw = new Dense(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())));
  const root = Dense.diag(multiplier.map(Math.sqrt));
  const S = slopes[0] + slopes[1];
  const norm = new SingularValueDecomposition(root.mmul(raw), { autoTranspose: true }).norm2;
  const C = raw.mul(Math.sqrt((2 * reach) / (S * S * g * g * kappa)) / norm);
  return { a, c, g, kappa, slopes, C, multiplier };
}

/** The largest eigenvalue of ‖Δh′‖²/(a²κ) − ‖Δh‖²/κ and the layer's form over (Δh, Δw), by ml-matrix. */
export function largestOf({ a, c, g, kappa, slopes: [m, L], C, multiplier }: Step, T: readonly number[]): number {
  const lambda = Dense.diag([...multiplier]);
  const back = C.transpose()
    .mmul(Dense.diag([...T]))
    .mul(c);
  const hh = C.transpose()
    .mmul(lambda)
    .mmul(C)
    .mul(-2 * m * L * g * g);
  const hw = Dense.add(
    Dense.mul(back, 1 / (a * kappa)),
    C.transpose()
      .mmul(lambda)
      .mul((m + L) * g),
  );
  const ww = Dense.sub(
    back
      .transpose()
      .mmul(back)
      .mul(1 / (a * a * kappa)),
    Dense.mul(lambda, 2),
  );
  const [rows, columns] = [C.rows, C.columns];
  const whole = Dense.zeros(rows + columns, rows + columns);
  whole.setSubMatrix(hh, 0, 0);
  whole.setSubMatrix(hw, 0, columns);
  whole.setSubMatrix(hw.transpose(), columns, 0);
  whole.setSubMatrix(ww, columns, columns);
  return Math.max(...eigenvalues(whole));
}
