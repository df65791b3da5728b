"""The curve of an activation function: where a value lies on it, its slope there, and where all others lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from gui.views.player.drawing.figures import number
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.shapes import dashed_line

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A function sampled over the range in which its inputs lie. `rug` are the inputs of all cells."""

    evaluate: Callable[[Values], Values]
    low: float
    high: float
    bottom: float
    top: float
    x: Values
    y: Values
    rug: Values

    @staticmethod
    def over(evaluate: Callable[[Values], Values], inputs: NDArray[np.floating]) -> Curve:
        finite = np.asarray(inputs, np.float64).ravel()
        finite = finite[np.isfinite(finite)]
        reach = min(max(3.0, float(np.abs(finite).max()) * 1.08 if finite.size else 3.0), 1e6)
        x = np.linspace(-reach, reach, 241)
        y = evaluate(x)
        bottom, top = float(np.nanmin(y)), float(np.nanmax(y))
        room = (top - bottom or 1.0) * 0.12
        return Curve(evaluate, -reach, reach, min(bottom - room, 0 - room), max(top + room, 0 + room), x, y, finite)

    def slope(self, at: float) -> float:
        """The derivative, by central differences."""
        step = 1e-4 * max(1.0, abs(at))
        high, low = self.evaluate(np.array([at + step, at - step]))
        return float((high - low) / (2 * step))

    def point(self, box: QRectF, x: float, y: float) -> QPointF:
        """Where (x, y) lies in the box; beyond the range at its edge."""
        across = (min(max(x, self.low), self.high) - self.low) / (self.high - self.low)
        along = (min(max(y, self.bottom), self.top) - self.bottom) / (self.top - self.bottom)
        return QPointF(box.left() + across * box.width(), box.bottom() - along * box.height())


def paint_curve(ink: Ink, look: Look, curve: Curve, box: QRectF) -> None:
    """Axes, the curve, and a tick for every cell's input."""
    painter = ink.painter
    painter.fillRect(box, look.color("panel"))
    origin = curve.point(box, 0.0, 0.0)
    axis = look.color("border_strong")
    painter.fillRect(QRectF(box.left(), round(origin.y()), box.width(), 1), axis)
    painter.fillRect(QRectF(round(origin.x()), box.top(), 1, box.height()), axis)
    tick = look.color("input", 0.35)
    seen = {round(curve.point(box, value, 0).x()) for value in curve.rug.tolist()}
    for x in seen:
        painter.fillRect(QRectF(x, box.bottom() - 6, 1, 6), tick)
    path = QPainterPath()
    for number_, (x, y) in enumerate(zip(curve.x.tolist(), curve.y.tolist(), strict=True)):
        if not np.isfinite(y):
            continue
        place = curve.point(box, x, y)
        if number_ and path.elementCount():
            path.lineTo(place)
        else:
            path.moveTo(place)
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("text_2"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setRenderHint(painter.RenderHint.Antialiasing, False)
    face, color = mono(look.sizes.caption_px), look.color("text_3")
    below = box.bottom() + 6 + face.cap
    ink.put(number(float(f"{curve.low:.3g}")), box.left(), below, face, color, "left")
    ink.put("0", origin.x(), below, face, color)
    ink.put(number(float(f"{curve.high:.3g}")), box.right(), below, face, color, "right")
    highest = float(np.nanmax(curve.y))
    place = curve.point(box, 0, highest)
    if origin.y() - place.y() > 24:
        ink.put(number(float(f"{highest:.3g}")), box.left() - 6, place.y(), face, color, "right")
    ink.put("0", box.left() - 6, origin.y(), face, color, "right")


def paint_point(ink: Ink, look: Look, curve: Curve, box: QRectF, x: float, y: float) -> None:
    """A value on its curve: lines to both axes, the tangent and its slope."""
    if not (np.isfinite(x) and np.isfinite(y)):
        return
    painter = ink.painter
    place, origin = curve.point(box, x, y), curve.point(box, 0.0, 0.0)
    across, up = QPointF(round(place.x()), round(place.y())), QPointF(round(place.x()), round(origin.y()))
    dashed_line(painter, up, across, look.color("input"))
    dashed_line(painter, QPointF(round(origin.x()), round(place.y())), across, look.color("output"))
    slope = curve.slope(x)
    reach = (curve.high - curve.low) * 0.14
    length = 1.0 / max(
        1.0, abs(slope) * box.height() / (curve.top - curve.bottom) * (curve.high - curve.low) / box.width()
    )
    start = curve.point(box, x - reach * length, y - slope * reach * length)
    end = curve.point(box, x + reach * length, y + slope * reach * length)
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("gradient"), 1.5))
    painter.drawLine(start, end)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("text_1"))
    painter.drawEllipse(place, 3.5, 3.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(painter.RenderHint.Antialiasing, False)
    words, face = ui(look.sizes.text_px), mono(look.sizes.text_px)
    y_text = box.top() - 14
    used = ink.words("slope ", box.left(), y_text, words, look.color("text_2"))
    ink.put(number(float(f"{slope:.3g}")), box.left() + used, y_text, face, look.color("gradient"), "left")
