"""What programs are made of: functions of numbers and matrices that the frameworks do not have, or not alike."""

import math
from fractions import Fraction


def _demand(value, checks, message):
    """Notes whether every entry is above 0."""
    _note(checks, value > 0, message)


def _fits(value, kind):
    """Whether all of it are normal numbers of that precision, or 0."""
    size, range = xp.abs(_still(value)), xp.finfo(kind)
    return ((size <= range.max) & ((size >= range.tiny) | (size == 0))).all()


def _ratio(a, b):
    """a / b for floats, infinite where b is 0."""
    return a / b if b != 0 else math.copysign(math.inf, a) if a != 0 else math.nan


def _capped(limit, above, below):
    """min(limit, above / below) for below >= 0; a quotient that is not taken is not formed: gradients stay finite."""
    kept = above >= limit * below
    return xp.where(kept, limit, above / xp.where(kept, 1.0, below))


def _sech(u):
    """1 / cosh(u) without overflow."""
    e = xp.exp(-xp.abs(u))
    return 2 * e / (1 + e * e)


def _sigmoid(u):
    """1 / (1 + exp(-u)) without overflow."""
    e = xp.exp(-xp.abs(u))
    return xp.where(u >= 0, 1.0, e) / (1 + e)


def _softplus(u):
    """log(1 + exp(u)) without overflow."""
    return xp.logaddexp(u, xp.zeros_like(u))


def _off_diagonal(matrix):
    """The matrix with zeros on its diagonal."""
    return matrix - xp.diag(xp.diag(matrix))


def _least_on_support(matrix, v):
    """In each row the least of 1 and the v[j] whose entry is not 0."""
    return xp.amin(xp.where(matrix != 0, xp.clip(v, None, 1.0), 1.0), 1)


def _gather(vector, rows, columns, row, column, first):
    """The matrix whose entry (i, j), counted from 0, is number row i + column j + first of the vector."""
    i, j = _indices(rows, _like(vector)), _indices(columns, _like(vector))
    return vector[row * i[:, None] + column * j[None, :] + first]


def _cholesky_from_end(matrix, checks, message):
    """The lower triangular L with L.T @ L = matrix; notes whether it is positive definite."""
    return xp.flip(_cholesky(xp.flip(matrix, (0, 1)), checks, message), (0, 1)).T


def _cayley(matrix, checks, message):
    """Orthonormal columns (rows, if it is wide) by the Cayley transform (Wang and Manchester, ICML 2023): with [X; Y]
    the matrix, X square, and W = (I + X - X.T + Y.T Y)⁻¹ it is [2 W - I; -2 Y W].
    """
    rows, columns = matrix.shape
    if rows < columns:
        return _cayley(matrix.T, checks, message).T
    top, bottom = matrix[:columns], matrix[columns:]
    eye = xp.eye(columns, **_like(matrix))
    inverse = _inverse(eye + top - top.T + _square(bottom.T))
    _note(checks, xp.isfinite(inverse), message)
    return xp.concatenate([2 * inverse - eye, -2 * bottom @ inverse], 0)


def _gram_bound(matrix):
    """At least the largest singular value and at most rank^(1/1026) times it, by Gram iteration (Delattre, Barthélemy,
    Araujo and Allauzen, ICML 2023, arXiv 2305.16173): with G the Gram matrix tr(G^513)^(1/1026). And what its gradient
    is made of, G^512 above all: nine squarings, and nothing else. 0 for the zero matrix.
    """
    largest = _still(xp.abs(matrix).max())
    zero = largest == 0
    length = xp.where(zero, 1.0, largest)
    scaled = xp.where(zero, 1.0, matrix / length)
    rows, columns = matrix.shape
    gram = scaled @ scaled.T if rows < columns else scaled.T @ scaled
    # What is divided by cancels from bound and gradient: constants, as far as derivatives go.
    first = _still(xp.linalg.norm(gram))
    power = gram = gram / first
    share = 1.0
    for k in range(1, 5):
        power = power @ power
        power = power @ power
        root = _still(xp.linalg.norm(power))
        power, share = power / root, share * root**0.25**k
    power = power @ power
    trace = (gram * power).sum()
    bound = xp.where(zero, 0.0, largest * xp.sqrt(first * share * (trace / share) ** (1 / 513)))
    return bound, (scaled, power, length, first, trace)


def _norm_and_gradient(matrix):
    """The bound of `_gram_bound`, and its gradient: bound / tr(G^513) times the matrix and G^512."""
    bound, (scaled, power, length, first, trace) = _gram_bound(matrix)
    rows, columns = matrix.shape
    product = power @ scaled if rows < columns else scaled @ power
    return bound, bound / (length * first * trace) * product


