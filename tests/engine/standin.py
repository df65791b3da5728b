"""A dataset small enough to train on in a test: bars of different heights at four places, in noise."""

from __future__ import annotations

import numpy as np

from engine.datasets import Dataset
from engine.datasets.dataset import make_dataset


def bars(*, train: int = 230, test: int = 70, shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0) -> Dataset:
    """uint8 pictures of ten classes: class k has a bright bar in column band k."""
    random = np.random.default_rng(seed)
    channels, height, width = shape

    def split(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = random.integers(0, 10, count)
        pictures = random.integers(0, 60, (count, channels, height, width))
        for index, label in enumerate(labels):
            left = label * width // 10
            top = random.integers(0, height // 3)
            pictures[index, :, top : top + height // 2, left : left + max(1, width // 10)] += 180
        return pictures.astype(np.uint8), labels.astype(np.int64)

    names = [str(digit) for digit in range(10)]
    return make_dataset(name="bars", title="Bars", classes=names, train=split(train), test=split(test))
