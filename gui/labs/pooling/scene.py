"""The stage of the pooling lab: one input, and a lane for each pooling: its candidates, its value, its output."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.labs.pooling import paint
from gui.labs.pooling.lanes import Lane
from gui.labs.pooling.places import LanePlace, Places, arrange
from gui.labs.pooling.state import Function
from gui.theme.numbers import TIMES
from gui.views.player.drawing.figures import Figures, number, share, span_text
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import LARGE, REGULAR, SMALL, Look
from gui.views.player.drawing.sheet import Sheet, Style, under
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment
from gui.views.player.scenes import pool_window
from gui.views.player.scenes.piece_formula import written
from gui.views.player.scenes.pool_formula import pool_formula
from gui.views.player.scenes.pool_scene import PoolScene
from gui.views.player.scenes.pool_window import PoolInput
from gui.views.player.scenes.scene import Hit, Names, Restore, Scene, Segment

Answers = Mapping[tuple[int, int], float]
_LETTERS = ("y", "z")


@dataclass(frozen=True)
class Reader:
    """What is read of a lane's trace: windows, terms and winners through the player's stage of a pooling."""

    lane: Lane
    pool: PoolScene
    sheet: Sheet
    style: Style
    products: Figures


class ComparisonScene(Scene):
    """Shows up to two poolings over the same windows. `note` says why what shall stand beside is missing.

    While `checking`, values are hidden; `answers` holds what was typed, by (lane, step).
    """

    places: Places

    def __init__(self, lanes: tuple[Lane, ...], *, note: str = "") -> None:
        self.lanes = lanes
        self.note = note
        self.checking = False
        self.answers: Answers = {}
        super().__init__(lanes[0].trace, Names(map="channel"))

    def read(self) -> None:
        x = np.asarray(self.trace.inputs[0])
        self.input_sheet, self.input_style = Sheet(x), Style.of(x)
        self.readers = []
        for lane in self.lanes:
            output = np.asarray(lane.trace.output)
            products = self.input_style.figures
            if lane.function is not Function.MAX:
                count = max(len(lane.trace[0].terms), 1)
                with np.errstate(all="ignore"):
                    scaled = x / count if lane.function is Function.AVERAGE else np.abs(x) ** lane.trace.norm_type
                products = Figures.of(scaled)
            self.readers.append(
                Reader(
                    lane,
                    self._pool(lane.trace),
                    Sheet(output),
                    Style.of(output, plain=self.input_style.plain),
                    products,
                )
            )

    def _pool(self, trace: Any) -> PoolScene:
        """What windows, terms and winners are read through."""
        return PoolScene(trace, self.names)

    # -- reading --------------------------------------------------------------------------------------------------

    @property
    def first(self) -> PoolScene:
        """The stage of the first lane, asked for windows, which all lanes share."""
        return self.readers[0].pool

    @property
    def each(self) -> int:
        """Steps a channel."""
        sheet = self.readers[0].sheet
        return sheet.rows * sheet.columns

    def plane(self, index: int) -> int:
        """The channel of a step."""
        return index // self.each

    @property
    def pool_input(self) -> PoolInput:
        """The input and where it stands."""
        return PoolInput(self.places.input, self.places.padded, self.input_sheet, self.input_style)

    def largest(self) -> Reader | None:
        """The lane that takes the maximum, if there is one."""
        return next((reader for reader in self.readers if reader.lane.largest), None)

    def candidate(self, grid: NumberGrid, index: int, term: int) -> tuple[int, int]:
        """The row and column of a term among the candidates of a step."""
        return divmod(term, grid.columns)

    def candidate_term(self, grid: NumberGrid, index: int, cell: tuple[int, int]) -> int:
        """The term that stands in a cell of the candidates."""
        return cell[0] * grid.columns + cell[1]

    def laid_out(self, values: NDArray[np.float64], grid: NumberGrid, index: int) -> NDArray[np.float64]:
        """The values of a step's terms as they stand in the grid of candidates."""
        return values.reshape(grid.rows, grid.columns)

    def hidden(self, lane: int, index: int) -> bool:
        """Whether the learner has yet to say what a lane's step gives."""
        return self.checking and (lane, index) not in self.answers

    def is_right(self, lane: int, index: int) -> bool:
        """Whether what was typed is the value, to the two decimals that are shown."""
        value = float(self.lanes[lane].trace[index].value)
        typed = self.answers.get((lane, index), np.nan)
        return bool(abs(typed - value) <= 0.0051 or typed == value)

    def share_text(self, reader: Reader, index: int) -> str:
        """What each cell of an average counts: ¼."""
        return share(int(reader.lane.trace.divisor(reader.lane.trace.index_of(index))))

    # -- places ---------------------------------------------------------------------------------------------------

    def place(self) -> None:
        if self.width < 1100:
            self.sizes = SMALL
        else:
            wide, high = self.width >= 2000 and self.height >= 560, self.width >= 1500 and self.height >= 740
            self.sizes = LARGE if wide or high else REGULAR
        self.places = self.arrange_places()

    def arrange_places(self) -> Places:
        """All places at the sizes of now."""
        return arrange(self)

    def input_rect(self, index: tuple[int, ...]) -> QRectF:
        """Where an input cell of the channel on stage lies."""
        _, row, column = self.input_sheet.cell(index)
        return self.places.input.cell(row, column)

    def output_rect(self, lane: int, index: int) -> QRectF:
        """Where the output cell of a step lies, in a lane."""
        reader = self.readers[lane]
        _, row, column = reader.sheet.cell(reader.lane.trace.index_of(index))
        return self.places.lanes[lane].output.cell(row, column)

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return (*super().still_key(moment), self.plane(moment.index), self.checking)  # type: ignore[misc]

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
        for lane, place in enumerate(self.places.lanes):
            found = self._lane_hit(point, moment, lane, place)
            if found is not None:
                return found
        plane = self.plane(moment.index)
        if (cell := under(self.places.input, self.input_sheet, plane, point)) is not None:
            return self._input_hit(moment, cell)
        for channel, thumb in enumerate(self.places.thumbs):
            if thumb.rect.adjusted(-4, -4, 4, 18).contains(point):
                said: tuple[Spans, ...] = (
                    (Span(f"channel {channel}", "text_1"), Span("  click to go there", "text_3")),
                )
                step = channel * self.each + moment.index % self.each
                return Hit("idle", thumb.rect, step=step, lines=said)
        idle = self.places.idle
        if idle is not None and idle.rect.contains(point):
            other = (plane + 1) % self.input_sheet.planes
            lines: tuple[Spans, ...] = ((Span(f"channel {other}", "text_1"), Span("  click to go there", "text_3")),)
            return Hit("idle", idle.rect, step=other * self.each, lines=lines)
        return None

    def _lane_hit(self, point: QPointF, moment: Moment, lane: int, place: LanePlace) -> Hit | None:
        reader = self.readers[lane]
        index = moment.index
        grid = paint.candidate_grid(self, place, index)
        if (cell := grid.at(point)) is not None:
            term = self.candidate_term(grid, index, cell)
            return self._term_hit("candidate", lane, index, term, grid.cell(*cell))
        if (found := under(place.output, reader.sheet, self.plane(index), point)) is None:
            return None
        row, column, where = found
        step = reader.lane.trace.position_of(where)
        name = Span(f"{_LETTERS[lane]}{list(where)}".replace(" ", ""), "output")
        shown = number(float(reader.lane.trace.output[where]))
        if self.checking:
            typed = self.answers.get((lane, step))
            if typed is None:
                lines: tuple[Spans, ...] = (
                    (Span("?", "output", bold=True),),
                    (name, Span("  click to type it", "text_3")),
                )
            elif self.is_right(lane, step):
                lines = ((Span(shown, "output", bold=True), Span("  right", "output")), (name,))
            else:
                lines = ((Span(number(typed), "error", bold=True), Span(f"  it is {shown}", "text_2")), (name,))
        else:
            lines = ((Span(shown, "output", bold=True),), (name, Span("  click to go there", "text_3")))
        return Hit("output", place.output.cell(row, column), step=step, source=lane, lines=lines)

    def _input_hit(self, moment: Moment, cell: tuple[int, int, tuple[int, ...]]) -> Hit:
        row, column, index = cell
        rect = self.places.input.cell(row, column)
        terms = self.first.terms(moment.index)
        here = np.flatnonzero((terms.positions == np.array(index)).all(axis=1))
        if len(here):
            return self._term_hit("input", self._telling(), moment.index, int(here[0]), rect)
        reached = len(self.trace.touching(index))
        words = f"reaches {reached} output{'s' if reached != 1 else ''}" if reached else "no window covers it"
        lines = (
            (Span(f"x{list(index)}".replace(" ", ""), "input"), Span(" = "), Span(self._value(index), bold=True)),
            (Span(words, "text_3"),),
        )
        return Hit("input", rect, input_index=index, lines=lines)

    def _telling(self) -> int:
        """The lane whose words say most of a cell: that of the maximum."""
        return next((n for n, reader in enumerate(self.readers) if reader.lane.largest), 0)

    def _value(self, index: tuple[int, ...]) -> str:
        return number(float(self.trace.inputs[0][index]))

    def _term_hit(self, part: str, lane: int, index: int, term: int, rect: QRectF) -> Hit:
        reader = self.readers[lane]
        terms = reader.pool.terms(index)
        found = terms[term]
        if found.padding:
            lines: tuple[Spans, ...] = ((Span("padding", "padding"),), (Span(self._padding_words(reader), "text_3"),))
            return Hit(part, rect, term=term, source=lane, lines=lines)
        place = Span(f"x[{','.join(map(str, found.input_index))}]", "input")
        head: Spans = (place, Span(" = "), Span(number(found.input_value), "text_1", bold=True))
        if self.hidden(lane, index):
            lines = (head,)
        elif reader.lane.largest:
            wins = found.weight_value == 1
            word = "wins" if wins else "ties" if found.tie else "loses"
            lines = ((*head, Span(f"  {word}", "output" if wins or found.tie else "text_3")),)
            if found.tie and not wins:
                winner = terms[int(np.flatnonzero(terms.weight_values == 1)[0])]
                first = f"[{','.join(map(str, winner.input_index))}]"
                lines = (*lines, (Span(f"The {number(found.input_value)} at {first} is read first", "text_3"),))
        elif reader.lane.function is Function.AVERAGE:
            text = self.share_text(reader, index)
            lines = (head, (Span(f"{TIMES} ", "text_3"), Span(text, "kernel"), Span(f" = {number(found.product)}")))
        else:
            power = f"^{reader.lane.trace.norm_type:g} = "
            lines = (head, (Span(number(found.input_value), "input"), Span(f"{power}{number(found.product)}")))
        return Hit(part, rect, term=term, input_index=found.input_index, source=lane, lines=lines)

    def _padding_words(self, reader: Reader) -> str:
        if reader.lane.largest:
            return "never wins"
        counted = getattr(reader.lane.trace, "count_include_pad", True)
        return "counts as a 0" if counted else "is not counted"

    def formulas(self, index: int) -> tuple[Formula, ...]:
        """The formula of a step, for each lane; without its numbers where the learner shall say them."""
        found: list[Formula] = []
        for lane, reader in enumerate(self.readers):
            if reader.lane.function is Function.LP:
                formula = written(reader.lane.trace, index)
            else:
                formula = pool_formula(reader.lane.trace, index, largest=reader.lane.largest)
            head, *rest = formula.symbolic
            if lane and head.text.startswith("y"):
                head = replace(head, text=_LETTERS[lane] + head.text[1:])
            formula = replace(formula, symbolic=(head, *rest))
            if self.hidden(lane, index):
                formula = Formula(formula.symbolic, (Span("?", "output", bold=True),), note="Click the cell and type")
            found.append(formula)
        return tuple(found)

    def formula(self, index: int) -> Formula:
        return self.formulas(index)[0]

    def segments(self) -> tuple[Segment, ...]:
        return tuple(Segment(f"Channel {n}", n * self.each, self.each) for n in range(self.input_sheet.planes))

    def where(self, index: int) -> str:
        return self.first.where(index)

    def hint(self, index: int) -> str:
        top, left, rows, columns = self.first.window_cells(index)
        text = f"columns {span_text(left, left + columns - 1)}"
        if len(self.trace.output.shape) > 2:
            text = f"rows {span_text(top, top + rows - 1)}, {text}"
        text = f"Window over {text}"
        reader = self.largest()
        if reader is None or self.hidden(self.readers.index(reader), index):
            return text
        marks = reader.pool.winners(index)
        if len(marks) > 1:
            flat = len(self.trace.output.shape) == 2
            places = " and ".join(f"{column}" if flat else f"({row}, {column})" for row, column, _ in marks)
            text += f". Tie: {number(float(reader.lane.trace[index].value))} at {places}"
        return text
