"""The other side: the plainest torch loop, as one would write it in a notebook, without a window."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import datasets, networks
from engine.datasets import Dataset
from engine.training.feed import order

BATCH = 64
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def data_root() -> Path | None:
    """Where MNIST lies: beside the repository, else where datasets are kept."""
    return SHARED if (SHARED / "mnist").is_dir() else None


def dataset_name() -> str:
    """MNIST where it is there without a download, else the bundled digits."""
    try:
        datasets.load("mnist", root=data_root(), download=False)
    except datasets.DatasetError:
        return "digits"
    return "mnist"


def load(name: str) -> Dataset:
    return datasets.load(name, root=data_root(), download=False)


@dataclass
class Plain:
    """A network, its data as float32 tensors in memory, torch's own optimizer."""

    network: str
    dataset: Dataset
    seed: int = 0

    def __post_init__(self) -> None:
        recipe = networks.recipe(self.network)
        self.recipe = recipe
        self.module: nn.Module = networks.build(
            self.network, seed=self.seed, input_shape=self.dataset.picture_shape, classes=len(self.dataset.classes)
        )
        self.optimizer = torch.optim.SGD(
            self.module.parameters(),
            lr=recipe.learning_rate,
            momentum=recipe.momentum,
            weight_decay=recipe.weight_decay,
        )
        self.x, self.y = self._tensors("train")
        self.epoch = self.position = 0
        self.order = order(len(self.y), self.seed, 0)

    def _tensors(self, split: str) -> tuple[Tensor, Tensor]:
        mean, std = (torch.tensor(one).view(-1, 1, 1) for one in (self.dataset.mean, self.dataset.std))
        pictures = torch.tensor(getattr(self.dataset, f"{split}_pictures")).float() / 255
        return (pictures - mean) / std, torch.tensor(getattr(self.dataset, f"{split}_labels"))

    def step(self) -> bool:
        """One update; whether it was the last one of its epoch."""
        index = self.order[self.position : self.position + BATCH]
        loss = F.cross_entropy(self.module(self.x[index]), self.y[index])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.position += BATCH
        if self.position < len(self.y):
            return False
        self.epoch, self.position = self.epoch + 1, 0
        self.order = order(len(self.y), self.seed, self.epoch)
        return True

    def samples_per_second(self, seconds: float) -> float:
        """Train for so long."""
        began, steps = time.perf_counter(), 0
        while (spent := time.perf_counter() - began) < seconds:
            self.step()
            steps += 1
        return steps * BATCH / spent

    def decay(self) -> None:
        """What the recipe does to the learning rate after an epoch."""
        for group in self.optimizer.param_groups:
            group["lr"] *= self.recipe.learning_rate_decay

    def accuracy(self) -> float:
        """On the whole test set."""
        if not hasattr(self, "test"):
            self.test = self._tensors("test")
        x, y = self.test
        self.module.eval()
        with torch.no_grad():
            batches = zip(x.split(1000), y.split(1000), strict=True)
            right = sum(int((self.module(a).argmax(1) == b).sum()) for a, b in batches)
        self.module.train()
        return right / len(y)
