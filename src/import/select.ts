import { excerpt, fail } from '../base/diagnostic.js';
import type { ImportSource } from './source.js';
import type { StoredTensor, UnreadTensor } from './safetensors.js';

/** Which tensors of a file are meant, and what they are called. */
export interface Choice {
  /** Only tensors whose names begin like this, which is then left out. */
  readonly prefix?: string;
  /** Names of the file by the author's: `C[1]` → `layers.0.weight`. */
  readonly names?: ReadonlyMap<string, string>;
  /**
   * Names of the file, whole or without the prefix, that are to be left; with a star at the end what such names begin
   * with.
   */
  readonly ignore?: readonly string[];
}

/** Tensors to be read, by the author's names where a map says them, and what is left. */
export interface Selection {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Under the prefix, but of types that are not read. */
  readonly unread: ReadonlyMap<string, UnreadTensor>;
  /** The file's whole names by those of `tensors`. */
  readonly fileNames: ReadonlyMap<string, string>;
  /** Whole names: not under the prefix. */
  readonly outside: readonly string[];
  /** Whole names: left as `ignore` says. */
  readonly ignored: readonly string[];
}

/**
 * @throws LW312 where there is nothing under the prefix, nothing to ignore, no such tensor, or one name for two; LW109
 * for a tensor of another type that the map names
 */
export function select(
  source: Pick<ImportSource, 'tensors' | 'unread'>,
  { prefix = '', names = new Map(), ignore = [] }: Choice,
): Selection {
  const all = [...source.tensors.keys(), ...source.unread.keys()];
  const outside = all.filter((name) => !name.startsWith(prefix));
  const ignored = ignoredAmong(all, ignore, prefix);
  const left = new Set([...outside, ...ignored]);
  const under = <T>(tensors: ReadonlyMap<string, T>): Map<string, T> =>
    new Map(
      [...tensors].flatMap(([name, tensor]) => (left.has(name) ? [] : [[name.slice(prefix.length), tensor] as const])),
    );
  const [tensors, unread] = [under(source.tensors), under(source.unread)];
  const listed = excerpt(all.slice(0, 12).join(', '), 200);
  if (tensors.size + unread.size === 0)
    return fail(
      'LW312',
      prefix === '' ? 'no tensors' : `no tensor under "${excerpt(prefix, 40)}"`,
      prefix === '' ? 'tensors' : `one of ${listed}`,
    );
  const owners = ownersOf(names, tensors, unread, ignored, prefix, listed);
  const result = new Map<string, StoredTensor>();
  const fileNames = new Map<string, string>();
  for (const [name, tensor] of tensors) {
    const own = owners.get(name) ?? name;
    if (result.has(own))
      fail('LW312', `two tensors for ${excerpt(own, 40)}, one of them ${excerpt(name, 40)}`, 'one of them');
    result.set(own, tensor);
    fileNames.set(own, `${prefix}${name}`);
  }
  return { tensors: result, unread, fileNames, outside: outside.filter((name) => !ignored.includes(name)), ignored };
}

function ignoredAmong(all: readonly string[], patterns: readonly string[], prefix: string): readonly string[] {
  const fits = (pattern: string, name: string): boolean =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const matches = (pattern: string, name: string): boolean =>
    fits(pattern, name) || (name.startsWith(prefix) && fits(pattern, name.slice(prefix.length)));
  const idle = patterns.find((pattern) => !all.some((name) => matches(pattern, name)));
  if (idle !== undefined)
    fail(
      'LW312',
      `no tensor ${excerpt(idle, 60)} to ignore`,
      `one of ${excerpt(all.slice(0, 12).join(', '), 200)}, or what names begin with and a star`,
    );
  return all.filter((name) => patterns.some((pattern) => matches(pattern, name)));
}

/** The author's names by those of the file. */
function ownersOf(
  names: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, StoredTensor>,
  unread: ReadonlyMap<string, UnreadTensor>,
  ignored: readonly string[],
  prefix: string,
  listed: string,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [own, name] of names) {
    if (ignored.includes(`${prefix}${name}`))
      fail('LW312', `the tensor ${excerpt(name, 40)} for ${excerpt(own, 40)}, which is to be ignored`, 'one of them');
    const other = unread.get(name);
    if (other !== undefined)
      fail(
        'LW109',
        `${excerpt(name, 40)} for ${excerpt(own, 40)}, of ${other.entries} (${other.type})`,
        'a tensor of F64, F32, F16 or BF16',
      );
    if (!tensors.has(name)) fail('LW312', `no tensor ${excerpt(name, 40)} for ${excerpt(own, 40)}`, `one of ${listed}`);
    if (owners.has(name))
      fail(
        'LW312',
        `the tensor ${excerpt(name, 40)} for ${excerpt(owners.get(name) ?? '', 40)} and for ${excerpt(own, 40)}`,
        'one of them',
      );
    owners.set(name, own);
  }
  return owners;
}
