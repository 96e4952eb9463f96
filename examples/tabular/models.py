"""The networks that are compared, with hidden widths for a given number of parameters."""

import importlib.util
import itertools
import math
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import torch
from torch import nn

import baselines

Hidden = tuple[int, ...]


class Method(NamedTuple):
    """`module`: for `lipwright` the generated file; `depth`: hidden layers."""

    id: str
    kind: str
    depth: int
    module: str | None = None
    architecture: str | None = None


class Model(NamedTuple):
    """`make(seed, scale, x)`: a network at its initialisation, the same for the same seed; its matrices are multiplied by the scale.

    Lipwright's modules spread their kinks over the training inputs x, unless the scale is less than 1: then biases begin at 0.
    """

    hidden: Hidden
    parameters: int
    make: Callable[[int, float, torch.Tensor], nn.Module]


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def generated(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def closest(count: Callable[[Hidden], int], depth: int, budget: int, spread: int = 4) -> Hidden:
    """The hidden widths, at most `spread` apart, whose number of trainable parameters is nearest to the budget."""
    narrow = next(width for width in itertools.count(1) if count((width + 1,) * depth) > budget)
    widths = range(max(1, narrow - spread), narrow + spread + 1)
    choices = [hidden for hidden in itertools.product(widths, repeat=depth) if max(hidden) - min(hidden) <= spread]
    return min(choices, key=lambda hidden: (abs(count(hidden) - budget), max(hidden) - min(hidden), hidden))


def pairs(inputs: int, hidden: Hidden, classes: int) -> list[tuple[int, int]]:
    return list(zip([inputs, *hidden], [*hidden, classes]))


def model(method: Method, inputs: int, classes: int, budget: int, modules: Path) -> Model:
    if method.kind == "lipwright":
        assert method.module is not None
        module = generated(modules / method.module)

        def widths(hidden: Hidden) -> dict[str, int]:
            return {"x": inputs, "y": classes} | {f"w[{l}]": width for l, width in enumerate(hidden, start=1)}

        def count(hidden: Hidden) -> int:
            return sum(math.prod(shape) for shape in module.dims(widths(hidden)).values())

        def make(hidden: Hidden, seed: int, scale: float, x: torch.Tensor) -> nn.Module:
            domain = x if scale == 1 else torch.zeros(1, inputs)
            network = module.Network(widths(hidden), domain=domain, generator=generator(seed))
            with torch.no_grad():
                for value in network.parameters():
                    if value.dim() == 2:
                        value.mul_(scale)
            return network

    elif method.kind == "sll":

        def state(hidden: Hidden) -> int:
            """At least as wide as the input, and about as wide as the hidden layers."""
            middle = round(sum(hidden) / len(hidden))
            choices = {max(inputs, middle + offset) for offset in range(-2, 3)}
            return min(sorted(choices), key=lambda state: abs(sum(hidden, classes) * (state + 2) - budget))

        def count(hidden: Hidden) -> int:
            return sum(hidden, classes) * (state(hidden) + 2)

        def make(hidden: Hidden, seed: int, scale: float, x: torch.Tensor) -> nn.Module:
            return baselines.SLL(inputs, state(hidden), hidden, classes, scale, generator(seed))

    elif method.kind == "sandwich":

        def count(hidden: Hidden) -> int:
            return sum(out * (out + into) + 2 * out + 1 for into, out in pairs(inputs, hidden, classes)) - classes

        def make(hidden: Hidden, seed: int, scale: float, x: torch.Tensor) -> nn.Module:
            return baselines.Sandwich(inputs, hidden, classes, scale, generator(seed))

    elif method.kind == "plain":

        def count(hidden: Hidden) -> int:
            return sum(out * (into + 1) for into, out in pairs(inputs, hidden, classes))

        def make(hidden: Hidden, seed: int, scale: float, x: torch.Tensor) -> nn.Module:
            return baselines.Plain(inputs, hidden, classes, scale, generator(seed))

    else:
        raise ValueError(f"unknown kind of network {method.kind}")

    hidden = closest(count, method.depth, budget) if method.depth > 0 else ()
    return Model(hidden, count(hidden), lambda seed, scale, x: make(hidden, seed, scale, x))
