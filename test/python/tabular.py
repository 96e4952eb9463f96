"""Facts about the baselines of examples/tabular, as one JSON object: `python tabular.py FOLDER`, FOLDER that of the example."""

import json
import sys

import torch

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

import baselines  # noqa: E402
import evaluate  # noqa: E402
import models  # noqa: E402


def steepest(f, inputs, points=200):
    """The largest norm of the Jacobian at random points."""
    x = (3 * torch.randn(points, inputs, generator=models.generator(1))).requires_grad_()
    rows = [torch.autograd.grad(output.sum(), x, retain_graph=True)[0] for output in f(x).T]
    return torch.linalg.matrix_norm(torch.stack(rows, dim=1), 2).max().item()


def disagreement(network, depth, inputs):
    """Between the network and what it exports, relative to its largest output."""
    x = torch.randn(50, inputs, generator=models.generator(2))
    y = network(x)
    return ((evaluate.network(network.export(), depth)(x) - y).abs().max() / y.abs().max()).item()


class Shrunk(baselines.SLL):
    """With an epsilon in the quotient: T is smaller than it must be."""

    @staticmethod
    def scale(weight, rho):
        q = torch.exp(rho)
        return (torch.abs(weight @ weight.T) * (q[None, :] / (q[:, None] + 2))).sum(dim=1)


def hostile(network):
    """Parameters far from where training starts."""
    with torch.no_grad():
        for name, value in network.named_parameters():
            if name.startswith(("rho", "psi")):
                value.copy_(torch.randn(value.shape, generator=models.generator(3)) * 2)
            else:
                value.mul_(3)
    return network


facts = {"slopes": {}, "disagreements": {}}
for depth, hidden in ((2, (7, 9)), (3, (7, 9, 8))):
    for name, make in (
        ("sandwich", lambda: baselines.Sandwich(5, hidden, 3, 1.0, models.generator(0))),
        ("sll", lambda: baselines.SLL(5, 6, hidden, 3, 1.0, models.generator(0))),
        ("shrunk", lambda: Shrunk(5, 6, hidden, 3, 1.0, models.generator(0))),
        ("plain", lambda: baselines.Plain(5, hidden, 3, 1.0, models.generator(0))),
    ):
        network = hostile(make())
        facts["slopes"][f"{name}-{depth}"] = steepest(network, 5)
        facts["disagreements"][f"{name}-{depth}"] = disagreement(network, depth, 5)
print(json.dumps(facts))
