"""The stage of operations that make each cell of one cell: activations on their curve, sums, copies, normalization."""

from __future__ import annotations

from collections.abc import Hashable
from math import prod
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from engine import traces
from gui.views.player.drawing.curve import Curve
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.fills import Family
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look, larger_than
from gui.views.player.drawing.sheet import Sheet, Style, under, whole_cell
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment
from gui.views.player.scenes import pointwise_paint as paint
from gui.views.player.scenes.piece_formula import written
from gui.views.player.scenes.scene import Hit, Restore, Scene, Segment

_TOP, _BOTTOM = 40, 44
_BETWEEN = 66  # between two inputs: a scale and a title
_MOST_INPUTS = 3
_NARROW, _WIDE = 4, 64  # a flattened map has a row of its own if that is so long


class PointwiseScene(Scene):
    """Shows traces of activations, add, batch and layer normalization, dropout, flatten, concat and the input."""

    grids: tuple[NumberGrid, ...]
    output_grid: NumberGrid
    panel: QRectF
    chips: tuple[QRectF, ...]
    value: QRectF

    def read(self) -> None:
        trace = self.trace
        fold = self.names.fold
        self.sheets = tuple(Sheet(array, fold) for array in trace.inputs)
        columns = 0
        if trace.name == "flatten" and trace.inputs[0].ndim > 1:
            plane = self.sheets[0].rows * self.sheets[0].columns
            columns = plane if _NARROW <= plane <= _WIDE else self.sheets[0].columns if plane > _WIDE else 0
        self.output_sheet = Sheet(trace.output, fold, columns)
        family: Family = "input" if self.names.picture else "activation"
        self.styles = tuple(Style.of(array, family) for array in trace.inputs)
        copies = trace.name in ("flatten", "dropout", "concat", "identity", "input")
        plain = all(style.plain for style in self.styles)
        self.output_style = self.styles[0] if copies and len(self.styles) == 1 else Style.of(trace.output, plain=plain)
        self.kind = self._kind()
        self._curves: dict[int, Curve] = {}

    def _kind(self) -> str:
        """What stands between input and output: a curve, a column of operations, a plus, or nothing."""
        if hasattr(self.trace, "parameters"):
            return "curve"
        if hasattr(self.trace, "statistics"):
            return "column"
        return "sum" if self.trace.name == "add" else "copy"

    def curve(self, plane: int) -> Curve:
        """The activation's curve, over the range of all inputs; its ticks are those of one plane."""
        known = self._curves.get(plane)
        if known is None:
            trace = self.trace

            def evaluate(x: np.ndarray) -> np.ndarray:
                """The trace's own function at other places."""
                return np.asarray(traces.activation(x, trace.name, **trace.parameters).output, np.float64)

            everywhere = Curve.over(evaluate, trace.inputs[0])
            rug = self.sheets[0].values(plane).ravel()[: self.sheets[0].filled_cells()]
            known = self._curves[plane] = Curve(
                evaluate,
                everywhere.low,
                everywhere.high,
                everywhere.bottom,
                everywhere.top,
                everywhere.x,
                everywhere.y,
                rug[np.isfinite(rug)],
            )
        return known

    def sources(self, index: int) -> tuple[tuple[int, tuple[int, int, int]], ...]:
        """(input number, (plane, row, column)) of the cells that a step reads; of a normalization its own cell."""
        if self.kind == "column":
            return ((0, self.sheets[0].cell(self.trace.index_of(index))),)
        terms = self.trace[index].terms
        found = []
        for number_ in range(min(len(terms), _MOST_INPUTS)):
            source = int(terms.sources[number_])
            cell = tuple(int(entry) for entry in terms.input_indices[number_])
            found.append((source, self.sheets[source].cell(cell)))
        return tuple(found)

    def shown(self, index: int) -> tuple[int, ...]:
        """The inputs on stage: all of few, else the one that the step reads."""
        if len(self.sheets) <= _MOST_INPUTS:
            return tuple(range(len(self.sheets)))
        return (self.sources(index)[0][0],)

    def planes(self, index: int) -> dict[int, int]:
        """The plane of each input on stage: the one that is read, else the one in the same place."""
        plane = self.output_sheet.cell(self.trace.index_of(index))[0]
        result = {source: min(plane, self.sheets[source].planes - 1) for source in self.shown(index)}
        result.update({source: cell[0] for source, cell in self.sources(index) if source in result})
        return result

    # -- places ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        assert self.wanted is not None
        for sizes in (*larger_than(self.wanted), self.wanted):
            self.sizes = sizes
            if self._place() >= {"small": 0, "regular": 20, "large": 44}[self.sizes.name]:
                return

    def _place(self) -> float:
        """Compute all places at the current sizes; returns the smallest cell."""
        sizes, margin = self.sizes, self.sizes.margin
        count = min(len(self.sheets), _MOST_INPUTS) if len(self.sheets) <= _MOST_INPUTS else 1
        high = self.height - _TOP - _BOTTOM
        chip = max(
            sizes.chip_width + 16,
            round(0.6 * sizes.value_px * max(6, self.output_style.longest, *(style.longest for style in self.styles)))
            + 18,
        )
        panel = {"curve": 300.0, "column": 250.0, "sum": 60.0, "copy": 40.0}[self.kind]
        panel *= {"small": 0.8, "regular": 1.0, "large": 1.35}[sizes.name]
        gap = 44 if sizes.name != "small" else 32
        chips = 1 if self.kind == "copy" else 2
        fixed = 2 * margin + 4 * gap + panel + chips * chip
        room = self.width - fixed
        rows = max(sheet.rows for sheet in self.sheets)
        columns = max(sheet.columns for sheet in self.sheets)
        most = {"small": 28, "regular": 40, "large": 52}[sizes.name]
        each = (high - (count - 1) * _BETWEEN) / count
        cell = whole_cell(min(each / rows, 0.5 * room / columns), most)
        out = self.output_sheet
        out_cell = whole_cell(min(high / out.rows, (room - columns * cell) / out.columns), most)
        if out.rows * out.columns == rows * columns and count == 1:
            cell = out_cell = min(cell, out_cell)
        needed = fixed + columns * cell + out.columns * out_cell
        x = margin + round(max(self.width - needed, 0.0) / 2)
        middle = _TOP + high / 2
        total = count * rows * cell + (count - 1) * _BETWEEN
        self.grids = tuple(
            NumberGrid(
                x,
                round(middle - total / 2 + n * (rows * cell + _BETWEEN)),
                self.sheets[n].rows if len(self.sheets) <= _MOST_INPUTS else rows,
                self.sheets[n].columns if len(self.sheets) <= _MOST_INPUTS else columns,
                cell,
                cell,
            )
            for n in range(count)
        )
        x += round(columns * cell) + gap
        if chips == 2:
            self.chips = tuple(
                QRectF(
                    x,
                    round((grid.rect.center().y() if count > 1 else middle) - sizes.chip_height / 2),
                    chip,
                    sizes.chip_height,
                )
                for grid in self.grids
            )
            x += chip + gap
        else:
            self.chips = ()
        tall = min(high, panel * 0.8) if self.kind == "curve" else min(high, 6.0 * (sizes.chip_height + 12))
        self.panel = QRectF(x, round(middle - tall / 2), round(panel), round(tall))
        x += round(panel) + gap
        self.value = QRectF(x, round(middle - sizes.chip_height / 2), chip, sizes.chip_height)
        x += chip + gap
        self.output_grid = NumberGrid(
            x, round(middle - out.rows * out_cell / 2), out.rows, out.columns, out_cell, out_cell
        )
        return cell if needed <= self.width else 0

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return (*super().still_key(moment), tuple(self.planes(moment.index).items()))  # type: ignore[misc]

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        paint.ground(self, ink, look, moment)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        paint.step(self, ink, look, moment)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        paint.hover(self, ink, look, moment, hit)

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        planes = self.planes(moment.index)
        for grid, source in zip(self.grids, self.shown(moment.index), strict=False):
            found = under(grid, self.sheets[source], planes[source], point)
            if found is not None:
                row, column, index = found
                value = float(self.trace.inputs[source][index])
                name = f"x[{','.join(map(str, index))}]"
                lines: tuple[Spans, ...] = ((Span(number(value), "text_1", bold=True),), (Span(name, "input"),))
                return Hit("input", grid.cell(row, column), input_index=index, source=source, lines=lines)
        plane = self.output_sheet.cell(self.trace.index_of(moment.index))[0]
        found = under(self.output_grid, self.output_sheet, plane, point)
        if found is not None:
            row, column, index = found
            value = float(self.trace.output[index])
            name = f"y[{','.join(map(str, index))}]"
            lines = (
                (Span(number(value), "output", bold=True),),
                (Span(name, "output"), Span("  click to go there", "text_3")),
            )
            return Hit("output", self.output_grid.cell(row, column), step=self.trace.position_of(index), lines=lines)
        return None

    def formula(self, index: int) -> Formula:
        return written(self.trace, index)

    def segments(self) -> tuple[Segment, ...]:
        sheet = self.output_sheet
        if sheet.planes == 1 or sheet.planes * sheet.rows * sheet.columns != self.count:
            return (Segment("", 0, self.count),)
        each = sheet.rows * sheet.columns
        return tuple(Segment(f"{self.names.map.capitalize()} {n}", n * each, each) for n in range(sheet.planes))

    def where(self, index: int) -> str:
        return place_text(self.trace.output.shape, self.trace.index_of(index), self.names.map)


def place_text(shape: tuple[int, ...], index: tuple[int, ...], plane: str) -> str:
    """Where a cell is, in words: "map 8 · row 5, column 6", "unit 7"."""
    if prod(shape) == 1 and len(shape) <= 1:
        return "the one value"
    if len(shape) == 1:
        return f"unit {index[0]}"
    if len(shape) == 2:
        return f"{plane} {index[0]} · position {index[1]}"
    *front, row, column = index
    return f"{plane} {', '.join(map(str, front))} · row {row}, column {column}"


def copies(trace: Any) -> bool:
    """Whether a trace's cells are copies of input cells."""
    return trace.name in ("flatten", "dropout", "concat", "identity", "input")
