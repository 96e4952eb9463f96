import type { Matrix as Dense } from 'ml-matrix';
import { labelText } from '../../../src/base/label.js';
import type { AllocationSource } from '../../../src/model/pivot.js';
import type { Random } from '../../../src/numeric/random.js';
import type { Numbers } from './allocation.js';
import { gaussian, put, readTrials } from './allocation.js';

export interface FreeTrial {
  readonly source: AllocationSource;
  readonly numbers: Numbers;
  /** Z, as it stands in the dense weights side by side. */
  readonly free: Dense;
  /** Puts another Z there. */
  readonly load: (z: Dense) => void;
}

/** Sources with dense weights, whose free numbers are of sizes from 10⁻³ to 10³, some with a column or all of 0. */
export function freeTrials(random: Random, rounds: number): readonly FreeTrial[] {
  return readTrials(random, rounds).flatMap(({ source, numbers }) => {
    if (source.dense === null) return [];
    const load = (z: Dense): void => {
      let from = 0;
      for (const { absorber, signal } of source.groups) {
        const weight = absorber?.weight ?? null;
        if (weight === null) continue;
        const columns = numbers.width(labelText(signal));
        put(numbers, weight, z.subMatrix(0, z.rows - 1, from, from + columns - 1));
        from += columns;
      }
    };
    const [rows, columns] = [numbers.width(labelText(source.width)), numbers.width(labelText(source.dense.dimension))];
    const free = gaussian(random, rows, columns).mul(10 ** random.integer(-3, 3));
    if (random.integer(0, 5) === 0)
      free.setColumn(
        random.integer(0, columns - 1),
        Array.from({ length: rows }, () => 0),
      );
    if (random.integer(0, 9) === 0) free.mul(0);
    load(free);
    return [{ source, numbers, free, load }];
  });
}
