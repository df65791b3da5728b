"""Pooling to a given output size: adaptive maxima and averages, and global ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.traces.arrays import Array, Index, floats, spatial_axes, whole, working
from engine.traces.errors import TraceError
from engine.traces.formula import SUM, Piece, place
from engine.traces.pooled import average_pieces, average_terms, max_pieces, max_terms, reading
from engine.traces.pooling import AveragePool, MaxPool
from engine.traces.reduction import reduce_windows
from engine.traces.terms import Terms
from engine.traces.trace import Step
from engine.traces.windowed import Windowed
from engine.traces.windows import Axis


@dataclass(frozen=True, slots=True)
class Share:
    """One spatial axis of `size` cells divided among `count` windows, which overlap where it does not divide evenly:
    window i reads from floor(i * size / count) up to ceil((i + 1) * size / count)."""

    size: int
    count: int

    def span(self, output: int) -> tuple[int, int]:
        """(start, stop) of window `output`."""
        return output * self.size // self.count, -(-(output + 1) * self.size // self.count)

    def positions(self, output: int) -> NDArray[np.int64]:
        return np.arange(*self.span(output))

    def reached(self, cell: int, mode: str) -> list[int]:
        first = cell * self.count // self.size
        last = ((cell + 1) * self.count - 1) // self.size
        return [p for p in range(first, min(last, self.count - 1) + 1) if self.span(p)[0] <= cell < self.span(p)[1]]


class Adaptive(Windowed[Share]):
    """The trace of `adaptive_max_pool` and `adaptive_average_pool`. `output_size` has one entry per spatial axis."""

    def __init__(self, *, name: str, x: Array, output: Array, axes: Sequence[Share], largest: bool) -> None:
        super().__init__(name=name, x=x, output=output, axes=axes, weights={})
        self.output_size: tuple[int, ...] = tuple(axis.count for axis in axes)
        self._largest = largest

    def divisor(self, index: Index) -> int:
        """How many cells the window of an output cell has."""
        total = 1
        for axis, output in zip(self.axes, index[1:], strict=True):
            start, stop = axis.span(output)
            total *= stop - start
        return total

    def terms(self, index: Index) -> Terms:
        if self._largest:
            return max_terms(self, index)
        return average_terms(self, index, divisor=self.divisor(index), with_padding=True)

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        if self._largest:
            return max_pieces(step, limit=limit)
        return average_pieces(step, divisor=self.divisor(step.index), limit=limit, skip_zeros=skip_zeros)

    def symbolic(self, index: Index) -> str:
        over = "max" if self._largest else f"1/{self.divisor(index)} {SUM}"
        return f"y{place(*index)} = {over} {reading(self, index)}"


def _pool(x: ArrayLike, output_size: Any, *, name: str, largest: bool) -> Adaptive:
    (values,) = floats(x=x)
    number = spatial_axes(values, operation=name)
    many = isinstance(output_size, Iterable) and not isinstance(output_size, str)
    sizes = list(output_size) if many else [output_size] * number
    if len(sizes) != number:
        raise TraceError(f"output_size has {len(sizes)} entries, but there are {number} spatial axes")
    axes = [
        Share(size, size if wanted is None else whole("output_size", wanted, least=1))
        for size, wanted in zip(values.shape[1:], sizes, strict=True)
    ]
    result = values if largest else values.astype(working(values.dtype), copy=False)
    for axis_number, axis in enumerate(axes, start=1):
        lines = []
        for output in range(axis.count):
            cells = result[(*(slice(None),) * axis_number, slice(*axis.span(output)))]
            lines.append(cells.max(axis=axis_number) if largest else cells.mean(axis=axis_number))
        result = np.stack(lines, axis=axis_number)
    return Adaptive(name=name, x=values, output=result.astype(values.dtype, copy=False), axes=axes, largest=largest)


@np.errstate(all="ignore")
def adaptive_max_pool(x: ArrayLike, output_size: int | Sequence[int | None] | None) -> Adaptive:
    """The largest value of each of `output_size` windows, which share x (channels, *spatial) evenly.

    `output_size` is an int or one per spatial axis; None keeps the size. It may be larger than the input.
    """
    return _pool(x, output_size, name="adaptive_max_pool", largest=True)


@np.errstate(all="ignore")
def adaptive_average_pool(x: ArrayLike, output_size: int | Sequence[int | None] | None) -> Adaptive:
    """The average of each of `output_size` windows, which share x (channels, *spatial) evenly.

    `output_size` is an int or one per spatial axis; None keeps the size. It may be larger than the input.
    """
    return _pool(x, output_size, name="adaptive_average_pool", largest=False)


@np.errstate(all="ignore")
def global_max_pool(x: ArrayLike) -> MaxPool:
    """The largest value of each channel of x (channels, *spatial): (channels, 1, …), as many axes as before."""
    (values,) = floats(x=x)
    axes = _whole_axes(values, "global_max_pool")
    return MaxPool(name="global_max_pool", x=values, output=reduce_windows(values, axes, np.maximum), axes=axes)


@np.errstate(all="ignore")
def global_average_pool(x: ArrayLike) -> AveragePool:
    """The average of each channel of x (channels, *spatial): (channels, 1, …), as many axes as before."""
    (values,) = floats(x=x)
    axes = _whole_axes(values, "global_average_pool")
    sums = reduce_windows(values.astype(working(values.dtype), copy=False), axes, np.add)
    sums /= sums.dtype.type(values[0].size)
    return AveragePool(name="global_average_pool", x=values, output=sums.astype(values.dtype, copy=False), axes=axes)


def _whole_axes(x: Array, name: str) -> tuple[Axis, ...]:
    spatial_axes(x, operation=name)
    return tuple(Axis(size, size, 1, 1, 0, 0, 1) for size in x.shape[1:])
