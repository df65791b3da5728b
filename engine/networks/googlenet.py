"""GoogLeNet: inception blocks, which look at the same maps with 1x1, 3x3 and 5x5 windows at once.

C. Szegedy et al.: "Going deeper with convolutions", CVPR 2015, figure 2 and table 1. Convolutions of 1x1 first make the
maps few, so that the larger windows stay cheap. Differences to the paper, as in torchvision, whose weights load: a
batch normalization after each convolution, 3x3 windows in the branch that the paper gives 5x5, no auxiliary
classifiers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.network import Network, initialize_he, reset_norms

# Table 1: maps of the 1x1 branch; of the 3x3 branch, before and after; of the "5x5" branch, likewise; of the pool.
_TABLE = {
    "3a": (64, (96, 128), (16, 32), 32),
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}


class Convolution(nn.Module):
    """A convolution without bias, batch normalization, ReLU."""

    def __init__(self, channels: int, maps: int, kernel_size: int, *, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, maps, kernel_size, stride=stride, padding=padding, bias=False)
        self.bn = nn.BatchNorm2d(maps, eps=0.001)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    """Four branches side by side, concatenated: (branch1 + branch2 + branch3 + branch4) maps of the input's size."""

    def __init__(self, channels: int, ones: int, threes: tuple[int, int], fives: tuple[int, int], pooled: int) -> None:
        super().__init__()
        self.branch1 = Convolution(channels, ones, 1)
        self.branch2 = nn.Sequential(
            Convolution(channels, threes[0], 1), Convolution(threes[0], threes[1], 3, padding=1)
        )
        self.branch3 = nn.Sequential(Convolution(channels, fives[0], 1), Convolution(fives[0], fives[1], 3, padding=1))
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True), Convolution(channels, pooled, 1)
        )
        self.maps = ones + threes[1] + fives[1] + pooled

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(Network):
    """3x224x224 → stem 192x28x28 → 480x14x14 → 832x7x7 → average 1024 → dense 1000; 6,624,904 parameters."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 224, 224), classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = Convolution(input_shape[0], 64, 7, stride=2, padding=3)
        self.maxpool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.conv2 = Convolution(64, 64, 1)
        self.conv3 = Convolution(64, 192, 3, padding=1)
        self.maxpool2 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.inception3a = Inception(192, *_TABLE["3a"])
        self.inception3b = Inception(256, *_TABLE["3b"])
        self.maxpool3 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.inception4a = Inception(480, *_TABLE["4a"])
        self.inception4b = Inception(512, *_TABLE["4b"])
        self.inception4c = Inception(512, *_TABLE["4c"])
        self.inception4d = Inception(512, *_TABLE["4d"])
        self.inception4e = Inception(528, *_TABLE["4e"])
        self.maxpool4 = nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True)
        self.inception5a = Inception(832, *_TABLE["5a"])
        self.inception5b = Inception(832, *_TABLE["5b"])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1024, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """Normal with deviation 0.01, cut at two; the batch normalizations behind it set the scale."""
        reset_norms(self)
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(part.weight, std=0.01, a=-0.02, b=0.02, generator=generator)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool1(self.conv1(x))
        x = self.maxpool2(self.conv3(self.conv2(x)))
        x = self.inception3b(self.inception3a(x))
        x = self.maxpool3(x)
        x = self.inception4a(x)
        x = self.inception4b(x)
        x = self.inception4c(x)
        x = self.inception4d(x)
        x = self.inception4e(x)
        x = self.maxpool4(x)
        x = self.inception5b(self.inception5a(x))
        x = self.flatten(self.avgpool(x))
        return self.fc(self.dropout(x))


class SmallGoogLeNet(Network):
    """GoogLeNet's plan for pictures of 28x28 or 32x32: a stem of two convolutions, three inception blocks."""

    def __init__(self, input_shape: tuple[int, int, int] = (3, 32, 32), classes: int = 10) -> None:
        super().__init__()
        self.conv1 = Convolution(input_shape[0], 24, 3, padding=1)
        self.maxpool1 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.conv2 = Convolution(24, 48, 3, padding=1)
        self.inception3a = Inception(48, 16, (16, 32), (4, 8), 8)
        self.inception3b = Inception(64, 32, (32, 48), (8, 24), 16)
        self.maxpool3 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.inception4a = Inception(120, 32, (32, 64), (8, 16), 16)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(128, classes)

    def initialize(self, generator: torch.Generator) -> None:
        """He's weights, biases 0."""
        initialize_he(self, generator)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv2(self.maxpool1(self.conv1(x)))
        x = self.inception3b(self.inception3a(x))
        x = self.inception4a(self.maxpool3(x))
        x = self.flatten(self.avgpool(x))
        return self.fc(self.dropout(x))
