import type { Constrained } from '../5-emit/index.js';
import type { Work } from '../numeric/work.js';
import type { Judge } from '../verify/instance.js';
import type { Budget } from './budget.js';
import type { Candidate, Proof } from './prove.js';
import { proveNear, proveRoughly } from './prove.js';
import { byNorms, multipliersByNorms } from '../check/index.js';
import type { Reads } from '../check/index.js';

export type Method = 'interior-point' | 'covariance-recursion' | 'layer-norms';

export interface Proven extends Proof {
  readonly method: Method;
}

/**
 * A point is proven on the way if it is better than what is proven by this part, and if proofs take no larger part of
 * the time.
 */
const worth = { gain: 1e-4, share: 0.25 } as const;
/**
 * Proofs, of the length of the last one, for which time is kept at the end; and the largest part of all time that is
 * kept.
 */
const kept = { proofs: 10, share: 0.3 } as const;

/** The least bound that is proven so far, and what it took to prove it. */
export class Incumbent {
  private proven: Proven | null = null;
  /** Milliseconds of the last proof, and of all. */
  private last = 0;
  private all = 0;
  private readonly judge: Judge;
  /** Of the network whose LMI is decided: the one to certify, or a narrower one that implies it. */
  private values: Constrained;
  private readonly budget: Budget;

  constructor(judge: Judge, values: Constrained, budget: Budget) {
    this.judge = judge;
    this.values = values;
    this.budget = budget;
  }

  get best(): Proven | null {
    return this.proven;
  }

  /** From here on the LMI of these values is decided, whose proof is one for the network to certify. */
  decideOn(values: Constrained): void {
    this.values = values;
  }

  /** 𝓛; Infinity while nothing is proven. */
  get lipschitz(): number {
    return this.proven?.lipschitz ?? Infinity;
  }

  /** What bounds on the norms of the weights prove by themselves. */
  proveByNorms(reads: readonly Reads[]): void {
    const found = multipliersByNorms(this.judge.program, this.values, reads);
    if (found !== null) this.offer({ ...found, verdict: byNorms }, 'layer-norms');
  }

  /**
   * Tries to prove the candidate, not very tightly, where that is better than what is proven by more than a part
   * `gain`.
   */
  *prove(candidate: () => Work<Candidate>, method: Method, gain = 0): Work<void> {
    const from = this.budget.elapsed();
    const found = yield* candidate();
    const { square } = found.point;
    const most = square > 0 ? (this.lipschitz ** 2 / square) * (1 - gain) ** 2 - 1 : Infinity;
    const proof = most > 0 ? yield* proveRoughly(this.judge, this.values, found, most) : null;
    this.last = this.budget.elapsed() - from;
    this.all += this.last;
    if (proof !== null) this.offer(proof, method);
  }

  /** The same for a point on the way, if proofs have not taken too much of the time. */
  *proveOnTheWay(candidate: () => Work<Candidate>): Work<void> {
    if (this.all + this.last <= worth.share * this.budget.elapsed())
      yield* this.prove(candidate, 'interior-point', worth.gain);
  }

  /** As tightly as rounding lets it; what was proven stays proven where this is left. */
  *refine(candidate: Candidate): Work<void> {
    yield* proveNear(this.judge, this.values, candidate, (proof) => {
      this.offer(proof, 'interior-point');
    });
  }

  /** When a search must end so that its result can still be proven until then; milliseconds on the budget. */
  searchUntil(until: number): number {
    return until - Math.min(kept.proofs * this.last, kept.share * until);
  }

  private offer(proof: Proof, method: Method): void {
    if (proof.lipschitz < this.lipschitz) this.proven = { ...proof, method };
  }
}
