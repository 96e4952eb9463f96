"""JAX: pure functions over pytrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from core import Constrained
from jax.scipy.linalg import solve_triangular
from network import LIPSCHITZ

# Arrays, those that go into files, and bounds.
Array = jax.Array
Saved = np.ndarray
Bound = float | jax.Array
# What functions below are written over, and what double precision is computed by.
xp = jnp
host = np
# Where known activations are looked up.
_ROOT = jax


def init(
    key: jax.Array,
    widths: Mapping[str, int],
    *,
    slopes: Sequence | None = None,
    lipschitz: float = LIPSCHITZ,
    activation: Callable | Sequence[Callable] | None = None,
    domain: jax.Array | None = None,
    dtype: Any = None,
) -> dict[str, jax.Array]:
    """Free parameters to begin with, as _INITIAL says.

    key: what is random comes from it.
    widths: by signal or family, as for `dims`.
    domain: a sample of inputs, (points, d_x), over which biases are placed; default 256 points of [-1, 1]^d_x, always
    the same.
    dtype: default float32, or float64 where JAX has it enabled.
    """
    dtype = jnp.zeros((), dtype=dtype).dtype

    def normal(k, shape):
        return jax.random.normal(jax.random.fold_in(jax.random.fold_in(key, 0), k), shape, dtype)

    def shuffled(k, count):
        return jax.random.permutation(jax.random.fold_in(jax.random.fold_in(key, 1), k), count)

    return _begin(normal, shuffled, widths, slopes, lipschitz, activation, domain, {"dtype": dtype})


def _sample(shape, like):
    """Numbers of [-1, 1], always the same."""
    return jax.random.uniform(jax.random.key(0), shape, like["dtype"], -1.0, 1.0)


def _flatten(constrained):
    """Slopes, and a bound that is a float, are no leaves: they stay Python floats through jit."""
    weights, biases, multipliers, slopes, lipschitz, activations = constrained
    known = isinstance(lipschitz, float)
    return (
        (weights, biases, multipliers, None if known else lipschitz),
        (slopes, lipschitz if known else None, activations),
    )


def _unflatten(known, leaves):
    slopes, lipschitz, activations = known
    return Constrained(*leaves[:3], slopes, leaves[3] if lipschitz is None else lipschitz, activations)


jax.tree_util.register_pytree_node(Constrained, _flatten, _unflatten)


def _still(value):
    """The value, as a constant to derivatives."""
    return jax.lax.stop_gradient(value)


def _floats(free):
    """The free parameters as arrays, at least in single precision."""
    arrays = {name: jnp.asarray(value) for name, value in free.items()}
    return {name: value.astype(jnp.promote_types(value.dtype, jnp.float32)) for name, value in arrays.items()}


def _is_open(lipschitz):
    """Whether the bound is traced: no number that can be looked at."""
    return isinstance(lipschitz, jax.core.Tracer)


def _share(share, fits, total, checks, problem):
    """A block's share of the total, where it fits; NaN instead under a trace."""
    if isinstance(total, jax.core.Tracer):
        return jnp.where(fits, share, jnp.nan)
    if not fits:
        raise ValueError(f"{problem} {total}")
    return share


def _computed(free, d, pairs, lip):
    """The program in the precision of the free parameters; products have all its digits."""
    # Accelerators would multiply with fewer.
    with jax.default_matmul_precision("highest"):
        results, checks = _traced(free, tuple(d), pairs, lip, _budgets(lip, {}))
    return _settle(checks, results)


@partial(jax.jit, static_argnums=(1, 2))
def _traced(free, d, pairs, lip, k):
    """The program, and whether each demand holds."""
    used = {name: free[name] for name in _shapes(d)}
    checks = _finite(used)
    like = {} if not used else {"dtype": next(iter(used.values())).dtype}
    bits = jnp.finfo(jnp.zeros((), **like).dtype).bits
    results = _constrain(used, like, d, pairs, lip, k, checks, bits)
    for name, value in results[2].items():
        _note(checks, jnp.isfinite(value), f"LW307 {name} is out of range for the precision")
    return results, checks


def _settle(checks, results):
    """Raises ValueError for a check that fails. Where values cannot be looked at, under jit and vmap, all results
    become NaN instead.
    """
    fine = jnp.all(jnp.stack(list(checks.values())))
    if isinstance(fine, jax.core.Tracer):
        return jax.tree.map(lambda value: jnp.where(fine, value, jnp.nan), results)
    if not fine:
        raise ValueError(next(message for message, ok in checks.items() if not ok))
    return results


def _spectral_norm(matrix):
    """An upper bound of the largest singular value, nearly reached: see `_gram_bound`."""

    @jax.custom_jvp
    def norm(matrix):
        return _gram_bound(matrix)[0]

    @norm.defjvp
    def _jvp(primals, tangents):
        bound, gradient = _norm_and_gradient(*primals)
        return bound, (gradient * tangents[0]).sum()

    return norm(matrix)


def _cholesky(matrix, checks, message):
    """The lower triangular factor of a matrix; notes whether it is positive definite."""
    factor = jnp.linalg.cholesky(matrix)
    _note(checks, jnp.isfinite(factor), message)
    return factor


def _inverse(matrix):
    """matrix⁻¹, not finite where there is none."""
    return jnp.linalg.inv(matrix)


def _solve_left(factor, matrix, transposed=False):
    """factor⁻¹ @ matrix, or factor⁻ᵀ @ matrix, for a lower triangular factor."""
    return solve_triangular(factor, matrix, trans=1 if transposed else 0, lower=True)


def _evaluated(constrained):
    """The LMI in the precision of the weights; products have all its digits."""
    with jax.default_matmul_precision("highest"):
        return _lmi(jnp, constrained)
