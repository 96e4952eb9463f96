import { z } from 'zod';
import { layouts } from '../model/layout.js';

/**
 * A batch normalization in evaluation, v ↦ s (v − mean) + shift with s = scale / √(variance + eps), as part of the weight and the
 * bias beside it. Tensors by their names in the file.
 */
export type Fold = z.infer<typeof fold>;

const fold = z.object({
  weight: z.string(),
  bias: z.string(),
  /** Whether it acts on what the weight gives, or on what the weight reads. */
  side: z.enum(['output', 'input']),
  mean: z.string(),
  variance: z.string(),
  /** Null: ones. */
  scale: z.string().nullable(),
  /** Null: zeros. */
  shift: z.string().nullable(),
  eps: z.number(),
});

/** How the weights and biases of an instance came out of the tensors of a file: enough to make them again. */
export type Origin = z.infer<typeof origin>;

const origin = z.object({
  /** Names in the file by the author's. Biases that are not among them were zeros to begin with. */
  tensors: z.record(z.string(), z.string()),
  layout: z.enum(layouts),
  /** In this order. */
  folds: z.array(fold).readonly(),
});

/** Null for what is no origin. */
export function readOrigin(value: unknown): Origin | null {
  // The value itself: zod's copy would leave out a key such as __proto__.
  return origin.safeParse(value).success ? (value as Origin) : null;
}
