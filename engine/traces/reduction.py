"""Windows reduced one axis after the other: maxima and sums at speed, without copies of the windows."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from engine.traces.arrays import Array
from engine.traces.windows import Axis


def reduce_windows(x: Array, axes: Sequence[Axis], operation: np.ufunc) -> Array:
    """`operation` (np.maximum or np.add) over every window of x (channels, *spatial), which has its padding already.

    Output: (channels, *counts), a new array.
    """
    result = x
    for number, axis in enumerate(axes, start=1):
        front = (slice(None),) * number
        if axis.count == 1:
            line = slice(0, axis.extent, axis.dilation)
            result = operation.reduce(result[(*front, line)], axis=number, keepdims=True)
            continue
        span = (axis.count - 1) * axis.stride + 1
        lines = [result[(*front, slice(start, start + span, axis.stride))] for start in _starts(axis)]
        total = lines[0].copy()
        for line_ in lines[1:]:
            operation(total, line_, out=total)
        result = total
    return result


def _starts(axis: Axis) -> range:
    return range(0, axis.extent, axis.dilation)


def counts(axes: Sequence[Axis], *, with_padding: bool) -> NDArray[np.int64]:
    """How many cells each window holds, int64 (*counts); with the padding, or only real ones."""
    each = [
        axis.cells(-axis.before, axis.size + axis.after) if with_padding else axis.cells(0, axis.size) for axis in axes
    ]
    if all((line == line[0]).all() for line in each):
        return np.full((1,) * len(each), prod(int(line[0]) for line in each))
    total = np.ones((1,) * len(each), np.int64)
    for number, line in enumerate(each):
        total = total * line.reshape((-1,) + (1,) * (len(each) - 1 - number))
    return total
