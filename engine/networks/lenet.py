"""LeNet as in the lecture (sigmoid and average pooling), as one would build it today, and what lies between.

LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998), fig. 2.
As most courses do, the lecture leaves out the trained pooling, the sparse table between S2 and C3 and the radial
basis functions at the end, and pads the 28x28 picture by 2 instead of starting from 32x32.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network


class LeNet(Network):
    """28x28x1 → conv 28x28x6 → pool 14x14x6 → conv 10x10x16 → pool 5x5x16 → dense 120 → 84 → 10; 61,706 parameters."""

    def __init__(self, input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.conv1 = nn.Conv2d(channels, 6, kernel_size=5, padding=2)
        self.act1 = nn.Sigmoid()
        self.pool1 = nn.AvgPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.act2 = nn.Sigmoid()
        self.pool2 = nn.AvgPool2d(kernel_size=2, stride=2)
        self.flatten = nn.Flatten()
        self.dense1 = nn.Linear(16 * _after_pool2(height) * _after_pool2(width), 120)
        self.act3 = nn.Sigmoid()
        self.dense2 = nn.Linear(120, 84)
        self.act4 = nn.Sigmoid()
        self.output = nn.Linear(84, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Xavier: the variance of the signal stays the same through a layer, forward and backward (Glorot 2010)."""
        for layer in (self.conv1, self.conv2, self.dense1, self.dense2, self.output):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = self.act1(x)
        x = self.pool1(x)
        x = self.conv2(x)
        x = self.act2(x)
        x = self.pool2(x)
        x = self.flatten(x)
        x = self.dense1(x)
        x = self.act3(x)
        x = self.dense2(x)
        x = self.act4(x)
        return self.output(x)


class LeNetReLU(Network):
    """The same shapes with ReLU, which does not saturate, and max pooling, which keeps the strongest answer."""

    def __init__(self, input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.conv1 = nn.Conv2d(channels, 6, kernel_size=5, padding=2)
        self.act1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.act2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.flatten = nn.Flatten()
        self.dense1 = nn.Linear(16 * _after_pool2(height) * _after_pool2(width), 120)
        self.act3 = nn.ReLU()
        self.dense2 = nn.Linear(120, 84)
        self.act4 = nn.ReLU()
        self.output = nn.Linear(84, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Xavier here too: from He's larger weights, made for ReLU, more units fall silent for good (measured:
        docs/decisions/learning-rate-decay.md)."""
        for layer in (self.conv1, self.conv2, self.dense1, self.dense2, self.output):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = self.act1(x)
        x = self.pool1(x)
        x = self.conv2(x)
        x = self.act2(x)
        x = self.pool2(x)
        x = self.flatten(x)
        x = self.dense1(x)
        x = self.act3(x)
        x = self.dense2(x)
        x = self.act4(x)
        return self.output(x)


class LeNetSigmoidMax(LeNet):
    """LeNet of the lecture but for its pooling: what max pooling alone changes."""

    def __init__(self, input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> None:
        super().__init__(input_shape, classes)
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)  # type: ignore[assignment]
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)  # type: ignore[assignment]


class LeNetReLUAverage(LeNetReLU):
    """LeNet of today but for its pooling: what average pooling alone changes."""

    def __init__(self, input_shape: tuple[int, int, int] = (1, 28, 28), classes: int = 10) -> None:
        super().__init__(input_shape, classes)
        self.pool1 = nn.AvgPool2d(kernel_size=2, stride=2)  # type: ignore[assignment]
        self.pool2 = nn.AvgPool2d(kernel_size=2, stride=2)  # type: ignore[assignment]


def _after_pool2(size: int) -> int:
    """Rows or columns that are left of `size` after conv1 (same), pool1 (half), conv2 (4 less) and pool2 (half)."""
    return (size // 2 - 4) // 2
