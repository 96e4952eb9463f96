import { constant, label } from '../../src/base/label.js';
import {
  abs,
  diag,
  offDiagonal,
  product,
  rowSums,
  scalarSymbol,
  scale,
  sum,
  symbol,
  transpose,
} from '../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { Layer, Read } from '../../src/model/network.js';
import type { Random } from '../../src/numeric/random.js';

/** Three widths and a few symbols over them; enough to write every statement of the rules down. */
export const [d, e, f] = [label('d'), label('e'), label('f')];

const weight = (name: string, rows = d, columns = e): SymbolNode => symbol('weight', label(name), { rows, columns });
const diagonal = (name: string, size = d): SymbolNode =>
  symbol('weight', label(name), { rows: size, columns: size }, { diagonal: true });
const multiplier = (name: string, size = d): SymbolNode =>
  symbol('multiplier', label(name), { rows: size, columns: size }, { diagonal: true, positive: true });

export const X = weight('X');
export const Y = weight('Y');
/** e × f, so that X Z is a product. */
export const Z = weight('Z', e, f);
/** Diagonal of either sign, d × d and e × e. */
export const A = diagonal('A');
export const E = diagonal('E', e);
/** Diagonal and positive, d × d and e × e. */
export const D = multiplier('D');
export const F = multiplier('F', e);
export const S = scalarSymbol('slope-sum', label('p'));
export const P = scalarSymbol('slope-product', label('p'));
export const c = scalarSymbol('constant', label('c'));
export const p = scalarSymbol('constant', label('q'), { positive: true });

export const position = { file: null, line: 1, column: 1 } as const;

/** The layer `w[l]` of a chain, whose weights read the given signals. */
export function layerOf(
  index: number,
  reads: readonly Pick<Read, 'coefficient' | 'weight' | 'signal'>[],
  width = d,
): Layer {
  const own = label('', constant(index));
  return {
    target: label('w', constant(index)),
    reads: reads.map((read) => ({ ...read, position })),
    biases: [],
    position,
    activation: null,
    derived: own,
    multiplier: symbol('multiplier', own, { rows: width, columns: width }, { diagonal: true, positive: true }),
    slopeSum: scalarSymbol('slope-sum', own),
    slopeProduct: scalarSymbol('slope-product', own),
  };
}

/** A random d × e, or e × e, matrix: a product of up to four symbols with scalar factors. */
function randomTerm(random: Random, square: boolean): Expression {
  const wide = random.pick([X, Y]);
  const between = random.pick([[], [D], [A], [A, D]]);
  const body = square
    ? product([transpose(wide), ...between, random.pick([X, Y, wide])])
    : product([...between, wide, ...random.pick([[], [F], [E]])]);
  return scale(random.pick([1, 1, -2, 0.5, -1, 3]), random.pick([[], [], [P], [S, P], [p], [c]]), body);
}

/** Sums of row sums and diagonals as they occur in the rows of an LMI, and much that does not. */
export function randomSource(random: Random): Expression {
  const square = random.integer(0, 1) === 0;
  const body = sum(Array.from({ length: random.integer(1, 3) }, () => randomTerm(random, square)));
  const extra = square ? [E, F].map((node) => scale(random.pick([-2, 1]), [], node)) : [];
  const whole = random.integer(0, 3) === 0 && extra.length > 0 ? sum([body, random.pick(extra)]) : body;
  const kinds = square ? ['sums', 'off', 'diag', 'columns', 'both'] : ['sums', 'columns'];
  switch (random.pick(kinds)) {
    case 'off':
      return rowSums(abs(offDiagonal(whole)));
    case 'diag':
      return diag(whole);
    case 'columns':
      return rowSums(abs(transpose(whole)));
    case 'both':
      return sum([diag(whole), rowSums(abs(offDiagonal(whole)))]);
    default:
      return rowSums(abs(whole));
  }
}
