import { strategies } from '../../rules/strategies.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Compiled } from '../5-emit/index.js';
import { identifiers, inMemory } from '../5-emit/index.js';
import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import { lowerArchitecture } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Program } from '../model/program.js';
import type { Strategy } from '../model/strategy.js';
import { bareNetwork } from '../verify/bare.js';
import type { Form, Match } from './spelling.js';
import { match, prefixesOf, spelled } from './spelling.js';
import type { StoredTensor } from './safetensors.js';

/** What tensors are: weights as they are used, or free parameters that a strategy makes weights of. */
export type TensorKind = 'weights' | 'free';

/** How the tensors of a file are to be understood. */
export interface Reading {
  readonly kind: TensorKind;
  readonly depth: number;
  /** Before every name in the file. */
  readonly prefix: string;
  /** Identifiers stand for the author's names. */
  readonly asIdentifiers: boolean;
  /** Those of the tensors that were handed in by the author's, multipliers included. */
  readonly names: ReadonlyMap<string, string>;
  /** By the author's names, multipliers included. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Of this depth, without a parameterization. */
  readonly judge: Compiled;
  /** Of free parameters: what makes weights of them. */
  readonly compiled: Compiled | null;
}

/** A reading with what it assumes, and what its tensors are called in the file. */
export interface FoundReading {
  readonly reading: Reading;
  /** Whole names in the file by the author's. */
  readonly fileNames: ReadonlyMap<string, string>;
  readonly assumed: readonly string[];
}

export interface ReadingOptions {
  readonly architecture: Architecture;
  /** Null: looked for among the depths that the names suggest. */
  readonly depth: number | null;
  readonly strategy: Strategy | null;
  /** Null: as the names tell. */
  readonly as: TensorKind | null;
  /** What the file says that they are: it counts where names fit both. */
  readonly told: TensorKind | null;
  /** Names of tensors that are not read, with what their entries are. */
  readonly unread: ReadonlyMap<string, string>;
  /** Multipliers have a table of their own: the tensors are weights and biases by the author's names. */
  readonly tabled: boolean;
}

type Networks = Pick<Reading, 'judge' | 'compiled'>;

type KindOfForm = Form & { readonly kind: TensorKind };

interface Attempt extends Omit<Reading, 'tensors' | 'names'> {
  readonly match: Match;
}

/**
 * Names are taken for weights or free parameters only where all of them fit: with the same prefix before each, written
 * as the author's (`C[1]`, `C.1`), or, for free parameters, as a PyTorch module's (`C_1`).
 * @throws LW302 no depth or several, LW308 free parameters without a strategy, LW311 names that fit both kinds, LW312
 *   names that do not fit
 */
export function findReading(tensors: ReadonlyMap<string, StoredTensor>, options: ReadingOptions): Reading {
  const names = [...tensors.keys()];
  const attempts = depthsOf(options.depth, names).flatMap((depth) => attemptsAt(depth, names, options));
  const all = attempts.filter(({ match: { faults } }) => faults === 0);
  const asTold = all.filter(({ kind }) => kind === options.told);
  const fitting = asTold.length > 0 ? asTold : all;
  const [first] = fitting;
  if (first === undefined) return refuse(attempts, names, options);
  if (fitting.some(({ kind }) => kind !== first.kind)) {
    return fail(
      'LW311',
      `tensors ${listed(names)}, whose names are those of the weights and of the free parameters ` +
        `of ${options.strategy?.name ?? ''}`,
      '--as weights or --as free',
    );
  }
  if (fitting.some(({ judge }) => judge.program.signals.length !== first.judge.program.signals.length)) {
    return fail(
      'LW302',
      `no depth, and the tensors ${listed(names)}, which fit several`,
      'the depth of the network (--depth)',
    );
  }
  const {
    match: { found },
    ...reading
  } = first;
  return {
    ...reading,
    names: found,
    tensors: new Map(
      [...found].flatMap(([own, name]) =>
        [tensors.get(name)].flatMap((tensor) => (tensor === undefined ? [] : [[own, tensor] as const])),
      ),
    ),
  };
}

