import type { MathjsParser } from '../base/mathjs-parser.js';
import type { MathNode } from 'mathjs';
import { excerpt, fail } from '../base/diagnostic.js';
import { treeOf } from '../base/expression-tree.js';
import { mathjs } from '../base/libraries.js';
import type { Locate, Token } from '../base/tokens.js';
import type { Piece } from './statement.js';
import { guard } from './tokens.js';

/** What remains of an expression tree after the allow-list: parentheses gone, every node with its place. */
export type Syntax =
  | { readonly kind: 'number'; readonly value: number; readonly offset: number }
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly indices: readonly Syntax[] | null;
      readonly offset: number;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[]; readonly offset: number }
  | { readonly kind: 'negate' | 'transpose'; readonly argument: Syntax; readonly offset: number }
  | { readonly kind: BinaryOperator; readonly left: Syntax; readonly right: Syntax; readonly offset: number };

export type BinaryOperator = 'add' | 'subtract' | 'multiply' | 'divide' | 'pow';

const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map([
  ['+', 'add'],
  ['-', 'subtract'],
  ['*', 'multiply'],
  ['/', 'divide'],
  ['^', 'pow'],
]);

/**
 * Parses one side of an equation (or an index bound) with mathjs's parser and keeps only nodes of the allow-list.
 * Nothing is ever compiled or evaluated. LW201 for text that does not parse, LW209 for nodes outside the list.
 */
export function parsePiece(piece: Piece, text: string, locate: Locate): Syntax {
  guard(piece.tokens, locate);
  const library = mathjs();
  const tree = treeOf(
    library,
    text.slice(piece.start, piece.end),
    (offset) => locate(Math.min(piece.start + offset, text.length)),
    'an expression in + - * / ( ) [ ]',
  );
  return new Walker(library, piece.tokens, locate).walk(tree);
}

/**
 * mathjs's nodes carry no place. Its trees keep the order of the text, so the k-th name or number met from left to
 * right is the k-th name or number token.
 */
class Walker {
  readonly #library: MathjsParser;
  readonly #leaves: readonly Token[];
  readonly #locate: Locate;
  #next = 0;

  constructor(library: MathjsParser, tokens: readonly Token[], locate: Locate) {
    this.#library = library;
    this.#leaves = tokens.filter(({ kind }) => kind !== 'operator');
    this.#locate = locate;
  }

  walk(node: MathNode): Syntax {
    const library = this.#library;
    const offset = this.#leaves[this.#next]?.offset ?? 0;
    if (library.isParenthesisNode(node)) return this.walk(node.content);
    if (library.isConstantNode(node)) {
      const { value } = node;
      if (typeof value !== 'number') return this.#refuse(node, offset);
      this.#take();
      return { kind: 'number', value, offset };
    }
    if (library.isSymbolNode(node)) return { kind: 'name', name: this.#name(node.name), indices: null, offset };
    if (library.isAccessorNode(node)) {
      if (!library.isSymbolNode(node.object) || !library.isIndexNode(node.index)) return this.#refuse(node, offset);
      const name = this.#name(node.object.name);
      return { kind: 'name', name, indices: node.index.dimensions.map((part) => this.walk(part)), offset };
    }
    if (library.isFunctionNode(node)) {
      // The declared type says SymbolNode, but `w[1](x)` has an AccessorNode here.
      const called: MathNode = node.fn;
      if (!library.isSymbolNode(called)) return this.#refuse(node, offset);
      const name = this.#name(called.name);
      return { kind: 'call', name, args: node.args.map((part) => this.walk(part)), offset };
    }
    if (library.isOperatorNode(node)) return this.#operator(node.fn, node.op, node.args, node, offset);
    return this.#refuse(node, offset);
  }

  #operator(fn: string, op: string, args: readonly MathNode[], node: MathNode, offset: number): Syntax {
    const [first, second] = args;
    if (first === undefined) return this.#refuse(node, offset);
    if (second === undefined) {
      if (fn === 'unaryPlus') return this.walk(first);
      if (fn === 'unaryMinus') return { kind: 'negate', argument: this.walk(first), offset };
      if (fn === 'ctranspose') return { kind: 'transpose', argument: this.walk(first), offset };
      return this.#refuse(node, offset);
    }
    const kind = binaryOperators.get(op);
    if (kind === undefined || args.length !== 2) return this.#refuse(node, offset);
    const left = this.walk(first);
    return { kind, left, right: this.walk(second), offset };
  }

  #take(): Token | undefined {
    const leaf = this.#leaves[this.#next];
    this.#next += 1;
    return leaf;
  }

  /** The token's text and the node's name must agree, or places (and with them messages) would be wrong. */
  #name(name: string): string {
    const leaf = this.#take();
    if (leaf?.text !== name) return fail('LW201', `"${excerpt(name)}"`, 'a name', this.#locate(leaf?.offset ?? 0));
    return name;
  }

  #refuse(node: MathNode, offset: number): never {
    return fail('LW209', `"${excerpt(node.toString())}"`, 'names, numbers, + - * / and indices', this.#locate(offset));
  }
}
