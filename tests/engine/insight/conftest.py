"""Small networks with weights of their own, and samples to ask them about."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from engine.graph import trace_graph
from engine.insight import Material, Subject
from engine.messages import Graph
from engine.networks import build


def graph_of(module: nn.Module, shape: tuple[int, ...]) -> Graph:
    return trace_graph(module, shape, name="net", title="Net")


def subject_of(module: nn.Module, shape: tuple[int, ...], **more: object) -> Subject:
    return Subject(module=module, graph=graph_of(module, shape), **more)  # type: ignore[arg-type]


def last(answers):  # type: ignore[no-untyped-def]
    """The last answer of those that come."""
    return [one for one in answers if one is not None][-1]


class InPlace(nn.Module):
    """Residual, concatenation, normalization and ReLU in place: what deep networks are made of."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.more = nn.Conv2d(4, 4, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.norm(self.conv(x)))
        y = self.relu(self.more(x) + x)
        z = torch.cat([x, y], 1)
        return self.fc(self.pool(z).flatten(1))


@pytest.fixture
def lenet() -> nn.Module:
    return build("lenet-relu", seed=3)


@pytest.fixture
def material() -> Material:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (40, 1, 28, 28), dtype=np.uint8)
    labels = (np.arange(40) % 10).astype(np.int64)
    return Material(pictures, labels, (0.5,), (0.25,), torch.device("cpu"))


@pytest.fixture
def deep() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        module = InPlace()
    assert module.norm.running_mean is not None
    assert module.norm.running_var is not None
    module.norm.running_mean.copy_(torch.linspace(-0.2, 0.2, 4))
    module.norm.running_var.copy_(torch.linspace(0.5, 2.0, 4))
    return module
