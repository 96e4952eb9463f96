import { activationOf, called, contain, eachActivation, stated } from './activations.js';
import type { Network, Plan } from './network.js';
import { refuse } from './refuse.js';
import type { Options } from './types.js';

/** Beyond these the squares that the LMI holds leave the range in which doubles keep their precision. */
export const largestSlope = 2 ** 40;

/** No double lies between them: 0.01 is rounded as a slope, and what was derived of it may be one double wider. */
export const adjacent = (a: number, b: number): boolean => (a + b) / 2 === a || (a + b) / 2 === b;

/**
 * Writes m, L, S = L + m and P = L m of every layer, and what is known of its activation. One pair is for the
 * activations that are left open, or for all if none is; a declared or known activation has its own slopes unless wider
 * ones are given.
 */
export function setSlopes(
  network: Network,
  plan: Pick<Plan, 'm' | 'L' | 'S' | 'P' | 'activations'>,
  { slopes, activation }: Options,
): void {
  const { layers } = network;
  const single = slopes === undefined || typeof slopes[0] === 'number';
  if (!single && slopes.length !== layers.length)
    refuse(
      'LW305',
      `${slopes.length} pairs of slopes`,
      `one pair, or one for each of the ${layers.length} hidden signals`,
    );
  const someOpen = layers.some((layer) => layer.activation === null);
  const choices = activation === undefined || activation === null ? null : eachActivation(network, activation);
  for (let k = 0; k < layers.length; k += 1) {
    const own = layers[k]!.activation;
    const isOne = own === null || (!someOpen && own.kind !== 'block');
    const given: unknown = single ? (isOne ? slopes : undefined) : (slopes[k] ?? undefined);
    const choice = choices === null ? null : choices[k]!;
    const found = choice === null ? null : activationOf(network, choice);
    if (given === undefined && choice !== null && found === null)
      refuse('LW305', `${called(choice)}, whose slopes are not known`, 'slopes: [m, L] that hold for it');
    const pair: unknown = given ?? own?.slopes ?? found?.slopes ?? [0, 1];
    let [m, L] = (Array.isArray(pair) ? pair : []) as [number, number];
    if (!(Number.isFinite(m) && Number.isFinite(L) && m <= L))
      refuse('LW305', `[${String(m)}, ${String(L)}]`, 'finite slopes m <= L');
    if (Math.max(Math.abs(m), Math.abs(L)) > largestSlope)
      refuse('LW305', `[${m}, ${L}]`, `slopes of at most ${largestSlope} in size`);
    if (own !== null && own.kind === 'scalar' && !(m <= own.slopes[0] && L >= own.slopes[1]))
      refuse('LW305', `[${m}, ${L}] for ${own.name}`, `slopes that contain its own, [${own.slopes.join(', ')}]`);
    if (own !== null && own.kind === 'block' && (m !== own.slopes[0] || L !== own.slopes[1]))
      refuse('LW305', `[${m}, ${L}] for the block ${own.name}`, `its own bounds, [${own.slopes.join(', ')}]`);
    if (found !== null && found.slopes !== null) {
      const [least, most] = found.slopes;
      if (adjacent(least, m)) m = Math.min(m, least);
      if (adjacent(most, L)) L = Math.max(L, most);
      contain([m, L], found);
    }
    plan.activations[k] = own !== null ? null : (found ?? (given === undefined ? null : stated(choice)));
    plan.m[k] = m;
    plan.L[k] = L;
    plan.S[k] = L + m;
    plan.P[k] = L * m;
  }
}
