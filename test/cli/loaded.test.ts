import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { transpiledForTests } from '../transpiled.js';
import { Folder } from './harness.js';

const folder = new Folder();
afterAll(() => folder.remove());

const main = transpiledForTests()('src/cli/main.ts');
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The packages that a command loads, and how many modules of each; its own modules under ''. */
function loadedBy(argv: readonly string[]): ReadonlyMap<string, number> {
  const trace = folder.file(`${argv.join('-').replace(/\W/g, '-')}.txt`);
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(here('trace-modules.mjs')).href, main, ...argv],
    { env: { ...process.env, TRACE_FILE: trace }, encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(existsSync(trace)).toBe(true);
  const paths = new Set(
    readFileSync(trace, 'utf8')
      .split('\n')
      .map((line) => line.replace(/^file:\/\//, '').replace(/\?.*$/, '')),
  );
  const counts = new Map<string, number>();
  for (const path of paths) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What takes long to load, as far as it is loaded. */
const heavy = (loaded: ReadonlyMap<string, number>): readonly string[] =>
  ['mathjs', 'typed-function', 'nerdamer', 'zod', 'fast-check', 'z3-solver'].filter((name) => loaded.has(name));

describe('what a command loads', () => {
  it.each([[['--version']], [['--help']], [['verify', '--help']]])('%j: commander alone', (argv) => {
    const loaded = loadedBy(argv);
    expect(loaded.has('commander')).toBe(true);
    expect(heavy(loaded)).toEqual([]);
    expect(loaded.has('yaml')).toBe(false);
  });

  it('list: no parser and no algebra, since it parses no equation and computes no slope', () => {
    const loaded = loadedBy(['list']);
    expect(loaded.has('yaml')).toBe(true);
    expect(heavy(loaded)).toEqual([]);
  });

  it('activations: the parser of mathjs without what evaluates, and no algebra of inequalities', () => {
    const loaded = loadedBy(['activations', 'gelu']);
    expect(heavy(loaded)).toEqual(['mathjs', 'zod']);
    expect(loaded.get('mathjs')).toBeLessThan(60);
  });

  it('derive: also nerdamer, which its rules ask', () => {
    const loaded = loadedBy(['derive', 'residual']);
    expect(heavy(loaded)).toEqual(['mathjs', 'nerdamer', 'zod']);
    expect(loaded.get('mathjs')).toBeLessThan(60);
  });
});
