"""What the stage shows for a convolution that cannot be computed: which numbers clash, and the way out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.theme import Theme, fonts, icons
from gui.theme.controls import Button, Control
from gui.views.drawing import ui, wrapped


class Impossible(Control):
    """`nearest` is pressed to go to the nearest convolution that can be computed, `back` to the last one shown."""

    nearest = Signal()
    back = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.message = ""
        self.nearest_button = Button("Use the nearest that works", theme, self)
        self.back_button = Button("Back to the last one", theme, self, icon="undo")
        self.nearest_button.clicked.connect(self.nearest)
        self.back_button.clicked.connect(self.back)

    def show_message(self, message: str, remedy: str) -> None:
        """Say what clashes; `remedy` is what the nearest convolution changes."""
        self.message = message[:1].upper() + message[1:]
        self.nearest_button.setToolTip(remedy)
        self.setAccessibleDescription(self.message)
        self._place()
        self.update()

    def _lines(self) -> list[str]:
        return wrapped(self.message, ui(14), min(560, self.width() - 64))

    def _place(self) -> None:
        top = self.height() // 2 + 4 + 22 * len(self._lines())
        widths = [button.sizeHint().width() for button in (self.nearest_button, self.back_button)]
        left = (self.width() - sum(widths) - 12) // 2
        self.nearest_button.setGeometry(left, top, widths[0], 28)
        self.back_button.setGeometry(left + widths[0] + 12, top, widths[1], 28)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(self.rect(), theme.stage)
        middle, top = self.width() / 2, self.height() / 2 - 78
        icons.paint(painter, "warning", theme.error, QRectF(round(middle) - 14, round(top), 28, 28))
        painter.setFont(fonts.ui(16, 600))
        painter.setPen(theme.text_1)
        row = QRectF(0, top + 36, self.width(), 26)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, "This cannot be computed")
        painter.setFont(fonts.ui(14))
        painter.setPen(theme.text_2)
        for line in self._lines():
            row = row.translated(0, 24)
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, line)
