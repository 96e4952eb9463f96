/** One application of a rule: what it was given and what it made of it, as text. */
export interface Step {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** Collects the steps of one derivation, or none: only those that somebody reads are printed. */
export interface Trace {
  readonly record: (rule: string, step: () => readonly [from: string, to: string]) => void;
}
