import type { Position } from '../base/diagnostic.js';
import { excerpt, fail, located } from '../base/diagnostic.js';
import type { LoweredNetwork } from '../model/lowered-network.js';
import type { SlopesOf } from '../model/slopes-of.js';

type Pair = readonly [number, number];

/** Each is analysed by itself, which takes its time. */
const mostActivations = 32;

/**
 * The slopes of activations in Lipwright's own words, `gelu` or `elu(alpha=1.5)`, which a file holds: parsed and
 * analysed, never evaluated. Nulls are left out. @throws LW310 LW5xx what is none, LW314 too many different ones
 */
export function activationSlopes(
  activations: readonly (string | null)[],
  file: string | null,
  slopesOf: SlopesOf,
): ReadonlyMap<string, Pair> {
  const texts = [...new Set(activations.flatMap((text) => text ?? []))];
  if (texts.length > mostActivations)
    fail('LW314', `${texts.length} different activations`, `at most ${mostActivations}`);
  const place: Position = { file: file === null ? 'activations' : `${file}#activations`, line: 1, column: 1 };
  return new Map(
    texts.map((text): [string, Pair] => {
      const locate = (offset: number): Position => ({ ...place, column: offset + 1 });
      const { enclosures } = located(place, () => slopesOf({ kind: 'line', text, locate }, place));
      return [text, [enclosures.m.lo, enclosures.L.hi]];
    }),
  );
}

/**
 * Why the slopes are not those of the activations that are named for the layers that the equations leave open; null if
 * they contain them.
 * @throws as `activationSlopes`
 */
export function namedActivationObjection(
  { layers, signals }: LoweredNetwork,
  slopes: readonly Pair[],
  activations: readonly (string | null)[],
  file: string | null,
  slopesOf: SlopesOf,
): string | null {
  const open = layers.flatMap((layer, at) => (layer.activation.kind === 'open' ? [{ signal: layer.signal, at }] : []));
  if (activations.length !== open.length)
    return `${activations.length} activations are named, and ${open.length} layers are open`;
  const own = activationSlopes(activations, file, slopesOf);
  for (const [k, { signal, at }] of open.entries()) {
    const text = activations[k] ?? null;
    const least = text === null ? undefined : own.get(text);
    const [m, L] = slopes[at] ?? [Number.NaN, Number.NaN];
    if (text === null || least === undefined || (m <= least[0] && L >= least[1])) continue;
    return (
      `${signals[signal]?.name ?? `layer ${at}`}: the slopes [${m}, ${L}] do not contain those of ` +
      `${excerpt(text, 40)}, [${least[0]}, ${least[1]}]`
    );
  }
  return null;
}
