import { isTable } from '../model/program.js';
import type { Program, Size, Slot } from '../model/program.js';
import type { StoredTensor } from './safetensors.js';

/**
 * Matrices that stand in one row (typed arrays of JavaScript) with their shapes, as far as widths that are known,
 * vectors and other matrices tell them. What stays open is left as it is, for whoever reads it to refuse.
 */
export function unflattened(
  tensors: ReadonlyMap<string, StoredTensor>,
  { widths, free, weights, biases }: Program,
  known: ReadonlyMap<string, number>,
): ReadonlyMap<string, StoredTensor> {
  const slots = [...new Map([...weights, ...biases, ...free].map((slot) => [slot.name, slot])).values()];
  const given = slots.flatMap((slot) => {
    const tensor = tensors.get(slot.name);
    return tensor === undefined ? [] : [{ slot, tensor }];
  });
  const flat = given.filter(({ slot, tensor }) => isTable(slot) && tensor.shape.length === 1);
  if (flat.length === 0) return tensors;
  const counts = widths.map((names) =>
    names.map((name) => known.get(name) ?? known.get(name.replace(/\[.*$/, ''))).find((width) => width !== undefined),
  );
  const learn = (size: Size, value: number | undefined): boolean => {
    if (
      typeof size !== 'number' ||
      value === undefined ||
      !Number.isInteger(value) ||
      value < 1 ||
      counts[size] !== undefined
    )
      return false;
    counts[size] = value;
    return true;
  };
  const count = (size: Size): number | undefined =>
    size === null ? 1 : typeof size === 'number' ? counts[size] : 'fixed' in size ? size.fixed : undefined;
  for (const { slot, tensor } of given) {
    if (isTable(slot) && tensor.shape.length === 1) continue;
    learn(slot.rows, tensor.shape[0]);
    learn(slot.columns, tensor.shape[1]);
  }
  for (let changed = true; changed;) {
    changed = flat
      .map(
        ({ slot, tensor }) =>
          learn(slot.columns, tensor.data.length / (count(slot.rows) ?? 0)) ||
          learn(slot.rows, tensor.data.length / (count(slot.columns) ?? 0)),
      )
      .some(Boolean);
  }
  return new Map([...tensors, ...flat.flatMap(({ slot, tensor }) => shaped(slot, tensor, count))]);
}

function shaped(
  slot: Slot,
  tensor: StoredTensor,
  count: (size: Size) => number | undefined,
): readonly (readonly [string, StoredTensor])[] {
  const shape = [count(slot.rows), count(slot.columns)].filter((size) => size !== undefined);
  return shape.length === 2 && shape.reduce((all, size) => all * size, 1) === tensor.data.length
    ? [[slot.name, { ...tensor, shape }]]
    : [];
}
