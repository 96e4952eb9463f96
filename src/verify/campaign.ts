import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { fail } from '../base/diagnostic.js';
import { defaultStrategy, findStrategy } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import type { Case, CaseLimits } from './cases.js';
import { caseArbitrary } from './cases.js';
import type { Counterexample } from './counterexample.js';
import { describeFailure } from './counterexample.js';
import type { ReplayCode } from './replay-code.js';
import { encodeReplay } from './replay-code.js';
import type { CompileNetwork, Refused } from './subjects.js';
import { Subjects, ownNetworks } from './subjects.js';
import type { Trial } from './trial.js';
import { agreesWithExact, runTrial } from './trial.js';

export interface CampaignOptions {
  readonly architectures: readonly Architecture[];
  readonly strategy?: string | Strategy;
  /** Depths to draw from, both ends included; 1 … 6 if left out. */
  readonly depth?: { readonly from: number; readonly to: number };
  /** How many cases; 1000 if left out. */
  readonly runs?: number;
  /** An integer; 0 if left out. Equal seeds give equal campaigns. */
  readonly seed?: number;
  /** Ends the campaign between two cases; what was found until then is the result. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** What is put to the test instead of the library's own functions. */
  readonly compileNetwork?: CompileNetwork;
  /** The largest width drawn; 5 if left out. */
  readonly maxWidth?: number;
  /** Compares every k-th verdict with exact arithmetic; 0 or left out: none. */
  readonly exactEvery?: number;
  /** Ends at the first failure, which is then not shrunk. */
  readonly stopAtFirst?: boolean;
}

export interface Progress {
  readonly done: number;
  readonly runs: number;
  readonly failures: number;
}

/** Counts of one architecture. */
export interface Tally {
  readonly runs: number;
  readonly failures: number;
  /** Of the failures, those with neither a proof nor a refutation of M ≼ 0. */
  readonly undecided: number;
  /** Cases whose 𝓛 and slopes no weights can meet (LW402). */
  readonly infeasible: number;
  readonly worstMargin: number | null;
}

export interface CampaignResult extends Tally {
  readonly seed: number;
  readonly seconds: number;
  /** Cases a second, compiling left out. */
  readonly perSecond: number;
  readonly interrupted: boolean;
  readonly counterexample: Counterexample | null;
  readonly byArchitecture: Readonly<Record<string, Tally>>;
  /** Architectures that have no network or parameterization at some depth; cases that drew them are not in `runs`. */
  readonly refused: readonly Omit<Refused, 'error'>[];
  readonly forwardChecks: number;
  readonly exactChecks: number;
  readonly exactDisagreements: number;
}

/** A case whose seed is a multiple of this is also run forward. */
export const forwardEvery = 16;
/** Cases between two looks at the clock, the signal and the event loop. */
const chunk = 128;
/** Milliseconds between two turns of the event loop. */
const turn = 40;
/** The odd constant of Weyl sequences, to give every chunk a seed of its own. */
const stride = 0x9e3779b9;

interface Found {
  readonly drawn: Case;
  readonly seed: number;
  readonly index: number;
}

class Counts {
  runs = 0;
  failures = 0;
  undecided = 0;
  infeasible = 0;
  worstMargin: number | null = null;

  add({ outcome }: Trial): void {
    this.runs += 1;
    if (outcome.kind === 'infeasible') this.infeasible += 1;
    else if (outcome.kind === 'failed') {
      this.failures += 1;
      if (outcome.because === 'undecided') this.undecided += 1;
    } else if (outcome.verdict.margin !== null) this.worstMargin = Math.min(this.worstMargin ?? Number.POSITIVE_INFINITY, outcome.verdict.margin);
  }

  tally(): Tally {
    const { runs, failures, undecided, infeasible, worstMargin } = this;
    return { runs, failures, undecided, infeasible, worstMargin };
  }
}

export function limitsOf({ architectures, depth = { from: 1, to: 6 }, maxWidth = 5 }: Pick<CampaignOptions, 'architectures' | 'depth' | 'maxWidth'>, pool: number): CaseLimits {
  if (architectures.length === 0) fail('LW311', 'no architectures', 'at least one');
  const whole = Number.isInteger(depth.from) && Number.isInteger(depth.to) && depth.from >= 1 && depth.from <= depth.to;
  if (!whole) fail('LW302', `depth ${depth.from}..${depth.to}`, 'integers 1 <= from <= to');
  if (!Number.isInteger(maxWidth) || maxWidth < 1 || maxWidth > 1024) fail('LW311', `maxWidth ${maxWidth}`, 'an integer from 1 to 1024');
  return { architectures: architectures.length, depth, maxWidth, pool };
}

