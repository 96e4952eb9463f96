import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { outputRoom } from '../../../rules/allocate/output-room.js';
import { labelText } from '../../../src/base/label.js';
import { generator } from '../../../src/numeric/random.js';
import { descriptionViolations } from '../../laws/common.js';
import { eigenvalues } from '../pivot/elimination.js';
import { longest, outputTrials, put, runs, unitNorm } from './allocation.js';

describe('allocate/output-room', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(outputRoom, 'allocate/output-room')).toEqual([]));

  it(
    'meets X Xᵀ + Q ≼ (1 − η) I with equality for a contraction of norm 1, or stops exactly ' +
      'where Q ⊀ (1 − η) I; and is undone',
    () => {
      const random = generator(68);
      const seen = { met: 0, stopped: 0 };
      for (const {
        source: { allocation },
        numbers,
      } of outputTrials(random, 30)) {
        const { symbols, margin, dense, fixed } = allocation;
        const rows = numbers.width(labelText(allocation.width));
        const square = fixed === null ? Dense.zeros(rows, rows) : numbers.value(symbols.fixedSquare);
        const reached = Math.max(...eigenvalues(square));
        // On either side of the border.
        if (fixed !== null) square.mul((0.4 + 1.2 * random.uniform()) / reached);
        put(numbers, symbols.fixedSquare, square);
        const feasible = fixed === null || Math.max(...eigenvalues(square)) < 1 - margin;
        const contraction = dense === null ? null : unitNorm(random, rows, numbers.width(labelText(dense.dimension)));
        if (contraction !== null) put(numbers, symbols.contraction, contraction);
        expect(runs(outputRoom.apply(allocation), numbers)).toBe(feasible);
        seen[feasible ? 'met' : 'stopped'] += 1;
        if (!feasible || contraction === null) continue;
        const image = numbers.value(symbols.image);
        const [least = Number.NaN] = eigenvalues(
          Dense.sub(Dense.sub(Dense.eye(rows).mul(1 - margin), image.mmul(image.transpose())), square),
        );
        expect(Math.abs(least)).toBeLessThan(1e-11);
        numbers.store.delete(symbols.contraction.key);
        expect(runs(outputRoom.undo(allocation), numbers)).toBe(true);
        expect(Dense.sub(numbers.value(symbols.contraction), contraction).norm()).toBeLessThan(
          1e-8 * (1 + longest(contraction)),
        );
      }
      expect(Math.min(seen.met, seen.stopped)).toBeGreaterThan(10);
    },
  );
});
