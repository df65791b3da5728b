"""The arithmetic of an output's size along an axis, in the colours of its parts."""

from __future__ import annotations

from gui.labs.convolution.state import ConvolutionState
from gui.views.player.drawing.spans import Span, Spans

AXIS_NAMES = {1: ("Length",), 2: ("Height", "Width"), 3: ("Depth", "Height", "Width")}


def size_spans(state: ConvolutionState, axis: int, out: int) -> Spans:
    """The size of the output along an axis: ⌊(5 + 2·1 − 3) / 2⌋ + 1 = 3, in the colours of its parts."""
    size, kernel, stride = str(state.size[axis]), str(state.kernel[axis]), str(state.stride[axis])
    dilation, padding = state.dilation[axis], state.padding[axis]
    reach: Spans = (Span(kernel, "kernel"),)
    if dilation > 1:
        reach = (Span(f"({dilation}·("), *reach, Span("−1)+1)"))
    end = (Span(" = "), Span(str(out), "output", bold=True))
    if state.transposed:
        extra: Spans = ()
        if state.output_padding[axis]:
            extra = (Span(" + "), Span(str(state.output_padding[axis]), "padding"))
        return (
            Span("("), Span(size, "input"), Span("−1)·"), Span(stride, "text_1"), Span(" − 2·"),
            Span(str(padding), "padding"), Span(" + "), *reach, *extra, *end,
        )  # fmt: skip
    before, after = state.padding_pairs[axis]
    pads = (Span(" + 2·"), Span(str(padding), "padding")) if before == after else (
        Span(" + "), Span(str(before), "padding"))  # fmt: skip
    return (
        Span("⌊("), Span(size, "input"), *pads, Span(" − "), *reach, Span(") / "), Span(stride, "text_1"),
        Span("⌋ + 1"), *end,
    )  # fmt: skip


def unused(state: ConvolutionState, axis: int, out: int) -> int:
    """Cells of the padded input, at its end, that no window covers."""
    if state.transposed:
        return 0
    before, after = state.padding_pairs[axis]
    reach = (state.kernel[axis] - 1) * state.dilation[axis] + 1
    return before + state.size[axis] + after - ((out - 1) * state.stride[axis] + reach)
