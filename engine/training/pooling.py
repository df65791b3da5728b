"""Average pooling of few channels, quicker than torch's own on a CPU.

In channels-last order torch adds up 16 channels at a time and what is left over one by one: for LeNet's six maps that
takes three times as long as a convolution of each map with a constant kernel, which comes to the same numbers.
Measured, forward and backward: 188 us instead of 266 for 64x6x28x28; above 16 channels and for less data there is
nothing to gain.
"""

from __future__ import annotations

from types import MethodType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_CHANNELS = range(2, 16)
_LEAST_VALUES = 100_000


def quicken_pooling(module: nn.Module) -> None:
    """Let the `nn.AvgPool2d` in `module` whose windows are 2x2, side by side and without padding take the quicker way
    where there is one. Nothing else about them changes: they stay what they are, with the same outputs."""
    for part in module.modules():
        if type(part) is nn.AvgPool2d and _halves(part):
            part.forward = MethodType(_forward, part)  # type: ignore[method-assign]


def _halves(part: nn.AvgPool2d) -> bool:
    pairs = ((2, 2), (2, 2), (0, 0))
    wanted = (part.kernel_size, part.stride, part.padding)
    same = all(one in (pair, pair[0]) for one, pair in zip(wanted, pairs, strict=True))
    return same and not part.ceil_mode and part.divisor_override is None


def _forward(self: nn.AvgPool2d, pictures: Tensor) -> Tensor:
    channels = pictures.shape[1] if pictures.dim() == 4 else 0
    if (
        channels not in _CHANNELS
        or pictures.numel() < _LEAST_VALUES
        or pictures.device.type != "cpu"
        or pictures.dtype is not torch.float32
        or not pictures.is_contiguous(memory_format=torch.channels_last)
    ):
        return nn.AvgPool2d.forward(self, pictures)
    return F.conv2d(pictures, pictures.detach().new_full((channels, 1, 2, 2), 0.25), stride=2, groups=channels)
