"""AlexNet: five convolutions and three dense layers, the network that won ImageNet in 2012.

A. Krizhevsky, I. Sutskever, G. Hinton: "ImageNet classification with deep convolutional neural networks", NIPS 2012.
As in torchvision it is the version of one column (A. Krizhevsky, "One weird trick for parallelizing convolutional
neural networks", 2014): no split between two GPUs and no response normalization, which later networks did without too.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network, after, initialize_xavier, reset_norms


class AlexNet(Network):
    """3x224x224 → 64x55x55 → pool 27x27 → 192 → pool 13x13 → 384 → 256 → 256 → pool 6x6 → dense 4096 → 4096 → 1000;
    61,100,840 parameters, 58.6 million of them in the dense layers."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 224, 224), classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(input_shape[0], 64, kernel_size=11, stride=4, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(64, 192, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(192, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(256, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))  # pictures of 224x224 have 6x6 left already
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Linear(4096, classes),
        )

    def initialize(self, generator: torch.Generator) -> None:
        """As PyTorch's layers start: uniform within 1 / sqrt(fan in), weights and biases alike."""
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                bound = part.weight[0].numel() ** -0.5
                nn.init.uniform_(part.weight, -bound, bound, generator=generator)
                assert part.bias is not None
                nn.init.uniform_(part.bias, -bound, bound, generator=generator)
        reset_norms(self)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        x = self.flatten(x)
        return self.classifier(x)


class SmallAlexNet(Network):
    """AlexNet's plan for pictures of 28x28 or 32x32: five convolutions, overlapping pools, dropout, dense layers."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.features = nn.Sequential(
            nn.Conv2d(channels, 32, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(32, 48, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(48, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(64, 48, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(48, 48, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(48 * _after_features(height) * _after_features(width), 256),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, classes),
        )

    def initialize(self, generator: torch.Generator) -> None:
        """Xavier's weights, biases 0: from He's it does not get off the ground here."""
        initialize_xavier(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.flatten(x)
        return self.classifier(x)


def _after_features(size: int) -> int:
    """Three pools of 3 every 2; the convolutions keep the size."""
    for _ in range(3):
        size = after(size, 3, stride=2)
    return size
