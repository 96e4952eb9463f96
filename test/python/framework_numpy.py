"""The server's side of the NumPy target."""

import numpy as np

NAME = "numpy"
PARTS = ("weights", "biases", "multipliers")


def to_numpy(value):
    return np.asarray(value)


def options(case):
    """What `constrain` takes beside the free parameters."""
    given = {}
    if case.get("slopes") is not None:
        given["slopes"] = [tuple(pair) for pair in case["slopes"]]
    if case.get("lipschitz") is not None:
        given["lipschitz"] = case["lipschitz"]
    return given


def activation(case, tanh):
    """None, one function for all layers, or one for each."""
    kind = case.get("activation")
    if kind == "layers":
        return [lambda v, k=k: v / (k + 1) for k in range(case["layers"])]
    return tanh if kind == "tanh" else None


def results(made):
    found = {part: getattr(made, part) for part in (*PARTS, "slopes", "lipschitz")}
    found["dtypes"] = sorted({str(value.dtype).removeprefix("torch.") for part in PARTS for value in getattr(made, part).values()})
    return found


def run(module, case):
    """free, slopes, lipschitz, dtype, and with inputs (…, d_x) and an activation what the network gives."""
    dtype = case.get("dtype", "float64")
    made = module.constrain({name: np.asarray(value, dtype) for name, value in case["free"].items()}, **options(case))
    found = results(made)
    if case.get("inputs") is not None:
        found["outputs"] = module.forward(made, np.asarray(case["inputs"], dtype), activation(case, np.tanh))
        found["lmi"] = module.lmi(made)
        found["check"] = float(module.check(made))
    return found


def begin(module, widths, lipschitz):
    """Free parameters at the start."""
    return module.init(np.random.default_rng(0), widths, lipschitz=lipschitz)


def through(module, case, dtype):
    """What the network gives with weights as they are, and of which type it is."""
    tables = [{name: np.asarray(value, dtype) for name, value in case[part].items()} for part in ("weights", "biases")]
    made = module.Constrained(*tables, {}, module.SLOPES, 1.0)
    outputs = module.forward(made, np.asarray(case["inputs"], dtype))
    return {"outputs": outputs, "dtype": str(outputs.dtype)}
