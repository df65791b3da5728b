"""The base of the painted views: theme, density, and a cached picture of all that stays from frame to frame."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, Density, Theme

_VECTORS = frozenset({QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture})

__all__ = ["Density", "Panel"]


class Panel(QWidget):
    """A painted view that fills its rectangle with the panel colour.

    A subclass paints what rarely changes in `paint_still` and the rest in its paintEvent after `draw_still`.
    The still picture is painted anew when its size, the theme, the density or the key changes. Borders between
    panels are their container's.
    """

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.density = Density(density)
        self._still: QPixmap | None = None
        self._still_key: Hashable = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def small(self) -> bool:
        return self.density is Density.SMALL

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.forget_still()
        self.restyle()

    def set_density(self, density: Density) -> None:
        self.density = Density(density)
        self.forget_still()
        self.restyle()
        self.updateGeometry()

    def restyle(self) -> None:
        """Called after theme or density has changed; for what a subclass derives from them."""

    def forget_still(self) -> None:
        """Paint the still picture anew at the next paint event, and ask for one."""
        self._still = None
        self.update()

    def is_for_file(self, painter: QPainter) -> bool:
        """Whether this paints a picture of another scale, or vectors: then what is kept for the screen is of no use."""
        scaled = painter.device().devicePixelRatioF() != self.devicePixelRatioF()
        return scaled or painter.paintEngine().type() in _VECTORS

    def draw_still(self, painter: QPainter, key: Hashable = None) -> None:
        """Draw the still picture, made anew if `key` is another than last time."""
        ratio = self.devicePixelRatioF()
        if self.is_for_file(painter):
            painter.save()
            painter.fillRect(self.rect(), self.theme.panel)
            self.paint_still(painter)
            painter.restore()
            return
        key = (key, self.size().toTuple(), ratio)
        if self._still is None or key != self._still_key:
            pixmap = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(self.theme.panel)
            with QPainter(pixmap) as still:
                self.paint_still(still)
            self._still, self._still_key = pixmap, key
        painter.drawPixmap(0, 0, self._still)

    def paint_still(self, painter: QPainter) -> None:
        """Paint all that doesn't change from frame to frame onto the panel colour."""
