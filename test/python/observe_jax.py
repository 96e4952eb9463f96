"""What a trainer does with a JAX module. Each function returns what there is to see."""

import functools

import jax
import jax.numpy as jnp
import jax.scipy.special
import numpy as np

from known_activations import POINTS, lines, text


def apart(a, b):
    """The largest difference, relative to the largest entry, over all leaves."""
    pairs = zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True)
    return max(float(np.max(np.abs(x - y)) / max(1e-300, np.max(np.abs(y)))) for x, y in pairs)


def parts(module, widths, seed=0):
    free = module.init(jax.random.key(seed), widths)
    x = jax.random.normal(jax.random.key(100), (7, widths["x"]))
    return free, x


def trees(module, widths):
    """Pytrees: free parameters are a dict of arrays, constrained weights go in and out of jit as they are."""
    with jax.enable_x64(True):
        free, x = parts(module, widths)
        made = module.constrain(free, lipschitz=2.0)
        leaves, structure = jax.tree.flatten(made)
        again = jax.tree.unflatten(structure, leaves)
        through = jax.jit(lambda made: made)(made)
        return {
            "free": {name: list(value.shape) for name, value in free.items()},
            "dims": {name: list(shape) for name, shape in module.dims(widths).items()},
            "leaves": all(isinstance(leaf, jax.Array) for leaf in leaves),
            "again": type(again).__name__ + str(again.lipschitz) + str(again.slopes == made.slopes),
            "through": [type(through).__name__, float(through.lipschitz), apart(through.weights, made.weights)],
            "applied": apart(jax.jit(module.apply)(made, x), module.apply(made, x)),
        }


def transforms(module, widths):
    """jit, grad, vmap and their compositions against plain calls."""
    with jax.enable_x64(True):
        free, x = parts(module, widths)

        def loss(free):
            return jnp.sum(module.apply(module.constrain(free), x) ** 2)

        # Compilation is what takes time here: each of these is one.
        slope = jax.jit(jax.grad(loss))
        slopes = slope(free)
        many = [parts(module, widths, seed)[0] for seed in (1, 2)]
        stacked = jax.tree.map(lambda *values: jnp.stack(values), *many)
        each = jax.tree.map(lambda *values: jnp.stack(values), *[slope(one) for one in many])
        by_bound = jax.jit(jax.vmap(lambda lipschitz: module.constrain(free, lipschitz=lipschitz).weights))(jnp.array([0.5, 1.0, 2.0]))
        return {
            "jit": apart(jax.jit(loss)(free), loss(free)),
            "grad": apart(jax.grad(loss)(free), slopes),
            "vmap of grad": apart(jax.jit(jax.vmap(jax.grad(loss)))(stacked), each),
            "bounds": apart(jax.tree.map(lambda value: value[2], by_bound), module.constrain(free, lipschitz=2.0).weights),
            "alive": {name: float(jnp.max(jnp.abs(value))) for name, value in slopes.items()},
        }


def refused(module, widths):
    """What is raised where values can be seen, and NaN everywhere where they cannot."""
    with jax.enable_x64(True):
        free, x = parts(module, widths)
        name = next(iter(free))
        broken = {**free, name: free[name].at[(0,) * free[name].ndim].set(jnp.nan)}

        def text(action):
            try:
                action()
            except Exception as error:
                return f"{type(error).__name__}: {error}"
            return "nothing"

        traced = jax.jit(module.constrain)(broken)
        return {
            "nan": text(lambda: module.constrain(broken)),
            "traced": all(bool(jnp.all(jnp.isnan(leaf))) for table in traced[:3] for leaf in table.values()),
            "fine": all(bool(jnp.all(jnp.isfinite(leaf))) for leaf in jax.tree.leaves(jax.jit(module.constrain)(free)[:3])),
            "input": text(lambda: module.apply(module.constrain(free), x[:, :-1])),
            "missing": text(lambda: module.constrain({key: value for key, value in free.items() if key != name})),
            "bound": text(lambda: module.constrain(free, lipschitz=-1.0)),
            "slopes": text(lambda: module.constrain(free, slopes=(2.0, 1.0))),
            "no width": text(lambda: module.dims({"x": 2})),
        }


