"""What a user of a NumPy module sees. Each function returns what there is to see."""

import numpy as np


def refused(action):
    try:
        action()
    except ValueError as error:
        return str(error)[:5]
    return "nothing"


def initial(module, widths, lipschitz):
    """Where a network begins, over a sample of inputs: what its units and its output do there."""
    free, again, other = (module.init(np.random.default_rng(seed), widths, lipschitz=lipschitz) for seed in (3, 3, 4))
    made = module.constrain(free, lipschitz=lipschitz)
    x = np.random.default_rng(10).uniform(-1, 1, (400, widths["x"]))
    seen = []

    def relu(v):
        seen.append(v)
        return np.maximum(v, 0)

    y = module.forward(made, x, relu)
    near = x + 1e-6 * np.random.default_rng(11).standard_normal(x.shape)
    gains = np.linalg.norm(module.forward(made, near, relu) - y, axis=1) / np.linalg.norm(near - x, axis=1)
    # Of both signs over the sample: neither dead nor linear.
    alive = [float(np.mean((v.min(0) < 0) & (v.max(0) > 0))) for v in seen[: len(seen) // 2]]
    return {
        "equal": all(np.array_equal(free[name], again[name]) for name in free),
        "other": any(not np.array_equal(free[name], other[name]) for name in free),
        "dims": {name: list(shape) for name, shape in module.dims(widths).items()} == {name: list(value.shape) for name, value in free.items()},
        "single": sorted({str(value.dtype) for value in module.init(np.random.default_rng(3), widths, dtype=np.float32).values()}),
        "alive": min(alive),
        "spread": float(np.std(y) / np.std(x)),
        "gain": float(np.max(gains)),
    }


def shapes(module, widths):
    """Inputs of all shapes, among them one alone and none at all; integers too."""
    free = module.init(np.random.default_rng(1), widths)
    made = module.constrain(free)
    x = np.random.default_rng(2).standard_normal((2, 3, widths["x"]))
    y = module.forward(made, x)
    whole = module.constrain({name: np.ones(value.shape, int) for name, value in free.items()})
    ones = module.constrain({name: np.ones(value.shape) for name, value in free.items()})
    lists = module.constrain({name: value.tolist() for name, value in free.items()})
    return {
        "shapes": [list(module.forward(made, each).shape) for each in (x[0, 0], x[0], x, x[:0])],
        "rows": float(max(np.abs(module.forward(made, x[i, j]) - y[i, j]).max() for i in range(2) for j in range(3))),
        "whole": all(np.array_equal(whole.weights[name], ones.weights[name]) for name in ones.weights),
        "lists": all(np.array_equal(lists.weights[name], made.weights[name]) for name in made.weights),
        "untouched": all(np.array_equal(value, module.init(np.random.default_rng(1), widths)[name]) for name, value in free.items()),
    }
