"""Pooling in channels-last order, quicker than torch's own on a CPU.

Averages of few channels: torch adds up 16 channels at a time and what is left over one by one; for LeNet's six maps
that takes three times as long as a convolution of each map with a constant kernel, which comes to the same numbers.
Measured, forward and backward: 188 us instead of 266 for 64x6x28x28; above 16 channels and for less data there is
nothing to gain.

Gradients: what comes back through `flatten` is in the order of a flat vector, and torch then goes through the whole
backward pass of the pool in that order and copies what it finds. Measured for 64x16x10x10: averages 120 us instead of
20, maxima 70 instead of 15, and two copies less for the convolution before. So the gradient is put in order first.
"""

from __future__ import annotations

from types import MethodType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_CHANNELS = range(2, 16)
_LEAST_VALUES = 100_000


def quicken_pooling(module: nn.Module) -> None:
    """Let the `nn.AvgPool2d` and `nn.MaxPool2d` in `module` take the quicker ways where there are any. Nothing else
    about them changes: they stay what they are, with the same outputs and gradients."""
    for part in module.modules():
        if type(part) is nn.AvgPool2d:
            part.forward = MethodType(_averaged if _halves(part) else _torchs, part)  # type: ignore[method-assign]
        elif type(part) is nn.MaxPool2d and not part.return_indices:
            part.forward = MethodType(_torchs, part)  # type: ignore[method-assign]


def _halves(part: nn.AvgPool2d) -> bool:
    """Whether its windows are 2x2, side by side and without padding."""
    pairs = ((2, 2), (2, 2), (0, 0))
    wanted = (part.kernel_size, part.stride, part.padding)
    same = all(one in (pair, pair[0]) for one, pair in zip(wanted, pairs, strict=True))
    return same and not part.ceil_mode and part.divisor_override is None


def _torchs(self: nn.AvgPool2d | nn.MaxPool2d, pictures: Tensor) -> Tensor:
    pooled: Tensor = type(self).forward(self, pictures)  # type: ignore[arg-type]
    if pooled.requires_grad and pooled.dim() == 4 and _channels_last(pooled) and not pooled.is_contiguous():
        pooled.register_hook(_in_order)  # type: ignore[no-untyped-call]
    return pooled


def _averaged(self: nn.AvgPool2d, pictures: Tensor) -> Tensor:
    channels = pictures.shape[1] if pictures.dim() == 4 else 0
    if (
        channels not in _CHANNELS
        or pictures.numel() < _LEAST_VALUES
        or pictures.device.type != "cpu"
        or pictures.dtype is not torch.float32
        or not _channels_last(pictures)
    ):
        return _torchs(self, pictures)
    return F.conv2d(pictures, pictures.detach().new_full((channels, 1, 2, 2), 0.25), stride=2, groups=channels)


def _channels_last(pictures: Tensor) -> bool:
    return pictures.is_contiguous(memory_format=torch.channels_last)


def _in_order(gradient: Tensor) -> Tensor:
    return gradient.contiguous(memory_format=torch.channels_last)
