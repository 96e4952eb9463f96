"""Widths, slopes and bounds as they are given, with their checks."""

from numbers import Integral


def _resolve(given):
    """The widths, numbered as in _WIDTHS, from widths by signal or family."""
    known = {name for names in _WIDTHS for signal in names for name in (signal, signal.split("[")[0])}
    for name, width in given.items():
        if name not in known:
            raise ValueError(f"LW304 there is no signal {name} to give a width")
        if not isinstance(width, Integral) or not 1 <= width <= 65536:
            raise ValueError(f"LW304 the width of {name} must be an integer from 1 to 65536, found {width}")
    d = []
    for names in _WIDTHS:
        found = [given.get(name, given.get(name.split("[")[0])) for name in names]
        found = sorted({int(width) for width in found if width is not None})
        if len(found) > 1:
            raise ValueError(f"LW303 {', '.join(names)} must have one width, found {found}")
        d.append(found[0] if found else None)
    d = _with_sums(d)
    if None in d:
        raise ValueError(f"LW304 no width for {_WIDTHS[d.index(None)][0]}")
    return d


def _told(free):
    """The widths, numbered as in _WIDTHS, that the shapes of the free parameters tell: _TOLD says which and where."""
    d = []
    for name, axis in _TOLD:
        if name is not None and name not in free:
            raise ValueError(f"LW312 {name} is missing")
        if name is not None and len(free[name].shape) <= axis:
            raise ValueError(f"LW312 {name} has the shape {tuple(free[name].shape)}")
        d.append(None if name is None else int(free[name].shape[axis]))
    d = _with_sums(_with_lengths(d, free))
    if None in d:
        raise ValueError(f"LW304 no free parameter tells the width of {_WIDTHS[d.index(None)][0]}")
    for name, shape in _shapes(d).items():
        if name not in free or tuple(free[name].shape) != shape:
            found = tuple(free[name].shape) if name in free else "none"
            raise ValueError(f"LW312 {name} needs the shape {shape}, found {found}")
    return d


def _slopes(given):
    """(m, L) of each hidden signal. One pair is for the activations that are left open, or for all if none is."""
    single = given is None or (len(given) == 2 and not hasattr(given[0], "__len__"))
    if not single and len(given) != len(_DECLARED):
        raise ValueError(f"LW305 {len(_DECLARED)} pairs of slopes expected, found {len(given)}")
    some_open = any(own is None for own in _DECLARED)
    pairs = []
    for k, own in enumerate(_DECLARED):
        kind, name, least = ("open", "", (0.0, 1.0)) if own is None else own
        if single:
            pair = given if kind == "open" or not (some_open or kind == "block") else None
        else:
            pair = given[k]
        m, L = (float(slope) for slope in (least if pair is None else pair))
        if not (m <= L and max(abs(m), abs(L)) <= 2.0**40):
            raise ValueError(f"LW305 slopes must be finite with m <= L, found [{m}, {L}]")
        if kind == "scalar" and not (m <= least[0] and L >= least[1]):
            raise ValueError(f"LW305 the slopes of {name} are {list(least)}, which [{m}, {L}] does not contain")
        if kind == "block" and (m, L) != least:
            raise ValueError(f"LW305 the block {name} is held to {list(least)}, found [{m}, {L}]")
        pairs.append((m, L))
    return tuple(pairs)


def _bound(lipschitz):
    """The Lipschitz bound as a float, or as it is where it cannot be looked at."""
    if _is_open(lipschitz):
        return lipschitz
    if not 2.0**-60 <= lipschitz <= 2.0**60:
        raise ValueError(f"LW306 the Lipschitz bound must be positive and finite, found {lipschitz}")
    return float(lipschitz)


def _finite(free):
    """Checks that free parameters are finite."""
    checks = {}
    for name, value in free.items():
        _note(checks, xp.isfinite(value), f"LW307 {name} holds a number that is not finite")
    return checks
