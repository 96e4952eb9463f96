"""PyTorch: an nn.Module over the free parameters."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence

import torch
from core import Constrained
from network import LIPSCHITZ


class Network(torch.nn.Module):
    """A network with a certified Lipschitz bound, whatever its parameters.

    Parameters are the free ones, under the names of _ATTRIBUTES. Arguments are those of `init`, `constrain` and
    `forward`.

    lipschitz: the certified bound; setting it changes the weights. A torch.nn.Parameter is one of the parameters and
    learned with them.

    Where nothing is to be differentiated (eval mode, and no_grad or no parameter that requires a gradient) the weights
    are computed once and kept until a parameter, the bound or the mode changes. Changes through `.data` go unnoticed in
    eval mode.
    """

    def __init__(
        self,
        widths: Mapping[str, int],
        *,
        slopes: Sequence | None = None,
        lipschitz: float | torch.Tensor = LIPSCHITZ,
        activation: Callable | Sequence[Callable] | None = None,
        domain: torch.Tensor | None = None,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__()
        self.widths = dict(widths)
        self._stated = slopes
        self.activation = activation
        self.lipschitz = lipschitz
        options = {"slopes": slopes, "lipschitz": lipschitz, "activation": activation, "domain": domain}
        with torch.inference_mode(False):
            free = init(generator, widths, **options, dtype=dtype, device=device)
            for name, value in free.items():
                self.register_parameter(_ATTRIBUTES[name], torch.nn.Parameter(value))

    def free(self) -> dict[str, torch.Tensor]:
        """The parameters by the author's names."""
        return {name: getattr(self, attribute) for name, attribute in _ATTRIBUTES.items()}

    @property
    def slopes(self) -> tuple[tuple[float, float], ...]:
        """(m, L) of each hidden signal; setting them changes the weights. None: those of the activations."""
        return self._slopes

    @property
    def activation(self) -> Callable | Sequence[Callable] | None:
        """The activation, as it was given. Setting another one derives its slopes anew, unless slopes were given: then
        these must contain them.
        """
        return self._activation

    def __setattr__(self, name: str, value: object) -> None:
        # Not by property setters: torch.nn.Module would register a module past them.
        if name == "lipschitz":
            value = _bound(value)
            # It may have been a number and become a parameter, or the other way.
            self.__dict__.pop(name, None)
            self._parameters.pop(name, None)
            self._kept = None
        if name not in ("slopes", "activation"):
            super().__setattr__(name, value)
            return
        stated = value if name == "slopes" else self._stated
        activation = value if name == "activation" else self._activation
        pairs, activations = _chosen(stated, activation)
        self._modules.pop("_activation", None)
        self._stated, self._slopes, self._activation, self._kept = stated, pairs, activation, None
        self._activations = activations

    def constrained(self) -> Constrained:
        """The weights, differentiable in the parameters; see `constrain`."""
        free = self.free()
        options = {"slopes": self.slopes, "lipschitz": self.lipschitz, "activation": self._activations or None}
        values = [value for value in (*free.values(), self.lipschitz) if torch.is_tensor(value)]
        fixed = not (torch.is_grad_enabled() and any(value.requires_grad for value in values))
        traced = torch.compiler.is_compiling() or torch.jit.is_tracing()
        # Tensors of inference mode do not tell whether they were changed.
        if self.training or not fixed or traced or any(value.is_inference() for value in values):
            return constrain(free, **options)
        bound = None if torch.is_tensor(self.lipschitz) else self.lipschitz
        state = (self.slopes, bound, [(value, value._version) for value in values])
        if self._kept is None or not _is_same(self._kept[0], state):
            with torch.inference_mode(False), torch.no_grad():
                self._kept = (state, constrain(free, **options))
        return self._kept[1]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x of shape (..., d_x) to y of shape (..., d_y)."""
        return forward(self.constrained(), x)

    def plain(self) -> Plain:
        """A copy that has the current weights as numbers, for deployment; see `Plain`."""
        with torch.inference_mode(False), torch.no_grad():
            return Plain(self.constrained())

    def lmi(self) -> torch.Tensor:
        """The LMI of the current weights, N x N."""
        return lmi(self.constrained())

    def check(self) -> float:
        """The largest eigenvalue of the LMI of the current weights, in double precision: an estimate; see `check`."""
        with torch.no_grad():
            return check(self.constrained())

    def export(self) -> dict[str, torch.Tensor]:
        """The current weights, biases and multipliers by the author's names; see `export`."""
        with torch.no_grad():
            return export(self.constrained())

    def metadata(self) -> dict[str, str]:
        """What the exported tensors mean; see `metadata`."""
        return metadata(Constrained({}, {}, {}, self.slopes, self.lipschitz, _run(self._activations, self.slopes)))

    def train(self, mode: bool = True) -> Network:
        self._kept = None
        return super().train(mode)

    def _apply(self, *arguments, **options):
        self._kept = None
        return super()._apply(*arguments, **options)

    def get_extra_state(self) -> torch.Tensor:
        """The equations, the bound, the slopes and the activations that the parameters are for, as the bytes of a JSON
        text: a tensor, so that any file of tensors keeps it, and of a type that nobody takes for weights.
        """
        return torch.tensor(list(json.dumps(_stated(self.metadata())).encode()), dtype=torch.int16, device="cpu")

    def _comparable(self) -> dict[str, str]:
        """What the state of another network must agree with; a bound that is learned comes with the tensors."""
        learned = torch.is_tensor(self.lipschitz)
        return {key: value for key, value in self.metadata().items() if not (learned and key == "lipschitz")}

    def set_extra_state(self, state: torch.Tensor) -> None:
        """Raises ValueError where the state is of a network with another bound, other slopes or another program."""
        problem = _clash(state, self._comparable())
        if problem is not None:
            raise ValueError(problem)

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
    ):
        key = prefix + "_extra_state"
        if key in state_dict:
            problem = _clash(state_dict[key], self._comparable())
            if problem is not None:
                # Before anything is copied.
                error_msgs.append(problem)
                return
        elif any(prefix + attribute in state_dict for attribute in _ATTRIBUTES.values()):
            warnings.warn(
                f"this state_dict says neither bound nor slopes: assumed are those of the network, "
                f"lipschitz={_number(self.lipschitz)} and slopes={self.slopes}",
                stacklevel=2,
            )
        missing = []
        super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, missing, unexpected_keys, error_msgs)
        missing_keys += [name for name in missing if name != key]

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_kept": None}

    def extra_repr(self) -> str:
        return f"{self.widths}, lipschitz={_number(self.lipschitz)}, slopes={self.slopes}"


