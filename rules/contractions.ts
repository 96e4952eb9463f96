import type { ContractionChoice } from '../src/model/strategy.js';
import type { Contraction } from '../src/rule/allocation.js';
import { contractionAol } from './allocate/contraction-aol.js';
import { contractionCayley } from './allocate/contraction-cayley.js';
import { contractionCholesky } from './allocate/contraction-cholesky.js';
import { contractionSpectral } from './allocate/contraction-spectral.js';

/** The contractions to choose from, in the order of lists and help. */
export const contractions: readonly Contraction[] = [
  contractionCholesky,
  contractionAol,
  contractionCayley,
  contractionSpectral,
];

export const contractionChoices: readonly ContractionChoice[] = contractions.map(({ choice }) => choice.name);
