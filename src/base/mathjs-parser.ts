import { dirname, join } from 'node:path';
import type * as Mathjs from 'mathjs';

/** What is used of mathjs: its parser, and the questions what a node of a tree is. */
export type MathjsParser = Pick<
  typeof Mathjs,
  | 'parse'
  | 'isAccessorNode'
  | 'isConditionalNode'
  | 'isConstantNode'
  | 'isFunctionNode'
  | 'isIndexNode'
  | 'isOperatorNode'
  | 'isParenthesisNode'
  | 'isRelationalNode'
  | 'isSymbolNode'
>;

type Exports = Readonly<Record<string, unknown>>;
type Factory = (scope: Exports) => unknown;

/** In an order in which each node is made after those that it needs. */
const nodes = [
  'Node',
  'SymbolNode',
  'AccessorNode',
  'ArrayNode',
  'AssignmentNode',
  'BlockNode',
  'ConditionalNode',
  'ConstantNode',
  'FunctionAssignmentNode',
  'FunctionNode',
  'IndexNode',
  'ObjectNode',
  'OperatorNode',
  'ParenthesisNode',
  'RangeNode',
  'RelationalNode',
];

/**
 * mathjs's parser from mathjs's own files, without the 600 that evaluate: a tenth of the time of `mathjs/number`. The
 * places of what nodes evaluate with are taken by a function that throws, since trees are walked and never evaluated.
 * @throws where the installed mathjs has other files: the whole library does the same then
 */
export function mathjsParser(load: NodeJS.Require): MathjsParser {
  const folder = join(dirname(load.resolve('mathjs/package.json')), 'lib', 'cjs');
  const file = (path: string): Exports => load(join(folder, path)) as Exports;
  const made = (path: string, name: string, scope: Exports): unknown => (file(path)[`create${name}`] as Factory)(scope);
  const never = (): never => {
    throw new Error('trees are not evaluated');
  };
  // `typed` chooses a function by the types of its arguments: texts are all that is parsed here.
  const typed = Object.assign((_name: string, signatures: Exports): unknown => signatures['string'], {
    addConversion: (): void => undefined,
  });
  const scope: Record<string, unknown> = {
    config: file('core/config.js')['DEFAULT_CONFIG'],
    math: {},
    mathWithTransform: {},
    typed,
    numeric: Number,
    subset: never,
    size: never,
    isBounded: never,
    ResultSet: never,
  };
  for (const name of nodes) scope[name] = made(`expression/node/${name}.js`, name, scope);
  return { ...file('utils/is.js'), parse: made('expression/parse.js', 'Parse', scope) } as unknown as MathjsParser;
}
