"""PyTorch: functions of tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial

import torch
from core import Constrained
from network import LIPSCHITZ

# Arrays, those that go into files, and bounds.
Array = torch.Tensor
Saved = torch.Tensor
Bound = float | torch.Tensor
# What functions below are written over, and what double precision is computed by.
xp = torch
host = torch
# Where known activations are looked up, and lists of them.
_ROOT = torch
_LISTS = (list, tuple, torch.nn.ModuleList)


def init(
    generator: torch.Generator | None,
    widths: Mapping[str, int],
    *,
    slopes: Sequence | None = None,
    lipschitz: float = LIPSCHITZ,
    activation: Callable | Sequence[Callable] | None = None,
    domain: torch.Tensor | None = None,
    dtype: torch.dtype | None = None,
    device: torch.device | str | None = None,
) -> dict[str, torch.Tensor]:
    """Free parameters to begin with, as _INITIAL says.

    generator: what is random comes from it; None: from the global generator.
    widths: by signal or family, as for `dims`.
    domain: a sample of inputs, (points, d_x), over which biases are placed; default 256 points of [-1, 1]^d_x, always
    the same.
    dtype, device: default those of torch.
    """
    dtype = torch.get_default_dtype() if dtype is None else dtype
    like = {"dtype": dtype, "device": torch.empty(0, device=device).device}

    def normal(k, shape):
        return _random(torch.randn, shape, generator, like)

    def shuffled(k, count):
        place = "cpu" if generator is None else generator.device
        return torch.randperm(count, generator=generator, device=place).to(like["device"])

    with torch.no_grad():
        return _begin(normal, shuffled, widths, slopes, _number(lipschitz), activation, domain, like)


def _applied(f):
    """The function or module behind partial applications and methods, and the arguments that these give."""
    given = {}
    while True:
        if isinstance(f, partial) and not f.args:
            f, given = f.func, {**f.keywords, **given}
        elif isinstance(getattr(f, "__self__", None), torch.nn.Module):
            f = f.__self__
        else:
            return f, given


def _is_one_of(f, functions, classes):
    """Whether a function has one of these names, or a module is of one of these classes."""
    names, what = (classes, type(f)) if isinstance(f, torch.nn.Module) else (functions, f)
    return any(what is _at(path) for path in names.split())


def _arguments(f, given, known):
    """What f is given, or has, of the known arguments, or their defaults; None where it is given others."""
    if given.keys() - known.keys() - {"inplace"}:
        return None
    if isinstance(f, torch.nn.Module):
        return {key: getattr(f, key) for key in known}
    return {key: given.get(key, otherwise) for key, (_, otherwise) in known.items()}


def _composed(f):
    """A Sequential of known activations, fixed as it is now: slopes of a composition lie in the product of the
    intervals. None where a part is not known.
    """
    parts = tuple(_known(part) for part in f) if type(f) is torch.nn.Sequential else (None,)
    if None in parts:
        if isinstance(f, torch.nn.Module) and any(True for _ in f.parameters()):
            raise ValueError(
                f"LW305 {_called(f)} holds parameters of its own, which training may take out of any slopes"
            )
        return None
    if len(parts) == 1:
        return parts[0]
    m, L = Fraction(1), Fraction(1)
    for part in parts:
        ends = [a * Fraction(b) for a in (m, L) for b in part.slopes]
        m, L = min(ends), max(ends)
    return Activation(None, _outward(m, L), _run_chain, (("parts", parts),))


def _run_chain(v, parts):
    """Activations, one after another."""
    for part in parts:
        v = part(v)
    return v


def _random(make, shape, generator, like):
    """Random numbers, made where the generator lives: the same on every device."""
    place = generator.device if generator is not None else "cpu"
    return make(shape, generator=generator, dtype=like["dtype"], device=place).to(like["device"])


def _sample(shape, like):
    """Numbers of [-1, 1], always the same."""
    return 2 * _random(torch.rand, shape, torch.Generator().manual_seed(0), like) - 1


def _cast(domain, like):
    """A sample of inputs at least in single precision."""
    return domain.to(device=like["device"], dtype=torch.promote_types(like["dtype"], torch.float32))


def _still(value):
    """The value, as a constant to derivatives."""
    return value.detach()


def _like(value):
    """What makes a tensor like this one."""
    return {"dtype": value.dtype, "device": value.device}


def _whole(value):
    """As integers."""
    return value.long()


def _indices(count, like):
    """0, 1, …, beside tensors that are made like that."""
    return torch.arange(count, device=like["device"])


def _number(lipschitz):
    """As a float."""
    return float(lipschitz.detach()) if torch.is_tensor(lipschitz) else float(lipschitz)


def _is_open(lipschitz):
    """Whether the bound is a tensor, which is differentiated through."""
    if torch.is_tensor(lipschitz) and lipschitz.numel() != 1:
        raise ValueError(f"LW306 the Lipschitz bound must be one number, found {tuple(lipschitz.shape)}")
    return torch.is_tensor(lipschitz)


def _share(share, fits, total, checks, problem):
    """A block's share of the total, where it fits."""
    if torch.is_tensor(total):
        _note(checks, fits, f"{problem} that is a tensor")
    elif not fits:
        raise ValueError(f"{problem} {total}")
    return share


