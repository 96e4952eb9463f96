import type { Program, Size, Slot } from '../../model/program.js';
import { widthsIn } from './operation.js';
import { plainParts, sizeParts } from './rows.js';
import type { Part } from './rows.js';

/** An axis of an array in a table. */
export interface Place {
  readonly table: string;
  readonly name: string;
  readonly axis: number;
}

const placeParts = ({ table, name, axis }: Place): readonly Part[] => [`${table}[`, { name }, `].shape[${axis}]`];

/** Where in tables of arrays a width can be read, as Python. */
export class SizeSource {
  private readonly found = new Map<number, Place>();
  /** Lengths that are sums of widths. */
  private readonly sums: { readonly sum: readonly number[]; readonly plus?: number; readonly length: Place }[] = [];
  private readonly program: Pick<Program, 'sums'>;

  constructor(program: Pick<Program, 'sums'>, tables: readonly (readonly [table: string, slots: readonly Slot[]])[]) {
    this.program = program;
    for (const [table, slots] of tables) {
      for (const { name, rows, columns } of slots) {
        const sides: readonly Size[] = columns === null ? [rows] : [rows, columns];
        sides.forEach((size, axis) => {
          const length = { table, name, axis };
          if (typeof size === 'number' && !this.found.has(size)) this.found.set(size, length);
          if (typeof size === 'object' && size !== null && 'sum' in size) this.sums.push({ ...size, length });
        });
      }
    }
  }

  /** The axis that is a width; null where there is none, at most others that tell it together. */
  place(at: number): Place | null {
    return this.found.get(at) ?? null;
  }

  /** As Python; null where no array tells it. */
  text(size: Size): string | null {
    const parts = this.parts(size);
    return parts === null ? null : plainParts(parts);
  }

  parts(size: Size): readonly Part[] | null {
    const found = new Map(widthsIn(size).map((at) => [at, this.width(at, [])]));
    return [...found.values()].includes(null) ? null : sizeParts(size, (at) => found.get(at) ?? []);
  }

  /** Null where no array tells it. */
  private width(at: number, seen: readonly number[]): readonly Part[] | null {
    const found = this.found.get(at);
    if (found !== undefined) return placeParts(found);
    const sum = seen.includes(at) ? undefined : this.program.sums.find(({ width }) => width === at);
    const all = sum?.of.map((each) => this.width(each, [...seen, at])) ?? [null];
    if (all.every((parts) => parts !== null))
      return all.flatMap((parts, place) => (place === 0 ? parts : [' + ', ...parts]));
    return seen.includes(at) ? null : this.lengthOf(at, seen);
  }

  /** Out of a length that is the sum of this width and of others. */
  private lengthOf(at: number, seen: readonly number[]): readonly Part[] | null {
    for (const { sum, plus = 0, length } of this.sums.filter((each) => each.sum.includes(at))) {
      const others = sum.filter((_width, place) => place !== sum.indexOf(at));
      const all = others.map((other) => this.width(other, [...seen, at]));
      if (all.every((parts) => parts !== null))
        return [
          ...placeParts(length),
          ...all.flatMap((parts) => [' - (', ...parts, ')']),
          ...(plus === 0 ? [] : [` - (${plus})`]),
        ];
    }
    return null;
  }
}
