import { coordinates } from '../network/coordinates.js';
import type { Constrained, Slopes, Values } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import { knownOptions, optionNames } from '../base/known-options.js';
import type { Architecture } from '../model/architecture.js';
import type { Verdict } from '../numeric/definiteness.js';
import { activationObjection } from '../check/index.js';
import { bareNetwork } from '../verify/bare.js';
import { exactFraction, weightsDigest } from '../check/index.js';
import { certifyStrategy } from '../check/index.js';
import type { Judge, Sample } from '../verify/instance.js';
import { toSample, vectors } from '../verify/instance.js';
import { checkSizes } from '../check/index.js';
import type { Clock } from './budget.js';
import { Budget } from './budget.js';
import type { Method } from './incumbent.js';
import type { LowerBoundOptions, LowerBounds } from './lower-bound.js';
import { lowerBoundsInPieces } from './lower-bound.js';
import type { SearchLimits, SearchProgress, Stopped } from './search.js';
import { search } from './search.js';

/** A network whose weights are given: nothing of it is changed. */
export interface GivenNetwork {
  readonly architecture: Architecture;
  readonly depth: number;
  /** By signal or family; what identity and diagonal weights imply may be left out. */
  readonly widths: Readonly<Record<string, number>>;
  /** One [m, L] for the activations that are left open ([0, 1] if left out), or one for each hidden signal. */
  readonly slopes?: Slopes;
  /** Row major, rows of the target's width; the vector of a diagonal weight. */
  readonly weights: Values;
  /** Zeros if left out: no bound depends on them. */
  readonly biases?: Values;
}

export interface CertifyOptions extends Partial<SearchLimits> {
  /** Null leaves the search for lower bounds out. */
  readonly lowerBound?: LowerBoundOptions | null;
  /** Ends the search: the best bound that is proven by then is the result. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Where time comes from, if not from a real clock. */
  readonly clock?: Clock;
}

const certifyOptions = optionNames<CertifyOptions>({
  tolerance: true,
  iterations: true,
  seconds: true,
  lowerBound: true,
  signal: true,
  onProgress: true,
  clock: true,
});

export interface Certificate {
  /** 𝓛 as an exact fraction p/q. */
  readonly lipschitz: string;
  /** `sha256:…` of the weights, see `weightsDigest`. */
  readonly weights: string;
  readonly method: Method;
  /**
   * 𝓛 is at most this part of itself above the least that the LMI certifies; null if nothing is known. The proof of 𝓛
   * is rigorous, this is not: the least is what the search's dual point in doubles says, of the network itself (see
   * `restricted`), so up to rounding.
   */
  readonly gap: number | null;
  readonly iterations: number;
  /** Why the search ended. */
  readonly stopped: Stopped;
  /** The largest ‖J‖ found of this network; null if not looked for, or if there was no time. In doubles, not proven. */
  readonly lowerBound: number | null;
  /** The same over all activations with these slopes: what no LMI of slopes can be below. In doubles, not proven. */
  readonly slopeLowerBound: number | null;
  /** The bound from layer-wise spectral norms; null if it overflows, or if there was no time. */
  readonly spectralProduct: number | null;
}

/** What `check` accepts as it stands. */
export interface Certified extends Omit<Sample, 'lmi'> {
  readonly certificate: Certificate;
}

const defaults = { tolerance: 1e-9, iterations: 200, seconds: 60 } as const;
/** The largest part of the time that goes into lower bounds. */
const lowerShare = 0.1;

/**
 * The smallest 𝓛 that the LMI certifies for these weights, with the multipliers that prove it. The search (an interior
 * point method on the semidefinite program min 𝓛² subject to M(λ, 𝓛²) ≼ 0, λ ≥ 0, which is linear in both; Fazlyab et
 * al., LipSDP, NeurIPS 2019) is in doubles and proves nothing; the multipliers and the 𝓛 that come out are judged by
 * the same rigorous decision as `check`'s, and 𝓛 is raised until it proves. A search that stops early gives a larger 𝓛,
 * never a wrong one: there is a bound before it begins, and the time for its proof at the end is part of the limit.
 * @throws LW302 depth, LW303 LW304 widths, LW305 slopes, LW307 numbers out of range, LW312 weights, LW314 too large,
 *   LW315 no bound proven
 */
