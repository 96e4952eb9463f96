import { afterEach, describe, expect, it, vi } from 'vitest';
import { Budget } from '../../src/certify/budget.js';
import { certify } from '../../src/certify/certify.js';
import type { SearchProgress } from '../../src/certify/search.js';
import { finish, piece } from '../../src/numeric/work.js';
import type { Work } from '../../src/numeric/work.js';
import { checkSample } from '../../src/verify/check.js';
import { codeOf } from './code-of.js';
import { CountedClock } from './counted.js';
import { randomNetwork } from './random-network.js';

/** Slow enough for a limit to fall anywhere, small enough to be quick. */
const network = randomNetwork({
  architecture: 'feedforward',
  depth: 3,
  widths: { x: 40, w: 24, y: 4 },
  slopes: [0, 1],
  seed: 11,
});
const order = 24 * 4;

describe('a budget', () => {
  const hundred = function* (): Work<string> {
    for (let i = 0; i < 100; i += 1) yield 1000;
    return 'done';
  };

  it.each([0, 1, 7, 50, 99])('leaves a computation after %i pieces', async (pieces) => {
    const clock = new CountedClock(1000);
    const budget = new Budget(null, clock);
    expect(await budget.run(hundred(), pieces)).toEqual({ left: 'seconds', value: null });
    expect(clock.total).toBe(1000 * pieces);
  });

  it.each(['here', 'where there is no setImmediate, as in browsers'])(
    'lets others run, and hears an abort from them: %s',
    async (place) => {
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      if (place === 'here') setImmediate(abort);
      else {
        vi.stubGlobal('setImmediate', undefined);
        setTimeout(abort, 0);
      }
      const clock = new CountedClock(100); // 10 ms a piece
      expect(await new Budget(controller.signal, clock).run(hundred(), Infinity)).toEqual({
        left: 'aborted',
        value: null,
      });
      expect(clock.total).toBeLessThanOrEqual(4 * 1000);
    },
  );
  afterEach(() => void vi.unstubAllGlobals());

  it('goes on for the grace that it is given, and no longer', async () => {
    const run = (grace: number): Promise<unknown> =>
      new Budget(AbortSignal.abort(), new CountedClock(1000)).run(hundred(), Infinity, grace);
    expect(await run(0)).toEqual({ left: 'aborted', value: null });
    expect(await run(99)).toEqual({ left: 'aborted', value: null });
    expect(await run(101)).toEqual({ left: null, value: 'done' });
  });
});

describe('certify looks at the clock often enough', () => {
  /** Newton steps of this size take at least so much; what is computed without a look is missing from the count. */
  const least = (steps: number): number => steps * 3 * order ** 3;

  it('in every kernel: all the work is counted, and no piece is long', async () => {
    const clock = new CountedClock(1e9);
    const { certificate } = await certify(network, { clock, lowerBound: null });
    expect(certificate.stopped).toBe('converged');
    expect(clock.longest).toBeLessThan(2 * piece);
    expect(clock.total).toBeGreaterThan(least(certificate.iterations));
  });

  it('and a kernel that does not would be seen: its work is missing, or in one piece', async () => {
    const kernel = function* (): Work<void> {
      for (let i = 0; i < 10; i += 1) yield least(1);
    };
    const never = function* (): Work<void> {
      finish(kernel());
      yield* [];
    };
    const count = async (work: Work<void>): Promise<number> => {
      const clock = new CountedClock(1e9);
      await new Budget(null, clock).run(work, Infinity);
      return clock.total;
    };
    expect(await count(kernel())).toBe(least(10));
    expect(await count(never())).toBe(0);
  });
});

