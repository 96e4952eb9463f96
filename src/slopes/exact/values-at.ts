import { isSame } from './algebra.js';
import { saysUndefined } from './limit.js';
import type { Scalar } from '../scalar/node.js';
import type { Prover } from './prover.js';
import * as q from '../scalar/rational.js';
import type { Signs } from './signs.js';
import { ANY, NEGATIVE, never, POSITIVE, ZERO } from './signs.js';
import { rebuild } from '../scalar/visit.js';

/**
 * What a function may be at a place, free of v: more than one value if a guard is or may be 0 there and its branches
 * differ. With one value, the function is continuous there.
 */
export type ValuesAt =
  | { readonly kind: 'values'; readonly values: readonly Scalar[] }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'unknown' };

const mostRuns = 16;

export function valuesAt(root: Scalar, at: Scalar, prover: Prover): ValuesAt {
  const values: Scalar[] = [];
  const open: ReadonlyMap<string, boolean>[] = [new Map()];
  let [runs, undefinedRuns] = [0, 0];
  for (let choices = open.pop(); choices !== undefined; choices = open.pop()) {
    runs += 1;
    if (runs > mostRuns) return { kind: 'unknown' };
    const run = new Run(at, prover, choices);
    const value = run.value(root);
    open.push(...run.alternatives);
    if (value === 'unknown') return { kind: 'unknown' };
    if (value === 'undefined') undefinedRuns += 1;
    else if (!values.some((known) => isSame(known, value))) values.push(value);
  }
  if (undefinedRuns === runs) return { kind: 'undefined' };
  return undefinedRuns > 0 ? { kind: 'unknown' } : { kind: 'values', values };
}

class Undefined extends Error {}
class Unknown extends Error {}

/** One evaluation, with some of the case distinctions decided beforehand; the others take their positive branch. */
class Run {
  readonly #at: Scalar;
  readonly #prover: Prover;
  #choices: ReadonlyMap<string, boolean>;
  readonly #known = new Map<string, Scalar>();
  /** Choices for the runs that take the negative branches instead. */
  readonly alternatives: ReadonlyMap<string, boolean>[] = [];

  constructor(at: Scalar, prover: Prover, choices: ReadonlyMap<string, boolean>) {
    this.#at = at;
    this.#prover = prover;
    this.#choices = choices;
  }

  value(root: Scalar): Scalar | 'undefined' | 'unknown' {
    try {
      return this.#visit(root);
    } catch (error) {
      if (error instanceof Undefined) return 'undefined';
      if (error instanceof Unknown) return 'unknown';
      if (error instanceof RangeError) return saysUndefined(error) ? 'undefined' : 'unknown';
      throw error;
    }
  }

  /** The value, part by part: nothing is simplified as a function, where v / v would lose its gap. */
  #visit(node: Scalar): Scalar {
    const known = this.#known.get(node.key);
    if (known !== undefined) return known;
    if (node.kind === 'variable') return this.#at;
    if (node.kind === 'function' && node.name === 'log') this.#demand(this.#visit(node.argument), POSITIVE);
    if (node.kind === 'power') this.#demandPower(this.#visit(node.base), node.exponent);
    const value = node.kind === 'select' ? this.#choose(node) : rebuild(node, (part) => this.#visit(part));
    this.#known.set(node.key, value);
    return value;
  }

  #demandPower(base: Scalar, exponent: q.Rational): void {
    const whole = q.isInteger(exponent);
    if (whole && exponent.numerator > 0n) return;
    this.#demand(base, POSITIVE | (whole ? NEGATIVE : exponent.numerator > 0n ? ZERO : 0));
  }

  #demand(value: Scalar, allowed: Signs): void {
    const signs = this.#prover.judge(value);
    if (never(signs, ANY & ~allowed)) return;
    throw never(signs, allowed) ? new Undefined() : new Unknown();
  }

  #choose(node: Scalar & { readonly kind: 'select' }): Scalar {
    const signs = this.#prover.judge(this.#visit(node.guard));
    if (signs === POSITIVE) return this.#visit(node.positive);
    if (signs === NEGATIVE) return this.#visit(node.negative);
    const decided = this.#choices.get(node.key);
    if (decided !== undefined) return this.#visit(decided ? node.positive : node.negative);
    this.alternatives.push(new Map([...this.#choices, [node.key, false]]));
    this.#choices = new Map([...this.#choices, [node.key, true]]);
    return this.#visit(node.positive);
  }
}
