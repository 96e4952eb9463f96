import { fail } from '../../base/diagnostic.js';
import type { Adjoint } from '../../model/adjoint.js';
import { countOf } from '../../model/program.js';
import type { Parameter, Program, Size, Slot } from '../../model/program.js';
import { unitRoundoff } from '../../model/roundoff.js';
import { adjointOf } from '../adjoint/adjoint.js';
import type { RunContext } from '../operations/contract.js';
import { rulesOf } from '../operations/index.js';
import { buffersIn } from '../program/renumber.js';
import { budgetValues } from '../../network/budgets.js';
import type { Options } from '../../runtime/js/types.js';
import type { PlanSlopes, Reverse, Steps } from '../../runtime/js/network.js';
import type { ConstrainOptions } from './compiled.js';

/** Steps of a run, with all buffers of the program: a run allocates nothing. */
export interface Workspace extends Steps {
  readonly buffers: readonly Float64Array[];
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/** The program's buffers at given widths, and one closure for every operation. */
export function planWorkspace(program: Program, widths: readonly number[]): Workspace {
  const count = (size: Size): number => countOf(size, widths);
  const shapes = program.buffers.map((buffer): Shape => ({ rows: count(buffer.rows), columns: count(buffer.columns) }));
  const used = new Set(program.operations.flatMap(buffersIn));
  for (const { buffer } of [program.free, ...results(program)].flat()) used.add(buffer);
  const buffers = shapes.map(({ rows, columns }, id) => new Float64Array(used.has(id) ? rows * columns : 0));
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
  const of = (slots: readonly Slot[]): readonly Float64Array[] => slots.map((slot) => buffer(slot.buffer));
  return {
    buffers,
    free: of(program.free),
    weights: of(program.weights),
    biases: of(program.biases),
    multipliers: of(program.multipliers),
    run: (slopes: PlanSlopes, lip: number, options: Options) => {
      lower.set(slopes.m);
      upper.set(slopes.L);
      slopeSum.set(slopes.S);
      slopeProduct.set(slopes.P);
      lipschitz[0] = lip;
      // In memory a run may also say what its weights will be kept in.
      roundoff[0] = unitRoundoff[(options as ConstrainOptions).precision ?? 'double'];
      if (budgets.length > 0) budgets.set(budgetValues(program, lip));
      for (const step of steps) step();
    },
    reverse: () => planReverse(adjointOf(program), context),
  };
}

const results = ({ weights, biases, multipliers }: Program): readonly (readonly Slot[])[] => [
  weights,
  biases,
  multipliers,
];

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
  const of = (slots: readonly Slot[]): readonly Float64Array[] => slots.map((slot) => buffer(slot.buffer));
  return {
    weights: of(adjoint.weights),
    biases: of(adjoint.biases),
    multipliers: of(adjoint.multipliers),
    free: adjoint.gradients.map(({ at }) => (at === null ? null : buffer(at))),
    run: () => {
      for (const step of steps) step();
    },
  };
}
