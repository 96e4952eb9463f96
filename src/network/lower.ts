import { fail } from '../base/diagnostic.js';
import { labelText } from '../base/label.js';
import { monomial, product, summands, transpose } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Block, Lmi } from '../model/lmi.js';
import type { AffineLayer, Buffer, LayerActivation, LmiTerm, LoweredNetwork, Slot } from '../model/lowered-network.js';
import type { AffineSum, Layer } from '../model/network.js';
import type { Shape } from './outline.js';
import { Outline } from './outline.js';

/** Where the values of a network are: somebody has numbered them. */
export interface Numbering {
  readonly buffers: readonly Buffer[];
  /** Of a weight or multiplier, as the network holds it in the end. */
  readonly valueOf: (symbol: SymbolNode) => number;
  readonly biases: readonly Slot[];
  /** One for each layer, null where it has no splines. */
  readonly splines: readonly (Slot | null)[];
}

/**
 * The network of an LMI with nothing but its own values, one number for each: what verdicts start from.
 * @throws LW302 at symbolic depth
 */
export function lowerNetwork(lmi: Lmi): LoweredNetwork {
  const outline = new Outline(lmi.network);
  const buffers: Buffer[] = [];
  const numbers = new Map<string, number>();
  const numbered = (shape: Shape): Slot => {
    const { rows, columns } = shape;
    buffers.push({ id: buffers.length, rows, columns });
    return { ...shape, buffer: buffers.length - 1 };
  };
  const weights = outline.weights().map((symbol) => {
    const slot = numbered(outline.weight(symbol));
    numbers.set(symbol.key, slot.buffer);
    return slot;
  });
  const biases = outline.biases().map(numbered);
  const splines = outline
    .splines([...weights, ...biases].map(({ name }) => name))
    .map((shape) => (shape === null ? null : numbered(shape)));
  for (const layer of outline.layers) numbers.set(layer.multiplier.key, numbered(outline.multiplier(layer)).buffer);
  const valueOf = (symbol: SymbolNode): number => numbers.get(symbol.key) ?? fail('LW401', symbol.key, 'a value');
  return describeNetwork(outline, lmi, { buffers, valueOf, biases, splines });
}

/** The forward map and the LMI over values that are numbered already. @throws LW302 at symbolic depth */
export function describeNetwork(outline: Outline, lmi: Lmi, numbering: Numbering): LoweredNetwork {
  const { network, layers } = outline;
  const { architecture, depth, rows, output } = network;
  if (depth === null) return fail('LW302', 'depth n', 'a number: only concrete depths have a program');
  const { buffers, valueOf, biases, splines } = numbering;
  const signalAt = new Map(rows.map(({ signal }, at) => [labelText(signal), at]));
  const number = (name: string): number => signalAt.get(name) ?? fail('LW202', name, 'a signal');
  const biasAt = new Map(biases.map((bias) => [bias.name, bias.buffer]));
  const affine = (layer: AffineSum, signal: number): AffineLayer => ({
    signal,
    terms: layer.reads.map((read) => ({
      coefficient: read.coefficient,
      weight: read.weight === null ? null : valueOf(read.weight),
      ...(read.isTransposed === true ? { isTransposed: true } : {}),
      signal: number(labelText(read.signal)),
    })),
    biases: layer.biases.map((bias) => ({
      coefficient: bias.coefficient,
      bias: biasAt.get(labelText(bias.label)) ?? fail('LW202', labelText(bias.label), 'a bias'),
    })),
  });
  const hidden = layers.map((layer, at) => ({
    ...affine(layer, number(labelText(layer.target))),
    activation: activationOf(layer, splines[at] ?? null),
  }));
  const sums = rows.flatMap(({ sum }, at) => (sum === null ? [] : [affine(sum, at)]));
  const last = affine(output, rows.length);
  return {
    architecture: architecture.name,
    title: architecture.title,
    definition: architecture.definition,
    source: architecture.source,
    depth,
    widths: outline.widths,
    signals: rows.map(({ signal }) => ({ name: labelText(signal), size: outline.width(signal) })),
    output: { name: labelText(output.target), size: outline.width(output.target) },
    buffers,
    weights: [
      ...outline.weights().map((symbol) => ({ ...outline.weight(symbol), buffer: valueOf(symbol) })),
      ...splines.flatMap((spline) => spline ?? []),
    ],
    biases,
    multipliers: layers.map((layer) => ({ ...outline.multiplier(layer), buffer: valueOf(layer.multiplier) })),
    locals: [],
    input: 0,
    sums: [],
    budgets: [],
    blocks: [],
    layers: hidden,
    affine: sums,
    last,
    steps: [
      ...hidden.map(({ signal, terms, biases: added }, layer) => ({ signal, terms, biases: added, layer })),
      ...sums.map((sum) => ({ ...sum, layer: null })),
    ]
      .sort((a, b) => a.signal - b.signal)
      .concat({ ...last, layer: null }),
    lmi: lmi.rows.flatMap((row) => {
      const at = number(labelText(row.signal));
      return row.blocks.flatMap((block) => {
        const column = number(labelText(block.column));
        return column < at ? [] : blockTerms(block, at, column, outline, valueOf);
      });
    }),
  };
}