def _assemble(xp, sizes, blocks, like):
    """The symmetric matrix of the blocks on and above the diagonal; those that are missing are 0."""

    def block(i, j):
        if (i, j) in blocks:
            return blocks[i, j]
        return blocks[j, i].T if (j, i) in blocks else xp.zeros((sizes[i], sizes[j]), **like)

    places = range(len(sizes))
    return xp.concatenate([xp.concatenate([block(i, j) for j in places], 1) for i in places], 0)


def _substitute(xp, M, sizes, reads, like):
    """M over the signals that are no sums: signal i is the sum of the matrices reads[i, j] times the signals j."""
    sums = {i for i, _ in reads}
    own = [k for k in range(len(sizes)) if k not in sums]
    rows = {}
    for i, size in enumerate(sizes):
        if i in sums:
            rows[i] = sum(matrix @ rows[j] for (k, j), matrix in reads.items() if k == i)
        else:
            units = [xp.eye(size, **like) if j == i else xp.zeros((size, sizes[j]), **like) for j in own]
            rows[i] = xp.concatenate(units, 1)
    T = xp.concatenate(list(rows.values()), 0)
    return T.T @ M @ T


def _project_splines(values, step, m, L, bits):
    """Each row of spline values with its slopes clipped to [m, L], integrated from the value that keeps the mean
    (Ducotterd et al., arXiv 2210.16222), on a grid of quanta: the bounds hold exactly for the numbers that come out.
    Gradients are those of the projection without the grid.
    """
    knots = values.shape[1]
    quantum, lowest, highest, most, farthest = _spline_quanta(knots, step, m, L, bits)
    ticks = xp.floor(xp.clip(values / quantum, -most, most) + 0.5)
    # Halves, whose difference is in range.
    rises = (values[:, 1:] / 2 - values[:, :-1] / 2) / (quantum / 2)
    heights = xp.cumsum(xp.floor(xp.clip(rises, lowest, highest) + 0.5), 1)
    heights = xp.concatenate([xp.zeros_like(values[:, :1]), heights], 1)
    offset = xp.floor(xp.clip((ticks.sum(1) - heights.sum(1))[:, None] / knots, -farthest, farthest) + 0.5)
    smooth = xp.cumsum(xp.clip(rises, lowest, highest) * quantum, 1)
    smooth = xp.concatenate([xp.zeros_like(values[:, :1]), smooth], 1)
    largest = float(xp.finfo(values.dtype).max) / 2
    mean = (xp.clip(values, -largest, largest) / knots).sum(1)
    smooth = smooth + (mean - smooth.mean(1))[:, None]
    return _still(quantum * (offset + heights)) + (smooth - _still(smooth))


def _spline_quanta(knots, step, m, L, bits):
    """The quantum q, a power of two, the least and the greatest rise between two knots, and how far values and offsets
    may go, all in quanta: integers that floats of so many bits add up without rounding.
    """
    if not (m < L and max(abs(m), abs(L)) >= 2.0**-400):
        raise ValueError(f"LW305 a spline needs room between its slopes, found [{m}, {L}]")
    digits = (knots - 1).bit_length()
    digits = min(32, 44 - 2 * digits) if bits == 64 else 21 - digits
    rise = Fraction(max(abs(m), abs(L))) * Fraction(step)
    unit = Fraction(2) ** (rise.numerator.bit_length() - rise.denominator.bit_length() - 1)
    while unit < rise:
        unit *= 2
    quantum = unit / 2**digits
    ticks = Fraction(step) / quantum
    lowest, highest = math.ceil(Fraction(m) * ticks), math.floor(Fraction(L) * ticks)
    if lowest > highest:
        raise ValueError(f"LW305 a spline needs room between its slopes, found [{m}, {L}]")
    most = 2**52 // knots if bits == 64 else 2**24
    # The mean of large values is not exact in single precision, and need not be.
    farthest = most - knots * 2**digits
    return float(quantum), float(lowest), float(highest), float(most if bits == 64 else 2**100), float(farthest)


def _splines(values, step, v):
    """One linear spline a unit at v, (..., d): values (d, K) at the knots (k - (K - 1) / 2) step, continued by the
    outer slopes.
    """
    last = values.shape[1] - 1
    k = xp.clip(xp.floor(xp.nan_to_num(v / step) + last / 2), 0, last)
    # The quotient is rounded: the knots themselves decide.
    knot = (k - last / 2) * step
    above = (k + 1 - last / 2) * step
    k = xp.where((k > 0) & (v < knot), k - 1, xp.where((k < last) & (v >= above), k + 1, k))
    place, unit = _whole(k), _indices(len(values), _like(values))
    piece = xp.clip(place, 0, last - 1)
    slope = (values[unit, piece + 1] - values[unit, piece]) / step
    return values[unit, place] + slope * (v - (k - last / 2) * step)
