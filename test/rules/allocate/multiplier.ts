import { Matrix as Dense } from 'ml-matrix';
import { labelText } from '../../../src/base/label.js';
import type { MultiplierSource } from '../../../src/model/pivot.js';
import type { Random } from '../../../src/numeric/random.js';
import { eigenvalues } from '../pivot/elimination.js';
import type { Numbers } from './allocation.js';
import { gaussian, put } from './allocation.js';

/** ψ or ρ of size 1. */
export function drawLogarithms(random: Random, { logMultiplier, logScale }: MultiplierSource, numbers: Numbers): void {
  for (const symbol of [logMultiplier, logScale])
    put(numbers, symbol, gaussian(random, numbers.width(labelText(symbol.rows ?? { name: '', index: null })), 1));
}

/**
 * The largest eigenvalue of (2Λ)^(−1/2) s² Λ B Λ (2Λ)^(−1/2) relative to μ, B = X Xᵀ + Q: at most 1 exactly where
 * s² Λ B Λ ≼ 2μΛ, which is ≼ (1 − η) 2Λ.
 */
export function fullness(
  { allocation, split, used }: MultiplierSource,
  numbers: Numbers,
  square: Dense | null,
): number {
  const lambda = numbers.value(split.layer.multiplier);
  const s = numbers.value(split.range).get(0, 0);
  const image = allocation.dense === null ? null : numbers.value(allocation.symbols.image);
  const body = Dense.zeros(lambda.rows, lambda.rows);
  if (image !== null) body.add(image.mmul(image.transpose()));
  if (square !== null) body.add(square);
  const half = Dense.sqrt(lambda);
  const scaled = half
    .mmul(body)
    .mmul(half)
    .mul((s * s) / 2);
  return Math.max(...eigenvalues(scaled)) / numbers.value(used).get(0, 0);
}
