"""A layer, large: its maps or units beside one of them from all sides; or all of them with their kernels."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.messages import DatasetFacts, Graph, Scale, Snapshot
from gui.theme import DARK, Density, Theme, fonts, numbers
from gui.theme.controls import FieldBox, IconButton, Segmented, set_theme_below
from gui.views import words
from gui.views.insight import InsightView
from gui.views.inspector import facts, sums
from gui.views.layer_canvas import LayerCanvas
from gui.views.network import wording
from gui.views.stage_header import SCALES

_EDGE = 24


class LayerPage(QWidget):
    """`set_graph`, `set_node` and `set_snapshot` feed it; `pin` marks a cell. `insight` is the inspector of its map.

    `pinned(node, map, row, column)`: a map or unit was clicked, or reached by the arrow keys. `cell_activated(node,
    index)`: a cell was double-clicked; `index` is laid out as the node's output. `closed`: the user goes back.
    `mode_chosen(all)`: the user wants all maps large (True), or one from all sides. `scale_chosen(Scale)`: over what
    colours are scaled.
    """

    pinned = Signal(str, int, int, int)
    cell_activated = Signal(str, object)
    closed = Signal()
    mode_chosen = Signal(bool)
    scale_chosen = Signal(object)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._graph: Graph | None = None
        self._classes: tuple[str, ...] = ()
        self._node = ""
        self._off: Mapping[str, tuple[int, ...]] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._path = QLabel(self)
        self._title = QLabel(self)
        self._facts = QLabel(self)
        self._order = FieldBox("Sort", theme, self)
        self._order.setToolTip("In which order the maps stand")
        self.scale = FieldBox("Scale", theme, self)
        for scale, label, tip in SCALES:
            self.scale.add(str(scale), label, tip)
        self.scale.setToolTip("Over what the colours are scaled")
        self.mode = Segmented((("inspect", "Inspect"), ("all", "All large")), theme, self)
        self.mode.setToolTip("One map from all sides, or all of them large with their kernels")
        self.insight = InsightView(theme, parent=self)
        self._close = IconButton("close", "Back to the network (Esc)", theme, self)
        self.canvas = LayerCanvas(theme)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.canvas)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self._close.clicked.connect(self.closed)
        self._order.chosen.connect(self.canvas.set_order)
        self.scale.chosen.connect(lambda key: self.scale_chosen.emit(Scale(key)))
        self.mode.changed.connect(self._choose_mode)
        self.insight.cell_chosen.connect(self._choose)
        self.insight.cell_activated.connect(self.cell_activated)
        self.canvas.chosen.connect(lambda unit, row, column: self.pinned.emit(self._node, unit, row, column))
        self.canvas.activated.connect(self._activate)
        self.set_theme(theme)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(_EDGE, 8, 16, 6)
        header.setSpacing(8)
        for part in (self._path, self._title, self._facts):
            header.addWidget(part)
        header.addStretch(1)
        header.addWidget(self._order)
        header.addWidget(self.scale)
        header.addWidget(self.mode)
        header.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        body = QHBoxLayout()
        body.setContentsMargins(0, 1, 0, 0)
        body.setSpacing(0)
        body.addWidget(self._scroll, 1)
        body.addWidget(self.insight)
        column.addLayout(header)
        column.addLayout(body, 1)
        self.show_all(False)

    def show_all(self, on: bool) -> None:
        """All maps with their kernels, or the maps beside the inspector of one."""
        self.mode.set_value("all" if on else "inspect")
        self.insight.setVisible(not on)
        self.canvas.set_compact(not on)
        self._fit()

    @property
    def shows_all(self) -> bool:
        """Whether all maps are shown large."""
        return self.insight.isHidden()

    def _choose_mode(self, mode: str) -> None:
        self.show_all(mode == "all")
        self.mode_chosen.emit(mode == "all")

    def _fit(self) -> None:
        """The inspector takes what it can use; the sheet keeps room for three maps."""
        self.insight.setFixedWidth(int(self.width() * (0.73 if self.width() >= 1440 else 0.76)))
        self.canvas.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # What it is fed with

    def set_graph(self, graph: Graph, dataset: DatasetFacts) -> None:
        """Another network; a node that it lacks is dropped."""
        self._graph, self._classes = graph, dataset.classes
        self.insight.set_graph(graph, dataset)
        name, self._node = self._node, ""
        if name in {node.name for node in graph.nodes}:
            self.set_node(name)

    def set_node(self, name: str) -> None:
        """Show this node. KeyError for one that the network lacks."""
        if self._graph is None:
            return
        node = self._graph[name]
        self._node = name
        self._path.setText(f"{self._graph.title}  ›")
        self._title.setText(words.title(self._graph, node))
        about = [wording.operation(node), wording.shape(node.output_shape)]
        if node.parameters:
            written = facts.parameter_sum(self._graph, node)
            total = f"{numbers.count(node.parameters)} parameters"
            about.append(f"{written} = {total}" if written else total)
        self._facts.setText("   ".join(about))
        self.canvas.set_node(self._graph, node, self._classes)
        self.canvas.set_off(self._off.get(name, ()))
        self._order.clear()
        self._order.add("index", "In order")
        self._order.add("activation", "Activation", "Those that answer most to this sample first")
        if not words.is_flat(node):
            self._order.add("variance", "Variance", "Those whose cells differ most first")
        self.scale.setVisible(not words.is_flat(node))
        self.insight.pin(name, 0)

    @property
    def node(self) -> str:
        """The name of the node that is shown; empty if none is."""
        return self._node

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """The values of the moment."""
        self.canvas.set_snapshot(snapshot)
        if self.insight.isVisible():
            self.insight.set_snapshot(snapshot)

    def set_scale(self, scale: Scale) -> None:
        """Colours are scaled over this."""
        self.scale.set_key(str(scale))

    def set_switched_off(self, maps: Mapping[str, tuple[int, ...]]) -> None:
        """These maps are switched off now, by node."""
        self._off = maps
        self.canvas.set_off(maps.get(self._node, ()))
        self.insight.set_switched_off(maps)

    def pin(self, channel: int, row: int = 0, column: int = 0) -> None:
        """Mark a cell of the node."""
        self.canvas.set_pin((channel, row, column))
        if self._node:
            self.insight.pin(self._node, channel, row, column)

    def unpin(self) -> None:
        self.canvas.set_pin(None)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.canvas.set_theme(theme)
        self.insight.set_theme(theme)
        for label, size, weight, color in (
            (self._path, 12, 400, theme.text_2),
            (self._title, 13, 600, theme.text_1),
            (self._facts, 12, 400, theme.text_3),
        ):
            label.setFont(fonts.ui(size, weight))
            label.setStyleSheet(f"color: {color.name()}")
        viewport = self._scroll.viewport()
        palette = viewport.palette()
        palette.setColor(viewport.backgroundRole(), theme.stage)
        viewport.setPalette(palette)
        set_theme_below(self, theme)
        self.update()

    def set_density(self, density: Density) -> None:
        """The sheet takes what room there is; the inspector is smaller."""
        self.insight.set_density(density)
        self._fit()

    # The user

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.stage)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.canvas.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, unit: int, row: int, column: int) -> None:
        self.canvas.set_pin((unit, row, column))
        self.pinned.emit(self._node, unit, row, column)

    def _activate(self, unit: int, row: int, column: int) -> None:
        if self._graph is not None and self._node:
            index = sums.cell_index(self._graph[self._node].output_shape, unit, row, column)
            self.cell_activated.emit(self._node, index)
