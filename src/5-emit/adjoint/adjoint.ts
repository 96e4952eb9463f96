import type { Adjoint } from '../../model/adjoint.js';
import type { Program, Slot } from '../../model/program.js';
import { programRulesOf } from '../operations/index.js';
import { buffersIn } from '../program/renumber.js';
import { Tape } from './tape.js';

/**
 * The reverse sweep of a program, derived operation by operation, last to first: each adds to the adjoints of what it
 * reads its own Jacobian, transposed, times the adjoint of what it writes (reverse accumulation: Griewank and Walther,
 * Evaluating Derivatives, 2nd ed. 2008, ch. 3; of matrix functions: Giles, Collected matrix derivative results, 2008).
 * Demands have no derivative; where an operation has a kink, one of the one-sided derivatives is taken.
 */
export function adjointOf(program: Program): Adjoint {
  const tape = new Tape(program, activeBuffers(program));
  const seeds = (slots: readonly Slot[]): readonly Slot[] =>
    slots.map((slot) => ({ ...slot, buffer: tape.seed(slot.buffer) }));
  const [weights, biases, multipliers] = [seeds(program.weights), seeds(program.biases), seeds(program.multipliers)];
  for (const operation of [...program.operations].reverse()) {
    const adjoint = 'out' in operation && tape.isActive(operation.out) ? tape.adjointOf(operation.out) : null;
    if (adjoint !== null) programRulesOf(operation).adjoint(operation, adjoint, tape);
  }
  const gradients = program.free.map((of) => ({ of, at: tape.adjointOf(of.buffer) }));
  return { program, buffers: tape.buffers, operations: tape.operations, weights, biases, multipliers, gradients };
}

/** Those that the free parameters have an influence on. */
function activeBuffers(program: Program): ReadonlySet<number> {
  const active = new Set(program.free.map(({ buffer }) => buffer));
  for (const operation of program.operations) {
    if ('out' in operation && buffersIn(operation).some((buffer) => active.has(buffer))) active.add(operation.out);
  }
  return active;
}
