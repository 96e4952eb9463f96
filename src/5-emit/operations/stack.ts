import type { MatrixOperation } from '../../model/program.js';
import { blockInto } from '../../runtime/js/shapes.js';
import { plain } from '../adjoint/tape.js';
import type { ProgramRules } from './contract.js';

/** Blocks side by side and one below the other. */
export const stack: ProgramRules<Extract<MatrixOperation, { kind: 'stack' }>> = {
  renumber: (operation, { buffer, operand, size }) => ({
    ...operation,
    out: buffer(operation.out),
    blocks: operation.blocks.map((block) => ({
      operand: operand(block.operand),
      above: size(block.above),
      before: size(block.before),
    })),
  }),
  run: (operation, { buffer, shape, count }) => {
    const out = buffer(operation.out);
    const { columns } = shape(operation.out);
    const blocks = operation.blocks.map(({ operand, above, before }) => {
      const from = shape(operand.buffer);
      const [height, width] = operand.transposed ? [from.columns, from.rows] : [from.rows, from.columns];
      const at = count(above) * columns + count(before);
      return { data: buffer(operand.buffer), at, step: from.columns, transposed: operand.transposed, height, width };
    });
    return () => {
      for (const { data, at, step, transposed, height, width } of blocks)
        blockInto(out, at, columns, data, 0, step, transposed, height, width);
    };
  },
  adjoint: ({ blocks }, adjoint, tape) => {
    for (const { operand, above, before } of blocks) {
      if (!tape.isActive(operand.buffer)) continue;
      const { rows, columns } = tape.shape(operand.buffer);
      const out = operand.transposed ? tape.buffer(columns, rows) : tape.buffer(rows, columns);
      tape.push({ kind: 'slice', out, matrix: adjoint, above, before });
      tape.add(
        operand.buffer,
        operand.transposed ? tape.multiple({ kind: 'number', value: 1 }, plain(out, true)) : out,
      );
    }
  },
  js: ({ out, blocks }, { buffer, rows, columns, size, call }) => {
    for (const { operand, above, before } of blocks) {
      const [r, c] = [rows(operand.buffer), columns(operand.buffer)];
      const at = `${size(above)} * ${columns(out)} + ${size(before)}`;
      const extent = operand.transposed ? [c, r] : [r, c];
      call('blockInto', buffer(out), at, columns(out), buffer(operand.buffer), 0, c, operand.transposed, ...extent);
    }
  },
};
