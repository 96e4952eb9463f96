"""PyTorch: what has derivatives that cost less than those of its operations."""

from __future__ import annotations

import torch
from kernels import _norm_and_gradient


def _is_worth_it(value):
    """Whether a derivative of its own saves more than its call takes; torch.compile makes its own."""
    return value.numel() > 2**12 and not torch.compiler.is_compiling()


def _single(value):
    """The nearest number of single precision, at most its largest."""
    largest = torch.finfo(torch.float32).max
    return value.clamp(-largest, largest).to(torch.float32).to(value.dtype)


class _Kept(torch.autograd.Function):
    """In single precision, as numbers of the precision that they had."""

    generate_vmap_rule = True

    @staticmethod
    def forward(value):
        return _single(value)

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, adjoint):
        return adjoint

    @staticmethod
    def jvp(ctx, tangent):
        return tangent.clone()


class _Square(torch.autograd.Function):
    """Y @ Y.T: one product on the way back, not one for each side."""

    generate_vmap_rule = True

    @staticmethod
    def forward(matrix):
        return matrix @ matrix.T

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, adjoint):
        return (adjoint + adjoint.T) @ ctx.saved_tensors[0]

    @staticmethod
    def jvp(ctx, tangent):
        half = tangent @ ctx.saved_tensors[0].T
        return half + half.T


def _square(matrix):
    """matrix @ matrix.T."""
    return _Square.apply(matrix) if _is_worth_it(matrix) else matrix @ matrix.T


class _SpectralNorm(torch.autograd.Function):
    """The bound of `_norm_and_gradient` with that gradient, whose derivatives are those of its operations."""

    generate_vmap_rule = True

    @staticmethod
    def forward(matrix):
        return _norm_and_gradient(matrix)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.mark_non_differentiable(output[1])
        ctx.save_for_backward(inputs[0], output[1])
        ctx.save_for_forward(output[1])

    @staticmethod
    def backward(ctx, adjoint, _):
        matrix, gradient = ctx.saved_tensors
        return adjoint * (_norm_and_gradient(matrix)[1] if torch.is_grad_enabled() else gradient)


class _SpectralNormBothWays(_SpectralNorm):
    """With derivatives in forward mode too, which torch.compile does not take."""

    @staticmethod
    def jvp(ctx, tangent):
        return (ctx.saved_tensors[-1] * tangent).sum(), None


def _spectral_norm(matrix):
    """An upper bound of the largest singular value, nearly reached: see `_gram_bound`."""
    return (_SpectralNorm if torch.compiler.is_compiling() else _SpectralNormBothWays).apply(matrix)[0]
