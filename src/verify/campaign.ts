import fc from 'fast-check';
import { fail } from '../base/diagnostic.js';
import { knownOptions, optionNames } from '../base/known-options.js';
import { defaultStrategy } from '../../rules/strategies.js';
import { findStrategy } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import type { Case, CaseLimits } from './cases.js';
import { caseArbitrary, limitsOf, widthPool } from './cases.js';
import type { Counterexample } from './counterexample.js';
import { describeFailure } from './counterexample.js';
import { encodeReplay } from './replay-code.js';
import type { CompileNetwork, Refused } from './subjects.js';
import { Subjects } from './subjects.js';
import type { Tally } from './tally.js';
import { Counter } from './tally.js';
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

const campaignOptions = optionNames<CampaignOptions>({
  architectures: true,
  strategy: true,
  depth: true,
  runs: true,
  seed: true,
  signal: true,
  onProgress: true,
  compileNetwork: true,
  maxWidth: true,
  exactEvery: true,
  stopAtFirst: true,
});

export interface Progress {
  readonly done: number;
  readonly runs: number;
  readonly failures: number;
}

export interface CampaignResult extends Tally {
  readonly seed: number;
  readonly seconds: number;
  /** Cases a second: `runs` by `seconds`, compiling among them. */
  readonly perSecond: number;
  readonly interrupted: boolean;
  readonly counterexample: (Counterexample & { readonly replay: string }) | null;
  readonly byArchitecture: Readonly<Record<string, Tally>>;
  /** Architectures that have no network or parameterization at some depth; cases that drew them are not in `runs`. */
  readonly refused: readonly Omit<Refused, 'error'>[];
  readonly forwardChecks: number;
  readonly exactChecks: number;
  readonly exactDisagreements: number;
}

/** A case whose seed is a multiple of this is also run forward. */
const forwardEvery = 16;
/** Cases between two looks at the clock, the signal and the event loop. */
const chunk = 128;
/** Chunks that share their width combinations. */
const era = 128;
/** Milliseconds between two turns of the event loop. */
const turn = 40;
/** The odd constant of Weyl sequences, to give every chunk a seed of its own. */
const stride = 0x9e3779b9;

interface Found {
  readonly limits: CaseLimits;
  readonly seed: number;
  readonly index: number;
}

/** Lets timers, signals and the terminal have their turn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** What a running campaign adds to. */
interface State {
  readonly options: CampaignOptions;
  readonly subjects: Subjects;
  readonly total: Counter;
  readonly byArchitecture: readonly Counter[];
  first: Found | null;
  forwardChecks: number;
  exactChecks: number;
  exactDisagreements: number;
}

