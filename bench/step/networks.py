"""What generated modules are measured against: networks of three hidden layers in float32, each from its paper's equations."""

import math

import torch
from torch import nn
from torch.nn import functional

LAYERS = 3


def plain(inputs, width, outputs):
    """No bound at all."""
    sizes = [inputs, *[width] * LAYERS]
    hidden = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(width, outputs))


class SllLayer(nn.Module):
    """y = x - 2 W T⁻¹ relu(Wᵀ x + b), T_ii = Σ_j |WᵀW|_ij q_j / q_i (Araujo et al., ICLR 2023, theorem 3)."""

    def __init__(self, size, width):
        super().__init__()
        self.weight = nn.Parameter(nn.init.xavier_normal_(torch.empty(width, size)))
        self.bias = nn.Parameter(torch.zeros(width))
        self.log_scale = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        q = torch.exp(self.log_scale)
        t = (torch.abs(self.weight @ self.weight.T) * q[None, :] / q[:, None]).sum(1)
        return x - 2 * (functional.relu(functional.linear(x, self.weight, self.bias)) / t) @ self.weight


class AolLinear(nn.Module):
    """y = B diag(t) x + c, t_j = (Σ_k |BᵀB|_jk)^(-1/2) over the fewer of rows and columns (Prach and Lampert, ECCV 2022)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(nn.init.xavier_normal_(torch.empty(outputs, inputs)))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        t = torch.abs(self.weight @ self.weight.T).sum(1) ** -0.5
        return functional.linear(x, t[:, None] * self.weight, self.bias)


def sll(inputs, width, outputs):
    """Three residual layers over x with `width` hidden units each, as the layer is defined, and a linear output."""
    return nn.Sequential(*[SllLayer(inputs, width) for _ in range(LAYERS)], AolLinear(inputs, outputs))


def cayley(matrix):
    """Orthonormal rows: with [X, Y] the matrix, X square, and A = X - Xᵀ + Y Yᵀ, [(I + A)⁻¹ (I - A), -2 (I + A)⁻¹ Y]."""
    rows, columns = matrix.shape
    if rows > columns:
        return cayley(matrix.T).T
    square, rest = matrix[:, :rows], matrix[:, rows:]
    eye = torch.eye(rows)
    a = square - square.T + rest @ rest.T
    inverse = torch.linalg.inv(eye + a)
    return torch.cat([inverse @ (eye - a), -2 * inverse @ rest], 1)


class SandwichLayer(nn.Module):
    """h = √2 Aᵀ Ψ relu(√2 Ψ⁻¹ B x + b), A Aᵀ + B Bᵀ = I (Wang and Manchester, ICML 2023, equation 11)."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.free = nn.Parameter(nn.init.xavier_normal_(torch.empty(outputs, outputs + inputs)))
        self.length = nn.Parameter(self.free.detach().norm())
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.log_scale = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        both = cayley(self.length * self.free / self.free.norm())
        size = len(self.bias)
        a, b = both[:, :size], both[:, size:]
        psi = torch.exp(self.log_scale)
        h = functional.relu(math.sqrt(2) * functional.linear(x, b) / psi + self.bias)
        return math.sqrt(2) * (psi * h) @ a


class SandwichLinear(nn.Module):
    """y = B x + c with B Bᵀ ≼ I: the layer without its activation."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.free = nn.Parameter(nn.init.xavier_normal_(torch.empty(outputs, outputs + inputs)))
        self.length = nn.Parameter(self.free.detach().norm())
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        both = cayley(self.length * self.free / self.free.norm())
        return functional.linear(x, both[:, len(self.bias) :], self.bias)


def sandwich(inputs, width, outputs):
    sizes = [inputs, *[width] * LAYERS]
    return nn.Sequential(*map(SandwichLayer, sizes, sizes[1:]), SandwichLinear(width, outputs))


def spectral_linear(inputs, width, outputs):
    """deel-torchlip's SpectralLinear (Serrurier et al., CVPR 2021), if it is installed."""
    from deel import torchlip

    sizes = [inputs, *[width] * LAYERS]
    hidden = [part for a, b in zip(sizes, sizes[1:]) for part in (torchlip.SpectralLinear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, torchlip.SpectralLinear(width, outputs))


def published():
    """By name; what is not installed is left out."""
    networks = {"plain": plain, "SLL": sll, "sandwich": sandwich}
    try:
        import deel.torchlip
    except ImportError:
        return networks
    return {**networks, f"SpectralLinear (deel-torchlip {deel.torchlip.__version__})": spectral_linear}
