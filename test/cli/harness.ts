import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/run.js';
import type { Io } from '../../src/cli/io.js';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface FakeOptions {
  readonly stdin?: string;
  /** Called with what tells the command that the user interrupts. */
  readonly interrupt?: (now: () => void) => void;
}

/** Runs a command in this process. */
export async function lipwright(argv: readonly string[], options: FakeOptions = {}): Promise<Outcome> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    errIsTerminal: false,
    columns: null,
    readStdin: () => Promise.resolve(options.stdin ?? ''),
    onInterrupt: (listener) => {
      options.interrupt?.(listener);
      return () => undefined;
    },
  };
  const status = await run(argv, io);
  return { status, out, err };
}

/** The catalogue code of an error message. */
export const codeOf = (err: string): string | null => /^error (LW\d{3}):/.exec(err)?.[1] ?? null;

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'lipwright-cli-'));
  file = (name: string): string => join(this.path, name);
  names = (): readonly string[] => (existsSync(this.path) ? readdirSync(this.path).sort() : []);
  remove = (): void => rmSync(this.path, { recursive: true, force: true });
}
