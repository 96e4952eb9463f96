import { filled } from '../../../src/5-emit/roll/numerals.js';
import type { Loop, Piece, Rollable, Visitor } from '../../../src/5-emit/roll/loop.js';

/**
 * What the pieces do one after the other, iteration by iteration: values that an iteration makes are kept by the item of
 * the body, and those that it carries are what the iteration before has kept.
 */
export function unroll<T>(pieces: readonly Piece<T>[], visit: Rollable<T>['visit']): readonly T[] {
  return pieces.flatMap((piece) => (piece.kind === 'item' ? [piece.item] : iterations(piece, visit)));
}

function iterations<T>(loop: Loop<T>, visit: Rollable<T>['visit']): readonly T[] {
  const items: T[] = [];
  let carried = new Map<number, number>();
  for (let k = 0; k < loop.count; k += 1) {
    const now = new Map<number, number>();
    const index = (entry: number): number => loop.indices[entry]?.values[k] ?? Number.NaN;
    const value = (entry: number): number => {
      const source = loop.values[entry];
      switch (source?.kind) {
        case 'same':
          return source.value;
        case 'listed':
          return source.values[k] ?? Number.NaN;
        case 'local':
          return now.get(source.item) ?? Number.NaN;
        case 'carried':
          return k === 0 ? source.first : (carried.get(source.item) ?? Number.NaN);
        case undefined:
          return Number.NaN;
      }
    };
    const by: Visitor = {
      value,
      index: (_of, entry) => index(entry),
      text: (text) => filled(text, (entry) => String(index(entry))),
    };
    loop.body.forEach((item, place) => {
      const made = loop.made[place]?.[k];
      if (made !== undefined) now.set(place, made);
      items.push(visit(item, by));
    });
    carried = now;
  }
  return items;
}
