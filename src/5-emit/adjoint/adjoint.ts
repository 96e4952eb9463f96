import type { Adjoint } from '../../model/adjoint.js';
import { isMatrixOperation } from '../../model/program.js';
import type { Operation, Program, Slot, Tree } from '../../model/program.js';
import { absolute, difference, product, select, sign } from './tree.js';
import { adjointOfMatrix } from './matrix.js';
import { renumberOperation } from '../program/renumber.js';
import { Tape, leaf, plain } from './tape.js';

const zero: Tree = { kind: 'number', value: 0 };
const one: Tree = { kind: 'number', value: 1 };

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
    if (operation.kind === 'demand') continue;
    const adjoint = tape.isActive(operation.out) ? tape.adjointOf(operation.out) : null;
    if (adjoint === null) continue;
    if (isMatrixOperation(operation)) adjointOfMatrix(operation, adjoint, tape);
    else adjointOfVector(operation, adjoint, tape);
  }
  const gradients = program.free.map((of) => ({ of, at: tape.adjointOf(of.buffer) }));
  return { program, buffers: tape.buffers, operations: tape.operations, weights, biases, multipliers, gradients };
}

/** Those that the free parameters have an influence on. */
function activeBuffers(program: Program): ReadonlySet<number> {
  const active = new Set(program.free.map(({ buffer }) => buffer));
  for (const operation of program.operations) {
    if (operation.kind !== 'demand' && inputsOf(operation).some((buffer) => active.has(buffer)))
      active.add(operation.out);
  }
  return active;
}

/** Renumbering comes by every buffer of an operation. */
function inputsOf(operation: Exclude<Operation, { kind: 'demand' }>): readonly number[] {
  const found: number[] = [];
  const same = <T>(value: T): T => value;
  const buffer = (id: number): number => {
    found.push(id);
    return id;
  };
  renumberOperation(operation, { buffer, width: same, parameter: same, layer: same, name: same });
  return found.filter((id) => id !== operation.out);
}

type VectorOperation = Exclude<
  Operation,
  { kind: 'demand' | 'multiply' | 'combine' | 'stack' | 'slice' | 'cholesky' | 'solve' | 'cayley' | 'norm' }
>;

