import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { pythonForTests } from './environment.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const maker = join(root, 'scripts', 'make_python_environment.py');
const script = join(root, 'scripts', 'python-environment.mjs');
const folder = mkdtempSync(join(tmpdir(), 'lipwright-python-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { interpreter, reason } = await pythonForTests();
const inBin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/** A requirements file that asks for nothing, so that no registry is asked. */
const nothing = join(folder, 'nothing.txt');
writeFileSync(nothing, '# nothing\n');
const impossible = join(folder, 'impossible.txt');
writeFileSync(
  impossible,
  `--no-index\nnot-a-package-of-anybody @ file://${join(folder, 'missing.whl').replaceAll('\\', '/')}\n`,
);

const run = (environment: string, requirements: string): Promise<{ readonly stderr: string }> =>
  promisify(execFile)(interpreter ?? '', [maker, environment, requirements]);

describe('the maker of environments', () => {
  beforeEach((context) => {
    context.skip(interpreter === null, reason);
  });

  it('makes one once, however many ask at the same time, and again what was left half-made', async () => {
    const environment = join(folder, 'one');
    mkdirSync(environment);
    writeFileSync(join(environment, 'left-over'), '');
    const told = await Promise.all([run(environment, nothing), run(environment, nothing)]);
    expect(told.filter(({ stderr }) => stderr.includes(`made in ${environment}`))).toHaveLength(1);
    expect(existsSync(join(environment, 'complete'))).toBe(true);
    expect(existsSync(join(environment, 'left-over'))).toBe(false);
    expect(spawnSync(join(environment, ...inBin), ['-c', 'print(1 + 1)'], { encoding: 'utf8' }).stdout.trim()).toBe(
      '2',
    );
    expect(await run(environment, nothing)).toMatchObject({ stderr: '' });
  });

  it('ends with the reason where something cannot be installed, and marks nothing as complete', async () => {
    const environment = join(folder, 'two');
    await expect(run(environment, impossible)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/pip failed: ERROR.*\n$/) as string,
    });
    expect(existsSync(join(environment, 'complete'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'stops on Ctrl-C without a trace of completeness, and frees the lock',
    async () => {
      const environment = join(folder, 'three');
      const child = spawn(interpreter ?? '', [maker, environment, nothing]);
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      while (!existsSync(environment)) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(existsSync(join(environment, 'complete'))).toBe(false);
      // One that would wait for the lock is through at once.
      writeFileSync(join(environment, 'complete'), '');
      expect(await run(environment, nothing)).toMatchObject({ stderr: '' });
    },
  );
});

describe.skipIf(process.platform === 'win32')('the script before the tests', () => {
  const tell = (
    environment: Readonly<Record<string, string>>,
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
    const rest = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => name !== 'CI' && name !== 'LIPWRIGHT_PYTHON_ENV'),
    );
    return spawnSync(process.execPath, [script], {
      encoding: 'utf8',
      env: { ...rest, XDG_CACHE_HOME: join(folder, 'cache'), ...environment },
    });
  };
  const fake = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it.each([
    ['no Python', () => '/nowhere/python3', /\/nowhere\/python3 does not run, and Python 3\.11 or later is needed/],
    [
      'one that is too old',
      () => fake('old', 'echo CPython 3.9.6 darwin arm64 /usr'),
      /old is CPython 3\.9\.6, and Python 3\.11 or later is needed/,
    ],
    ['another Python', () => fake('other', 'echo PyPy 3.11.9 linux x86_64 /usr'), /other is PyPy 3\.11\.9/],
  ])('without CI says nothing and with CI=true fails: %s', (_what, python, message) => {
    const PYTHON = python();
    expect(tell({ PYTHON })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const told = tell({ PYTHON, CI: 'true' });
    expect(told).toMatchObject({ status: 1, stdout: '' });
    expect(told.stderr).toMatch(message);
    expect(told.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  it('with a Python that cannot make environments: the maker’s own last words, kept for the tests that follow', () => {
    const PYTHON = fake(
      'broken',
      'case "$1" in -c) echo CPython 3.12.1 linux x86_64 /usr;; *) echo no disk >&2; exit 1;; esac',
    );
    mkdirSync(join(folder, 'cache', 'lipwright'), { recursive: true });
    expect(tell({ PYTHON, CI: 'true' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not tested: its environment could not be made (no disk)') as string,
    });
    const [note = ''] = readdirSync(join(folder, 'cache', 'lipwright'));
    expect(note).toMatch(/^python-[0-9a-f]{12}\.failed$/);
    expect(readFileSync(join(folder, 'cache', 'lipwright', note), 'utf8')).toContain('no disk');
  });

  it('uses the environment that it is given', () => {
    expect(tell({ LIPWRIGHT_PYTHON_ENV: folder, CI: 'true' })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('LIPWRIGHT_PYTHON_ENV has no') as string,
    });
  });
});
