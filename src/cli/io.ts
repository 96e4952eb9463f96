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
  readonly readStdin: () => Promise<string>;
  /** Calls back when the user interrupts; returns how to stop listening. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** The real process. */
export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : null,
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
      return new TextDecoder().decode(Buffer.concat(chunks));
    },
    onInterrupt: (listener) => {
      process.once('SIGINT', listener);
      return () => void process.off('SIGINT', listener);
    },
  };
}
