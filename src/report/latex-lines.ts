import type { Inside, Unit } from './latex-units.js';
import { units } from './latex-units.js';

/** One line of a formula. */
export interface FormulaLine {
  readonly latex: string;
  /** In points. */
  readonly width: number;
}

/** What stays together on a line, and how bad a break in front of it is. */
interface Token extends FormulaLine {
  /** Relations before sums, outer brackets before inner ones, factors last; null: no break. */
  readonly rank: number | null;
}

const factorRank = 1000;
/** A space after a backslash is a command. */
const trimmed = (latex: string): string => latex.replace(/^\s+|(?<!\\)\s+$/g, '');
const total = (tokens: readonly { readonly width: number }[]): number =>
  tokens.reduce((sum, { width }) => sum + width, 0);
const text = (parts: readonly { readonly latex: string }[]): string => parts.map(({ latex }) => latex).join('');

/** The summands and sides of relations: each piece begins with its sign, a comma ends one. */
function pieces(body: readonly Unit[]): readonly (readonly Unit[])[] {
  const found: Unit[][] = [[]];
  for (const [at, unit] of body.entries()) {
    const isSign = unit.kind === 'operator' || unit.kind === 'relation';
    if (at > 0 && (isSign || body[at - 1]?.kind === 'comma')) found.push([]);
    found[found.length - 1]?.push(unit);
  }
  return found;
}

function tokensOf(body: readonly Unit[], limit: number, depth: number, rank: number | null): readonly Token[] {
  return pieces(body).flatMap((piece, at) => {
    const isRelation = piece[0]?.kind === 'relation';
    const own = at === 0 ? rank : 2 * depth + (isRelation ? 0 : 1);
    return total(piece) <= limit
      ? [{ latex: text(piece), width: total(piece), rank: own }]
      : opened(piece, limit, depth, own);
  });
}

/** A piece too long for any line: its factors stand apart, and brackets that are too long by themselves are opened. */
function opened(piece: readonly Unit[], limit: number, depth: number, rank: number | null): readonly Token[] {
  return piece.flatMap((unit, at) => {
    const own =
      at === 0
        ? rank
        : isFactor(
              unit,
              piece.slice(0, at).findLast(({ kind }) => kind !== 'space'),
            )
          ? factorRank + depth
          : null;
    return unit.inside !== null && unit.width > limit
      ? unpacked(unit.inside, limit, depth, own)
      : [{ latex: unit.latex, width: unit.width, rank: own }];
  });
}

function unpacked(
  { open, close, parts, between }: Inside,
  limit: number,
  depth: number,
  rank: number | null,
): readonly Token[] {
  const bracket = (latex: string): readonly Token[] => (latex === '' ? [] : [{ latex, width: 8, rank: null }]);
  const inner = parts.flatMap((part, at) => [
    ...tokensOf(part, limit, depth + 1, at === 0 ? null : 2 * depth + 2),
    ...bracket(between[at] ?? ''),
  ]);
  return [...bracket(open), ...inner, ...bracket(close)].map((token, at) => (at === 0 ? { ...token, rank } : token));
}

const isFunction = ({ latex }: Unit): boolean => /^\\(?:operatorname|min|max|exp)(?![a-z])/.test(latex);

/** Whether a line may begin with the factor; the vector of ones stays with the matrix whose rows it sums. */
const isFactor = (unit: Unit, before: Unit | undefined): boolean =>
  unit.kind === 'product' ||
  (unit.kind === 'atom' && before?.kind === 'atom' && !isFunction(before) && !unit.latex.startsWith('\\mathbf{1}'));

/** Tokens that no break may part are one. */
function joined(tokens: readonly Token[]): readonly Token[] {
  const found: Token[] = [];
  for (const token of tokens) {
    const last = found.at(-1);
    if (last === undefined || token.rank !== null) found.push(token);
    else
      found[found.length - 1] = { latex: last.latex + token.latex, width: last.width + token.width, rank: last.rank };
  }
  return found;
}

/** The end of the line that begins at `start`. */
function lineEnd(tokens: readonly Token[], start: number, width: number): number {
  let [used, best, rank] = [0, start + 1, Number.POSITIVE_INFINITY];
  for (let at = start; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (at > start) {
      const here = token.rank ?? Number.POSITIVE_INFINITY;
      // A line that is nearly empty wastes more than a break at a worse place.
      if (used < width / 3) best = at;
      else if (here <= rank) [best, rank] = [at, here];
    }
    used += token.width;
    if (used > width) return best;
  }
  return tokens.length;
}

/**
 * A formula in lines of at most `first` points and then `rest` points, broken in front of relations, + and −, outermost
 * brackets first. Brackets and fractions are opened where they are longer than a line. Only a single sign can be wider.
 */
export function formulaLines(latex: string, first: number, rest: number = first): readonly FormulaLine[] {
  const whole = units(latex);
  if (total(whole) <= first) return [{ latex: trimmed(latex), width: total(whole) }];
  const tokens = joined(tokensOf(whole, Math.min(first, rest) - 12, 0, null));
  const lines: FormulaLine[] = [];
  for (let start = 0; start < tokens.length;) {
    const end = lineEnd(tokens, start, lines.length === 0 ? first : rest - 12);
    const line = tokens.slice(start, end);
    const isProduct = start > 0 && (line[0]?.rank ?? 0) >= factorRank && !/^\s*\\(?:circ|cdot)/.test(text(line));
    lines.push({
      latex: `${start === 0 ? '' : isProduct ? '{}\\cdot ' : '{}'}${trimmed(text(line))}`,
      width: total(line) + (isProduct ? 8 : 0),
    });
    start = end;
  }
  return lines;
}

/** A line that is too wide all the same, a name of sixty letters, is scaled down to the width that there is. */
export const fitted = ({ latex, width }: FormulaLine, limit: number): string =>
  width <= limit ? latex : `\\resizebox{${Math.floor(limit - 4)}pt}{!}{$\\displaystyle ${latex}$}`;
