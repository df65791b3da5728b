"""CIFAR-10 in its binary layout: records of a label byte and 3,072 pixel bytes, in any number of batch files.

https://www.cs.toronto.edu/~kriz/cifar.html: red, green and blue planes of 32x32, row-major.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.datasets.dataset import Dataset, DatasetError, Labels, make_dataset
from engine.datasets.downloads import Remote, fetch
from engine.datasets.places import cannot_read, write_file
from engine.datasets.reporting import CancelCheck, ProgressCallback, Reporter
from engine.messages import Bytes

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SHAPE = (3, 32, 32)
RECORD = 1 + 3 * 32 * 32
FOLDERS = ("cifar-10", "cifar-10-batches-bin")

ARCHIVE = Remote(
    name="cifar-10-binary.tar.gz",
    size=170_052_171,
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    urls=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
)
_BATCH_BYTES = 10_000 * RECORD
_MEMBERS = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")


def load_cifar(
    *,
    root: Path,
    folder: Path | None = None,
    progress: ProgressCallback | None = None,
    cancelled: CancelCheck | None = None,
    download: bool = True,
    archive: Remote = ARCHIVE,
) -> Dataset:
    """CIFAR-10 from `folder` if given, else from below `root`, else downloaded to there.

    Any data_batch*.bin are for training, any test_batch*.bin for testing; partial batches will do.
    """
    places = [folder] if folder is not None else [root / name for name in FOLDERS]
    places = [inner for place in places for inner in (place, place / "cifar-10-batches-bin")]
    found = _find(places)
    if found is None:
        if not download or folder is not None:
            raise _missing(places, root=root, folder=folder)
        _download(archive, into=places[0], progress=progress, cancelled=cancelled)
        found = _find(places[:1])
        if found is None:
            raise _missing(places, root=root, folder=None)
    train_files, test_files = found
    total = len(train_files) + len(test_files)
    with Reporter("Loading CIFAR-10", total, progress=progress, cancelled=cancelled) as reporter:
        train = _read_all(train_files, reporter)
        test = _read_all(test_files, reporter)
    return make_dataset(name="cifar-10", title="CIFAR-10", classes=CLASSES, train=train, test=test)


def read_batch(path: Path) -> tuple[Bytes, Labels]:
    """Pictures uint8 (n, 3, 32, 32) and labels int64 (n,) of one batch file. Raises DatasetError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    if not raw or len(raw) % RECORD:
        raise DatasetError(
            f"{path} is no whole number of CIFAR-10 records: it has {len(raw):,} bytes, a record has {RECORD:,}. "
            "It is truncated or something else: fetch it again."
        )
    records = np.frombuffer(raw, np.uint8).reshape(-1, RECORD)
    labels = records[:, 0].astype(np.int64)
    if int(labels.max()) >= len(CLASSES):
        where = int(np.argmax(labels >= len(CLASSES)))
        raise DatasetError(
            f"{path} is damaged or no CIFAR-10 file: record {where:,} has label {int(labels[where])}, "
            f"but only 0 to {len(CLASSES) - 1} are known. Fetch it again."
        )
    return records[:, 1:].reshape(-1, *SHAPE), labels


def _read_all(files: Sequence[Path], reporter: Reporter) -> tuple[Bytes, Labels]:
    pictures, labels = [], []
    for file in files:
        batch = read_batch(file)
        pictures.append(batch[0])
        labels.append(batch[1])
        reporter.advance(1)
    return np.concatenate(pictures), np.concatenate(labels)


def _find(places: Sequence[Path]) -> tuple[list[Path], list[Path]] | None:
    """Batches for training and testing of the first folder that has both."""
    for place in places:
        train, test = sorted(place.glob("data_batch*.bin")), sorted(place.glob("test_batch*.bin"))
        if train and test:
            return train, test
    return None


def _download(archive: Remote, *, into: Path, progress: ProgressCallback | None, cancelled: CancelCheck | None) -> None:
    fetch([archive], into=into, title="CIFAR-10", progress=progress, cancelled=cancelled)
    path = into / archive.name
    with Reporter("Unpacking CIFAR-10", len(_MEMBERS), progress=progress, cancelled=cancelled) as reporter:
        _unpack(path, into=into, reporter=reporter)
    path.unlink(missing_ok=True)


def _unpack(path: Path, *, into: Path, reporter: Reporter) -> None:
    """Only the six batches, by their bare names: nothing else of an archive gets onto the disk.

    The test batch comes last, because the dataset counts as there once there is one.
    """
    test: bytes | None = None
    unpacked = 0
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                name = member.name.rsplit("/", 1)[-1]
                source = archive.extractfile(member) if name in _MEMBERS and member.size <= _BATCH_BYTES else None
                if source is None:
                    continue
                data = source.read()
                unpacked += 1
                reporter.advance(1)
                if name == _MEMBERS[-1]:
                    test = data
                else:
                    write_file(into / name, partial(_write, data))
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise _cannot_unpack(path, str(error)) from error
    if test is None or unpacked != len(_MEMBERS):
        raise _cannot_unpack(path, f"{unpacked} of {len(_MEMBERS)} batches are in it")
    write_file(into / _MEMBERS[-1], partial(_write, test))


def _write(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _cannot_unpack(path: Path, why: str) -> DatasetError:
    return DatasetError(
        f"{path} could not be unpacked ({why}). Delete it and try again; its six .bin files belong into {path.parent}."
    )


def _missing(places: Sequence[Path], *, root: Path, folder: Path | None) -> DatasetError:
    where = " and ".join(str(place) for place in places[::2])
    hint = (
        "Choose the folder that holds them."
        if folder is not None
        else f"Put them there, choose another data folder than {root}, or let Receptive download them."
    )
    return DatasetError(f"CIFAR-10 was not found: there must be data_batch*.bin and test_batch*.bin in {where}. {hint}")
