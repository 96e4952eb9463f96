import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { excerpt, fail } from '../base/diagnostic.js';
import { targets } from './list.js';
import { oneOf } from './options.js';

export type Target = (typeof targets)[number]['name'];

/**
 * What the end of a file's name says that is in it; the first is meant where nobody says more, unless it is one of
 * several frameworks.
 */
const endings: readonly (readonly [ending: RegExp, targets: readonly [Target, ...Target[]]])[] = [
  [/\.m?js$/i, ['js', 'tfjs']],
  [/\.m?ts$/i, ['ts']],
  [/\.py$/i, ['torch', 'jax', 'numpy']],
];

/**
 * What is compiled for: as `--target` says, or as the name of the file tells. @throws LW309 no such target, LW311 one
 * that the name contradicts
 */
export function targetOf(given: string | undefined, out: string | undefined): Target {
  const target =
    given === undefined
      ? null
      : oneOf(
          given,
          '--target',
          targets.map(({ name }) => name),
          'LW309',
        );
  const fitting = endings.find(([ending]) => ending.test(out ?? ''))?.[1];
  if (fitting === undefined) return target ?? 'js';
  const file = `--out ${excerpt(out ?? '', 80)}`;
  if (target === null)
    return fitting[0] === 'torch'
      ? fail('LW311', `${file} without --target`, `--target ${fitting.join(', ')}: which framework?`)
      : fitting[0];
  return fitting.includes(target)
    ? target
    : fail(
        'LW311',
        `--target ${target} and ${file}`,
        `--target ${fitting.join(' or ')}, or a file that does not end so`,
      );
}

/** Longer ones are nobody's. */
const largestPackage = 2 ** 20;

/**
 * Emitted modules are ES modules: what Node makes of a name that ends in .js is up to the package around it. Null if
 * nothing need be said.
 */
export function commonJsNote(out: string): string | null {
  if (!/\.js$/i.test(out)) return null;
  for (let folder = dirname(resolve(out)), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const name = basename(out);
    return isModule(file)
      ? null
      : `node takes ${excerpt(name, 80)} for CommonJS here, as ${excerpt(file, 120)} does not say ` +
          `"type": "module": call it ${excerpt(name.replace(/js$/i, 'mjs'), 80)}`;
  }
  return null;
}

function isModule(file: string): boolean {
  try {
    const value: unknown = statSync(file).size > largestPackage ? null : JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && 'type' in value && value.type === 'module';
  } catch {
    // What cannot be read says nothing.
    return false;
  }
}
