"""Photographs of one's own, for networks with ImageNet's thousand classes: pictures to look at, none to train on.

ImageNet itself is not free to hand on. What is here are its class names, what a network trained on it expects of a
picture, and a few pictures of our own for a start; the user's photographs are opened, dropped or pasted.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.datasets.dataset import Dataset, DatasetError
from engine.datasets.drawn import draw
from engine.datasets.pictures import Shape

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of ImageNet's training pictures, red, green and blue in 0-1, as published networks were trained with."""

_SIDE = 224
_FILE = Path(__file__).resolve().parents[2] / "resources" / "imagenet-classes.txt"


def class_names() -> tuple[str, ...]:
    """ImageNet's thousand classes in the order of the published networks' outputs. Raises DatasetError."""
    try:
        names = tuple(_FILE.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise DatasetError(f"The class names in {_FILE} cannot be read. Install Receptive again.") from error
    if len(names) != 1000:
        raise DatasetError(f"{_FILE} is damaged: it has {len(names)} names, not 1,000. Install Receptive again.")
    return names


def load_photographs(*, shape: Shape | None = None) -> Dataset:
    """Our own pictures, in `shape` (channels 1 or 3, height, width; default 3x224x224), without labels.

    There is nothing to train on: the training pictures are none.
    """
    import PIL.Image

    from engine.datasets.pictures import to_array

    channels, height, width = shape or (3, _SIDE, _SIDE)
    if channels not in (1, 3):
        raise DatasetError(f"Photographs have 1 or 3 channels, not {channels}.")
    drawn = draw(max(height, width))
    pictures = np.stack(
        [
            to_array(PIL.Image.fromarray(np.ascontiguousarray(one.transpose(1, 2, 0))), shape=(channels, height, width))
            for one in drawn
        ]
    )
    nothing = np.zeros((0, channels, height, width), np.uint8)
    labels = np.full(len(pictures), -1, np.int64)
    for array in (pictures, nothing, labels):
        array.setflags(write=False)
    grey = channels == 1
    return Dataset(
        name="photographs",
        title="Photographs",
        classes=class_names(),
        train_pictures=nothing,
        train_labels=labels[:0],
        test_pictures=pictures,
        test_labels=labels,
        mean=(sum(MEAN) / 3,) if grey else MEAN,
        std=(sum(STD) / 3,) if grey else STD,
    )
