"""The example of the lecture: one convolution, ReLU, one pool and a dense layer, to read shapes from."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network, after, initialize_he


class LectureCNN(Network):
    """32x32x3 → conv 8x8x12 → ReLU 8x8x12 → pool 3x3x12 → dense 1x1x10; 2,002 parameters.

    The lecture gives the shapes. Windows that overlap a little lead to them: 5x5 every 4 pixels, then 3x3 every 2.
    """

    def __init__(self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.conv = nn.Conv2d(channels, 12, kernel_size=5, stride=4, padding=1)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2)
        self.flatten = nn.Flatten()
        self.output = nn.Linear(12 * _after_pool(height) * _after_pool(width), classes)

    def initialize(self, generator: torch.Generator) -> None:
        """He's weights, biases 0."""
        initialize_he(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.relu(x)
        x = self.pool(x)
        x = self.flatten(x)
        return self.output(x)


def _after_pool(size: int) -> int:
    return after(after(size, 5, stride=4, padding=1), 3, stride=2)
