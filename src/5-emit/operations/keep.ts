import type { Operation } from '../../model/program.js';
import { unitRoundoff } from '../../model/roundoff.js';
import { singleInto } from '../../runtime/js/shapes.js';
import type { ProgramRules } from './contract.js';

/** Rounding is taken for the identity where derivatives are asked for. */
export const keep: ProgramRules<Extract<Operation, { kind: 'keep' }>> = {
  renumber: (operation, { buffer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
  }),
  run: ({ out, matrix }, { buffer, parameter }) => {
    const [target, source] = [buffer(out), buffer(matrix)];
    const roundoff = parameter({ kind: 'roundoff' });
    return () => {
      if ((roundoff[0] ?? Number.NaN) <= unitRoundoff.double) target.set(source);
      else singleInto(target, source);
    };
  },
  adjoint: ({ matrix }, adjoint, tape) => tape.add(matrix, adjoint),
  js: ({ out, matrix }, { precision, buffer, line, call }) => {
    if (precision === 'double') line(`${buffer(out)}.set(${buffer(matrix)});`);
    else call('singleInto', buffer(out), buffer(matrix));
  },
};
