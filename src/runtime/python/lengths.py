"""For networks with weights whose number of entries is a sum of widths."""


def _with_lengths(d, free):
    """The widths with those that lengths tell: _LENGTHS has the widths, and the number, that each is the sum of."""
    for _ in _LENGTHS:
        for name, parts, plus in _LENGTHS:
            unknown = {part for part in parts if d[part] is None}
            if len(unknown) != 1 or name not in free:
                continue
            (k,) = unknown
            times = parts.count(k)
            rest = len(free[name]) - plus - sum(d[part] for part in parts if part != k)
            if rest < times or rest % times != 0:
                raise ValueError(f"LW312 {name} has {len(free[name])} numbers, which no width of {_WIDTHS[k][0]} gives")
            d[k] = rest // times
    return d
