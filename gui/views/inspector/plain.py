"""Cells that are no sum: the network's input, values handed on as they are, and what has no figure of its own."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from engine.messages import Floats, Focus, Operation, Sample
from gui.theme import colormaps, numbers
from gui.views import drawing, words
from gui.views.inspector import sums
from gui.views.inspector.facts import Pin
from gui.views.inspector.figure import Figure, Legend, Scales, Scene, Words, decimals, paint_result, sum_text

_NOTES = {
    Operation.FLATTEN: "The same numbers in one row: maps one after the other, row by row.",
    Operation.DROPOUT: "Handed on as it is: units are dropped only in training.",
    Operation.CONCAT: "Handed on as it is: maps are put behind each other.",
    Operation.ADD: "The sum of what arrives, cell by cell.",
    Operation.BATCH_NORM: "(input − mean) / √(variance + ε) × weight + bias, over each map.",
    Operation.LAYER_NORM: "(input − mean) / √(variance + ε) × weight + bias, over the layer.",
}


class PlainFigure(Figure):
    """What arrives at the cell, what is done, what comes out."""

    legend: Legend = (("output", "output"),)

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.terms: list[tuple[Pin, float]] = []

    def take(self, focus: Focus, scales: Scales) -> None:
        pin, node = self.scene.pin, self.scene.node
        self.value = float(sums.as_maps(focus.output)[pin.map, pin.row, pin.column])
        self.terms = []
        for name, values in zip(node.inputs, focus.inputs, strict=False):
            place = self._place(name, values)
            if place is not None:
                value = float(sums.as_maps(values)[place.map, place.row, place.column])
                self.terms.append((place, value))
        self.ready = True

    def _place(self, name: str, values: Floats) -> Pin | None:
        """The cell of an input that this cell is made from, where it is one."""
        pin, node = self.scene.pin, self.scene.node
        if node.operation is Operation.FLATTEN:
            index = np.unravel_index(pin.map, values.shape)
            if len(index) == 3:
                return Pin(name, int(index[0]), int(index[1]), int(index[2]))
            return Pin(name, int(index[0]), 0, int(index[-1]) if len(index) == 2 else 0)
        if node.operation is Operation.CONCAT:
            first = 0
            for other in node.inputs:
                count = self.scene.graph[other].output_shape[0]
                if other == name:
                    inside = first <= pin.map < first + count
                    return Pin(name, pin.map - first, pin.row, pin.column) if inside else None
                first += count
            return None
        if values.shape == tuple(node.output_shape):
            return Pin(name, pin.map, pin.row, pin.column)
        return None

    def _row(self, position: int) -> QRectF:
        area = self.scene.area
        return QRectF(area.left(), area.top() + 30 + 22 * position, 300, 22)

    def paint_still(self, painter: QPainter) -> None:
        scene, theme = self.scene, self.scene.theme
        note = _NOTES.get(scene.node.operation, f"{scene.node.module or words.title(scene.graph, scene.node)}")
        ink = drawing.ui(12)
        for position, line in enumerate(drawing.wrapped(note, ink, scene.area.width() - 16)):
            drawing.write(painter, scene.area.left(), scene.area.top() + 10 + 16 * position, line, ink, theme.text_2)

    def paint_live(self, painter: QPainter) -> None:
        if not self.ready:
            return
        scene, theme = self.scene, self.scene.theme
        digits = decimals([self.value, *(value for _, value in self.terms)])
        ink = drawing.mono(12)
        for position, (place, value) in enumerate(self.terms):
            row = self._row(position)
            node = scene.graph[place.node]
            name = f"{words.title(scene.graph, node)}, {words.channel(scene.graph, node, place.map, scene.classes)}"
            if not words.is_flat(node):
                name += f" ({place.row}, {place.column})"
            drawing.write(painter, row.left(), row.top() + 15, name, drawing.ui(12), theme.text_3)
            drawing.write_right(painter, row.left() + 260, row.top() + 15, sum_text(value, digits), ink, theme.input)
        x = drawing.write(painter, scene.area.left(), scene.area.bottom(), "=", ink, theme.text_3)
        paint_result(painter, scene, x + 10, self.value, digits)

    def _term(self, at: QPointF) -> tuple[Pin, float] | None:
        return next((term for place, term in enumerate(self.terms) if self._row(place).contains(at)), None)

    def source_at(self, at: QPointF) -> Pin | None:
        term = self._term(at)
        return None if term is None else term[0]

    def tip(self, at: QPointF) -> list[Words] | None:
        term = self._term(at)
        if term is None:
            return None
        return [[(numbers.text(term[1]), drawing.mono(13), self.scene.theme.input)]]


class InputFigure(Figure):
    """A pixel among its neighbours, as the picture holds it, and what the network sees of it."""

    legend: Legend = (("output", "output"), ("= (", "text_3"), ("pixel", "input"), ("− mean) / deviation", "text_3"))

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.picture: NDArray[np.uint8] | None = None
        area = scene.area
        self.cell_height = float(int((area.height() - 48) / 5))
        self.cell_width = self.cell_height * 1.5
        self.rect = QRectF(area.left(), area.top() + 20, self.cell_width * 5, self.cell_height * 5)

    def look_at(self, sample: Sample) -> None:
        if sample.picture.shape == tuple(self.scene.node.output_shape):
            self.picture = sample.picture

    def take(self, focus: Focus, scales: Scales) -> None:
        pin = self.scene.pin
        self.value = float(sums.as_maps(focus.output)[pin.map, pin.row, pin.column])
        self.ready = True

    def still_key(self) -> Hashable:
        return self.ready

    def _place(self, row: int, column: int) -> tuple[int, int] | None:
        """The pixel in a cell of the grid; None outside of the picture."""
        pin = self.scene.pin
        y, x = pin.row + row - 2, pin.column + column - 2
        _, height, width = self.scene.node.output_shape
        return (y, x) if 0 <= y < height and 0 <= x < width else None

    def _cell(self, row: int, column: int) -> QRectF:
        x, y = self.rect.left() + column * self.cell_width, self.rect.top() + row * self.cell_height
        return QRectF(x, y, self.cell_width, self.cell_height)

    def paint_still(self, painter: QPainter) -> None:
        theme = self.scene.theme
        label = drawing.ui(11)
        drawing.write(painter, self.rect.left(), self.scene.area.top() + 9, "pixels, 0 to 255", label, theme.text_3)
        drawing.frame(painter, self.rect, theme.border_strong)

    def paint_live(self, painter: QPainter) -> None:
        if self.picture is None:
            return
        scene, theme = self.scene, self.scene.theme
        table, ink = colormaps.lut(theme, "input"), drawing.mono(11)
        for row in range(5):
            for column in range(5):
                place = self._place(row, column)
                if place is not None:
                    pixel = int(self.picture[scene.pin.map][place])
                    cell, ground = self._cell(row, column), QColor.fromRgb(int(table[pixel]))
                    painter.fillRect(cell, ground)
                    y = cell.center().y() + 4
                    drawing.write_middle(painter, cell.center().x(), y, str(pixel), ink, colormaps.ink_on(ground))
        drawing.frame(painter, self._cell(2, 2).adjusted(2, 2, -2, -2), theme.output, 2)
        x, baseline = scene.area.left(), scene.area.bottom()
        x = drawing.write(painter, x, baseline, "pixel", drawing.ui(11), theme.text_3)
        pixel = int(self.picture[scene.pin.map, scene.pin.row, scene.pin.column])
        x = drawing.write(painter, x + 6, baseline, str(pixel), drawing.mono(12), theme.input)
        x = drawing.write(painter, x + 8, baseline, "seen as", drawing.ui(11), theme.text_3)
        paint_result(painter, scene, x + 8, self.value, decimals([self.value]))

    def source_at(self, at: QPointF) -> Pin | None:
        if not self.ready or not self.rect.contains(at):
            return None
        row = int((at.y() - self.rect.top()) // self.cell_height)
        place = self._place(row, int((at.x() - self.rect.left()) // self.cell_width))
        return Pin(self.scene.pin.node, self.scene.pin.map, *place) if place is not None else None
