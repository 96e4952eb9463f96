import {
  functionWidth,
  italicWidth,
  letterWidth,
  operatorWidth,
  relationWidth,
  scriptWidth,
  sizeOf,
  space,
  spaces,
  uprightWidth,
} from './latex-metrics.js';

/**
 * A formula as units: what TeX sets as one thing, with its width in points. The reader knows the LaTeX that the
 * printers and the rules write, and takes for wide what it does not know.
 */
export interface Unit {
  readonly latex: string;
  /** Spaces around it included. */
  readonly width: number;
  readonly kind: 'atom' | 'operator' | 'product' | 'relation' | 'comma' | 'space';
  /** How tall: a fraction or matrix inside makes tall brackets. */
  readonly isTall: boolean;
  /** What it is made of, if it can be taken apart where no line is long enough for it. */
  readonly inside: Inside | null;
}

/** Pieces between `open` and `close`, with something between one another; scripts stay with the closing bracket. */
export interface Inside {
  readonly open: string;
  readonly close: string;
  readonly parts: readonly (readonly Unit[])[];
  readonly between: readonly string[];
}

interface Read {
  readonly unit: Unit;
  readonly end: number;
}

const atom = (latex: string, width: number, isTall = false, inside: Inside | null = null): Unit => ({
  latex,
  width,
  kind: 'atom',
  isTall,
  inside,
});
const total = (units: readonly Unit[]): number => units.reduce((sum, { width }) => sum + width, 0);

/** The group that begins with the brace at `open`, without its braces, and where it ends. */
function group(latex: string, open: number): { readonly body: string; readonly end: number } {
  let depth = 0;
  for (let at = open; at < latex.length; at += 1) {
    if (latex[at] === '\\') at += 1;
    else if (latex[at] === '{') depth += 1;
    else if (latex[at] === '}') depth -= 1;
    if (depth === 0) return { body: latex.slice(open + 1, at), end: at + 1 };
  }
  return { body: latex.slice(open + 1), end: latex.length };
}

/** A group in braces or a single sign. */
function argument(latex: string, from: number): { readonly body: string; readonly end: number } {
  let at = from;
  while (latex[at] === ' ') at += 1;
  if (latex[at] === '{') return group(latex, at);
  const end = at + (/^\\(?:[a-zA-Z]+|.)/.exec(latex.slice(at))?.[0] ?? latex[at] ?? '').length;
  return { body: latex.slice(at, end), end };
}

/** The place of the \right (or \end) that belongs to what opened before `from`. */
function closing(latex: string, from: number, opens: RegExp, closes: RegExp): number {
  let depth = 1;
  for (let at = from; at < latex.length; at += 1) {
    if (latex[at] !== '\\') continue;
    const rest = latex.slice(at, at + 16);
    if (opens.test(rest)) depth += 1;
    else if (closes.test(rest)) depth -= 1;
    if (depth === 0) return at;
    at += 1;
  }
  return latex.length;
}

const delimiter = (latex: string, from: number): string => /^\\(?:[a-zA-Z]+|.)|^./.exec(latex.slice(from))?.[0] ?? '';

/** \left … \right: brackets grow with what they hold. */
function bracketed(latex: string, from: number, level: number): Read {
  const open = delimiter(latex, from + 5);
  const start = from + 5 + open.length;
  const last = closing(latex, start, /^\\left(?![a-zA-Z])/, /^\\right(?![a-zA-Z])/);
  const close = delimiter(latex, last + 6);
  const end = last + 6 + close.length;
  const body = units(latex.slice(start, last), level);
  const isTall = body.some((unit) => unit.isTall);
  const side = (mark: string): number => (mark.includes('|') || mark === '.' ? 3.4 : isTall ? 8 : 5.98) * sizeOf(level);
  const big = isTall ? '\\Bigg' : '\\big';
  const inside: Inside = { open: `${big}l${open}`, close: `${big}r${close}`, parts: [body], between: [] };
  // An inner formula keeps thin spaces around it.
  return {
    unit: atom(latex.slice(from, end), total(body) + side(open) + side(close) + 2 * space.thin, isTall, inside),
    end,
  };
}

