import { shippedRuntime } from '../../base/shipped.js';

/**
 * The Python runtime: src/runtime/python, whose files a module holds in parts, word by word.
 */

/** What stands at the left margin: a definition, or a statement that has no name; with its comments and decorators. */
interface Part {
  readonly name: string | null;
  readonly kind: 'constant' | 'definition' | 'statement';
  readonly text: string;
}

interface Imported {
  readonly from: string | null;
  readonly what: string;
}

export interface Runtime {
  /** By name, in the order of the files. */
  readonly parts: ReadonlyMap<string, Part>;
  readonly statements: readonly Part[];
  /** What the files import, by the name that it has there. */
  readonly imports: ReadonlyMap<string, Imported>;
}

/** Strings and comments left out; strings with values in them hold code. */
export const codeOf = (text: string): string =>
  text.replace(/"""[^]*?"""|#.*|f?"(?:[^"\\\n]|\\.)*"/g, (found) => (found.startsWith('f') ? found.slice(1) : ' '));

/** The names that Python looks up; those behind a dot are attributes. */
export const namesIn = (text: string): ReadonlySet<string> =>
  new Set([...codeOf(text).matchAll(/(?<![\w.])[^\W\d]\w*/g)].map(([name]) => name));

/**
 * The parts of these files; of several definitions of a name the first one counts. @throws RangeError for a file that
 * there is not
 */
export function readRuntime(files: readonly string[], texts = shippedRuntime('python')): Runtime {
  const parts = new Map<string, Part>();
  const statements: Part[] = [];
  const imports = new Map<string, Imported>();
  for (const file of files) {
    const text = texts.get(file);
    if (text === undefined) throw new RangeError(`the Python runtime has no file ${file}`);
    for (const each of partsOf(text)) {
      const [, from, list] = /^(?:from (\S+) )?import (.*)$/.exec(each) ?? [];
      if (list !== undefined) {
        // What one file of the runtime has from another is in the same module.
        if (from === undefined || !texts.has(from)) for (const what of list.split(', ')) add(from ?? null, what);
        continue;
      }
      const [, definition, constant] = /^(?:(?:def|class) (\w+)|(\w+) =)/m.exec(each) ?? [];
      const name = definition ?? constant ?? null;
      if (name === null) statements.push({ name, kind: 'statement', text: each });
      else if (!parts.has(name))
        parts.set(name, { name, kind: definition === undefined ? 'constant' : 'definition', text: each });
    }
  }
  function add(from: string | null, what: string): void {
    const [whole = what, alias] = what.split(' as ');
    imports.set(alias ?? whole, { from, what });
  }
  return { parts, statements, imports };
}

/** A file cut at its left margin, its docstring left out. */
function partsOf(text: string): readonly string[] {
  const lines = text.replace(/^"""[^]*?"""\n/, '').split('\n');
  const found: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    const begins = /^[^\s)\]}]/.test(line);
    if (begins && !isOpen) found.push([]);
    // Comments and decorators belong to what follows.
    if (begins) isOpen = /^[#@]/.test(line);
    found.at(-1)?.push(line);
  }
  return found.map((part) => part.join('\n').trimEnd());
}

/** The parts that a text uses and does not define, with those that these use, and what is registered; in order. */
export function usedParts({ parts, statements }: Runtime, text: string): readonly Part[] {
  const own = new Set([...text.matchAll(/^(?:def|class) (\w+)/gm)].map(([, name]) => name));
  const wanted = new Set([...namesIn(text), ...statements.flatMap((each) => [...namesIn(each.text)])]);
  const found = (name: string): readonly Part[] => {
    const part = own.has(name) ? undefined : parts.get(name);
    return part === undefined ? [] : [part];
  };
  // A set hands out what it gains on the way.
  for (const name of wanted) for (const part of found(name)) for (const used of namesIn(part.text)) wanted.add(used);
  return [...[...parts.keys()].filter((name) => wanted.has(name)).flatMap(found), ...statements];
}

/** The import lines of a module: the standard library's, and behind an empty line the framework's. */
export function importLines(
  { imports }: Runtime,
  text: string,
  isStandard: (module: string) => boolean,
): readonly string[] {
  const names = namesIn(text);
  const used = [...imports].flatMap(([name, each]) => (names.has(name) ? [each] : []));
  const print = (all: readonly Imported[]): readonly string[] => {
    const modules = all.flatMap(({ from, what }) => (from === null ? [`import ${what}`] : [])).sort();
    const froms = [...new Set(all.flatMap(({ from }) => (from === null ? [] : [from])))].sort();
    return [
      ...modules,
      ...froms.map((from) => {
        const list = all.filter((each) => each.from === from).map(({ what }) => what);
        return `from ${from} import ${list.sort().join(', ')}`;
      }),
    ];
  };
  const standard = used.filter(({ from, what }) => isStandard(from ?? what));
  return [...print(standard), '', ...print(used.filter((each) => !standard.includes(each)))];
}
