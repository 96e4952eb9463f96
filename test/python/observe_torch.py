"""What a trainer does with the class of a PyTorch module. Each function returns what there is to see."""

import base64
import contextlib
import copy
import functools
import io
import pickle
import warnings

import safetensors.torch
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from known_activations import POINTS, lines, text

torch.set_num_threads(1)


def network(module, widths, seed=0, dtype=torch.float64, **options):
    return module.Network(widths, generator=torch.Generator().manual_seed(seed), dtype=dtype, **options)


def inputs(net, seed=100, points=7):
    width = module_input(net)
    parameter = next(net.parameters())
    return torch.randn(points, width, generator=torch.Generator().manual_seed(seed), dtype=parameter.dtype)


def module_input(net):
    return net.widths["x"]


def gradients(net, x):
    net.zero_grad()
    net(x).square().sum().backward()
    return {name: value.grad.clone() for name, value in net.named_parameters()}


def state(module, widths):
    """A state_dict goes to a file and into another network."""
    net, other = network(module, widths, 1), network(module, widths, 2)
    x = inputs(net)
    differ = not torch.equal(net(x), other(x))
    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file, weights_only=True))
    return {
        "keys": list(net.state_dict()),
        "free": {name: list(value.shape) for name, value in net.free().items()},
        "dims": {name: list(shape) for name, shape in module.dims(widths).items()},
        "differ": differ,
        "same": torch.equal(net(x), other(x)),
        "seeded": all(torch.equal(a, b) for a, b in zip(net.parameters(), network(module, widths, 1).parameters())),
    }


def types(module, widths):
    """The same network in both precisions."""
    net = network(module, widths)
    x = inputs(net)
    wide = net(x)
    net.to(torch.float32)
    narrow = net(x.float())
    back = net.double()(x)
    made = net.float().constrained()
    return {
        "wide": str(wide.dtype),
        "narrow": str(narrow.dtype),
        "default": sorted({str(value.dtype) for value in module.Network(widths).parameters()}),
        "tables": sorted({str(value.dtype) for table in made[:3] for value in table.values()}),
        "apart": float((wide - narrow.double()).abs().max() / wide.abs().max()),
        "back": float((wide - back).abs().max() / wide.abs().max()),
        "shapes": [list(net.double()(x[0]).shape), list(net(x.reshape(1, 7, -1)).shape)],
    }


def cache(module, widths):
    """Where weights are kept in eval mode, and what makes them be computed again."""
    net, other = network(module, widths, 1), network(module, widths, 2)
    seen = {}

    def kept(what, action):
        """Whether the weights of before are handed out after the action."""
        with torch.no_grad():
            before = net.constrained()
        action()
        with torch.no_grad():
            after = net.constrained()
            fresh = module.constrain(net.free(), slopes=net.slopes, lipschitz=net.lipschitz)
        tables = [(a, b) for a, b in zip(after[:3], fresh[:3])]
        seen[what] = [after is before, all(torch.equal(a[name], b[name]) for a, b in tables for name in b)]

    kept("training", lambda: None)
    net.eval()
    kept("again", lambda: None)
    kept("called", lambda: net(inputs(net)))
    kept("train, eval", lambda: net.train().eval())
    kept("load_state_dict", lambda: net.load_state_dict(other.state_dict()))
    kept("bound", lambda: setattr(net, "lipschitz", 2.5))
    kept("precision", lambda: net.float())
    kept("precision back", lambda: net.double())

    def step():
        optimizer = torch.optim.SGD(net.parameters(), 0.1)
        net(inputs(net)).square().sum().backward()
        optimizer.step()

    kept("a step in eval mode", step)

    def assign():
        name, value = next(iter(net.named_parameters()))
        setattr(net, name, torch.nn.Parameter(value.detach() + 1))

    kept("another parameter", assign)
    with torch.inference_mode():
        net.constrained()
    net(inputs(net)).sum().backward()
    seen["after inference_mode"] = [net.constrained() is net.constrained(), all(value.grad is not None for value in net.parameters())]
    return {"seen": seen, "bound": net.lipschitz}


