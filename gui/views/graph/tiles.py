"""The still part of a diagram as pictures of 256 pixels a side, kept while they are near: panning only moves them."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from gui.views.graph.paint import Paint, View

SIDE = 256


class Tiles:
    """Pictures of one `Paint` by zoom and place, in device pixels."""

    def __init__(self, paint: Paint, ratio: float) -> None:
        self.paint, self.ratio = paint, ratio
        self._kept: OrderedDict[tuple[float, int, int], QPixmap] = OrderedDict()
        layout = paint.layout
        self._boxes = np.array([(b.x, b.y, b.right, b.bottom) for b in layout.boxes], float).reshape(-1, 4)
        self._edges = np.array([_bounds(edge.points) for edge in layout.edges], float).reshape(-1, 4)
        self._labels = np.array(
            [(one.x - one.width / 2, one.y - 8, one.x + one.width / 2, one.y + 8) for one in paint.labels], float
        ).reshape(-1, 4)
        self.most = 64

    def visible(self, zoom: float, x: float, y: float, width: float, height: float) -> Iterator[tuple[int, int]]:
        """Columns and rows of the pictures that a view shows; `x`, `y` are where the diagram's origin is in it."""
        scale = SIDE / self.ratio
        layout = self.paint.layout
        right, bottom = layout.width * zoom, layout.height * zoom
        first_x, last_x = math.floor(max(-x, -30) / scale), math.floor(min(width - x, right + 30) / scale)
        first_y, last_y = math.floor(max(-y, -30) / scale), math.floor(min(height - y, bottom + 30) / scale)
        for row in range(first_y, last_y + 1):
            for column in range(first_x, last_x + 1):
                yield column, row

    def get(self, zoom: float, column: int, row: int) -> QPixmap | None:
        key = (zoom, column, row)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def make(self, zoom: float, column: int, row: int) -> QPixmap:
        """Paint one picture."""
        scale = zoom * self.ratio
        pixmap = QPixmap(SIDE, SIDE)
        pixmap.fill(self.paint.theme.stage)
        painter = QPainter(pixmap)
        try:
            left, top = column * SIDE, row * SIDE
            around = 24 / scale
            clip = (left / scale - around, top / scale - around,
                    (left + SIDE) / scale + around, (top + SIDE) / scale + around)  # fmt: skip
            # Sizes of text follow the zoom alone: on a screen with more pixels the painter is scaled.
            painter.scale(self.ratio, self.ratio)
            view = View(zoom, -left / self.ratio, -top / self.ratio)
            layout = self.paint.layout
            self.paint.all(
                painter, view, [layout.boxes[i] for i in _inside(self._boxes, clip)],
                [layout.edges[i] for i in _inside(self._edges, clip)],
                [self.paint.labels[i] for i in _inside(self._labels, clip)],
            )  # fmt: skip
        finally:
            painter.end()
        pixmap.setDevicePixelRatio(self.ratio)
        self._kept[zoom, column, row] = pixmap
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)
        return pixmap

    def boxes_in(self, clip: tuple[float, float, float, float]) -> np.ndarray:
        """The numbers of the boxes that reach into (left, top, right, bottom) at 100 %."""
        return _inside(self._boxes, clip)

    def edges_in(self, clip: tuple[float, float, float, float]) -> np.ndarray:
        return _inside(self._edges, clip)

    def draw(self, painter: QPainter, zoom: float, at: float, column: int, row: int, pixmap: QPixmap,
             x: float, y: float) -> None:  # fmt: skip
        """Draw a picture that was made for `zoom` into a view that has zoom `at` and its origin at (x, y)."""
        side = SIDE / self.ratio
        if zoom == at:
            painter.drawPixmap(QPointF(round(x) + column * side, round(y) + row * side), pixmap)
            return
        factor = at / zoom
        target = QRectF(x + column * side * factor, y + row * side * factor, side * factor, side * factor)
        painter.drawPixmap(target, pixmap, QRectF(0, 0, SIDE, SIDE))


def _bounds(points: tuple[tuple[float, float], ...]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _inside(bounds: np.ndarray, clip: tuple[float, float, float, float]) -> np.ndarray:
    left, top, right, bottom = clip
    hit = (bounds[:, 0] <= right) & (bounds[:, 2] >= left) & (bounds[:, 1] <= bottom) & (bounds[:, 3] >= top)
    found: np.ndarray = np.flatnonzero(hit)
    return found
