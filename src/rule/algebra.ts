import { fail } from '../base/diagnostic.js';
import type { MathNode } from 'mathjs';
import { mathjs, nerdamer } from '../base/libraries.js';

/**
 * Scalar algebra by nerdamer, kept to what it does well: `coeffs` and `expand`.
 * Templates have integer coefficients and symbols that are made here, never names from a file. Every answer is read
 * back into our own polynomials and re-checked at points before anyone uses it (LW403 otherwise).
 */
export interface Monomial {
  readonly coefficient: number;
  /** Symbol → exponent; negative exponents occur in roots. */
  readonly powers: ReadonlyMap<string, number>;
}
export type Polynomial = readonly Monomial[];

export interface Algebra {
  /** The coefficients of 1, variable, variable², …  */
  readonly coefficients: (template: Polynomial, variable: string) => readonly Polynomial[];
  /** The root of a template that is linear in the variable, by one monomial: a sum of monomials. */
  readonly root: (template: Polynomial, variable: string) => Polynomial;
  /** Is `left` = `right` as polynomials? Both are texts of ours. */
  readonly identical: (left: string, right: string) => boolean;
}

export const monomial = (coefficient: number, ...factors: readonly string[]): Monomial => {
  const powers = new Map<string, number>();
  for (const factor of factors) powers.set(factor, (powers.get(factor) ?? 0) + 1);
  return { coefficient, powers };
};

function write(template: Polynomial): string {
  const terms = template.map(({ coefficient, powers }) =>
    [`(${coefficient})`, ...[...powers].map(([name, power]) => `${name}^(${power})`)].join('*'),
  );
  return terms.length === 0 ? '0' : terms.join('+');
}

/** Splits at operators outside brackets. */
function splitTop(text: string, at: (character: string, before: string) => boolean): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  [...text].forEach((character, index) => {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0 && index > start && at(character, text[index - 1] ?? '')) {
      parts.push(text.slice(start, index));
      start = index;
    }
  });
  parts.push(text.slice(start));
  return parts;
}

const unreadable = (text: string): never => fail('LW403', text, 'a sum of monomials');

function readFactor(text: string): { readonly coefficient: number; readonly name: string; readonly power: number } {
  const rational = /^\(?(-?\d+(?:\.\d+)?)(?:\/(\d+))?\)?$/.exec(text);
  if (rational !== null) return { coefficient: Number(rational[1]) / Number(rational[2] ?? 1), name: '', power: 0 };
  const symbol = /^([a-z]+\d*)(?:\^(?:\((-?\d+)\)|(\d+)))?$/.exec(text);
  if (symbol?.[1] === undefined) return unreadable(text);
  return { coefficient: 1, name: symbol[1], power: Number(symbol[2] ?? symbol[3] ?? 1) };
}

function read(text: string): Polynomial {
  const compact = text.replace(/\s+/g, '');
  if (compact === '0') return [];
  return splitTop(
    compact,
    (character, before) => (character === '+' || character === '-') && before !== '*' && before !== '^',
  ).map((term) => {
    const sign = term.startsWith('-') ? -1 : 1;
    const factors = splitTop(term.replace(/^[+-]/, ''), (character) => character === '*').map((part) =>
      readFactor(part.replace(/^\*/, '')),
    );
    const powers = new Map<string, number>();
    for (const { name, power } of factors) if (name !== '') powers.set(name, (powers.get(name) ?? 0) + power);
    return { coefficient: factors.reduce((all, factor) => all * factor.coefficient, sign), powers };
  });
}

type Point = (name: string) => number;

function value(polynomial: Polynomial, point: Point): number {
  return polynomial.reduce(
    (total, { coefficient, powers }) =>
      total + [...powers].reduce((all, [name, power]) => all * point(name) ** power, coefficient),
    0,
  );
}

/** Points with no small rational relations: different irrationals for different names and rounds. */
function points(): readonly Point[] {
  return [1, 2, 3, 4].map((round) => (name) => {
    const code = [...name].reduce((all, character) => (all * 31 + (character.codePointAt(0) ?? 0)) % 9973, 7);
    return 0.25 + (((code + 1) * Math.SQRT2 * round) % 1.5);
  });
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a) + Math.abs(b));

/** A text of ours at a point. @throws LW403 for what is no polynomial in numbers and names */
function textValue(node: MathNode, point: (name: string) => number): number {
  const { isConstantNode, isOperatorNode, isParenthesisNode, isSymbolNode } = mathjs();
  if (isParenthesisNode(node)) return textValue(node.content, point);
  if (isConstantNode(node) && typeof node.value === 'number') return node.value;
  if (isSymbolNode(node)) return point(node.name);
  const parts = isOperatorNode(node) ? node.args.map((part) => textValue(part, point)) : [];
  const [first, second] = parts;
  if (!isOperatorNode(node) || first === undefined) return unreadable(node.toString());
  if (second === undefined) return node.op === '-' ? -first : unreadable(node.toString());
  switch (node.op) {
    case '+':
      return parts.reduce((total, part) => total + part);
    case '*':
      return parts.reduce((total, part) => total * part);
    case '-':
      return first - second;
    case '^':
      return first ** second;
    default:
      return unreadable(node.toString());
  }
}

