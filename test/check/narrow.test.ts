import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { certify } from '../../src/certify/certify.js';
import type { GivenNetwork } from '../../src/certify/certify.js';
import { decide } from '../../src/numeric/definiteness.js';
import { finish } from '../../src/numeric/work.js';
import type { Constrained } from '../../src/5-emit/index.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { checkSample } from '../../src/verify/check.js';
import { decideNetwork } from '../../src/check/decide-network.js';
import type { Judge } from '../../src/verify/instance.js';
import { narrowed } from '../../src/check/narrow.js';
import type { NetworkSpecification } from '../certify/random-network.js';
import { randomNetwork } from '../certify/random-network.js';

interface Case {
  readonly judge: Judge;
  readonly values: Constrained;
}

/** With multipliers that certify the least 𝓛 of the LMI. */
async function tight(network: GivenNetwork): Promise<Case> {
  const judge = bareNetwork(network.architecture, network.depth);
  const { lipschitz, multipliers } = await certify(network, { lowerBound: null });
  const shaped = judge.constrain(
    { ...network.weights, ...(network.biases ?? {}) },
    { widths: network.widths, slopes: network.slopes ?? [0, 1] },
  );
  return {
    judge,
    values: {
      ...shaped,
      lipschitz,
      multipliers: Object.fromEntries(
        Object.entries(multipliers).map(([name, row]) => [name, Float64Array.from(row, Number)]),
      ),
    },
  };
}

/** Both scaled, so that the multipliers stay those that suit 𝓛. */
const scaled = (values: Constrained, factor: number): Constrained => ({
  ...values,
  lipschitz: values.lipschitz * factor,
  multipliers: Object.fromEntries(
    Object.entries(values.multipliers).map(([name, data]) => [name, data.map((value) => value * factor * factor)]),
  ),
});

const narrowOf = ({ judge, values }: Case): Constrained | null =>
  finish(narrowed(judge.program, values))?.values ?? null;
const proves = (judge: Judge, values: Constrained): boolean =>
  decide(judge.assembly(values), { margin: false, disproof: false }).negativeSemidefinite === true;

const plain: NetworkSpecification = {
  architecture: 'feedforward',
  depth: 1,
  widths: { x: 30, w: 6, y: 3 },
  slopes: [0, 1],
  seed: 1,
};
const wide: readonly NetworkSpecification[] = [
  plain,
  { architecture: 'feedforward', depth: 2, widths: { x: 40, w: 7, y: 2 }, slopes: [-0.2, 1.1], seed: 2 },
  { architecture: 'two-branch', depth: 2, widths: { x: 50, u: 4, w: 5, y: 3 }, slopes: [0, 1], seed: 3 },
  { architecture: 'two-branch', depth: 1, widths: { x: 33, u: 4, w: 5, y: 3 }, slopes: [-1, 1], seed: 4 },
];

