/** `1 <= l <= n-1` in LaTeX. */
export const rangeLatex = (range: string): string => range.replaceAll('<=', '\\le');

/** Roughly the characters that a formula takes on paper: commands count as one, braces as none. */
function printedLength(latex: string): number {
  return latex.replace(/\\(?:left|right|operatorname|mathrm|mathbf|mathcal)(?![a-zA-Z])/g, '').replace(/\\[a-zA-Z]+/g, 'x').replace(/[{}^_\s]/g, '').length;
}

/** The end of the group that opens with the brace at `open`. */
function groupEnd(latex: string, open: number): number {
  let depth = 0;
  for (let at = open; at < latex.length; at += 1) {
    if (latex[at] === '{') depth += 1;
    else if (latex[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return latex.length;
}

/** `λ ≥ \\frac{N}{D}` with an N too long for a line, as `λ ≥ (N) / (D)`, whose N can be broken. */
function unfolded(latex: string, limit: number): string {
  const open = /^[^{}]*(?:_\{[^{}]*\}[^{}]*)?\\ge \\frac(?=\{)/.exec(latex)?.[0].length;
  if (open === undefined) return latex;
  const middle = groupEnd(latex, open);
  const end = groupEnd(latex, middle + 1);
  const numerator = latex.slice(open + 1, middle);
  if (end !== latex.length - 1 || printedLength(numerator) <= limit) return latex;
  return `${latex.slice(0, open - '\\frac'.length)}\\bigl( ${numerator} \\bigr) / \\bigl( ${latex.slice(middle + 2, end).replaceAll(' - ', ' \\mathbin{-} ')} \\bigr)`;
}

/**
 * Breaks a formula in front of + and − that stand outside all brackets into pieces of about `limit` printed characters;
 * a piece that cannot be broken stays whole.
 */
export function breakFormula(whole: string, limit: number): readonly string[] {
  const latex = unfolded(whole, limit);
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < latex.length; at += 1) {
    const character = latex[at];
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (latex.startsWith('\\left', at) && !/[a-zA-Z]/.test(latex[at + 5] ?? '')) depth += 1;
    else if (latex.startsWith('\\right', at) && !/[a-zA-Z]/.test(latex[at + 6] ?? '')) depth -= 1;
    else if (depth === 0 && at > start && (latex.startsWith(' + ', at) || latex.startsWith(' - ', at))) {
      pieces.push(latex.slice(start, at).trim());
      start = at;
    }
  }
  pieces.push(latex.slice(start).trim());
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && printedLength(last) + printedLength(piece) <= limit) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

const isCommand = (latex: string, at: number, name: string): boolean => latex.startsWith(name, at) && !/[a-zA-Z]/.test(latex[at + name.length] ?? '');

interface Unit {
  /** Where it ends. */
  readonly end: number;
  /** The unit with `inside` done to the groups in it. */
  readonly text: string;
}

/** One unit of a formula: a group in braces, a command with its arguments, a pair of \left and \right, or a character. */
function unitAt(latex: string, from: number, inside: (latex: string) => string): Unit {
  if (latex[from] === '{') {
    const end = Math.min(groupEnd(latex, from) + 1, latex.length);
    return { end, text: `{${inside(latex.slice(from + 1, end - 1))}}` };
  }
  if (isCommand(latex, from, '\\left')) {
    const start = unitAt(latex, from + '\\left'.length, inside).end;
    let at = start;
    while (at < latex.length && !isCommand(latex, at, '\\right')) at = unitAt(latex, at, inside).end;
    const end = unitAt(latex, at + '\\right'.length, inside).end;
    return { end, text: latex.slice(from, start) + inside(latex.slice(start, at)) + latex.slice(at, end) };
  }
  const word = /^\\(?:[a-zA-Z]+|[^a-zA-Z])/.exec(latex.slice(from, from + 40))?.[0] ?? latex[from] ?? '';
  let unit: Unit = { end: from + Math.max(1, word.length), text: word };
  while (/^\\[a-zA-Z]/.test(word) && latex[unit.end] === '{') {
    const group = unitAt(latex, unit.end, inside);
    unit = { end: group.end, text: unit.text + group.text };
  }
  return unit;
}

/**
 * TeX refuses a second superscript or subscript on one base, as in `G^{u}_{1}^{\top}`: braces around the base with its
 * first scripts make it a new one.
 */
export function singleScripts(latex: string): string {
  let out = '';
  let base = 0;
  let seen = '';
  for (let at = 0; at < latex.length; ) {
    const mark = latex[at] ?? '';
    const isScript = mark === '^' || mark === '_';
    const { end, text } = unitAt(latex, isScript ? at + 1 : at, singleScripts);
    if (!isScript) {
      base = out.length;
      seen = '';
    } else if (seen.includes(mark)) {
      out = `${out.slice(0, base)}{${out.slice(base)}}`;
      seen = mark;
    } else seen += mark;
    out += isScript ? mark + text : text;
    at = end;
  }
  return out;
}
