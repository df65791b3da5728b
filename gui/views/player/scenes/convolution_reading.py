"""What a stage needs to know of a convolution's trace, as arrays: planes, windows, products, places.

A 1-D convolution is read as a 2-D one of height 1. All numbers of a step are its terms' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from gui.views.player.drawing.grid import Pads

Floats: TypeAlias = Any  # NDArray[np.floating]; NumPy's own stubs lose it on the way


@dataclass(frozen=True)
class Place:
    """A step's place: output channel, row and column of the output, and of the window's corner in the padded input."""

    channel: int
    row: int
    column: int
    top: int
    left: int


class ConvolutionReading:
    """A convolution as planes: `x` (channels, rows, columns), `weight` (filters, channels / groups, rows, columns)."""

    def __init__(self, trace: Any) -> None:
        self.trace = trace
        x = np.asarray(trace.inputs[0])
        weight = np.asarray(trace.weights["weight"])
        output = np.asarray(trace.output)
        self.axes = x.ndim - 1
        stride, dilation, pads = tuple(trace.stride), tuple(trace.dilation), tuple(trace.pads)
        if self.axes == 1:
            x, weight, output = x[:, None, :], weight[:, :, None, :], output[:, None, :]
            stride, dilation, pads = (1, *stride), (1, *dilation), ((0, 0), *pads)
        self.x, self.weight, self.output = x, weight, output
        self.stride, self.dilation, self.padding = stride, dilation, pads
        bias = trace.weights.get("bias")
        self.bias = None if bias is None else np.asarray(bias)
        self.groups = int(trace.groups)
        self.mode = str(trace.padding_mode)
        self.flip = bool(trace.flip)
        self.kernel: tuple[int, int] = (weight.shape[2], weight.shape[3])
        self.filters, self.rows, self.columns = output.shape
        self._step: tuple[int, Any] | None = None

    @property
    def pads(self) -> Pads:
        """Rows and columns of padding above, below, left, right."""
        (above, below), (left, right) = self.padding
        return above, below, left, right

    @cached_property
    def padded(self) -> Floats:
        """The input with its padding, (channels, rows, columns)."""
        return self._pad(self.x)

    @cached_property
    def source(self) -> Any:
        """For each cell of the padded plane the flat (row, column) that its value comes from; -1 for a padded zero."""
        rows, columns = self.x.shape[1:]
        plane = np.arange(rows * columns).reshape(1, rows, columns)
        return self._pad(plane, constant=-1)[0]

    def _pad(self, planes: Any, constant: int = 0) -> Any:
        widths = ((0, 0), *self.padding)
        modes: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
        if self.mode in modes:
            return np.pad(planes, widths, mode=modes[self.mode])
        return np.pad(planes, widths, constant_values=constant)

    def channels(self, output_channel: int) -> range:
        """The input channels that an output channel reads: those of its group."""
        size = self.weight.shape[1]
        first = output_channel // (self.filters // self.groups) * size
        return range(first, first + size)

    def place(self, index: int) -> Place:
        """Where step `index` is."""
        channel, rest = divmod(index, self.rows * self.columns)
        row, column = divmod(rest, self.columns)
        return Place(channel, row, column, row * self.stride[0], column * self.stride[1])

    def index(self, channel: int, row: int, column: int) -> int:
        return int((channel * self.rows + row) * self.columns + column)

    def filter(self, output_channel: int) -> Floats:
        """The kernel as it lies over the window, (channels of the group, rows, columns)."""
        weight = self.weight[output_channel]
        if not self.flip:
            return weight
        return weight[:, :, ::-1] if self.axes == 1 else weight[:, ::-1, ::-1]

    def terms(self, index: int) -> Any:
        """The terms of a step; those asked for last are kept."""
        if self._step is None or self._step[0] != index:
            self._step = (index, self.trace[index].terms)
        return self._step[1]

    def window(self, index: int) -> Floats:
        """The input under the window of a step, (channels of the group, rows, columns)."""
        return self.terms(index).input_values.reshape(-1, *self.kernel)

    def products(self, index: int) -> Floats:
        """Input times kernel under the window of a step, (channels of the group, rows, columns)."""
        return self.terms(index).products.reshape(-1, *self.kernel)

    def inside(self, index: int) -> Any:
        """Which cells of a step's window lie on the input itself, not in the padding; (rows, columns)."""
        padding = self.terms(index).padding
        return ~padding.reshape(-1, *self.kernel)[0]

    @property
    def reach(self) -> tuple[int, int]:
        """Rows and columns that the window spans, gaps of the dilation included."""
        return (
            (self.kernel[0] - 1) * self.dilation[0] + 1,
            (self.kernel[1] - 1) * self.dilation[1] + 1,
        )

    def term(self, channel: int, row: int, column: int) -> int:
        """The number of a term in the step's own order, from its place in the group's window."""
        return (channel * self.kernel[0] + row) * self.kernel[1] + column

    def tap(self, term: int) -> tuple[int, int, int]:
        """Channel in the group, row and column of the kernel that a term's number stands for."""
        rest, column = divmod(term, self.kernel[1])
        channel, row = divmod(rest, self.kernel[0])
        return channel, row, column

    def input_index(self, channel: int, row: int, column: int) -> tuple[int, ...] | None:
        """The index into the trace's input of a cell of the padded plane; None for a padded zero."""
        source = int(self.source[row, column])
        if source < 0:
            return None
        y, x = divmod(source, self.x.shape[2])
        return (channel, x) if self.axes == 1 else (channel, y, x)

    def output_index(self, channel: int, row: int, column: int) -> tuple[int, ...]:
        """The index into the trace's output."""
        return (channel, column) if self.axes == 1 else (channel, row, column)
