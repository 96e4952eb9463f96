import { describe, expect, it } from 'vitest';
import { parseScalar } from '../../../src/slopes/read/expression.js';
import type { ParsedScalar } from '../../../src/slopes/read/expression.js';
import type { Side } from '../../../src/slopes/scalar/obligation.js';
import { scalarText } from '../../../src/slopes/scalar/print.js';

const parse = (text: string): ParsedScalar =>
  parseScalar(text, {
    parameters: new Set(['alpha', 'beta']),
    named: () => new Map(),
    locate: (offset) => ({ file: 'a.yaml', line: 3, column: offset + 1 }),
  });

const side = ({ guard, positive, closed }: Side): string =>
  `${scalarText(guard)} ${positive ? '>' : '<'}${closed ? '=' : ''} 0`;
const demands = (text: string): readonly string[] =>
  parse(text).obligations.map(({ demand, expression, where, position, text: part }) =>
    [`${demand} ${scalarText(expression)}`, `"${part}" at ${position.column}`, ...where.map(side)].join('; '),
  );
const branches = (text: string): readonly string[] =>
  parse(text).branches.map(({ guard, positive, negative, where, position, text: part }) =>
    [
      `${scalarText(guard)} ? ${scalarText(positive)} : ${scalarText(negative)}`,
      `"${part}" at ${position.column}`,
      ...where.map(side),
    ].join('; '),
  );

describe('what has to be proved of a text', () => {
  it.each([
    ['1 / v', ['nonzero v; "v" at 5']],
    ['1 / (v^2 - 2)', ['nonzero v^2 - 2; "v^2 - 2" at 6']],
    ['v / -beta', ['nonzero -beta; "-beta" at 5']],
    ['1 / v / (v + 1)', ['nonzero v; "v" at 5', 'nonzero v + 1; "v + 1" at 10']],
    ['v / v', ['nonzero v; "v" at 5']],
    ['0 * log(v)', ['positive v; "v" at 9']],
    ['log(v + 2)', ['positive v + 2; "v + 2" at 5']],
    ['log2(v) + log10(v)', ['positive v; "v" at 6', 'positive v; "v" at 17']],
    ['log1p(v)', ['positive v + 1; "1 + v" at 7']],
    ['log1p(2 * v)', ['positive 2 * v + 1; "1 + (2 * v)" at 7']],
    ['sqrt(v)', ['nonnegative v; "v" at 6']],
    ['v^(1/3)', ['nonnegative v; "v" at 1']],
    ['v^-0.5', ['positive v; "v" at 1']],
    ['v^-2', ['nonzero v; "v" at 1']],
    ['alpha^v', ['positive alpha; "alpha" at 1']],
    ['exp(log(v))', ['positive v; "v" at 9']],
    ['(sqrt(v))^2', ['nonnegative v; "v" at 7']],
    ['sqrt(log(v))', ['positive v; "v" at 10', 'nonnegative log(v); "log(v)" at 6']],
    ['sin(-v) / -(sin(v))', ['nonzero -sin(v); "-(sin(v))" at 11']],
  ])('%j', (text, expected) => {
    expect(demands(text)).toEqual(expected);
    expect(branches(text)).toEqual([]);
  });

  it.each([
    'v / 3',
    '1 / pi',
    '1 / (1 + exp(v))',
    '1 / (1 + v^2)',
    'sqrt(1 + v^2)',
    'sqrt(v^2)',
    'log(2 + v^4)',
    '1 / -exp(v)',
    '2^v',
    'e^v',
    'v^2',
    'v^0',
    'sqrt(0)',
    'log1p(exp(v))',
    '1 / sech(v)',
    'sigmoid(v)^-3',
    'max(v, 0) + min(v, 1) + abs(v) + relu(v) + clamp(v, 0, 1)',
  ])('nothing of %j', (text) => {
    expect([...demands(text), ...branches(text)]).toEqual([]);
  });

  it('carries the side of each case distinction that a part stands in', () => {
    expect(demands('if(v > 0, 1/v, sqrt(v))')).toEqual([
      'nonzero v; "v" at 13; v > 0',
      'nonnegative v; "v" at 21; v <= 0',
    ]);
    expect(demands('v >= 0 ? 1/v : 2')).toEqual(['nonzero v; "v" at 12; v >= 0']);
    expect(demands('v < 0 ? 1/v : log(v)')).toEqual(['nonzero v; "v" at 11; v < 0', 'positive v; "v" at 19; v >= 0']);
    expect(demands('v <= 0 ? 0 : log(v)')).toEqual(['positive v; "v" at 18; v > 0']);
    expect(demands('v > 0 ? (v > 1 ? log(v) : 0) : 0')).toEqual(['positive v; "v" at 22; v > 0; v - 1 > 0']);
  });

  it('takes a condition’s own demands from everywhere', () => {
    expect(demands('1/v > 2 ? 3 : 4')).toEqual(['nonzero v; "v" at 3']);
  });

  it('asks nothing of a branch that is never taken', () => {
    expect(demands('2 > 1 ? v : log(v)')).toEqual([]);
    expect(demands('1 > 2 ? log(v) : v')).toEqual([]);
    expect(branches('2 > 1 ? v : (v > 0 ? 1 : 2)')).toEqual([]);
  });

  it('demands the part otherwise of a chain on both of its sides', () => {
    expect(demands('-1 < v < 1 ? 0 : 1/v')).toEqual([
      'nonzero v; "v" at 20; v + 1 > 0; v - 1 >= 0',
      'nonzero v; "v" at 20; v + 1 <= 0',
    ]);
  });
});

