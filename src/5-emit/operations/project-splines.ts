import { fail } from '../../base/diagnostic.js';
import type { AdjointOperation } from '../../model/adjoint.js';
import type { Operation } from '../../model/program.js';
import { splineDigits } from '../../numeric/spline-quantization.js';
import { projectSplinesAdjointInto, projectSplinesInto } from '../../runtime/js/splines.js';
import type { OperationRules, ProgramRules } from './contract.js';
import { refusal } from './contract.js';

const refused = ['LW305', 'the slopes of a spline', 'm < L: a spline needs room between its slopes'] as const;

export const projectSplines: ProgramRules<Extract<Operation, { kind: 'project-splines' }>> = {
  renumber: (operation, { buffer, layer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    layer: layer(operation.layer),
  }),
  run: ({ out, matrix, knots, step, layer }, { buffer, slopes }) => {
    const [target, source, digits] = [buffer(out), buffer(matrix), splineDigits(knots)];
    return () => {
      if (!projectSplinesInto(target, source, knots, step, ...slopes(layer), digits)) fail(...refused);
    };
  },
  adjoint: ({ matrix, knots, step, layer }, adjoint, tape) => {
    const { rows, columns } = tape.shape(matrix);
    const out = tape.buffer(rows, columns);
    tape.pushAdjoint({ kind: 'project-splines-adjoint', out, matrix, adjoint, knots, step, layer });
    tape.add(matrix, out);
  },
  js: ({ out, matrix, knots, step, layer }, { buffer, layer: number, line }) => {
    const given = [
      buffer(out),
      buffer(matrix),
      knots,
      step,
      `m[${number(layer)}]!`,
      `L[${number(layer)}]!`,
      splineDigits(knots),
    ];
    line(`if (!projectSplinesInto(${given.join(', ')})) ${refusal(...refused)}`);
  },
};

export const projectSplinesAdjoint: OperationRules<Extract<AdjointOperation, { kind: 'project-splines-adjoint' }>> = {
  renumber: (operation, { buffer, layer }) => ({
    ...operation,
    out: buffer(operation.out),
    matrix: buffer(operation.matrix),
    adjoint: buffer(operation.adjoint),
    layer: layer(operation.layer),
  }),
  run: ({ out, matrix, adjoint, knots, step, layer }, { buffer, slopes }) => {
    const [target, values, given] = [buffer(out), buffer(matrix), buffer(adjoint)];
    return () => projectSplinesAdjointInto(target, values, given, knots, step, ...slopes(layer));
  },
  js: ({ out, matrix, adjoint, knots, step, layer }, { buffer, layer: number, call }) =>
    call(
      'projectSplinesAdjointInto',
      buffer(out),
      buffer(matrix),
      buffer(adjoint),
      knots,
      step,
      `m[${number(layer)}]!`,
      `L[${number(layer)}]!`,
    ),
};
