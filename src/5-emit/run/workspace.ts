import { fail } from '../../base/diagnostic.js';
import type { Adjoint } from '../../model/adjoint.js';
import { countOf } from '../../model/program.js';
import type { Parameter, Program, Size } from '../../model/program.js';
import { adjointOf } from '../adjoint/adjoint.js';
import type { RunContext } from '../operations/contract.js';
import { rulesOf } from '../operations/index.js';
import { budgetValues } from '../../network/budgets.js';

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
  const context: RunContext = { buffer, shape, parameter, count, slopes };
  const steps = program.operations.map((operation) => rulesOf(operation).run(operation, context));
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

function planReverse(adjoint: Adjoint, forward: RunContext): Reverse {
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
  const context: RunContext = { ...forward, buffer, shape };
  const steps = adjoint.operations.map((operation) => rulesOf(operation).run(operation, context));
  return {
    adjoint,
    buffer,
    run: () => {
      for (const step of steps) step();
    },
  };
}
