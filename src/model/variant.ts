import type { ContractionChoice, MultiplierChoice, Strategy } from './strategy.js';

/** Which of its choices a pivot strategy takes. */
export interface Variant {
  readonly multipliers: MultiplierChoice;
  readonly contraction: ContractionChoice;
  /** The part of every pivot that stays unused; null: as much as the number of layers asks for (see model/margins). */
  readonly margin: number | null;
}

/** Null for strategies without variants. */
export function variantOf(strategy: Strategy): Variant | null {
  if (strategy.kind !== 'pivot') return null;
  const { multipliers, contraction, margin } = strategy;
  return { multipliers, contraction, margin };
}

/** `free multipliers, cholesky contraction` */
export function variantText({ multipliers, contraction, margin }: Variant): string {
  return [
    `${multipliers} multipliers`,
    `${contraction} contraction`,
    ...(margin === null ? [] : [`margin ${margin}`]),
  ].join(', ');
}

/** `pivot (free multipliers, cholesky contraction)` */
export function strategyText(name: string, variant: Variant | null): string {
  return variant === null ? name : `${name} (${variantText(variant)})`;
}
