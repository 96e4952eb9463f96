"""For networks whose equations leave activations open: how these are found, with their slopes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from numbers import Real
from typing import Any, NamedTuple


class Activation(NamedTuple):
    """An activation with its slopes: (f(a) - f(b)) / (a - b) lies in [m, L] for all a and b.

    name: as Lipwright writes it, such as elu(alpha=1.5); None where it has no name for it. stated: the slopes were
    given, not derived.
    """

    name: str | None
    slopes: tuple[float, float]
    function: Callable | None
    arguments: tuple[tuple[str, Any], ...] = ()
    stated: bool = False

    def __call__(self, v):
        return self.function(v, **dict(self.arguments))


def _open(v, k, slopes, chosen):
    """Hidden signal k where the equations leave its activation open: the chosen one, or else m v for v < 0 and L v for
    v >= 0.
    """
    if chosen and chosen[k] is not None and chosen[k].function is not None:
        return chosen[k](v)
    return _ramp(v, *slopes[k])


def _chosen(slopes, activation):
    """(m, L) of each hidden signal, and what is known of its activation where the equations leave it open."""
    given = [f if own is None else None for own, f in zip(_DECLARED, _each(activation), strict=True)]
    known = [None if f is None else _known(f) for f in given]
    if slopes is None:
        for f, found in zip(given, known, strict=True):
            if f is not None and found is None:
                raise ValueError(f"LW305 the slopes of {_called(f)} are not known: give slopes=(m, L) that hold for it")
        ordinary = [(0.0, 1.0) if own is None else own[2] for own in _DECLARED]
        pairs = [pair if found is None else found.slopes for pair, found in zip(ordinary, known, strict=True)]
        return _slopes(pairs), tuple(known)
    pairs, chosen = [], []
    for own, f, found, pair in zip(_DECLARED, given, known, _slopes(slopes), strict=True):
        if found is not None:
            # 0.01 is rounded as a slope: what was derived may be one double wider.
            (m, L), (least, most) = pair, found.slopes
            low = least if least == math.nextafter(m, -math.inf) else m
            pair = low, most if most == math.nextafter(L, math.inf) else L
            _contained(found, pair)
        elif own is None:
            found = Activation(None, pair, f, stated=True)
        pairs.append(pair)
        chosen.append(found)
    return tuple(pairs), tuple(chosen)


def _admitted(activation, constrained):
    """What is applied to weights that are there already: only what has its slopes in those that they were made for."""
    made = constrained.activations or [None] * len(_DECLARED)
    chosen = []
    for own, f, pair, one in zip(_DECLARED, _each(activation), constrained.slopes, made, strict=True):
        found = None if own is not None or f is None else _known(f)
        if own is None and f is not None and found is None:
            if one is None or not one.stated:
                raise ValueError(f"LW305 the slopes of {_called(f)} are not known: constrain with slopes=(m, L) for it")
            found = Activation(None, pair, f, stated=True)
        _contained(found, pair)
        chosen.append(found)
    return chosen


def _each(activation):
    """One activation for each hidden signal; None where none is given."""
    if isinstance(activation, Activation) or not isinstance(activation, _LISTS):
        return [activation] * len(_DECLARED)
    if len(activation) != len(_DECLARED):
        raise ValueError(f"LW305 {len(_DECLARED)} activations expected, one a hidden signal, found {len(activation)}")
    return list(activation)


def _contained(found, pair):
    """Raises ValueError where (m, L) does not contain the slopes of an activation."""
    if found is not None and not (pair[0] <= found.slopes[0] and found.slopes[1] <= pair[1]):
        called = found.name or "the activation"
        raise ValueError(f"LW305 the slopes of {called} are {list(found.slopes)}, which {list(pair)} does not contain")


def _called(f):
    """What a message calls an activation."""
    name = getattr(f, "__name__", None) or type(f).__name__
    return "a lambda" if name == "<lambda>" else name


def _known(f):
    """The activation as _KNOWN has it, fixed as it is now, or None. Raises ValueError LW305 where it has no slopes."""
    if isinstance(f, Activation):
        return f
    if not callable(f):
        paths = [functions.split()[0] for name, functions, *_ in _KNOWN if name is not None and name == f]
        hint = f", pass {_ROOT.__name__}.{paths[0]}" if paths and paths[0] else ""
        raise ValueError(f"LW305 {f!r} is no function{hint}")
    f, given = _applied(f)
    for name, functions, classes, arguments, settings, what in _KNOWN:
        if _is_one_of(f, functions, classes):
            values = _arguments(f, given, {**arguments, **settings})
            if values is None:
                return None
            if all(holds(values[key]) for key, (holds, _) in settings.items()):
                return _with_slopes(f, name, functions, arguments, values, what)
    return _composed(f)


def _with_slopes(f, name, functions, arguments, values, what):
    """The activation of one row of _KNOWN, with those arguments. Raises ValueError LW305 where it has no slopes."""
    called = _called(f)
    if name is None:
        raise ValueError(f"LW305 {called} {what}")
    numbers = {}
    for key, (ours, _) in arguments.items():
        if not isinstance(values[key], Real) or not abs(values[key]) <= 2.0**40:
            raise ValueError(f"LW305 {key} of {called} must be a number, found {values[key]}")
        numbers[ours] = float(values[key])
    bounds = _BOUNDS[name]
    if callable(bounds):
        bounds = bounds({key: Fraction(repr(value)) for key, value in numbers.items()})
    if isinstance(bounds, str):
        raise ValueError(f"LW305 {called} has no slope bounds: {bounds}")
    text = ", ".join(f"{key}={repr(value).removesuffix('.0')}" for key, value in numbers.items())
    kept = tuple((key, values[key]) for key in (arguments if what is not None else values))
    name = f"{name}({text})" if text else name
    return Activation(name, _outward(*bounds), what or _at(functions.split()[0]), kept)


def _run(chosen, slopes):
    """The activations that run: m v below 0 and L v above is ReLU where m = 0 and L = 1."""
    relu = Activation("relu", (0.0, 1.0), None)
    pairs = zip(chosen, slopes, strict=True)
    return tuple(relu if pair == (0.0, 1.0) and (one is None or one.function is None) else one for one, pair in pairs)


def _at(path):
    """What the framework has under this name; None in versions without it."""
    found = _ROOT
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def _outward(low, high):
    """The least interval of doubles around an exact one."""
    m, L = float(low), float(high)
    return m if m <= low else math.nextafter(m, -math.inf), L if L >= high else math.nextafter(L, math.inf)


def _smooth_softplus(v, beta):
    """log(1 + exp(beta v)) / beta, without the jump that the framework has at its threshold."""
    return _softplus(beta * v) / beta
