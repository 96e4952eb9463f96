import { analyseActivation, readActivation } from '../slopes/index.js';
import { builtinArchitectures, loadArchitecture, parseArchitecture } from '../1-parse/index.js';
import type { Slopes } from '../5-emit/index.js';
import { strategies } from '../../rules/strategies.js';
import { withVariant } from '../../rules/variants.js';
import { readDecimal } from '../base/decimal.js';
import type { Position } from '../base/diagnostic.js';
import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import { multiplierChoices } from '../model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import type { Variant } from '../model/variant.js';
import type { SlopeFacts } from './slopes.js';
import { strategyText, variantOf } from '../model/variant.js';
import { certifyStrategy } from '../check/index.js';
import { parseJson } from '../verify/json.js';

/** What the user says of a network: it wins over the file. */
export interface GivenSettings {
  readonly architecture?: Architecture;
  readonly depth?: number;
  readonly strategy?: string;
  readonly variant?: Partial<Variant>;
  /** Of the activations that the equations leave open. */
  readonly slopes?: Slopes;
  /** The activation whose slopes these are. */
  readonly activation?: string;
  readonly lipschitz?: number;
  readonly widths?: ReadonlyMap<string, number>;
}

/** What is known of a network besides its tensors; null where neither the user nor the file says it. */
export interface Settings {
  readonly architecture: Architecture;
  readonly depth: number | null;
  readonly strategy: Strategy | null;
  /** As it was called, also where it is none of ours. */
  readonly strategyName: string | null;
  /** Is it known which of its variants? */
  readonly variantTold: boolean;
  /** Whoever says them: `resolvedSlopes` puts them together. */
  readonly slopeFacts: SlopeFacts;
  readonly lipschitz: number | null;
  /** What the file says that its tensors are, which counts where their names do not tell. */
  readonly told: 'weights' | null;
  readonly widths: ReadonlyMap<string, number>;
  /** What an earlier reading assumed, and what it left: a file of ours says it. */
  readonly assumed: readonly string[];
  readonly ignored: readonly string[];
  /** Where the user contradicts the file, and the like. */
  readonly notes: readonly string[];
}

type Facts = ReadonlyMap<string, unknown>;

/**
 * Metadata and the user's own words, which win. `file` is only printed in positions.
 * @throws LW301 no architecture, LW2xx its definition, LW302 depth, LW304 widths, LW305 slopes, LW306 𝓛, LW308
 *   strategy, LW311 variant, LW105 other values
 */
export function settingsFrom(facts: Facts, given: GivenSettings, file: string | null): Settings {
  const notes: string[] = [];
  const one = <T>(
    name: string,
    flag: string,
    own: T | undefined,
    read: (value: unknown) => T,
    text: (value: T) => string,
  ): T | null => {
    const said = facts.get(name);
    if (own === undefined) return said === undefined ? null : read(said);
    const theirs =
      said === undefined
        ? text(own)
        : readOr(
            () => text(read(said)),
            () => `${name} that cannot be read`,
          );
    if (theirs !== text(own)) notes.push(`${flag} ${text(own)} wins over the file, which says ${theirs}`);
    return own;
  };
  const architecture = architectureFrom(facts, given.architecture, file, notes);
  const depth = one('depth', '--depth', given.depth, depthOf, String);
  const slopes = one<Slopes>('slopes', '--slopes', given.slopes, (value) => slopesOf(value, file), slopesText);
  const assumed = textsOf(facts.get('assumed')).filter(
    (text) => given.slopes === undefined || !text.startsWith(slopesAssumed),
  );
  // What was only assumed is nothing that the user could contradict.
  const onlyAssumed = textsOf(facts.get('assumed')).some((text) => text.startsWith(slopesAssumed));
  const slopeFacts: SlopeFacts = {
    given: given.slopes ?? null,
    givenActivation: given.activation ?? null,
    said: given.slopes === undefined ? slopes : onlyAssumed ? null : saidSlopes(facts, file),
    activations: activationsOf(facts.get('activation') ?? facts.get('activations'), given, file, notes),
  };
  const lipschitz = one('lipschitz', '--lipschitz', given.lipschitz, lipschitzOf, String);
  const told = facts.get('tensors') === 'weights' ? 'weights' : null;
  return {
    architecture,
    depth,
    slopeFacts,
    lipschitz,
    told,
    ...strategyFrom(facts, given, file, notes),
    widths: widthsFrom(facts, given, file, notes),
    assumed,
    ignored: textsOf(facts.get('ignored')),
    notes,
  };
}

