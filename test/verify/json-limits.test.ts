import { describe, expect, it } from 'vitest';
import { checkText } from '../../src/verify/check.js';
import { parseJson } from '../../src/verify/json.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { loadArchitecture } from '../../src/1-parse/index.js';
import { codeOf } from '../certify/code-of.js';

describe('JSON of any size', () => {
  const sample = JSON.stringify(
    sampleInstance(loadArchitecture('linear'), { depth: 1, widths: { x: 2, y: 2 }, seed: 1 }),
  ).slice(0, -1);

  it.each([
    ['letters', 'a'],
    ['escapes', '\\"'],
    ['backslashes', '\\\\'],
    ['escapes of four digits', '\\u0041'],
  ])('nine megabytes of %s in a field that nobody reads', (_title, text) => {
    expect(checkText(`${sample},"comment":"${text.repeat(Math.ceil(9e6 / text.length))}"}`).accepted).toBe(true);
  });

  it.each<readonly [string, string]>([
    ['a text that does not end', `{"a":"${'\\n'.repeat(5e6)}`],
    ['a long text with an escape that is none', `{"a":"${'b'.repeat(9e6)}\\x"}`],
    ['a long text with a line break', `{"a":"${'b'.repeat(9e6)}\n"}`],
    ['a long text where a name must stand', `{"a":1,"${'b'.repeat(9e6)}"}`],
    ['brackets without end', '['.repeat(3e7)],
    ['brackets that end, but too late', `${'['.repeat(1e5)}${']'.repeat(1e5)}`],
    ['a long name twice', `{"${'n'.repeat(1e6)}":1,"${'n'.repeat(1e6)}":2}`],
  ])('%s: LW104', async (_title, text) => {
    expect(await codeOf(() => parseJson(text, null))).toBe('LW104');
  });

  it('what is an escape and what is not', async () => {
    expect(parseJson('["\\\\", "\\"", "\\\\\\"", "a\\u0041\\/"]', null)).toEqual(['\\', '"', '\\"', 'aA/']);
    expect(parseJson('{"a\\"b": 1, "a": {"a": ":{["}}', null)).toEqual({ 'a"b': 1, a: { a: ':{[' } });
    // The brackets stand in a text.
    expect(parseJson(JSON.stringify('['.repeat(1000)), null)).toHaveLength(1000);
    expect(await codeOf(() => parseJson('["\\\\\\x"]', null))).toBe('LW104');
  });
});
