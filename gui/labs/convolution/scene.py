"""The player's stage of a convolution with what the lab adds: where each number can be edited, colours for weights,
outputs that are hidden while the learner works them out, zeros between the cells of a transposed convolution."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from gui.labs.convolution.state import ConvolutionState
from gui.labs.convolution.stretched import weight_place
from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import Span
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment
from gui.views.player.scenes.convolution_scene import ConvolutionScene
from gui.views.player.scenes.scene import Hit, Names, Restore

Index: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Target:
    """A number that can be edited: `part` is "x", "w", "b", or "y" (an answer); `index` is into that array in torch's
    layout; `rect` is where it stands."""

    part: str
    index: Index
    rect: QRectF


@dataclass
class Answers:
    """What the learner thinks the outputs are: by the number of the step, the text and whether it is right."""

    given: dict[int, tuple[str, bool]]
    revealed: set[int]

    @property
    def right(self) -> int:
        return sum(right for _, right in self.given.values())

    def key(self) -> Hashable:
        return tuple(sorted(self.given.items())), tuple(sorted(self.revealed))


class LabScene(ConvolutionScene):
    """Shows a convolution in one or two dimensions; `answers` (None: all is shown) hides what is to be found."""

    def __init__(self, trace: Any, names: Names, state: ConvolutionState, answers: Answers | None = None) -> None:
        self.state, self.answers = state, answers
        super().__init__(trace, names)

    # -- where the numbers are ------------------------------------------------------------------------------------

    def grids(self, step: int) -> Iterator[tuple[str, int, int, NumberGrid]]:
        """(part, output channel, channel in the group, grid) of all grids with numbers that can be edited."""
        place = self.reading.place(step)
        for channel, block in zip(self.shown(place.channel), self.layout.blocks, strict=True):
            yield "x", place.channel, channel, block.input
            yield "w", place.channel, channel, block.kernel
        for filter_, idle in zip(self.idle_filters(place.channel), self.layout.idle, strict=False):
            for channel, kernel in zip(self.shown(place.channel), idle.kernels, strict=False):
                yield "w", filter_, channel, kernel
            yield "y", filter_, 0, idle.output
        yield "y", place.channel, 0, self.layout.output

    def target_at(self, point: QPointF, step: int) -> Target | None:
        """The number under a point that can be edited, while this step is shown."""
        for part, filter_, channel, grid in self.grids(step):
            cell = grid.at(point)
            if cell is not None:
                index = self._index(part, filter_, channel, *cell, grid=grid)
                return None if index is None else Target(part, index, grid.cell(*cell))
        for filter_, rect in self._biases(step):
            if rect.contains(point):
                return Target("b", (filter_,), rect)
        return None

    def target_of(self, part: str, index: Index, step: int) -> Target | None:
        """Where a number stands while this step is shown; None if it is not on the stage."""
        if part == "b":
            return next((Target("b", index, rect) for f, rect in self._biases(step) if (f,) == index), None)
        for kind, filter_, channel, grid in self.grids(step):
            if kind != part:
                continue
            for row in range(grid.rows):
                for column in range(grid.columns):
                    if self._index(part, filter_, channel, row, column, grid=grid) == index:
                        return Target(part, index, grid.cell(row, column))
        return None

    def _biases(self, step: int) -> Iterator[tuple[int, QRectF]]:
        if self.reading.bias is None:
            return
        active = self.reading.place(step).channel
        yield active, self.layout.bias
        for filter_, idle in zip(self.idle_filters(active), self.layout.idle, strict=False):
            yield filter_, idle.bias

    def _index(self, part: str, filter_: int, channel: int, row: int, column: int, *, grid: NumberGrid) -> Index | None:
        """The index into the state's own array; None for padding and inserted zeros."""
        reading = self.reading
        if part == "y":
            return reading.output_index(filter_, row, column)
        if part == "x":
            if grid.is_padding(row, column):
                return None
            found = reading.input_index(reading.channels(filter_).start + channel, row, column)
            return None if found is None else self._unstretched(found)
        kernel = reading.kernel
        if reading.flip:
            row = row if reading.axes == 1 else kernel[0] - 1 - row
            column = kernel[1] - 1 - column
        index: Index = (filter_, channel, column) if reading.axes == 1 else (filter_, channel, row, column)
        return self._weight(index)

    def _weight(self, index: Index) -> Index:
        """An index into the shown convolution's weights as one into the state's own."""
        return weight_place(index, self.state) if self.state.transposed else index

    def _unstretched(self, index: Index) -> Index | None:
        """An index into the stretched input as one into the input; None for a zero between its cells."""
        if not self.state.transposed:
            return index
        strides = self.state.stride[1 - len(index) :]
        pairs = [divmod(place, stride) for place, stride in zip(index[1:], strides, strict=True)]
        return None if any(rest for _, rest in pairs) else (index[0], *(place for place, _ in pairs))

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        more = None if self.answers is None else (self.answers.key(), moment.index)
        return super().still_key(moment), self.state.colours, more

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        super().paint_ground(ink, look, moment)
        if self.state.transposed and any(stride > 1 for stride in self.state.stride):
            self._paint_inserted(ink, look, self.shown(self.reading.place(moment.index).channel))
        if self.state.colours:
            for block in self.layout.blocks:
                self._paint_hues(ink, look, block.kernel)

    def _between(self, channel: int) -> bool:
        """Whether a whole plane is zeros between those of the input."""
        return False

    def _paint_inserted(self, ink: Ink, look: Look, shown: tuple[int, ...]) -> None:
        """The zeros between the cells of a transposed convolution's input, dashed as padding is."""
        axes = self.reading.axes
        down, across = (1, self.state.stride[0]) if axes == 1 else self.state.stride[-2:]
        for channel, block in zip(shown, self.layout.blocks, strict=True):
            whole = self._between(channel)
            above, _, left, _ = block.input.pads
            if block.input.width < 8:
                continue
            for row in range(above, block.input.rows - block.input.pads[1]):
                for column in range(left, block.input.columns - block.input.pads[3]):
                    if whole or (row - above) % down or (column - left) % across:
                        cell = block.input.cell(row, column).adjusted(1, 1, 0, 0)
                        ink.painter.fillRect(cell, look.color("stage"))
                        shapes.dashed(ink.painter, cell.adjusted(2, 2, -3, -3), look.color("padding", 0.45))

    def hue(self, row: int, column: int) -> QColor:
        """The colour of a kernel cell as it lies over the window."""
        rows, columns = self.reading.kernel
        color = QColor.fromHsvF((row * columns + column) / (rows * columns), 0.62, 0.92)
        color.setAlphaF(0.34)
        return color

    def _paint_hues(self, ink: Ink, look: Look, grid: NumberGrid) -> None:
        rows, columns = self.reading.kernel
        for row in range(rows):
            for column in range(columns):
                ink.painter.fillRect(grid.cell(row, column).adjusted(1, 1, 0, 0), self.hue(row, column))

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        if self.state.colours and moment.done:
            place = self.reading.place(moment.index)
            (down, across), (rows, columns) = self.reading.dilation, self.reading.kernel
            for block in self.layout.blocks:
                self._paint_hues(ink, look, block.products)
        super().paint_step(ink, look, moment, restore)
        if self.state.colours and moment.done:
            ink.flush()
            for block in self.layout.blocks:
                for row in range(rows):
                    for column in range(columns):
                        cell = block.input.cell(place.top + row * down, place.left + column * across)
                        ink.painter.fillRect(cell.adjusted(2, 2, -1, -1), self.hue(row, column))
        if self.answers is not None:
            ink.flush()
            self._paint_hidden(ink, look, moment, self.answers)
        elif self.reading.flip and not self.state.transposed and moment.done:
            self._paint_unflipped(ink, look, moment.index)

    def _paint_unflipped(self, ink: Ink, look: Look, step: int) -> None:
        """Beside a true convolution's value: what the same kernel gives without being turned round."""
        reading = self.reading
        channel = reading.place(step).channel
        total = float((reading.window(step) * reading.weight[channel]).sum()) + self.trace.bias(
            self.trace.index_of(step)
        )
        value = self.layout.value
        text = f"unflipped: {self.sum_figures.text(total)}"
        y = value.bottom() + 11
        if y < self.height - 4:
            ink.words(text, value.center().x(), y, ui(look.sizes.caption_px), look.color("text_3"), "center")

    def _paint_hidden(self, ink: Ink, look: Look, moment: Moment, answers: Answers) -> None:
        """Questions where the results were, and the answers given so far."""
        step, painter = moment.index, ink.painter
        open_ = step not in answers.revealed
        place = self.reading.place(step)
        if open_:
            for block in self.layout.blocks:
                self._paint_factors(ink, look, block.products, step, block)
                shapes.chip(painter, block.chip, look.color("border_strong"), 1, look.color("panel"))
                self._question(ink, look, block.chip)
            shapes.chip(painter, self.layout.value, look.color("border_strong"), 1, look.color("panel"))
            self._question(ink, look, self.layout.value)
        maps = [(place.channel, self.layout.output)]
        maps += [(f, idle.output) for f, idle in zip(self.idle_filters(place.channel), self.layout.idle, strict=False)]
        for channel, grid in maps:
            self._paint_answers(ink, look, grid, channel, step, answers)
        ink.flush()

    def _question(self, ink: Ink, look: Look, rect: QRectF) -> None:
        ink.put("?", rect.center().x(), rect.center().y(), mono(look.sizes.chip_px), look.color("text_2"), hang=False)

    def _paint_factors(self, ink: Ink, look: Look, grid: NumberGrid, step: int, block: Any) -> None:
        """The factors alone; what comes of them is the question."""
        place = self.reading.place(step)
        shown = self.shown(place.channel)
        channel = shown[self.layout.blocks.index(block)]
        window, kernel = self.reading.window(step)[channel], self.reading.filter(place.channel)[channel]
        face = mono(look.sizes.factor_px)
        for row in range(grid.rows):
            for column in range(grid.columns):
                cell = grid.cell(row, column)
                ink.painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color("panel"))
                left = self.input_figures.text(float(window[row, column]))
                right = self.kernel_figures.text(float(kernel[row, column]))
                if face.width(left + TIMES + right) > cell.width() - 2:
                    continue
                x = cell.center().x() - face.width(left + TIMES + right) / 2
                for text, role in ((left, "input"), (TIMES, "text_3"), (right, "kernel")):
                    ink.put(text, x, cell.center().y(), face, look.color(role), "left")
                    x += face.width(text)

    def _paint_answers(self, ink: Ink, look: Look, grid: NumberGrid, channel: int, step: int, answers: Answers) -> None:
        """The output map with the learner's numbers in it: right ones green, wrong ones struck out in red."""
        painter = ink.painter
        px = max(9.0, min(14.0, grid.width * 0.42))
        face = mono(px)
        for row in range(grid.rows):
            for column in range(grid.columns):
                cell = grid.cell(row, column)
                number_ = self.reading.index(channel, row, column)
                painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color("panel"))
                if number_ in answers.given:
                    text, right = answers.given[number_]
                    painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color("track"))
                    color = look.color("output" if right else "error")
                    ink.put(text, cell.center().x(), cell.center().y(), face, color)
                    if not right:
                        middle = round(cell.center().y())
                        half = face.width(text) / 2 + 2
                        painter.fillRect(QRectF(cell.center().x() - half, middle, 2 * half, 1), color)
                if number_ == step:
                    shapes.straddling(painter, cell, look.color("output"), 2)
        for line in range(1, grid.columns):
            painter.fillRect(QRectF(grid.cell(0, line).left(), grid.top, 1, grid.rect.height()), look.color("border"))
        for line in range(1, grid.rows):
            painter.fillRect(QRectF(grid.left, grid.cell(line, 0).top(), grid.rect.width(), 1), look.color("border"))
        shapes.frame(painter, grid.rect, look.color("output"))

    # -- asking ---------------------------------------------------------------------------------------------------

    def magnifies(self, index: int) -> bool:
        hidden = self.answers is not None and index not in self.answers.revealed
        return super().magnifies(index) and not hidden

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        hit = super().hit(point, moment)
        if hit is None:
            return None
        if hit.part == "kernel" and hit.term is not None:
            return replace(hit, lines=(*hit.lines, (Span("all pairs of this weight are lit", "text_3"),)))
        if self.answers is not None and hit.part in ("output", "product", "strip"):
            step = hit.step if hit.part == "output" else moment.index
            if step not in self.answers.revealed:
                return replace(hit, lines=())
        return hit

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        if hit is not None and hit.part == "kernel" and hit.term is not None:
            self._paint_pairs(ink, look, moment, hit.term)
        super().paint_hover(ink, look, moment, hit, term)
        if hit is not None and hit.input_index is not None and hit.part == "input" and self.answers is None:
            ink.flush()
            self._paint_ways(ink, look, moment, hit.input_index)

    def _paint_pairs(self, ink: Ink, look: Look, moment: Moment, term: int) -> None:
        """All input cells that a weight multiplies, over the whole glide of the window."""
        reading = self.reading
        channel, row, column = reading.tap(term)
        shown = self.shown(reading.place(moment.index).channel)
        if channel not in shown:
            return
        block = self.layout.blocks[shown.index(channel)]
        (down, across), (dh, dw) = reading.stride, reading.dilation
        for out_row in range(reading.rows):
            for out_column in range(reading.columns):
                cell = block.input.cell(out_row * down + row * dh, out_column * across + column * dw)
                ink.painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color("kernel", 0.20))
                if cell.width() >= 14:
                    shapes.dashed(ink.painter, cell.adjusted(2, 2, -1, -1), look.color("kernel"))

    def _paint_ways(self, ink: Ink, look: Look, moment: Moment, index: Index) -> None:
        """The weight through which an input cell reaches each output cell, written into it; and lit in the kernel."""
        reading = self.reading
        active = reading.place(moment.index).channel
        block_of = {
            reading.channels(active).start + c: b for c, b in zip(self.shown(active), self.layout.blocks, strict=True)
        }
        block = block_of.get(index[0])
        grid = self.layout.output
        for cell in self.trace.touching(index)[:200]:
            if cell[0] != active:
                continue
            terms = self.trace.at(cell).terms
            for place, found in enumerate(terms.input_indices.tolist()):
                if tuple(found) != tuple(index) or terms.padding[place]:
                    continue
                row, column = (0, cell[1]) if reading.axes == 1 else (cell[1], cell[2])
                rect = grid.cell(row, column)
                _, kernel_row, kernel_column = reading.tap(place)
                if block is not None:
                    tap = block.kernel.cell(kernel_row, kernel_column)
                    ink.painter.fillRect(tap.adjusted(1, 1, 0, 0), look.color("kernel", 0.22))
                if rect.width() >= 26:
                    face = mono(9)
                    text = TIMES + number(float(terms.weight_values[place]))
                    plate = QRectF(rect.left() + 2, rect.top() + 2, face.width(text) + 4, 11)
                    ink.painter.fillRect(plate, look.color("panel"))
                    ink.put(text, plate.left() + 2, plate.center().y(), face, look.color("kernel"), "left")
        ink.flush()

    def formula(self, index: int) -> Formula:
        formula = super().formula(index)
        if self.answers is None or index in self.answers.revealed:
            return formula
        tail = tuple(span for span in formula.tail)
        return replace(formula, tail=(*tail[:-1], Span("?", "output", bold=True)))
