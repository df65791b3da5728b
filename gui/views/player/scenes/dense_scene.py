"""The stage of a dense layer: all inputs, all weights, all products as pictures; the largest as numbers; their sum."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing.figures import Figures, number
from gui.views.player.drawing.fills import Fill
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look, larger_than
from gui.views.player.drawing.sheet import Sheet, Style, under, whole_cell
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.drawing.tiles import Shape, Tiles
from gui.views.player.formula import Formula, Sum, result, summand, times
from gui.views.player.playback import Moment
from gui.views.player.scenes import dense_paint as paint
from gui.views.player.scenes.convolution_formula import read_out
from gui.views.player.scenes.scene import Hit, Restore, Scene

_TOP, _BOTTOM = 40, 44


class DenseScene(Scene):
    """Shows traces of `engine.traces.linear`."""

    inputs: Tiles
    weights: Tiles
    products: Tiles
    table: QRectF
    curve: QRectF
    bias_chip: QRectF
    sum_chip: QRectF
    value_chip: QRectF
    output_grid: NumberGrid
    row_height: int

    def read(self) -> None:
        trace = self.trace
        x, weight = np.asarray(trace.inputs[0]), np.asarray(trace.weights["weight"])
        self.bias = trace.weights.get("bias")
        self.features = weight.shape[1]
        self.shape = Shape.of(self.features, self.names.fold)
        self.input_style = Style.of(x, "input" if self.names.picture else "activation")
        self.weight_style = Style.of(weight, "weight")
        self.output_sheet = Sheet(trace.output)
        plain = self.input_style.plain and self.weight_style.plain
        self.output_style = Style.of(trace.output, plain=plain)
        self.plain = plain
        self._step: tuple[int, Any] | None = None
        self._order: tuple[int, NDArray[np.intp]] | None = None

    def terms(self, index: int) -> Any:
        """The terms of a step; those asked for last are kept."""
        if self._step is None or self._step[0] != index:
            self._step = (index, self.trace[index].terms)
        return self._step[1]

    def order(self, index: int) -> NDArray[np.intp]:
        """The terms' numbers, the largest product first (NaN and infinity before all)."""
        if self._order is None or self._order[0] != index:
            sizes = np.nan_to_num(np.abs(self.terms(index).products), nan=np.inf)
            self._order = (index, np.argsort(-sizes, kind="stable"))
        return self._order[1]

    def product_fill(self, index: int) -> Fill:
        """Products over the largest one of this unit."""
        products = self.terms(index).products
        finite = np.abs(products[np.isfinite(products)])
        limit = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        return Fill("activation_signed", -limit, limit)

    def figures(self, index: int) -> Figures:
        """How sums are written."""
        return Figures() if self.plain else Figures.of(self.terms(index).products, self.trace.output).untrimmed()

    # -- places ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        assert self.wanted is not None
        for sizes in (*larger_than(self.wanted), self.wanted):
            self.sizes = sizes
            if self._place() >= {"small": 0, "regular": 5, "large": 12}[self.sizes.name]:
                return

    def _place(self) -> float:
        """Compute all places at the current sizes; returns the cell of the pictures, 0 if they are too wide."""
        sizes, margin = self.sizes, self.sizes.margin
        scale = {"small": 0.85, "regular": 1.0, "large": 1.4}[sizes.name]
        high = self.height - _TOP - _BOTTOM
        gap = round(40 * scale)
        table = round(268 * scale)
        chip = max(sizes.chip_width + 12, round(0.6 * sizes.value_px * self.output_style.longest) + 18)
        out = self.output_sheet
        most = {"small": 24, "regular": 36, "large": 48}[sizes.name]
        out_cell = whole_cell(min(high / out.rows, 0.14 * self.width / out.columns), most)
        curve = round(230 * scale)
        stacked = high >= 380 * scale or self.width < 1300
        fixed = 2 * margin + 2 * gap + table + gap + chip + 46 + max(out.columns * out_cell, 64) + gap
        fixed += 0 if stacked else curve + gap
        room = (self.width - fixed) / 3
        cell = min(self.shape.largest(room, high), most)
        width, tall = self.shape.size(cell)
        spare = max(self.width - fixed - 3 * width, 0.0)
        x: float = margin + round(spare / 2)
        middle = _TOP + high / 2
        top = round(middle - tall / 2)
        pictures = [Tiles(self.shape, x + n * (width + gap), top, cell) for n in range(3)]
        self.inputs, self.weights, self.products = pictures
        x += 3 * width + 3 * gap
        self.row_height = round(22 * scale)
        if stacked:
            curve_height = min(150 * scale, high * 0.4) if high >= 300 else 0.0
            rows = max(
                2, min(int((high - curve_height - (46 if curve_height else 0)) // self.row_height), self.features, 14)
            )
            total = rows * self.row_height + (curve_height + 46 if curve_height else 0)
            start = round(middle - total / 2)
            self.table = QRectF(x, start, table, rows * self.row_height)
            self.curve = (
                QRectF(x, start + rows * self.row_height + 46, table, round(curve_height)) if curve_height else QRectF()
            )
        else:
            rows = max(2, min(int(high // self.row_height), self.features, 12))
            self.table = QRectF(x, round(middle - rows * self.row_height / 2), table, rows * self.row_height)
            x += table + gap
            curve_height = min(high, 170 * scale)
            self.curve = QRectF(x, round(middle - curve_height / 2), curve, round(curve_height))
            x += curve - table
        x += table + gap
        height = sizes.chip_height
        lines = 3 if self.bias is not None else 1
        between = round(26 * scale)
        first = middle - (lines * height + (lines - 1) * between) / 2
        places = [QRectF(x, round(first + n * (height + between)), chip, height) for n in range(lines)]
        self.sum_chip = places[0] if lines == 3 else QRectF()
        self.bias_chip = places[1] if lines == 3 else QRectF()
        self.value_chip = places[-1]
        x += chip + 46
        self.output_grid = NumberGrid(
            x, round(middle - out.rows * out_cell / 2), out.rows, out.columns, out_cell, out_cell
        )
        return cell if spare > 0 or 3 * width + fixed <= self.width else 0

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return (*super().still_key(moment), self.trace.index_of(moment.index)[:-1])  # type: ignore[misc]

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        paint.ground(self, ink, look, moment)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        paint.step(self, ink, look, moment)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        paint.hover(self, ink, look, moment, hit, term)

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        for part, tiles in (("input", self.inputs), ("weight", self.weights), ("product", self.products)):
            term = tiles.at(point)
            if term is not None:
                return self._term_hit(part, moment.index, term, tiles.entry(term))
        if self.table.contains(point):
            row = int((point.y() - self.table.top()) // self.row_height)
            if row < min(self.features, round(self.table.height() / self.row_height)):
                rect = QRectF(
                    self.table.left(), self.table.top() + row * self.row_height, self.table.width(), self.row_height
                )
                return self._term_hit("row", moment.index, int(self.order(moment.index)[row]), rect)
        plane = self.output_sheet.cell(self.trace.index_of(moment.index))[0]
        found = under(self.output_grid, self.output_sheet, plane, point)
        if found is None:
            return None
        row, column, index = found
        value = float(self.trace.output[index])
        lines = (
            (Span(number(value), "output", bold=True), *self._class(index)),
            (Span(f"y[{','.join(map(str, index))}]", "output"), Span("  click to go there", "text_3")),
        )
        return Hit("output", self.output_grid.cell(row, column), step=self.trace.position_of(index), lines=lines)

    def _class(self, index: tuple[int, ...]) -> Spans:
        unit = index[-1]
        return (Span(f"  {self.names.classes[unit]}"),) if unit < len(self.names.classes) else ()

    def _term_hit(self, part: str, index: int, term: int, rect: QRectF) -> Hit:
        found = self.terms(index)[term]
        return Hit(part, rect, term=term, input_index=found.input_index, lines=read_out(found))

    def formula(self, index: int) -> Formula:
        terms, step = self.terms(index), self.trace[index]
        *front, unit = step.index
        values, weights = terms.input_values, terms.weight_values

        def write(term: int) -> Spans:
            return times(float(values[term]), float(weights[term]), term)

        place = ", ".join([*map(str, front), "i"])
        letters: list[Span] = [
            Span("y", "output"),
            Span(f"[{','.join(map(str, step.index))}]", "output"),
            Span(" = Σ"),
            Span("i", sub=True),
            Span(" "),
            Span(f"x[{place}]", "input"),
            Span(" · "),
            Span(f"w[{unit}, i]", "kernel"),
        ]
        tail: Spans = result(step.value)
        if self.bias is not None:
            letters += [Span(" + "), Span(f"b[{unit}]", "bias")]
            tail = (*summand(step.bias, "bias"), *tail)
        return Formula(symbolic=tuple(letters), sum=Sum(terms.products, write), tail=tail)

    def where(self, index: int) -> str:
        *front, unit = self.trace.index_of(index)
        name = f" · class {self.names.classes[unit]}" if unit < len(self.names.classes) else ""
        return f"{'row ' + ', '.join(map(str, front)) + ' · ' if front else ''}unit {unit}{name}"

    def hint(self, index: int) -> str:
        products = self.terms(index).products
        zeros = int((products == 0).sum())
        text = f"{self.features:,} products"
        return f"{text}, {zeros:,} of them zero" if zeros else text
