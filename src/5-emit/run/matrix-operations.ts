import { fail } from '../../base/diagnostic.js';
import {
  choleskyInto,
  gramNormInto,
  gramNormWork,
  multiplyInto,
  solveLowerInto,
  solveRightInto,
} from '../../numeric/dense.js';
import { blockInto, cayleyInto, cayleyWork, diagonalInto, linearInto } from '../../numeric/shapes.js';
import type { MatrixOperation, Size } from '../../model/program.js';
import type { TreeContext } from './tree.js';
import { planTree } from './tree.js';

interface MatrixContext extends TreeContext {
  readonly shape: (id: number) => { readonly rows: number; readonly columns: number };
  readonly count: (size: Size) => number;
}

/** A closure for one operation on whole matrices; work arrays are planned here, once. */
export function planMatrix(operation: MatrixOperation, context: MatrixContext): () => void {
  const { buffer, shape, count } = context;
  const out = buffer(operation.out);
  const { rows, columns } = shape(operation.out);
  switch (operation.kind) {
    case 'multiply': {
      const { left, right } = operation;
      const [a, b] = [buffer(left.buffer), buffer(right.buffer)];
      const inner = left.transposed ? shape(left.buffer).rows : shape(left.buffer).columns;
      return () => multiplyInto(out, a, left.transposed, b, right.transposed, rows, columns, inner);
    }
    case 'combine':
      return combine(operation, context, out, rows, columns);
    case 'stack': {
      const blocks = operation.blocks.map(({ operand, above, before }) => {
        const from = shape(operand.buffer);
        const [height, width] = operand.transposed ? [from.columns, from.rows] : [from.rows, from.columns];
        return {
          data: buffer(operand.buffer),
          at: count(above) * columns + count(before),
          step: from.columns,
          transposed: operand.transposed,
          height,
          width,
        };
      });
      return () => {
        for (const { data, at, step, transposed, height, width } of blocks)
          blockInto(out, at, columns, data, 0, step, transposed, height, width);
      };
    }
    case 'slice': {
      const data = buffer(operation.matrix);
      const step = shape(operation.matrix).columns;
      const from = count(operation.above) * step + count(operation.before);
      return () => blockInto(out, 0, columns, data, from, step, false, rows, columns);
    }
    case 'cholesky': {
      const data = buffer(operation.matrix);
      const { code, because } = operation;
      return () => {
        if (choleskyInto(out, data, rows) >= 0)
          fail(
            code,
            because,
            code === 'LW402'
              ? 'a demand that some weights can meet'
              : 'free parameters, slopes and 𝓛 that leave more room',
          );
      };
    }
    case 'solve': {
      const [factor, data] = [buffer(operation.factor), buffer(operation.matrix)];
      const { transposed } = operation;
      const order = shape(operation.factor).rows;
      return operation.side === 'left'
        ? () => solveLowerInto(out, factor, data, order, columns, transposed)
        : () => solveRightInto(out, factor, data, rows, order, transposed);
    }
    case 'cayley': {
      const data = buffer(operation.matrix);
      const work = new Float64Array(cayleyWork(rows, columns));
      return () => {
        if (!cayleyInto(out, data, rows, columns, work))
          fail('LW404', 'a Cayley transform', 'free parameters in the range of double precision');
      };
    }
    case 'norm': {
      const data = buffer(operation.matrix);
      const from = shape(operation.matrix);
      const work = new Float64Array(gramNormWork(from.rows, from.columns));
      return () => {
        out[0] = gramNormInto(work, data, from.rows, from.columns);
      };
    }
  }
}

function combine(
  operation: Extract<MatrixOperation, { kind: 'combine' }>,
  context: MatrixContext,
  out: Float64Array,
  rows: number,
  columns: number,
): () => void {
  const steps = operation.terms.map(({ factor, operand }, at) => {
    const value = new Float64Array(1);
    const update = planTree(factor, value, context);
    const data = operand.kind === 'identity' ? null : context.buffer(operand.buffer);
    return () => {
      update();
      if (operand.kind === 'matrix' && data !== null)
        linearInto(out, data, value[0] ?? 0, operand.transposed, rows, columns, at > 0);
      else diagonalInto(out, data, value[0] ?? 0, rows, at > 0);
    };
  });
  return () => {
    for (const step of steps) step();
  };
}
