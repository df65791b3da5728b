"""The pinned node's own values at the left of the inspector: a map with its scale, a sheet of units, or class bars."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from engine.messages import Floats, Focus, Operation, Sample
from gui.theme import colormaps, numbers
from gui.views import drawing, scale_bar, words
from gui.views.inspector import sums
from gui.views.inspector.figure import Scales, Scene, Words

_BARS = 16  # up to so many units of the output are bars with their names


class ShownMap:
    """A map (or a layer's units) in the square `box`, its scale to the right of it.

    `take` gives it the numbers of the moment; a network's input is shown as the picture itself.
    """

    def __init__(self, scene: Scene, box: QRectF) -> None:
        self.scene = scene
        self.box = box
        self._image = QImage()
        self.limit, self.signed = 1.0, False
        self.values: Floats = np.zeros((1, 1), np.float32)
        shape = scene.node.output_shape
        self.units = len(shape) < 2
        count = int(np.prod(shape))
        if self.units:
            self.bars = count <= _BARS and words.is_output(scene.graph, scene.node)
            self.columns = 1 if self.bars else int(np.ceil(np.sqrt(count)))
            rows = -(-count // self.columns)
        else:
            self.bars = False
            height, width = (1, shape[1]) if len(shape) == 2 else (int(np.prod(shape[1:-1])), shape[-1])
            rows, self.columns = height, width
        self.rows = rows
        self.count = count
        if self.bars:
            self.cell_width, self.cell_height = box.width(), box.height() / rows
        else:
            self.cell_width = drawing.whole_scale(box.width(), max(rows, self.columns))
            self.cell_height = self.cell_width
            if rows == 1 and not self.units:  # a sequence: cells as high as they can be told apart
                self.cell_height = min(box.height(), 32.0)
        self.rect = QRectF(box.left(), box.top(), self.cell_width * self.columns, self.cell_height * rows)
        self.bar = QRectF(self.rect.right() + 12, self.rect.top(), scale_bar.THICKNESS, max(self.rect.height(), 60.0))

    @property
    def is_input(self) -> bool:
        return self.scene.node.operation is Operation.INPUT

    @property
    def kind(self) -> drawing.Kind:
        if self.is_input:
            return "input"
        return drawing.kind_of(self.signed)

    def take(self, focus: Focus, scales: Scales) -> None:
        """The exact values of the moment."""
        scene, index = self.scene, self.scene.pin.map
        if self.units:
            values = focus.output.reshape(-1)
            sheet = np.zeros(self.rows * self.columns, np.float32)
            sheet[: self.count] = values
            self.values = sheet.reshape(self.rows, self.columns)
        else:
            self.values = sums.as_maps(focus.output)[index]
        self.limit, self.signed = scales.of_maps(scene.node.name, focus.output, 0 if self.units else index)
        if not self.is_input:
            self._image = drawing.values_picture(self.values, limit=self.limit, signed=self.signed, theme=scene.theme)

    def take_picture(self, sample: Sample) -> None:
        """The picture that the network looks at, for a pin on its input."""
        if not self.is_input or sample.picture.shape != tuple(self.scene.node.output_shape):
            return
        self.limit, self.signed = 255.0, False
        self.values = sample.picture[self.scene.pin.map].astype(np.float32)
        self._image = colormaps.picture(
            np.ascontiguousarray(sample.picture[self.scene.pin.map]), colormaps.lut(self.scene.theme, "input")
        )

    def cell_of(self, row: int, column: int) -> QRectF:
        """Where a cell of the picture is."""
        return QRectF(
            self.rect.left() + column * self.cell_width,
            self.rect.top() + row * self.cell_height,
            self.cell_width,
            self.cell_height,
        )

    @property
    def pinned(self) -> QRectF:
        pin = self.scene.pin
        if self.units:
            return self.cell_of(pin.map // self.columns, pin.map % self.columns)
        return self.cell_of(pin.row, pin.column)

    def at(self, point: QPointF) -> tuple[int, int, int] | None:
        """(map, row, column) of the cell at a point, in the node's own numbering."""
        if not self.rect.contains(point):
            return None
        row = min(int((point.y() - self.rect.top()) / self.cell_height), self.rows - 1)
        column = min(int((point.x() - self.rect.left()) / self.cell_width), self.columns - 1)
        if not self.units:
            return self.scene.pin.map, row, column
        unit = row * self.columns + column
        return (unit, 0, 0) if unit < self.count else None

    def moved(self, rows: int, columns: int) -> tuple[int, int, int]:
        """The cell so many rows and columns from the pinned one, kept inside."""
        pin = self.scene.pin
        if self.units:
            unit = pin.map + rows * self.columns + columns
            return (unit if 0 <= unit < self.count else pin.map), 0, 0
        return (
            pin.map,
            min(max(pin.row + rows, 0), self.rows - 1),
            min(max(pin.column + columns, 0), self.columns - 1),
        )

    def value_at(self, cell: tuple[int, int, int]) -> float:
        """The value of a cell in the node's own numbering."""
        if self.units:
            return float(self.values.reshape(-1)[cell[0]])
        return float(self.values[cell[1], cell[2]])

    def still_key(self) -> Hashable:
        return self.signed

    def paint_still(self, painter: QPainter) -> None:
        scene, theme = self.scene, self.scene.theme
        if self.bars:
            for unit in range(self.count):
                rect = self.cell_of(unit, 0)
                chosen = unit == scene.pin.map
                name = scene.classes[unit] if unit < len(scene.classes) else str(unit)
                face = drawing.mono if len(name) < 3 else drawing.ui
                ink = face(11, 600 if chosen else 400)
                y = rect.center().y() + 4
                color = theme.text_1 if chosen else theme.text_2
                drawing.write(painter, rect.left(), y, ink.elided(name, self._bar_left - rect.left() - 6), ink, color)
                painter.fillRect(QRectF(self._bar_left, rect.center().y() - 3, self._bar_width, 6), theme.track)
            return
        drawing.frame(painter, self.rect, theme.border_strong)
        scale_bar.paint_upright(painter, self.bar, theme=theme, kind=self.kind)

    @property
    def _bar_left(self) -> float:
        long = any(len(name) > 2 for name in self.scene.classes)
        return self.rect.left() + (58 if long else 18)

    @property
    def _bar_width(self) -> float:
        return self.rect.right() - self._bar_left

    def paint_live(self, painter: QPainter, value: float) -> None:
        theme = self.scene.theme
        if self.bars:
            self._paint_bars(painter)
            return
        if self._image.isNull():
            return
        drawing.put_pixels(painter, self.rect, self._image)
        if self.cell_width >= 3:
            pen = QPen(theme.output, 2)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.pinned)
        else:
            drawing.frame(painter, self.pinned, theme.output, 2)
        beside = None
        if np.isfinite(value):
            beside = scale_bar.paint_marker(
                painter, self.bar, value, limit=self.limit, signed=self.signed, color=theme.output
            )
        scale_bar.paint_upright_ends(
            painter, self.bar, theme=theme, limit=self.limit, signed=self.signed, beside=beside
        )

    def _paint_bars(self, painter: QPainter) -> None:
        """Class bars: from the smallest (or 0) to the largest value; the pinned one green."""
        theme = self.scene.theme
        values = self.values.reshape(-1)[: self.count]
        if len(values) < self.count:
            return  # the exact values are on their way
        low, high = drawing.finite_range(np.append(values, np.float32(0.0)))
        for unit in range(self.count):
            value = float(values[unit])
            if not np.isfinite(value):
                value = 0.0
            y = self.cell_of(unit, 0).center().y() - 3
            zero = self._bar_left + self._bar_width * (0 - low) / (high - low)
            end = self._bar_left + self._bar_width * (value - low) / (high - low)
            color = theme.output if unit == self.scene.pin.map else theme.text_3
            painter.fillRect(QRectF(min(zero, end), y, max(abs(end - zero), 1.0), 6), color)

    def tip(self, cell: tuple[int, int, int]) -> list[Words]:
        """What the tooltip of a cell says."""
        scene, theme = self.scene, self.scene.theme
        name = words.channel(scene.graph, scene.node, cell[0], scene.classes)
        where = name if self.units else f"{name} ({cell[1]}, {cell[2]})"
        color = theme.input if self.is_input else theme.output
        value = self.value_at(cell)
        text = numbers.text(value, 0) if self.is_input and value == int(value) else numbers.text(value)
        return [[(text, drawing.mono(13), color), (where, drawing.ui(11), theme.text_2)]]
