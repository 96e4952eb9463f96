import { excerpt, fail } from '../../base/diagnostic.js';
import { called } from '../../runtime/js/activations.js';
import type { Activation, ActivationFunction } from '../../runtime/js/types.js';
import { numericFunction } from '../../slopes/scalar/index.js';
import type { Scalar } from '../../slopes/scalar/index.js';
import { javascriptActivations } from '../framework-activations.js';

/**
 * What a text such as `gelu` or `elu(alpha=1.5)` means: a function and its slopes, rounded outwards. @throws LW2xx,
 * LW310, LW5xx
 */
export type ActivationReader = (text: string) => {
  readonly function: Scalar;
  readonly slopes: readonly [m: number, L: number];
};

/** Analysed activations kept at a time. */
const mostKept = 64;

/** A network without a reader knows no activation: functions need slopes, and texts are refused. */
const noReader: ActivationReader = (text) => fail('LW310', `"${excerpt(text, 40)}"`, 'a function with slopes');

/**
 * What is known of an activation in memory: texts and functions of Math have their own slopes. Each is analysed once:
 * training constrains at every step. Null for a function that is not known.
 * @throws LW305 what has no slopes, LW2xx LW310 LW5xx for a text
 */
export function activationFinder(
  read: ActivationReader | null,
): (choice: string | ActivationFunction) => Activation | null {
  const kept = new Map<string, Activation>();
  const inWords = (text: string): Activation => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const { function: phi, slopes } = (read ?? noReader)(text);
    const fresh: Activation = { name: text.trim(), slopes, stated: false, apply: numericFunction(phi) };
    if (kept.size >= mostKept) kept.clear();
    kept.set(text, fresh);
    return fresh;
  };
  return (choice) => {
    if (typeof choice === 'string') return inWords(choice);
    const isIt = ({ functions }: { readonly functions: readonly string[] }): boolean =>
      functions.some((path) => at(path) === choice);
    const refused = javascriptActivations.refused.find(isIt);
    if (refused !== undefined)
      fail('LW305', `${called(choice)}, which ${refused.because}`, 'an activation with slopes');
    const known = read === null ? undefined : javascriptActivations.known.find(isIt);
    return known === undefined ? null : inWords(known.is);
  };
}

/** What JavaScript has under this name, `Math.tanh`. */
const at = (path: string): unknown => Reflect.get(Math, path.replace('Math.', ''));