/** Indices are l or n plus a constant, so that the depth lies near the largest index that occurs. */
function depthsOf(given: number | null, names: readonly string[]): readonly number[] {
  if (given !== null) return [given];
  const largest = names.reduce((most, name) => Math.max(most, Number(/[[._](\d{1,6})\]?$/.exec(name)?.[1] ?? 0)), 1);
  const near = Array.from({ length: 9 }, (_, step) => largest - 4 + step);
  // Each layer has a tensor at the least.
  return [...new Set([1, 2, ...near])].filter((depth) => depth >= 1 && depth <= Math.min(4096, names.length + 4));
}

function attemptsAt(depth: number, names: readonly string[], options: ReadingOptions): readonly Attempt[] {
  const prefixes = options.tabled ? [''] : prefixesOf(names);
  const networks = networksAt(depth, names, prefixes, options);
  if (networks === null) return [];
  const { judge, compiled } = networks;
  const forms = [...weightForms(judge.program, options), ...(compiled === null ? [] : freeForms(compiled.program))];
  return prefixes.flatMap((prefix) =>
    forms.map((form): Attempt => ({
      kind: form.kind,
      depth,
      prefix,
      asIdentifiers: form.asIdentifiers,
      judge,
      compiled: form.kind === 'free' ? compiled : null,
      match: match(form, names, prefix),
    })),
  );
}

/** Null where the equations make no network at a depth that is only tried, or one of too many tensors. */
function networksAt(
  depth: number,
  names: readonly string[],
  prefixes: readonly string[],
  options: ReadingOptions,
): Networks | null {
  const { architecture, strategy, as, tabled } = options;
  try {
    const judge = bareNetwork(architecture, depth);
    if (options.depth === null && judge.program.weights.length > names.length + options.unread.size) return null;
    // Compiling thousands of layers takes long, and would be for nothing where a file only claims them: weights and
    // biases are free parameters.
    const own = freeForms(judge.program);
    const wantsFree =
      as !== 'weights' &&
      !tabled &&
      strategy !== null &&
      prefixes.some((prefix) => own.some((form) => match(form, names, prefix).missing === null));
    return { judge, compiled: wantsFree ? inMemory(lowerArchitecture(architecture, { depth, strategy })) : null };
  } catch (error) {
    if (error instanceof LipwrightError && options.depth === null) return null;
    throw error;
  }
}

/**
 * What multipliers are called among weights and biases: where one of those has the name already, `multiplier` stands
 * before it.
 */
export function flatMultipliers({ weights, biases, multipliers }: Program): ReadonlyMap<string, string> {
  const taken = new Set([...weights, ...biases].map(({ name }) => name));
  return new Map(multipliers.map(({ name }) => [name, taken.has(name) ? `multiplier ${name}` : name]));
}

function weightForms(program: Program, { as, tabled }: ReadingOptions): readonly KindOfForm[] {
  if (as === 'free') return [];
  const { weights, biases } = program;
  const names = [weights, biases].map((slots) => slots.map(({ name }) => name));
  const multipliers = [...flatMultipliers(program).values()];
  const authors = {
    kind: 'weights',
    asIdentifiers: false,
    groups: [...names, ...(tabled ? [] : [multipliers])].map((group) => group.map(spelled)),
  } as const;
  if (as === null) return [authors];
  // A module's raw parameters have such names: that they are weights only the user can say.
  const named = identifiers(program);
  return [
    authors,
    {
      kind: 'weights',
      asIdentifiers: true,
      groups: [weights, biases].map((slots) => slots.map(({ name }) => ({ name, as: [named.get(name) ?? name] }))),
    },
  ];
}

/** Biases are free parameters like all others. */
function freeForms(program: Program): readonly KindOfForm[] {
  const named = identifiers(program);
  const authors = {
    kind: 'free',
    asIdentifiers: false,
    groups: [program.free.map(({ name }) => spelled(name))],
  } as const;
  const others = {
    kind: 'free',
    asIdentifiers: true,
    groups: [program.free.map(({ name }) => ({ name, as: [named.get(name) ?? name] }))],
  } as const;
  return program.free.every(({ name }) => named.get(name) === name) ? [authors] : [authors, others];
}

