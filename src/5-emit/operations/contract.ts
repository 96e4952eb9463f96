import type { ReverseOperation } from '../../model/adjoint.js';
import type { Operand, Operation, Size, Tree } from '../../model/program.js';
import type { Precision } from '../../model/roundoff.js';
import type { Renumbering } from '../../network/renumber.js';
import type { Tape } from '../adjoint/tape.js';
import type { TreeContext } from '../run/tree.js';

/** What is known of one kind of operation that modules and memory run: each kind has a file of its own here. */
export interface OperationRules<O extends ReverseOperation> {
  /** The same operation in other numbers: in a larger program, or in the body of a loop. */
  readonly renumber: (operation: O, names: Names) => O;
  /** A closure that carries the operation out; work arrays are planned here, once. */
  readonly run: (operation: O, context: RunContext) => () => void;
  /** Prints TypeScript that does the same, by calls of the runtime's functions. */
  readonly js: (operation: O, scope: JsScope) => void;
  /** How many numbers the printed call needs in `work`, as text. */
  readonly jsWork?: (operation: O, scope: JsScope) => string;
}

/** What is known besides of operations that programs have. */
export interface ProgramRules<O extends Operation> extends OperationRules<O> {
  /** Adds to the adjoints of what the operation reads; `adjoint` is that of what it writes. */
  readonly adjoint: (operation: O, adjoint: number, tape: Tape) => void;
}

/** The buffers of a program whose widths are known, and the settings of its present run. */
export interface RunContext extends TreeContext {
  readonly shape: (id: number) => { readonly rows: number; readonly columns: number };
  readonly count: (size: Size) => number;
  /** [m, L] of a layer in the present run. */
  readonly slopes: (layer: number) => readonly [number, number];
}

/** Where statements of a module are printed: buffers have names, sizes are texts. */
export interface JsScope {
  /** What the module's weights will be kept in. */
  readonly precision: Precision;
  /** A buffer's name; null stays null. */
  readonly buffer: (id: number | null) => string;
  readonly rows: (id: number) => string;
  readonly columns: (id: number) => string;
  readonly size: (size: Size) => string;
  /** The number of a layer. */
  readonly layer: (at: number) => string;
  /** A tree at index i as an expression; what does not depend on i gets a name in front of it. */
  readonly tree: (tree: Tree) => string;
  /** Fills a rows × columns matrix with a tree's values. */
  readonly entries: (out: string, tree: Tree, rows: string, columns: string) => void;
  readonly line: (text: string) => void;
  readonly block: (open: string, body: () => void) => void;
  /** The body for i = 0, 1, … below the count. */
  readonly loop: (count: string, body: () => void) => void;
  readonly call: (name: string, ...parameters: readonly (string | number | boolean)[]) => void;
}

/** New numbers and names for all that an operation may hold. */
export interface Names extends Renumbering {
  readonly tree: (tree: Tree) => Tree;
  readonly size: (size: Size) => Size;
  readonly operand: <T extends Operand>(operand: T) => T;
  /** What is said where the operation fails. */
  readonly text: (text: string) => string;
}

/** The text of a refusal, in the words of the library's own. */
export const refusal = (code: string, found: string, expected: string): string =>
  `refuse(${[code, found, expected].map((text) => JSON.stringify(text)).join(', ')});`;
