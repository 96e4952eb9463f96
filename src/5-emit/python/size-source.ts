import type { Program, Size, Slot } from '../../model/program.js';
import { sumText } from '../size-text.js';
import { widthsIn } from './operation.js';
import { pyString } from './literal.js';

/** Where in tables of arrays a width can be read, as Python. */
export class SizeSource {
  private readonly found = new Map<number, string>();
  /** Lengths that are sums of widths. */
  private readonly sums: { readonly sum: readonly number[]; readonly plus?: number; readonly length: string }[] = [];
  private readonly program: Pick<Program, 'sums'>;

  constructor(program: Pick<Program, 'sums'>, tables: readonly (readonly [table: string, slots: readonly Slot[]])[]) {
    this.program = program;
    for (const [table, slots] of tables) {
      for (const { name, rows, columns } of slots) {
        const sides: readonly Size[] = columns === null ? [rows] : [rows, columns];
        sides.forEach((size, axis) => {
          const length = `${table}[${pyString(name)}].shape[${axis}]`;
          if (typeof size === 'number' && !this.found.has(size)) this.found.set(size, length);
          if (typeof size === 'object' && size !== null && 'sum' in size) this.sums.push({ ...size, length });
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
    if (parts.every((part) => part !== null)) return parts.join(' + ');
    return seen.includes(at) ? null : this.lengthOf(at, seen);
  }

  /** Out of a length that is the sum of this width and of others. */
  private lengthOf(at: number, seen: readonly number[]): string | null {
    for (const { sum, plus = 0, length } of this.sums.filter((each) => each.sum.includes(at))) {
      const others = sum.filter((_width, place) => place !== sum.indexOf(at));
      const parts = others.map((other) => this.width(other, [...seen, at]));
      if (parts.every((part) => part !== null))
        return [length, ...parts.map((part) => `- (${part})`), ...(plus === 0 ? [] : [`- (${plus})`])].join(' ');
    }
    return null;
  }

  text(size: Size): string | null {
    if (size === null) return '1';
    if (typeof size === 'object' && 'fixed' in size) return String(size.fixed);
    const parts = new Map(widthsIn(size).map((at) => [at, this.width(at)]));
    if ([...parts.values()].includes(null)) return null;
    const width = (at: number): string => parts.get(at) ?? '';
    return typeof size === 'number' ? width(size) : sumText(size, width);
  }
}
