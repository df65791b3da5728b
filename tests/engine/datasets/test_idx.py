"""IDX files: what is whole is read to the byte, what is broken is told of by name."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.datasets import DatasetError
from engine.datasets.idx import read_labels, read_pair, read_pictures
from tests.engine.datasets.files import idx

PICTURES = np.random.default_rng(1).integers(0, 256, (7, 5, 4)).astype(np.uint8)
LABELS = np.array([0, 9, 3, 3, 1, 2, 8])


def put(folder: Path, data: bytes, name: str = "some-idx") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])]
)
def test_reads_plain_and_zipped_files(tmp_path: Path, pack) -> None:
    np.testing.assert_array_equal(read_pictures(put(tmp_path, pack(idx(PICTURES))))[:, 0], PICTURES)
    labels = read_labels(put(tmp_path, pack(idx(np.tile(LABELS, 9)))), classes=10)
    np.testing.assert_array_equal(labels, np.tile(LABELS, 9))
    assert labels.dtype == np.int64


BROKEN = {
    "empty": (b"", "only 0 bytes"),
    "short": (b"\0\0", "only 2 bytes"),
    "labels instead": (idx(LABELS), "00 00 08 01 (2049)"),
    "text": (b"<html>404 Not Found</html>", "3c 68 74 6d"),
    "floats": (b"\0\0\x0d\3" + bytes(40), "(3331)"),
    "within header": (idx(PICTURES)[:9], "ends within its header"),
    "truncated": (idx(PICTURES)[:-1], "7 x 5 x 4 (156 bytes), but it has 155"),
    "too long": (idx(PICTURES) + b"x", "more follows"),
    "nothing": (idx(np.zeros((0, 28, 28))), "holds nothing"),
    "absurd sizes": (b"\0\0\x08\3" + b"\xff" * 12 + bytes(99), "truncated"),
    "absurd and zero": (b"\0\0\x08\3" + bytes(4) + b"\xff" * 8, "holds nothing"),
    "zipped and truncated": (gzip.compress(idx(PICTURES))[:-20], "truncated"),
    "zipped without an end": (gzip.compress(idx(PICTURES))[:-3], "truncated"),
    "zipped absurd sizes": (gzip.compress(b"\0\0\x08\3" + b"\xff" * 12), "far too small"),
    "zipped too little": (gzip.compress(idx(PICTURES)[:-1]), "but it has 155"),
    "zipped too much": (gzip.compress(idx(PICTURES) + b"xy"), "more follows"),
    "zipped html": (gzip.compress(b"<html>"), "3c 68 74 6d"),
    "no gzip": (b"\x1f\x8b" + b"nonsense" * 9, "cannot be unzipped"),
}


@pytest.mark.parametrize(("data", "says"), BROKEN.values(), ids=BROKEN.keys())
def test_tells_what_is_wrong_with_which_file(tmp_path: Path, data: bytes, says: str) -> None:
    path = put(tmp_path, data)
    with pytest.raises(DatasetError) as error:
        read_pictures(path)
    assert str(path) in str(error.value)
    assert says in str(error.value)


def test_a_changed_byte_in_a_zipped_file_is_found_by_its_checksum(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(idx(PICTURES), compresslevel=0))
    data[60] ^= 1  # a stored block: still unzips, to another pixel
    with pytest.raises(DatasetError, match=r"cannot be unzipped.*incorrect data check"):
        read_pictures(put(tmp_path, bytes(data)))


def test_a_label_out_of_range_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"label 4 is 11, but only 0 to 9"):
        read_labels(put(tmp_path, idx(np.array([1, 2, 3, 4, 11, 12]))), classes=10)


def test_counts_must_match(tmp_path: Path) -> None:
    pictures, labels = put(tmp_path, idx(PICTURES), "pictures"), put(tmp_path, idx(LABELS[:-1]), "labels")
    with pytest.raises(DatasetError, match=r"pictures holds 7 pictures, but .*labels holds 6 labels"):
        read_pair(pictures, labels, classes=10)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not there"):
        read_pictures(tmp_path / "gone")
    with pytest.raises(DatasetError, match="is a folder"):
        read_pictures(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.data())
def test_damage_never_gives_anything_but_a_dataset_error(tmp_path: Path, data: st.DataObject) -> None:
    whole = idx(PICTURES)
    zipped = data.draw(st.booleans(), "zipped")
    raw = bytearray(gzip.compress(whole) if zipped else whole)
    for position in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=4), "changed"):
        raw[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)), "kept")
    path = put(tmp_path, bytes(raw[:cut]) + data.draw(st.binary(max_size=8), "added"))
    for read in (read_pictures, lambda path: read_labels(path, classes=10)):
        with suppress(DatasetError):
            assert read(path).size > 0
