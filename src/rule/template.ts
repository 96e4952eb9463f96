import { fill, hadamard, monomial as parts, number, quotient, scale, sum, summands, times } from '../expr/build.js';
import { isScalar } from '../expr/facts.js';
import type { Expression, Shape } from '../expr/node.js';
import type { Monomial, Polynomial } from './algebra.js';
import { monomial } from './algebra.js';

/**
 * A vector inequality read as a scalar one: within one row, every vector atom (λ, |C|1, |C|ᵀλ, …) is a number, so an
 * elementwise expression is a polynomial in its atoms. Atoms are numbered in order of appearance, so that rows that
 * differ only in names have one template.
 */
export interface Template {
  readonly polynomial: Polynomial;
  /** The name under which an atom stands in the polynomial, if it occurs. */
  readonly nameOf: (atom: Expression) => string | null;
  readonly back: (polynomial: Polynomial) => Expression;
}

export function template(expression: Expression, shape: Shape): Template {
  const names = new Map<string, string>();
  const atoms = new Map<string, Expression>();
  const name = (atom: Expression): string => {
    const known = names.get(atom.key);
    if (known !== undefined) return known;
    const fresh = `${isScalar(atom) ? 's' : 'v'}${names.size}`;
    names.set(atom.key, fresh);
    atoms.set(fresh, atom);
    return fresh;
  };
  const polynomial = summands(expression).map((term): Monomial => {
    const { coefficient, scalars, body } = parts(term);
    const factors =
      body.kind === 'hadamard' ? body.items : body.kind === 'ones' || body.kind === 'number' ? [] : [body];
    // nerdamer loses digits of doubles: everything but small integers goes in as a symbol of its own.
    const plain = Number.isSafeInteger(coefficient) && Math.abs(coefficient) < 1e6;
    const all = [...(plain ? [] : [number(coefficient)]), ...scalars, ...factors].map(name);
    return monomial(plain ? coefficient : 1, ...all);
  });
  const vector = (of: Polynomial): Expression =>
    sum(
      of.map((term) => monomialBack(term)),
      shape,
    );
  const monomialBack = ({ coefficient, powers }: Monomial): Expression => {
    const above: Expression[] = [];
    const below: Expression[] = [];
    for (const [symbol, power] of powers) {
      const atom = atoms.get(symbol);
      if (atom === undefined) throw new Error(`unknown symbol ${symbol} in an algebra answer`);
      for (let count = 0; count < Math.abs(power); count += 1) (power > 0 ? above : below).push(atom);
    }
    return scale(coefficient, [], ratio(above, below, shape));
  };
  return { polynomial, nameOf: (atom) => names.get(atom.key) ?? null, back: vector };
}

function elementwise(factors: readonly Expression[], shape: Shape): Expression {
  const scalars = factors.filter(isScalar);
  const vectors = factors.filter((factor) => !isScalar(factor));
  const body = vectors.length > 0 ? hadamard(vectors) : fill(number(1), shape.rows);
  return scalars.reduce((all, factor) => times(factor, all), body);
}

function ratio(above: readonly Expression[], below: readonly Expression[], shape: Shape): Expression {
  if (below.length === 0) return elementwise(above, shape);
  if ([...above, ...below].every(isScalar)) {
    const scalar = quotient(scale(1, above, number(1)), scale(1, below, number(1)));
    return fill(scalar, shape.rows);
  }
  return quotient(elementwise(above, shape), elementwise(below, shape));
}
