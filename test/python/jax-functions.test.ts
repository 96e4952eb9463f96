import { afterAll, describe, expect, it } from 'vitest';
import { jaxModule } from '../../src/5-emit/python/index.js';
import { findStrategy } from '../../src/compile.js';
import { pivotStrategy } from '../../rules/variants.js';
import { Workshop } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';
import { subjectOf } from './cases.js';
import type { Subject } from './cases.js';
import type { Table } from './compare.js';
import { table } from './compare.js';
import { sessionForTests } from './environment.js';

/** Pure functions over pytrees: what JAX users do with them. */

const session = await sessionForTests('jax');
const workshop = new Workshop();
afterAll(() => workshop.close());

const networks: readonly [readonly [string, Subject, Table], ...(readonly [string, Subject, Table])[]] = [
  ['pivot', subjectOf(builtin('residual'), 1, pivotStrategy()), { x: 2, w: 3 }],
  ['rows', subjectOf(builtin('residual'), 1, findStrategy('gershgorin')), { x: 2, w: 3 }],
];

async function observe(what: string, name: string, more: Table = {}): Promise<Table> {
  const [, one, widths] = networks.find(([called]) => called === name) ?? networks[0];
  return table(
    await session.call('observe', { what, path: workshop.write(jaxModule(one.program), 'py'), widths, ...more }),
  );
}

describe('JAX functions', () => {
  it('take and give pytrees of arrays', async () => {
    const { free, dims, leaves, again, through, applied } = await observe('trees', 'pivot');
    expect(free).toEqual(dims);
    expect([leaves, again]).toEqual([true, 'Constrained2.0True']);
    expect(through).toEqual(['Constrained', 2, 0]);
    expect(Number(applied)).toBeLessThan(1e-12);
  });

  it.each(['pivot', 'rows'])('go through jit, grad, vmap and compositions of these (%s)', async (name) => {
    const { alive, ...apart } = await observe('transforms', name);
    expect(Object.entries(apart).filter(([, by]) => !(Number(by) < 1e-9))).toEqual([]);
    expect(Object.entries(table(alive)).filter(([, size]) => !(Number(size) > 0))).toEqual([]);
  });

  it('raise where numbers can be looked at, and give NaN under a trace', async () => {
    const { traced, fine, ...texts } = await observe('refused', 'pivot');
    expect([traced, fine]).toEqual([true, true]);
    const codes = Object.fromEntries(
      Object.entries(texts).map(([what, text]) => [
        what,
        typeof text === 'string' ? (/^ValueError: (LW\d{3})/.exec(text)?.[1] ?? text) : text,
      ]),
    );
    expect(codes).toEqual({
      nan: 'LW307',
      input: 'LW303',
      missing: 'LW312',
      bound: 'LW306',
      slopes: 'LW305',
      'no width': 'LW304',
    });
  });

  it('train in single precision', async () => {
    const { first, last, check, dtypes } = await observe('training', 'pivot', { steps: 60 });
    expect(Number(last)).toBeLessThan(0.95 * Number(first));
    expect(Number(check)).toBeLessThan(1e-4);
    expect(dtypes).toEqual(['float32']);
  });

  it('begin with parameters that follow from the key', async () => {
    expect(await observe('initial', 'pivot')).toEqual({ equal: true, other: true, dtypes: ['float32'] });
  });

  it('hand out weights by the author’s names, with what they mean', async () => {
    const { tensors, names, metadata } = await observe('exported', 'pivot');
    expect(Object.keys(table(tensors))).toEqual(names);
    expect(table(metadata)).toMatchObject({
      architecture: 'residual',
      depth: '1',
      strategy: 'pivot',
      lipschitz: '2.0',
      slopes: '[[0.0, 1.0]]',
    });
  });
});
