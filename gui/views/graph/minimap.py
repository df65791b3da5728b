"""A small picture of the whole diagram with the part that is seen: a click or drag goes there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.theme.controls import mixed
from gui.views.graph.layout import Layout, Look

WIDTH, HEIGHT = 196, 116
_MARGIN = 6


class Minimap(QWidget):
    """`wanted(x, y)` tells which point of the diagram should be in the middle of the view."""

    wanted = Signal(float, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._layout: Layout | None = None
        self._picture: QPixmap | None = None
        self._seen = QRectF()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Overview of the network")
        self.resize(WIDTH, HEIGHT)

    def set_layout_shown(self, layout: Layout | None) -> None:
        self._layout, self._picture = layout, None
        if layout is not None:
            zoom = min((WIDTH - 2 * _MARGIN) / max(layout.width, 1), (HEIGHT - 2 * _MARGIN) / max(layout.height, 1))
            self.resize(
                max(60, round(layout.width * zoom) + 2 * _MARGIN), max(30, round(layout.height * zoom) + 2 * _MARGIN)
            )
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme, self._picture = theme, None
        self.update()

    def set_seen(self, seen: QRectF) -> None:
        """The part of the diagram that is seen, at 100 %."""
        if seen != self._seen:
            self._seen = seen
            self.update()

    def _zoom(self) -> float:
        layout = self._layout
        if layout is None:
            return 1.0
        across, down = max(layout.width, 1.0), max(layout.height, 1.0)
        return min((self.width() - 2 * _MARGIN) / across, (self.height() - 2 * _MARGIN) / down)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._layout is None:
            return
        if self._picture is None:
            self._picture = self._painted(self._layout)
        painter.drawPixmap(0, 0, self._picture)
        zoom = self._zoom()
        seen = QRectF(self._seen.x() * zoom + _MARGIN, self._seen.y() * zoom + _MARGIN,
                      self._seen.width() * zoom, self._seen.height() * zoom)  # fmt: skip
        seen = seen.intersected(QRectF(self.rect()).adjusted(1, 1, -2, -2))
        painter.setPen(QPen(self.theme.accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(seen)

    def _painted(self, layout: Layout) -> QPixmap:
        theme, zoom = self.theme, self._zoom()
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.panel)
        painter = QPainter(picture)
        painter.setPen(QPen(theme.border_strong, 1))
        painter.drawRect(0, 0, self.width() - 1, self.height() - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        grounds = {Look.GROUP: mixed(theme.border_strong, theme.panel, 0.35), Look.CARD: theme.text_3,
                   Look.STRIP: theme.text_2, Look.DISC: theme.text_2}  # fmt: skip
        for box in layout.boxes:
            painter.fillRect(
                QRectF(box.x * zoom + _MARGIN, box.y * zoom + _MARGIN,
                       max(box.width * zoom, 1.0), max(box.height * zoom, 1.0)),
                grounds[box.look],
            )  # fmt: skip
        painter.end()
        return picture

    def _go(self, point: QPointF) -> None:
        zoom = self._zoom()
        self.wanted.emit((point.x() - _MARGIN) / zoom, (point.y() - _MARGIN) / zoom)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())
