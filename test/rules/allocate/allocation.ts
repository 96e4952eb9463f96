import { CholeskyDecomposition, Matrix as Dense, SingularValueDecomposition, inverse } from 'ml-matrix';
import { createRules } from '../../../rules/index.js';
import { lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { strategies } from '../../../rules/strategies.js';
import type { Label } from '../../../src/base/label.js';
import { labelText } from '../../../src/base/label.js';
import { derive } from '../../../src/compile.js';
import type { Environment } from '../../../src/expr/evaluate.js';
import type { SymbolNode } from '../../../src/expr/node.js';
import type { Network } from '../../../src/model/network.js';
import type { Assignment } from '../../../src/model/parameterization.js';
import type { AllocationSource, CheckSource, MultiplierSource } from '../../../src/model/pivot.js';
import { roundoff } from '../../../src/model/roundoff.js';
import type { Random } from '../../../src/numeric/random.js';
import { written } from '../../architectures.js';
import type { Store } from '../../laws/carry-out.js';
import { Infeasible, carryOut, storeEnvironment } from '../../laws/carry-out.js';
import { weightsOfNetwork } from '../../laws/run.js';
import { dense, plain } from '../pivot/elimination.js';
import { withLayerAssignments, withOutputAssignments } from '../exchange.js';

/**
 * What the allocating rules are applied to, taken from derivations, with numbers in the place of everything before
 * them.
 */

interface Captured {
  readonly network: Network;
  readonly layers: readonly MultiplierSource[];
  readonly checks: readonly CheckSource[];
}

/**
 * Dense reads alone, beside fixed ones, several of each, none; identities and diagonals on a signal that a dense weight
 * reads.
 */
const architectures = [
  written(['h = phi(H * x)', 'y = B * h']),
  written(['h = phi(H * x)', 'g = phi(2 * G * h - 0.5 * E * x)', 'y = B * g - 3 * C * h'], { E: 'diagonal' }),
  written(
    [
      'h = phi(H * x)',
      'g = phi(G * h + 0.25 * F * x - 0.125 * x)',
      'k = phi(K * g + P * h + D * x)',
      'y = B * k + 0.5 * x + A * x + 2 * Q * g',
    ],
    { A: 'diagonal', D: 'diagonal', F: 'diagonal', Q: 'diagonal' },
  ),
  written(['h = phi(x)', 'g = phi(A * h - 0.5 * x)', 'y = 0.25 * g + E * x'], { A: 'diagonal', E: 'diagonal' }),
  written(['h = phi(-2 * H * x + 0.5 * F * x + 0.25 * x)', 'y = B * h + 0.5 * G * h + 2 * C * x + E * x'], {
    E: 'diagonal',
    F: 'diagonal',
  }),
];

function capture(architecture: (typeof architectures)[number]): Captured {
  const layers: MultiplierSource[] = [];
  const checks: CheckSource[] = [];
  const heard = withLayerAssignments(createRules(), 'free-multiplier', (assignments, source) => {
    layers.push(source);
    return assignments;
  });
  const listening = withOutputAssignments(heard, 'output-check', (assignments, source) => {
    checks.push(source);
    return assignments;
  });
  const [strategy] = strategies.filter(({ kind }) => kind === 'pivot');
  if (strategy === undefined) throw new Error('no pivot strategy');
  const { recursion } = derive(architecture, { depth: 1, strategy, rules: listening });
  if (recursion === null) throw new Error('no recursion');
  return { network: recursion.network, layers, checks };
}

const captured: readonly Captured[] = architectures.map(capture);

/**
 * μ = min(1 − η, 1/(1 + max(S², σ²)/(σ² g))), which is g/(t + g) with t = max((S/σ)², 1) unless the margin asks for
 * less.
 */
export function usedPart({ allocation, growth }: MultiplierSource, slopeSum: number, sigma: number): number {
  const taken = Math.max((slopeSum / sigma) ** 2, 1);
  return Math.min(1 - allocation.margin, growth / (taken + growth));
}

/** The values of all symbols so far, and what reads them. */
export interface Numbers {
  readonly store: Store;
  readonly environment: Environment;
  readonly value: (symbol: SymbolNode) => Dense;
  readonly width: (name: string) => number;
}

export interface Trial<S> {
  readonly source: S;
  readonly numbers: Numbers;
}

export const gaussian = (random: Random, rows: number, columns: number): Dense =>
  new Dense(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())));

