"""Curves of several runs as lines and bands: smoothed, over steps or time, seeds as mean and deviation. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gui.views.compare.model import ACCURACY, LOSS, SECONDS, STEP, ShownRun, groups
from gui.views.curves_data import Smoother

Values = NDArray[np.float64]
_GRID = 240
_LEVELS = (0.99, 0.98, 0.95, 0.9, 0.8, 0.5)


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: `part` 0 is the loss, 1 the accuracy (0-1). `low` and `high` are the band of several seeds, if any."""

    place: int
    part: int
    held: bool
    x: Values
    y: Values
    low: Values | None = None
    high: Values | None = None
    runs: tuple[ShownRun, ...] = ()


@dataclass(frozen=True)
class Mark:
    """Where a run's held-out accuracy first reached `level`."""

    place: int
    x: float
    y: float
    level: float


def lines(runs: Sequence[ShownRun], *, by_time: bool, smoothing: float, banded: bool) -> list[Line]:
    """All curves, those of training first, so that the others lie over them."""
    found: list[Line] = []
    for group in groups(runs) if banded else [[run] for run in runs]:
        for held in (False, True):
            for part in (0, 1):
                curves = [curve(run, part, held=held, by_time=by_time, smoothing=smoothing) for run in group]
                curves = [one for one in curves if len(one[0])]
                if not curves:
                    continue
                if len(curves) == 1:
                    found.append(Line(group[0].place, part, held, *curves[0], runs=tuple(group)))
                else:
                    x, mean, deviation = band(curves)
                    low, high = mean - deviation, mean + deviation
                    found.append(Line(group[0].place, part, held, x, mean, low, high, tuple(group)))
    return sorted(found, key=lambda line: line.held)


def curve(run: ShownRun, part: int, *, held: bool, by_time: bool, smoothing: float) -> tuple[Values, Values]:
    """(x, y) of one curve, without what is no number; training is smoothed."""
    table = run.held if held else run.train
    x, y = table[:, SECONDS if by_time else STEP], table[:, LOSS + part]
    known = np.isfinite(y)
    if not known.all():
        x, y = x[known], y[known]
    if not held and len(y):
        y = Smoother(smoothing).add(y)
    return x, y


def band(curves: Sequence[tuple[Values, Values]]) -> tuple[Values, Values, Values]:
    """(x, mean, standard deviation) of several curves, as far as all of them reach."""
    start = max(float(x[0]) for x, _ in curves)
    end = max(min(float(x[-1]) for x, _ in curves), start)
    grid = np.linspace(start, end, _GRID)
    values = np.stack([np.interp(grid, x, y) for x, y in curves])
    return grid, values.mean(0), values.std(0)


def reach(runs: Sequence[ShownRun], *, by_time: bool) -> float:
    """Where the longest curve ends; 1 if there is none."""
    column = SECONDS if by_time else STEP
    ends = [float(table[-1, column]) for run in runs for table in (run.train, run.held) if len(table)]
    return max([*ends, 1.0])


def ceiling(drawn: Sequence[Line]) -> float:
    """The loss up to which the axis reaches: a run that diverges leaves the plot, and the others their room."""
    starts = [float(line.y[0]) for line in drawn if line.part == 0 and len(line.y)]
    return 10 * max(min(starts), 1.0) if starts else np.inf


def marks(drawn: Sequence[Line]) -> list[Mark]:
    """Where each held-out curve first reached the highest of some levels that all of them reach."""
    accuracy = [line for line in drawn if line.held and line.part == 1 and len(line.x) > 1]
    if not accuracy:
        return []
    least = min(float(np.nanmax(line.y)) for line in accuracy)
    level = next((one for one in _LEVELS if one <= least), None)
    if level is None:
        return []
    found = []
    for line in accuracy:
        row = int(np.argmax(line.y >= level))
        if row:  # what begins above the level says nothing about learning
            found.append(Mark(line.place, float(line.x[row]), float(line.y[row]), level))
    return found


@dataclass(frozen=True)
class End:
    """Where a curve ends: at `x` with `value`, and the standard deviation of several seeds there, if they are."""

    place: int
    x: float
    value: float
    deviation: float | None = None


def ends(drawn: Sequence[Line], part: int) -> list[End]:
    """Where the held-out curves end (of training, where a run was never evaluated)."""
    last: dict[int, End] = {}
    for line in drawn:
        if line.part == part and len(line.x):
            deviation = None if line.high is None else float(line.high[-1] - line.y[-1])
            last[line.place] = End(line.place, float(line.x[-1]), float(line.y[-1]), deviation)
    return list(last.values())


def value_at(line: Line, x: float) -> float | None:
    """The value of the curve nearest to `x`; None beyond its end."""
    if not len(line.x) or x > line.x[-1] + (line.x[-1] - line.x[0]) * 0.02:
        return None
    after = int(np.searchsorted(line.x, x))
    near = [place for place in (after - 1, after) if 0 <= place < len(line.x)]
    return float(line.y[min(near, key=lambda place: abs(line.x[place] - x))])


__all__ = ["ACCURACY", "End", "Line", "Mark", "band", "ceiling", "curve", "ends", "lines", "marks", "reach", "value_at"]
