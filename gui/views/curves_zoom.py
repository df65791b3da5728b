"""The base of plots of loss and accuracy over each other: the wheel zooms into their common axis, dragging moves it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, Density, Theme
from gui.views.panel import Panel


class ZoomedPlots(Panel):
    """A subclass says where the plots are (`boxes`), how far the axis reaches and how little of it may be shown.

    `_hover` is where the cursor is, in pixels, None beside the plots.
    """

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setMouseTracking(True)
        self._view: tuple[float, float] | None = None
        self._hover: float | None = None
        self._dragged: tuple[float, tuple[float, float]] | None = None

    @property
    def boxes(self) -> tuple[QRectF, QRectF]:
        """The plots of loss and accuracy."""
        raise NotImplementedError

    @property
    def _whole(self) -> float:
        """The end of the axis when all is shown."""
        raise NotImplementedError

    @property
    def _least(self) -> float:
        """How much of the axis is shown at least."""
        raise NotImplementedError

    @property
    def _is_empty(self) -> bool:
        """Whether there are no curves to zoom into."""
        raise NotImplementedError

    def _zoomed(self) -> None:
        """Called when another part of the axis is to be shown."""
        raise NotImplementedError

    @property
    def span(self) -> tuple[float, float]:
        """The part of the axis that is in view."""
        return self._view or (0.0, self._whole)

    def value_at(self, x: float) -> float:
        """The place on the axis of a pixel."""
        low, high = self.span
        box = self.boxes[0]
        return low + (x - box.left()) / box.width() * (high - low)

    def show_all(self) -> None:
        """Show the whole axis again."""
        self._view = None
        self._zoomed()

    def _show(self, low: float, high: float) -> None:
        """Show this part, not beyond the ends and never less than the least."""
        whole = self._whole
        width = min(max(high - low, self._least), whole)
        low = min(max(low, 0.0), whole - width)
        self._view = (low, low + width) if width < whole else None
        self._zoomed()

    def _on_plot(self, at: QPointF) -> bool:
        loss, accuracy = self.boxes
        return loss.left() - 4 <= at.x() <= loss.right() + 4 and loss.top() - 6 <= at.y() <= accuracy.bottom() + 4

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragged is not None:
            start, (low, high) = self._dragged
            shift = (start - at.x()) / self.boxes[0].width() * (high - low)
            self._show(low + shift, high + shift)
            return
        self._hover = at.x() if self._on_plot(at) else None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_plot(event.position()) and self._view is not None:
            self._dragged = (event.position().x(), self.span)
            self._hover = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._on_plot(event.position()) or not event.angleDelta().y() or self._is_empty:
            event.ignore()
            return
        event.accept()
        low, high = self.span
        factor = 0.999 ** event.angleDelta().y()
        center = self.value_at(event.position().x())
        self._show(center - (center - low) * factor, center + (high - center) * factor)
