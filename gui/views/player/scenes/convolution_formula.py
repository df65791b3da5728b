"""The formula of a step of a convolution, and the read-out of one of its terms, in the colours of their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gui.theme.numbers import MINUS, TIMES
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula, Sum, result, summand, times
from gui.views.player.scenes.convolution_reading import ConvolutionReading

if TYPE_CHECKING:
    from engine.traces.terms import Term

_LETTERS = ("i", "j")


def formula_of(reading: ConvolutionReading, index: int) -> Formula:
    """y₀[1,1] = Σc Σi Σj xc[1+i, 1+j] · w₀,c[i, j] + b₀, and the same in numbers."""
    terms = reading.terms(index)
    values, weights, padding = terms.input_values, terms.weight_values, terms.padding
    step = reading.trace[index]

    def write(term: int) -> Spans:
        return times(float(values[term]), float(weights[term]), term, padding=bool(padding[term]))

    channels = len(reading.channels(reading.place(index).channel))
    taps = reading.kernel[0] * reading.kernel[1]
    bias = () if reading.bias is None else summand(step.bias, "bias")
    return Formula(
        symbolic=_symbolic(reading, index),
        sum=Sum(terms.products, write, groups=np.arange(channels * taps) // taps if channels > 1 else None),
        tail=(*bias, *result(step.value)),
    )


def _symbolic(reading: ConvolutionReading, index: int) -> Spans:
    place = reading.place(index)
    channels = reading.channels(place.channel)
    output = reading.output_index(place.channel, place.row, place.column)
    letters = _LETTERS[: reading.axes]
    starts = [window[0] for window in reading.trace[index].window.spans]
    dilation = reading.dilation[-reading.axes :]
    read = []
    for letter, start, step in zip(letters, starts, dilation, strict=True):
        tap = letter if step == 1 else f"{step}{letter}"
        read.append(f"{start}+{tap}".replace("-", MINUS) if start else tap)
    kernel = reading.kernel[-reading.axes :]
    taps = [
        f"{size - 1}{MINUS}{letter}" if reading.flip else letter for size, letter in zip(kernel, letters, strict=True)
    ]
    several = len(channels) > 1
    sums: list[Span] = []
    for letter in (*(("c",) if several else ()), *letters):
        sums += [Span("Σ"), Span(letter, sub=True), Span(" ")]
    channel = "c" if several else str(channels.start)
    if several and channels.start:
        channel = f"{channels.start}+c"
    bias: Spans = ()
    if reading.bias is not None:
        bias = (Span(" + "), Span("b", "bias"), Span(str(place.channel), "bias", sub=True))
    return (
        Span("y", "output"),
        Span(str(place.channel), "output", sub=True),
        Span(f"[{','.join(map(str, output[1:]))}]", "output"),
        Span(" = "),
        *sums,
        Span("x", "input"),
        Span(channel, "input", sub=True),
        Span(f"[{', '.join(read)}]", "input"),
        Span(" · "),
        Span("w", "kernel"),
        Span(f"{place.channel},{'c' if several else 0}", "kernel", sub=True),
        Span(f"[{', '.join(taps)}]", "kernel"),
        *bias,
    )


def index_text(name: str, index: tuple[int, ...]) -> str:
    """x[2,2,3]."""
    return f"{name}[{','.join(map(str, index))}]".replace("-", MINUS)


def read_out(term: Term) -> tuple[Spans, ...]:
    """1 × −1 = −1, and where both come from."""

    first = (
        Span(number(term.input_value), "input"),
        Span(f" {TIMES} ", "text_3"),
        Span(number(term.weight_value), "kernel"),
        Span(" = "),
        Span(number(term.product), "text_1", bold=True),
    )
    source = "padding" if term.padding else index_text("x", term.input_index)
    second = (
        Span(source, "padding" if term.padding else "input"),
        Span(" · "),
        Span(index_text("w", term.weight_index), "kernel"),
    )
    return first, second
