import fc from 'fast-check';
import { fail } from '../base/diagnostic.js';
import type { Compiled } from '../5-emit/index.js';
import { withSums } from '../network/widths.js';
import { countOf } from '../model/program.js';
import type { AffineLayer } from '../model/lowered-network.js';
import type { LayerActivation } from '../model/program.js';
import { generator } from '../numeric/random.js';
import type { Random } from '../numeric/random.js';

/**
 * What fast-check draws and shrinks: a handful of small integers. The arrays themselves are filled by a seeded
 * generator, since `fc.double` makes nearly all weights tiny or huge and is slow; a few entries may then be edited.
 */
export interface Case {
  /** Which of the campaign's architectures. */
  readonly architecture: number;
  readonly depth: number;
  /** Which of the campaign's width combinations; small ones come first. */
  readonly widths: number;
  /** Which slopes, layer by layer, repeated if there are more layers. */
  readonly slopes: readonly number[];
  /** 𝓛 = 10^(lipschitz / 4). */
  readonly lipschitz: number;
  readonly seed: number;
  /** Which scale of the free parameters, parameter by parameter, repeated if there are more. */
  readonly scales: readonly number[];
  /** Entries to be replaced: which, and by which special value. */
  readonly edits: readonly (readonly [number, number])[];
}

type Pair = readonly [number, number];

/** Simplest first, as shrinking goes that way; null stands for a random pair. */
const slopeChoices: readonly (Pair | null)[] = [
  [0, 1],
  [0, 0],
  [1, 1],
  [-1, 1],
  [0.1, 1],
  [-1, 0.5],
  [0.5, 2],
  [-2, -1],
  [-1, 0],
  [-0.1289, 1.1289],
  [-1e-3, 1e-3],
  [1e-9, 1e3],
  [-1e3, 1e-12],
  [-1e6, 1e6],
  null,
  null,
  null,
];

type Scale = number | 'mixed' | 'of 𝓛';

/** 1 first; 𝓛 itself, where constraints just begin to bind; 0 and denormals, and all that overflows when squared. */
const scaleChoices: readonly Scale[] = [
  1,
  1,
  'of 𝓛',
  'of 𝓛',
  10,
  1e-3,
  0,
  'mixed',
  0.1,
  100,
  1e-150,
  5e-324,
  1e150,
  1e308,
  1e18,
  1e40,
];
const mixture: readonly number[] = [1, 0, 1e-3, 10, 1e-150, 1e150, 1e308, 5e-324, 1e6, 1e-6];

/** Zeros first: the simplest edit says that an entry does not matter. */
const specialValues: readonly number[] = [
  0,
  -0,
  1,
  -1,
  5e-324,
  -5e-324,
  1e-150,
  -1e-150,
  1e150,
  -1e150,
  1e308,
  -1e308,
  Number.MAX_VALUE,
  2 ** 64,
  2 ** -60,
];

export interface CaseLimits {
  readonly architectures: number;
  readonly depth: { readonly from: number; readonly to: number };
  readonly maxWidth: number;
  /** Chooses the width combinations. */
  readonly pool: number;
}

/**
 * The limits with their defaults. @throws LW311 no architectures or an unusable width, LW302 an unusable range of
 * depths
 */
export function limitsOf({
  architectures,
  depth = { from: 1, to: 6 },
  maxWidth = 5,
  pool,
}: Pick<CaseLimits, 'architectures' | 'pool'> & {
  readonly depth?: CaseLimits['depth'];
  readonly maxWidth?: number;
}): CaseLimits {
  if (architectures < 1) fail('LW311', 'no architectures', 'at least one');
  const whole = Number.isInteger(depth.from) && Number.isInteger(depth.to) && depth.from >= 1 && depth.from <= depth.to;
  if (!whole) fail('LW302', `depth ${depth.from}..${depth.to}`, 'integers 1 <= from <= to');
  if (!Number.isInteger(maxWidth) || maxWidth < 1 || maxWidth > 1024)
    fail('LW311', `maxWidth ${maxWidth}`, 'an integer from 1 to 1024');
  return { architectures, depth, maxWidth, pool };
}

/** How many independent slopes and scales a case draws before they repeat. */
const independent = 6;
/** Width combinations to draw from: a program plans its buffers for each, which costs more than several cases. */
const combinations = 24;
/** Width classes before they repeat; prime to the periods of layers. */
const classes = 7;

/** All 1, all 2, 1 and 2 in turn, then random ones, the smaller first. */
export function widthPool({ maxWidth, pool }: CaseLimits): readonly (readonly number[])[] {
  const random = generator(pool);
  const some = (to: number): number[] => Array.from({ length: classes }, () => random.integer(1, to));
  const drawn = Array.from({ length: combinations - 4 }, (_, at) =>
    some(at % 4 === 0 ? Math.min(2, maxWidth) : maxWidth),
  );
  const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);
  drawn.sort((a, b) => total(a) - total(b));
  return [[1], [2], [1, 2], [2, 1]].map((widths) => widths.map((width) => Math.min(width, maxWidth))).concat(drawn);
}

export function caseArbitrary({ architectures, depth }: CaseLimits): fc.Arbitrary<Case> {
  const several = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(arbitrary, { minLength: independent, maxLength: independent, size: 'max' });
  return fc.record({
    architecture: fc.integer({ min: 0, max: architectures - 1 }),
    depth: fc.integer({ min: depth.from, max: depth.to }),
    widths: fc.integer({ min: 0, max: combinations - 1 }),
    slopes: several(fc.integer({ min: 0, max: slopeChoices.length - 1 })),
    lipschitz: fc.integer({ min: -24, max: 24 }),
    seed: fc.nat(),
    scales: several(fc.integer({ min: 0, max: scaleChoices.length - 1 })),
    edits: fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 0, max: specialValues.length - 1 })), { maxLength: 8 }),
  });
}

