"""Evaluate exported networks: `python evaluate.py FOLDER` reads FOLDER/plan.json and FOLDER/certified.json, writes FOLDER/evaluated.json.

Nothing here knows how a network was trained: it is evaluated in float64 from the weights in its file, the same for which its
bound was proven. The outputs y are bound-Lipschitz, so y_i - y_j, whose gradient is that of (e_i - e_j) . y, is
sqrt(2) bound-Lipschitz, and no class overtakes the predicted one within margin / (sqrt(2) bound).
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file

from data import split
from train import margins

# More than the rounding of these forward passes in float64 can be.
ROUNDING = 1e-9
ATTACK_STEPS = 30

Network = Callable[[torch.Tensor], torch.Tensor]


def network(weights: dict[str, torch.Tensor], depth: int) -> Network:
    """The equations of `feedforward`, `residual.yaml`, `dense-2.yaml`, `dense-3.yaml` and `linear`; x of shape (points, inputs)."""
    t = {name: tensor.double() for name, tensor in weights.items()}

    def forward(x: torch.Tensor) -> torch.Tensor:
        if depth == 0:
            return x @ t["W"].T + t["c"]
        dense = "B[1]" in t
        w: list[torch.Tensor] = []
        for l in range(1, depth + 1):
            v = t[f"b[{l}]"] + (x if dense or l == 1 else w[-1]) @ t[f"C[{l}]"].T
            if dense:
                skips = {2: "E", 3: "F"}
                for j, earlier in enumerate(w, start=1):
                    v = v + earlier @ t[f"{skips[l]}[{j}]"].T
            w.append(torch.relu(v))
        y = t["c"] + (x @ t["A"].T if "A" in t else 0)
        if dense:
            return y + sum(signal @ t[f"B[{l}]"].T for l, signal in enumerate(w, start=1))
        return y + w[-1] @ t["B"].T

    return forward


def attack(f: Network, x: torch.Tensor, classes: torch.Tensor, radii: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The least margin of `classes` that projected gradient descent finds within `radii` of each point: (points,)."""
    least = margins(f(x), classes)
    for start in range(2):
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        delta = noise / noise.norm(dim=1, keepdim=True) * radii[:, None] * (0.5 if start else 1e-3)
        for step in range(ATTACK_STEPS):
            delta.requires_grad_(True)
            margin = margins(f(x + delta), classes)
            (gradient,) = torch.autograd.grad(margin.sum(), delta)
            with torch.no_grad():
                least = torch.minimum(least, margin)
                size = radii[:, None] * (0.5 * (1 - step / ATTACK_STEPS) + 0.02)
                delta = delta - size * gradient / gradient.norm(dim=1, keepdim=True).clamp_min(1e-300)
                norm = delta.norm(dim=1, keepdim=True).clamp_min(1e-300)
                delta = delta * torch.clamp(radii[:, None] / norm, max=1.0)
        least = torch.minimum(least, margins(f(x + delta), classes).detach())
    return least.detach()


def evaluate(folder: Path) -> list[dict]:
    plan = json.loads((folder / "plan.json").read_text())
    depths = {method["id"]: method["depth"] for method in plan["methods"]}
    evaluated = []
    for entry in json.loads((folder / "certified.json").read_text()):
        test = split(entry["dataSet"], entry["seed"]).test
        x, classes = test.x.double(), test.y
        f = network(load_file(folder / entry["file"]), depths[entry["method"]])
        y = f(x)
        predicted = y.argmax(dim=1)
        reach = 2**0.5 * entry["lipschitz"]
        certified = (margins(y, classes) - ROUNDING) / reach
        random = torch.Generator().manual_seed(entry["seed"])

        # Every point, rightly classified or not, keeps its class within its own radius.
        own = ((margins(y, predicted) - ROUNDING) / reach).clamp_min(0)
        overturned = attack(f, x, predicted, own, random) < 0
        evaluated.append(
            entry
            | {
                "points": len(classes),
                "clean": (predicted == classes).double().mean().item(),
                "certified": [(certified > radius).double().mean().item() for radius in plan["radii"]],
                "attacked": [(attack(f, x, classes, torch.full_like(certified, radius), random) > 0).double().mean().item() for radius in plan["radii"]],
                "curve": [(certified > radius).double().mean().item() for radius in plan["curve"]],
                "overturned": int(overturned.sum()),
            }
        )
    return evaluated


if __name__ == "__main__":
    torch.set_num_threads(1)
    target = Path(sys.argv[1])
    (target / "evaluated.json").write_text(json.dumps(evaluate(target)))
