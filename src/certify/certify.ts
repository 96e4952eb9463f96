import type { Constrained, Slopes, Values } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { activationObjection } from '../verify/activation-check.js';
import { bareNetwork } from '../verify/bare.js';
import { exactFraction, weightsDigest } from '../verify/certificate.js';
import { certifyStrategy } from '../verify/check.js';
import type { Judge, Sample } from '../verify/instance.js';
import { toSample } from '../verify/instance.js';
import { checkSizes } from '../verify/order.js';
import type { SearchLimits, SearchResult, Stopped } from './interior-point.js';
import { minimise } from './interior-point.js';
import type { LowerBoundOptions } from './lower-bound.js';
import { lowerBounds } from './lower-bound.js';
import type { Problem } from './problem.js';
import { problemOf } from './problem.js';
import type { Candidate, Point } from './prove.js';
import { proveNear } from './prove.js';
import { spectralProduct } from './spectral-product.js';
import { feasibleMultipliers } from './start.js';
import type { System } from './system.js';
import { leastSquare, systemAt } from './system.js';

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
}

export interface Certificate {
  /** 𝓛 as an exact fraction p/q. */
  readonly lipschitz: string;
  /** `sha256:…` of the weights, see `weightsDigest`. */
  readonly weights: string;
  readonly method: 'interior-point' | 'covariance-recursion';
  /** 𝓛 is at most this part of itself above the least that the LMI certifies, up to rounding; null if nothing is known. */
  readonly gap: number | null;
  readonly iterations: number;
  /** Why the search ended. */
  readonly stopped: Stopped;
  /** The largest ‖J‖ found of this network; null if not looked for. In doubles, not proven. */
  readonly lowerBound: number | null;
  /** The same over all activations with these slopes: what no LMI of slopes can be below. In doubles, not proven. */
  readonly slopeLowerBound: number | null;
  /** The bound from layer-wise spectral norms; null if it overflows. */
  readonly spectralProduct: number | null;
}

/** What `check` accepts as it stands. */
export interface Certified extends Omit<Sample, 'lmi'> {
  readonly certificate: Certificate;
}

const defaults = { tolerance: 1e-9, iterations: 200, seconds: 60 } as const;
/** 𝓛 of a network whose output does not depend on its input as far as doubles tell: the least that compiled modules accept. */
const constantBound = 2 ** -60;

/**
 * The smallest 𝓛 that the LMI certifies for these weights, with the multipliers that prove it. The search (an interior
 * point method on the semidefinite program min 𝓛² subject to M(λ, 𝓛²) ≼ 0, λ ≥ 0, which is linear in both; Fazlyab et al., LipSDP,
 * NeurIPS 2019) is in doubles and proves nothing; the multipliers and the 𝓛 that come out are judged by the same rigorous
 * decision as `check`'s, and 𝓛 is raised until it proves. A search that stops early gives a larger 𝓛, never a wrong one.
 * @throws LW302 depth, LW303 LW304 widths, LW305 slopes, LW307 numbers out of range, LW312 weights, LW314 too large, LW315 no bound proven
 */
export async function certify(network: GivenNetwork, options: CertifyOptions = {}): Promise<Certified> {
  const { blocks } = network.architecture;
  if (blocks.size > 0) fail('LW315', `${network.architecture.name} with ${blocks.size} blocks`, 'an architecture without blocks: the search does not know their bounds yet');
  const judge = bareNetwork(network.architecture, network.depth);
  const values = valuesOf(judge, network);
  const problem = problemOf(judge.program, values);
  const limits: SearchLimits = { ...defaults, ...definedOnly(options) };

  const found = await search(problem, limits);
  const proven = firstProven(judge, values, found.candidates);
  if (proven === null) return fail('LW315', `multipliers of ${problem.hidden} neurons that prove nothing in double precision`, 'weights and slopes of moderate range');
  // The LMI itself is left out of the file: N² numbers that `check` derives again anyway.
  const sample = toSample({ ...judge, lmi: () => Float64Array.of(Number.NaN) }, proven, { strategy: certifyStrategy });
  if (sample.verdict.negativeSemidefinite !== true) return fail('LW315', `𝓛 = ${proven.lipschitz}, ${sample.verdict.method}`, 'a proof that M ≼ 0');

  const lower = options.lowerBound === null ? null : lowerBounds(judge.program, values, options.lowerBound ?? {});
  const product = spectralProduct(judge.program, values);
  return {
    ...sample,
    certificate: {
      lipschitz: exactFraction(proven.lipschitz),
      weights: weightsDigest(sample.weights),
      method: found.result === null || found.result.iterations === 0 ? 'covariance-recursion' : 'interior-point',
      gap: found.least === null ? null : Math.max(0, 1 - found.least / proven.lipschitz),
      iterations: found.result?.iterations ?? 0,
      stopped: found.result?.stopped ?? 'rounding',
      lowerBound: lower?.network ?? null,
      slopeLowerBound: lower?.slopes ?? null,
      spectralProduct: Number.isFinite(product) ? product : null,
    },
  };
}