def training(module, widths, steps):
    """Gradient descent in float32, compiled."""
    free, x = parts(module, widths)
    target = jnp.sin(3 * x).sum(-1, keepdims=True)

    def loss(free):
        return jnp.mean((module.apply(module.constrain(free, lipschitz=1.5), x) - target) ** 2)

    step = jax.jit(lambda free: jax.tree.map(lambda value, slope: value - 0.05 * slope, free, jax.grad(loss)(free)))
    first = float(loss(free))
    for _ in range(steps):
        free = step(free)
    made = module.constrain(free, lipschitz=1.5)
    return {"first": first, "last": float(loss(free)), "check": module.check(made), "dtypes": sorted({str(leaf.dtype) for leaf in jax.tree.leaves(free)})}


def initial(module, widths):
    """Equal keys give equal parameters, others do not."""
    one, again, other = (parts(module, widths, seed)[0] for seed in (5, 5, 6))
    equal = jax.tree.map(lambda a, b: bool(jnp.array_equal(a, b)), one, again)
    return {"equal": all(equal.values()), "other": any(not bool(jnp.array_equal(one[name], other[name])) for name in one), "dtypes": sorted({str(value.dtype) for value in one.values()})}


def exported(module, widths):
    free, _ = parts(module, widths)
    made = module.constrain(free, lipschitz=2.0)
    return {"tensors": {name: list(value.shape) for name, value in module.export(made).items()}, "names": [name for table in made[:3] for name in table], "metadata": module.metadata(made)}


def known(module, widths):
    """Every line of _KNOWN against JAX itself."""
    with jax.enable_x64(True):
        points = jnp.asarray(POINTS)
        return lines(module, module._at, lambda f: f(points))


def handed_over(module, widths):
    """Every way to hand over an activation: slopes and metadata of what runs, or the text of what is raised."""
    free, x = parts(module, widths)

    def seen(later=None, **options):
        made = module.constrain(free, **options)
        y = module.apply(made, x, later)
        return {"slopes": list(made.slopes), "activation": module.metadata(made)["activation"], "finite": bool(jnp.isfinite(y).all())}

    elu = functools.partial(jax.nn.elu, alpha=1.5)
    traces = []

    @jax.jit
    def apply(made, x):
        traces.append(1)
        return module.apply(made, x)

    # The same activation, made twice, is the same: nothing is compiled again.
    for _ in range(3):
        apply(module.constrain(free, activation=functools.partial(jax.nn.elu, alpha=1.5)), x)
    ways = {
        "gelu": lambda: seen(activation=jax.nn.gelu),
        "gelu exactly": lambda: seen(activation=functools.partial(jax.nn.gelu, approximate=False)),
        "partial": lambda: seen(activation=elu),
        "a lambda": lambda: seen(activation=lambda v: v),
        "a name": lambda: seen(activation="gelu"),
        "a lambda with slopes": lambda: seen(activation=lambda v: v, slopes=(0, 1)),
        "an array as a slope": lambda: seen(activation=functools.partial(jax.nn.elu, alpha=jnp.asarray(1.5))),
        "softmax": lambda: seen(activation=jax.nn.softmax, slopes=(-9, 9)),
        "narrower slopes": lambda: seen(activation=jax.nn.silu, slopes=(0, 1)),
        "default, then tanh": lambda: seen(jnp.tanh),
        "default, then gelu": lambda: seen(jax.nn.gelu),
        "default, then a lambda": lambda: seen(lambda v: v),
        "slopes, then a lambda": lambda: seen(lambda v: v, slopes=(0, 1)),
    }
    jitted = jax.jit(lambda free: module.apply(module.constrain(free, activation=elu), x))(free)
    same = apart(jitted, module.apply(module.constrain(free, activation=elu), x)) < 1e-5
    return {**{name: text(way) for name, way in ways.items()}, "under jit": same, "traces": len(traces)}
