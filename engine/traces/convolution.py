"""Convolution in 1, 2 or 3 dimensions: cross-correlation as in PyTorch, or with a flipped kernel as in mathematics.

Sizes as in V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.arrays import Array, Index, Sizes, floats, shape_text, spatial_axes, vector, whole, working
from engine.traces.columns import convolve
from engine.traces.errors import TraceError
from engine.traces.formula import DOT, SUM, Piece, equals, place, plus, sum_of_products
from engine.traces.terms import Terms
from engine.traces.trace import Step
from engine.traces.windowed import Sliding
from engine.traces.windows import Axis, Padding, axes_of, padded

_LETTERS = ("i", "j", "k")


class Convolution(Sliding):
    """The trace of `convolution`."""

    def __init__(
        self,
        *,
        x: Array,
        weight: Array,
        bias: Array | None,
        output: Array,
        axes: Sequence[Axis],
        groups: int,
        padding_mode: str,
        flip: bool,
    ) -> None:
        super().__init__(
            name="convolution",
            x=x,
            output=output,
            axes=axes,
            weights={"weight": weight, "bias": bias},
            padding_mode=padding_mode,
        )
        self.groups = groups
        self.flip = flip

    def channels_read(self, channel: int) -> range:
        weight = self.weights["weight"]
        each = weight.shape[1]
        first = channel // (len(weight) // self.groups) * each
        return range(first, first + each)

    def channels_reached(self, channel: int) -> range:
        weight = self.weights["weight"]
        each = len(weight) // self.groups
        first = channel // weight.shape[1] * each
        return range(first, first + each)

    def terms(self, index: Index) -> Terms:
        cells = self.cells(index)
        kernel = self.weights["weight"][index[0]]
        places = cells.places
        if self.flip:
            kernel = np.flip(kernel, tuple(range(1, kernel.ndim)))
            places = np.concatenate([places[:, :1], np.array(self.kernel_size) - 1 - places[:, 1:]], axis=1)
        return Terms(
            input_indices=cells.indices,
            input_values=cells.values,
            weight_indices=np.insert(places, 0, index[0], axis=1),
            weight_values=kernel.ravel(),
            padding=cells.padding,
            positions=cells.positions,
        )

    def bias(self, index: Index) -> float:
        return float(self.weights["bias"][index[0]]) if "bias" in self.weights else 0.0

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        pieces = sum_of_products(step.terms, by_channel=True, limit=limit, skip_zeros=skip_zeros)
        if "bias" in self.weights:
            pieces.extend(plus(step.bias, "bias"))
        return [*pieces, *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        channel, *outputs = index
        channels = self.channels_read(channel)
        letters = _LETTERS[: len(self.axes)]
        read: list[object] = []
        for axis, output, letter in zip(self.axes, outputs, letters, strict=True):
            start = output * axis.stride - axis.before
            step = letter if axis.dilation == 1 else f"{axis.dilation}{letter}"
            read.append(f"{start}+{step}" if start else step)
        weights: list[object] = list(letters)
        if self.flip:
            weights = [f"{k - 1}-{letter}" for k, letter in zip(self.kernel_size, letters, strict=True)]
        sums = " ".join(f"{SUM}{letter}" for letter in letters)
        if len(channels) == 1:
            x, w = place(channels.start, *read), place(channel, 0, *weights)
        else:
            sums = f"{SUM}c {sums}"
            x = place(f"{channels.start}+c" if channels.start else "c", *read)
            w = place(channel, "c", *weights)
        bias = f" + b{place(channel)}" if "bias" in self.weights else ""
        return f"y{place(*index)} = {sums} x{x} {DOT} w{w}{bias}"


@np.errstate(all="ignore")
def convolution(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    flip: bool = False,
) -> Convolution:
    """The convolution of x (channels, *spatial) with weight (out_channels, channels / groups, *kernel).

    bias is (out_channels,). `stride` and `dilation` are ints or one per spatial axis; `padding` also takes (before,
    after) pairs per axis ((k - 1) * dilation before and 0 after is a causal convolution), "valid", and "same" (stride 1
    only). `padding_mode` is "zeros", "reflect", "replicate" or "circular". As in PyTorch the kernel is not flipped;
    `flip=True` flips it along its spatial axes. Output: (out_channels, *spatial), sizes rounded down.
    Raises TraceError for sizes that don't fit.
    """
    values, weights, biases = floats(x=x, weight=weight, bias=bias)
    number = spatial_axes(values, operation="convolution")
    groups = whole("groups", groups, least=1)
    _check(values, weights, biases, groups=groups)
    axes = axes_of(
        values.shape[1:],
        kernel=weights.shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        padding_mode=padding_mode,
    )
    type_ = working(values.dtype)
    kernel = weights[(slice(None), slice(None), *(slice(None, None, -1),) * number)] if flip else weights
    output = convolve(
        padded(values.astype(type_, copy=False), axes, mode=padding_mode),
        kernel.astype(type_, copy=False),
        axes,
        groups=groups,
    )
    if biases is not None:
        output += biases.astype(type_, copy=False).reshape(-1, *(1,) * number)
    return Convolution(
        x=values,
        weight=weights,
        bias=biases,
        output=output.astype(values.dtype, copy=False),
        axes=axes,
        groups=groups,
        padding_mode=padding_mode,
        flip=flip,
    )


def _check(x: Array, weight: Array, bias: Array | None, *, groups: int) -> None:
    channels, number = len(x), x.ndim - 1
    if weight.ndim != x.ndim + 1:
        raise TraceError(
            f"weight has shape {shape_text(weight.shape)}, but x {shape_text(x.shape)} has {number} spatial axes: the "
            f"weight must be (out_channels, channels / groups, *kernel) with {number + 2} axes, and x has no batch axis"
        )
    out_channels, each = weight.shape[:2]
    if channels % groups:
        raise TraceError(f"{channels} input channels cannot be divided into {groups} groups")
    if out_channels % groups:
        raise TraceError(f"{out_channels} output channels cannot be divided into {groups} groups")
    if each * groups != channels:
        grouped = f" times {groups} groups" if groups > 1 else ""
        raise TraceError(f"the weight takes {each} channels{grouped}, but x has {channels} channels")
    vector("bias", bias, out_channels, of="output channels are")
