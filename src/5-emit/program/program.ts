import { fail } from '../../base/diagnostic.js';
import type { Label } from '../../base/label.js';
import { labelText } from '../../base/label.js';
import { diag, hadamard, monomial, ones, quotient, scalarSymbol, summands } from '../../expr/build.js';
import type { Dimension, Expression, SymbolNode } from '../../expr/node.js';
import type { Naming } from '../../expr/naming.js';
import { plainName, storedName } from '../../expr/print.js';
import { describe } from '../../model/describe.js';
import type { Block, Lmi } from '../../model/lmi.js';
import { margins } from '../../model/margins.js';
import type { Layer, Network, Output } from '../../model/network.js';
import type { Assignment, Parameterization } from '../../model/parameterization.js';
import type {
  AffineLayer,
  LayerActivation,
  LmiTerm,
  Parameter,
  Program,
  Size,
  Slot,
  Tree,
} from '../../model/program.js';
import type { Strategy } from '../../model/strategy.js';
import { variantOf, variantText } from '../../model/variant.js';
import { withInitial } from './initial-recipe.js';
import { Lowering } from './lower.js';
import { MatrixLowering } from './lower-matrix.js';

const slopeRoles = ['slope-sum', 'slope-product', 'slope-lower', 'slope-upper'] as const;

/** The distinct widths of a network, numbered. */
class Widths {
  readonly names: string[][] = [];
  private readonly numbers = new Map<string, number>();
  private readonly network: Network;

  constructor(network: Network) {
    this.network = network;
    for (const { signal } of network.rows) this.add(labelText(signal), labelText(network.dimension(signal)));
    this.add(labelText(network.output.target), labelText(network.dimension(network.output.target)));
  }

  private add(name: string, representative: string): void {
    const known = this.numbers.get(representative);
    if (known !== undefined) this.names[known]?.push(name);
    else {
      this.numbers.set(representative, this.names.length);
      this.names.push([name]);
    }
  }

  number(signal: Label): number {
    return this.numbers.get(labelText(this.network.dimension(signal))) ?? fail('LW304', labelText(signal), 'a signal');
  }

  size(dimension: Dimension): Size {
    return dimension === null ? null : this.number(dimension);
  }
}

/** Multipliers in results are always called lambda: they stand in a table of their own. */
function multiplierName(node: SymbolNode): string {
  const { name, index } = node.label;
  const family = name === '' ? 'lambda' : `lambda_${name}`;
  return labelText({ name: family, index });
}

/**
 * The parameterization, the forward map and the LMI of a concrete network as one target-neutral program.
 * @throws LW401 if an assignment holds an expression that no operation computes
 */
