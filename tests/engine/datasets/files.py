"""Writes the files that datasets are read from, whole or broken, for the tests of this folder."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
from pathlib import Path

import numpy as np

from engine.datasets.downloads import Remote

TRAIN_PICTURES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_PICTURES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"


def idx(array: np.ndarray) -> bytes:
    """The bytes of an IDX file that holds a uint8 array."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def idx_files(
    folder: Path, *, train: int = 20, test: int = 10, side: int = 28, zipped: bool = True
) -> dict[str, bytes]:
    """Write a small dataset of four IDX files; gives their contents by file name."""
    random = np.random.default_rng(0)
    contents = {
        TRAIN_PICTURES: idx(random.integers(0, 256, (train, side, side))),
        TRAIN_LABELS: idx(np.arange(train) % 10),
        TEST_PICTURES: idx(random.integers(0, 256, (test, side, side))),
        TEST_LABELS: idx(np.arange(test) % 10),
    }
    if zipped:
        contents = {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in contents.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return contents


def cifar(labels: list[int], *, seed: int = 0) -> bytes:
    """The bytes of a CIFAR-10 batch with these labels and random pixels."""
    pixels = np.random.default_rng(seed).integers(0, 256, (len(labels), 3072)).astype(np.uint8)
    return b"".join(bytes([label]) + row.tobytes() for label, row in zip(labels, pixels, strict=True))


def picture(array: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture file: uint8 (height, width) is grey, (height, width, 3 or 4) colour."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, kind, **options)
    return buffer.getvalue()


def flat(value: int | tuple[int, ...], *, height: int = 8, width: int = 8) -> np.ndarray:
    """A picture of one grey value or colour."""
    return np.broadcast_to(np.array(value, np.uint8), (height, width, *np.shape(value))).copy()


def remote(name: str, data: bytes, *urls: str) -> Remote:
    """A public file that has these contents."""
    return Remote(name, len(data), hashlib.sha256(data).hexdigest(), urls)
