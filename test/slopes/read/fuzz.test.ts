import fc from 'fast-check';
import { parse } from 'mathjs/number';
import { describe, expect, it } from 'vitest';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { parseScalar } from '../../../src/slopes/read/expression.js';
import type { ScalarScope } from '../../../src/slopes/read/expression.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { numericFunction } from '../../../src/slopes/scalar/evaluate.js';
import { erf as errorFunction } from '../../../src/runtime/js/scalars.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';

const values = new Map([
  ['alpha', 0.25],
  ['beta', 2],
]);
const scope: ScalarScope = {
  parameters: new Set(values.keys()),
  named: () => new Map([['gelu', (u) => build.product([u, build.call('sigmoid', u)])]]),
  locate: (offset) => ({ file: null, line: 1, column: offset + 1 }),
};

const good = [
  'v / 2 * (1 + erf(v / sqrt(2)))',
  'v * tanh(log(1 + exp(v)))',
  '0.5*v*(1 + tanh(sqrt(2/pi)*(v + 0.044715*v^3)))',
  'if(v > 0, v, alpha * (exp(v) - 1))',
  '1.0507009873554805 * (max(v, 0) + min(1.6732632423543772 * expm1(v), 0))',
  'x * clamp(x + 3, 0, 6) / 6',
  '-1 < v < 1 ? v^2 : 1/v',
  'v < -1 ? -1 : (v < 1 ? v : log1p(v))',
  'max(v, 0, alpha * v) - min(beta, abs(v), v^2)',
  'sign(v) * log2(1 + abs(v)) / beta^v',
  '(1 + v^2)^(-1/2) + atan(v) * sech(v - 1)',
  '2^-v^2 + e^(-v) - asinh(v)^3',
  'softplus(beta * v) / beta - gelu(sin(v) * cos(v))',
  '((v) - -(v)) * (v / (v - 1) / 2)',
  'cosh(v) - sinh(v) + relu(v) * sigmoid(-v) + erfc(v)',
  'sqrt(v)^3 / log10(v + 2) * 1e-3',
];

/** Pieces of the grammar and text that has hurt parsers before. */
const pieces = [
  'v',
  'x',
  'alpha',
  'beta',
  'pi',
  'e',
  '0',
  '1',
  '2',
  '-1',
  '1/2',
  '0.1',
  '1e9',
  '1e-300',
  '1e400',
  '9'.repeat(70),
  '64',
  '(1/3)',
  '+',
  '-',
  '*',
  '/',
  '^',
  '^2',
  '^-1',
  '^(1/2)',
  '(',
  ')',
  ',',
  '?',
  ':',
  '<',
  '>',
  '<=',
  '>=',
  '==',
  '=',
  '%',
  '!',
  '&',
  '.',
  '..',
  ';',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '`',
  '\\',
  '\0',
  '\n',
  '\t',
  ' ',
  '\u00a0',
  '−',
  '²',
  'é',
  'λ',
  '😀',
  '\ud800',
  'and',
  'or',
  'not',
  'to',
  'in',
  'mod',
  'end',
  'true',
  'NaN',
  'Infinity',
  'undefined',
  'constructor',
  '__proto__',
  'import("fs")',
  'exp(',
  'log(',
  'sqrt(',
  'max(',
  'min(',
  'if(',
  'sign(',
  'clamp(',
  'gelu(',
  'gamma(',
  'sin(v)',
  'exp(v)',
  'log(v)',
  'sqrt(v)',
  'max(v, 0)',
  'v > 0 ? v : 1',
  'if(v > 0, 1, v)',
  '(v - v)',
  '(1 + exp(v))',
  'sigmoid(v)',
  'sigmoid(-v)',
  'exp(-v)',
  'e^v',
  '0^v',
  'v^v',
  '(-8)^(1/3)',
  '1/0',
  'cm',
  'i',
  'f(x) = x',
  'sin',
  'a'.repeat(70),
];
const operands = [
  'v',
  'v',
  'alpha',
  'beta',
  'pi',
  'e',
  '0',
  '1',
  '2',
  '64',
  '65',
  '0.1',
  '1e300',
  '1e-300',
  '1e301',
  '(1/3)',
  '(v - v)',
  '(-v)',
  '(1 + v^2)',
  '(1 + exp(v))',
  '(1 - 1)',
  'sign(v)',
  'max(v, 0)',
  'v^-1',
  '(v > 1 ? v : 1)',
];
const wrappers = [
  'exp(@)',
  'log(@)',
  'sqrt(@)',
  '1/@',
  '(@)^(1/3)',
  '(@)^-2',
  '2^(@)',
  'sigmoid(-(@))',
  'exp(-@)*@',
  '@*(1 + @)',
  'max(@, 1 - @)',
  'abs(@)',
  'if(@ > 1, @, 1/@)',
  '(0 < @ <= 1 ? @ : @^2)',
  'gelu(@)',
  'log1p(@)',
  'sin(@)/(@)',
  '-(-(@))',
  '(@)^(@)',
];
const brackets = [
  '(',
  ')',
  '-',
  '+',
  '^2',
  '^v',
  'exp(',
  'sin(',
  'max(v,',
  'v>0?',
  'v>0?1:',
  '1/(',
  'v*',
  'v+',
  '(1+',
  '(exp(v)+',
  'sqrt(1+',
  ',v',
  '^64',
  '^(1/2)',
  '*(1+exp(v))',
  '2^',
  'abs(',
  '!',
  '[',
];

