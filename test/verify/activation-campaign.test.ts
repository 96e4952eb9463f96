import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { inMemory } from '../../src/5-emit/index.js';
import type { Constrained } from '../../src/5-emit/index.js';
import { compile, derive, lower } from '../../src/compile.js';
import type { Activation } from '../../src/model/activation.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { LayerActivation, Operation, Program } from '../../src/model/program.js';
import type { CampaignResult } from '../../src/verify/campaign.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { checkSample } from '../../src/verify/check.js';
import { replay } from '../../src/verify/replay.js';
import type { CompileNetwork } from '../../src/verify/subjects.js';
import * as texts from '../activation-architectures.js';

const parsed = (text: string): Architecture => parseArchitecture(text, null);

const seven = parsed(texts.seven);
const family = parsed(texts.family);
const splines = parsed(texts.splines);
const mixed = parsed(
  'name: mixed\nactivations: { s: { spline: { knots: 4, step: 1 } }, r: relu6 }\nequations: |\n' +
    '  u = phi(D * x + d)\n  s_v = r(E * u + e)\n  v = s(F * s_v - 0.25 * H * u + G * x)\n  y = ' +
    'B * v + K * s_v\n',
);
const single = parsed('name: single\nactivations: { f: relu }\nequations: |\n  h = f(C * x + b)\n  y = B * h\n');
const smooth = parsed('name: smooth\nactivations: { f: gelu }\nequations: |\n  h = f(C * x + b)\n  y = B * h\n');
/** Finite functions whose expressions overflow: log(2 + exp(v)) is Infinity from v = 710 on. */
const overflowing = parsed(
  'name: overflowing\nactivations: { s: log(2 + exp(v)), r: sqrt(1 + v^2), t: (1 + v^2)^(1/3) ' +
    '}\nequations: |\n  u = s(D * x + d)\n  v = r(E * u + e)\n  w = t(F * v)\n  y = B * w\n',
);

describe('campaigns over architectures with activations of their own', () => {
  it.each([
    ['gershgorin', seven, 1500],
    ['gershgorin', family, 1500],
    ['gershgorin', splines, 1500],
    ['gershgorin', mixed, 1500],
    ['gershgorin-paper', splines, 1500],
    ['gershgorin-paper', family, 1500],
    ['gershgorin', overflowing, 1500],
    ['scaled-gershgorin', mixed, 1200],
    ['pivot', seven, 1200],
    ['pivot', family, 1200],
    ['pivot', splines, 1200],
    ['pivot', mixed, 1200],
  ] as const)('find nothing, %s', async (strategy, architecture, runs) => {
    const result = await runCampaign({
      architectures: [architecture],
      strategy,
      runs,
      seed: 23,
      depth: { from: 1, to: 3 },
      exactEvery: 100,
    });
    expect(result).toMatchObject({
      runs,
      failures: 0,
      undecided: 0,
      infeasible: 0,
      counterexample: null,
      exactDisagreements: 0,
      refused: [],
    });
    expect(result.exactChecks).toBeGreaterThan(10);
    expect(result.forwardChecks).toBeGreaterThan(runs / 40);
  });
});

type Change<T> = (value: T) => T;

const projecting =
  (change: (operation: Extract<Operation, { kind: 'project-splines' }>) => Operation): Change<Program> =>
  (program) => ({
    ...program,
    operations: program.operations.map((operation) =>
      operation.kind === 'project-splines' ? change(operation) : operation,
    ),
  });
const activated =
  (change: Change<LayerActivation>): Change<Program> =>
  (program) => ({
    ...program,
    layers: program.layers.map((layer) => ({ ...layer, activation: change(layer.activation) })),
  });

/** Faults in what constrain runs. */
const inProgram =
  (change: Change<Program>): CompileNetwork =>
  (architecture, depth) =>
    inMemory(change(lower(derive(architecture, { depth }))));
/** Faults in forward alone. */
const inForward =
  (change: Change<Program>): CompileNetwork =>
  (architecture, depth) => {
    const program = lower(derive(architecture, { depth }));
    return { ...inMemory(program), forward: inMemory(change(program)).forward };
  };
/** Faults in what constrain hands back. */
const inResult =
  (change: Change<Constrained>): CompileNetwork =>
  (architecture, depth) => {
    const sound = compile(architecture, { depth });
    return { ...sound, constrain: (free, options) => change(sound.constrain(free, options)) };
  };

const [gelu] = [...smooth.activations.values()];
const geluFor: Change<LayerActivation> = (activation) =>
  activation.kind === 'scalar' && gelu?.kind === 'scalar' ? { ...activation, function: gelu.function } : activation;
const spline =
  (change: Change<Extract<LayerActivation, { kind: 'spline' }>>): Change<LayerActivation> =>
  (activation) =>
    activation.kind === 'spline' ? change(activation) : activation;

/** The tables of layers 1 and 2 in each other's place. */
function swapped(values: Constrained): Constrained {
  const { 's[1]': first, 's[2]': second } = values.weights;
  return first === undefined || second === undefined || first.length !== second.length
    ? values
    : { ...values, weights: { ...values.weights, 's[1]': second, 's[2]': first } };
}

