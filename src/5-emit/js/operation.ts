import type { ReverseOperation } from '../../model/adjoint.js';
import type { Size, Tree } from '../../model/program.js';
import type { Precision } from '../../model/roundoff.js';
import type { JsScope } from '../operations/contract.js';
import { rulesOf } from '../operations/index.js';
import type { Code } from './code.js';
import type { EntriesPrinter } from './entries.js';
import type { Places } from './places.js';
import { sizeText } from './places.js';
import { TreePrinter } from './tree.js';

/** Prints operations, each as its rules say, on buffers that are called as `places` says. */
export class OperationPrinter {
  /** The loops over entries of matrices that the printed operations call. */
  readonly entries: EntriesPrinter;
  private readonly code: Code;
  private readonly precision: Precision;
  private names = 0;

  constructor(code: Code, precision: Precision, entries: EntriesPrinter) {
    this.entries = entries;
    this.code = code;
    this.precision = precision;
  }

  print(operation: ReverseOperation, places: Places): void {
    rulesOf(operation).js(operation, this.scope(places));
  }

  /** How many numbers the operations need to work on at a time: the largest of these. */
  work(operations: readonly ReverseOperation[], places: Places): readonly string[] {
    const scope = this.scope(places);
    return [...new Set(operations.flatMap((operation) => rulesOf(operation).jsWork?.(operation, scope) ?? []))];
  }

  private scope(places: Places): JsScope {
    const { code, precision } = this;
    const size = (at: Size): string => sizeText(at, places.width);
    const line = (text: string): void => void code.line(places.line(text));
    return {
      precision,
      buffer: (id) => (id === null ? 'null' : places.buffer(id)),
      rows: (id) => size(places.shape(id).rows),
      columns: (id) => size(places.shape(id).columns),
      size,
      layer: places.index,
      tree: (tree) => this.hoisted(tree, places),
      entries: (out, tree, rows, columns) => line(this.entries.call(out, tree, rows, columns, places)),
      line,
      block: (open, body) => void code.block(open, body),
      loop: (count, body) => void code.block(`for (let i = 0; i < ${count}; i += 1) {`, body),
      call: (name, ...parameters) => line(`${name}(${parameters.join(', ')});`),
    };
  }

  private hoisted(tree: Tree, places: Places): string {
    const printer = new TreePrinter(places, () => {
      this.names += 1;
      return `s${this.names}`;
    });
    const text = printer.print(tree);
    for (const line of printer.hoisted) this.code.line(line);
    return text;
  }
}
