import { execFileSync } from 'node:child_process';
import { beforeEach, describe, expect, test } from 'vitest';
import { PythonCode } from '../../../src/5-emit/python/python-code.js';
import { printTuple, rowTexts } from '../../../src/5-emit/python/rows.js';
import type { Part, Row } from '../../../src/5-emit/python/rows.js';
import { generator } from '../../../src/numeric/random.js';
import { pythonForTests } from '../../python/environment.js';

/** Tables with what repeats as comprehensions: Python makes of them what is listed row by row. */

const { interpreter, reason } = await pythonForTests();
beforeEach((context) => {
  context.skip(interpreter === null, reason);
});

const listed = (parts: readonly Part[]): string =>
  parts
    .map((part) => (typeof part === 'string' ? part : 'index' in part ? String(part.index) : JSON.stringify(part.name)))
    .join('');
const plain = ({ key, value }: Row): string => (key === undefined ? '' : `${listed(key)}: `) + listed(value);

/** Rows of random patterns, some of which count up, down or not at all. */
function randomRows(seed: number, isDict: boolean): readonly Row[] {
  const random = generator(seed);
  let unique = 0;
  return Array.from({ length: random.integer(1, 4) }, (_, part) => {
    const patterns = Array.from({ length: random.integer(1, 2) }, () => ({
      name: random.pick(['C[#]', 'block[2].w[#]', '{x}#', 'a\\"#', 'C#', 'é[#] of 0.05', 'A']),
      step: random.pick([1, 1, -1, 2, 0]),
      first: random.integer(0, 20),
    }));
    return Array.from({ length: random.integer(1, 6) }, (_x, k) =>
      patterns.map(({ name, step, first }): Row => {
        const at = Math.abs(first + k * step);
        const value: readonly Part[] = [
          '(',
          { name: name.replace('#', String(at)) },
          ', ',
          { index: 3 * at - 1 },
          ', 0.5)',
        ];
        unique += 1;
        return isDict
          ? {
              key: [{ name: `${name.replace('#', String(at + 1))} ${part} ${isDict && step === 0 ? unique : ''}` }],
              value,
            }
          : { value };
      }),
    ).flat();
  }).flat();
}

describe('tables', () => {
  test('random tables and dicts', () => {
    const lines = Array.from({ length: 300 }, (_, seed) => {
      const isDict = seed % 2 === 0;
      const rows = randomRows(seed, isDict);
      const [open, close] = isDict ? ['{', '}'] : ['[', ']'];
      const texts = [rowTexts(rows), rows.map(plain)].map((each) => `${open}${each.join(', ')}${close}`);
      return `same(${seed}, ${texts.join(', ')})`;
    });
    const script = [
      'def same(seed, a, b):',
      '    assert repr(a) == repr(b), (seed, a, b)',
      ...lines,
      `print(${lines.length})`,
    ].join('\n');
    const out = execFileSync(interpreter ?? '', ['-'], { input: script, encoding: 'utf8' });
    expect(out.trim()).toBe('300');
  });

  test('what repeats is one row', () => {
    const names = Array.from({ length: 5 }, (_, at) => ({
      key: [{ name: `C[${at + 1}]` }],
      value: ['d[', { index: at }, ']'],
    }));
    expect(rowTexts(names)).toEqual(['**{f"C[{k}]": d[k - 1] for k in range(1, 6)}']);
    expect(rowTexts(names.map(({ value }) => ({ value })))).toEqual(['*(d[k] for k in range(5))']);
    expect(rowTexts(names.slice(0, 2))).toHaveLength(2);
  });

  test('a tuple of equal entries', () => {
    const printed = (count: number): string => {
      const code = new PythonCode();
      printTuple(
        code,
        'T = ',
        Array.from({ length: count }, () => ({ value: ['None'] })),
      );
      return code.toString();
    };
    expect(printed(64)).toBe('T = (None,) * 64\n');
    expect(printed(1)).toBe('T = (\n    None,\n)\n');
    expect(printed(0)).toBe('T = ()\n');
  });
});
