import { intervalText } from '../base/number-text.js';
import { fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import { slopes } from './options.js';
import type { Session } from './session.js';

/** Pairs for people, one if all are alike; all digits stand in the JSON. */
export function slopesText(pairs: readonly (readonly [number, number])[]): string {
  const texts = pairs.map((pair) => intervalText(pair, 5));
  const alike = pairs.every(([lower, upper]) => lower === pairs[0]?.[0] && upper === pairs[0][1]);
  return (alike ? texts.slice(0, 1) : texts).join(', ');
}

export interface SlopeOptions {
  readonly activation?: string;
  readonly slopes?: string;
}

/**
 * The slopes of the activations that the equations leave open. @throws LW305, LW310, LW5xx, and LW311 if both options
 * are given
 */
export async function slopesFrom(
  options: SlopeOptions,
  session: Session,
): Promise<readonly [number, number] | undefined> {
  if (options.slopes !== undefined && options.activation !== undefined)
    fail('LW311', '--activation and --slopes', 'one of them');
  if (options.slopes !== undefined) return slopes(options.slopes);
  if (options.activation === undefined) return undefined;
  const { analyseActivation, readActivation } = await import('../slopes/index.js');
  session.sources.set('--activation', options.activation);
  const locate = (offset: number): Position => ({ file: '--activation', line: 1, column: offset + 1 });
  const { analysis } = analyseActivation(readActivation(options.activation, locate), locate(0));
  return [analysis.m.enclosure.lo, analysis.L.enclosure.hi];
}
