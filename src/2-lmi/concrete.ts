import { fail } from '../base/diagnostic.js';
import type { Index, Label } from '../base/label.js';
import { constant, label, labelText, substituteIndex } from '../base/label.js';
import type { Architecture, Equation } from '../model/architecture.js';
import type { AffineSum, Layer, Network, Output, Read, Segment, SignalRow, WidthLink } from '../model/network.js';
import type { LayerContext } from './layers.js';
import { aliasesOf, derivedLabels, joinsWidths, layerFrom, outputEquation, sumFrom } from './layers.js';
import { widthClasses } from './widths.js';

const MAXIMAL_DEPTH = 4096;

interface Instance {
  readonly equation: Equation;
  readonly loop: Index | null;
}

const isSignal = ({ kind }: Equation): boolean => kind === 'hidden' || kind === 'affine';

/** Hidden signals of an architecture and of all its blocks: as many as a chain of the largest depth has. */
const MOST_SIGNALS = MAXIMAL_DEPTH;

function checkDepth(depth: number): void {
  if (!Number.isInteger(depth) || depth < 1 || depth > MAXIMAL_DEPTH)
    fail('LW302', `depth ${depth}`, `an integer from 1 to ${MAXIMAL_DEPTH}`);
}

/** The loop values of an equation's range at this depth; [0, 0] where there is none. */
function bounds({ range }: Equation, depth: number): readonly [from: number, to: number] {
  const at = (index: Index): number => substituteIndex(index, { loop: null, depth }).offset;
  return range === null ? [0, 0] : [at(range.from), at(range.to)];
}

function hiddenSignals({ equations, blocks }: Architecture, depth: number): number {
  checkDepth(depth);
  const sizes = equations.filter(isSignal).map((equation) => {
    const [from, to] = bounds(equation, depth);
    return Math.max(0, to - from + 1);
  });
  const inner = [...blocks.values()].map((block) => hiddenSignals(block.architecture, block.depth ?? depth));
  return [...sizes, ...inner].reduce((total, size) => total + size, 0);
}

/**
 * Counts the hidden signals, blocks and all, before anything is built of them.
 * @throws LW302 depth not in 1…4096, LW314 more than 4096 hidden signals
 */
export function checkSignals(architecture: Architecture, depth: number): void {
  const count = hiddenSignals(architecture, depth);
  if (count > MOST_SIGNALS)
    fail('LW314', `${count} hidden signals at depth ${depth}`, `at most ${MOST_SIGNALS} in all`);
}

/** Every hidden and affine signal with the equation and the loop value that define it, in the order of the file. */
function instances(architecture: Architecture, depth: number): readonly Instance[] {
  return architecture.equations.filter(isSignal).flatMap((equation): readonly Instance[] => {
    if (equation.range === null) return [{ equation, loop: null }];
    const [from, to] = bounds(equation, depth);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_all, step) => ({
      equation,
      loop: constant(from + step),
    }));
  });
}

/** What defines a signal. */
type Defined = Layer | AffineSum;

const isLayer = (defined: Defined): defined is Layer => 'multiplier' in defined;

function links(target: Label, reads: readonly Read[]): readonly WidthLink[] {
  return reads.filter(joinsWidths).map((read) => ({ signals: [target, read.signal], position: read.position }));
}

/** A bias that several equations share has one width, and so have their targets. */
function biasLinks(layers: readonly AffineSum[]): readonly WidthLink[] {
  const first = new Map<string, Label>();
  return layers.flatMap((layer) =>
    layer.biases.flatMap((bias): readonly WidthLink[] => {
      const name = labelText(bias.label);
      const known = first.get(name);
      if (known === undefined) first.set(name, layer.target);
      return known === undefined || labelText(known) === labelText(layer.target)
        ? []
        : [{ signals: [known, layer.target], position: layer.position }];
    }),
  );
}

/** Both sides of a weight have one width wherever it stands. */
function tieLinks(sums: readonly AffineSum[]): readonly WidthLink[] {
  const first = new Map<string, readonly [Label, Label]>();
  return sums.flatMap(({ target, reads }) =>
    reads.flatMap(({ weight, signal, isTransposed, position }): readonly WidthLink[] => {
      if (weight === null) return [];
      const [rows, columns] = isTransposed === true ? [signal, target] : [target, signal];
      const known = first.get(weight.key);
      if (known === undefined) {
        first.set(weight.key, [rows, columns]);
        return [];
      }
      const pairs = [
        [known[0], rows],
        [known[1], columns],
      ] as const;
      return pairs.flatMap((signals) =>
        labelText(signals[0]) === labelText(signals[1]) ? [] : [{ signals, position }],
      );
    }),
  );
}

