import { Sha256 } from '../base/sha256.js';
import { shippedActivationSlopes, shippedActivations } from '../base/shipped.js';
import type { ActivationSlopes } from '../report/index.js';

/** `rules/activation-slopes.json`. */
interface Listed {
  /** SHA-256 of the library that they were computed from. */
  readonly library: string;
  readonly activations: readonly ActivationSlopes[];
}

const digest = (text: string): string => new Sha256().update(text).hex();

/**
 * The library's slopes for a list: as they were computed for the package, since a proof of each takes longer than a
 * list should. If the library is not the one that they were computed from, they are computed. No verdict rests on them.
 */
export async function listedActivations(
  texts = { library: shippedActivations, slopes: shippedActivationSlopes },
): Promise<readonly ActivationSlopes[]> {
  const listed = JSON.parse(texts.slopes()) as Listed;
  if (listed.library === digest(texts.library())) return listed.activations;
  const { activationSlopes } = await import('../report/index.js');
  return activationSlopes();
}

/** The text of the file for the library as it is. */
export async function listedActivationsText(): Promise<string> {
  const { activationSlopes } = await import('../report/index.js');
  const listed: Listed = { library: digest(shippedActivations()), activations: activationSlopes() };
  return `${JSON.stringify(listed, null, 2)}\n`;
}
