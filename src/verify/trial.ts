import type { Constrained } from '../5-emit/index.js';
import { LipwrightError } from '../base/diagnostic.js';
import { assembleExact } from '../numeric/assembly.js';
import { decide, exactDefiniteness } from '../numeric/definiteness.js';
import type { Verdict } from '../numeric/definiteness.js';
import { activationObjection } from '../check/index.js';
import type { Case, FilledCase } from './cases.js';
import { fill } from './cases.js';
import { forwardObjection } from './forward.js';
import type { Subject } from './instance.js';
import { verdictOn } from './instance.js';

export type Outcome =
  | { readonly kind: 'held'; readonly verdict: Verdict }
  /**
   * LW402: no weights meet this 𝓛 and these slopes, whatever the free parameters; LW316: nor do blocks that state their
   * bounds.
   */
  | { readonly kind: 'infeasible'; readonly because: string }
  | {
      readonly kind: 'failed';
      readonly because: string;
      readonly verdict: Verdict | null;
      readonly values: Constrained | null;
    };

export interface TrialOptions {
  readonly pool: readonly (readonly number[])[];
  /** Also compare f(x) with f(x') on random inputs. */
  readonly forward: boolean;
  readonly margin?: boolean;
}

export interface Trial {
  readonly filled: FilledCase;
  readonly outcome: Outcome;
}

/**
 * One case: constrain, judge rigorously, and perhaps run the network forward. Never throws, whatever the subject does.
 */
export function runTrial(subject: Subject, drawn: Case, options: TrialOptions): Trial {
  const filled = fill(drawn, subject.program, options.pool);
  const { widths, slopes, lipschitz, free } = filled;
  const made = attempt(() => subject.constrain(free, { widths, slopes, lipschitz }));
  if (made.kind === 'threw') {
    const infeasible =
      made.error instanceof LipwrightError && (made.error.code === 'LW402' || made.error.code === 'LW316');
    if (infeasible) return { filled, outcome: { kind: 'infeasible', because: made.because } };
    return {
      filled,
      outcome: { kind: 'failed', because: `constrain stopped: ${made.because}`, verdict: null, values: null },
    };
  }
  const values = made.value;
  const judged = attempt((): Outcome => judgeValues(subject, values, filled, options));
  if (judged.kind === 'done') return { filled, outcome: judged.value };
  return {
    filled,
    outcome: { kind: 'failed', because: `the verdict stopped: ${judged.because}`, verdict: null, values },
  };
}

function judgeValues(subject: Subject, values: Constrained, filled: FilledCase, options: TrialOptions): Outcome {
  const negative = Object.entries(values.multipliers).find(([, data]) => data.some((value) => value < 0));
  const verdict = verdictOn(subject, values, options.margin === undefined ? {} : { margin: options.margin });
  const failed = (because: string): Outcome => ({ kind: 'failed', because, verdict, values });
  if (verdict.negativeSemidefinite !== true)
    return failed(verdict.negativeSemidefinite === false ? 'the LMI is not negative semidefinite' : 'undecided');
  if (negative !== undefined) return failed(`the multiplier ${negative[0]} is negative`);
  const steep = activationObjection(subject.program, values);
  if (steep !== null) return failed(steep);
  const objection = options.forward ? forwardObjection(subject, values, filled.random) : null;
  return objection === null ? { kind: 'held', verdict } : failed(objection);
}

type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown; readonly because: string };

function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: run() };
  } catch (error) {
    return { kind: 'threw', error, because: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether exact arithmetic comes to the same verdict on the same terms. */
export function agreesWithExact(subject: Subject, values: Constrained): boolean {
  const assembly = subject.assembly(values);
  const { negativeSemidefinite } = decide(assembly, { margin: false });
  const exact = exactDefiniteness(assembleExact(assembly), assembly.size) !== 'indefinite';
  return negativeSemidefinite === null || negativeSemidefinite === exact;
}
