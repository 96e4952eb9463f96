"""Trains generated PyTorch modules on the cosine task; started by run.ts, which says what the task is.

    python train_torch.py SETTINGS      one job after the other, as JSON lines {"module": path, "seed": n} on stdin

A result a job on stdout; `@ step` on stderr as it goes.
"""

import importlib.util
import json
import math
import sys
import time

import torch

torch.set_num_threads(1)


def load(path):
    spec = importlib.util.spec_from_file_location("generated", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def grid(points, task):
    return torch.linspace(-task["reach"], task["reach"], points, dtype=torch.float64)[:, None].float()


def instance(generated, constrained, widths):
    """The float32 weights as they are, in the form of `lipwright sample --json`."""
    tables = {group: {name: value.tolist() for name, value in getattr(constrained, group).items()} for group in ("weights", "biases", "multipliers")}
    return {
        "architecture": generated.ARCHITECTURE,
        "definition": generated.DEFINITION,
        "depth": generated.DEPTH,
        "strategy": generated.STRATEGY,
        "lipschitz": constrained.lipschitz,
        "slopes": constrained.slopes,
        "dims": widths,
        **tables,
    }


def train(generated, seed, settings):
    task, rates = settings["task"], settings["rates"]
    started = time.perf_counter()
    x = grid(task["points"], task)
    target = torch.cos(x)
    widths = {"x": 1, "w": task["width"], "y": 1}
    network = generated.Network(widths, lipschitz=task["lipschitz"], domain=x, generator=torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(network.parameters(), lr=1.0, betas=(0.9, 0.999), eps=1e-8)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rates[min(step, len(rates) - 1)])
    start = None
    for step in range(task["steps"]):
        optimizer.zero_grad()
        loss = torch.mean((network(x) - target) ** 2)
        start = loss.item() if start is None else start
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            print("@", step + 1, file=sys.stderr, flush=True)
    network.eval()
    with torch.no_grad():
        fine = grid(settings["slopePoints"], task)
        y = network(fine)
        return {
            "start": start,
            "error": torch.mean((network(x) - target) ** 2).item(),
            "slope": torch.max(torch.abs(torch.diff(y.double(), dim=0)) / torch.diff(fine.double(), dim=0)).item(),
            "seconds": time.perf_counter() - started,
            "curve": network(grid(settings["curvePoints"], task))[:, 0].tolist(),
            "instance": instance(generated, network.constrained(), widths),
        }


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    for line in sys.stdin:
        job = json.loads(line)
        result = train(load(job["module"]), job["seed"], given)
        assert math.isfinite(result["error"]), "training diverged"
        print(json.dumps([result]), flush=True)
