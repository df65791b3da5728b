"""What a pooling costs, beside a convolution with the same windows: no parameters, few operations."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from gui.labs.pooling.lanes import Lane
from gui.labs.pooling.state import Function, PoolingState


@dataclass(frozen=True)
class Cost:
    """`parameters` and `operations`, and the sum that the operations come from as text ("" where windows differ).

    Operations of a window of n cells: n - 1 comparisons for a maximum; n for a mean (n - 1 additions and a division);
    2 n + 1 for a power average (a power each, n - 1 additions, scale and root); n * channels multiply-adds for a
    convolution that keeps the number of channels.
    """

    title: str
    parameters: int
    operations: int
    sum: str


def _of_window(function: Function, cells: int) -> int:
    return {Function.MAX: cells - 1, Function.AVERAGE: cells, Function.LP: 2 * cells + 1}[function]


def costs(state: PoolingState, lanes: tuple[Lane, ...]) -> tuple[Cost, ...]:
    """One for each lane, then that of a convolution with the same windows (one filter and one bias a channel)."""
    trace = lanes[0].trace
    counts = [prod(map(len, trace.window(trace.index_of(number)).positions)) for number in range(len(trace))]
    full = max(counts)
    regular = len(set(counts)) == 1
    found = []
    for lane in lanes:
        operations = sum(_of_window(lane.function, count) for count in counts)
        text = f"{len(counts)}·{_of_window(lane.function, full)}" if regular else ""
        found.append(Cost(lane.title.lower(), 0, operations, text))
    if state.sliding:
        kernel = prod(state.kernel)
        per = kernel * state.channels
        sizes = state.kernel if len(set(state.kernel)) > 1 else state.kernel[:1]
        strides = state.stride if len(set(state.stride)) > 1 else state.stride[:1]
        title = f"conv {'×'.join(map(str, sizes))} / {'×'.join(map(str, strides))}"
        found.append(Cost(title, (per + 1) * state.channels, len(counts) * per, f"{len(counts)}·{per}"))
    return tuple(found)
