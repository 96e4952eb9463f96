import { afterAll, describe, expect, it } from 'vitest';
import { analyseActivation, readActivation } from '../../src/slopes/index.js';
import { importNetwork } from '../../src/import/import.js';
import { sourceOfSafetensors } from '../../src/import/source.js';
import { safetensorsContents } from '../../src/import/safetensors.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import type { Position } from '../../src/base/diagnostic.js';
import { lowerArchitecture } from '../../src/compile.js';
import { numericFunction } from '../../src/slopes/scalar/evaluate.js';
import { jaxModule, torchModule } from '../../src/emit.js';
import { Workshop } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';
import { table } from './compare.js';
import { sessionForTests } from './environment.js';
import type { PythonArray, Value } from './session.js';

/**
 * What generated modules know of the activations of their framework: each line of the table against the framework and
 * against the expression.
 */

const sessions = { torch: await sessionForTests('torch'), jax: await sessionForTests('jax') };
const workshop = new Workshop();
afterAll(() => workshop.close());

const program = lowerArchitecture(builtin('residual'), { depth: 3, strategy: 'pivot' });
const texts = { torch: torchModule(program), jax: jaxModule(program) };
const widths = { x: 2, w: 3 };

async function observe(framework: 'torch' | 'jax', what: string): Promise<Value> {
  return sessions[framework].call('observe', { what, path: workshop.write(texts[framework], 'py'), widths });
}

const nowhere = (): Position => ({ file: null, line: 1, column: 1 });
/**
 * One line of the table at one set of arguments: what the module says of it, and what the framework and the module give
 * at the points.
 */
interface Line {
  readonly path: string;
  readonly is: string | null;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly missing?: true;
  readonly unknown?: true;
  readonly refused?: string;
  readonly name?: string;
  readonly slopes?: readonly [number, number];
  readonly points?: PythonArray;
  readonly values?: PythonArray;
  readonly runs?: PythonArray;
}

/** Why the library gives no slopes for this text; null if it does. */
function refusalOf(text: string): string | null {
  try {
    analyseActivation(readActivation(text, nowhere), null);
    return null;
  } catch (error) {
    if (error instanceof LipwrightError) return error.code;
    throw error;
  }
}

/** What is wrong with a line, or null. */
function objection({
  path,
  is,
  name,
  numbers = {},
  refused,
  unknown,
  missing,
  points,
  values,
  runs,
  slopes,
}: Line): string | null {
  const given = Object.entries(numbers).map(([key, value]) => `${key}=${value}`);
  const said = `${is ?? ''}${given.length === 0 ? '' : `(${given.join(', ')})`}`;
  if (missing === true) return null;
  if (unknown === true) return `${path} as ${said} is not known`;
  if (refused !== undefined) {
    if (!refused.startsWith('LW305 ')) return `${path} as ${said}: ${refused}`;
    return is === null || refused.includes('must be a number') || refusalOf(said) !== null
      ? null
      : `${path} as ${said} is refused (${refused}), and has slopes`;
  }
  const analysed = analyseActivation(readActivation(name ?? '', nowhere), null);
  const { m, L } = analysed.analysis;
  const [low, high] = slopes ?? [Number.NaN, Number.NaN];
  if (low !== m.enclosure.lo || high !== L.enclosure.hi)
    return `${path} as ${said}: slopes [${low}, ${high}], derived [${m.enclosure.lo}, ${L.enclosure.hi}]`;
  const phi = numericFunction(analysed.function);
  const samples = [...(points?.data ?? [])]
    .map((v, k) => ({ v, theirs: values?.data[k] ?? Number.NaN, ours: runs?.data[k] ?? Number.NaN, exact: phi(v) }))
    .sort((a, b) => a.v - b.v);
  const near = (a: number, b: number, part: number): boolean => Math.abs(a - b) <= part * Math.max(1, Math.abs(b));
  // PyTorch's softplus is 2e-9 off beyond its threshold; what runs is not.
  const off = samples.find(({ theirs, ours, exact }) => !near(theirs, exact, 3e-9) || !near(ours, exact, 1e-12));
  if (off !== undefined || samples.length === 0) return `${path} as ${said}: ${JSON.stringify(off)}`;
  const steps = samples
    .slice(1)
    .map((one, k) => (one.ours - (samples[k]?.ours ?? Number.NaN)) / (one.v - (samples[k]?.v ?? Number.NaN)));
  const steep = steps.find((slope) => !(slope >= low - 1e-9 && slope <= high + 1e-9));
  return steep === undefined ? null : `${path} as ${said} has slope ${steep}`;
}

