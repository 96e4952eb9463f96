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
