"""A kernel over a picture, under the mouse: look, pin, edit, move the picture, drop a file."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.labs.convolution.picture_base import two
from gui.labs.convolution.picture_painting import PicturePainting
from gui.theme import Theme

_DRAG = 4.0


class PictureView(PicturePainting):
    """Shows the first kernel of a State over a picture.

    `kernel_changed(row, column, value)`; `kernel_pressed(row, column)` wants to be typed into; `shifted(down, right)`;
    `pinned(row, column)` or (-1, -1); `dropped(path)`; `place_changed()`: another place is under the mouse.
    """

    kernel_changed = Signal(int, int, float)
    kernel_pressed = Signal(int, int)
    shifted = Signal(int, int)
    dropped = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._pressed: tuple[str, QPointF, Any] | None = None
        self._dragged = False
        self._wheel = 0
        self.setMouseTracking(True)
        self.setAcceptDrops(True)

    # -- mouse ----------------------------------------------------------------------------------------------------

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        return None if self.places is None else self.places.kernel.at(point)

    def _place_at(self, point: QPointF) -> tuple[int, int] | None:
        """The output cell that a point of one of the two pictures stands for."""
        if self.places is None:
            return None
        (down, across), (rows, columns) = two(self.state.stride), self.output.shape
        if self.places.result.contains(point):
            rect = self.places.result
            row = int((point.y() - rect.top()) / rect.height() * rows)
            column = int((point.x() - rect.left()) / rect.width() * columns)
        elif self.places.picture.contains(point):
            rect, shape = self.places.picture, self.picture.shape
            y = (point.y() - rect.top()) / rect.height() * shape[0] + self.state.padding[0]
            x = (point.x() - rect.left()) / rect.width() * shape[1] + self.state.padding[1]
            (dh, dw), (kh, kw) = two(self.state.dilation), self.state.kernel
            row, column = int((y - (kh - 1) * dh / 2) / down), int((x - (kw - 1) * dw / 2) / across)
        else:
            return None
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._pressed is not None:
            self._drag(event)
            return
        if self._cell_at(point) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            return
        place = self._place_at(point)
        over = self.places is not None and self.places.picture.contains(point)
        self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.ArrowCursor)
        if place is not None and not self.playing and self.state.at == (-1, -1) and place != self._place:
            self._place = place
            self.place_changed.emit()
            self.update()

    def _drag(self, event: QMouseEvent) -> None:
        assert self._pressed is not None
        assert self.places is not None
        kind, start, before = self._pressed
        way = event.position() - start
        if not self._dragged and way.manhattanLength() < _DRAG:
            return
        self._dragged = True
        if kind == "kernel":
            row, column, value = before
            step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self.kernel_changed.emit(row, column, round(value + int(-way.y() / 8) * step, 6))
        elif kind == "picture":
            scale = self.picture.shape[1] / self.places.picture.width()
            most = 512
            down = min(max(before[0] + round(way.y() * scale), -most), most)
            right = min(max(before[1] + round(way.x() * scale), -most), most)
            if (down, right) != self.state.shift:
                self.shifted.emit(down, right)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point, cell = event.position(), self._cell_at(event.position())
        self._dragged = False
        if cell is not None:
            self._pressed = ("kernel", point, (*cell, float(self.kernel[cell])))
        elif self.places is not None and self.places.picture.contains(point):
            self._pressed = ("picture", point, self.state.shift)
        elif self.places is not None and self.places.result.contains(point):
            self._pressed = ("result", point, None)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged:
            return
        kind, point, before = pressed
        if kind == "kernel":
            self.kernel_pressed.emit(before[0], before[1])
            return
        place = self._place_at(point)
        if place is not None:
            self.revealed = None
            self._place = place
            self.pinned.emit(*((-1, -1) if self.state.at != (-1, -1) else place))
            self.place_changed.emit()
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is None:
            event.ignore()
            return
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        clicks = int(self._wheel / 120)
        self._wheel -= clicks * 120
        if clicks:
            step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self.kernel_changed.emit(*cell, round(float(self.kernel[cell]) + clicks * step, 6))
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropped.emit(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()
