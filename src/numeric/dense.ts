/**
 * Dense kernels on row-major doubles: into a given output, without allocating, every sum in one fixed order. What they
 * have in common stands in `dense-product.ts`; `src/5-emit/js/matrix-kernels.ts` prints the same algorithms.
 */
export { choleskyInto } from './dense-cholesky.js';
export { luSolveInto } from './dense-lu.js';
export { multiplyInto } from './dense-product.js';
export { solveLowerInto, solveRightInto } from './dense-solve.js';
export { gramNormInto, gramNormWork } from './gram-iteration.js';
