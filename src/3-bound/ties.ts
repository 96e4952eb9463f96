import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { exactFactor, scale } from '../expr/build.js';
import type { Expression } from '../expr/node.js';
import type { AffineSum, Network, Read, SignalRow } from '../model/network.js';
import type { Tie } from '../model/pivot.js';

/** K[h, h] where it is a multiple of I: of x, and of what is tied to x step by step. */
export function isotropicOf(
  { input }: Network,
  ties: ReadonlyMap<string, Tie>,
  ofInput: Expression,
): (signal: Label) => Expression | null {
  const of = (signal: Label): Expression | null => {
    if (labelText(signal) === labelText(input)) return ofInput;
    const tie = ties.get(labelText(signal));
    const before = tie === undefined ? null : of(tie.from);
    if (tie === undefined || before === null) return null;
    const factor = exactFactor(tie.skip);
    return scale(1, [factor, factor], before);
  };
  return of;
}

/**
 * The affine signals h′ = a h + c Cᵀ z with z = t T w or z = w and w = φ(g C h + b): a step along h that the transpose
 * of the layer's own weight takes. Nothing else may read w or z, nor h after h′: what the layer says of h is then said
 * by h′.
 */
export function tiesOf(network: Network): ReadonlyMap<string, Tie> {
  const rows = new Map(network.rows.map((row) => [labelText(row.signal), row]));
  const readers = readersOf(network);
  const found = new Map<string, Tie>();
  for (const { signal, sum } of network.rows) {
    const tie = sum === null ? null : tieOf(sum, rows, readers);
    if (tie !== null) found.set(labelText(signal), tie);
  }
  return found;
}

/** Who reads each signal, the output as `null`. */
function readersOf({ rows, output }: Network): ReadonlyMap<string, readonly (Label | null)[]> {
  const found = new Map<string, (Label | null)[]>();
  const note = (reader: Label | null, reads: readonly Read[]): void => {
    for (const { signal } of reads) {
      const list = found.get(labelText(signal)) ?? [];
      list.push(reader);
      found.set(labelText(signal), list);
    }
  };
  for (const { signal, layer, sum } of rows) note(signal, (layer ?? sum)?.reads ?? []);
  note(null, output.reads);
  return found;
}

function tieOf(
  { target, reads }: AffineSum,
  rows: ReadonlyMap<string, SignalRow>,
  readers: ReadonlyMap<string, readonly (Label | null)[]>,
): Tie | null {
  const [skip, ...noSkip] = reads.filter(({ weight }) => weight === null);
  const [back, ...more] = reads.filter(({ weight }) => weight !== null);
  if (skip === undefined || back === undefined || back.weight === null || back.isTransposed !== true) return null;
  if (noSkip.length > 0 || more.length > 0) return null;
  const readBy = (signal: Label, ...all: readonly Label[]): boolean => {
    const found = readers.get(labelText(signal)) ?? [];
    return (
      found.length === all.length &&
      all.every((each, at) => {
        const reader = found[at] ?? null;
        return reader !== null && labelText(reader) === labelText(each);
      })
    );
  };
  const between = rows.get(labelText(back.signal))?.sum ?? null;
  const [factor, ...others] = between?.reads ?? [];
  if (between !== null && (factor?.weight?.diagonal !== true || others.length > 0)) return null;
  const layer = rows.get(labelText(factor?.signal ?? back.signal))?.layer ?? null;
  const [read, ...beside] = layer?.reads ?? [];
  if (layer === null || read === undefined || beside.length > 0 || read.weight?.key !== back.weight.key) return null;
  if (labelText(read.signal) !== labelText(skip.signal) || layer.activation?.kind === 'block') return null;
  const isAlone =
    readBy(skip.signal, layer.target, target) &&
    readBy(layer.target, between?.target ?? target) &&
    (between === null || readBy(between.target, target));
  if (!isAlone) return null;
  return {
    layer,
    from: skip.signal,
    skip: skip.coefficient,
    read: read.coefficient,
    back: back.coefficient * (factor?.coefficient ?? 1),
    weight: back.weight,
    scale: factor?.weight ?? null,
    between: between?.target ?? null,
  };
}
