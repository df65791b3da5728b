"""ResNet: blocks that add something to their input instead of replacing it, so that a hundred layers can be trained.

K. He, X. Zhang, S. Ren, J. Sun: "Deep residual learning for image recognition", CVPR 2016, table 1 and figure 5. As in
torchvision, whose weights load, a bottleneck halves the picture in its 3x3 convolution (the paper: in the first 1x1).
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.networks.network import Network, initialize_he


class BasicBlock(nn.Module):
    """x + two 3x3 convolutions of x. Where the shape changes, x goes through a 1x1 convolution (`downsample`)."""

    expansion: ClassVar[int] = 1

    def __init__(self, channels: int, maps: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, maps, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(maps)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(maps, maps, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(maps)
        self.downsample = _shortcut(channels, maps, stride)

    def forward(self, x: Tensor) -> Tensor:
        identity = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        return self.relu(x + identity)


class Bottleneck(nn.Module):
    """x + three convolutions of x: 1x1 to fewer maps, 3x3, 1x1 to four times as many. For the deep ones."""

    expansion: ClassVar[int] = 4

    def __init__(self, channels: int, maps: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, maps, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(maps)
        self.conv2 = nn.Conv2d(maps, maps, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(maps)
        self.conv3 = nn.Conv2d(maps, 4 * maps, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * maps)
        self.relu = nn.ReLU()
        self.downsample = _shortcut(channels, 4 * maps, stride)

    def forward(self, x: Tensor) -> Tensor:
        identity = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.bn3(self.conv3(x))
        return self.relu(x + identity)


# How many blocks of which kind the four stages have; a column of table 1 each.
DEPTHS: dict[int, tuple[type[BasicBlock | Bottleneck], tuple[int, int, int, int]]] = {
    18: (BasicBlock, (2, 2, 2, 2)),
    34: (BasicBlock, (3, 4, 6, 3)),
    50: (Bottleneck, (3, 4, 6, 3)),
    101: (Bottleneck, (3, 4, 23, 3)),
    152: (Bottleneck, (3, 8, 36, 3)),
}


class ResNet(Network):
    """3x224x224 → 64x112x112 → pool 56x56 → four stages at 56, 28, 14 and 7 → average → dense 1000.

    ResNet-18 has 11,689,512 parameters, ResNet-152 60,192,808.
    """

    def __init__(self, input_shape: tuple[int, int, int] = (3, 224, 224), classes: int = 1000, *, depth: int) -> None:
        super().__init__()
        block, (first, second, third, fourth) = DEPTHS[depth]
        self.conv1 = nn.Conv2d(input_shape[0], 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = _stage(block, 64, 64, blocks=first, stride=1)
        self.layer2 = _stage(block, 64 * block.expansion, 128, blocks=second, stride=2)
        self.layer3 = _stage(block, 128 * block.expansion, 256, blocks=third, stride=2)
        self.layer4 = _stage(block, 256 * block.expansion, 512, blocks=fourth, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(512 * block.expansion, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Convolutions after He, backward; biases 0."""
        initialize_he(self, generator, mode="fan_out")

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.flatten(self.avgpool(x)))


class SmallResNet(Network):
    """The paper's plan for CIFAR-10 (section 4.2), with one block a stage: 16, 32 and 64 maps at 32, 16 and 8 pixels.

    Shortcuts that change the shape are convolutions of 1x1 here; the paper pads with zero maps. 78,042 parameters.
    """

    def __init__(self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10, *, blocks: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(input_shape[0], 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        self.layer1 = _stage(BasicBlock, 16, 16, blocks=blocks, stride=1)
        self.layer2 = _stage(BasicBlock, 16, 32, blocks=blocks, stride=2)
        self.layer3 = _stage(BasicBlock, 32, 64, blocks=blocks, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(64, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Convolutions after He, backward; biases 0."""
        initialize_he(self, generator, mode="fan_out")

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(self.flatten(self.avgpool(x)))


def _stage(
    block: type[BasicBlock | Bottleneck], channels: int, maps: int, *, blocks: int, stride: int
) -> nn.Sequential:
    """Blocks one after another; the first one takes `channels` and may halve the picture."""
    first = block(channels, maps, stride)
    return nn.Sequential(first, *(block(maps * block.expansion, maps, 1) for _ in range(blocks - 1)))


def _shortcut(channels: int, maps: int, stride: int) -> nn.Sequential | None:
    """A 1x1 convolution that gives the input the block's shape; None where it has it already."""
    if channels == maps and stride == 1:
        return None
    return nn.Sequential(nn.Conv2d(channels, maps, 1, stride=stride, bias=False), nn.BatchNorm2d(maps))
