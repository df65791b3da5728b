"""The shown code in the colours of its parts."""

from __future__ import annotations

import re

from gui.labs.convolution.state import ConvolutionState
from gui.views.player.drawing.spans import Span, Spans

_CODE_ROLES = (
    (re.compile(r"(?<=padding=)(\(.*?\)|\d+)"), "padding"),
    (re.compile(r"(?<=stride=)(\(.*?\)|\d+)"), "text_1"),
    (re.compile(r"(?<=dilation=)(\(.*?\)|\d+)"), "text_1"),
    (re.compile(r"(?<=groups=)\d+"), "text_1"),
    (re.compile(r"\bbias\b"), "bias"),
    (re.compile(r"\bweight\b"), "kernel"),
    (re.compile(r"\bx\b"), "input"),
    (re.compile(r"^y\b"), "output"),
)


def code_spans(line: str, state: ConvolutionState) -> Spans:
    """A line of the shown code in the colours of its parts."""
    roles: list[tuple[int, int, str]] = []
    for pattern, role in _CODE_ROLES:
        roles += [(*found.span(), role) for found in pattern.finditer(line)]
    first = re.match(rf"    ({state.in_channels}), ({state.out_channels}), (\(.*?\)|\d+)", line)
    if first is not None:
        roles += [(*first.span(n), role) for n, role in ((1, "input"), (2, "output"), (3, "kernel"))]
    spans: list[Span] = []
    end = 0
    for start, stop, role in sorted(roles):
        if start < end:
            continue
        spans += [Span(line[end:start]), Span(line[start:stop], role)]
        end = stop
    return tuple(span for span in (*spans, Span(line[end:])) if span.text)
