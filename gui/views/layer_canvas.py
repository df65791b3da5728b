"""The sheet of one layer, painted: maps with their kernels or units as bars, what is pinned and what is hovered."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.messages import Floats, Graph, Maps, Node, Scale, Snapshot
from gui.theme import Theme, colormaps, numbers
from gui.views import drawing, layer_bars, scale_bar, words
from gui.views.insight import struck
from gui.views.inspector import sums
from gui.views.layer_sheet import GAP, Sheet, bars_sheet, maps_sheet

_EDGE = 24
_CLOSE = 14.0  # between maps that stand beside something else
_SORT_SECONDS = 2.0
_SCALES = 76  # the column at the right that holds the scale bars
_OVER = {Scale.MAP: "each map", Scale.LAYER: "the layer", Scale.NETWORK: "the network"}


class LayerCanvas(QWidget):
    """`chosen(map, row, column)`: clicked, or reached by the arrow keys. `activated(…)`: the user wants to step it."""

    chosen = Signal(int, int, int)
    activated = Signal(int, int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._graph: Graph | None = None
        self._node: Node | None = None
        self._classes: tuple[str, ...] = ()
        self._inputs = 0
        self._sheet: Sheet | None = None
        self._maps: Maps | None = None
        self._weights: Maps | None = None
        self._exact: Floats | None = None
        self._over = Scale.LAYER
        self._picture, self._kernel_picture = QImage(), QImage()
        self._by = "index"
        self._places: list[int] = []  # which map or unit each place of the sheet shows
        self._sorted_at = 0.0
        self._sample: object = None
        self._off: frozenset[int] = frozenset()
        self._compact = False
        self._pin: tuple[int, int, int] | None = None
        self._hover: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # What it is fed with

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._colour()

    def set_order(self, order: str) -> None:
        """Maps and units "index": in order; "value" or "activation": the strongest first; "variance": the liveliest."""
        self._by = order
        self._sort()

    def set_off(self, maps: Iterable[int]) -> None:
        """These maps or units are switched off."""
        if frozenset(maps) != self._off:
            self._off = frozenset(maps)
            self.update()

    def set_compact(self, compact: bool) -> None:
        """Without kernels, the maps close together: beside something else."""
        if compact != self._compact:
            self._compact = compact
            self.fit()

    def set_node(self, graph: Graph, node: Node, classes: tuple[str, ...]) -> None:
        """Show this node; its values come with the next snapshot."""
        self._graph, self._node, self._classes = graph, node, classes
        convolution = node.operation in sums.CONVOLUTIONS and "weight" in node.weights
        groups = int(node.attributes.get("groups", 1)) if convolution else 1
        self._inputs = graph[node.inputs[0]].output_shape[0] // groups if convolution else 0
        self._maps = self._weights = self._exact = self._hover = self._pin = self._sample = None
        self._by = "index"
        self.fit()
        self._colour()

    def set_pin(self, pin: tuple[int, int, int] | None) -> None:
        """Mark this (map, row, column)."""
        if pin != self._pin:
            self._pin = pin
            self.update()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """The values of the moment."""
        if self._node is None:
            return
        maps, weights = snapshot.maps.get(self._node.name), snapshot.kernels.get(self._node.name)
        focus = snapshot.focus
        exact = focus.output if focus is not None and focus.node == self._node.name else None
        if maps is self._maps and weights is self._weights and exact is self._exact:
            return
        self._maps, self._weights, self._exact, self._over = maps, weights, exact, snapshot.scale
        # While training maps would change places all the time: they do when the sample does, else every two seconds.
        if self._by != "index" and (
            snapshot.sample.picture is not self._sample or monotonic() - self._sorted_at > _SORT_SECONDS
        ):
            self._sort()
        self._sample = snapshot.sample.picture
        self._colour()

    # Layout

    @property
    def sheet(self) -> Sheet | None:
        """Where everything lies; without the edge of 24 px at its left."""
        return self._sheet

    def fit(self) -> None:
        """Lay the sheet out anew for the room that there is."""
        if self._node is None:
            return
        viewport = self.parentWidget()
        tall = float((viewport or self).height() - 24)
        room = float(self.width() - 2 * _EDGE)
        shape = self._node.output_shape
        if words.is_flat(self._node):
            self._sheet = bars_sheet(count=shape[0], width=room, height=tall)
        else:
            cells = (1, shape[1]) if len(shape) == 2 else (int(np.prod(shape[1:-1])), shape[-1])
            kernel = sums.per_axis(self._node.attributes.get("kernel_size"), len(shape) - 1, 1)
            self._sheet = maps_sheet(
                count=shape[0], size=cells, kernels=0 if self._compact else self._inputs, width=room - _SCALES,
                height=tall, kernel_size=(1, kernel[0]) if len(kernel) == 1 else (kernel[0], kernel[1]),
                gap=_CLOSE if self._compact else GAP,
            )  # fmt: skip
        if len(self._places) != len(self._sheet.tiles):
            self._sort()
        self.setMinimumHeight(int(self._sheet.height) + 16)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def tile(self, index: int) -> QRectF:
        """Where a map is, or the row of a unit, on this widget."""
        if self._sheet is None:
            return QRectF()
        return self._sheet.tiles[self._place(index)].translated(_EDGE, 0)

    def _place(self, index: int) -> int:
        """Where on the sheet a map or unit is."""
        return self._places.index(index)

    # Pictures

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

    def values(self) -> Floats | None:
        """The node's values: exact ones if it is in focus, else those of the picture."""
        if self._exact is not None:
            return self._exact
        return self._maps.values() if self._maps is not None else None

    def _sort(self) -> None:
        """Which map or unit each place of the sheet shows."""
        count = len(self._sheet.tiles) if self._sheet else 0
        values = self.values() if self._by != "index" else None
        self._places = list(range(count))
        self._sorted_at = monotonic()
        if values is not None and count and values.size and values.size % count == 0:
            cells = np.nan_to_num(values.reshape(count, -1))
            # Of a unit there is one number, of which the size counts (of a class how much it is meant); of a map the
            # mean is what comes through a ReLU.
            assert self._graph is not None
            assert self._node is not None
            flat = cells.shape[1] == 1 and not words.is_output(self._graph, self._node)
            keys = np.abs(cells[:, 0]) if flat else cells.var(1) if self._by == "variance" else cells.mean(1)
            self._places = [int(one) for one in np.argsort(-keys, kind="stable")]
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.stage)
            if self._sheet is None or self._node is None or self._graph is None:
                return
            painter.translate(_EDGE, 0)
            if self._sheet.bars:
                self._paint_bars(painter)
            else:
                self._paint_maps(painter, self._sheet, QRectF(event.rect()).translated(-_EDGE, 0))
            painter.resetTransform()
            if not self._sheet.bars:
                self._paint_scales(painter)
            self._paint_tip(painter)

    def _paint_bars(self, painter: QPainter) -> None:
        values = self.values()
        if values is None or self._graph is None or self._node is None or self._sheet is None:
            return
        hit = self._hit()
        layer_bars.paint(
            painter,
            self._sheet,
            theme=self.theme,
            values=values.reshape(-1),
            order=self._places,
            names=[words.channel(self._graph, self._node, unit, self._classes) for unit in range(values.size)],
            strong={unit for unit in (self._pin[0] if self._pin else -1, hit[0] if hit else -1) if unit >= 0},
            classes=words.is_output(self._graph, self._node),
        )
        for unit in self._off & set(self._places):
            struck.paint(painter, self._sheet.tiles[self._place(unit)].adjusted(0, 2, 0, -2), self.theme)

    def _paint_maps(self, painter: QPainter, sheet: Sheet, visible: QRectF) -> None:
        theme, maps, weights = self.theme, self._maps, self._weights
        label = drawing.ui(11)
        tiles, kernels = [], []
        for index, tile in zip(self._places, sheet.tiles, strict=True):
            if tile.bottom() < visible.top() or tile.top() - 20 > visible.bottom():
                continue
            tiles.append(tile)
            drawing.write(painter, tile.left(), tile.top() - 6, f"map {index}", label, theme.text_2)
            if maps is not None:
                height = maps.pixels.shape[1]
                source = QRectF(0, index * height, maps.pixels.shape[2], height)
                drawing.put_pixels(painter, tile, self._picture, source)
            for place, rect in enumerate(sheet.kernels[self._place(index)]):
                kernels.append(rect)
                if weights is not None:
                    height = weights.pixels.shape[1]
                    source = QRectF(0, (index * self._inputs + place) * height, weights.pixels.shape[2], height)
                    drawing.put_pixels(painter, rect, self._kernel_picture, source)
        for index in self._off & set(range(len(sheet.tiles))):
            struck.paint(painter, sheet.tiles[self._place(index)], theme)
        _frames(painter, tiles, theme.border_strong)
        _frames(painter, kernels, drawing.faded(theme.kernel, 0.7))
        if self._pin is not None and self._pin[0] < len(sheet.tiles):
            self._paint_cell(painter, sheet, self._pin, theme.output)
        hit = self._hit()
        if hit is not None:
            place = self._place(hit[0])
            drawing.frame(painter, sheet.tiles[place], theme.output, 2)
            for rect in sheet.kernels[place]:
                drawing.frame(painter, rect, theme.kernel, 2)
            drawing.frame(painter, self._cell(sheet, hit).adjusted(0.5, 0.5, -0.5, -0.5), theme.text_1, 1.5)

    def _paint_cell(self, painter: QPainter, sheet: Sheet, pin: tuple[int, int, int], color: QColor) -> None:
        drawing.frame(painter, sheet.tiles[self._place(pin[0])], color, 2)
        drawing.frame(painter, self._cell(sheet, pin).adjusted(1, 1, -1, -1), color, 2)

    def _cell(self, sheet: Sheet, cell: tuple[int, int, int]) -> QRectF:
        tile, scale = sheet.tiles[self._place(cell[0])], sheet.scale
        return QRectF(tile.left() + cell[2] * scale, tile.top() + cell[1] * scale, scale, scale)

    def _paint_scales(self, painter: QPainter) -> None:
        theme, x = self.theme, float(self.width() - _EDGE - _SCALES + 28)
        y = 18.0
        for maps, weights, name in ((self._maps, False, "values"), (self._weights, True, "weights")):
            if maps is None or (maps is self._weights and self._compact):
                continue
            bar = QRectF(x, y, scale_bar.THICKNESS, 120)
            scale_bar.paint_upright(painter, bar, theme=theme, kind=drawing.kind_of(maps.signed, weights=weights))
            limit = float(maps.limits.max())
            same = float(maps.limits.min()) == limit
            if same:
                scale_bar.paint_upright_ends(painter, bar, theme=theme, limit=limit, signed=maps.signed)
            over = _OVER[self._over] if same or self._over is not Scale.LAYER else "each map"
            for line, text in enumerate((name, "over", over)):
                drawing.write(painter, x - 4, bar.bottom() + 18 + 14 * line, text, drawing.ui(11), theme.text_3)
            y = bar.bottom() + 80

    def _paint_tip(self, painter: QPainter) -> None:
        if self._hover is None or self._graph is None or self._node is None:
            return
        theme, ink, label = self.theme, drawing.mono(13), drawing.ui(11)
        hit, values = self._hit(), self.values()
        if hit is not None and values is not None:
            index = sums.cell_index(self._node.output_shape, *hit)
            name = words.channel(self._graph, self._node, hit[0], self._classes)
            where = name if words.is_flat(self._node) else f"{name} ({hit[1]}, {hit[2]})"
            value = float(values.reshape(self._node.output_shape)[index])
            words_of = [(numbers.text(value), ink, theme.output), (where, label, theme.text_2)]
        else:
            found = self._kernel_hit()
            if found is None or self._weights is None:
                return
            unit, place, row, column = found
            weights = self._weights
            value = float(weights.values()[unit * self._inputs + place, row, column])
            source = self._graph[self._node.inputs[0]]
            where = f"kernel of {words.channel(self._graph, source, place)} ({row}, {column})"
            words_of = [(numbers.text(value), ink, theme.kernel), (where, label, theme.text_2)]
        bounds = QRectF(self.visibleRegion().boundingRect()).adjusted(4, 4, -4, -4)
        drawing.tooltip(painter, theme=theme, near=self._hover, bounds=bounds, rows=[words_of])

    # The user

    def _hit(self) -> tuple[int, int, int] | None:
        """(map or unit, row, column) under the mouse."""
        if self._hover is None or self._sheet is None:
            return None
        point, sheet = self._hover - QPointF(_EDGE, 0), self._sheet
        place = sheet.at(point)
        if place is None:
            return None
        if sheet.bars:
            return self._places[place], 0, 0
        tile = sheet.tiles[place]
        return (
            self._places[place],
            int((point.y() - tile.top()) // sheet.scale),
            int((point.x() - tile.left()) // sheet.scale),
        )

    def _kernel_hit(self) -> tuple[int, int, int, int] | None:
        """(map, input, row, column) of the weight under the mouse."""
        if self._hover is None or self._sheet is None:
            return None
        point = self._hover - QPointF(_EDGE, 0)
        found = self._sheet.kernel_at(point)
        if found is None:
            return None
        rect, cell = self._sheet.kernels[found[0]][found[1]], self._sheet.kernel_cell
        map, place = self._places[found[0]], found[1]
        return map, place, int((point.y() - rect.top()) // cell), int((point.x() - rect.left()) // cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hit() else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        hit = self._hit()
        if event.button() == Qt.MouseButton.LeftButton and hit is not None:
            self._choose(hit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        hit = self._hit()
        if event.button() == Qt.MouseButton.LeftButton and hit is not None:
            self.activated.emit(*hit)

    def _choose(self, cell: tuple[int, int, int]) -> None:
        self.set_pin(cell)
        self.chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sheet, key = self._sheet, Qt.Key(event.key())
        if sheet is None:
            super().keyPressEvent(event)
            return
        across, down = (sheet.per_row, 1) if sheet.bars else (1, sheet.per_row)  # units go down first
        steps = {
            Qt.Key.Key_Left: -across,
            Qt.Key.Key_Right: across,
            Qt.Key.Key_Up: -down,
            Qt.Key.Key_Down: down,
        }
        if key in steps:
            order = self._places
            place = order.index(self._pin[0]) + steps[key] if self._pin is not None else 0
            if 0 <= place < len(order):
                row, column = self._pin[1:] if self._pin is not None else (0, 0)
                self._choose((order[place], row, column))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pin is not None:
            self.activated.emit(*self._pin)
        else:
            super().keyPressEvent(event)


def _frames(painter: QPainter, rects: list[QRectF], color: QColor) -> None:
    """Frames of 1 px outside of each rectangle, in one call."""
    painter.setPen(QPen(color, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRects([rect.adjusted(-0.5, -0.5, 0.5, 0.5) for rect in rects])
