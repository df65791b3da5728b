"""The formula of a step of a pooling: the largest of its window, or the sum of its window divided by a count."""

from __future__ import annotations

from typing import Any

import numpy as np

from gui.theme.numbers import MINUS
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula, Sum, result


def pool_formula(trace: Any, index: int, *, largest: bool) -> Formula:
    """y₀[1,2] = max x₀[2·1+i, 2·2+j], or Σ … / 4, and the same in numbers."""
    step = trace[index]
    terms = step.terms
    values, padding = terms.input_values, terms.padding
    counted = np.ones(len(values), np.bool_) if not largest else ~padding

    def write(term: int) -> Spans:
        winner = largest and terms.weight_values[term] == 1
        return (Span(number(float(values[term])), "padding" if padding[term] else "input", bold=winner, term=term),)

    if largest:
        sizes = np.where(counted, np.abs(values), 0.0)
        sizes[terms.weight_values == 1] = np.inf  # shortened, the winner comes first
        part = Sum(
            sizes, write, skip_zeros=False, separator=", ", opening=(Span("max("),), closing=(Span(")"),), noun="cells"
        )
        if not counted.all():
            keep = np.flatnonzero(counted)
            part = Sum(
                sizes[keep],
                lambda n: write(int(keep[n])),
                skip_zeros=False,
                separator=", ",
                opening=(Span("max("),),
                closing=(Span(")"),),
                noun="cells",
            )
        return Formula(symbolic=_symbolic(trace, step, largest=True), sum=part, tail=result(step.value))
    divisor = trace.divisor(step.index)
    part = Sum(values, write, skip_zeros=False, opening=(Span("("),), closing=(Span(")"),), noun="cells")
    tail = (Span(" / "), Span(str(divisor), "kernel"), *result(step.value))
    return Formula(symbolic=_symbolic(trace, step, largest=False), sum=part, tail=tail)


def _symbolic(trace: Any, step: Any, *, largest: bool) -> Spans:
    channel, *outputs = step.index
    letters = ("i", "j", "k")[: len(outputs)]
    read = []
    sliding = hasattr(trace, "stride")
    for axis, (output, letter) in enumerate(zip(outputs, letters, strict=True)):
        if not sliding or trace.output.shape[axis + 1] == 1:
            start, stop = step.window.spans[axis]
            read.append(f"{start}…{stop - 1}".replace("-", MINUS))
            continue
        stride, dilation, before = trace.stride[axis], trace.dilation[axis], trace.pads[axis][0]
        start = f"{stride}·{output}" if stride > 1 else str(output)
        shift = f"{MINUS}{before}" if before else ""
        read.append(f"{start}{shift}+{letter if dilation == 1 else f'{dilation}{letter}'}")
    over = [Span("max")] if largest else [Span("Σ")]
    over.append(Span(",".join(letters), sub=True))
    divide: Spans = () if largest else (Span(" / "), Span(str(trace.divisor(step.index)), "kernel"))
    return (
        Span("y", "output"),
        Span(str(channel), "output", sub=True),
        Span(f"[{','.join(map(str, outputs))}]", "output"),
        Span(" = "),
        *over,
        Span(" "),
        Span("x", "input"),
        Span(str(channel), "input", sub=True),
        Span(f"[{', '.join(read)}]", "input"),
        *divide,
    )
