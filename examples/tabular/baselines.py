"""Two published families of 1-Lipschitz networks, and a network without any bound, written by hand.

Each class has the parameters of its paper, `forward(x)` and `export()`: the weights of the same network in the names of an
architecture file, in float64, so that `lipwright certify` can judge them. `scale` multiplies the matrices of the initialisation.
"""

import torch
from torch import nn
from torch.nn import functional as F

ROOT_2 = 2**0.5


def _uniform_bias(size: int, fan_in: int, generator: torch.Generator) -> nn.Parameter:
    return nn.Parameter((2 * torch.rand(size, generator=generator) - 1) / fan_in**0.5)


def _xavier(rows: int, columns: int, scale: float, generator: torch.Generator) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, columns, generator=generator) * scale * (2 / (rows + columns)) ** 0.5)


class Plain(nn.Module):
    """A multilayer perceptron without a bound: what certification afterwards finds."""

    architecture = "feedforward"

    def __init__(self, inputs: int, hidden: tuple[int, ...], classes: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        widths = [inputs, *hidden, classes]
        self.weights = nn.ParameterList(
            nn.Parameter(torch.randn(out, into, generator=generator) * scale * (2 / into) ** 0.5) for into, out in zip(widths, widths[1:])
        )
        self.biases = nn.ParameterList(_uniform_bias(out, into, generator) for into, out in zip(widths, widths[1:]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *hidden, last = zip(self.weights, self.biases)
        for weight, bias in hidden:
            x = F.relu(F.linear(x, weight, bias))
        return F.linear(x, *last)

    def export(self) -> dict[str, torch.Tensor]:
        *hidden, last = self.weights
        return feedforward([*(w.double() for w in hidden), last.double()], list(self.biases))


def cayley(z: torch.Tensor) -> torch.Tensor:
    """Orthonormal rows (as many as columns at most) from any z of shape (rows, columns), rows <= columns."""
    rows = z.shape[0]
    u, v = z[:, :rows].T, z[:, rows:].T
    identity = torch.eye(rows, dtype=z.dtype, device=z.device)
    a = u - u.T + v.T @ v
    inverse = torch.linalg.inv(identity + a)
    return torch.cat((inverse @ (identity - a), -2 * v @ inverse), dim=0).T


class Sandwich(nn.Module):
    """Sandwich layers y = sqrt(2) A^T Psi relu(sqrt(2) Psi^-1 B x + b), A A^T + B B^T = I, and an orthogonal last layer.

    Wang and Manchester, Direct parameterization of Lipschitz-bounded deep networks, ICML 2023, section 3. A and B come from one
    Cayley transform of alpha F / |F|, as in the authors' code.
    """

    architecture = "feedforward"

    def __init__(self, inputs: int, hidden: tuple[int, ...], classes: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        shapes = [(out, out + into) for into, out in zip([inputs, *hidden], [*hidden, classes])]
        self.free = nn.ParameterList(_xavier(*shape, scale, generator) for shape in shapes)
        self.alpha = nn.ParameterList(nn.Parameter(free.detach().norm().reshape(1)) for free in self.free)
        self.biases = nn.ParameterList(_uniform_bias(rows, columns, generator) for rows, columns in shapes)
        self.psi = nn.ParameterList(nn.Parameter(torch.zeros(width)) for width in hidden)

    def layers(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """(A, B) of every layer; in the last one only B is used."""
        orthogonal = [cayley(alpha * free / free.norm()) for free, alpha in zip(self.free, self.alpha)]
        return [(q[:, : q.shape[0]], q[:, q.shape[0] :]) for q in orthogonal]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *hidden, (_, last) = self.layers()
        for (a, b), psi, bias in zip(hidden, self.psi, self.biases):
            x = F.relu(ROOT_2 * torch.exp(-psi) * F.linear(x, b) + bias)
            x = ROOT_2 * F.linear(torch.exp(psi) * x, a.T)
        return F.linear(x, last, self.biases[-1])

    def export(self) -> dict[str, torch.Tensor]:
        """Neighbouring linear maps multiplied: then it is a feedforward network."""
        weights = []
        before: torch.Tensor | None = None
        *hidden, (_, last) = self.layers()
        for (a, b), psi in zip(hidden, self.psi):
            into = ROOT_2 * torch.exp(-psi.double())[:, None] * b.double()
            weights.append(into if before is None else into @ before)
            before = ROOT_2 * a.double().T * torch.exp(psi.double())
        weights.append(last.double() if before is None else last.double() @ before)
        return feedforward(weights, list(self.biases))


class SLL(nn.Module):
    """SDP-based Lipschitz layers y = x - 2 W^T T^-1 relu(W x + b), T_ii = sum_j |W W^T|_ij q_j / q_i, and a last linear layer.

    Araujo, Havens, Delattre, Allauzen, Hu, A unified algebraic perspective on Lipschitz neural networks, ICLR 2023, theorem 3. The
    input is padded with zeros to the width of the state, as there. The last layer is T^-1/2 W x with the same T. q is exp(rho), which
    is never 0, and rows of W that are 0 get T = 1: no epsilon is needed. One in the quotient q_j / (q_i + epsilon) would
    make T smaller than the theorem asks for, and the layer would not be 1-Lipschitz any more.
    """

    def __init__(self, inputs: int, state: int, hidden: tuple[int, ...], classes: int, scale: float, generator: torch.Generator) -> None:
        super().__init__()
        self.architecture = f"dense-{len(hidden)}.yaml"
        self.padding = state - inputs
        self.weights = nn.ParameterList(_xavier(width, state, scale, generator) for width in (*hidden, classes))
        self.rho = nn.ParameterList(nn.Parameter(0.1 * torch.randn(width, generator=generator)) for width in (*hidden, classes))
        self.biases = nn.ParameterList(_uniform_bias(width, state, generator) for width in (*hidden, classes))

    @staticmethod
    def scale(weight: torch.Tensor, rho: torch.Tensor) -> torch.Tensor:
        """The diagonal of T."""
        t = (torch.abs(weight @ weight.T) * torch.exp(rho[None, :] - rho[:, None])).sum(dim=1)
        return torch.where(t == 0, 1.0, t)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.pad(x, (0, self.padding))
        *hidden, (last, rho, c) = zip(self.weights, self.rho, self.biases)
        for weight, r, bias in hidden:
            x = x - 2 * (F.relu(F.linear(x, weight, bias)) / self.scale(weight, r)) @ weight
        return F.linear(x, last) * torch.rsqrt(self.scale(last, rho)) + c

    def export(self) -> dict[str, torch.Tensor]:
        """The network in terms of its input and its activations, with weights as products: see dense-2.yaml and dense-3.yaml."""
        *hidden, (last, rho, c) = zip(self.weights, self.rho, self.biases)
        outputs = [(-2 * weight / self.scale(weight, r)[:, None]).double().T for weight, r, _ in hidden]
        into = [weight.double() for weight, _, _ in hidden]
        readout = last.double() * torch.rsqrt(self.scale(last, rho)).double()[:, None]
        inputs = last.shape[1] - self.padding
        tensors = {"A": readout[:, :inputs], "c": c.double()}
        for l, (weight, (_, _, bias)) in enumerate(zip(into, hidden), start=1):
            tensors |= {f"C[{l}]": weight[:, :inputs], f"b[{l}]": bias.double(), f"B[{l}]": readout @ outputs[l - 1]}
            tensors |= {f"{'  EF'[l]}[{j}]": weight @ outputs[j - 1] for j in range(1, l)}
        return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}


def feedforward(weights: list[torch.Tensor], biases: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """The names of the built-in architecture `feedforward`; the last weight and bias are the output's."""
    depth = len(weights) - 1
    names = [*(f"C[{l}]" for l in range(1, depth + 1)), "B"]
    offsets = [*(f"b[{l}]" for l in range(1, depth + 1)), "c"]
    tensors = dict(zip(names, weights)) | dict(zip(offsets, biases))
    return {name: tensor.detach().double().contiguous() for name, tensor in tensors.items()}