/** How the assumption begins that is made where nobody says slopes. */
export const slopesAssumed = 'slopes ';

const saidSlopes = (facts: Facts, file: string | null): Slopes | null =>
  readOr<Slopes | null>(
    () => (facts.get('slopes') === undefined ? null : slopesOf(facts.get('slopes'), file)),
    () => null,
  );

/** What our own files say of themselves; anything else there is no matter. */
const longestList = 4096;
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.slice(0, longestList).flatMap((text: unknown) => (typeof text === 'string' ? [excerpt(text, 300)] : []))
    : [];

/**
 * A list with a text or null for each open layer, in JSON or as such, or one text for all of them. Other tools write
 * other things under this name: what says nothing to us is no reason to take the activation for another one, so the
 * user must say it.
 */
function activationsOf(
  value: unknown,
  { slopes, activation }: GivenSettings,
  file: string | null,
  notes: string[],
): SlopeFacts['activations'] {
  if (value === undefined || value === null) return null;
  const isJson = typeof value === 'string' && /^\s*["[]/.test(value);
  const said: unknown = isJson ? parseJson(value, file === null ? 'activation' : `${file}#activation`) : value;
  if (Array.isArray(said) && said.every((text) => text === null || typeof text === 'string'))
    return said as readonly (string | null)[];
  if (Array.isArray(said))
    return fail(
      'LW105',
      `activation: ${excerpt(JSON.stringify(said), 60)}`,
      'a list of names or null, one for each layer that the equations leave open',
    );
  if (typeof said === 'string' && isActivation(said)) return said;
  const text = excerpt(typeof said === 'string' ? said : JSON.stringify(said), 60);
  if (slopes === undefined && activation === undefined)
    return fail(
      'LW310',
      `"${text}", as the file calls its activation`,
      '--activation with a name that lipwright list knows or an expression in v, or --slopes',
    );
  notes.push(`the file calls its activation ${text}, which is not read: what you say of it counts`);
  return null;
}

/**
 * Does the text mean a function? One without slopes, hardshrink, is one all the same: what is wrong with it is told
 * where its slopes are asked for.
 */
function isActivation(text: string): boolean {
  const nowhere: Position = { file: null, line: 1, column: 1 };
  try {
    analyseActivation(
      readActivation(text, () => nowhere),
      nowhere,
    );
    return true;
  } catch (error) {
    if (!(error instanceof LipwrightError)) throw error;
    return error.code.startsWith('LW5');
  }
}

function readOr<T>(read: () => T, otherwise: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LipwrightError) return otherwise();
    throw error;
  }
}

/** A name is never taken for a path: the file may be anybody's. */
function architectureFrom(
  facts: Facts,
  given: Architecture | undefined,
  file: string | null,
  notes: string[],
): Architecture {
  const [said, definition] = [facts.get('architecture'), facts.get('definition')];
  const called = typeof said === 'string' ? excerpt(said, 40) : null;
  if (given !== undefined) {
    if (definition !== undefined && definition !== given.definition)
      notes.push(`--architecture ${given.name} wins over the definition in the file, which differs`);
    else if (definition === undefined && called !== null && called !== given.name)
      notes.push(`--architecture ${given.name} wins over the file, which says ${called}`);
    return given;
  }
  const name = said === undefined ? null : textOf('architecture', said);
  const builtin = name !== null && builtinArchitectures().includes(name) ? loadArchitecture(name) : null;
  if (definition === undefined)
    return (
      builtin ??
      fail(
        'LW301',
        name === null ? 'no architecture' : `"${excerpt(name)}" without a definition`,
        `--architecture with one of ${builtinArchitectures().join(', ')} or the path of an ` +
          'architecture file, or a definition in the file (layers one after the other are feedforward)',
      )
    );
  const parsed = parseArchitecture(
    textOf('definition', definition),
    file === null ? 'definition' : `${file}#definition`,
  );
  if (name !== null && parsed.name !== name)
    notes.push(
      `the definition in the file is of "${excerpt(parsed.name, 40)}", not of ` +
        `"${excerpt(name, 40)}"; it is the definition that counts`,
    );
  else if (builtin !== null && builtin.definition !== parsed.definition)
    notes.push(
      `the definition in the file differs from the built-in ${builtin.name}; it is the definition that counts`,
    );
  return parsed;
}

