"""What every network of the catalogue is: a module that can be given the same initial weights again."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import nn


class Network(nn.Module, ABC):
    """A module from pictures (batch, channels, height, width) to one logit a class (batch, classes)."""

    @abstractmethod
    def initialize(self, generator: torch.Generator) -> None:
        """Draw all weights anew from `generator`."""
