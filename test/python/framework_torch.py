"""The server's side of the PyTorch target."""

import numpy as np
import torch

from framework_numpy import activation, options, results

NAME = "torch"
torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def to_numpy(value):
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)


def functional(made, cotangents):
    """The sum of all entries of the results times those given."""
    total = 0
    for part, tables in cotangents.items():
        for name, factors in tables.items():
            value = getattr(made, part)[name]
            total = total + (value * torch.tensor(np.array(factors), dtype=value.dtype)).sum()
    return total


def run(module, case):
    """As of NumPy, and with cotangents {part: {name: array}} the gradient of the functional by the free parameters."""
    dtype = getattr(torch, case.get("dtype", "float64"))
    free = {name: torch.tensor(np.array(value), dtype=dtype, requires_grad=True) for name, value in case["free"].items()}
    made = module.constrain(free, **options(case))
    found = results(made)
    if case.get("inputs") is not None:
        found["outputs"] = module.forward(made, torch.tensor(np.array(case["inputs"]), dtype=dtype), activation(case, torch.tanh))
        found["lmi"] = module.lmi(made)
        found["check"] = float(module.check(made))
    if case.get("cotangents") is not None:
        functional(made, case["cotangents"]).backward()
        found["gradient"] = {name: torch.zeros_like(value) if value.grad is None else value.grad for name, value in free.items()}
    return found


def begin(module, widths, lipschitz):
    """As of NumPy, by the module of a network, in the order of its parameters."""
    network = module.Network(widths, lipschitz=lipschitz, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    free = module.init(torch.Generator().manual_seed(0), widths, lipschitz=lipschitz, dtype=torch.float64)
    assert all(torch.equal(one, other) for one, other in zip(network.parameters(), free.values(), strict=True))
    return free


def through(module, case, dtype):
    """As of NumPy, with the slopes of the outputs at the inputs of the same place."""
    kind = getattr(torch, dtype)
    tables = [{name: torch.tensor(np.array(value), dtype=kind) for name, value in case[part].items()} for part in ("weights", "biases")]
    made = module.Constrained(*tables, {}, module.SLOPES, 1.0)
    x = torch.tensor(np.array(case["inputs"]), dtype=kind, requires_grad=True)
    outputs = module.forward(made, x)
    outputs.sum().backward()
    return {"outputs": outputs, "dtype": str(outputs.dtype).removeprefix("torch."), "slopes": x.grad}
