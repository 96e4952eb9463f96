import { tilde } from '../expr/naming.js';
import { greekCommands, singleScripts } from './latex-math.js';
import { length } from './wrap.js';

const special: ReadonlyMap<string, string> = new Map([
  ['\\', '\\textbackslash{}'],
  ['~', '\\textasciitilde{}'],
  ['^', '\\textasciicircum{}'],
  ['|', '\\textbar{}'],
  ['<', '\\textless{}'],
  ['>', '\\textgreater{}'],
  ...['{', '}', '$', '&', '#', '_', '%'].map((mark) => [mark, `\\${mark}`] as const),
  ['−', '\\ensuremath{-}'],
  ['≤', '\\ensuremath{\\le}'],
  ['≥', '\\ensuremath{\\ge}'],
  ['≠', '\\ensuremath{\\ne}'],
  ['≼', '\\ensuremath{\\preceq}'],
  ['≻', '\\ensuremath{\\succ}'],
  ['≽', '\\ensuremath{\\succeq}'],
  ['∘', '\\ensuremath{\\circ}'],
  ['·', '\\ensuremath{\\cdot}'],
  ['‖', '\\ensuremath{\\Vert}'],
  ['√', '\\ensuremath{\\surd}'],
  ['±', '\\ensuremath{\\pm}'],
  ['∀', '\\ensuremath{\\forall}'],
  ['→', '\\ensuremath{\\to}'],
  ['←', '\\ensuremath{\\leftarrow}'],
  ['…', '\\dots{}'],
  ['𝓛', '\\ensuremath{\\mathcal{L}}'],
  ['Ẑ', '\\ensuremath{\\hat Z}'],
]);

/** What stands raised in Unicode, and as what in an exponent. */
const raised: ReadonlyMap<string, string> = new Map([
  ['ᵀ', '\\top'],
  ['⁻', '-'],
  ...Array.from('⁰¹²³⁴⁵⁶⁷⁸⁹').map((digit, value) => [digit, String(value)] as const),
]);
const raisedMarks = `[${[...raised.keys()].join('')}]`;
const raisedRun = new RegExp(`${raisedMarks}+`, 'gu');
const exponent = (marks: string): string => Array.from(marks, (mark) => raised.get(mark) ?? mark).join('');

const accents: ReadonlyMap<string, string> = new Map([
  [tilde, 'tilde'],
  ['\u0302', 'hat'],
]);

function escapedCharacter(character: string): string {
  const known = special.get(character);
  if (known !== undefined) return known;
  const [base = '', mark] = [...character];
  const accent = mark === undefined ? undefined : accents.get(mark);
  if (accent !== undefined) return `\\ensuremath{\\${accent}{${greekCommands(base)}}}`;
  if (/[\u0370-\u03ff]/.test(character) || scriptCommand(character) !== null)
    return `\\ensuremath{${scriptCommand(character) ?? greekCommands(character)}}`;
  return character;
}

/** Script capitals and Fraktur letters as commands. */
function scriptCommand(character: string): string | null {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x1d4d0 && code < 0x1d4ea) return `\\mathcal{${String.fromCharCode(code - 0x1d4d0 + 65)}}`;
  return code >= 0x1d51e && code < 0x1d538 ? `\\mathfrak{${String.fromCharCode(code - 0x1d51e + 97)}}` : null;
}

/** Running text: nothing in it may act as LaTeX, and mathematical signs become their commands. */
export function escapeLatex(text: string): string {
  const plain = (part: string): string => (part.match(/[^]\p{M}?/gu) ?? []).map(escapedCharacter).join('');
  const runs = text.match(raisedRun) ?? [];
  return text
    .split(raisedRun)
    .map((part, at) => plain(part) + (runs[at] === undefined ? '' : `\\ensuremath{^{${exponent(runs[at])}}}`))
    .join('');
}

const longest = 20;

/** A piece between marks, broken inside only where it is too long by itself. */
const piecesOf = (piece: string): readonly string[] =>
  length(piece) <= longest ? [piece] : (piece.match(/.{1,10}[_.,;:/()[\]-]*/gsu) ?? []);

/**
 * Text of a file: words longer than TeX can find a place for may be broken after marks, `parameterize/` and
 * `multiplier-equality`.
 */
export function breakable(text: string): string {
  const words = text.split(/(\s+)/);
  return words
    .map((word) =>
      length(word) <= longest
        ? escapeLatex(word)
        : (word.match(/[^_.,;:/()[\]-]+[_.,;:/()[\]-]*|[_.,;:/()[\]-]+/gu) ?? [])
            .flatMap(piecesOf)
            .map(escapeLatex)
            .join('\\allowbreak{}'),
    )
    .join('');
}

/** Code in typewriter type. */
export const typewriter = (text: string): string => `\\texttt{${breakable(text)}}`;

// Private-use characters, which no name and no file brings along, around formulas in prose.
const [open, close] = ['\ue000', '\ue001'];
export const markMath = (latex: string): string => `${open}${latex}${close}`;

/** Prose in which `markMath` has marked the formulas; superscripts right after one belong to it. */
export function proseLatex(prose: string): string {
  const parts = prose.split(new RegExp(`${open}([^${close}]*)${close}(${raisedMarks}*)`, 'u'));
  return parts
    .map((part, at) => {
      if (at % 3 === 0) return escapeLatex(part.replaceAll('<=', '≤').replaceAll('>=', '≥'));
      if (at % 3 === 2) return '';
      const above = exponent(parts[at + 1] ?? '');
      return `$${above === '' ? part : singleScripts(`${part}^{${above}}`)}$`;
    })
    .join('');
}
