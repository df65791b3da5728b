"""The bundled dataset: procedural handwriting, written when it is first needed and kept on disk."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import Dataset, DatasetError, Labels, make_dataset
from engine.datasets.handwriting import FORMAT, generate
from engine.datasets.places import write_file
from engine.datasets.reporting import CancelCheck, ProgressCallback, Reporter
from engine.messages import Bytes

TRAIN_SAMPLES = 60_000
TEST_SAMPLES = 10_000
SEED = 0
CLASSES = tuple("0123456789")
TITLE = "Digits"


@dataclass(frozen=True)
class Size:
    """How many samples for training and testing."""

    train: int = TRAIN_SAMPLES
    test: int = TEST_SAMPLES


_WHOLE = Size()
_ARRAYS = ("train_pictures", "train_labels", "test_pictures", "test_labels")

Split = tuple[Bytes, Labels]


def load_digits(
    *,
    root: Path,
    fallback: Path | None = None,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
    seed: int = SEED,
    size: Size = _WHOLE,
) -> Dataset:
    """Handwritten digits, uint8 (n, 1, 28, 28): from the cache below `root`, else written now and kept there.

    Where `root` may not be written, `fallback` keeps them. A cache that is broken or of another version is made anew.
    The dataset's notices tell of that, and of a cache that could not be kept anywhere.
    """
    paths = [place / "digits" / "digits.safetensors" for place in (root, fallback) if place is not None]
    notices: list[str] = []
    arrays = _find(paths, seed=seed, size=size, notices=notices)
    if arrays is None:
        arrays = write_digits(seed=seed, size=size, progress=progress, cancelled=cancelled)
        _keep(paths, arrays, seed=seed, size=size, notices=notices)
    train, test = arrays
    return make_dataset(name="digits", title=TITLE, classes=CLASSES, train=train, test=test, notices=notices)


def write_digits(
    *,
    seed: int = SEED,
    size: Size = _WHOLE,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
) -> tuple[Split, Split]:
    """Pictures uint8 (n, 1, 28, 28) and labels for training and testing. The same seed writes the same digits."""
    splits: list[Split] = []
    with Reporter("Writing digits", size.train + size.test, progress=progress, cancelled=cancelled) as reporter:
        for split, count in enumerate((size.train, size.test)):
            pictures = np.empty((count, 1, 28, 28), np.uint8)
            labels = np.empty(count, np.int64)
            start = 0
            for some_pictures, some_labels in generate(count, seed=seed, split=split):
                stop = start + len(some_labels)
                pictures[start:stop, 0] = some_pictures
                labels[start:stop] = some_labels
                start = stop
                reporter.advance(len(some_labels))
            splits.append((pictures, labels))
    return splits[0], splits[1]


class _BrokenCacheError(Exception):
    """Why a cache cannot be used."""


def _find(paths: Sequence[Path], *, seed: int, size: Size, notices: list[str]) -> tuple[Split, Split] | None:
    """The first cache that can be used."""
    for path in paths:
        try:
            arrays = _read(path, seed=seed, size=size) if path.is_file() else None
        except _BrokenCacheError as error:
            notices.append(f"The stored digits in {path} were damaged ({error}) and have been written anew.")
            continue
        if arrays is not None:
            notices.clear()
            return arrays
    return None


def _keep(paths: Sequence[Path], arrays: tuple[Split, Split], *, seed: int, size: Size, notices: list[str]) -> None:
    """Keep the arrays in the first place that allows it."""
    from safetensors.numpy import save

    flat = dict(zip(_ARRAYS, (array for split in arrays for array in split), strict=True))
    data = save(flat, {**_about(seed=seed, size=size), "checksum": _checksum(list(flat.values()))})
    for path in paths:
        try:
            write_file(path, partial(_write, data))
            return
        except DatasetError as error:
            reason = error
    notices.append(f"The digits will be written again next time, because they could not be kept. {reason}")


def _write(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _read(path: Path, *, seed: int, size: Size) -> tuple[Split, Split] | None:
    """The cached arrays; None if they are of another version, seed or size. Raises _BrokenCacheError."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as file:
            about = file.metadata() or {}
            if {key: about.get(key) for key in _about(seed=seed, size=size)} != _about(seed=seed, size=size):
                return None
            arrays = [file.get_tensor(name) for name in _ARRAYS]
    except (SafetensorError, OSError, ValueError) as error:
        raise _BrokenCacheError(str(error)) from error
    if about.get("checksum") != _checksum(arrays):
        raise _BrokenCacheError("its checksum is wrong")
    return (arrays[0], arrays[1]), (arrays[2], arrays[3])


def _about(*, seed: int, size: Size) -> dict[str, str]:
    return {"format": FORMAT, "seed": str(seed), "train": str(size.train), "test": str(size.test)}


def _checksum(arrays: list[NDArray[Any]]) -> str:
    value = 0
    for array in arrays:
        value = zlib.crc32(np.ascontiguousarray(array).data, value)
    return f"{value:08x}"
