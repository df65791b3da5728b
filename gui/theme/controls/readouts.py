"""Numbers and keys on display: the read-out of a bar, and the cap of a key."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import fonts
from gui.theme.controls.base import Control, box
from gui.theme.tokens import Theme

KEY_HEIGHT = 18.0


class Readout(Control):
    """A caption over a number in the fixed-width face, with a fainter rest: Step, 2,811 / 4,685.

    `widest` is a text that it must have room for, so that its neighbours stay where they are when the number grows.
    """

    def __init__(
        self, caption: str, theme: Theme, parent: QWidget | None = None, *, widest: str = "", tip: str = ""
    ) -> None:
        super().__init__(theme, parent)
        self._caption, self._widest = caption, widest
        self._value, self._rest = "", ""
        self._captioned = True
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip(tip)
        self.setAccessibleName(caption)

    @property
    def text(self) -> str:
        """Value and rest, as shown."""
        return self._value + self._rest

    def set_value(self, value: str, rest: str = "") -> None:
        """Show a value, and the rest (unit, " / total") after it. Repaints only if something changed."""
        if (value, rest) == (self._value, self._rest):
            return
        longer = len(value + rest) > len(self.text)
        self._value, self._rest = value, rest
        self.setAccessibleDescription(value + rest)
        if not self._widest or (longer and self.width() < self.minimumSizeHint().width()):
            self.updateGeometry()
        self.update()

    def set_widest(self, text: str) -> None:
        """Keep room for another text than at first."""
        if text != self._widest:
            self._widest = text
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        widest = QFontMetricsF(fonts.mono(13)).horizontalAdvance(self._widest)
        return self.minimumSizeHint().expandedTo(QSize(round(widest) + 1, 36))

    def minimumSizeHint(self) -> QSize:
        """What it shows now: where there is little room, that kept for larger numbers goes first."""
        caption = QFontMetricsF(fonts.ui(11)).horizontalAdvance(self._caption)
        value = QFontMetricsF(fonts.mono(13)).horizontalAdvance(self.text)
        return QSize(round(max(caption, value)) + 1, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.setFont(fonts.ui(11))
        painter.setPen(theme.text_3)
        middle = self.height() / 2
        painter.drawText(QPointF(0, middle - 5), self._caption)
        painter.setFont(fonts.mono(13))
        painter.setPen(theme.text_1)
        painter.drawText(QPointF(0, middle + 12), self._value)
        if self._rest:
            offset = QFontMetricsF(fonts.mono(13)).horizontalAdvance(self._value)
            painter.setPen(theme.text_3)
            painter.drawText(QPointF(offset, middle + 12), self._rest)


def key_width(text: str) -> float:
    """How wide a key's cap is."""
    return max(KEY_HEIGHT, round(QFontMetricsF(fonts.mono(11)).horizontalAdvance(text)) + 10.0)


def paint_key(painter: QPainter, theme: Theme, left: float, middle: float, text: str) -> float:
    """Draw the cap of a key ("Space", "Ctrl K") and return its right edge."""
    rect = QRectF(left, round(middle - KEY_HEIGHT / 2), key_width(text), KEY_HEIGHT)
    box(painter, rect, line=theme.border_strong, radius=3)
    painter.setFont(fonts.mono(11))
    painter.setPen(theme.text_2)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    return rect.right()
