"""Where one number comes from: the inputs, weights and partial sums of a cell, from the exact numbers in a Focus."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.messages import Floats, Focus, Node, Operation

CONVOLUTIONS = (Operation.CONV1D, Operation.CONV2D)
MAX_POOLS = (Operation.MAX_POOL1D, Operation.MAX_POOL2D, Operation.ADAPTIVE_MAX_POOL)
AVERAGE_POOLS = (Operation.AVG_POOL1D, Operation.AVG_POOL2D, Operation.ADAPTIVE_AVG_POOL)
POOLS = MAX_POOLS + AVERAGE_POOLS

Positions: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Window:
    """The input cells under a kernel at one place.

    `rows` and `columns` are positions in the input, where padding is reflected, repeated or wrapped already; -1 is
    a cell that holds nothing but zero. `padded` (height, width) says which cells lie outside of the input; None if
    none does.
    """

    rows: Positions
    columns: Positions
    padded: NDArray[np.bool_] | None

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)

    def cut(self, maps: Floats, outside: float = 0.0) -> Floats:
        """The cells of `maps` (channels, height, width) in this window: (channels, rows, columns)."""
        patch = maps[:, self.rows[:, None], self.columns[None, :]]
        if self.padded is not None:
            empty = (self.rows < 0)[:, None] | (self.columns < 0)[None, :]
            patch[:, empty] = outside
        return patch


@dataclass(frozen=True, eq=False)
class ConvolutionSum:
    """output = Σ input × kernel + bias, one partial sum for each contributing input map (float64)."""

    channels: Positions
    patches: Floats  # (channels, height, width)
    kernels: Floats
    sums: NDArray[np.float64]
    bias: float | None
    window: Window
    value: float


@dataclass(frozen=True, eq=False)
class PoolWindow:
    """A pooling window (height, width) of one map; `winner` is its (row, column) there, None for averages and NaN.

    `divisor` is what an average divides by.
    """

    patch: Floats
    window: Window
    winner: tuple[int, int] | None
    divisor: int
    value: float


@dataclass(frozen=True, eq=False)
class LinearSum:
    """output = Σ weight × activation + bias; all arrays (features,), products in float64."""

    inputs: Floats
    weights: Floats
    products: NDArray[np.float64]
    bias: float | None
    value: float

    def strongest(self, count: int) -> Positions:
        """The features with the largest |product|, strongest first; what is not a number counts as strongest."""
        size = np.nan_to_num(np.abs(self.products), nan=np.inf)
        count = min(count, len(size))
        chosen = np.arange(count)
        if count < len(size):
            chosen = np.argpartition(size, len(size) - count)[len(size) - count :]
        return chosen[np.argsort(-size[chosen], kind="stable")]


@dataclass(frozen=True, eq=False)
class SoftmaxShare:
    """e^(z - max) over its sum, for all units; float64."""

    logits: Floats
    exponentials: NDArray[np.float64]
    total: float
    value: float


def per_axis(value: Any, axes: int, default: int = 0) -> tuple[int, ...]:
    """An attribute that is one int, or one for each axis, or absent."""
    if value is None:
        return (default,) * axes
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(int(entry) for entry in value) if len(value) == axes else (int(value[0]),) * axes
    return (int(value),) * axes


def as_maps(values: Floats) -> Floats:
    """Any output as (maps, height, width): a vector is units of 1x1, a sequence (channels, time) has height 1."""
    if values.ndim == 3:
        return values
    if values.ndim == 2:
        return values[:, None, :]
    if values.ndim < 2:
        return values.reshape(-1, 1, 1)
    return values.reshape(values.shape[0], -1, values.shape[-1])


def cell_index(shape: tuple[int, ...], channel: int, row: int, column: int) -> tuple[int, ...]:
    """The index into an output of this shape of a cell as `as_maps` shows it."""
    if len(shape) == 3:
        return channel, row, column
    if len(shape) == 2:
        return channel, column
    if len(shape) == 4:
        return channel, row // shape[2], row % shape[2], column
    return (channel,)


def _padding_before(
    attributes: Mapping[str, Any], kernel: tuple[int, ...], dilation: tuple[int, ...]
) -> tuple[int, ...]:
    padding = attributes.get("padding", 0)
    if padding == "same":
        return tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    if padding == "valid":
        return (0,) * len(kernel)
    if isinstance(padding, Sequence) and padding and isinstance(padding[0], Sequence):
        return tuple(int(pair[0]) for pair in padding)
    return per_axis(padding, len(kernel))


def _positions(start: int, kernel: int, dilation: int, length: int, mode: str) -> tuple[Positions, NDArray[np.bool_]]:
    places = start + dilation * np.arange(kernel)
    outside = (places < 0) | (places >= length)
    if mode == "reflect" and length > 1:
        turn = 2 * (length - 1)
        folded = np.abs(places) % turn
        return np.where(folded >= length, turn - folded, folded), outside
    if mode == "replicate":
        return np.clip(places, 0, length - 1), outside
    if mode == "circular":
        return places % length, outside
    return np.where(outside, -1, places), outside


def _spread(values: tuple[int, ...], one: int) -> tuple[int, int]:
    """Two axes from one or two: a sequence has one row."""
    return (one, values[0]) if len(values) == 1 else (values[0], values[1])


def window(node: Node, input_shape: tuple[int, ...], row: int, column: int) -> Window:
    """The window of a convolution or pooling `node` for its output cell (row, column), as `as_maps` numbers them."""
    axes = len(input_shape) - 1
    height, width = _spread(tuple(input_shape[1:]), 1)
    attributes = node.attributes
    if node.operation in (Operation.ADAPTIVE_AVG_POOL, Operation.ADAPTIVE_MAX_POOL):
        out_height, out_width = _spread(tuple(node.output_shape[1:]), 1)
        rows = np.arange(row * height // out_height, -((row + 1) * height // -out_height))
        columns = np.arange(column * width // out_width, -((column + 1) * width // -out_width))
        return Window(rows, columns, None)
    kernel = per_axis(attributes.get("kernel_size"), axes, 1)
    stride = kernel if node.operation in POOLS and attributes.get("stride") is None else None
    stride = stride or per_axis(attributes.get("stride"), axes, 1)
    dilation = per_axis(attributes.get("dilation"), axes, 1)
    before = _padding_before(attributes, kernel, dilation)
    mode = str(attributes.get("padding_mode", "zeros"))
    kernel_y, kernel_x = _spread(kernel, 1)
    stride_y, stride_x = _spread(stride, 1)
    dilation_y, dilation_x = _spread(dilation, 1)
    before_y, before_x = _spread(before, 0)
    rows, above = _positions(row * stride_y - before_y, kernel_y, dilation_y, height, mode)
    columns, aside = _positions(column * stride_x - before_x, kernel_x, dilation_x, width, mode)
    padded = above[:, None] | aside[None, :]
    return Window(rows, columns, padded if padded.any() else None)


def convolution(node: Node, focus: Focus, channel: int, row: int, column: int) -> ConvolutionSum:
    """How cell (channel, row, column) of a convolution came about."""
    maps = as_maps(focus.inputs[0])
    weight = focus.weights["weight"]
    weight = weight[:, :, None, :] if weight.ndim == 3 else weight
    inputs, outputs = weight.shape[1], weight.shape[0]
    groups = len(maps) // inputs
    first = channel // (outputs // groups) * inputs
    place = window(node, focus.inputs[0].shape, row, column)
    patches = place.cut(maps[first : first + inputs])
    kernels = weight[channel]
    with np.errstate(all="ignore"):
        sums = np.einsum("chw,chw->c", patches, kernels, dtype=np.float64)
    bias = focus.weights.get("bias")
    return ConvolutionSum(
        channels=np.arange(first, first + inputs),
        patches=patches,
        kernels=kernels,
        sums=sums,
        bias=None if bias is None else float(bias[channel]),
        window=place,
        value=float(as_maps(focus.output)[channel, row, column]),
    )


def pooling(node: Node, focus: Focus, channel: int, row: int, column: int) -> PoolWindow:
    """How cell (channel, row, column) of a pooling layer came about."""
    maps = as_maps(focus.inputs[0])
    place = window(node, focus.inputs[0].shape, row, column)
    value = float(as_maps(focus.output)[channel, row, column])
    if node.operation in MAX_POOLS:
        patch = place.cut(maps[channel : channel + 1], -math.inf)[0]
        winner = None
        if not np.isnan(patch).any():
            best = int(np.argmax(patch))
            winner = (best // patch.shape[1], best % patch.shape[1])
        return PoolWindow(patch, place, winner, 1, value)
    patch = place.cut(maps[channel : channel + 1])[0]
    return PoolWindow(patch, place, None, _divisor(node, focus.inputs[0].shape, place, row, column), value)


def _divisor(node: Node, input_shape: tuple[int, ...], place: Window, row: int, column: int) -> int:
    """What an average divides by: torch counts padding, but never what lies beyond it (ceil_mode)."""
    override = node.attributes.get("divisor_override")
    if override:
        return int(override)
    inside = place.rows.size * place.columns.size - int(place.padded.sum()) if place.padded is not None else None
    if inside is None:
        return int(place.rows.size * place.columns.size)
    if not node.attributes.get("count_include_pad", True):
        return max(inside, 1)
    axes = len(input_shape) - 1
    kernel = per_axis(node.attributes.get("kernel_size"), axes, 1)
    stride = per_axis(node.attributes.get("stride") or kernel, axes, 1)
    padding = per_axis(node.attributes.get("padding"), axes)
    count = 1
    for size, k, s, p, at in zip(input_shape[1:], kernel, stride, padding, (row, column)[-axes:], strict=True):
        start = at * s - p
        count *= min(start + k, size + p) - start
    return max(count, 1)


def linear(focus: Focus, unit: int) -> LinearSum:
    """How a unit of a dense layer came about."""
    inputs = focus.inputs[0].reshape(-1)
    weights = focus.weights["weight"][unit]
    with np.errstate(all="ignore"):
        products = inputs.astype(np.float64) * weights
    bias = focus.weights.get("bias")
    return LinearSum(
        inputs=inputs,
        weights=weights,
        products=products,
        bias=None if bias is None else float(bias[unit]),
        value=float(focus.output.reshape(-1)[unit]),
    )


def softmax(focus: Focus, unit: int) -> SoftmaxShare:
    """How a probability came about."""
    logits = focus.inputs[0].reshape(-1)
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits.astype(np.float64) - np.max(logits))
    return SoftmaxShare(logits, exponentials, total(exponentials), float(focus.output.reshape(-1)[unit]))


def total(values: NDArray[np.float64]) -> float:
    """The sum, also of numbers that are none: inf - inf is NaN and worth showing, not worth a warning."""
    with np.errstate(all="ignore"):
        return float(values.sum())


def most_telling(sums: NDArray[np.float64], count: int) -> Positions:
    """Which `count` of the partial sums are the strongest, in their own order; not-a-numbers first."""
    if len(sums) <= count:
        return np.arange(len(sums))
    size = np.nan_to_num(np.abs(sums), nan=np.inf)
    return np.sort(np.argsort(-size, kind="stable")[:count])
