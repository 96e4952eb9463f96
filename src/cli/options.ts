import { readDecimal } from '../base/decimal.js';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Code } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { dependsOnDepth } from '../model/depth.js';

/** Option values, read strictly: `1e9x`, an empty text or a number beyond what a double holds are no numbers. */

const quoted = (text: string): string => `"${excerpt(text, 40)}"`;

/** A finite number. */
export function finite(text: string, option: string, code: Code = 'LW311'): number {
  const value = readDecimal(text);
  return Number.isFinite(value) ? value : fail(code, `${option} ${quoted(text)}`, 'a finite number');
}

/** An integer from `least` to `largest`, written without a point or an exponent. */
export function integer(text: string, option: string, least: number, largest: number, code: Code = 'LW311'): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= largest) return value;
  return fail(code, `${option} ${quoted(text)}`, `an integer from ${least} to ${largest}`);
}

export function lipschitz(text: string): number {
  const value = finite(text, '--lipschitz', 'LW306');
  return value > 0 ? value : fail('LW306', `--lipschitz ${quoted(text)}`, 'a positive number');
}

export const seed = (text: string): number => integer(text, '--seed', 0, Number.MAX_SAFE_INTEGER);

/** The depths that networks are made at. */
const deepest = 4096;

export const depth = (text: string): number => integer(text, '--depth', 1, deepest, 'LW302');

/**
 * The depth of a network that is to be made; it need not be said where there is only one. @throws LW302, LW311 if it is
 * missing
 */
export function depthFor(text: string | undefined, architecture: Architecture, commandLine: string): number {
  if (text !== undefined) return depth(text);
  if (!dependsOnDepth(architecture)) return 1;
  return fail(
    'LW311',
    'an option is missing: --depth',
    `lipwright ${commandLine} --depth 2, for example: the equations have layers 1 … n`,
  );
}

export const depthOrLetter = (text: string): number | 'n' => {
  if (text === 'n') return 'n';
  if (!/^\d+$/.test(text)) fail('LW302', `--depth ${quoted(text)}`, `an integer from 1 to ${deepest}, or the letter n`);
  return depth(text);
};

/** `3` or `1..6`, both ends included. */
export function depthRange(text: string): { readonly from: number; readonly to: number } {
  const [first = '', last = first, ...more] = text.split('..');
  if (more.length > 0 || first === '' || last === '')
    fail('LW302', `--depth ${quoted(text)}`, 'a depth or a range, such as 3 or 1..6');
  const [from, to] = [depth(first), depth(last)];
  return from <= to
    ? { from, to }
    : fail('LW302', `--depth ${quoted(text)}`, 'a range whose first depth is not above its last');
}

/** `m,L` */
export function slopes(text: string): readonly [number, number] {
  const parts = text.split(',');
  const [lower, upper] = parts.map((part) => finite(part.trim(), '--slopes', 'LW305'));
  if (parts.length !== 2 || lower === undefined || upper === undefined)
    return fail('LW305', `--slopes ${quoted(text)}`, 'two numbers m,L such as --slopes=-0.2,1.1');
  return lower <= upper ? [lower, upper] : fail('LW305', `--slopes ${quoted(text)}`, 'm <= L');
}

/** `x=3,w=4,y=2`, also `w[1]=4`: widths by family or signal; the names are checked against the architecture later. */
export function dims(text: string): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', width = '', ...more] = part.split('=').map((piece) => piece.trim());
    if (name === '' || width === '' || more.length > 0)
      fail('LW304', `--dims ${quoted(part)}`, 'widths such as x=3,w=4,y=2');
    if (widths.has(name)) fail('LW304', `two widths for ${quoted(name)}`, 'one width for each signal');
    widths.set(name, integer(width, `the width of ${excerpt(name, 40)}`, 1, 65_536, 'LW304'));
  }
  return widths;
}

/** One of a few words; `code` tells which list it was meant to come from. */
export function oneOf<T extends string>(text: string, option: string, words: readonly T[], code: Code = 'LW311'): T {
  return words.find((word) => word === text) ?? fail(code, `${option} ${quoted(text)}`, `one of ${words.join(', ')}`);
}
