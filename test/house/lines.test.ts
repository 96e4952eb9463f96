import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = ['src', 'rules'].flatMap((folder) =>
  readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts')),
);
const lines = new Map(files.map((name) => [name, readFileSync(`${root}/${name}`, 'utf8').trimEnd().split('\n')]));

/** What is longer until its comments are filled anew. */
const wide = (name: string): boolean => /^src\/5-emit\/(?:roll|python|operations)\//.test(name);

describe('what is shipped is read on a screen', () => {
  it('no line is longer than 120 characters', () => {
    const found = [...lines].flatMap(([name, all]) =>
      all.flatMap((line, at) => ([...line].length > 120 && !wide(name) ? [`${name}:${at + 1}`] : [])),
    );
    expect(found).toEqual([]);
  });

  it('no file is longer than 400 lines', () => {
    const found = [...lines].flatMap(([name, all]) => (all.length > 400 ? [name] : []));
    expect(found).toEqual([]);
  });
});
