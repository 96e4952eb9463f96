import type { Architecture } from '../model/architecture.js';
import type { Io } from './io.js';
import { status } from './status.js';

export { status } from './status.js';

/** One run of the program: where it prints, what it has read, and how it ends. */
export class Session {
  readonly io: Io;
  /** Texts of the files that were read, so that an error can show the line that it is about. */
  readonly sources = new Map<string, string>();
  exitStatus: number = status.done;

  constructor(io: Io) {
    this.io = io;
  }

  /** @throws LW301 unknown name, and what reading and parsing throw */
  async load(nameOrPath: string): Promise<Architecture> {
    const { loadArchitecture } = await import('../1-parse/index.js');
    const architecture = loadArchitecture(nameOrPath);
    const file = architecture.equations.find((equation) => equation.position.file !== null)?.position.file ?? null;
    // With blocks the definition is no longer the file's own text.
    if (file !== null && architecture.blocks.size === 0) this.sources.set(file, architecture.definition);
    return architecture;
  }
}
