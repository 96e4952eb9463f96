import { excerpt, fail, located } from '../../base/diagnostic.js';
import type { Code } from '../../base/diagnostic.js';
import * as build from '../scalar/build.js';
import type { Scalar } from '../scalar/node.js';
import type { Branch, Obligation } from '../scalar/obligation.js';
import { scalarText } from '../scalar/print.js';
import * as q from '../scalar/rational.js';
import type { Rational } from '../scalar/rational.js';
import { dependsOnVariable, parameterNames } from '../scalar/visit.js';
import { Demands, bare, settle, wanted } from './demands.js';
import type { Compared, Part } from './demands.js';
import { instead, knownFunctions } from './functions.js';
import type { Site } from './functions.js';
import { afterAll, afterStep, beforeChain, beforePower, beforeProduct, beforeSign, beforeSum } from './limits.js';
import { parseScalarSyntax } from './syntax.js';
import type { ScalarSyntax } from './syntax.js';
import { nearest } from '../../base/suggest.js';
import type { Locate } from '../../base/tokens.js';

export interface ScalarScope {
  readonly parameters: ReadonlySet<string>;
  /**
   * Activations that may be called by name, `gelu(v)`; what they demand has been met. Asked for at the first name that
   * is no function.
   */
  readonly named: () => ReadonlyMap<string, (argument: Scalar) => Scalar>;
  readonly locate: Locate;
}

export interface ParsedScalar {
  readonly function: Scalar;
  readonly obligations: readonly Obligation[];
  readonly branches: readonly Branch[];
}

/** The two ways to write the argument; one expression uses one of them. */
const variables: ReadonlySet<string> = new Set(['v', 'x']);
const constants: ReadonlyMap<string, Scalar> = new Map([
  ['pi', build.pi],
  ['e', build.call('exp', build.one)],
]);

const maximumDigits = 60;
const maximumPower = 300;
const largestExponent = q.rational(64);

/**
 * An activation's text → the exact function, with all that has to be proved before the two are the same: where the text
 * is defined (`obligations`) and where it might jump (`branches`). Demands that the form alone settles are dropped.
 *
 * @throws LipwrightError LW201 syntax, LW202 unknown names, LW107 forbidden names, LW214 too large, LW307 numbers
 *   beyond
 * 1e±300, LW501 what cannot be analysed, LW504 what is plainly undefined; each at its place
 */
export function parseScalar(text: string, scope: ScalarScope): ParsedScalar {
  const syntax = parseScalarSyntax(text, scope.locate);
  const taken = [...scope.parameters].find((name) => variables.has(name) || constants.has(name));
  if (taken !== undefined)
    fail('LW107', `the parameter "${taken}"`, 'another name: it has a fixed meaning', scope.locate(0));
  const reader = new Reader(text, scope);
  const result = reader.read(syntax);
  reader.within(syntax, () => afterAll(result));
  return { function: result, obligations: reader.demands.obligations, branches: reader.demands.branches };
}

class Reader {
  readonly #demands = new Demands();
  readonly #text: string;
  readonly #scope: ScalarScope;
  #variable: string | null = null;

  #library: ReturnType<ScalarScope['named']> | null = null;

  constructor(text: string, scope: ScalarScope) {
    this.#text = text;
    this.#scope = scope;
  }