class Plain(torch.nn.Module):
    """A network whose weights are numbers, in buffers: nothing is learned, constrained or factored any more. Outputs
    are those of the network that it was made of. It is traced and exported (torch.export, torch.onnx) as layers are.

    certificate: what is certified of these weights, as `metadata` says it, and the digest of the definition.
    """

    def __init__(self, constrained: Constrained) -> None:
        super().__init__()
        self.certificate = {**metadata(constrained), "digest": DIGEST}
        self._rest = (constrained.slopes, constrained.lipschitz, constrained.activations)
        self._places = tuple(
            {name: f"{kind}_{k}" for k, name in enumerate(values)}
            for kind, values in (("weight", constrained.weights), ("bias", constrained.biases))
        )
        for places, values in zip(self._places, constrained[:2], strict=True):
            for name, place in places.items():
                self.register_buffer(place, values[name].detach().clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x of shape (..., d_x) to y of shape (..., d_y)."""
        weights, biases = ({name: getattr(self, place) for name, place in places.items()} for places in self._places)
        return forward(Constrained(weights, biases, {}, *self._rest), x)

    def extra_repr(self) -> str:
        return f"{self.certificate['architecture']}, lipschitz={self.certificate['lipschitz']}"


def _stated(metadata):
    """Of the metadata, what a state_dict must say."""
    return {**{key: value for key, value in metadata.items() if key != "tensors"}, "digest": DIGEST}


def _clash(state, metadata):
    """What the state of another network says otherwise, or None."""
    try:
        found = json.loads(bytes(state.to(device="cpu", dtype=torch.int16).tolist()).decode())
    except (ValueError, TypeError, AttributeError, RuntimeError):
        return "LW305 the _extra_state of this state_dict cannot be read"
    if not isinstance(found, dict):
        return "LW305 the _extra_state of this state_dict cannot be read"
    for key, ours in _stated(metadata).items():
        theirs = found.get(key)
        # The digest stands for the definition.
        if key in ("generator", "definition") or theirs == ours or (key == "activation" and _agree(theirs, ours)):
            continue
        code = "LW306" if key == "lipschitz" else "LW305"
        return f"{code} this state_dict is of a network with {key} {theirs}, this one has {ours}"
    return None


def _agree(theirs, ours):
    """Whether no activation that both know is another one."""
    try:
        pairs = list(zip(json.loads(theirs), json.loads(ours), strict=True))
    except (ValueError, TypeError):
        return False
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _is_same(a, b):
    """Whether two states hold the same parameters, unchanged."""
    return a[:2] == b[:2] and all(x is y and v == w for (x, v), (y, w) in zip(a[2], b[2], strict=True))
