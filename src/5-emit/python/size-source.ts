import type { Program, Size, Slot } from '../../model/program.js';
import { widthsIn } from './operation.js';
import { pyString } from './literal.js';

/** Where in tables of arrays a width can be read, as Python. */
export class SizeSource {
  private readonly found = new Map<number, string>();
  private readonly program: Pick<Program, 'sums'>;

  constructor(program: Pick<Program, 'sums'>, tables: readonly (readonly [table: string, slots: readonly Slot[]])[]) {
    this.program = program;
    for (const [table, slots] of tables) {
      for (const { name, rows, columns } of slots) {
        const sides: readonly Size[] = columns === null ? [rows] : [rows, columns];
        sides.forEach((size, axis) => {
          if (typeof size === 'number' && !this.found.has(size))
            this.found.set(size, `${table}[${pyString(name)}].shape[${axis}]`);
        });
      }
    }
  }

  /** Null where no array tells it. */
  width(at: number, seen: readonly number[] = []): string | null {
    const found = this.found.get(at);
    if (found !== undefined) return found;
    const sum = seen.includes(at) ? undefined : this.program.sums.find(({ width }) => width === at);
    const parts = sum?.of.map((each) => this.width(each, [...seen, at])) ?? [null];
    return parts.every((part) => part !== null) ? parts.join(' + ') : null;
  }

  text(size: Size): string | null {
    if (size === null) return '1';
    if (typeof size === 'object' && 'fixed' in size) return String(size.fixed);
    const parts = widthsIn(size).map((at) => this.width(at));
    return parts.every((part) => part !== null) ? parts.join(' + ') : null;
  }
}