describe('a limit is a limit', () => {
  const within = async (
    seconds: number,
  ): Promise<{ readonly used: number; readonly lipschitz: number; readonly stopped: string }> => {
    // As on a slow machine: the whole takes more than a minute.
    const clock = new CountedClock(4000);
    const certified = await certify(network, { clock, seconds });
    expect(checkSample(certified)).toMatchObject({ accepted: true, reasons: [] });
    return { used: clock.total / 4000 / 1000, lipschitz: certified.lipschitz, stopped: certified.certificate.stopped };
  };

  it('within a tenth, proofs and lower bounds included, and more time is never worse', async () => {
    const whole = await within(1e4);
    expect(whole.stopped).toBe('converged');
    const results: number[] = [];
    for (const part of [0.05, 0.1, 0.2, 0.4, 0.7]) {
      const { used, stopped, lipschitz } = await within(part * whole.used);
      expect(used).toBeLessThan(1.1 * part * whole.used);
      expect(stopped).toBe('seconds');
      results.push(lipschitz);
    }
    expect(results).toEqual([...results].sort((a, b) => b - a));
    expect(results.at(-1)).toBeLessThan(0.97 * (results[0] ?? 0));
    expect(whole.lipschitz).toBeLessThanOrEqual((results.at(-1) ?? 0) * (1 + 1e-9));
  });

  it('there is a bound even where there is no time at all, after one pass over the weights', async () => {
    const clock = new CountedClock(4000);
    const { certificate, lipschitz } = await certify(network, { seconds: 0, clock, lowerBound: null });
    expect(certificate).toMatchObject({
      stopped: 'seconds',
      iterations: 0,
      method: 'layer-norms',
      lowerBound: null,
      spectralProduct: null,
    });
    const entries = Object.values(network.weights).reduce((total, { length }) => total + length, 0);
    expect(clock.total).toBeLessThanOrEqual(3 * entries);
    const frobenius = Object.values(network.weights).reduce(
      (product, data) => product * Math.sqrt(data.reduce((total, value) => total + value * value, 0)),
      1,
    );
    expect(lipschitz).toBeLessThanOrEqual(frobenius * (1 + 1e-5));
  });

  it('and after the spectral norms it is at most their product', async () => {
    const bounds: number[] = [];
    const {
      certificate: { method, spectralProduct },
    } = await certify(network, {
      clock: new CountedClock(4000),
      lowerBound: null,
      iterations: 0,
      onProgress: ({ proven }) => void bounds.push(proven),
    });
    expect(method).toBe('covariance-recursion');
    expect(
      bounds.some((bound) => bound >= (spectralProduct ?? Infinity) && bound < (spectralProduct ?? 0) * (1 + 1e-5)),
    ).toBe(true);
  });
});

describe('an interrupt at any moment', () => {
  it('leaves a certificate that check accepts, or none before the first', async () => {
    const counted = new CountedClock(4000);
    await certify(network, { clock: counted, lowerBound: null });
    let kept = 0;
    for (let part = 0; part <= 10; part += 1) {
      const controller = new AbortController();
      const at = Math.round((counted.looks * part) / 10);
      const clock = new CountedClock(4000, (looks) => {
        if (looks >= at) controller.abort();
      });
      const certified = await certify(network, { clock, lowerBound: null, signal: controller.signal });
      kept += certified.certificate.stopped === 'aborted' ? 1 : 0;
      expect(checkSample(certified).accepted).toBe(true);
      expect(clock.total).toBeLessThanOrEqual(counted.total);
    }
    expect(kept).toBeGreaterThan(5);
  });

  it('leaves what the search had by then: in a deep network every step is worth its proof', async () => {
    const deep = randomNetwork({
      architecture: 'feedforward',
      depth: 24,
      widths: { x: 6, w: 6, y: 6 },
      slopes: [0, 1],
      seed: 4,
    });
    const limits = { seconds: 1e5, lowerBound: null };
    for (const steps of [3, 8]) {
      const controller = new AbortController();
      const left = await certify(deep, {
        ...limits,
        clock: new CountedClock(4000),
        signal: controller.signal,
        onProgress: ({ iterations }) => (iterations === steps ? controller.abort() : undefined),
      });
      const ended = await certify(deep, { ...limits, clock: new CountedClock(4000), iterations: steps });
      expect([left, ended].map(({ certificate }) => certificate.iterations)).toEqual([steps, steps]);
      expect(left.lipschitz).toBeLessThan(1.01 * ended.lipschitz);
    }
  });

  it('before the first bound waits for it a second, then says so', async () => {
    expect(await codeOf(() => certify(network, { clock: new CountedClock(1), signal: AbortSignal.abort() }))).toBe(
      'LW315',
    );
    expect(
      (await certify(network, { clock: new CountedClock(1e9), signal: AbortSignal.abort() })).certificate.stopped,
    ).toBe('aborted');
  });
});

describe('progress', () => {
  it('calls proven what is proven: it never rises, and the result is the last', async () => {
    const seen: SearchProgress[] = [];
    const { lipschitz, certificate } = await certify(network, {
      clock: new CountedClock(4000),
      seconds: 60,
      onProgress: (progress) => void seen.push(progress),
    });
    const proven = seen.map((progress) => progress.proven);
    expect(proven).toEqual([...proven].sort((a, b) => b - a));
    expect(proven.at(-1)).toBe(lipschitz);
    expect(new Set(proven).size).toBeGreaterThan(3);
    for (const { iterations, estimate } of seen) expect(estimate === null).toBe(iterations === 0);
    const estimates = seen.flatMap(({ estimate }) => estimate ?? []);
    expect(estimates).toEqual([...estimates].sort((a, b) => b - a));
    expect(certificate.slopeLowerBound).toBeLessThanOrEqual(lipschitz);
  });
});
