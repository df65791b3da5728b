"""The stage of any other operation: the list of a step's terms, what they come to, and where the value goes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import Sheet, Style, mark_cell, outline, paint_plane, under, whole_cell
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula, Sum, result, summand, times
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.piece_formula import in_letters, written
from gui.views.player.scenes.pointwise_scene import place_text
from gui.views.player.scenes.scene import Hit, Restore, Scene, Segment

_TOP, _BOTTOM = 44, 44


class TermsScene(Scene):
    """Shows any trace: as many of the current step's terms as there is room for, the largest if not all."""

    table: QRectF
    row_height: int
    per_column: int
    columns: int
    value_chip: QRectF
    output_grid: NumberGrid

    def read(self) -> None:
        self.sheet = Sheet(np.asarray(self.trace.output), self.names.fold)
        self.style = Style.of(np.asarray(self.trace.output))
        self.power = f"^{number(self.trace.norm_type)}" if hasattr(self.trace, "norm_type") else ""
        self._step: tuple[int, Any] | None = None

    def terms(self, index: int) -> Any:
        """The terms of a step; those asked for last are kept."""
        if self._step is None or self._step[0] != index:
            self._step = (index, self.trace[index].terms)
        return self._step[1]

    def shown(self, index: int) -> list[int]:
        """The numbers of the terms in the list: all, else those with the largest products, in their own order."""
        terms = self.terms(index)
        room = self.per_column * self.columns
        if len(terms) <= room:
            return list(range(len(terms)))
        sizes = np.nan_to_num(np.abs(terms.products), nan=np.inf)
        return sorted(np.argsort(-sizes, kind="stable")[:room].tolist())

    def place(self) -> None:
        sizes, margin = self.sizes, self.sizes.margin
        high = self.height - _TOP - _BOTTOM
        chip = max(sizes.chip_width + 16, round(0.6 * sizes.value_px * self.style.longest) + 18)
        most = {"small": 24, "regular": 36, "large": 48}[sizes.name]
        out_cell = whole_cell(min(high / self.sheet.rows, 0.3 * self.width / self.sheet.columns), most)
        self.row_height = sizes.text_px + 10
        width = round(mono(sizes.text_px).width("0") * 34)
        room = self.width - 2 * margin - 60 - chip - 46 - self.sheet.columns * out_cell
        steps = range(0, self.count, max(1, self.count // 32))
        terms = max(1, *(len(self.trace[n].terms) for n in steps))
        self.per_column = max(1, int(high // self.row_height))
        self.columns = max(1, min(int(room // (width + 24)), -(-terms // self.per_column)))
        used = self.columns * (width + 24) - 24
        rows = min(self.per_column, -(-terms // self.columns))
        needed = used + 60 + chip + 46 + self.sheet.columns * out_cell
        x = margin + round(max(self.width - 2 * margin - needed, 0) / 2)
        middle = _TOP + high / 2
        self.table = QRectF(x, round(middle - rows * self.row_height / 2), used, rows * self.row_height)
        x += used + 60
        self.value_chip = QRectF(x, round(middle - sizes.chip_height / 2), chip, sizes.chip_height)
        x += chip + 46
        grid_top = round(middle - self.sheet.rows * out_cell / 2)
        self.output_grid = NumberGrid(x, grid_top, self.sheet.rows, self.sheet.columns, out_cell, out_cell)

    def row_rect(self, slot: int) -> QRectF:
        """The place of a term of the list."""
        rows = max(1, round(self.table.height() / self.row_height))
        column, row = divmod(slot, rows)
        width = (self.table.width() + 24) / self.columns - 24
        return QRectF(
            self.table.left() + column * (width + 24), self.table.top() + row * self.row_height, width, self.row_height
        )

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return (*super().still_key(moment), self.sheet.cell(self.trace.index_of(moment.index))[0])  # type: ignore[misc]

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        sizes, grid = look.sizes, self.output_grid
        ink.words("Terms", self.table.left(), self.table.top() - 16, ui(sizes.title_px, 600), look.color("text_1"))
        shapes.chip(ink.painter, self.value_chip, look.color("output"), 2, look.color("panel"))
        y = grid.top - 17
        used = ink.words(self.names.output, grid.left, y, ui(sizes.title_px, 600), look.color("output"))
        face, text = mono(sizes.text_px), self.sheet.shape_text
        if used + face.width(text) + 12 < grid.rect.width():
            ink.put(text, grid.rect.right(), y, face, look.color("text_2"), "right")
        if (fill := self.style.coloring(grid)) is not None:
            level_bar(ink, look, fill, grid.left, grid.rect.bottom() + 9, max(min(grid.rect.width(), 160), 64))
        middle = round(self.value_chip.center().y())
        joint = look.color("border_strong")
        shapes.line(ink.painter, self.table.right() + 10, middle, self.value_chip.left(), middle, joint)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        terms, sizes = self.terms(moment.index), look.sizes
        shown = self.shown(moment.index)
        face, bold = mono(sizes.text_px), mono(sizes.text_px, 600)
        digit = face.width("0")
        share = 1.0 if moment.done or not moment.build else between(moment.phase, 0.05, 0.6)
        for slot in range(round(len(shown) * share)):
            term = shown[slot]
            rect = self.row_rect(slot)
            y = rect.center().y()
            role = "padding" if terms.padding[term] else "input"
            value = number(float(terms.input_values[term])) + self.power
            ink.put(value, rect.left() + 9 * digit, y, face, look.color(role), "right")
            ink.put(TIMES, rect.left() + 10.5 * digit, y, face, look.color("text_3"))
            weight = number(float(terms.weight_values[term]))
            ink.put(weight, rect.left() + 20 * digit, y, face, look.color("kernel"), "right")
            ink.put("=", rect.left() + 21.5 * digit, y, face, look.color("text_3"))
            product = float(terms.products[term])
            color = look.color("text_1" if product else "text_3")
            ink.put(number(product), rect.left() + 31 * digit, y, bold, color, "right")
        missing = len(terms) - len(shown)
        if missing:
            text = f"{missing:,} smaller terms are not listed"
            y = self.table.bottom() + 18
            ink.words(text, self.table.left(), y, ui(sizes.caption_px), look.color("text_3"))
        elif not len(terms):
            y = self.table.top() + self.row_height / 2
            ink.words("None: no input cell reaches it", self.table.left(), y, ui(sizes.text_px), look.color("text_3"))
        self._outcome(ink, look, moment)

    def _outcome(self, ink: Ink, look: Look, moment: Moment) -> None:
        index = self.trace.index_of(moment.index)
        plane, row, column = self.sheet.cell(index)
        grid, chip = self.output_grid, self.value_chip
        arrived = moment.done or not moment.build
        played = row * grid.columns + column
        paint_plane(
            ink, look, grid, self.sheet, plane, self.style, "output", done=played + arrived, digit_role="output"
        )
        mark_cell(ink, look, grid, row, column, "output", filled=self.style.coloring(grid) is not None)
        bias = float(self.trace.bias(index))
        if bias:
            x, y = chip.center().x(), chip.top() - 20
            words, face = ui(look.sizes.caption_px), mono(look.sizes.text_px)
            width = words.width("bias ") + face.width(number(bias))
            ink.words("bias ", x - width / 2, y, words, look.color("text_2"))
            ink.put(number(bias), x - width / 2 + words.width("bias "), y, face, look.color("bias"), "left")
        if arrived or moment.phase > 0.62:
            face = mono(look.sizes.value_px, 600)
            text = number(float(self.trace.output[index]))
            ink.put(text, chip.center().x(), chip.center().y(), face, look.color("output"), hang=False)
        cell = grid.cell(row, column)
        start, end = QPointF(chip.right(), chip.center().y()), QPointF(grid.left - 2, cell.center().y())
        points = [start, QPointF(end.x(), start.y())]
        if abs(start.y() - end.y()) >= 1:
            x = round((start.x() + end.x()) / 2)
            points = [start, QPointF(x, start.y()), QPointF(x, end.y()), end]
        shapes.arrow(ink.painter, points, look.color("output"))
        if moment.build and not moment.done and moment.phase >= 0.75:
            way = shapes.between_rects(chip, cell, eased(between(moment.phase, 0.75, 1.0)))
            shapes.chip(ink.painter, way, look.color("output"), 1.5, look.color("panel", 0.8))

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        if hit is not None:
            outline(ink, look, hit.rect)
        elif term is not None and term in (shown := self.shown(moment.index)):
            outline(ink, look, self.row_rect(shown.index(term)))

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        shown = self.shown(moment.index)
        for slot, term in enumerate(shown):
            rect = self.row_rect(slot)
            if rect.contains(point):
                found = self.terms(moment.index)[term]
                source: Spans = (Span("padding", "padding"),)
                if not found.padding:
                    source = (Span(f"x[{','.join(map(str, found.input_index))}]", "input"),)
                lines = ((Span(number(found.product), "text_1", bold=True),), source)
                input_index = None if found.padding else found.input_index
                return Hit("term", rect, term=term, input_index=input_index, source=found.source, lines=lines)
        plane = self.sheet.cell(self.trace.index_of(moment.index))[0]
        cell = under(self.output_grid, self.sheet, plane, point)
        if cell is None:
            return None
        row, column, index = cell
        lines = (
            (Span(number(float(self.trace.output[index])), "output", bold=True),),
            (Span(f"y[{','.join(map(str, index))}]", "output"), Span("  click to go there", "text_3")),
        )
        return Hit("output", self.output_grid.cell(row, column), step=self.trace.position_of(index), lines=lines)

    def formula(self, index: int) -> Formula:
        terms, step = self.terms(index), self.trace[index]
        with np.errstate(all="ignore"):
            total = float(terms.products.sum()) + step.bias
        if not len(terms) or not np.isclose(total, step.value, rtol=1e-3, atol=1e-5):
            return written(self.trace, index)  # no plain sum of its terms
        values, weights, padding = terms.input_values, terms.weight_values, terms.padding

        def write(term: int) -> Spans:
            return times(float(values[term]), float(weights[term]), term, padding=bool(padding[term]))

        bias = summand(step.bias, "bias") if step.bias else ()
        return Formula(in_letters(step.symbolic), (*bias, *result(step.value)), Sum(terms.products, write))

    def segments(self) -> tuple[Segment, ...]:
        each = self.sheet.rows * self.sheet.columns
        if self.sheet.planes == 1 or self.sheet.planes * each != self.count:
            return (Segment("", 0, self.count),)
        return tuple(Segment(f"{self.names.map.capitalize()} {n}", n * each, each) for n in range(self.sheet.planes))

    def where(self, index: int) -> str:
        return place_text(self.trace.output.shape, self.trace.index_of(index), self.names.map)
