"""All that is needed to go on with a training as if it had never stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.messages import Settings
from engine.training.errors import TrainingError


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where a training stands. Tensors are on the CPU and contiguous.

    `first_rate` is the learning rate before it decayed; `weights` and `initial` are state_dicts, `velocities` go by
    parameter name, `randomness` has states of torch's generators; `position` counts the samples of the current epoch
    that have gone by.
    """

    weights: Mapping[str, Tensor]
    initial: Mapping[str, Tensor]
    velocities: Mapping[str, Tensor]
    randomness: tuple[Tensor, ...]
    settings: Settings
    first_rate: float
    updates: int
    epoch: int
    position: int
    seconds: float
    stopping: Mapping[str, Any]


def copies(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors as a Checkpoint holds them, apart from those that training writes to."""
    return {key: tensor.detach().to("cpu", copy=True).contiguous() for key, tensor in tensors.items()}


def take_over(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Write `weights` into the module's own tensors. TrainingError, and nothing written, if they do not fit."""
    own = module.state_dict()
    missing = [key for key in own if key not in weights]
    surplus = [key for key in weights if key not in own]
    if missing or surplus:
        differences = f"{_some('missing', missing)}{_some('unknown here', surplus)}".rstrip()
        raise TrainingError(f"these weights are of another network: {differences}")
    for key, tensor in own.items():
        if tensor.shape != weights[key].shape:
            raise TrainingError(
                f"these weights are of another network: {key} is {_size(weights[key])}, the network's {_size(tensor)}"
            )
    with torch.no_grad():
        for key, tensor in own.items():
            tensor.copy_(weights[key])


def _some(what: str, keys: list[str]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return f"{what}: {', '.join(keys[:3])}{more}. "


def _size(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "a number"
