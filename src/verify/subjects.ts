import { inMemory } from '../5-emit/index.js';
import { LipwrightError } from '../base/diagnostic.js';
import { compile } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import type { Subject } from './instance.js';

export type CompileNetwork = (architecture: Architecture, depth: number) => Subject;

/** An architecture that has no network, or no parameterization, at a depth. */
export interface Refused {
  readonly architecture: string;
  readonly depth: number;
  readonly code: string;
  readonly because: string;
  readonly error: LipwrightError;
}

/** The library's own functions. */
export function ownNetworks(strategy: Strategy): CompileNetwork {
  return (architecture, depth) => compile(architecture, { depth, strategy });
}

/** How many depths are tried before an architecture counts as hopeless. */
const depthsTried = 8;

/** The subjects of a campaign, compiled once for each architecture and depth. */
export class Subjects {
  readonly refused: Refused[] = [];
  /** Milliseconds spent on compiling. */
  spent = 0;
  private readonly known = new Map<string, Subject | null>();
  private readonly architectures: readonly Architecture[];
  private readonly compileNetwork: CompileNetwork;
  private readonly own: boolean;

  /** `foreign` null: the library's own functions are put to the test. */
  constructor(architectures: readonly Architecture[], strategy: Strategy, foreign: CompileNetwork | null) {
    this.architectures = architectures;
    this.compileNetwork = foreign ?? ownNetworks(strategy);
    this.own = foreign === null;
  }

  /** A program plans its buffers once for each combination of widths and keeps the plans: lets them go. */
  renew(): void {
    if (!this.own) return;
    for (const [key, subject] of this.known) if (subject !== null) this.known.set(key, inMemory(subject.program));
  }

  /** Null where the architecture is refused at this depth; the refusal is noted. */
  get(architecture: number, depth: number): Subject | null {
    const key = `${architecture} ${depth}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const made = this.make(architecture, depth);
    this.known.set(key, made);
    return made;
  }

  /**
   * Goes up from the least depth to one at which the architecture has a network. @throws what it refused with if there
   * is none
   */
  require(architecture: number, depth: { readonly from: number; readonly to: number }): void {
    const before = this.refused.length;
    for (let at = depth.from; at <= Math.min(depth.to, depth.from + depthsTried - 1); at += 1)
      if (this.get(architecture, at) !== null) return;
    const first = this.refused[before];
    if (first !== undefined) throw first.error;
  }

  private make(at: number, depth: number): Subject | null {
    const architecture = this.architectures[at];
    if (architecture === undefined) return null;
    const start = performance.now();
    try {
      return this.compileNetwork(architecture, depth);
    } catch (error) {
      // A faulty compiler must show as what it is; only diagnostics are refusals.
      if (!(error instanceof LipwrightError)) throw error;
      this.refused.push({ architecture: architecture.name, depth, code: error.code, because: error.message, error });
      return null;
    } finally {
      this.spent += performance.now() - start;
    }
  }
}
