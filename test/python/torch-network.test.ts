import { afterAll, describe, expect, it } from 'vitest';
import { identifiers, torchModule } from '../../src/5-emit/python/index.js';
import { Workshop } from '../5-emit/targets.js';
import { family } from '../activation-architectures.js';
import { builtin, written } from '../architectures.js';
import { beside, composition, definitions } from '../block-architectures.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { pivotStrategy } from '../../rules/variants.js';
import { findStrategy } from '../../src/compile.js';
import type { Subject } from './cases.js';
import { subjectOf } from './cases.js';
import { sessionForTests } from './environment.js';
import { checkSample } from '../../src/verify/check.js';
import type { Value } from './session.js';
import { isArray } from './session.js';
import type { Table } from './compare.js';
import { table } from './compare.js';

/** The class `Network`: what PyTorch users do with a module. */

const session = await sessionForTests('torch');
const workshop = new Workshop();
afterAll(() => workshop.close());

const subject = (name: string): Subject => networks.find(([called]) => called === name)?.[1] ?? networks[0][1];
const networks: readonly [readonly [string, Subject, Table], ...(readonly [string, Subject, Table])[]] = [
  ['pivot', subjectOf(builtin('residual'), 3, pivotStrategy()), { x: 3, w: 5 }],
  [
    'dominance',
    subjectOf(builtin('two-branch'), 2, pivotStrategy({ multipliers: 'dominance', contraction: 'aol' })),
    { x: 3, u: 4, w: 3, y: 2 },
  ],
  ['rows', subjectOf(builtin('residual'), 2, findStrategy('scaled-gershgorin')), { x: 3, w: 5 }],
  [
    'named activations',
    subjectOf(parseArchitecture(family, null), 3, pivotStrategy({ contraction: 'spectral' })),
    { x: 3, w: 4 },
  ],
  ['blocks', subjectOf(beside(), 1, pivotStrategy({ contraction: 'cayley' })), { x: 3, h: 4, 'inner.w': 3, y: 2 }],
];
/** Blocks that share what is left of the bound. */
const parts = subjectOf(
  composition('concatenate', [
    [definitions.scalar, null],
    [definitions.chain, null],
    [definitions.scalar, 0.5],
  ]),
  1,
  pivotStrategy(),
);
const widthsOfParts = { x: 3, 'b1.w': 3, 'b1.y': 2, 'b2.w': 3, 'b3.w': 2, 'b3.y': 2 };
/** Names that a Module or Python have taken, and two that only their brackets tell apart. */
const clashing = written([
  'h = phi(forward * x + train)',
  'g = phi(lambda * h + class)',
  'y = state_dict * g + weights * x',
]);

async function observe(what: string, name: string, more: Table = {}): Promise<Table> {
  const [, one, widths] = networks.find(([called]) => called === name) ?? networks[0];
  return table(
    await session.call('observe', { what, path: workshop.write(torchModule(one.program), 'py'), widths, ...more }),
  );
}

describe.each(networks.map(([name]) => name))('a network (%s)', (name) => {
  it('has its free parameters in state_dict, which goes to a file and into another network', async () => {
    const { keys, free, dims, ...rest } = await observe('state', name);
    expect(keys).toEqual([...identifiers(subject(name).program).values(), '_extra_state']);
    expect(free).toEqual(dims);
    expect(rest).toEqual({ differ: true, same: true, seeded: true });
  });

  it('takes part in training with all its parameters, and keeps its bound', async () => {
    const { first, last, check, moved, steepest } = await observe('training', name, { steps: 40 });
    expect(Number(last)).toBeLessThan(0.98 * Number(first));
    // The eigenvalues of an LMI at the edge are 0 but for rounding.
    expect(Number(check)).toBeLessThan(1e-9);
    expect(Number(steepest)).toBeLessThanOrEqual(1.5);
    expect(Object.entries(table(moved)).filter(([, size]) => !(Number(size) > 0))).toEqual([]);
  });
});

