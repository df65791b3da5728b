"""All points of a run's curves, as JSON lines too."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.messages import HeldOutPoint, Point, TrainPoint

_KINDS = {"train": TrainPoint, "held_out": HeldOutPoint}


@dataclass
class History:
    """The points of the training and the held-out curve, each in the order of its steps."""

    train: list[TrainPoint] = field(default_factory=list)
    held_out: list[HeldOutPoint] = field(default_factory=list)

    def add(self, points: Iterable[Point]) -> None:
        for point in points:
            if isinstance(point, TrainPoint):
                self.train.append(point)
            else:
                self.held_out.append(point)

    def clear(self) -> None:
        self.train.clear()
        self.held_out.clear()

    def points(self) -> list[Point]:
        """All points, by step; at the same step training first."""
        both: list[Point] = [*self.train, *self.held_out]
        return sorted(both, key=lambda point: point.step)

    def epoch_means(self, epoch: int) -> tuple[float, float]:
        """(loss, accuracy) over the training samples of that epoch, counted from 1; NaN if it has no points.

        A point weighs as much as it moved the epoch on, so a smaller last batch counts as what it is.
        """
        loss = accuracy = weight = 0.0
        # Points come in order: look from the end, where the epoch asked for mostly is.
        for index in range(len(self.train) - 1, -1, -1):
            point = self.train[index]
            if point.epoch > epoch + 1e-9:
                continue
            if point.epoch <= epoch - 1 + 1e-9:
                break
            before = self.train[index - 1].epoch if index else 0.0
            share = point.epoch - max(before, epoch - 1)
            loss += share * point.loss
            accuracy += share * point.accuracy
            weight += share
        if not weight:
            return float("nan"), float("nan")
        return loss / weight, accuracy / weight

    def to_lines(self) -> Iterator[str]:
        """One JSON object a point: its fields and `kind`, "train" or "held_out"; null for a loss that is no number."""
        for point in self.points():
            kind = "train" if isinstance(point, TrainPoint) else "held_out"
            values = vars(point) if math.isfinite(point.loss) else {**vars(point), "loss": None}
            yield json.dumps({"kind": kind, **values})

    @classmethod
    def from_lines(cls, lines: Iterable[str], *, last_step: int | None = None) -> History:
        """What `to_lines` wrote, up to `last_step`. Raises ValueError with the number of a line that is no point."""
        history = cls()
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                if data["loss"] is None:
                    data["loss"] = math.nan
                point: Point = _KINDS[data.pop("kind")](**data)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"line {number} is not a point of a curve") from error
            if last_step is None or point.step <= last_step:
                history.add([point])
        return history
