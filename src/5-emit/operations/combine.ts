import type { MatrixOperation, Operand, Tree } from '../../model/program.js';
import { buffersOf } from '../../model/tree.js';
import { diagonalInto, linearInto } from '../../runtime/js/shapes.js';
import type { Tape } from '../adjoint/tape.js';
import { leaf, plain } from '../adjoint/tape.js';
import { product } from '../adjoint/tree.js';
import { planTree } from '../run/tree.js';
import type { ProgramRules } from './contract.js';

/** out = Σ factor · operand */
export const combine: ProgramRules<Extract<MatrixOperation, { kind: 'combine' }>> = {
  renumber: (operation, { buffer, tree, operand }) => ({
    ...operation,
    out: buffer(operation.out),
    terms: operation.terms.map((term) => ({ factor: tree(term.factor), operand: operand(term.operand) })),
  }),
  run: ({ out, terms }, context) => {
    const target = context.buffer(out);
    const { rows, columns } = context.shape(out);
    const steps = terms.map(({ factor, operand }, at) => {
      const value = new Float64Array(1);
      const update = planTree(factor, value, context);
      const data = operand.kind === 'identity' ? null : context.buffer(operand.buffer);
      return () => {
        update();
        const [multiple = Number.NaN] = value;
        if (operand.kind === 'matrix' && data !== null)
          linearInto(target, data, multiple, operand.transposed, rows, columns, at > 0);
        else diagonalInto(target, data, multiple, rows, at > 0);
      };
    });
    return () => {
      for (const step of steps) step();
    };
  },
  adjoint: ({ terms }, adjoint, tape) => {
    for (const { factor, operand } of terms) {
      if (operand.kind === 'matrix' && tape.isActive(operand.buffer))
        tape.add(operand.buffer, tape.multiple(factor, plain(adjoint, operand.transposed)));
      if (operand.kind === 'diagonal' && tape.isActive(operand.buffer))
        tape.add(operand.buffer, tape.entries(operand.buffer, product(factor, leaf(tape.total(adjoint, 'diagonal')))));
      adjointOfFactor(factor, operand, adjoint, tape);
    }
  },
  js: ({ out, terms }, { buffer, rows, columns, tree, call }) =>
    terms.forEach(({ factor, operand }, at) => {
      const given = [buffer(out), operand.kind === 'identity' ? 'null' : buffer(operand.buffer), tree(factor)];
      if (operand.kind === 'matrix') call('linearInto', ...given, operand.transposed, rows(out), columns(out), at > 0);
      else call('diagonalInto', ...given, rows(out), at > 0);
    }),
};

/** A factor of a combination has the inner product of the combination's adjoint with what it multiplies. */
function adjointOfFactor(factor: Tree, operand: Operand, adjoint: number, tape: Tape): void {
  if (!buffersOf(factor).some((buffer) => tape.isActive(buffer))) return;
  const inner = (): number => {
    if (operand.kind === 'identity') return tape.total(tape.total(adjoint, 'diagonal'), 'all');
    if (operand.kind === 'diagonal')
      return tape.total(
        tape.entries(operand.buffer, product(leaf(tape.total(adjoint, 'diagonal')), leaf(operand.buffer))),
        'all',
      );
    const aligned = operand.transposed ? tape.multiple({ kind: 'number', value: 1 }, plain(adjoint, true)) : adjoint;
    return tape.total(tape.entries(operand.buffer, product(leaf(aligned), leaf(operand.buffer))), 'all');
  };
  const share = inner();
  tape.addTree(factor, share, leaf(share));
}
