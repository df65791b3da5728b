"""Zoom out, the zoom in per cent, zoom in, fit: at the right end of every drawing's first row."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.theme.controls import IconButton, set_theme_below
from gui.views import drawing

WIDTH, HEIGHT = 126, 28


class ZoomButtons(QWidget):
    """`asked(direction)`: +1 in, -1 out, 0 fit."""

    asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, fit_tip: str = "Fit to the window") -> None:
        super().__init__(parent)
        self.theme = theme
        self._text = "100 %"
        self.zoom_out = IconButton("minus", "Zoom out", theme, self, size=(24, HEIGHT), px=14)
        self.zoom_in = IconButton("plus", "Zoom in", theme, self, size=(24, HEIGHT), px=14)
        self.fit = IconButton("fit", fit_tip, theme, self, size=(28, HEIGHT))
        self.grown = 1.0
        self.set_grown(1.0)
        for button, direction in ((self.zoom_out, -1), (self.zoom_in, 1), (self.fit, 0)):
            button.setProperty("direction", direction)
            button.clicked.connect(self._clicked)

    def _clicked(self) -> None:
        self.asked.emit(self.sender().property("direction"))

    def set_zoom(self, zoom: float) -> None:
        """Show a zoom as per cent."""
        text = f"{round(zoom * 100)} %"
        if text != self._text:
            self._text = text
            self.update()

    def set_grown(self, grown: float) -> None:
        """So many times larger than usual, for a projector."""
        self.grown = grown
        for button in (self.zoom_out, self.zoom_in, self.fit):
            button.set_grown(grown)
        self.zoom_in.move(round((24 + 46) * grown), 0)
        self.fit.move(round((WIDTH - 28) * grown), 0)
        self.setFixedSize(round(WIDTH * grown), round(HEIGHT * grown))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.scale(self.grown, self.grown)
            drawing.write_middle(painter, 24 + 23.0, HEIGHT / 2 + 4, self._text, drawing.mono(11), self.theme.text_2)
