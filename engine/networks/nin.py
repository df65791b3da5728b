"""Network in network: after each convolution two 1x1 convolutions, a small dense network at every pixel.

M. Lin, Q. Chen, S. Yan: "Network in network", ICLR 2014. Nothing dense is left at the end: the last layer has a map for
each class, and its average over the picture is the class's logit (global average pooling, section 3.2).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network, initialize_xavier


class NiN(Network):
    """The paper's network for CIFAR-10: three blocks ("mlpconv"); 966,986 parameters. `width` 1 is the paper's size."""

    def __init__(
        self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10, *, width: float = 1.0
    ) -> None:
        super().__init__()
        wide, middle, narrow = round(192 * width), round(160 * width), round(96 * width)
        self.block1 = block(input_shape[0], wide, middle, narrow, kernel_size=5, padding=2)
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.dropout1 = nn.Dropout(0.5)
        self.block2 = block(narrow, wide, wide, wide, kernel_size=5, padding=2)
        self.pool2 = nn.AvgPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.dropout2 = nn.Dropout(0.5)
        self.block3 = block(wide, wide, wide, classes, kernel_size=3, padding=1)
        self.average = nn.AdaptiveAvgPool2d((1, 1))
        self.flatten = nn.Flatten()

    def initialize(self, generator: torch.Generator) -> None:
        """Xavier's weights, biases 0: from He's it does not get off the ground here."""
        initialize_xavier(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout1(self.pool1(self.block1(x)))
        x = self.dropout2(self.pool2(self.block2(x)))
        x = self.block3(x)
        return self.flatten(self.average(x))


def block(channels: int, first: int, second: int, third: int, *, kernel_size: int, padding: int) -> nn.Sequential:
    """A convolution that looks around, and two that mix the channels of each pixel; ReLU after each."""
    return nn.Sequential(
        nn.Conv2d(channels, first, kernel_size=kernel_size, padding=padding),
        nn.ReLU(),
        nn.Conv2d(first, second, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(second, third, kernel_size=1),
        nn.ReLU(),
    )
