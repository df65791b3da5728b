"""What a dataset is once it is loaded, and how its errors are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.messages import Bytes, DatasetFacts

Labels = NDArray[np.int64]


class DatasetError(ValueError):
    """A user-facing failure: its message names the file or value, what is wrong with it and what to do."""


class Cancelled(DatasetError):
    """The user stopped the loading, downloading or generating. Nothing half done was left behind."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures in memory, split for training and testing. All arrays are read-only.

    `train_pictures` and `test_pictures` are uint8 (n, channels, height, width), `train_labels` and `test_labels` int64
    (n,) with values below len(classes), or all -1: pictures to look at, without labels. `mean` and `std` have one float
    a channel: of the training pictures alone, in 0-1; a network sees (picture / 255 - mean) / std. `notices` are
    sentences that the user should read, such as that a picture was left out.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    train_pictures: Bytes
    train_labels: Labels
    test_pictures: Bytes
    test_labels: Labels
    mean: tuple[float, ...]
    std: tuple[float, ...]
    notices: tuple[str, ...] = field(default=())

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of every picture."""
        channels, height, width = self.train_pictures.shape[1:]
        return int(channels), int(height), int(width)

    @property
    def labelled(self) -> bool:
        """Whether there are held-out pictures whose class is known (a label of -1 says that nobody knows)."""
        return bool(len(self.test_labels)) and int(self.test_labels[0]) >= 0

    def facts(self) -> DatasetFacts:
        """What a viewer needs to know, without the arrays."""
        return DatasetFacts(
            name=self.name,
            title=self.title,
            classes=self.classes,
            picture_shape=self.picture_shape,
            train_samples=len(self.train_labels),
            test_samples=len(self.test_labels),
        )


def make_dataset(
    *,
    name: str,
    title: str,
    classes: Sequence[str],
    train: tuple[Bytes, Labels],
    test: tuple[Bytes, Labels],
    notices: Sequence[str] = (),
) -> Dataset:
    """A Dataset of (pictures uint8 (n, c, h, w), labels) pairs, made read-only; mean and std are measured."""
    mean, std = measure(train[0])
    train_pictures, test_pictures = np.ascontiguousarray(train[0]), np.ascontiguousarray(test[0])
    train_labels = np.ascontiguousarray(train[1], dtype=np.int64)
    test_labels = np.ascontiguousarray(test[1], dtype=np.int64)
    for array in (train_pictures, train_labels, test_pictures, test_labels):
        array.setflags(write=False)
    return Dataset(
        name=name,
        title=title,
        classes=tuple(classes),
        train_pictures=train_pictures,
        train_labels=train_labels,
        test_pictures=test_pictures,
        test_labels=test_labels,
        mean=mean,
        std=std,
        notices=tuple(notices),
    )


def measure(pictures: Bytes) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of uint8 pictures (n, c, h, w), in 0-1; a std of 0 becomes 1.

    Sums are exact up to a width of 257 pixels, so the result does not depend on the order of the pictures.
    """
    n, channels, height, width = pictures.shape
    sums, squares = np.zeros(channels), np.zeros(channels)
    for start in range(0, n, 512):  # small pieces stay in the processor's cache
        piece = pictures[start : start + 512].astype(np.float32)
        # float32 holds the sum of a row's squares exactly while it is below 2**24: 257 pixels of 255 squared
        sums += piece.sum(axis=3).sum(axis=(0, 2), dtype=np.float64)
        squares += np.einsum("nchw,nchw->nch", piece, piece).sum(axis=(0, 2), dtype=np.float64)
    count = n * height * width
    mean = sums / count / 255.0
    std = np.sqrt(np.maximum(squares / count / 255.0**2 - mean**2, 0.0))
    std[std == 0.0] = 1.0
    return tuple(mean.tolist()), tuple(std.tolist())
