"""What pointer, wheel and fingers do on every picture that can be moved: drag it, scroll it, pinch it, click on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ZOOM_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class Pannable(QWidget):
    """A widget whose picture is panned and zoomed. A subclass says how: the methods of the first part are its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pointer = QPointF()
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self._panning = False
        self._pinch_zoom = 1.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.grabGesture(Qt.GestureType.PinchGesture)

    # What a subclass gives

    def zoom(self) -> float:
        """1.0 is 100 %."""
        return 1.0

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom; the point `about` (the middle, if None) stays where it is."""

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by so many pixels."""

    @property
    def can_pan(self) -> bool:
        """Whether there is more than is seen."""
        return True

    def can_drag(self, point: QPointF) -> bool:
        """Whether a picture that is taken hold of here can be dragged."""
        return self.can_pan

    def wheel_zooms(self, event: QWheelEvent) -> bool:
        """Whether this turn of the wheel zooms, without Ctrl."""
        return False

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key is for this picture alone, whatever shortcut it is elsewhere in the window."""
        return False

    def point_at(self, point: QPointF) -> None:
        """The pointer is here."""
        self.pointer = point

    def forget_pointer(self) -> None:
        """Nothing is pointed at any more."""

    def scrolled(self, point: QPointF) -> None:
        """The wheel has moved the picture under the pointer."""

    def click(self, point: QPointF) -> None:
        """A click with the left button."""

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._last = event.position()
            self._panning = event.button() == Qt.MouseButton.MiddleButton and self.can_drag(self._pressed)
            if self._panning:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        pressed, far = self._pressed, QApplication.startDragDistance()
        if pressed is not None and not self._panning and (point - pressed).manhattanLength() >= far:
            self._panning = self.can_drag(pressed)
            if self._panning:
                self.forget_pointer()
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._panning:
            self.pan(point.x() - self._last.x(), point.y() - self._last.y())
        else:
            self.point_at(point)
        self._last = point

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        pressed, panned, self._panning, self._pressed = self._pressed, self._panning, False, None
        far = (event.position() - pressed).manhattanLength() >= QApplication.startDragDistance()
        if panned:
            self.unsetCursor()
        elif event.button() == Qt.MouseButton.LeftButton and not far:  # a drag where nothing can move is no click
            self.click(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self.forget_pointer()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pressed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or self.wheel_zooms(event):
            self.forget_pointer()
            self.set_zoom(self.zoom() * 1.0015 ** event.angleDelta().y(), event.position())
            event.accept()
            return
        moved = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if not self.can_pan or moved == QPoint():
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not moved.x():
            moved = QPoint(moved.y(), 0)
        self.forget_pointer()
        self.pan(moved.x(), moved.y())
        self.scrolled(event.position())
        event.accept()

    # Keys and fingers

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.wants_key(event):
            event.accept()
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self.zoom() * (1 + event.value()), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinch(pinch)
                return True
        return super().event(event)

    def _pinch(self, pinch: QPinchGesture) -> None:
        if pinch.state() == Qt.GestureState.GestureStarted:
            self._pinch_zoom = self.zoom()
        middle = QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint()))
        self.set_zoom(self._pinch_zoom * pinch.totalScaleFactor(), middle)