export function program(parameterization: Parameterization, lmi: Lmi, strategy: Strategy, naming: Naming): Program {
  const variant = variantOf(strategy);
  const { network } = parameterization;
  const { architecture, depth } = network;
  if (depth === null) return fail('LW302', 'depth n', 'a number: only concrete depths have a program');
  const widths = new Widths(network);
  const layers = network.rows.flatMap(({ layer }) => (layer === null ? [] : [layer]));
  const layerOf = new Map(
    layers.flatMap(({ derived }, at) =>
      slopeRoles.map((role): [string, number] => [scalarSymbol(role, derived).key, at]),
    ),
  );
  const parameterOf = (symbol: SymbolNode): Parameter => {
    if (symbol.role === 'lipschitz' || symbol.role === 'roundoff') return { kind: symbol.role };
    if (symbol.role === 'constant') return { kind: 'constant', value: Number(symbol.label.name) };
    const layer = layerOf.get(symbol.key);
    const slope = slopeRoles.find((role) => role === symbol.role);
    return layer === undefined || slope === undefined
      ? fail('LW401', symbol.key, 'a parameter of the program')
      : { kind: slope, layer };
  };
  const stacks = parameterization.stacks ?? new Map<string, readonly Label[]>();
  const sizeOf = (dimension: Dimension): Size => {
    const stacked = dimension === null ? undefined : stacks.get(labelText(dimension));
    return stacked === undefined ? widths.size(dimension) : { sum: stacked.map((signal) => widths.number(signal)) };
  };
  const lowering = new Lowering(sizeOf, parameterOf);
  const matrices = new MatrixLowering(lowering);

  const weightSymbols = [...layers, network.output].flatMap((layer) =>
    layer.reads.flatMap((read) => (read.weight === null ? [] : [read.weight])),
  );
  const shapeOf = (weight: SymbolNode): { readonly rows: Size; readonly columns: Size } => ({
    rows: lowering.size(weight.rows),
    columns: weight.diagonal ? null : lowering.size(weight.columns),
  });
  const slot = (weight: SymbolNode, buffer: number): Slot => ({
    name: labelText(weight.label),
    structure: weight.diagonal ? 'diagonal' : 'dense',
    ...shapeOf(weight),
    buffer,
  });
  const freeWeights = weightSymbols.map((weight) => {
    const { rows, columns } = shapeOf(weight);
    const buffer = lowering.buffer(rows, columns);
    lowering.assign(weight, buffer);
    return slot(weight, buffer);
  });
  const biases = biasSlots(network, lowering);
  const taken = new Set(
    [...freeWeights, ...biases]
      .map(({ name }) => name)
      .concat((parameterization.free ?? []).map((symbol) => storedName(symbol, naming))),
  );
  const splines = layers.map((layer, at) => splineSlots(layer, at, lowering, taken));
  const others = (parameterization.free ?? []).map((symbol): Slot => {
    const rows = lowering.size(symbol.rows);
    const buffer = lowering.buffer(rows, null);
    lowering.assign(symbol, buffer);
    return { name: storedName(symbol, naming), structure: 'vector', rows, columns: null, buffer };
  });
  const notes = parameterization.assignments.map((assignment) => {
    const note = { at: lowering.operations.length, text: `${assignment.rule}: ${describe(assignment, naming)}` };
    lowerAssignment(assignment, lowering, matrices, naming);
    return note;
  });

  const multiplier = (layer: Layer): Slot => ({
    name: multiplierName(layer.multiplier),
    structure: 'vector',
    rows: lowering.size(layer.multiplier.rows),
    columns: null,
    buffer: lowering.valueOf(layer.multiplier),
  });
  const signalAt = new Map(network.rows.map(({ signal }, at) => [labelText(signal), at]));
  const number = (name: string): number => signalAt.get(name) ?? fail('LW202', name, 'a signal');
  const biasAt = new Map(biases.map((bias) => [bias.name, bias.buffer]));
  const forward = (layer: Layer | Output, signal: number): AffineLayer => ({
    signal,
    terms: layer.reads.map((read) => ({
      coefficient: read.coefficient,
      weight: read.weight === null ? null : lowering.valueOf(read.weight),
      signal: number(labelText(read.signal)),
    })),
    biases: layer.biases.map((bias) => ({
      coefficient: bias.coefficient,
      bias: biasAt.get(labelText(bias.label)) ?? fail('LW202', labelText(bias.label), 'a bias'),
    })),
  });
  const hidden = layers.map((layer, at) => ({
    ...forward(layer, number(labelText(layer.target))),
    activation: activationOf(layer, splines[at]?.projected ?? null),
  }));
  const last = forward(network.output, network.rows.length);
  const made: Program = {
    architecture: architecture.name,
    title: architecture.title,
    definition: architecture.definition,
    source: architecture.source,
    depth,
    strategy: strategy.name,
    variant: variant === null ? null : variantText(variant),
    widths: widths.names,
    signals: network.rows.map(({ signal }) => ({ name: labelText(signal), size: widths.size(signal) })),
    output: { name: labelText(network.output.target), size: widths.size(network.output.target) },
    buffers: lowering.buffers,
    free: [...freeWeights, ...biases, ...splines.flatMap((slots) => (slots === null ? [] : [slots.free])), ...others],
    weights: [
      ...weightSymbols.map((weight) => slot(weight, lowering.valueOf(weight))),
      ...splines.flatMap((slots) => (slots === null ? [] : [slots.projected])),
    ],
    biases,
    multipliers: layers.map(multiplier),
    operations: lowering.operations,
    notes,
    locals: [],
    input: 0,
    sums: [],
    budgets: [],
    blocks: [],
    layers: hidden,
    last,
    steps: [
      ...hidden.map(({ signal, terms, biases: added }, layer) => ({ signal, terms, biases: added, layer })),
      { ...last, layer: null },
    ],
    lmi: lmiTerms(lmi, lowering, number, parameterOf),
  };
  return { ...made, free: withInitial(made, strategy) };
}

