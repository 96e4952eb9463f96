import type { LmiTerm, Parameter, Size, Slot } from '../model/lowered-network.js';

/** A network's numbers in a larger network. */
export interface Renumbering {
  readonly buffer: (id: number) => number;
  readonly width: (at: number) => number;
  readonly parameter: (parameter: Parameter) => Parameter;
  readonly layer: (at: number) => number;
  readonly name: (name: string) => string;
}

export function renumberSize(size: Size, { width }: Renumbering): Size {
  if (size === null) return null;
  if (typeof size === 'number') return width(size);
  return 'fixed' in size ? size : { ...size, sum: size.sum.map(width) };
}

export function renumberSlot<T extends Slot>(slot: T, by: Renumbering): T {
  return {
    ...slot,
    name: by.name(slot.name),
    rows: renumberSize(slot.rows, by),
    columns: renumberSize(slot.columns, by),
    buffer: by.buffer(slot.buffer),
  };
}

export function renumberTerm(term: LmiTerm, by: Renumbering, firstRow: number): LmiTerm {
  const buffer = (id: number | null): number | null => (id === null ? null : by.buffer(id));
  return {
    row: term.row + firstRow,
    column: term.column + firstRow,
    coefficient: term.coefficient,
    parameters: term.parameters.map(by.parameter),
    left: buffer(term.left),
    middle: buffer(term.middle),
    right: buffer(term.right),
  };
}
