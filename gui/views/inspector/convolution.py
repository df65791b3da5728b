"""A convolution's cell, taken apart: one column for each contributing input map, patch × kernel, and their sums."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPen

from engine.messages import Focus, Operation
from gui.theme import colormaps, numbers
from gui.views import drawing, words
from gui.views.inspector import sums
from gui.views.inspector.facts import Pin
from gui.views.inspector.figure import (
    Figure,
    Legend,
    Scales,
    Scene,
    Words,
    decimals,
    operator,
    paint_result,
    result_ink,
    size_text,
)


class ConvolutionFigure(Figure):
    """A single input map is drawn large, with its products beside it.

    More maps than fit: the strongest by |partial sum|, and what all others add up to. Which maps are shown stays as it
    is while numbers move a little: a map takes the place of another only when its share is half as large again.
    """

    legend: Legend = (
        ("output", "output"),
        ("= Σ", "text_3"),
        ("input", "input"),
        (numbers.TIMES, "text_3"),
        ("kernel", "kernel"),
        ("+", "text_3"),
        ("bias", "bias"),
    )

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.sum: sums.ConvolutionSum | None = None
        self.shown: sums.Positions = np.arange(0)
        self._patches = QImage()
        self._kernels = QImage()
        self._products = QImage()
        self.single = False
        if "bias" not in scene.node.weights:
            self.legend = self.legend[:5]

    def take(self, focus: Focus, scales: Scales) -> None:
        scene, pin = self.scene, self.scene.pin
        found = sums.convolution(scene.node, focus, pin.map, pin.row, pin.column)
        self.sum, self.value, self.ready = found, found.value, True
        self._lay_out(found)
        self._choose(found.sums)
        count, height, width = len(self.shown), *found.window.shape
        patches = found.patches[self.shown].reshape(count * height, width)
        kernels = found.kernels[self.shown].reshape(count * height, width)
        source = scene.source
        if source.operation is Operation.INPUT:
            self._patches = _grey(patches, focus.inputs[0], scene)
        else:
            limit, signed = scales.of_maps(source.name, focus.inputs[0])
            self._patches = drawing.values_picture(patches, limit=limit, signed=signed, theme=scene.theme)
        limit = scales.of_kernels(scene.node.name, focus.weights["weight"])
        self._kernels = drawing.values_picture(kernels, limit=limit, signed=True, theme=scene.theme, weights=True)

        if self.single:
            with np.errstate(all="ignore"):
                products = found.patches[0] * found.kernels[0]
            self._products = drawing.values_picture(
                products, limit=drawing.largest(products), signed=True, theme=scene.theme
            )

    def _lay_out(self, found: sums.ConvolutionSum) -> None:
        area, small = self.scene.area, self.scene.small
        gap = 14.0 if small else 16.0
        room = (area.height() - 54 - gap) / 2
        height, width = found.window.shape
        self.single = len(found.sums) == 1
        if self.single:
            gap = 28.0
            room = min(area.height() - 54, (area.width() - 2 * gap) / 3)
        self.cell = max(drawing.whole_scale(room, max(height, width)), 1.0)
        self.patch_height, self.patch_width = self.cell * height, self.cell * width
        self.top = area.top() + 20
        self.below = self.top + self.patch_height + gap
        digits = decimals([found.value, *found.sums])
        text = max((size_text(value, digits) for value in found.sums.tolist()), key=len)
        self.pitch = max(self.patch_width, drawing.mono(11).width(text)) + 16
        tail = self.patch_width / 2 + (38 if small else 40) + result_ink(small).width("00.00")
        tail -= 0 if found.bias is not None else self.pitch - 2
        fitting = int((area.width() + 8 - tail) / self.pitch)  # the result may reach a little into the edge
        self.columns = max(1, min(fitting, len(found.sums)))
        self.digits = digits
        self.aside = self.patch_width + gap
        self.term_left, self.term_width = area.left(), self.patch_width
        if self.single:
            self.pitch, self.term_width = 56.0, 40.0
            self.term_left = area.left() + 2 * self.aside + max((self.patch_width - 40) / 2, 0)

    def _choose(self, values: np.ndarray) -> None:
        """Choose the maps that are shown (indices into the sums)."""
        count = self.columns if self.columns == len(values) else max(1, self.columns - 1)
        best = sums.most_telling(values, count)
        if len(self.shown) == count and self.shown.max(initial=0) < len(values):
            size = np.nan_to_num(np.abs(values), nan=np.inf)
            left_out = np.delete(size, self.shown)
            if left_out.max(initial=0.0) <= 1.5 * size[self.shown].min(initial=np.inf):
                return
        self.shown = best

    @property
    def hidden(self) -> int:
        """How many contributing maps there is no room for."""
        return 0 if self.sum is None else len(self.sum.sums) - len(self.shown)

    def hidden_sum(self) -> float:
        """What the maps that are not shown add up to."""
        return 0.0 if self.sum is None else sums.total(np.delete(self.sum.sums, self.shown))

    def still_key(self) -> Hashable:
        return (tuple(self.shown.tolist()), self.cell, self.pitch) if self.ready else None

    def _left(self, position: int) -> float:
        return self.scene.area.left() + position * self.pitch

    def _rects(self, position: int) -> tuple[QRectF, QRectF]:
        patch = QRectF(self._left(position), self.top, self.patch_width, self.patch_height)
        if self.single:
            return patch, patch.translated(self.aside, 0)
        return patch, patch.translated(0, self.below - self.top)

    def _middle(self, term: int) -> float:
        """Where a term of the sum stands."""
        return self.term_left + term * self.pitch + self.term_width / 2

    def paint_still(self, painter: QPainter) -> None:
        if self.sum is None:
            return
        scene, theme = self.scene, self.scene.theme
        label = drawing.ui(11)
        for position, index in enumerate(self.shown):
            patch, kernel = self._rects(position)
            middle = patch.center().x()
            name = words.channel(scene.graph, scene.source, int(self.sum.channels[index]))
            drawing.write_middle(painter, middle, scene.area.top() + 9, name, label, theme.text_3)
            drawing.frame(painter, patch, theme.input, 2)
            drawing.frame(painter, kernel, theme.kernel, 2)
            between = QPointF((patch.center() + kernel.center()) / 2)
            drawing.write_middle(painter, between.x(), between.y() + 4, numbers.TIMES, label, theme.text_3)
        if self.single:
            kernel = self._rects(0)[1]
            products = kernel.translated(self.aside, 0)
            drawing.frame(painter, products, theme.border_strong)
            between = QPointF((kernel.center() + products.center()) / 2)
            drawing.write_middle(painter, between.x(), between.y() + 4, "=", label, theme.text_3)
            for rect, text in ((kernel, "kernel"), (products, "products")):
                drawing.write_middle(painter, rect.center().x(), scene.area.top() + 9, text, label, theme.text_3)
            drawing.write_middle(painter, self._middle(0), scene.area.bottom() - 18, "Σ", label, theme.text_3)
        if self.hidden:
            middle = self._left(len(self.shown)) + self.patch_width / 2
            for line, text in enumerate(("and", str(self.hidden), "more")):
                y = self.top + self.patch_height / 2 + 16 * line
                drawing.write_middle(painter, middle, y, text, label, theme.text_3)
        if self.sum.bias is not None:
            middle = self._middle(self._terms) - 2
            drawing.write_middle(painter, middle, scene.area.bottom() - 18, "bias", label, theme.text_3)

    @property
    def _terms(self) -> int:
        return len(self.shown) + (1 if self.hidden else 0)

    def paint_live(self, painter: QPainter) -> None:
        found = self.sum
        if found is None:
            return
        theme, baseline = self.scene.theme, self.scene.area.bottom()
        height, width = found.window.shape
        for position in range(len(self.shown)):
            source = QRectF(0, position * height, width, height)
            patch, kernel = self._rects(position)
            drawing.put_pixels(painter, patch, self._patches, source)
            drawing.put_pixels(painter, kernel, self._kernels, source)
            if self.single:
                drawing.put_pixels(painter, kernel.translated(self.aside, 0), self._products)
        if found.window.padded is not None:
            self._paint_padding(painter, found.window.padded)
        ink = drawing.mono(11)
        terms = [float(found.sums[index]) for index in self.shown]
        if self.hidden:
            terms.append(self.hidden_sum())
        for position, value in enumerate(terms):
            middle = self._middle(position)
            text = numbers.text(value, self.digits) if position == 0 else size_text(value, self.digits)
            drawing.write_middle(painter, middle, baseline, text, ink, theme.text_1)
            if position:
                drawing.write_middle(painter, middle - self.pitch / 2, baseline, operator(value), ink, theme.text_3)
        middle = self._middle(len(terms) - 1)
        if found.bias is not None:
            middle += self.pitch - 2
            drawing.write_middle(
                painter, middle - self.pitch / 2 + 1, baseline, operator(found.bias), ink, theme.text_3
            )
            drawing.write_middle(painter, middle, baseline, size_text(found.bias, self.digits), ink, theme.bias)
        middle += 24 if self.scene.small else 28
        drawing.write_middle(painter, middle, baseline, "=", ink, theme.text_3)
        paint_result(painter, self.scene, round(middle + (16 if self.scene.small else 14)), found.value, self.digits)

    def _paint_padding(self, painter: QPainter, padded: np.ndarray) -> None:
        """Cells outside of the input: dashed, so that a zero which is none can be told from one that is."""
        painter.setPen(drawing.dashed(self.scene.theme.padding))
        painter.setBrush(self.scene.theme.panel)
        cells = np.argwhere(padded)
        for position in range(len(self.shown)):
            patch, _ = self._rects(position)
            painter.drawRects(
                [
                    QRectF(patch.left() + x * self.cell, patch.top() + y * self.cell, self.cell, self.cell).adjusted(
                        0.5, 0.5, -0.5, -0.5
                    )
                    for y, x in cells.tolist()
                ]
            )

    def _cell_at(self, at: QPointF) -> tuple[int, int, int] | None:
        """(position, row, column) of the patch or kernel cell at a point."""
        if not self.ready:
            return None
        for position in range(len(self.shown)):
            for rect in self._rects(position):
                if rect.contains(at):
                    row = int((at.y() - rect.top()) // self.cell)
                    column = int((at.x() - rect.left()) // self.cell)
                    return position, row, column
        return None

    def tip(self, at: QPointF) -> list[Words] | None:
        cell = self._cell_at(at)
        if cell is None or self.sum is None:
            return None
        position, row, column = cell
        theme, found, ink = self.scene.theme, self.sum, drawing.mono(12)
        index = self.shown[position]
        value, weight = float(found.patches[index, row, column]), float(found.kernels[index, row, column])
        outside = found.window.padded is not None and bool(found.window.padded[row, column])
        name = words.channel(self.scene.graph, self.scene.source, int(found.channels[index]))
        where = f"{name} ({found.window.rows[row]}, {found.window.columns[column]})"
        return [
            [
                (numbers.text(value), ink, theme.padding if outside else theme.input),
                (numbers.TIMES, ink, theme.text_3),
                (numbers.text(weight), ink, theme.kernel),
                ("=", ink, theme.text_3),
                (numbers.text(value * weight), ink, theme.text_1),
            ],
            [("padding" if outside else where, drawing.ui(11), theme.text_2)],
        ]

    def source_at(self, at: QPointF) -> Pin | None:
        cell = self._cell_at(at)
        if cell is None or self.sum is None:
            return None
        position, row, column = cell
        place = self.sum.window
        if not self._rects(position)[0].contains(at) or (place.padded is not None and place.padded[row, column]):
            return None
        channel = int(self.sum.channels[self.shown[position]])
        return Pin(self.scene.source.name, channel, int(place.rows[row]), int(place.columns[column]))

    def mark(self, painter: QPainter, at: QPointF) -> None:
        cell = self._cell_at(at)
        if cell is None:
            return
        position, row, column = cell
        for rect in self._rects(position):
            x, y = rect.left() + column * self.cell, rect.top() + row * self.cell
            painter.setPen(QPen(self.scene.theme.text_1, 1.5))
            painter.drawRect(QRectF(x, y, self.cell, self.cell).adjusted(0.25, 0.25, -0.25, -0.25))


def _grey(patches: np.ndarray, picture: np.ndarray, scene: Scene) -> QImage:
    """Patches of the network's input: grey from its smallest to its largest value."""
    low, high = drawing.finite_range(picture)
    pixels = drawing.quantized(patches - low, high - low, signed=False)
    return colormaps.picture(pixels, colormaps.lut(scene.theme, "input"))
