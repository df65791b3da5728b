"""A box with a tick and its label, as the strips of fields have them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme, fonts, icons
from gui.theme.controls import ButtonControl, box


class Check(ButtonControl):
    """A 16 px box with a tick and its label; faint where it changes nothing now, but it stays where it is."""

    def __init__(self, text: str, tip: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.faint = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_faint(self, faint: bool) -> None:
        if faint != self.faint:
            self.faint = faint
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(26 + round(QFontMetricsF(fonts.ui(12)).horizontalAdvance(self.text())), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.setOpacity(0.5 if self.faint else 1.0)
        square = QRectF(0, 6, 16, 16)
        if self.isChecked():
            box(painter, square, fill=theme.accent, radius=4)
            icons.paint(painter, "check", theme.on_accent, square.adjusted(2, 2, -2, -2))
        else:
            box(
                painter, square, fill=theme.raised, line=theme.text_3 if self.hovered else theme.border_strong, radius=4
            )
        if self.ring:
            box(painter, square.adjusted(-2, -2, 2, 2), line=theme.accent, radius=6)
        painter.setFont(fonts.ui(12))
        painter.setPen(theme.text_1 if self.isEnabled() else theme.text_3)
        painter.drawText(QRectF(self.rect()).adjusted(24, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
