"""IDX, the format of MNIST: a big-endian header with type and sizes, then the values; plain or gzipped.

http://yann.lecun.com/exdb/mnist: two zero bytes, the type (8: unsigned byte), the number of axes, 4 bytes a size.
"""

from __future__ import annotations

import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import DatasetError, Labels
from engine.datasets.places import cannot_read
from engine.messages import Bytes

_UNSIGNED_BYTE = 8
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_BEST_RATIO = 1032  # deflate cannot do better, so a header that promises more is wrong
_AXES = {1: "labels (magic number 2049)", 3: "pictures (magic number 2051)"}
_FETCH_AGAIN = "Fetch it again, or delete it and let Receptive download it."


def read_pictures(path: Path) -> Bytes:
    """Grey pictures of an IDX file: uint8 (n, 1, height, width). Raises DatasetError."""
    array = _read(path, axes=3)
    return array[:, None]


def read_labels(path: Path, *, classes: int) -> Labels:
    """Labels of an IDX file: int64 (n,), all below `classes`. Raises DatasetError."""
    labels = _read(path, axes=1)
    if int(labels.max()) >= classes:
        where = int(np.argmax(labels >= classes))
        raise DatasetError(
            f"{path} is damaged: label {where:,} is {int(labels[where])}, but only 0 to {classes - 1} are known. "
            f"{_FETCH_AGAIN}"
        )
    return labels.astype(np.int64)


def read_pair(pictures_path: Path, labels_path: Path, *, classes: int) -> tuple[Bytes, Labels]:
    """Pictures and their labels, as many of the one as of the other. Raises DatasetError."""
    labels = read_labels(labels_path, classes=classes)
    pictures = read_pictures(pictures_path)
    if len(pictures) != len(labels):
        raise DatasetError(
            f"{pictures_path} holds {len(pictures):,} pictures, but {labels_path} holds {len(labels):,} labels. "
            "They don't belong together: fetch both again."
        )
    return pictures, labels


def _read(path: Path, *, axes: int) -> NDArray[np.uint8]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    zipped = raw[:2] == _GZIP_MAGIC
    header_size = 4 + 4 * axes
    header = _unzip(path, raw, header_size) if zipped else raw[:header_size]
    sizes = _parse_header(path, header, axes=axes)
    if 0 in sizes:
        raise DatasetError(f"{path} holds nothing: its header says {_sizes(sizes)}. {_FETCH_AGAIN}")
    expected = header_size + math.prod(sizes)
    if zipped and expected > len(raw) * _GZIP_BEST_RATIO:
        raise _truncated(path, sizes, expected, None)
    data = _unzip(path, raw, expected + 1) if zipped else raw
    if len(data) < expected:
        raise _truncated(path, sizes, expected, len(data))
    if len(data) > expected:
        raise DatasetError(
            f"{path} is too long: its header promises {_sizes(sizes)} ({expected:,} bytes), but more follows. "
            f"{_FETCH_AGAIN}"
        )
    return np.frombuffer(data, np.uint8, offset=header_size).reshape(sizes)


def _parse_header(path: Path, header: bytes, *, axes: int) -> tuple[int, ...]:
    if len(header) < 4:
        raise DatasetError(f"{path} is no IDX file: it has only {len(header)} bytes. {_FETCH_AGAIN}")
    magic = int.from_bytes(header[:4], "big")
    if magic != _UNSIGNED_BYTE << 8 | axes:
        raise DatasetError(
            f"{path} does not hold IDX {_AXES[axes]}: it begins with {header[:4].hex(' ')} ({magic}). "
            "Check that the file is the right one, or fetch it again."
        )
    if len(header) < 4 + 4 * axes:
        raise DatasetError(f"{path} is truncated: it ends within its header, after {len(header)} bytes. {_FETCH_AGAIN}")
    return tuple(int.from_bytes(header[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes))


def _unzip(path: Path, raw: bytes, limit: int) -> bytes:
    """At most `limit` bytes of gzipped data, which may have several members; checksums are checked."""
    parts: list[bytes] = []
    size = 0
    rest = raw
    while rest and size < limit:
        unzip = zlib.decompressobj(wbits=31)
        try:
            part = unzip.decompress(rest, limit - size)
            if not unzip.eof and size + len(part) == limit:
                # All that is needed is there; a truncated or damaged end may still hide behind it.
                part += unzip.decompress(unzip.unconsumed_tail, 1)
        except zlib.error as error:
            raise DatasetError(f"{path} is damaged: it cannot be unzipped ({error}). {_FETCH_AGAIN}") from error
        parts.append(part)
        size += len(part)
        if size < limit and not unzip.eof:
            raise DatasetError(
                f"{path} is truncated: its gzip data end early, after {size:,} unzipped bytes. {_FETCH_AGAIN}"
            )
        rest = unzip.unused_data
    return parts[0][:limit] if len(parts) == 1 else b"".join(parts)[:limit]


def _truncated(path: Path, sizes: tuple[int, ...], expected: int, found: int | None) -> DatasetError:
    has = "the file is far too small for that" if found is None else f"it has {found:,}"
    return DatasetError(
        f"{path} is truncated: its header promises {_sizes(sizes)} ({expected:,} bytes), but {has}. {_FETCH_AGAIN}"
    )


def _sizes(sizes: tuple[int, ...]) -> str:
    return " x ".join(f"{size:,}" for size in sizes)
