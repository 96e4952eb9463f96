import type { Slopes } from '../5-emit/index.js';
import { intervalText } from '../base/number-text.js';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Program } from '../model/program.js';
import { activationSlopes } from '../check/index.js';
import { analysedSlopes } from '../slopes/index.js';

type Pair = readonly [number, number];

/** What is said of the activations that equations leave open: by the user, by the file. */
export interface SlopeFacts {
  readonly given: Slopes | null;
  /** The user's activation, whose slopes `given` are. */
  readonly givenActivation: string | null;
  readonly said: Slopes | null;
  /** One for each layer that is left open, or one for all of them; null where the file names none. */
  readonly activations: readonly (string | null)[] | string | null;
}

export interface ResolvedSlopes {
  /** One pair for every layer. */
  readonly slopes: readonly Pair[];
  /** Of the layers that are left open, in order; null if nobody names any. */
  readonly activations: readonly (string | null)[] | null;
  /** Layers whose slopes nobody says. */
  readonly assumed: boolean;
}

/** If nobody says others: those of ReLU and of everything that is monotone and not steeper. */
export const defaultSlopes: Pair = [0, 1];

/**
 * Slopes for every layer. What the user says must contain what the file says, and slopes must contain those of an
 * activation that is named: a narrower interval would be a claim about another network.
 * @throws LW305 narrower slopes, or not as many as layers; LW105 not as many activations as open layers; LW310 LW5xx
 *   activations
 */
export function resolvedSlopes(
  { layers, signals }: Program,
  { given, givenActivation, said, activations: named }: SlopeFacts,
  file: string | null,
): ResolvedSlopes {
  const open = layers.flatMap(({ activation }, at) => (activation.kind === 'open' ? [at] : []));
  const activations = typeof named === 'string' ? open.map(() => named) : named;
  if (activations !== null && activations.length !== open.length)
    fail(
      'LW105',
      `activations: ${activations.length} of them`,
      `${open.length}, one for each layer that the equations leave open`,
    );
  // A list for another depth than the one that the user gives has nothing to compare with.
  const comparable = given === null || said === null || isPair(said) || said.length === layers.length;
  const [told, ours] = [perLayer(comparable ? said : null, layers), perLayer(given, layers)];
  const own = activationSlopes(activations ?? [], file, analysedSlopes);
  let assumed = false;
  const slopes = layers.map(({ activation, signal }, at): Pair => {
    const name = signals[signal]?.name ?? `layer ${at}`;
    const [theirs, mine] = [told[at] ?? null, ours[at] ?? null];
    if (activation.kind !== 'open') return mine ?? theirs ?? activation.slopes;
    const text = activations?.[open.indexOf(at)] ?? null;
    const least = text === null ? null : (own.get(text) ?? null);
    const chosen = mine ?? theirs ?? least;
    if (chosen === null) assumed = true;
    const pair = chosen ?? defaultSlopes;
    if (mine !== null && theirs !== null && !contains(mine, theirs))
      fail(
        'LW305',
        `${pairText(mine)} for ${name}, where the file says ${pairText(theirs)}`,
        'slopes that contain those of the file: narrower ones are those of another network',
      );
    if (least !== null && !contains(pair, least))
      fail(
        'LW305',
        `${pairText(pair)} for ${name}, whose activation is ${excerpt(text ?? '', 40)}`,
        `slopes that contain its own, ${pairText(least)}`,
      );
    return pair;
  });
  return { slopes, activations: givenActivation === null ? activations : open.map(() => givenActivation), assumed };
}

/** One pair is for the open layers alone, or for all where none is open. */
function perLayer(slopes: Slopes | null, layers: Program['layers']): readonly (Pair | null)[] {
  if (slopes === null) return [];
  const pairs = pairsOf(slopes);
  if (typeof slopes[0] !== 'number')
    return pairs.length === layers.length
      ? pairs
      : fail(
          'LW305',
          `${pairs.length} pairs of slopes`,
          `one pair, or one for each of the ${layers.length} hidden signals`,
        );
  const someOpen = layers.some(({ activation }) => activation.kind === 'open');
  return layers.map(({ activation }) =>
    activation.kind === 'open' || (!someOpen && activation.kind !== 'block') ? (pairs[0] ?? null) : null,
  );
}

const isPair = (slopes: Slopes): slopes is Pair => typeof slopes[0] === 'number';
const pairsOf = (slopes: Slopes): readonly Pair[] => (isPair(slopes) ? [slopes] : slopes);

const contains = ([m, L]: Pair, [least, largest]: Pair): boolean => m <= least && L >= largest;

const pairText = (pair: Pair): string => intervalText(pair, 6);