const edit = fc.record({ at: fc.nat(9_999), kind: fc.nat(12), pick: fc.nat(9_999), size: fc.nat(9_999) });
const mutation = fc.record({
  seed: fc.nat(good.length - 1),
  edits: fc.oneof(
    { weight: 3, arbitrary: fc.array(edit, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(edit, { maxLength: 8, size: 'max' }) },
  ),
});

function apply(
  text: string,
  { at, kind, pick, size }: { at: number; kind: number; pick: number; size: number },
): string {
  const from = Math.floor((at / 10_000) * (text.length + 1));
  const [before, after] = [text.slice(0, from), text.slice(from)];
  const choose = (items: readonly string[]): string => items[pick % items.length] ?? '';
  const length = 1 + (size % 12);
  switch (kind) {
    case 0:
      return before + choose(pieces) + after;
    case 1:
      return before + after.slice(length);
    case 2:
      return before + text.slice(from, from + 4 * length).repeat(1 + (pick % 4)) + after;
    case 3: {
      const other = choose(good);
      return before + other.slice(size % (other.length + 1));
    }
    case 4: {
      const count = size % 20 === 0 ? size % 2_000 : size % 40;
      return before + choose(brackets).repeat(count) + (pick % 2 === 0 ? after : after + ')'.repeat(count));
    }
    case 5: {
      const words = text.split(/([A-Za-z]+|[\d.]+|\s+|.)/).filter((word) => word !== '');
      words[from % words.length] = choose(pieces);
      return words.join('');
    }
    default: {
      // A value for a value, an operator for an operator: most results still parse.
      const words = text.split(/(\b(?:[vx]|alpha|beta|pi)\b|\b\d[\d.]*\b|[-+*/^])/);
      const operator = kind === 6;
      const places = words.flatMap((word, k) => (k % 2 === 1 && /\w/.test(word) !== operator ? [k] : []));
      const place = places[from % Math.max(places.length, 1)];
      if (place === undefined) return text;
      const old = words[place] ?? '';
      words[place] = operator
        ? choose(['+', '-', '*', '/', '^'])
        : kind > 9
          ? choose(wrappers).replaceAll('@', old)
          : choose(operands);
      return words.join('');
    }
  }
}

/**
 * `accepted`, or the code that the text is refused with. That there is an answer at all is what the suite's one limit
 * sees to.
 */
function attempt(text: string): string {
  let code = 'accepted';
  try {
    const { function: made, obligations, branches } = parseScalar(text, scope);
    for (const part of [
      made,
      ...obligations.map(({ expression }) => expression),
      ...branches.map(({ guard }) => guard),
    ]) {
      if (typeof numericFunction(part, values)(0.3) !== 'number') throw new Error(`no value of ${scalarText(part)}`);
    }
    for (const { position, text: part } of [...obligations, ...branches]) {
      // The place is where the part stands (log1p puts something around it).
      const found = part.startsWith('1 + ') || text.slice(position.column - 1).startsWith(part);
      if (!found) throw new Error(`"${part}" is not at ${position.column} of ${text}`);
    }
  } catch (error) {
    if (!(error instanceof LipwrightError)) throw error;
    code = error.code;
    const { position, found } = error.diagnostic;
    if (/call stack/i.test(found)) throw new Error(`recursion without bound: ${text}`, { cause: error });
    if (position === null || position.column < 1 || position.column > text.length + 1)
      throw new Error(`${code} outside the text`, { cause: error });
  }
  return code;
}

describe('fuzzing activations', () => {
  it('answers 10,000 mutated texts with a function or a coded error', () => {
    const codes = new Map<string, number>();
    for (const text of good) expect(attempt(text), text).toBe('accepted');
    const property = fc.property(mutation, ({ seed, edits }) => {
      const text = edits.reduce(apply, good[seed] ?? '');
      const code = attempt(text);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
    fc.assert(property, { seed: 20_261_122, numRuns: 10_000, endOnFailure: false });
    expect(codes.get('accepted') ?? 0).toBeGreaterThan(1_000);
    for (const code of ['LW107', 'LW201', 'LW202', 'LW214', 'LW307', 'LW501', 'LW504'])
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(20);
  });

  it('understands what it accepts as mathjs does', () => {
    const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));
    const functions = {
      ...{
        sigmoid,
        softplus: (u: number) => Math.log(1 + Math.exp(u)),
        relu: (u: number) => Math.max(u, 0),
        gelu: (u: number) => u * sigmoid(u),
        sech: (u: number) => 1 / Math.cosh(u),
      },
      ...{
        clamp: (u: number, low: number, high: number) => Math.min(Math.max(u, low), high),
        erf: errorFunction,
        erfc: (u: number) => 1 - errorFunction(u),
      },
      // Not all of mathjs's own answer negative arguments with NaN.
      ...{
        log: Math.log,
        log2: Math.log2,
        log10: Math.log10,
        log1p: Math.log1p,
        expm1: Math.expm1,
        sqrt: Math.sqrt,
        asinh: Math.asinh,
      },
    };
    let compared = 0;
    const property = fc.property(mutation, ({ seed, edits }) => {
      const text = edits.reduce(apply, good[seed] ?? '');
      // Where a comparison holds with equality over an interval, the one or the other case is a matter of proof.
      if (/[<>]|if|sign\(/.test(text) || attempt(text) !== 'accepted') return;
      const actual = numericFunction(parseScalar(text, scope).function, values);
      const oracle = parse(text.replace(/\s/g, ' ')).compile();
      for (const v of [-1.7, -0.6, 0.3, 1.2, 2.4]) {
        const b: unknown = oracle.evaluate({ ...functions, ...Object.fromEntries(values), v, x: v });
        if (typeof b !== 'number' || !(Math.abs(b) < 1e100)) continue;
        compared += 1;
        // Either may cancel: the floor is for differences of numbers of order 1.
        expect(Math.abs(actual(v) - b), `${text} at ${v}`).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(b), 1e-3));
      }
    });
    fc.assert(property, { seed: 20_261_123, numRuns: 5_000 });
    expect(compared).toBeGreaterThan(1_000);
  });
});
