"""A dataset small enough to train on in a test: bars of different heights at four places, in noise."""

from __future__ import annotations

import gzip
from pathlib import Path

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


def write_idx(root: Path, dataset: Dataset, *, name: str = "mnist") -> None:
    """Write a grey dataset as the four files of MNIST below `root`, which is then a data root."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for part, pictures, labels in (
        ("train", dataset.train_pictures, dataset.train_labels),
        ("t10k", dataset.test_pictures, dataset.test_labels),
    ):
        sizes = np.array([0x803, len(pictures), *pictures.shape[2:]], ">u4").tobytes()
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(sizes + pictures.tobytes(), 1))
        sizes = np.array([0x801, len(labels)], ">u4").tobytes()
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(sizes + labels.astype("u1").tobytes(), 1))
