import type { Clock } from '../../src/certify/budget.js';

/** A clock on which a millisecond is so many multiplications: what is measured does not depend on the machine. */
export class CountedClock implements Clock {
  /** Multiplications between two looks at the clock, at most, and in all. */
  longest = 0;
  total = 0;
  looks = 0;
  private readonly perMillisecond: number;
  private readonly onLook: (looks: number) => void;

  constructor(perMillisecond: number, onLook: (looks: number) => void = () => undefined) {
    this.perMillisecond = perMillisecond;
    this.onLook = onLook;
  }

  readonly now = (multiplications: number): number => {
    this.looks += 1;
    this.longest = Math.max(this.longest, multiplications);
    this.total += multiplications;
    this.onLook(this.looks);
    return this.total / this.perMillisecond;
  };
}
