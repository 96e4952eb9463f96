import { fail } from '../../base/diagnostic.js';
import type { ReverseOperation } from '../../model/adjoint.js';
import type { Buffer, Size, Tree } from '../../model/program.js';
import type { Precision } from '../../model/roundoff.js';
import type { JsScope } from '../operations/contract.js';
import { rulesOf } from '../operations/index.js';
import type { Code } from './code.js';
import { EntriesPrinter } from './entries.js';
import { TreePrinter } from './tree.js';
import { sumText } from '../size-text.js';

/** A size as source text. */
export function sizeText(size: Size): string {
  if (size === null) return '1';
  if (typeof size === 'number') return `d${size}`;
  if ('fixed' in size) return String(size.fixed);
  const text = sumText(size, (at) => `d${at}`);
  return text.includes(' ') ? `(${text})` : text;
}

/** Prints operations on the buffers t0, t1, … with widths d0, d1, …, each as its rules say. */
export class OperationPrinter {
  /** The loops over entries of matrices that the printed operations call. */
  readonly entries: EntriesPrinter;
  private readonly buffers: readonly Buffer[];
  private readonly scope: JsScope;
  private names = 0;

  constructor(buffers: readonly Buffer[], code: Code, precision: Precision) {
    this.buffers = buffers;
    this.entries = new EntriesPrinter(buffers);
    this.scope = {
      precision,
      buffer: (id) => (id === null ? 'null' : `t${id}`),
      rows: (id) => sizeText(this.shape(id).rows),
      columns: (id) => sizeText(this.shape(id).columns),
      size: sizeText,
      tree: (tree) => this.hoisted(tree, code),
      entries: (...call) => void code.line(this.entries.call(...call)),
      line: (text) => void code.line(text),
      block: (open, body) => void code.block(open, body),
      loop: (count, body) => void code.block(`for (let i = 0; i < ${count}; i += 1) {`, body),
      call: (name, ...parameters) => void code.line(`${name}(${parameters.join(', ')});`),
    };
  }

  print(operation: ReverseOperation): void {
    rulesOf(operation).js(operation, this.scope);
  }

  /** How many numbers the operations need to work on at a time: the largest of these. */
  work(operations: readonly ReverseOperation[]): readonly string[] {
    return [...new Set(operations.flatMap((operation) => rulesOf(operation).jsWork?.(operation, this.scope) ?? []))];
  }

  private shape(id: number): Buffer {
    return this.buffers[id] ?? fail('LW401', `buffer ${id}`, 'a buffer of the program');
  }

  private hoisted(tree: Tree, code: Code): string {
    const printer = new TreePrinter(this.buffers, () => {
      this.names += 1;
      return `s${this.names}`;
    });
    const text = printer.print(tree);
    for (const line of printer.hoisted) code.line(line);
    return text;
  }
}
