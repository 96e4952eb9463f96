import { describe, expect, test } from 'vitest';
import { filled, hole, partsOf, withNumerals } from '../../../src/5-emit/roll/numerals.js';
import type { Loop, Piece } from '../../../src/5-emit/roll/loop.js';
import { roll } from '../../../src/5-emit/roll/roll.js';
import { generator } from '../../../src/numeric/random.js';
import { unroll } from './unroll.js';

/** An item of a straight list: a kind, the value that it makes, those that it reads, a number and a text. */
interface Item {
  readonly kind: string;
  readonly makes: number;
  readonly reads: readonly number[];
  readonly layer: number;
  readonly text: string;
}

const item = (kind: string, makes: number, reads: readonly number[], layer = 0, text = ''): Item => ({
  kind,
  makes,
  reads,
  layer,
  text,
});

const visit = (each: Item, by: Parameters<Parameters<typeof roll<Item>>[0]['visit']>[1]): Item => ({
  kind: each.kind,
  reads: each.reads.map(by.value),
  makes: by.value(each.makes),
  layer: by.index('layer', each.layer),
  text: by.text(each.text),
});

const rolled = (items: readonly Item[], kept: readonly number[] = [], least = 1): readonly Piece<Item>[] =>
  roll({ items, visit, makes: ({ makes }) => makes, kept, least });
const loops = (pieces: readonly Piece<Item>[]): readonly Loop<Item>[] =>
  pieces.flatMap((piece) => (piece.kind === 'loop' ? [piece] : []));

/** A chain: each layer scales the free value C[l] by the scalar 99 and multiplies what is below with it. */
const chain = (depth: number): readonly Item[] =>
  Array.from({ length: depth }, (_, at) => [
    item('scale', 200 + 2 * at, [99, 100 + at], at, `C[${at + 1}] := scaled`),
    item(
      'multiply',
      201 + 2 * at,
      [200 + 2 * at, at === 0 ? 98 : 199 + 2 * at],
      at,
      `w[${at + 1}] := C[${at + 1}] w[${at}]`,
    ),
  ]).flat();

