"""What every network of the catalogue is: a module that can be given the same initial weights again."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn


class Network(nn.Module, ABC):
    """A module from pictures (batch, channels, height, width) to one logit a class (batch, classes)."""

    @abstractmethod
    def initialize(self, generator: torch.Generator) -> None:
        """Draw all weights anew from `generator`, and reset all statistics, whatever was in them before."""


def after(size: int, kernel: int, *, stride: int = 1, padding: int = 0) -> int:
    """Rows or columns that a convolution or a pool leaves of `size`."""
    return (size + 2 * padding - kernel) // stride + 1


def reset_norms(module: nn.Module) -> None:
    """Batch normalizations as they start: they neither scale nor shift, and have seen nothing."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.ones_(part.weight)
            nn.init.zeros_(part.bias)
            part.reset_running_stats()


def initialize_he(module: nn.Module, generator: torch.Generator, *, mode: str = "fan_in") -> None:
    """Every convolution from He's normal distribution, which keeps the variance of the signal through ReLU layers, and
    every dense layer from his uniform one; biases 0; batch normalizations as they start.

    K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers" (2015), section 2.2; `mode` "fan_in" keeps the
    forward signal, "fan_out" the gradient.
    """
    reset_norms(module)
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode=mode, nonlinearity="relu", generator=generator)  # type: ignore[arg-type]
        elif isinstance(part, nn.Linear):
            nn.init.kaiming_uniform_(part.weight, nonlinearity="linear", generator=generator)
        else:
            continue
        if part.bias is not None:
            nn.init.zeros_(part.bias)


def initialize_xavier(module: nn.Module, generator: torch.Generator) -> None:
    """Every convolution and dense layer from Xavier's uniform distribution, biases 0: smaller steps than He's at the
    start, for deep networks without normalization, where He's leave units silent for good.

    X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010), eq. 16.
    """
    reset_norms(module)
    for part in module.modules():
        if isinstance(part, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(part.weight, generator=generator)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