def _computed(free, d, pairs, lip):
    """The program in double precision, gradients too: no switch for faster products touches that, nor autocast. Results
    are rounded to the precision of the free parameters, at least single.
    """
    wide = {name: _double(free[name]) for name in _shapes(d)}
    like = {"dtype": torch.float64, "device": next((value.device for value in wide.values()), None)}
    checks = _finite(wide)
    bound = torch.as_tensor(lip, **like).reshape(())
    if torch.is_tensor(lip):
        within = (bound >= 2.0**-60) & (bound <= 2.0**60)
        _note(checks, within, "LW306 the Lipschitz bound must be positive and finite")
    shares = _budgets(bound if torch.is_tensor(lip) else lip, checks)
    shares = [torch.as_tensor(share, **like) for share in shares]
    kind, place = torch.float32, None
    for value in free.values():
        kind, place = torch.promote_types(kind, value.dtype), value.device
    tables = _constrain(wide, like, d, pairs, bound, shares, checks, torch.finfo(kind).bits)
    for name, value in tables[2].items():
        _note(checks, _fits(value, kind), f"LW307 {name} is out of range for the precision")
    return _settle(checks, [{name: value.to(place, kind) for name, value in table.items()} for table in tables])


def _double(value):
    """In double precision, on the host where the device has none."""
    place = value.device
    if place.type == "mps" or (place.type == "xpu" and not torch.xpu.get_device_properties(place).has_fp64):
        place = torch.device("cpu")
    return value.to(place, torch.float64)


def _wide(constrained):
    """Everything in double precision."""
    weights, biases, multipliers = (
        {name: _double(value) for name, value in table.items()} for table in constrained[:3]
    )
    place = next(iter([*weights.values(), *multipliers.values()])).device
    bound = torch.as_tensor(constrained.lipschitz, dtype=torch.float64, device=place).reshape(())
    return Constrained(weights, biases, multipliers, constrained.slopes, bound)


def _evaluated(constrained):
    """The LMI, computed in double precision and rounded to that of the weights."""
    first = next(iter([*constrained.weights.values(), *constrained.multipliers.values()]))
    return _lmi(torch, _wide(constrained)).to(first.device, first.dtype)


def _saved(value):
    """A tensor of its own, for a file."""
    return value.detach().clone(memory_format=torch.contiguous_format)


def _note(checks, holds, message):
    """Notes whether all of it holds; checks are by message. What no tensor decides raises at once."""
    if torch.is_tensor(holds):
        every = holds if holds.dim() == 0 else holds.all()
        checks[message] = every & checks[message] if message in checks else every
    elif not holds:
        raise ValueError(message)


def _settle(checks, results):
    """Raises ValueError for a check that fails. Where values cannot be looked at, under torch.compile and
    torch.func.vmap, all results become NaN instead.
    """
    fine = torch.stack(list(checks.values())).all()
    if not torch.compiler.is_compiling():
        try:
            raised = not bool(fine)
        except RuntimeError:
            pass  # a batch of values, or none yet
        else:
            if raised:
                raise ValueError(next(message for message, ok in checks.items() if not ok))
            return results
    poison = torch.where(fine, 0.0, math.nan)
    return [{name: value + poison.to(value.dtype) for name, value in table.items()} for table in results]


def _kept(value, bits):
    """Rounded to the precision that weights are kept in, at most the largest number that it has; the derivative is that
    of the value.
    """
    if bits != 32:
        return value
    fixed = value.detach()
    return _Kept.apply(value) if _is_worth_it(value) else _single(fixed) + (value - fixed)


def _ramp(v, m, L):
    """m v for v < 0 and L v for v >= 0."""
    return torch.where(v >= 0, L * v, m * v) if m != 0 else torch.relu(v) if L == 1 else L * torch.relu(v)


def _finite(free):
    """Checks that free parameters are finite: the largest one tells."""
    checks = {}
    for name, value in free.items():
        largest = torch.linalg.vector_norm(value.detach(), math.inf)
        _note(checks, largest < math.inf, f"LW307 {name} holds a number that is not finite")
    return checks


def _minimum(a, b):
    """min(a, b) elementwise, b a number or a tensor; where both are equal each takes half of the gradient."""
    return torch.minimum(a, b if torch.is_tensor(b) else torch.full_like(a, b))


def _maximum(a, b):
    """max(a, b) elementwise, b a number or a tensor; where both are equal each takes half of the gradient."""
    return torch.maximum(a, b if torch.is_tensor(b) else torch.full_like(a, b))


def _block(rows):
    """A matrix out of rows of blocks."""
    return torch.cat([torch.cat(row, 1) for row in rows], 0)


def _cholesky(matrix, checks, message):
    """The lower triangular factor of a matrix; notes whether it is positive definite."""
    factor, info = torch.linalg.cholesky_ex(matrix)
    _note(checks, info == 0, message)
    return factor


def _inverse(matrix):
    """matrix⁻¹, not finite where there is none."""
    return torch.linalg.inv_ex(matrix)[0]


def _solve_left(factor, matrix, transposed=False):
    """factor⁻¹ @ matrix, or factor⁻ᵀ @ matrix, for a lower triangular factor."""
    return torch.linalg.solve_triangular(factor.T if transposed else factor, matrix, upper=transposed)


def _solve_right(matrix, factor, transposed=False):
    """matrix @ factor⁻¹, or matrix @ factor⁻ᵀ, for a lower triangular factor."""
    return torch.linalg.solve_triangular(factor.T if transposed else factor, matrix, upper=transposed, left=False)


def _raised(x, weights):
    """Inputs of half precision in that of the weights, which are those that the bound is proven of."""
    return x.to(next(iter(weights.values()), x).dtype) if x.dtype in (torch.float16, torch.bfloat16) else x


def _lowered(y, x):
    """Outputs in the precision of the inputs where that is half."""
    return y.to(x.dtype) if x.dtype in (torch.float16, torch.bfloat16) else y
