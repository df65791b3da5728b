"""A pooling cell, taken apart: its window with the numbers in it, and the winner or what is divided by what."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.messages import Focus
from gui.theme import colormaps, numbers
from gui.views import drawing, words
from gui.views.inspector import sums
from gui.views.inspector.facts import Pin, span
from gui.views.inspector.figure import Figure, Legend, Scales, Scene, Words, decimals, paint_result, sum_text

_ROOM_FOR_DIGITS = 34.0
_WRITTEN = 9  # windows of more cells are not written out in the formula


class PoolFigure(Figure):
    """The window large, each value in its cell; green marks the winner, below stands the formula in numbers."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.window: sums.PoolWindow | None = None
        self._image = QImage()
        self.is_max = scene.node.operation in sums.MAX_POOLS
        word = "max" if self.is_max else "mean"
        self.legend: Legend = (("output", "output"), (f"= {word}", "text_3"), ("input", "input"))
        self._digits = 2
        self._table = colormaps.lut(scene.theme, "activation")
        self._pixels = np.zeros((1, 1), np.uint8)

    def take(self, focus: Focus, scales: Scales) -> None:
        pin = self.scene.pin
        found = sums.pooling(self.scene.node, focus, pin.map, pin.row, pin.column)
        self.window, self.value, self.ready = found, found.value, True
        limit, signed = scales.of_maps(self.scene.source.name, focus.inputs[0], pin.map)
        inside = np.where(np.isneginf(found.patch), 0.0, found.patch).astype(np.float32)
        self._image = drawing.values_picture(inside, limit=limit, signed=signed, theme=self.scene.theme)
        self._table = colormaps.lut(self.scene.theme, drawing.kind_of(signed))
        self._pixels = drawing.quantized(inside, limit, signed)
        self._digits = decimals(found.patch[np.isfinite(found.patch)].tolist())
        area = self.scene.area
        height, width = found.window.shape
        fitting = (drawing.whole_scale(area.height() - 46, height), drawing.whole_scale(area.width() * 0.6, width))
        self.cell = max(min(*fitting, 48.0), 2.0)
        self.rect = QRectF(area.left(), area.top() + 20, self.cell * width, self.cell * height)

    def still_key(self) -> Hashable:
        return self.ready

    def paint_still(self, painter: QPainter) -> None:
        if self.window is None:
            return
        scene, theme = self.scene, self.scene.theme
        source = scene.source
        name = f"{words.title(scene.graph, source)}, {words.channel(scene.graph, source, scene.pin.map)}"
        drawing.write(painter, scene.area.left(), scene.area.top() + 9, name, drawing.ui(11), theme.text_3)
        drawing.frame(painter, self.rect, theme.input, 2)
        place = self.window.window
        rows, columns = place.rows[place.rows >= 0], place.columns[place.columns >= 0]
        x, y = self.rect.right() + 20, self.rect.top() + 12
        for label, cells in (("rows", rows), ("columns", columns)):
            if len(cells):
                end = drawing.write(painter, x, y, label, drawing.ui(11), theme.text_3)
                text = span(int(cells.min()), int(cells.max()))
                drawing.write(painter, max(end + 8, x + 56), y, text, drawing.mono(11), theme.text_2)
                y += 18

    def paint_live(self, painter: QPainter) -> None:
        found = self.window
        if found is None:
            return
        theme = self.scene.theme
        drawing.put_pixels(painter, self.rect, self._image)
        digits = drawing.mono(12)
        for (row, column), value in np.ndenumerate(found.patch):
            cell = self._cell(row, column)
            if found.window.padded is not None and found.window.padded[row, column]:
                painter.setPen(drawing.dashed(theme.padding))
                painter.setBrush(theme.panel)
                painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5))
                continue
            if self.cell >= _ROOM_FOR_DIGITS:
                ground = QColor.fromRgb(int(self._table[self._pixels[row, column]]))
                text = digits.elided(sum_text(float(value), min(self._digits, 2)), self.cell + 6)
                drawing.write_middle(
                    painter, cell.center().x(), cell.center().y() + 4, text, digits, colormaps.ink_on(ground)
                )
        if found.winner is not None:
            pen = QPen(theme.output, 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._cell(*found.winner).adjusted(1, 1, -1, -1))
        self._paint_formula(painter, found)

    def _paint_formula(self, painter: QPainter, found: sums.PoolWindow) -> None:
        theme, baseline = self.scene.theme, self.scene.area.bottom()
        ink, faint = drawing.mono(12), theme.text_3
        shown = [
            float(value)
            for index, value in np.ndenumerate(found.patch)
            if found.window.padded is None or not found.window.padded[index]
        ]
        x = self.scene.area.left()
        x = drawing.write(painter, x, baseline, "max(" if self.is_max else "(", ink, faint)
        separator = ", " if self.is_max else " + "
        for position, value in enumerate(shown[:_WRITTEN]):
            if position:
                text = f" {numbers.MINUS} " if not self.is_max and value < 0 else separator
                x = drawing.write(painter, x, baseline, text, ink, faint)
            text = sum_text(abs(value) if position and not self.is_max else value, self._digits)
            if x + ink.width(text) > self.scene.area.right() - 120:
                x = drawing.write(painter, x, baseline, "…", ink, faint)
                break
            x = drawing.write(painter, x, baseline, text, ink, theme.input)
        else:
            if len(shown) > _WRITTEN:
                x = drawing.write(painter, x, baseline, f"{separator}…", ink, faint)
        x = drawing.write(painter, x, baseline, ")" if self.is_max else f") / {found.divisor}", ink, faint)
        x = drawing.write(painter, x + 10, baseline, "=", ink, faint)
        paint_result(painter, self.scene, x + 10, found.value, self._digits)

    def _cell(self, row: int, column: int) -> QRectF:
        return QRectF(self.rect.left() + column * self.cell, self.rect.top() + row * self.cell, self.cell, self.cell)

    def _at(self, at: QPointF) -> tuple[int, int] | None:
        if not self.ready or not self.rect.contains(at):
            return None
        return int((at.y() - self.rect.top()) // self.cell), int((at.x() - self.rect.left()) // self.cell)

    def source_at(self, at: QPointF) -> Pin | None:
        cell = self._at(at)
        if cell is None or self.window is None:
            return None
        place = self.window.window
        if place.padded is not None and place.padded[cell]:
            return None
        return Pin(self.scene.source.name, self.scene.pin.map, int(place.rows[cell[0]]), int(place.columns[cell[1]]))

    def tip(self, at: QPointF) -> list[Words] | None:
        cell = self._at(at)
        if cell is None or self.window is None:
            return None
        theme = self.scene.theme
        pin = self.source_at(at)
        if pin is None:
            return [[("padding", drawing.ui(11), theme.text_2)]]
        wins = self.window.winner == cell
        where = f"{words.title(self.scene.graph, self.scene.source)} ({pin.row}, {pin.column})"
        row: Words = [(numbers.text(float(self.window.patch[cell])), drawing.mono(13), theme.input)]
        if wins:
            row.append(("wins", drawing.ui(11), theme.output))
        elif not self.is_max:
            row.append((f"counts 1/{self.window.divisor}", drawing.ui(11), theme.text_2))
        return [[*row, (where, drawing.ui(11), theme.text_2)]]

    def mark(self, painter: QPainter, at: QPointF) -> None:
        cell = self._at(at)
        if cell is not None:
            painter.setPen(QPen(self.scene.theme.text_1, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._cell(*cell).adjusted(0.75, 0.75, -0.75, -0.75))
