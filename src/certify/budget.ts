import type { Work } from '../numeric/work.js';

/** Where time comes from; tests count multiplications instead. */
export interface Clock {
  /** Milliseconds since some moment, told how many multiplications were done since the call before. */
  readonly now: (multiplications: number) => number;
}

/** Why a computation was left. */
export type Left = 'seconds' | 'aborted';

export type Outcome<T> = { readonly left: null; readonly value: T } | { readonly left: Left; readonly value: null };

/** Others run at least this often: an interrupt is a message, and nothing hears it while we compute. */
const breathEvery = 25;

/**
 * Resolves when messages that wait have been heard. Browsers have no `setImmediate`; their timers wait a few
 * milliseconds more.
 */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    if ('setImmediate' in globalThis && typeof globalThis.setImmediate === 'function') globalThis.setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

const wallClock: Clock = { now: () => performance.now() };

/**
 * Runs computations in pieces, and leaves them where their time is over or the signal says so: at the first yield after
 * that, so within a piece, whatever computes.
 */
export class Budget {
  private readonly clock: Clock;
  private readonly signal: AbortSignal | null;
  private readonly onBreath: () => void;
  private readonly start: number;
  private breath: number;
  private abortedAt: number | null = null;

  /** `onBreath`: called as often as others run. */
  constructor(signal: AbortSignal | null = null, clock: Clock = wallClock, onBreath: () => void = () => undefined) {
    this.clock = clock;
    this.signal = signal;
    this.onBreath = onBreath;
    this.start = clock.now(0);
    this.breath = this.start;
  }

  /** Milliseconds since the start. */
  elapsed(): number {
    return this.clock.now(0) - this.start;
  }

  /** Until so many milliseconds after the start; `grace`: those that go on after an abort. */
  async run<T>(work: Work<T>, until: number, grace = 0): Promise<Outcome<T>> {
    let spent = 0;
    for (;;) {
      const now = this.clock.now(spent);
      if (now - this.breath >= breathEvery) {
        this.onBreath();
        await breath();
        this.breath = this.clock.now(0);
      }
      if (this.signal?.aborted === true) {
        this.abortedAt ??= now;
        if (now >= this.abortedAt + grace) return { left: 'aborted', value: null };
      }
      if (now - this.start >= until) return { left: 'seconds', value: null };
      const { done, value } = work.next();
      if (done === true) return { left: null, value };
      spent = value;
    }
  }
}
