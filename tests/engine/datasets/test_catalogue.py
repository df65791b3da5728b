"""The catalogue, where data are looked for, what a Dataset promises, and what importing it costs."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import datasets
from engine.datasets import Cancelled, DatasetError, data_root
from engine.datasets.dataset import make_dataset, measure
from engine.datasets.places import write_file
from engine.datasets.reporting import Reporter
from engine.messages import Progress
from tests.engine.datasets.files import idx_files


def test_every_entry_can_be_told_apart_and_says_what_it_is() -> None:
    entries = datasets.catalogue()
    names = ["digits", "mnist", "fashion-mnist", "cifar-10", "photographs", "folder"]
    assert [entry.name for entry in entries] == names
    assert [entry.name for entry in entries if entry.bundled] == ["digits", "photographs"]
    for entry in entries:
        assert entry.title
        assert 20 < len(entry.summary) < 110
        assert "\n" not in entry.summary


def test_a_name_that_is_not_there_is_corrected() -> None:
    with pytest.raises(DatasetError, match=r"no dataset 'cifar10'\. Did you mean cifar-10\? There are: digits, mnist"):
        datasets.load("cifar10")


def test_data_root_is_the_argument_else_the_environment_else_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idx_files(tmp_path / "named" / "mnist", train=30)
    idx_files(tmp_path / "given" / "mnist", train=40)
    monkeypatch.setenv("RECEPTIVE_DATA", str(tmp_path / "named"))
    assert len(datasets.load("mnist").train_labels) == 30
    assert len(datasets.load("mnist", root=tmp_path / "given").train_labels) == 40
    monkeypatch.setenv("RECEPTIVE_DATA", " ")
    assert "receptive" in str(data_root()).lower()
    assert data_root(Path("~/data")) == Path.home() / "data"


def test_importing_loads_neither_torch_nor_pillow_nor_pooch() -> None:
    code = """
import sys
from engine import datasets
datasets.catalogue()
print([name for name in ("torch", "PIL", "pooch", "requests", "PySide6", "safetensors") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def small() -> datasets.Dataset:
    random = np.random.default_rng(0)
    train = random.integers(0, 256, (700, 2, 5, 3)).astype(np.uint8)
    test = np.zeros((4, 2, 5, 3), np.uint8)
    return make_dataset(
        name="small", title="Small", classes="ab", train=(train, np.zeros(700, int)), test=(test, np.ones(4, int))
    )


def test_a_dataset_is_frozen_and_its_arrays_are_too() -> None:
    dataset = small()
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.name = "other"  # type: ignore[misc]
    for array in (dataset.train_pictures, dataset.train_labels, dataset.test_pictures, dataset.test_labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert dataset.facts().picture_shape == (2, 5, 3)
    assert dataset.facts().classes == ("a", "b")


def test_mean_and_std_are_of_the_training_pictures_alone() -> None:
    dataset = small()
    values = dataset.train_pictures.astype(np.float64) / 255.0
    np.testing.assert_allclose(dataset.mean, values.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(dataset.std, values.std(axis=(0, 2, 3)), rtol=1e-12)


def test_pictures_of_one_value_do_not_divide_by_zero() -> None:
    assert measure(np.full((3, 1, 2, 2), 255, np.uint8)) == ((1.0,), (1.0,))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "below" / "file"
    write_file(path, lambda file: file.write(b"old") and None)

    def breaks(file) -> None:  # type: ignore[no-untyped-def]
        file.write(b"half")
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write_file(path, breaks)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_reporter_estimates_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    told: list[Progress] = []

    def work() -> None:
        with Reporter("Work", 10, progress=told.append) as reporter:
            now[0] = 102.0
            reporter.at(4)
            reporter.advance(1)  # too soon to be told
            now[0] = 103.0
            reporter.advance(0)
            raise OSError("in the middle")

    with pytest.raises(OSError, match="in the middle"):
        work()
    assert told == [
        Progress("Work", 4, 10, pytest.approx(3.0)),
        Progress("Work", 5, 10, pytest.approx(3.0)),
        Progress("Work", 5, 10, None, finished=True),
    ]


def test_short_work_tells_nothing() -> None:
    told: list[Progress] = []
    with Reporter("Work", 2, progress=told.append) as reporter:
        reporter.advance(2)
    assert told == []
