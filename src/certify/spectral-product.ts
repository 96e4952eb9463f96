import type { Constrained } from '../5-emit/index.js';
import type { Program } from '../model/program.js';
import { spectralNormAboveInPieces } from '../numeric/spectral-norm.js';
import { finish } from '../numeric/work.js';
import { productOfNorms, readNorms } from '../check/index.js';

/**
 * The bound that layer-wise spectral norms give, see `productOfNorms`. Rounded upwards. The LMI's own optimum is never
 * above it.
 */
export function spectralProduct(program: Program, values: Constrained): number {
  return productOfNorms(program, values, finish(readNorms(program, values, spectralNormAboveInPieces)));
}
