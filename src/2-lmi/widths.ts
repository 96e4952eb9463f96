import { fail } from '../base/diagnostic.js';
import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import type { Network, WidthLink } from '../model/network.js';

/** The widths that links join, as classes with one representative each (union-find with path halving). */
export function widthClasses(links: readonly WidthLink[]): (signal: Label) => Label {
  const parent = new Map<string, Label>();
  const find = (signal: Label): Label => {
    let at = signal;
    for (;;) {
      const up = parent.get(labelText(at));
      if (up === undefined) return at;
      const above = parent.get(labelText(up));
      if (above !== undefined) parent.set(labelText(at), above);
      at = up;
    }
  };
  for (const { signals } of links) {
    const [a, b] = signals.map(find);
    if (a !== undefined && b !== undefined && labelText(a) !== labelText(b)) parent.set(labelText(a), b);
  }
  return find;
}

/** Widths by signal, as given at use: `x`, `y`, one signal `w[2]` or a whole family `w`. */
export type Widths = ReadonlyMap<string, number>;

const MAXIMAL_WIDTH = 65_536;

function given(signal: Label, widths: Widths): number | undefined {
  const width = widths.get(labelText(signal)) ?? widths.get(signal.name);
  if (width !== undefined && (!Number.isInteger(width) || width < 1 || width > MAXIMAL_WIDTH)) {
    fail('LW304', `${signal.name}=${width}`, `an integer from 1 to ${MAXIMAL_WIDTH}`);
  }
  return width;
}

/**
 * The width of every signal of the network, `x`, the hidden ones and `y`. What a link implies need not be given;
 * a clash is reported at the equation that causes it (LW303), a width that nothing determines as LW304.
 */
export function resolveWidths(network: Network, widths: Widths): ReadonlyMap<string, number> {
  const signals = [...network.rows.map((row) => row.signal), network.output.target];
  const known = new Set([...signals.map(labelText), ...signals.map((signal) => signal.name)]);
  for (const name of widths.keys()) {
    if (!known.has(name))
      fail(
        'LW304',
        `a width for ${name}`,
        `widths for ${[...new Set(signals.map((signal) => signal.name))].join(', ')}`,
      );
  }
  const byClass = new Map<string, number>();
  for (const signal of signals) {
    const width = given(signal, widths);
    const key = labelText(network.dimension(signal));
    if (width !== undefined && !byClass.has(key)) byClass.set(key, width);
  }
  const resolve = (signal: Label): number => {
    const width = given(signal, widths) ?? byClass.get(labelText(network.dimension(signal)));
    return width ?? fail('LW304', `no width for ${labelText(signal)}`, `for example --dims ${signal.name}=4`);
  };
  const resolved = new Map(signals.map((signal) => [labelText(signal), resolve(signal)]));
  for (const {
    signals: [a, b],
    position,
  } of network.links) {
    const [left, right] = [resolved.get(labelText(a)), resolved.get(labelText(b))];
    if (left !== right) {
      const found = `${labelText(a)} of width ${left} and ${labelText(b)} of width ${right}`;
      fail('LW303', found, 'one width, because an identity or diagonal weight joins them', position);
    }
  }
  return resolved;
}
