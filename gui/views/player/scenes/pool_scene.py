"""The stage of a pooling: the window, its candidates, which one wins or what each contributes, the output map."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing.figures import Figures, number, share, span_text
from gui.views.player.drawing.grid import NumberGrid, Pads
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import LARGE, SMALL, Look, larger_than
from gui.views.player.drawing.sheet import Sheet, Style, under, whole_cell
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment
from gui.views.player.scenes import pool_paint as paint
from gui.views.player.scenes import pool_window
from gui.views.player.scenes.pool_formula import pool_formula
from gui.views.player.scenes.pool_window import Mark, PoolInput
from gui.views.player.scenes.scene import Hit, Restore, Scene, Segment

_TOP = 40
_BOTTOM = 40


def winners_of(trace: Any, values: NDArray[np.floating]) -> list[tuple[Mark, ...]]:
    """Winners and losing ties of all windows of one plane of a sliding maximum, in the order of its steps."""
    flat = len(trace.pads) == 1
    pads = ((0, 0), *trace.pads) if flat else tuple(trace.pads)
    kernel, stride, dilation = (((1, *s) if flat else s) for s in (trace.kernel_size, trace.stride, trace.dilation))
    counts = (1, trace.output.shape[1]) if flat else trace.output.shape[1:]
    sizes = []
    for axis in range(2):
        reach = (counts[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1
        sizes.append(max(reach, pads[axis][0] + values.shape[axis]))
    padded = np.full(sizes, -np.inf)
    rows, columns = (slice(pads[axis][0], pads[axis][0] + values.shape[axis]) for axis in range(2))
    padded[rows, columns] = np.where(np.isnan(values), np.inf, values)  # NaN is the largest
    real = np.zeros(sizes, np.bool_)
    real[rows, columns] = True
    found: list[tuple[Mark, ...]] = []
    for y in range(counts[0]):
        for x in range(counts[1]):
            top, left = y * stride[0], x * stride[1]
            taps = (
                slice(top, top + (kernel[0] - 1) * dilation[0] + 1, dilation[0]),
                slice(left, left + (kernel[1] - 1) * dilation[1] + 1, dilation[1]),
            )
            window, inside = padded[taps], real[taps]
            best: Any = np.flatnonzero((window == window[inside].max()) & inside) if inside.any() else []
            found.append(
                tuple(
                    (
                        top + int(n) // window.shape[1] * dilation[0] - pads[0][0],
                        left + int(n) % window.shape[1] * dilation[1] - pads[1][0],
                        place == 0,
                    )
                    for place, n in enumerate(best)
                )
            )
    return found


class PoolScene(Scene):
    """Shows traces of maximum and average pooling (sliding, adaptive, global) in one or two dimensions."""

    input_grid: NumberGrid
    padded_grid: NumberGrid
    candidates: NumberGrid  # the largest that a window needs; smaller windows use its corner
    chip: QRectF
    output_grid: NumberGrid

    def read(self) -> None:
        trace = self.trace
        self.largest = "max" in trace.name
        x, output = np.asarray(trace.inputs[0]), np.asarray(trace.output)
        self.input_sheet, self.output_sheet = Sheet(x), Sheet(output)
        self.input_style = Style.of(x, "input" if self.names.picture else "activation")
        self.output_style = Style.of(output, plain=self.input_style.plain)
        count = max(len(trace[0].terms), 1)
        self.product_figures = (
            self.input_style.figures if self.largest else Figures.of(np.asarray(x) / count, significant=3)
        )
        self._winners: dict[int, list[tuple[Mark, ...]]] = {}
        self._step: tuple[int, Any] | None = None

    # -- reading --------------------------------------------------------------------------------------------------

    def terms(self, index: int) -> Any:
        """The terms of a step; those asked for last are kept."""
        if self._step is None or self._step[0] != index:
            self._step = (index, self.trace[index].terms)
        return self._step[1]

    @property
    def pool_input(self) -> PoolInput:
        """The input and where it stands."""
        return PoolInput(self.input_grid, self.padded_grid, self.input_sheet, self.input_style)

    def plane(self, index: int) -> int:
        """The channel of a step."""
        return index // (self.output_sheet.rows * self.output_sheet.columns)

    def window_cells(self, index: int) -> tuple[int, int, int, int]:
        """(first row, first column, rows, columns) that a step's window spans, padding being negative or beyond."""
        spans = self.trace.window(self.trace.index_of(index)).spans
        (top, bottom), (left, right) = spans if len(spans) == 2 else ((0, 1), spans[0])
        return top, left, bottom - top, right - left

    def taps(self, index: int) -> tuple[int, int]:
        """Rows and columns of the candidates of a step."""
        positions = self.trace.window(self.trace.index_of(index)).positions
        return (len(positions[0]), len(positions[1])) if len(positions) == 2 else (1, len(positions[0]))

    def winners(self, index: int) -> tuple[Mark, ...]:
        """The winner and the ties that lose of a step; empty for averages."""
        if not self.largest:
            return ()
        each = self.output_sheet.rows * self.output_sheet.columns
        plane, within = divmod(index, each)
        if hasattr(self.trace, "pads"):
            if plane not in self._winners:
                self._winners[plane] = winners_of(self.trace, self.input_sheet.values(plane))
            return self._winners[plane][within]
        terms = self.terms(index)  # windows of different sizes
        marks = np.flatnonzero((terms.weight_values == 1) | terms.ties)
        cells = terms.input_indices
        return tuple(
            (0 if cells.shape[1] == 2 else int(cells[n][1]), int(cells[n][-1]), bool(terms.weight_values[n] == 1))
            for n in marks
        )

    def share_text(self, index: int) -> str:
        """What each cell of an average counts: ¼."""
        return share(int(self.trace.divisor(self.trace.index_of(index))))

    def product_longest(self) -> int:
        """The length of the longest part of an average."""
        with np.errstate(all="ignore"):
            return self.product_figures.longest(np.asarray(self.trace.inputs[0]) / max(len(self.terms(0)), 1))

    # -- places ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        assert self.wanted is not None
        for sizes in (*larger_than(self.wanted), self.wanted):
            self.sizes = sizes
            cell = self._place()
            if cell >= {"small": 0, "regular": 32 if self.input_style.plain else 10, "large": 44}[self.sizes.name]:
                return

    def _place(self) -> float:
        """Compute all places at the current sizes; returns the input's cell."""
        sizes, margin = self.sizes, self.sizes.margin
        pads = self._pads()
        rows = self.input_sheet.rows + pads[0] + pads[1]
        columns = self.input_sheet.columns + pads[2] + pads[3]
        taps = [self.taps(n) for n in self._some_steps()]
        taps_rows, taps_columns = max(t[0] for t in taps), max(t[1] for t in taps)
        lane = self._candidate_cell(taps_rows, taps_columns)
        chip_width = max(sizes.chip_width + 16, round(0.6 * sizes.value_px * self.output_style.longest) + 18)
        gap = 62 if sizes is not SMALL else 44
        fixed = 2 * margin + gap + taps_columns * lane[0] + 48 + chip_width + 42
        high = self.height - _TOP - _BOTTOM
        out_rows, out_columns = self.output_sheet.rows, self.output_sheet.columns
        most = {"small": 28, "regular": 40, "large": 52}[sizes.name]
        room = self.width - fixed
        cell = whole_cell(min(high / rows, 0.6 * room / columns), most)
        out_cell = whole_cell(min(high / out_rows, (room - columns * cell) / out_columns), most - 2)
        needed = fixed + columns * cell + out_columns * out_cell
        spare = max(self.width - needed, 0.0)
        extra = min(spare / 3, 80.0)
        left = margin + round((spare - 2 * extra) / 2 if spare > 2 * extra else 0)
        middle = _TOP + high / 2
        top = round(middle - rows * cell / 2)
        self.padded_grid = NumberGrid(left, top, rows, columns, cell, cell, pads)
        self.input_grid = NumberGrid(
            left + pads[2] * cell, top + pads[0] * cell, self.input_sheet.rows, self.input_sheet.columns, cell, cell
        )
        x = left + columns * cell + gap + round(extra)
        self.candidates = NumberGrid(
            x, round(middle - taps_rows * lane[1] / 2), taps_rows, taps_columns, lane[0], lane[1]
        )
        x += taps_columns * lane[0] + 48
        self.chip = QRectF(x, round(middle - sizes.chip_height / 2), chip_width, sizes.chip_height)
        x += chip_width + 42 + round(extra)
        self.output_grid = NumberGrid(
            x, round(middle - out_rows * out_cell / 2), out_rows, out_columns, out_cell, out_cell
        )
        return cell if needed <= self.width else 0

    def _pads(self) -> Pads:
        pads = getattr(self.trace, "pads", ())
        if not pads:
            return 0, 0, 0, 0
        (above, below), (before, after) = pads if len(pads) == 2 else ((0, 0), pads[0])
        return above, below, before, after

    def _some_steps(self) -> range:
        each = self.output_sheet.rows * self.output_sheet.columns
        return range(0, each, max(1, each // 16))

    def _candidate_cell(self, rows: int, columns: int) -> tuple[float, float]:
        """Width and height of a candidate's cell: 46 where the window is small, less where it is not."""
        sizes = self.sizes
        base = {"small": 36, "regular": 46, "large": 64}[sizes.name]
        room = 0.3 * self.width / columns, (self.height - _TOP - _BOTTOM) / rows
        if max(rows, columns) > 3:
            base = 28 if sizes is not LARGE else 40
        characters = self.input_style.longest
        if not self.largest:
            characters = max(
                characters + 1 + len(self.share_text(0)), self.product_figures.longest(self.trace.inputs[0])
            )
        width = max(base, round(characters * 0.6 * sizes.factor_px) + 12)
        if width > room[0] or base > room[1]:
            side = whole_cell(min(room), base)
            return side, side
        return width, base

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return (*super().still_key(moment), self.plane(moment.index))  # type: ignore[misc]

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        paint.ground(self, ink, look, self.plane(moment.index))

    def paint_digits(self, ink: Ink, look: Look, moment: Moment) -> None:
        pool_window.digits(ink, look, self.pool_input, self.plane(moment.index), skip=None)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        paint.step(self, ink, look, moment, restore)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        paint.hover(self, ink, look, moment, hit, term)

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        plane, terms = self.plane(moment.index), self.terms(moment.index)
        rows, columns = self.taps(moment.index)
        if (cell := self.candidates.at(point)) is not None and cell[0] < rows and cell[1] < columns:
            return self._term_hit("candidate", moment.index, cell[0] * columns + cell[1], self.candidates.cell(*cell))
        if (found := under(self.input_grid, self.input_sheet, plane, point)) is not None:
            row, column, index = found
            here = np.flatnonzero((terms.positions == np.array(index)).all(axis=1))
            rect = self.input_grid.cell(row, column)
            if len(here):
                return self._term_hit("input", moment.index, int(here[0]), rect)
            value = float(self.trace.inputs[0][index])
            return Hit(
                "input", rect, input_index=index, lines=_two(number(value), "text_1", f"x{list(index)}", "input")
            )
        if (found := under(self.output_grid, self.output_sheet, plane, point)) is not None:
            row, column, index = found
            value = float(self.trace.output[index])
            return Hit(
                "output",
                self.output_grid.cell(row, column),
                step=self.trace.position_of(index),
                lines=_two(number(value), "output", f"y{list(index)}", "output", "  click to go there"),
            )
        return None

    def _term_hit(self, part: str, index: int, term: int, rect: QRectF) -> Hit:
        found = self.terms(index)[term]
        value = Span(number(found.input_value), "input", bold=True)
        if found.padding:
            lines: tuple[Spans, ...] = ((value,), (Span("padding", "padding"),))
        elif self.largest:
            wins = found.weight_value == 1
            word = "wins" if wins else "ties, but comes later" if found.tie else "loses"
            lines = ((value, Span(f"  {word}", "output" if wins or found.tie else "text_3")),)
        else:
            fraction = self.share_text(index)
            lines = ((value, Span(" × ", "text_3"), Span(fraction, "kernel"), Span(" = ")),)
            lines = ((*lines[0], Span(number(found.product), "text_1", bold=True)),)
        if not found.padding:
            lines = (*lines, (Span(f"x{list(found.input_index)}".replace(" ", ""), "input"),))
        return Hit(part, rect, term=term, input_index=None if found.padding else found.input_index, lines=lines)

    def formula(self, index: int) -> Formula:
        return pool_formula(self.trace, index, largest=self.largest)

    def segments(self) -> tuple[Segment, ...]:
        each = self.output_sheet.rows * self.output_sheet.columns
        name = self.names.map.capitalize()
        return tuple(Segment(f"{name} {n}", n * each, each) for n in range(self.output_sheet.planes))

    def where(self, index: int) -> str:
        plane, row, column = self.output_sheet.cell(self.trace.index_of(index))
        if self.output_sheet.rows == 1 and len(self.trace.output.shape) == 2:
            return f"{self.names.map} {plane} · position {column}"
        return f"{self.names.map} {plane} · row {row}, column {column}"

    def hint(self, index: int) -> str:
        top, left, rows, columns = self.window_cells(index)
        text = f"Window over rows {span_text(top, top + rows - 1)}, columns {span_text(left, left + columns - 1)}"
        ties = [mark for mark in self.winners(index) if not mark[2]]
        if ties:
            wins = next(mark for mark in self.winners(index) if mark[2])
            places = " and ".join(f"({row}, {column})" for row, column, _ in (wins, *ties))
            value = number(float(self.trace.output[self.trace.index_of(index)]))
            text += f". Tie: {value} at {places}"
        return text


def _two(value: str, value_role: str, name: str, name_role: str, more: str = "") -> tuple[Spans, ...]:
    second = (Span(name.replace(" ", ""), name_role),)
    return (Span(value, value_role, bold=True),), second + ((Span(more, "text_3"),) if more else ())
