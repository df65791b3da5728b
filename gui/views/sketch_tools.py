"""The small tools on the sketch pad: how thick the pen is, and its colour where the network sees colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.theme.controls import Control, box

PENS = (1.6, 2.2, 3.2)
"""Widths in network pixels; the second is about that of MNIST's digits."""

COLOURS = ("#F2F3F5", "#E5484D", "#F0B442", "#46A758", "#3E8EF0", "#8E6A4A")


class Choice(Control):
    """Small round things in a row, one of them chosen. `chosen(int)` tells which the user took."""

    chosen = Signal(int)

    def __init__(self, count: int, pitch: int, names: tuple[str, ...], theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._count, self._pitch, self._names = count, pitch, names
        self.index = 0
        self.setFixedSize(pitch * count, 22)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)

    def set_index(self, index: int) -> None:
        """Choose one, without a signal."""
        self.index = index
        self.update()

    def _choose(self, index: int) -> None:
        index = min(max(index, 0), self._count - 1)
        if index != self.index:
            self.set_index(index)
            self.chosen.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(int(event.position().x() // self._pitch))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = min(max(int(event.position().x() // self._pitch), 0), self._count - 1)
        self.setToolTip(self._names[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose(self.index + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index in range(self._count):
                rect = QRectF(index * self._pitch, 0, self._pitch, self.height())
                self.paint_one(painter, index, rect.center())
            if self.ring:
                box(painter, QRectF(self.rect()), line=self.theme.accent, width=1.5, radius=4)

    def paint_one(self, painter: QPainter, index: int, middle: QPointF) -> None:
        """Paint one of them."""


class PenWidths(Choice):
    """Thin, as MNIST's, thick."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(len(PENS), 18, ("Thin pen", "Pen as thick as MNIST's", "Thick pen"), theme, parent)
        self.set_index(1)
        self.setAccessibleName("Pen width")

    def paint_one(self, painter: QPainter, index: int, middle: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.accent if index == self.index else self.theme.text_3)
        radius = 1.2 + PENS[index] * 1.2
        painter.drawEllipse(middle, radius, radius)


class Swatches(Choice):
    """Colours to draw with."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        names = ("White", "Red", "Yellow", "Green", "Blue", "Brown")
        super().__init__(len(COLOURS), 13, names, theme, parent)
        self.setAccessibleName("Colour")

    def paint_one(self, painter: QPainter, index: int, middle: QPointF) -> None:
        chosen = index == self.index
        painter.setPen(QPen(self.theme.accent, 1.5) if chosen else QPen(self.theme.border_strong, 1))
        painter.setBrush(QColor(COLOURS[index]))
        radius = 5.5 if chosen else 4.5
        painter.drawEllipse(middle, radius, radius)
