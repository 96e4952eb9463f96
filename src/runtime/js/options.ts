import { refuse } from './refuse.js';

/** What the functions of a module take. */
export const optionNames: readonly string[] = ['widths', 'lipschitz', 'slopes', 'activation', 'into'];

/** The bound as it may be: its square, and that of its inverse, must keep their precision. */
export function checkLipschitz(lip: number): number {
  if (!(lip >= 2 ** -60 && lip <= 2 ** 60)) refuse('LW306', String(lip), 'a number from 2^-60 to 2^60');
  return lip;
}
