import { quote } from './code.js';

/** Text that stands in a literal as it is. */
export class Source {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An entry of a list, or a field of it; without a place a constant. */
export class Entry extends Source {
  readonly list: string;
  readonly at: number | null;
  readonly field: string;

  constructor(list: string, at: number | null, field = '') {
    super(at === null ? list : `${list}[${at}]!${field}`);
    this.list = list;
    this.at = at;
    this.field = field;
  }
}

export type Literal =
  null | undefined | boolean | number | string | Source | readonly Literal[] | { readonly [name: string]: Literal };

const widest = 120;

/** A literal over as few lines as fit; the first begins behind `before`, all others are indented by so many spaces. */
export function literalText(value: Literal, before: string, indent: number): string {
  const flat = flatText(value);
  if (value === null || typeof value !== 'object' || value instanceof Source) return flat;
  if (before.length + flat.length + 1 <= widest && !flat.includes('\n')) return flat;
  const pad = ' '.repeat(indent + 2);
  const lines = isList(value)
    ? value.map((item) => `${pad}${literalText(item, pad, indent + 2)},`)
    : fieldsOf(value).map(([name, item]) => `${pad}${name}: ${literalText(item, `${pad}${name}: `, indent + 2)},`);
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  return [open, ...lines, `${' '.repeat(indent)}${close}`].join('\n');
}

const isList = (value: object): value is readonly Literal[] => Array.isArray(value);

const fieldsOf = (value: { readonly [name: string]: Literal }): readonly (readonly [string, Literal])[] =>
  Object.entries(value).filter(([, item]) => item !== undefined);

function flatText(value: Literal): string {
  if (value instanceof Source) return value.text;
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  if (isList(value)) return `[${value.map(flatText).join(', ')}]`;
  const fields = fieldsOf(value).map(([name, item]) => `${name}: ${flatText(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/**
 * A list whose items repeat with numbers that grow evenly from one to the next, such as those of a family's layers:
 * stretches of them are made by `repeated`, so that a list does not grow with the depth. `type` is that of the items.
 */
export function rolledList(items: readonly Literal[], type: string, indent = 4): readonly Literal[] {
  const patterns = items.map(patternOf);
  const out: Literal[] = [];
  for (let at = 0; at < items.length;) {
    const { period, count } = longestStretch(patterns, at);
    if (count < fewest) {
      out.push(items[at]);
      at += 1;
      continue;
    }
    const strides = Array.from({ length: period }, (_, j) => stridesOf(patterns[at + j], patterns[at + j + period]));
    const made = strides.map((each, j) => rolled(items[at + j], each));
    const grows = strides.flat().some((stride) => stride !== 0);
    out.push(new Source(stretchText(`...repeated<${type}>(${count}, (${grows ? 'k' : ''}) => `, made, indent)));
    at += period * count;
  }
  return out;
}

/** Fewer repetitions read better written out. */
const fewest = 3;
const longestPeriod = 32;

const stretchText = (call: string, made: readonly Literal[], indent: number): string =>
  `${call}${literalText(made, `${' '.repeat(indent)}${call}`, indent)})`;

/** An item with its whole numbers, those inside names too, taken out. */
interface Pattern {
  readonly text: string;
  readonly numbers: readonly number[];
}

const wholeNumber = /(?<![\d.])(?:0|[1-9]\d{0,8})(?![\d.])/g;

function patternOf(item: Literal): Pattern {
  const numbers: number[] = [];
  const visit = (value: Literal): string => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) {
      numbers.push(value);
      return '#';
    }
    if (value instanceof Entry && value.at !== null) {
      numbers.push(value.at);
      return `${value.list}[#]${value.field}`;
    }
    if (typeof value === 'string')
      return quote(
        value.replace(wholeNumber, (digits) => {
          numbers.push(Number(digits));
          return '#';
        }),
      );
    if (value === null || typeof value !== 'object' || value instanceof Source) return flatText(value);
    return isList(value)
      ? `[${value.map(visit).join()}]`
      : `{${fieldsOf(value)
          .map(([name, inner]) => `${name}:${visit(inner)}`)
          .join()}}`;
  };
  return { text: visit(item), numbers };
}

const stridesOf = (first: Pattern | undefined, second: Pattern | undefined): readonly number[] =>
  (first?.numbers ?? []).map((number, k) => (second?.numbers[k] ?? Number.NaN) - number);

/** The stretch from `at` on that saves most items. */
function longestStretch(patterns: readonly Pattern[], at: number): { readonly period: number; readonly count: number } {
  let best = { period: 1, count: 1 };
  for (let period = 1; period <= Math.min(longestPeriod, (patterns.length - at) / fewest); period += 1) {
    let count = 1;
    while (at + period * (count + 1) <= patterns.length && continues(patterns, at, period, count)) count += 1;
    if (count >= fewest && period * (count - 1) > best.period * (best.count - 1)) best = { period, count };
  }
  return best;
}

/** Is repetition `count` what the first two, spaced evenly, make of it? */
function continues(patterns: readonly Pattern[], at: number, period: number, count: number): boolean {
  for (let j = 0; j < period; j += 1) {
    const [first, second, here] = [at + j, at + j + period, at + j + period * count].map((place) => patterns[place]);
    if (first === undefined || here === undefined || first.text !== here.text) return false;
    const strides = stridesOf(first, second);
    if (here.numbers.some((number, k) => number !== (first.numbers[k] ?? 0) + count * (strides[k] ?? 0))) return false;
  }
  return true;
}

/** The item at repetition k. */
function rolled(item: Literal, strides: readonly number[]): Literal {
  let at = 0;
  const take = (): number => {
    at += 1;
    return strides[at - 1] ?? 0;
  };
  const visit = (value: Literal): Literal => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) {
      const stride = take();
      return stride === 0 ? value : new Source(lineText(value, stride));
    }
    if (value instanceof Entry && value.at !== null) {
      const stride = take();
      return stride === 0 ? value : new Source(`${value.list}[${lineText(value.at, stride)}]!${value.field}`);
    }
    if (typeof value === 'string') {
      const strides: number[] = [];
      const template = value
        .split(new RegExp(`(${wholeNumber.source})`))
        .map((piece, k) => {
          if (k % 2 === 0) return escaped(piece);
          const stride = take();
          strides.push(stride);
          return stride === 0 ? piece : `\${${lineText(Number(piece), stride)}}`;
        })
        .join('');
      return strides.some((stride) => stride !== 0) ? new Source(`\`${template}\``) : value;
    }
    if (value === null || typeof value !== 'object' || value instanceof Source) return value;
    return isList(value)
      ? value.map(visit)
      : Object.fromEntries(fieldsOf(value).map(([name, inner]) => [name, visit(inner)]));
  };
  return visit(item);
}

/** start + stride · k */
export function lineText(start: number, stride: number): string {
  const slope = stride === 1 ? 'k' : `${stride} * k`;
  if (stride === -1) return `${start} - k`;
  return start === 0 ? slope : start > 0 ? `${slope} + ${start}` : `${slope} - ${-start}`;
}

/** As the inside of a template. */
export const escaped = (text: string): string =>
  quote(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/`|\$\{/g, '\\$&');