describe('a narrower network', () => {
  it.each(wide)(
    'proves nothing that exact arithmetic refutes, and loses next to nothing: $architecture, slopes $slopes',
    async (specification) => {
      const { judge, values } = await tight(randomNetwork(specification));
      const narrow = narrowOf({ judge, values });
      expect(narrow).not.toBeNull();
      if (narrow === null) return;
      expect(narrow.widths['x']).toBeLessThan(specification.widths['x'] ?? 0);
      for (const factor of [1 - 1e-3, 1 - 1e-6, 1 - 1e-8, 1 - 1e-10, 1, 1 + 1e-10]) {
        if (proves(judge, scaled(narrow, factor)))
          expect(decide(judge.assembly(scaled(values, factor))).negativeSemidefinite).toBe(true);
      }
      expect(proves(judge, scaled(narrow, 1 - 1e-6))).toBe(false);
      expect(proves(judge, scaled(narrow, 1 + 1e-8))).toBe(true);
    },
  );

  it('this would be seen: with a factor a millionth too small it proves what is false', async () => {
    const { judge, values } = await tight(randomNetwork(plain));
    const narrow = narrowOf({ judge, values });
    if (narrow === null) throw new Error('no narrower network');
    const wrong = {
      ...narrow,
      weights: {
        ...narrow.weights,
        'C[1]': (narrow.weights['C[1]'] ?? new Float64Array(0)).map((value) => value * (1 - 1e-6)),
      },
    };
    expect(proves(judge, scaled(wrong, 1 - 5e-7))).toBe(true);
    expect(decide(judge.assembly(scaled(values, 1 - 5e-7))).negativeSemidefinite).toBe(false);
  });

  it('is there for rows that depend on one another, and of any size', () => {
    const base = randomNetwork({
      architecture: 'feedforward',
      depth: 1,
      widths: { x: 20, w: 5, y: 2 },
      slopes: [0, 1],
      seed: 7,
    });
    const first = base.weights['C[1]'] ?? new Float64Array(0);
    const changed = (change: (value: number, row: number, column: number) => number): GivenNetwork => ({
      ...base,
      weights: { ...base.weights, 'C[1]': first.map((value, at) => change(value, Math.floor(at / 20), at % 20)) },
    });
    for (const network of [
      changed((_value, _row, column) => first[column] ?? 0),
      changed((value, row) => value * 1000 ** (row - 2)),
      changed((value) => value * 2 ** 300),
      changed((value) => value * 2 ** -300),
    ]) {
      const judge = bareNetwork(network.architecture, 1);
      const shaped = judge.constrain(
        { ...network.weights, ...(network.biases ?? {}) },
        { widths: network.widths, slopes: [0, 1] },
      );
      expect(narrowOf({ judge, values: shaped })).not.toBeNull();
    }
  });

  it.each<readonly [string, string, Readonly<Record<string, number>>]>([
    ['the input is read as it is', 'w = phi(C * x)\ny = x + B * w', { x: 9, w: 2, y: 9 }],
    ['a diagonal weight reads it', 'w = phi(C * x)\ny = A * x + B * w', { x: 9, w: 2, y: 9 }],
    [
      'its readers are as wide as it is',
      'u = phi(C * x)\nw = phi(D * x)\ny = A * u + B * w',
      { x: 4, u: 2, w: 2, y: 1 },
    ],
  ])('there is none where %s', (_title, equations, widths) => {
    const text = `name: hand\ntitle: By hand\nequations: |\n${equations
      .split('\n')
      .map((line) => `  ${line}\n`)
      .join('')}parameters:\n  A: { structure: diagonal }\n`;
    const architecture = parseArchitecture(
      text.includes('A * x') ? text : text.slice(0, text.indexOf('parameters')),
      null,
    );
    const judge = bareNetwork(architecture, 1);
    const shapes = judge.dims(widths);
    const free = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        new Float64Array(shape.reduce((all, size) => all * size, 1)).fill(0.5),
      ]),
    );
    expect(narrowOf({ judge, values: judge.constrain(free, { widths, slopes: [0, 1] }) })).toBeNull();
  });

  it('of zero rows, and of weights that are not finite, there is none', () => {
    const network = randomNetwork(plain);
    const judge = bareNetwork(network.architecture, 1);
    const shaped = judge.constrain(
      { ...network.weights, ...(network.biases ?? {}) },
      { widths: network.widths, slopes: [0, 1] },
    );
    for (const value of [0, NaN, Infinity]) {
      const first = (network.weights['C[1]'] ?? new Float64Array(0)).map((entry, at) => (at < 30 ? value : entry));
      expect(narrowOf({ judge, values: { ...shaped, weights: { ...shaped.weights, 'C[1]': first } } })).toBeNull();
    }
  });
});

describe('check of a wide network', () => {
  it('proves what certify proves, and rejects 𝓛 a little smaller', async () => {
    const network = randomNetwork({
      architecture: 'feedforward',
      depth: 2,
      widths: { x: 700, w: 12, y: 3 },
      slopes: [-0.2, 1.1],
      seed: 5,
    });
    const { judge, values } = await tight(network);
    expect(decideNetwork(judge, values)).toEqual({
      negativeSemidefinite: true,
      method: 'verified-cholesky',
      margin: null,
    });
    expect(decideNetwork(judge, scaled(values, 1 - 1e-5)).negativeSemidefinite).not.toBe(true);
    expect(checkSample(await certify(network, { lowerBound: null }))).toMatchObject({ accepted: true, size: 724 });
  });
});
