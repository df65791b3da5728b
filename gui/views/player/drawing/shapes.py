"""Frames, chips, arrows, connectors and projections: plain QPainter drawing in whole pixels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.views.player.drawing.lettering import Face, Ink
from gui.views.player.drawing.look import Look


def frame(painter: QPainter, rect: QRectF, color: QColor, width: float = 1, *, outside: bool = True) -> None:
    """A sharp rectangular frame; it lies outside `rect`, so it covers no pixel of it."""
    if outside:
        rect = rect.adjusted(-width, -width, width, width)
    x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()
    painter.fillRect(QRectF(x, y, w, width), color)
    painter.fillRect(QRectF(x, y + h - width, w, width), color)
    painter.fillRect(QRectF(x, y + width, width, h - 2 * width), color)
    painter.fillRect(QRectF(x + w - width, y + width, width, h - 2 * width), color)


def straddling(painter: QPainter, rect: QRectF, color: QColor, width: float = 2) -> None:
    """A frame whose middle runs along the edge of `rect`: half inside, half outside; corners slightly rounded."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 1, 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def dashed(painter: QPainter, rect: QRectF, color: QColor, width: float = 1, dash: float = 3) -> None:
    """A frame of dashes 3-3, inside `rect`."""
    pen = QPen(color, width)
    pen.setDashPattern([dash / width, dash / width])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRect(rect.adjusted(half, half, -half, -half))


def dashed_line(painter: QPainter, start: QPointF, end: QPointF, color: QColor) -> None:
    """A 1 px line of dashes 3-3, along a whole pixel row or column."""
    pen = QPen(color, 1)
    pen.setDashPattern([3, 3])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(start + QPointF(0.5, 0.5), end + QPointF(0.5, 0.5))


def chip(
    painter: QPainter, rect: QRectF, border: QColor, width: float, ground: QColor | None = None, *, dash: bool = False
) -> None:
    """A rounded box (radius 4) for one number."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(border, width)
    if dash:
        pen.setDashPattern([3 / width, 3 / width])
    painter.setPen(pen)
    painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), 4 - half / 2, 4 - half / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def number_chip(
    ink: Ink,
    look: Look,
    rect: QRectF,
    text: str,
    role: str,
    face: Face,
    *,
    width: float = 2,
    border: str = "",
    alpha: float = 1.0,
    ground: str = "",
) -> None:
    """A chip with its number in the colour of its role, the border too unless `border` names another."""
    chip(ink.painter, rect, look.color(border or role, alpha), width, look.color(ground) if ground else None)
    if text:
        ink.put(text, rect.center().x(), rect.center().y(), face, look.color(role, alpha), hang=False)


def line(painter: QPainter, x1: float, y1: float, x2: float, y2: float, color: QColor, width: float = 1) -> None:
    """A level or upright line in whole pixels, of which (x1, y1) and (x2, y2) are the ends of its upper left edge."""
    if y1 == y2:
        painter.fillRect(QRectF(min(x1, x2), y1, abs(x2 - x1), width), color)
    else:
        painter.fillRect(QRectF(x1, min(y1, y2), width, abs(y2 - y1)), color)


def arrow(painter: QPainter, points: Sequence[QPointF], color: QColor, width: float = 1.5) -> None:
    """An elbowed line that ends in a filled head 7 long, 9 wide, at the last point. The last part is level."""
    end, before = points[-1], points[-2]
    sign = 1.0 if end.x() >= before.x() else -1.0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([*points[:-1], QPointF(end.x() - sign * 6, end.y())]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    back = end.x() - sign * 7
    painter.drawPolygon(QPolygonF([end, QPointF(back, end.y() - 4.5), QPointF(back, end.y() + 4.5)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def projection(
    painter: QPainter, look: Look, window: QRectF, grid: QRectF, target: QRectF, *, down: bool, share: float = 0.07
) -> None:
    """One trapezoid from a window to what it is laid out as; its two edges only outside the grid, never over digits."""
    if down:
        edges = ((window.bottomLeft(), target.topLeft()), (window.bottomRight(), target.topRight()))
    else:
        edges = ((window.topRight(), target.topLeft()), (window.bottomRight(), target.bottomLeft()))
    (a, b), (c, d) = edges
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("kernel", share))
    painter.drawPolygon(QPolygonF([a, b, d, c]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.color("kernel", 0.5), 1))
    for start, end in edges:
        length = end.y() - start.y() if down else end.x() - start.x()
        inside = grid.bottom() - start.y() if down else grid.right() - start.x()
        if length > inside:
            share_inside = max(inside / length, 0.0)
            painter.drawLine(start + (end - start) * share_inside, end)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def between_rects(start: QRectF, end: QRectF, share: float) -> QRectF:
    """The rectangle so far (0 … 1) on the way from one to another."""
    if share >= 1:
        return end
    return QRectF(
        start.x() + (end.x() - start.x()) * share,
        start.y() + (end.y() - start.y()) * share,
        start.width() + (end.width() - start.width()) * share,
        start.height() + (end.height() - start.height()) * share,
    )
