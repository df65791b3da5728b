"""The samples that a viewer can ask for: neighbours, galleries, mistakes. NumPy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.messages import AskConfused, AskGallery, Bytes, Floats, Gallery, Sample, ShowNeighbour

_TEST = "test"


class SampleError(ValueError):
    """There is no such sample. The message is meant for the user."""


@dataclass(frozen=True, eq=False)
class Split:
    """Pictures uint8 (n, channels, height, width) and labels int64 (n,), -1 where nobody knows."""

    pictures: Bytes
    labels: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the network made of every sample of the test split at some step: classes and their probabilities."""

    predicted: NDArray[np.int64]
    confidence: Floats


class Samples:
    """The splits of a dataset by name, and the newest predictions for the test split (None before an evaluation)."""

    def __init__(self, splits: Mapping[str, Split], seed: int = 0) -> None:
        self._splits = dict(splits)
        self._seed = seed
        self.predictions: Predictions | None = None

    @cached_property
    def _random(self) -> np.random.Generator:
        """Made when it is first needed: NumPy takes 30 ms to load its generators, and the first picture needs none."""
        return np.random.default_rng(self._seed)

    @property
    def picture_shape(self) -> tuple[int, ...]:
        return next(iter(self._splits.values())).pictures.shape[1:]

    def count(self, split: str) -> int:
        """How many samples the split has."""
        return len(self.split(split).labels)

    def at(self, split: str, index: int) -> Sample:
        """That sample. Raises SampleError for a split or an index that is not there."""
        part = self.split(split)
        if not 0 <= index < len(part.labels):
            raise SampleError(
                f"There is no sample {index} in the {split} pictures: they go from 0 to {len(part.labels) - 1}."
            )
        label = int(part.labels[index])
        return Sample(
            picture=part.pictures[index],
            split=split,
            index=index,
            label=None if label < 0 else label,  # -1: unknown
        )

    def closest(self, split: str, index: int) -> Sample:
        """That sample, or the nearest thing to it that there is: after a change of dataset."""
        if split not in self._splits:
            split, index = next(reversed(self._splits)), 0
        return self.at(split, min(max(index, 0), len(self._splits[split].labels) - 1))

    def neighbour(self, command: ShowNeighbour, split: str, index: int) -> Sample:
        """The next sample from (split, index) on that fits the command, around the end; SampleError if none fits."""
        if split not in self._splits:
            split, index = next(reversed(self._splits)), -1
        fitting = self._fitting(split, command.label, command.only_mistakes)
        if command.direction == 0:
            others = fitting[fitting != index] if len(fitting) > 1 else fitting
            return self.at(split, int(self._random.choice(others)))
        if command.direction > 0:
            place = int(np.searchsorted(fitting, index, side="right")) % len(fitting)
        else:
            place = int(np.searchsorted(fitting, index, side="left")) - 1
        return self.at(split, int(fitting[place]))

    def gallery(self, command: AskGallery) -> Gallery:
        """The first `count` samples from `start` on, in order, around the end, that fit; empty if none does."""
        part = self.split(command.split)
        try:
            fitting = self._fitting(command.split, command.label, command.only_mistakes)
        except SampleError:
            fitting = np.zeros(0, np.int64)
        first = int(np.searchsorted(fitting, command.start % max(len(part.labels), 1)))
        return self._gallery(command.split, np.roll(fitting, -first)[: max(command.count, 0)])

    def confused(self, command: AskConfused) -> Gallery:
        """Mistakes of one label and one prediction (None: any), the most confidently wrong first."""
        mistakes = self._fitting_or_none(_TEST)
        if self.predictions is not None and len(mistakes):
            labels, predicted = self.split(_TEST).labels[mistakes], self.predictions.predicted[mistakes]
            keep = np.ones(len(mistakes), bool)
            if command.label is not None:
                keep &= labels == command.label
            if command.predicted is not None:
                keep &= predicted == command.predicted
            mistakes = mistakes[keep]
            order = np.argsort(-self.predictions.confidence[mistakes], kind="stable")
            mistakes = mistakes[order][: max(command.count, 0)]
        return self._gallery(_TEST, mistakes)

    def split(self, split: str) -> Split:
        """Its pictures and labels. SampleError if there is none of that name."""
        if split not in self._splits:
            raise SampleError(f'There are no pictures called "{split}"; there are: {", ".join(self._splits)}.')
        return self._splits[split]

    def _fitting_or_none(self, split: str) -> NDArray[np.int64]:
        try:
            return self._fitting(split, None, only_mistakes=True)
        except SampleError:
            return np.zeros(0, np.int64)

    def _fitting(self, split: str, label: int | None, only_mistakes: bool) -> NDArray[np.int64]:
        """Indices, in order, of the samples of this label (None: any), mistakes only; SampleError if there is none."""
        labels = self.split(split).labels
        keep = np.ones(len(labels), bool)
        if only_mistakes:
            if split != _TEST:
                raise SampleError(f"Mistakes are known of the test pictures alone, not of the {split} pictures.")
            if self.predictions is None:
                raise SampleError(
                    "Mistakes are known after an evaluation of the test pictures: make one, or let the epoch end."
                )
            keep &= self.predictions.predicted != labels
        if label is not None:
            keep &= labels == label
        found = np.flatnonzero(keep)
        if not len(found):
            kind = "mistake" if only_mistakes else "picture"
            raise SampleError(f"There is no {kind} {'of this class ' if label is not None else ''}to show.")
        return found

    def _gallery(self, split: str, indices: NDArray[np.int64]) -> Gallery:
        part = self.split(split)
        known = self.predictions if split == _TEST else None
        return Gallery(
            split=split,
            indices=indices.astype(np.int64),
            pictures=part.pictures[indices],
            labels=part.labels[indices],
            predicted=known.predicted[indices] if known is not None else np.full(len(indices), -1, np.int64),
        )
