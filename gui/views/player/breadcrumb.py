"""The title of the player: what is played, and which step."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme
from gui.views.player.drawing.lettering import Ink, ui


class Breadcrumb(QWidget):
    """What is played, and which step: Conv 2 · map 8 · row 5, column 6."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.title, self.place, self.hint, self.warning = "", "", "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    @property
    def text(self) -> str:
        return f"{self.title} · {self.place}" if self.title else self.place

    def show_text(self, title: str, place: str, hint: str, warning: str = "") -> None:
        """Title in the ink, the place beside it, a hint fainter where there is room; a warning comes before it."""
        if (title, place, hint, warning) != (self.title, self.place, self.hint, self.warning):
            self.title, self.place, self.hint, self.warning = title, place, hint, warning
            self.setAccessibleName(f"{self.text}: {warning}" if warning else self.text)
            self.setToolTip(warning)  # where there is no room for all of it
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink, theme, y = Ink(painter), self.theme, self.height() / 2
        x = 0.0
        if self.title:
            x += ink.words(self.title, x, y, ui(16, 600), theme.text_1) + 10
        face = ui(13)
        x += ink.words(self.place, x, y, face, theme.text_2) + 24
        if self.warning:
            x += ink.words(self.warning, x, y, ui(13), theme.error) + 24
        if x + face.width(self.hint) <= self.width():
            ink.words(self.hint, x, y, ui(12), theme.text_3)
