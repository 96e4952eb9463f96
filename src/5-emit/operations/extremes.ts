import type { Operation, Tree } from '../../model/program.js';
import { greatestOf, leastOf } from '../../runtime/js/reductions.js';
import { leaf } from '../adjoint/tape.js';
import { difference, product, select } from '../adjoint/tree.js';
import type { ProgramRules } from './contract.js';

type Extreme = Extract<Operation, { kind: 'greatest' | 'least' }>;

function extreme<O extends Extreme>(
  kernel: (v: Float64Array) => number,
  apart: (entry: Tree, extremum: Tree) => Tree,
): ProgramRules<O> {
  return {
    renumber: (operation, { buffer }) => ({
      ...operation,
      out: buffer(operation.out),
      vector: buffer(operation.vector),
    }),
    run: ({ out, vector }, { buffer }) => {
      const [target, source] = [buffer(out), buffer(vector)];
      return () => {
        target[0] = kernel(source);
      };
    },
    // Entries that share the extreme value share its adjoint.
    adjoint: ({ out, vector }, adjoint, tape) => {
      const [zero, one]: readonly [Tree, Tree] = [
        { kind: 'number', value: 0 },
        { kind: 'number', value: 1 },
      ];
      const reached = tape.entries(vector, select(apart(leaf(vector), leaf(out)), zero, one));
      const count = tape.total(reached, 'all');
      const share: Tree = { kind: 'divide', numerator: leaf(adjoint), denominator: leaf(count) };
      tape.add(vector, tape.entries(vector, product(leaf(reached), share)));
    },
    js: ({ out, vector }, { buffer, line }) => line(`${buffer(out)}[0] = ${kernel.name}(${buffer(vector)});`),
  };
}

export const greatest = extreme<Extract<Operation, { kind: 'greatest' }>>(greatestOf, (entry, extremum) =>
  difference(extremum, entry),
);
export const least = extreme<Extract<Operation, { kind: 'least' }>>(leastOf, (entry, extremum) =>
  difference(entry, extremum),
);
