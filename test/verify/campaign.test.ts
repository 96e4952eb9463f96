import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { strategies } from '../../rules/strategies.js';
import { builtinArchitectures, loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { compile } from '../../src/compile.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { checkSample } from '../../src/verify/check.js';
import { CounterexampleError } from '../../src/verify/counterexample-error.js';
import { negativeSemidefinite } from '../../src/verify/property.js';
import { replay } from '../../src/verify/replay.js';
import type { CompileNetwork } from '../../src/verify/subjects.js';
import { replaceAt } from './replace.js';

const all = builtinArchitectures().map((name) => loadArchitecture(name));

/** Weights a little larger than they may be. */
const greedy: CompileNetwork = (architecture, depth) => {
  const sound = compile(architecture, { depth });
  return {
    ...sound,
    constrain: (free, options) => replaceAt(sound.constrain(free, options), 'weights', (value) => value * 1.01),
  };
};

describe('a campaign', () => {
  it.each(strategies.map(({ name }) => name))('finds nothing in the shipped architectures, %s', async (strategy) => {
    const progress: number[] = [];
    const result = await runCampaign({
      architectures: all,
      strategy,
      runs: 1500,
      seed: 7,
      exactEvery: 15,
      onProgress: ({ done }) => progress.push(done),
    });
    expect(result).toMatchObject({
      runs: 1500,
      failures: 0,
      undecided: 0,
      infeasible: 0,
      seed: 7,
      interrupted: false,
      counterexample: null,
      exactDisagreements: 0,
      refused: [],
    });
    expect(result.exactChecks).toBe(100);
    expect(result.forwardChecks).toBeGreaterThan(50);
    // Pivots come nearer to the boundary than a proof with margin can tell.
    if (strategy === 'pivot') expect(result.worstMargin).not.toBeNull();
    else expect(result.worstMargin).toBeGreaterThan(0);
    expect(Object.values(result.byArchitecture).reduce((sum, { runs }) => sum + runs, 0)).toBe(1500);
    expect(Math.min(...Object.values(result.byArchitecture).map(({ runs }) => runs))).toBeGreaterThan(100);
    expect(progress.at(-1)).toBe(1500);
  });

  it('gives equal results for equal seeds', async () => {
    const once = async (seed: number) => {
      const result = await runCampaign({ architectures: all, runs: 300, seed, depth: { from: 1, to: 2 } });
      return { ...result, seconds: 0, perSecond: 0 };
    };
    expect(await once(1)).toEqual(await once(1));
    expect(await once(1)).not.toEqual(await once(2));
  });

  it('shrinks a failure to an instance that check rejects, and replays it', async () => {
    const result = await runCampaign({
      architectures: [loadArchitecture('linear'), loadArchitecture('residual')],
      runs: 500,
      seed: 1,
      compileNetwork: greedy,
    });
    expect(result.failures).toBeGreaterThan(1);
    const { counterexample } = result;
    expect(counterexample).not.toBeNull();
    if (counterexample === null) return;
    // The simplest case of all: the linear layer, all widths 1, 𝓛 = 1.
    expect(counterexample).toMatchObject({
      architecture: 'linear',
      depth: 1,
      lipschitz: 1,
      dims: { x: 1, y: 1 },
      because: 'the LMI is not negative semidefinite',
    });
    const report = checkSample(JSON.parse(JSON.stringify(counterexample)));
    expect(report).toMatchObject({ accepted: false, verdict: { negativeSemidefinite: false } });
    expect(counterexample.replay).toMatch(/^-?\d+:[\d:]+![\w-]+$/);
    expect(replay(counterexample.replay, { compileNetwork: greedy })).toEqual({ outcome: 'failed', counterexample });
    expect(replay(counterexample.replay)).toEqual({ outcome: 'held', counterexample: null });
  });

  it('replays architectures that are not built in', async () => {
    const own = parseArchitecture('name: own\nequations: |\n  h = phi(C * x)\n  y = B * h\n', null);
    const { counterexample } = await runCampaign({ architectures: [own], runs: 200, compileNetwork: greedy });
    expect(counterexample?.architecture).toBe('own');
    expect(replay(counterexample?.replay ?? '', { compileNetwork: greedy }).counterexample).toEqual(counterexample);
  });

  it.each([
    '',
    '1:2',
    'x:1!e30',
    '1:2!e30',
    '1:2!!',
    `1:99999!${Buffer.from('{}').toString('base64url')}`,
    `1:1!${Buffer.from(JSON.stringify({ a: ['/etc/passwd'] })).toString('base64url')}`,
  ])('refuses %j as a replay string', (text) => {
    expect(() => replay(text)).toThrow(/LW311/);
  });

  it('sees a forward function that is not the network of the LMI', async () => {
    const twice: CompileNetwork = (architecture, depth) => {
      const sound = compile(architecture, { depth });
      return {
        ...sound,
        forward: (weights, x, activation) => sound.forward(weights, x, activation).map((value) => value * 1e6),
      };
    };
    const { counterexample } = await runCampaign({
      architectures: [loadArchitecture('linear')],
      runs: 500,
      compileNetwork: twice,
    });
    expect(counterexample?.because).toMatch(/‖f\(x\)/);
  });

  it.each([
    ['NaN weights', (value: number) => value * NaN, 'undecided'],
    ['infinite weights', (value: number) => value / 0, 'undecided'],
  ])('counts %s as a failure', async (_what, change, because) => {
    const broken: CompileNetwork = (architecture, depth) => {
      const sound = compile(architecture, { depth });
      return { ...sound, constrain: (free, options) => replaceAt(sound.constrain(free, options), 'weights', change) };
    };
    const result = await runCampaign({ architectures: [loadArchitecture('linear')], runs: 20, compileNetwork: broken });
    expect(result).toMatchObject({ failures: 20, undecided: 20, counterexample: { because } });
    expect(() => checkSample(JSON.parse(JSON.stringify(result.counterexample)))).toThrow(/LW307/);
  });

  it('counts a function that throws as a failure', async () => {
    const throwing: CompileNetwork = (architecture, depth) => ({
      ...compile(architecture, { depth }),
      constrain: () => {
        throw new TypeError('oops');
      },
    });
    const result = await runCampaign({
      architectures: [loadArchitecture('linear')],
      runs: 20,
      compileNetwork: throwing,
    });
    expect(result).toMatchObject({ failures: 20, counterexample: { because: 'constrain stopped: oops' } });
  });

  it('counts infeasible demands apart', async () => {
    const skip = parseArchitecture('name: skip\nequations: |\n  h = phi(C * x)\n  y = x + B * h\n', null);
    const result = await runCampaign({ architectures: [skip], runs: 400 });
    // y = x + … needs 𝓛 > 1: of eight bounds seven are drawn above that, and of the others half lie below.
    expect(result.failures).toBe(0);
    expect(result.infeasible).toBeGreaterThan(5);
    expect(result.infeasible).toBeLessThan(60);
  });

  it('leaves out depths at which an architecture has no network, and says so', async () => {
    const deep = parseArchitecture(
      'name: deep\nequations: |\n  w[1] = phi(C[1] * x)\n  w[2] = phi(C[2] * w[1])\n  w[l] = ' +
        'phi(C[l] * w[l-1] + D[l] * w[l-2]) for l in 3..n\n  y = B * w[n]\n',
      null,
    );
    const result = await runCampaign({ architectures: [deep], runs: 60, depth: { from: 1, to: 3 } });
    expect(result.runs).toBe(60);
    expect(result.refused.map(({ depth }) => depth)).toEqual(result.refused.length === 0 ? [] : [1]);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const result = await runCampaign({ architectures: all, runs: 1e9, signal: controller.signal });
    expect(result.interrupted).toBe(true);
    expect(result.runs).toBeLessThan(1e9);
  });

  it.each([
    [{ runs: -1 }, 'LW311'],
    [{ runs: 1.5 }, 'LW311'],
    [{ seed: 0.5 }, 'LW311'],
    [{ maxWidth: 0 }, 'LW311'],
    [{ architectures: [] }, 'LW311'],
    [{ depth: { from: 2, to: 1 } }, 'LW302'],
    [{ strategy: 'magic' }, 'LW308'],
  ])('refuses %j', async (options, code) => {
    await expect(runCampaign({ architectures: all, ...options })).rejects.toMatchObject({ code });
  });
});

describe('the property', () => {
  it('holds for the shipped architectures', () => {
    for (const name of builtinArchitectures())
      fc.assert(negativeSemidefinite(name, { depth: { from: 1, to: 3 } }), { numRuns: 200, seed: 5 });
  });

  it('fails for code that is wrong, with a message that check rejects', () => {
    const details = fc.check(
      negativeSemidefinite('linear', {
        depth: 1,
        constrain: (free, { lipschitz }) => ({
          weights: { W: (free['W'] ?? new Float64Array(0)).map((w) => Math.tanh(w) * lipschitz * 1.01) },
          multipliers: {},
        }),
      }),
      { numRuns: 500, seed: 3 },
    );
    expect(details.failed).toBe(true);
    const error = details.errorInstance;
    if (!(error instanceof CounterexampleError)) throw new Error('another error');
    expect(checkSample(JSON.parse(JSON.stringify(error.counterexample))).accepted).toBe(false);
    // People read names, widths and the cause in short lines, and no numbers of matrices.
    const report = fc.defaultReportMessage(details) ?? '';
    expect(error.message).toMatch(
      /^linear at depth 1: the LMI is not negative semidefinite\n {2}verdict {5}not negative semidefinite/,
    );
    expect(report).toMatch(/Counterexample: \[linear, depth 1; widths x=2, y=2; slopes no activations; bound 𝓛 = /);
    expect(report).toMatch(/seed: 3, path: "/);
    expect(Math.max(...`${report}\n${error.message}`.split('\n').map(({ length }) => length))).toBeLessThan(160);
  });

  it('holds for code that somebody else wrote, nested or flat', () => {
    // ‖W‖² ≤ ‖W‖₁ ‖W‖∞ ≤ (Σ |w|)²: dividing by the sum of all entries certifies y = W x, less 2⁻¹² for rounding.
    fc.assert(
      negativeSemidefinite('linear', {
        depth: 1,
        constrain: (free, { lipschitz, dims }) => {
          const size = Math.max(...(free['W'] ?? []).map(Math.abs));
          const flat = Array.from(free['W'] ?? [], (w) => (size === 0 ? 0 : w / size));
          const total = flat.reduce((sum, w) => sum + Math.abs(w), 0);
          const [rows = 1, columns = 1] = dims['W'] ?? [];
          const scaled = flat.map((w) => (total === 0 ? 0 : (w / total) * lipschitz * (1 - 2 ** -12)));
          return {
            weights: { W: Array.from({ length: rows }, (_, i) => scaled.slice(i * columns, (i + 1) * columns)) },
            multipliers: {},
          };
        },
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('fails where a weight is missing', () => {
    const details = fc.check(
      negativeSemidefinite('linear', { depth: 1, constrain: () => ({ weights: {}, multipliers: {} }) }),
      { numRuns: 5 },
    );
    expect(String(details.errorInstance)).toMatch(/LW312/);
  });
});
