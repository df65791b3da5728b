"""A layer, large: all its maps with their kernels beside them, or all its units with their values."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.messages import DatasetFacts, Floats, Graph, Maps, Node, Snapshot
from gui.theme import DARK, Theme, colormaps, fonts, numbers
from gui.theme.controls import IconButton, Segmented, set_theme_below
from gui.views import drawing, scale_bar, words
from gui.views.layer_sheet import Sheet, bars_sheet, maps_sheet
from gui.views.network import wording

_EDGE = 24


class LayerPage(QWidget):
    """`set_graph`, `set_node` and `set_snapshot` feed it.

    `pinned(node, map, row, column)`: a map or unit was clicked. `cell_activated(node, index)`: a cell was
    double-clicked. `closed`: the user goes back.
    """

    pinned = Signal(str, int, int, int)
    cell_activated = Signal(str, object)
    closed = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._graph: Graph | None = None
        self._classes: tuple[str, ...] = ()
        self._node = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._path = QLabel(self)
        self._title = QLabel(self)
        self._facts = QLabel(self)
        self._order = Segmented((("index", "In order"), ("value", "Strongest first")), theme, self)
        self._close = IconButton("close", "Back to the network (Esc)", theme, self)
        header = QHBoxLayout()
        header.setContentsMargins(_EDGE, 8, 16, 8)
        header.setSpacing(10)
        for part in (self._path, self._title, self._facts):
            header.addWidget(part)
        header.addStretch(1)
        header.addWidget(self._order)
        header.addWidget(self._close)
        self.sheet = _SheetWidget(theme)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self.sheet)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self._scroll, 1)
        self._close.clicked.connect(self.closed)
        self._order.changed.connect(self.sheet.set_order)
        self.sheet.clicked.connect(lambda unit, row, column: self.pinned.emit(self._node, unit, row, column))
        self.sheet.activated.connect(self._activate)
        self.set_theme(theme)

    def set_graph(self, graph: Graph, dataset: DatasetFacts) -> None:
        """Another network; a node that it lacks is dropped."""
        self._graph, self._classes = graph, dataset.classes
        if self._node not in {node.name for node in graph.nodes}:
            self._node = ""

    def set_node(self, name: str) -> None:
        """Show this node."""
        if self._graph is None:
            return
        self._node = name
        node = self._graph[name]
        self._path.setText(f"{self._graph.title}  ›")
        self._title.setText(words.title(self._graph, node))
        inputs = self._graph[node.inputs[0]].output_shape if node.inputs else node.output_shape
        self._facts.setText(
            f"{wording.shape(node.output_shape)}   {numbers.count(node.parameters)} parameters"
            if node.parameters
            else wording.shape(node.output_shape)
        )
        self.sheet.set_node(self._graph, node, self._classes, inputs)
        self._order.setVisible(words.is_flat(node) and not words.is_output(self._graph, node))
        self._fit()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """The values of the moment."""
        self.sheet.set_snapshot(snapshot)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.sheet.set_theme(theme)
        for label, size, weight, color in (
            (self._path, 12, 400, theme.text_2),
            (self._title, 13, 600, theme.text_1),
            (self._facts, 12, 400, theme.text_2),
        ):
            label.setFont(fonts.ui(size, weight))
            label.setStyleSheet(f"color: {color.name()}")
        for part in (self, self._scroll, self._scroll.viewport()):
            palette = part.palette()
            palette.setColor(part.backgroundRole(), theme.stage)
            part.setPalette(palette)
            part.setAutoFillBackground(True)
        set_theme_below(self, theme)

    def set_density(self, density: str) -> None:
        """The sheet takes what room there is; nothing else differs."""
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.sheet.fit(self._scroll.viewport().width(), self._scroll.viewport().height())

    def _activate(self, unit: int, row: int, column: int) -> None:
        if self._graph is not None and self._node:
            shape = self._graph[self._node].output_shape
            self.cell_activated.emit(self._node, (unit, row, column)[: len(shape)])


class _SheetWidget(QWidget):
    """Paints the sheet. `clicked` and `activated` tell (map or unit, row, column)."""

    clicked = Signal(int, int, int)
    activated = Signal(int, int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._graph: Graph | None = None
        self._node: Node | None = None
        self._classes: tuple[str, ...] = ()
        self._kernels = 0
        self._sheet: Sheet | None = None
        self._maps: Maps | None = None
        self._weights: Maps | None = None
        self._exact: Floats | None = None
        self._picture = QImage()
        self._kernel_picture = QImage()
        self._by_value = False
        self._hover: QPointF | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._colour()

    def set_order(self, order: str) -> None:
        self._by_value = order == "value"
        self.update()

    def set_node(self, graph: Graph, node: Node, classes: tuple[str, ...], inputs: tuple[int, ...]) -> None:
        self._graph, self._node, self._classes = graph, node, classes
        convolution = node.operation.startswith("conv")
        groups = int(node.attributes.get("groups", 1)) if convolution else 1
        self._kernels = inputs[0] // groups if convolution else 0
        self._maps = self._weights = self._exact = None
        self._hover = None
        self._by_value = False

    def set_snapshot(self, snapshot: Snapshot) -> None:
        if self._node is None:
            return
        self._maps = snapshot.maps.get(self._node.name)
        self._weights = snapshot.kernels.get(self._node.name)
        focus = snapshot.focus
        exact = focus is not None and focus.node == self._node.name
        self._exact = focus.output if exact and focus is not None else None
        self._colour()

    def fit(self, width: int, height: int) -> None:
        """Lay the sheet out for a viewport of this size."""
        if self._node is None:
            return
        room, tall = float(width - 2 * _EDGE - 40), float(height - 40)
        shape = self._node.output_shape
        if len(shape) < 2:
            self._sheet = bars_sheet(count=shape[0], width=room, height=tall)
        else:
            cells = (1, shape[1]) if len(shape) == 2 else (int(np.prod(shape[1:-1])), shape[-1])
            sizes = self._node.attributes.get("kernel_size", (1, 1))
            sizes = tuple(sizes) if isinstance(sizes, (list, tuple)) else (sizes, sizes)
            kernel = (1, sizes[0]) if len(sizes) == 1 else (int(np.prod(sizes[:-1])), int(sizes[-1]))
            self._sheet = maps_sheet(
                count=shape[0], size=cells, kernels=self._kernels, kernel_size=kernel, width=room, height=tall
            )
        self.setMinimumHeight(int(self._sheet.height) + 32)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        viewport = self.parentWidget()
        self.fit(self.width(), viewport.height() if viewport is not None else self.height())

    def _colour(self) -> None:
        self._picture = self._stack(self._maps, weights=False)
        self._kernel_picture = self._stack(self._weights, weights=True)
        self.update()

    def _stack(self, maps: Maps | None, *, weights: bool) -> QImage:
        """All maps below each other as one picture."""
        if maps is None:
            return QImage()
        count, height, width = maps.pixels.shape
        table = colormaps.lut(self.theme, drawing.kind_of(maps.signed, weights=weights))
        return colormaps.picture(maps.pixels.reshape(count * height, width), table)

    def _origin(self) -> QPointF:
        return QPointF(_EDGE, 0)

    def _order(self) -> list[int]:
        """Which unit each place of the sheet shows."""
        count = len(self._sheet.tiles) if self._sheet else 0
        values = self._values()
        if not self._by_value or values is None:
            return list(range(count))
        return [int(unit) for unit in np.argsort(-np.abs(values.reshape(-1)[:count]), kind="stable")]

    def _values(self) -> Floats | None:
        if self._exact is not None:
            return self._exact
        return self._maps.values() if self._maps is not None else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.stage)
        if self._sheet is None or self._node is None or self._graph is None:
            return
        painter.translate(self._origin())
        if self._sheet.bars:
            self._paint_bars(painter, self._sheet)
        else:
            self._paint_maps(painter, self._sheet)
        painter.resetTransform()
        self._paint_scale(painter)
        self._paint_tip(painter)

    def _paint_maps(self, painter: QPainter, sheet: Sheet) -> None:
        theme, maps, weights = self.theme, self._maps, self._weights
        name = drawing.ui(11)
        clip = painter.clipBoundingRect()
        for index, tile in enumerate(sheet.tiles):
            if not clip.isEmpty() and not clip.intersects(tile.adjusted(0, -20, 200, 4)):
                continue
            drawing.write(painter, tile.left(), tile.top() - 6, f"map {index}", name, theme.text_2)
            if maps is not None:
                height = maps.pixels.shape[1]
                painter.drawImage(tile, self._picture, QRectF(0, index * height, maps.pixels.shape[2], height))
            drawing.frame(painter, tile, theme.border_strong)
            for place, rect in enumerate(sheet.kernels[index]):
                if weights is not None:
                    height = weights.pixels.shape[1]
                    source = QRectF(0, (index * self._kernels + place) * height, weights.pixels.shape[2], height)
                    painter.drawImage(rect, self._kernel_picture, source)
                drawing.frame(painter, rect, drawing.faded(theme.kernel, 0.7))
        if (hit := self._hit()) is not None:
            unit, row, column = hit
            tile = sheet.tiles[unit]
            drawing.frame(painter, tile, theme.output, 2)
            for rect in sheet.kernels[unit]:
                drawing.frame(painter, rect, theme.kernel, 2)
            cell = QRectF(tile.left() + column * sheet.scale, tile.top() + row * sheet.scale, sheet.scale, sheet.scale)
            drawing.frame(painter, cell, theme.text_1, 1.5)

    def _paint_bars(self, painter: QPainter, sheet: Sheet) -> None:
        theme, values = self.theme, self._values()
        if values is None or self._graph is None or self._node is None:
            return
        flat = values.reshape(-1)
        largest = drawing.largest(flat)
        hovered = self._hit()
        for place, unit in enumerate(self._order()):
            tile, value = sheet.tiles[place], float(flat[unit])
            middle = tile.center().y()
            strong = hovered is not None and hovered[0] == unit
            color = theme.text_1 if strong else theme.text_2
            label = words.channel(self._graph, self._node, unit, self._classes)
            ink = drawing.ui(11)
            drawing.write(painter, tile.left(), middle + 4, ink.elided(label, 72), ink, color)
            bar = QRectF(tile.left() + 80, middle - 3, max(tile.width() - 80 - 56, 8), 6)
            painter.fillRect(bar, theme.track)
            if np.isfinite(value):
                painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * abs(value) / largest, 6),
                                 theme.output if value >= 0 else theme.text_3)  # fmt: skip
            drawing.write_right(painter, tile.right(), middle + 4, numbers.text(value), drawing.mono(11), color)

    def _paint_scale(self, painter: QPainter) -> None:
        maps = self._maps
        if maps is None or self._sheet is None or self._sheet.bars:
            return
        bar = QRectF(self.width() - 60, 24, scale_bar.THICKNESS, 160)
        limit = float(maps.limits.max())
        kind = drawing.kind_of(maps.signed)
        scale_bar.paint_upright(painter, bar, theme=self.theme, kind=kind)
        scale_bar.paint_upright_ends(painter, bar, theme=self.theme, limit=limit, signed=maps.signed)
        over = "each map" if float(maps.limits.min()) != limit else "layer"
        drawing.write(painter, bar.left(), bar.bottom() + 18, over, drawing.ui(11), self.theme.text_3)

    def _paint_tip(self, painter: QPainter) -> None:
        hit, values = self._hit(), self._values()
        if hit is None or values is None or self._hover is None or self._graph is None or self._node is None:
            return
        unit, row, column = hit
        theme = self.theme
        label = words.channel(self._graph, self._node, unit, self._classes)
        if self._sheet is not None and self._sheet.bars:
            value, where = float(values.reshape(-1)[unit]), label
        else:
            value = float(values.reshape(values.shape[0], -1, values.shape[-1])[unit, row, column])
            where = f"{label} ({row}, {column})"
        rows = [[(numbers.text(value), drawing.mono(13), theme.output), (where, drawing.ui(11), theme.text_2)]]
        drawing.tooltip(
            painter, theme=theme, near=self._hover, bounds=QRectF(self.visibleRegion().boundingRect()), rows=rows
        )

    def _hit(self) -> tuple[int, int, int] | None:
        """(map or unit, row, column) under the mouse."""
        if self._hover is None or self._sheet is None:
            return None
        point = self._hover - self._origin()
        place = self._sheet.at(point)
        if place is None:
            return None
        if self._sheet.bars:
            return self._order()[place], 0, 0
        tile, scale = self._sheet.tiles[place], self._sheet.scale
        row = min(int((point.y() - tile.top()) / scale), int(tile.height() / scale) - 1)
        column = min(int((point.x() - tile.left()) / scale), int(tile.width() / scale) - 1)
        return place, row, column

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hit() else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        if event.button() is Qt.MouseButton.LeftButton and (hit := self._hit()) is not None:
            self.clicked.emit(*hit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        if event.button() is Qt.MouseButton.LeftButton and (hit := self._hit()) is not None:
            self.activated.emit(*hit)
