import { fail } from '../../base/diagnostic.js';
import { isAdjointOperation } from '../../model/adjoint.js';
import type { Adjoint } from '../../model/adjoint.js';
import { countOf, isMatrixOperation } from '../../model/program.js';
import type { Operation, Parameter, Program, Size } from '../../model/program.js';
import { largestSingle, unitRoundoff } from '../../model/roundoff.js';
import { projector } from '../../numeric/spline-projection.js';
import type { SplineProjector } from '../../numeric/spline-projection.js';
import { adjointOf } from '../adjoint/adjoint.js';
import { planAdjoint } from './adjoint-operations.js';
import { planMatrix } from './matrix-operations.js';
import { budgetValues } from '../../network/budgets.js';
import type { TreeContext } from './tree.js';
import { planTree } from './tree.js';

/** The program's buffers at given widths, and one closure for every operation; running them allocates nothing. */
export interface Workspace {
  readonly widths: readonly number[];
  /** m and L of every layer, as given. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly buffers: readonly Float64Array[];
  readonly slopeSum: Float64Array;
  readonly slopeProduct: Float64Array;
  readonly lipschitz: Float64Array;
  /** u, of the precision that the weights are kept in. */
  readonly roundoff: Float64Array;
  readonly run: () => void;
  /** The reverse sweep of the last run, planned when it is first asked for. */
  readonly reverse: () => Reverse;
}

/**
 * Adjoints: those of the results are written into their buffers before `run`, those of the free parameters read after
 * it.
 */
