"""An axis of the curves' page: pyqtgraph's, with our ticks, our type and a grid in one colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme import Theme, fonts

GUTTER = 64  # left of the plots, where the values stand

Ticks = Callable[[float, float, float], Sequence[tuple[float, str]]]
"""Ticks as (place on the axis, label) for an axis from `low` to `high` that is so many pixels long."""


class CurveAxis(pg.AxisItem):  # type: ignore[misc]
    """`ticks` says where ticks are. Its grid runs across the whole plot, under the curves; there is no axis line."""

    def __init__(self, orientation: str, ticks: Ticks, theme: Theme, *, labels: bool = True) -> None:
        super().__init__(orientation)
        self._ticks = ticks
        self._labels: dict[float, str] = {}
        self._grid_color = QColor()
        self._unit = "epoch" if labels and orientation == "bottom" else ""
        self.enableAutoSIPrefix(False)
        self.setStyle(
            tickLength=0, tickTextOffset=8, tickFont=fonts.mono(11), showValues=labels, autoExpandTextSpace=False,
            autoReduceTextSpace=False, hideOverlappingLabels=False,
        )  # fmt: skip
        if orientation == "left":
            self.setWidth(GUTTER)
        else:
            self.setHeight(24 if labels else 0)
        self.setGrid(255)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._grid_color = theme.border
        self.setPen(QPen(theme.border))
        self.setTextPen(QPen(theme.text_3))

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[None, list[float]]]:  # noqa: N803
        inset = (maxVal - minVal) * 1e-9  # ticks at the very ends are else lost to rounding
        self._labels = {
            min(max(place, minVal + inset), maxVal - inset): label for place, label in self._ticks(minVal, maxVal, size)
        }
        return [(None, list(self._labels))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float | None) -> list[str]:
        return [self._labels[value] for value in values]

    def boundingRect(self) -> QRectF:
        """With room for labels at the ends, and for the unit beside them."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-GUTTER if self._unit else 0, -10, 20, 10)

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(self._grid_color, 1))
        for _, start, end in ticks:
            painter.drawLine(QPointF(round(start.x()), round(start.y())), QPointF(round(end.x()), round(end.y())))
        painter.setFont(self.style["tickFont"])
        painter.setPen(self.textPen())
        for rect, flags, text in texts:
            painter.drawText(rect, int(flags), text)
        if self._unit and texts:
            row = texts[0][0]
            painter.setFont(fonts.ui(11))
            room = QRectF(-GUTTER, row.top(), GUTTER - 22, row.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)