/**
 * A property campaign: random architectures, depths, widths, slopes, 𝓛 and free parameters of hostile scales; in every
 * case M ≼ 0 must be proven for what `constrain` returns, and in some the forward function is run as well. The first
 * failure is shrunk by fast-check. Yields to the event loop, so that `signal` and timers work.
 * @throws LW302, LW308, LW311 unusable options; LW2xx or LW401 if an architecture has no network at any depth
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  knownOptions(options, campaignOptions, 'runCampaign');
  const { architectures, runs = 1000, seed = 0, signal } = options;
  if (!Number.isSafeInteger(runs) || runs < 0) fail('LW311', `runs ${runs}`, 'an integer from 0');
  if (!Number.isSafeInteger(seed)) fail('LW311', `seed ${seed}`, 'an integer');
  const strategy = findStrategy(options.strategy ?? defaultStrategy);
  const limitsFor = (pool: number): CaseLimits => limitsOf({ ...options, architectures: architectures.length, pool });
  const subjects = new Subjects(architectures, strategy, options.compileNetwork ?? null);
  const state: State = {
    options,
    subjects,
    total: new Counter(),
    byArchitecture: architectures.map(() => new Counter()),
    first: null,
    forwardChecks: 0,
    exactChecks: 0,
    exactDisagreements: 0,
  };
  const start = performance.now();
  let limits = limitsFor(seed);
  for (const at of architectures.keys()) subjects.require(at, limits.depth);
  let lastTurn = start;
  for (let part = 0; state.total.done < runs && !isOver(state); part += 1) {
    const chunkSeed = (seed + part * stride) | 0;
    if (part > 0 && part % era === 0) {
      limits = limitsFor(chunkSeed);
      subjects.renew();
    }
    runChunk(state, limits, chunkSeed, Math.min(chunk, runs - state.total.done));
    if (performance.now() - lastTurn > turn) {
      options.onProgress?.({ done: state.total.done, runs, failures: state.total.failed });
      await nextTurn();
      lastTurn = performance.now();
    }
  }
  options.onProgress?.({ done: state.total.done, runs, failures: state.total.failed });
  const seconds = (performance.now() - start) / 1000;
  const { forwardChecks, exactChecks, exactDisagreements } = state;
  return {
    ...state.total.tally(),
    seed,
    seconds,
    perSecond: seconds > 0 ? state.total.done / seconds : 0,
    interrupted: signal?.aborted === true && state.total.done < runs,
    counterexample: shrunk(state, strategy),
    byArchitecture: Object.fromEntries(
      architectures.map(({ name }, at) => [name, (state.byArchitecture[at] ?? new Counter()).tally()]),
    ),
    refused: subjects.refused.map(({ architecture, depth, code, because }) => ({ architecture, depth, code, because })),
    forwardChecks,
    exactChecks,
    exactDisagreements,
  };
}

function isOver({ options, total }: State): boolean {
  return options.signal?.aborted === true || (options.stopAtFirst === true && total.failed > 0);
}

/** The predicate never fails: all cases are run and counted, and the first failure is shrunk afterwards. */
function runChunk(state: State, limits: CaseLimits, seed: number, size: number): void {
  const pool = widthPool(limits);
  let index = -1;
  const each = (drawn: Case): void => {
    index += 1;
    if (isOver(state)) return;
    runCase(state, drawn, pool, () => (state.first ??= { limits, seed, index }));
  };
  fc.check(fc.property(caseArbitrary(limits), each), { seed, numRuns: size });
}

function runCase(state: State, drawn: Case, pool: ReturnType<typeof widthPool>, onFailure: () => void): void {
  const { subjects, total, options } = state;
  const subject = subjects.get(drawn.architecture, drawn.depth);
  if (subject === null) return;
  const forward = drawn.seed % forwardEvery === 0;
  const { outcome, filled } = runTrial(subject, drawn, { pool, forward });
  total.add(outcome);
  state.byArchitecture[drawn.architecture]?.add(outcome);
  if (outcome.kind === 'infeasible') return;
  if (outcome.kind === 'failed') onFailure();
  if (forward) state.forwardChecks += 1;
  const { exactEvery = 0 } = options;
  if (exactEvery > 0 && total.done % exactEvery === 0) {
    state.exactChecks += 1;
    if (!agreesWithExact(subject, subject.constrain(filled.free, filled.options))) state.exactDisagreements += 1;
  }
}

/** fast-check finds the first failing case again by its seed and place, and makes it smaller while it fails. */
function shrunk({ first, subjects, options }: State, strategy: Strategy): CampaignResult['counterexample'] {
  if (first === null) return null;
  const { limits, seed, index } = first;
  const pool = widthPool(limits);
  const holds = (drawn: Case): boolean => {
    const subject = subjects.get(drawn.architecture, drawn.depth);
    return (
      subject === null || runTrial(subject, drawn, { pool, forward: true, margin: false }).outcome.kind !== 'failed'
    );
  };
  const details = fc.check(fc.property(caseArbitrary(limits), holds), {
    seed,
    path: String(index),
    endOnFailure: options.stopAtFirst === true,
  });
  const [drawn] = details.counterexample ?? [];
  const subject = drawn === undefined ? null : subjects.get(drawn.architecture, drawn.depth);
  if (drawn === undefined || subject === null)
    return fail(
      'LW311',
      'a failure that does not happen again',
      'functions that give equal results for equal arguments',
    );
  const path = details.counterexamplePath ?? String(index);
  const replay = encodeReplay({ seed, path, architectures: options.architectures, strategy, limits });
  return {
    ...describeFailure(subject, runTrial(subject, drawn, { pool, forward: true }), { strategy: strategy.name, replay }),
    replay,
  };
}