export interface Reverse {
  readonly adjoint: Adjoint;
  readonly buffer: (id: number) => Float64Array;
  readonly run: () => void;
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

export function planWorkspace(program: Program, widths: readonly number[]): Workspace {
  const count = (size: Size): number => countOf(size, widths);
  const shapes = program.buffers.map((buffer): Shape => ({ rows: count(buffer.rows), columns: count(buffer.columns) }));
  const buffers = shapes.map(({ rows, columns }) => new Float64Array(rows * columns));
  const slopeSum = new Float64Array(program.layers.length);
  const slopeProduct = new Float64Array(program.layers.length);
  const lower = new Float64Array(program.layers.length);
  const upper = new Float64Array(program.layers.length);
  const lipschitz = new Float64Array(1);
  const roundoff = new Float64Array(1);
  const budgets = new Float64Array(program.budgets.length);
  const parameter = (at: Parameter): Float64Array => {
    if (at.kind === 'lipschitz') return lipschitz;
    if (at.kind === 'roundoff') return roundoff;
    if (at.kind === 'constant') return Float64Array.of(at.value);
    if (at.kind === 'budget') return budgets.subarray(at.budget, at.budget + 1);
    return { 'slope-sum': slopeSum, 'slope-product': slopeProduct, 'slope-lower': lower, 'slope-upper': upper }[
      at.kind
    ].subarray(at.layer, at.layer + 1);
  };
  const buffer = (id: number): Float64Array => buffers[id] ?? fail('LW401', `buffer ${id}`, 'a buffer of the program');
  const shape = (id: number): Shape => shapes[id] ?? fail('LW401', `buffer ${id}`, 'a buffer of the program');
  const slopes = (layer: number): readonly [number, number] => [lower[layer] ?? 0, upper[layer] ?? 0];
  const context: Context = { buffer, shape, parameter, count, slopes };
  const steps = program.operations.map((operation) => plan(operation, context));
  let reverse: Reverse | null = null;
  return {
    widths,
    lower,
    upper,
    buffers,
    slopeSum,
    slopeProduct,
    lipschitz,
    roundoff,
    run: () => {
      if (budgets.length > 0) budgets.set(budgetValues(program, lipschitz[0] ?? 0));
      for (const step of steps) step();
    },
    reverse: () => (reverse ??= planReverse(adjointOf(program), context)),
  };
}

function planReverse(adjoint: Adjoint, forward: Context): Reverse {
  const first = adjoint.program.buffers.length;
  const shapes = adjoint.buffers.map(({ rows, columns }): Shape => ({
    rows: forward.count(rows),
    columns: forward.count(columns),
  }));
  const buffers = shapes.map(({ rows, columns }) => new Float64Array(rows * columns));
  const buffer = (id: number): Float64Array =>
    id < first
      ? forward.buffer(id)
      : (buffers[id - first] ?? fail('LW401', `buffer ${id}`, 'a buffer of the reverse sweep'));
  const shape = (id: number): Shape =>
    id < first
      ? forward.shape(id)
      : (shapes[id - first] ?? fail('LW401', `buffer ${id}`, 'a buffer of the reverse sweep'));
  const context: Context = { ...forward, buffer, shape };
  const steps = adjoint.operations.map((operation) =>
    isAdjointOperation(operation) ? planAdjoint(operation, context) : plan(operation, context),
  );
  return {
    adjoint,
    buffer,
    run: () => {
      for (const step of steps) step();
    },
  };
}

interface Context extends TreeContext {
  readonly shape: (id: number) => Shape;
  readonly count: (size: Size) => number;
  /** [m, L] of a layer in the present run. */
  readonly slopes: (layer: number) => readonly [number, number];
}

function plan(operation: Operation, context: Context): () => void {
  if (isMatrixOperation(operation)) return planMatrix(operation, context);
  const { buffer, shape } = context;
  switch (operation.kind) {
    case 'map':
      return planTree(operation.tree, buffer(operation.out), context);
    case 'demand': {
      const values = new Float64Array(context.count(operation.size));
      const update = planTree(operation.tree, values, context);
      const { because } = operation;
      return () => {
        update();
        for (const value of values) if (!(value > 0)) fail('LW402', because, 'a demand that some weights can meet');
      };
    }
    case 'sums':
      return sums(operation, context);
    case 'gram':
      return gram(operation, context);
    case 'clamp': {
      const [out, matrix, bound] = [buffer(operation.out), buffer(operation.matrix), operation.bound];
      return () => {
        for (let i = 0; i < out.length; i += 1) out[i] = Math.min(Math.max(matrix[i] ?? 0, -bound), bound);
      };
    }
    case 'clip': {
      const [out, matrix] = [buffer(operation.out), buffer(operation.matrix)];
      const [bound, condition] = [new Float64Array(1), new Float64Array(1)];
      const updates = [planTree(operation.bound, bound, context), planTree(operation.condition, condition, context)];
      return () => {
        for (const update of updates) update();
        const limit = (condition[0] ?? 0) > 0 ? (bound[0] ?? 0) : Number.POSITIVE_INFINITY;
        for (let i = 0; i < out.length; i += 1) out[i] = Math.min(Math.max(matrix[i] ?? 0, -limit), limit);
      };
    }
    case 'scale': {
      const [out, matrix, factor] = [buffer(operation.out), buffer(operation.matrix), buffer(operation.factor)];
      const { rows, columns } = shape(operation.matrix);
      const [byRow, byColumn] = [operation.along === 'rows' ? 1 : 0, operation.along === 'columns' ? 1 : 0];
      return () => {
        for (let i = 0; i < rows; i += 1) {
          for (let j = 0; j < columns; j += 1)
            out[i * columns + j] = (matrix[i * columns + j] ?? 0) * (factor[i * byRow + j * byColumn] ?? 0);
        }
      };
    }
    case 'keep': {
      const [out, matrix] = [buffer(operation.out), buffer(operation.matrix)];
      const roundoff = context.parameter({ kind: 'roundoff' });
      return () => {
        if ((roundoff[0] ?? Number.NaN) <= unitRoundoff.double) out.set(matrix);
        else
          for (let i = 0; i < out.length; i += 1)
            out[i] = Math.fround(Math.max(-largestSingle, Math.min(largestSingle, matrix[i] ?? Number.NaN)));
      };
    }
    case 'project-splines':
      return projectSplines(operation, context);
    case 'greatest': {
      const [out, vector] = [buffer(operation.out), buffer(operation.vector)];
      return () => {
        let greatest = Number.NEGATIVE_INFINITY;
        for (const value of vector) greatest = Math.max(greatest, value);
        out[0] = greatest;
      };
    }
    case 'least': {
      const [out, vector] = [buffer(operation.out), buffer(operation.vector)];
      return () => {
        let least = Number.POSITIVE_INFINITY;
        for (const value of vector) least = Math.min(least, value);
        out[0] = least;
      };
    }
    case 'support-least': {
      const [out, matrix, vector] = [buffer(operation.out), buffer(operation.matrix), buffer(operation.vector)];
      const { rows, columns } = shape(operation.matrix);
      return () => {
        for (let i = 0; i < rows; i += 1) {
          let least = 1;
          for (let j = 0; j < columns; j += 1)
            if (matrix[i * columns + j] !== 0) least = Math.min(least, vector[j] ?? 0);
          out[i] = least;
        }
      };
    }
  }
}

/** The projector's constants depend on the slopes and are made again only when those change. */
function projectSplines(
  { out, matrix, knots, step, layer }: Extract<Operation, { kind: 'project-splines' }>,
  { buffer, slopes }: Context,
): () => void {
  const [target, source] = [buffer(out), buffer(matrix)];
  let projection: SplineProjector | null = null;
  return () => {
    const [m, L] = slopes(layer);
    if (projection?.slopes[0] !== m || projection.slopes[1] !== L) projection = projector({ knots, step }, [m, L]);
    for (let at = 0; at < source.length; at += knots)
      projection.project(source.subarray(at, at + knots), target.subarray(at, at + knots));
  };
}

function sums(operation: Extract<Operation, { kind: 'sums' }>, { buffer, shape }: Context): () => void {
  const [out, matrix] = [buffer(operation.out), buffer(operation.matrix)];
  const vector = operation.vector === null ? null : buffer(operation.vector);
  const { rows, columns } = shape(operation.matrix);
  const square = operation.entry === 'square';
  const entry = (at: number): number => {
    const value = matrix[at] ?? 0;
    return square ? value * value : Math.abs(value);
  };
  if (operation.transposed) {
    return () => {
      out.fill(0);
      for (let i = 0; i < rows; i += 1) {
        const weight = vector === null ? 1 : (vector[i] ?? 0);
        for (let j = 0; j < columns; j += 1) out[j] = (out[j] ?? 0) + entry(i * columns + j) * weight;
      }
    };
  }
  return () => {
    for (let i = 0; i < rows; i += 1) {
      let total = 0;
      for (let j = 0; j < columns; j += 1) total += entry(i * columns + j) * (vector === null ? 1 : (vector[j] ?? 0));
      out[i] = total;
    }
  };
}

function gram(operation: Extract<Operation, { kind: 'gram' }>, { buffer, shape }: Context): () => void {
  const [out, left, right] = [buffer(operation.out), buffer(operation.left), buffer(operation.right)];
  const middle = operation.middle === null ? null : buffer(operation.middle);
  const vector = operation.vector === null ? null : buffer(operation.vector);
  const { rows: inner, columns: rows } = shape(operation.left);
  const { columns } = shape(operation.right);
  const { skipDiagonal } = operation;
  const line = new Float64Array(columns);
  const factorAt = (k: number, i: number): number =>
    (left[k * rows + i] ?? 0) * (middle === null ? 1 : (middle[k] ?? 0));
  // Row i of XᵀDY from column `from` on, four summands at a time; all targets group them so.
  const fillLine = (i: number, from: number): void => {
    line.fill(0);
    let k = 0;
    for (; k + 4 <= inner; k += 4) {
      const [f0, f1, f2, f3] = [factorAt(k, i), factorAt(k + 1, i), factorAt(k + 2, i), factorAt(k + 3, i)];
      const [b0, b1, b2, b3] = [k * columns, (k + 1) * columns, (k + 2) * columns, (k + 3) * columns];
      for (let j = from; j < columns; j += 1) {
        line[j] =
          (line[j] ?? 0) +
          (f0 * (right[b0 + j] ?? 0) +
            f1 * (right[b1 + j] ?? 0) +
            f2 * (right[b2 + j] ?? 0) +
            f3 * (right[b3 + j] ?? 0));
      }
    }
    for (; k < inner; k += 1) {
      const factor = factorAt(k, i);
      for (let j = from; j < columns; j += 1) line[j] = (line[j] ?? 0) + factor * (right[k * columns + j] ?? 0);
    }
  };
  if (operation.left === operation.right && vector === null) {
    // Symmetric: half of it does. Targets add up in this order too, so that their results are the same to the last bit.
    return () => {
      out.fill(0);
      for (let i = 0; i < rows; i += 1) {
        fillLine(i, i);
        let total = skipDiagonal ? 0 : Math.abs(line[i] ?? 0);
        for (let j = i + 1; j < rows; j += 1) {
          const entry = Math.abs(line[j] ?? 0);
          total += entry;
          out[j] = (out[j] ?? 0) + entry;
        }
        out[i] = (out[i] ?? 0) + total;
      }
    };
  }
  return () => {
    for (let i = 0; i < rows; i += 1) {
      fillLine(i, 0);
      let total = 0;
      for (let j = 0; j < columns; j += 1)
        if (!(skipDiagonal && i === j)) total += Math.abs(line[j] ?? 0) * (vector === null ? 1 : (vector[j] ?? 0));
      out[i] = total;
    }
  };
}
