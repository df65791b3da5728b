"""What the curves show: points of training and of held-out evaluations in growing arrays, smoothed and thinned."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.messages import HeldOutPoint, Point, TrainPoint

Values = NDArray[np.float64]


class Growing:
    """A float64 table (rows, columns) that is added to at its end; its memory doubles when it is full."""

    def __init__(self, columns: int) -> None:
        self._memory = np.empty((256, columns))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, rows: Values) -> None:
        """Add rows (n, columns)."""
        needed = self._count + len(rows)
        if needed > len(self._memory):
            larger = np.empty((max(needed, 2 * len(self._memory)), self._memory.shape[1]))
            larger[: self._count] = self._memory[: self._count]
            self._memory = larger
        self._memory[self._count : needed] = rows
        self._count = needed

    def __getitem__(self, column: int) -> Values:
        """One column, without a copy."""
        return self._memory[: self._count, column]

    def clear(self) -> None:
        self._count = 0


class Smoother:
    """An exponential moving average, debiased (Kingma, Ba: Adam, 2015, section 3), continued where it stopped.

    s ← β s + (1 - β) x, shown as s / (1 - βᵗ). Where x is not finite, s stays.
    """

    def __init__(self, beta: float) -> None:
        self.beta = beta
        self._sum = 0.0
        self._count = 0

    def add(self, values: Values) -> Values:
        """The averages at these values, which follow those of before."""
        finite = np.isfinite(values)
        kept = values[finite]
        averages = self._averages(kept)
        if finite.all():
            return averages
        places = np.cumsum(finite) - 1
        last = self._shown_before if self._before else math.nan
        return np.where(places >= 0, averages[np.maximum(places, 0)] if len(averages) else last, last)

    _before = 0
    _shown_before = math.nan

    def _averages(self, values: Values) -> Values:
        self._before = self._count
        self._shown_before = self._sum / (1 - self.beta**self._count) if self._count else math.nan
        if not self.beta:
            self._count += len(values)
            self._sum = float(values[-1]) if len(values) else self._sum
            return values.copy()
        result = np.empty(len(values))
        chunk = min(4096, max(1, int(100 / -math.log10(self.beta))))  # so that no power underflows
        for start in range(0, len(values), chunk):
            part = values[start : start + chunk]
            powers = self.beta ** np.arange(1, len(part) + 1)
            sums = powers * (self._sum + (1 - self.beta) * np.cumsum(part / powers))
            counts = self._count + np.arange(1, len(part) + 1)
            result[start : start + chunk] = sums / -np.expm1(counts * math.log(self.beta))
            self._sum, self._count = float(sums[-1]), int(counts[-1])
        return result


class History:
    """All points of a run. Columns of `train` and `held`: step, epoch, loss, accuracy; of `smooth`: loss, accuracy."""

    STEP, EPOCH, LOSS, ACCURACY = range(4)

    def __init__(self, smoothing: float = 0.9) -> None:
        self.train, self.held, self.smooth = Growing(4), Growing(4), Growing(2)
        self.smoothing = smoothing
        self.clear()

    def clear(self) -> None:
        """Forget everything but how to smooth."""
        for table in (self.train, self.held, self.smooth):
            table.clear()
        self._smoothers = (Smoother(self.smoothing), Smoother(self.smoothing))

    def add(self, points: Iterable[Point]) -> None:
        """Add points, in the order in which they were made."""
        train = [(p.step, p.epoch, p.loss, p.accuracy) for p in points if isinstance(p, TrainPoint)]
        held = [(p.step, p.epoch, p.loss, p.accuracy) for p in points if isinstance(p, HeldOutPoint)]
        if train:
            rows = np.array(train, np.float64)
            self.train.extend(rows)
            self._smooth(rows[:, self.LOSS], rows[:, self.ACCURACY])
        if held:
            self.held.extend(np.array(held, np.float64))

    def _smooth(self, losses: Values, accuracies: Values) -> None:
        loss, accuracy = self._smoothers
        self.smooth.extend(np.column_stack([loss.add(losses), accuracy.add(accuracies)]))

    def set_smoothing(self, smoothing: float) -> None:
        """Smooth anew: 0 (not at all) … 0.99."""
        self.smoothing = min(max(smoothing, 0.0), 0.99)
        self.smooth.clear()
        self._smoothers = (Smoother(self.smoothing), Smoother(self.smoothing))
        self._smooth(self.train[self.LOSS], self.train[self.ACCURACY])

    @property
    def empty(self) -> bool:
        return not len(self.train) and not len(self.held)

    @property
    def epoch(self) -> float:
        """How far the curves reach."""
        ends = [table[self.EPOCH][-1] for table in (self.train, self.held) if len(table)]
        return float(max(ends, default=0.0))

    @property
    def best(self) -> int | None:
        """The row of the held-out evaluation with the highest accuracy, the first of equals."""
        accuracy = self.held[self.ACCURACY]
        if not len(accuracy) or not np.isfinite(accuracy).any():
            return None
        return int(np.nanargmax(accuracy))

    def at(self, epoch: float) -> Reading | None:
        """What is nearest to an epoch; None while there are no points. Training has more points, so it says where."""
        train, held = nearest(self.train[self.EPOCH], epoch), nearest(self.held[self.EPOCH], epoch)
        table, row = (self.train, train) if train is not None else (self.held, held)
        if row is None:
            return None
        return Reading(int(table[self.STEP][row]), float(table[self.EPOCH][row]), train, held)


@dataclass(frozen=True)
class Reading:
    """What stands at an epoch: the step and epoch of the nearest point, and the nearest row of each table, if any."""

    step: int
    epoch: float
    train: int | None
    held: int | None


def nearest(sorted_values: Values, value: float) -> int | None:
    """The index of the entry nearest to `value`; None of no entries."""
    if not len(sorted_values):
        return None
    after = int(np.searchsorted(sorted_values, value))
    if after == 0:
        return 0
    if after == len(sorted_values):
        return after - 1
    return after if sorted_values[after] - value < value - sorted_values[after - 1] else after - 1


def peaks(x: Values, y: Values, most: int) -> tuple[Values, Values]:
    """Thin a curve to at most about 2 `most` points that keep every peak: the extremes of each group of neighbours.

    Groups are powers of two long and begin at multiples of their length, so they stay as they are when the curve grows.
    """
    count = len(x)
    if count <= 2 * most:
        return x, y
    size = 1 << math.ceil(math.log2(count / most))
    starts = np.arange(0, count, size)
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    middle = x[np.minimum(starts + size // 2, count - 1)]
    rising = y[starts] <= y[np.minimum(starts + size, count) - 1]
    first, second = np.where(rising, low, high), np.where(rising, high, low)
    return np.column_stack([x[starts], middle]).reshape(-1), np.column_stack([first, second]).reshape(-1)