def compiled(module, widths, backend):
    """torch.compile without a break in the graph, forwards and backwards."""
    torch._dynamo.reset()
    net = network(module, widths)
    x = inputs(net)
    fast = torch.compile(net, fullgraph=True, backend=backend)
    expected, wanted = net(x), gradients(net, x)
    found, given = fast(x), gradients(fast, x)
    net.eval()
    with torch.no_grad():
        still = fast(x)
    scale = expected.abs().max()
    return {
        "apart": float((expected - found).abs().max() / scale),
        "eval": float((expected - still).abs().max() / scale),
        "gradients": max(float((wanted[name] - given[f"_orig_mod.{name}"]).abs().max() / (1e-12 + wanted[name].abs().max())) for name in wanted),
    }


def copies(module, widths):
    """deepcopy and pickle, also of a network that has weights in store; the copies are their own."""
    net = network(module, widths).eval()
    x = inputs(net)
    with torch.no_grad():
        y = net(x)
        deep, picked = copy.deepcopy(net), pickle.loads(pickle.dumps(net))
        same = [torch.equal(y, each(x)) for each in (deep, picked)]
        next(deep.parameters()).mul_(-0.5)
        return {"same": same, "own": torch.equal(y, net(x)), "changed": not torch.equal(y, deep(x)), "lipschitz": picked.lipschitz}


def functional(module, widths):
    """torch.func: parameters from outside, and several networks at a time."""
    nets = [network(module, widths, seed) for seed in (1, 2, 3)]
    x = inputs(nets[0])
    called = torch.func.functional_call(nets[0], dict(nets[1].named_parameters()), (x,))
    parameters, _ = torch.func.stack_module_state(nets)

    def loss(parameters):
        return torch.func.functional_call(nets[0], parameters, (x,)).square().sum()

    outputs = torch.func.vmap(lambda parameters: torch.func.functional_call(nets[0], parameters, (x,)))(parameters)
    expected = torch.stack([net(x) for net in nets])
    slopes = torch.func.vmap(torch.func.grad(loss))(parameters)
    wanted = [gradients(net, x) for net in nets]
    return {
        "called": torch.equal(called, nets[1](x)),
        "vmap": float((outputs - expected).abs().max() / expected.abs().max()),
        "grad": max(float((slopes[name][k] - wanted[k][name]).abs().max() / wanted[k][name].abs().max().clamp_min(1e-12)) for name in slopes for k in range(3)),
    }


def training(module, widths, steps):
    """Adam on a target that is too steep for the bound: every parameter takes part, and the bound holds on the way."""
    net = network(module, widths, lipschitz=1.5)
    x = inputs(net, points=64)
    target = torch.sin(3 * x).sum(-1, keepdim=True).expand(-1, net(x).shape[-1])
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    losses, checks, moved = [], [], None
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (net(x) - target).square().mean()
        loss.backward()
        if moved is None:
            moved = {name: float(value.grad.abs().max()) for name, value in net.named_parameters()}
        optimizer.step()
        losses.append(float(loss))
        checks.append(net.check())
    with torch.no_grad():
        y = net(x)
    steepest = max(float((y[i] - y[j]).norm() / (x[i] - x[j]).norm()) for i in range(20) for j in range(i))
    return {"first": losses[0], "last": losses[-1], "check": max(checks), "moved": moved != 0.0, "steepest": steepest}


def exported(module, widths):
    net = network(module, widths, lipschitz=2.0)
    made = net.constrained()
    tensors = net.export()
    return {
        "tensors": {name: list(value.shape) for name, value in tensors.items()},
        "names": [name for table in made[:3] for name in table],
        "metadata": net.metadata(),
        "detached": not any(value.requires_grad for value in tensors.values()),
        "contiguous": all(value.is_contiguous() for value in tensors.values()),
    }


def refused(module, widths):
    """The texts of what is raised."""
    net = network(module, widths)
    x = inputs(net)
    name = next(iter(net.free()))

    def text(action):
        try:
            action()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "nothing"

    def poisoned():
        broken = network(module, widths)
        with torch.no_grad():
            next(broken.parameters()).fill_(torch.nan)
        return broken(x)

    return {
        "input": text(lambda: net(x[:, :-1])),
        "missing": text(lambda: module.constrain({key: value for key, value in net.free().items() if key != name})),
        "shape": text(lambda: module.constrain({**net.free(), name: net.free()[name][..., :-1]})),
        "nan": text(poisoned),
        "bound": text(lambda: setattr(net, "lipschitz", 0.0)),
        "bound nan": text(lambda: network(module, widths, lipschitz=float("nan"))),
        "slopes": text(lambda: module.constrain(net.free(), slopes=(1.0, 0.0))),
        "widths": text(lambda: module.dims({"x": 2, "nonsense": 3})),
        "no width": text(lambda: module.dims({"x": 2})),
        "domain": text(lambda: network(module, widths, domain=x[:, :-1])),
        "half a width": text(lambda: module.dims({**widths, "x": 1.5})),
    }


