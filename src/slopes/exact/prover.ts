import { coefficientsIn, expand, factorize, terms } from './algebra.js';
import type { Assumptions } from '../scalar/assumptions.js';
import { rangeOfParameter } from '../scalar/assumptions.js';
import * as build from '../scalar/build.js';
import { differentiate } from '../scalar/differentiate.js';
import { numericFunction } from '../scalar/evaluate.js';
import { limitAt, limitAtInfinity } from './limit.js';
import type { Limit } from './limit.js';
import { samplesOf } from './span.js';
import type { Span } from './span.js';
import type { FunctionNode, PowerNode, Scalar } from '../scalar/node.js';
import { isNonnegative, isPositive } from '../scalar/positive.js';
import * as q from '../scalar/rational.js';
import type { Range } from './range.js';
import { rangeOf, rangeSigns } from './range.js';
import { constantSigns, powerSigns, ratios } from './sign-rules.js';
import type { Signs } from './signs.js';
import {
  ANY,
  flipped,
  isOpen,
  isSingle,
  NEGATIVE,
  never,
  POSITIVE,
  productSigns,
  rationalSigns,
  sumSigns,
  ZERO,
} from './signs.js';
import { dependsOnVariable, nodes, parameterNames, rewrite } from '../scalar/visit.js';

/** More than twice what any known activation needs; a proof that needs more is not found. */
const mostSteps = 300;
const deepest = 2;
/** Derivatives of larger functions than this are too large to be looked at. */
const largest = 40;

/**
 * Proves signs: of functions of the parameters, which hold for all of their values, and (`on`) of functions of v on an
 * open interval. Products of known signs, sums of like signs, common factors, ranges of monotone functions, quadratics,
 * and sums that are monotone themselves. What it does not find is `ANY`.
 */
export class Prover {
  readonly assumptions: Assumptions;
  readonly #span: Span | null;
  readonly #outer: Prover;
  readonly #known = new Map<string, Signs>();
  readonly #undecided = new Map<string, Scalar>();
  readonly #steps: { count: number };
  #samples: readonly number[] | null = null;

  constructor(assumptions: Assumptions, span: Span | null = null, outer: Prover | null = null) {
    this.assumptions = assumptions;
    this.#span = span;
    this.#outer = outer ?? this;
    this.#steps = outer === null ? { count: 0 } : outer.#steps;
  }

