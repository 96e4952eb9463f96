import type { Buffer, Operation, Program, Size, Slot, Tree } from './program.js';

/**
 * What reverse-mode derivatives need beside the operations of programs. Adjoints (cotangents) have the shape of what
 * they belong to.
 */
export type AdjointOperation =
  /** out_ij = tree at i, j */
  | { readonly kind: 'entries'; readonly out: number; readonly tree: Tree }
  /** out_i = Σ_j M_ij, out_j = Σ_i M_ij, out = Σ_ij M_ij or out_i = M_ii by `along` */
  | {
      readonly kind: 'total';
      readonly out: number;
      readonly matrix: number;
      readonly along: 'rows' | 'columns' | 'all' | 'diagonal';
    }
  /** The adjoint of gather: out_k = Σ M_ij over the i, j with row · i + column · j + first = k */
  | {
      readonly kind: 'scatter';
      readonly out: number;
      readonly matrix: number;
      readonly row: number;
      readonly column: number;
      readonly first: Size;
    }
  /** out = the lower triangle of the matrix, its diagonal times the factor */
  | { readonly kind: 'lower'; readonly out: number; readonly matrix: number; readonly diagonal: number }
  /** out = adjoint of Z, where `result` is its Cayley transform and `adjoint` that one's adjoint */
  | {
      readonly kind: 'cayley-adjoint';
      readonly out: number;
      readonly matrix: number;
      readonly result: number;
      readonly adjoint: number;
    }
  /** out = adjoint of the matrix, `adjoint` being that of the bound of its norm */
  | { readonly kind: 'norm-adjoint'; readonly out: number; readonly matrix: number; readonly adjoint: number }
  /** out = adjoint of the free spline values `matrix`, `adjoint` being that of the projected ones */
  | {
      readonly kind: 'project-splines-adjoint';
      readonly out: number;
      readonly matrix: number;
      readonly adjoint: number;
      readonly knots: number;
      readonly step: number;
      readonly layer: number;
    };

export type ReverseOperation = Operation | AdjointOperation;

const adjointKinds: ReadonlySet<string> = new Set<AdjointOperation['kind']>([
  'entries',
  'total',
  'scatter',
  'lower',
  'cayley-adjoint',
  'norm-adjoint',
  'project-splines-adjoint',
]);

export const isAdjointOperation = (operation: ReverseOperation): operation is AdjointOperation =>
  adjointKinds.has(operation.kind);

/**
 * The reverse sweep of a program: run after its operations, it takes adjoints of the results to adjoints of the free
 * parameters, Jᵀ times a vector. Its operations read the program's buffers and write their own.
 */
export interface Adjoint {
  readonly program: Program;
  /** Numbered after the program's. */
  readonly buffers: readonly Buffer[];
  readonly operations: readonly ReverseOperation[];
  /** What is given: a buffer for the adjoint of each result. */
  readonly weights: readonly Slot[];
  readonly biases: readonly Slot[];
  readonly multipliers: readonly Slot[];
  /** What comes out: the buffer that the adjoint of a free parameter is in; null, if it is 0 whatever is given. */
  readonly gradients: readonly { readonly of: Slot; readonly at: number | null }[];
}
