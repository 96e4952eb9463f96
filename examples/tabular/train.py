"""Train all networks: `python train.py FOLDER` reads FOLDER/plan.json, writes FOLDER/networks/*.safetensors and FOLDER/trained.json.

All members of an ensemble (splits x temperatures) train side by side: their parameters are stacked and `torch.vmap` evaluates
them at once. Adam works entry by entry, so each member trains exactly as it would alone.
"""

import copy
import itertools
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import save_file
from torch import nn
from torch.func import functional_call, stack_module_state
from torch.nn import functional as F

from data import Part, split
from models import Method, Model, generator, model

LEARNING_RATE = 1e-2
BATCH = 256
# A 1-Lipschitz network with this margin is certified at radius 1.
OFFSET = 2**0.5


class Choice(NamedTuple):
    """What is tuned."""

    temperature: float
    scale: float


class Member(NamedTuple):
    seed: int
    part: Part
    choice: Choice


class Ensemble:
    """Networks of the same shape, trained side by side."""

    def __init__(self, architecture: Model, members: list[Member]) -> None:
        self.members = members
        self.networks = [architecture.make(seed, choice.scale, part.x) for seed, part, choice in members]
        self.parameters, self.buffers = stack_module_state(self.networks)
        template = copy.deepcopy(self.networks[0])
        self.apply = torch.vmap(lambda parameters, buffers, x: functional_call(template, (parameters, buffers), (x,)))

    def train(self, steps: int) -> None:
        x = torch.stack([part.x for _, part, _ in self.members])
        target = F.one_hot(torch.stack([part.y for _, part, _ in self.members])).float()
        temperature = torch.tensor([member.choice.temperature for member in self.members])
        optimiser = torch.optim.Adam(self.parameters.values(), lr=LEARNING_RATE)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
        batches = generator(0)
        points = x.shape[1]
        for _ in range(steps):
            rows = torch.rand(points, generator=batches).argsort()[:BATCH] if points > BATCH else slice(None)
            # Losses of members are added, not averaged: then no member knows how many there are.
            margin_loss(self.apply(self.parameters, self.buffers, x[:, rows]), target[:, rows], temperature).sum().backward()
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()

    @torch.no_grad()
    def evaluate(self, x: torch.Tensor) -> torch.Tensor:
        """(members, points, inputs) -> (members, points, classes)."""
        return self.apply(self.parameters, self.buffers, x)

    def trained(self) -> list[nn.Module]:
        for i, network in enumerate(self.networks):
            network.load_state_dict({name: value[i].detach() for name, value in (self.parameters | self.buffers).items()})
        return self.networks


def margin_loss(y: torch.Tensor, target: torch.Tensor, temperature: torch.Tensor) -> torch.Tensor:
    """Cross-entropy with an offset that the right class has to win by, and a temperature: (members, points, classes) -> (members,)."""
    scaled = (y - OFFSET * target) / temperature[:, None, None]
    return -(target * scaled.log_softmax(dim=-1)).sum(dim=-1).mean(dim=-1) * temperature


def margins(y: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """How far the right class is above the best other one; (..., classes), (...) -> (...)."""
    right = y.gather(-1, classes[..., None])
    others = y.scatter(-1, classes[..., None], -torch.inf)
    return right[..., 0] - others.amax(dim=-1)


def score(y: torch.Tensor, classes: torch.Tensor, radii: list[float]) -> torch.Tensor:
    """Mean over the radii of the accuracy that a bound of 1 certifies; (members, points, classes) -> (members,)."""
    margin = margins(y, classes)
    return torch.stack([(margin > 2**0.5 * radius).float().mean(dim=-1) for radius in radii]).mean(dim=0)


def run(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_text())
    (folder / "networks").mkdir(exist_ok=True)
    seeds, radii = plan["seeds"], plan["radii"]
    grid = [Choice(*choice) for choice in itertools.product(plan["temperatures"], plan["scales"])]
    trained = []
    for data_set, budget in plan["budgets"].items():
        splits = {seed: split(data_set, seed) for seed in seeds}
        inputs = splits[seeds[0]].train.x.shape[1]
        classes = int(splits[seeds[0]].train.y.max()) + 1
        for method in (Method(**fields) for fields in plan["methods"]):
            start = time.perf_counter()
            architecture = model(method, inputs, classes, budget, folder)
            real = sum(value.numel() for value in architecture.make(0, 1.0, splits[seeds[0]].train.x).parameters())
            assert real == architecture.parameters, (method.id, real, architecture.parameters)

            # The choice for each split: the best on the validation part of its training part.
            tuning = Ensemble(architecture, [Member(seed, splits[seed].fit, choice) for seed in seeds for choice in grid])
            tuning.train(plan["tuningSteps"])
            parts = [splits[seed].validation for seed in seeds for _ in grid]
            # Without a bound the margins mean nothing: there the accuracy decides.
            wanted = [0.0] if method.kind == "plain" else radii
            scores = score(tuning.evaluate(torch.stack([part.x for part in parts])), torch.stack([part.y for part in parts]), wanted)
            best = [grid[i] for i in scores.reshape(len(seeds), len(grid)).argmax(dim=1).tolist()]

            final = Ensemble(architecture, [Member(seed, splits[seed].train, choice) for seed, choice in zip(seeds, best)])
            final.train(plan["steps"])
            for (seed, _, choice), network in zip(final.members, final.trained()):
                file = f"networks/{data_set.replace(' ', '-')}-{method.id}-{seed}.safetensors"
                save_file(network.export(), folder / file, metadata=network.metadata() if method.kind == "lipwright" else None)
                made = {"dataSet": data_set, "method": method.id, "seed": seed, "file": file}
                trained.append(made | {"hidden": architecture.hidden, "parameters": architecture.parameters} | choice._asdict())
            seconds = time.perf_counter() - start
            widths = " ".join(str(width) for width in (inputs, *architecture.hidden, classes))
            print(f"{data_set}: {method.id} ({widths}; {architecture.parameters} parameters) trained in {seconds:.1f} s", file=sys.stderr, flush=True)
    (folder / "trained.json").write_text(json.dumps(trained))


if __name__ == "__main__":
    torch.set_num_threads(1)
    run(Path(sys.argv[1]))
