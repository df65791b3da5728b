"""What convolutions and pools share: a window that slides over (channels, *spatial), and the cells in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.traces.arrays import Array, Index
from engine.traces.trace import Trace, Window
from engine.traces.windows import Axis, mirrored


class Cells(NamedTuple):
    """The n cells that a window reads, in reading order.

    `positions` int64 (n, 1 + spatial) in the padded input, `indices` where they are read from, `places` int64
    (n, 1 + spatial) in the window, from 0; `values` float64 (n,), `padding` bool (n,).
    """

    positions: NDArray[np.int64]
    indices: NDArray[np.int64]
    places: NDArray[np.int64]
    values: NDArray[np.float64]
    padding: NDArray[np.bool_]


class Line(Protocol):
    """How windows lie along one spatial axis of an input of `size` cells."""

    @property
    def size(self) -> int: ...

    def positions(self, output: int) -> NDArray[np.int64]:
        """The positions that window `output` reads, int64, in order; at least one."""

    def reached(self, cell: int, mode: str) -> list[int]:
        """The windows that read an input cell, in order."""


LineT = TypeVar("LineT", bound=Line)


class Windowed(Trace, Generic[LineT]):
    """A trace whose steps read windows of x (channels, *spatial); `axes` says where they lie."""

    spatial = True

    def __init__(
        self,
        *,
        name: str,
        x: Array,
        output: Array,
        axes: Sequence[LineT],
        weights: Mapping[str, Array | None],
        padding_mode: str = "zeros",
        fill: float = 0.0,
    ) -> None:
        super().__init__(name=name, inputs=(x,), output=output, weights=weights)
        self.axes: tuple[LineT, ...] = tuple(axes)
        self.padding_mode = padding_mode
        self._fill = fill

    def window(self, index: Sequence[int] | int) -> Window:
        """Where the step of output cell `index` reads. IndexError if there is no such cell."""
        _, *outputs = self.checked(index, self.output.shape, "the output")
        positions = [axis.positions(output).tolist() for axis, output in zip(self.axes, outputs, strict=True)]
        return Window(tuple((p[0], p[-1] + 1) for p in positions), tuple(tuple(p) for p in positions))

    def channels_read(self, channel: int) -> range:
        """The input channels that an output channel reads."""
        return range(channel, channel + 1)

    def channels_reached(self, channel: int) -> range:
        """The output channels that an input channel reaches."""
        return range(channel, channel + 1)

    def _touching(self, index: Index, source: int) -> list[Index]:
        channel, *cells = index
        reached = (axis.reached(cell, self.padding_mode) for axis, cell in zip(self.axes, cells, strict=True))
        return list(product(self.channels_reached(channel), *reached))

    def cells(self, index: Index) -> Cells:
        """The cells that the step of output cell `index` reads."""
        channel, *outputs = index
        channels = self.channels_read(channel)
        lines = [axis.positions(output) for axis, output in zip(self.axes, outputs, strict=True)]
        shape = (len(channels), *(len(line) for line in lines))
        places = np.indices(shape).reshape(len(shape), -1)
        positions = places + channels.start
        indices = positions.copy()
        padding = np.zeros(positions.shape[1], np.bool_)
        for number, (axis, line) in enumerate(zip(self.axes, lines, strict=True), start=1):
            positions[number] = line[places[number]]
            indices[number] = mirrored(positions[number], axis.size, self.padding_mode)
            padding |= (positions[number] < 0) | (positions[number] >= axis.size)
        if self.padding_mode == "zeros" and padding.any():
            values = np.full(len(padding), self._fill)
            real = ~padding
            values[real] = self.inputs[0][tuple(indices[:, real])]
        else:
            values = self.inputs[0][tuple(indices)].astype(np.float64)
        return Cells(positions.T, indices.T, places.T, values, padding)


class Sliding(Windowed[Axis]):
    """A window of fixed size that slides by a fixed stride."""

    @property
    def kernel_size(self) -> tuple[int, ...]:
        return tuple(axis.kernel for axis in self.axes)

    @property
    def stride(self) -> tuple[int, ...]:
        return tuple(axis.stride for axis in self.axes)

    @property
    def dilation(self) -> tuple[int, ...]:
        return tuple(axis.dilation for axis in self.axes)

    @property
    def pads(self) -> tuple[tuple[int, int], ...]:
        """Padding (before, after) of each spatial axis."""
        return tuple((axis.before, axis.after) for axis in self.axes)
