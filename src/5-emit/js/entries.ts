import type { Tree } from '../../model/program.js';
import type { Code } from './code.js';
import type { Places } from './places.js';
import { parameterText, treeText } from './tree.js';

type Leaf = Extract<Tree, { kind: 'buffer' | 'parameter' }>;

interface EntryFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: 'vector' | 'number' }[];
  readonly text: string;
}

/** Elementwise loops over matrices as functions, one for each form of tree: reverse sweeps have many of few forms. */
export class EntriesPrinter {
  private readonly functions = new Map<string, EntryFunction>();

  /** The call that fills `out`, a rows × columns matrix. */
  call(out: string, tree: Tree, rows: string, columns: string, places: Places): string {
    const found: { readonly given: string; readonly name: string; readonly type: 'vector' | 'number' }[] = [];
    const leaf = (at: Leaf): string => {
      const { given, type, index } = leafOf(at, places);
      const known = found.find((other) => other.given === given);
      const name = known?.name ?? `p${found.length}`;
      if (known === undefined) found.push({ given, name, type });
      return `${name}${index}`;
    };
    const text = (part: Tree): string =>
      part.kind === 'buffer' || part.kind === 'parameter' ? leaf(part) : treeText(part, text);
    const body = text(tree);
    const key = `${body} of ${found.map(({ type }) => type).join(', ')}`;
    const known = this.functions.get(key) ?? {
      name: `entries${this.functions.size}`,
      parameters: found.map(({ name, type }) => ({ name, type })),
      text: body,
    };
    this.functions.set(key, known);
    return `${known.name}(${[out, rows, columns, ...found.map(({ given }) => given)].join(', ')});`;
  }

  /** The functions that were called. */
  print(code: Code): void {
    const annotated = (name: string, type: 'vector' | 'number'): string =>
      `${name}: ${type === 'vector' ? 'Float64Array' : 'number'}`;
    for (const { name, parameters, text } of this.functions.values()) {
      const list = [
        annotated('out', 'vector'),
        annotated('rows', 'number'),
        annotated('columns', 'number'),
        ...parameters.map((each) => annotated(each.name, each.type)),
      ];
      code.block(`function ${name}(${list.join(', ')}): void {`, () => {
        code.block('for (let i = 0, at = 0; i < rows; i += 1) {', () => {
          code.line(`for (let j = 0; j < columns; j += 1, at += 1) out[at] = ${text};`);
        });
      });
      code.line();
    }
  }
}

function leafOf(
  leaf: Leaf,
  places: Places,
): { readonly given: string; readonly type: 'vector' | 'number'; readonly index: string } {
  if (leaf.kind === 'parameter') return { given: parameterText(leaf.parameter, places), type: 'number', index: '' };
  const name = places.buffer(leaf.buffer);
  if (places.shape(leaf.buffer).rows === null) return { given: `${name}[0]!`, type: 'number', index: '' };
  return {
    given: name,
    type: 'vector',
    index: leaf.along === undefined ? '[at]!' : leaf.along === 'rows' ? '[i]!' : '[j]!',
  };
}