describe.each(['pivot', 'named activations', 'blocks'])('a plain network (%s)', (name) => {
  it('has weights that are numbers, runs as before to the last bit, and is traced and exported without factoring', async () => {
    expect(await observe('plain', name)).toEqual({
      same: true,
      moved: true,
      learned: 0,
      trace: true,
      export: true,
      factors: [],
      loaded: true,
      certificate: true,
    });
  });
});

describe('a network', () => {
  it('is the same in both precisions, in whichever shapes inputs come', async () => {
    const seen = await observe('types', 'pivot');
    expect(seen).toMatchObject({
      wide: 'torch.float64',
      narrow: 'torch.float32',
      default: ['torch.float32'],
      tables: ['torch.float32'],
      shapes: [[3], [1, 7, 3]],
    });
    expect(Number(seen['apart'])).toBeLessThan(1e-4);
    expect(Number(seen['apart'])).toBeGreaterThan(0);
    expect(Number(seen['back'])).toBeLessThan(1e-4);
  });

  it('keeps its weights in eval mode, as long as nothing changes them', async () => {
    const { seen, bound } = await observe('cache', 'pivot');
    // [kept, as freshly made]
    expect(seen).toEqual({
      training: [false, true],
      again: [true, true],
      called: [true, true],
      'train, eval': [false, true],
      load_state_dict: [false, true],
      bound: [false, true],
      precision: [false, true],
      'precision back': [false, true],
      'a step in eval mode': [false, true],
      'another parameter': [false, true],
      'after inference_mode': [false, true],
    });
    expect(bound).toBe(2.5);
  });

  it.each([
    ['eager', ['rows', 'dominance', 'named activations']],
    ['aot_eager', ['pivot']],
  ] as const)('goes through torch.compile in one graph (%s)', async (backend, names) => {
    for (const name of names) {
      const { apart, gradients, eval: still } = await observe('compiled', name, { backend });
      expect(Math.max(Number(apart), Number(gradients), Number(still)), name).toBeLessThan(1e-10);
    }
  });

  it('is copied and pickled', async () => {
    expect(await observe('copies', 'pivot')).toEqual({ same: [true, true], own: true, changed: true, lipschitz: 1 });
  });

  it('is called with parameters from outside, also with several sets of them at a time', async () => {
    for (const name of ['pivot', 'rows']) {
      const { called, vmap, grad } = await observe('functional', name);
      expect(called).toBe(true);
      expect(Number(vmap), name).toBeLessThan(1e-10);
      expect(Number(grad), name).toBeLessThan(1e-8);
    }
  });

  it('hands out its weights by the author’s names, with what they mean', async () => {
    const { tensors, names, metadata, detached, contiguous } = await observe('exported', 'pivot');
    const { program } = subject('pivot');
    const expected = [...program.weights, ...program.biases, ...program.multipliers].map(({ name }) => name);
    expect(names).toEqual(expected);
    expect(Object.keys(table(tensors))).toEqual(expected);
    expect([detached, contiguous]).toEqual([true, true]);
    const { definition, slopes, lipschitz, generator, ...rest } = table(metadata);
    expect(rest).toEqual({
      activation: '["relu", "relu", "relu"]',
      architecture: 'residual',
      depth: '3',
      strategy: 'pivot',
      tensors: 'weights',
      variant: program.variant,
    });
    expect(definition).toBe(program.definition);
    expect([JSON.parse(typeof slopes === 'string' ? slopes : ''), Number(lipschitz)]).toEqual([
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      2,
    ]);
    expect(generator).toMatch(/^Lipwright \d/);
  });

  it('refuses what makes no sense, with codes', async () => {
    const seen = await observe('refused', 'pivot');
    const codes = Object.fromEntries(
      Object.entries(seen).map(([what, text]) => [
        what,
        typeof text === 'string' ? (/^ValueError: (LW\d{3})/.exec(text)?.[1] ?? text) : text,
      ]),
    );
    expect(codes).toEqual({
      input: 'LW303',
      missing: 'LW312',
      shape: 'LW312',
      nan: 'LW307',
      bound: 'LW306',
      'bound nan': 'LW306',
      slopes: 'LW305',
      widths: 'LW304',
      'no width': 'LW304',
      domain: 'LW303',
      'half a width': 'LW304',
    });
  });

  it('has attributes that neither Python nor Module has taken', async () => {
    const one = subjectOf(clashing, 1, pivotStrategy());
    const path = workshop.write(torchModule(one.program), 'py');
    const { keys, free, dims, same } = table(
      await session.call('observe', { what: 'state', path, widths: { x: 2, h: 3, g: 3, y: 2 } }),
    );
    expect(keys).toEqual([...identifiers(one.program).values(), '_extra_state']);
    expect(Object.keys(table(free))).toEqual(one.program.free.map(({ name }) => name));
    expect([free, same]).toEqual([dims, true]);
  });
});

