import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import { inverse, product, symbol } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Naming } from '../expr/naming.js';
import { tilde } from '../expr/naming.js';
import { letterText, text } from '../expr/print.js';
import type { Lmi, ScalingSource } from '../model/lmi.js';
import type { Network, Read, WidthLink } from '../model/network.js';
import type { ScaleFactor, Scaled, Scaling } from '../model/scaling.js';
import { scaledSymbols } from '../model/scaling.js';
import type { Trace } from '../model/trace.js';
import type { Rule } from '../rule/contract.js';
import { applyFirst } from '../rule/apply-first.js';
import { widthClasses } from './widths.js';

/** Signals between which an identity stands have one scale. */
function ties(network: Network, nameOf: (signal: Label) => Label): readonly WidthLink[] {
  const layers = network.rows.flatMap(({ layer, readers }) => [
    ...(layer === null ? [] : [layer]),
    ...readers.map((reader) => reader.layer),
  ]);
  const joins = (read: Read): boolean => read.weight === null;
  return layers.flatMap((layer) =>
    layer.reads
      .filter(joins)
      .map((read) => ({ signals: [nameOf(layer.target), nameOf(read.signal)] as const, position: read.position })),
  );
}

/** T_x of the input; all others are labelled as the multipliers are. */
function scaleSymbol(network: Network, at: Label, signal: Label): SymbolNode {
  const width = network.dimension(signal);
  return symbol('scale', at, { rows: width, columns: width }, { diagonal: true, positive: true });
}

/**
 * What an identity ties to the output, and what blocks give: their multiplier is one number, which scales would not
 * leave.
 */
function unscaled({ output, rows }: Network): readonly Label[] {
  const read = output.reads.filter(({ weight }) => weight === null).map(({ signal }) => signal);
  return [...read, ...rows.filter(({ layer }) => layer?.activation?.kind === 'block').map(({ signal }) => signal)];
}

/** One scale for each class of signals that identities tie together; the identity where it must stay what it is. */
export function scalesOf(network: Network): Scaling {
  return network.depth === null ? symbolicScales(network) : concreteScales(network);
}

function concreteScales(network: Network): Scaling {
  const classOf = widthClasses(ties(network, (signal) => signal));
  const fixed = new Set(unscaled(network).map((signal) => labelText(classOf(signal))));
  const byClass = new Map<string, SymbolNode>();
  for (const { signal, layer } of network.rows) {
    const key = labelText(classOf(signal));
    if (!fixed.has(key) && !byClass.has(key))
      byClass.set(key, scaleSymbol(network, layer === null ? network.input : layer.derived, signal));
  }
  return { of: (signal) => byClass.get(labelText(classOf(signal))) ?? null, symbols: [...byClass.values()] };
}

function symbolicScales(network: Network): Scaling {
  // A tie that holds for a range of indices ties the whole family; others tie the two signals that they name.
  const lone = ties(network, (signal) => signal);
  const ranged = new Set(
    lone.flatMap(({ signals }) =>
      signals.some(({ index }) => index?.base === 'loop')
        ? signals.filter(({ index }) => index !== null).map(({ name }) => name)
        : [],
    ),
  );
  const nodeOf = (signal: Label): Label => (ranged.has(signal.name) ? label(signal.name) : signal);
  const classOf = widthClasses(ties(network, nodeOf));
  const keyOf = (signal: Label): string => labelText(classOf(nodeOf(signal)));
  const fixed = new Set(unscaled(network).map(keyOf));
  // Called as the multipliers are, after the first signal of the class.
  const names = new Map<string, string>();
  const first = new Map<string, Label>();
  for (const { signal, layer } of network.rows) {
    if (!names.has(signal.name)) names.set(signal.name, layer === null ? network.input.name : layer.derived.name);
    if (!first.has(keyOf(signal))) first.set(keyOf(signal), signal);
  }
  const of = (signal: Label): SymbolNode | null => {
    if (fixed.has(keyOf(signal))) return null;
    const { name, index } = first.get(keyOf(signal)) ?? signal;
    return scaleSymbol(network, label(names.get(name) ?? name, ranged.has(name) ? null : index), signal);
  };
  const all = network.rows.map(({ signal }) => of(signal)).filter((node) => node !== null);
  return { of, symbols: [...new Map(all.map((node) => [node.key, node])).values()] };
}

const besides = (side: ScaleFactor | null): readonly Expression[] =>
  side === null ? [] : [side.inverse ? inverse(side.scale) : side.scale];

/** T X̃ T⁻¹, the symbol standing for X̃. */
const written = ({ symbol: node, left, right }: Scaled): Expression =>
  product([...besides(left), node, ...besides(right)]);

/** TMT in the place of M, the weights and multipliers being meant with their tildes from here on. */
export function scaleLmi(source: ScalingSource, rule: Rule<ScalingSource, Lmi>, naming: Naming, trace: Trace): Lmi {
  const { scaling, lmi } = source;
  const { target } = applyFirst([rule], source, () => 'M ≼ 0', lmi.network.output.position);
  const marked = { ...naming, mark: tilde };
  trace.record(rule.name, () => {
    const shown = scaling.symbols.map((scale) => text(scale, naming)).join(', ');
    const row = target.rows[0];
    const own = row?.blocks.find((block) => labelText(block.column) === labelText(row.signal));
    const [form, scale] = [letterText(naming.lmi), letterText(naming.scale)];
    const at = row === undefined ? '' : labelText(row.signal);
    const example = own === undefined ? '' : `, block (${at}, ${at}): ${text(own.expression, marked)}`;
    return [`${form} ≼ 0, scales ${shown === '' ? 'none' : shown}`, `${scale} ${form} ${scale} ≼ 0${example}`];
  });
  for (const scaled of scaledSymbols(lmi.network, scaling).values())
    trace.record(rule.name, () => [text(scaled.symbol, naming), text(written(scaled), marked)]);
  return { ...target, scaling };
}
