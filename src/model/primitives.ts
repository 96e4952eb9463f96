import type { SymbolNode } from '../expr/node.js';
import type { Assignment, Primitive } from './parameterization.js';

/* The operations on whole matrices that several rules assign by; a rule that has one of its own declares it there. */

export const made = (rule: string, symbol: SymbolNode, primitive: Primitive, of: SymbolNode): Assignment => ({
  kind: 'primitive',
  rule,
  symbol,
  primitive,
  of,
});

/** The lower triangular factor; a run stops with that code and reason where the matrix is not positive definite. */
export const cholesky = (code: 'LW402' | 'LW404', because: string): Primitive => ({
  name: 'cholesky',
  text: (symbol, of, transposed) => `${symbol} ${transposed} := ${of}, lower triangular`,
  latex: (symbol, of) => `${symbol} := \\operatorname{chol}\\left(${of}\\right)`,
  operation: (out, matrix, shown) => ({ kind: 'cholesky', out, matrix, name: shown, because, code }),
});

/** An upper bound of the largest singular value, at most rank^(1/512) times as large. */
export const spectralNorm: Primitive = {
  name: 'norm',
  text: (symbol, of) => `${symbol} := bound of the largest singular value of ${of}`,
  latex: (symbol, of) => `${symbol} \\ge \\sigma_{\\max}\\left(${of}\\right)`,
  operation: (out, matrix) => ({ kind: 'norm', out, matrix }),
};
