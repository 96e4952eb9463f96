import { describe, expect, it } from 'vitest';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import type { Diagnostic } from '../../../src/base/diagnostic.js';
import { parseScalar } from '../../../src/slopes/read/expression.js';
import type { ScalarScope } from '../../../src/slopes/read/expression.js';
import * as build from '../../../src/slopes/scalar/build.js';

const scope: ScalarScope = {
  parameters: new Set(['alpha', 'beta']),
  named: () => new Map([['gelu', (u) => build.call('tanh', u)]]),
  locate: (offset) => ({ file: null, line: 1, column: offset + 1 }),
};

function diagnose(text: string, within = scope): Diagnostic | null {
  try {
    parseScalar(text, within);
  } catch (error) {
    if (error instanceof LipwrightError) return error.diagnostic;
    throw error;
  }
  return null;
}

const rows: readonly (readonly [text: string, code: string, column: number])[] = [
  // What does not parse
  ['', 'LW201', 1],
  ['   ', 'LW201', 1],
  ['v +', 'LW201', 4],
  ['v + )', 'LW201', 5],
  ['* v', 'LW201', 1],
  ['v * * v', 'LW201', 5],
  ['v ** 2', 'LW201', 4],
  ['(v', 'LW201', 3],
  ['v)', 'LW201', 2],
  ['()', 'LW201', 2],
  ['2v', 'LW201', 2],
  ['2 v', 'LW201', 3],
  ['2(v)', 'LW201', 2],
  ['(v)(v)', 'LW201', 4],
  ['(v)2', 'LW201', 4],
  ['v v', 'LW201', 3],
  ['v(2)', 'LW201', 1],
  ['1 + alpha(v)', 'LW201', 5],
  ['e(v)', 'LW201', 1],
  ['1.5.2', 'LW201', 4],
  ['1,5 * v', 'LW201', 2],
  ['(v, 1)', 'LW201', 3],
  ['max(v, )', 'LW201', 8],
  ['max(, v)', 'LW201', 5],
  ['sin(v', 'LW201', 6],
  ['v ? ', 'LW201', 4],
  ['v > 0 ? 1', 'LW201', 10],
  ['v > 0 : 1', 'LW201', 7],
  ['(v > 0 ? 1) : 2', 'LW201', 11],
  ['max(v > 0 ? 1, 2)', 'LW201', 14],
  ['v > 0 ? v > 1 ? 2 : 3 : 4', 'LW201', 15],
  ['1:2', 'LW201', 2],
  ['v = 2', 'LW201', 3],
  ['f(x) = x', 'LW201', 6],
  ['v << 2', 'LW201', 4],
  ['v <> 2', 'LW201', 4],
  ['v; 2', 'LW201', 2],
  ['v[0]', 'LW201', 2],
  ['[v, 1]', 'LW201', 1],
  ['{a: 1}', 'LW201', 1],
  ['"text"', 'LW201', 1],
  ["v'", 'LW201', 2],
  ['v!', 'LW201', 2],
  ['v % 2', 'LW201', 3],
  ['v.constructor', 'LW201', 2],
  ['v − 1', 'LW201', 3],
  ['v²', 'LW201', 2],
  ['|v|', 'LW201', 1],
  ['v && 1', 'LW201', 3],
  ['v # comment', 'LW201', 3],
  ['0x10', 'LW201', 2],
  // Names
  ['sin', 'LW202', 1],
  ['2 * gelu', 'LW202', 5],
  ['w', 'LW202', 1],
  ['v + gama', 'LW202', 5],
  ['5 cm', 'LW201', 3],
  ['i', 'LW202', 1],
  ['V', 'LW202', 1],
  ['constructor', 'LW107', 1],
  ['v + __proto__', 'LW107', 5],
  ['toString(v)', 'LW107', 1],
  ['v + $x', 'LW107', 5],
  ['end', 'LW107', 1],
  ['true', 'LW107', 1],
  ['NaN * v', 'LW107', 1],
  ['v + Infinity', 'LW107', 5],
  ['v mod 2', 'LW107', 3],
  ['v to 2', 'LW107', 3],
  [`v + ${'a'.repeat(65)}`, 'LW107', 5],
  // What is no function to be analysed
  ['gamma(x)', 'LW501', 1],
  ['1 + tahn(v)', 'LW501', 5],
  ['cbrt(v)', 'LW501', 1],
  ['ln(v)', 'LW501', 1],
  ['import(v)', 'LW501', 1],
  ['floor(v)', 'LW501', 1],
  ['sin()', 'LW501', 1],
  ['1 + sin(v, 2)', 'LW501', 5],
  ['log(v, 2)', 'LW501', 1],
  ['max(v)', 'LW501', 1],
  ['clamp(v, 1)', 'LW501', 1],
  ['gelu()', 'LW501', 1],
  ['gelu(v, 1)', 'LW501', 1],
  ['if(v > 0, 1)', 'LW501', 1],
  ['if(v, 1, 2)', 'LW501', 4],
  ['v ? 1 : 2', 'LW501', 1],
  ['(v + 1) ? 1 : 2', 'LW501', 2],
  ['v > 0', 'LW501', 1],
  ['1 + (v > 0)', 'LW501', 6],
  ['sin(v < 1)', 'LW501', 5],
  ['v == 0 ? 1 : 2', 'LW501', 3],
  ['v != 0 ? 1 : 2', 'LW501', 3],
  ['v > 0 and v < 1 ? 1 : 2', 'LW501', 7],
  ['not v', 'LW501', 1],
  ['x + v', 'LW501', 5],
  ['v * sin(x)', 'LW501', 9],
  ['x^x', 'LW501', 3],
  ['v^alpha', 'LW501', 3],
  ['v^(2 * alpha)', 'LW501', 4],
  ['v^pi', 'LW501', 3],
  ['v^sqrt(2)', 'LW501', 3],
  // What is plainly undefined
  ['1/0', 'LW504', 3],
  ['v / (1 - 1)', 'LW504', 6],
  ['1 / (v - v)', 'LW504', 6],
  ['sqrt(-1)', 'LW504', 6],
  ['sqrt(2 - 5/2)', 'LW504', 6],
  ['1 + log(0)', 'LW504', 9],
  ['log(-3)', 'LW504', 5],
  ['log1p(-1)', 'LW504', 7],
  ['log2(0)', 'LW504', 6],
  ['0^-1', 'LW504', 1],
  ['(-8)^(1/3)', 'LW504', 2],
  ['0^(-1/2)', 'LW504', 1],
  ['(-2)^v', 'LW504', 2],
  ['0^v', 'LW504', 1],
  ['v > 0 ? 1/0 : 2', 'LW504', 11],
  // What is too large
  ['v^65', 'LW214', 3],
  ['v^-64.5', 'LW214', 3],
  ['2^2^2^2^2^9', 'LW214', 9],
  ['7^(60^2)', 'LW214', 4],
  ['(1e300)^64', 'LW214', 1],
  ['1e400', 'LW307', 1],
  ['v + 1e-301', 'LW307', 5],
  ['1e99999999999', 'LW307', 1],
  ['9'.repeat(61), 'LW214', 1],
  [`0.${'0'.repeat(300)}1`, 'LW307', 1],
  [`max(${'v,'.repeat(32)}v)`, 'LW214', 68],
  [`${'('.repeat(33)}v${')'.repeat(33)}`, 'LW214', 33],
  [`${'-'.repeat(33)}v`, 'LW214', 33],
  [`v${'^1'.repeat(33)}`, 'LW214', 66],
  [`${'v > 0 ? 1 : '.repeat(33)}v`, 'LW214', 391],
  [`${'v+'.repeat(2_048)}v`, 'LW214', 1],
];

