"""For networks with widths that are sums of others."""


def _with_sums(d):
    """The widths with those that are sums of others; sums of sums take as many rounds."""
    for _ in range(len(_SUMS) + 1):
        for k, parts in _SUMS:
            if any(d[part] is None for part in parts):
                continue
            total = sum(d[part] for part in parts)
            if d[k] is not None and d[k] != total:
                raise ValueError(f"LW303 the width of {_WIDTHS[k][0]} is {total}, a sum, found {d[k]}")
            d[k] = total
    return d
