import { describe, expect, it } from 'vitest';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { javascript, tensorflowModule, typescript } from '../../src/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { certify } from '../../src/certify/certify.js';
import { lipschitzBounded } from '../../src/certify/property.js';
import { compile, derive } from '../../src/compile.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { negativeSemidefinite } from '../../src/verify/property.js';

/** As JavaScript hands them over. */
const wrong = (options: object): never => options as never;

const feedforward = loadArchitecture('feedforward');
const network = compile(feedforward, { depth: 1 });
const widths = { x: 1, w: 1, y: 1 };
const free = network.init(0, widths);

describe('a misspelt option is refused with the nearest known name, in memory', () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    ['negativeSemidefinite', () => negativeSemidefinite('residual', wrong({ dept: 3 })), /dept.*depth \(did you mean/s],
    [
      'negativeSemidefinite, another',
      () => negativeSemidefinite('residual', wrong({ depth: 3, strateg: 'nonsense' })),
      /strateg.*strategy \(did you mean/s,
    ],
    [
      'lipschitzBounded',
      () => lipschitzBounded('residual', wrong({ constrain: () => null, tolerence: 1 })),
      /tolerence.*tolerance \(did you mean/s,
    ],
    ['compile', () => compile(feedforward, wrong({ depth: 1, strtegy: 'pivot' })), /strtegy.*strategy \(did you mean/s],
    ['derive', () => derive(feedforward, wrong({ depth: 1, ruls: [] })), /ruls.*rules \(did you mean/s],
    ['constrain', () => network.constrain(free, wrong({ lipshitz: 2 })), /lipshitz.*lipschitz \(did you mean/s],
    ['vjp', () => network.vjp(free, {}, wrong({ slope: [0, 1] })), /slope .*slopes \(did you mean/s],
    ['init', () => network.init(0, widths, wrong({ domains: [] })), /domains.*domain \(did you mean/s],
    [
      'certify',
      () => certify({ architecture: feedforward, depth: 1, widths, weights: {} }, wrong({ second: 1 })),
      /second .*seconds \(did you mean/s,
    ],
    ['runCampaign', () => runCampaign(wrong({ architectures: [feedforward], run: 1 })), /run .*runs \(did you mean/s],
  ])('%s', async (_title, run, message) => {
    const error = await Promise.resolve()
      .then(run)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LipwrightError);
    expect(error).toMatchObject({ code: 'LW311', message: expect.stringMatching(message) as string });
  });
});

describe('what a property tells of its case', () => {
  const context = {
    architecture: feedforward,
    depth: 1,
    widths,
    dims: network.dims(widths),
    slopes: [[0, 1]],
    lipschitz: 2,
  } as const;
  it('may be handed on whole', async () => {
    const module = (await import(
      `data:text/javascript,${encodeURIComponent(javascript(network.program))}`
    )) as typeof network;
    for (const { constrain } of [network, module]) expect(constrain(free, context).lipschitz).toBe(2);
  });
});

describe('and in emitted modules', () => {
  const { program } = network;
  it('of JavaScript', async () => {
    const module = (await import(`data:text/javascript,${encodeURIComponent(javascript(program))}`)) as typeof network;
    const start = module.init(0, widths, { domain: [[1]], lipschitz: 2 });
    expect(module.constrain(start, { lipschitz: 2 }).lipschitz).toBe(2);
    for (const run of [
      () => module.constrain(start, wrong({ lipshitz: 2 })),
      () => module.vjp(start, {}, wrong({ lipshitz: 2 })),
      () => module.init(0, widths, wrong({ lipshitz: 2 })),
    ]) {
      expect(run).toThrow(/LW311 found the option lipshitz, expected .*lipschitz/);
    }
  });

  it('of TypeScript and TensorFlow.js in every function that takes options', () => {
    for (const [text, functions] of [
      [typescript(program), 3],
      [tensorflowModule(program), 5],
    ] as const) {
      const taking = [...text.matchAll(/^export function (\w+)\(.*\boptions\b.*\{\n(.*)$/gm)];
      expect(taking.map(([, , first]) => /knownOptions\(options/.test(first ?? ''))).toEqual(
        Array(functions).fill(true),
      );
    }
  });
});