function activationOf({ activation }: Layer, spline: Slot | null): LayerActivation {
  if (activation === null) return { kind: 'open' };
  const { name, slopes } = activation;
  if (activation.kind === 'scalar') return { kind: 'scalar', name, function: activation.function, slopes };
  if (activation.kind === 'block') return { kind: 'block', name, slopes };
  if (spline === null) return fail('LW401', name, 'values of the spline');
  return { kind: 'spline', name, coefficients: spline.buffer, knots: activation.knots, step: activation.step, slopes };
}

function blockTerms(
  block: Block,
  row: number,
  column: number,
  outline: Outline,
  valueOf: (symbol: SymbolNode) => number,
): readonly LmiTerm[] {
  return summands(block.expression).map((term): LmiTerm => {
    const { coefficient, scalars, body } = monomial(term);
    const parameters = scalars.map((scalar) =>
      scalar.kind === 'symbol' ? outline.parameter(scalar) : fail('LW401', scalar.key, 'a parameter'),
    );
    return { row, column, coefficient, parameters, ...factors(body, valueOf) };
  });
}

/** leftᵀ · diag(middle) · right out of a product of weights and one multiplier. @throws LW401 for any other product */
function factors(
  body: Expression,
  valueOf: (symbol: SymbolNode) => number,
): Pick<LmiTerm, 'left' | 'middle' | 'right'> {
  const items = body.kind === 'product' ? body.items : body.kind === 'identity' ? [] : [body];
  let middle: SymbolNode | null = null;
  let left: SymbolNode | null = null;
  let right: SymbolNode | null = null;
  for (const item of items) {
    const inner = item.kind === 'transpose' ? item.body : item;
    if (inner.kind !== 'symbol') return fail('LW401', body.key, 'a product of weights and multipliers');
    if (inner.role === 'multiplier') middle = inner;
    else if (
      item.kind === 'transpose' ||
      (left === null && middle === null && right === null && hasPartner(items, inner))
    )
      left = inner;
    else right = inner;
  }
  // The places are guessed from left to right; what they say together must be the block itself.
  const parts = [left === null ? null : transpose(left), middle, right].filter((part) => part !== null);
  if (items.length > 0 && product(parts).key !== body.key)
    return fail('LW401', body.key, 'a product of a transposed weight, a multiplier and a weight');
  const at = (symbol: SymbolNode | null): number | null => (symbol === null ? null : valueOf(symbol));
  return { left: at(left), middle: at(middle), right: at(right) };
}

/** A diagonal weight has no transpose sign: it is the left factor if something comes after it. */
function hasPartner(items: readonly Expression[], inner: SymbolNode): boolean {
  return (
    inner.diagonal &&
    items.length > 1 &&
    items[0] !== undefined &&
    (items[0].key === inner.key || (items[0].kind === 'transpose' && items[0].body.key === inner.key))
  );
}
