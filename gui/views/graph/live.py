"""The values inside the nodes: a card's strongest maps, the units of a flat layer, the channels of a concatenation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from engine.messages import Maps, Quantity, Snapshot
from gui.theme import Theme, colormaps
from gui.views import drawing
from gui.views.graph.layout import Box, Layout, Look, segment_spans, segments
from gui.views.graph.paint import TILE, TILE_GAP, VECTORS, View, tile_area

_LARGEST = 64  # cells along a side of a map; larger ones are averaged down to it


@dataclass(frozen=True, eq=False)
class _Shown:
    """A picture of a box's values as it was painted for one message, zoom and theme."""

    maps: Maps
    zoom: float
    pixmap: QPixmap


class Live:
    """Pictures of the values of boxes, each made once a message. Which maps a card shows changes with the sample."""

    def __init__(self) -> None:
        self._orders: dict[int, NDArray[np.intp]] = {}
        self._shown: dict[str, _Shown] = {}
        self._sample: object = None
        self._quantity = Quantity.ACTIVATIONS
        self.pinned: tuple[int, int] | None = None  # (node, map): always among the maps of its card

    def forget(self) -> None:
        """Another network, theme or layout: nothing that was painted holds."""
        self._orders.clear()
        self._shown.clear()

    def repaint(self) -> None:
        self._shown.clear()

    def set_sample(self, sample: object, quantity: Quantity) -> None:
        """Another sample has other strongest maps, and so have gradients."""
        if sample is not self._sample or quantity is not self._quantity:
            self._sample, self._quantity = sample, quantity
            self._orders.clear()
            self._shown.clear()

    def pictures(self) -> dict[str, QPixmap]:
        """What is painted now, by box."""
        return {key: shown.pixmap for key, shown in self._shown.items()}

    def order(self, node: int, maps: Maps) -> NDArray[np.intp]:
        """The maps of a node, those with the largest mean |value| first, for as long as the sample stays."""
        known = self._orders.get(node)
        if known is None or len(known) != len(maps.pixels):
            known = self._orders[node] = strongest_first(maps)
        return known

    def indices(self, node: int, maps: Maps, count: int) -> list[int]:
        """Which maps a card shows."""
        found: list[int] = self.order(node, maps)[:count].tolist()
        pinned = self.pinned[1] if self.pinned is not None and self.pinned[0] == node else -1
        if found and 0 <= pinned < len(maps.pixels) and pinned not in found:
            found[-1] = pinned
        return found

    def paint(self, painter: QPainter, view: View, box: Box, layout: Layout, snapshot: Snapshot, theme: Theme,
              ratio: float = 1.0, *, vectors: bool = False) -> None:  # fmt: skip
        """Paint the values of a card or strip, if the snapshot has them."""
        maps = snapshot.maps.get(layout.network.nodes[box.face].name)
        if maps is None or not fits(maps, layout, box.face):
            return
        area = box_area(box)
        rect = view.rect(*area)
        if rect.width() < 2 or rect.height() < 2:
            return
        if vectors:
            painter.save()
            painter.translate(rect.topLeft())
            self._picture(painter, rect, box, layout, maps, theme)
            painter.restore()
            return
        known = self._shown.get(box.key)
        if known is None or known.maps is not maps or known.zoom != view.zoom * ratio:
            pixmap = QPixmap(round(rect.width() * ratio), round(rect.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(theme.panel)
            inner = QPainter(pixmap)
            try:
                self._picture(inner, rect, box, layout, maps, theme)
            finally:
                inner.end()
            known = self._shown[box.key] = _Shown(maps, view.zoom * ratio, pixmap)
            if len(self._shown) > 400:
                self._shown.pop(next(iter(self._shown)))
        painter.drawPixmap(rect.topLeft(), known.pixmap)

    def _picture(self, painter: QPainter, rect: QRectF, box: Box, layout: Layout, maps: Maps, theme: Theme) -> None:
        table = colormaps.lut(theme, drawing.kind_of(maps.signed))
        size = (rect.width(), rect.height())
        if box.look is Look.STRIP:
            self._strip(painter, size, box, layout, maps, table, theme)
        elif maps.pixels.shape[1] * maps.pixels.shape[2] == 1:
            image = colormaps.picture(folded(over_layer(maps), rect.width() / max(rect.height(), 1.0)), table)
            _draw_part(painter, QRectF(0, 0, *size), image, QRectF(image.rect()))
        else:
            self._tiles(painter, size, box, maps, table, theme)

    def _tiles(self, painter: QPainter, size: tuple[float, float], box: Box, maps: Maps, table: colormaps.Lut,
               theme: Theme) -> None:  # fmt: skip
        columns, rows = tile_grid(box)
        chosen = self.indices(box.face, maps, columns * rows)
        pixels = reduced(maps.pixels[chosen])
        count, height, width = pixels.shape
        image = colormaps.picture(np.ascontiguousarray(pixels.reshape(count * height, width)), table)
        for index, number in enumerate(chosen):
            target = tile_rect(size, columns, rows, index)
            small = target.width() < width
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
            _draw_part(painter, target, image, QRectF(0, index * height, width, height))
            if self.pinned == (box.face, number):
                painter.setPen(theme.output)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(target.adjusted(0.5, 0.5, -0.5, -0.5))

    @staticmethod
    def _strip(painter: QPainter, size: tuple[float, float], box: Box, layout: Layout, maps: Maps,
               table: colormaps.Lut, theme: Theme) -> None:  # fmt: skip
        means = channel_means(maps)
        image: QImage = colormaps.picture(means[:, None], table)
        painter.fillRect(QRectF(0, 0, *size), theme.ground if box.level else theme.stage)
        scale = size[1] / box.height
        channel = 0
        spans = segment_spans(layout.network, box.face, box.height)
        for (_, top, bottom), (_, count) in zip(spans, segments(layout.network, box.face), strict=True):
            source = QRectF(0, channel, 1, count)
            _draw_part(painter, QRectF(0, top * scale, size[0], (bottom - top) * scale), image, source)
            channel += count


def _draw_part(painter: QPainter, target: QRectF, image: QImage, source: QRectF) -> None:
    """Draw a part of a picture; into a file of lines, which cannot cut pictures and blurs them, as one of its own."""
    if painter.paintEngine().type() in VECTORS:
        part = image.copy(source.toRect())
        size = (target.size() * 2).toSize().expandedTo(QSize(1, 1))
        painter.drawImage(target, part.scaled(size))
    else:
        painter.drawImage(target, image, source)


def tile_grid(box: Box) -> tuple[int, int]:
    return (3 if box.width > 80 else 1), (3 if box.tall else 1)


def tile_rect(size: tuple[float, float], columns: int, rows: int, index: int) -> QRectF:
    """Where a tile of an area of `size` pixels is, on whole pixels."""
    row, column = divmod(index, columns)
    pitch_x, pitch_y = TILE + TILE_GAP, TILE + TILE_GAP
    across, down = size[0] / (columns * pitch_x - TILE_GAP), size[1] / (rows * pitch_y - TILE_GAP)
    left, top = round(column * pitch_x * across), round(row * pitch_y * down)
    right, bottom = round((column * pitch_x + TILE) * across), round((row * pitch_y + TILE) * down)
    return QRectF(left, top, right - left, bottom - top)


def box_area(box: Box) -> tuple[float, float, float, float]:
    """Where in a box its values are, at 100 %."""
    if box.look is Look.STRIP:
        return box.x, box.y, box.width - 3, box.height  # beside the colours of the origins
    return tile_area(box)


def fits(maps: Maps, layout: Layout, node: int) -> bool:
    """Whether maps are of this node, and not of one by the same name in a network that was here before."""
    shape = layout.network.nodes[node].output_shape
    size = 1
    for axis, one in enumerate(shape):
        size *= -(-one // maps.step) if axis else one  # large maps come averaged
    return maps.pixels.ndim == 3 and maps.pixels.size == size and maps.pixels.size > 0


def strongest_first(maps: Maps) -> NDArray[np.intp]:
    pixels = maps.pixels
    step = max(1, pixels.shape[1] // 28), max(1, pixels.shape[2] // 28)
    some = pixels[:, :: step[0], :: step[1]].reshape(len(pixels), -1).astype(np.float32)
    if maps.signed:
        some = np.abs(some - 127.5)
    order: NDArray[np.intp] = np.argsort(-some.mean(axis=1) * maps.limits, kind="stable")
    return order


def reduced(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Maps (n, rows, columns), averaged down where they have more than `_LARGEST` cells along a side."""
    factor = -(-max(pixels.shape[1:]) // _LARGEST)
    if factor <= 1:
        return pixels
    down, across = min(factor, pixels.shape[1]), min(factor, pixels.shape[2])
    rows, columns = pixels.shape[1] // down, pixels.shape[2] // across
    cut = pixels[:, : rows * down, : columns * across].reshape(-1, rows, down, columns, across)
    means: NDArray[np.uint8] = cut.mean(axis=(2, 4), dtype=np.float32).astype(np.uint8)
    return means


def channel_means(maps: Maps) -> NDArray[np.uint8]:
    """The mean of each channel as an entry of the value map, the largest filling it."""
    middle = 127.5 if maps.signed else 0.0
    means = maps.pixels.reshape(len(maps.pixels), -1).mean(axis=1, dtype=np.float32) - middle
    means = means * (maps.limits / float(maps.limits.max(initial=1e-12)))
    top = float(np.abs(means).max(initial=0.0)) or 1.0
    full = 127.5 if maps.signed else 255.0
    entries: NDArray[np.uint8] = np.clip(means / top * full + middle + 0.5, 0, 255).astype(np.uint8)
    return entries


def over_layer(maps: Maps) -> NDArray[np.uint8]:
    """The units (n,) scaled over their layer, also where each is a map of its own."""
    from gui.views.network.live import over_layer as over

    return over(maps).reshape(-1)


def folded(units: NDArray[np.uint8], aspect: float) -> NDArray[np.uint8]:
    """Units in columns, in a picture about `aspect` times as wide as high; the rest repeats the last one's zero."""
    count = len(units)
    columns = max(1, min(count, round((count * aspect) ** 0.5)))
    rows = -(-count // columns)
    columns = -(-count // rows)
    padded = np.zeros(rows * columns, np.uint8)
    padded[:count] = units
    if rows * columns > count:
        padded[count:] = units.min(initial=255)
    return np.ascontiguousarray(padded.reshape(columns, rows).T)
