"""Trains generated PyTorch modules on the cosine task, all seeds at once by vmap; started by run.ts, which says what the task is.

    python train_torch.py SETTINGS      one job after the other, as JSON lines {"module": path, "seeds": [n, …]} on stdin

A list of results a job on stdout, one for each seed; `@ step` on stderr as it goes.
"""

import copy
import importlib.util
import json
import math
import sys
import time

import torch
from torch.func import functional_call, stack_module_state, vmap

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


def train(generated, seeds, settings):
    task, rates = settings["task"], settings["rates"]
    started = time.perf_counter()
    x = grid(task["points"], task)
    target = torch.cos(x)
    widths = {"x": 1, "w": task["width"], "y": 1}
    networks = [generated.Network(widths, lipschitz=task["lipschitz"], domain=x, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    parameters, buffers = stack_module_state(networks)
    skeleton = copy.deepcopy(networks[0])

    def together(inputs):
        return vmap(lambda own, rest: functional_call(skeleton, (own, rest), (inputs,)))(parameters, buffers)

    # Adam works entry by entry: the seeds train as they would alone.
    optimizer = torch.optim.Adam(parameters.values(), lr=1.0, betas=(0.9, 0.999), eps=1e-8)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rates[min(step, len(rates) - 1)])
    start = None
    for step in range(task["steps"]):
        optimizer.zero_grad()
        errors = torch.mean((together(x) - target) ** 2, dim=(1, 2))
        start = errors.tolist() if start is None else start
        errors.sum().backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            print("@", step + 1, file=sys.stderr, flush=True)
    seconds = (time.perf_counter() - started) / len(seeds)
    results = []
    for at, network in enumerate(networks):
        network.load_state_dict({name: value[at].detach() for name, value in parameters.items()})
        network.eval()
        with torch.no_grad():
            fine = grid(settings["slopePoints"], task)
            slopes = torch.abs(torch.diff(network(fine).double(), dim=0)) / torch.diff(fine.double(), dim=0)
            results.append({
                "start": start[at],
                "error": torch.mean((network(x) - target) ** 2).item(),
                "slope": torch.max(slopes).item(),
                "seconds": seconds,
                "curve": network(grid(settings["curvePoints"], task))[:, 0].tolist(),
                "instance": instance(generated, network.constrained(), widths),
            })
    return results


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    for line in sys.stdin:
        job = json.loads(line)
        outcomes = train(load(job["module"]), job["seeds"], given)
        assert all(math.isfinite(outcome["error"]) for outcome in outcomes), "training diverged"
        print(json.dumps(outcomes), flush=True)