/** Widths 1 … 4, weights, 𝓛, one covariance for all signals together (well conditioned), [m, L] of either sign. */
function draw(random: Random, { network, layers, checks }: Captured): Numbers {
  const widths = new Map<string, number>();
  const own = (name: string): number => {
    const row = network.rows.find(({ signal }) => labelText(signal) === name);
    const key = labelText(
      network.dimension(
        row?.signal ?? (name === labelText(network.output.target) ? network.output.target : { name, index: null }),
      ),
    );
    widths.set(key, widths.get(key) ?? random.integer(1, 4));
    return widths.get(key) ?? 0;
  };
  // Stacked dimensions carry the names of their parts.
  const width = (name: string): number => name.split('+').reduce((total, part) => total + own(part), 0);
  const store: Store = new Map();
  const put = (symbol: SymbolNode, value: Dense): void => void store.set(symbol.key, plain(value));
  for (const weight of weightsOfNetwork(network)) {
    const [rows, columns] = [weight.rows, weight.columns].map((size) => (size === null ? 1 : width(labelText(size))));
    const drawn = gaussian(random, rows ?? 1, columns ?? 1);
    put(weight, weight.diagonal ? Dense.diag(drawn.diagonal()) : drawn);
  }
  put(lipschitzSymbol, new Dense([[2 ** random.normal()]]));
  put(roundoff, new Dense([[2 ** -random.integer(24, 53)]]));
  const signals = network.rows.map(({ signal }) => signal);
  const total = signals.reduce((sum, signal) => sum + width(labelText(signal)), 0);
  const root = gaussian(random, total, total + 2);
  const joint = Dense.add(root.mmul(root.transpose()).div(total), Dense.eye(total).mul(0.1));
  const from = (signal: Label): number =>
    signals
      .slice(
        0,
        signals.findIndex((other) => labelText(other) === labelText(signal)),
      )
      .reduce((sum, each) => sum + width(labelText(each)), 0);
  const covariance = checks[0]?.allocation.covariance;
  for (const a of signals) {
    for (const b of signals) {
      const symbol = covariance?.(a, b);
      const [i, j] = [from(a), from(b)];
      if (symbol?.kind === 'symbol')
        put(symbol, joint.subMatrix(i, i + width(labelText(a)) - 1, j, j + width(labelText(b)) - 1));
    }
  }
  for (const layer of layers) {
    const { split, upper, spread, skip, absorbed } = layer;
    const [a, b] = [random.normal(), random.normal()];
    const [m, L] = random.integer(0, 5) === 0 ? [a, a] : [Math.min(a, b), Math.max(a, b)];
    const sigma = Math.max(L - m, 2 ** -6 * Math.max(Math.abs(m), Math.abs(L)));
    const values = [
      [split.lower, m],
      [upper, L],
      [split.layer.slopeSum, L + m],
      [split.range, L - m],
      [spread, sigma],
      [layer.used, usedPart(layer, L + m, sigma)],
    ] as const;
    for (const [symbol, value] of values) put(symbol, new Dense([[value]]));
    const least = 2 ** random.normal();
    for (const kept of [skip, absorbed]) if (kept !== null) put(kept.least, new Dense([[least]]));
  }
  const environment = storeEnvironment(
    store,
    ({ key }) => {
      throw new Error(`${key} has no value`);
    },
    width,
  );
  return { store, environment, width, value: (symbol) => dense(environment.value(symbol)) };
}

function trials<S>(
  random: Random,
  rounds: number,
  sources: (from: Captured) => readonly S[],
  prepare: (source: S, numbers: Numbers) => void,
): readonly Trial<S>[] {
  return Array.from({ length: rounds }, () => captured)
    .flat()
    .flatMap((from) =>
      sources(from).map((source) => {
        const numbers = draw(random, from);
        prepare(source, numbers);
        return { source, numbers };
      }),
    );
}

