import fc from 'fast-check';
import { fail } from '../base/diagnostic.js';
import type { Case } from './cases.js';
import { caseArbitrary, widthPool } from './cases.js';
import type { Counterexample } from './counterexample.js';
import { describeFailure } from './counterexample.js';
import { decodeReplay } from './replay-code.js';
import type { CompileNetwork } from './subjects.js';
import { ownNetworks } from './subjects.js';
import type { Outcome } from './trial.js';
import { runTrial } from './trial.js';

export interface Replayed {
  readonly outcome: Outcome['kind'];
  /** The same counterexample again, or null if the case does not fail (any more). */
  readonly counterexample: Counterexample | null;
}

/**
 * Runs the one case that a campaign's `replay` string stands for. Code that was put to the test instead of the
 * library's own must be given again. @throws LW311 not a replay string
 */
export function replay(text: string, options: { readonly compileNetwork?: CompileNetwork } = {}): Replayed {
  const code = decodeReplay(text);
  const found: Case[] = [];
  try {
    // Only the first value is wanted: the one at the path's end.
    fc.check(
      fc.property(caseArbitrary(code.limits), (drawn) => found.push(drawn) > 1),
      { seed: code.seed, path: code.path, endOnFailure: true, numRuns: 1 },
    );
  } catch {
    return fail('LW311', 'a path that leads to no case', 'a replay string as a campaign prints it');
  }
  const [drawn] = found;
  const architecture = code.architectures[drawn?.architecture ?? -1];
  if (drawn === undefined || architecture === undefined)
    return fail('LW311', 'a path that leads to no case', 'a replay string as a campaign prints it');
  const subject = (options.compileNetwork ?? ownNetworks(code.strategy))(architecture, drawn.depth);
  const trial = runTrial(subject, drawn, { pool: widthPool(code.limits), forward: true });
  const failed = trial.outcome.kind === 'failed';
  return {
    outcome: trial.outcome.kind,
    counterexample: failed ? describeFailure(subject, trial, { strategy: code.strategy.name, replay: text }) : null,
  };
}
