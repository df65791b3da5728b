"""One map or unit from all sides: what it does now, why the network sees a class, what the map looks for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent

from engine.messages import DatasetFacts, Focus, Graph, Node, Sample, Snapshot
from gui.theme import DARK, Density, Theme, numbers
from gui.views import drawing, words
from gui.views.insight import filling, texts, tiles
from gui.views.insight.agenda import Agenda, Slot
from gui.views.insight.tiles import Tile
from gui.views.inspector import sums
from gui.views.inspector.facts import Pin
from gui.views.inspector.figure import Scales, Scene
from gui.views.inspector.shown_map import ShownMap
from gui.views.panel import Panel

_ROWS = (
    ("exact", Slot.FIELD, Slot.GRADIENT),
    (Slot.SALIENCY, Slot.INTEGRATED_GRADIENTS, Slot.GRAD_CAM, Slot.OCCLUSION),
    (Slot.MAXIMIZATION, Slot.PROJECTION),
)
_EDGE = 16.0
_SCALE = 52.0  # the upright scale beside the activations
_GAP, _WIDEST_GAP = 24.0, 72.0
_LEAST, _MOST = 80.0, 320.0
_ACROSS = 4


class UnitPanel(Panel):
    """`cell_chosen(map, row, column)`, `cell_activated(…)`: in the activations. `demanded(Slot)`: compute it."""

    cell_chosen = Signal(int, int, int)
    cell_activated = Signal(int, int, int)
    demanded = Signal(object)

    def __init__(self, agenda: Agenda, theme: Theme = DARK, density: Density = Density.LARGE) -> None:
        super().__init__(theme, density)
        self._agenda = agenda
        self._graph: Graph | None = None
        self._node: Node | None = None
        self._classes: tuple[str, ...] = ()
        self._pin: Pin | None = None
        self._sample: Sample | None = None
        self._snapshot: Snapshot | None = None
        self._map: ShownMap | None = None
        self._tiles: dict[str, Tile] = {}
        self._hover: QPointF | None = None
        self._focused = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map")

    # What it is fed with

    def set_graph(self, graph: Graph, dataset: DatasetFacts) -> None:
        """Another network."""
        self._graph, self._classes = graph, dataset.classes
        self._node = self._pin = self._snapshot = None
        self._sample = None
        self.lay_out()

    def pin(self, pin: Pin) -> None:
        """Show this cell's map."""
        if self._graph is None or pin == self._pin:
            return
        self._pin, self._node = pin, self._graph[pin.node]
        self.lay_out()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """The values of the moment; of a new sample the picture too."""
        self._snapshot = snapshot
        if self._sample is None or snapshot.sample.picture is not self._sample.picture:
            self._sample = snapshot.sample
            self._fill_all()
        self._take()

    def refresh(self, slot: Slot | None = None) -> None:
        """An answer has come, or is on its way (None: whatever may have changed)."""
        if slot is None:
            self._fill_all()
        elif slot in self._tiles:
            self._fill(self._tiles[slot])
            self.update()

    @property
    def tiles(self) -> dict[str, Tile]:
        """What is shown, by slot ("exact": the exact receptive field)."""
        return self._tiles

    @property
    def shown_map(self) -> ShownMap | None:
        """The activations."""
        return self._map

    # Layout

    @property
    def side(self) -> float:
        """Of a picture's square."""
        wide = (self.width() - 2 * _EDGE - _SCALE - _GAP * (_ACROSS - 1)) / _ACROSS
        least = 64.0 if self.small else _LEAST
        side = float(int(min(max(min(wide, self._high()), least), _MOST)))
        cells = max(self._graph.input_shape[1:]) if self._graph and len(self._graph.input_shape) == 3 else 1
        whole = side // cells * cells  # the input in whole pixels a cell, where that costs little
        return whole if whole >= 0.9 * side else side

    def _high(self) -> float:
        parent = self.parentWidget()
        tall = float(parent.height() if parent is not None else self.height())
        return (tall - 8) / len(_ROWS) - self._extra

    @property
    def _extra(self) -> float:
        """Title above, numbers below, and the gap to the next row."""
        return tiles.TITLE + (36 if self.small else 54)

    def sizeHint(self) -> QSize:
        return QSize(560, int(len(_ROWS) * (self.side + self._extra)) + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def restyle(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Place all tiles anew, for the map and the room that there are."""
        self._tiles, self._map = {}, None
        self.setMinimumHeight(self.sizeHint().height())
        if self._graph is None or self._node is None or self._pin is None:
            self.update()
            return
        side, theme = self.side, self.theme
        spare = self.width() - 2 * _EDGE - _SCALE - _ACROSS * side
        gap = float(int(min(max(spare / (_ACROSS - 1), _GAP), _WIDEST_GAP)))
        for row, keys in enumerate(_ROWS):
            y = 8 + tiles.TITLE + row * (side + self._extra)
            for place, key in enumerate(keys):
                column = place + (row == 0)
                x = _EDGE + column * (side + gap) + (_SCALE if column else 0)
                slot = str(key)
                color = theme.input if slot in ("exact", Slot.FIELD) else theme.gradient
                own = {str(Slot.MAXIMIZATION): theme.output, str(Slot.PROJECTION): theme.kernel}
                color = own.get(slot, color)
                title = "Receptive field" if slot == "exact" else texts.TITLES[Slot(slot)]
                self._tiles[slot] = Tile(slot, title, color, QRectF(round(x), round(y), side, side), room=gap - 8)
        scene = Scene(self._graph, self._node, self._pin, theme, self.small, QRectF(), self._classes)
        self._map = ShownMap(scene, QRectF(_EDGE, 8 + tiles.TITLE, side, side))
        self._take()
        self._fill_all()

    # Values

    def _take(self) -> None:
        """The exact activations of the moment."""
        shot, shown = self._snapshot, self._map
        focus: Focus | None = shot.focus if shot is not None else None
        if shot is None or shown is None or self._node is None or focus is None or focus.node != self._node.name:
            return
        if tuple(focus.output.shape) != tuple(self._node.output_shape):
            return
        shown.take(focus, Scales(shot))
        if shown.is_input:
            shown.take_picture(shot.sample)
        self.update(QRectF(0, 0, _EDGE + self.side + _SCALE + 16, self.side + self._extra + 8).toAlignedRect())

    def _fill_all(self) -> None:
        for tile in self._tiles.values():
            self._fill(tile)
        self.update()

    def _fill(self, tile: Tile) -> None:
        if self._graph is None or self._pin is None:
            return
        shown = filling.Shown(self._graph, self._pin, self._sample, self.theme, self.small, self._classes)
        if tile.key == "exact":
            filling.fill_field(tile, shown)
        else:
            filling.fill(tile, shown, self._agenda)

    def _thing(self) -> str:
        if self._graph is None or self._node is None or self._pin is None:
            return "it"
        return words.channel(self._graph, self._node, self._pin.map, self._classes)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            visible = QRectF(event.rect())
            painter.fillRect(visible, self.theme.panel)
            if self._map is None:
                hint = "Choose a map or a unit at the left"
                drawing.write(painter, _EDGE, 32, hint, drawing.ui(12), self.theme.text_3)
                return
            by_key = self.hasFocus() and self._by_key
            if self._map.rect.adjusted(-8, -30, _SCALE + 16, 60).intersects(visible):
                self._paint_map(painter, focused=by_key and not self._focused)
            for tile in self._tiles.values():
                if tile.rect.adjusted(-8, -tiles.TITLE, 8, self._extra).intersects(visible):
                    tiles.paint(painter, tile, self.theme, focused=by_key and tile.key == self._focused)
            self._paint_about(painter)
            self._paint_tip(painter)

    def _paint_map(self, painter: QPainter, *, focused: bool) -> None:
        shown, theme, pin = self._map, self.theme, self._pin
        assert shown is not None
        assert pin is not None
        rect = shown.box
        drawing.write(painter, rect.left() - 1, rect.top() - 8, "Activations", drawing.ui(12), theme.text_1)
        shown.paint_still(painter)
        value = self._pinned_value()
        if not shown.values.any() and self._snapshot is None:
            return
        shown.paint_live(painter, value if not shown.is_input else float("nan"))
        if not shown.bars:
            drawing.frame(painter, shown.rect, theme.output, 2)
        if focused:
            drawing.frame(painter, shown.rect.adjusted(-3, -3, 3, 3), theme.accent, 2)
        if shown.units:
            rows: list[texts.Row] = [("value", numbers.text(value)), ("unit", str(pin.map))]
        else:
            peak = divmod(int(shown.values.argmax()), shown.values.shape[1])
            rows = [("peak", f"({peak[0]}, {peak[1]})"), ("mean", numbers.text(float(shown.values.mean())))]
        if self.small:
            rows = rows[:1] if shown.units else rows[1:]
        tiles.write_rows(painter, rows, rect.left(), rect.right(), rect.bottom() + 18, theme)

    def _pinned_value(self) -> float:
        shown, pin = self._map, self._pin
        if shown is None or pin is None:
            return float("nan")
        flat = shown.values.reshape(-1)
        if shown.units:
            return float(flat[pin.map]) if pin.map < len(flat) else float("nan")
        row, column = min(pin.row, shown.values.shape[0] - 1), min(pin.column, shown.values.shape[1] - 1)
        return float(shown.values[row, column])

    def _paint_about(self, painter: QPainter) -> None:
        """Beside the last row: what the picture under the cursor shows."""
        last = self._tiles[Slot.PROJECTION].rect
        left = last.right() + _GAP
        width = self.width() - _EDGE - left
        if width < 100:
            return
        tile, text, title = self._tile_at(self._hover), "", ""
        if tile is None and self._focused in self._tiles:
            tile = self._tiles[self._focused]
        if tile is None:
            title, text = "Activations", texts.ACTIVATIONS
        elif tile.key == "exact":
            title, text = tile.title, texts.EXACT_FIELD
        elif self._graph is not None:
            answer, classes = self._agenda.answer(Slot(tile.key)), self._classes
            name = filling.target_name(self._graph, classes, getattr(answer, "target", None))
            title = tile.title
            text = texts.about(Slot(tile.key), answer, name, self._thing(), classes=bool(classes))
        color = tile.color if tile is not None else self.theme.text_1
        drawing.write(painter, left, last.top() - 8, title, drawing.ui(12), color)
        ink = drawing.ui(11 if self.small else 12)
        y = last.top() + 12
        for line in drawing.wrapped(text, ink, width):
            drawing.write(painter, left, y, line, ink, self.theme.text_2)
            y += 16 if self.small else 18

    def _tile_at(self, point: QPointF | None) -> Tile | None:
        if point is None:
            return None
        return next((tile for tile in self._tiles.values() if tile.rect.contains(point)), None)

    def _paint_tip(self, painter: QPainter) -> None:
        if self._hover is None or self._map is None:
            return
        rows: list[list[tuple[str, drawing.Ink, object]]] = []
        cell = self._map.at(self._hover)
        if cell is not None:
            rows = self._map.tip(cell)  # type: ignore[assignment]
        elif (tile := self._tile_at(self._hover)) is not None and (place := tile.cell_at(self._hover)) is not None:
            assert tile.values is not None
            where = words.place(*place)
            rows = [
                [tiles.value_words(float(tile.values[place]), tile.color), (where, drawing.ui(11), self.theme.text_2)]
            ]
        if rows:
            bounds = QRectF(self.visibleRegion().boundingRect()).adjusted(4, 4, -4, -4)
            drawing.tooltip(painter, theme=self.theme, near=self._hover, bounds=bounds, rows=rows)  # type: ignore[arg-type]

    # The user

    _by_key = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        tile = self._tile_at(self._hover)
        hand = self._map is not None and (self._map.at(self._hover) is not None or (tile is not None and tile.link))
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._map is None:
            return
        cell = self._map.at(event.position())
        tile = self._tile_at(event.position())
        if cell is not None:
            self.cell_chosen.emit(*cell)
        elif tile is not None and tile.link:
            self.demanded.emit(Slot(tile.key))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self._map.at(event.position()) if self._map is not None else None
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.cell_activated.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        order = ["", *self._tiles]
        place = order.index(self._focused) if self._focused in order else 0
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            place += 1 if key == Qt.Key.Key_Right else -1
            self._by_key = True
            self._focused = order[min(max(place, 0), len(order) - 1)]
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pin is not None:
            if not self._focused:
                self.cell_activated.emit(self._pin.map, self._pin.row, self._pin.column)
            elif self._tiles[self._focused].link:
                self.demanded.emit(Slot(self._focused))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def index_of(node: Node, map: int, row: int, column: int) -> tuple[int, ...]:
    """A cell as an index into the node's output."""
    return tuple(sums.cell_index(node.output_shape, map, row, column))