  get #named(): ReturnType<ScalarScope['named']> {
    this.#library ??= this.#scope.named();
    return this.#library;
  }

  get demands(): Demands {
    return this.#demands;
  }

  read(syntax: ScalarSyntax): Scalar {
    switch (syntax.kind) {
      case 'number':
        return this.#number(syntax.text, syntax);
      case 'name':
        return this.#name(syntax.text, syntax);
      case 'negate':
        return this.#product(syntax);
      case 'arithmetic':
        if (syntax.operator === '^') return this.#power(syntax.left, syntax.right, syntax);
        return syntax.operator === '+' || syntax.operator === '-' ? this.#sum(syntax) : this.#product(syntax);
      case 'choice':
        return this.#choice(syntax);
      case 'call':
        return this.#call(syntax.name, syntax.args, syntax);
      case 'comparison':
        return this.#fail('LW501', 'a comparison used as a number', 'if(condition, value, value otherwise)', syntax);
    }
  }

  /** Limits of exact arithmetic, as errors of this part of the text. */
  within<Result>(syntax: ScalarSyntax, step: () => Result): Result {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.#fail('LW214', error.message, 'a smaller expression', syntax);
    }
  }

  #build(syntax: ScalarSyntax, step: () => Scalar): Scalar {
    return this.within(syntax, () => {
      const result = step();
      afterStep(result);
      return result;
    });
  }

  #number(text: string, syntax: ScalarSyntax): Scalar {
    const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
    const digits = mantissa.replace('.', '').replace(/^0+/, '').length;
    if (digits > maximumDigits)
      this.#fail('LW214', `a number of ${digits} digits`, `at most ${maximumDigits} digits`, syntax);
    const places = mantissa.split('.')[1]?.length ?? 0;
    if (Math.abs(Number(exponent)) > maximumPower || places > maximumPower) {
      this.#fail('LW307', `the number ${excerpt(text)}`, `exponents from -${maximumPower} to ${maximumPower}`, syntax);
    }
    return build.number(q.fromDecimal(`${mantissa}e${Number(exponent)}`));
  }

  #name(name: string, syntax: ScalarSyntax): Scalar {
    if (this.#scope.parameters.has(name)) return build.parameter(name);
    const constant = constants.get(name);
    if (constant !== undefined) return constant;
    if (variables.has(name)) {
      this.#variable ??= name;
      if (this.#variable !== name)
        this.#fail('LW501', `both ${this.#variable} and ${name}`, 'one argument: v or x', syntax);
      return build.variable;
    }
    const called = knownFunctions.get(name)?.usage ?? (this.#named.has(name) ? `${name}(u)` : null);
    if (called !== null) return this.#fail('LW202', `"${name}" without an argument`, called, syntax);
    const known = ['v', ...constants.keys(), ...this.#scope.parameters];
    const near = nearest(name, known);
    return this.#fail(
      'LW202',
      `"${excerpt(name)}"`,
      `${near === null ? '' : `${near} (did you mean it?) or another of `}${excerpt(known.join(', '))}`,
      syntax,
    );
  }

  /** Chains of summands are built in one step: adding up one by one would take time with the square of their number. */
  #sum(syntax: ScalarSyntax): Scalar {
    const summands: { readonly part: ScalarSyntax; readonly negative: boolean }[] = [];
    let rest = syntax;
    while (rest.kind === 'arithmetic' && (rest.operator === '+' || rest.operator === '-')) {
      summands.push({ part: rest.right, negative: rest.operator === '-' });
      rest = rest.left;
    }
    summands.push({ part: rest, negative: false });
    this.within(syntax, () => beforeChain(summands.length));
    const items = summands.reverse().map(({ part, negative }) => {
      const item = this.read(part);
      return negative ? this.#build(part, () => build.negate(item)) : item;
    });
    return this.#build(syntax, () => {
      beforeSum(items);
      return build.sum(items);
    });
  }

  /** Likewise for factors, divisors and signs. */
  #product(syntax: ScalarSyntax): Scalar {
    const factors: { readonly part: ScalarSyntax; readonly divides: boolean }[] = [];
    let sign = 1;
    let rest = syntax;
    for (;;) {
      if (rest.kind === 'negate') {
        sign = -sign;
        rest = rest.argument;
      } else if (rest.kind === 'arithmetic' && (rest.operator === '*' || rest.operator === '/')) {
        factors.push({ part: rest.right, divides: rest.operator === '/' });
        rest = rest.left;
      } else break;
    }
    factors.push({ part: rest, divides: false });
    this.within(syntax, () => beforeChain(factors.length));
    const items = factors.reverse().map(({ part, divides }) => {
      const item = this.read(part);
      if (!divides) return item;
      this.#demand('nonzero', item, part);
      return this.#build(part, () => {
        beforePower(item, q.MINUS_ONE);
        return build.power(item, q.MINUS_ONE);
      });
    });
    return this.#build(syntax, () => {
      const all = [build.number(sign), ...items];
      beforeProduct(all);
      return build.product(all);
    });
  }

  #power(left: ScalarSyntax, right: ScalarSyntax, syntax: ScalarSyntax): Scalar {
    const base = this.read(left);
    const exponent = this.read(right);
    if (exponent.kind === 'rational') {
      this.#demandForPower(base, exponent.value, left, right);
      return this.#build(syntax, () => {
        beforePower(base, exponent.value);
        return build.power(base, exponent.value);
      });
    }
    if (dependsOnVariable(base)) {
      const found = dependsOnVariable(exponent)
        ? 'a power whose base and exponent both depend on v'
        : 'a power of v whose exponent is not rational';
      const expected =
        parameterNames(exponent).length > 0
          ? 'an exponent that is a number, no parameter'
          : 'an exponent that is a number such as 3 or 1/2';
      return this.#fail('LW501', found, expected, right);
    }
    // base^u = exp(u log base)
    this.#demand('positive', base, left);
    return this.#build(syntax, () => build.call('exp', build.product([exponent, build.call('log', base)])));
  }

  #demandForPower(base: Scalar, exponent: Rational, left: ScalarSyntax, right: ScalarSyntax): void {
    const size = q.signOf(exponent) < 0 ? q.negated(exponent) : exponent;
    if (q.compareRationals(size, largestExponent) > 0)
      this.#fail('LW214', `the exponent ${excerpt(this.#slice(right))}`, 'exponents from -64 to 64', right);
    const negative = q.signOf(exponent) < 0;
    if (!q.isInteger(exponent)) this.#demand(negative ? 'positive' : 'nonnegative', base, left);
    else if (negative) this.#demand('nonzero', base, left);
  }

  #call(name: string, args: readonly ScalarSyntax[], syntax: ScalarSyntax): Scalar {
    const { parameters } = this.#scope;
    const known = knownFunctions.get(name);
    if (known !== undefined) {
      if (args.length < known.least || args.length > known.most)
        this.#fail('LW501', `${name}(…) of ${args.length} arguments`, known.usage, syntax);
      const values = args.map((argument) => this.read(argument));
      return this.#build(syntax, () => known.apply(values, this.#site(args, syntax)));
    }
    const activation = this.#named.get(name);
    if (activation !== undefined) {
      const [argument, second] = args;
      if (argument === undefined || second !== undefined)
        return this.#fail('LW501', `${name}(…) of ${args.length} arguments`, `${name}(u)`, syntax);
      const value = this.read(argument);
      return this.#build(syntax, () => located(this.#scope.locate(syntax.from), () => activation(value)));
    }
    if (parameters.has(name) || variables.has(name) || constants.has(name)) {
      return this.#fail('LW201', `"${excerpt(name)}" followed by "("`, 'an operator between them, such as *', syntax);
    }
    const near = nearest(name, [...knownFunctions.keys(), 'if', ...this.#named.keys()]);
    const hint =
      instead.get(name) ??
      (near === null ? `one of ${[...knownFunctions.keys(), 'if'].join(', ')}` : `${near}(…), perhaps`);
    return this.#fail('LW501', `the function "${excerpt(name)}"`, hint, syntax);
  }

  #site(args: readonly ScalarSyntax[], syntax: ScalarSyntax): Site {
    // Called inside `within`, as all that is built.
    return {
      demand: (demand, expression, of, around) => this.#demand(demand, expression, args[of] ?? syntax, around),
      choose: (guard, positive, negative) => {
        if (guard.kind === 'rational') return q.signOf(guard.value) > 0 ? positive : negative;
        return this.#distinguish({ guard, strict: true }, bare(positive), bare(negative), syntax);
      },
    };
  }

  #choice(syntax: ScalarSyntax & { readonly kind: 'choice' }): Scalar {
    const { condition } = syntax;
    if (condition.kind !== 'comparison')
      return this.#fail(
        'LW501',
        `the condition "${excerpt(this.#slice(condition))}"`,
        'a comparison such as v > 0',
        condition,
      );
    const operands = condition.operands.map((operand) => this.read(operand));
    const comparisons = condition.operators.map((operator, k) => {
      const [a, b] = [operands[k] ?? build.zero, operands[k + 1] ?? build.zero];
      const difference = operator === '>' || operator === '>=' ? [a, build.negate(b)] : [b, build.negate(a)];
      const guard = this.#build(condition, () => {
        beforeSum(difference);
        return build.sum(difference);
      });
      return { guard, strict: operator === '>' || operator === '<' };
    });
    const positive = this.#demands.apart(() => this.read(syntax.positive));
    const negative = this.#demands.apart(() => this.read(syntax.negative));
    // a < v < b ? p : n is a < v ? (v < b ? p : n) : n
    const result = this.within(syntax, () =>
      comparisons.reduceRight((inner, comparison) => {
        const { guard, strict } = comparison;
        if (guard.kind === 'rational') {
          const holds = strict ? q.signOf(guard.value) > 0 : q.signOf(guard.value) >= 0;
          return holds ? inner : negative;
        }
        return this.#demands.apart(() => this.#distinguish(comparison, inner, negative, syntax));
      }, positive),
    );
    this.within(syntax, () => this.#demands.add(result));
    return result.value;
  }

  #distinguish(comparison: Compared, positive: Part, negative: Part, syntax: ScalarSyntax): Scalar {
    const place = { position: this.#scope.locate(syntax.from), text: this.#slice(syntax) };
    return this.#build(syntax, () => this.#demands.distinguish(comparison, positive, negative, place));
  }

  #demand(
    demand: Obligation['demand'],
    expression: Scalar,
    syntax: ScalarSyntax,
    around = (argument: string): string => argument,
  ): void {
    this.within(syntax, () => beforeSign(expression));
    const text = around(this.#slice(syntax));
    const settled = settle(demand, expression);
    if (settled === false)
      this.#fail('LW504', `"${excerpt(text)}" = ${excerpt(scalarText(expression))}`, wanted[demand], syntax);
    if (settled !== null) return;
    const obligation: Obligation = { demand, expression, where: [], position: this.#scope.locate(syntax.from), text };
    this.within(syntax, () => this.#demands.add({ obligations: [obligation], branches: [] }));
  }

  #slice({ from, to }: ScalarSyntax): string {
    return this.#text.slice(from, to);
  }

  #fail(code: Code, found: string, expected: string, { from }: ScalarSyntax): never {
    return fail(code, found, expected, this.#scope.locate(from));
  }
}
