import { z } from 'zod';
import { layouts } from '../model/layout.js';
import { multiplierChoices } from '../model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';

/**
 * A batch normalization in evaluation, v ↦ s (v − mean) + shift with s = scale / √(variance + eps), as part of the
 * weight and the bias beside it. Tensors by their names in the file.
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

/** What made weights of free parameters. */
export type Making = z.infer<typeof making>;

const making = z.object({
  strategy: z.string(),
  /** Null for strategies without variants. */
  variant: z
    .object({
      multipliers: z.enum(multiplierChoices),
      contraction: z.enum(contractionChoices),
      margin: z.number().positive().max(0.5).nullable(),
    })
    .nullable(),
  /** The bound and the slopes that the weights were made for, which are not what is certified of them. */
  lipschitz: z.number().positive(),
  slopes: z.array(z.tuple([z.number(), z.number()])).readonly(),
});

/** How the weights and biases of an instance came out of the tensors of a file: enough to make them again. */
export type Origin = z.infer<typeof origin>;

const origin = z.object({
  /**
   * Names in the file by the author's; of the free parameters where weights were made of them (`made`). Biases that are
   * not among them were zeros to begin with.
   */
  tensors: z.record(z.string(), z.string()),
  layout: z.enum(layouts),
  /** In this order. */
  folds: z.array(fold).readonly(),
  /** Left out where the tensors are the weights themselves. */
  made: making.optional(),
});

/** Null for what is no origin. */
export function readOrigin(value: unknown): Origin | null {
  // The value itself: zod's copy would leave out a key such as __proto__.
  return origin.safeParse(value).success ? (value as Origin) : null;
}
