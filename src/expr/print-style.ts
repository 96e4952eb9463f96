import type { Index, Label } from '../base/label.js';
import { indexText } from '../base/label.js';
import { frakturOf, hat, inGreek, isGreek, scriptOf, tilde } from './naming.js';
import { powerOfTwo } from './numerals.js';

/** How symbols, numbers and signs are written, as text and as LaTeX. Where they stand is the printer's (`print.ts`). */

/** The name without its combining mark, and the mark if there is one. */
const splitMark = (name: string, mark: string): readonly [string, string] =>
  name.endsWith(mark) ? [name.slice(0, -mark.length), mark] : [name, ''];

export interface Style {
  /** A name of the author's. */
  readonly symbol: (name: string, at: Label) => string;
  /** A name of the derivation's. */
  readonly derived: (name: string, at: Label) => string;
  /** A name of the derivation's that belongs to two signals. */
  readonly pair: (name: string, at: string, other: string) => string;
  /** The index alone, of a label that has no name. */
  readonly index: (at: Index) => string;
  readonly matrix: (rows: readonly (readonly string[])[]) => string;
  readonly words: Readonly<
    Record<'transpose' | 'inverse' | 'inverse-transpose' | 'ones' | 'hadamard' | 'minus' | 'join' | 'times', string>
  >;
  readonly number: (value: number) => string;
  readonly power: (base: string, exponent: number) => string;
  readonly abs: (body: string) => string;
  readonly group: (body: string) => string;
  readonly call: (name: string, body: string) => string;
  readonly quotient: (numerator: string, denominator: string) => string;
  readonly sqrt: (body: string) => string;
  readonly rangeSum: (from: string, to: string, body: string) => string;
}

export const bare: Label = { name: '', index: null };

const superscript: Readonly<Record<string, string>> = { 2: '²', 3: '³', 4: '⁴' };
const raised = (exponent: number): string =>
  [...String(exponent)]
    .map((digit) =>
      digit === '-' ? '⁻' : (['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][Number(digit)] ?? digit),
    )
    .join('');

export const textStyle: Style = {
  symbol: (name, at) => `${name}${at.index === null ? '' : `[${indexText(at.index)}]`}`,
  derived: (name, at) => `${inGreek(name)}${at.index === null ? '' : `[${indexText(at.index)}]`}`,
  pair: (name, at, other) => `${inGreek(name)}[${at}, ${other}]`,
  index: indexText,
  matrix: (rows) => `[${rows.map((row) => row.join(', ')).join('; ')}]`,
  words: {
    transpose: 'ᵀ',
    inverse: '⁻¹',
    'inverse-transpose': '⁻ᵀ',
    ones: '1',
    hadamard: ' ∘ ',
    minus: '−',
    join: ' ',
    times: ' · ',
  },
  number: (value) => powerOfTwo(value, (exponent) => `2${raised(exponent)}`) ?? String(value),
  power: (base, exponent) => `${base}${superscript[exponent] ?? `^${exponent}`}`,
  abs: (body) => `|${body}|`,
  group: (body) => `(${body})`,
  call: (name, body) => `${name}(${body})`,
  quotient: (numerator, denominator) => `${numerator} / ${denominator}`,
  sqrt: (body) => `√(${body})`,
  rangeSum: (from, to, body) => `Σ_{l=${from}..${to}} ${body}`,
};

/** `lambda_u` → `\lambda^{(u)}`: the index stands below, the family above, in brackets since it is no power. */
function latexDerived(name: string): string {
  const [first = name, ...rest] = name.split('_');
  const family = rest.join('\\_');
  return family === ''
    ? latexLetter(first)
    : `${latexLetter(first)}^{(${[...family].length === 1 ? family : `\\mathrm{${family}}`})}`;
}

/** A letter of the derivation's: a Greek one by its word, one in script or Fraktur, with a tilde or a hat. */
function latexLetter(letter: string): string {
  const [marked, isTilde] = splitMark(letter, tilde);
  if (isTilde !== '') return `\\tilde{${latexLetter(marked)}}`;
  const [base, isHat] = splitMark(marked, hat);
  if (isHat !== '') return `\\hat{${latexLetter(base)}}`;
  if (base === 'Lip') return '\\mathcal{L}';
  return isGreek(base) ? `\\${base}` : latexName(base);
}

function latexName(marked: string): string {
  const [name, mark] = splitMark(marked, tilde);
  if (mark !== '') return `\\tilde{${latexName(name)}}`;
  const [script, fraktur] = [scriptOf(name), frakturOf(name)];
  if (script !== null) return `\\mathcal{${script}}`;
  if (fraktur !== null) return `\\mathfrak{${fraktur}}`;
  const escaped = name.replace(/_/g, '\\_');
  return [...name].length === 1 ? name : `\\mathrm{${escaped}}`;
}

export const latexStyle: Style = {
  symbol: (name, at) => `${latexName(name)}${at.index === null ? '' : `_{${indexText(at.index)}}`}`,
  derived: (name, at) => `${latexDerived(name)}${at.index === null ? '' : `_{${indexText(at.index)}}`}`,
  pair: (name, at, other) => `${latexDerived(name)}_{${at},\\,${other}}`,
  index: indexText,
  matrix: (rows) => `\\begin{bmatrix}${rows.map((row) => row.join(' & ')).join(' \\\\ ')}\\end{bmatrix}`,
  words: {
    transpose: '^{\\top}',
    inverse: '^{-1}',
    'inverse-transpose': '^{-\\top}',
    ones: '\\mathbf{1}',
    hadamard: ' \\circ ',
    minus: '-',
    join: ' ',
    times: ' \\cdot ',
  },
  number: (value) =>
    powerOfTwo(value, (exponent) => `2^{${exponent}}`) ??
    String(value).replace(
      /e([+-]?)(\d+)/,
      (_all, sign: string, digits: string) => ` \\cdot 10^{${sign === '-' ? '-' : ''}${digits}}`,
    ),
  power: (base, exponent) =>
    base.includes('^') && !base.endsWith('\\right)') ? `\\left(${base}\\right)^{${exponent}}` : `${base}^{${exponent}}`,
  abs: (body) => `\\left|${body}\\right|`,
  group: (body) => `\\left(${body}\\right)`,
  call: (name, body) => `\\operatorname{${name}}\\left(${body}\\right)`,
  quotient: (numerator, denominator) => `\\frac{${numerator}}{${denominator}}`,
  sqrt: (body) => `\\sqrt{${body}}`,
  rangeSum: (from, to, body) => `\\sum_{l=${from}}^{${to}} ${body}`,
};
