import { afterAll, describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../rules/variants.js';
import { numpyModule } from '../../src/5-emit/python/index.js';
import type { Strategy } from '../../src/model/strategy.js';
import { Workshop } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';
import { kinds, subjectOf, subjects } from './cases.js';
import type { Table } from './compare.js';
import { table } from './compare.js';
import { sessionForTests } from './environment.js';
import { crossTarget } from './suite.js';

const session = await sessionForTests('numpy');
const workshop = new Workshop();
afterAll(() => workshop.close());

describe('NumPy modules', () => {
  it('give the weights, outputs and LMIs of the in-memory function, or its codes', async () => {
    const { complaints, compared, full, codes } = await crossTarget(session, workshop, {
      subjects: subjects(11, 3), print: numpyModule, sizes: ['ordinary', 'ordinary', 'zero', 'hostile', 'hostile'], precision: 'float64', seed: 701,
    });
    expect(complaints).toEqual([]);
    expect(compared).toBeGreaterThan(400);
    expect(full / compared).toBeGreaterThan(0.85);
    expect(codes).toEqual(expect.arrayContaining(['LW305', 'LW402']));
  });

  it('do so in single precision', async () => {
    const { complaints, compared, full } = await crossTarget(session, workshop, { subjects: subjects(12, 2), print: numpyModule, sizes: ['ordinary', 'ordinary', 'zero'], precision: 'float32', seed: 702 });
    expect(complaints).toEqual([]);
    expect(full / compared).toBeGreaterThan(0.3);
  });
});

describe('a NumPy module', () => {
  const observe = async (what: string, depth: number, strategy: Strategy, more: Table): Promise<Table> =>
    table(await session.call('observe', { what, path: workshop.write(numpyModule(subjectOf(builtin('residual'), depth, strategy).program), 'py'), ...more }));

  it.each(kinds.map((strategy) => [strategy.kind === 'pivot' ? `${strategy.multipliers} ${strategy.contraction}` : strategy.name, strategy] as const))('begins alive (%s)', async (_name, strategy) => {
    for (const depth of [1, 3, 6]) {
      const { alive, spread, gain, ...rest } = await observe('initial', depth, strategy, { widths: { x: 2, w: 32 }, lipschitz: 2 });
      console.log(_name, depth, alive, spread, gain);
      expect(rest).toEqual({ equal: true, other: true, dims: true, single: ['float32'] });
    }
  });

  it('takes inputs and parameters of all shapes and kinds', async () => {
    const { rows, ...rest } = await observe('shapes', 2, pivotStrategy(), { widths: { x: 3, w: 4 } });
    expect(rest).toEqual({ shapes: [[3], [3, 3], [2, 3, 3], [0, 3, 3]], whole: true, lists: true, untouched: true });
    expect(Number(rows)).toBeLessThan(1e-12);
  });
});
