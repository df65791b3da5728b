"""The two small controls in the curves' title row: how much to smooth, and a chip that is on or off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.theme.controls import ButtonControl, Control, box
from gui.views import drawing

_MOST = 0.99


class SmoothingSlider(Control):
    """Smoothing from 0 to 0.99: drag, click or use the arrow keys. `changed(float)` tells the user's choice.

    Its left half is 0 … 0.9, its right half 0.9 … 0.99, where small changes matter more.
    """

    changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._value = 0.0
        self.setFixedSize(56, 20)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Smoothing")
        self.set_value(0.0)

    @property
    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value, without a signal."""
        self._value = min(max(round(value, 3), 0.0), _MOST)
        self.setToolTip(f"Smoothing of the training curves: {self._value:g}")
        self.update()

    def _share(self) -> float:
        return self._value / 0.9 / 2 if self._value <= 0.9 else 0.5 + (self._value - 0.9) / 0.09 / 2

    def _choose(self, share: float) -> None:
        share = min(max(share, 0.0), 1.0)
        value = round(share * 2 * 0.9, 2) if share <= 0.5 else round(0.9 + (share - 0.5) * 2 * 0.09, 3)
        if value != self._value:
            self.set_value(value)
            self.changed.emit(self._value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose((event.position().x() - 6) / (self.width() - 12))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose((event.position().x() - 6) / (self.width() - 12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        key = Qt.Key(event.key())
        if key in steps:
            self._choose(self._share() + 0.05 * steps[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(0.0 if key == Qt.Key.Key_Home else 1.0)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = self.height() / 2
            x = 6 + self._share() * (self.width() - 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.border_strong)
            painter.drawRoundedRect(QRectF(2, middle - 1.5, self.width() - 4, 3), 1.5, 1.5)
            painter.setBrush(theme.accent)
            painter.drawRoundedRect(QRectF(2, middle - 1.5, x - 2, 3), 1.5, 1.5)
            painter.setPen(QPen(theme.text_1 if self.ring else theme.panel, 2))
            painter.drawEllipse(QPointF(x, middle), 5.5, 5.5)


class Chip(ButtonControl):
    """A word that is on or off. Checkable: connect `toggled(bool)`."""

    def __init__(self, text: str, tip: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setText(text)
        self.setCheckable(True)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(round(drawing.ui(11).width(text)) + 10, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        on = self.isChecked()
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            line = theme.accent if self.ring else theme.border_strong
            box(painter, rect, fill=theme.segment_on if on else None, line=line, radius=4)
            color = theme.text_1 if on or self.hovered else theme.text_3
            drawing.write(painter, 5, rect.center().y() + 4, self.text(), drawing.ui(11), color)