function biasSlots(network: Network, lowering: Lowering): readonly Slot[] {
  const found = new Map<string, Slot>();
  for (const layer of [...network.rows.flatMap((row) => (row.layer === null ? [] : [row.layer])), network.output]) {
    for (const bias of layer.biases) {
      const name = labelText(bias.label);
      if (found.has(name)) continue;
      const rows = lowering.size(layer.target);
      found.set(name, { name, structure: 'vector', rows, columns: null, buffer: lowering.buffer(rows, null) });
    }
  }
  return [...found.values()];
}

interface SplineSlots {
  readonly free: Slot;
  readonly projected: Slot;
}

/**
 * The values of a layer's splines, one row a neuron, listed with the weights: free on one side, projected on the other.
 * They are called by activation and layer, with `_` behind it where the author has given that name to something else.
 */
function splineSlots(
  { activation, derived, target }: Layer,
  layer: number,
  lowering: Lowering,
  taken: Set<string>,
): SplineSlots | null {
  if (activation?.kind !== 'spline') return null;
  const { knots, step } = activation;
  const called = (family: string): string => labelText({ name: family, index: derived.index });
  let family = derived.name === '' ? activation.name : `${activation.name}_${derived.name}`;
  while (taken.has(called(family))) family += '_';
  const name = called(family);
  taken.add(name);
  const slot = { name, structure: 'dense', rows: lowering.size(target), columns: { fixed: knots } } as const;
  const [free, projected] = [lowering.buffer(slot.rows, slot.columns), lowering.buffer(slot.rows, slot.columns)];
  lowering.push({ kind: 'project-splines', out: projected, matrix: free, knots, step, layer });
  return { free: { ...slot, buffer: free }, projected: { ...slot, buffer: projected } };
}

function activationOf({ activation }: Layer, spline: Slot | null): LayerActivation {
  if (activation === null) return { kind: 'open' };
  const { name, slopes } = activation;
  if (activation.kind === 'scalar') return { kind: 'scalar', name, function: activation.function, slopes };
  if (activation.kind === 'block') return { kind: 'block', name, slopes };
  if (spline === null) return fail('LW401', name, 'values of the spline');
  return { kind: 'spline', name, coefficients: spline.buffer, knots: activation.knots, step: activation.step, slopes };
}

