"""Painting a diagram by level of detail: all of a card near by, its facts from afar, boxes and bars from far away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen, QPolygonF

from gui.theme import Theme, icons
from gui.theme.controls import mixed
from gui.views import drawing
from gui.views.graph import texts
from gui.views.graph.colors import origin_colors, role_color
from gui.views.graph.labels import Label
from gui.views.graph.layout import HEAD, Box, Edge, Layout, Look, segment_spans
from gui.views.graph.modules import Module

NEAR, FAR = 0.55, 0.3
"""The zoom from which on maps are shown, and the one from which on there is room for facts."""
VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Picture, QPaintEngine.Type.Pdf)
INNER = 6.0
TILE, TILE_GAP = 32.0, 2.0
TILES_TOP = 36.0


@dataclass(frozen=True)
class View:
    """From the diagram at 100 % to pixels: `x`, `y` are where its origin lies."""

    zoom: float
    x: float = 0.0
    y: float = 0.0

    def px(self, x: float) -> float:
        return float(int(x * self.zoom + self.x + 1e6 + 0.5) - 1_000_000)

    def py(self, y: float) -> float:
        return float(int(y * self.zoom + self.y + 1e6 + 0.5) - 1_000_000)

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        left, top = self.px(x), self.py(y)
        return QRectF(left, top, self.px(x + width) - left, self.py(y + height) - top)

    def box(self, box: Box) -> QRectF:
        return self.rect(box.x, box.y, box.width, box.height)


@dataclass(frozen=True, eq=False)
class Paint:
    """All that painting takes but the place: `most` are the largest parameters and multiply-adds of a module."""

    layout: Layout
    theme: Theme
    labels: tuple[Label, ...]
    most: tuple[int, int]
    by_role: bool = False

    def all(self, painter: QPainter, view: View, boxes: Iterable[Box], edges: Iterable[Edge],
            labels: Iterable[Label]) -> None:  # fmt: skip
        """Paint these boxes and wires, ground first."""
        boxes = list(boxes)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for box in boxes:
            if box.look is Look.GROUP:
                self._group(painter, view, box)
        for edge in edges:
            paint_edge(painter, view, edge, self.theme)
        self.write(painter, view, labels)
        for box in boxes:
            if box.look is Look.CARD:
                self._card(painter, view, box)
            elif box.look is Look.STRIP:
                self._strip(painter, view, box)
            elif box.look is Look.DISC:
                self._disc(painter, view, box)
        if view.zoom < FAR:
            self._plates(painter, view, [box for box in boxes if box.look is Look.GROUP and box.level < 2])

    def write(self, painter: QPainter, view: View, labels: Iterable[Label]) -> None:
        """Write on wires, where it can be read."""
        if view.zoom >= 0.5:
            for label in labels:
                self._label(painter, view, label)

    # Modules

    def _group(self, painter: QPainter, view: View, box: Box) -> None:
        theme, rect, zoom = self.theme, view.box(box), view.zoom
        painter.setPen(QPen(theme.border_strong, 1))
        painter.setBrush(theme.ground)
        radius = 4 * min(zoom, 1.0)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._head(painter, view, box, rect)
        if zoom >= FAR:
            inside = QRectF(rect.left() + 10 * zoom, rect.bottom() - 15 * zoom, rect.width() - 20 * zoom, 8 * zoom)
            self._bars(painter, inside, box, zoom)

    def _head(self, painter: QPainter, view: View, box: Box, rect: QRectF) -> None:
        theme, zoom = self.theme, view.zoom
        assert isinstance(box.part, Module)
        size = max(12 * zoom, min(11.0, 27 * zoom))
        if size < 6 or rect.width() < 24 or (zoom < FAR and box.level < 2):
            return
        name = drawing.ui(round(size), 600)
        middle = rect.top() + (14 if zoom >= NEAR else 17) * zoom
        x = rect.left() + 8 * zoom
        if zoom >= FAR:
            side = round(12 * max(zoom, 0.75))
            icons.paint(painter, "chevron-down", theme.text_2, QRectF(round(x), round(middle - side / 2), side, side))
            x += side + 4 * zoom
        baseline = middle + size * 0.36
        room = rect.right() - 8 * zoom - x
        network = self.layout.network
        text = _elided(box.part.label, round(size), 600, int(room))
        x = drawing.write(painter, x, baseline, text, name, theme.text_1) + 8 * zoom
        if zoom < NEAR:
            return
        small = drawing.ui(max(9, round(11 * zoom)))
        mono = drawing.mono(max(9, round(11 * zoom)))
        right = rect.right() - 10 * zoom
        cost = texts.cost(network.parameters(box.part))
        shape = texts.shape(network.nodes[box.face].output_shape)
        if right - mono.width(f"{shape}  {cost}") > x:
            right = drawing.write_right(painter, right, baseline, cost, mono, theme.text_3) - 10 * zoom
            right = drawing.write_right(painter, right, baseline, shape, mono, theme.text_2) - 10 * zoom
        kind = network.kind(box.part)
        if small.width(kind) < right - x:
            drawing.write(painter, x, baseline, kind, small, theme.text_2)

    def _plates(self, painter: QPainter, view: View, boxes: list[Box]) -> None:
        """The names of large modules from far away, over what is in them; one in another stands beside its name."""
        taken: list[QRectF] = []
        for box in sorted(boxes, key=lambda box: box.level):
            rect = view.box(box)
            high = max(11.0, HEAD * view.zoom) if view.zoom >= 0.2 else 15.0  # what is in it may have names, too
            ink = drawing.ui(min(11 if box.level == 0 else 10, round(high - 1)), 600)
            place = QRectF(rect.left() + 1, rect.top() + 1, ink.width(box.part.label) + 8, min(high, 15.0))
            if place.width() > rect.width() * 0.8 or rect.height() < 34:
                continue
            for other in taken:
                if place.intersects(other):
                    place.moveTopLeft(QPointF(other.right() + 1, other.top()))
            if place.right() >= rect.right():
                continue
            taken.append(place)
            painter.fillRect(place, self.theme.ground)
            color = self.theme.text_1 if box.level == 0 else self.theme.text_2
            drawing.write(painter, place.left() + 4, place.center().y() + 3.5, box.part.label, ink, color)

    # Nodes

    def _card(self, painter: QPainter, view: View, box: Box) -> None:
        theme, zoom = self.theme, view.zoom
        rect = view.box(box)
        network = self.layout.network
        node = network.nodes[box.face]
        fill = theme.panel
        if self.by_role and zoom < FAR:
            fill = mixed(role_color(theme, texts.role(self._main(box))), theme.panel, 0.5)
        pen = QPen(theme.border_strong, 1)
        if not box.is_module and box.part.first in network.unused:
            pen = drawing.dashed(theme.text_3)
        painter.setPen(pen)
        painter.setBrush(fill)
        if rect.width() < 12:
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        if zoom >= NEAR:
            self._tiles(painter, view, box)
        if self.by_role and zoom >= FAR:
            stripe = QRectF(rect.left(), rect.top(), max(3.0, 3 * zoom), rect.height())
            painter.fillRect(stripe, role_color(theme, texts.role(self._main(box))))
        bar = QRectF(rect.left() + INNER * zoom, rect.bottom() - 11 * zoom, rect.width() - 2 * INNER * zoom, 8 * zoom)
        self._bars(painter, bar, box, zoom)
        shape = node.output_shape
        if zoom >= NEAR:
            self._near(painter, rect, box, shape, zoom)
        elif rect.width() >= 22:
            self._facts(painter, rect, box, shape, zoom)

    def _tiles(self, painter: QPainter, view: View, box: Box) -> None:
        """Where the maps will be, before there are any."""
        area = tile_area(box)
        painter.fillRect(view.rect(*area), mixed(self.theme.track, self.theme.panel, 0.5))

    def _main(self, box: Box):  # type: ignore[no-untyped-def]
        """The node that says what a card is: of a module that with the most parameters."""
        nodes = self.layout.network.nodes
        if not box.is_module:
            return nodes[box.face]
        return max(nodes[box.part.first : box.part.last + 1], key=lambda node: node.parameters)

    def _near(self, painter: QPainter, rect: QRectF, box: Box, shape: tuple[int, ...], zoom: float) -> None:
        theme, network = self.theme, self.layout.network
        left, right = rect.left() + 7 * zoom, rect.right() - 6 * zoom
        room = right - left
        if box.is_module:
            side = round(12 * zoom)
            icons.paint(painter, "chevron-right", theme.text_2,
                        QRectF(round(right - side + 2 * zoom), round(rect.top() + 6 * zoom), side, side))  # fmt: skip
            room -= side
        elif box.part.first in network.shared:
            side = round(12 * zoom)
            icons.paint(painter, "link", theme.bias,
                        QRectF(round(right - side), round(rect.top() + 6 * zoom), side, side))  # fmt: skip
            room -= side + 2
        px, small = max(10, round(12 * zoom)), max(9, round(11 * zoom))
        while px > 8 and drawing.ui(px, 600).width(box.part.label) > room:
            px -= 1
        name = _elided(box.part.label, px, 600, int(room))
        first = max(16 * zoom, 10.5)
        drawing.write(painter, left, rect.top() + first, name, drawing.ui(px, 600), theme.text_1)
        while small > 8 and drawing.ui(small).width(texts.line(network, box.part).split(", ")[0]) > right - left + 3:
            small -= 1
        line = _shortened(texts.line(network, box.part), small, int(right - left))
        drawing.write(painter, left, rect.top() + first + max(14 * zoom, 9.5), line, drawing.ui(small), theme.text_2)
        baseline = rect.bottom() - max(16 * zoom, 9.5)
        mono = drawing.mono(small)
        text, cost = texts.shape(shape), texts.cost(network.parameters(box.part))
        wide = box.width > 80
        if mono.width(text) + (mono.width(cost) + 6 * zoom if wide else -2) > right - left:
            mono = drawing.mono(max(8, round(9 * zoom)))
            if mono.width(text) > right - left + 2:
                text = texts.shape_in_short(shape)
        drawing.write(painter, left, baseline, text, mono, theme.text_2)
        if not wide:
            return
        if mono.width(text) + mono.width(cost) + 4 * zoom <= right - left:
            drawing.write_right(painter, right, baseline, cost, mono, theme.text_3)

    def _facts(self, painter: QPainter, rect: QRectF, box: Box, shape: tuple[int, ...], zoom: float) -> None:
        """Name, operation and cost, as large as they can be read, where the maps would be."""
        theme, network = self.theme, self.layout.network
        edge = 7 if self.by_role else 4
        left, room = rect.left() + edge, int(rect.width() - edge - 3)
        label = box.part.label
        fitting = (one for one in (11, 9, 8) if drawing.ui(one, 600).width(label) <= room + 1)
        size = min(next(fitting, 9), 11 if rect.width() >= 44 else 9)
        if rect.width() < 31 and drawing.ui(size, 600).width(label) > room + 1:
            return  # some letters of a name say nothing
        sizes = texts.shape(shape)
        if drawing.ui(size - 1).width(sizes) > room:
            sizes = texts.shape_in_short(shape)
        y, floor = rect.top() + size + 2, rect.bottom() - 12 * zoom - 1
        drawing.write(painter, left, y, _elided(box.part.label, size, 600, room), drawing.ui(size, 600), theme.text_1)
        ink = drawing.ui(size - 1)
        cost = network.parameters(box.part)
        for text, color in (
            (texts.line(network, box.part).split(", ")[0], theme.text_2),
            (sizes, theme.text_2),
            (texts.cost(cost) if cost else "", theme.text_3),
        ):
            if text and ink.width(text) <= room + 2 and y + size + 2 <= floor:
                y += size + 2
                drawing.write(painter, left, y, text, ink, color)

    def _bars(self, painter: QPainter, area: QRectF, box: Box, zoom: float) -> None:
        """Parameters over multiply-adds, each as a share of the largest module."""
        theme, network = self.theme, self.layout.network
        thick = max(1.0, round(3 * zoom))
        colors = (theme.kernel, theme.text_2)
        values = (network.parameters(box.part), network.multiply_adds(box.part))
        left, width = round(area.left()), round(area.width())
        for index, (value, most, color) in enumerate(zip(values, self.most, colors, strict=True)):
            y = round(area.top() + index * max(5 * zoom, thick + 1))
            if zoom >= FAR:
                painter.fillRect(QRectF(left, y, width, thick), theme.track)
            if value and most:
                share = min(1.0, value / most)
                painter.fillRect(QRectF(left, y, max(2.0 if zoom >= FAR else 1.0, round(width * share)), thick), color)

    def _strip(self, painter: QPainter, view: View, box: Box) -> None:
        theme = self.theme
        origins = origin_colors(theme, len(self.layout.network.inputs[box.face]))
        for (_, top, bottom), color in zip(
            segment_spans(self.layout.network, box.face, box.height), origins, strict=True
        ):
            rect = view.rect(box.x, box.y + top, box.width, bottom - top)
            painter.fillRect(rect, color)
            if rect.height() > 4 and view.zoom >= FAR:
                painter.setPen(QPen(theme.border_strong, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        if view.zoom >= 0.75:
            ink = drawing.ui(max(8, round(11 * view.zoom)))
            rect = view.box(box)
            drawing.write_middle(painter, rect.center().x(), rect.top() - 6 * view.zoom, "concat", ink, theme.text_2)

    def _disc(self, painter: QPainter, view: View, box: Box) -> None:
        theme, rect = self.theme, view.box(box)
        width = 1.5 * min(max(view.zoom, 0.67), 2.0)
        painter.setPen(QPen(theme.text_1, width))
        painter.setBrush(theme.panel)
        painter.drawEllipse(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))
        if rect.width() >= 6:
            middle, arm = rect.center(), rect.width() * 0.24
            painter.drawLine(QPointF(middle.x() - arm, middle.y()), QPointF(middle.x() + arm, middle.y()))
            painter.drawLine(QPointF(middle.x(), middle.y() - arm), QPointF(middle.x(), middle.y() + arm))

    def _label(self, painter: QPainter, view: View, label: Label) -> None:
        theme = self.theme
        size = max(8, round(11 * view.zoom))
        ink = drawing.ui(size)
        x, y = view.px(label.x), view.py(label.y)
        width = ink.width(label.text) + 8 * view.zoom
        ground = theme.ground if label.level else theme.stage
        painter.fillRect(QRectF(round(x - width / 2), y - size * 0.7, round(width), size * 1.4), ground)
        drawing.write_middle(painter, x, y + size * 0.36, label.text, ink, theme.text_2)


def tile_area(box: Box) -> tuple[float, float, float, float]:
    """Where in a card the maps are, at 100 %."""
    columns = 3 if box.width > 80 else 1
    rows = 3 if box.tall else 1
    width = columns * (TILE + TILE_GAP) - TILE_GAP
    height = rows * (TILE + TILE_GAP) - TILE_GAP
    return box.x + (box.width - width) / 2, box.y + TILES_TOP, width, height


def rounded(view: View, edge: Edge, radius: float) -> QPainterPath:
    """The path of a wire with its corners rounded, on the middles of pixels."""
    points = [QPointF(view.px(x) + 0.5, view.py(y) + 0.5) for x, y in edge.points]
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into = abs(corner.x() - before.x()) + abs(corner.y() - before.y())
        out = abs(after.x() - corner.x()) + abs(after.y() - corner.y())
        by = min(radius, into / 2, out / 2)
        if by < 0.75:
            path.lineTo(corner)
            continue
        path.lineTo(corner + (before - corner) * (by / into))
        path.quadTo(corner, corner + (after - corner) * (by / out))
    path.lineTo(points[-1])
    return path


def paint_edge(painter: QPainter, view: View, edge: Edge, theme: Theme, *, color: QColor | None = None,
               width: float = 0.0) -> None:  # fmt: skip
    """A wire with its arrow; lit up in a colour."""
    zoom = view.zoom
    pen = color if color is not None else theme.text_1 if edge.skip and zoom >= FAR else theme.text_3
    thick = width or (1.5 if edge.skip and zoom >= FAR else 1.0)
    if zoom < FAR and color is None:
        pen = mixed(pen, theme.ground if edge.level else theme.stage, 0.7)
    painter.setPen(QPen(pen, thick))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if zoom < 0.2:
        points = [QPointF(view.px(x) + 0.5, view.py(y) + 0.5) for x, y in edge.points]
        painter.drawPolyline(QPolygonF(points))
        return
    painter.drawPath(rounded(view, edge, (6.0 if edge.skip else 4.0) * zoom))
    if edge.ends and zoom >= FAR:
        _head(painter, view, edge, pen)
    if edge.skip and edge.starts and zoom >= FAR:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen)
        if len(edge.points) > 2:
            bx, by = edge.points[1]
            painter.drawEllipse(QPointF(view.px(bx) + 0.5, view.py(by) + 0.5), 2.5 * zoom, 2.5 * zoom)


def _head(painter: QPainter, view: View, edge: Edge, color: QColor) -> None:
    (ax, ay), (bx, by) = edge.points[-2], edge.points[-1]
    tip = QPointF(view.px(bx) + (0.5 if ax == bx else 0), view.py(by) + (0.5 if ay == by else 0))
    long, half = 5 * view.zoom, 3.2 * view.zoom
    dx, dy = (0.0, 1.0 if by > ay else -1.0) if ax == bx else (1.0 if bx > ax else -1.0, 0.0)
    base = QPointF(tip.x() - dx * long, tip.y() - dy * long)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(
        QPolygonF([tip, QPointF(base.x() - dy * half, base.y() - dx * half),
                   QPointF(base.x() + dy * half, base.y() + dx * half)])
    )  # fmt: skip


@lru_cache(maxsize=8192)
def _elided(text: str, px: int, weight: int, width: int) -> str:
    """A text that fits; names that are too long lose their middle: what counts them stands at their end."""
    ink = drawing.ui(px, weight)
    if width <= 6 or ink.width(text) <= width:
        return text if width > 6 else ""
    return ink.metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)


@lru_cache(maxsize=8192)
def _shortened(text: str, px: int, width: int) -> str:
    """As many of the words between commas as there is room for; the first is cut where even it is too long."""
    words = text.split(", ")
    ink = drawing.ui(px)
    while len(words) > 1 and ink.width(", ".join(words)) > width:
        words.pop()
    text = ", ".join(words)
    return text if ink.width(text) <= width + 3 else ink.elided(text, width)