interface ToldStrategy {
  readonly strategy: Strategy | null;
  readonly strategyName: string | null;
  readonly variantTold: boolean;
}

/** A variant that the file tells is that of the strategy that the file names: under another one it is left out. */
function strategyFrom(facts: Facts, given: GivenSettings, file: string | null, notes: string[]): ToldStrategy {
  const said = facts.get('strategy');
  const [, saidName = null, saidVariant] =
    said === undefined || said === certifyStrategy
      ? []
      : (/^([^(]*?)\s*(?:\((.*)\))?$/su.exec(textOf('strategy', said)) ?? []);
  const name = given.strategy ?? saidName;
  const choice = given.variant ?? {};
  if (name === null)
    return Object.keys(choice).length === 0
      ? { strategy: null, strategyName: null, variantTold: false }
      : fail('LW308', `${Object.keys(choice).join(', ')} without a strategy`, '--strategy');
  const known = strategies.find((strategy) => strategy.name === name);
  if (known === undefined)
    return given.strategy === undefined
      ? { strategy: null, strategyName: excerpt(name, 40), variantTold: false }
      : fail(
          'LW308',
          `--strategy "${excerpt(name, 40)}"`,
          `one of ${strategies.map((strategy) => strategy.name).join(', ')}`,
        );
  if (saidName !== null && saidName !== name)
    notes.push(`--strategy ${name} wins over the file, which says ${excerpt(saidName, 40)}`);
  const theirs =
    saidName === name && known.kind === 'pivot' ? variantFact(facts.get('variant') ?? saidVariant, file) : null;
  const strategy = withVariant(known, { ...theirs, ...choice }, (option) => `--${option}`);
  if (theirs !== null) {
    const before = withVariant(known, theirs);
    if (strategyText(name, variantOf(before)) !== strategyText(name, variantOf(strategy)))
      notes.push(
        `${strategyText(name, variantOf(strategy))} wins over the file, which says ` +
          strategyText(name, variantOf(before)),
      );
  }
  return {
    strategy,
    strategyName: name,
    variantTold: known.kind !== 'pivot' || theirs !== null || Object.keys(choice).length > 0,
  };
}

/**
 * `free multipliers, cholesky contraction, margin 0.1`, as generated files have it, or `{ multipliers, contraction,
 * margin }`.
 */
function variantFact(value: unknown, file: string | null): Partial<Variant> | null {
  if (value === undefined || value === null) return null;
  const wrong = (): never =>
    fail(
      'LW105',
      `variant: ${excerpt(typeof value === 'string' ? value : JSON.stringify(value), 60)}`,
      'a variant such as "free multipliers, cholesky contraction"',
    );
  if (typeof value !== 'string') {
    const fields: Partial<Record<string, unknown>> = typeof value === 'object' ? { ...value } : wrong();
    return choiceOf(fields['multipliers'], fields['contraction'], fields['margin'] ?? null, wrong);
  }
  if (value.startsWith('{')) return variantFact(parseJson(value, file === null ? 'variant' : `${file}#variant`), file);
  const [, multipliers, contraction, margin] =
    /^(\w+) multipliers, (\w+) contraction(?:, margin (\S+))?$/.exec(value) ?? wrong();
  return choiceOf(multipliers, contraction, margin === undefined ? null : readDecimal(margin), wrong);
}

function choiceOf(multipliers: unknown, contraction: unknown, margin: unknown, wrong: () => never): Partial<Variant> {
  const choice = { multipliers, contraction, margin };
  return isVariant(choice) ? choice : wrong();
}

function isVariant(choice: {
  readonly multipliers: unknown;
  readonly contraction: unknown;
  readonly margin: unknown;
}): choice is Variant {
  const { multipliers, contraction, margin } = choice;
  const known =
    multiplierChoices.some((word) => word === multipliers) && contractionChoices.some((word) => word === contraction);
  return known && (margin === null || (typeof margin === 'number' && margin > 0 && margin <= 0.5));
}

function textOf(name: string, value: unknown): string {
  return typeof value === 'string' ? value : fail('LW105', `${name}: ${excerpt(JSON.stringify(value), 40)}`, 'a text');
}

function depthOf(value: unknown): number {
  const depth = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof depth === 'number' && Number.isInteger(depth)
    ? depth
    : fail('LW302', `depth: ${excerpt(JSON.stringify(value), 40)}`, 'an integer from 1 to 4096');
}

function lipschitzOf(value: unknown): number {
  const bound = typeof value === 'string' ? readDecimal(value) : value;
  return typeof bound === 'number' && bound > 0 && bound < Infinity
    ? bound
    : fail('LW306', `lipschitz: ${excerpt(JSON.stringify(value), 40)}`, 'a number above 0');
}

/** Longer texts are nobody's slopes: 4,096 layers of two doubles. */
const longestSlopes = 2 ** 18;

function slopesOf(value: unknown, file: string | null): Slopes {
  const wrong = (found: string): never => fail('LW305', `slopes: ${found}`, 'pairs [[m, L], …] with m <= L');
  if (typeof value === 'string' && value.length > longestSlopes) return wrong(`${value.length} characters`);
  const list: unknown =
    typeof value === 'string' ? parseJson(value, file === null ? 'slopes' : `${file}#slopes`) : value;
  if (isPair(list)) return list;
  if (!Array.isArray(list)) return wrong(excerpt(JSON.stringify(list), 40));
  return list.map((pair: unknown) => (isPair(pair) ? pair : wrong(`${excerpt(JSON.stringify(pair), 40)} among them`)));
}

const isPair = (value: unknown): value is readonly [number, number] => {
  const [m, L, ...more] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return (
    typeof m === 'number' &&
    typeof L === 'number' &&
    more.length === 0 &&
    Number.isFinite(m) &&
    Number.isFinite(L) &&
    m <= L
  );
};

/** One pair where all are alike. */
export function slopesText(slopes: Slopes): string {
  const pairs = isPair(slopes) ? [slopes] : slopes.map((pair) => pair);
  return [...new Set(pairs.map((pair) => JSON.stringify(pair)))].join(', ') || 'none';
}

/** A sample calls them `dims`, compiled modules `widths`. */
function widthsFrom(
  facts: Facts,
  given: GivenSettings,
  file: string | null,
  notes: string[],
): ReadonlyMap<string, number> {
  const said = facts.get('dims') ?? facts.get('widths');
  const value: unknown =
    typeof said === 'string' ? parseJson(said, file === null ? 'dims' : `${file}#dims`) : (said ?? {});
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('LW105', `dims: ${excerpt(JSON.stringify(value), 40)}`, 'widths by name');
  const theirs = new Map(
    Object.entries(value).map(([name, width]: [string, unknown]) => [
      name,
      typeof width === 'number'
        ? width
        : fail('LW304', `${excerpt(name, 40)}: ${excerpt(JSON.stringify(width), 40)}`, 'an integer from 1 to 65536'),
    ]),
  );
  for (const [name, width] of given.widths ?? []) {
    const other = theirs.get(name);
    if (other !== undefined && other !== width)
      notes.push(`--dims ${excerpt(name, 40)}=${width} wins over the file, which says ${other}`);
  }
  return new Map([...theirs, ...(given.widths ?? [])]);
}
