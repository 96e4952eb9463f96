import { readFileSync, readdirSync } from 'node:fs';
import { pivotStrategy } from '../../rules/variants.js';
import { strategies } from '../../rules/strategies.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { inMemory } from '../../src/5-emit/run/memory.js';
import type { Compiled, Constrained } from '../../src/5-emit/index.js';
import { lowerArchitecture } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import { countOf } from '../../src/model/program.js';
import type { Precision as Kept } from '../../src/model/roundoff.js';
import type { Program } from '../../src/model/program.js';
import type { Strategy } from '../../src/model/strategy.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import type { Random } from '../../src/numeric/random.js';
import { generator } from '../../src/numeric/random.js';
import { randomArchitecture as randomReads } from '../5-emit/random-architecture.js';
import { hostileEntry } from '../laws/map.js';
import { family, seven, splines } from '../activation-architectures.js';
import { builtin, lastActivation, shared, skipping, resnet, tied } from '../architectures.js';
import { beside, composed, nested, sharedInside } from '../block-architectures.js';
import { randomArchitecture } from '../random-architecture.js';

/** What the Python targets are compared on: programs of all kinds, and runs of them. */

export interface Subject {
  readonly called: string;
  readonly program: Program;
  readonly compiled: Compiled;
}

/** Rows in their three kinds, pivots in their eight. */
export const kinds: readonly Strategy[] = [
  ...strategies.filter(({ kind }) => kind === 'rows'),
  ...multiplierChoices.flatMap((multipliers) =>
    contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
  ),
];

export function subjectOf(architecture: Architecture, depth: number, strategy: Strategy): Subject {
  const program = lowerArchitecture(architecture, { depth, strategy });
  return {
    called:
      `${program.architecture}, depth ${depth}, ${strategy.name} ${program.variant ?? ''}\n` + architecture.definition,
    program,
    compiled: inMemory(program),
  };
}

/** Names that mean something in Python, in a framework, in every module, or to the derivation. */
const hostileNames = [
  'lambda',
  'class',
  'None',
  'self',
  'np',
  'jnp',
  'jax',
  'torch',
  'math',
  'free',
  'state_dict',
  'forward',
  'lipschitz',
  'train',
  't0',
  'd0',
  'S',
  'P',
  'm',
  'L',
  'k',
  'w',
  'b',
  'λ',
  'ψ',
  'Ω',
  'constrain',
  'weights',
  'grad',
  'check',
  'weight_1',
  'half',
  '__proto__'.slice(2, 7),
  'buffers',
  'float',
  'int',
  'len',
  'I',
  'psi',
  'K',
];

const layersFolder = new URL('../../examples/layers/', import.meta.url);

/**
 * Every architecture under every strategy would be too many: under each of them a different one comes next, `rounds`
 * times.
 */
export function subjects(seed: number, rounds: number): readonly Subject[] {
  const random = generator(seed);
  // Depths at which layers make loops under every strategy.
  const fixed: readonly (readonly [Architecture, number])[] = [
    [builtin('residual'), 4],
    [parseArchitecture(seven, null), 1],
    [builtin('dense-skip'), 4],
    [beside(), 1],
    [builtin('two-branch'), 4],
    [parseArchitecture(family, null), 3],
    [builtin('feedforward'), 5],
    [nested(), 2],
    [parseArchitecture(splines, null), 2],
    [builtin('linear'), 1],
    [skipping(), 1],
    [lastActivation(), 1],
    ...composed().map((architecture) => [architecture, 2] as const),
    ...readdirSync(layersFolder).map(
      (file) => [parseArchitecture(readFileSync(new URL(file, layersFolder), 'utf8'), file), 2] as const,
    ),
  ];
  const counts = { fixed: 0, graphs: 0 };
  const draws: readonly ((strategy: Strategy) => readonly [Architecture, number])[] = [
    () => fixed[counts.fixed++ % fixed.length] ?? [builtin('residual'), 1],
    // Identity reads as these have them are beyond the rules for rows.
    ({ kind }) => [kind === 'pivot' ? randomArchitecture(seed * 1000 + counts.graphs++) : randomReads(random), 1],
    () => [randomReads(random, { identity: true, names: hostileNames }), 1],
  ];
  return [
    ...Array.from({ length: rounds }, () =>
      draws.flatMap((draw) => kinds.map((strategy) => subjectOf(...draw(strategy), strategy))),
    ).flat(),
    // Scales of rows would take their entries apart.
    ...[kinds[0], kinds[3], kinds[10]].flatMap((strategy) =>
      strategy === undefined ? [] : [subjectOf(shared(), 1, strategy)],
    ),
    ...kinds
      .slice(3, 4)
      .flatMap((strategy) => [
        subjectOf(sharedInside(), 1, strategy),
        subjectOf(resnet(), 2, strategy),
        subjectOf(tied(), 2, strategy),
      ]),
  ];
}