describe('rolling straight lists', () => {
  test('a chain is one loop; what is read in it is the same, listed, local or carried', () => {
    const pieces = rolled(chain(5), [209, 200]);
    expect(pieces).toHaveLength(1);
    const [loop] = loops(pieces);
    expect(loop?.count).toBe(5);
    expect(loop?.body).toHaveLength(2);
    const [scale, multiply] = loop?.body ?? [];
    const sources = (each: Item | undefined): readonly unknown[] => each?.reads.map((at) => loop?.values[at]) ?? [];
    expect(sources(scale)).toEqual([
      { kind: 'same', value: 99 },
      { kind: 'listed', values: [100, 101, 102, 103, 104] },
    ]);
    expect(sources(multiply)).toEqual([
      { kind: 'local', item: 0 },
      { kind: 'carried', item: 1, first: 98 },
    ]);
    expect(loop?.made).toEqual([
      [200, 202, 204, 206, 208],
      [201, 203, 205, 207, 209],
    ]);
    // The first C is kept, hence all of them; of the signals only the last.
    expect(loop?.after).toEqual(['all', 'last']);
    expect(loop?.indices[scale?.layer ?? -1]).toEqual({ of: 'layer', values: [0, 1, 2, 3, 4] });
  });

  test('numerals of texts count along, each by itself', () => {
    const [loop] = loops(rolled(chain(4)));
    const holes = partsOf(loop?.body[1]?.text ?? '').map((part) =>
      typeof part === 'number' ? loop?.indices[part]?.values : part,
    );
    expect(holes).toEqual(['w[', [1, 2, 3, 4], '] := C[', [1, 2, 3, 4], '] w[', [0, 1, 2, 3], ']']);
  });

  test('a value from two iterations ago is no loop of one layer, but of two', () => {
    const items = Array.from({ length: 8 }, (_, at) => item('add', 10 + at, [9 + at, 8 + at]));
    const pieces = rolled(items);
    expect(loops(pieces).map(({ count, body }) => [count, body.length])).toEqual([[4, 2]]);
    expect(unroll(pieces, visit)).toEqual(items);
  });

  test('layers of two kinds that alternate are one loop; two stretches are two', () => {
    const alternating = Array.from({ length: 12 }, (_, at) => item(at % 2 === 0 ? 'a' : 'b', at + 1, [at]));
    expect(loops(rolled(alternating)).map(({ count, body }) => [count, body.length])).toEqual([[6, 2]]);
    const two = [
      ...chain(4),
      item('between', 500, [207]),
      ...chain(4).map((each) => ({ ...each, makes: each.makes + 1000 })),
    ];
    expect(loops(rolled(two)).map(({ at, count }) => [at, count])).toEqual([
      [0, 4],
      [9, 4],
    ]);
  });

  test('what does not repeat stays as it is', () => {
    // Each layer reads all before it.
    const dense = Array.from({ length: 6 }, (_, at) =>
      item(
        'sum',
        at + 1,
        Array.from({ length: at + 1 }, (_x, k) => k),
      ),
    );
    expect(rolled(dense)).toEqual(dense.map((each, at) => ({ kind: 'item', at, item: each })));
    const others = ['a', 'b', 'c'].map((kind, at) => item(kind, at + 1, [at]));
    expect(loops(rolled(others))).toEqual([]);
    expect(rolled([])).toEqual([]);
    expect(loops(rolled(chain(2), [], 3))).toEqual([]);
  });

  test('a value that is read before it is made, or made in a later iteration, is no loop', () => {
    const items = [item('a', 1, [2]), item('a', 2, [3]), item('a', 3, [9])];
    expect(loops(rolled(items))).toEqual([]);
  });

  test('numbers that print alike are told apart', () => {
    const numbered = [0, -0, Number.NaN, Infinity].map((value, at) => ({ value, makes: at }));
    const pieces = roll({
      items: numbered,
      visit: ({ value, makes }, by) => ({ value, makes: by.value(makes) }),
      makes: ({ makes }) => makes,
    });
    expect(pieces.map(({ kind }) => kind)).toEqual(['item', 'item', 'item', 'item']);
  });

  test('random lists with repeats come back as they were', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = generator(seed);
      const items: Item[] = [];
      let next = 10;
      for (let part = 0; part < 4; part += 1) {
        const layer = Array.from({ length: random.integer(1, 4) }, () => ({
          kind: random.pick(['a', 'b']),
          back: random.pick([1, 1, 2, 3, 5]),
          fixed: random.pick([0, 1]),
        }));
        const count = random.integer(1, 6);
        for (let k = 0; k < count; k += 1)
          for (const { kind, back, fixed } of layer) {
            items.push(item(kind, next, [next - back, fixed], k, `${kind}[${k}] of ${part}.05`));
            next += 1;
          }
      }
      const pieces = rolled(items, [next - 1], random.integer(1, 4));
      expect(unroll(pieces, visit)).toEqual(items);
    }
  });

  test('a loop with one wrong entry does not come back', () => {
    const items = chain(5);
    const pieces = rolled(items);
    const [loop] = loops(pieces);
    if (loop === undefined) throw new Error('no loop');
    const faults: readonly Loop<Item>[] = [
      { ...loop, count: 4 },
      { ...loop, body: [...loop.body].reverse() },
      { ...loop, values: loop.values.map((each) => (each.kind === 'carried' ? { ...each, first: 97 } : each)) },
      {
        ...loop,
        values: loop.values.map((each) => (each.kind === 'carried' ? { kind: 'local', item: each.item } : each)),
      },
      { ...loop, values: loop.values.map((each) => (each.kind === 'listed' ? { kind: 'same', value: 100 } : each)) },
      { ...loop, indices: loop.indices.map((each) => ({ ...each, values: [...each.values].reverse() })) },
    ];
    for (const fault of faults) expect(unroll([fault], visit)).not.toEqual(items);
  });
});

describe('numerals', () => {
  test('digits without leading zeros', () => {
    const found: number[] = [];
    const text = withNumerals('C[12] of 0.05 and 2⁻¹²⁰, 007 and w3', (value) => hole(found.push(value) - 1));
    expect(found).toEqual([12, 0, 2, 3]);
    expect(filled(text, (at) => String(found[at]))).toBe('C[12] of 0.05 and 2⁻¹²⁰, 007 and w3');
  });

  test('a text that holds the characters of holes is taken as it is', () => {
    const texts = [`${hole(1)} 1`, `${hole(1)} 2`, `${hole(1)} 3`];
    const items = texts.map((text, at) => item('a', at, [], 0, text));
    expect(rolled(items).map((piece) => (piece.kind === 'item' ? piece.item : null))).toEqual(items);
  });
});
