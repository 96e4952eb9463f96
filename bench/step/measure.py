"""CPU time of a step of training and of inference, of generated modules beside published layers, in turns in one process.

Reads {"modules": {name: path}, "widths": [[inputs, width], ...], "outputs", "batch", "rounds", "threads"} from stdin, prints
{"machine", "widths": [{"inputs", "width", "networks": {name: {"step", "gradient"}}}]}, medians in milliseconds: `step` is
forward, backward and Adam; `gradient` a gradient for inputs in evaluation mode.
"""

import importlib.util
import json
import os
import platform
import statistics
import sys
import time

import torch
from networks import published


def load(name, path):
    specification = importlib.util.spec_from_file_location(name.replace(" ", "_"), path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return lambda inputs, width, outputs: module.Network({"x": inputs, "w": width, "y": outputs})


def stepper(network, x, target):
    """One step of training."""
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def run():
        optimizer.zero_grad()
        torch.mean((network(x) - target) ** 2).backward()
        optimizer.step()

    return run


def evaluator(network, x):
    """The gradient for inputs, in evaluation mode."""

    def run():
        point = x.detach().requires_grad_()
        torch.autograd.grad(network(point).sum(), point)

    return run


def spent(run, times):
    start = time.process_time()
    for _ in range(times):
        run()
    return 1000 * (time.process_time() - start) / times


def measured(runs, rounds):
    """Medians over the rounds, in which all take turns; each runs for about 30 ms a round."""
    times = {}
    for name, run in runs.items():
        spent(run, 3)
        times[name] = max(1, round(30 / max(spent(run, 2), 1e-3)))
    found = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(spent(run, times[name]))
    return {name: statistics.median(values) for name, values in found.items()}


def machine():
    try:
        lines = open("/proc/cpuinfo").read().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, {os.cpu_count()} cores, {torch.get_num_threads()} thread, PyTorch {torch.__version__}"


def main():
    settings = json.load(sys.stdin)
    torch.set_num_threads(settings["threads"])
    makers = {**published(), **{name: load(name, path) for name, path in settings["modules"].items()}}
    outputs, batch, rounds = settings["outputs"], settings["batch"], settings["rounds"]
    rows = []
    for inputs, width in settings["widths"]:
        print(f"{inputs}/{width}", file=sys.stderr)
        torch.manual_seed(0)
        x, target = torch.randn(batch, inputs), torch.randn(batch, outputs)
        networks = {name: make(inputs, width, outputs) for name, make in makers.items()}
        step = measured({name: stepper(network, x, target) for name, network in networks.items()}, rounds)
        for network in networks.values():
            network.eval().requires_grad_(False)
        gradient = measured({name: evaluator(network, x) for name, network in networks.items()}, rounds)
        found = {name: {"step": step[name], "gradient": gradient[name]} for name in networks}
        rows.append({"inputs": inputs, "width": width, "networks": found})
    json.dump({"machine": machine(), "widths": rows}, sys.stdout)


main()