const listed = (names: readonly string[]): string => excerpt(names.slice(0, 12).join(', '), 120);

/** What is wrong with the attempt that comes nearest. */
function refuse(attempts: readonly Attempt[], names: readonly string[], options: ReadingOptions): never {
  const owners = options.strategy === null && options.as === null && !options.tabled ? ownersOf(names, options) : [];
  if (owners.length > 0)
    return fail(
      'LW308',
      `${listed(names)}: free parameters, and no strategy that makes weights of them`,
      `--strategy, for example ${owners.join(' or ')}, with its variant`,
    );
  const part = partOf(names, options);
  if (part !== null)
    return fail(
      'LW312',
      `tensors ${listed(names)}, of which only those under "${excerpt(part, 40)}" fit`,
      `--prefix ${excerpt(part, 40)} to read those alone`,
    );
  const nearest = attempts.reduce<Attempt | null>(
    (best, each) =>
      best === null || each.match.faults - each.match.found.size < best.match.faults - best.match.found.size
        ? each
        : best,
    null,
  );
  if (nearest === null)
    return fail(
      'LW302',
      `no depth, and the tensors ${listed(names)}, which fit none`,
      'the depth of the network (--depth)',
    );
  const {
    kind,
    depth,
    prefix,
    match: { twice, missing, extra, expected },
  } = nearest;
  const place =
    `${kind === 'free' ? `free parameters of ${options.strategy?.name ?? ''}` : 'weights'} at ` +
    `depth ${depth}${prefix === '' ? '' : `, each after "${excerpt(prefix, 40)}"`}`;
  if (twice !== null)
    return fail('LW312', `two tensors for ${twice.name}, one of them ${excerpt(twice.tensor, 40)}`, 'one of them');
  const untyped = missing?.as.map((text) => `${prefix}${text}`).find((text) => options.unread.has(text));
  if (untyped !== undefined)
    return fail(
      'LW109',
      `${excerpt(untyped, 40)} of ${options.unread.get(untyped) ?? ''}`,
      'a tensor of F64, F32, F16 or BF16',
    );
  if (missing !== null)
    return fail(
      'LW312',
      `no ${missing.name}${extra === null ? '' : `, and the tensor ${excerpt(extra, 40)}`}`,
      `${missing.as.join(' or ')}, of the ${place}`,
    );
  return fail(
    'LW312',
    `the tensor ${excerpt(extra ?? '', 40)}`,
    `${excerpt(expected.join(', '), 200)} and nothing else, the ${place}`,
  );
}

/** Larger models are not searched for a part: it is only for the message. */
const most = { parts: 16, names: 512 } as const;

/** Where a part of the model fits by itself: the prefix of its tensors. Null if none does, or several do. */
function partOf(names: readonly string[], options: ReadingOptions): string | null {
  if (options.tabled || names.length > most.names) return null;
  const parts = [...new Set(names.flatMap((name) => prefixesOf([name]).slice(1)))].slice(0, most.parts);
  const fitting = parts.filter((part) => {
    const under = names.filter((name) => name.startsWith(part)).map((name) => name.slice(part.length));
    return (
      under.length < names.length &&
      depthsOf(options.depth, under).some((depth) =>
        attemptsAt(depth, under, options).some(({ prefix, match: { faults } }) => prefix === '' && faults === 0),
      )
    );
  });
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** The strategies whose free parameters have these names. */
function ownersOf(names: readonly string[], options: ReadingOptions): readonly string[] {
  const all = [...strategies, pivotStrategy({ multipliers: 'dominance' })];
  const owners = all.filter((strategy) =>
    depthsOf(options.depth, names).some((depth) => {
      try {
        return attemptsAt(depth, names, { ...options, strategy, as: 'free' }).some(
          ({ match: { faults } }) => faults === 0,
        );
      } catch (error) {
        // This strategy does not take the equations.
        if (error instanceof LipwrightError) return false;
        throw error;
      }
    }),
  );
  return [...new Set(owners.map(({ name }) => name))];
}