function matrix(latex: string, from: number, level: number): Read {
  const start = from + '\\begin{bmatrix}'.length;
  const last = closing(latex, start, /^\\begin(?![a-zA-Z])/, /^\\end(?![a-zA-Z])/);
  const end = last + '\\end{bmatrix}'.length;
  const rows = latex
    .slice(start, last)
    .split(' \\\\ ')
    .map((row) => row.split(' & ').map((cell) => units(cell, level)));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(0, ...rows.map((row) => total(row[at] ?? []))));
  const inside: Inside = {
    open: '\\bigl[\\,',
    close: '\\,\\bigr]',
    parts: rows.flat(),
    between: rows.flatMap((row, i) =>
      row.map((_, j) => (j < row.length - 1 ? ',\\; ' : i < rows.length - 1 ? ';\\quad ' : '')),
    ),
  };
  return {
    unit: atom(
      latex.slice(from, end),
      widths.reduce((sum, width) => sum + width + 10, 8),
      true,
      inside,
    ),
    end,
  };
}

function command(latex: string, from: number, level: number): Read {
  const name = /^\\(?:[a-zA-Z]+|[^])/.exec(latex.slice(from, from + 40))?.[0] ?? '\\';
  const next = from + name.length;
  const plain = (width: number, kind: Unit['kind'] = 'atom'): Read => ({
    unit: { ...atom(name, width), kind },
    end: next,
  });
  const size = sizeOf(level);
  const loose = level === 0 ? 1 : 0;
  const [gap, relation, operator] = [spaces.get(name), relationWidth(name), operatorWidth(name)];
  if (gap !== undefined) return plain(gap, 'space');
  if (relation !== undefined) return plain(relation * size + loose * 2 * space.relation, 'relation');
  if (name === '\\mathbin' || name === '\\mathrel') {
    const { body, end } = argument(latex, next);
    const isRelation = name === '\\mathrel';
    return {
      unit: {
        ...atom(latex.slice(from, end), total(units(body, level)) + 2 * (isRelation ? space.relation : space.operator)),
        kind: isRelation ? 'relation' : 'operator',
      },
      end,
    };
  }
  if (operator !== undefined)
    return plain(operator * size + loose * 2 * space.operator, name === '\\pm' ? 'atom' : 'product');
  const letter = letterWidth(name);
  if (letter !== undefined) return plain(letter * size);
  const called = functionWidth(name);
  if (called !== undefined) return plain(called * size + 2 * space.thin);
  if (name === '\\left') return bracketed(latex, from, level);
  if (name === '\\begin') return matrix(latex, from, level);
  if (name === '\\frac' || name === '\\tfrac') return fraction(latex, from, next, level);
  if (/^\\[bB]igg?[lrm]?$/.test(name)) {
    const mark = delimiter(latex, next);
    return { unit: atom(name + mark, 8), end: next + mark.length };
  }
  return (
    withArgument(name, latex, from, level) ??
    plain(name.length === 2 ? 5.1 * size : name === '\\textstyle' || name === '\\displaystyle' ? 0 : 10 * size)
  );
}

function fraction(latex: string, from: number, next: number, level: number): Read {
  const above = argument(latex, next);
  const below = argument(latex, above.end);
  const [numerator, denominator] = [units(above.body, level), units(below.body, level)];
  const bracket = (body: readonly Unit[]): readonly Unit[] =>
    body.length === 1 ? body : [atom('\\bigl(', 4.6), ...body, atom('\\bigr)', 4.6)];
  const inside: Inside = {
    open: '',
    close: '',
    parts: [bracket(numerator), bracket(denominator)],
    between: [' \\big/ '],
  };
  return {
    unit: atom(
      latex.slice(from, below.end),
      Math.max(total(numerator), total(denominator)) + 2.5 + 2 * space.thin,
      true,
      inside,
    ),
    end: below.end,
  };
}

