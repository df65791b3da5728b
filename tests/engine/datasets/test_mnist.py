"""MNIST and Fashion-MNIST: where their files are looked for, and what is said when they do not fit together."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from engine.datasets import DatasetError, load
from engine.datasets.mnist import FASHION_MNIST, FILES, MNIST, load_idx
from tests.engine.datasets.files import TEST_LABELS, TEST_PICTURES, TRAIN_LABELS, TRAIN_PICTURES, idx, idx_files


@pytest.mark.parametrize(
    ("name", "place"), [("mnist", "mnist"), ("fashion-mnist", "fashion-mnist"), ("mnist", "MNIST/raw")]
)
@pytest.mark.parametrize("zipped", [True, False])
def test_loads_four_files_from_the_data_root(tmp_path: Path, name: str, place: str, zipped: bool) -> None:
    idx_files(tmp_path / place, zipped=zipped)
    dataset = load(name, root=tmp_path, download=False)
    facts = dataset.facts()
    assert (facts.name, facts.picture_shape, facts.train_samples, facts.test_samples) == (name, (1, 28, 28), 20, 10)
    assert len(facts.classes) == 10
    assert dataset.train_pictures.dtype == np.uint8
    assert dataset.train_labels.tolist() == [*range(10), *range(10)]


def test_loads_from_a_folder_that_holds_the_files_and_from_names_with_a_dot(tmp_path: Path) -> None:
    idx_files(tmp_path, zipped=False)
    (tmp_path / TRAIN_PICTURES).rename(tmp_path / "train-images.idx3-ubyte")
    assert len(load("mnist", folder=tmp_path).train_labels) == 20


def test_says_which_files_were_looked_for_and_where(tmp_path: Path) -> None:
    idx_files(tmp_path / "mnist")
    (tmp_path / "mnist" / f"{TEST_LABELS}.gz").unlink()
    with pytest.raises(DatasetError) as error:
        load("mnist", root=tmp_path, download=False)
    assert f"{TEST_LABELS}(.gz)" in str(error.value)
    assert TRAIN_LABELS not in str(error.value)
    assert str(tmp_path / "mnist") in str(error.value)
    with pytest.raises(DatasetError, match="Choose the folder that holds the four files"):
        load("fashion-mnist", root=tmp_path, folder=tmp_path / "elsewhere")


def test_pictures_of_two_sizes_do_not_belong_together(tmp_path: Path) -> None:
    idx_files(tmp_path / "mnist", zipped=False)
    (tmp_path / "mnist" / TEST_PICTURES).write_bytes(idx(np.zeros((10, 20, 20))))
    with pytest.raises(DatasetError, match=r"pictures of 28x28 pixels, but .*t10k-images.* of 20x20"):
        load("mnist", root=tmp_path, download=False)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    idx_files(tmp_path / "mnist")
    path = tmp_path / "mnist" / f"{TRAIN_LABELS}.gz"
    path.write_bytes(gzip.compress(idx(np.full(20, 77))))
    with pytest.raises(DatasetError, match=r"train-labels-idx1-ubyte\.gz is damaged: label 0 is 77"):
        load("mnist", root=tmp_path, download=False)


def test_the_real_mnist(shared: Path) -> None:
    dataset = load_idx(MNIST, root=shared / "data", download=False)
    assert dataset.train_pictures.shape == (60_000, 1, 28, 28)
    assert dataset.test_pictures.shape == (10_000, 1, 28, 28)
    assert dataset.mean == pytest.approx((0.1306604762738429,), abs=1e-12)  # the well-known 0.1307 and 0.3081
    assert dataset.std == pytest.approx((0.3081078038564622,), abs=1e-12)
    assert dataset.test_labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_the_real_files_have_the_size_and_checksum_that_a_download_must_have(shared: Path) -> None:
    import hashlib

    for file in MNIST.remotes:
        data = (shared / "data" / "mnist" / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)


def test_downloads_are_described_for_every_file() -> None:
    for source in (MNIST, FASHION_MNIST):
        assert [file.name for file in source.remotes] == [f"{name}.gz" for name in FILES]
        for file in source.remotes:
            assert len(file.sha256) == 64
            assert all(url.endswith(f"/{file.name}") for url in file.urls)
