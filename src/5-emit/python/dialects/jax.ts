import { jaxActivations } from '../../framework-activations.js';
import { functionsOf, ordinary } from '../dialect.js';
import type { Dialect } from '../dialect.js';

export const jax: Dialect = {
  ...ordinary,
  runtime: ['on_jax'],
  packages: ['jax', 'numpy'],
  xp: 'jnp',
  array: 'jax.Array',
  forward: 'apply',
  block: 'jnp.block',
  extreme: { min: 'jnp.minimum', max: 'jnp.maximum' },
  functions: functionsOf('jnp', {
    atan: 'jnp.arctan',
    asinh: 'jnp.arcsinh',
    sigmoid: 'jax.nn.sigmoid',
    erf: 'jax.scipy.special.erf',
  }),
  activations: jaxActivations,
  example: (widths) => [
    `free = init(jax.random.key(0), ${widths})`,
    'loss = lambda free: jnp.mean((apply(constrain(free), x) - y) ** 2)  # x of shape (..., d_x)',
    'gradient = jax.jit(jax.grad(loss))(free)',
    'check(constrain(free))  # at most 0',
  ],
  note:
    'Demands that fail raise ValueError; under a trace (jit, vmap), where no number can be looked at, LW307, LW402 ' +
    'and LW404 make every result NaN instead. Slopes are static. Weights have the precision of the free parameters, at ' +
    'least single, and are computed in it; products have all its digits. In float32 the bound holds up to rounding: ' +
    '`lipwright check` decides.',
};
