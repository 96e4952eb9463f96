import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import { nearestFew } from '../base/suggest.js';
import type { Index } from '../model/architecture.js';
import { callableNames, plainName } from '../slopes/library/index.js';
import type { Syntax } from './syntax.js';
import type { Locate } from '../base/tokens.js';

/** A symbol inside a product. */
export interface Factor {
  readonly name: string;
  readonly index: Index | null;
  readonly isSignal: boolean;
  readonly isTransposed?: true;
  readonly offset: number;
}

/** `coefficient · factor · factor …` in written order; no factor means a plain number. */
export interface Monomial {
  readonly coefficient: number;
  readonly factors: readonly Factor[];
  readonly offset: number;
}

/** What names mean in one equation. */
export interface Meaning {
  /** A name as a factor (and whether it may be read here). */
  readonly resolve: (syntax: Syntax & { kind: 'name' }) => Factor;
  /** Whether calls of this name are activations. */
  readonly isActivation: (name: string) => boolean;
  /** A signal of its own for a sum that a weight reads as one. */
  readonly name: (sum: readonly Monomial[]) => Factor;
}

const maximumTerms = 2_000;
const maximumFactors = 8;

/**
 * Multiplies an expression out into monomials; numbers are folded. LW204 where the result would not be affine in
 * the signals, LW209 for powers and divisions by symbols, LW211 for an activation inside, LW214 when
 * there are too many terms.
 */
export function expand(syntax: Syntax, meaning: Meaning, locate: Locate): readonly Monomial[] {
  const again = (part: Syntax): readonly Monomial[] => expand(part, meaning, locate);
  const { offset } = syntax;
  switch (syntax.kind) {
    case 'number':
      return [{ coefficient: finite(syntax.value, offset, locate), factors: [], offset }];
    case 'name':
      return [{ coefficient: 1, factors: [meaning.resolve(syntax)], offset }];
    case 'negate':
      return scale(again(syntax.argument), -1, offset, locate);
    case 'add':
    case 'subtract':
      return sum(syntax, again, locate);
    case 'multiply': {
      const left = again(syntax.left);
      return multiply(left, asOne(left, again(syntax.right), meaning), offset, locate);
    }
    case 'divide':
      return divide(again(syntax.left), again(syntax.right), syntax.right.offset, locate);
    case 'pow': {
      const reads = [...again(syntax.left), ...again(syntax.right)].some(({ factors }) =>
        factors.some((f) => f.isSignal),
      );
      return reads
        ? fail('LW204', 'a power of a signal', 'a sum of weight * signal', locate(offset))
        : fail('LW209', 'a power', 'a sum of weight * signal', locate(offset));
    }
    case 'transpose': {
      const [only, more] = again(syntax.argument);
      const [factor, second] = only?.factors ?? [];
      const isWeight = more === undefined && second === undefined && only?.coefficient === 1;
      return factor === undefined || !isWeight || factor.isSignal || factor.isTransposed === true
        ? fail('LW209', 'a transpose', "the transpose of one weight, such as C'", locate(offset))
        : [{ coefficient: 1, factors: [{ ...factor, isTransposed: true }], offset }];
    }
    case 'call':
      return meaning.isActivation(syntax.name)
        ? fail(
            'LW211',
            `${syntax.name}(…) inside a sum or product`,
            'it around the whole right-hand side, or a signal of its own',
            locate(offset),
          )
        : noActivation(syntax.name, locate(offset));
  }
}

/** A name that is called and is no activation. */
function noActivation(name: string, position: Position): never {
  const instead = insteadOf(name);
  if (instead !== null) return fail('LW209', `a call of "${name}"`, instead, position);
  const near = nearestFew(plainName(name), [...callableNames(), 'swish']).map((known) =>
    known === 'swish' ? 'silu (swish)' : known,
  );
  const guess = near.length === 0 ? '' : `${near.join(' or ')} (did you mean it?), or `;
  return fail(
    'LW310',
    `a call of "${excerpt(name, 40)}"`,
    `${guess}phi(…), an activation of the library or of the file, or a product ${excerpt(name, 40)} * (…)`,
    position,
  );
}

/** What trainers have as a layer and no equation of slopes can hold: the reason, and the way. */
function insteadOf(name: string): string | null {
  if (!/^batch_?norm(?:alization)?(?:_?[123]d)?$/i.test(name)) return null;
  return (
    'no batch normalization: in training its scale depends on the batch, so that no bound holds ' +
    'for all inputs (arXiv 2502.21279, equations 45 to 47). As in evaluation it is a diagonal ' +
    'map: fold it into the weight beside it (lipwright import does), or write a diagonal weight'
  );
}

