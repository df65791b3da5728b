"""A line above the stage on what is shown there: a module that stopped on its way, a run that something else writes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import Theme, fonts, icons
from gui.theme.controls import Button, IconButton, set_theme_below

_HEIGHT = 36


class Banner(QWidget):
    """Text with an icon in `tone` ("accent", "bias", "error"), a button where something can be done, and one that puts
    it away. Too long a text is cut; all of it is in the tooltip."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = self._text = ""
        self._icon, self._tone = "info", "accent"
        self._do: Callable[[], object] | None = None
        self._button = Button("", theme, self)
        self._button.clicked.connect(self._act)
        self._close = IconButton("close", "Put this line away", theme, self, px=14, size=(24, 24))
        self._close.clicked.connect(self._put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 1)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self._button)
        row.addWidget(self._close)
        self.setFixedHeight(_HEIGHT)
        self.hide()

    @property
    def text(self) -> str:
        """All that it says."""
        return f"{self._title}  {self._text}".strip()

    @property
    def button(self) -> Button:
        return self._button

    def tell(
        self,
        title: str,
        text: str,
        *,
        tone: str = "accent",
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show a line; `do` is called when the button `action` is pressed."""
        self._title, self._text, self._tone, self._do = title, text, tone, do
        self._icon = "info" if tone == "accent" else "warning"
        self._button.setText(action)
        self._button.updateGeometry()
        self._button.setVisible(bool(action))
        self.setToolTip(text)
        self.setAccessibleName(self.text)
        self.show()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        set_theme_below(self, theme)
        self.update()

    def _act(self) -> None:
        if self._do is not None:
            self._do()

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.border)
        icons.paint(painter, self._icon, getattr(theme, self._tone), QRectF(16, 10, 16, 16))
        end = (self._button if self._button.isVisible() else self._close).x() - 12
        left = 42
        for text, weight, ink in ((self._title, 600, theme.text_1), (self._text, 400, theme.text_2)):
            font = fonts.ui(12, weight)
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, end - left))
            painter.setFont(font)
            painter.setPen(ink)
            place = QRectF(left, 0, max(0, end - left), self.height() - 1)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown) + 10
