import { Matrix as Dense } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { factorPivot } from '../../../rules/allocate/factor-pivot.js';
import { labelText } from '../../../src/base/label.js';
import { symbols } from '../../../src/expr/visit.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import type { Store } from '../../laws/carry-out.js';
import { carryOut } from '../../laws/carry-out.js';
import { descriptionViolations } from '../../laws/common.js';
import { covarianceOf, dense, environmentOf, layerTrials } from '../pivot/elimination.js';

describe('allocate/factor-pivot', () => {
  it('has the description of a rule', () =>
    expect(descriptionViolations(factorPivot, 'allocate/factor-pivot')).toEqual([]));

  it('gives what the definitions give with D⁻¹ as it stands, and what the inverse of N says', () => {
    let compared = 0;
    for (const { sample, index } of layerTrials(generator(63), 20)) {
      const recursion = sample.recursion.layers[index];
      if (recursion === undefined) throw new Error('no layer');
      const made = new Map<string, Matrix>();
      for (const { symbol, value } of recursion.definitions)
        made.set(symbol.key, evaluate(value, environmentOf(sample, index, made)));
      const store: Store = new Map();
      for (const assignment of factorPivot.apply(recursion))
        carryOut(assignment, store, environmentOf(sample, index, store));
      const after = covarianceOf(sample, index + 1);
      for (const { symbol } of recursion.definitions) {
        const [plainly, byFactor] = [made.get(symbol.key), store.get(symbol.key)];
        if (plainly === undefined || byFactor === undefined) throw new Error(`${symbol.key} is missing`);
        const size = dense(plainly).norm();
        expect(Dense.sub(dense(plainly), dense(byFactor)).norm()).toBeLessThan(1e-9 * Math.max(1, size));
        if (
          symbol.role !== 'covariance' ||
          labelText(symbol.other ?? symbol.label) === labelText(recursion.source.drive)
        )
          continue;
        compared += 1;
        expect(
          Dense.sub(after(labelText(symbol.label), labelText(symbol.other ?? symbol.label)), dense(byFactor)).norm(),
        ).toBeLessThan(1e-9 * Math.max(1, size));
      }
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('never inverts the pivot itself, and solves for each right side once', () => {
    for (const { source, definitions, constraint } of layerTrials(generator(64), 5).flatMap(
      ({ sample, index }) => sample.recursion.layers[index] ?? [],
    )) {
      const assignments = factorPivot.apply({ source, definitions, constraint });
      const solved = assignments.flatMap((item) =>
        item.kind === 'matrix' && item.value.kind === 'product' && item.value.items[0]?.kind === 'inverse'
          ? [item.value.key]
          : [],
      );
      expect(new Set(solved).size).toBe(solved.length);
      const late = assignments.slice(
        assignments.findIndex((each) => each.kind === 'primitive' && each.primitive.name === 'cholesky') + 1,
      );
      for (const item of late)
        if (item.kind === 'matrix') expect([...symbols(item.value)].map(({ role }) => role)).not.toContain('pivot');
    }
  });
});
