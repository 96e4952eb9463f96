import type { Kernel } from './kernel.js';
import { count, flag, vector } from './kernel.js';

/** The kernels of `src/numeric/shapes.ts` as text: the same numbers to the last bit. */
export const shapeKernels = {
  linear: {
    about: 'out = factor · M or factor · Mᵀ, or added to it; out is rows × columns',
    parameters: [
      vector('out'),
      vector('M'),
      count('factor'),
      flag('transposed'),
      count('rows'),
      count('columns'),
      flag('added'),
    ],
    body: [
      'const rowStep = transposed ? 1 : columns, columnStep = transposed ? rows : 1;',
      'for (let i = 0, at = 0; i < rows; i += 1) {',
      '  for (let j = 0; j < columns; j += 1, at += 1) {',
      '    const value = factor * M[i * rowStep + j * columnStep];',
      '    out[at] = added ? out[at] + value : value;',
      '  }',
      '}',
    ],
  },
  diagonal: {
    about: 'out = factor · diag(d), or added to it; null stands for the identity',
    parameters: [vector('out'), ['d', 'optional'], count('factor'), count('rows'), flag('added')],
    body: [
      'if (!added) out.fill(0);',
      'for (let i = 0; i < rows; i += 1) out[i * rows + i] += factor * (d === null ? 1 : d[i]);',
    ],
  },
  block: {
    about: 'a rows × columns block of M (of Mᵀ if transposed) into a block of out',
    parameters: [
      vector('out'),
      count('at'),
      count('step'),
      vector('M'),
      count('from'),
      count('fromStep'),
      flag('transposed'),
      count('rows'),
      count('columns'),
    ],
    body: [
      'const rowStep = transposed ? 1 : fromStep, columnStep = transposed ? fromStep : 1;',
      'for (let i = 0; i < rows; i += 1) {',
      '  for (let j = 0; j < columns; j += 1) out[at + i * step + j] = M[from + i * rowStep + j * columnStep];',
      '}',
    ],
  },
  cayley: {
    about:
      'orthonormal columns (rows, if Z is wide) by the Cayley transform of Z; false where that ' +
      'meets a NaN; 2 rows · columns + 3 min(rows, columns)² numbers of work',
    parameters: [vector('out'), vector('Z'), count('rows'), count('columns'), vector('work')],
    returns: 'boolean',
    uses: ['block', 'multiplyInto', 'luSolveInto'],
    body: [
      'const wide = rows < columns;',
      'const long = wide ? columns : rows, order = wide ? rows : columns;',
      'const square = order * order, tall = long * order;',
      'const upright = work.subarray(0, tall), lower = work.subarray(square, tall);',
      'const sum = work.subarray(tall, tall + square), inverse = work.subarray(tall + square, tall + 2 * square);',
      'const unit = work.subarray(tall + 2 * square, tall + 3 * square), spare = ' +
        'work.subarray(tall + 3 * square, tall + 4 * square);',
      'const bottom = work.subarray(tall + 4 * square);',
      'block(upright, 0, order, Z, 0, columns, wide, long, order);',
      'multiplyInto(sum, lower, true, lower, false, order, order, long - order);',
      'for (let i = 0; i < order; i += 1) {',
      '  for (let j = 0; j < order; j += 1) {',
      '    sum[i * order + j] = sum[i * order + j] + (upright[i * order + j] - upright[j * order + ' +
        'i]) + (i === j ? 1 : 0);',
      '    unit[i * order + j] = i === j ? 1 : 0;',
      '  }',
      '}',
      'if (!luSolveInto(inverse, sum, unit, order, order, spare)) return false;',
      'multiplyInto(bottom, lower, false, inverse, false, long - order, order, order);',
      'for (let i = 0; i < long; i += 1) {',
      '  for (let j = 0; j < order; j += 1) {',
      '    out[wide ? j * columns + i : i * columns + j] = i < order ? 2 * inverse[i * order + j] ' +
        '- (i === j ? 1 : 0) : -2 * bottom[(i - order) * order + j];',
      '  }',
      '}',
      'return true;',
    ],
  },
} as const satisfies Readonly<Record<string, Kernel>>;
