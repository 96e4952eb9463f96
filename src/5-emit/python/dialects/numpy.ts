import { numpyActivations } from '../../framework-activations.js';
import { functionsOf, ordinary } from '../dialect.js';
import type { Dialect } from '../dialect.js';

export const numpy: Dialect = {
  ...ordinary,
  runtime: ['on_numpy'],
  packages: ['numpy'],
  xp: 'np',
  array: 'np.ndarray',
  traced: false,
  block: 'np.block',
  extreme: { min: 'np.minimum', max: 'np.maximum' },
  functions: functionsOf('np', { atan: 'np.arctan', asinh: 'np.arcsinh' }),
  activations: numpyActivations,
  example: (widths) => [
    `free = init(np.random.default_rng(0), ${widths})`,
    'constrained = constrain(free)',
    'y = forward(constrained, x)  # x of shape (..., d_x)',
    'check(constrained)  # at most 0',
  ],
  note:
    'Weights are computed in double precision and rounded to that of the free parameters, at least single; in ' +
    'float32 the bound holds up to rounding: `lipwright check` decides.',
};
