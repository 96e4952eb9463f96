import type { Kernel } from './kernel.js';
import { count, vector } from './kernel.js';

/**
 * The kernels of `src/numeric/reductions.ts` and `cayley-adjoint.ts` as text, and the adjoint of a projection of
 * splines.
 */
export const adjointKernels = {
  totalRows: {
    about: 'out = M 1',
    parameters: [vector('out'), vector('M'), count('rows'), count('columns')],
    body: [
      'for (let i = 0, at = 0; i < rows; i += 1) {',
      '  let total = 0;',
      '  for (let j = 0; j < columns; j += 1, at += 1) total += M[at];',
      '  out[i] = total;',
      '}',
    ],
  },
  totalColumns: {
    about: 'out = Mᵀ 1',
    parameters: [vector('out'), vector('M'), count('rows'), count('columns')],
    body: [
      'out.fill(0);',
      'for (let i = 0, at = 0; i < rows; i += 1) {',
      '  for (let j = 0; j < columns; j += 1, at += 1) out[j] += M[at];',
      '}',
    ],
  },
  diagonalOf: {
    about: 'out = the diagonal of M, which has so many columns',
    parameters: [vector('out'), vector('M'), count('columns')],
    body: ['for (let i = 0; i < out.length; i += 1) out[i] = M[i * columns + i];'],
  },
  lowerOf: {
    about: 'out = the lower triangle of M, its diagonal times the factor',
    parameters: [vector('out'), vector('M'), count('n'), count('factor')],
    body: [
      'for (let i = 0; i < n; i += 1) {',
      '  for (let j = 0; j < n; j += 1) out[i * n + j] = j < i ? M[i * n + j] : j === i ? factor * M[i * n + j] : 0;',
      '}',
    ],
  },
  cayleyAdjoint: {
    about:
      'The adjoint of Z, where q is its Cayley transform and `given` the adjoint of q; 4 rows · ' +
      'columns + 4 min(rows, columns)² numbers of work',
    parameters: [
      vector('out'),
      vector('Z'),
      vector('q'),
      vector('given'),
      count('rows'),
      count('columns'),
      vector('work'),
    ],
    uses: ['block', 'multiplyInto'],
    body: [
      'const wide = rows < columns;',
      'const long = wide ? columns : rows, order = wide ? rows : columns;',
      'const square = order * order, tall = long * order;',
      'const upright = work.subarray(0, tall), ofQ = work.subarray(tall, 2 * tall), result = ' +
        'work.subarray(2 * tall, 3 * tall), spare = work.subarray(3 * tall, 4 * tall);',
      'const w = work.subarray(4 * tall, 4 * tall + square), ofW = work.subarray(4 * tall + ' +
        'square, 4 * tall + 2 * square);',
      'const ofA = work.subarray(4 * tall + 2 * square, 4 * tall + 3 * square), product = ' +
        'work.subarray(4 * tall + 3 * square, 4 * tall + 4 * square);',
      'block(upright, 0, order, Z, 0, columns, wide, long, order);',
      'block(ofQ, 0, order, given, 0, columns, wide, long, order);',
      'block(w, 0, order, q, 0, columns, wide, order, order);',
      '// Upright Z = [X; Y], q = [2W − I; −2YW], W = (I + X − Xᵀ + YᵀY)⁻¹.',
      'for (let i = 0; i < order; i += 1) for (let j = 0; j < order; j += 1) w[i * order + j] = ' +
        '(w[i * order + j] + (i === j ? 1 : 0)) / 2;',
      'const lower = upright.subarray(square), ofLower = ofQ.subarray(square), bottom = result.subarray(square);',
      'multiplyInto(product, lower, true, ofLower, false, order, order, long - order);',
      'for (let k = 0; k < square; k += 1) ofW[k] = 2 * ofQ[k] - 2 * product[k];',
      'multiplyInto(product, w, true, ofW, false, order, order, order);',
      'multiplyInto(ofA, product, false, w, true, order, order, order);',
      'for (let i = 0; i < order; i += 1) {',
      '  for (let j = 0; j < order; j += 1) {',
      '    const here = ofA[i * order + j], there = ofA[j * order + i];',
      '    result[i * order + j] = there - here;',
      '    product[i * order + j] = here + there;',
      '  }',
      '}',
      'multiplyInto(bottom, ofLower, false, w, true, long - order, order, order);',
      'multiplyInto(spare, lower, false, product, false, long - order, order, order);',
      'for (let k = 0; k < bottom.length; k += 1) bottom[k] = -2 * bottom[k] - spare[k];',
      'block(out, 0, columns, result, 0, order, wide, rows, columns);',
    ],
  },
  projectSplinesAdjoint: {
    about:
      'The adjoint of free spline values: what their mean and the increments that were not clipped to [m, L] pass on',
    parameters: [vector('out'), vector('c'), vector('adjoint'), count('knots'), count('step'), count('m'), count('L')],
    body: [
      'for (let row = 0; row < c.length; row += knots) {',
      '  let mean = 0;',
      '  for (let k = row; k < row + knots; k += 1) mean += adjoint[k];',
      '  mean /= knots;',
      '  let suffix = 0;',
      '  let above = 0;',
      '  for (let k = row + knots - 1; k > row; k -= 1) {',
      '    suffix += adjoint[k] - mean;',
      '    const slope = (c[k] - c[k - 1]) / step;',
      '    const below = slope >= m && slope <= L ? suffix : 0;',
      '    out[k] = mean + below - above;',
      '    above = below;',
      '  }',
      '  out[row] = mean - above;',
      '}',
    ],
  },
} as const satisfies Readonly<Record<string, Kernel>>;
