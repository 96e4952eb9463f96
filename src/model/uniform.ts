import * as kinds from './symbols.js';
import { symbol } from '../expr/build.js';
import type { Network } from './network.js';
import type { Assignment } from './parameterization.js';

/**
 * A block satisfies its constraint with one λ for all units: of the call of a block the multiplier, and under the pivot
 * strategy Θ, are made uniform where they are chosen. Larger entries of either keep what smaller ones were chosen for.
 */
export function uniformBlocks({ rows }: Network): (assignment: Assignment) => Assignment {
  const keys = new Set(
    rows.flatMap(({ layer }) => {
      if (layer?.activation?.kind !== 'block') return [];
      const { multiplier, derived } = layer;
      return [
        multiplier.key,
        symbol(
          kinds.room,
          derived,
          { rows: multiplier.rows, columns: multiplier.rows },
          { diagonal: true, positive: true },
        ).key,
      ];
    }),
  );
  return (assignment) =>
    assignment.kind === 'define' && keys.has(assignment.symbol.key) ? { ...assignment, uniform: true } : assignment;
}
