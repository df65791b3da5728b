"""Transposed convolution in 1, 2 or 3 dimensions: every input cell stamps the kernel, times its value, on the output.

Sizes as in V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016), section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.traces.arrays import (
    Array,
    Index,
    Sizes,
    axis_name,
    floats,
    per_axis,
    shape_text,
    spatial_axes,
    vector,
    whole,
    working,
)
from engine.traces.columns import multiply
from engine.traces.errors import TraceError
from engine.traces.formula import DOT, SUM, Piece, equals, place, plus, sum_of_products
from engine.traces.terms import Terms
from engine.traces.trace import Step, Trace, Window
from engine.traces.windows import Padding, pads


@dataclass(frozen=True, slots=True)
class Stamps:
    """One spatial axis: every one of `size` input cells stamps `kernel` cells, `dilation` apart, every `stride` cells
    of the output; `before` cells are cut off in front, and `count` are left."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    count: int

    def inputs(self, output: int) -> NDArray[np.int64]:
        """(input cell, kernel cell) of all stamps that reach `output`, int64 (n, 2), input cells in order."""
        kernel = np.arange(self.kernel - 1, -1, -1)
        offset = output + self.before - kernel * self.dilation
        cell = offset // self.stride
        fits = (offset % self.stride == 0) & (cell >= 0) & (cell < self.size)
        return np.stack([cell[fits], kernel[fits]], axis=1)

    def outputs(self, cell: int) -> list[int]:
        """The output cells that an input cell reaches."""
        start = cell * self.stride - self.before
        stamped = range(start, start + self.kernel * self.dilation, self.dilation)
        return [output for output in stamped if 0 <= output < self.count]

    def slices(self, kernel: int) -> tuple[slice, slice]:
        """For one kernel cell: the input cells that reach the output through it, and the cells that they reach."""
        shift = kernel * self.dilation - self.before
        first = max(0, -(shift // self.stride))
        last = min(self.size - 1, (self.count - 1 - shift) // self.stride)
        if last < first:
            return slice(0, 0), slice(0, 0)
        start = first * self.stride + shift
        return slice(first, last + 1), slice(start, start + (last - first) * self.stride + 1, self.stride)


class TransposedConvolution(Trace):
    """The trace of `transposed_convolution`. A window is the input cells that reach an output cell, if any."""

    spatial = True

    def __init__(
        self,
        *,
        x: Array,
        weight: Array,
        bias: Array | None,
        output: Array,
        axes: Sequence[Stamps],
        pads: tuple[tuple[int, int], ...],
        output_padding: tuple[int, ...],
        groups: int,
    ) -> None:
        super().__init__(
            name="transposed_convolution", inputs=(x,), output=output, weights={"weight": weight, "bias": bias}
        )
        self.axes = tuple(axes)
        self.kernel_size: tuple[int, ...] = tuple(axis.kernel for axis in axes)
        self.stride: tuple[int, ...] = tuple(axis.stride for axis in axes)
        self.dilation: tuple[int, ...] = tuple(axis.dilation for axis in axes)
        self.pads = pads
        self.output_padding = output_padding
        self.groups = groups

    def _channels(self, channel: int) -> tuple[range, int]:
        """(the input channels that an output channel reads, its number within its group)."""
        weight = self.weights["weight"]
        each = len(weight) // self.groups
        group, within = divmod(channel, weight.shape[1])
        return range(group * each, (group + 1) * each), within

    def terms(self, index: Index) -> Terms:
        channel, *outputs = index
        channels, within = self._channels(channel)
        pairs = [axis.inputs(output) for axis, output in zip(self.axes, outputs, strict=True)]
        grid = np.indices((len(channels), *(len(pair) for pair in pairs))).reshape(len(index), -1)
        cells, places = np.empty_like(grid), np.empty_like(grid)
        cells[0] = grid[0] + channels.start
        for number, pair in enumerate(pairs, start=1):
            cells[number], places[number] = pair[grid[number]].T
        places[0] = within
        weights = np.concatenate([cells[:1], places])
        return Terms(
            input_indices=cells.T,
            input_values=self.inputs[0][tuple(cells)],
            weight_indices=weights.T,
            weight_values=self.weights["weight"][tuple(weights)],
        )

    def bias(self, index: Index) -> float:
        return float(self.weights["bias"][index[0]]) if "bias" in self.weights else 0.0

    def window(self, index: Sequence[int] | int) -> Window:
        """The input cells that reach the output cell `index`; an empty span where none does."""
        _, *outputs = self.checked(index, self.output.shape, "the output")
        cells = [axis.inputs(output)[:, 0].tolist() for axis, output in zip(self.axes, outputs, strict=True)]
        return Window(tuple((c[0], c[-1] + 1) if c else (0, 0) for c in cells), tuple(tuple(c) for c in cells))

    def _touching(self, index: Index, source: int) -> list[Index]:
        channel, *cells = index
        weight = self.weights["weight"]
        first = channel // (len(weight) // self.groups) * weight.shape[1]
        reached = (axis.outputs(cell) for axis, cell in zip(self.axes, cells, strict=True))
        return list(product(range(first, first + weight.shape[1]), *reached))

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        pieces = sum_of_products(step.terms, by_channel=True, limit=limit, skip_zeros=skip_zeros)
        if "bias" in self.weights:
            pieces.extend(plus(step.bias, "bias"))
        return [*pieces, *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        channel, *outputs = index
        channels, within = self._channels(channel)
        letters = ("i", "j", "k")[: len(self.axes)]
        kernel: list[object] = []
        for axis, output, letter in zip(self.axes, outputs, letters, strict=True):
            stamp = letter if axis.stride == 1 else f"{axis.stride}{letter}"
            offset = f"{output + axis.before}-{stamp}"
            kernel.append(offset if axis.dilation == 1 else f"({offset})/{axis.dilation}")
        sums = " ".join(f"{SUM}{letter}" for letter in letters)
        source = f"{channels.start}+c" if channels.start else "c"
        if len(channels) == 1:
            source = str(channels.start)
        else:
            sums = f"{SUM}c {sums}"
        bias = f" + b{place(channel)}" if "bias" in self.weights else ""
        return f"y{place(*index)} = {sums} x{place(source, *letters)} {DOT} w{place(source, within, *kernel)}{bias}"


@np.errstate(all="ignore")
def transposed_convolution(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    output_padding: Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> TransposedConvolution:
    """The transposed convolution of x (channels, *spatial) with weight (channels, out_channels / groups, *kernel).

    bias is (out_channels,). Padding is what is cut off the output: an int, one int or (before, after) pair per axis,
    "valid" for none, or "same" for size times stride. Output sizes are (size - 1) * stride - before - after +
    dilation * (kernel - 1) + 1 + output_padding. Raises TraceError for sizes that don't fit.
    """
    values, weights, biases = floats(x=x, weight=weight, bias=bias)
    number = spatial_axes(values, operation="transposed_convolution")
    groups = whole("groups", groups, least=1)
    _check(values, weights, biases, groups=groups)
    strides = per_axis("stride", stride, number, least=1)
    dilations = per_axis("dilation", dilation, number, least=1)
    more = per_axis("output_padding", output_padding, number, least=0)
    extents = [(k - 1) * d + 1 for k, d in zip(weights.shape[2:], dilations, strict=True)]
    pairs = _pads(padding, extents=extents, strides=strides, more=more)
    axes = []
    for axis, (size, kernel, pair) in enumerate(zip(values.shape[1:], weights.shape[2:], pairs, strict=True)):
        if more[axis] >= max(strides[axis], dilations[axis]):
            raise TraceError(
                f"output_padding of {more[axis]} {axis_name(axis, number)} must be smaller than the stride "
                f"{strides[axis]} or the dilation {dilations[axis]}"
            )
        full = (size - 1) * strides[axis] + extents[axis] + more[axis]
        if full <= sum(pair):
            raise TraceError(f"padding cuts off {sum(pair)} of only {full} output {axis_name(axis, number)}")
        axes.append(Stamps(size, kernel, strides[axis], dilations[axis], pair[0], full - sum(pair)))
    return TransposedConvolution(
        x=values,
        weight=weights,
        bias=biases,
        output=_stamp(values, weights, biases, axes, groups).astype(values.dtype, copy=False),
        axes=axes,
        pads=pairs,
        output_padding=more,
        groups=groups,
    )


def _stamp(x: Array, weight: Array, bias: Array | None, axes: Sequence[Stamps], groups: int) -> Array:
    """The output: for each kernel cell one matrix product over channels, added where it lands."""
    type_ = working(x.dtype)
    counts = tuple(axis.count for axis in axes)
    each, out_each = len(x) // groups, weight.shape[1]
    output = np.zeros((groups, out_each, *counts), type_)
    inputs = x.astype(type_, copy=False).reshape(groups, each, *x.shape[1:])
    kernels = weight.astype(type_, copy=False).reshape(groups, each, out_each, *weight.shape[2:]).swapaxes(1, 2)
    for place_ in np.ndindex(*weight.shape[2:]):
        cuts = [axis.slices(k) for axis, k in zip(axes, place_, strict=True)]
        part = inputs[(slice(None), slice(None), *(cut[0] for cut in cuts))]
        if part.size == 0:
            continue
        stamps = np.empty((groups, out_each, prod(part.shape[2:])), type_)
        kernel = np.ascontiguousarray(kernels[(slice(None), slice(None), slice(None), *place_)])
        multiply(kernel, part.reshape(groups, each, -1), stamps)
        target = output[(slice(None), slice(None), *(cut[1] for cut in cuts))]
        target += stamps.reshape(target.shape)
    output = output.reshape(groups * out_each, *counts)
    if bias is not None:
        output += bias.astype(type_, copy=False).reshape(-1, *(1,) * len(counts))
    return output


def _pads(
    padding: Padding, *, extents: Sequence[int], strides: Sequence[int], more: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    if not isinstance(padding, str) or padding != "same":
        return pads(padding, extents=extents, strides=strides)
    pairs = []
    for extent, stride, extra in zip(extents, strides, more, strict=True):
        cut = extent + extra - stride
        if cut < 0:
            raise TraceError(f'padding "same" needs a kernel that reaches over the stride {stride}, not over {extent}')
        pairs.append((cut // 2, cut - cut // 2))
    return tuple(pairs)


def _check(x: Array, weight: Array, bias: Array | None, *, groups: int) -> None:
    channels, number = len(x), x.ndim - 1
    if weight.ndim != x.ndim + 1:
        raise TraceError(
            f"weight has shape {shape_text(weight.shape)}, but x {shape_text(x.shape)} has {number} spatial axes: the "
            f"weight must be (channels, out_channels / groups, *kernel) with {number + 2} axes, and x has no batch axis"
        )
    if len(weight) != channels:
        raise TraceError(f"the weight takes {len(weight)} channels, but x has {channels} channels")
    if channels % groups:
        raise TraceError(f"{channels} input channels cannot be divided into {groups} groups")
    vector("bias", bias, weight.shape[1] * groups, of="output channels are")
