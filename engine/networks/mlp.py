"""The multilayer perceptron: no idea of neighbourhood, every hidden unit weighs every pixel."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network


class MLP(Network):
    """784 → 128 → 10 with ReLU; 101,770 parameters, of which 100,352 weigh the pixels."""

    def __init__(self, input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10, hidden: int = 128) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.flatten = nn.Flatten()
        self.dense1 = nn.Linear(channels * height * width, hidden)
        self.act1 = nn.ReLU()
        self.output = nn.Linear(hidden, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """He for the layer before ReLU, Xavier for the output, biases zero."""
        nn.init.kaiming_uniform_(self.dense1.weight, nonlinearity="relu", generator=generator)
        nn.init.xavier_uniform_(self.output.weight, generator=generator)
        for layer in (self.dense1, self.output):
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.flatten(x)
        x = self.dense1(x)
        x = self.act1(x)
        return self.output(x)
