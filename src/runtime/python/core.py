"""What a module offers, whatever its framework."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from network import LIPSCHITZ


class Constrained(NamedTuple):
    """Feasible weights with the multipliers that prove it: arrays by the author's names.

    activations: what is known of those that the equations leave open, in the order of the hidden signals.
    """

    weights: dict[str, Array]
    biases: dict[str, Array]
    multipliers: dict[str, Array]
    slopes: tuple[tuple[float, float], ...]
    lipschitz: Bound
    activations: tuple[Callable | None, ...] = ()


def dims(widths: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Shapes of the free parameters by name; widths are by signal or family, such as {"x": 3, "w": 4, "y": 2}.

    Raises ValueError LW303 where widths clash, LW304 where one is missing or no integer from 1 to 65536.
    """
    return _shapes(_resolve(widths))


def constrain(
    free: Mapping[str, Array],
    *,
    slopes: Sequence | None = None,
    lipschitz: Bound = LIPSCHITZ,
    activation: Callable | Sequence[Callable] | None = None,
) -> Constrained:
    """Free parameters -> feasible weights, and the multipliers that prove it.

    free: arrays by name, of the shapes that `dims` gives; any finite numbers will do. Only where multipliers, which are
    of the size of lipschitz^2 and exponentials of psi and rho, leave the range of single precision (bounds below 1e-5
    with logarithms beyond 16, say) is there no result in it: LW307 or LW404.
    slopes: (m, L) for the activations that are left open (for all, if none is), or one pair for each hidden signal.
    activation: where the equations leave it open: one for all of these, or one for each hidden signal. Those of _KNOWN
    bring their slopes; any other function of arrays needs `slopes`, which are then your word for it. None: m v for
    v < 0 and L v for v >= 0. Where the equations name all, it is not called.
    lipschitz: the bound to certify, from 2^-60 to 2^60.

    Raises ValueError, its text beginning with a code: LW304 and LW312 for parameters that are missing or have other
    shapes, LW305 for slopes, LW306 for the bound, LW307 for numbers that are not finite, LW402 where the equations
    leave nothing that the bound allows, LW404 where the precision runs out.
    """
    free = _floats(free)
    d, lip = _told(free), _bound(lipschitz)
    pairs, activations = _chosen(slopes, activation)
    weights, biases, multipliers = _computed(free, d, pairs, lip)
    return Constrained(weights, biases, multipliers, pairs, lip, activations)


def lmi(constrained: Constrained) -> Array:
    """The LMI, N x N, over the signals in the order of SIGNALS: it is negative semidefinite."""
    return _evaluated(constrained)


def check(constrained: Constrained) -> float:
    """The largest eigenvalue of the LMI M relative to its diagonal, of D^(-1/2) M D^(-1/2). D has the sizes of what the
    diagonal of M is the sum of: of the bound squared, multiples of multipliers, squares of weights. It is computed in
    double precision from the weights as they are: an estimate, since it is rounded.

    At most 0, up to rounding, where the bound holds; sizes of parameters and multipliers do not change what it says.
    `lipwright check` decides rigorously.
    """
    wide = _wide(constrained)
    M, size = _lmi(host, wide), host.diag(_parts(host, wide))
    scale = host.sqrt(host.where(size == 0, 1.0, size))
    return _number(host.linalg.eigvalsh(M / scale[:, None] / scale)[-1])


def export(constrained: Constrained) -> dict[str, Saved]:
    """Weights, biases and multipliers in one flat dict by the author's names, for safetensors for example.

    A multiplier whose name a weight or bias has is called `multiplier` and its name.
    """
    values = {**constrained.weights, **constrained.biases}
    for name, value in constrained.multipliers.items():
        values[f"multiplier {name}" if name in values else name] = value
    return {name: _saved(value) for name, value in values.items()}


def metadata(constrained: Constrained) -> dict[str, str]:
    """What the exported numbers mean, as strings: the metadata of a safetensors file."""
    return {
        "architecture": ARCHITECTURE,
        "depth": str(DEPTH),
        "strategy": STRATEGY,
        **({} if VARIANT is None else {"variant": VARIANT}),
        "lipschitz": repr(_number(constrained.lipschitz)),
        "slopes": json.dumps([[float(slope) for slope in pair] for pair in constrained.slopes]),
        "activation": json.dumps(_names(constrained)),
        "tensors": "weights",
        "definition": DEFINITION,
        "generator": f"Lipwright {VERSION}",
    }


def _names(constrained):
    """Lipwright's names of the activations that the equations leave open; None where only the slopes are known."""
    made = constrained.activations or [None] * len(_DECLARED)
    return [None if one is None else one.name for own, one in zip(_DECLARED, made, strict=True) if own is None]