describe.each(['torch', 'jax'] as const)('the activations of %s', (framework) => {
  it('are those of the library that they are said to be, with their derived slopes, at random parameters', async () => {
    const entries = (await observe(framework, 'known')) as unknown as readonly Line[];
    expect(entries.length).toBeGreaterThan(framework === 'torch' ? 80 : 45);
    expect(entries.map(objection).filter((text) => text !== null)).toEqual([]);
    // Every activation of the library that has slopes is there under some name of PyTorch.
    if (framework === 'torch') expect(entries.filter(({ missing }) => missing === true)).toEqual([]);
  });
});

const gelu = [-0.1289041451851558, 1.1289041451851558];
const tanhGelu = [-0.12899306865935245, 1.1289930686593526];
const silu = [-0.09983932012980605, 1.0998393201298062];
const selu = 1.758099340847377;
const unknown = /^LW305 the slopes of .* are not known/;
const narrow = /^LW305 the slopes of .* does not contain$/;

describe('PyTorch users', () => {
  it('hand over activations in many ways: each has slopes that hold for what runs, or is refused', async () => {
    const seen = table(await observe('torch', 'handed_over'));
    const three = (pair: readonly number[], name: string | null): object => ({
      slopes: [pair, pair, pair],
      activation: `[${Array(3).fill(JSON.stringify(name)).join(', ')}]`,
      kept: true,
      check: true,
      runs: true,
    });
    const run = (pair: readonly number[], name: string | null): object => ({ ...three(pair, name), steps: 3 });
    const expected: Readonly<Record<string, object | RegExp>> = {
      nothing: { ...three([0, 1], 'relu'), steps: 0 },
      gelu: run(gelu, 'gelu'),
      'gelu by tanh': run(tanhGelu, 'gelu-tanh'),
      partial: run([1, 2], 'leaky-relu(a=2)'),
      'partial of partial': run([0, 1], 'elu(alpha=0.5)'),
      "a module's method": run([0, selu], 'selu'),
      'one for each': { ...run([0, 0], ''), slopes: [silu, [0, 1], [-1, 1]], activation: '["silu", "tanh", "sin(v)"]' },
      'a ModuleList': {
        ...run([0, 0], ''),
        slopes: [silu, [0, 1], [0, 1.5]],
        activation: '["silu", "tanh", "elu(alpha=1.5)"]',
      },
      'two for three': /^LW305 3 activations expected, one a hidden signal, found 2$/,
      'a chain of one': run([-0.5, 1.5], 'hardswish'),
      'a chain': run([0, 2 * selu], null),
      'a chain that grows': run(gelu, null),
      'a chain with PReLU': /^LW305 PReLU learns its slope/,
      'a chain with the unknown': unknown,
      'a changed module': run([0.5, 1], 'leaky-relu(a=0.5)'),
      'a hooked module': run([0, 1], 'tanh'),
      'a lambda': unknown,
      'a name': /^LW305 'gelu' is no function, pass torch\.nn\.functional\.gelu/,
      'a name with slopes': /^LW305 'swish' is no function$/,
      'a lambda with slopes': run([-3, 3], null),
      "a module of one's own": unknown,
      "a module of one's own with slopes": run([-3, 3], null),
      PReLU: /^LW305 PReLU learns its slope/,
      'PReLU with slopes': /^LW305 PReLU learns its slope/,
      'its forward': /^LW305 PReLU learns its slope/,
      'a linear map': /^LW305 Linear holds parameters/,
      'a tensor as a slope': /^LW305 negative_slope of leaky_relu must be a number/,
      RReLU: /^LW305 RReLU draws numbers anew/,
      'RReLU in eval': run([0.22916666666666663, 1], 'rrelu(lower=0.125, upper=0.3333333333333333)'),
      Hardshrink: /^LW305 Hardshrink has no slope bounds: it jumps/,
      'Softplus with a jump': /^LW305 Softplus jumps/,
      softmax: /^LW305 Softmax mixes/,
      'narrower slopes': narrow,
      'wider slopes': run([-1, 2], 'gelu'),
      'slopes as they are written': run([0.009999999999999998, 1], 'leaky-relu(a=0.01)'),
      'set later': run(gelu, 'gelu'),
      'a module set later': run([0, selu], 'selu'),
      'set back': run([0, 1], 'relu'),
      'set later, with slopes': narrow,
      'a lambda set later': unknown,
      'PReLU set later': /^LW305 PReLU learns its slope/,
      'slopes set later': run([-1, 2], 'gelu'),
      'narrower slopes set later': narrow,
      'default, then tanh': [7, 2],
      'default, then gelu': narrow,
      'default, then a lambda': unknown,
      'slopes, then a lambda': [7, 2],
      'slopes, then too steep': narrow,
      'gelu, then nothing': [7, 2],
      'gelu, then a lambda': unknown,
      'slopes, then PReLU': /^LW305 PReLU learns its slope/,
    };
    expect(Object.keys(seen).sort()).toEqual(Object.keys(expected).sort());
    for (const [way, wanted] of Object.entries(expected)) {
      if (wanted instanceof RegExp) expect(seen[way], way).toMatch(wanted);
      else expect(seen[way], way).toEqual(wanted);
    }
  });

  it('load a state_dict with the bound, the slopes and the activation that it was made for, or are told', async () => {
    const { text, files, ...seen } = table(await observe('torch', 'extra_state'));
    const fine = { said: [], moved: true };
    expect(JSON.parse(typeof text === 'string' ? text : '')).toMatchObject({
      lipschitz: '2.0',
      activation: '["gelu", "gelu", "gelu"]',
      slopes: JSON.stringify([gelu, gelu, gelu]).replaceAll(',', ', '),
      depth: '3',
    });
    expect(seen).toEqual({
      same: fine,
      'another bound': {
        said: ['LW306 this state_dict is of a network with lipschitz 2.0, this one has 1.0'],
        moved: false,
      },
      'other slopes': {
        said: [
          expect.stringMatching(
            /^LW305 this state_dict is of a network with slopes \[\[-0\.12.*, this one has \[\[0\.0, 1\.0\]/,
          ),
        ],
        moved: false,
      },
      'another activation': {
        said: [
          expect.stringMatching(/^LW305 this state_dict is of a network with activation .*gelu.*, this one has .*tanh/),
        ],
        moved: false,
      },
      'the same slopes': fine,
      old: {
        said: [
          expect.stringMatching(
            /^this state_dict says neither bound nor slopes: assumed are those of the network, lipschitz=2\.0 and slopes=\(\(-0\.12/,
          ),
        ],
        moved: true,
      },
      'in halves': fine,
      broken: { said: ['LW305 the _extra_state of this state_dict cannot be read'], moved: false },
      'not strict': 'Missing key(s) in state_',
      'part of another': 'Unexpected key(s) in sta',
      nested: true,
      copied: true,
    });
    // The same words count where nobody says anything else: as it is, and in half precision.
    for (const bytes of files as readonly string[]) {
      const { assumed, trainedFor, sample, kind } = await importNetwork(
        sourceOfSafetensors(safetensorsContents(Buffer.from(bytes, 'base64'))),
      );
      expect({
        assumed,
        trainedFor,
        kind,
        slopes: sample.slopes,
        activations: sample.activations,
        proven: sample.verdict.negativeSemidefinite,
      }).toEqual({
        assumed: [],
        trainedFor: 2,
        kind: 'free',
        slopes: [gelu, gelu, gelu],
        activations: ['gelu', 'gelu', 'gelu'],
        proven: true,
      });
    }
  });
});

describe('JAX users', () => {
  it('hand over activations to pure functions, also under jit', async () => {
    const seen = table(await observe('jax', 'handed_over'));
    const three = (pair: readonly number[], name: string | null): object => ({
      slopes: [pair, pair, pair],
      activation: `[${Array(3).fill(JSON.stringify(name)).join(', ')}]`,
      finite: true,
    });
    const expected: Readonly<Record<string, object | RegExp | number | boolean>> = {
      gelu: three(tanhGelu, 'gelu-tanh'),
      'gelu exactly': three(gelu, 'gelu'),
      partial: three([0, 1.5], 'elu(alpha=1.5)'),
      'a lambda': unknown,
      'a name': /^LW305 'gelu' is no function, pass jax\.nn\.gelu/,
      'a lambda with slopes': three([0, 1], null),
      'an array as a slope': /^LW305 alpha of elu must be a number/,
      softmax: /^LW305 softmax mixes/,
      'narrower slopes': narrow,
      'default, then tanh': three([0, 1], null),
      'default, then gelu': narrow,
      'default, then a lambda': unknown,
      'slopes, then a lambda': three([0, 1], null),
      'under jit': true,
      traces: 1,
    };
    for (const [way, wanted] of Object.entries(expected)) {
      if (wanted instanceof RegExp) expect(seen[way], way).toMatch(wanted);
      else expect(seen[way], way).toEqual(wanted);
    }
    expect(Object.keys(seen).length).toBe(Object.keys(expected).length);
  });
});
