import { once } from '../../../base/once.js';
import { shippedRuntime } from '../../../base/shipped.js';
import { namesIn } from './tokens.js';
import { withoutTypes } from './types.js';

/** A function, constant or type, with the comment above it. */
interface Declaration {
  readonly name: string;
  readonly text: string;
}

/** One of the runtime, as modules hold it. */
interface Part {
  readonly typed: string;
  /** Empty for what is a type. */
  readonly untyped: string;
  /** The names that it reads. */
  readonly reads: ReadonlySet<string>;
}

/** The file whose types modules export. */
const seenByUsers = 'types';

/** By name, in the order of the files and of the places there. */
const parts = once((): ReadonlyMap<string, Part> => {
  const parts = [...shippedRuntime('js')].flatMap(([file, source]) =>
    declarationsIn(source).map(({ name, text }): readonly [string, Part] => {
      const typed = file === seenByUsers ? text : text.replace(/^export /m, '');
      return [name, { typed, untyped: withoutTypes(typed).trim(), reads: namesIn(text) }];
    }),
  );
  return new Map(parts);
});

/**
 * The declarations of the runtime that a module's text uses and does not make itself, and those that these use,
 * verbatim but for `export`: in the order of the runtime's files and of the places there.
 */
export function runtimeFor(module: string, { typed }: { readonly typed: boolean }): string {
  const own = new Set(declarationsIn(module).map(({ name }) => name));
  const used = new Set<string>();
  const use = (names: ReadonlySet<string>): void => {
    for (const name of names) {
      const part = parts().get(name);
      if (part === undefined || used.has(name) || own.has(name)) continue;
      used.add(name);
      use(part.reads);
    }
  };
  use(namesIn(module));
  return [...parts()]
    .flatMap(([name, part]) => (used.has(name) ? [typed ? part.typed : part.untyped] : []))
    .filter((text) => text !== '')
    .join('\n\n');
}

/**
 * What a file declares at its margin. The formatter sees to it that functions and interfaces end with a brace there,
 * and all else with the first line that closes what it opened.
 */
export function declarationsIn(source: string): readonly Declaration[] {
  const found: Declaration[] = [];
  let pending: string[] = [];
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, what, name] = /^(?:export )?(function|const|interface|type) (\w+)/.exec(line) ?? [];
    if (name === undefined) {
      pending = line === '' || /^[^/ ]/.test(line) ? [] : [...pending, line];
      continue;
    }
    const braced = what === 'function' || what === 'interface';
    let end = at;
    while (end < lines.length - 1 && !(braced ? lines[end] === '}' : /^(?:\S.*|.*[^,{]);$/.test(lines[end] ?? '')))
      end += 1;
    found.push({ name, text: [...pending, ...lines.slice(at, end + 1)].join('\n') });
    pending = [];
    at = end;
  }
  return found;
}
