/**
 * What a list of items rolls into: items as they were, and loops. Items make values (buffers, signals) and mention
 * values, indices (numbers of layers, widths, rows: whatever counts along) and texts, in which numerals are indices.
 */
export type Piece<T> = Single<T> | Loop<T>;

export interface Single<T> {
  readonly kind: 'item';
  /** Its place in the list. */
  readonly at: number;
  readonly item: T;
}

/**
 * A stretch that repeats `count` times. The items of the body are those of the first iteration in other numbers: a value
 * in them is an entry of `values`, an index one of `indices`, and a numeral of a text is a hole (see `numerals`) with
 * the number of an entry of `indices`. Carried out for k = 0, 1, … below `count` it does what the list did.
 */
export interface Loop<T> {
  readonly kind: 'loop';
  /** The place of its first item in the list. */
  readonly at: number;
  readonly count: number;
  readonly body: readonly T[];
  readonly values: readonly Source[];
  readonly indices: readonly Indices[];
  /** For each item of the body, the value that it made in each iteration; null where it makes none. */
  readonly made: readonly (readonly number[] | null)[];
  /** For each item of the body, which of the values that it makes are read behind the loop. */
  readonly after: readonly After[];
}

export type After = 'none' | 'last' | 'all';

/** Where a value of a loop's body comes from; numbers of values are those of the list. */
export type Source =
  /** The same in all iterations, made before the loop. */
  | { readonly kind: 'same'; readonly value: number }
  /** Made in this iteration by that item of the body. */
  | { readonly kind: 'local'; readonly item: number }
  /** Made in the iteration before by that item of the body; in the first iteration the value `first`. */
  | { readonly kind: 'carried'; readonly item: number; readonly first: number }
  /** In iteration k the k-th of these, all made before the loop. */
  | { readonly kind: 'listed'; readonly values: readonly number[] };

/** In iteration k the k-th of these numbers, out of the numbers of `of`. */
export interface Indices {
  readonly of: string;
  readonly values: readonly number[];
}

/** What is told of an item's mentions, in an order that is the same for items of one shape; it may put others. */
export interface Visitor {
  readonly value: (id: number) => number;
  readonly index: (of: string, value: number) => number;
  readonly text: (text: string) => string;
}

export interface Rollable<T> {
  readonly items: readonly T[];
  /** The item with other mentions. Two items are of one shape if they are equal with all mentions the same. */
  readonly visit: (item: T, by: Visitor) => T;
  /** The value that an item makes; no two make the same one. */
  readonly makes: (item: T) => number | null;
  /** Whether a reader would have an iteration begin there. */
  readonly begins?: (item: T) => boolean;
  /** Values that are read when all items are done. */
  readonly kept?: Iterable<number>;
  /** Of which indices the values in a loop must count, k + c or c − k or whatever is linear; of none if left out. */
  readonly counts?: (of: string) => boolean;
  /** How many items a loop must save; 1 if left out. */
  readonly least?: number;
}

/** The value of a source in iteration k, as the list numbers it. */
export function valueIn({ made }: Pick<Loop<unknown>, 'made'>, source: Source, k: number): number {
  const of = (list: readonly number[] | null | undefined, at: number): number => list?.[at] ?? Number.NaN;
  switch (source.kind) {
    case 'same':
      return source.value;
    case 'local':
      return of(made[source.item], k);
    case 'carried':
      return k === 0 ? source.first : of(made[source.item], k - 1);
    case 'listed':
      return of(source.values, k);
  }
}
