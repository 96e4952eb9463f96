import { LipwrightError, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import { boundedText } from '../base/read-bounded.js';
import { status } from './status.js';

const interrupts = ['SIGINT', 'SIGTERM'] as const;

/** Everything a command sees of the process, so that tests can run commands without one. */
export interface Io {
  /** Machine output and reports: stdout. */
  readonly out: (text: string) => void;
  /** Notes, progress and errors: stderr. */
  readonly err: (text: string) => void;
  /** Is a person watching stderr? */
  readonly errIsTerminal: boolean;
  /** Columns of the terminal that stdout is, or null if it is none. */
  readonly columns: number | null;
  /** All of stdin as text. @throws LW101 cannot be read, LW102 more than `limit` bytes, LW104 not UTF-8 */
  readonly readStdin: (limit: number) => Promise<string>;
  /**
   * Calls back once when the user interrupts (Ctrl-C, SIGTERM); a second time ends the process. Returns how to stop
   * listening.
   */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** The real process. */
export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : null,
    readStdin: (limit) => boundedStdin(process.stdin, limit),
    onInterrupt: (listener) => {
      let heard = false;
      const hear = (): void => {
        // Files are written in one go, so none is half written here.
        if (heard) process.exit(status.interrupted);
        heard = true;
        listener();
      };
      for (const signal of interrupts) process.on(signal, hear);
      return () => interrupts.forEach((signal) => void process.off(signal, hear));
    },
  };
}

const stdinPlace: Position = { file: '<stdin>', line: 1, column: 1 };

/** Reads no further than the chunk in which the limit is passed. */
async function boundedStdin(stdin: AsyncIterable<unknown>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.from(chunk as Uint8Array);
      total += bytes.length;
      if (total > limit) fail('LW102', `more than ${limit} bytes`, `at most ${limit}`, stdinPlace);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof LipwrightError) throw error;
    return fail('LW101', `stdin (${reasonOf(error)})`, 'what can be read', stdinPlace);
  }
  return boundedText(Buffer.concat(chunks), 'LW104', '<stdin>');
}

/** What an error of the operating system is called. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'it fails';

/** How wide texts are laid out: as the terminal, within reason; 80 where there is none. */
export const textWidth = ({ columns }: Io): number => Math.min(Math.max(columns ?? 80, 60), 100);
