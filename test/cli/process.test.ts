import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { transpiledForTests } from '../transpiled.js';

const main = transpiledForTests()('src/cli/main.ts');

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The real program in a process of its own. */
function start(
  argv: readonly string[],
  react: (child: ReturnType<typeof spawn>, seen: { out: string; err: string }) => void = () => undefined,
  stdin = '',
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['pipe', 'pipe', 'pipe'] });
  const seen = { out: '', err: '' };
  child.stdin.end(stdin);
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString();
    react(child, seen);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString();
    react(child, seen);
  });
  return new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, ...seen })));
}

describe('the program as a process', () => {
  it('prints machine output alone on stdout', async () => {
    const { status, out, err } = await start(['derive', 'residual', '--depth', 'n', '--format', 'json']);
    expect([status, err]).toEqual([0, '']);
    expect(JSON.parse(out).rows).toHaveLength(3);
  });

  it('ends with 2 and nothing on stdout for bad input', async () => {
    const { status, out, err } = await start(['derive', 'residual', '--depth', '0']);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^error LW302: /);
  });

  it('reads a sample from a pipe', async () => {
    const sample = await start(['sample', 'residual', '--depth', '1', '--dims', 'x=2,w=2,y=2', '--json']);
    const { status, out } = await start(['check', '-', '--json'], () => undefined, sample.out);
    expect(status).toBe(0);
    expect(JSON.parse(out).accepted).toBe(true);
  });

  it('sums up and ends with 130 on Ctrl-C', async () => {
    let sent = false;
    const { status, signal, out, err } = await start(
      ['verify', 'residual', '--runs', '1000000000', '--depth', '1', '--json'],
      (child, { err: noted }) => {
        // The first note on progress says that the campaign is under way.
        if (!sent && noted.includes('runs')) {
          sent = true;
          child.kill('SIGINT');
        }
      },
    );
    expect([status, signal]).toEqual([130, null]);
    expect(err).toMatch(/^\d+ of 1000000000 runs, 0 failures\n/);
    expect(JSON.parse(out)).toMatchObject({ interrupted: true, failures: 0 });
  });

  it('ends quietly when its reader goes away', async () => {
    const { err } = await start(['derive', 'residual', '--depth', '60', '--format', 'json'], (child) =>
      child.stdout?.destroy(),
    );
    expect(err).toBe('');
  });
});

describe('input and output that end or do not', () => {
  const withOutput = (output: number, argv: readonly string[], stdin = ''): Promise<Ended> => {
    const child = spawn(process.execPath, [main, ...argv], { stdio: ['pipe', output, 'pipe'] });
    let err = '';
    child.stdin?.end(stdin);
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    return new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, out: '', err })));
  };

  it.skipIf(!existsSync('/dev/full'))(
    'a full disk is not "rejected": exit status 2 and a code, no stack trace',
    async () => {
      const full = openSync('/dev/full', 'w');
      const { status, err } = await withOutput(full, ['list', '--json']);
      closeSync(full);
      expect(status).toBe(2);
      expect(err).toMatch(/^error LW108: [^\n]*\n {2}found: {4}stdout \(ENOSPC\)\n {2}expected: [^\n]*\n$/);
    },
  );

  it('a pipe that its reader closes: exit status 2, and nothing to read', async () => {
    const child = spawn(process.execPath, [main, 'list'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stdout.destroy();
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, err]).toEqual([2, '']);
  });

  it.skipIf(!existsSync('/dev/zero'))('stdin without end is read as far as the limit', async () => {
    const zero = openSync('/dev/zero', 'r');
    const child = spawn(process.execPath, ['--max-old-space-size=256', main, 'check', '-'], {
      stdio: [zero, 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const status = await new Promise((resolve) => child.on('close', resolve));
    closeSync(zero);
    expect(status).toBe(2);
    expect(err).toMatch(/^error LW102: /);
  });
});
