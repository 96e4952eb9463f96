"""NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from network import LIPSCHITZ

# Arrays, those that go into files, and bounds.
Array = np.ndarray
Saved = np.ndarray
Bound = float
# What functions below are written over, and what double precision is computed by.
xp = np
host = np
# Where known activations are looked up.
_ROOT = np


def init(
    rng: np.random.Generator,
    widths: Mapping[str, int],
    *,
    slopes: Sequence | None = None,
    lipschitz: float = LIPSCHITZ,
    activation: Callable | Sequence[Callable] | None = None,
    domain: np.ndarray | None = None,
    dtype: np.dtype | type = np.float64,
) -> dict[str, np.ndarray]:
    """Free parameters to begin with, as _INITIAL says.

    rng: what is random comes from it.
    widths: by signal or family, as for `dims`.
    domain: a sample of inputs, (points, d_x), over which biases are placed; default 256 points of [-1, 1]^d_x, always
    the same.
    """

    def normal(k, shape):
        return rng.standard_normal(shape).astype(dtype)

    def shuffled(k, count):
        return rng.permutation(count)

    return _begin(normal, shuffled, widths, slopes, lipschitz, activation, domain, {"dtype": dtype})


def _sample(shape, like):
    """Numbers of [-1, 1], always the same."""
    return np.random.default_rng(0).uniform(-1.0, 1.0, shape).astype(**like)


def _floats(free):
    """The free parameters as arrays, at least in single precision."""
    return {name: np.asarray(value, np.result_type(np.float32, value)) for name, value in free.items()}


def _computed(free, d, pairs, lip):
    """The program in double precision, and its results rounded to the precision of the free parameters."""
    kind = np.result_type(np.float32, *free.values())
    wide = {name: np.asarray(free[name], np.float64) for name in _shapes(d)}
    checks = _finite(wide)
    with np.errstate(all="ignore"):
        shares = _budgets(lip, checks)
        tables = _constrain(wide, {"dtype": np.float64}, d, pairs, lip, shares, checks, np.finfo(kind).bits)
        rounded = [{name: value.astype(kind) for name, value in table.items()} for table in tables]
    for name, value in tables[2].items():
        _note(checks, _fits(value, kind), f"LW307 {name} is out of range for the precision")
    return _settle(checks, rounded)


def _kept(value, bits):
    """Rounded to the precision that weights are kept in, at most the largest number that it has."""
    if bits != 32:
        return value
    largest = np.finfo(np.float32).max
    return np.clip(value, -largest, largest).astype(np.float32).astype(value.dtype)


def _spectral_norm(matrix):
    """An upper bound of the largest singular value, nearly reached: see `_gram_bound`."""
    return _gram_bound(matrix)[0]


def _cholesky(matrix, checks, message):
    """The lower triangular factor of a matrix; notes whether it is positive definite."""
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        _note(checks, False, message)
        return np.full_like(matrix, np.nan)


def _inverse(matrix):
    """matrix⁻¹; NaN where there is none."""
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)


def _solve_left(factor, matrix, transposed=False):
    """factor⁻¹ @ matrix, or factor⁻ᵀ @ matrix, for a lower triangular factor: substitution, in halves."""
    if transposed:
        # Read backwards, the transpose is lower triangular too.
        return _solve_left(factor.T[::-1, ::-1], matrix[::-1])[::-1]
    order = len(factor)
    if order > 16:
        half = order // 2
        top = _solve_left(factor[:half, :half], matrix[:half])
        return np.concatenate([top, _solve_left(factor[half:, half:], matrix[half:] - factor[half:, :half] @ top)])
    result = np.empty(matrix.shape, np.result_type(factor, matrix))
    for i in range(order):
        result[i] = (matrix[i] - factor[i, :i] @ result[:i]) / factor[i, i]
    return result


def _erf(u):
    """The error function, which NumPy does not have."""
    return np.vectorize(math.erf, otypes=[float])(u).astype(u.dtype)
