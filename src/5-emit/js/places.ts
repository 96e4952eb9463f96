import { fail } from '../../base/diagnostic.js';
import type { Buffer, Size } from '../../model/program.js';
import type { Indices, Loop, Source as From } from '../roll/loop.js';
import { valueIn } from '../roll/loop.js';
import { sumText } from '../size-text.js';
import { filled, isReserved } from '../roll/numerals.js';
import type { Literal } from './literal.js';
import { Entry, escaped, lineText, literalText, rolledList } from './literal.js';

/** How buffers, widths and layers are called where operations are printed. */
export interface Places {
  readonly buffer: (id: number) => string;
  readonly shape: (id: number) => Buffer;
  readonly width: (at: number) => string;
  /** The number of a layer or budget. */
  readonly index: (at: number) => string;
  /** A line of code in whose string literals numbers may have to be filled in. */
  readonly line: (text: string) => string;
}

/** A size as source text. */
export function sizeText(size: Size, width: (at: number) => string): string {
  if (size === null) return '1';
  if (typeof size === 'number') return width(size);
  if ('fixed' in size) return String(size.fixed);
  const text = sumText(size, width);
  return text.includes(' ') ? `(${text})` : text;
}

/** How many numbers a buffer has. */
export const lengthText = ({ rows, columns }: Buffer, width: (at: number) => string): string =>
  columns === null ? sizeText(rows, width) : `${sizeText(rows, width)} * ${sizeText(columns, width)}`;

/** Where the buffers of a plan are, by number: constants, entries of a list, or fields of the buffers of a layer. */
export class Shelf {
  private readonly entries = new Map<number, Entry>();
  private readonly buffers: readonly Buffer[];
  private readonly numbers = new Map<string, string>();
  private readonly declared = new Map<string, string>();
  private readonly known = new Set<string>();
  private lists = 0;

  constructor(buffers: readonly Buffer[]) {
    this.buffers = buffers;
  }

  put(id: number, entry: Entry): void {
    this.entries.set(id, entry);
  }

  shape(id: number): Buffer {
    return this.buffers[id] ?? fail('LW401', `buffer ${id}`, 'a buffer of the program');
  }

  /** As an item of a list. */
  entry(id: number): Literal {
    return this.entries.get(id) ?? new Entry(`t${id}`, null);
  }

  /** The name of a buffer outside of loops; one that stands elsewhere gets it by a constant. */
  name(id: number): string {
    const entry = this.entries.get(id);
    const name = `t${id}`;
    if (entry !== undefined && !this.known.has(name)) {
      this.known.add(name);
      this.declared.set(name, `const ${name} = ${entry.text};`);
    }
    return name;
  }

  /** A name for a list of numbers, or of buffers in the order of the iterations. */
  list(items: readonly Literal[], type: 'number' | 'Float64Array'): string {
    this.lists += 1;
    const name = `list${this.lists}`;
    const before = `const ${name}: readonly ${type}[] = `;
    const text = `${before}${literalText(rolledList(items, type, 2), before, 0)};`;
    (type === 'number' ? this.numbers : this.declared).set(name, text);
    return name;
  }

  /** The lists of numbers that were made since this was last asked, by name. */
  takeNumbers(): readonly (readonly [name: string, line: string])[] {
    const lists = [...this.numbers];
    this.numbers.clear();
    return lists;
  }

  /** The constants that names and lists of buffers need, since this was last asked, as far as they are used. */
  takeBuffers(isUsed: (name: string) => boolean): readonly string[] {
    const lines: string[] = [];
    for (const [name, text] of this.declared) {
      if (isUsed(name)) lines.push(...text.split('\n'));
      else this.known.delete(name);
    }
    this.declared.clear();
    return lines;
  }
}

/** Numbers as an expression in k, where they grow evenly; null where they do not. */
export function growing(values: readonly number[]): string | null {
  const [first = 0, second = first] = values;
  const stride = second - first;
  if (values.some((value, k) => value !== first + stride * k)) return null;
  return stride === 0 ? String(first) : lineText(first, stride);
}

/** How buffers, widths and layers are called inside a loop over k, with the constants that it begins with. */
export class LoopPlaces implements Places {
  /** Constants by name, in the order in which they may be needed. */
  readonly constants: (readonly [name: string, line: string])[] = [];
  private readonly names: readonly string[];
  private readonly shapes: readonly Buffer[];
  private readonly indices: readonly string[];

  constructor(loop: Loop<unknown>, shapes: readonly Buffer[], shelf: Shelf) {
    this.shapes = shapes;
    this.indices = loop.indices.map((indices) => this.indexText(indices, shelf));
    loop.indices.forEach(({ of }, at) => {
      if (of === 'width') this.constants.push([`n${at}`, `const n${at} = ${this.inlineWidth(at)};`]);
    });
    this.names = loop.values.map((from, at) => this.valueName(loop, from, at, shelf));
  }

  readonly buffer = (id: number): string => {
    return this.names[id] ?? fail('LW401', `entry ${id}`, 'a value of the loop');
  };

  readonly shape = (id: number): Buffer => {
    return this.shapes[id] ?? fail('LW401', `entry ${id}`, 'a buffer of the loop');
  };

  readonly width = (at: number): string => {
    return `n${at}`;
  };

  /** A width where there are no constants. */
  readonly inlineWidth = (at: number): string => {
    const index = this.index(at);
    return /^\d+$/.test(index) ? `d${index}` : `d[${index}]!`;
  };

  readonly index = (at: number): string => {
    return this.indices[at] ?? fail('LW401', `index ${at}`, 'an index of the loop');
  };

  /** String literals with numbers that grow become templates. */
  readonly line = (text: string): string => {
    if (!isReserved(text)) return text;
    return text.replace(/"(?:[^"\\]|\\.)*"/g, (literal) =>
      isReserved(literal)
        ? `\`${filled(escaped(JSON.parse(literal) as string), (at) => `\${${this.index(at)}}`)}\``
        : literal,
    );
  };

  /** A note, in which a number stands as what it is in iteration k. */
  note(text: string): string {
    return filled(text, (at) => this.index(at));
  }

  private indexText({ values }: Indices, shelf: Shelf): string {
    return growing(values) ?? `${shelf.list(values, 'number')}[k]!`;
  }

  private valueName(loop: Loop<unknown>, from: From, at: number, shelf: Shelf): string {
    if (from.kind === 'local') return `t${loop.made[from.item]?.[0] ?? Number.NaN}`;
    if (from.kind === 'same') return shelf.name(from.value);
    const entries = Array.from({ length: loop.count }, (_, k) => shelf.entry(valueIn(loop, from, k)));
    const name = `u${at}`;
    this.constants.push([
      name,
      `const ${name} = ${alongText(entries) ?? `${shelf.list(entries, 'Float64Array')}[k]!`};`,
    ]);
    return name;
  }
}

/** Entries of one list as one expression in k, where their places grow evenly. */
function alongText(entries: readonly Literal[]): string | null {
  const [first] = entries;
  if (!(first instanceof Entry) || first.at === null) return null;
  const places: number[] = [];
  for (const entry of entries) {
    if (!(entry instanceof Entry) || entry.at === null || entry.list !== first.list || entry.field !== first.field)
      return null;
    places.push(entry.at);
  }
  const at = growing(places);
  return at === null ? null : `${first.list}[${at}]!${first.field}`;
}

/** Outside of loops. */
export const outside = (shelf: Shelf): Places => ({
  buffer: (id) => shelf.name(id),
  shape: (id) => shelf.shape(id),
  width: (at) => `d${at}`,
  index: String,
  line: (text) => text,
});