describe('activations that are refused', () => {
  it('are at least fifty', () => {
    expect(rows.length).toBeGreaterThanOrEqual(50);
  });

  it.each(rows)('%j', (text, code, column) => {
    const diagnostic = diagnose(text);
    expect({ code: diagnostic?.code, ...diagnostic?.position }).toEqual({ code, file: null, line: 1, column });
    expect(diagnostic?.found).not.toBe('');
    expect(diagnostic?.expected).not.toBe('');
  });

  it.each([
    ['gamma(x)', /log1p/],
    ['thanh(v)', /^tanh/],
    ['ln(v)', /log\(u\)/],
    ['gellu(v)', /^gelu/],
    ['v + bata', /^beta/],
    ['v − 1', /ASCII/],
    ['v > 0 and v < 1 ? 1 : 2', /if/],
  ])('%j with a hint', (text, hint) => {
    expect(diagnose(text)?.expected).toMatch(hint);
  });

  it('names what stands at the limits as allowed', () => {
    const within = [
      'v^64',
      '9'.repeat(60),
      '1e300 * v',
      `max(${'v^2,'.repeat(31)}v)`,
      `${'('.repeat(32)}v${')'.repeat(32)}`,
      `${'-'.repeat(32)}v`,
      `v${'^1'.repeat(32)}`,
      `0.${'0'.repeat(299)}1 * v`,
    ];
    for (const text of within) expect(diagnose(text), text).toBeNull();
  });

  it.each(['v', 'x', 'e', 'pi'])('a parameter named %s', (name) => {
    expect(diagnose('v', { ...scope, parameters: new Set([name]) })?.code).toBe('LW107');
  });

  it('passes on the limits of what is called by name', () => {
    const broken = {
      ...scope,
      named: () =>
        new Map([
          [
            'f',
            () => {
              throw new RangeError('out of reach');
            },
          ],
        ]),
    };
    expect(diagnose('1 + f(v)', broken)).toMatchObject({ code: 'LW214', position: { column: 5 } });
  });
});

