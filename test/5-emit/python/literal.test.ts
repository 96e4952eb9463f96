import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  docText,
  oneLine,
  pyFloat,
  pyNumber,
  pyString,
  pyStrings,
  pyTuple,
} from '../../../src/5-emit/python/literal.js';
import { LINE_LIMIT, fill, wrap } from '../../../src/5-emit/python/layout.js';

/** What Python makes of a literal; its escapes that we print are JSON's. */
const read = (literal: string): unknown => JSON.parse(literal);

const nasty = fc
  .array(
    fc.constantFrom(
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\t',
      '\0',
      '\u2028',
      '\u202e',
      '\ufeff',
      '{',
      '}',
      '%s',
      '"""',
      "'''",
      '#',
      'a',
      ' ',
      'λ',
      '𝓛',
      '\ud800',
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('literals', () => {
  it('strings say what they were made of, on one line, without characters that hide or turn text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const literal = pyString(text);
        expect(read(literal)).toBe(text);
        expect(literal).not.toMatch(/[\u0000-\u001f\u2028\u202e\ufeff]/);
        expect(literal).toMatch(/^"(?:[^"\\]|\\.)*"$/u);
      }),
    );
  });

  it('long texts are literals of a bounded length that give them together', () => {
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 30 }), fc.integer({ min: 30, max: 110 }), (parts, limit) => {
        const text = parts.join('');
        const literals = pyStrings(text, limit);
        expect(literals.map((literal) => String(read(literal))).join('')).toBe(text);
        for (const literal of literals) expect(literal.length).toBeLessThanOrEqual(limit);
      }),
    );
    expect(pyStrings('one\ntwo', 100)).toEqual(['"one\\n"', '"two"']);
    expect(pyStrings('', 100)).toEqual([]);
  });

  it('comments and docstrings stay on their line and cannot be left', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(oneLine(text)).not.toMatch(/[\r\n\0]/);
        // An odd number of backslashes in front of a quotation mark escapes it; a docstring does not end inside.
        expect(docText(text).replace(/\\./gsu, '')).not.toContain('"');
        expect(/(\\*)$/.exec(docText(text))?.[1]?.length ?? 0).toSatisfy((count: number) => count % 2 === 0);
      }),
    );
    expect(docText('a """ b\\')).toBe('a \\"\\"\\" b\\\\');
  });

  it('numbers are exact, powers of two by their exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        // JavaScript reads them as Python does, but for a sign in front of a power.
        const power = /^(-?)2\.0\*\*(-?\d+)$/.exec(pyNumber(value));
        expect(power === null ? Number(pyNumber(value)) : (power[1] === '-' ? -1 : 1) * 2 ** Number(power[2])).toBe(
          value,
        );
      }),
    );
    expect([2 ** 64, -(2 ** -60), 0.5, 1, 32768, 1e21, Infinity, -Infinity].map(pyNumber)).toEqual([
      '2.0**64',
      '-2.0**-60',
      '0.5',
      '1',
      '32768',
      '1e+21',
      'math.inf',
      '-math.inf',
    ]);
    expect([1, 0.25, -3].map(pyFloat)).toEqual(['1.0', '0.25', '-3.0']);
    expect([pyTuple([]), pyTuple(['1']), pyTuple(['1', '2'])]).toEqual(['()', '(1,)', '(1, 2)']);
  });
});

describe('lines', () => {
  it('break at brackets and operators and lose nothing', () => {
    const terms = Array.from({ length: 12 }, (_, k) => `2 * abs(P[${k}]) * some_name_${k}`);
    const text = `t1 = _capped(1, ${terms.join(' + ')}, np.abs(t2) @ t3)`;
    const lines = wrap(text, '    ');
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(LINE_LIMIT);
    expect(
      lines
        .map((line) => line.trim())
        .join(' ')
        .replaceAll('( ', '(')
        .replace(/,? \)/g, ')'),
    ).toBe(text);
  });

  it('get brackets of their own where they have none', () => {
    const terms = Array.from({ length: 10 }, (_, k) => `first_${k} * second_${k}`);
    const lines = wrap(`total = ${terms.join(' + ')}`, '');
    expect([lines[0], lines[1], lines[2], lines[lines.length - 1]]).toEqual([
      'total = (',
      '    first_0 * second_0',
      '    + first_1 * second_1',
      ')',
    ]);
  });

  it('never break inside a string', () => {
    const message = `"LW402 ${'(infeasible, as it were) + '.repeat(8)}"`;
    const lines = wrap(`t1 = _cholesky(t0, checks, ${message})`, '    ');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(LINE_LIMIT);
    const joined = lines
      .filter((line) => line.trim().startsWith('"'))
      .map((line) => String(read(line.trim().replace(/,$/, ''))));
    expect(joined.join('')).toBe(read(message));
  });

  it('words fill a paragraph', () => {
    expect(fill('aa bb cc dd', 5)).toEqual(['aa bb', 'cc dd']);
    expect(fill('toolongword a', 5)).toEqual(['toolongword', 'a']);
  });
});
