"""From any combination of settings to the nearest pooling that can be computed, saying what was changed."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from engine.traces import TraceError
from gui.labs.pooling.state import LONGEST, Compare, Function, Kind, PoolingState

_PER_AXIS = {
    "size": ("input", 8),
    "kernel": ("kernel", 2),
    "stride": ("stride", 2),
    "padding": ("padding", 0),
    "dilation": ("dilation", 1),
    "output_size": ("output size", 3),
}
_MOST_CELLS = 2048


def repaired(state: PoolingState) -> tuple[PoolingState, tuple[str, ...]]:
    """A state whose traces exist; messages say what had to give way. A valid state comes back as it is."""
    from gui.labs.pooling.lanes import lanes

    messages: list[str] = []
    state = _of_axes(state, messages)
    state = _of_kind(state, messages)
    state = _windows(state, messages)
    state = _numbers(state, messages)
    try:
        count = len(lanes(state)[0].trace)
    except TraceError as problem:
        return PoolingState(), (*messages, f"{problem}; the lab's own values are used.")
    if state.step >= count:
        messages.append(f"There are {count} steps, so step {state.step} is none; the last is shown.")
        state = replace(state, step=count - 1)
    return state, tuple(dict.fromkeys(messages))  # once, where all axes are alike


def _of_axes(state: PoolingState, messages: list[str]) -> PoolingState:
    """As many entries as there are axes; sides short enough to be read."""
    changed: dict[str, tuple[int, ...]] = {}
    for name, (what, default) in _PER_AXIS.items():
        sizes = getattr(state, name)
        if len(sizes) == state.axes:
            continue
        fitting = tuple(sizes[min(axis, len(sizes) - 1)] if sizes else default for axis in range(state.axes))
        if sizes and len(set(sizes)) > 1:
            messages.append(f"The {what} has {len(sizes)} sizes for {state.axes} axes; {_plain(fitting)} is used.")
        changed[name] = fitting
    longest = LONGEST[state.axes]
    size = changed.get("size", state.size)
    if max(size) > longest:
        messages.append(f"An input side of {max(size)} is longer than {longest}, the most here; {longest} is used.")
        changed["size"] = tuple(min(side, longest) for side in size)
    return replace(state, **changed) if changed else state  # type: ignore[arg-type]


def _of_kind(state: PoolingState, messages: list[str]) -> PoolingState:
    """Lp pooling has no padding, only a maximum has a dilation; global and adaptive have no power average."""
    if state.function is Function.LP:
        messages.append("Global and adaptive pooling take the maximum or the mean; the maximum is used.")
        state = replace(state, function=Function.MAX)
    if state.kind is Kind.LP and any(state.padding):
        messages.append("Lp pooling has no padding in PyTorch; 0 is used.")
        state = replace(state, padding=(0,) * state.axes)
    if state.kind in (Kind.LP, Kind.AVERAGE) and any(size != 1 for size in state.dilation):
        messages.append(f"{str(state.kind).capitalize()} pooling has no dilation in PyTorch; 1 is used.")
        state = replace(state, dilation=(1,) * state.axes)
    if str(state.compare) == str(state.main):
        other = Compare.MAX if state.main is not Function.MAX else Compare.AVERAGE
        messages.append(f"{str(state.main).capitalize()} cannot stand beside itself; {other} is shown there.")
        state = replace(state, compare=other)
    return state


def _windows(state: PoolingState, messages: list[str]) -> PoolingState:
    """Windows that fit into the padded input; padding of half a kernel at most, as PyTorch asks for."""
    if not state.sliding:
        return state
    kernel, padding, stride, dilation = (list(s) for s in (state.kernel, state.padding, state.stride, state.dilation))
    for axis in range(state.axes):
        size = state.size[axis]
        if kernel[axis] > size:
            messages.append(f"A kernel of {kernel[axis]} is larger than the input of {size}; {size} is used.")
            kernel[axis] = size
        if padding[axis] > kernel[axis] // 2:
            half = kernel[axis] // 2
            messages.append(
                f"Padding {padding[axis]} is more than half of the kernel of {kernel[axis]}, which PyTorch refuses; "
                f"{half} is used."
            )
            padding[axis] = half
        padded = size + 2 * padding[axis]
        if dilation[axis] * (kernel[axis] - 1) + 1 > padded:
            fitting = max(1, (padded - 1) // max(kernel[axis] - 1, 1))
            messages.append(
                f"A kernel of {kernel[axis]} with dilation {dilation[axis]} spans "
                f"{dilation[axis] * (kernel[axis] - 1) + 1} cells, but the padded input has {padded}; "
                f"dilation {fitting} is used."
            )
            dilation[axis] = fitting
    if (tuple(kernel), tuple(padding), tuple(stride), tuple(dilation)) == (
        state.kernel, state.padding, state.stride, state.dilation,
    ):  # fmt: skip
        return state
    return replace(state, kernel=tuple(kernel), padding=tuple(padding), dilation=tuple(dilation))


def _numbers(state: PoolingState, messages: list[str]) -> PoolingState:
    """Not more cells than can be stepped, and no more numbers than cells."""
    if prod(state.input_shape) > _MOST_CELLS:
        fewer = max(1, _MOST_CELLS // prod(state.size))
        messages.append(f"{state.channels} channels are too many for this size; {fewer} are used.")
        state = replace(state, channels=fewer)
    count = prod(state.input_shape)
    if len(state.x) > count:
        messages.append(f"There are {count} input cells; the numbers beyond were left out.")
        state = replace(state, x=state.x[:count])
    return state


def _plain(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else str(sizes)