/** Everything that stands before a rule: K, its factor R and the fixed reads' Y and Q, made here without the rules. */
function prepared(source: AllocationSource, numbers: Numbers): void {
  const { symbols } = source;
  const { store, width } = numbers;
  const joint = jointOf(source, numbers);
  store.set(symbols.stacked.key, plain(joint));
  const factor = new CholeskyDecomposition(joint).lowerTriangularMatrix;
  store.set(symbols.factor.key, plain(factor));
  sharedRoundings(source, numbers);
  const { fixedSquare } = partsOf(source, numbers);
  store.set(
    symbols.fixedSquare.key,
    plain(fixedSquare ?? Dense.zeros(width(labelText(source.width)), width(labelText(source.width)))),
  );
}

/**
 * What a signal is read with more than once, all but one dense weight: Σ |c_k| √(‖O_k‖₁ ‖O_k‖_∞), of weights and of
 * identities, and √‖K‖.
 */
export function sharedSizes(
  source: AllocationSource,
  numbers: Numbers,
): readonly {
  readonly signal: Label;
  readonly root: number;
  readonly weights: number;
  readonly identities: number;
  readonly reads: number;
}[] {
  const lines = (value: Dense): number =>
    Math.max(...value.to2DArray().map((line) => line.reduce((sum, entry) => sum + Math.abs(entry), 0)));
  return source.groups.flatMap(({ signal, absorber, fixed }) => {
    const reads = fixed.length + (absorber === null ? 0 : 1);
    if (reads < 2) return [];
    const own = source.covariance(signal, signal);
    if (own.kind !== 'symbol') throw new Error('a covariance that is no symbol');
    const size = (isIdentity: boolean): number =>
      fixed.reduce((sum, { weight, coefficient }) => {
        if ((weight === null) !== isIdentity) return sum;
        const value = weight === null ? Dense.eye(1) : numbers.value(weight);
        return sum + Math.abs(coefficient) * Math.sqrt(lines(value) * lines(value.transpose()));
      }, 0);
    return [
      { signal, root: Math.sqrt(longest(numbers.value(own))), weights: size(false), identities: size(true), reads },
    ];
  });
}

/** u, ε and the share that weights keep, as values that stand before a rule. */
function sharedRoundings(source: AllocationSource, numbers: Numbers): void {
  const { symbols } = source;
  const shared = sharedSizes(source, numbers);
  const counted = 4 * (Math.max(0, ...shared.map(({ reads }) => reads)) + 4) * numbers.value(roundoff).get(0, 0);
  const total = (part: 'weights' | 'identities'): number =>
    counted * shared.reduce((sum, each) => sum + each.root * each[part], 0);
  put(numbers, symbols.weightRounding, new Dense([[total('weights')]]));
  put(numbers, symbols.identityRounding, new Dense([[total('identities')]]));
  put(numbers, symbols.absorbedShare, new Dense([[1]]));
}

/** Layers of all architectures, `rounds` times. */
export const layerTrials = (random: Random, rounds: number): readonly Trial<MultiplierSource>[] =>
  trials(
    random,
    rounds,
    ({ layers }) => layers,
    ({ allocation }, numbers) => prepared(allocation, numbers),
  );
/** Outputs of all architectures, `rounds` times. */
export const outputTrials = (random: Random, rounds: number): readonly Trial<CheckSource>[] =>
  trials(
    random,
    rounds,
    ({ checks }) => checks,
    ({ allocation }, numbers) => prepared(allocation, numbers),
  );
/** Both, as what a layer or the output reads. */
export const readTrials = (random: Random, rounds: number): readonly Trial<AllocationSource>[] =>
  trials(random, rounds, ({ layers, checks }) => [...layers, ...checks].map(({ allocation }) => allocation), prepared);

