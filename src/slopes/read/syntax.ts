import type { MathjsParser } from '../../base/mathjs-parser.js';
import type { MathNode } from 'mathjs';
import { excerpt, fail } from '../../base/diagnostic.js';
import { mathjs } from '../../base/libraries.js';
import { scalarTokens } from './tokens.js';
import { treeOf } from '../../base/expression-tree.js';
import type { Locate, Token } from '../../base/tokens.js';

export type Comparison = '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '^';

/** What remains of an activation's tree after the allow-list, each node with its stretch [from, to) of the text. */
export type ScalarSyntax = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'number' | 'name'; readonly text: string }
  | { readonly kind: 'negate'; readonly argument: ScalarSyntax }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: ScalarSyntax;
      readonly right: ScalarSyntax;
    }
  | {
      readonly kind: 'comparison';
      readonly operands: readonly ScalarSyntax[];
      readonly operators: readonly Comparison[];
    }
  | {
      readonly kind: 'choice';
      readonly condition: ScalarSyntax;
      readonly positive: ScalarSyntax;
      readonly negative: ScalarSyntax;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly ScalarSyntax[] }
);

const arithmetic: ReadonlyMap<string, Arithmetic> = new Map([
  ['add', '+'],
  ['subtract', '-'],
  ['multiply', '*'],
  ['divide', '/'],
  ['pow', '^'],
]);
const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['smaller', '<'],
  ['smallerEq', '<='],
  ['larger', '>'],
  ['largerEq', '>='],
]);

/** Text → tree, by mathjs's parser; nothing is ever compiled or evaluated. LW107, LW201, LW214, LW501. */
export function parseScalarSyntax(text: string, locate: Locate): ScalarSyntax {
  const tokens = scalarTokens(text, locate);
  // A line end would end the expression; places stay what they are.
  const library = mathjs();
  const tree = treeOf(library, text.replace(/\s/g, ' '), locate, 'an expression in v');
  return new Walker(library, tokens, locate).walk(tree).syntax;
}

/** A tree with the first and last of its tokens. */
interface Walked {
  readonly first: number;
  readonly last: number;
  readonly syntax: ScalarSyntax;
}

type Shape = ScalarSyntax extends infer Each ? (Each extends ScalarSyntax ? Omit<Each, 'from' | 'to'> : never) : never;

/**
 * mathjs's nodes carry no place. Its trees keep the order of the text, so leaves are matched with tokens in turn, and
 * every other node reaches from a known token to a known one.
 */
class Walker {
  readonly #library: MathjsParser;
  readonly #tokens: readonly Token[];
  readonly #locate: Locate;
  #next = 0;

  constructor(library: MathjsParser, tokens: readonly Token[], locate: Locate) {
    this.#library = library;
    this.#tokens = tokens;
    this.#locate = locate;
  }

