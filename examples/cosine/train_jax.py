"""Trains generated JAX modules on the cosine task, all seeds at once by vmap; started by run.ts, which says what the task is.

    python train_jax.py SETTINGS      one job after the other, as JSON lines {"module": path, "seeds": [n, …]} on stdin

A list of results a job on stdout, one for each seed; `@ step` on stderr as it goes.
"""

import importlib.util
import json
import math
import sys
import time

import jax
import jax.numpy as jnp

CHUNK = 100
"""Steps in one call of the compiled loop: what lies between two lines of progress."""


def load(path):
    spec = importlib.util.spec_from_file_location("generated", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def grid(points, task):
    return jnp.linspace(-task["reach"], task["reach"], points)[:, None]


def adam(parameters, moments, gradients, rate, step):
    """Kingma and Ba, ICLR 2015, with their constants."""
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradients)
    by = 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)
    moved = jax.tree.map(lambda p, m, v: p - rate * (m / by[0]) / (jnp.sqrt(v / by[1]) + 1e-8), parameters, first, second)
    return moved, (first, second)


def instance(generated, constrained, widths, at):
    """The float32 weights of one seed as they are, in the form of `lipwright sample --json`."""
    tables = {group: {name: value[at].tolist() for name, value in getattr(constrained, group).items()} for group in ("weights", "biases", "multipliers")}
    layers = len(generated.SLOPES)
    return {
        "architecture": generated.ARCHITECTURE,
        "definition": generated.DEFINITION,
        "depth": generated.DEPTH,
        "strategy": generated.STRATEGY,
        "lipschitz": 1,
        "slopes": [generated.SLOPES[layer] for layer in range(layers)],
        "dims": widths,
        **tables,
    }


def train(generated, seeds, settings):
    task, rates = settings["task"], jnp.asarray(settings["rates"])
    started = time.perf_counter()
    x = grid(task["points"], task)
    target = jnp.cos(x)
    widths = {"x": 1, "w": task["width"], "y": 1}
    begun = [generated.init(jax.random.key(seed), widths, domain=x) for seed in seeds]
    free = jax.tree.map(lambda *leaves: jnp.stack(leaves), *begun)

    def error(parameters):
        return jnp.mean((generated.apply(generated.constrain(parameters), x) - target) ** 2)

    def step(carry, at):
        parameters, moments = carry
        return adam(parameters, moments, jax.grad(error)(parameters), rates[at], at), None

    @jax.jit
    def steps(carry, first):
        return jax.vmap(lambda one: jax.lax.scan(step, one, first + jnp.arange(CHUNK))[0])(carry)

    errors = jax.jit(jax.vmap(error))
    start = errors(free)
    zeros = jax.tree.map(jnp.zeros_like, free)
    carry = (free, (zeros, zeros))
    for first in range(0, task["steps"], CHUNK):
        carry = jax.block_until_ready(steps(carry, first))
        print("@", first + CHUNK, file=sys.stderr, flush=True)
    constrained = jax.vmap(lambda one: generated.constrain(one)[:3])(carry[0])
    whole = jax.jit(jax.vmap(lambda one, points: generated.apply(generated.constrain(one), points), in_axes=(0, None)))
    fine = grid(settings["slopePoints"], task)
    slopes = jnp.max(jnp.abs(jnp.diff(whole(carry[0], fine), axis=1)) / jnp.diff(fine, axis=0), axis=(1, 2))
    curves = whole(carry[0], grid(settings["curvePoints"], task))
    final = errors(carry[0])
    parts = generated.Constrained(*constrained, (), 1.0)
    seconds = (time.perf_counter() - started) / len(seeds)
    return [
        {
            "start": float(start[at]),
            "error": float(final[at]),
            "slope": float(slopes[at]),
            "seconds": seconds,
            "curve": curves[at, :, 0].tolist(),
            "instance": instance(generated, parts, widths, at),
        }
        for at in range(len(seeds))
    ]


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    for line in sys.stdin:
        job = json.loads(line)
        results = train(load(job["module"]), job["seeds"], given)
        assert all(math.isfinite(result["error"]) for result in results), "training diverged"
        print(json.dumps(results), flush=True)
