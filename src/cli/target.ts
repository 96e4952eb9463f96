import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Target } from '../targets.js';
import { defaultTarget, targets } from '../targets.js';
import { oneOf } from './options.js';

/**
 * What is compiled for: as `--target` says, or as the name of the file tells. @throws LW309 no such target, LW311 one
 * that the name contradicts
 */
export function targetOf(given: string | undefined, out: string | undefined): Target {
  const names = targets.map(({ name }) => name);
  const asked = given === undefined ? undefined : named(oneOf(given, '--target', names, 'LW309'));
  const fitting = targets.filter(({ ending }) => ending.test(out ?? ''));
  if (fitting.length === 0) return asked ?? named(defaultTarget);
  const file = `--out ${excerpt(out ?? '', 80)}`;
  if (asked === undefined)
    return (
      fitting.find(({ usual }) => usual) ??
      fail('LW311', `${file} without --target`, `--target ${listed(fitting, ', ')}: which framework?`)
    );
  return fitting.includes(asked)
    ? asked
    : fail(
        'LW311',
        `--target ${asked.name} and ${file}`,
        `--target ${listed(fitting, ' or ')}, or a file that does not end so`,
      );
}

const named = (name: string): Target =>
  targets.find((target) => target.name === name) ?? fail('LW309', name, 'a target of the list');

const listed = (some: readonly Target[], between: string): string => some.map(({ name }) => name).join(between);

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