/** The instance that `check` proves, of tensors by name. */
function instanceOf({ program }: Subject, tensors: Table, dims: Table, lipschitz: number): unknown {
  const numbers = (value: Value | undefined): unknown => {
    if (!isArray(value)) return null;
    const [rows = 0, columns] = value.shape;
    return columns === undefined
      ? [...value.data]
      : Array.from({ length: rows }, (_, i) => [...value.data.slice(i * columns, (i + 1) * columns)]);
  };
  const values = (slots: Subject['program']['weights']): Table =>
    Object.fromEntries(slots.map(({ name }) => [name, numbers(tensors[name]) as Value]));
  return {
    architecture: program.architecture,
    depth: program.depth,
    strategy: program.strategy,
    lipschitz,
    dims,
    slopes: program.layers.map(() => [0, 1]),
    weights: values(program.weights),
    biases: values(program.biases),
    multipliers: values(program.multipliers),
    definition: program.definition,
  };
}

describe('the numbers of a network', () => {
  it('are the same to the last bit with fewer digits in products, and what was trained so is proven', async () => {
    const widths = { x: 3, w: 8 };
    for (const name of ['pivot', 'rows']) {
      const path = workshop.write(torchModule(subject(name).program), 'py');
      const { seen, check, tensors } = table(
        await session.call('observe', { what: 'reduced', path, widths, steps: 15 }),
      );
      // [weights, multipliers, gradients and the LMI; outputs, which the networks of old computed with these digits,
      // too]
      expect(seen).toEqual({ tf32: [true, false], bfloat16: [true, false], switches: [true, false] });
      expect(Number(check)).toBeLessThan(0);
      expect(checkSample(instanceOf(subject(name), table(tensors), widths, 1)).accepted).toBe(true);
    }
  });

  it('of half precision are computed with more, and exported as they are run', async () => {
    const seen = Object.entries(await observe('halves', 'pivot'));
    expect(seen.map(([kind]) => kind)).toEqual([
      'torch.float16 0',
      'torch.float16 1',
      'torch.bfloat16 2',
      'torch.bfloat16 3',
    ]);
    for (const [kind, found] of seen)
      expect(found).toEqual({
        types: [kind.slice(0, -2)],
        tables: ['torch.float32'],
        same: true,
        below: true,
        finite: true,
      });
  });

  it.each([
    ['pivot', 0],
    ['rows', 0],
    ['dominance', 0],
    ['blocks', 0],
    ['parts', 2],
  ] as const)('depend on a bound that is learned (%s)', async (name, least) => {
    const path = workshop.write(torchModule((name === 'parts' ? parts : subject(name)).program), 'py');
    const widths = name === 'parts' ? widthsOfParts : networks.find(([called]) => called === name)?.[2];
    expect(await session.call('observe', { what: 'learned', path, widths: widths ?? {}, least })).toEqual({
      right: true,
      moved: true,
      told: true,
      noticed: true,
      refused: 'LW306',
      number: [least + 1.5, false, least + 1.5],
      again: ['lipschitz'],
      below: true,
    });
  });

  it('are those of networks that were made, loaded or copied in inference mode', async () => {
    expect(await observe('inference', 'pivot')).toEqual({ same: [true, true, true, true], grown: true });
  });

  it('go through torch.jit.trace and torch.export', async () => {
    expect(await observe('traced', 'pivot')).toEqual({ eval: true, train: true, export: true });
  });
});