describe('case distinctions that may jump', () => {
  it.each([
    ['v > 0 ? v : -v', ['v ? v : -v; "v > 0 ? v : -v" at 1']],
    ['v < 0 ? -v : v', ['v ? v : -v; "v < 0 ? -v : v" at 1']],
    ['2 * if(1 > 2*v, 3, v)', ['v - 0.5 ? v : 3; "if(1 > 2*v, 3, v)" at 5']],
    ['sign(v - 1)', ['v - 1 ? 1 : -1; "sign(v - 1)" at 1']],
    ['sign(2)', []],
    ['v > 0 ? 1 : 1', []],
    [
      'v > 0 ? sign(v - 1) : 2',
      ['v - 1 ? 1 : -1; "sign(v - 1)" at 9; v > 0', 'v ? if(v - 1 > 0, 1, -1) : 2; "v > 0 ? sign(v - 1) : 2" at 1'],
    ],
    [
      'v > 0 ? v : v > -1 ? 2 : 3',
      [
        'v + 1 ? 2 : 3; "v > -1 ? 2 : 3" at 13; v <= 0',
        'v ? v : if(v + 1 > 0, 2, 3); "v > 0 ? v : v > -1 ? 2 : 3" at 1',
      ],
    ],
    [
      '0 < v < 1 ? v : 2',
      ['v - 1 ? 2 : v; "0 < v < 1 ? v : 2" at 1; v > 0', 'v ? if(v - 1 > 0, 2, v) : 2; "0 < v < 1 ? v : 2" at 1'],
    ],
  ])('%j', (text, expected) => {
    expect(branches(text)).toEqual(expected);
  });

  it('use the guard as the function itself has it', () => {
    const {
      function: made,
      branches: [only],
    } = parse('if(3 - 2*v > 0, v, v^2)');
    expect(made.kind === 'select' ? [made.guard, made.positive, made.negative] : []).toEqual([
      only?.guard,
      only?.positive,
      only?.negative,
    ]);
  });

  it('carry the position that the caller’s map gives', () => {
    expect(parse('1 + (v > 0 ? 1 : 2)').branches[0]?.position).toEqual({ file: 'a.yaml', line: 3, column: 6 });
  });
});
