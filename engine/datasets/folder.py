"""A folder of pictures as a dataset: one subfolder a class, split by train/ and test/ or by a seeded choice."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.datasets.dataset import Dataset, DatasetError, Labels, make_dataset
from engine.datasets.pictures import SUFFIXES, Shape, is_grey, open_picture, to_array
from engine.datasets.places import cannot_read
from engine.datasets.reporting import CancelCheck, ProgressCallback, Reporter
from engine.messages import Bytes

_TEST_NAMES = ("test", "val", "valid", "validation")
_TEST_SHARE = 0.2
_USUAL_SIDE = 32  # where neither the network nor the pictures say a size
_LARGEST_SIDE = 64  # up to here pictures that all have one size keep it
_MOST_BYTES = 4 << 30

_Files = Mapping[str, Sequence[Path]]


def load_folder(
    folder: Path,
    *,
    shape: Shape | None = None,
    seed: int = 0,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
) -> Dataset:
    """Pictures of `folder`/<class>/…, or of `folder`/train/<class>/… and `folder`/test/<class>/….

    Without train/ and test/, a fifth of each class is held out for testing; the same seed holds out the same files.
    `shape` (channels 1 or 3, height, width) is what every picture is fitted to; None: the size that they all have, if
    it is at most 64x64, else 32x32; grey if all are grey, else RGB. Pictures that cannot be read are left out, and
    named in the dataset's notices. Raises DatasetError.
    """
    train, test = _find_files(folder)
    if not test:
        train, test = _split(train, seed=seed)
    classes = sorted(train, key=_natural)
    unknown = sorted(set(test) - set(train))
    if unknown:
        raise DatasetError(f"{folder} has a class for testing that is not there for training: {', '.join(unknown)}.")
    if len(classes) < 2:
        raise DatasetError(f"{folder} has pictures of one class only ({classes[0]}): make a subfolder for each class.")
    if not any(test.values()):
        raise DatasetError(f"{folder} has too few pictures: some class needs two or more, to train and to test with.")
    files = [path for split in (train, test) for paths in split.values() for path in paths]
    shape = _check_shape(shape, count=len(files), folder=folder) if shape else None
    unreadable: list[str] = []
    with Reporter("Reading pictures", len(files), progress=progress, cancelled=cancelled) as reporter:
        if shape is None:
            shape = _check_shape(_natural_shape(files, reporter), count=len(files), folder=folder)
        reader = _Reader(shape=shape, folder=folder, unreadable=unreadable, reporter=reporter)
        splits = [reader.read(split, classes) for split in (train, test)]
    for (pictures, _), purpose in zip(splits, ("training", "testing"), strict=True):
        if not len(pictures):
            raise DatasetError(f"{folder} has no picture for {purpose} that can be read. {_name_some(unreadable)}")
    notices = (f"Left out of {folder.name}: {_name_some(unreadable)}",) if unreadable else ()
    return make_dataset(
        name="folder", title=folder.name, classes=classes, train=splits[0], test=splits[1], notices=notices
    )


class _Reader:
    """Reads the pictures of one split after the other, noting those that cannot be read."""

    def __init__(self, *, shape: Shape, folder: Path, unreadable: list[str], reporter: Reporter) -> None:
        self._shape = shape
        self._folder = folder
        self._unreadable = unreadable
        self._reporter = reporter

    def read(self, split: _Files, classes: Sequence[str]) -> tuple[Bytes, Labels]:
        pictures: list[Bytes] = []
        labels: list[int] = []
        for label, name in enumerate(classes):
            for path in split.get(name, ()):
                try:
                    pictures.append(to_array(open_picture(path), shape=self._shape))
                    labels.append(label)
                except DatasetError as error:
                    self._unreadable.append(str(error).replace(f"{self._folder}{os.sep}", ""))
                self._reporter.advance(1)
        stacked = np.stack(pictures) if pictures else np.empty((0, *self._shape), np.uint8)
        return stacked, np.array(labels, np.int64)


def _find_files(folder: Path) -> tuple[_Files, _Files]:
    """Files for training and for testing by class; none for testing where the folder does not say."""
    if not folder.is_dir():
        raise DatasetError(f"{folder} is not a folder. Choose one that has a subfolder of pictures for each class.")
    subfolders = {path.name.lower(): path for path in _subfolders(folder)}
    tests = [subfolders[name] for name in _TEST_NAMES if name in subfolders]
    if "train" in subfolders and tests:
        train, test = _by_class(subfolders["train"]), _by_class(tests[0])
        if not any(train.values()) or not any(test.values()):
            empty = subfolders["train"] if not any(train.values()) else tests[0]
            raise DatasetError(f"{empty} holds no pictures: put a subfolder of pictures for each class into it.")
        return train, test
    found = _by_class(subfolders.get("train", folder))
    if not found:
        loose = sum(1 for path in _entries(folder) if path.suffix.lower() in SUFFIXES)
        if loose:
            raise DatasetError(
                f"{folder} holds {loose:,} pictures, but no subfolders: sort them into one subfolder for each class."
            )
        raise DatasetError(f"{folder} is empty: put a subfolder of pictures for each class into it.")
    return found, {}


def _by_class(folder: Path) -> _Files:
    """Pictures of each subfolder, also deeper inside; subfolders without any are no classes."""
    found = {}
    for subfolder in _subfolders(folder):
        paths = []
        for place, _, names in os.walk(subfolder):
            paths += [Path(place, name) for name in names if _is_picture(name)]
        if paths:
            found[subfolder.name] = sorted(paths, key=lambda path: _natural(str(path)))
    return found


def _is_picture(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES


def _subfolders(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.is_dir() and not path.name.startswith((".", "__"))]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise cannot_read(folder, error) from error


def _split(files: _Files, *, seed: int) -> tuple[_Files, _Files]:
    """Hold out a fifth of each class, at least one picture of every class that has two."""
    random = np.random.default_rng(seed)
    train: dict[str, list[Path]] = {}
    test: dict[str, list[Path]] = {}
    for name in sorted(files):
        paths = files[name]
        held_out = 0 if len(paths) < 2 else max(1, round(len(paths) * _TEST_SHARE))
        chosen = set(random.permutation(len(paths))[:held_out].tolist())
        train[name] = [path for index, path in enumerate(paths) if index not in chosen]
        test[name] = [path for index, path in enumerate(paths) if index in chosen]
    return train, test


def _natural_shape(paths: Sequence[Path], reporter: Reporter) -> Shape:
    """Grey if all are grey; the size that all have if it is small. Unreadable ones don't count."""
    sizes: set[tuple[int, int]] = set()
    grey = True
    for path in paths:
        reporter.check()
        try:
            image = open_picture(path)
        except DatasetError:
            continue  # read() will tell of it
        sizes.add((image.height, image.width))
        grey = grey and is_grey(image)
        if not grey and len(sizes) > 1:
            break
    channels = 1 if grey and sizes else 3
    if len(sizes) == 1:
        height, width = sizes.pop()
        if height <= _LARGEST_SIDE and width <= _LARGEST_SIDE:
            return channels, height, width
    return channels, _USUAL_SIDE, _USUAL_SIDE


def _check_shape(shape: Shape, *, count: int, folder: Path) -> Shape:
    channels, height, width = shape
    if channels not in (1, 3) or height < 1 or width < 1:
        raise DatasetError(
            f"Pictures cannot be fitted to {channels} x {height} x {width}: they have 1 channel (grey) or 3 (RGB)."
        )
    size = count * channels * height * width
    if size > _MOST_BYTES:
        raise DatasetError(
            f"{folder} is too large: {count:,} pictures of {channels} x {height} x {width} take {size / 2**30:.1f} GB, "
            f"at most {_MOST_BYTES >> 30} fit. Use fewer pictures or a smaller size."
        )
    return shape


def _name_some(messages: Sequence[str]) -> str:
    shown = " ".join(messages[:5])
    return shown if len(messages) <= 5 else f"{shown} And {len(messages) - 5:,} more."


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts 2 before 10."""
    parts: list[tuple[int, str]] = []
    word = ""
    for character in text.lower():
        if word and character.isdigit() != word[-1].isdigit():
            parts.append((int(word), "") if word.isdecimal() else (-1, word))
            word = ""
        word += character
    if word:
        parts.append((int(word), "") if word.isdecimal() else (-1, word))
    return tuple(parts)
