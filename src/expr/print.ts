import type { Index, Label } from '../base/label.js';
import { indexText, labelText } from '../base/label.js';
import { defaultNaming, letterOf, withMark } from './naming.js';
import type { Naming } from './naming.js';
import { multipliedOut, numeralOf } from './numerals.js';
import type { Expression, SymbolNode } from './node.js';
import type { Style } from './print-style.js';
import { bare, latexStyle, textStyle } from './print-style.js';

/** Text and LaTeX of expressions. The derivation's own letters (S, P, Λ, κ …) come from a `Naming`. */

const markOf = (naming: Naming, role: string): string =>
  role === 'weight' || role === 'multiplier' ? (naming.mark ?? '') : '';

/** 𝓛 · 𝓛, which is printed as one power. */
const isPower = (node: Expression): boolean =>
  node.kind === 'scale' &&
  node.coefficient === 1 &&
  node.body.kind === 'number' &&
  new Set(node.scalars.map(({ key }) => key)).size === 1;

/** Ends the text in a number or in a number's power? `C[2]`, `\\mathbf{1}` and indices do not. */
const endsInNumber = (text: string): boolean =>
  /(?<![\p{L}\p{N}_{[(])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|\^-?\d+|\^\{-?\d+\})?$/u.test(text);

/** How tightly a printed text holds together: a sum needs brackets inside a product, an atom never does. */
type Level = 'sum' | 'hadamard' | 'quotient' | 'product' | 'atom';
interface Printed {
  readonly text: string;
  readonly level: Level;
}

class Printer {
  private readonly style: Style;
  private readonly naming: Naming;

  constructor(style: Style, naming: Naming) {
    this.style = style;
    this.naming = naming;
  }

  print(node: Expression): string {
    return this.visit(node).text;
  }

  private atom(node: Expression): string {
    const printed = this.visit(node);
    return printed.level === 'atom' ? printed.text : this.style.group(printed.text);
  }

  /** A factor of a product of the given kind: sums need brackets, and so does the other kind of product. */
  private factor(node: Expression, within: 'product' | 'hadamard' | 'any' = 'any'): string {
    const { text, level } = this.visit(node);
    const bare = level === 'atom' || (level !== 'sum' && (within === 'any' || within === level));
    return bare ? text : this.style.group(text);
  }

  private symbolText(node: SymbolNode, vector: boolean): string {
    const value = numeralOf(node);
    if (value !== null) return this.style.number(value);
    const mark = markOf(this.naming, node.role);
    if (node.role === 'weight' || node.role === 'constant')
      return this.style.symbol(`${node.label.name}${mark}`, node.label);
    const letter = symbolLetter(node, this.naming, vector);
    if (node.other !== null) return this.style.pair(letter, this.labelText(node.label), this.labelText(node.other));
    const suffix = isOfAll(node.role) ? '' : familySuffix(node.label.name);
    return this.style.derived(`${withMark(letter, mark)}${suffix}`, node.label);
  }

  /** A signal, a pre-activation, the index of a family that needs no name, or a word for a part. */
  private labelText(at: Label): string {
    const drive = this.naming['pre-activation'];
    if (at.name === '' && at.index !== null) return this.style.index(at.index);
    return at.name === drive || at.name.startsWith(`${drive}_`)
      ? this.style.derived(at.name, at)
      : this.style.symbol(at.name, at);
  }

  private powers(items: readonly Expression[]): string[] {
    const counts = new Map<string, { readonly item: Expression; readonly count: number }>();
    for (const item of items) {
      const text = this.atom(item);
      counts.set(text, { item, count: (counts.get(text)?.count ?? 0) + 1 });
    }
    return [...counts].map(([text, { item, count }]) =>
      count > 1 ? this.style.power(text, count) : isPower(item) ? this.print(item) : text,
    );
  }

  private visit(node: Expression): Printed {
    const { style } = this;
    const { words } = style;
    switch (node.kind) {
      case 'symbol':
        return { text: this.symbolText(node, false), level: 'atom' };
      case 'number':
        return { text: style.number(node.value).replace(/^-/, words.minus), level: node.value < 0 ? 'sum' : 'atom' };
      case 'identity':
        return { text: style.derived(this.naming.identity, bare), level: 'atom' };
      case 'ones':
        return { text: words.ones, level: 'atom' };
      case 'zero':
        return { text: '0', level: 'atom' };
      case 'sum':
        return { text: this.sum(node.items), level: 'sum' };
      case 'product':
        return { text: this.product(node.items), level: 'product' };
      case 'hadamard':
        return {
          text: node.items.map((item) => this.factor(item, 'hadamard')).join(words.hadamard),
          level: 'hadamard',
        };
      case 'min':
      case 'max':
        return { text: style.call(node.kind, node.items.map((item) => this.print(item)).join(', ')), level: 'atom' };
      case 'scale':
        return this.scale(node.coefficient, node.scalars, node.body);
      case 'quotient':
        return this.quotient(node.numerator, node.denominator);
      case 'inverse':
        return { text: `${this.atom(node.body)}${words.inverse}`, level: 'atom' };
      case 'exp':
        return { text: style.call('exp', this.print(node.body)), level: 'atom' };
      case 'stack':
        return { text: style.matrix(node.blocks.map((row) => row.map((block) => this.print(block)))), level: 'atom' };
      case 'slice':
        return { text: `${this.atom(node.body)}${this.part(node)}`, level: 'atom' };
      case 'transpose':
        if (node.body.kind === 'inverse')
          return { text: `${this.atom(node.body.body)}${words['inverse-transpose']}`, level: 'atom' };
        return { text: `${this.atom(node.body)}${words.transpose}`, level: 'atom' };
      case 'abs':
        return { text: style.abs(this.print(node.body)), level: 'atom' };
      case 'square': {
        const body = this.atom(node.body);
        return { text: style.group(`${body}${words.hadamard}${body}`), level: 'atom' };
      }
      case 'sqrt':
        return { text: style.sqrt(this.print(node.body)), level: 'atom' };
      case 'diag':
        if (node.body.kind === 'symbol' && (node.body.role === 'multiplier' || node.body.role === 'scale')) {
          return { text: this.symbolText(node.body, true), level: 'atom' };
        }
        return { text: style.call('diag', this.print(node.body)), level: 'atom' };
      case 'off-diagonal':
        return { text: style.call('offdiag', this.print(node.body)), level: 'atom' };
      case 'range-sum':
        return this.rangeSum(node.from, node.to, node.body);
      case 'row-sums':
        return { text: `${this.atom(node.body)}${words.join}${words.ones}`, level: 'product' };
    }
  }

  /** Which block of a stacked matrix: the rows and columns are named by their signals. */
  private part({ rows, columns }: Expression): string {
    const names = [rows, columns].map((at) => (at === null ? '1' : labelText(at))).join(', ');
    return this.style === latexStyle ? `_{(${names.replace(/\[(.*?)\]/g, '_{$1}')})}` : `(${names})`;
  }

  private rangeSum(from: Index, to: Index, body: Expression): Printed {
    const text = this.print(body);
    const { minus } = this.style.words;
    const negative = text.startsWith(minus);
    const sum = this.style.rangeSum(indexText(from), indexText(to), negative ? text.slice(minus.length) : text);
    return negative ? { text: `${minus}${sum}`, level: 'sum' } : { text: sum, level: 'product' };
  }

  private quotient(numerator: Expression, denominator: Expression): Printed {
    return {
      text: this.fraction(this.style === latexStyle ? this.print(numerator) : this.factor(numerator), denominator),
      level: 'quotient',
    };
  }

  private fraction(above: string, denominator: Expression): string {
    return this.style.quotient(
      above,
      this.style === latexStyle || isPower(denominator) ? this.print(denominator) : this.atom(denominator),
    );
  }

  /** Equal neighbours (A A for a diagonal A) are written as a power. */
  private product(items: readonly Expression[]): string {
    const runs: { text: string; count: number }[] = [];
    for (const item of items) {
      const text = this.factor(item, 'product');
      const last = runs[runs.length - 1];
      if (last?.text === text) last.count += 1;
      else runs.push({ text, count: 1 });
    }
    return this.side(runs.map(({ text, count }) => (count === 1 ? text : this.style.power(text, count))));
  }

  /** Factors side by side; between two numbers stands a sign, since TeX drops the space. */
  private side(parts: readonly string[]): string {
    const { join, times } = this.style.words;
    return parts.reduce((all, part) => `${all}${/^\d/.test(part) && endsInNumber(all) ? times : join}${part}`);
  }

  /** The numbers in front, multiplied out where that is exact, then the powers of the rest. */
  private factors(size: number, scalars: readonly Expression[]): readonly string[] {
    const values = scalars.map(numeralOf);
    const numerals = multipliedOut([size, ...values.filter((value) => value !== null)]);
    const front = numerals.map(({ value, count }) => this.numeral(this.style.number(value), count));
    return [
      ...(front.length === 0 ? [] : [front.join(this.style.words.times)]),
      ...this.powers(scalars.filter((_scalar, at) => values[at] === null)),
    ];
  }

  private numeral(base: string, count: number): string {
    if (count === 1) return base;
    return this.style.power(/^[\d.]+$/.test(base) ? base : this.style.group(base), count);
  }

  private scale(coefficient: number, scalars: readonly Expression[], body: Expression): Printed {
    const { style } = this;
    const size = Math.abs(coefficient);
    // 0.5 a / b reads better as a / (2 b).
    const below: Expression[] = [];
    const above = scalars.flatMap((scalar): readonly Expression[] => {
      if (scalar.kind !== 'quotient') return [scalar];
      below.push(scalar.denominator);
      return scalar.numerator.kind === 'number' && scalar.numerator.value === 1 ? [] : [scalar.numerator];
    });
    const inverted = below.length > 0 && size < 1 && Number.isInteger(1 / size);
    const front = this.factors(inverted ? 1 : size, above);
    // 3 / λ rather than 3 · 1 / λ.
    const divisor =
      body.kind === 'quotient' && body.numerator.kind === 'ones' && front.length > 0 ? body.denominator : null;
    const silent = body.kind === 'number' || divisor !== null || (body.kind === 'ones' && front.length > 0);
    const parts = [...front, ...(silent ? [] : [this.factor(body)])];
    const joined = parts.length === 0 ? style.number(1) : this.side(parts);
    const under = this.factors(inverted ? 1 / size : 1, below);
    const isOver = under.length > 0 || divisor !== null;
    const level: Level = isOver ? 'quotient' : parts.length === 1 && !silent ? this.visit(body).level : 'product';
    const fraction = !isOver
      ? joined
      : under.length === 0 && divisor !== null
        ? this.fraction(joined, divisor)
        : style.quotient(joined, this.beneath([...under, ...(divisor === null ? [] : [this.factor(divisor)])]));
    return this.signed(coefficient, fraction, level);
  }

  private beneath(parts: readonly string[]): string {
    const line = this.side(parts);
    const needsBrackets = this.style !== latexStyle && (parts.length > 1 || line.includes(this.style.words.times));
    return needsBrackets ? this.style.group(line) : line;
  }

  private signed(coefficient: number, text: string, level: Level): Printed {
    return coefficient < 0 ? { text: `${this.style.words.minus}${text}`, level: 'sum' } : { text, level };
  }

  private sum(items: readonly Expression[]): string {
    const { minus } = this.style.words;
    const texts = items.map((item) => this.print(item));
    // A sum reads better when it does not open with a minus sign.
    const lead = texts.findIndex((text) => !text.startsWith(minus));
    if (lead > 0) texts.unshift(...texts.splice(lead, 1));
    return texts.reduce((all, text) => {
      return text.startsWith(minus) ? `${all} ${minus} ${text.slice(minus.length)}` : `${all} + ${text}`;
    });
  }
}

/**
 * Derived symbols are labelled by the signal family they belong to (`w`); with a single family the suffix is
 * left out by labelling them with the empty name.
 */
/** What there is once, for the whole network. */
const isOfAll = (role: string): boolean => role === 'lipschitz' || role === 'roundoff';
const familySuffix = (name: string): string => (name === '' ? '' : `_${name}`);

export const text = (node: Expression, naming: Naming = defaultNaming): string =>
  new Printer(textStyle, naming).print(node);
export const latex = (node: Expression, naming: Naming = defaultNaming): string =>
  new Printer(latexStyle, naming).print(node);

/** A letter of the derivation's that no symbol has, `M`. */
export const letterText = (name: string): string => textStyle.derived(name, bare);
export const letterLatex = (name: string): string => latexStyle.derived(name, bare);

/** The name of a symbol in tables, orders and messages: `C[2]`, `lambda[2]`. */
export function plainName(node: SymbolNode, naming: Naming = defaultNaming): string {
  const index = node.label.index === null ? '' : `[${indexText(node.label.index)}]`;
  const mark = markOf(naming, node.role);
  if (node.role === 'weight' || node.role === 'constant') return `${node.label.name}${mark}${index}`;
  if (node.other !== null) {
    const of = [node.label, node.other].map((at) =>
      at.name === '' && at.index !== null ? indexText(at.index) : labelText(at),
    );
    return `${symbolLetter(node, naming, false)}[${of.join(', ')}]`;
  }
  const letter = symbolLetter(node, naming, true);
  return `${withMark(letter, mark)}${isOfAll(node.role) ? '' : familySuffix(node.label.name)}${index}`;
}

/** The letter of a symbol's role or kind; λ of Λ where its diagonal is meant. */
function symbolLetter({ is, label }: SymbolNode, naming: Naming, vector: boolean): string {
  if (typeof is !== 'string') return letterOf(naming, is);
  switch (is) {
    case 'weight':
    case 'constant':
      return label.name;
    case 'multiplier':
    case 'scale':
      return vector ? naming[`${is}-vector`] : naming[is];
    default:
      return naming[is];
  }
}

/** The name of a free parameter in files and in compiled modules, which no letter moves: `psi[2]`, `t_x`. */
export function storedName(node: SymbolNode, { stored, ...naming }: Naming): string {
  return plainName(node, { ...naming, ...stored, kinds: new Map([...naming.kinds, ...stored.kinds]), stored });
}
