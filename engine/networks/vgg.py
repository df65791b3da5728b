"""VGG: nothing but 3x3 convolutions, pools that halve, and three dense layers; depth is what changes.

K. Simonyan, A. Zisserman: "Very deep convolutional networks for large-scale image recognition", ICLR 2015, table 1.
Two 3x3 convolutions see 5x5 pixels, three see 7x7, with fewer weights and more non-linearities than one large kernel.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network, initialize_he, reset_norms

# How many 3x3 convolutions each of the five blocks has; a column of table 1 each.
BLOCKS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
# Columns A, B, D and E have so many channels in their blocks.
CHANNELS = (64, 128, 256, 512, 512)


class VGG(Network):
    """3x224x224 → five blocks, each half as large: 64x112x112, 128x56x56, 256x28x28, 512x14x14, 512x7x7 → dense 4096 →
    4096 → 1000. `depth` counts layers with weights; VGG-16 has 138,357,544 parameters.

    `batch_norm` puts a batch normalization after each convolution, which the paper is too old to have.
    """

    def __init__(
        self,
        input_shape: tuple[int, int, int] = (3, 224, 224),
        classes: int = 1000,
        *,
        depth: int,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        self.features = nn.Sequential(*_features(input_shape[0], BLOCKS[depth], CHANNELS, batch_norm=batch_norm))
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))  # pictures of 224x224 have 7x7 left already
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, classes),
        )

    def initialize(self, generator: torch.Generator) -> None:
        """Convolutions after He, so that 19 layers can start at once (the paper began with 11); dense layers 0.01."""
        reset_norms(self)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu", generator=generator)
            elif isinstance(part, nn.Linear):
                nn.init.normal_(part.weight, 0.0, 0.01, generator=generator)
            else:
                continue
            assert part.bias is not None
            nn.init.zeros_(part.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.avgpool(x)
        x = self.flatten(x)
        return self.classifier(x)


class SmallVGG(Network):
    """VGG's plan for pictures of 28x28 or 32x32: three blocks of two convolutions with 16, 32 and 64 channels."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10) -> None:
        super().__init__()
        channels, height, width = input_shape
        self.features = nn.Sequential(*_features(channels, (2, 2, 2), (16, 32, 64), batch_norm=False))
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(
            nn.Linear(64 * (height // 8) * (width // 8), 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, classes),
        )

    def initialize(self, generator: torch.Generator) -> None:
        """He's weights, biases 0."""
        initialize_he(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = self.flatten(x)
        return self.classifier(x)


def _features(channels: int, blocks: tuple[int, ...], widths: tuple[int, ...], *, batch_norm: bool) -> list[nn.Module]:
    """The layers of all blocks in order: convolutions of the same size with ReLU, then a pool that halves."""
    layers: list[nn.Module] = []
    for convolutions, width in zip(blocks, widths, strict=True):
        for _ in range(convolutions):
            layers.append(nn.Conv2d(channels, width, kernel_size=3, padding=1))
            if batch_norm:
                layers.append(nn.BatchNorm2d(width))
            layers.append(nn.ReLU())
            channels = width
        layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return layers
