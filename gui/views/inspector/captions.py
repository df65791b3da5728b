"""The words around an inspector's figure: the legend in role colours, and the column of facts."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.theme import Theme
from gui.views import drawing
from gui.views.inspector.facts import Fact
from gui.views.inspector.figure import Legend

_FACT_ROW = 28
_LEAST = 134


def paint_legend(painter: QPainter, legend: Legend, right: float, baseline: float, theme: Theme) -> None:
    """The formula in the colours of its parts, ending at `right`: it is the legend as well."""
    ink = drawing.ui(11)
    words = [word for word, _ in legend]
    spaces = [0.0 if a.endswith("(") or b.startswith(")") else 3.0 for a, b in itertools.pairwise(words)] + [0.0]
    x = right - sum(map(ink.width, words)) - sum(spaces)
    for (word, role), space in zip(legend, spaces, strict=True):
        x = drawing.write(painter, x, baseline, word, ink, getattr(theme, role)) + space


def facts_width(facts: list[Fact]) -> float:
    """How wide the column of these facts is."""
    label, value = drawing.ui(12), drawing.mono(12)
    return float(max([_LEAST, *(round(label.width(name) + value.width(text) + 8) for name, text in facts)]))


def paint_facts(
    painter: QPainter, facts: list[Fact], body: QRectF, width: float, theme: Theme, *, first: int = 0
) -> None:
    """Facts from row `first` on at the right of `body`, as many as there is room for."""
    for position, (label, text) in enumerate(facts, start=first):
        baseline = body.top() + 9 + _FACT_ROW * position
        if baseline > body.bottom() + 9:
            return
        drawing.write(painter, body.right() - width, baseline, label, drawing.ui(12), theme.text_2)
        drawing.write_right(painter, body.right(), baseline, text, drawing.mono(12), theme.text_1)
