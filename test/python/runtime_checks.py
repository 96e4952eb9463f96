"""What the functions of src/runtime/python give, beside NumPy's own in double precision. Each function takes the server's side of a
framework and its whole runtime in one module, and returns distances, in units of the precision where there is one, or texts.
"""

import contextlib
import importlib
import math
import sys
from fractions import Fraction

import numpy as np

PRECISIONS = ("float64", "float32")


def distance(found, expected):
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return float(np.max(np.abs(found - expected), initial=0.0) / max(1.0, np.max(np.abs(expected), initial=0.0)))


def look(what, framework, *arguments, **options):
    with getattr(framework, "wide", contextlib.nullcontext)():
        return globals()[what](framework, *arguments, **options)


def files(framework, folder, names):
    """The files as they stand: each can be imported."""
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, folder)
    try:
        return [importlib.import_module(name).__doc__.split("\n")[0] for name in names]
    finally:
        sys.path.remove(folder)
        sys.dont_write_bytecode = written


def said(function, *arguments):
    """The text of what is raised."""
    try:
        return f"gave {function(*arguments)}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def matrices(framework, runtime):
    """Linear algebra, in units of the precision."""
    to_numpy = framework.to_numpy
    rng, found = np.random.default_rng(1), {}
    # NumPy's substitution is our own: in halves from order 17 on.
    orders = (1, 5, 17, 40) if framework.NAME == "numpy" else (1, 6)

    def given(value):
        return runtime.xp.asarray(np.array(value))

    for precision in PRECISIONS:
        unit = float(np.finfo(precision).eps)

        def compare(what, result, expected):
            assert str(result.dtype).removeprefix("torch.") == precision, what
            found[f"{what} {precision}"] = distance(to_numpy(result), expected) / unit

        for order in orders:
            factor = (np.tril(rng.standard_normal((order, order)), -1) / order + np.diag(rng.uniform(1, 2, order))).astype(precision)
            right = rng.standard_normal((order, 3)).astype(precision)
            wide = factor.astype(float)
            compare(f"left {order}", runtime._solve_left(given(factor), given(right)), np.linalg.solve(wide, right))
            compare(f"left transposed {order}", runtime._solve_left(given(factor), given(right), transposed=True), np.linalg.solve(wide.T, right))
            compare(f"right {order}", runtime._solve_right(given(right.T), given(factor)), np.linalg.solve(wide.T, right).T)
            compare(f"right transposed {order}", runtime._solve_right(given(right.T), given(factor), transposed=True), np.linalg.solve(wide, right).T)
            checks = {}
            compare(f"cholesky {order}", runtime._cholesky(given(factor @ factor.T), checks, "LW404"), np.linalg.cholesky(wide @ wide.T))
            assert all(bool(to_numpy(ok)) for ok in checks.values())
        checks = {}
        runtime._cholesky(given(np.array([[1.0, 2.0], [2.0, 1.0]], precision)), checks, "LW404 indefinite")
        found[f"indefinite {precision}"] = [message for message, ok in checks.items() if not bool(to_numpy(ok))]
        for shape in ((5, 3), (3, 5), (4, 4)):
            checks, made = {}, rng.standard_normal(shape).astype(precision)
            turned = runtime._cayley(given(made), checks, "LW404")
            product = turned.T @ turned if shape[0] >= shape[1] else turned @ turned.T
            compare(f"cayley {shape}", product, np.eye(min(shape)))
            norm, rank = np.linalg.norm(made.astype(float), 2), min(shape)
            bound = float(to_numpy(runtime._spectral_norm(given(made)))) / norm
            found[f"norm {shape} {precision}"] = [(1 - bound) / unit, (bound / rank ** (1 / 1026) - 1) / unit]
            # All singular values alike: the bound is at its loosest.
            alike = float(to_numpy(runtime._spectral_norm(turned)))
            found[f"norm (alike {shape}) {precision}"] = [(1 - alike) / unit, abs(alike / rank ** (1 / 1026) - 1) / unit]
        found[f"norm of zero {precision}"] = float(to_numpy(runtime._spectral_norm(given(np.zeros((2, 3), precision)))))
        square, v = rng.standard_normal((4, 4)).astype(precision), rng.uniform(0.5, 2, 4).astype(precision)
        compare("off diagonal", runtime._off_diagonal(given(square)), square - np.diag(np.diag(square)))
        square[0, :3] = square[1] = 0
        least = [min([1.0, *(v[j] for j in range(4) if square[i, j] != 0)]) for i in range(4)]
        compare("least on support", runtime._least_on_support(given(square), given(v)), least)
        a, b, c = (rng.standard_normal(shape).astype(precision) for shape in ((2, 2), (2, 3), (3, 3)))
        like = runtime._like(given(a))
        compare("assemble", runtime._assemble(runtime.xp, [2, 3], {(0, 0): given(a), (0, 1): given(b), (1, 1): given(c)}, like), np.block([[a, b], [b.T, c]]))
        compare("assemble zeros", runtime._assemble(runtime.xp, [2, 3], {(0, 0): given(a)}, like), np.block([[a, np.zeros((2, 3))], [np.zeros((3, 5))]]))
        shared = {"kept": (np.array([1 / 3, 1e300 if precision == "float64" else 1e30], precision), 32)}
        for what, (value, bits) in shared.items():
            result = to_numpy(runtime._kept(given(value), bits))
            kept = np.clip(value, -np.finfo(np.float32).max, np.finfo(np.float32).max).astype(np.float32).astype(float)
            found[f"{what} {precision}"] = [float(each) for each in np.abs(result - kept)]
    return found


