import type { Counterexample } from './counterexample.js';

/**
 * What a property throws where a case fails: its message is for people, `counterexample` is the instance for `check`.
 */
export class CounterexampleError extends Error {
  // Private, so that test runners do not print every number of it.
  readonly #counterexample: Counterexample;

  constructor(message: string, counterexample: Counterexample) {
    super(message);
    this.name = 'CounterexampleError';
    this.#counterexample = counterexample;
  }

  get counterexample(): Counterexample {
    return this.#counterexample;
  }
}
