import type { Counter } from '../roll/counting.js';
import { indexText, loopCounter } from '../roll/counting.js';
import type { Loop, Piece, Rollable, Source } from '../roll/loop.js';
import { valueIn } from '../roll/loop.js';
import { filled } from '../roll/numerals.js';
import { alongLoop, numbered } from './families.js';
import { LOOP_VARIABLE } from './rows.js';

/** What a rolled list needs names for. */
export interface Listing<T> {
  readonly pieces: readonly Piece<T>[];
  readonly visit: Rollable<T>['visit'];
  /** The values that each item of the list mentions, before it was rolled. */
  readonly mentions: readonly (readonly number[])[];
  readonly kept: ReadonlySet<number>;
  /** What a value that nothing makes is called; of several, what the one is called that a loop goes through. */
  readonly given: (value: number) => string | null;
  readonly givenAlong: (values: readonly number[], counter: Counter) => string | null;
  /** The author's names of values that the list makes. */
  readonly authors: ReadonlyMap<number, string>;
  /** A new variable; called so if that can be. */
  readonly fresh: (wanted: string | null) => string;
}

/** What stands for the numbers of a loop's body. */
export interface LoopNames {
  readonly counter: Counter;
  readonly value: (entry: number) => string;
  /** Null where the numbers do not count along with the loop. */
  readonly index: (entry: number) => string;
  /** Statements before the loop, and at the end of its body. */
  readonly before: readonly string[];
  readonly atEnd: readonly string[];
}

/** One of many values that a dict holds by number. */
interface Member {
  readonly dict: string;
  readonly key: readonly number[];
}

/**
 * Variables of printed lists. A value has one of its own; what a loop makes and others than the next iteration read is
 * kept in a dict by number, named after the family where the author has named it, `C[k]`. What is carried into the next
 * iteration is the same variable wherever its old value is read no more.
 */
export class Variables<T> {
  private readonly listing: Listing<T>;
  private readonly plain = new Map<number, string>();
  private readonly members = new Map<number, Member>();
  private readonly counters = new Map<Loop<T>, Counter>();
  /** The last item that mentions a value. */
  private readonly last = new Map<number, number>();

  constructor(listing: Listing<T>) {
    this.listing = listing;
    listing.mentions.forEach((values, at) => {
      for (const value of values) this.last.set(value, at);
    });
    const loops = listing.pieces.filter((piece) => piece.kind === 'loop');
    for (const loop of loops) this.counters.set(loop, loopCounter(loop, listing.visit));
    const dicts = new Map<string, string>();
    for (const loop of loops) this.keep(loop, dicts);
    for (const [value, name] of listing.authors) {
      const { pattern, numerals } = numbered(name);
      const dict = dicts.get(pattern);
      if (dict !== undefined && !this.members.has(value)) this.members.set(value, { dict, key: numerals });
    }
    for (const loop of loops) for (const source of loop.values) this.extend(loop, source);
  }

  counter(loop: Loop<T>): Counter {
    return this.counters.get(loop) ?? { first: 0, step: 1 };
  }

  name(value: number): string {
    const given = this.listing.given(value);
    if (given !== null) return given;
    const member = this.members.get(value);
    if (member !== undefined) return `${member.dict}[${member.key.join(', ')}]`;
    const known = this.plain.get(value) ?? this.listing.fresh(this.listing.authors.get(value) ?? null);
    this.plain.set(value, known);
    return known;
  }

  /** Values that a loop goes through; null where they have no numbers that count along. */
  along(values: readonly number[], counter: Counter): string | null {
    const given = this.listing.givenAlong(values, counter);
    if (given !== null) return given;
    const members = values.map((value) => this.members.get(value));
    const [first] = members;
    if (first === undefined || members.some((each) => each?.dict !== first.dict)) return null;
    const keys = first.key.map((_key, place) =>
      indexText(
        members.map((each) => each?.key[place] ?? Number.NaN),
        counter,
        LOOP_VARIABLE,
      ),
    );
    return keys.every((key) => key !== null) ? `${first.dict}[${keys.join(', ')}]` : null;
  }

  /** The dicts that values are kept in. */
  get dicts(): readonly string[] {
    return [...new Set([...this.members.values()].map(({ dict }) => dict))];
  }

  /** Values of a loop that are read behind it get a dict. */
  private keep(loop: Loop<T>, dicts: Map<string, string>): void {
    const counter = this.counter(loop);
    loop.made.forEach((made, item) => {
      if (made === null || loop.after[item] !== 'all') return;
      const names = made.map((value) => this.listing.authors.get(value) ?? '');
      const family = names.includes('') ? null : alongLoop(names, counter, LOOP_VARIABLE);
      const isNumbered = family !== null && family.indices.some((index) => index.includes(LOOP_VARIABLE));
      const known = isNumbered ? dicts.get(family.pattern) : undefined;
      const dict = known ?? this.listing.fresh(isNumbered ? filled(family.pattern, () => '') : null);
      if (isNumbered) dicts.set(family.pattern, dict);
      made.forEach((value, k) => {
        const key = isNumbered ? numbered(names[k] ?? '').numerals : [counter.first + k * counter.step];
        this.members.set(value, { dict, key });
      });
    });
  }

