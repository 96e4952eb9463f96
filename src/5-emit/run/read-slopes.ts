import { fail } from '../../base/diagnostic.js';
import type { ForwardLayer } from '../../model/program.js';
import type { ActivationFinder } from './activations.js';
import { adjacent, called, contained, stated } from './activations.js';
import type { Activation, Activations } from './compiled.js';
import type { Slopes } from './options.js';
import { LARGEST_SLOPE } from './options.js';

/** What a run says of activations. */
export interface SlopeOptions {
  readonly slopes?: Slopes;
  readonly activation?: Activations;
}

/**
 * Writes m and L of every layer into the two vectors, and gives what is known of the activations that are left open.
 * One pair is for these (for all, if none is); a declared or known activation has its own slopes unless wider ones are
 * given.
 * @throws LW305, also for an activation that is not known where no slopes are given
 */
export function readSlopes(
  { slopes, activation: applied }: SlopeOptions,
  layers: readonly ForwardLayer[],
  finder: ActivationFinder,
  lower: Float64Array,
  upper: Float64Array,
): readonly (Activation | null)[] {
  const single = slopes === undefined || typeof slopes[0] === 'number';
  if (!single && slopes.length !== layers.length)
    fail(
      'LW305',
      `${slopes.length} pairs of slopes`,
      `one pair, or one for each of the ${layers.length} hidden signals`,
    );
  const someOpen = layers.some(({ activation }) => activation.kind === 'open');
  const choices = finder.each(applied);
  const chosen: (Activation | null)[] = layers.map(() => null);
  for (let k = 0; k < layers.length; k += 1) {
    const activation = layers[k]?.activation ?? { kind: 'open' };
    const choice = choices[k] ?? null;
    const found = choice === null ? null : finder.find(choice);
    const own = activation.kind === 'open' ? (found?.slopes ?? defaultSlopes) : activation.slopes;
    if (activation.kind === 'block') {
      const [m, L] = activation.slopes;
      const pair: unknown = single ? activation.slopes : slopes[k];
      const [givenM, givenL] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
      if (givenM !== m || givenL !== L)
        fail(
          'LW305',
          `[${String(givenM)}, ${String(givenL)}] for the block ${activation.name}`,
          `its own bounds, [${m}, ${L}]`,
        );
      lower[k] = m;
      upper[k] = L;
      continue;
    }
    const given = single
      ? activation.kind === 'open' || !someOpen
        ? slopes
        : undefined
      : ((slopes[k] as Slopes[number] | null | undefined) ?? undefined);
    if (given === undefined && choice !== null && found === null)
      fail('LW305', `${called(choice)}, whose slopes are not known`, 'slopes: [m, L] that hold for it');
    const pair: unknown = given ?? own;
    const [m, L] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    if (typeof m !== 'number' || typeof L !== 'number' || !Number.isFinite(m) || !Number.isFinite(L) || m > L) {
      return fail('LW305', `[${String(m)}, ${String(L)}]`, 'finite slopes m <= L');
    }
    if (Math.max(Math.abs(m), Math.abs(L)) > LARGEST_SLOPE)
      fail('LW305', `[${m}, ${L}]`, `slopes of at most ${LARGEST_SLOPE} in size`);
    if (activation.kind === 'scalar' && !(m <= activation.slopes[0] && L >= activation.slopes[1])) {
      fail(
        'LW305',
        `[${m}, ${L}] for ${activation.name}`,
        `slopes that contain its own, [${activation.slopes[0]}, ${activation.slopes[1]}]`,
      );
    }
    const [low, high] = found === null ? [m, L] : around(found, m, L);
    lower[k] = low;
    upper[k] = high;
    if (activation.kind === 'open') chosen[k] = found ?? (given === undefined ? null : stated(choice));
  }
  return chosen;
}

/**
 * (m, L) around the slopes of a known activation: one double wider where it was rounded as what was derived was not.
 * @throws LW305
 */
function around(found: Activation, m: number, L: number): readonly [number, number] {
  const [least, most] = found.slopes ?? [m, L];
  const pair = [adjacent(least, m) ? Math.min(m, least) : m, adjacent(most, L) ? Math.max(L, most) : L] as const;
  contained(found, pair);
  return pair;
}

/** Of an activation that is left open, if nothing is said at use. */
const defaultSlopes = [0, 1] as const;
