"""The lines of PyTorch that compute what a state shows. Text only; a test runs it against the traces of each preset."""

from __future__ import annotations

from typing import Any

from gui.labs.pooling.lanes import Lane, functions
from gui.labs.pooling.state import Function, Kind, PoolingState, values_of
from gui.theme.numbers import TIMES

_NAMES = ("y", "z")


def _sizes(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else str(tuple(sizes))


def _call(state: PoolingState, function: Function) -> tuple[str, list[str]]:
    """The function of torch.nn.functional and its arguments."""
    axes = state.axes
    if not state.sliding:
        size = "1" if state.kind is Kind.GLOBAL else _sizes(state.output_size)
        name = "max" if function is Function.MAX else "avg"
        options = ["return_indices=True"] if function is Function.MAX else []
        return f"F.adaptive_{name}_pool{axes}d", [f"x, {size}", *options]
    options = [f"stride={_sizes(state.stride)}"] if state.stride != state.kernel else []
    if any(state.padding):
        options.append(f"padding={_sizes(state.padding)}")
    if function is Function.MAX and any(size != 1 for size in state.dilation):
        options.append(f"dilation={_sizes(state.dilation)}")
    if state.ceil_mode:
        options.append("ceil_mode=True")
    if function is Function.AVERAGE and not state.count_include_pad and any(state.padding):
        options.append("count_include_pad=False")
    if function is Function.MAX:
        return f"F.max_pool{axes}d", [f"x, {_sizes(state.kernel)}", *options, "return_indices=True"]
    if function is Function.AVERAGE:
        return f"F.avg_pool{axes}d", [f"x, {_sizes(state.kernel)}", *options]
    return f"F.lp_pool{axes}d", [f"x, {state.norm_type:g}, {_sizes(state.kernel)}", *options]


def code_lines(state: PoolingState) -> str:
    """`y` is the pooling, `z` what stands beside it; `at` are the winners' places of a maximum, counted in a map."""
    lines = []
    for name, function in zip(_NAMES, functions(state), strict=False):
        call, parts = _call(state, function)
        targets = f"{name}, at" if function is Function.MAX else name
        short = f"{targets} = {call}({', '.join(parts)})"
        lines += [short] if len(short) <= 36 else [f"{targets} = {call}(", *_filled(parts)]
    return "\n".join(lines)


def _filled(parts: list[str], width: int = 36) -> list[str]:
    """Arguments in indented lines of about the panel's width."""
    lines = ["    " + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 3 > width:
            lines[-1] += ","
            lines.append("    " + part)
        else:
            lines[-1] += ", " + part
    lines[-1] += ")"
    return lines


def comment(lanes: tuple[Lane, ...], step: int) -> str:
    """What the lines give: the shapes, and where the winner of this step lies."""
    trace: Any = lanes[0].trace
    shapes = " → ".join(TIMES.join(map(str, shape)) for shape in (trace.inputs[0].shape, trace.output.shape))
    lane = next((lane for lane in lanes if lane.largest), None)
    if lane is None:
        return f"# {shapes}"
    found = lane.trace[step]
    place = winner_place(lane, step)
    if place is None:
        return f"# {shapes}"
    line = f"# {shapes}, at[{','.join(map(str, found.index))}] = {place}"
    return line if len(line) <= 36 else f"# {shapes}"


def winner_place(lane: Lane, step: int) -> int | None:
    """Where the winner of a step lies in its map, counted row by row as torch does; None if all is padding."""
    terms = lane.trace[step].terms
    winners = terms.input_indices[terms.weight_values == 1]
    if not len(winners):
        return None
    place = 0
    for size, position in zip(lane.trace.inputs[0].shape[1:], winners[0][1:].tolist(), strict=True):
        place = place * size + position
    return place


def script(state: PoolingState) -> str:
    """A whole program that computes the very numbers on screen: what "copy" puts on the clipboard."""
    names = "y" if len(functions(state)) == 1 else "y, z"
    return "\n".join(
        [
            "import torch",
            "import torch.nn.functional as F",
            "",
            f"x = torch.tensor({_nested(values_of(state).tolist())})",
            code_lines(state),
            f"print({names})",
            "",
        ]
    )


def _nested(values: list[Any]) -> str:
    """A list of lists as Python writes it, floats short: 1.0 as 1., so that the tensor is one of floats."""
    if values and not isinstance(values[0], list):
        return "[" + ", ".join(_number(value) for value in values) + "]"
    return "[" + ", ".join(_nested(value) for value in values) + "]"


def _number(value: float) -> str:
    return f"{int(value)}." if value.is_integer() and abs(value) < 1e15 else repr(value)