function firstProven(judge: Judge, values: Constrained, candidates: readonly Candidate[]): Constrained | null {
  for (const candidate of candidates) {
    const proven = proveNear(judge, values, candidate);
    if (proven !== null) return proven;
  }
  return null;
}

/** Options that are given as undefined count as left out. */
function definedOnly(options: CertifyOptions): Partial<SearchLimits> {
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== undefined && name !== 'lowerBound'));
}

/** The network's values with widths and slopes resolved, and multipliers of the right lengths. */
function valuesOf(judge: ReturnType<typeof bareNetwork>, { widths, slopes, weights, biases }: GivenNetwork): Constrained {
  const shapes = judge.dims(widths);
  const zeros = Object.fromEntries(judge.program.biases.map(({ name }): [string, Float64Array] => [name, new Float64Array((shapes[name] ?? []).reduce((all, size) => all * size, 1))]));
  const allowed = new Set(judge.program.weights.map(({ name }) => name));
  const extra = Object.keys(weights).find((name) => !allowed.has(name));
  if (extra !== undefined) return fail('LW312', `the weight ${extra}`, [...allowed].join(', '));
  // Reads widths and slopes and refuses wrong lengths and values that are not finite; the weights themselves are kept
  // as they were given, as learned splines come out of it projected.
  const checked = judge.constrain({ ...(biases ?? zeros), ...weights }, { widths, ...(slopes === undefined ? {} : { slopes }) });
  const values = { ...checked, weights: ordered(judge, weights), biases: biases ?? zeros };
  const order = judge.program.signals.reduce((total, { name }) => total + (values.widths[name] ?? 0), 0);
  checkSizes(order, Object.values(weights).reduce((total, { length }) => total + length, 0));
  const steep = activationObjection(judge.program, values);
  if (steep !== null) return fail('LW305', steep, 'slopes that contain those of the activation');
  return values;
}

const ordered = (judge: Judge, weights: Values): Values => Object.fromEntries(judge.program.weights.map(({ name }) => [name, weights[name] ?? new Float64Array(0)]));

interface Found {
  /** To be proven, the best one first. */
  readonly candidates: readonly Candidate[];
  readonly result: SearchResult | null;
  /** What 𝓛 cannot be below in the LMI, as the search's gap says; null if it says nothing, or only of limited multipliers. */
  readonly least: number | null;
}

async function search(problem: Problem, limits: SearchLimits): Promise<Found> {
  const starts = (['row-sums', 'norm'] as const).map((majorant) => feasibleMultipliers(problem, majorant)).filter(({ multipliers }) => multipliers.every((value) => value > 0 && value < Infinity));
  const [first] = starts;
  if (first === undefined) return fail('LW307', 'weights that leave the range of double precision in products', 'weights and slopes of moderate size');
  const systems = starts.flatMap((start) => systemAt(problem, start) ?? []);
  const system = systems.reduce<System | undefined>((best, other) => (best === undefined || other.square < best.square ? other : best), undefined);
  if (system === undefined) {
    const square = constantBound * constantBound;
    const point = { multipliers: first.multipliers.map((value) => value * square), square };
    return { candidates: [{ point, anchor: point }], result: null, least: null };
  }
  const result = await minimise(system, limits);
  const r = result.variables[problem.hidden] ?? 0;
  const least = !first.limited && Number.isFinite(result.gap) && result.gap < 1 ? Math.sqrt(system.square * r * (1 - result.gap)) : null;
  const anchor = pointAt(system, result.anchor);
  const own = pointAt(system, new Float64Array(problem.hidden + 1).fill(1));
  const candidates = [{ point: pointAt(system, result.variables), anchor }, { point: anchor, anchor }, { point: own, anchor: own }];
  return { candidates: candidates.sort((a, b) => a.point.square - b.point.square), result, least };
}

/** The multipliers of a point of the search, scaled down to the least 𝓛 that they certify. */
function pointAt(system: System, variables: Float64Array): Point {
  const factor = Math.min(1, leastSquare(system, variables)) || 1;
  return {
    multipliers: system.multipliers.map((value, i) => value * factor * (variables[i] ?? 0)),
    square: system.square * factor * (variables[system.hidden] ?? 0),
  };
}
