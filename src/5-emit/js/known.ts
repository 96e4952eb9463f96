import type { KnownActivation } from '../../model/known-activation.js';
import type { Scalar } from '../../slopes/scalar/index.js';
import type { FrameworkTable } from '../framework-activations.js';
import type { Literal } from './literal.js';
import { Source } from './literal.js';
import { scalarText } from './scalar.js';

/** What a module may know of activations: names in its framework, and what was derived of them. */
export interface ActivationKnowledge {
  readonly table: FrameworkTable;
  readonly derived: readonly KnownActivation[];
  /**
   * A function of the framework's arrays for it, where there are some: of the name that the framework has for it, or of
   * the function.
   */
  readonly onArrays?: (name: string | null, phi: Scalar) => string;
}

/** A function of numbers and, where the framework has arrays of its own, one of these, as fields. */
export function functionFields(
  phi: Scalar,
  name: string | null,
  onArrays: ActivationKnowledge['onArrays'],
): Readonly<Record<string, Literal>> {
  return {
    apply: new Source(`(v: number) => ${scalarText(phi)}`),
    ...(onArrays === undefined ? {} : { tensor: new Source(onArrays(name, phi)) }),
  };
}

/** Activations by functions and texts, with their slopes or why there are none: a table for `inTable`. */
export function knownTable({ table, derived, onArrays }: ActivationKnowledge): readonly Literal[] {
  const byText = new Map(derived.map((each) => [each.text, each]));
  const known = table.known.flatMap(({ is, also = [], functions, runs }): readonly Literal[] => {
    const found = byText.get(is);
    if (found === undefined || found.kind === 'formulas') return [];
    const by = [...functions.map((path) => new Source(path)), is, ...also];
    if (found.kind === 'none') return [{ is: `has no slope bounds: ${found.because}`, by }];
    const name = runs === undefined ? (functions[0] ?? null) : null;
    const { text, slopes, function: phi } = found;
    return [{ is: { name: text, slopes, stated: false, ...functionFields(phi, name, onArrays) }, by }];
  });
  const refused = table.refused.map(({ because, functions }): Literal => ({
    is: because,
    by: functions.map((path) => new Source(path)),
  }));
  return [...known, ...refused];
}
