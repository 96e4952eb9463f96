"""What a framework, or a network that has more to it, has otherwise: see network.py."""

from functools import partial

from core import Constrained


def _still(value):
    """The value, as a constant to derivatives."""
    return value


def _like(value):
    """What makes an array like this one."""
    return {"dtype": value.dtype}


def _square(matrix):
    """matrix @ matrix.T."""
    return matrix @ matrix.T


def _ramp(v, m, L):
    """m v for v < 0 and L v for v >= 0."""
    return xp.where(v >= 0, L * v, m * v)


def _whole(value):
    """As integers."""
    return value.astype(int)


def _indices(count, like):
    """0, 1, …, beside arrays that are made like that."""
    return xp.arange(count)


def _floats(free):
    """The free parameters as arrays of floats."""
    return free


def _number(lipschitz):
    """As a float."""
    return float(lipschitz)


def _is_open(lipschitz):
    """Whether the bound is no number that can be looked at."""
    return False


def _with_lengths(d, free):
    """The widths as they are: no length tells more."""
    return d


def _with_sums(d):
    """The widths; none is a sum of others."""
    return d


def _budgets(total, checks):
    """The bounds of the blocks that state none."""
    return ()


def _share(share, fits, total, checks, problem):
    """A block's share of the total, where it fits."""
    if not fits:
        raise ValueError(f"{problem} {total}")
    return share


def _chosen(slopes, activation):
    """(m, L) of each hidden signal; the equations leave no activation open."""
    return _slopes(slopes), ()


def _run(chosen, slopes):
    """The activations that run where the equations leave them open."""
    return ()


# What is a list of activations.
_LISTS = (list, tuple)


def _applied(f):
    """The function behind partial applications, and the arguments that these give."""
    given = {}
    while isinstance(f, partial) and not f.args:
        f, given = f.func, {**f.keywords, **given}
    return f, given


def _is_one_of(f, functions, classes):
    """Whether f has one of these names."""
    return any(f is _at(path) for path in functions.split())


def _arguments(f, given, known):
    """What f is given of the known arguments, or their defaults; None where it is given others."""
    if given.keys() - known.keys():
        return None
    return {key: given.get(key, otherwise) for key, (_, otherwise) in known.items()}


def _composed(f):
    """The activation that is made of known ones, or None."""
    return None


def _place(shuffled, constrained, x):
    """Biases that are placed over the sample x."""
    return {}


def _note(checks, holds, message):
    """Notes whether all of it holds; checks are by message."""
    checks[message] = xp.all(holds) & checks.get(message, True)


def _settle(checks, results):
    """Raises ValueError for a check that fails."""
    for message, fine in checks.items():
        if not fine:
            raise ValueError(message)
    return results


def _kept(value, bits):
    """As it is: all of it is computed in the precision that weights are kept in."""
    return value


def _solve_right(matrix, factor, transposed=False):
    """matrix @ factor⁻¹, or matrix @ factor⁻ᵀ, for a lower triangular factor."""
    return _solve_left(factor, matrix.T, not transposed).T


def _cast(domain, like):
    """A sample of inputs in that precision."""
    return xp.asarray(domain, **like)


def _evaluated(constrained):
    """The LMI in the precision of the weights."""
    return _lmi(xp, constrained)


def _wide(constrained):
    """Everything in double precision, for `host`."""
    tables = (
        {name: host.asarray(value, dtype=host.float64) for name, value in table.items()} for table in constrained[:3]
    )
    return Constrained(*tables, constrained.slopes, float(constrained.lipschitz))


def _saved(value):
    """An array of its own, for a file."""
    return host.ascontiguousarray(value)
