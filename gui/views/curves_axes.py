"""Axes of the curves: which range they show, where their ticks are, and what these are called."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from gui.theme import numbers

_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Axis:
    """A vertical axis from `low` to `high` (of the logarithm to base 10 if `log`) with its ticks as (value, label)."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def y(self, values: NDArray[np.float64], box: QRectF) -> NDArray[np.float64]:
        """Heights in pixels; what a logarithm has no place for (0, NaN) is at the foot."""
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(values)
        share = (values - self.low) / (self.high - self.low)
        share = np.nan_to_num(share, nan=0.0, posinf=2.0, neginf=-2.0)
        return box.bottom() - np.clip(share, -2.0, 2.0) * box.height()

    def at(self, value: float, box: QRectF) -> float:
        """The height of one value."""
        return float(self.y(np.array([value], np.float64), box)[0])


def log_axis(values: NDArray[np.float64], height: float) -> Axis:
    """An axis for positive values, at least 1.5 decades; labels at decades, and at 2 and 5 where there is room."""
    good = values[np.isfinite(values) & (values > 0)]
    low, high = (math.log10(good.min()), math.log10(good.max())) if good.size else (-2.0, 0.5)
    low, high = math.floor(low * 4 - 0.4) / 4, math.ceil(high * 4 + 0.4) / 4
    if high - low < 1.5:
        middle = (high + low) / 2
        low, high = math.floor((middle - 0.75) * 4) / 4, math.ceil((middle + 0.75) * 4) / 4
    return Axis(low, high, log_ticks(low, high, height), log=True)


def log_ticks(low: float, high: float, height: float) -> tuple[tuple[float, str], ...]:
    """Ticks (value, label) of a logarithmic axis from 10^low to 10^high; between decades where there is room."""
    if high - low < 0.7:  # zoomed in, where 1, 2 and 5 would be too few
        return linear_ticks(10.0**low, 10.0**high, height)
    decade = height / (high - low)
    every = max(1, math.ceil(16 / decade))
    ticks = []
    for power in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1):
        if power % every == 0:
            ticks.append((10.0**power, power_text(power)))
    if decade > 90 and low > -4:
        for power in range(math.floor(low), math.floor(high) + 1):
            for step in (2.0, 5.0):
                value = step * 10.0**power
                if low <= math.log10(value) <= high:
                    ticks.append((value, numbers.plain(value)))
    return tuple(sorted(ticks))


def power_text(power: int) -> str:
    """A power of ten as a tick: 100, 1, 0.01, 10⁻⁶."""
    if -3 <= power <= 4:
        return f"{10.0**power:,.{max(-power, 0)}f}"
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def linear_axis(values: NDArray[np.float64], height: float) -> Axis:
    """An axis from zero for values that are not negative."""
    good = values[np.isfinite(values)]
    high = float(good.max()) * 1.05 if good.size and good.max() > 0 else 1.0
    step = nice(high / max(height / 26, 1))
    top = math.ceil(high / step - 1e-9) * step
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((index * step, f"{index * step:.{digits}f}") for index in range(round(top / step) + 1))
    return Axis(0.0, top, ticks)


def linear_ticks(low: float, high: float, length: float, *, room: float = 26.0) -> tuple[tuple[float, str], ...]:
    """Ticks (value, label) of a linear axis, at least `room` pixels apart, all with as many decimals as they need."""
    step = nice((high - low) / max(length / room, 1))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple((index * step, numbers.text(index * step, digits)) for index in range(first, last + 1))


def accuracy_axis(values: NDArray[np.float64], height: float) -> Axis:
    """An axis up to 100 % for shares (0-1), from the lowest of 0, 50, 80, 90, … that nearly all of them are above.

    The few first evaluations of a run may lie below: what matters is at the top.
    """
    good = values[np.isfinite(values)]
    lowest = 0.0
    if good.size:
        typical = float(np.quantile(good, 0.04)) if good.size >= 8 else float(good.min())
        lowest = max((floor for floor in (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99) if floor <= typical), default=0.0)
    span = 1.0 - lowest
    parts = 2
    while parts < 10 and height / (parts * 2 if parts != 2 else 5) >= 24:
        parts = parts * 2 if parts != 2 else 5
    digits = 1 if round(span / parts * 1000) % 10 else 0
    shares = [lowest + span * index / parts for index in range(parts + 1)]
    return Axis(lowest, 1.0, tuple((share, f"{share * 100:.{digits}f}") for share in shares))


def nice(step: float) -> float:
    """The next of 1, 2, 5 times a power of ten that is not smaller."""
    if not step > 0 or not math.isfinite(step):
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next((base * power for base in _STEPS if base * power >= step * (1 - 1e-9)), 10 * power)


def epoch_ticks(low: float, high: float, width: float) -> list[float]:
    """Ticks of an epoch axis that leave 40 px to each label: whole epochs, finer ones only when zoomed in."""
    step = nice((high - low) / max(width / 40, 1))
    if high - low >= 2:
        step = max(step, 1.0)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def reach(epoch: float, epochs: int, *, empty: bool) -> float:
    """Where the epoch axis ends when all is shown: at the run's last epoch, but not far ahead of where it is."""
    ahead = next(span for span in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if span >= 1.5 * epoch)
    return max(float(epochs if empty else min(epochs, ahead)), math.ceil(epoch - 1e-6))
