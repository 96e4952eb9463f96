import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { shippedRuntime } from '../../src/base/shipped.js';
import { jax } from '../../src/5-emit/python/dialects/jax.js';
import { numpy } from '../../src/5-emit/python/dialects/numpy.js';
import { torch } from '../../src/5-emit/python/dialects/torch.js';
import { importLines, readRuntime, usedParts } from '../../src/5-emit/python/runtime.js';
import { Workshop } from '../5-emit/targets.js';
import { table } from './compare.js';
import type { Table } from './compare.js';
import { sessionForTests } from './environment.js';
import type { Session } from './session.js';

/** The files of src/runtime/python by themselves, over each framework. */

const sessions: Readonly<Record<string, Session>> = {
  numpy: await sessionForTests('numpy'),
  jax: await sessionForTests('jax'),
  torch: await sessionForTests('torch'),
};
const workshop = new Workshop();
afterAll(() => workshop.close());

const folder = fileURLToPath(new URL('../../src/runtime/python', import.meta.url));
const shared = [...shippedRuntime('python').keys()].filter((name) => !name.startsWith('on_'));

/** All that a framework has, over the smallest network. */
function whole(own: readonly string[], packages: readonly string[]): string {
  const runtime = readRuntime([...own, 'core', ...shared.filter((name) => name !== 'defaults'), 'defaults']);
  const text = usedParts(runtime, [...runtime.parts.keys()].join('\n'))
    .map((part) => part.text)
    .sort((a, b) => Number(/^(?:class|def|@|jax)/m.test(a)) - Number(/^(?:class|def|@|jax)/m.test(b)))
    .join('\n\n\n');
  const imports = importLines(runtime, text, (module) => !packages.some((each) => module.startsWith(each)));
  return ['from __future__ import annotations', ...imports, text, ''].join('\n');
}

describe.each([
  ['numpy', numpy],
  ['jax', jax],
  ['torch', torch],
])('the runtime over %s', (name, { runtime, packages }) => {
  const look = async (what: string, more: Table = {}): Promise<Table> =>
    table(
      (await sessions[name]?.call('runtime', {
        what,
        path: workshop.write(whole(runtime, packages), 'py'),
        ...more,
      })) ?? null,
    );

  it('is made of files that can be imported as they stand', async () => {
    const names = [...shared, ...runtime];
    const docs = await sessions[name]?.call('runtime', { what: 'files', path: null, folder, names });
    expect(docs).toHaveLength(names.length);
  });

  it('solves, factors and bounds as NumPy does, in both precisions', async () => {
    const found = await look('matrices');
    for (const precision of ['float64', 'float32']) {
      expect(found[`indefinite ${precision}`]).toEqual(['LW404 indefinite']);
      expect(found[`norm of zero ${precision}`]).toBe(0);
      const kept = found[`kept ${precision}`];
      // JAX computes in the precision that weights are kept in.
      if (name !== 'jax') expect(kept).toEqual([0, 0]);
      for (const key of Object.keys(found).filter((each) => each.startsWith('norm (') && each.endsWith(precision)))
        for (const excess of found[key] as readonly number[]) expect(excess, key).toBeLessThan(100);
    }
    const distances = Object.entries(found).filter(([, value]) => typeof value === 'number');
    expect(distances.length).toBeGreaterThan(25);
    for (const [what, value] of distances) expect(value, what).toBeLessThan(300);
  });

  it('has the functions of numbers where plain formulas overflow', async () => {
    const { _capped, _ratio, ...rest } = await look('numbers');
    expect(_capped).toEqual([0.5, 1, 1, 1]);
    expect(_ratio).toEqual([0.25, '-inf', 'nan']);
    expect(Object.keys(rest)).toHaveLength(6);
    for (const [what, value] of Object.entries(rest)) expect(value, what).toBeLessThan(8);
  });

  it('interpolates splines, and keeps their slopes in bounds exactly', async () => {
    const found = await look('splines');
    for (const precision of ['float64', 'float32']) {
      expect(found[`values ${precision}`]).toBeLessThan(32);
      expect(found[`outside ${precision}`]).toBe(0);
      expect(found[`kept ${precision}`]).toBeLessThan(1e-4);
    }
  });

  it('reads widths, slopes and bounds, or says what is wrong with them', async () => {
    expect(await look('options')).toEqual({
      families: [3, 4, 4],
      members: [3, 4, 5],
      clash: 'ValueError: LW303 x, y must have one width, found [2, 3]',
      missing: 'ValueError: LW304 no width for w[1]',
      unknown: 'ValueError: LW304 there is no signal z to give a width',
      'no width': 'ValueError: LW304 the width of x must be an integer from 1 to 65536, found 0',
      untold: 'ValueError: LW304 no free parameter tells the width of w[2]',
      'left out': 'ValueError: LW312 A is missing',
      flat: 'ValueError: LW312 A has the shape (3,)',
      ordinary: [
        [0, 1],
        [0, 1],
        [-1, 1],
      ],
      'one pair': [
        [0.5, 2],
        [0, 1],
        [-1, 1],
      ],
      pairs: [
        [0, 2],
        [-1, 1],
        [-1, 1],
      ],
      'few pairs': 'ValueError: LW305 3 pairs of slopes expected, found 1',
      'upside down': 'ValueError: LW305 slopes must be finite with m <= L, found [1.0, 0.0]',
      'not finite': 'ValueError: LW305 slopes must be finite with m <= L, found [0.0, inf]',
      'too narrow': 'ValueError: LW305 the slopes of tanh are [0.0, 1.0], which [0.0, 0.5] does not contain',
      'another block': 'ValueError: LW305 the block inner is held to [-1.0, 1.0], found [0.0, 1.0]',
      bounds: [2, 2 ** -60],
      'no bounds': ['0', '-1.0', 'nan', 'inf'].map(
        (found) => `ValueError: LW306 the Lipschitz bound must be positive and finite, found ${found}`,
      ),
    });
  });

  it('adds widths, and shares bounds out', async () => {
    const { shares, ...rest } = await look('sums_and_budgets');
    expect(rest).toEqual({
      sum: [1, 2, 3, 5],
      clash: 'ValueError: LW303 the width of y is 5, a sum, found 4',
      open: [1, null, 3, null],
      'none left': expect.stringMatching(/^ValueError: LW316 infeasible: blocks held to 3 and 1 more in a concatenate/),
    });
    // 5 / 2, half of 5/2 - 1/2, the root of 25 - 9, and nothing to share; all rounded down.
    const whole = [2.5, 1, 4, 1];
    (shares as readonly number[]).forEach((share, at) => {
      const most = whole[at] ?? Number.NaN;
      expect(share).toBeLessThanOrEqual(most);
      expect(share).toBeGreaterThan(most * (1 - 2 ** -38));
    });
  });

  it('begins with rows of the sizes that it says', async () => {
    const { shapes, 'one large': large, columns, ...distances } = await look('beginnings');
    expect(shapes).toMatchObject({ sphere: [4, 3], constant: [2], spline: [2, 5] });
    expect(large).toBe(true);
    expect(columns).toEqual([0, 1, 2]);
    expect(Object.keys(distances)).toHaveLength(8);
    for (const [what, value] of Object.entries(distances)) expect(value, what).toBeLessThan(1e-6);
  });
});
