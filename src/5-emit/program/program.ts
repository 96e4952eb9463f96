import { fail } from '../../base/diagnostic.js';
import type { Label } from '../../base/label.js';
import { labelText } from '../../base/label.js';
import { diag, hadamard, monomial, number, ones, quotient, scale } from '../../expr/build.js';
import type { Dimension, Expression, SymbolNode } from '../../expr/node.js';
import type { Naming } from '../../expr/naming.js';
import { plainName, storedName } from '../../expr/print.js';
import { describe } from '../../model/describe.js';
import type { Lmi } from '../../model/lmi.js';
import { margins } from '../../model/margins.js';
import type { Assignment, Parameterization } from '../../model/parameterization.js';
import type { Program, Size, Slot, Tree } from '../../model/program.js';
import type { Strategy } from '../../model/strategy.js';
import { variantOf, variantText } from '../../model/variant.js';
import { describeNetwork } from '../../network/lower.js';
import type { Shape } from '../../network/outline.js';
import { Outline } from '../../network/outline.js';
import { sharedEntries, structureOf } from '../../structures/index.js';
import { withInitial } from './initial-recipe.js';
import { Lowering } from './lower.js';
import { MatrixLowering } from './lower-matrix.js';

/**
 * The parameterization, the forward map and the LMI of a concrete network as one target-neutral program.
 * @throws LW401 if an assignment holds an expression that no operation computes
 */
export function program(parameterization: Parameterization, lmi: Lmi, strategy: Strategy, naming: Naming): Program {
  const variant = variantOf(strategy);
  const outline = new Outline(parameterization.network);
  const stacks = parameterization.stacks ?? new Map<string, readonly Label[]>();
  const sizeOf = (dimension: Dimension): Size => {
    const stacked = dimension === null ? undefined : stacks.get(labelText(dimension));
    return stacked === undefined ? outline.size(dimension) : { sum: stacked.map((signal) => outline.width(signal)) };
  };
  const lowering = new Lowering(sizeOf, (symbol) => outline.parameter(symbol));
  const matrices = new MatrixLowering(lowering);
  const numbered = (shape: Shape): Slot => ({ ...shape, buffer: lowering.buffer(shape.rows, shape.columns) });

  const freeWeights = outline.weights().map((weight) => {
    const slot = numbered(outline.weight(weight));
    lowering.assign(weight, slot.buffer);
    return slot;
  });
  const biases = outline.biases().map(numbered);
  const free = parameterization.free ?? [];
  const taken = [...freeWeights, ...biases].map(({ name }) => name);
  const splines = outline
    .splines([...taken, ...free.map((symbol) => storedName(symbol, naming))])
    .map((shape, layer) => (shape === null ? null : projectedSplines(shape, layer, outline, lowering)));
  const others = free.map((symbol): Slot => {
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
  const network = describeNetwork(outline, lmi, {
    buffers: lowering.buffers,
    valueOf: (symbol) => lowering.valueOf(symbol),
    biases,
    splines: splines.map((slots) => slots?.projected ?? null),
  });
  const { architecture, title, definition, source, depth, ...rest } = network;
  const { widths, signals, output, buffers, weights, multipliers } = rest;
  const made: Program = {
    ...{ architecture, title, definition, source, depth },
    strategy: strategy.name,
    variant: variant === null ? null : variantText(variant),
    ...{ widths, signals, output, buffers },
    free: [...freeWeights, ...biases, ...splines.flatMap((slots) => slots?.free ?? []), ...others],
    ...{ weights, biases, multipliers },
    operations: lowering.operations,
    notes,
    ...rest,
  };
  return { ...made, free: withInitial(made, parameterization.start) };
}

interface SplineSlots {
  readonly free: Slot;
  readonly projected: Slot;
}

/** The values of a layer's splines are listed with the weights: free on one side, projected on the other. */
function projectedSplines(shape: Shape, layer: number, { layers }: Outline, lowering: Lowering): SplineSlots | null {
  const activation = layers[layer]?.activation;
  if (activation?.kind !== 'spline') return null;
  const { knots, step } = activation;
  const { rows, columns } = shape;
  const [free, projected] = [lowering.buffer(rows, columns), lowering.buffer(rows, columns)];
  lowering.push({ kind: 'project-splines', out: projected, matrix: free, knots, step, layer });
  return { free: { ...shape, buffer: free }, projected: { ...shape, buffer: projected } };
}

function lowerAssignment(assignment: Assignment, lowering: Lowering, matrices: MatrixLowering, naming: Naming): void {
  const rewritten = (weight: SymbolNode): { readonly out: number; readonly matrix: number } => {
    const matrix = lowering.valueOf(weight);
    const { rows, columns } = lowering.shape(matrix);
    return { out: lowering.buffer(rows, columns), matrix };
  };
  /** Numbers that entries share change together: such a weight can only be a multiple of itself. */
  const multiple = (symbol: SymbolNode, value: Expression): number => {
    const { coefficient, scalars, body } = monomial(value);
    if (body.key !== symbol.key) return fail('LW401', value.key, `a multiple of ${labelText(symbol.label)}`);
    const factor = lowering.tree(scale(coefficient, scalars, number(1)));
    const { out, matrix } = rewritten(symbol);
    lowering.push({
      kind: 'map',
      out,
      tree: { kind: 'multiply', items: [factor, { kind: 'buffer', buffer: matrix }] },
    });
    return out;
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
    case 'matrix': {
      const { symbol, value } = assignment;
      lowering.assign(symbol, sharedEntries(symbol) === null ? matrices.matrix(value) : multiple(symbol, value));
      return;
    }
    case 'primitive': {
      const { symbol, of, primitive } = assignment;
      const matrix = lowering.matrixOf(of);
      const out = lowering.buffer(lowering.size(symbol.rows), lowering.size(symbol.columns));
      lowering.push(primitive.operation(out, matrix, plainName(of, naming)));
      lowering.assign(symbol, out);
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
  const matrix = lowering.matrixOf(of);
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
  const shared = lowering.buffer(lowering.size(usage.rows), null);
  lowering.push({ kind: 'map', out: shared, tree: { kind: 'min', items: [{ kind: 'number', value: 1 }, power] } });
  const leastOf = (vector: number): number => {
    const out = lowering.buffer(null, null);
    lowering.push({ kind: 'least', out, vector });
    return out;
  };
  let factor = shared;
  if (spread.kind === 'all') factor = leastOf(shared);
  else if (spread.kind === 'support') {
    const [first] = weights;
    if (first === undefined) return;
    factor = lowering.buffer(lowering.size(first.rows), null);
    lowering.push({ kind: 'support-least', out: factor, matrix: lowering.matrixOf(spread.through), vector: shared });
  }
  const along = spread.kind === 'support' ? 'rows' : spread.kind;
  // Made once, where a weight asks for it.
  let common: number | null = null;
  // All weights of the share read their factor before any of them changes.
  const changed = weights.map((weight) => ({ weight, ...rewritten(weight) }));
  for (const { weight, out, matrix } of changed) {
    const kept = structureOf(weight).scaled(along);
    // Constraints hold for smaller entries as well: where all must share a factor it is the least.
    const used = kept === 'all' && along !== 'all' ? (common ??= leastOf(factor)) : factor;
    lowering.push({ kind: 'scale', out, matrix, factor: used, along: kept });
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
