"""The receptive field over a sketch pad: the pad lies over the stage, so the field's frame must lie over the pad."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.views.network.canvas import Canvas
from gui.views.network.chain import Link
from gui.views.network.draw import Draw
from gui.views.network.overlay import paint_windows


class InputField(QWidget):
    """Paints the input's part of a chain, and lets every event through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas: Canvas | None = None
        self._link: Link | None = None
        self.hide()

    def show_link(self, canvas: Canvas, link: Link | None, place: QRect) -> None:
        """Show what takes part of the input picture at `place`; nothing, where `link` is None."""
        self._canvas, self._link = canvas, link
        if link is None:
            self.hide()
            return
        self.setGeometry(place)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas, link = self._canvas, self._link
        if canvas is None or link is None or canvas.layout_now is None or canvas.chain is None:
            return
        ratio = self.devicePixelRatioF()
        painter = QPainter(self)
        painter.scale(1 / ratio, 1 / ratio)
        painter.translate(-self.x() * ratio, -self.y() * ratio)
        paint_windows(Draw(painter, canvas.camera, canvas.theme), canvas.layout_now, canvas.chain, link)
