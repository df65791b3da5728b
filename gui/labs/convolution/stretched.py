"""A transposed convolution as a convolution: zeros between the input's cells, wide padding, the kernel turned round.

V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016), section 4.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine import traces
from gui.labs.convolution.state import ConvolutionState, arrays


def stretched_trace(state: ConvolutionState) -> Any | None:
    """The convolution over the stretched input that gives the same output; None if padding cuts the output, which a
    convolution cannot do."""
    pads = []
    for axis in range(state.axes):
        before = state.dilation[axis] * (state.kernel[axis] - 1) - state.padding[axis]
        if before < 0:
            return None
        pads.append((before, before + state.output_padding[axis]))
    x, weight, bias = arrays(state)
    wide = np.zeros((state.in_channels, *((n - 1) * s + 1 for n, s in zip(state.size, state.stride, strict=True))))
    wide[(slice(None), *(slice(None, None, step) for step in state.stride))] = x
    return traces.convolution(
        wide, turned(weight, state.groups), bias, padding=tuple(pads), dilation=state.dilation, groups=state.groups,
        flip=True,
    )  # fmt: skip


def turned(weight: np.ndarray, groups: int) -> np.ndarray:
    """Weights (in, out / groups, *kernel) as those of a convolution, (out, in / groups, *kernel)."""
    each = len(weight) // groups
    parts = [np.swapaxes(weight[g * each : (g + 1) * each], 0, 1) for g in range(groups)]
    return np.concatenate(parts)


def weight_place(index: tuple[int, ...], state: ConvolutionState) -> tuple[int, ...]:
    """Where a weight (out, in / groups, *kernel) of the convolution is in the transposed convolution's layout."""
    out, channel, *kernel = index
    per_group = state.out_channels // state.groups
    return (out // per_group * (state.in_channels // state.groups) + channel, out % per_group, *kernel)