function lowerAssignment(assignment: Assignment, lowering: Lowering, matrices: MatrixLowering, naming: Naming): void {
  const rewritten = (weight: SymbolNode): { readonly out: number; readonly matrix: number } => {
    const matrix = lowering.valueOf(weight);
    const out = lowering.buffer(lowering.size(weight.rows), weight.diagonal ? null : lowering.size(weight.columns));
    return { out, matrix };
  };
  switch (assignment.kind) {
    case 'clamp': {
      const { out, matrix } = rewritten(assignment.weight);
      lowering.push({ kind: 'clamp', out, matrix, bound: assignment.bound });
      lowering.assign(assignment.weight, out);
      return;
    }
    case 'clip': {
      const bound = lowering.tree(assignment.bound);
      const condition = lowering.tree(assignment.onlyIfPositive);
      const { out, matrix } = rewritten(assignment.weight);
      lowering.push({ kind: 'clip', out, matrix, bound, condition });
      lowering.assign(assignment.weight, out);
      return;
    }
    case 'shrink':
      lowerShrink(assignment, lowering, rewritten);
      return;
    case 'rescale':
      lowerRescale(assignment, lowering, rewritten);
      return;
    case 'define': {
      // A buffer of its own, even if another symbol has the same value: results are told apart by their buffers.
      const tree = lowering.tree(assignment.value);
      const size = lowering.size(assignment.symbol.rows);
      let out = lowering.buffer(size, null);
      lowering.push({ kind: 'map', out, tree });
      if (assignment.uniform === true) {
        const greatest = lowering.buffer(null, null);
        lowering.push({ kind: 'greatest', out: greatest, vector: out });
        out = lowering.buffer(size, null);
        lowering.push({ kind: 'map', out, tree: { kind: 'buffer', buffer: greatest } });
      }
      lowering.assign(assignment.symbol, out);
      return;
    }
    case 'matrix':
      lowering.assign(assignment.symbol, matrices.matrix(assignment.value));
      return;
    case 'cholesky':
    case 'cayley':
    case 'norm': {
      const matrix = lowering.valueOf(assignment.of);
      const out = lowering.buffer(lowering.size(assignment.symbol.rows), lowering.size(assignment.symbol.columns));
      if (assignment.kind === 'cholesky')
        lowering.push({
          kind: 'cholesky',
          out,
          matrix,
          name: plainName(assignment.of, naming),
          because: assignment.because,
          code: assignment.code,
        });
      else lowering.push({ kind: assignment.kind, out, matrix });
      lowering.assign(assignment.symbol, out);
      return;
    }
    case 'keep': {
      const { out, matrix } = rewritten(assignment.symbol);
      lowering.push({ kind: 'keep', out, matrix });
      lowering.assign(assignment.symbol, out);
      return;
    }
    case 'majorant':
      lowerMajorant(assignment, lowering);
      return;
    case 'demand':
      lowering.push({
        kind: 'demand',
        tree: lowering.tree(assignment.value),
        size: lowering.size(assignment.value.rows),
        because: assignment.because,
      });
  }
}

/**
 * Row and column sums by absolute value, the root of each greatest one, kept away from 0 where its derivative is not
 * finite.
 */
function lowerMajorant({ symbol, of }: Extract<Assignment, { kind: 'majorant' }>, lowering: Lowering): void {
  const matrix = lowering.valueOf(of);
  const root = (size: Size, fill: (out: number) => void): Tree => {
    const [vector, greatest] = [lowering.buffer(size, null), lowering.buffer(null, null)];
    fill(vector);
    lowering.push({ kind: 'greatest', out: greatest, vector });
    return {
      kind: 'sqrt',
      body: {
        kind: 'max',
        items: [
          { kind: 'buffer', buffer: greatest },
          { kind: 'number', value: margins.smallestSquare },
        ],
      },
    };
  };
  const sums = (transposed: boolean): Tree =>
    root(lowering.size(transposed ? of.columns : of.rows), (out) =>
      lowering.push({ kind: 'sums', out, matrix, entry: 'abs', transposed, vector: null }),
    );
  // Of a diagonal matrix the one entry is both sums.
  const diagonal = (): Tree =>
    root(lowering.size(of.rows), (out) =>
      lowering.push({ kind: 'map', out, tree: { kind: 'abs', body: { kind: 'buffer', buffer: matrix } } }),
    );
  const items = of.diagonal ? [diagonal()] : [sums(false), sums(true)];
  const out = lowering.buffer(null, null);
  lowering.push({ kind: 'map', out, tree: { kind: 'multiply', items: of.diagonal ? [...items, ...items] : items } });
  lowering.assign(symbol, out);
}

/** factor = min(1, (limit / usage)^exponent), spread over the entries that share it. */
function lowerShrink(
  assignment: Extract<Assignment, { kind: 'shrink' }>,
  lowering: Lowering,
  rewritten: (weight: SymbolNode) => { readonly out: number; readonly matrix: number },
): void {
  const { usage, limit, exponent, spread, weights } = assignment;
  const ratio = { kind: 'divide', numerator: lowering.tree(limit), denominator: lowering.tree(usage) } as const;
  const power = exponent === 1 ? ratio : ({ kind: 'sqrt', body: ratio } as const);
  let factor = lowering.buffer(lowering.size(usage.rows), null);
  lowering.push({ kind: 'map', out: factor, tree: { kind: 'min', items: [{ kind: 'number', value: 1 }, power] } });
  if (spread.kind === 'all') {
    const least = lowering.buffer(null, null);
    lowering.push({ kind: 'least', out: least, vector: factor });
    factor = least;
  } else if (spread.kind === 'support') {
    const [first] = weights;
    if (first === undefined) return;
    const least = lowering.buffer(lowering.size(first.rows), null);
    lowering.push({ kind: 'support-least', out: least, matrix: lowering.valueOf(spread.through), vector: factor });
    factor = least;
  }
  const along = spread.kind === 'support' ? 'rows' : spread.kind;
  // All weights of the share read their factor before any of them changes.
  const changed = weights.map((weight) => ({ weight, ...rewritten(weight) }));
  for (const { weight, out, matrix } of changed) {
    lowering.push({
      kind: 'scale',
      out,
      matrix,
      factor,
      along: weight.diagonal && along === 'columns' ? 'rows' : along,
    });
    lowering.assign(weight, out);
  }
}