function adjointOfVector(operation: VectorOperation, adjoint: number, tape: Tape): void {
  switch (operation.kind) {
    case 'map':
      tape.addTree(operation.tree, operation.out, leaf(adjoint));
      return;
    case 'sums': {
      const { matrix, entry, transposed, vector } = operation;
      const [along, across] = transposed ? (['columns', 'rows'] as const) : (['rows', 'columns'] as const);
      const slope = entry === 'abs' ? sign(leaf(matrix)) : product({ kind: 'number', value: 2 }, leaf(matrix));
      if (tape.isActive(matrix))
        tape.add(
          matrix,
          tape.entries(
            matrix,
            product(slope, leaf(adjoint, along), ...(vector === null ? [] : [leaf(vector, across)])),
          ),
        );
      if (vector === null || !tape.isActive(vector)) return;
      const { rows } = tape.shape(vector);
      const share = tape.buffer(rows, null);
      tape.push({ kind: 'sums', out: share, matrix, entry, transposed: !transposed, vector: adjoint });
      tape.add(vector, share);
      return;
    }
    case 'gram':
      adjointOfGram(operation, adjoint, tape);
      return;
    case 'clamp':
      tape.add(
        operation.matrix,
        tape.entries(
          operation.matrix,
          select(
            difference({ kind: 'number', value: operation.bound }, absolute(leaf(operation.matrix))),
            leaf(adjoint),
            zero,
          ),
        ),
      );
      return;
    case 'clip': {
      const { matrix, bound, condition } = operation;
      const beyond = difference(absolute(leaf(matrix)), bound);
      tape.add(matrix, tape.entries(matrix, select(condition, select(beyond, zero, leaf(adjoint)), leaf(adjoint))));
      const share = tape.total(
        tape.entries(matrix, select(condition, select(beyond, product(sign(leaf(matrix)), leaf(adjoint)), zero), zero)),
        'all',
      );
      tape.addTree(bound, share, leaf(share));
      return;
    }
    case 'keep':
      tape.add(operation.matrix, adjoint);
      return;
    case 'scale': {
      const { matrix, factor, along } = operation;
      if (tape.isActive(matrix)) tape.add(matrix, tape.scale(adjoint, factor, along));
      if (tape.isActive(factor))
        tape.add(factor, tape.total(tape.entries(matrix, product(leaf(adjoint), leaf(matrix))), along));
      return;
    }
    case 'greatest':
    case 'least': {
      // Entries that share the extreme value share its adjoint.
      const { vector, out } = operation;
      const apart =
        operation.kind === 'least' ? difference(leaf(vector), leaf(out)) : difference(leaf(out), leaf(vector));
      const reached = tape.entries(vector, select(apart, zero, one));
      const count = tape.total(reached, 'all');
      tape.add(
        vector,
        tape.entries(
          vector,
          product(leaf(reached), { kind: 'divide', numerator: leaf(adjoint), denominator: leaf(count) }),
        ),
      );
      return;
    }
    case 'support-least': {
      const { matrix, vector, out } = operation;
      const reached = tape.entries(
        matrix,
        select(absolute(leaf(matrix)), select(difference(leaf(vector, 'columns'), leaf(out, 'rows')), zero, one), zero),
      );
      const count = tape.total(reached, 'rows');
      const most: Tree = { kind: 'max', items: [leaf(count, 'rows'), one] };
      const shares = tape.entries(
        matrix,
        product(leaf(reached), { kind: 'divide', numerator: leaf(adjoint, 'rows'), denominator: most }),
      );
      tape.add(vector, tape.total(shares, 'columns'));
      return;
    }
    case 'project-splines': {
      const { matrix, knots, step, layer } = operation;
      const { rows, columns } = tape.shape(matrix);
      const out = tape.buffer(rows, columns);
      tape.pushAdjoint({ kind: 'project-splines-adjoint', out, matrix, adjoint, knots, step, layer });
      tape.add(matrix, out);
    }
  }
}

/** out = |P| v with P = XᵀDY: P's adjoint is sign(P) ∘ (ō vᵀ). */
function adjointOfGram(
  { left, middle, right, vector, skipDiagonal }: Extract<Operation, { kind: 'gram' }>,
  adjoint: number,
  tape: Tape,
): void {
  const weighted = middle === null ? right : tape.scale(right, middle, 'rows');
  const whole = tape.multiply(plain(left, true), plain(weighted));
  const inner = skipDiagonal ? withoutDiagonal(whole, tape) : whole;
  const ofInner = tape.entries(
    inner,
    product(sign(leaf(inner)), leaf(adjoint, 'rows'), ...(vector === null ? [] : [leaf(vector, 'columns')])),
  );
  if (tape.isActive(left)) tape.add(left, tape.multiply(plain(weighted), plain(ofInner, true)));
  if (vector !== null && tape.isActive(vector)) {
    const share = tape.buffer(tape.shape(vector).rows, null);
    tape.push({ kind: 'sums', out: share, matrix: inner, entry: 'abs', transposed: true, vector: adjoint });
    tape.add(vector, share);
  }
  if (!tape.isActive(right) && (middle === null || !tape.isActive(middle))) return;
  const ofWeighted = tape.multiply(plain(left), plain(ofInner));
  tape.add(right, middle === null ? ofWeighted : tape.scale(ofWeighted, middle, 'rows'));
  if (middle !== null && tape.isActive(middle))
    tape.add(middle, tape.total(tape.entries(right, product(leaf(ofWeighted), leaf(right))), 'rows'));
}

function withoutDiagonal(matrix: number, tape: Tape): number {
  const { rows, columns } = tape.shape(matrix);
  const out = tape.buffer(rows, columns);
  const diagonal = tape.total(matrix, 'diagonal');
  tape.push({
    kind: 'combine',
    out,
    terms: [
      { factor: one, operand: plain(matrix) },
      { factor: { kind: 'number', value: -1 }, operand: { kind: 'diagonal', buffer: diagonal } },
    ],
  });
  return out;
}
