"""Formulas that a trace writes itself, as coloured spans: for operations whose terms are few or none."""

from __future__ import annotations

import re
from typing import Any

from gui.views.player.drawing.figures import number
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula

_ROLES = {
    "plain": "text_2",
    "input": "input",
    "padding": "padding",
    "kernel": "kernel",
    "bias": "bias",
    "output": "output",
}


_DECIMAL = re.compile(r"\d+\.\d{3,}")


def _three(match: re.Match[str]) -> str:
    """Three figures of a number with more."""
    return number(float(match.group()))


def spans_of(pieces: Any) -> Spans:
    """A trace's pieces in the colours of their roles."""
    return tuple(
        Span(
            _DECIMAL.sub(_three, piece.text),
            _ROLES.get(piece.role, "text_2"),
            bold=piece.role == "output" and number_ == len(pieces) - 1,
        )
        for number_, piece in enumerate(pieces)
    )


def in_letters(text: str) -> Spans:
    """A symbolic formula: y in output green, x (or a and b) in input blue, w and b of a weight in theirs."""
    left, equals, right = text.partition(" = ")
    spans: list[Span] = [Span(left, "output"), Span(equals)]
    roles = {"x": "input", "w": "kernel", "b": "bias", "a": "input"}
    position, plain = 0, ""
    while position < len(right):
        letter = right[position]
        if letter in roles and right[position + 1 : position + 2] == "[":
            end = right.find("]", position) + 1
            spans += [Span(plain)] if plain else []
            role = roles[letter] if not (letter == "b" and "a[" in right) else "input"
            spans.append(Span(right[position:end], role))
            plain, position = "", end
            continue
        plain += letter
        position += 1
    return tuple(spans + ([Span(plain)] if plain else []))


def written(trace: Any, index: int, *, limit: int = 24) -> Formula:
    """The formula of a step as its trace writes it."""
    step = trace[index]
    return Formula(
        symbolic=in_letters(step.symbolic),
        lead=(Span("= "),),
        tail=spans_of(step.pieces(limit=limit, skip_zeros=True)),
    )
