import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/index.js';

const here = fileURLToPath(new URL('..', import.meta.url));
const tests = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:ts|yaml)$/.test(name) && !name.endsWith('codes.test.ts'))
  .map((name) => readFileSync(`${here}/${name}`, 'utf8'))
  .join('\n');

describe('the catalogue', () => {
  it.each(Object.keys(catalogue))('%s is asserted by a test', (code) => {
    expect(tests.includes(code)).toBe(true);
  });
});
