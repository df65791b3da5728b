"""Neighbours, galleries and mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.messages import AskConfused, AskGallery, ShowNeighbour
from engine.session.samples import Predictions, SampleError, Samples, Split

_LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 1], np.int64)


def _pictures(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.uint8).reshape(-1, 1, 1, 1).repeat(2, axis=2)


@pytest.fixture
def samples() -> Samples:
    return Samples({"train": Split(_pictures(3), _LABELS[:3]), "test": Split(_pictures(8), _LABELS)})


@pytest.fixture
def judged(samples: Samples) -> Samples:
    predicted = np.array([0, 2, 2, 1, 1, 2, 1, 0], np.int64)  # wrong: 1, 3, 6, 7
    samples.predictions = Predictions(predicted, np.array([0.9, 0.5, 0.9, 0.6, 0.9, 0.9, 0.8, 0.7], np.float32))
    return samples


def test_a_sample_is_what_the_dataset_holds(samples: Samples) -> None:
    sample = samples.at("test", 4)
    assert (sample.split, sample.index, sample.label) == ("test", 4, 1)
    assert sample.picture.shape == (1, 2, 1)
    assert sample.picture[0, 0, 0] == 4
    assert samples.picture_shape == (1, 2, 1)
    for split, index in (("test", 8), ("test", -1), ("nonsense", 0)):
        with pytest.raises(SampleError):
            samples.at(split, index)


def test_the_closest_sample_is_one_that_there_is(samples: Samples) -> None:
    assert samples.closest("train", 9).index == 2
    assert samples.closest("test", -5).index == 0
    assert (samples.closest("drawing", 3).split, samples.closest("drawing", 3).index) == ("test", 0)


@pytest.mark.parametrize(
    ("command", "index", "found"),
    [
        (ShowNeighbour(1), 3, 4),
        (ShowNeighbour(1), 7, 0),
        (ShowNeighbour(-1), 3, 2),
        (ShowNeighbour(-1), 0, 7),
        (ShowNeighbour(1, label=2), 2, 5),
        (ShowNeighbour(1, label=2), 5, 2),
        (ShowNeighbour(-1, label=0), 3, 0),
        (ShowNeighbour(1, only_mistakes=True), 3, 6),
        (ShowNeighbour(-1, only_mistakes=True), 1, 7),
        (ShowNeighbour(1, label=1, only_mistakes=True), 1, 7),
    ],
)
def test_neighbours(judged: Samples, command: ShowNeighbour, index: int, found: int) -> None:
    assert judged.neighbour(command, "test", index).index == found


def test_a_random_neighbour_is_another_one_and_can_be_any(judged: Samples) -> None:
    index, seen = 0, set()
    for _ in range(100):
        found = judged.neighbour(ShowNeighbour(0), "test", index).index
        assert found != index
        index = found
        seen.add(index)
    assert seen == set(range(8))
    assert {judged.neighbour(ShowNeighbour(0, label=2), "test", 2).index for _ in range(5)} == {5}


def test_what_does_not_exist_is_told(samples: Samples, judged: Samples) -> None:
    with pytest.raises(SampleError, match="of this class"):
        judged.neighbour(ShowNeighbour(1, label=7), "test", 0)
    with pytest.raises(SampleError, match="test pictures alone"):
        judged.neighbour(ShowNeighbour(1, only_mistakes=True), "train", 0)
    samples.predictions = None
    with pytest.raises(SampleError, match="after an evaluation"):
        samples.neighbour(ShowNeighbour(1, only_mistakes=True), "test", 0)


def test_galleries_are_in_order_and_go_around(judged: Samples) -> None:
    gallery = judged.gallery(AskGallery(start=6, count=4))
    assert gallery.indices.tolist() == [6, 7, 0, 1]
    assert gallery.labels.tolist() == [0, 1, 0, 1]
    assert gallery.predicted.tolist() == [1, 0, 0, 2]
    assert gallery.pictures[:, 0, 0, 0].tolist() == [6, 7, 0, 1]
    assert gallery.pictures.dtype == np.uint8
    assert judged.gallery(AskGallery(count=99)).indices.tolist() == list(range(8))
    assert judged.gallery(AskGallery(start=4, label=0)).indices.tolist() == [6, 0, 3]
    assert judged.gallery(AskGallery(only_mistakes=True)).indices.tolist() == [1, 3, 6, 7]
    assert judged.gallery(AskGallery(label=7)).indices.tolist() == []
    train = judged.gallery(AskGallery(split="train"))
    assert train.predicted.tolist() == [-1, -1, -1]


def test_the_confused_come_worst_first(judged: Samples) -> None:
    assert judged.confused(AskConfused()).indices.tolist() == [6, 7, 3, 1]
    assert judged.confused(AskConfused(label=0, predicted=1)).indices.tolist() == [6, 3]
    assert judged.confused(AskConfused(predicted=2)).indices.tolist() == [1]
    assert judged.confused(AskConfused(label=1, count=1)).indices.tolist() == [7]
    assert judged.confused(AskConfused(label=2)).indices.tolist() == []
    judged.predictions = None
    assert judged.confused(AskConfused()).indices.tolist() == []