/** The covariance of all that is read, block by block. */
export function jointOf({ joint, covariance }: AllocationSource, { environment }: Numbers): Dense {
  const block = (a: Label, b: Label): Dense => {
    const [one, other] = [covariance(a, b), covariance(b, a)];
    if (one.kind === 'symbol') return dense(environment.value(one));
    if (other.kind === 'symbol') return dense(environment.value(other)).transpose();
    throw new Error('a covariance that is no symbol');
  };
  const rows = joint.signals.map((a) =>
    joint.signals
      .map((b) => block(a, b))
      .reduce((left, right) => new Dense(left.to2DArray().map((row, i) => [...row, ...right.getRow(i)]))),
  );
  return new Dense(rows.flatMap((row) => row.to2DArray()));
}

/** V_d and V_f by the equations' own summands, and the blocks of K that belong to them. Null: there are none. */
export function partsOf(
  source: AllocationSource,
  numbers: Numbers,
): {
  readonly dense: Dense | null;
  readonly fixed: Dense | null;
  readonly order: number;
  readonly fixedSquare: Dense | null;
} {
  const { groups, width } = source;
  const rows = numbers.width(labelText(width));
  const part = (isDense: boolean): Dense | null => {
    const blocks = groups
      .filter(({ absorber }) => (absorber !== null) === isDense)
      .map(({ absorber, fixed, signal }) => {
        const total = Dense.zeros(rows, numbers.width(labelText(signal)));
        for (const { coefficient, weight } of [...(absorber === null ? [] : [absorber]), ...fixed])
          total.add((weight === null ? Dense.eye(rows) : numbers.value(weight)).mul(coefficient));
        return total;
      });
    return blocks.length === 0
      ? null
      : new Dense(Array.from({ length: rows }, (_, i) => blocks.flatMap((block) => block.getRow(i))));
  };
  const [own, fixed] = [part(true), part(false)];
  const order = own?.columns ?? 0;
  return {
    dense: own,
    fixed,
    order,
    fixedSquare: fixed === null ? null : fixed.mmul(remaining(jointOf(source, numbers), order)).mmul(fixed.transpose()),
  };
}

/** K[f | d], with the first `order` coordinates given. */
export function remaining(joint: Dense, order: number): Dense {
  const last = joint.rows - 1;
  const ff = joint.subMatrix(order, last, order, last);
  if (order === 0) return ff;
  const fd = joint.subMatrix(order, last, 0, order - 1);
  const left = Dense.sub(ff, fd.mmul(inverse(joint.subMatrix(0, order - 1, 0, order - 1))).mmul(fd.transpose()));
  // ml-matrix insists on symmetry to the last bit.
  return Dense.add(left, left.transpose()).mul(0.5);
}

/** V K Vᵀ of all reads, dense ones first. */
export function reachedBy(source: AllocationSource, numbers: Numbers): Dense {
  const { dense: own, fixed } = partsOf(source, numbers);
  const rows = (own ?? fixed)?.rows ?? 0;
  const all = new Dense(
    Array.from({ length: rows }, (_, i) => [...(own?.getRow(i) ?? []), ...(fixed?.getRow(i) ?? [])]),
  );
  return all.mmul(jointOf(source, numbers)).mmul(all.transpose());
}

/** Carries the assignments out; false where one of them stops with what it demands. */
export function runs(assignments: readonly Assignment[], { store, environment }: Numbers): boolean {
  try {
    for (const assignment of assignments) carryOut(assignment, store, environment);
    return true;
  } catch (error) {
    if (error instanceof Infeasible) return false;
    throw error;
  }
}

export const singularValues = (value: Dense): readonly number[] =>
  new SingularValueDecomposition(value.rows < value.columns ? value.transpose() : value).diagonal;
export const longest = (value: Dense): number => Math.max(0, ...singularValues(value));

/** A random matrix whose largest singular value is 1. */
export function unitNorm(random: Random, rows: number, columns: number): Dense {
  const drawn = gaussian(random, rows, columns);
  return drawn.div(longest(drawn));
}

export const put = ({ store }: Numbers, symbol: SymbolNode, value: Dense): void =>
  void store.set(symbol.key, plain(value));
