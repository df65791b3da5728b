"""What pointer and keys do on the diagram: point, pin, open and close, pan, zoom, walk from node to node."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, Theme
from gui.views.graph.camera import LEVELS
from gui.views.graph.canvas import Canvas
from gui.views.graph.layout import HEAD, Box, Edge, Look
from gui.views.graph.live import box_area, fits, tile_grid, tile_rect
from gui.views.graph.modules import Module
from gui.views.graph.paint import NEAR
from gui.views.graph.sides import order
from gui.views.pannable import ENTER, ZOOM_KEYS

_WALKS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
_OWN = (Qt.Key.Key_F, Qt.Key.Key_Slash, Qt.Key.Key_0, Qt.Key.Key_1, *ZOOM_KEYS)
_NEAR_WIRE = 5.0


class GraphCanvas(Canvas):
    """A Canvas that answers to pointer and keys."""

    hovered = Signal(str, int, int, int)
    pinned = Signal(str, int, int, int)
    unpinned = Signal()
    layer_activated = Signal(str)
    cell_activated = Signal(str, object)
    search_wanted = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName("Network diagram")
        self.setAccessibleDescription(
            "Arrow keys walk from node to node, Enter opens or closes a module or opens a layer, Escape goes one "
            "level up, slash finds a layer, F fits the network to the window, plus and minus zoom"
        )

    # What is pointed at

    def box_at(self, point: QPointF) -> Box | None:
        """The node under a point of the widget, or the open module under whose head it is."""
        layout, tiles = self.layout_now, self.tiles
        if layout is None or tiles is None or not self.sides.stage.contains(point.toPoint()):
            return None
        x, y = self.camera.stage(point)
        for index in reversed(tiles.boxes_in((x, y, x, y)).tolist()):
            box: Box = layout.boxes[index]
            if box.look is not Look.GROUP or y <= box.y + max(HEAD - 6, 12 / self.camera.zoom):
                return box
        return None

    def edge_at(self, point: QPointF) -> Edge | None:
        """The wire under a point of the widget."""
        layout, tiles = self.layout_now, self.tiles
        if layout is None or tiles is None or not self.sides.stage.contains(point.toPoint()):
            return None
        x, y = self.camera.stage(point)
        reach = _NEAR_WIRE / self.camera.zoom
        best, least = None, reach
        for index in tiles.edges_in((x - reach, y - reach, x + reach, y + reach)):
            edge = layout.edges[index]
            for (ax, ay), (bx, by) in zip(edge.points, edge.points[1:], strict=False):
                away = max(min(ax, bx) - x, x - max(ax, bx), min(ay, by) - y, y - max(ay, by), 0.0)
                if away < least:
                    best, least = edge, away
        return best

    def tile_at(self, box: Box, point: QPointF) -> tuple[int, int, int] | None:
        """The (map, row, column) of a card's maps under a point; None beside them."""
        layout, snapshot = self.layout_now, self.snapshot
        if layout is None or snapshot is None or box.look is not Look.CARD or self.camera.zoom < NEAR:
            return None
        maps = snapshot.maps.get(layout.network.nodes[box.face].name)
        if maps is None or not fits(maps, layout, box.face):
            return None
        x, y, width, height = box_area(box)
        left, top = self.camera.view(x, y)
        zoom = self.camera.zoom
        inside = QPointF(point.x() - left, point.y() - top)
        rows, columns = maps.pixels.shape[1], maps.pixels.shape[2]
        if maps.step > 1:  # they come averaged: a pixel is several cells
            rows, columns = layout.network.nodes[box.face].output_shape[1:]
        if rows * columns == 1:
            return None
        across, down = tile_grid(box)
        for index, number in enumerate(self.live.indices(box.face, maps, across * down)):
            rect = tile_rect((round(width * zoom), round(height * zoom)), across, down, index)
            if rect.contains(inside):
                row = int((inside.y() - rect.top()) / rect.height() * rows)
                column = int((inside.x() - rect.left()) / rect.width() * columns)
                return number, min(row, rows - 1), min(column, columns - 1)
        return None

    def class_at(self, point: QPointF) -> int:
        """The class whose row is under a point, or -1."""
        sides, snapshot = self.sides, self.snapshot
        if snapshot is None or not sides.rows or len(snapshot.probabilities) != sides.classes:
            return -1
        for row, index in enumerate(order(snapshot, sides.rows)):
            if sides.row(row).contains(point.toPoint()):
                return index
        return -1

    def point_at(self, point: QPointF) -> None:
        self.pointer = point
        if self.motion is not None:
            return
        box = self.box_at(point)
        edge = self.edge_at(point) if box is None else None
        self._point_at_class(point)
        if box is self.hovered_box and edge is self.hovered_edge:
            if box is not None or edge is not None:
                self.update()  # what is told follows
            return
        self.hovered_box, self.hovered_edge = box, edge
        self.setCursor(Qt.CursorShape.PointingHandCursor if box is not None else Qt.CursorShape.ArrowCursor)
        self.update()
        tile = self.tile_at(box, point) if box is not None else None
        if box is not None and tile is not None and self.network is not None:
            self.hovered.emit(self.network.nodes[box.face].name, *tile)
        else:
            self.hovered.emit("", -1, -1, -1)

    def _point_at_class(self, point: QPointF) -> None:
        row = next((row for row in range(self.sides.rows) if self.sides.row(row).contains(point.toPoint())), -1)
        if row != self.hovered_class:
            self.hovered_class = row
            self.picture.forget_sides()
            self.update()

    def forget_pointer(self) -> None:
        """Nothing is pointed at any more."""
        if self.hovered_box is not None or self.hovered_edge is not None or self.hovered_class >= 0:
            self.hovered_box, self.hovered_edge, self.hovered_class = None, None, -1
            self.picture.forget_sides()
            self.update()
            self.hovered.emit("", -1, -1, -1)

    # Choosing

    def choose(self, box: Box, point: QPointF | None = None) -> None:
        """Select a box; where it shows maps, pin the one under the point, else the first."""
        self.select(box.key)
        layout, snapshot = self.layout_now, self.snapshot
        if layout is None or box.look is Look.GROUP:
            return
        node = layout.network.nodes[box.face]
        tile = self.tile_at(box, point) if point is not None else None
        if tile is None:
            maps = snapshot.maps.get(node.name) if snapshot is not None else None
            first = int(self.live.order(box.face, maps)[0]) if maps is not None and fits(maps, layout, box.face) else 0
            sizes = (*node.output_shape[1:], 1, 1)
            tile = (first, sizes[0] // 2, sizes[1] // 2) if len(node.output_shape) == 3 else (first, 0, 0)
        self.set_pin(box.face, *tile)
        self.pinned.emit(node.name, *tile)

    def set_pin(self, node: int, index: int, row: int, column: int) -> None:
        """Pin a cell of a node without telling."""
        self.pin = (node, index, row, column)
        self.live.pinned = (node, index)
        self.live.repaint()
        self.update()

    def drop_pin(self) -> None:
        self.pin, self.live.pinned = None, None
        self.live.repaint()
        self.update()

    def activate(self, box: Box) -> None:
        """Open or close a module; open the page of a layer."""
        if isinstance(box.part, Module):
            self.select(box.key)
            self.toggle(box.key)
        elif self.network is not None:
            self.layer_activated.emit(self.network.nodes[box.part.first].name)

    def one_level_up(self) -> bool:
        """Select the module around what is selected, at last nothing; whether there was something selected."""
        if self.network is None or not self.selected:
            return False
        around = [one for one in self.network.around(self.selected) if not one.inline]
        if self.pin is not None:
            self.drop_pin()
            self.unpinned.emit()
        self.select(around[-1].key if around else "")
        return True

    # Pointer

    def can_drag(self, point: QPointF) -> bool:
        return self.sides.stage.contains(point.toPoint())

    def click(self, point: QPointF) -> None:
        index = self.class_at(point)
        if index >= 0 and self.network is not None:
            self.pinned.emit(self.network.nodes[-1].name, index, 0, 0)
            return
        box = self.box_at(point)
        if box is not None and box.is_module and self._on_chevron(box, point):
            self.activate(box)
        elif box is not None:
            self.choose(box, point)
        elif self.sides.stage.contains(point.toPoint()):
            self.select("")
            if self.pin is not None:
                self.drop_pin()
                self.unpinned.emit()

    def _on_chevron(self, box: Box, point: QPointF) -> bool:
        zoom = self.camera.zoom
        x, y = self.camera.view(box.x, box.y)
        side = 26 * zoom
        if side < 10:
            return False
        left = x if box.look is Look.GROUP else x + box.width * zoom - side
        return QRectF(left, y, side, side).contains(point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        box = self.box_at(event.position())
        on_chevron = box is not None and box.is_module and self._on_chevron(box, event.position())
        if event.button() == Qt.MouseButton.LeftButton and box is not None and not on_chevron:
            self.activate(box)
        self._pressed = None

    def wheel_zooms(self, event: QWheelEvent) -> bool:
        """A wheel with steps zooms, as on a map; a trackpad moves."""
        return event.pixelDelta().isNull() and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier

    # Keys

    def wants_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
                                      Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
        walks = key in _WALKS or key in ENTER or key == Qt.Key.Key_Escape
        return plain and (key in _OWN or (walks and bool(self.selected)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ZOOM_KEYS:
            self.zoom_step(ZOOM_KEYS[key])
        elif key in (Qt.Key.Key_F, Qt.Key.Key_0):
            self.fit()
        elif key == Qt.Key.Key_1:
            self.set_zoom(1.0)
        elif key == Qt.Key.Key_Slash:
            self.search_wanted.emit()
        elif key == Qt.Key.Key_Escape and self.one_level_up():
            pass
        elif key in ENTER and (box := self.selected_box()) is not None:
            self.activate(box)
        elif key in _WALKS:
            self._walk(*_WALKS[key])
        else:
            super().keyPressEvent(event)

    def zoom_step(self, direction: int) -> None:
        """To the next usual zoom above (+1) or below (-1)."""
        now = self.zoom()
        if direction > 0:
            goal = next((level for level in LEVELS if level > now * 1.01), LEVELS[-1])
        else:
            goal = next((level for level in reversed(LEVELS) if level < now * 0.99), LEVELS[0])
        self.set_zoom(goal)

    def _walk(self, dx: int, dy: int) -> None:
        """Select the nearest node in a direction; the first time the first one."""
        layout = self.layout_now
        if layout is None or not layout.boxes:
            return
        box = self.selected_box()
        if box is None:
            self.choose(layout.boxes[0])
            return
        x, y = box.x + box.width / 2, box.y + box.height / 2
        best, least = None, 1e12
        for other in layout.boxes:
            if other is box or other.look is Look.GROUP:
                continue
            ox, oy = other.x + other.width / 2 - x, other.y + other.height / 2 - y
            ahead, aside = (ox * dx, abs(oy)) if dx else (oy * dy, abs(ox))
            if ahead > 1 and (cost := ahead + 3 * aside) < least:
                best, least = other, cost
        if best is not None:
            self.choose(best)
            self.show_box(best.key, zoom=0.0)
