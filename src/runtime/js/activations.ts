import type { Network } from './network.js';
import { excerpt, refuse } from './refuse.js';
import type { Activation, ActivationChoice, ActivationFunction, Activations, Constrained } from './types.js';

/** One for each hidden signal; null where none is given, or where the equations name it. */
export function eachActivation({ layers }: Network, activation: Activations): readonly ActivationChoice[] {
  if (typeof activation === 'object' && activation !== null && !Array.isArray(activation))
    refuse('LW305', 'an object as the activation', 'a function, a text such as "gelu", or a list of them');
  const list: readonly ActivationChoice[] = Array.isArray(activation) ? activation : layers.map(() => activation);
  if (list.length !== layers.length)
    refuse('LW305', `${list.length} activations`, `${layers.length}, one for each hidden signal`);
  return layers.map((layer, k) => (layer.activation === null ? (list[k] ?? null) : null));
}

/** What is known of an activation; null of a function that is not. */
export function activationOf(network: Network, choice: string | ActivationFunction): Activation | null {
  if (typeof choice !== 'string' && typeof choice !== 'function')
    refuse('LW305', `${typeof choice} as an activation`, 'a function, or a text such as "gelu"');
  return network.known(choice);
}

/** An activation, or why it has no slopes, with the functions and texts that mean it. */
export interface Known {
  readonly is: Activation | string;
  readonly by: readonly unknown[];
}

/** From a table of what is known, or why it has no slopes, by functions and texts. */
export function inTable(table: readonly Known[], choice: string | ActivationFunction): Activation | null {
  const found = table.find(({ by }) => by.includes(choice))?.is ?? null;
  if (typeof found === 'string') refuse('LW305', `${called(choice)}, which ${found}`, 'an activation with slopes');
  if (found === null && typeof choice === 'string')
    refuse(
      'LW310',
      `"${excerpt(choice, 40)}"`,
      table.flatMap(({ is }) => (typeof is === 'string' ? [] : [is.name])).join(', '),
    );
  return found;
}

/** What a message calls it. A function that was written into the options is called after the option. */
export function called(choice: ActivationChoice | Activation): string {
  const name = typeof choice === 'string' ? choice : choice?.name;
  return typeof name === 'string' && name !== '' && name !== 'activation' ? excerpt(name, 40) : 'the activation';
}

/** Slopes were given for an activation that is not known, or for none: they hold by the word of who gave them. */
export function stated(choice: ActivationChoice): Activation {
  return { name: null, slopes: null, stated: true, apply: typeof choice === 'function' ? choice : null };
}

/** The slopes of what is applied must lie in those that weights are made for. */
export function contain([m, L]: readonly [number, number], activation: Activation): void {
  const { slopes } = activation;
  if (slopes !== null && !(m <= slopes[0] && slopes[1] <= L))
    refuse(
      'LW305',
      `${called(activation)}, whose slopes are [${slopes[0]}, ${slopes[1]}]`,
      `slopes within [${m}, ${L}]`,
    );
}

/** What is applied to weights that are there already: only what has its slopes in those that they were made for. */
export function admitted(
  network: Network,
  activation: Activations,
  { slopes, activations }: Pick<Constrained, 'slopes' | 'activations'>,
): (Activation | null)[] {
  return eachActivation(network, activation).map((choice, k) => {
    if (choice === null) return null;
    const found = activationOf(network, choice);
    if (found !== null) contain(slopes[k]!, found);
    else if (activations?.[k]?.stated !== true)
      refuse(
        'LW305',
        `${called(choice)}, whose slopes are not known`,
        'constrain with slopes: [m, L] that hold for it',
      );
    return found ?? stated(choice);
  });
}
