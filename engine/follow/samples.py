"""What a followed network looks at: the examples of its script, or the dataset that it is trained on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine import datasets
from engine.follow.reading import Description
from engine.messages import Bytes, Sample
from engine.session.samples import Samples, Split

# A vector of so many times so many values is shown as a square: it mostly was a picture once.
_SIDE = 8


class _Unsure(Samples):
    """Samples of which some have no label (-1)."""

    def at(self, split: str, index: int) -> Sample:
        sample = super().at(split, index)
        return replace(sample, label=None) if sample.label is not None and sample.label < 0 else sample


@dataclass(frozen=True, eq=False)
class Shown:
    """`samples` as pictures, and what is needed to make inputs of pictures: (picture / 255 - mean) / std, in `shape`.

    `exact` holds the inputs of the test samples themselves, where a script wrote them.
    """

    samples: Samples
    mean: Tensor
    std: Tensor
    shape: tuple[int, ...]
    exact: Tensor | None = None

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return self.samples.picture_shape

    def inputs(self, picture: Bytes, index: int) -> Tensor:
        """The network's input (with a batch axis) for a picture; the exact one for a sample of the script."""
        if self.exact is not None and 0 <= index < len(self.exact):
            return self.exact[index : index + 1]
        values = torch.tensor(np.ascontiguousarray(picture)).to(torch.float32) / 255.0
        return ((values - self.mean) / self.std).reshape(1, *self.shape)


def of_script(examples: dict[str, Tensor]) -> Shown:
    """The examples of a script as pictures, on one common scale. Labels are those that it wrote, else -1."""
    values = examples["input/0"]
    pictures = as_pictures(values)
    low, high = float(pictures.min()), float(pictures.max())
    scale = max(high - low, 1e-12)
    shown = ((pictures - low) * (255.0 / scale)).round().to(torch.uint8).numpy()
    labels = examples.get("labels")
    known = np.full(len(values), -1, np.int64) if labels is None else labels.to(torch.int64).numpy()
    return Shown(
        samples=_Unsure({"test": Split(shown, known)}),
        mean=torch.tensor(-low / scale),
        std=torch.tensor(1.0 / scale),
        shape=tuple(values.shape[1:]),
        exact=values,
    )


def of_dataset(description: Description, *, data_root: Path | None) -> Shown:
    """The samples of the dataset that a run of Receptive is trained on. DatasetError where they are not here."""
    facts = description.facts
    dataset = datasets.load(
        facts.name,
        root=data_root,
        folder=None if description.folder is None else Path(description.folder),
        download=False,
        shape=facts.picture_shape,
        seed=description.settings.seed,
    )
    splits = {
        "train": Split(dataset.train_pictures, dataset.train_labels),
        "test": Split(dataset.test_pictures, dataset.test_labels),
    }
    return Shown(
        samples=Samples(splits, seed=description.settings.seed),
        mean=_per_channel(description.mean or dataset.mean),
        std=_per_channel(description.std or dataset.std),
        shape=tuple(dataset.picture_shape),
    )


def noise(description: Description) -> Shown:
    """Where the data are not here: a few pictures of noise, so that something can be looked at at all."""
    facts = description.facts
    pictures = np.random.default_rng(0).integers(0, 256, (4, *facts.picture_shape), dtype=np.uint8)
    return Shown(
        samples=_Unsure({"test": Split(pictures, np.full(4, -1, np.int64))}),
        mean=_per_channel(description.mean or (0.5,)),
        std=_per_channel(description.std or (0.25,)),
        shape=tuple(facts.picture_shape),
    )


def as_pictures(values: Tensor) -> Tensor:
    """Inputs (n, …) as float32 (n, channels, height, width) with one or three channels, to be seen by people."""
    values = (values.abs() if values.is_complex() else values).to(torch.float32).nan_to_num(0.0, 0.0, 0.0)
    count, sizes = len(values), tuple(values.shape[1:])
    if len(sizes) == 3:
        return values if sizes[0] in (1, 3) else values.mean(1, keepdim=True)
    if len(sizes) == 2:
        return values[:, None]
    flat = values.reshape(count, -1)
    length = flat.shape[1]
    side = math.isqrt(length)
    if side >= _SIDE and side * side == length:
        return flat.reshape(count, 1, side, side)
    return flat.reshape(count, 1, 1, length)


def _per_channel(values: Sequence[float]) -> Tensor:
    return torch.tensor(list(values), dtype=torch.float32).view(-1, 1, 1)
