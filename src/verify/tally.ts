import type { Outcome } from './trial.js';

/** Counts of a campaign, or of one architecture in it. */
export interface Tally {
  readonly runs: number;
  readonly failures: number;
  /** Of the failures, those with neither a proof nor a refutation of M ≼ 0. */
  readonly undecided: number;
  /** Cases whose 𝓛 and slopes the parameterization cannot meet (LW402). */
  readonly infeasible: number;
  /** The smallest proven relative margin, see `Verdict`; null if no case held. */
  readonly worstMargin: number | null;
}

export class Counter {
  private runs = 0;
  private failures = 0;
  private undecided = 0;
  private infeasible = 0;
  private worstMargin: number | null = null;

  get done(): number {
    return this.runs;
  }

  get failed(): number {
    return this.failures;
  }

  add(outcome: Outcome): void {
    this.runs += 1;
    if (outcome.kind === 'infeasible') this.infeasible += 1;
    else if (outcome.kind === 'failed') {
      this.failures += 1;
      if (outcome.verdict?.negativeSemidefinite === null) this.undecided += 1;
    } else if (outcome.verdict.margin !== null)
      this.worstMargin = Math.min(this.worstMargin ?? Number.POSITIVE_INFINITY, outcome.verdict.margin);
  }

  tally(): Tally {
    const { runs, failures, undecided, infeasible, worstMargin } = this;
    return { runs, failures, undecided, infeasible, worstMargin };
  }
}