/**
 * A property campaign: random architectures, depths, widths, slopes, 𝓛 and free parameters of hostile scales; in every
 * case M ≼ 0 must be proven for what `constrain` returns, and in some the forward function is run as well. The first
 * failure is shrunk by fast-check. Yields to the event loop, so that `signal` and timers work.
 * @throws LW302, LW308, LW311 unusable options; LW2xx or LW401 if no architecture has a network at any depth
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { architectures, runs = 1000, seed = 0, signal, exactEvery = 0, stopAtFirst = false } = options;
  if (!Number.isSafeInteger(runs) || runs < 0) fail('LW311', `runs ${runs}`, 'an integer from 0');
  if (!Number.isSafeInteger(seed)) fail('LW311', `seed ${seed}`, 'an integer');
  const limits = limitsOf(options);
  const strategy = findStrategy(options.strategy ?? defaultStrategy);
  const subjects = new Subjects(architectures, options.compileNetwork ?? ownNetworks(strategy));
  const total = new Counts();
  const tallies = architectures.map(() => new Counts());
  const exact = { checks: 0, disagreements: 0, forward: 0 };
  let first: Found | null = null;
  const start = performance.now();
  let lastTurn = start;
  for (const at of architectures.keys()) subjects.require(at, limits.depth);

  const ended = (): boolean => signal?.aborted === true || (stopAtFirst && total.failures > 0);
  for (let part = 0; total.runs < runs && !ended(); part += 1) {
    const chunkSeed = (seed + part * stride) | 0;
    let index = -1;
    const size = Math.min(chunk, runs - total.runs);
    // The predicate never fails: all cases are run and counted, and the first failure is shrunk afterwards.
    fc.check(
      fc.property(caseArbitrary(limits), (drawn) => {
        index += 1;
        if (ended()) return;
        const subject = subjects.get(drawn.architecture, drawn.depth);
        if (subject === null) return;
        const forward = drawn.seed % forwardEvery === 0;
        const trial = runTrial(subject, drawn, { forward });
        if (forward && trial.outcome.kind !== 'infeasible') exact.forward += 1;
        total.add(trial);
        tallies[drawn.architecture]?.add(trial);
        if (trial.outcome.kind === 'failed') first ??= { drawn, seed: chunkSeed, index };
        if (exactEvery > 0 && total.runs % exactEvery === 0 && trial.outcome.kind !== 'infeasible') {
          const { filled } = trial;
          exact.checks += 1;
          if (!agreesWithExact(subject, subject.constrain(filled.free, filled))) exact.disagreements += 1;
        }
      }),
      { seed: chunkSeed, numRuns: size },
    );
    if (performance.now() - lastTurn > turn || total.runs >= runs) {
      options.onProgress?.({ done: total.runs, runs, failures: total.failures });
      await nextTurn();
      lastTurn = performance.now();
    }
  }
  const judging = (performance.now() - start - subjects.spent) / 1000;
  const interrupted = signal?.aborted === true && total.runs < runs;
  const seconds = (performance.now() - start) / 1000;
  return {
    ...total.tally(),
    seed,
    seconds,
    perSecond: judging > 0 ? Math.round(total.runs / judging) : 0,
    interrupted,
    counterexample: first === null ? null : shrink(first, { subjects, limits, strategy, options }),
    byArchitecture: Object.fromEntries(architectures.map(({ name }, at) => [name, (tallies[at] ?? new Counts()).tally()])),
    refused: subjects.refused.map(({ architecture, depth, code, because }) => ({ architecture, depth, code, because })),
    forwardChecks: exact.forward,
    exactChecks: exact.checks,
    exactDisagreements: exact.disagreements,
  };
}

interface ShrinkContext {
  readonly subjects: Subjects;
  readonly limits: CaseLimits;
  readonly strategy: Strategy;
  readonly options: CampaignOptions;
}

/** fast-check finds the failing case again by its seed and place, and makes it smaller while it fails. */
function shrink(found: Found, { subjects, limits, strategy, options }: ShrinkContext): Counterexample {
  const details = fc.check(
    fc.property(caseArbitrary(limits), (drawn) => {
      const subject = subjects.get(drawn.architecture, drawn.depth);
      return subject === null || runTrial(subject, drawn, { forward: true, margin: false }).outcome.kind !== 'failed';
    }),
    { seed: found.seed, path: String(found.index), endOnFailure: options.stopAtFirst === true },
  );
  const drawn = details.counterexample?.[0] ?? found.drawn;
  const path = details.counterexamplePath ?? String(found.index);
  const code: ReplayCode = { seed: found.seed, path, architectures: options.architectures, strategy, limits };
  const subject = subjects.get(drawn.architecture, drawn.depth);
  if (subject === null) throw new Error('a case failed without a network');
  return describeFailure(subject, runTrial(subject, drawn, { forward: true }), { strategy: strategy.name, replay: encodeReplay(code) });
}
