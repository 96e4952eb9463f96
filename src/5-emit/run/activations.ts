import { excerpt, fail } from '../../base/diagnostic.js';
import type { ForwardLayer } from '../../model/program.js';
import { numericFunction } from '../../slopes/scalar/index.js';
import type { Scalar } from '../../slopes/scalar/index.js';
import type { Activation, ActivationChoice, Activations, Constrained } from './compiled.js';
import { javascriptActivations } from '../framework-activations.js';

/**
 * What a text such as `gelu` or `elu(alpha=1.5)` means: a function and its slopes, rounded outwards. @throws LW2xx,
 * LW310, LW5xx
 */
export type ActivationReader = (text: string) => {
  readonly function: Scalar;
  readonly slopes: readonly [m: number, L: number];
};

type Given = Exclude<ActivationChoice, null>;

/** Analysed activations kept at a time. */
const mostKept = 64;

/** A network without a reader knows no activation: functions need slopes, and texts are refused. */
const noReader: ActivationReader = (text) => fail('LW310', `"${excerpt(text, 40)}"`, 'a function with slopes');

/** The activations of the layers that the equations leave open, found by what a caller hands over. */
export class ActivationFinder {
  private readonly layers: readonly ForwardLayer[];
  private readonly read: ActivationReader | null;
  /** Each is analysed once: training constrains at every step. */
  private readonly kept = new Map<string, Activation>();

  constructor(layers: readonly ForwardLayer[], read: ActivationReader | null) {
    this.layers = layers;
    this.read = read;
  }

  /**
   * One for each hidden signal; null where none is given, or where the equations name it; empty if nothing is said.
   * @throws LW305 not as many, or none at all
   */
  each(activation: Activations | undefined): readonly (Given | null)[] {
    const { layers } = this;
    if (activation === undefined || activation === null) return [];
    const isList = typeof activation === 'object';
    if (isList && !Array.isArray(activation))
      fail('LW305', 'an object as the activation', 'a function, a text such as "gelu", or a list of them');
    const list: readonly ActivationChoice[] = isList
      ? (activation as readonly ActivationChoice[])
      : layers.map(() => activation);
    if (list.length !== layers.length)
      fail('LW305', `${list.length} activations`, `${layers.length}, one for each hidden signal`);
    return layers.map((layer, k) => (layer.activation.kind === 'open' ? (list[k] ?? null) : null));
  }

  /** Null for a function that is not known. @throws LW305 what has no slopes, LW2xx LW310 LW5xx for a text */
  find(choice: Given): Activation | null {
    if (typeof choice === 'string') return this.inWords(choice);
    if (typeof choice !== 'function')
      fail('LW305', `${typeof choice} as an activation`, 'a function, or a text such as "gelu"');
    const refused = javascriptActivations.refused.find(({ functions }) =>
      functions.some((path) => at(path) === choice),
    );
    if (refused !== undefined)
      fail('LW305', `${called(choice)}, which ${refused.because}`, 'an activation with slopes');
    const known =
      this.read === null
        ? undefined
        : javascriptActivations.known.find(({ functions }) => functions.some((path) => at(path) === choice));
    return known === undefined ? null : this.inWords(known.is);
  }

  /**
   * @throws LW305 where the function is not known and nothing was said of its slopes, or where these are beyond those
   * of the weights
   */
  admitted(activation: Activations, { slopes, activations }: Constrained): readonly (Activation | null)[] {
    return this.each(activation).map((choice, k) => {
      const pair = slopes[k] ?? [Number.NaN, Number.NaN];
      if (choice === null) return null;
      const found = this.find(choice);
      if (found !== null) return contained(found, pair);
      return activations?.[k]?.stated === true
        ? stated(choice)
        : fail(
            'LW305',
            `${called(choice)}, whose slopes are not known`,
            'constrain with slopes: [m, L] that hold for it',
          );
    });
  }

  private inWords(text: string): Activation {
    const known = this.kept.get(text);
    if (known !== undefined) return known;
    const { function: phi, slopes } = (this.read ?? noReader)(text);
    const fresh: Activation = { name: text.trim(), slopes, stated: false, apply: numericFunction(phi) };
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(text, fresh);
    return fresh;
  }
}

/**
 * Slopes were given, and an activation that is not known or none: it is whatever keeps to them, by the word of who gave
 * them.
 */
export const stated = (choice: ActivationChoice): Activation =>
  typeof choice === 'function' ? { name: null, slopes: null, stated: true, apply: choice } : onlySlopes;
const onlySlopes: Activation = { name: null, slopes: null, stated: true, apply: null };

/** @throws LW305 if (m, L) does not contain the slopes of the activation */
export function contained(found: Activation, [m, L]: readonly [number, number]): Activation {
  const [least, most] = found.slopes ?? [Number.NaN, Number.NaN];
  return m <= least && most <= L
    ? found
    : fail('LW305', `${called(found)}, whose slopes are [${least}, ${most}]`, `slopes within [${m}, ${L}]`);
}

/** No double lies between them: 0.01 is rounded as a slope, and what was derived of it may be one double wider. */
export const adjacent = (a: number, b: number): boolean => (a + b) / 2 === a || (a + b) / 2 === b;

/** What a message calls an activation. */
export function called(activation: ActivationChoice | Activation): string {
  const name = typeof activation === 'string' ? activation : activation?.name;
  // A function that was written into the options is called after the option.
  return typeof name === 'string' && name !== '' && name !== 'activation' ? excerpt(name, 40) : 'the activation';
}

/** What JavaScript has under this name, `Math.tanh`. */
const at = (path: string): unknown => Reflect.get(Math, path.replace('Math.', ''));

/**
 * The activation of layer k at v, of what was chosen; m v for v < 0 and L v for v >= 0 where nothing was. @throws LW305
 * for what is no number
 */
export function applied(
  chosen: readonly (Activation | null)[] | undefined,
  slopes: Constrained['slopes'],
  k: number,
): (v: number) => number {
  const phi = chosen?.[k]?.apply ?? null;
  const [m, L] = slopes[k] ?? [Number.NaN, Number.NaN];
  if (phi === null) return (v) => (v >= 0 ? L * v : m * v);
  return (v) => {
    const value: unknown = phi(v, k);
    return typeof value === 'number'
      ? value
      : fail('LW305', `an activation that gives ${typeof value}`, 'a function of numbers');
  };
}
