"""For networks with blocks that share a bound."""


def _budgets(total, checks):
    """Bounds of the blocks that state none: equal shares of what the others leave, rounded down; see _BUDGETS."""
    k = []
    for of, kind, fixed, parts, least in _BUDGETS:
        whole = total if of is None else k[of]
        square = 2 if kind == "concatenate" else 1
        left = whole**square
        for each in fixed:
            left = left / each if kind == "sequence" else left - each**square
        if parts == 0:
            share, fits = 1.0, whole >= least
        elif kind == "sequence":
            # Ones are the one product of equal shares that is exact.
            exact = isinstance(left, float) and left == 1 and not fixed
            share, fits = left ** (1 / parts) * (1.0 if exact else 1 - 2.0**-40), left > 0
        else:
            share, fits = (left / parts) ** (1 / square) * (1 - 2.0**-40), left >= 2.0**-10 * whole**square
        more = f" and {parts} more" if parts else ""
        problem = f"LW316 infeasible: blocks held to {', '.join(map(str, fixed))}{more} in a {kind} of bound"
        k.append(_share(share, fits, whole, checks, problem))
    return k
