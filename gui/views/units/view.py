"""The network as units and edges: circles and lines, weights as colour and width, values as the circles' colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from engine.messages import DatasetFacts, Graph, Maps, Snapshot
from engine.messages.weights import Edges, EdgesOf, NodeEdges
from gui.theme import DARK, Theme, colormaps, numbers
from gui.views import drawing, words
from gui.views.figure_limits import affordable
from gui.views.figure_view import FigureView
from gui.views.units import paint
from gui.views.units.layers import Layer, edges_wanted, layers
from gui.views.units.layout import Seat, arranged

_ASK_MS = 400  # while weights change they are asked for so often: lines are read, not watched
_MOST_LINES = 1200


class UnitsView(FigureView):
    """See `FigureView`. `weights_wanted(parts)`: `EdgesOf` for an `AskEdges`; give the answer to `set_weights`."""

    weights_wanted = Signal(object)

    def __init__(self, theme: Theme = DARK, parent=None) -> None:  # type: ignore[no-untyped-def]
        super().__init__(theme, parent)
        self.setAccessibleName("Network as units and edges")
        self._layers: tuple[Layer, ...] = ()
        self._seats: tuple[Seat, ...] = ()
        self._extent = QRectF()
        self._edges: dict[str, NodeEdges] = {}
        self._moment: int | None = None  # of the weights that were asked for
        self._wanted: tuple[EdgesOf, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(self._ask_if_changed)

    # What is shown

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        self._layers = layers(graph)
        self._edges, self._moment, self._wanted = {}, None, ()
        self._seats = ()
        super().set_graph(graph, dataset)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        super().set_snapshot(snapshot)
        new = self.snapshot is snapshot and snapshot.moment != self._moment
        lost = bool(self._wanted) and not self._edges  # asked for before there was a network to ask
        if (new or lost) and not self._timer.isActive():
            self._ask()

    def set_weights(self, found: Edges) -> None:
        """The weights that were asked for."""
        self._edges.update({one.node: one for one in found.nodes})
        self.forget_still()

    @property
    def has_weights(self) -> bool:
        """Whether weights have come, if any are to be seen."""
        return bool(self._edges) or not self.wanted()

    def wanted(self) -> tuple[EdgesOf, ...]:
        """The weights that are on screen."""
        self._make_ready()
        view = self.visible()
        near = {seat.index: seat.units for seat in self._seats if view.intersects(seat.rect.adjusted(-300, 0, 300, 0))}
        parts = edges_wanted(self._layers, near)
        most = max(_MOST_LINES // max(len(parts), 1), 60)
        return tuple(EdgesOf(part.node, part.units, part.inputs, min(part.count, most)) for part in parts)

    def _ask(self) -> None:
        if self.snapshot is None or not self.isVisible():
            return
        self._moment = self.snapshot.moment
        self._wanted = self.wanted()
        self._timer.start()
        if self._wanted:
            self.weights_wanted.emit(self._wanted)

    def _ask_if_changed(self) -> None:
        if self.snapshot is not None and (self.snapshot.moment != self._moment or self.wanted() != self._wanted):
            self._ask()

    def hideEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        self._timer.stop()
        super().hideEvent(event)

    def _tell_watched(self) -> None:
        super()._tell_watched()
        if self.snapshot is not None and not self._timer.isActive():
            self._timer.start()

    # Layout

    def arrange(self, width: int, height: int) -> None:
        self._seats, self._extent = arranged(self._layers, width=width, height=height)

    @property
    def extent(self) -> QRectF:
        return self._extent if not self._extent.isEmpty() else super().extent

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The layers as they stand."""
        self._make_ready()
        return self._seats

    def spots(self) -> Sequence[tuple[str, QPointF]]:
        return [
            (f"{seat.index}:{unit}", middle)
            for seat in self._seats
            for unit in seat.units
            if (middle := seat.place(unit)) is not None
        ]

    def spot_at(self, point: QPointF) -> str | None:
        for seat in self._seats:
            if not seat.rect.adjusted(-8, -8, 8, 8).contains(point):
                continue
            for unit in seat.units:
                tile = seat.tile(unit)
                if tile is not None and tile.adjusted(-3, -3, 3, 3).contains(point):
                    return f"{seat.index}:{unit}"
        return None

    def _at(self, spot: str) -> tuple[Seat, int]:
        index, unit = spot.split(":")
        return self._seats[int(index)], int(unit)

    def node_of(self, spot: str) -> str:
        return self._at(spot)[0].layer.shown

    def pin_of(self, spot: str) -> tuple[str, int, int, int]:
        seat, unit = self._at(spot)
        return (seat.layer.shown, unit, seat.layer.rows // 2, seat.layer.columns // 2)

    def pin(self, node: str, index: int, row: int = 0, column: int = 0) -> bool:
        """Select a unit of the layer that holds a node; False if it is not shown."""
        for seat in self.seats:
            if node in (seat.layer.node, seat.layer.shown) and seat.place(index) is not None:
                self.selected = f"{seat.index}:{0 if seat.picture else index}"
                self.update()
                return True
        return False

    def unpin(self) -> None:
        self.selected = None
        self.update()

    def shown_nodes(self) -> tuple[str, ...]:
        assert self.graph is not None
        view = self.visible()
        wanted = {seat.layer.shown for seat in self._seats if not seat.picture and view.intersects(seat.rect)}
        return affordable(self.graph, wanted)

    # Painting

    def _ends(self, seat: Seat, before: Seat, source: int, unit: int) -> tuple[QPointF, QPointF] | None:
        whole = before.layer.is_map and seat.layer.is_map  # between maps an edge is a kernel
        start = before.leaves_map(source) if whole else before.leaves(source)
        end = seat.enters(unit)
        return None if start is None or end is None else (start, end)

    def paint_base(self, painter: QPainter) -> None:
        theme = self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for seat in self._seats:
            for source in seat.layer.sources:
                before = self._seats[source]
                found = self._edges.get(seat.layer.node)
                if seat.layer.joins == "one" or (seat.layer.joins == "add"):
                    paint.passes(painter, before, seat, theme)
                elif found is not None:
                    paint.edges(painter, found, partial(self._ends, seat, before), theme)
                else:
                    paint.bundle(painter, before, seat, theme)
        for seat in self._seats:
            self._paint_bodies(painter, seat)
            others = [abs(one.rect.center().x() - seat.rect.center().x()) for one in self._seats]
            paint.head(painter, seat, theme, min([away for away in others if away > 1], default=200.0) - 8)
        shown = [self._edges[seat.layer.node] for seat in self._seats if seat.layer.node in self._edges]
        paint.foot(
            painter, theme, width=self._extent.width(), height=self._extent.height(),
            limits=[one.limit for one in shown], biases=any(len(one.biases) for one in shown),
        )  # fmt: skip

    def _paint_bodies(self, painter: QPainter, seat: Seat) -> None:
        """The units without values."""
        theme = self.theme
        for unit in seat.units:
            tile, middle = seat.tile(unit), seat.place(unit)
            if tile is None or middle is None:
                continue
            line = theme.input if seat.layer.is_input else theme.border_strong
            if seat.layer.is_map:
                painter.fillRect(tile, theme.raised)
                drawing.frame(painter, tile, line)
            else:
                paint.circle(painter, middle, seat.size, theme.raised, line)
        self._paint_class_names(painter, seat)

    def _paint_class_names(self, painter: QPainter, seat: Seat) -> None:
        if not seat.layer.is_output or not self.classes:
            return
        ink = drawing.ui(11)
        for unit in seat.units:
            middle = seat.place(unit)
            if middle is not None and unit < len(self.classes):
                drawing.write(
                    painter, middle.x() + seat.size / 2 + 8, middle.y() + 4, ink.elided(self.classes[unit], 90), ink,
                    self.theme.text_2,
                )  # fmt: skip

    def paint_live(self, painter: QPainter) -> None:
        snapshot = self.snapshot
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if snapshot is not None:
            for seat in self._seats:
                if seat.picture:
                    self._paint_picture(painter, seat, snapshot)
                elif (maps := snapshot.maps.get(seat.layer.shown)) is not None:
                    self._paint_values(painter, seat, maps)
        for seat in self._seats:
            found = self._edges.get(seat.layer.node)
            if found is not None:
                for unit, value in zip(found.bias_units.tolist(), found.biases.tolist(), strict=True):
                    paint.bias(painter, seat, unit, value, found.bias_limit, self.theme)

    def _paint_picture(self, painter: QPainter, seat: Seat, snapshot: Snapshot) -> None:
        picture = snapshot.sample.picture
        if picture.shape[1:] != (seat.layer.rows, seat.layer.columns):
            return
        if len(picture) == 3:
            image = colormaps.photograph(picture)
        else:
            image = colormaps.picture(np.ascontiguousarray(picture[0]), colormaps.lut(self.theme, "input"))
        painter.drawImage(seat.rect, image)
        drawing.frame(painter, seat.rect, self.theme.input)

    def _paint_values(self, painter: QPainter, seat: Seat, maps: Maps) -> None:
        table = colormaps.lut(self.theme, drawing.kind_of(maps.signed))
        for unit in seat.units:
            if unit >= len(maps.pixels):
                return
            tile, middle = seat.tile(unit), seat.place(unit)
            if tile is None or middle is None:
                continue
            if seat.layer.is_map:
                painter.drawImage(tile, colormaps.picture(np.ascontiguousarray(maps.pixels[unit]), table))
            else:
                fill = QColor.fromRgb(int(table[int(maps.pixels[unit].flat[0])]))
                line = self.theme.input if seat.layer.is_input else self.theme.text_3
                paint.circle(painter, middle, seat.size, fill, line)

    def paint_over(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hover is not None:
            self._paint_own_edges(painter, *self._at(self.hover))
        for spot, color in ((self.selected, self.theme.accent), (self.hover, self.theme.output)):
            if spot is None:
                continue
            seat, unit = self._at(spot)
            tile, middle = seat.tile(unit), seat.place(unit)
            if tile is None or middle is None:
                continue
            painter.setPen(QPen(color, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if seat.layer.is_map:
                drawing.frame(painter, tile, color, 2)
            else:
                painter.drawEllipse(middle, seat.size / 2 + 2, seat.size / 2 + 2)

    def _paint_own_edges(self, painter: QPainter, seat: Seat, unit: int) -> None:
        """The edges of one unit, into it and out of it, on top of all others."""
        for after in self._seats:
            found = self._edges.get(after.layer.node)
            if found is None or (after is not seat and seat.index not in after.layer.sources):
                continue
            before = self._seats[after.layer.sources[0]] if after is seat else seat
            cells = 1 if after.layer.is_map else before.layer.rows * before.layer.columns
            for source, target, value in zip(
                found.inputs.tolist(), found.units.tolist(), found.values.tolist(), strict=True
            ):
                if (target if after is seat else source // cells) != unit:
                    continue
                line = self._ends(after, before, source, target)
                if line is not None and value:
                    pen = QPen(paint.edge_pen(self.theme, round(paint.share(value, found.limit) * 15), value > 0))
                    strong = pen.color()
                    strong.setAlphaF(0.96)
                    pen.setColor(strong)
                    painter.setPen(pen)
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawPath(paint.edge(*line))
                    cell = before.cell(source) if not after.layer.is_map else None
                    if cell is not None:  # the very pixel that the edge comes from
                        painter.fillRect(cell, strong)

    def paint_tip(self, painter: QPainter) -> None:
        if self.hover is None or self.graph is None:
            return
        seat, unit = self._at(self.hover)
        layer, theme = seat.layer, self.theme
        label, figures = drawing.ui(11), drawing.mono(11)
        name = words.channel(self.graph, self.graph[layer.shown], unit, self.classes)
        rows: list[list[tuple[str, drawing.Ink, QColor]]] = [
            [(layer.title, drawing.ui(12, 600), theme.text_1), (name, label, theme.text_2)]
        ]
        maps = self.snapshot.maps.get(layer.shown) if self.snapshot is not None else None
        if maps is not None and not layer.is_map and unit < len(maps.pixels):
            value = float(maps.values()[unit].flat[0])
            rows.append([("value", label, theme.text_3), (numbers.text(value), figures, theme.output)])
        found = self._edges.get(layer.node)
        if found is not None:
            for index, value in zip(found.bias_units.tolist(), found.biases.tolist(), strict=True):
                if index == unit:
                    rows.append([("bias", label, theme.text_3), (numbers.text(value), figures, theme.bias)])
        drawing.tooltip(painter, theme=theme, near=self.pointer, bounds=QRectF(self.rect()), rows=rows)