/** A diagonal symbol in one pass; a matrix by rows, then by columns. */
function lowerRescale(
  { symbol, left, right }: Extract<Assignment, { kind: 'rescale' }>,
  lowering: Lowering,
  rewritten: (weight: SymbolNode) => { readonly out: number; readonly matrix: number },
): void {
  const sides = [left, right].filter((side) => side !== null);
  if (symbol.diagonal) {
    const scaled = sides.reduce(
      (value, { scale, inverse }) => (inverse ? quotient(value, diag(scale)) : hadamard([value, diag(scale)])),
      diag(symbol),
    );
    const { out } = rewritten(symbol);
    lowering.push({ kind: 'map', out, tree: lowering.tree(scaled) });
    lowering.assign(symbol, out);
    return;
  }
  for (const side of [left, right]) {
    if (side === null) continue;
    const vector = diag(side.scale);
    const factor = lowering.vector(side.inverse ? quotient(ones(vector.rows), vector) : vector);
    const { out, matrix } = rewritten(symbol);
    lowering.push({ kind: 'scale', out, matrix, factor, along: side === left ? 'rows' : 'columns' });
    lowering.assign(symbol, out);
  }
}

function lmiTerms(
  lmi: Lmi,
  lowering: Lowering,
  number: (name: string) => number,
  parameterOf: (symbol: SymbolNode) => Parameter,
): readonly LmiTerm[] {
  return lmi.rows.flatMap((row) => {
    const at = number(labelText(row.signal));
    return row.blocks.flatMap((block) => {
      const column = number(labelText(block.column));
      return column < at ? [] : blockTerms(block, at, column, lowering, parameterOf);
    });
  });
}

function blockTerms(
  block: Block,
  row: number,
  column: number,
  lowering: Lowering,
  parameterOf: (symbol: SymbolNode) => Parameter,
): readonly LmiTerm[] {
  return summands(block.expression).map((term): LmiTerm => {
    const { coefficient, scalars, body } = monomial(term);
    const parameters = scalars.map((scalar) =>
      scalar.kind === 'symbol' ? parameterOf(scalar) : fail('LW401', scalar.key, 'a parameter'),
    );
    return { row, column, coefficient, parameters, ...factors(body, lowering) };
  });
}

/** leftᵀ · diag(middle) · right out of a product of weights and one multiplier. */
function factors(
  body: Expression,
  lowering: Lowering,
): { readonly left: number | null; readonly middle: number | null; readonly right: number | null } {
  const items = body.kind === 'product' ? body.items : body.kind === 'identity' ? [] : [body];
  let middle: number | null = null;
  let left: number | null = null;
  let right: number | null = null;
  const plain: { readonly buffer: number; readonly transposed: boolean }[] = [];
  let before = true;
  for (const item of items) {
    const inner = item.kind === 'transpose' ? item.body : item;
    if (inner.kind !== 'symbol') return fail('LW401', body.key, 'a product of weights and multipliers');
    if (inner.role === 'multiplier') {
      middle = lowering.valueOf(inner);
      before = false;
    } else if (item.kind === 'transpose' || (before && plain.length === 0 && hasPartner(items, inner))) {
      left = lowering.valueOf(inner);
      plain.push({ buffer: left, transposed: true });
    } else {
      right = lowering.valueOf(inner);
      plain.push({ buffer: right, transposed: false });
    }
  }
  return { left, middle, right };
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
