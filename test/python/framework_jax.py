"""The server's side of the JAX target. 64-bit arrays are on only where a case asks for them, as users have it."""

import jax
import jax.numpy as jnp
import numpy as np

from framework_numpy import PARTS, activation, options, results

NAME = "jax"


def to_numpy(value):
    return np.asarray(value)


def functional(made, cotangents):
    """The sum of all entries of the results times those given."""
    return sum(jnp.sum(getattr(made, part)[name] * factors) for part, tables in cotangents.items() for name, factors in tables.items())


def run(module, case):
    """As of NumPy, and with cotangents {part: {name: array}} the gradient of the functional by the free parameters.

    Operation by operation unless the case says `jit`: operations on the same shapes are compiled once for all modules.
    """
    with jax.enable_x64(case.get("dtype", "float64") == "float64"), jax.disable_jit(not case.get("jit")):
        return run_here(module, case)


def run_here(module, case):
    free = {name: jnp.asarray(value) for name, value in case["free"].items()}
    given = options(case)
    wrapped = jax.jit if case.get("jit") else lambda function: function
    made = wrapped(lambda free: module.constrain(free, **given))(free)
    found = results(made)
    if case.get("inputs") is not None:
        chosen = activation(case, jnp.tanh)
        found["outputs"] = np.asarray(wrapped(lambda made, x: module.apply(made, x, chosen))(made, jnp.asarray(case["inputs"])))
        found["lmi"] = np.asarray(module.lmi(made))
        found["check"] = float(module.check(made))
    # Not by jax.tree.map, which sorts the names.
    found.update({part: {name: np.asarray(value) for name, value in found[part].items()} for part in PARTS})
    if case.get("cotangents") is not None:
        cotangents = jax.tree.map(jnp.asarray, case["cotangents"])
        gradient = wrapped(jax.grad(lambda free: functional(module.constrain(free, **given), cotangents)))(free)
        found["gradient"] = jax.tree.map(np.asarray, gradient)
    return found


def wide():
    """Where arrays of double precision can be had."""
    return jax.enable_x64(True)


def begin(module, widths, lipschitz):
    """As of NumPy."""
    return module.init(jax.random.key(0), widths, lipschitz=lipschitz)


def through(module, case, dtype):
    """As of PyTorch, compiled: operation by operation would take longer."""
    with jax.enable_x64(dtype == "float64"):
        tables = [{name: jnp.asarray(value, dtype) for name, value in case[part].items()} for part in ("weights", "biases")]

        def total(tables, x):
            outputs = module.apply(module.Constrained(*tables, {}, module.SLOPES, 1.0), x)
            return outputs.sum(), outputs

        key = (module.__name__, dtype)
        if key not in _compiled:
            _compiled[key] = jax.jit(jax.grad(total, argnums=1, has_aux=True))
        slopes, outputs = _compiled[key](tables, jnp.asarray(case["inputs"], dtype))
        return {"outputs": outputs, "dtype": str(outputs.dtype), "slopes": slopes}


_compiled = {}
