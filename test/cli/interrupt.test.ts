import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certified } from '../../src/certify/certify.js';
import { progressText } from '../../src/cli/certify-progress.js';
import { checkSample } from '../../src/verify/check.js';
import { transpiledForTests } from '../transpiled.js';
import { Folder, lipwright } from './harness.js';

const folder = new Folder();
afterAll(folder.remove);
const network = folder.file('net.json');
const transpiled = transpiledForTests();

beforeAll(async () => {
  const { out } = await lipwright(['sample', 'feedforward', '--depth', '12', '--dims', 'x=8,w=40,y=4', '--json']);
  writeFileSync(network, out);
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process of its own, to which `act` is done once it says that something is proven. */
function certifying(out: string, act: (kill: (signal: NodeJS.Signals) => void) => void): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [transpiled('src/cli/main.ts'), 'certify', network, '--time', '3000', '--out', out],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let acted = false;
  let heard = '';
  child.stderr.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
    if (acted || !heard.includes('proven')) return;
    acted = true;
    act((signal) => void child.kill(signal));
  });
  return new Promise(
    (resolve) =>
      void child.on('exit', (code, signal) => {
        resolve({ code, signal });
      }),
  );
}

describe('an interrupted process', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: exit status 0, and a whole certificate that check accepts',
    async (signal) => {
      const out = folder.file(`${signal}.json`);
      expect(
        await certifying(out, (kill) => {
          kill(signal);
        }),
      ).toEqual({ code: 0, signal: null });
      const certified = JSON.parse(readFileSync(out, 'utf8')) as Certified;
      expect(certified.certificate.stopped).toBe('aborted');
      expect(checkSample(certified)).toMatchObject({ accepted: true, reasons: [] });
      expect(folder.names().filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );
});

describe('a second interrupt', () => {
  it('ends the process at once with status 130', async () => {
    const io = pathToFileURL(transpiled('src/cli/io.ts')).href;
    const text =
      `import { processIo } from '${io}'; processIo().onInterrupt(() => process.kill(process.pid, ` +
      `'SIGINT')); setInterval(() => undefined, 1000); process.kill(process.pid, 'SIGTERM');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
      stdio: 'ignore',
    });
    const ended = await new Promise<Ended>(
      (resolve) =>
        void child.on('exit', (code, signal) => {
          resolve({ code, signal });
        }),
    );
    expect(ended).toEqual({ code: 130, signal: null });
    expect(existsSync(folder.file('none.json'))).toBe(false);
  });
});

describe('a line of progress', () => {
  it.each([
    [{ iterations: 0, proven: 2, estimate: null, gap: Infinity }, '1.5 s: proven 2'],
    [{ iterations: 0, proven: Infinity, estimate: null, gap: Infinity }, '1.5 s: nothing proven yet'],
    [{ iterations: 3, proven: 2, estimate: 1.5, gap: Infinity }, '1.5 s: proven 2; step 3 estimates 1.5, not proven'],
    [{ iterations: 2, proven: 2, estimate: 3, gap: Infinity }, '1.5 s: proven 2; step 2'],
    [
      { iterations: 9, proven: 2, estimate: 1.5, gap: 0.25 },
      '1.5 s: proven 2; step 9 estimates 1.5, not proven, within 0.25 of the best',
    ],
  ])('%o', (progress, expected) => {
    expect(progressText(progress, 1.5)).toBe(expected);
  });
});
