"""Free parameters to begin with."""


def _begin(normal, shuffled, widths, slopes, lipschitz, activation, domain, like):
    """Free parameters as _INITIAL says. normal(k, shape) and shuffled(k, count) are random, the k-th ones of a kind."""
    d, (pairs, _) = _resolve(widths), _chosen(slopes, activation)
    free = {}
    for k, (name, shape) in enumerate(_shapes(d).items()):
        kind, *how = _INITIAL[name]
        if kind == "sphere":
            value = normal(k, shape)
            length = min(1.0, shape[1] / shape[0]) ** 0.5 if how[0] else 1.0
            free[name] = length * value / xp.linalg.norm(value, 2, 1, True)
        elif kind == "share":
            value = normal(k, shape)
            free[name] = lipschitz / shape[0] ** 0.5 * value / xp.linalg.norm(value, 1, 1, True)
        elif kind == "dominant":
            m, L = pairs[how[0]]
            size = 1.0 / abs(m + L) if abs(m + L) > how[1] else 1.0
            value = normal(k, shape)
            column = shuffled(len(_INITIAL) + k, shape[1])[_indices(shape[0], like) % shape[1]]
            here = column[:, None] == _indices(shape[1], like)[None, :]
            noise = value / xp.linalg.norm(value, 1, 1, True)
            free[name] = size * (xp.where(here, 0.75 * xp.sign(value), 0.0) + 0.25 * noise)
        elif kind == "normal":
            free[name] = (how[0] * lipschitz if how[1] else how[0]) * normal(k, shape)
        elif kind == "constant":
            free[name] = xp.full(shape, how[0] * lipschitz if how[1] else how[0], **like)
        elif kind == "spline":
            m, L = pairs[how[0]]
            knots = (xp.arange(shape[1], **like) - (shape[1] - 1) / 2) * how[1]
            free[name] = xp.tile(xp.where(knots < 0, m * knots, L * knots), (shape[0], 1))
        else:
            free[name] = xp.zeros(shape, **like)
    if not any(kind in ("kinks", "centre") for kind, *_ in _INITIAL.values()):
        return free
    width = 1 if _INPUT is None else d[_INPUT]
    domain = _sample((256, width), like) if domain is None else xp.asarray(domain)
    if len(domain.shape) != 2 or domain.shape[1] != width:
        raise ValueError(f"LW303 a domain of shape {tuple(domain.shape)}, (points, {width}) expected")
    constrained = constrain(free, slopes=slopes, lipschitz=lipschitz, activation=activation)
    biases = _place(shuffled, constrained, _cast(domain, like))
    return {name: xp.asarray(biases.get(name, value), dtype=like["dtype"]) for name, value in free.items()}


def _kinks(v, order, first, last):
    """Biases that put the kinks evenly, in that order, between the parts first and last of the range of each unit."""
    low, high = xp.amin(v, 0), xp.amax(v, 0)
    place = first + (last - first) * (xp.asarray(order, dtype=v.dtype) + 0.5) / v.shape[1]
    return -(low + place * (high - low))
