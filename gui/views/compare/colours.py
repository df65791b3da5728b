"""The colours of runs: ink and accent in turn; from the third on fainter, told apart by their dashes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme import Theme
from gui.views import drawing

_DASHES: tuple[tuple[float, ...], ...] = ((6, 3), (2, 3), (9, 3, 2, 3), (1.5, 2), (12, 4), (5, 2, 1, 2, 1, 2))


def color(theme: Theme, place: int) -> QColor:
    """The colour of the run at this place."""
    ink = theme.accent if place % 2 else theme.text_1
    return ink if place < 2 else drawing.faded(ink, 0.6)


def pen(theme: Theme, place: int, width: float = 1.5) -> QPen:
    """The pen of its held-out curve."""
    made = QPen(color(theme, place), width)
    if place >= 2:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern([length / width for length in _DASHES[(place - 2) % len(_DASHES)]])
    return made


def training_pen(theme: Theme, place: int) -> QPen:
    """The pen of its training curve: 1 px, dashes 2-2, at 55 %."""
    made = QPen(drawing.faded(color(theme, place), 0.55), 1)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setDashPattern([2.0, 2.0])
    return made


def dot(painter: QPainter, theme: Theme, place: int, at: QPointF, radius: float = 4.0) -> None:
    """The dot before a run's name; from the third on a ring, of which the dashes say the rest."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = color(theme, place)
    if place < 2:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(at, radius, radius)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2, *(() if place < 4 else (Qt.PenStyle.DotLine,))))
        painter.drawEllipse(at, radius - 1, radius - 1)
    painter.restore()
