/** Greek letters as LaTeX commands; those that LaTeX has none for are the upright Latin letters that they look like. */
const commands: ReadonlyMap<string, string> = new Map([
  ['α', '{\\alpha}'],
  ['β', '{\\beta}'],
  ['γ', '{\\gamma}'],
  ['δ', '{\\delta}'],
  ['ε', '{\\varepsilon}'],
  ['ζ', '{\\zeta}'],
  ['η', '{\\eta}'],
  ['θ', '{\\theta}'],
  ['ι', '{\\iota}'],
  ['κ', '{\\kappa}'],
  ['λ', '{\\lambda}'],
  ['μ', '{\\mu}'],
  ['ν', '{\\nu}'],
  ['ξ', '{\\xi}'],
  ['π', '{\\pi}'],
  ['ρ', '{\\rho}'],
  ['σ', '{\\sigma}'],
  ['τ', '{\\tau}'],
  ['υ', '{\\upsilon}'],
  ['φ', '{\\varphi}'],
  ['χ', '{\\chi}'],
  ['ψ', '{\\psi}'],
  ['ω', '{\\omega}'],
  ['Γ', '{\\Gamma}'],
  ['Δ', '{\\Delta}'],
  ['Θ', '{\\Theta}'],
  ['Λ', '{\\Lambda}'],
  ['Ξ', '{\\Xi}'],
  ['Π', '{\\Pi}'],
  ['Σ', '{\\Sigma}'],
  ['Υ', '{\\Upsilon}'],
  ['Φ', '{\\Phi}'],
  ['Ψ', '{\\Psi}'],
  ['Ω', '{\\Omega}'],
  ['ς', '{\\varsigma}'],
  ['ϑ', '{\\vartheta}'],
  ['ϕ', '{\\phi}'],
  ['ϵ', '{\\epsilon}'],
  ['Α', '{\\mathrm{A}}'],
  ['Β', '{\\mathrm{B}}'],
  ['Ε', '{\\mathrm{E}}'],
  ['Ζ', '{\\mathrm{Z}}'],
  ['Η', '{\\mathrm{H}}'],
  ['Ι', '{\\mathrm{I}}'],
  ['Κ', '{\\mathrm{K}}'],
  ['Μ', '{\\mathrm{M}}'],
  ['Ν', '{\\mathrm{N}}'],
  ['Ο', '{\\mathrm{O}}'],
  ['Ρ', '{\\mathrm{P}}'],
  ['Τ', '{\\mathrm{T}}'],
  ['Χ', '{\\mathrm{X}}'],
  ['ο', '{\\mathrm{o}}'],
]);

/** Authors may use Greek letters in names; LaTeX wants them as commands. */
export const greekCommands = (math: string): string =>
  math.replace(/[\u0370-\u03ff]/g, (letter) => commands.get(letter) ?? letter);

/** `1 <= l <= n-1` in LaTeX. */
export const rangeLatex = (range: string): string => range.replaceAll('<=', '\\le');

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

const isCommand = (latex: string, at: number, name: string): boolean =>
  latex.startsWith(name, at) && !/[a-zA-Z]/.test(latex[at + name.length] ?? '');

interface Unit {
  /** Where it ends. */
  readonly end: number;
  /** The unit with `inside` done to the groups in it. */
  readonly text: string;
}

/**
 * One unit of a formula: a group in braces, a command with its arguments, a pair of \left and \right, or a character.
 */
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
  for (let at = 0; at < latex.length;) {
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
