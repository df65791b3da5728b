"""Tiny VGG: the smallest network with VGG's idea, blocks of 3x3 convolutions with a pool after each.

It is the network that CNN Explainer shows: Z. J. Wang et al., "CNN Explainer: learning convolutional neural networks
with interactive visualization", IEEE TVCG 27 (2021), figure 2. Its convolutions are valid: they add no padding.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network, initialize_he


class TinyVGG(Network):
    """64x64x3 → conv 62x62x10 → 60x60x10 → pool 30x30x10 → conv 28x28x10 → 26x26x10 → pool 13x13x10 → dense 10;
    19,920 parameters."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 64, 64), classes: int = 10) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.conv_1_1 = nn.Conv2d(channels, 10, kernel_size=3)
        self.relu_1_1 = nn.ReLU()
        self.conv_1_2 = nn.Conv2d(10, 10, kernel_size=3)
        self.relu_1_2 = nn.ReLU()
        self.max_pool_1 = nn.MaxPool2d(kernel_size=2)
        self.conv_2_1 = nn.Conv2d(10, 10, kernel_size=3)
        self.relu_2_1 = nn.ReLU()
        self.conv_2_2 = nn.Conv2d(10, 10, kernel_size=3)
        self.relu_2_2 = nn.ReLU()
        self.max_pool_2 = nn.MaxPool2d(kernel_size=2)
        self.flatten = nn.Flatten()
        self.output = nn.Linear(10 * _after_block(_after_block(height)) * _after_block(_after_block(width)), classes)

    def initialize(self, generator: torch.Generator) -> None:
        """He's weights, biases 0."""
        initialize_he(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu_1_1(self.conv_1_1(x))
        x = self.relu_1_2(self.conv_1_2(x))
        x = self.max_pool_1(x)
        x = self.relu_2_1(self.conv_2_1(x))
        x = self.relu_2_2(self.conv_2_2(x))
        x = self.max_pool_2(x)
        return self.output(self.flatten(x))


def _after_block(size: int) -> int:
    """Two valid 3x3 convolutions take two pixels each, the pool halves."""
    return (size - 4) // 2
