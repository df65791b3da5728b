"""DenseNet: each layer sees the maps of all layers before it, and adds a few of its own.

G. Huang, Z. Liu, L. van der Maaten, K. Weinberger: "Densely connected convolutional networks", CVPR 2017, table 1.
Where ResNet adds, DenseNet concatenates: a layer is kept for all that come later, so it may be narrow (`growth` maps).
"""

from __future__ import annotations

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.network import Network, initialize_he

# Growth, maps of the stem, and how many layers each dense block has; a column of table 1 each (161: growth 48).
DEPTHS: dict[int, tuple[int, int, tuple[int, int, int, int]]] = {
    121: (32, 64, (6, 12, 24, 16)),
    161: (48, 96, (6, 12, 36, 24)),
    169: (32, 64, (6, 12, 32, 32)),
    201: (32, 64, (6, 12, 48, 32)),
}


class DenseLayer(nn.Module):
    """All maps so far → 1x1 convolution to 4 · growth (the bottleneck) → 3x3 convolution to `growth` new maps."""

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(channels, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, before: list[Tensor]) -> Tensor:
        x = before[0] if len(before) == 1 else torch.cat(before, 1)
        x = self.conv1(self.relu1(self.norm1(x)))
        return self.conv2(self.relu2(self.norm2(x)))


class DenseBlock(nn.ModuleDict):
    """`layers` dense layers; gives its input and everything that they have added."""

    def __init__(self, channels: int, growth: int, layers: int) -> None:
        super().__init__()
        for number in range(layers):
            self[f"denselayer{number + 1}"] = DenseLayer(channels + number * growth, growth)

    def forward(self, x: Tensor) -> Tensor:
        maps = [x]
        for layer in self.values():
            maps.append(layer(maps))
        return torch.cat(maps, 1)


def transition(channels: int) -> nn.Sequential:
    """Between two blocks: half as many maps, half as large."""
    return nn.Sequential(
        OrderedDict(
            norm=nn.BatchNorm2d(channels),
            relu=nn.ReLU(),
            conv=nn.Conv2d(channels, channels // 2, 1, bias=False),
            pool=nn.AvgPool2d(kernel_size=2, stride=2),
        )
    )


class DenseNet(Network):
    """3x224x224 → 64x112x112 → pool 56x56 → four dense blocks at 56, 28, 14 and 7 → average → dense 1000.

    DenseNet-121 has 7,978,856 parameters, DenseNet-201 20,013,928.
    """

    def __init__(self, input_shape: tuple[int, int, int] = (3, 224, 224), classes: int = 1000, *, depth: int) -> None:
        super().__init__()
        growth, stem, blocks = DEPTHS[depth]
        self.features = nn.Sequential(
            OrderedDict(
                conv0=nn.Conv2d(input_shape[0], stem, 7, stride=2, padding=3, bias=False),
                norm0=nn.BatchNorm2d(stem),
                relu0=nn.ReLU(),
                pool0=nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
            )
        )
        channels = _add_blocks(self.features, stem, growth, blocks)
        self.classifier = nn.Linear(channels, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Convolutions after He; biases 0."""
        initialize_he(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.features(x))
        x = F.adaptive_avg_pool2d(x, (1, 1))
        return self.classifier(torch.flatten(x, 1))


class SmallDenseNet(Network):
    """The paper's plan for CIFAR-10 with bottlenecks (DenseNet-BC), small: three blocks of four layers, growth 8."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(OrderedDict(conv0=nn.Conv2d(input_shape[0], 16, 3, padding=1, bias=False)))
        channels = _add_blocks(self.features, 16, 8, (4, 4, 4))
        self.classifier = nn.Linear(channels, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Convolutions after He; biases 0."""
        initialize_he(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.features(x))
        x = F.adaptive_avg_pool2d(x, (1, 1))
        return self.classifier(torch.flatten(x, 1))


def _add_blocks(features: nn.Sequential, channels: int, growth: int, blocks: tuple[int, ...]) -> int:
    """Add dense blocks with transitions between them, and the last normalization; how many maps come out."""
    for number, layers in enumerate(blocks, start=1):
        features.add_module(f"denseblock{number}", DenseBlock(channels, growth, layers))
        channels += layers * growth
        if number < len(blocks):
            features.add_module(f"transition{number}", transition(channels))
            channels //= 2
    features.add_module(f"norm{len(blocks) + 1}", nn.BatchNorm2d(channels))
    return channels