/**
 * `large`: matrices with entries up to 1/√u of single precision, of which the Cholesky contraction makes nothing unless
 * it shortens them first.
 */
export type Size = 'ordinary' | 'zero' | 'large' | 'hostile';

export interface Run {
  readonly subject: Subject;
  readonly widths: Readonly<Record<string, number>>;
  readonly slopes: readonly (readonly [number, number])[];
  readonly lipschitz: number;
  readonly free: Readonly<Record<string, Float64Array>>;
  /** What the weights are kept in; double if left out. */
  readonly kept?: Kept;
  /** Rows of inputs. */
  readonly inputs: readonly Float64Array[];
}

type Pair = readonly [number, number];
const ordinarySlopes: readonly Pair[] = [
  [0, 1],
  [-0.129, 1.129],
  [0.2, 1],
  [-1, 0.3],
  [-1, 1],
  [-0.4, -0.1],
];
const allSlopes: readonly Pair[] = [...ordinarySlopes, [0, 0], [1, 1], [0.3, 7], [1e-9, 1e3]];

/** As wide as the activations ask, a block's own, or now and then whatever was drawn. */
function slopesFor({ program }: Subject, size: Size, random: Random): readonly Pair[] {
  const careless = size === 'hostile' && random.integer(0, 3) === 0;
  return program.layers.map(({ activation }): Pair => {
    const [m, L] = random.pick(size === 'hostile' ? allSlopes : ordinarySlopes);
    if (careless || activation.kind === 'open') return [m, L];
    if (activation.kind === 'block') return activation.slopes;
    if (activation.kind === 'spline') return m < L ? [m, L] : activation.slopes;
    return [Math.min(m, activation.slopes[0]), Math.max(L, activation.slopes[1])];
  });
}

/** The widths that are no sums of others, by the names of each class. */
export function widthsFor(
  { program }: Subject,
  width: (names: readonly string[]) => number,
): Readonly<Record<string, number>> {
  const sums = new Set(program.sums.map(({ width: sum }) => sum));
  return Object.fromEntries(
    program.widths.flatMap((names, at) => {
      if (sums.has(at)) return [];
      const chosen = width(names);
      return names.map((name) => [name, chosen]);
    }),
  );
}

/**
 * The same few shapes again and again, for a framework that compiles every operation for every shape; others take all
 * kinds of widths.
 */
export const fewWidths = (): number => 2;

/** `width`: of the signals that share one; from 1 to 4 at random if left out. */
export function runOf(
  subject: Subject,
  size: Size,
  random: Random,
  width: (names: readonly string[]) => number = () => random.integer(1, 4),
): Run {
  const widths = widthsFor(subject, width);
  const scale = random.pick([0.3, 1, 3]);
  const draw = (isMatrix: boolean): number =>
    size === 'zero'
      ? 0
      : size === 'hostile'
        ? hostileEntry(random)
        : (size === 'large' && isMatrix ? 2 ** random.integer(0, 12) : scale) * random.normal();
  const free = Object.fromEntries(
    Object.entries(subject.compiled.dims(widths)).map(([name, shape]) => [
      name,
      Float64Array.from({ length: shape.reduce((all, side) => all * side, 1) }, () => draw(shape.length > 1)),
    ]),
  );
  const columns = widths['x'] ?? inputWidth(subject, free, widths);
  return {
    subject,
    widths,
    slopes: slopesFor(subject, size, random),
    lipschitz: random.pick(size === 'hostile' ? [1, 2 ** -20, 3.5, 1000] : [1, 0.5, 3.5]),
    free,
    inputs: Array.from({ length: 3 }, () => Float64Array.from({ length: columns }, () => random.normal())),
  };
}

/** Of a composition, whose x has its width from somewhere else. */
function inputWidth({ compiled, program }: Subject, free: Run['free'], widths: Run['widths']): number {
  const { name } = [...program.signals, program.output, ...program.locals][program.input] ?? { name: 'x' };
  return compiled.constrain(free, { widths, lipschitz: 1000 }).widths[name] ?? 1;
}

/** The in-memory function's weights for a run. @throws what it throws */
export const constrained = ({ subject, widths, slopes, lipschitz, free, kept = 'double' }: Run): Constrained =>
  subject.compiled.constrain(free, { widths, slopes, lipschitz, precision: kept });

/** The shapes of weights, biases and multipliers, by name. */
export function shapesOf({ program }: Subject, { widths }: Constrained): ReadonlyMap<string, readonly number[]> {
  const counts = program.widths.map(([name = '']) => widths[name] ?? 0);
  const shape = ({ structure, rows, columns }: Program['weights'][number]): readonly number[] =>
    structure === 'dense' ? [countOf(rows, counts), countOf(columns, counts)] : [countOf(rows, counts)];
  return new Map(
    [...program.weights, ...program.biases, ...program.multipliers].map((slot) => [slot.name, shape(slot)]),
  );
}
