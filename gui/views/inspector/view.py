"""The inspector's widget: the pinned cell's map, its figure and its facts, live while the network trains."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Focus, Graph, Node, Snapshot
from gui.theme import DARK, Density, Theme
from gui.views import drawing, words
from gui.views.inspector import captions, facts, overview, sums
from gui.views.inspector.facts import Fact, Pin
from gui.views.inspector.figure import Figure, Legend, Scales, Scene
from gui.views.inspector.shown_map import ShownMap
from gui.views.panel import Panel

_EDGE = 24
_OFF: Legend = (("switched off: whatever it comes to, 0 is handed on", "error"),)


class InspectorView(Panel):
    """Where does this number come from?

    `set_graph` and `set_snapshot` feed it, `pin` says which cell. `pinned(node, map, row, column)`: the user chose
    another cell, here or, by clicking one of its inputs, in the layer before. `cell_activated(node, index)`: they want
    to step through it; `index` is the tuple into the node's output. A dense unit is a map of one cell.
    Large it is made for 903x211, small for 655x191; a larger one shows more maps.
    """

    pinned = Signal(str, int, int, int)
    cell_activated = Signal(str, object)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Inspector")
        self._graph: Graph | None = None
        self._classes: tuple[str, ...] = ()
        self._pin: Pin | None = None
        self._layer: Node | None = None
        self._snapshot: Snapshot | None = None
        self._focus: Focus | None = None
        self._figure: Figure | None = None
        self._map: ShownMap | None = None
        self._fate: facts.Fate | None = None
        self._facts: list[Fact] = []
        self._facts_width = 0.0
        self._hover: QPointF | None = None
        self._off: Mapping[str, tuple[int, ...]] = {}

    # What it is fed with

    def set_switched_off(self, maps: Mapping[str, tuple[int, ...]]) -> None:
        """These maps are switched off now, by node: what is worked out for them is not what they put out."""
        if maps != self._off:
            self._off = maps
            self.forget_still()

    def set_graph(self, graph: Graph | None, classes: tuple[str, ...] = ()) -> None:
        """Another network; a pin that it has no cell for is dropped."""
        pin = self._pin
        self._graph, self._classes = graph, classes
        self._snapshot = self._focus = self._layer = None
        self._pin = None
        if pin is not None and graph is not None and self._has(pin):
            self._pin = pin
        self._build()

    @property
    def switched_off(self) -> bool:
        """Whether the pinned map is."""
        return self._pin is not None and self._pin.map in self._off.get(self._pin.node, ())

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Numbers of the moment. Costs next to nothing unless they are those of the pinned node, and other ones."""
        before, self._snapshot = self._snapshot, snapshot
        focus = snapshot.focus
        if self._pin is None or self._graph is None:
            return
        same_picture = before is not None and before.sample.picture is snapshot.sample.picture
        if focus is None or focus.node != self._pin.node:
            return
        if focus is self._focus and (same_picture or self._map is None or not self._map.is_input):
            return
        if tuple(focus.output.shape) != tuple(self._graph[self._pin.node].output_shape):
            return  # of a network that was there before
        self._focus = focus
        self._take()
        self.update()

    def pin(self, node: str, channel: int, row: int = 0, column: int = 0) -> None:
        """Show where this cell comes from. Raises ValueError where the network has no such cell."""
        pin = Pin(node, channel, row, column)
        if pin == self._pin:
            return
        if not self._has(pin):
            raise ValueError(f"the network has no cell {channel}, {row}, {column} in {node!r}")
        if self._focus is None or self._focus.node != node:
            latest = self._snapshot.focus if self._snapshot is not None else None
            self._focus = latest if latest is not None and latest.node == node else None
        self._pin = pin
        self._build()

    def unpin(self) -> None:
        """Nothing is pinned: show the network's layers, and how to pin."""
        if self._pin is not None:
            self._pin = self._focus = None
            self._build()

    def show_layer(self, node: str | None) -> None:
        """While nothing is pinned: the facts of this layer (None: of the whole network)."""
        layer = self._graph[node] if self._graph is not None and node is not None else None
        if layer is not self._layer:
            self._layer = layer
            if self._pin is None:
                self.forget_still()

    @property
    def figure(self) -> Figure | None:
        """How the pinned cell is taken apart."""
        return self._figure

    @property
    def shown_map(self) -> ShownMap | None:
        """The pinned node's own values."""
        return self._map

    @property
    def fact_rows(self) -> list[Fact]:
        """The facts of the pinned cell, as shown."""
        return self._facts + self._live_facts()

    def _live_facts(self) -> list[Fact]:
        """Those that follow the numbers of the moment."""
        if self._focus is None or self._figure is None or self._fate is None:
            return []
        fate = self._fate.fact(self._focus.output)
        return ([fate] if fate is not None else []) + self._figure.facts()

    def _has(self, pin: Pin) -> bool:
        if self._graph is None:
            return False
        try:
            shape = self._graph[pin.node].output_shape
        except KeyError:
            return False
        if min(pin.map, pin.row, pin.column) < 0 or pin.map >= shape[0]:
            return False
        index = sums.cell_index(shape, pin.map, pin.row, pin.column)
        return all(place < size for place, size in zip(index, shape, strict=True)) and (
            len(shape) > 2 or (pin.row == 0 and (len(shape) == 2 or pin.column == 0))
        )

    # Layout

    def sizeHint(self) -> QSize:
        return QSize(655, 191) if self.small else QSize(903, 211)

    def restyle(self) -> None:
        self._build()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._build()

    @property
    def _body(self) -> QRectF:
        """Below the title, between the edges."""
        top = 38.0 if self.small else 44.0
        return QRectF(_EDGE, top, self.width() - 2 * _EDGE + 1, self.height() - top - (13 if self.small else 17))

    def _build(self) -> None:
        """Lay everything out anew: another pin, size, theme or network."""
        self._figure = self._map = self._fate = None
        self._facts = []
        self.forget_still()
        graph, pin = self._graph, self._pin
        if graph is None or pin is None or self.height() < 100:
            return
        body = self._body
        self._facts = facts.of_cell(graph, pin)
        self._fate = facts.Fate(graph, pin)
        node = graph[pin.node]
        side = body.height()
        left = body.left() + side + 80 + (-16 if self.small else 0)
        if words.is_flat(node) and words.is_output(graph, node):
            left = body.left() + side + 40
        likely = self._facts + ([self._fate.likely] if self._fate.pool is not None else [])
        self._facts_width = 0.0 if self.small else captions.facts_width(likely)
        right = body.right() - (self._facts_width + _EDGE if self._facts_width else 0)
        area = QRectF(left, body.top(), max(right - left, 100.0), body.height())
        scene = Scene(graph, node, pin, self.theme, self.small, area, self._classes)
        self._map = ShownMap(scene, QRectF(body.left(), body.top(), side, side))
        from gui.views.inspector.figures import figure_for  # not before a layer is pinned

        self._figure = figure_for(scene)
        if self._focus is not None:
            self._take()

    def _take(self) -> None:
        if self._focus is None or self._map is None or self._figure is None:
            return
        scales = Scales(self._snapshot)
        self._map.take(self._focus, scales)
        if self._map.is_input and self._snapshot is not None:
            self._map.take_picture(self._snapshot.sample)
        if self._snapshot is not None:
            self._figure.look_at(self._snapshot.sample)
        self._figure.take(self._focus, scales)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        figure, shown = self._figure, self._map
        key: Hashable = None
        if figure is not None and shown is not None:
            key = (self._pin, figure.ready, figure.still_key(), shown.still_key())
        self.draw_still(painter, key)
        if figure is None or shown is None or not figure.ready:
            return
        shown.paint_live(painter, figure.value if not shown.is_input else float("nan"))
        figure.paint_live(painter)
        self._paint_facts(painter, self._live_facts(), first=len(self._facts))
        if self.hasFocus() and self._by_keyboard:
            drawing.frame(painter, shown.rect.adjusted(-2, -2, 2, 2), self.theme.accent, 2)
        if self._hover is not None:
            self._paint_hover(painter, self._hover)

    def paint_still(self, painter: QPainter) -> None:
        if self._graph is None:
            return
        if self._figure is None or self._pin is None or self._map is None:
            overview.paint(painter, self.theme, self._graph, self._layer, self._body, self.small)
            return
        theme = self.theme
        graph, pin = self._graph, self._pin
        node = graph[pin.node]
        baseline = self._title_baseline
        name = f"{words.title(graph, node)}, {words.channel(graph, node, pin.map, self._classes)}"
        end = drawing.write(painter, _EDGE - 1, baseline, name, drawing.ui(13, 600), theme.text_1)
        if not words.is_flat(node):
            drawing.write(painter, end + 8, baseline, words.place(pin.row, pin.column), drawing.ui(12), theme.text_2)
        legend = _OFF if self.switched_off else self._figure.legend
        captions.paint_legend(painter, legend, self._body.right(), baseline, theme)
        self._paint_facts(painter, self._facts)
        if self._figure.ready:
            self._map.paint_still(painter)
            self._figure.paint_still(painter)
        else:
            drawing.frame(painter, self._map.rect, theme.border_strong)
            hint = "Waiting for the numbers of this layer"
            area = self._figure.scene.area
            drawing.write(painter, area.left(), area.top() + 10, hint, drawing.ui(12), theme.text_3)

    @property
    def _title_baseline(self) -> float:
        return 24.0 if self.small else 25.0

    def _paint_facts(self, painter: QPainter, rows: list[Fact], first: int = 0) -> None:
        if not self.small:
            captions.paint_facts(painter, rows, self._body, self._facts_width, self.theme, first=first)

    def _paint_hover(self, painter: QPainter, at: QPointF) -> None:
        if self._map is None or self._figure is None:
            return
        cell = self._map.at(at)
        if cell is not None:
            if not self._map.bars:
                row, column = divmod(cell[0], self._map.columns) if self._map.units else cell[1:]
                drawing.frame(painter, self._map.cell_of(row, column).adjusted(1, 1, -1, -1), self.theme.text_1, 1.5)
            rows = self._map.tip(cell)
        else:
            found = self._figure.tip(at)
            if found is None:
                return
            self._figure.mark(painter, at)
            rows = found
        bounds = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        drawing.tooltip(painter, theme=self.theme, near=at, bounds=bounds, rows=rows)

    # The user

    _by_keyboard = False

    def _cell_under(self, at: QPointF) -> Pin | None:
        """The cell that a click at this point chooses."""
        if self._map is None or self._figure is None or self._pin is None:
            return None
        cell = self._map.at(at)
        return Pin(self._pin.node, *cell) if cell is not None else self._figure.source_at(at)

    def _choose(self, pin: Pin | None) -> None:
        if pin is None or pin == self._pin:
            return
        self.pin(pin.node, pin.map, pin.row, pin.column)
        self.pinned.emit(pin.node, pin.map, pin.row, pin.column)

    def _activate(self) -> None:
        if self._pin is not None and self._graph is not None:
            shape = self._graph[self._pin.node].output_shape
            index = sums.cell_index(shape, self._pin.map, self._pin.row, self._pin.column)
            self.cell_activated.emit(self._pin.node, index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if self._cell_under(self._hover) else Qt.CursorShape.ArrowCursor
        )
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._cell_under(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._map is None:
            return
        cell = self._map.at(event.position())
        if cell is not None and self._pin is not None:
            self._choose(Pin(self._pin.node, *cell))
            self._activate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if self._map is None or self._pin is None:
            super().keyPressEvent(event)
        elif key in steps and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._choose(Pin(self._pin.node, *self._map.moved(*steps[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            pin = self._pin
            other = Pin(pin.node, pin.map + (1 if key == Qt.Key.Key_PageDown else -1), pin.row, pin.column)
            self._choose(other if self._has(other) else None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
