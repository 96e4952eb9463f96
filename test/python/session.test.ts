import { afterAll, describe, expect, it } from 'vitest';
import { Workshop } from '../5-emit/targets.js';
import { sessionForTests } from './environment.js';
import { array } from './session.js';

const session = await sessionForTests('numpy');
const workshop = new Workshop();
afterAll(() => workshop.close());

/** As if emitted: W = Z / (1 + sum |Z|), refused where Z is 0. */
const module = `
import collections
import numpy as np
Constrained = collections.namedtuple("Constrained", "weights biases multipliers slopes lipschitz")
ARCHITECTURE = "by-hand"
LIPSCHITZ = 1.0
def constrain(free, *, slopes=None, lipschitz=LIPSCHITZ):
    Z = free["Z"]
    if not Z.any():
        raise ValueError("LW402 the demand is infeasible")
    print("noise")
    return Constrained({"W": lipschitz * Z / (1 + abs(Z).sum())}, {}, {}, tuple(slopes or ()), lipschitz)
def forward(constrained, x, activation=None):
    return x @ constrained.weights["W"].T
def lmi(constrained):
    W = constrained.weights["W"]
    return W.T @ W - constrained.lipschitz ** 2 * np.eye(W.shape[1])
def check(constrained):
    return np.linalg.eigvalsh(lmi(constrained))[-1]
`;

describe('the process that runs modules', () => {
  const path = workshop.write(module, 'py');

  it('gives back what functions return, to the last bit, and the failures of single cases', async () => {
    const given = [0.1, -1 / 3, 5e-324, -0, 2 ** 0.5, 1e308];
    const [first, second, third, fourth] = (await session.call('run', {
      cases: [
        { path, free: { Z: array([1, 1], [1]) }, lipschitz: 2, inputs: array([2, 1], [3, 0.5]) },
        { path, free: { Z: array([2, 1], [0, 0]) } },
        {
          path,
          free: { Z: array([2, 3], given) },
          slopes: [
            [0, 1],
            [-0.5, 1],
          ],
        },
        { path, free: { Z: array([1, 2], [NaN, Infinity]) } },
      ],
    })) as readonly Readonly<Record<string, unknown>>[];
    expect(first).toMatchObject({
      weights: { W: array([1, 1], [1]) },
      outputs: array([2, 1], [3, 0.5]),
      lmi: array([1, 1], [-3]),
      check: -3,
      lipschitz: 2,
    });
    expect(second).toMatchObject({ error: 'ValueError: LW402 the demand is infeasible' });
    // Next to 1e308 the others do not count.
    expect(third).toMatchObject({
      weights: {
        W: array(
          [2, 3],
          given.map((entry) => entry / 1e308),
        ),
      },
      slopes: [
        [0, 1],
        [-0.5, 1],
      ],
    });
    expect(fourth).toMatchObject({ weights: { W: array([1, 2], [NaN, NaN]) } });
    expect(await session.call('load', { path })).toEqual({ ARCHITECTURE: 'by-hand', LIPSCHITZ: 1 });
  });

  it('hands on failures of whole calls, and goes on', async () => {
    await expect(session.call('load', { path: workshop.write('import numpy\nx = 1 /', 'py') })).rejects.toThrow(
      'SyntaxError',
    );
    await expect(session.call('run', { cases: 3 })).rejects.toThrow('TypeError');
    expect(await session.call('run', { cases: [] })).toEqual([]);
  });
});
