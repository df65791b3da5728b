"""Pooling over sliding windows: largest value, average, and power average."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.traces.arrays import Array, Index, Sizes, axis_name, floats, per_axis, spatial_axes, whole, working
from engine.traces.errors import TraceError
from engine.traces.formula import SUM, TIMES, Piece, bracketed, equals, listed, number, place
from engine.traces.pooled import average_pieces, average_terms, max_pieces, max_terms, reading
from engine.traces.reduction import counts, reduce_windows
from engine.traces.terms import Terms
from engine.traces.trace import Step
from engine.traces.windowed import Sliding
from engine.traces.windows import Axis, Padding, axes_of, padded


class MaxPool(Sliding):
    """The trace of `max_pool` and `global_max_pool`."""

    def __init__(self, *, name: str, x: Array, output: Array, axes: Sequence[Axis], ceil_mode: bool = False) -> None:
        super().__init__(name=name, x=x, output=output, axes=axes, weights={}, fill=-np.inf)
        self.ceil_mode = ceil_mode

    def terms(self, index: Index) -> Terms:
        return max_terms(self, index)

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        return max_pieces(step, limit=limit)

    def symbolic(self, index: Index) -> str:
        return f"y{place(*index)} = max {reading(self, index)}"


class AveragePool(Sliding):
    """The trace of `average_pool` and `global_average_pool`."""

    def __init__(
        self,
        *,
        name: str,
        x: Array,
        output: Array,
        axes: Sequence[Axis],
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(name=name, x=x, output=output, axes=axes, weights={})
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def divisor(self, index: Index) -> int:
        """By what the sum of an output cell's window is divided."""
        if self.divisor_override is not None:
            return self.divisor_override
        total = 1
        for axis, output in zip(self.axes, index[1:], strict=True):
            cells = axis.positions(output)
            total *= len(cells) if self.count_include_pad else int(((cells >= 0) & (cells < axis.size)).sum())
        return total

    def terms(self, index: Index) -> Terms:
        counted = self.count_include_pad or self.divisor_override is not None
        return average_terms(self, index, divisor=self.divisor(index), with_padding=counted)

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        return average_pieces(step, divisor=self.divisor(step.index), limit=limit, skip_zeros=skip_zeros)

    def symbolic(self, index: Index) -> str:
        return f"y{place(*index)} = 1/{self.divisor(index)} {SUM} {reading(self, index)}"


class LpPool(Sliding):
    """The trace of `lp_pool`. A term's product is input ** norm times its weight; the value is the root of the sum."""

    def __init__(self, *, x: Array, output: Array, axes: Sequence[Axis], norm_type: float, ceil_mode: bool) -> None:
        super().__init__(name="lp_pool", x=x, output=output, axes=axes, weights={})
        self.norm_type = norm_type
        self.ceil_mode = ceil_mode

    def terms(self, index: Index) -> Terms:
        cells = self.cells(index)
        weights = np.full(len(cells.values), np.prod(self.kernel_size) / len(cells.values))
        with np.errstate(all="ignore"):
            products = cells.values**self.norm_type * weights
        return Terms(
            input_indices=cells.indices,
            input_values=cells.values,
            weight_indices=cells.places,
            weight_values=weights,
            products=products,
            padding=cells.padding,
            positions=cells.positions,
            weight_names=("",),
        )

    def pieces(self, step: Step, *, limit: int | None = None, skip_zeros: bool = False) -> list[Piece]:
        terms, power = step.terms, number(self.norm_type)
        values = [Piece(bracketed(value), "input") for value in terms.input_values.tolist() if value or not skip_zeros]
        shown = [Piece(piece.text + f"^{power}", "input") for piece in values[:limit]] or [Piece("0")]
        if limit is not None and len(values) > limit:
            shown.append(Piece("…"))
        scale = float(terms.weight_values[0])
        scaled = [] if scale == 1 else [Piece(f" {TIMES} {number(scale)}")]
        shown = list(listed(shown, " + "))
        if scaled:
            shown = [Piece("("), *shown, Piece(")"), *scaled]
        return [Piece("("), *shown, Piece(f")^(1/{power})"), *equals(step.value)]

    def symbolic(self, index: Index) -> str:
        power = number(self.norm_type)
        return f"y{place(*index)} = ({SUM} {reading(self, index)}^{power})^(1/{power})"


