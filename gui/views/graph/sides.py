"""What stands beside the diagram at any zoom: the input picture at the left, the classes with the prediction right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from engine.messages import Graph, Quantity, Snapshot
from gui.theme import Theme, colormaps, numbers
from gui.views import drawing
from gui.views.graph import texts
from gui.views.network.classes import class_name
from gui.views.network.live import strongest

EDGE = 24
_MOST_CLASSES = 10
_STRIP = 28
"""The least height of a vector's row of numbers."""


@dataclass(frozen=True)
class Sides:
    """Where input and output are in a view of this size; `top` is the height of the header over it.

    `shape` is that of the picture; with `values` it is one of an input that is none: a vector, or rows of numbers.
    All is laid out for a view that is `grown` times smaller, and drawn so much larger.
    """

    width: int
    height: int
    top: int
    shape: tuple[int, ...]
    classes: int
    small: bool
    values: bool = False
    grown: float = 1.0

    @property
    def plain(self) -> Sides:
        """The same at its own size: what is painted under a scaled painter."""
        grown = self.grown
        return replace(self, width=round(self.width / grown), height=round(self.height / grown),
                       top=round(self.top / grown), grown=1.0)  # fmt: skip

    def _large(self, rect: QRect) -> QRect:
        grown = self.grown
        return QRect(round(rect.x() * grown), round(rect.y() * grown), round(rect.width() * grown),
                     round(rect.height() * grown))  # fmt: skip

    @property
    def room(self) -> int:
        """How wide the picture may be: more in a large window."""
        return 224 if self.height >= 1000 and self.width >= 2000 else 140

    @property
    def rows_width(self) -> int:
        return 180 if self.room > 200 else 128

    @property
    def left(self) -> int:
        """How wide the part with the input is."""
        if self.grown != 1.0:
            return round(self.plain.left * self.grown)
        return 2 * EDGE + self.room - 8 if len(self.shape) == 3 else 2 * EDGE

    @property
    def right(self) -> int:
        if self.grown != 1.0:
            return round(self.plain.right * self.grown)
        return 2 * EDGE + self.rows_width if self.classes else EDGE

    @property
    def thumb(self) -> int:
        """The side of a sample's picture, three of them beside each other."""
        if self.grown != 1.0:
            return round(self.plain.thumb * self.grown)
        return 60 if self.room > 200 else 36

    @property
    def stage(self) -> QRect:
        """The part between them, for the diagram."""
        return QRect(self.left, self.top, max(60, self.width - self.left - self.right), max(60, self.height - self.top))

    @property
    def picture(self) -> QRect:
        """The input picture: whole pixels a cell where it is small."""
        if self.grown != 1.0:
            return self._large(self.plain.picture)
        if len(self.shape) != 3:
            return QRect()
        rows, columns = self.shape[1], self.shape[2]
        longest = max(rows, columns, 1)
        scale: float = self.room // longest if longest <= self.room else self.room / longest
        width, height = round(columns * scale), round(rows * scale)
        if self.values:
            height = max(height, _STRIP)
        block = height + self.samples_height + 40
        top = max(self.top + 78, self.top + (self.height - self.top - block) // 2 + 20)
        return QRect(EDGE, top, width, height)

    @property
    def sample_rows(self) -> int:
        return 2 if self.small else 3

    @property
    def samples_height(self) -> int:
        if self.grown != 1.0:
            return round(self.plain.samples_height * self.grown)
        return 62 + self.sample_rows * (self.thumb + 12)

    @property
    def pitch(self) -> int:
        return 23 if self.small else 27

    @property
    def rows(self) -> int:
        return min(self.classes, _MOST_CLASSES)

    @property
    def output(self) -> QRect:
        """The classes' rows, with a heading above them."""
        if self.grown != 1.0:
            return self._large(self.plain.output)
        height = self.rows * self.pitch
        top = max(self.top + 60, self.top + (self.height - self.top - height - 76) // 2 + 30)
        return QRect(self.width - EDGE - self.rows_width, top, self.rows_width, height)

    def row(self, index: int) -> QRect:
        if self.grown != 1.0:
            return self._large(self.plain.row(index))
        output = self.output
        return QRect(output.x() - 4, output.y() + index * self.pitch - 4, output.width() + 8, self.pitch)


def paint_input(painter: QPainter, sides: Sides, graph: Graph, snapshot: Snapshot | None, theme: Theme, *,
                shown: bool) -> None:  # fmt: skip
    """The ground of the left part, with heading and picture; without the picture where a sketch pad lies over it."""
    if sides.grown != 1.0:
        painter.save()
        painter.scale(sides.grown, sides.grown)
        paint_input(painter, sides.plain, graph, snapshot, theme, shown=shown)
        painter.restore()
        return
    painter.fillRect(QRect(0, sides.top, sides.left, sides.height - sides.top), theme.stage)
    rect = sides.picture
    if rect.isEmpty():
        return
    left, top = float(rect.x()), float(rect.y())
    drawing.write(painter, left, top - 24, "Input", drawing.ui(12, 600), theme.text_1)
    drawing.write(painter, left, top - 9, texts.shape(graph.input_shape), drawing.mono(11), theme.text_2)
    if sides.values:
        _paint_range(painter, rect, snapshot, graph, theme)
    if shown and snapshot is not None:
        image = _input_image(snapshot, graph, theme)
        if image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > rect.width())
            painter.drawImage(QRectF(rect), image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    drawing.frame(painter, QRectF(rect), theme.input, 2.0)


def _paint_range(painter: QPainter, rect: QRect, snapshot: Snapshot | None, graph: Graph, theme: Theme) -> None:
    """Over the right end of the numbers: how far they reach."""
    maps = snapshot.maps.get(graph.nodes[0].name) if snapshot is not None else None
    if maps is None or not maps.pixels.size:
        return
    values = maps.values()
    text = f"{numbers.text(float(values.min()), 2)} to {numbers.text(float(values.max()), 2)}"
    drawing.write_right(
        painter, rect.x() + max(rect.width(), 132), rect.y() - 24.0, text, drawing.mono(11), theme.text_3
    )


def _input_image(snapshot: Snapshot, graph: Graph, theme: Theme) -> QImage | None:
    gradient = snapshot.maps.get(graph.nodes[0].name) if snapshot.quantity is Quantity.GRADIENTS else None
    picture = snapshot.sample.picture
    if picture.ndim != 3 or (len(graph.input_shape) == 3 and picture.shape[0] != graph.input_shape[0]):
        return None
    if gradient is not None and gradient.pixels.shape == picture.shape:
        return colormaps.picture(strongest(gradient.pixels)[0], colormaps.lut(theme, drawing.kind_of(gradient.signed)))
    if picture.shape[0] == 3:
        return colormaps.photograph(picture)
    grey = picture[0] if picture.shape[0] == 1 else picture.mean(axis=0).astype(np.uint8)
    return colormaps.picture(grey, colormaps.lut(theme, "input"))


def order(snapshot: Snapshot, rows: int) -> tuple[int, ...]:
    """The classes in the rows, top down: all in their order, or the most probable of many."""
    count = len(snapshot.probabilities)
    if count <= rows:
        return tuple(range(count))
    return tuple(np.argsort(-snapshot.probabilities, kind="stable")[:rows].tolist())


def paint_output(painter: QPainter, sides: Sides, snapshot: Snapshot | None, names: Sequence[str], theme: Theme,
                 title: tuple[str, str], hovered: int = -1) -> None:  # fmt: skip
    """The ground of the right part, with a row a class and the prediction under them."""
    if sides.grown != 1.0:
        painter.save()
        painter.scale(sides.grown, sides.grown)
        paint_output(painter, sides.plain, snapshot, names, theme, title, hovered)
        painter.restore()
        return
    painter.fillRect(QRect(sides.width - sides.right, sides.top, sides.right, sides.height - sides.top), theme.stage)
    output = sides.output
    if not sides.rows:
        return
    x, right, y = float(output.x()), float(output.right() + 1), float(output.y())
    drawing.write(painter, x, y - 30, title[0], drawing.ui(12, 600), theme.text_1)
    note = title[1] if sides.classes <= sides.rows else f"top {sides.rows} of {sides.classes:,}"
    drawing.write(painter, x, y - 15, note, drawing.ui(11), theme.text_2)
    drawing.write_right(painter, right, y - 15, "%", drawing.mono(11), theme.text_3)
    if snapshot is None or len(snapshot.probabilities) != sides.classes:
        return
    best = int(np.argmax(snapshot.probabilities))
    label = snapshot.sample.label
    for row, index in enumerate(order(snapshot, sides.rows)):
        top = y + row * sides.pitch
        share = float(snapshot.probabilities[index])
        share = share if share == share else 0.0
        strong = index == best
        ink = drawing.ui(12, 600 if strong else 400)
        text = numbers.text(share * 100, 1) if 0.0005 <= share < 0.9995 else f"{round(share * 100)}"
        color = theme.text_1 if strong or row == hovered else theme.text_2
        name = ink.elided(class_name(index, names), output.width() - 40)
        drawing.write(painter, x, top + 9, name, ink, color)
        mono = drawing.mono(11, 600 if strong else 400)
        drawing.write_right(painter, right, top + 9, text, mono, color if strong else theme.text_3)
        painter.fillRect(QRectF(x, top + 14, output.width(), 4), theme.track)
        if share > 0:
            painter.fillRect(QRectF(x, top + 14, max(1.0, round(share * output.width())), 4), theme.output)
        if index == label:
            painter.fillRect(QRectF(right - 2, top + 12, 2, 8), theme.target)
    _verdict(painter, x, y + output.height() + 26, output.width(), snapshot, best, names, theme)


def _verdict(painter: QPainter, x: float, y: float, width: int, snapshot: Snapshot, best: int, names: Sequence[str],
             theme: Theme) -> None:  # fmt: skip
    label = snapshot.sample.label
    name = class_name(best, names)
    size = next((size for size in (20, 16, 13) if drawing.ui(size, 600).width(name) <= width), 13)
    ink = drawing.ui(size, 600)
    drawing.write(painter, x, y, ink.elided(name, width), ink, theme.text_1)
    share = numbers.percent(float(snapshot.probabilities[best]), 1)
    after = drawing.write(painter, x, y + 20, share, drawing.mono(12), theme.text_1) + 8
    small = drawing.ui(12)
    if label is None:
        note = {"drawing": "your drawing", "picture": "your picture"}.get(snapshot.sample.split, "no label")
        drawing.write(painter, after, y + 20, small.elided(note, x + width - after), small, theme.text_2)
    elif label == best:
        drawing.write(painter, after, y + 20, "correct", small, theme.text_2)
    else:
        text = f"target {class_name(label, names)}"
        if small.width(text) > x + width - after:
            drawing.write(painter, x, y + 38, small.elided(text, width), small, theme.target)
        else:
            drawing.write(painter, after, y + 20, text, small, theme.target)


def paint_joints(painter: QPainter, sides: Sides, enter: tuple[float, float], leave: tuple[float, float],
                 theme: Theme) -> None:  # fmt: skip
    """The lines from the picture to where the diagram begins, and from its end to the classes, where both are seen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.text_3, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    stage, picture, output = sides.stage, sides.picture, sides.output
    if not picture.isEmpty() and enter[0] >= stage.left() - 1 and stage.top() < enter[1] < stage.bottom():
        start = min(max(enter[1], picture.top() + 10.0), picture.bottom() - 10.0)
        _elbow(painter, picture.right() + 4, start, enter[0], enter[1])
    if sides.rows and leave[0] <= stage.right() + 1 and stage.top() < leave[1] < stage.bottom():
        end = min(max(leave[1], output.top() + 10.0), output.bottom() - 10.0)
        _elbow(painter, leave[0], leave[1], output.x() - 8, end)


def _elbow(painter: QPainter, x: float, y: float, end_x: float, end_y: float) -> None:
    left, top, right, bottom = round(x), round(y), round(end_x), round(end_y)
    middle = (left + right) // 2 if top != bottom else left
    painter.drawLine(left, top, middle, top)
    painter.drawLine(middle, top, middle, bottom)
    painter.drawLine(middle, bottom, right, bottom)