const nested = (open: string, middle: string, close: string, depth: number): string =>
  open.repeat(depth) + middle + close.repeat(depth);
const list = (length: number, each: (k: number) => string, between: string): string =>
  Array.from({ length }, (_, k) => each(k)).join(between);

describe('hostile text', () => {
  const megabyte = 1_000_000;
  const long: readonly (readonly [string, string])[] = [
    ['brackets', '('.repeat(megabyte)],
    ['sums', '1+'.repeat(megabyte / 2)],
    ['products', 'v*'.repeat(megabyte / 2)],
    ['signs', '-'.repeat(megabyte)],
    ['powers', 'v^'.repeat(megabyte / 2)],
    ['cases', 'v>0?1:'.repeat(megabyte / 6)],
    ['calls', 'sin('.repeat(megabyte / 4)],
    ['blanks', ' '.repeat(megabyte)],
    ['digits', '9'.repeat(megabyte)],
    ['a name', 'a'.repeat(megabyte)],
    ['commas', `max(${'v,'.repeat(megabyte / 2)}`],
    ['NUL', '\0'.repeat(megabyte)],
  ];
  const short: readonly (readonly [string, string])[] = [
    ['a module', 'import("fs")'],
    ['a property', 'v.constructor'],
    ['an index', 'v["a"]'],
    ['a string', '"x"'],
    ['a template', '`${v}`'],
    ['a matrix', '[1, 2; 3, 4]'],
    ['an assignment', 'v = 3'],
    ['a function', 'f(x) = x'],
    ['an object', '{"a": v}'],
    ['a unit', '3 inch'],
    ['end', 'v[end]'],
    ['a block', 'v; v'],
    ['evaluation', 'evaluate("1")'],
    ['parsing', 'parse(v)'],
    ['a constructor', 'constructor(v)'],
    ['escape', 'v\u001b[31m'],
    ['half a character', 'v + \ud800'],
    ['a tower', '9^9^9^9^9^9^9^9'],
    ['sums in powers', nested('(', 'exp(v)', '+1)^(1/3)', 31)],
    ['sums in divisors', nested('1/(1+', 'v', ')', 32)],
    ['sums in products', nested('(1+v^2*', '1', ')', 31).replace(/^/, '1/')],
    ['sums in roots', nested('sqrt(1+', 'v^2', ')', 32)],
    ['exponentials to multiply out', list(60, (k) => `(exp(${k + 1}*v)+1+v)`, '*')],
    ['exponentials to raise', nested('(exp(v)+1+', 'v', ')^2', 32)],
    ['clamps', nested('clamp(', 'v', ', -1, 1)', 32)],
    ['maxima', nested('max(', 'v', ', v^2)', 32)],
    ['absolute values', nested('abs(1-', 'v', ')', 32)],
    ['ternaries in brackets', nested('(v>1?', 'v', ':2*v)', 33)],
    ['fractions', list(500, (k) => `v/${2 * k + 10_001}`, '+')],
    ['many terms', list(250, (k) => `v^${k % 60}*sin(${k}*v)`, '+')],
    ['many divisors', list(510, (k) => `/(v-${k})`, '').replace(/^/, 'v')],
    ['powers of powers', nested('(', 'v', '^64)^64', 15)],
    ['powers of numbers', nested('(', '3', '^64)', 31).replace(/\)/g, ')^64')],
    ['chains of cases', `${list(31, (k) => `${list(40, (j) => `v*${j}`, '<')}<${k}?v^${k}:`, '')}v`],
    ['cases in chains', nested('(0<v<1<v^2?0:', '1/v', ')', 31)],
    ['multiplied powers', list(400, () => 'v^64', '*')],
  ];

  it.each([...long, ...short])('%s: refused at once, with a code', (_, text) => {
    // Without the guards these take minutes each.
    const diagnostic = diagnose(text);
    expect(diagnostic?.code).toMatch(/^LW(107|201|202|214|501|504)$/);
    expect(`${diagnostic?.found}${diagnostic?.expected}`.length).toBeLessThan(500);
    const column = diagnostic?.position?.column ?? 0;
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(text.length + 1);
  });
});