  walk(node: MathNode): Walked {
    const library = this.#library;
    if (library.isParenthesisNode(node)) {
      const { first, last, syntax } = this.walk(node.content);
      this.#expect(first - 1, '(');
      this.#expect(last + 1, ')');
      return { first: first - 1, last: last + 1, syntax };
    }
    if (library.isConstantNode(node)) return this.#leaf('number');
    if (library.isSymbolNode(node)) return this.#leaf('name');
    if (library.isFunctionNode(node)) return this.#call(node.fn, node.args);
    if (library.isConditionalNode(node)) {
      const [condition, positive, negative] = [
        this.walk(node.condition),
        this.walk(node.trueExpr),
        this.walk(node.falseExpr),
      ];
      return this.#node(condition.first, negative.last, {
        kind: 'choice',
        condition: condition.syntax,
        positive: positive.syntax,
        negative: negative.syntax,
      });
    }
    if (library.isRelationalNode(node)) return this.#comparison(node.conditionals, node.params);
    if (library.isOperatorNode(node)) return this.#operator(node.fn, node.args);
    return this.#refuse(node.type);
  }

  #operator(fn: string, args: readonly MathNode[]): Walked {
    const [first, second] = args;
    if (first === undefined) return this.#refuse(fn);
    if (second === undefined) {
      const argument = this.walk(first);
      this.#expect(argument.first - 1, fn === 'unaryMinus' ? '-' : '+');
      if (fn !== 'unaryMinus') return { ...argument, first: argument.first - 1 };
      return this.#node(argument.first - 1, argument.last, { kind: 'negate', argument: argument.syntax });
    }
    if (comparisons.has(fn)) return this.#comparison([fn], args);
    const operator = arithmetic.get(fn);
    if (operator === undefined) return this.#refuse(fn);
    const left = this.walk(first);
    this.#expect(left.last + 1, operator);
    const right = this.walk(second);
    return this.#node(left.first, right.last, { kind: 'arithmetic', operator, left: left.syntax, right: right.syntax });
  }

  #comparison(names: readonly string[], params: readonly MathNode[]): Walked {
    const operands = params.map((part) => this.walk(part));
    const operators = names.map((name) => comparisons.get(name) ?? this.#refuse(name));
    const [first, last] = [operands[0], operands.at(-1)];
    if (first === undefined || last === undefined) return this.#refuse('comparison');
    return this.#node(first.first, last.last, {
      kind: 'comparison',
      operands: operands.map(({ syntax }) => syntax),
      operators,
    });
  }

  #call(called: MathNode, args: readonly MathNode[]): Walked {
    if (!this.#library.isSymbolNode(called)) return this.#refuse('call');
    const { name } = called;
    const first = this.#skip();
    this.#expect(first, name);
    this.#next += 1;
    const parts = args.map((part) => this.walk(part));
    const last = (parts.at(-1)?.last ?? first + 1) + 1;
    this.#expect(last, ')');
    const [condition, positive, negative, more] = parts;
    if (name !== 'if') return this.#node(first, last, { kind: 'call', name, args: parts.map(({ syntax }) => syntax) });
    if (condition === undefined || positive === undefined || negative === undefined || more !== undefined) {
      return fail(
        'LW501',
        `if(…) of ${parts.length} arguments`,
        'if(condition, value, value otherwise)',
        this.#place(first),
      );
    }
    return this.#node(first, last, {
      kind: 'choice',
      condition: condition.syntax,
      positive: positive.syntax,
      negative: negative.syntax,
    });
  }

  #leaf(kind: 'number' | 'name'): Walked {
    const at = this.#skip();
    const token = this.#tokens[at];
    // mathjs reads words such as "true" as constants; the tokens decide.
    if (token?.kind !== kind) return this.#refuse(kind);
    this.#next += 1;
    return this.#node(at, at, { kind, text: token.text });
  }

  /** The next leaf: no operator, and no bracket. */
  #skip(): number {
    while (this.#tokens[this.#next]?.kind === 'operator') this.#next += 1;
    return this.#next;
  }

  #node(first: number, last: number, shape: Shape): Walked {
    const [start, end] = [this.#tokens[first], this.#tokens[last]];
    return {
      first,
      last,
      syntax: { ...shape, from: start?.offset ?? 0, to: (end?.offset ?? 0) + (end?.text.length ?? 0) },
    };
  }

  /** Tokens and tree must agree, or places (and with them messages) would be wrong. */
  #expect(at: number, text: string): void {
    if (this.#tokens[at]?.text !== text)
      fail('LW201', `"${excerpt(this.#tokens[at]?.text ?? '')}"`, `"${text}"`, this.#place(at));
  }

  #place(at: number): ReturnType<Locate> {
    return this.#locate(this.#tokens[at]?.offset ?? 0);
  }

  #refuse(what: string): never {
    return fail('LW201', excerpt(what), 'names, numbers, + - * / ^, calls and comparisons', this.#place(this.#next));
  }
}
