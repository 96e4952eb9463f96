/** One application of a rule: what it was given and what it made of it, as text. */
export interface Step {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** Collects the steps of one derivation. */
export interface Trace {
  readonly record: (rule: string, from: string, to: string) => void;
}
