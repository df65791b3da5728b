"""A histogram of a layer with that of one of its maps as a line, on a logarithmic count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.messages.insight import Histogram
from gui.theme import Theme, numbers
from gui.views import drawing

_DECADES = 3.0


def heights(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bars (0-1) for counts: the largest is 1, a thousandth of it and less is next to nothing."""
    top = counts.max(initial=0)
    if top <= 0:
        return np.zeros(len(counts))
    share = np.log10(np.maximum(counts, 1e-9) / top) / _DECADES + 1
    return np.where(counts > 0, np.clip(share, 0.03, 1.0), 0.0)


def paint(painter: QPainter, rect: QRectF, histogram: Histogram, *, color: QColor, theme: Theme) -> None:
    """Bars of the layer and the line of the map in `rect`; its ends are written below."""
    layer, map = heights(histogram.layer), heights(histogram.map)
    count = len(layer)
    edges = rect.left() + np.arange(count + 1) * rect.width() / count
    for place in range(count):
        if layer[place] > 0:
            left, right = round(edges[place]), round(edges[place + 1])
            high = layer[place] * rect.height()
            painter.fillRect(QRectF(left, rect.bottom() - high, max(right - left - 1, 1), high), theme.border_strong)
    line = QPolygonF()
    for place in range(count):
        y = rect.bottom() - map[place] * (rect.height() - 1)
        line.append(QPointF(edges[place], y))
        line.append(QPointF(edges[place + 1], y))
    pen = QPen(color, 1.5)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(line)
    painter.fillRect(QRectF(rect.left(), rect.bottom(), rect.width(), 1), theme.border_strong)
    _ends(painter, rect, histogram, theme)


def _ends(painter: QPainter, rect: QRectF, histogram: Histogram, theme: Theme) -> None:
    ink, y = drawing.mono(11), rect.bottom() + 13
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    drawing.write(painter, rect.left(), y, numbers.text(low), ink, theme.text_3)
    drawing.write_right(painter, rect.right(), y, numbers.text(high), ink, theme.text_3)
    zero = rect.left() - low / (high - low) * rect.width() if high > low else rect.left()
    room = ink.width(numbers.text(low)) + 12
    if rect.left() + room < zero < rect.right() - ink.width(numbers.text(high)) - 12:
        drawing.write_middle(painter, zero, y, "0", ink, theme.text_3)


def tip(histogram: Histogram, rect: QRectF, x: float) -> tuple[str, int, int] | None:
    """(range, count of the layer, count of the map) of the bin at `x`; None beside it."""
    if not rect.left() <= x < rect.right():
        return None
    count = len(histogram.layer)
    place = min(int((x - rect.left()) / rect.width() * count), count - 1)
    low, high = (float(histogram.edges[place + after]) for after in (0, 1))
    return f"{numbers.text(low)} to {numbers.text(high)}", int(histogram.layer[place]), int(histogram.map[place])