def numbers(framework, runtime):
    """Functions of numbers, also where the plain formulas overflow."""
    to_numpy = framework.to_numpy
    u, found = np.array([-1e4, -30.0, -1.0, 0.0, 0.5, 20.0, 1e4]), {}
    expected = {
        "_sech": [0.0 if abs(each) > 700 else 1 / math.cosh(each) for each in u],
        "_sigmoid": [0.0 if each < -700 else 1 / (1 + math.exp(-each)) for each in u],
        "_softplus": [each if each > 700 else math.log1p(math.exp(each)) for each in u],
    }
    for precision in PRECISIONS:
        for name, values in expected.items():
            result = getattr(runtime, name)(runtime.xp.asarray(u.astype(precision)))
            found[f"{name} {precision}"] = distance(to_numpy(result), values) / float(np.finfo(precision).eps)
    found["_capped"] = [float(to_numpy(each)) for each in runtime._capped(1.0, *(runtime.xp.asarray(np.array(pair)) for pair in ([1.0, 3.0, 0.0, 2.0], [2.0, 2.0, 0.0, 0.0])))]
    found["_ratio"] = [runtime._ratio(1.0, 4.0), str(runtime._ratio(-1.0, 0.0)), str(runtime._ratio(0.0, 0.0))]
    return found


def splines(framework, runtime):
    """Splines against interpolation and straight lines outside; projected ones against their bounds, exactly."""
    to_numpy = framework.to_numpy
    rng, found = np.random.default_rng(2), {}
    for precision in PRECISIONS:
        values = rng.standard_normal((2, 5)).astype(precision)
        v = np.array([[-3.0, 0.7], [0.3, 0.0], [1.0, 9.0], [-0.99, -1.0]], precision)
        knots, step = (np.arange(5) - 2) * 0.5, 0.5
        expected = np.empty(v.shape)
        for unit in range(2):
            y = values[unit].astype(float)
            expected[:, unit] = np.interp(v[:, unit], knots, y)
            expected[:, unit] += np.minimum(v[:, unit] - knots[0], 0) * (y[1] - y[0]) / step + np.maximum(v[:, unit] - knots[-1], 0) * (y[-1] - y[-2]) / step
        found[f"values {precision}"] = distance(to_numpy(runtime._splines(runtime.xp.asarray(values), step, runtime.xp.asarray(v))), expected) / float(np.finfo(precision).eps)
        worst = 0
        for m, L, size in ((0.0, 1.0, 1.0), (-0.3, 0.1, 100.0), (0.1, 1 / 3, 1e-3)):
            made = runtime._project_splines(runtime.xp.asarray((size * values).astype(precision)), 0.1, m, L, int(np.finfo(precision).bits))
            rows = np.asarray(to_numpy(made), np.float64)
            for row in rows:
                rises = [Fraction(b) - Fraction(a) for a, b in zip(row, row[1:])]
                worst += sum(not Fraction(m) * Fraction(0.1) <= rise <= Fraction(L) * Fraction(0.1) for rise in rises)
        found[f"outside {precision}"] = worst
        inside = np.cumsum(np.full((2, 5), 0.05), 1).astype(precision)
        made = to_numpy(runtime._project_splines(runtime.xp.asarray(inside), 0.1, 0.0, 1.0, int(np.finfo(precision).bits)))
        found[f"kept {precision}"] = distance(made, inside)
    return found