/** A case with its arrays filled, for one program. */
export interface FilledCase {
  readonly widths: Readonly<Record<string, number>>;
  readonly slopes: readonly Pair[];
  readonly lipschitz: number;
  /** Widths, slopes and bound together, as `constrain` takes them. */
  readonly options: Pick<FilledCase, 'widths' | 'slopes' | 'lipschitz'>;
  readonly free: Readonly<Record<string, Float64Array>>;
  readonly random: Random;
}

const cyclic = <T>(items: readonly T[], at: number, otherwise: T): T =>
  items[at % Math.max(1, items.length)] ?? otherwise;

function randomPair(random: Random): Pair {
  const size = 10 ** random.integer(-2, 2);
  const [a, b] = [random.normal() * size, random.normal() * size];
  return a <= b ? [a, b] : [b, a];
}

/** A declared activation may be given wider slopes than its own, never narrower; a spline needs room between them. */
function slopesFor(activation: LayerActivation, [lower, upper]: Pair): Pair {
  if (activation.kind === 'open') return [lower, upper];
  const [m, L] = activation.slopes;
  // What a block is held to is no choice of a run.
  if (activation.kind === 'block') return [m, L];
  if (activation.kind === 'spline') return lower < upper ? [lower, upper] : [m, L];
  return [Math.min(lower, m), Math.max(upper, L)];
}

const clamp = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

/** Widths that are sums of others are not drawn; where drawn ones clash all are 1. */
function countsFor(program: Compiled['program'], combination: readonly number[]): readonly number[] {
  const sums = new Set(program.sums.map(({ width }) => width));
  const drawn = (of: (at: number) => number): readonly (number | undefined)[] =>
    program.widths.map((_names, at) => (sums.has(at) ? undefined : of(at)));
  try {
    return withSums(
      program,
      drawn((at) => cyclic(combination, at, 1)),
    );
  } catch {
    return withSums(
      program,
      drawn(() => 1),
    );
  }
}

/** One case in so many keeps a bound that what the output reads of x as it is may not allow. */
const anyBound = 8;

/** 𝓛 as drawn; where the output reads a x as it is, in most cases so far above |a| that weights meet it. */
function boundFor(drawn: Case, { steps, signals, input, affine }: Compiled['program']): number {
  const lipschitz = drawn.lipschitz === 0 ? 1 : 10 ** (drawn.lipschitz / 4);
  const output = steps.find(({ signal }) => signal === signals.length);
  // Affine signals hand on what they read of x as it is.
  const handed = new Map([[input, 1]]);
  const straightIn = ({ terms }: Pick<AffineLayer, 'terms'>): number =>
    terms.reduce(
      (sum, { coefficient, weight, signal }) => (weight === null ? sum + coefficient * (handed.get(signal) ?? 0) : sum),
      0,
    );
  for (const sum of affine) handed.set(sum.signal, straightIn(sum));
  const straight = straightIn(output ?? { terms: [] });
  // Steps that take themselves back keep |a| exactly.
  if (straight !== 0 && takesBack(affine) && drawn.seed % 3 === 0) return Math.abs(straight);
  return straight === 0 || drawn.seed % anyBound === 1 ? lipschitz : 1.25 * Math.abs(straight) + lipschitz;
}

const takesBack = (affine: Compiled['program']['affine']): boolean =>
  affine.some(({ terms }) => terms.some(({ isTransposed }) => isTransposed === true));

/** Where transposes stand most cases have slopes that are not negative: others are refused (LW402). */
const withSign = ([m, L]: Pair, { affine }: Compiled['program'], { seed }: Case): Pair =>
  takesBack(affine) && seed % anyBound !== 2 ? [Math.max(0, m), Math.max(0, L)] : [m, L];

/** The same case always gives the same numbers: everything random comes from its seed. */
export function fill(drawn: Case, program: Compiled['program'], pool: readonly (readonly number[])[]): FilledCase {
  const random = generator(drawn.seed);
  const combination = pool[drawn.widths] ?? [1];
  const counts = countsFor(program, combination);
  const widths = Object.fromEntries(
    program.widths.flatMap((names, at) => names.map((name) => [name, counts[at] ?? 1])),
  );
  const slopes = program.layers.map(({ activation }, at) =>
    slopesFor(
      activation,
      withSign(cyclic(slopeChoices, cyclic(drawn.slopes, at, 0), null) ?? randomPair(random), program, drawn),
    ),
  );
  const lipschitz = boundFor(drawn, program);
  const arrays = program.free.map((slot, at): [string, Float64Array] => {
    const scale = cyclic(scaleChoices, cyclic(drawn.scales, at, 0), 1);
    const data = new Float64Array(countOf(slot.rows, counts) * countOf(slot.columns, counts));
    for (let i = 0; i < data.length; i += 1)
      data[i] = clamp(
        random.normal() * (scale === 'mixed' ? random.pick(mixture) : scale === 'of 𝓛' ? lipschitz : scale),
      );
    return [slot.name, data];
  });
  const total = arrays.reduce((sum, [, data]) => sum + data.length, 0);
  for (const [place, value] of drawn.edits) {
    let at = total === 0 ? 0 : place % total;
    for (const [, data] of arrays) {
      if (at >= 0 && at < data.length) data[at] = cyclic(specialValues, value, 0);
      at -= data.length;
    }
  }
  return {
    widths,
    slopes,
    lipschitz,
    options: { widths, slopes, lipschitz },
    free: Object.fromEntries(arrays),
    random,
  };
}