/** Like monomials together, and none with coefficient 0. */
function collected(polynomial: Polynomial): Polynomial {
  const like = new Map<string, Monomial>();
  for (const { coefficient, powers } of polynomial) {
    const key = [...powers]
      .map(([name, power]) => `${name}^${power}`)
      .sort()
      .join('*');
    like.set(key, { coefficient: (like.get(key)?.coefficient ?? 0) + coefficient, powers });
  }
  return [...like.values()].filter(({ coefficient }) => coefficient !== 0);
}

/** −above / below. */
function negatedRatio(above: Monomial, below: Monomial): Monomial {
  const powers = new Map(above.powers);
  for (const [name, power] of below.powers) powers.set(name, (powers.get(name) ?? 0) - power);
  return {
    coefficient: -above.coefficient / below.coefficient,
    powers: new Map([...powers].filter(([, power]) => power !== 0)),
  };
}

/**
 * nerdamer's time grows with the square of the number of symbols, of which a long row has thousands: the cofactors of
 * each power of the variable are one symbol for it, and stand in the answer in its place again.
 */
function grouped(
  template: Polynomial,
  variable: string,
): { readonly brief: Polynomial; readonly whole: (answer: Polynomial) => Polynomial } {
  const groups = new Map<number, Monomial[]>();
  for (const { coefficient, powers } of template) {
    const power = powers.get(variable) ?? 0;
    const cofactor = { coefficient, powers: new Map([...powers].filter(([name]) => name !== variable)) };
    const known = groups.get(power);
    if (known === undefined) groups.set(power, [cofactor]);
    else known.push(cofactor);
  }
  const names = new Map([...groups].map(([power, cofactors], at) => [`group${at}`, { power, cofactors }]));
  const brief = [...names].map(([name, { power }]): Monomial => ({
    coefficient: 1,
    powers: new Map([[name, 1], ...(power === 0 ? [] : [[variable, power] as const])]),
  }));
  const whole = (answer: Polynomial): Polynomial =>
    collected(
      answer.flatMap(({ coefficient, powers }) => {
        const [[name, power] = ['', 0], ...more] = [...powers].filter(([symbol]) => names.has(symbol));
        if (power !== 1 || more.length > 0) return unreadable(write(answer));
        const rest = [...powers].filter(([symbol]) => symbol !== name);
        return (names.get(name)?.cofactors ?? []).map((cofactor) => ({
          coefficient: coefficient * cofactor.coefficient,
          powers: rest.reduce(
            (all, [symbol, by]) => all.set(symbol, (all.get(symbol) ?? 0) + by),
            new Map(cofactor.powers),
          ),
        }));
      }),
    );
  return { brief, whole };
}

/** One algebra per derivation: it remembers its templates, of which a derivation has few, however deep the network. */
export function createAlgebra(): Algebra {
  const known = new Map<string, readonly Polynomial[]>();
  const remember = (question: string, answer: () => readonly Polynomial[]): readonly Polynomial[] => {
    const before = known.get(question);
    if (before !== undefined) return before;
    const fresh = answer();
    nerdamer().flush();
    known.set(question, fresh);
    return fresh;
  };
  const coefficients = (template: Polynomial, variable: string): readonly Polynomial[] => {
    const question = `coeffs(${write(template)},${variable})`;
    return remember(question, () => {
      const { brief, whole } = grouped(template, variable);
      const asked = `coeffs(${write(brief)},${variable})`;
      const text = nerdamer()(asked).text();
      const list = splitTop(text.replace(/^\[|\]$/g, ''), (character) => character === ',').map((part) =>
        whole(read(part.replace(/^,/, ''))),
      );
      const holds = points().every((point) => {
        const back = list.reduce(
          (total, coefficient, power) => total + value(coefficient, point) * point(variable) ** power,
          0,
        );
        return close(back, value(template, point));
      });
      return holds ? list : fail('LW403', text, `the coefficients of ${write(template)} in ${variable}`);
    });
  };
  return {
    coefficients,
    root: (template, variable) => {
      // Not by nerdamer's solveFor, which takes fifty times as long and lists roots that are none.
      const [rest = [], slope = [], ...higher] = coefficients(template, variable);
      const [divisor, ...more] = slope;
      if (divisor === undefined || more.length > 0 || higher.length > 0)
        return fail('LW403', write(template), `a template that is linear in ${variable}, by one monomial`);
      const root = rest.map((term) => negatedRatio(term, divisor));
      const holds = points().every((point) => {
        const at = value(root, point);
        return close(
          value(template, (name) => (name === variable ? at : point(name))),
          0,
        );
      });
      return holds ? root : fail('LW403', write(root), `the root of ${write(template)} in ${variable}`);
    },
    identical: (left, right) => {
      const difference = `(${left})-(${right})`;
      const question = `expand(${difference})`;
      // nerdamer 1.1.13 expands 2*((-1)*(L+m)*(1))*m with the wrong sign; what is not 0 at a point is not 0.
      const node = mathjs().parse(difference);
      const vanishes = (): boolean => points().every((point) => close(textValue(node, point), 0));
      const answer = (): readonly Polynomial[] =>
        vanishes() && nerdamer()(question).text() === '0' ? [] : [[monomial(1)]];
      return remember(question, answer).length === 0;
    },
  };
}
