import { hole, isReserved, withNumerals } from './numerals.js';
import type { After, Indices, Loop, Piece, Rollable, Source, Visitor } from './loop.js';
import { periodsOf, runsOf } from './runs.js';
import type { Run } from './runs.js';

/**
 * Finds what repeats in a straight list and makes loops of it, those that save most items together; what does not repeat
 * stays as it is. Every loop does exactly what the items did that it stands for: a value that is read in iteration k was
 * made in it, or in the one before, or before the loop.
 */
export function roll<T>(rollable: Rollable<T>): readonly Piece<T>[] {
  return new Roller(rollable).pieces();
}

/** An item without its mentions, and what it mentions. */
interface Outline {
  readonly shape: number;
  readonly values: readonly number[];
  readonly indices: readonly { readonly of: string; readonly value: number }[];
}

/** Iterations that may be one loop, from item `at` on. */
interface Stretch {
  readonly at: number;
  readonly period: number;
  readonly count: number;
}

/** How a value is related to the iteration that reads it: −1 made before the loop, −2 too long ago, else see `relation`. */
const before = -1;
const beyond = -2;

/** At so many places a run is tried to begin. */
const STARTS = 6;

const endOf = ({ at, period, count }: Stretch): number => at + period * count;

/** Of stretches that may overlap, those that save most items together, by their ends (weighted interval scheduling). */
function best(stretches: readonly Stretch[]): readonly Stretch[] {
  const sorted = [...stretches].sort((a, b) => endOf(a) - endOf(b) || a.period - b.period);
  const saved = [0];
  const takes: boolean[] = [];
  const before = ({ at }: Stretch, until: number): number => {
    let [low, high] = [0, until];
    while (low < high) {
      const middle = (low + high) >> 1;
      const each = sorted[middle];
      if (each !== undefined && endOf(each) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  sorted.forEach((stretch, place) => {
    const without = saved[place] ?? 0;
    const withIt = (saved[before(stretch, place)] ?? 0) + stretch.period * (stretch.count - 1);
    takes.push(withIt > without);
    saved.push(Math.max(withIt, without));
  });
  const found: Stretch[] = [];
  for (let place = sorted.length; place > 0;) {
    const stretch = sorted[place - 1];
    if (stretch === undefined || takes[place - 1] !== true) place -= 1;
    else {
      found.push(stretch);
      place = before(stretch, place - 1);
    }
  }
  return found.reverse();
}

/** Equal texts for equal values; unlike JSON it tells zeros apart, and numbers that are not finite. */
function keyOf(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(keyOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(String(value)) + typeof value;
  let text = '{';
  for (const [name, part] of Object.entries(value)) text += `${name}:${keyOf(part)},`;
  return `${text}}`;
}

class Roller<T> {
  private readonly rollable: Rollable<T>;
  private readonly outlines: readonly Outline[];
  private readonly shapes: readonly number[];
  private readonly periods: readonly number[];
  /** For each item and each value that it mentions, the item that makes it; −1 where none does. */
  private readonly makers: readonly (readonly number[])[];
  /** The item that makes a value. */
  private readonly maker = new Map<number, number>();

  constructor(rollable: Rollable<T>) {
    this.rollable = rollable;
    const numbers = new Map<string, number>();
    this.outlines = rollable.items.map((item, at) => {
      const made = rollable.makes(item);
      if (made !== null) this.maker.set(made, at);
      return this.outline(item, at, numbers);
    });
    this.shapes = this.outlines.map(({ shape }) => shape);
    this.makers = this.outlines.map(({ values }) => values.map((value) => this.maker.get(value) ?? -1));
    this.periods = periodsOf(this.shapes);
  }

  pieces(): readonly Piece<T>[] {
    const stretches = this.stretches(0, this.rollable.items.length);
    const pieces: Piece<T>[] = [];
    let at = 0;
    const single = (until: number): void => {
      for (const item of this.rollable.items.slice(at, until)) {
        pieces.push({ kind: 'item', at, item });
        at += 1;
      }
    };
    for (const stretch of stretches) {
      single(stretch.at);
      pieces.push(this.loop(stretch));
      at += stretch.period * stretch.count;
    }
    single(this.rollable.items.length);
    return pieces;
  }

  private outline(item: T, at: number, numbers: Map<string, number>): Outline {
    const values: number[] = [];
    const indices: { of: string; value: number }[] = [];
    let own = '';
    const index = (of: string, value: number): number => {
      indices.push({ of, value });
      return 0;
    };
    const bare = this.rollable.visit(item, {
      value: (id) => {
        values.push(id);
        return 0;
      },
      index,
      text: (text) => {
        // Such a text is taken as it is, and stands alone.
        if (isReserved(text)) own = String(at);
        return withNumerals(text, (value) => hole(index('text', value)));
      },
    });
    const key = keyOf([bare, indices.map(({ of }) => of), own]);
    const shape = numbers.get(key) ?? numbers.size;
    numbers.set(key, shape);
    return { shape, values, indices };
  }

  /** The loops among items[from, to), in their order: those that save most together, and what is between them again. */
  private stretches(from: number, to: number): readonly Stretch[] {
    const runs = this.periods
      .filter((period) => 2 * period <= to - from)
      .flatMap((period) => runsOf(this.shapes, from, to, period));
    const found = runs.flatMap((run) => {
      const stretch = this.within(run);
      return stretch === null ? [] : [stretch, ...this.shorter(stretch)];
    });
    const chosen = best(found);
    if (chosen.length === 0) return [];
    const ends = [from, ...chosen.map(endOf)];
    const gap = (at: number, before: number): readonly Stretch[] => this.stretches(ends[at] ?? to, before);
    return [...chosen.flatMap((stretch, at) => [...gap(at, stretch.at), stretch]), ...gap(chosen.length, to)];
  }

  /**
   * The loop that a run is: iterations begin where few values are carried from one to the next and where a reader would
   * have them begin, as long as that costs no more than one iteration.
   */
  private within(run: Run): Stretch | null {
    const { from, to, period } = run;
    const least = this.rollable.least ?? 1;
    const full = Math.floor((to - from) / period);
    if ((full - 1) * period < least) return null;
    const awkward = (at: number): number => {
      const item = this.rollable.items[at];
      return item !== undefined && this.rollable.begins?.(item) === true ? 0 : 1;
    };
    const alive = this.alive(run);
    const starts = alive
      .map((count, place) => ({ at: from + place, rating: 2 * count + awkward(from + place) }))
      .filter(({ at }) => at + 2 * period <= to)
      .sort((a, b) => a.rating - b.rating || a.at - b.at);
    let found: Stretch | null = null;
    for (const { at } of starts.slice(0, STARTS)) {
      const stretch = this.from(at, to, period);
      if (stretch.count > Math.max(1, found?.count ?? 0)) found = stretch;
      if (found !== null && found.count >= full - 1) break;
    }
    return found !== null && (found.count - 1) * period >= least ? found : null;
  }

  /** Without its first or its last iteration, so that there is room for another one. */
  private shorter({ at, period, count }: Stretch): readonly Stretch[] {
    if (count < 3 || (count - 2) * period < (this.rollable.least ?? 1)) return [];
    return [at, at + period].map((first) => ({ at: first, period, count: count - 1 }));
  }

  /** For each place in a run's first period, how many values would be carried if iterations began there. */
  private alive({ from, to, period }: Run): readonly number[] {
    // Values made in one period and read in it or the next: the last place where each is read.
    const last = new Map<number, number>();
    for (let at = from; at < Math.min(to, from + 3 * period); at += 1)
      for (const maker of this.makers[at] ?? []) {
        if (maker >= from && maker < from + 2 * period && at - maker <= period) last.set(maker, at);
      }
    const changes = Array.from({ length: 2 * period + 1 }, () => 0);
    const change = (at: number, by: number): void => {
      changes[at] = (changes[at] ?? 0) + by;
    };
    for (const [maker, reader] of last) {
      change(maker + 1 - from, 1);
      change(Math.min(reader + 1 - from, 2 * period), -1);
    }
    let count = 0;
    const counts = changes.map((by) => (count += by));
    return counts.slice(period, 2 * period);
  }

  /** The longest stretch among iterations that begin at `at` and whole periods behind it. */
  private from(at: number, to: number, period: number): Stretch {
    let best: Stretch = { at, period, count: 1 };
    for (let first = at; first + (best.count + 1) * period <= to;) {
      const count = this.reach(first, period, Math.floor((to - first) / period));
      if (count > best.count) best = { at: first, period, count };
      first += Math.max(1, count - 1) * period;
    }
    return best;
  }

  /** How many iterations from `at` on are one loop: in all of them every mention is of the same kind. */
  private reach(at: number, period: number, most: number): number {
    for (let k = 1; k < most; k += 1) if (!this.continues({ at, period, count: k })) return k;
    return most;
  }

  /** Whether the iteration behind a stretch goes on with it. */
  private continues(stretch: Stretch): boolean {
    const { at, period, count } = stretch;
    const begin = at + count * period;
    if (count > 1 && !this.counts(stretch)) return false;
    for (let item = 0; item < period; item += 1) {
      const mentions = this.makers[begin + item]?.length ?? 0;
      for (let mention = 0; mention < mentions; mention += 1) {
        const first = this.relation(at, period, 0, item, mention);
        const now = this.relation(at, period, count, item, mention);
        if (first === beyond || now === beyond) return false;
        // What is local stays so; of others the second iteration is the first that can carry.
        if (first !== before || count === 1) {
          if (now !== first && !(first === before && now >= period)) return false;
        } else if (now !== this.relation(at, period, 1, item, mention)) return false;
      }
    }
    return true;
  }

  /** Whether the indices of the iteration behind a stretch are as far from those before them as those are. */
  private counts({ at, period, count }: Stretch): boolean {
    const { counts } = this.rollable;
    if (counts === undefined) return true;
    for (let item = 0; item < period; item += 1) {
      const place = at + count * period + item;
      const [before, last, now] = [place - 2 * period, place - period, place].map(
        (each) => this.outlines[each]?.indices,
      );
      const isLinear = now?.every(({ of, value }, mention) => {
        const [a, b] = [before?.[mention]?.value ?? Number.NaN, last?.[mention]?.value ?? Number.NaN];
        return !counts(of) || value - b === b - a;
      });
      if (isLinear !== true) return false;
    }
    return true;
  }

  /**
   * How the value of a mention in iteration k, iterations beginning at `at`, is related to it: `before`, `beyond`, the
   * item of the body that makes it in this iteration, or in the one before, then counted from the period on.
   */
  private relation(at: number, period: number, k: number, item: number, mention: number): number {
    const begin = at + k * period;
    const maker = this.makers[begin + item]?.[mention] ?? -1;
    if (maker < at) return before;
    if (maker > begin + item || maker < begin - period) return beyond;
    return maker >= begin ? maker - begin : maker - begin + 2 * period;
  }

  private source({ at, period, count }: Stretch, item: number, mention: number): Source {
    const relation = this.relation(at, period, 1, item, mention);
    const values = Array.from(
      { length: count },
      (_, k) => this.outlines[at + k * period + item]?.values[mention] ?? Number.NaN,
    );
    const [first = Number.NaN] = values;
    if (relation >= period) return { kind: 'carried', item: relation - period, first };
    if (relation >= 0) return { kind: 'local', item: relation };
    return values.every((value) => value === first) ? { kind: 'same', value: first } : { kind: 'listed', values };
  }

  private loop(stretch: Stretch): Loop<T> {
    const { at, period, count } = stretch;
    const values = new Table<Source>();
    const indices = new Table<Indices>();
    const body = this.rollable.items.slice(at, at + period).map((item, place) => {
      let [value, index] = [0, 0];
      const putIndex = (of: string): number => {
        const each = Array.from(
          { length: count },
          (_, k) => this.outlines[at + k * period + place]?.indices[index]?.value ?? Number.NaN,
        );
        index += 1;
        return indices.number({ of, values: each });
      };
      const by: Visitor = {
        value: () => values.number(this.source(stretch, place, value++)),
        index: putIndex,
        text: (text) => withNumerals(text, () => hole(putIndex('text'))),
      };
      return this.rollable.visit(item, by);
    });
    const made = this.rollable.items.slice(at, at + period).map((item, place) => {
      if (this.rollable.makes(item) === null) return null;
      return Array.from({ length: count }, (_, k) => {
        const each = this.rollable.items[at + k * period + place];
        return (each === undefined ? null : this.rollable.makes(each)) ?? Number.NaN;
      });
    });
    return {
      kind: 'loop',
      at,
      count,
      body,
      values: values.rows,
      indices: indices.rows,
      made,
      after: this.after(stretch),
    };
  }

  /** Which values that the body makes are read by items outside, or kept. */
  private after({ at, period, count }: Stretch): readonly After[] {
    const found: After[] = Array.from({ length: period }, () => 'none');
    const read = (value: number): void => {
      const maker = this.maker.get(value);
      if (maker === undefined || maker < at || maker >= at + period * count) return;
      const item = (maker - at) % period;
      if (maker < at + period * (count - 1)) found[item] = 'all';
      else if (found[item] === 'none') found[item] = 'last';
    };
    this.outlines.forEach(({ values }, place) => {
      if (place < at || place >= at + period * count) values.forEach(read);
    });
    for (const value of this.rollable.kept ?? []) read(value);
    return found;
  }
}

/** Rows with numbers, equal ones once. */
class Table<Row> {
  readonly rows: Row[] = [];
  private readonly numbers = new Map<string, number>();

  number(row: Row): number {
    const key = JSON.stringify(row);
    const known = this.numbers.get(key) ?? this.rows.push(row) - 1;
    this.numbers.set(key, known);
    return known;
  }
}
