"""Photographs: ImageNet's class names, pictures without labels, and the cut that networks are tested with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from engine import datasets
from engine.datasets import DatasetError, load_picture
from engine.datasets.photographs import class_names


def test_the_thousand_classes_in_the_order_of_the_outputs() -> None:
    names = class_names()
    assert len(names) == 1000
    assert [names[place] for place in (0, 1, 281, 574, 920, 950, 999)] == [
        *("tench", "goldfish", "tabby", "golf ball", "traffic light", "orange", "toilet tissue"),
    ]


@pytest.mark.parametrize("shape", [(3, 224, 224), (1, 28, 28), (3, 30, 44)])
def test_our_own_pictures_are_there_in_any_size_and_have_no_labels(shape: tuple[int, int, int]) -> None:
    dataset = datasets.load("photographs", shape=shape)
    assert dataset.picture_shape == shape
    assert dataset.test_pictures.shape == (6, *shape)
    assert len(dataset.train_labels) == 0
    assert dataset.test_labels.tolist() == [-1] * 6
    assert not dataset.labelled
    assert len(dataset.mean) == len(dataset.std) == shape[0]
    assert len({picture.tobytes() for picture in dataset.test_pictures}) == 6
    assert dataset.test_pictures.std() > 30


def test_they_are_drawn_alike_each_time() -> None:
    first, second = (datasets.load("photographs", shape=(3, 64, 64)).test_pictures for _ in range(2))
    np.testing.assert_array_equal(first, second)
    orange = first[0][:, 32, 32].astype(int)
    assert orange[0] > orange[1] > orange[2]
    light = first[1][:, 14, 32].astype(int)
    assert light[0] > 2 * max(light[1], light[2])


def test_other_channels_cannot_be_had() -> None:
    with pytest.raises(DatasetError, match="1 or 3 channels, not 4"):
        datasets.load("photographs", shape=(4, 8, 8))


def test_a_photograph_is_scaled_to_256_and_its_middle_is_taken(tmp_path: Path) -> None:
    rows, columns = np.meshgrid(np.arange(512), np.arange(1024), indexing="ij")
    picture = np.stack([rows // 2, columns // 4, np.zeros_like(rows)], axis=2).astype(np.uint8)
    PIL.Image.fromarray(picture).save(tmp_path / "wide.png")
    seen = load_picture(tmp_path / "wide.png", shape=(3, 224, 224), fit="photograph").astype(int)
    assert seen.shape == (3, 224, 224)
    # Rows are halved, so 16 of 256 are cut above; of 512 columns the middle 224 are left: from 144 on.
    assert abs(seen[0, 0, 0] - 16) <= 1
    assert abs(seen[0, 223, 0] - 239) <= 1
    assert abs(seen[1, 0, 0] - 72) <= 1
    assert abs(seen[1, 0, 223] - 183) <= 1
