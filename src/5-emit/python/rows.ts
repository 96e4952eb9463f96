import type { Size } from '../../model/program.js';
import { indexText, loopCounter } from '../roll/counting.js';
import type { Counter } from '../roll/counting.js';
import type { Loop, Visitor } from '../roll/loop.js';
import { roll } from '../roll/roll.js';
import { pyString, pyTemplate } from './literal.js';
import type { PythonCode } from './python-code.js';

/** The variable that loops count with. */
export const LOOP_VARIABLE = 'k';

/** `for k in range(2, 65)` */
export function loopHead({ first, step }: Counter, count: number): string {
  const [from, to, by] = [
    first === 0 && step === 1 ? '' : `${first}, `,
    first + count * step,
    step === 1 ? '' : `, ${step}`,
  ];
  return `for ${LOOP_VARIABLE} in range(${from}${to}${by})`;
}

/** A part of a row's text: Python as it is, a number that may count along, or a name as a string literal. */
export type Part = string | { readonly index: number } | { readonly name: string };

/** An entry of a table; `key` where the table is a dict. */
export interface Row {
  readonly key?: readonly Part[];
  readonly value: readonly Part[];
}

const visitParts = (parts: readonly Part[], by: Visitor): readonly Part[] =>
  parts.map((part) => {
    if (typeof part === 'string') return part;
    return 'index' in part ? { index: by.index('number', part.index) } : { name: by.text(part.name) };
  });
const visit = ({ key, value }: Row, by: Visitor): Row => ({
  ...(key === undefined ? {} : { key: visitParts(key, by) }),
  value: visitParts(value, by),
});

/** A table saves so many rows by a loop. */
const LEAST = 2;

/** A size whose widths are printed so. */
export function sizeParts(size: Size, width: (at: number) => readonly Part[]): readonly Part[] {
  if (size === null) return ['1'];
  if (typeof size === 'number') return width(size);
  if ('fixed' in size) return [String(size.fixed)];
  const { sum, plus = 0 } = size;
  if (sum.length === 0) return [String(plus)];
  const terms = sum.flatMap((at, place) => (place === 0 ? width(at) : [' + ', ...width(at)]));
  return plus === 0 ? terms : [...terms, ` ${plus < 0 ? '-' : '+'} ${Math.abs(plus)}`];
}

/** As it is, none of it counting along. */
export const plainParts = (parts: readonly Part[]): string =>
  parts
    .map((part) => (typeof part === 'string' ? part : 'index' in part ? String(part.index) : pyString(part.name)))
    .join('');
const rowText = ({ key, value }: Row): string => (key === undefined ? '' : `${plainParts(key)}: `) + plainParts(value);

/** The entries of a tuple, list or dict, what repeats in them as one. */
export function rowTexts(rows: readonly Row[]): readonly string[] {
  return roll({ items: rows, visit, makes: () => null, counts: () => true, least: LEAST }).flatMap((piece) =>
    piece.kind === 'item' ? [rowText(piece.item)] : loopText(piece, rows),
  );
}

/** A tuple: on one line where all its entries are the same, or else one row a line. */
export function printTuple(code: PythonCode, head: string, rows: readonly Row[]): void {
  const texts = rowTexts(rows);
  const [, repeated, times] = (texts.length === 1 ? /^\*\[(.*)\] \* (\d+)$/s.exec(texts[0] ?? '') : null) ?? [];
  if (repeated !== undefined && times !== undefined) code.line(`${head}(${repeated},) * ${times}`);
  else if (texts.length === 0) code.line(`${head}()`);
  else code.table(`${head}(`, texts, ')');
}

function loopText(loop: Loop<Row>, rows: readonly Row[]): readonly string[] {
  const counter = loopCounter(loop, visit);
  // Of two numbers that count, one may take half steps of the other.
  const indices = loop.indices.map(({ values }) => indexText(values, counter, LOOP_VARIABLE));
  if (indices.includes(null)) return rows.slice(loop.at, loop.at + loop.count * loop.body.length).map(rowText);
  const index = (entry: number): string => indices[entry] ?? '';
  const text = (parts: readonly Part[]): string =>
    parts
      .map((part) =>
        typeof part === 'string' ? part : 'index' in part ? index(part.index) : pyTemplate(part.name, index),
      )
      .join('');
  const body = loop.body.map(({ key, value }) => ({ key: key === undefined ? null : text(key), value: text(value) }));
  const head = loopHead(counter, loop.count);
  const [first] = body;
  const isConstant = loop.indices.every(({ values }) => values.every((value) => value === values[0]));
  if (first === undefined) return [];
  if (first.key === null) {
    const values = body.map(({ value }) => value).join(', ');
    if (isConstant) return [`*[${values}] * ${loop.count}`];
    if (body.length === 1) return [`*(${first.value} ${head})`];
    return [`*(row ${head} for row in (${values}))`];
  }
  return dictLoop(body, head);
}

/** Entries of a dict, for each iteration those of the body. */
export function dictLoop(
  body: readonly { readonly key: string | null; readonly value: string | null }[],
  head: string,
): readonly string[] {
  const [first] = body;
  if (first !== undefined && body.length === 1) return [`**{${first.key ?? ''}: ${first.value ?? ''} ${head}}`];
  const pairs = body.map(({ key, value }) => `(${key ?? ''}, ${value ?? ''})`).join(', ');
  return [`**{name: value ${head} for name, value in (${pairs})}`];
}