  /** The same assumptions, for functions of v on a span. */
  on(span: Span): Prover {
    return new Prover(this.assumptions, span, this.#outer);
  }

  /** For functions without v. */
  readonly judge = (node: Scalar): Signs => this.#outer.signs(node);

  /**
   * Functions of the parameters whose sign was asked for and is not one and the same, or was not found; the simplest
   * first.
   */
  get undecided(): readonly Scalar[] {
    const weight = (node: Scalar): number => nodes(node).length + (isOpen(this.judge(node)) ? 0 : 1000);
    return [...this.#outer.#undecided.values()].sort((a, b) => weight(a) - weight(b));
  }

  signs(node: Scalar): Signs {
    return this.#signs(node, 0);
  }

  #signs(node: Scalar, depth: number): Signs {
    if (node.kind === 'rational') return rationalSigns(node.value);
    if (this.#span !== null && !dependsOnVariable(node)) return this.#outer.#signs(node, 0);
    // One form for e and −e, so that both get the same answer.
    if (build.startsNegative(node)) return flipped(this.#signs(build.negate(node), depth));
    const known = this.#known.get(node.key);
    if (known !== undefined) return known;
    this.#steps.count += 1;
    if (this.#steps.count > mostSteps) return ANY;
    const signs = this.#find(node, depth);
    if (depth === 0 || !isOpen(signs)) this.#known.set(node.key, signs);
    if (!isSingle(signs) && this.#span === null && (node.kind === 'parameter' || node.kind === 'sum'))
      this.#undecided.set(node.key, node);
    return signs;
  }

  #find(node: Scalar, depth: number): Signs {
    if (isPositive(node)) return POSITIVE;
    const parameters = parameterNames(node);
    if (!dependsOnVariable(node) && parameters.length === 0) return constantSigns(node);
    const signs = this.#byForm(node, depth);
    if (!isOpen(signs) || (node.kind !== 'sum' && node.kind !== 'parameter'))
      return isNonnegative(node) ? signs & ~NEGATIVE : signs;
    return this.#bySum(node, depth);
  }

  #byForm(node: Scalar, depth: number): Signs {
    const of = (part: Scalar): Signs => this.#signs(part, depth);
    switch (node.kind) {
      case 'rational':
      case 'pi':
        return POSITIVE;
      case 'variable':
        return this.#span === null ? ANY : rangeSigns(spanRange(this.#span), this.judge);
      case 'parameter':
        return rangeSigns(this.#parameterRange(node.name), this.judge);
      case 'sum':
        return sumSigns(node.items.map(of));
      case 'product':
        return node.items.map(of).reduce(productSigns, rationalSigns(node.coefficient));
      case 'power':
        return powerSigns(of(node.base), node.exponent);
      case 'function':
        return this.#callSigns(node, depth);
      case 'select': {
        const guard = of(node.guard);
        return guard === POSITIVE
          ? of(node.positive)
          : guard === NEGATIVE
            ? of(node.negative)
            : of(node.positive) | of(node.negative);
      }
    }
  }

  #callSigns({ name, argument }: FunctionNode, depth: number): Signs {
    switch (name) {
      case 'tanh':
      case 'atan':
      case 'erf':
      case 'asinh':
        return this.#signs(argument, depth);
      case 'log':
        return this.#signs(build.subtract(argument, build.one), depth);
      case 'sin':
      case 'cos':
        return ANY;
      default:
        return POSITIVE;
    }
  }

  #bySum(node: Scalar, depth: number): Signs {
    if (this.#isMixed(node)) return ANY;
    const attempts = [
      this.#byAssumption,
      this.#byRange,
      this.#byFactors,
      this.#bySquare,
      this.#bySoftplus,
      this.#byMonotony,
    ];
    let signs = ANY;
    for (const attempt of attempts) {
      signs &= attempt.call(this, node, depth);
      if (!isOpen(signs)) return signs;
    }
    return signs;
  }

  /**
   * Whether samples show that both signs occur, so that no proof can be found. Rounding errors cost a proof, not a
   * truth.
   */
  #isMixed(node: Scalar): boolean {
    if (this.#span === null || parameterNames(node).length > 0) return false;
    const evaluate = numericFunction(node);
    const values = (this.#samples ??= samplesOf(this.#span)).map(evaluate);
    return values.some((value) => value > 1e-9) && values.some((value) => value < -1e-9);
  }

  /** e = c·p + rest for a p that is assumed to be > 0. */
  #byAssumption(node: Scalar, depth: number): Signs {
    if (depth >= deepest) return ANY;
    for (const positive of this.assumptions.positive) {
      for (const ratio of ratios(node, positive)) {
        const rest = build.subtract(node, build.product([build.number(ratio), positive]));
        if (terms(rest).length >= terms(node).length && rest.kind === 'sum') continue;
        const signs = sumSigns([rationalSigns(ratio), this.#signs(rest, depth + 1)]);
        if (!isOpen(signs)) return signs;
      }
    }
    return ANY;
  }

  /** One atom runs through its range: v first, then each parameter. */
  #byRange(node: Scalar): Signs {
    const span = this.#span;
    if (span !== null) return rangeSigns(rangeOf(node, build.variable, spanRange(span), this.judge), this.judge);
    return parameterNames(node).reduce((signs, name) => {
      const range = this.#parameterRange(name);
      if (!isOpen(signs) || (range.lo === null && range.hi === null)) return signs;
      return signs & rangeSigns(rangeOf(node, build.parameter(name), range, this.judge), this.judge);
    }, ANY);
  }

  #byFactors(node: Scalar, depth: number): Signs {
    const factors = depth >= deepest ? [] : factorize(node);
    const [only, second] = factors;
    if (only === undefined || (second === undefined && only.key === node.key)) return ANY;
    return factors.map((factor) => this.#signs(factor, depth + 1)).reduce(productSigns, POSITIVE);
  }

  /** a x² + b x + c with 4ac > b² has the sign of a, with 4ac = b² it may also be 0. */
  #bySquare(node: Scalar): Signs {
    const atoms = this.#span === null ? parameterNames(node).map(build.parameter) : [build.variable];
    for (const atom of atoms) {
      const [c, b, a, more] = coefficientsIn(node, atom) ?? [];
      if (a === undefined || b === undefined || c === undefined || more !== undefined) continue;
      const leading = this.judge(a);
      // A leading coefficient that may be 0 leaves a line, or nothing but c.
      if (!never(leading, ZERO)) continue;
      const excess = this.judge(build.subtract(build.product([build.number(4), a, c]), build.power(b, q.rational(2))));
      if (never(excess, NEGATIVE)) return never(excess, ZERO) ? leading : leading | ZERO;
    }
    return ANY;
  }

  /** softplus u = u + softplus(−u), which takes the place of u − softplus u. */
  #bySoftplus(node: Scalar, depth: number): Signs {
    if (depth >= deepest) return ANY;
    const turned = expand(
      rewrite(node, (part) =>
        part.kind === 'function' && part.name === 'softplus'
          ? build.sum([part.argument, build.call('softplus', build.negate(part.argument))])
          : null,
      ),
    );
    return turned.key === node.key ? ANY : this.#signs(turned, depth + 1);
  }

  /** A sum whose derivative has one sign lies between its limits at the ends of the span. */
  #byMonotony(node: Scalar, depth: number): Signs {
    if (this.#span === null || depth >= deepest || nodes(node).length > largest || !this.isSmooth(node)) return ANY;
    const rising = this.#signs(differentiate(node), depth + 1);
    if (isOpen(rising)) return ANY;
    const [from, to] = this.endLimits(node);
    const [low, high] = never(rising, NEGATIVE) ? [from, to] : [to, from];
    const strict = never(rising, ZERO);
    const range: Range = {
      lo: low.kind === 'finite' ? low.value : null,
      hi: high.kind === 'finite' ? high.value : null,
      above: strict,
      below: strict,
    };
    return rangeSigns(range, this.judge);
  }

  /** Limits at the two ends of the span. */
  endLimits(node: Scalar): readonly [Limit, Limit] {
    const { from, to } = this.#span ?? { from: null, to: null };
    return [
      from === null ? limitAtInfinity(node, -1, this.judge) : limitAt(node, from, 1, this.judge),
      to === null ? limitAtInfinity(node, 1, this.judge) : limitAt(node, to, -1, this.judge),
    ];
  }

  /**
   * Whether a function is analytic on the span: no case distinction, and no root, quotient or logarithm leaves its
   * domain.
   */
  isSmooth(node: Scalar): boolean {
    return nodes(node).every((part) => {
      if (part.kind === 'power') return this.isInside(part, part.base);
      return part.kind === 'function' ? this.isInside(part, part.argument) : part.kind !== 'select';
    });
  }

  /** Whether what a power or function is taken of (`part`) stays where it is analytic. */
  isInside(node: PowerNode | FunctionNode, part: Scalar): boolean {
    if (node.kind === 'function') return node.name !== 'log' || this.signs(part) === POSITIVE;
    if (!q.isInteger(node.exponent)) return this.signs(part) === POSITIVE;
    return node.exponent.numerator > 0n || never(this.signs(part), ZERO);
  }

  #parameterRange(name: string): Range {
    const { from, to, fromOpen, toOpen } = rangeOfParameter(this.assumptions, name);
    return {
      lo: from === null ? null : build.number(from),
      hi: to === null ? null : build.number(to),
      above: fromOpen,
      below: toOpen,
    };
  }
}

const spanRange = ({ from, to }: Span): Range => ({ lo: from, hi: to, above: true, below: true });
