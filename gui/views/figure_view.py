"""The base of the drawings of a whole network: a figure in a view, with pan and zoom, hover and selection."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from engine.messages import DatasetFacts, Graph, Snapshot
from gui.theme import DARK, Density, Theme
from gui.views import drawing

_LEAST, _MOST = 0.25, 8.0
_LEAST_READ = 0.45  # the zoom below which nothing can be read
_VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)
_NEAR = 4.0  # a press that moved less than so far is a click
_KEYS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


def take_focus(view: QWidget) -> None:
    """Let the keys go to a view that has just come to the front, unless the user is typing."""
    if not isinstance(QApplication.focusWidget(), QLineEdit):
        view.setFocus()


class FigureView(QWidget):
    """A network drawn whole. `set_graph` and `set_snapshot` feed it; `paint` draws it as vectors, text as text.

    `node_activated(node)`: a double-click, or Enter. `pinned(node, map, row, column)`: a click. `watch_changed(nodes)`:
    whose values are on screen. The wheel zooms, dragging pans, a double-click beside everything fits it again.

    A subclass lays out in `arrange`, paints what rarely changes in `paint_base`, values in `paint_live` and what
    follows the pointer in `paint_over`; all in pixels of the figure, which are the view's as long as nobody zooms.
    """

    node_activated = Signal(str)
    pinned = Signal(str, int, int, int)
    watch_changed = Signal(tuple)
    zoom_changed = Signal(float)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.density = Density.LARGE
        self.graph: Graph | None = None
        self.classes: tuple[str, ...] = ()
        self.snapshot: Snapshot | None = None
        self.hover: str | None = None
        self.selected: str | None = None
        self.pointer = QPointF()
        self._zoom = 1.0
        self._offset = QPointF()
        self._press: QPointF | None = None
        self._presenting = self._panned = False
        self._still: QPixmap | None = None
        self._arranged: tuple[int, int] | None = None
        self._watched: tuple[str, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # What a subclass gives

    def arrange(self, width: int, height: int) -> None:
        """Lay the figure out for so much room."""

    def paint_base(self, painter: QPainter) -> None:
        """Paint what stays from snapshot to snapshot."""

    def paint_live(self, painter: QPainter) -> None:
        """Paint the values of `snapshot`."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint what is hovered and selected."""

    def paint_tip(self, painter: QPainter) -> None:
        """Paint the tooltip, in pixels of the view, at `pointer`."""

    def spot_at(self, point: QPointF) -> str | None:
        """The spot under a point of the figure; spots are what can be hovered and selected."""
        return None

    def spots(self) -> Sequence[tuple[str, QPointF]]:
        """All spots with their middles, for the arrow keys."""
        return ()

    def node_of(self, spot: str) -> str:
        """The node that a spot stands for."""
        return spot

    def pin_of(self, spot: str) -> tuple[str, int, int, int]:
        """What a click on a spot pins."""
        return (self.node_of(spot), 0, 0, 0)

    def shown_nodes(self) -> tuple[str, ...]:
        """The nodes whose values are on screen, in the graph's order."""
        return ()

    @property
    def extent(self) -> QRectF:
        """What the figure covers."""
        return QRectF(0, 0, self.width(), self.height())

    # What is shown

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        """Another network; `dataset` names its classes."""
        self.graph = graph
        self.classes = dataset.classes if dataset is not None else ()
        self.snapshot = self.hover = self.selected = None
        self._arranged = None
        self.fit()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """The values of the moment; one of another network is left out."""
        if self.graph is None:
            return
        known = {node.name for node in self.graph.nodes}
        if any(name not in known for name in snapshot.maps):
            return
        self.snapshot = snapshot
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.forget_still()

    def set_density(self, density: Density | str) -> None:
        self.density = Density(density)
        self._arranged = None
        self.forget_still()

    def select(self, node: str | None) -> None:
        """Mark the spot of a node, without a signal; None marks none."""
        self.selected = next((spot for spot, _ in self.spots() if self.node_of(spot) == node), None)
        self.update()

    def watch_nodes(self) -> tuple[str, ...]:
        """The nodes whose values are on screen: what a Watch should ask for."""
        self._make_ready()
        return self.shown_nodes() if self.graph is not None else ()

    def paint(self, painter: QPainter) -> None:
        """Paint the figure at 100 % as it fits this widget, with the values of the moment, for an export."""
        self._make_ready()
        painter.save()
        painter.fillRect(self.rect(), self.theme.stage)
        painter.scale(self.magnified, self.magnified)
        if self.graph is not None:
            self.paint_base(painter)
            self.paint_live(painter)
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(1528, 672)

    # Camera

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self._zoom

    @property
    def magnified(self) -> float:
        """For a projector larger than 1: laid out for so much less room, and drawn so much larger."""
        return drawing.grown(self.width(), self.height(), presenting=self._presenting)

    def set_presenting(self, on: bool) -> None:
        """Draw larger, for a projector."""
        if on != self._presenting:
            self._presenting = on
            self.fit()

    def set_zoom(self, zoom: float, about: QPointF | None = None) -> None:
        """Zoom between 25 and 800 % about a point of the view, else its middle."""
        about = about if about is not None else QPointF(self.width() / 2, self.height() / 2)
        zoom = min(max(zoom, _LEAST), _MOST)
        there = self.to_figure(about)
        self._zoom = zoom
        self._move_to(about - there * zoom)
        self.zoom_changed.emit(zoom)

    def fit(self) -> None:
        """All of the figure, at its size. One that would be too small to be read starts at its left instead."""
        larger = self.magnified
        self._zoom, self._offset = larger, QPointF()
        self._make_ready()
        extent = self.extent
        width, height = self.width() / larger, self.height() / larger
        if extent.width() > width / _LEAST_READ and extent.height() <= height + 1:
            pass
        elif extent.width() > width + 1 or extent.height() > height + 1:
            self._zoom = max(min(self.width() / extent.width(), self.height() / extent.height()), _LEAST)
            self._offset = QPointF(
                (self.width() - extent.width() * self._zoom) / 2, (self.height() - extent.height() * self._zoom) / 2
            )
        self.forget_still()
        self._tell_watched()
        self.zoom_changed.emit(self._zoom)

    def to_figure(self, point: QPointF) -> QPointF:
        """A point of the view in pixels of the figure."""
        return (point - self._offset) / self._zoom

    def visible(self) -> QRectF:
        """The part of the figure that is in the view."""
        return QRectF(self.to_figure(QPointF()), self.to_figure(QPointF(self.width(), self.height())))

    def _move_to(self, offset: QPointF) -> None:
        extent = self.extent

        def along(place: float, low: float, size: float, room: float) -> float:
            """At least a quarter of the view stays filled, or of the figure if that is smaller."""
            keep = min(size * self._zoom, room) / 4
            return min(max(place, keep - (low + size) * self._zoom), room - keep - low * self._zoom)

        self._offset = QPointF(
            round(along(offset.x(), extent.left(), extent.width(), self.width())),
            round(along(offset.y(), extent.top(), extent.height(), self.height())),
        )
        self.forget_still()
        self._tell_watched()

    # Painting

    def forget_still(self) -> None:
        self._still = None
        self.update()

    def _make_ready(self) -> None:
        size = (int(self.width() / self.magnified), int(self.height() / self.magnified))
        if self.graph is not None and self._arranged != size and min(size) > 0:
            self._arranged = size
            self.arrange(*size)
            self._still = None

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        self._make_ready()
        with QPainter(self) as painter:
            scaled = painter.device().devicePixelRatioF() != self.devicePixelRatioF()
            for_file = scaled or painter.paintEngine().type() in _VECTORS
            if for_file:
                self._paint_still(painter)
            else:
                painter.drawPixmap(0, 0, self._pixmap())
            if self.graph is None:
                return
            painter.save()
            self._apply_camera(painter)
            self.paint_live(painter)
            self.paint_over(painter)
            painter.restore()
            self._paint_place(painter)
            if self.hover is not None and self._press is None:
                self.paint_tip(painter)

    def _paint_place(self, painter: QPainter) -> None:
        """Where one is in a figure that is much wider than the view."""
        extent, view = self.extent, self.visible()
        if extent.width() * self._zoom <= self.width() * 1.02 or extent.width() <= 0:
            return
        track = QRectF(24, self.height() - 6, self.width() - 48, 3)
        painter.fillRect(track, self.theme.track)
        left = min(max((view.left() - extent.left()) / extent.width(), 0.0), 1.0)
        right = min(max((view.right() - extent.left()) / extent.width(), 0.0), 1.0)
        handle = QRectF(
            track.left() + left * track.width(), track.top(), (right - left) * track.width(), track.height()
        )
        painter.fillRect(handle, self.theme.text_3)

    def _apply_camera(self, painter: QPainter) -> None:
        painter.translate(self._offset)
        painter.scale(self._zoom, self._zoom)

    def _paint_still(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.stage)
        if self.graph is not None:
            painter.save()
            self._apply_camera(painter)
            self.paint_base(painter)
            painter.restore()

    def _pixmap(self) -> QPixmap:
        if self._still is None:
            ratio = self.devicePixelRatioF()
            pixmap = QPixmap(QSize(round(self.width() * ratio), round(self.height() * ratio)))
            pixmap.setDevicePixelRatio(ratio)
            with QPainter(pixmap) as painter:
                self._paint_still(painter)
            self._still = pixmap
        return self._still

    # The user

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self.fit()

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
        take_focus(self)

    def _tell_watched(self) -> None:
        nodes = self.watch_nodes()
        if nodes != self._watched:
            self._watched = nodes
            self.watch_changed.emit(nodes)

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.set_zoom(self._zoom * 1.2**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._press, self._panned = event.position(), False

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        at = event.position()
        if self._press is not None:
            moved = at - self._press
            if self._panned or moved.manhattanLength() >= _NEAR:
                self._panned = True
                self._press = at
                self._move_to(self._offset + moved)
            return
        self.pointer = at
        spot = self.spot_at(self.to_figure(at)) if self.graph is not None else None
        if spot != self.hover:
            self.hover = spot
            self.setCursor(Qt.CursorShape.PointingHandCursor if spot else Qt.CursorShape.ArrowCursor)
            self.update()
        elif spot is not None:
            self.update()

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._press is None:
            return
        self._press = None
        if not self._panned and self.graph is not None:
            spot = self.spot_at(self.to_figure(event.position()))
            if spot is not None:
                self._choose(spot)

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        if self.graph is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        spot = self.spot_at(self.to_figure(event.position()))
        if spot is None:
            self.fit()
        else:
            self.node_activated.emit(self.node_of(spot))

    def leaveEvent(self, event: QEvent) -> None:
        self.hover = None
        self.update()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS and not event.modifiers():
            self._walk(*_KEYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected is not None:
            self.node_activated.emit(self.node_of(self.selected))
        else:
            super().keyPressEvent(event)

    def _choose(self, spot: str) -> None:
        self.selected = spot
        self.setAccessibleDescription(self.node_of(spot))
        middle = next((middle for known, middle in self.spots() if known == spot), None)
        if middle is not None and not self.visible().contains(middle):
            self._move_to(QPointF(self.width() / 2, self.height() / 2) - middle * self._zoom)
        self.update()
        self.pinned.emit(*self.pin_of(spot))

    def _walk(self, x: int, y: int) -> None:
        """Select the nearest spot in a direction."""
        spots = list(self.spots())
        if not spots:
            return
        here = next((middle for spot, middle in spots if spot == self.selected), None)
        if here is None:
            self._choose(spots[0][0])
            return
        found = []
        for spot, middle in spots:
            away = middle - here
            ahead, aside = away.x() * x + away.y() * y, abs(away.x() * y) + abs(away.y() * x)
            if ahead > 0.5:
                found.append((ahead + 3 * aside, spot))
        if found:
            self._choose(min(found)[1])
