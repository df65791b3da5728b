"""The poolings of a state, side by side: which there are, their traces, and why one is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import traces
from gui.labs.pooling.state import Compare, Function, Kind, PoolingState, values_of

TITLES = {Function.MAX: "Max", Function.AVERAGE: "Average", Function.LP: "Lp"}


@dataclass(frozen=True)
class Lane:
    """One pooling: what it computes, its name on screen, its trace."""

    function: Function
    title: str
    trace: Any

    @property
    def largest(self) -> bool:
        return self.function is Function.MAX


def functions(state: PoolingState) -> tuple[Function, ...]:
    """What is computed: the pooling itself, then what it is compared with, where PyTorch has it."""
    if state.compare is Compare.NONE or obstacle(state):
        return (state.main,)
    return (state.main, Function(str(state.compare)))


def obstacle(state: PoolingState) -> str:
    """Why what shall stand beside it cannot: PyTorch has no such pooling. Empty if it can."""
    if state.compare is Compare.NONE:
        return ""
    if str(state.compare) == str(state.main):
        return f"{TITLES[state.main]} is what is shown already"
    if not state.sliding:
        return "Lp pooling has no global or adaptive form in PyTorch" if state.compare is Compare.LP else ""
    if state.compare is not Compare.MAX and any(size != 1 for size in state.dilation):
        return f"{TITLES[Function(str(state.compare))]} pooling has no dilation in PyTorch"
    if state.compare is Compare.LP and any(state.padding):
        return "Lp pooling has no padding in PyTorch"
    return ""


def pool(state: PoolingState, function: Function, x: NDArray[Any]) -> Any:
    """The trace of a pooling of x (channels, *size) as the state describes. TraceError where none can be."""
    if state.kind is Kind.GLOBAL:
        return traces.global_max_pool(x) if function is Function.MAX else traces.global_average_pool(x)
    if state.kind is Kind.ADAPTIVE:
        adaptive = traces.adaptive_max_pool if function is Function.MAX else traces.adaptive_average_pool
        return adaptive(x, state.output_size)
    if function is Function.MAX:
        return traces.max_pool(
            x, state.kernel, stride=state.stride, padding=state.padding, dilation=state.dilation,
            ceil_mode=state.ceil_mode,
        )  # fmt: skip
    if function is Function.AVERAGE:
        return traces.average_pool(
            x, state.kernel, stride=state.stride, padding=state.padding, ceil_mode=state.ceil_mode,
            count_include_pad=state.count_include_pad,
        )  # fmt: skip
    return traces.lp_pool(x, state.norm_type, state.kernel, stride=state.stride, ceil_mode=state.ceil_mode)


def lanes(state: PoolingState) -> tuple[Lane, ...]:
    """All poolings that are shown, over the state's numbers."""
    x = values_of(state)
    return tuple(Lane(function, TITLES[function], pool(state, function, x)) for function in functions(state))


def subsample(state: PoolingState, x: NDArray[Any], output: NDArray[Any]) -> NDArray[np.float64]:
    """What is left if of each window only its first real cell is taken: (channels, *output size)."""
    starts = []
    for axis, (size, count) in enumerate(zip(x.shape[1:], output.shape[1:], strict=True)):
        if state.sliding:
            first = np.arange(count) * state.stride[axis] - state.padding[axis]
        else:
            first = np.arange(count) * size // count
        starts.append(np.clip(first, 0, size - 1))
    return np.asarray(x[(slice(None), *np.ix_(*starts))], np.float64)


def gradient(lane: Lane, step: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where a gradient of 1 at an output cell goes: indices (n, axes + 1) of input cells, and the share of each.

    A maximum sends all to the winner, an average the same to each cell, a power average (x / y) ** (p - 1) times the
    cell's weight.
    """
    found = lane.trace[step]
    terms = found.terms
    real = ~terms.padding
    shares = terms.weight_values[real].astype(np.float64)
    if lane.function is Function.LP:
        power = lane.trace.norm_type
        with np.errstate(all="ignore"):
            ratio = terms.input_values[real] / found.value
            shares = np.where(found.value == 0, 0.0, np.sign(ratio) * np.abs(ratio) ** (power - 1) * shares)
    return terms.input_indices[real], shares