def pool_axes(
    x: Array, kernel_size: Sizes, *, stride: Sizes | None, padding: Padding, dilation: Sizes, ceil_mode: bool, name: str
) -> tuple[Axis, ...]:
    """The windows of a pooling over x; without a stride it is the kernel's size, as in PyTorch."""
    axes = spatial_axes(x, operation=name)
    kernel = per_axis("kernel_size", kernel_size, axes, least=1)
    return axes_of(
        x.shape[1:],
        kernel=kernel,
        stride=kernel if stride is None else stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )


@np.errstate(all="ignore")
def max_pool(
    x: ArrayLike,
    kernel_size: Sizes,
    *,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
) -> MaxPool:
    """The largest value of each window of x (channels, *spatial); of equal ones the first in reading order.

    Padding is minus infinity and never wins. Unlike PyTorch, padding may be wider than half the kernel: a window of
    nothing but padding gives minus infinity. `ceil_mode` rounds sizes up, but no window starts in the padding behind.
    """
    (values,) = floats(x=x)
    axes = pool_axes(
        values, kernel_size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode, name="max_pool"
    )
    output = reduce_windows(padded(values, axes, fill=-np.inf), axes, np.maximum)
    return MaxPool(name="max_pool", x=values, output=output, axes=axes, ceil_mode=ceil_mode)


@np.errstate(all="ignore")
def average_pool(
    x: ArrayLike,
    kernel_size: Sizes,
    *,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> AveragePool:
    """The average of each window of x (channels, *spatial).

    Zero padding counts as cells unless `count_include_pad` is False; what lies beyond it (`ceil_mode`) never does.
    `divisor_override` divides by that number instead. TraceError where a window has no cell to count.
    """
    (values,) = floats(x=x)
    axes = pool_axes(
        values, kernel_size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode, name="average_pool"
    )
    type_ = working(values.dtype)
    output = reduce_windows(padded(values.astype(type_, copy=False), axes), axes, np.add)
    if divisor_override is not None:
        output /= whole("divisor_override", divisor_override, least=1)
    else:
        divisor = counts(axes, with_padding=count_include_pad)
        if not divisor.all():
            _no_cell(axes)
        output /= divisor.astype(type_)
    return AveragePool(
        name="average_pool",
        x=values,
        output=output.astype(values.dtype, copy=False),
        axes=axes,
        ceil_mode=ceil_mode,
        count_include_pad=count_include_pad,
        divisor_override=divisor_override,
    )


def _no_cell(axes: Sequence[Axis]) -> None:
    for number_, axis in enumerate(axes):
        if not axis.cells(0, axis.size).all():
            raise TraceError(
                f"padding of {axis.before} and {axis.after} {axis_name(number_, len(axes))} leaves a "
                f"window of {axis.kernel} no cell of the {axis.size} to average: count the padding, or pad less"
            )


@np.errstate(all="ignore")
def lp_pool(
    x: ArrayLike, norm_type: float, kernel_size: Sizes, *, stride: Sizes | None = None, ceil_mode: bool = False
) -> LpPool:
    """The power average (Σ x^p)^(1/p) of each window of x (channels, *spatial), p being `norm_type` (not 0).

    As in PyTorch, windows that reach over the edge (`ceil_mode`) are scaled up to the size of a whole one, and a
    negative sum has no root: NaN.
    """
    (values,) = floats(x=x)
    power = float(norm_type)
    if not np.isfinite(power) or power == 0:
        raise TraceError(f"norm_type is {norm_type}; it must be a finite number other than 0")
    axes = pool_axes(values, kernel_size, stride=stride, padding=0, dilation=1, ceil_mode=ceil_mode, name="lp_pool")
    type_ = working(values.dtype)
    sums = reduce_windows(padded(values.astype(type_, copy=False) ** type_.type(power), axes), axes, np.add)
    sums *= (np.prod([axis.kernel for axis in axes]) / counts(axes, with_padding=True)).astype(type_)
    output = sums ** type_.type(1.0 / power)
    return LpPool(
        x=values, output=output.astype(values.dtype, copy=False), axes=axes, norm_type=power, ceil_mode=ceil_mode
    )