function withArgument(name: string, latex: string, from: number, level: number): Read | null {
  const { body, end } = argument(latex, from + name.length);
  const whole = latex.slice(from, end);
  const size = sizeOf(level);
  const written = body.replace(/\\_/g, '_');
  switch (name) {
    case '\\mathrm':
    case '\\operatorname':
      return {
        unit: atom(
          whole,
          (/\\/.test(written) ? total(units(body, level)) : uprightWidth(written) * size) +
            (name === '\\mathrm' ? 0 : 2 * space.thin),
        ),
        end,
      };
    case '\\text':
      return { unit: atom(whole, uprightWidth(written) * size), end };
    case '\\mathbf':
      return { unit: atom(whole, 1.16 * uprightWidth(written) * size), end };
    case '\\mathcal':
      return { unit: atom(whole, scriptWidth(written) * size), end };
    case '\\mathbb':
    case '\\mathfrak':
      return { unit: atom(whole, 7.8 * [...written].length * size), end };
    case '\\tilde':
    case '\\hat':
      return { unit: atom(whole, total(units(body, level)) + 0.8), end };
    case '\\sqrt':
      return { unit: atom(whole, total(units(body, level)) + 10.5 * size, true), end };
    default:
      return null;
  }
}

const operatorMarks = new Set(['+', '-', '*']);
const relationMarks = new Set(['=', '<', '>', ':']);

function single(latex: string, at: number, level: number): Read {
  const mark = String.fromCodePoint(latex.codePointAt(at) ?? 32);
  const end = at + mark.length;
  const size = sizeOf(level);
  const loose = level === 0 ? 1 : 0;
  if (mark === ':' && latex[end] === '=')
    return { unit: { ...atom(':=', 10.6 * size + loose * 2 * space.relation), kind: 'relation' }, end: end + 1 };
  if (operatorMarks.has(mark))
    return { unit: { ...atom(mark, 7.8 * size + loose * 2 * space.operator), kind: 'operator' }, end };
  if (relationMarks.has(mark))
    return { unit: { ...atom(mark, 7.8 * size + loose * 2 * space.relation), kind: 'relation' }, end };
  if (mark === ',' || mark === ';')
    return { unit: { ...atom(mark, 2.78 * size + loose * space.thin), kind: 'comma' }, end };
  if (mark === ' ') return { unit: { ...atom(' ', 0), kind: 'space' }, end };
  return { unit: atom(mark, italicWidth(mark) * size), end };
}

function base(latex: string, at: number, level: number): Read {
  if (latex[at] === '\\') return command(latex, at, level);
  if (latex[at] !== '{') return single(latex, at, level);
  const { body, end } = group(latex, at);
  const held = units(body, level);
  return {
    unit: atom(
      latex.slice(at, end),
      total(held),
      held.some(({ isTall }) => isTall),
    ),
    end,
  };
}

/** A unit with the scripts that follow it: below and above one another they take the room of the wider one. */
function scripted(latex: string, at: number, level: number): Read {
  const { unit, end: start } = base(latex, at, level);
  let [end, widest] = [start, 0];
  const isLimits = unit.latex === '\\sum';
  while (latex[end] === '^' || latex[end] === '_' || latex[end] === "'") {
    if (latex[end] === "'") {
      [widest, end] = [Math.max(widest, 2.8), end + 1];
      continue;
    }
    const { body, end: after } = argument(latex, end + 1);
    [widest, end] = [Math.max(widest, total(units(body, level + 1)) + 0.5), after];
  }
  const scripts = latex.slice(start, end);
  const wide = isLimits ? Math.max(14.5, widest) + space.thin : unit.width + widest;
  const inside =
    unit.inside === null
      ? null
      : { ...unit.inside, close: `${unit.inside.close === '' && scripts !== '' ? '{}' : unit.inside.close}${scripts}` };
  return { unit: { ...unit, latex: unit.latex + scripts, width: wide, inside, isTall: unit.isTall || isLimits }, end };
}

/** The units of a formula; `level` 0 is a formula, 1 and 2 are scripts. */
export function units(latex: string, level = 0): readonly Unit[] {
  const found: Unit[] = [];
  for (let at = 0; at < latex.length;) {
    const { unit, end } = scripted(latex, at, level);
    at = Math.max(end, at + 1);
    const before = found.findLast(({ kind }) => kind !== 'space');
    // A minus that opens a formula or follows another sign is no operator: nothing may break there.
    const isSign = unit.kind === 'operator' && (before === undefined || before.kind !== 'atom');
    found.push(isSign ? { ...unit, kind: 'atom' } : unit);
  }
  return found;
}

/** How wide a formula is set, in points; a little more rather than less. */
export const formulaWidth = (latex: string): number => total(units(latex));
