"""The network as volumes: boxes to scale with their sizes at the edges, as figures of papers draw them, and alive."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.messages import Bytes, DatasetFacts, Graph, Maps, Snapshot
from gui.theme import DARK, Density, Theme, colormaps, numbers
from gui.theme.controls import Button
from gui.theme.numbers import TIMES
from gui.views import drawing
from gui.views.figure_limits import affordable
from gui.views.figure_view import FigureView
from gui.views.network.receptive import field
from gui.views.volumes import paint
from gui.views.volumes.boxes import Box, Layout
from gui.views.volumes.figure import Figure, Kind, Volume, figures
from gui.views.volumes.layout import fitted, whole

_COLUMN = 56  # so many pixels wide a column is at least
_SHOWN = 8.0  # values are shown on faces that are so many pixels high


class VolumesView(FigureView):
    """See `FigureView`. A face shows one map of its layer: the pinned one, else the strongest on the sample."""

    def __init__(self, theme: Theme = DARK, parent=None) -> None:  # type: ignore[no-untyped-def]
        super().__init__(theme, parent)
        self.setAccessibleName("Network as volumes")
        self._figure: Figure | None = None
        self._layout: Layout | None = None
        self._chosen: dict[str, int] = {}
        self._sample: object = None
        self._unfolded = False
        self.unfold_button = Button("Unfold all", theme, self, quiet=True)
        self.unfold_button.setToolTip("Show every block with all of its layers")
        self.unfold_button.hide()
        self.unfold_button.clicked.connect(lambda: self.set_unfolded(not self._unfolded))

    @property
    def layout_now(self) -> Layout | None:
        """The boxes as they stand; None before there is a network."""
        return self._layout

    def set_graph(self, graph: Graph, dataset: DatasetFacts | None = None) -> None:
        self._chosen = {}
        self._unfolded = False
        self._figure = self._layout = None
        super().set_graph(graph, dataset)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.sample is not self._sample:
            self._sample = snapshot.sample
            self._chosen = {}
        super().set_snapshot(snapshot)

    def set_density(self, density: Density | str) -> None:
        super().set_density(density)
        self._make_ready()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.unfold_button.set_theme(theme)

    def show_map(self, node: str, index: int) -> None:
        """Show this map on the face of the volume that holds the node."""
        box = self._box_of(node)
        if box is not None:
            self._chosen[box.volume.shown] = index
            self.update()

    def pin(self, node: str, index: int, row: int = 0, column: int = 0) -> bool:
        """Select the volume of a node and show this map on it; False if there is none."""
        box = self._box_of(node)
        if box is None:
            return False
        self.selected = box.volume.node
        self.show_map(node, index)
        return True

    def unpin(self) -> None:
        self.selected = None
        self.update()

    # Layout

    @property
    def magnified(self) -> float:
        """A large window is used for larger type, too."""
        return max(super().magnified, min(self.width() / 2000, self.height() / 800, 2.0), 1.0)

    def arrange(self, width: int, height: int) -> None:
        assert self.graph is not None
        most = max(8, min(width // _COLUMN, 30))
        told = list(figures(self.graph))
        self._figure, self._layout = fitted(told, width=width, height=height, most=most, caption=_caption_width)
        self.unfold_button.setVisible(self._figure is not told[0])
        if self._unfolded and self._figure is not told[0]:
            self._figure = told[0]
            self._layout = whole(told[0], width=width, height=height, caption=_caption_width)
        self.unfold_button.setText("Fold again" if self._figure.folded is False and self._unfolded else "Unfold all")
        self.unfold_button.adjustSize()
        place = self.rect().bottomRight() - self.unfold_button.rect().bottomRight()
        self.unfold_button.move(place.x() - 16, place.y() - 8)

    def set_unfolded(self, on: bool) -> None:
        """Draw every block with all of its layers, however small that is; zoom in to read it."""
        if on != self._unfolded:
            self._unfolded = on
            self._arranged = None
            self.fit()

    @property
    def extent(self) -> QRectF:
        shown = self._layout
        return QRectF(0, 0, shown.width, shown.height) if shown is not None else super().extent

    def _boxes(self) -> Sequence[Box]:
        return self._layout.boxes if self._layout is not None else ()

    def _box_of(self, node: str) -> Box | None:
        self._make_ready()
        return next((box for box in self._boxes() if node == box.volume.node or node in box.volume.nodes), None)

    def spots(self) -> Sequence[tuple[str, QPointF]]:
        return [(box.volume.node, QPointF(*box.middle)) for box in self._boxes()]

    def spot_at(self, point: QPointF) -> str | None:
        for box in reversed(self._boxes()):
            if paint.outline(box).containsPoint(point, Qt.FillRule.WindingFill):
                return box.volume.node
            if abs(point.x() - box.middle[0]) < box.room / 2 and box.y < point.y() < box.y + 50:
                return box.volume.node
        return None

    def pin_of(self, spot: str) -> tuple[str, int, int, int]:
        box = self._box_of(spot)
        if box is None:
            return (spot, 0, 0, 0)
        shown = box.volume
        if shown.kind is Kind.FLAT:
            return (shown.shown, 0, 0, 0)
        return (shown.shown, self._map_of(box), shown.height // 2, shown.width // 2)

    def shown_nodes(self) -> tuple[str, ...]:
        view = self.visible()
        wanted = {
            box.volume.shown
            for box in self._boxes()
            if box.volume.kind in (Kind.MAPS, Kind.FLAT)
            and box.height * self.zoom >= _SHOWN
            and view.intersects(QRectF(box.left, box.top, box.right - box.left, box.y - box.top))
        }
        assert self.graph is not None
        return affordable(self.graph, wanted)

    # Painting

    def paint_base(self, painter: QPainter) -> None:
        if self._layout is None:
            return
        paint.figure(painter, self._layout, self.theme)
        volumes = [box.volume for box in self._layout.boxes if box.volume.kernel is not None]
        kinds = [name for name, weighted in (("kernel", True), ("window", False))
                 if any(volume.weighted is weighted for volume in volumes)]  # fmt: skip
        paint.foot(painter, self._layout, self.theme, height=self._layout.height, kinds=kinds)

    def paint_live(self, painter: QPainter) -> None:
        snapshot = self.snapshot
        if snapshot is None or self._layout is None:
            return
        theme, boxes = self.theme, self._layout.boxes
        lit = []
        for index, box in enumerate(boxes):
            if box.volume.kind is Kind.INPUT:
                paint.face_picture(
                    painter, box, _input_picture(theme, snapshot.sample.picture), theme, frame=theme.input
                )
            elif (maps := snapshot.maps.get(box.volume.shown)) is None:
                continue
            elif box.volume.kind is Kind.FLAT:
                self._paint_units(painter, box, maps)
            elif box.height >= 3:
                pixels = maps.pixels[min(self._map_of(box), len(maps.pixels) - 1)]
                table = colormaps.lut(theme, drawing.kind_of(maps.signed))
                if pixels.shape[0] == 1 and box.volume.width == 1:
                    pixels = np.ascontiguousarray(pixels.T)
                paint.face_picture(painter, box, colormaps.picture(pixels, table), theme, frame=theme.text_3)
            else:
                continue
            lit.append(index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, box in enumerate(boxes):
            if box.volume.kernel is not None:
                for source in box.volume.sources:
                    over = boxes[source].volume.kind in (Kind.INPUT, Kind.MAPS)
                    if over and (source in lit or index in lit):
                        paint.kernel(painter, boxes[source], box, theme)

    def _paint_units(self, painter: QPainter, box: Box, maps: Maps) -> None:
        pixels = np.ascontiguousarray(maps.pixels.reshape(-1, 1))
        table = colormaps.lut(self.theme, drawing.kind_of(maps.signed))
        rect = QRectF(box.x, box.y - box.height, box.depth, box.height)
        painter.drawImage(rect, colormaps.picture(pixels, table))
        painter.setPen(QPen(self.theme.text_3, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)

    def paint_over(self, painter: QPainter) -> None:
        if self._layout is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for spot, color in ((self.selected, self.theme.accent), (self.hover, self.theme.output)):
            box = self._box_of(spot) if spot else None
            if box is None:
                continue
            if spot == self.hover and box.volume.kernel is not None:
                for source in box.volume.sources:
                    if self._layout.boxes[source].volume.kind in (Kind.INPUT, Kind.MAPS):
                        paint.kernel(painter, self._layout.boxes[source], box, self.theme, strong=True)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 2.0))
            painter.drawPolygon(paint.outline(box))

    def paint_tip(self, painter: QPainter) -> None:
        box = self._box_of(self.hover) if self.hover else None
        if box is None or self.graph is None:
            return
        drawing.tooltip(
            painter, theme=self.theme, near=self.pointer, bounds=QRectF(self.rect()), rows=self._tip(self.graph, box)
        )

    def _tip(self, graph: Graph, box: Box) -> list[list[tuple[str, drawing.Ink, QColor]]]:
        theme, volume = self.theme, box.volume
        nodes = [graph[name] for name in volume.nodes]
        shape = (volume.channels, volume.height, volume.width) if volume.kind is not Kind.FLAT else (volume.channels,)
        label, figures = drawing.ui(11), drawing.mono(11)
        rows: list[list[tuple[str, drawing.Ink, QColor]]] = [
            [(volume.title, drawing.ui(12, 600), theme.text_1), (numbers.shape(shape), figures, theme.text_2)]
        ]
        if volume.words:
            rows.append([(", ".join(volume.words), label, theme.text_2)])
        parameters, adds = sum(node.parameters for node in nodes), sum(node.multiply_adds for node in nodes)
        if parameters or adds:
            rows.append([(numbers.count(parameters), figures, theme.kernel), ("parameters", label, theme.text_3)])
            rows.append([(numbers.short(adds), figures, theme.text_1), ("multiply-adds", label, theme.text_3)])
        if volume.kind is Kind.MAPS and len(graph.input_shape) == len(graph[volume.shown].output_shape):
            seen = field(graph, volume.shown)
            text = "the whole input" if seen.everything else TIMES.join(map(str, seen.size))
            rows.append([("receptive field", label, theme.text_3), (text, figures, theme.input)])
            rows.append([(f"map {self._map_of(box)} on its face", label, theme.text_3)])
        return rows

    def _map_of(self, box: Box) -> int:
        """Which map is on a face: chosen once a sample, so that it does not flicker while training."""
        shown = box.volume.shown
        if shown in self._chosen:
            return self._chosen[shown]
        maps = self.snapshot.maps.get(shown) if self.snapshot is not None else None
        if maps is None:
            return 0
        middle = 127.5 if maps.signed else 0.0
        strength = np.abs(maps.pixels.astype(np.float32) - middle).mean(axis=(1, 2)) * maps.limits
        self._chosen[shown] = int(strength.argmax())
        return self._chosen[shown]


def _caption_width(volume: Volume) -> float:
    return _measured(volume.title, volume.words, volume.kind)


@lru_cache(maxsize=1024)
def _measured(title: str, words: tuple[str, ...], kind: Kind) -> float:
    """A caption asks for its title and for half of its words, as they may stand in two lines."""
    if kind is Kind.SUM:
        return 20.0
    text = drawing.ui(11).width(", ".join(words))
    longest = max((drawing.ui(11).width(word) for phrase in words for word in phrase.split()), default=0.0)
    title_width = min(drawing.ui(12, 600).width(title), 84.0)
    return max(title_width, min(text, max(text * 0.56, longest)), 30.0) + 12.0


def _input_picture(theme: Theme, picture: Bytes) -> QImage:
    if len(picture) == 3:
        return colormaps.photograph(picture)
    return colormaps.picture(np.ascontiguousarray(picture[0]), colormaps.lut(theme, "input"))
