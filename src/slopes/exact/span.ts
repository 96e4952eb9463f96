import { numericFunction } from '../scalar/evaluate.js';
import type { Scalar } from '../scalar/node.js';
import { parameterNames } from '../scalar/visit.js';

/** An open interval of v; its ends are free of v, null means ±∞. */
export interface Span {
  readonly from: Scalar | null;
  readonly to: Scalar | null;
}

/** Points inside, crowded towards finite ends; none if an end holds a parameter. */
export function samplesOf({ from, to }: Span): readonly number[] {
  if ([from, to].some((end) => end !== null && parameterNames(end).length > 0)) return [];
  const [low, high] = [from, to].map((end) => (end === null ? null : numericFunction(end)(0)));
  const shifts = [0.01, 0.1, 0.3, 0.7, 1, 1.5, 2, 3, 5, 10];
  if (typeof low === 'number' && typeof high === 'number')
    return [0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99].map((part) => low + part * (high - low));
  if (typeof low === 'number') return shifts.map((shift) => low + shift);
  return typeof high === 'number' ? shifts.map((shift) => high - shift) : [...shifts, ...shifts.map((shift) => -shift)];
}
