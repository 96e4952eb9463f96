import type { Sample, Subject } from './instance.js';
import { toSample } from './instance.js';
import { fail } from '../base/diagnostic.js';
import type { Trial } from './trial.js';

/** A failing instance in the format of `sample`, for `check` to reject. */
export interface Counterexample extends Partial<Sample> {
  /** What failed. */
  readonly because: string;
  /**
   * `seed:path` for fast-check, and what `replay` needs besides; of properties, which fast-check runs again by its own,
   * left out.
   */
  readonly replay?: string;
  /** What `constrain` was given; entries that JSON cannot hold as numbers do not occur in it. */
  readonly free: Readonly<Record<string, readonly number[]>>;
}

/** The failed trial as data. Where `constrain` or the verdict threw there is no instance, only what it was given. */
export function describeFailure(
  subject: Subject,
  { outcome, filled }: Trial,
  provenance: { readonly strategy: string | null; readonly replay: string | null },
): Counterexample {
  if (outcome.kind !== 'failed')
    return fail('LW311', 'a case that does not fail any more', 'functions that give equal results for equal arguments');
  const free = Object.fromEntries(Object.entries(filled.free).map(([name, data]) => [name, Array.from(data)]));
  const { program } = subject;
  const { widths, slopes, lipschitz } = filled;
  // Somebody's own `constrain` has no strategy of ours.
  const own = provenance.strategy === null ? {} : { strategy: provenance.strategy };
  const bare = {
    architecture: program.architecture,
    depth: program.depth,
    ...own,
    lipschitz,
    slopes,
    dims: widths,
    definition: program.definition,
  };
  const common = {
    because: outcome.because,
    ...(provenance.replay === null ? {} : { replay: provenance.replay }),
    free,
  };
  if (outcome.values === null) return { ...bare, ...common };
  try {
    const made = { ...toSample(subject, outcome.values, { strategy: provenance.strategy ?? '' }), ...common };
    return provenance.strategy === null
      ? (Object.fromEntries(Object.entries(made).filter(([name]) => name !== 'strategy')) as unknown as Counterexample)
      : made;
  } catch {
    // Somebody's functions gave something that cannot even be printed.
    return { ...bare, ...common };
  }
}
