"""The scale of a picture of values: which colour is which value, lying under it or standing beside it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from gui.theme import Theme, colormaps, numbers
from gui.views import drawing

THICKNESS = 6.0


def _gradient(theme: Theme, kind: drawing.Kind, upright: bool) -> QImage:
    entries = np.arange(256, dtype=np.uint8)
    return colormaps.picture(entries[::-1, None] if upright else entries[None, :], colormaps.lut(theme, kind))


def end_text(value: float) -> str:
    """A scale's end in two or three figures: 34, 7.8, 0.61."""
    size = abs(value)
    if size == 0 or (0.001 <= size < 1e5):
        digits = 0 if size >= 10 or size == 0 else 1 if size >= 2 else 2 if size >= 0.1 else 3
        return numbers.text(value, digits)
    return numbers.text(value)


def marker_text(value: float, limit: float) -> str:
    """The number at a marker, short: the exact one stands elsewhere."""
    if limit < 0.1 or limit >= 1e5:
        return numbers.text(value)
    return numbers.text(value, 2 if limit < 1 or abs(value) < 1 else 1 if abs(value) < 100 else 0)


def marker_y(rect: QRectF, value: float, limit: float, signed: bool) -> float:
    """The height at which `value` stands on an upright bar; values beyond the scale stand at its ends."""
    share = (value / limit + 1) / 2 if signed else value / limit
    if not np.isfinite(share):
        share = 1.0 if share > 0 else 0.0
    return rect.bottom() - min(max(share, 0.0), 1.0) * rect.height()


def paint_upright(painter: QPainter, rect: QRectF, *, theme: Theme, kind: drawing.Kind) -> None:
    """An upright bar in `rect` (6 px wide), the largest value at its top."""
    painter.drawImage(rect, _gradient(theme, kind, upright=True))
    drawing.frame(painter, rect, theme.border_strong)


def paint_upright_ends(
    painter: QPainter, rect: QRectF, *, theme: Theme, limit: float, signed: bool, beside: float | None = None
) -> None:
    """An upright bar's ends, and zero if it is signed, to its right; not where a marker's number is (`beside`)."""
    ink = drawing.mono(11)
    x = rect.right() + 9
    ends = [(rect.top() + 8, limit), (rect.bottom() - 1, -limit if signed else 0.0)]
    if signed:
        ends.append((rect.center().y() + 4, 0.0))
    for baseline, value in ends:
        if beside is None or abs(beside - (baseline - 4)) >= 13:
            drawing.write(painter, x, baseline, end_text(value), ink, theme.text_3)


def paint_marker(painter: QPainter, rect: QRectF, value: float, *, limit: float, signed: bool, color: QColor) -> float:
    """The triangle and number at `value` right of an upright bar; returns the height at which it stands."""
    y = marker_y(rect, value, limit, signed)
    baseline = min(max(y + 4, rect.top() + 8), rect.bottom() - 1)
    x = rect.right() + 3
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + 5, y - 3.5), QPointF(x + 5, y + 3.5)]))
    painter.restore()
    drawing.write(painter, x + 7, baseline, marker_text(value, limit), drawing.mono(11), color)
    return baseline - 4


def paint_lying(
    painter: QPainter,
    rect: QRectF,
    *,
    theme: Theme,
    kind: drawing.Kind,
    low: float,
    high: float,
    caption: str = "",
) -> None:
    """A bar in `rect` (6 px high) with its ends, and zero if it lies between, written below; `caption` to its right."""
    painter.drawImage(rect, _gradient(theme, kind, upright=False))
    drawing.frame(painter, rect, theme.border_strong)
    ink = drawing.mono(11)
    baseline = rect.bottom() + 16
    drawing.write(painter, rect.left(), baseline, end_text(low), ink, theme.text_3)
    drawing.write_right(painter, rect.right(), baseline, end_text(high), ink, theme.text_3)
    if low < 0 < high:
        zero = rect.left() + rect.width() * -low / (high - low)
        drawing.write_middle(painter, zero, baseline, "0", ink, theme.text_3)
    if caption:
        drawing.write(painter, rect.right() + 12, rect.bottom() + 1, caption, drawing.ui(11), theme.text_3)