  /** Where a loop reads members of a dict, and values made one by one beside them, these become members too. */
  private extend(loop: Loop<T>, source: Source): void {
    if (source.kind !== 'listed' && source.kind !== 'carried') return;
    const values = Array.from({ length: loop.count }, (_, k) => valueIn(loop, source, k));
    const known = values.flatMap((value, k) => {
      const member = this.members.get(value);
      return member === undefined ? [] : [{ k, ...member }];
    });
    const [first, second] = known;
    if (first === undefined || known.length === values.length || known.some(({ dict }) => dict !== first.dict)) return;
    // One member tells nothing of the others, but that they count with the loop.
    const step =
      second === undefined
        ? first.key.map(() => this.counter(loop).step)
        : first.key.map((key, place) => ((second.key[place] ?? Number.NaN) - key) / (second.k - first.k));
    const keyIn = (k: number): readonly number[] =>
      first.key.map((key, place) => key + (k - first.k) * (step[place] ?? 0));
    const text = (key: readonly number[]): string => key.join(', ');
    if (known.some(({ k, key }) => text(key) !== text(keyIn(k)))) return;
    const taken = new Set(
      [...this.members.values()].flatMap(({ dict, key }) => (dict === first.dict ? [text(key)] : [])),
    );
    const others = values.flatMap((value, k) => (this.members.has(value) ? [] : [{ value, key: keyIn(k) }]));
    const isFree = others.every(
      ({ value, key }) =>
        !taken.has(text(key)) &&
        key.every(Number.isInteger) &&
        this.listing.given(value) === null &&
        this.isSingle(value),
    );
    if (isFree) for (const { value, key } of others) this.members.set(value, { dict: first.dict, key });
  }

  /** Whether an item outside of loops makes the value. */
  private isSingle(value: number): boolean {
    return !this.listing.pieces.some(
      (piece) => piece.kind === 'loop' && piece.made.some((made) => made?.includes(value)),
    );
  }

  /** Names for the body of a loop, when all before it is printed. */
  loop(loop: Loop<T>): LoopNames {
    const counter = this.counter(loop);
    const before: string[] = [];
    const atEnd: string[] = [];
    const names = new Map<number, string>();
    const locals = new Map<number, string>();
    const reads = this.lastReads(loop);
    loop.values.forEach((source, entry) => {
      if (source.kind === 'same') names.set(entry, this.name(source.value));
      if (source.kind !== 'listed' && source.kind !== 'carried') return;
      const values = Array.from({ length: loop.count }, (_, k) => valueIn(loop, source, k));
      const along = this.along(values, counter);
      if (along !== null) names.set(entry, along);
      else if (source.kind === 'listed') names.set(entry, this.inList(values, counter, before));
    });
    loop.values.forEach((source, entry) => {
      if (source.kind !== 'carried' || names.has(entry)) return;
      const isMember = this.members.has(loop.made[source.item]?.[0] ?? Number.NaN);
      // The old value is not read when the new one is there: one variable for both.
      const isOne = !isMember && !locals.has(source.item) && (reads.get(entry) ?? 0) <= source.item;
      const variable = this.isDone(loop, source.first) ? this.name(source.first) : this.listing.fresh(null);
      if (variable !== this.name(source.first)) before.push(`${variable} = ${this.name(source.first)}`);
      names.set(entry, variable);
      if (isOne) locals.set(source.item, variable);
      else atEnd.push(`${variable} = ${this.localName(loop, source.item, counter, locals)}`);
    });
    loop.values.forEach((source, entry) => {
      if (source.kind === 'local') names.set(entry, this.localName(loop, source.item, counter, locals));
    });
    loop.made.forEach((made, item) => {
      const variable = locals.get(item);
      const last = made?.[made.length - 1];
      if (variable !== undefined && last !== undefined) this.plain.set(last, variable);
    });
    return {
      counter,
      before,
      atEnd,
      value: (entry) => names.get(entry) ?? '',
      index: (entry) => {
        const values = loop.indices[entry]?.values ?? [];
        return indexText(values, counter, LOOP_VARIABLE) ?? `(${values.join(', ')})[${position(counter)}]`;
      },
    };
  }

  private localName(loop: Loop<T>, item: number, counter: Counter, locals: Map<number, string>): string {
    const made = loop.made[item] ?? [];
    const along = this.along(made, counter);
    if (along !== null) return along;
    const known = locals.get(item) ?? this.listing.fresh(null);
    locals.set(item, known);
    return known;
  }

  /** A list of values that have no common name, and the one in it that an iteration reads. */
  private inList(values: readonly number[], counter: Counter, before: string[]): string {
    const list = this.listing.fresh(null);
    before.push(`${list} = [${values.map((value) => this.name(value)).join(', ')}]`);
    return `${list}[${position(counter)}]`;
  }

  /** Whether a value is a variable that nothing reads but the first iteration, as what is carried there. */
  private isDone(loop: Loop<T>, value: number): boolean {
    const { given, kept, authors } = this.listing;
    if (given(value) !== null || kept.has(value) || authors.has(value) || this.members.has(value)) return false;
    if ((this.last.get(value) ?? 0) >= loop.at + loop.body.length * loop.count) return false;
    const readers = loop.values.filter(
      (source) =>
        (source.kind === 'same' && source.value === value) ||
        (source.kind === 'listed' && source.values.includes(value)) ||
        (source.kind === 'carried' && source.first === value),
    );
    return readers.length === 1;
  }

  /** The last item of the body that mentions each of its values. */
  private lastReads(loop: Loop<T>): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    loop.body.forEach((item, place) => {
      this.listing.visit(item, {
        value: (entry) => {
          found.set(entry, place);
          return entry;
        },
        index: (_of, entry) => entry,
        text: (text) => text,
      });
    });
    return found;
  }
}

/** The number of an iteration, in the loop's variable. */
const position = ({ first, step }: Counter): string => {
  if (step === 1) return first === 0 ? LOOP_VARIABLE : `${LOOP_VARIABLE} - ${first}`;
  return step === -1 ? `${first} - ${LOOP_VARIABLE}` : `(${LOOP_VARIABLE} - ${first}) // ${step}`;
};
