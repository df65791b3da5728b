"""A transposed convolution in the order in which it is computed: one step for each stamp of the kernel.

`transposed_convolution` has a step for each output cell; here step by step an input cell multiplies the whole kernel,
and the products are added to what lies on the output already. What padding cuts off is there until the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from engine.traces.arrays import Index
from engine.traces.transposed import TransposedConvolution

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stamp:
    """One input cell, times the kernel that leads from its channel to an output channel.

    `filter` is the output channel, `cell` (channel, *place) the input cell, `value` what stands there; `kernel` and
    `products` are float64 of the kernel's shape; `start` is the stamp's first cell on the canvas.
    """

    filter: int
    cell: Index
    value: float
    kernel: Floats
    products: Floats
    start: Index


class Stamping:
    """All stamps of a transposed convolution: for each filter, each input channel of its group, each of its cells.

    A filter's stamps lie on a canvas of `canvas_shape`: the output before padding is cut off, output padding included.
    """

    name = "stamping"

    def __init__(self, whole: TransposedConvolution) -> None:
        self.whole = whole
        self.inputs, self.weights, self.output, self.sources = whole.inputs, whole.weights, whole.output, whole.sources
        self.kernel_size, self.stride, self.dilation = whole.kernel_size, whole.stride, whole.dilation
        self.pads, self.output_padding, self.groups = whole.pads, whole.output_padding, whole.groups
        weight = self.weights["weight"]
        self.filters = len(self.output)
        self.channels_each = len(weight) // self.groups
        self.size: tuple[int, ...] = self.inputs[0].shape[1:]
        self.canvas_shape: tuple[int, ...] = tuple(
            axis.count + sum(pair) for axis, pair in zip(whole.axes, self.pads, strict=True)
        )
        self._filter = -1
        self._finished: dict[int, Floats] = {}  # that filter's canvas after each channel

    def __len__(self) -> int:
        return self.filters * self.channels_each * prod(self.size)

    def channels(self, filter_: int) -> range:
        """The input channels that an output channel is stamped from."""
        group = filter_ // (self.filters // self.groups)
        return range(group * self.channels_each, (group + 1) * self.channels_each)

    def index_of(self, number: int) -> tuple[int, ...]:
        """(filter, channel, *place) of a step. IndexError for a step that there is not."""
        if not 0 <= number < len(self):
            raise IndexError(f"there is no step {number}: there are {len(self)} stamps")
        rest, place = divmod(number, prod(self.size))
        filter_, within = divmod(rest, self.channels_each)
        cell = [int(entry) for entry in np.unravel_index(place, self.size)]
        return (filter_, self.channels(filter_).start + within, *cell)

    def position_of(self, index: tuple[int, ...]) -> int:
        """The step of (filter, channel, *place)."""
        filter_, channel, *cell = index
        within = channel - self.channels(filter_).start
        shape = (self.filters, self.channels_each, *self.size)
        return int(np.ravel_multi_index((filter_, within, *cell), shape))

    def kernel(self, filter_: int, channel: int) -> Floats:
        """The kernel from an input channel to an output channel, float64 of the kernel's shape."""
        weight = self.weights["weight"]
        return np.asarray(weight[channel, filter_ % weight.shape[1]], np.float64)

    def __getitem__(self, number: int) -> Stamp:
        filter_, *cell = self.index_of(number)
        value = float(self.inputs[0][tuple(cell)])
        kernel = self.kernel(filter_, cell[0])
        with np.errstate(all="ignore"):
            products = value * kernel
        start = tuple(place * stride for place, stride in zip(cell[1:], self.stride, strict=True))
        return Stamp(filter_, tuple(cell), value, kernel, products, start)

    def bias(self, filter_: int) -> float:
        """What lies on a filter's canvas before the first stamp; 0.0 without a bias."""
        return float(self.weights["bias"][filter_]) if "bias" in self.weights else 0.0

    def canvas(self, number: int) -> Floats:
        """The canvas of a step's filter after it, float64 (*canvas_shape); after its last step it is the output."""
        filter_, channel, *cell = self.index_of(number)
        plane = np.zeros(self.size)
        source = np.asarray(self.inputs[0][channel], np.float64)
        count = int(np.ravel_multi_index(cell, self.size)) + 1
        plane.ravel()[:count] = source.ravel()[:count]
        return self._before(filter_, channel) + self._stamped(plane, self.kernel(filter_, channel), count)

    def before(self, number: int) -> Floats:
        """The canvas of a step's filter as the stamp finds it."""
        filter_, channel, *cell = self.index_of(number)
        if not any(cell):
            return self._before(filter_, channel)
        return self.canvas(number - 1)

    def covered(self, number: int) -> NDArray[np.int64]:
        """How many stamps lie on each cell of the canvas after a step, int64 (*canvas_shape)."""
        filter_, channel, *cell = self.index_of(number)
        count = int(np.ravel_multi_index(cell, self.size)) + 1
        ones, taps = np.ones(self.size), np.ones(self.kernel_size)
        found = self._stamped(ones, taps, count)
        done = channel - self.channels(filter_).start
        if done:
            found += done * self._stamped(ones, taps, ones.size)
        return found.astype(np.int64)

    def _before(self, filter_: int, channel: int) -> Floats:
        """The canvas when the channels before are done."""
        if filter_ != self._filter:
            self._filter = filter_
            self._finished.clear()
        found = np.full(self.canvas_shape, self.bias(filter_))
        for done in range(self.channels(filter_).start, channel):
            if done not in self._finished:
                plane = np.asarray(self.inputs[0][done], np.float64)
                self._finished[done] = found + self._stamped(plane, self.kernel(filter_, done), plane.size)
            found = self._finished[done]
        return found

    def _stamped(self, plane: Floats, kernel: Floats, count: int) -> Floats:
        """The sum of the stamps of the first `count` cells of a plane, in which all later cells are 0."""
        canvas = np.zeros(self.canvas_shape)
        done = np.zeros(plane.shape, np.bool_)
        done.ravel()[:count] = True
        with np.errstate(all="ignore"):
            for place in np.ndindex(*kernel.shape):
                target = tuple(
                    slice(at * dilation, at * dilation + (size - 1) * stride + 1, stride)
                    for at, dilation, size, stride in zip(place, self.dilation, self.size, self.stride, strict=True)
                )
                canvas[target] += np.where(done, plane * kernel[place], 0.0)
        return canvas

    def kept(self) -> tuple[slice, ...]:
        """The part of the canvas that padding leaves: the output."""
        return tuple(
            slice(before, before + axis.count) for (before, _), axis in zip(self.pads, self.whole.axes, strict=True)
        )

    def output_index(self, filter_: int, cell: Index) -> Index | None:
        """The output cell that a cell of the canvas becomes; None for one that is cut off."""
        kept = self.kept()
        if all(part.start <= place < part.stop for part, place in zip(kept, cell, strict=True)):
            return (filter_, *(place - part.start for part, place in zip(kept, cell, strict=True)))
        return None

    def canvas_cell(self, index: Index) -> Index:
        """Where an output cell (filter, *place) lies on the canvas."""
        return tuple(place + part.start for place, part in zip(index[1:], self.kept(), strict=True))

    def reached(self, number: int) -> list[Index]:
        """The cells of the canvas that a stamp lies on, in the order of the kernel's cells."""
        start = self[number].start
        axes = (
            range(first, first + size * dilation, dilation)
            for first, size, dilation in zip(start, self.kernel_size, self.dilation, strict=True)
        )
        return list(product(*axes))

    def last_reaching(self, index: Index) -> int:
        """The step after which an output cell (filter, *place) is complete: the last stamp that reaches it."""
        filter_ = index[0]
        terms = self.whole.at(index).terms
        if not len(terms):
            return self.position_of((filter_, self.channels(filter_).start, *(0,) * len(self.size)))
        return max(self.position_of((filter_, *cell)) for cell in map(tuple, terms.input_indices.tolist()))