/** Kahn's algorithm over a binary heap of file positions, so that independent signals keep the order of the file. */
function topological(layers: readonly Defined[]): readonly Defined[] {
  const place = new Map(layers.map((layer, at) => [labelText(layer.target), at]));
  const waiting = layers.map(
    (layer) => new Set(layer.reads.map((read) => labelText(read.signal)).filter((name) => place.has(name))).size,
  );
  const readers = new Map<string, number[]>();
  layers.forEach((layer, at) => {
    for (const name of new Set(layer.reads.map((read) => labelText(read.signal)))) {
      const list = readers.get(name);
      if (list === undefined) readers.set(name, [at]);
      else list.push(at);
    }
  });
  const ready = layers.map((_layer, at) => at).filter((at) => waiting[at] === 0);
  const order: Defined[] = [];
  // `ready` is kept sorted; chains keep it short, so insertion is cheap.
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    const layer = layers[next];
    if (layer === undefined) break;
    order.push(layer);
    for (const at of readers.get(labelText(layer.target)) ?? []) {
      waiting[at] = (waiting[at] ?? Number.NaN) - 1;
      if (waiting[at] !== 0) continue;
      const before = ready.findIndex((other) => other > at);
      ready.splice(before < 0 ? ready.length : before, 0, at);
    }
  }
  if (order.length < layers.length) {
    const stuck = layers.find((_layer, at) => waiting[at] !== 0);
    const names = layers.filter((_layer, at) => waiting[at] !== 0).map((layer) => labelText(layer.target));
    fail(
      'LW203',
      `a cycle through ${names.slice(0, 6).join(', ')}`,
      'signals that read only earlier signals',
      stuck?.position ?? null,
    );
  }
  return order;
}

function checkReads(target: Label, reads: readonly Read[], defined: ReadonlySet<string>, depth: number): void {
  for (const read of reads) {
    if (!defined.has(labelText(read.signal))) {
      const found = `${labelText(read.signal)}, read by ${labelText(target)} at depth ${depth}`;
      const start = /\[(0|-\d+)\]$/.test(labelText(read.signal))
        ? `: add ${labelText(read.signal)} = x, for example`
        : '';
      fail('LW202', found, `a signal that an equation defines${start}`, read.position);
    }
  }
}

/** Coefficients enter the LMI squared: beyond this range doubles could overflow. */
const COEFFICIENTS = { least: 2 ** -40, largest: 2 ** 40 } as const;

function checkCoefficients(all: readonly (readonly Read[])[]): void {
  for (const { coefficient, position } of all.flat()) {
    const size = Math.abs(coefficient);
    if (!(size >= COEFFICIENTS.least && size <= COEFFICIENTS.largest)) {
      fail(
        'LW307',
        `the coefficient ${coefficient}`,
        `a size from ${COEFFICIENTS.least} to ${COEFFICIENTS.largest}`,
        position,
      );
    }
  }
}

/**
 * The network at a concrete depth.
 * @throws LW302 depth not in 1…4096, LW314 more than 4096 hidden signals, LW202 a read of a signal that does not exist
 *   at this depth, LW203 a cycle,
 *   LW206 a signal with two definitions, LW307 a coefficient out of range
 */
export function concreteNetwork(architecture: Architecture, depth: number): Network {
  checkSignals(architecture, depth);
  const base = { architecture, aliases: aliasesOf(architecture), derived: derivedLabels(architecture) };
  const input = label('x');
  // Widths are joined by what the layers read, and layers carry widths: the first pass is only for the links.
  const draft: LayerContext = { ...base, dimension: () => input, verbatim: true };
  const list = instances(architecture, depth);
  const last = outputEquation(architecture);
  const build = (context: LayerContext): { defined: Defined[]; output: Output } => ({
    defined: list.map(({ equation, loop }) =>
      equation.kind === 'hidden'
        ? layerFrom(equation, { loop, depth }, context)
        : sumFrom(equation, { loop, depth }, context),
    ),
    output: sumFrom(last, { loop: null, depth }, context),
  });
  const rough = build(draft);
  const everything = [...rough.defined, rough.output];
  const joined = [
    ...everything.flatMap((layer) => links(layer.target, layer.reads)),
    ...biasLinks(everything),
    ...tieLinks(everything),
  ];
  const dimension = widthClasses(joined);
  const { defined: signals, output } = build({ ...base, dimension });

  const defined = new Set(['x']);
  for (const layer of signals) {
    const name = labelText(layer.target);
    if (defined.has(name) || base.aliases.has(name))
      fail('LW206', `${name} at depth ${depth}`, 'one definition', layer.position);
    defined.add(name);
  }
  for (const layer of everything) checkReads(layer.target, layer.reads, defined, depth);
  checkCoefficients(everything.map((layer) => layer.reads));

  const order = topological(signals);
  const readers = new Map<string, Segment[]>([...defined].map((name) => [name, []]));
  for (const layer of order.filter(isLayer)) {
    for (const name of new Set(layer.reads.map((read) => labelText(read.signal))))
      readers.get(name)?.push({ layer, span: null });
  }
  const row = (signal: Label, layer: Layer | null, sum: AffineSum | null): SignalRow => ({
    signal,
    span: null,
    layer,
    sum,
    readers: readers.get(labelText(signal)) ?? [],
  });
  const rows = [
    row(input, null, null),
    ...order.map((each) => (isLayer(each) ? row(each.target, each, null) : row(each.target, null, each))),
  ];
  return { architecture, depth, input, rows, output, links: joined, dimension, family: null };
}