/** Left-leaning chains of summands are walked in a loop: one of 2,000 would otherwise copy its list 2,000 times. */
function sum(syntax: Syntax, again: (part: Syntax) => readonly Monomial[], locate: Locate): readonly Monomial[] {
  const parts: { sign: 1 | -1; part: Syntax }[] = [];
  let rest = syntax;
  while (rest.kind === 'add' || rest.kind === 'subtract') {
    parts.push({ sign: rest.kind === 'add' ? 1 : -1, part: rest.right });
    rest = rest.left;
  }
  parts.push({ sign: 1, part: rest });
  const result: Monomial[] = [];
  const numbers: { value: number; offset: number }[] = [];
  for (const { sign, part } of parts.reverse()) {
    for (const monomial of again(part)) {
      if (monomial.factors.length > 0) {
        result.push(sign === 1 ? monomial : { ...monomial, coefficient: -monomial.coefficient });
      } else {
        numbers.push({ value: sign * monomial.coefficient, offset: monomial.offset });
      }
    }
    limit(result.length, syntax.offset, locate);
  }
  const [first] = numbers;
  if (first === undefined) return result;
  const total = numbers.reduce((left, { value }) => left + value, 0);
  return [...result, { coefficient: finite(total, first.offset, locate), factors: [], offset: first.offset }];
}

/** `W * (x + v)`: W stands once, and reads one signal. */
function asOne(left: readonly Monomial[], right: readonly Monomial[], { name }: Meaning): readonly Monomial[] {
  const isWeight = ({ factors }: Monomial): boolean => factors.length > 0 && factors.every(({ isSignal }) => !isSignal);
  const reads = right.some(({ factors }) => factors.some(({ isSignal }) => isSignal));
  const named = right.every(({ factors }) => factors.length > 0);
  const [first] = right;
  if (first === undefined || right.length < 2 || !reads || !named || !left.every(isWeight)) return right;
  return [{ coefficient: 1, factors: [name(right)], offset: first.offset }];
}

function multiply(
  left: readonly Monomial[],
  right: readonly Monomial[],
  offset: number,
  locate: Locate,
): readonly Monomial[] {
  limit(left.length * right.length, offset, locate);
  return left.flatMap((a) =>
    right.map((b) => {
      const factors = [...a.factors, ...b.factors];
      const signal = factors.findIndex((factor) => factor.isSignal);
      const after = signal < 0 ? undefined : factors[signal + 1];
      if (after !== undefined) {
        const [found, expected] = after.isSignal
          ? ['a product of two signals', 'at most one signal in a term']
          : [
              `"${after.name}" to the right of a signal`,
              'weight * signal: signals are column vectors, so the weight stands on the left',
            ];
        fail('LW204', found, expected, locate(after.offset));
      }
      const many = factors[maximumFactors];
      if (many !== undefined)
        fail('LW209', `a product of more than ${maximumFactors} symbols`, 'a shorter one', locate(many.offset));
      const coefficient = finite(a.coefficient * b.coefficient, a.offset, locate);
      return { coefficient, factors, offset: a.factors.length > 0 ? a.offset : b.offset };
    }),
  );
}

function divide(
  left: readonly Monomial[],
  right: readonly Monomial[],
  offset: number,
  locate: Locate,
): readonly Monomial[] {
  if (right.some(({ factors }) => factors.some((factor) => factor.isSignal))) {
    fail('LW204', 'a division by a signal', 'a division by a number at most', locate(offset));
  }
  const [divisor] = right;
  if (divisor === undefined || right.length > 1 || divisor.factors.length > 0) {
    fail('LW209', 'a division by a symbol', 'a division by a number at most', locate(offset));
  }
  if (divisor.coefficient === 0) fail('LW209', 'a division by zero', 'a number other than 0', locate(offset));
  return left.map((m) => ({ ...m, coefficient: finite(m.coefficient / divisor.coefficient, offset, locate) }));
}

function scale(monomials: readonly Monomial[], by: number, offset: number, locate: Locate): readonly Monomial[] {
  return monomials.map((m) => ({ ...m, coefficient: finite(m.coefficient * by, offset, locate) }));
}

function finite(value: number, offset: number, locate: Locate): number {
  return Number.isFinite(value) ? value : fail('LW307', 'a constant that overflows', 'a finite number', locate(offset));
}

function limit(terms: number, offset: number, locate: Locate): void {
  if (terms > maximumTerms) fail('LW214', `more than ${maximumTerms} terms`, 'a shorter equation', locate(offset));
}
