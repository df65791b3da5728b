"""CIFAR-10: batches whole or in part, records of the right size, and its archive."""

from __future__ import annotations

import io
import tarfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.datasets import DatasetError, load
from engine.datasets.cifar import load_cifar, read_batch
from tests.engine.datasets.conftest import Server
from tests.engine.datasets.files import cifar, remote


def batches(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "data_batch_1.bin").write_bytes(cifar([0, 1, 2]))
    (folder / "data_batch_2_first2.bin").write_bytes(cifar([8, 9], seed=1))
    (folder / "test_batch_first1.bin").write_bytes(cifar([5], seed=2))
    return folder


@pytest.mark.parametrize("place", ["cifar-10", "cifar-10/cifar-10-batches-bin", "cifar-10-batches-bin"])
def test_reads_any_set_of_batches(tmp_path: Path, place: str) -> None:
    folder = batches(tmp_path / place)
    dataset = load("cifar-10", root=tmp_path, download=False)
    assert dataset.train_labels.tolist() == [0, 1, 2, 8, 9]
    assert dataset.test_labels.tolist() == [5]
    assert dataset.picture_shape == (3, 32, 32)
    assert dataset.classes[5] == "dog"
    assert len(dataset.mean) == len(dataset.std) == 3
    raw = np.frombuffer((folder / "data_batch_1.bin").read_bytes(), np.uint8)
    # the second record: green, row 3, column 4
    assert dataset.train_pictures[1, 1, 3, 4] == raw[3073 + 1 + 1024 + 3 * 32 + 4]


def test_reads_from_a_folder_that_holds_the_batches(tmp_path: Path) -> None:
    assert len(load("cifar-10", folder=batches(tmp_path / "mine")).train_labels) == 5


def test_reads_real_pictures(shared: Path) -> None:
    dataset = load("cifar-10", root=shared / "data", download=False)
    assert dataset.train_pictures.shape == (4000, 3, 32, 32)
    assert dataset.test_pictures.shape == (1000, 3, 32, 32)
    assert dataset.classes[dataset.test_labels[0]] == "cat"  # the first of the test batch is known to be one


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "has 0 bytes"),
        (cifar([1])[:-1], "has 3,072 bytes, a record has 3,073"),
        (cifar([1, 2]) + b"x", "has 6,147 bytes"),
        (cifar([1, 10]), "record 1 has label 10, but only 0 to 9"),
    ],
)
def test_tells_what_is_wrong_with_which_batch(tmp_path: Path, data: bytes, says: str) -> None:
    path = batches(tmp_path / "cifar-10") / "data_batch_3.bin"
    path.write_bytes(data)
    with pytest.raises(DatasetError) as error:
        load("cifar-10", root=tmp_path, download=False)
    assert says in str(error.value)
    assert str(path) in str(error.value)


def test_says_what_was_looked_for_and_where(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"data_batch\*\.bin and test_batch\*\.bin") as error:
        load("cifar-10", root=tmp_path, download=False)
    assert str(tmp_path / "cifar-10") in str(error.value)
    (batches(tmp_path / "cifar-10") / "test_batch_first1.bin").unlink()
    with pytest.raises(DatasetError, match="was not found"):
        load("cifar-10", root=tmp_path, download=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(
    labels=st.lists(st.integers(0, 9), min_size=1, max_size=3),
    kept=st.floats(0, 1),
    changed=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    added=st.binary(max_size=5),
)
def test_damage_never_gives_anything_but_a_dataset_error(tmp_path: Path, labels, kept, changed, added) -> None:
    raw = bytearray(cifar(labels))
    for where, value in changed:
        raw[int(where * len(raw))] = value
    path = tmp_path / "data_batch_1.bin"
    path.write_bytes(bytes(raw[: round(kept * len(raw))]) + added)
    with suppress(DatasetError):
        pictures, read = read_batch(path)
        assert pictures.shape == (len(read), 3, 32, 32)
        assert read.max() <= 9


def archive(names: list[str], *, data: bytes | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for index, name in enumerate(names):
            content = cifar([index % 10], seed=index) if data is None else data
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


NAMES = ["test_batch.bin", *(f"data_batch_{number}.bin" for number in range(1, 6)), "readme.html", "batches.meta.txt"]


def test_downloads_and_unpacks_only_the_batches(tmp_path: Path, server: Server) -> None:
    data = archive([f"cifar-10-batches-bin/{name}" for name in NAMES] + ["../../outside.bin"])
    server.files["a.tar.gz"] = data
    dataset = load_cifar(root=tmp_path, archive=remote("a.tar.gz", data, server.url("a.tar.gz")))
    assert dataset.train_labels.tolist() == [1, 2, 3, 4, 5]
    assert dataset.test_labels.tolist() == [0]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(NAMES[:6])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (archive(NAMES[:4]), "4 of 6 batches"),
        (b"no archive at all", "could not be unpacked"),
        (archive(NAMES)[:-300], "could not be unpacked"),
    ],
)
def test_an_archive_that_is_none_or_lacks_batches(tmp_path: Path, server: Server, data: bytes, says: str) -> None:
    server.files["a.tar.gz"] = data
    with pytest.raises(DatasetError, match=says) as error:
        load_cifar(root=tmp_path, archive=remote("a.tar.gz", data, server.url("a.tar.gz")))
    assert "a.tar.gz" in str(error.value)
    with pytest.raises(DatasetError, match="was not found"):
        load_cifar(root=tmp_path, download=False)
