"""What pointer and keys do on the stage: hover, pin, open, pan, zoom, walk from cell to cell."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Operation
from gui.theme import DARK, Theme
from gui.views.network.canvas import Canvas
from gui.views.network.chain import Chain, chain_of
from gui.views.network.columns import Kind
from gui.views.network.hits import Hit, What, hit_at, index_of
from gui.views.pannable import ENTER, ZOOM_KEYS

_PINNABLE = (What.CELL, What.UNIT, What.CLASS)
_STEPS = {
    Qt.Key.Key_Left: (0, 0, -1),
    Qt.Key.Key_Right: (0, 0, 1),
    Qt.Key.Key_Up: (0, -1, 0),
    Qt.Key.Key_Down: (0, 1, 0),
    Qt.Key.Key_PageUp: (-1, 0, 0),
    Qt.Key.Key_PageDown: (1, 0, 0),
}


class StageCanvas(Canvas):
    """A Canvas that answers to pointer and keys."""

    hovered = Signal(str, int, int, int)  # node, map, row, column; "" and -1 where nothing is
    pinned = Signal(str, int, int, int)
    unpinned = Signal()
    layer_activated = Signal(str)
    cell_activated = Signal(str, object)  # node, index tuple

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Network diagram")
        self.setAccessibleDescription(
            "Arrow keys move the pinned cell, Page Up and Page Down the map, Ctrl with them the layer, "
            "Enter steps through it, Escape lets it go, plus and minus zoom"
        )

    # What is pointed at

    def hit(self, point: QPointF) -> Hit | None:
        """What is under a point of the widget."""
        if self.layout_now is None or point.y() < self.header_height:
            return None
        x, y = self.camera.stage(point.x(), point.y())
        return hit_at(self.layout_now, x, y, current=self.current(), order=self.order)

    def _chain(self, hit: Hit) -> Chain | None:
        if self.graph is None or self.layout_now is None:
            return None
        return chain_of(self.graph, self.layout_now, hit)

    def point_at(self, point: QPointF) -> None:
        self.pointer = point
        hit = self.hit(point)
        known = self.hovering.hit if self.hovering else None
        if hit == known:
            if hit is not None:
                self.update()  # the tooltip follows
            return
        self.hover(self._chain(hit) if hit is not None else None)
        if hit is not None and hit.what in (What.HEADING, What.WORD, What.PAGE):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self._tell_hovered(hit)

    def _tell_hovered(self, hit: Hit | None) -> None:
        if hit is not None and hit.what in (*_PINNABLE, What.KERNEL):
            self.hovered.emit(hit.node, hit.map, max(hit.row, 0), max(hit.column, 0))
        else:
            self.hovered.emit("", -1, -1, -1)

    def forget_pointer(self) -> None:
        """Nothing is pointed at any more."""
        if self.hovering is not None:
            self.hover(None)
            self.unsetCursor()
            self._tell_hovered(None)

    # Pins

    def pin_hit(self, hit: Hit) -> None:
        """Pin a hit without telling."""
        self.show_map(hit.node, hit.map)
        chain = self._chain(hit)
        resting = self.pinning.kernels if self.pinning else {}
        self.pinning = chain
        if chain is not None and dict(chain.kernels) != dict(resting):
            self.rebuild()  # the lines at rest lead to the pinned map
        self.update()
        self._describe(hit)
        self.chain_changed.emit()

    def _describe(self, hit: Hit) -> None:
        """Say for those who listen what is pinned."""
        if self.layout_now is None:
            return
        title = self.layout_now.places[hit.place].column.title
        cell = f"map {hit.map}, row {hit.row}, column {hit.column}" if hit.what is What.CELL else f"unit {hit.map}"
        self.setAccessibleName(f"Network diagram, {title}, {cell}")

    def unpin(self) -> None:
        """Let the pinned cell go."""
        if self.pinning is not None:
            self.pinning = None
            self.setAccessibleName("Network diagram")
            self.rebuild()
            self.chain_changed.emit()
            self.unpinned.emit()

    def pinned_hit(self) -> Hit | None:
        return self.pinning.hit if self.pinning else None

    def hit_for(self, node: str, index: int, row: int, column: int) -> Hit | None:
        """A cell, unit or class as a hit, its position brought within the layer; None if the stage has no such column.

        `node` may be that whose values a column shows or, for a dense layer, the layer itself.
        """
        place = self.layout_now.place(node) if self.layout_now else None
        if self.layout_now is None or place is None:
            return None
        kind = {Kind.DENSE: What.UNIT, Kind.OUTPUT: What.CLASS}.get(place.column.kind, What.CELL)
        shape = place.column
        at = self.layout_now.places.index(place)
        index = min(max(index, 0), shape.maps - 1)
        if kind is not What.CELL:
            return Hit(kind, shape.node, at, index)
        if shape.kind is Kind.INPUT:
            index = 0
        return Hit(
            kind, shape.node, at, index, min(max(row, 0), shape.height - 1), min(max(column, 0), shape.width - 1)
        )  # fmt: skip

    def _pin_and_tell(self, hit: Hit) -> None:
        self.pin_hit(hit)
        self.pinned.emit(hit.node, hit.map, max(hit.row, 0), max(hit.column, 0))

    def _activate(self, hit: Hit, x: float) -> None:
        """A double click or Enter: open what made this number."""
        if self.graph is None or self.layout_now is None:
            return
        place = self.layout_now.places[hit.place]
        if hit.what is What.UNIT:
            self.cell_activated.emit(place.column.layer, (hit.map,))
        elif hit.what is What.CLASS and place.classes is not None:
            over_logit = x > place.classes.bar_x + place.classes.bar_width + 8
            node = place.column.node if over_logit else place.column.layer
            self.cell_activated.emit(node, (hit.map,))
        elif hit.what is What.CELL and self.graph[hit.node].operation is not Operation.INPUT:
            self.cell_activated.emit(hit.node, index_of(hit, len(self.graph[hit.node].output_shape)))

    # Pointer

    def scrolled(self, point: QPointF) -> None:
        self.point_at(point)

    def click(self, point: QPointF) -> None:
        hit = self.hit(point)
        if hit is None:
            self.unpin()
        elif hit.what is What.PAGE:
            self.forget_pointer()
            self.turn_page(hit.node)
        elif hit.what in (What.HEADING, What.WORD, What.KERNEL):
            if not self._is_input(hit):
                self.layer_activated.emit(hit.node)
        elif hit.what in _PINNABLE and not self._is_input(hit):
            self._pin_and_tell(hit)

    def _is_input(self, hit: Hit) -> bool:
        return self.layout_now is not None and self.layout_now.places[hit.place].column.kind is Kind.INPUT

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (hit := self.hit(event.position())) is not None:
            self._activate(hit, self.camera.stage(event.position().x(), event.position().y())[0])

    # Keys

    def wants_key(self, event: QKeyEvent) -> bool:
        """Arrow keys step through a recording elsewhere in the window; here they walk, once a cell is pinned."""
        key = Qt.Key(event.key())
        walks = key in _STEPS or key in ENTER or key == Qt.Key.Key_Escape
        return key in ZOOM_KEYS or (walks and self.pinning is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        hit = self.pinned_hit()
        if key in ZOOM_KEYS:
            self.zoom_step(ZOOM_KEYS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape and hit is not None:
            self.unpin()
        elif key in ENTER and hit is not None:
            self._activate(hit, 0.0)
        elif key in _STEPS:
            self._walk(hit, key, layers=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)

    def _walk(self, hit: Hit | None, key: Qt.Key, *, layers: bool) -> None:
        """Move the pin by a cell, a map, or with Ctrl to the layer beside it; the first time pin the first map."""
        layout = self.layout_now
        if layout is None:
            return
        if hit is None:
            start = next((place for place in layout.places if place.column.kind is not Kind.INPUT), None)
            if start is not None:
                column = start.column
                found = self.hit_for(column.node, 0, column.height // 2, column.width // 2)
                if found is not None:
                    self._pin_and_tell(found)
            return
        by_map, by_row, by_column = _STEPS[key]
        if layers and by_column:
            place = min(max(hit.place + by_column, 1), len(layout.places) - 1)
            goal = layout.places[place].column
            old = layout.places[hit.place].column
            row = max(hit.row, 0) * goal.height // max(old.height, 1)
            across = max(hit.column, 0) * goal.width // max(old.width, 1)
            next_hit = self.hit_for(goal.node, hit.map, row, across)
        elif hit.what is What.CELL:
            next_hit = self.hit_for(hit.node, hit.map + by_map, hit.row + by_row, hit.column + by_column)
        else:  # units and classes stand in one column
            next_hit = self.hit_for(hit.node, hit.map + by_row + 10 * by_map, 0, 0)
        if next_hit is not None and next_hit != hit:
            self._pin_and_tell(next_hit)