class Fewer(TorchDispatchMode):
    """Products and factors of single precision with as many digits as TF32 (10 bits) or bfloat16 (7) leaves their operands."""

    names = ("mm", "bmm", "addmm", "baddbmm", "mv", "addmv", "dot", "linalg_solve_triangular", "linalg_cholesky_ex", "_linalg_solve_ex")

    def __init__(self, bits):
        super().__init__()
        self.bits = bits

    def rounded(self, value):
        if not isinstance(value, torch.Tensor) or value.dtype != torch.float32:
            return value
        unit = 1 << (23 - self.bits)
        return ((value.contiguous().view(torch.int32) + unit // 2) & -unit).view(torch.float32)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket.__name__ in self.names:
            args = torch.utils._pytree.tree_map(self.rounded, args)
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def switches():
    """All that PyTorch offers for faster products, on."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    torch.backends.cuda.matmul.allow_tf32 = True
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.set_float32_matmul_precision(before)


def reduced(module, widths, steps):
    """Whether constrain and its gradient are the same to the last bit with fewer digits in products, and where training under them ends."""
    net = network(module, widths, dtype=torch.float32)
    x = inputs(net, points=16)

    def made():
        net.zero_grad()
        tables = net.constrained()
        sum(value.square().sum() for value in tables.weights.values()).backward()
        grown = [value.grad for value in net.parameters() if value.grad is not None]
        return [*tables.weights.values(), *tables.multipliers.values(), *grown, net.lmi()]

    plain, y = made(), net(x)
    seen = {}
    for name, context in (("tf32", Fewer(10)), ("bfloat16", Fewer(7)), ("switches", switches())):
        with context:
            seen[name] = [all(torch.equal(a, b) for a, b in zip(plain, made(), strict=True)), torch.equal(y, net(x))]
    optimizer = torch.optim.Adam(net.parameters(), 0.1)
    with Fewer(10):
        for _ in range(steps):
            optimizer.zero_grad()
            (net(x) - 100 * x.sum(-1, keepdim=True)).square().mean().backward()
            optimizer.step()
        tensors = net.export()
    return {"seen": seen, "check": net.check(), "tensors": tensors}


def halves(module, widths):
    """Networks in half precision: what runs, what is exported, and a step of training."""
    seen = {}
    for kind in (torch.float16, torch.bfloat16):
        for made in (lambda: network(module, widths, dtype=torch.float32).to(kind), lambda: network(module, widths, dtype=kind)):
            net = made()
            x = inputs(net)
            y = net(x)
            tables = net.constrained()
            own = module.forward(tables._replace(weights=net.export()), x.float()).to(kind)
            y.float().square().sum().backward()
            torch.optim.SGD(net.parameters(), 1e-3).step()
            seen[f"{kind} {len(seen)}"] = {
                "types": sorted({str(value.dtype) for value in (y, *net.parameters())}),
                "tables": sorted({str(value.dtype) for table in tables[:3] for value in table.values()}),
                "same": torch.equal(own, y),
                "below": net.check() <= 0,
                "finite": all(bool(torch.isfinite(value).all()) for value in (y, *net.parameters())),
            }
    return seen


def learned(module, widths, least):
    """The bound as a parameter: its gradient against difference quotients, and what a network makes of it."""
    net = network(module, widths)
    x = inputs(net)
    free = {name: 4 * value.detach() for name, value in net.free().items()}

    def outputs(bound):
        return module.forward(module.constrain(free, lipschitz=bound), x)

    right = torch.autograd.gradcheck(outputs, (torch.tensor(least + 0.7, dtype=torch.float64, requires_grad=True),), atol=1e-6)
    net = network(module, widths, lipschitz=torch.nn.Parameter(torch.tensor(least + 0.5, dtype=torch.float64)))
    with torch.no_grad():
        for name, value in net.free().items():
            value.copy_(free[name])
    optimizer = torch.optim.SGD(net.parameters(), 1e-3)
    (net(x) - 10 * x.sum()).square().mean().backward()
    moved = float(net.lipschitz.grad)
    optimizer.step()
    net.eval()
    with torch.no_grad():
        before, value = net(x), float(net.lipschitz)
        told = float(net.metadata()["lipschitz"]) == value
        net.lipschitz.add_(0.25)
        after = net(x)
    text = "nothing"
    try:
        with torch.no_grad():
            net.lipschitz.fill_(-1.0)
        net(x)
    except ValueError as error:
        text = str(error)
    net.lipschitz = least + 1.5
    number = [net.lipschitz, "lipschitz" in net.state_dict(), float(net.metadata()["lipschitz"])]
    net.lipschitz = torch.nn.Parameter(torch.tensor(least + 1.0))
    return {
        "right": right,
        "moved": moved != 0.0,
        "told": told,
        "noticed": not torch.equal(before, after),
        "refused": text[:5],
        "number": number,
        "again": [name for name in net.state_dict() if name == "lipschitz"],
        "below": net.check() <= 0,
    }


def inference(module, widths):
    """Networks made, loaded, called and copied in inference mode, and then trained."""
    with torch.inference_mode():
        net = network(module, widths, 1)
        net.load_state_dict(network(module, widths, 2).state_dict())
        x = inputs(net)
        training = net(x)
        net.eval()
        first, second = net(x), net(x)
        copied = copy.deepcopy(net)
        there = copied(x)
    x = torch.randn_like(x)
    trained = gradients(net, x)
    here = net(x)
    with torch.no_grad():
        out = copied(x)
    return {
        "same": [torch.equal(training, first), torch.equal(first, second), torch.equal(first, there), torch.equal(here, out)],
        "grown": all(bool(value.abs().max() > 0) for value in trained.values()),
    }


def traced(module, widths):
    """torch.jit.trace, which runs what it recorded against the network again, and torch.export."""
    net = network(module, widths).eval()
    x = inputs(net)
    seen = {}
    with warnings.catch_warnings():
        # Shapes become constants of a trace, and torch.jit.trace is deprecated.
        warnings.simplefilter("ignore")
        with torch.no_grad():
            seen["eval"] = torch.equal(torch.jit.trace(net, (x,))(2 * x), net(2 * x))
        seen["train"] = torch.equal(torch.jit.trace(net.train(), (x,))(2 * x), net(2 * x))
    seen["export"] = torch.allclose(torch.export.export(net, (x,)).module()(2 * x), net(2 * x), rtol=1e-12)
    return seen


def plain(module, widths):
    """The network with its weights as numbers: run, traced, exported and loaded, while the one that it is of goes on."""
    net = network(module, widths).eval()
    x = inputs(net)
    before = net(x).detach()
    made = net.plain()
    exported = torch.export.export(made, (x,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(made, (x,))
    other = network(module, widths, seed=5).eval()
    different = not torch.equal(other(x), before)
    into = other.plain()
    into.load_state_dict(made.state_dict())
    with torch.no_grad():
        for value in net.parameters():
            value.add_(0.3)
    functions = {str(node.target) for node in exported.graph.nodes if node.op == "call_function"}
    return {
        "same": torch.equal(made(x), before),
        "moved": not torch.equal(net(x), before),
        "learned": len(list(made.parameters())),
        "trace": torch.equal(traced(x), before),
        "export": torch.equal(exported.module()(x), before),
        "factors": sorted(name for name in functions if "linalg" in name or "cholesky" in name or "solve" in name),
        "loaded": different and torch.equal(into(x), before),
        "certificate": made.certificate == {**module.metadata(other.constrained()), "digest": module.DIGEST},
    }


def known(module, widths):
    """Every line of _KNOWN against torch itself."""

    def make(what, given):
        made = what(**{key: value for key, value in given.items() if key != "training"})
        return made.train(given["training"]) if "training" in given else made

    points = torch.tensor(POINTS)
    return lines(module, module._at, lambda f: f(points.clone()), make)


def handed_over(module, widths):
    """Every way to hand over or swap an activation: slopes and metadata of what runs, or the text of what is raised."""
    functional, nn = torch.nn.functional, torch.nn

    class Own(nn.Module):
        def forward(self, v):
            return torch.sin(3 * v)

    def after(first, second, **options):
        net = network(module, widths, activation=first, **options)
        net.activation = second
        return net

    def changed(made, name, value):
        """A module that is changed behind the network's back: the network has kept what it was given."""
        net = network(module, widths, activation=made)
        setattr(made, name, value)
        return net

    def appended():
        chain = nn.Sequential(nn.Tanh(), nn.GELU())
        net = network(module, widths, activation=chain)
        chain.append(nn.LeakyReLU(5.0))
        return net

    def hooked():
        made = nn.Tanh()
        made.register_forward_hook(lambda _, inputs, output: 7 * output)
        return network(module, widths, activation=made)

    def reslope(pair, **options):
        net = network(module, widths, **options)
        net.slopes = pair
        return net

    new = lambda f, **options: network(module, widths, activation=f, **options)
    ways = {
        "nothing": lambda: new(None),
        "gelu": lambda: new(functional.gelu),
        "gelu by tanh": lambda: new(nn.GELU("tanh")),
        "partial": lambda: new(functools.partial(functional.leaky_relu, negative_slope=2)),
        "partial of partial": lambda: new(functools.partial(functools.partial(functional.elu, alpha=3.0), alpha=0.5)),
        "a module's method": lambda: new(nn.SELU().forward),
        "one for each": lambda: new([functional.silu, nn.Tanh(), torch.sin]),
        "a ModuleList": lambda: new(nn.ModuleList([nn.SiLU(), nn.Tanh(), nn.ELU(1.5)])),
        "two for three": lambda: new([functional.silu, torch.tanh]),
        "a chain of one": lambda: new(nn.Sequential(nn.Sequential(nn.Hardswish()))),
        "a chain": lambda: new(nn.Sequential(nn.SELU(), nn.LeakyReLU(2.0))),
        "a chain that grows": appended,
        "a chain with PReLU": lambda: new(nn.Sequential(nn.Tanh(), nn.PReLU()), slopes=(-9, 9)),
        "a chain with the unknown": lambda: new(nn.Sequential(nn.Tanh(), Own())),
        "a changed module": lambda: changed(nn.LeakyReLU(0.5), "negative_slope", 9.0),
        "a hooked module": hooked,
        "a lambda": lambda: new(lambda v: torch.sin(3 * v)),
        "a name": lambda: new("gelu"),
        "a name with slopes": lambda: new("swish", slopes=(-1, 2)),
        "a lambda with slopes": lambda: new(lambda v: torch.sin(3 * v), slopes=(-3, 3)),
        "a module of one's own": lambda: new(Own()),
        "a module of one's own with slopes": lambda: new(Own(), slopes=(-3, 3)),
        "PReLU": lambda: new(nn.PReLU()),
        "PReLU with slopes": lambda: new(nn.PReLU(), slopes=(-9, 9)),
        "its forward": lambda: new(nn.PReLU().forward, slopes=(-9, 9)),
        "a linear map": lambda: new(nn.Linear(2, 2), slopes=(-9, 9)),
        "a tensor as a slope": lambda: new(functools.partial(functional.leaky_relu, negative_slope=torch.tensor(0.5, requires_grad=True)), slopes=(-9, 9)),
        "RReLU": lambda: new(nn.RReLU(), slopes=(-9, 9)),
        "RReLU in eval": lambda: new(nn.RReLU().eval()),
        "Hardshrink": lambda: new(nn.Hardshrink(), slopes=(-9, 9)),
        "Softplus with a jump": lambda: new(nn.Softplus(threshold=1.0), slopes=(-9, 9)),
        "softmax": lambda: new(nn.Softmax(-1), slopes=(-9, 9)),
        "narrower slopes": lambda: new(functional.gelu, slopes=(0, 1)),
        "wider slopes": lambda: new(functional.gelu, slopes=(-1, 2)),
        "slopes as they are written": lambda: new(nn.LeakyReLU(0.01), slopes=(0.01, 1.0)),
        "set later": lambda: after(None, functional.gelu),
        "a module set later": lambda: after(functional.relu, nn.SELU()),
        "set back": lambda: after(nn.SELU(), functional.relu),
        "set later, with slopes": lambda: after(None, functional.gelu, slopes=(0, 1)),
        "a lambda set later": lambda: after(functional.gelu, lambda v: v),
        "PReLU set later": lambda: after(functional.gelu, nn.PReLU()),
        "slopes set later": lambda: reslope((-1, 2), activation=functional.gelu),
        "narrower slopes set later": lambda: reslope((0, 1), activation=functional.gelu),
    }

    def seen(make):
        net = make()
        x = inputs(net)
        # What runs has the slopes that are claimed, and the network the bound.
        v = torch.tensor(POINTS)
        steps = [f(v.clone()).diff() / v.diff() for f in net._activations if f is not None and f.function is not None]
        runs = all(bool(((m - 1e-9 <= slope) & (slope <= L + 1e-9)).all()) for slope, (m, L) in zip(steps, net.slopes))
        grown = max(float((net(x[i]) - net(x[j])).norm() / (x[i] - x[j]).norm()) for i in range(len(x)) for j in range(i))
        return {"slopes": list(net.slopes), "activation": net.metadata()["activation"], "kept": grown <= 1 + 1e-9, "check": net.check() <= 1e-9, "runs": runs, "steps": len(steps)}

    def functionally(f, **options):
        net = network(module, widths)
        return list(module.forward(module.constrain(net.free(), **options), inputs(net), f).shape)

    calls = {
        "default, then tanh": lambda: functionally(torch.tanh),
        "default, then gelu": lambda: functionally(functional.gelu),
        "default, then a lambda": lambda: functionally(lambda v: v),
        "slopes, then a lambda": lambda: functionally(lambda v: v, slopes=(0, 1)),
        "slopes, then too steep": lambda: functionally(functools.partial(functional.leaky_relu, negative_slope=2), slopes=(0, 1)),
        "gelu, then nothing": lambda: functionally(None, activation=functional.gelu),
        "gelu, then a lambda": lambda: functionally(lambda v: v, activation=functional.gelu),
        "slopes, then PReLU": lambda: functionally(nn.PReLU(), slopes=(-9, 9)),
    }
    return {**{name: text(lambda: seen(make)) for name, make in ways.items()}, **{name: text(call) for name, call in calls.items()}}


def extra_state(module, widths):
    """What a state_dict says beside its tensors, and what is said where it clashes."""
    gelu = torch.nn.functional.gelu
    made = network(module, widths, 1, activation=gelu, lipschitz=2.0)
    state = made.state_dict()
    old = {key: value for key, value in state.items() if key != "_extra_state"}

    def load(state, **options):
        net = network(module, widths, 2, **options)
        before = [value.clone() for value in net.parameters()]
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                net.load_state_dict(state)
                said = [str(each.message) for each in told]
            except RuntimeError as error:
                said = [str(error).splitlines()[-1].strip()]
        moved = [not torch.equal(one, other) for one, other in zip(before, net.parameters())]
        # All of it, or nothing.
        return {"said": said, "moved": moved[0] if len(set(moved[:2])) == 1 else "some of it"}

    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    same = {"activation": gelu, "lipschitz": 2.0}
    nested = torch.nn.Sequential(network(module, widths, 3, **same))
    nested.load_state_dict({f"0.{key}": value for key, value in state.items()})
    return {
        "text": bytes(state["_extra_state"].tolist()).decode(),
        "files": [base64.b64encode(safetensors.torch.save(part)).decode() for part in (state, {key: value.half() for key, value in state.items()})],
        "same": load(torch.load(file, weights_only=True), **same),
        "another bound": load(state, activation=gelu),
        "other slopes": load(state, lipschitz=2.0),
        "another activation": load(state, activation=torch.tanh, slopes=made.slopes, lipschitz=2.0),
        "the same slopes": load(state, slopes=made.slopes, lipschitz=2.0),
        "old": load(old, **same),
        "in halves": load({key: value.half() for key, value in state.items()}, **same),
        "broken": load({**state, "_extra_state": state["_extra_state"][1:]}, **same),
        "not strict": load({}, **same)["said"][0][:24],
        "part of another": load({"something": torch.zeros(1)}, **same)["said"][0][:24],
        "nested": all(torch.equal(one, other) for one, other in zip(nested.parameters(), made.parameters())),
        "copied": copy.deepcopy(made).metadata() == made.metadata() == pickle.loads(pickle.dumps(made)).metadata(),
    }