const narrower = (architecture: Architecture, slopes: readonly [number, number]): Architecture => ({
  ...architecture,
  activations: new Map(
    [...architecture.activations].map(([name, activation]): [string, Activation] => [name, { ...activation, slopes }]),
  ),
});

interface Fault {
  readonly name: string;
  readonly architecture: Architecture;
  readonly network?: CompileNetwork;
  readonly because: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: 'projection onto slopes 10 % too wide',
    architecture: splines,
    network: inProgram(projecting((operation) => ({ ...operation, step: operation.step * 1.1 }))),
    because: /has slope .* outside/,
  },
  {
    name: 'projection onto slopes one part in 10⁹ too wide',
    architecture: splines,
    network: inProgram(projecting((operation) => ({ ...operation, step: operation.step * (1 + 1e-9) }))),
    because: /has slope .* outside/,
  },
  {
    name: 'no projection',
    architecture: splines,
    network: inProgram(projecting(({ out, matrix }) => ({ kind: 'clamp', out, matrix, bound: Infinity }))),
    because: /has slope .* outside/,
  },
  {
    name: 'projection onto the slopes of another layer',
    architecture: splines,
    network: inProgram(projecting((operation) => ({ ...operation, layer: 0 }))),
    because: /has slope .* outside/,
  },
  {
    name: 'rows of another length projected',
    architecture: splines,
    network: inProgram(projecting((operation) => ({ ...operation, knots: 3 }))),
    because: /has slope .* outside/,
  },
  {
    name: 'the table of another layer',
    architecture: splines,
    network: inResult(swapped),
    because: /has slope .* outside/,
  },
  {
    name: 'slopes narrower than the activation’s own',
    architecture: smooth,
    network: inResult((values) => ({ ...values, slopes: values.slopes.map(([m, L]) => [m * 0.9, L] as const) })),
    because: /do not contain those of f/,
  },
  {
    name: 'slopes one double narrower',
    architecture: smooth,
    network: inResult((values) => ({
      ...values,
      slopes: values.slopes.map(([m, L]) => [m, L - 2 ** -52 * L] as const),
    })),
    because: /do not contain those of f|not negative/,
  },
  {
    name: 'slopes [0, 1] declared for gelu',
    architecture: narrower(smooth, [0, 1]),
    because: /f has slope .* outside|‖f\(x\)/,
  },
  {
    name: 'slopes 2 % too narrow declared for gelu',
    architecture: narrower(smooth, [-0.1265, 1.1065]),
    because: /f has slope .* outside|‖f\(x\)/,
  },
  {
    name: 'gelu in the place of relu',
    architecture: single,
    network: inForward(activated(geluFor)),
    because: /away from the network/,
  },
  {
    name: 'knots half as far apart in forward',
    architecture: splines,
    network: inForward(activated(spline((activation) => ({ ...activation, step: activation.step / 2 })))),
    because: /away from the network|‖f\(x\)/,
  },
  {
    name: 'knots 10 % closer in forward',
    architecture: splines,
    network: inForward(activated(spline((activation) => ({ ...activation, step: activation.step * 0.9 })))),
    because: /away from the network|‖f\(x\)/,
  },
  {
    name: 'a knot too many in forward',
    architecture: splines,
    network: inForward(activated(spline((activation) => ({ ...activation, knots: activation.knots + 1 })))),
    because: /away from the network|‖f\(x\)/,
  },
];

const campaign = (
  { architecture, network }: Pick<Fault, 'architecture' | 'network'>,
  runs = 5000,
): Promise<CampaignResult> =>
  runCampaign({
    architectures: [architecture],
    runs,
    seed: 1,
    depth: { from: 1, to: 2 },
    stopAtFirst: true,
    ...(network === undefined ? {} : { compileNetwork: network }),
  });

describe('injected faults', () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s: found', async (_name, fault) => {
    const { failures, counterexample } = await campaign(fault);
    expect(failures).toBe(1);
    expect(counterexample?.because).toMatch(fault.because);
  });

  it('are what is found: the same campaigns without them find nothing', async () => {
    for (const architecture of [splines, smooth, single])
      expect(await campaign({ architecture }, 1500)).toMatchObject({ runs: 1500, failures: 0 });
  });

  it('come with an instance that check rejects, and replay', async () => {
    const network = inProgram(projecting(({ out, matrix }) => ({ kind: 'clamp', out, matrix, bound: Infinity })));
    const { counterexample } = await runCampaign({
      architectures: [splines],
      runs: 300,
      seed: 2,
      depth: { from: 1, to: 2 },
      compileNetwork: network,
    });
    const report = checkSample(JSON.parse(JSON.stringify(counterexample)));
    expect(report.accepted).toBe(false);
    expect(report.reasons.join()).toMatch(/s, neuron \d+, has slope/);
    const text = counterexample?.replay ?? '';
    expect(replay(text, { compileNetwork: network }).counterexample).toEqual(counterexample);
    expect(replay(text).outcome).toBe('held');
  });
});