def options(framework, runtime):
    """Widths, slopes and bounds: what is read, and the texts of what is refused."""
    runtime._WIDTHS, runtime._TOLD = (("x", "y"), ("w[1]",), ("w[2]",)), (("A", 1), ("A", 0), (None, None))
    runtime._DECLARED = (None, ("scalar", "tanh", (0.0, 1.0)), ("block", "inner", (-1.0, 1.0)))
    runtime._shapes = lambda d: {"A": (d[1], d[0])}
    free = {"A": runtime.xp.asarray(np.zeros((4, 3)))}
    return {
        "families": runtime._resolve({"x": 3, "w": 4}),
        "members": runtime._resolve({"y": 3, "w[1]": 4, "w": 5}),
        "clash": said(runtime._resolve, {"x": 3, "y": 2, "w": 4}),
        "missing": said(runtime._resolve, {"x": 3}),
        "unknown": said(runtime._resolve, {"z": 3}),
        "no width": said(runtime._resolve, {"x": 0}),
        "untold": said(runtime._told, free),
        "left out": said(runtime._told, {}),
        "flat": said(runtime._told, {"A": runtime.xp.asarray(np.zeros(3))}),
        "ordinary": runtime._slopes(None),
        "one pair": runtime._slopes((0.5, 2.0)),
        "pairs": runtime._slopes([(0, 2), (-1, 1), (-1, 1)]),
        "few pairs": said(runtime._slopes, [(0, 1)]),
        "upside down": said(runtime._slopes, (1.0, 0.0)),
        "not finite": said(runtime._slopes, (0.0, math.inf)),
        "too narrow": said(runtime._slopes, [(0, 1), (0, 0.5), (-1, 1)]),
        "another block": said(runtime._slopes, [(0, 1), (0, 1), (0, 1)]),
        "bounds": [runtime._bound(2), runtime._bound(2.0**-60)],
        "no bounds": [said(runtime._bound, each) for each in (0, -1.0, math.nan, math.inf)],
    }


def sums_and_budgets(framework, runtime):
    """The files for networks with sums of widths and shared bounds."""
    runtime._WIDTHS, runtime._SUMS = (("x",), ("u",), ("v",), ("y",)), ((3, (1, 2)),)
    found = {"sum": runtime._with_sums([1, 2, 3, None]), "clash": said(runtime._with_sums, [1, 2, 3, 4]), "open": runtime._with_sums([1, None, 3, None])}
    runtime._BUDGETS = ((None, "sequence", (2,), 1, None), (0, "sum", (0.5,), 2, None), (None, "concatenate", (3,), 1, None), (None, "sum", (1, 2), 0, 3))
    found["shares"] = [float(each) for each in runtime._budgets(5.0, {})]
    found["none left"] = said(runtime._budgets, 2.5, {})
    return found


def beginnings(framework, runtime):
    """Free parameters at the start, of each kind."""
    to_numpy = framework.to_numpy
    runtime._WIDTHS = (("x",), ("w",), ("y",))
    runtime._DECLARED = (("scalar", "f", (0.25, 1.0)),)
    shapes = {"sphere": (4, 3), "tall": (4, 2), "share": (4, 3), "dominant": (4, 3), "constant": (2,), "spline": (2, 5), "zero": (3,)}
    runtime._INITIAL = {"sphere": ("sphere", False), "tall": ("sphere", True), "share": ("share",), "dominant": ("dominant", 0, 2.0**-10), "constant": ("constant", 3.0, True), "spline": ("spline", 0, 0.5), "zero": ("zero",)}
    runtime._shapes, runtime._ATTRIBUTES = lambda d: shapes, {name: f"{name}_" for name in shapes}
    free = {name: np.asarray(to_numpy(value), np.float64) for name, value in framework.begin(runtime, {"x": 3, "w": 4, "y": 2}, 2.0).items()}
    kinks = to_numpy(runtime._kinks(runtime.xp.asarray(np.array([[0.0, 4.0], [1.0, 2.0], [0.5, 8.0]])), runtime.xp.asarray(np.array([1, 0])), 0.0, 1.0))
    return {
        "shapes": {name: list(value.shape) for name, value in free.items()},
        "sphere": distance(np.linalg.norm(free["sphere"], axis=1), np.ones(4)),
        "tall": distance(np.linalg.norm(free["tall"], axis=1), np.full(4, math.sqrt(0.5))),
        "share": distance(np.abs(free["share"]).sum(1), np.full(4, 2.0 / 2)),
        "dominant": distance(np.abs(free["dominant"]).sum(1), np.full(4, 0.8)),
        "one large": bool(np.all(np.abs(free["dominant"]).max(1) >= 0.6 * (1 - 1e-6))),
        "columns": sorted(set(np.abs(free["dominant"]).argmax(1).tolist())),
        "constant": distance(free["constant"], [6.0, 6.0]),
        "spline": distance(free["spline"], [[-0.25, -0.125, 0, 0.5, 1.0]] * 2),
        "zero": distance(free["zero"], np.zeros(3)),
        "kinks": distance(kinks, [-0.75, -3.5]),
    }