export async function certify(network: GivenNetwork, options: CertifyOptions = {}): Promise<Certified> {
  const { blocks } = network.architecture;
  if (blocks.size > 0)
    fail(
      'LW315',
      `${network.architecture.name} with ${blocks.size} blocks`,
      'an architecture without blocks: the search does not know their bounds yet',
    );
  let progress: SearchProgress | null = null;
  const tell = (latest: SearchProgress | null): void => {
    progress = latest;
    if (latest !== null) options.onProgress?.(latest);
  };
  // A step may take minutes: what was found before it is told again on the way.
  const budget = new Budget(options.signal ?? null, options.clock, () => {
    tell(progress);
  });
  knownOptions(options, certifyOptions, 'certify');
  const judge = bareNetwork(network.architecture, network.depth);
  const values = valuesOf(judge, network);
  const tolerance = options.tolerance ?? defaults.tolerance;
  const iterations = options.iterations ?? defaults.iterations;
  const until = 1000 * (options.seconds ?? defaults.seconds);
  const lowerTime =
    options.lowerBound === null ? 0 : Math.min(2000 * (options.lowerBound?.seconds ?? 2), lowerShare * until);

  // What there is to say of the weights takes seconds where they are many: it is part of the time.
  const frame = toSample({ ...judge, lmi: () => Float64Array.of(Number.NaN) }, values, {
    strategy: certifyStrategy,
    verdict: nothing,
  });
  const digest = weightsDigest(frame.weights);
  const found = await search(judge, values, { tolerance, iterations }, budget, until - lowerTime, tell);
  const lower =
    options.lowerBound === null ? null : await lowerWithin(judge, values, options.lowerBound ?? {}, budget, until);
  const { lipschitz, multipliers, verdict, least } = found;
  return {
    // The LMI itself is left out: N² numbers that `check` derives again anyway.
    ...frame,
    lipschitz,
    multipliers: vectors(judge.program.multipliers, multipliers),
    verdict,
    ...(frame.bounds === undefined ? {} : { bounds: { ...frame.bounds, lmi: lipschitz } }),
    certificate: {
      lipschitz: exactFraction(lipschitz),
      weights: digest,
      method: found.method,
      gap: least === null ? null : Math.max(0, 1 - least / lipschitz),
      iterations: found.iterations,
      stopped: found.stopped,
      lowerBound: lower?.network ?? null,
      slopeLowerBound: lower?.slopes ?? null,
      spectralProduct: found.spectralProduct,
    },
  };
}

/** Before there is a verdict. */
const nothing: Verdict = { negativeSemidefinite: null, method: 'undecided', margin: null };

/** Lower bounds in what is left of the time; null where nothing is left. */
async function lowerWithin(
  judge: Judge,
  values: Constrained,
  options: LowerBoundOptions,
  budget: Budget,
  until: number,
): Promise<LowerBounds | null> {
  const seconds = Math.min(options.seconds ?? 2, (until - budget.elapsed()) / 2000);
  if (!(seconds > 0)) return null;
  return (
    await budget.run(
      lowerBoundsInPieces(judge.program, values, { ...options, seconds }, () => budget.elapsed()),
      until,
    )
  ).value;
}

/** The network's values with widths and slopes resolved, and multipliers of the right lengths. */
function valuesOf(
  judge: ReturnType<typeof bareNetwork>,
  { widths, slopes, weights, biases }: GivenNetwork,
): Constrained {
  const shapes = judge.dims(widths);
  const zeros = Object.fromEntries(
    judge.program.biases.map(({ name }): [string, Float64Array] => [
      name,
      new Float64Array((shapes[name] ?? []).reduce((all, size) => all * size, 1)),
    ]),
  );
  const allowed = new Set(judge.program.weights.map(({ name }) => name));
  const extra = Object.keys(weights).find((name) => !allowed.has(name));
  if (extra !== undefined) return fail('LW312', `the weight ${extra}`, [...allowed].join(', '));
  // Reads widths and slopes and refuses wrong lengths and values that are not finite; the weights themselves are kept
  // as they were given, as learned splines come out of it projected.
  const checked = judge.constrain(
    { ...(biases ?? zeros), ...weights },
    { widths, ...(slopes === undefined ? {} : { slopes }) },
  );
  const values = { ...checked, weights: ordered(judge, weights), biases: biases ?? zeros };
  const order = coordinates(judge.program).reduce((total, { name }) => total + (values.widths[name] ?? Infinity), 0);
  checkSizes(
    order,
    Object.values(weights).reduce((total, { length }) => total + length, 0),
  );
  const steep = activationObjection(judge.program, values);
  if (steep !== null) return fail('LW305', steep, 'slopes that contain those of the activation');
  return values;
}

const ordered = (judge: Judge, weights: Values): Values =>
  Object.fromEntries(judge.program.weights.map(({ name }) => [name, weights[name] ?? new Float64Array(0)]));
