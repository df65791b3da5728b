"""Folders of pictures: classes from subfolders, two ways to split, and files that are no pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.datasets import Cancelled, DatasetError, folder, load, reporting
from engine.messages import Progress
from tests.engine.datasets.files import flat, picture


def fill(place: Path, count: int, value: int | tuple[int, ...], *, side: int = 8, start: int = 0) -> None:
    """So many pictures of one grey value or colour."""
    place.mkdir(parents=True, exist_ok=True)
    for index in range(start, start + count):
        (place / f"{index}.png").write_bytes(picture(flat(value, height=side, width=side)))


def test_subfolders_are_classes_and_a_fifth_of_each_is_held_out(tmp_path: Path) -> None:
    fill(tmp_path / "class 10", 10, 200)
    fill(tmp_path / "class 2", 5, 50)
    fill(tmp_path / "class 2" / "deeper", 5, 50)
    fill(tmp_path / "class 1", 1, 0)
    dataset = load("folder", folder=tmp_path)
    assert dataset.classes == ("class 1", "class 2", "class 10")
    assert dataset.title == tmp_path.name
    assert np.bincount(dataset.train_labels).tolist() == [1, 8, 8]
    assert np.bincount(dataset.test_labels).tolist() == [0, 2, 2]
    assert dataset.picture_shape == (1, 8, 8)
    for pictures, labels in (
        (dataset.train_pictures, dataset.train_labels),
        (dataset.test_pictures, dataset.test_labels),
    ):
        np.testing.assert_array_equal(pictures[:, 0, 0, 0], np.array([0, 50, 200])[labels])
    assert dataset.notices == ()


def test_the_same_seed_holds_out_the_same_pictures(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        for index in range(20):
            (tmp_path / name / f"{index}.png").write_bytes(picture(flat(index)))
    held_out = [load("folder", folder=tmp_path, seed=seed).test_pictures[:, 0, 0, 0].tolist() for seed in (0, 0, 1)]
    assert held_out[0] == held_out[1] != held_out[2]


@pytest.mark.parametrize("name", ["test", "val", "Validation"])
def test_train_and_test_subfolders_say_the_split(tmp_path: Path, name: str) -> None:
    fill(tmp_path / "train" / "a", 3, 10)
    fill(tmp_path / "train" / "b", 2, 20)
    fill(tmp_path / name / "a", 1, 30)
    dataset = load("folder", folder=tmp_path)
    assert dataset.train_labels.tolist() == [0, 0, 0, 1, 1]
    assert dataset.test_pictures[:, 0, 0, 0].tolist() == [30]


def test_a_test_class_without_training_is_an_error(tmp_path: Path) -> None:
    for place in ("train/a", "train/b", "test/a", "test/c"):
        fill(tmp_path / place, 1, 0)
    with pytest.raises(DatasetError, match="not there for training: c"):
        load("folder", folder=tmp_path)


def test_colour_and_size_are_decided_by_the_pictures(tmp_path: Path) -> None:
    fill(tmp_path / "a", 3, 10)
    fill(tmp_path / "b", 3, 20)
    assert load("folder", folder=tmp_path).picture_shape == (1, 8, 8)
    fill(tmp_path / "b", 1, (1, 2, 3), start=5)
    assert load("folder", folder=tmp_path).picture_shape == (3, 8, 8)
    fill(tmp_path / "a", 1, 20, side=12, start=5)
    assert load("folder", folder=tmp_path).picture_shape == (3, 32, 32)
    assert load("folder", folder=tmp_path, shape=(1, 28, 20)).picture_shape == (1, 28, 20)


def test_large_pictures_are_made_small(tmp_path: Path) -> None:
    fill(tmp_path / "a", 2, 10, side=200)
    fill(tmp_path / "b", 2, 20, side=200)
    assert load("folder", folder=tmp_path).picture_shape == (1, 32, 32)


def test_what_cannot_be_read_is_left_out_by_name(tmp_path: Path) -> None:
    fill(tmp_path / "a", 5, 10)
    fill(tmp_path / "b", 5, 20)
    (tmp_path / "a" / "letter.png").write_text("Dear reader")
    (tmp_path / "b" / "half.jpg").write_bytes(picture(flat((9, 9, 9), height=99, width=99), "JPEG")[:200])
    (tmp_path / "b" / "notes.txt").write_text("no picture, and does not say it is one")
    (tmp_path / "b" / ".hidden.png").write_text("")
    dataset = load("folder", folder=tmp_path)
    assert len(dataset.train_labels) + len(dataset.test_labels) == 10
    assert len(dataset.notices) == 1
    assert "a/letter.png is not a picture" in dataset.notices[0]
    assert "b/half.jpg could not be read" in dataset.notices[0]
    assert "notes" not in dataset.notices[0]
    for index in range(9):
        (tmp_path / "a" / f"x{index}.png").write_text("")
    assert "And 6 more." in load("folder", folder=tmp_path).notices[0]


def test_folders_that_hold_nothing_to_learn_from(tmp_path: Path) -> None:
    def says(text: str) -> None:
        with pytest.raises(DatasetError, match=text) as error:
            load("folder", folder=place)
        assert str(place) in str(error.value)

    place = tmp_path / "gone"
    says("is not a folder")
    place.mkdir()
    says("is empty")
    (place / "a").mkdir()
    (place / "a" / "text.txt").write_text("")
    says("is empty")
    (place / "loose.png").write_bytes(picture(flat(0)))
    says("1 pictures, but no subfolders")
    fill(place / "a", 3, 0)
    says("one class only")
    place = tmp_path / "few"
    fill(place / "a", 1, 0)
    fill(place / "b", 1, 0)
    says("too few pictures")
    place = tmp_path / "half"
    fill(place / "train" / "a", 1, 0)
    (place / "test").mkdir()
    says("test holds no pictures")
    place = tmp_path / "broken"
    for name in "ab":
        (place / name).mkdir(parents=True)
        for index in range(2):
            (place / name / f"{index}.png").write_text("")
    says("no picture for training that can be read.*0.png is not a picture")


def test_the_folder_must_be_named() -> None:
    with pytest.raises(DatasetError, match="Which folder"):
        load("folder")


@pytest.mark.parametrize("shape", [(2, 8, 8), (1, 0, 8)])
def test_shapes_that_no_picture_has(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    fill(tmp_path / "a", 2, 0)
    fill(tmp_path / "b", 2, 0)
    with pytest.raises(DatasetError, match="cannot be fitted to"):
        load("folder", folder=tmp_path, shape=shape)


def test_more_than_memory_holds_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "a", 2, 0)
    fill(tmp_path / "b", 2, 0)
    monkeypatch.setattr(folder, "_MOST_BYTES", 200)
    with pytest.raises(DatasetError, match="is too large: 4 pictures of 1 x 8 x 8"):
        load("folder", folder=tmp_path)


def test_reading_tells_its_progress_and_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "_INTERVAL", 0.0)
    fill(tmp_path / "a", 4, 0)
    fill(tmp_path / "b", 4, 0)
    told: list[Progress] = []
    load("folder", folder=tmp_path, progress=told.append)
    assert [message.done for message in told] == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert told[-1].finished
    told.clear()
    with pytest.raises(Cancelled):
        load("folder", folder=tmp_path, progress=told.append, cancelled=lambda: len(told) == 3)


def test_real_photographs(tmp_path: Path, shared: Path) -> None:
    for name, files in {"grey": ("camera.png", "brick.png"), "coloured": ("coffee.png", "rocket.jpg")}.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_bytes((shared / "data" / "photos" / file).read_bytes())
    dataset = load("folder", folder=tmp_path)
    assert dataset.picture_shape == (3, 32, 32)
    assert all(picture.std() > 20 for picture in dataset.train_pictures)
