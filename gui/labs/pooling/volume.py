"""The stage of 3-D poolings: the slices of the input that a window reads side by side, and a lane for each pooling."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.labs.pooling import volume_paint
from gui.labs.pooling.places import LanePlace, Places, lanes_of, measures_of
from gui.labs.pooling.scene import ComparisonScene
from gui.views.player.drawing.figures import number, span_text
from gui.views.player.drawing.grid import NumberGrid, Pads
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import Span, Spans
from gui.views.player.playback import Moment
from gui.views.player.scenes.pool_scene import PoolScene
from gui.views.player.scenes.scene import Hit, Restore, Segment

_GAP, _LABEL = 18, 22


class VolumePool(PoolScene):
    """What is read of a 3-D pooling: rows and columns of its windows in any of the slices, and its candidates."""

    def depths(self, index: int) -> tuple[int, ...]:
        """The slices that a step's window reads; beyond the input where they are padding."""
        return tuple(self.trace.window(self.trace.index_of(index)).positions[0])

    def window_cells(self, index: int) -> tuple[int, int, int, int]:
        _, (top, bottom), (left, right) = self.trace.window(self.trace.index_of(index)).spans
        return top, left, bottom - top, right - left

    def taps(self, index: int) -> tuple[int, int]:
        """Rows and columns of the candidates: those of all slices side by side."""
        depth, rows, columns = self.window_sizes(index)
        return rows, depth * columns

    def window_sizes(self, index: int) -> tuple[int, int, int]:
        """Slices, rows and columns of a step's window."""
        depth, rows, columns = (len(places) for places in self.trace.window(self.trace.index_of(index)).positions)
        return depth, rows, columns

    def marks(self, index: int) -> tuple[tuple[int, int, int, bool], ...]:
        """(slice, row, column, whether it wins) of the winner and the ties that lose; empty for averages."""
        if not self.largest:
            return ()
        terms = self.terms(index)
        found = np.flatnonzero(((terms.weight_values == 1) | terms.ties) & ~terms.padding)
        cells = terms.input_indices.tolist()
        return tuple((*_place(cells[n]), bool(terms.weight_values[n] == 1)) for n in found.tolist())

    def winners(self, index: int) -> Any:
        """Winner and losing ties by row and column alone."""
        return tuple((row, column, wins) for _, row, column, wins in self.marks(index))


def _place(cell: list[int]) -> tuple[int, int, int]:
    """(slice, row, column) of an index into the input."""
    _, depth, row, column = cell
    return depth, row, column


class VolumeComparison(ComparisonScene):
    """Shows up to two 3-D poolings over the same windows, slice after slice of the output."""

    planes: tuple[NumberGrid, ...]

    def _pool(self, trace: Any) -> PoolScene:
        return VolumePool(trace, self.names)

    @property
    def first(self) -> VolumePool:
        pool = self.readers[0].pool
        assert isinstance(pool, VolumePool)
        return pool

    # -- reading --------------------------------------------------------------------------------------------------

    def slices(self) -> int:
        """Slices of the output of each channel."""
        return int(self.trace.output.shape[1])

    def channel(self, index: int) -> int:
        return self.plane(index) // self.slices()

    def depth(self, index: int) -> int:
        """The output's slice of a step."""
        return self.plane(index) % self.slices()

    def shown(self, index: int) -> tuple[tuple[int, NumberGrid], ...]:
        """(slice, grid) of the slices of the input that a step's window reads."""
        return tuple(zip(self.first.depths(index), self.planes, strict=False))

    def is_real(self, depth: int) -> bool:
        """Whether a slice is the input's own, not padding."""
        return 0 <= depth < int(self.trace.inputs[0].shape[1])

    def values(self, index: int, depth: int) -> Any:
        """The numbers of a slice of the input, (rows, columns)."""
        return np.asarray(self.trace.inputs[0][self.channel(index), depth], np.float64)

    def candidate(self, grid: NumberGrid, index: int, term: int) -> tuple[int, int]:
        _, rows, columns = self.first.window_sizes(index)
        depth, rest = divmod(term, rows * columns)
        row, column = divmod(rest, columns)
        return row, depth * columns + column

    def candidate_term(self, grid: NumberGrid, index: int, cell: tuple[int, int]) -> int:
        _, rows, columns = self.first.window_sizes(index)
        depth, column = divmod(cell[1], columns)
        return (depth * rows + cell[0]) * columns + column

    def laid_out(self, values: NDArray[np.float64], grid: NumberGrid, index: int) -> NDArray[np.float64]:
        depth, rows, columns = self.first.window_sizes(index)
        return values.reshape(depth, rows, columns).transpose(1, 0, 2).reshape(rows, -1)

    # -- places ---------------------------------------------------------------------------------------------------

    def pads(self) -> Pads:
        pads = getattr(self.trace, "pads", ((0, 0),) * 3)
        return (*pads[1], *pads[2])

    def arrange_places(self) -> Places:
        """The slices in as many rows as make them largest, then the lanes."""
        measures, margin = measures_of(self), self.sizes.margin
        pads = self.pads()
        rows = self.input_sheet.rows + pads[0] + pads[1]
        columns = self.input_sheet.columns + pads[2] + pads[3]
        steps = range(0, self.count, max(1, self.count // 200))
        count = max(len(self.first.depths(step)) for step in steps)
        top = measures.top + 18
        high, wide = self.height - top - 26, 0.46 * self.width
        best = (0.0, count)
        for across in range(1, count + 1):
            down = -(-count // across)
            room = (wide - (across - 1) * _GAP) / across / columns
            room = min(room, (high - (down - 1) * (_LABEL + 8)) / down / rows, measures.cell * 1.7)
            best = max(best, (room, across))
        largest, across = best
        lanes: tuple[LanePlace, ...] = ()
        for share in (1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55, 0.48, 0.4, 0.33):
            cell = max(float(int(largest * min(share * 1.1, 1.0))), 2.0)
            self.planes = tuple(
                NumberGrid(
                    margin + (n % across) * (columns * cell + _GAP),
                    top + (n // across) * (rows * cell + _LABEL + 8),
                    rows, columns, cell, cell, pads,
                )
                for n in range(count)
            )  # fmt: skip
            left = max(grid.rect.right() for grid in self.planes)
            lanes = lanes_of(self, share, left, measures)
            right = max(lane.output.rect.right() for lane in lanes)
            if right <= self.width - margin:
                break
        spare = max(self.width - margin - right, 0.0)
        move = round(min(spare * 0.5, 90))
        lanes = tuple(
            LanePlace(
                replace(lane.candidates, left=lane.candidates.left + move), lane.chip.translated(move, 0),
                replace(lane.output, left=lane.output.left + round(move * 1.5)),
            )
            for lane in lanes
        )  # fmt: skip
        down = round(max(self.height - max(self._bottoms(lanes)) - 60, 0) * 0.35)
        self.planes = tuple(replace(grid, top=grid.top + down) for grid in self.planes)
        lanes = tuple(
            LanePlace(
                replace(lane.candidates, top=lane.candidates.top + down), lane.chip.translated(0, down),
                replace(lane.output, top=lane.output.top + down),
            )
            for lane in lanes
        )  # fmt: skip
        return Places(self.planes[0], self._inner(self.planes[0]), lanes)

    def _bottoms(self, lanes: tuple[LanePlace, ...]) -> list[float]:
        """Where the parts end."""
        grids = [*self.planes, *(lane.output for lane in lanes), *(lane.candidates for lane in lanes)]
        return [grid.rect.bottom() for grid in grids]

    def _inner(self, grid: NumberGrid) -> NumberGrid:
        """A slice's grid without its padding."""
        above, below, left, right = grid.pads
        return NumberGrid(
            grid.left + left * grid.width, grid.top + above * grid.height, grid.rows - above - below,
            grid.columns - left - right, grid.width, grid.height,
        )  # fmt: skip

    def input_rect(self, index: tuple[int, ...]) -> QRectF:
        return self.input_cell(self.on_stage, index) or QRectF()

    on_stage = 0  # the step that is shown

    def input_cell(self, step: int, index: tuple[int, ...]) -> QRectF | None:
        """Where an input cell lies while a step is shown; None if its slice is not on the stage."""
        channel, depth, row, column = index
        if channel != self.channel(step):
            return None
        return next((self._inner(grid).cell(row, column) for at, grid in self.shown(step) if at == depth), None)

    def window_rects(self, index: int) -> list[QRectF]:
        """The window of a step in each of the slices that it reads."""
        return [self._inner(grid).span(*self.first.window_cells(index)) for _, grid in self.shown(index)]

    # -- painting -------------------------------------------------------------------------------------------------

    def still_key(self, moment: Moment) -> Hashable:
        return super().still_key(moment), self.first.depths(moment.index)

    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        volume_paint.ground(self, ink, look, moment.index)

    def paint_digits(self, ink: Ink, look: Look, moment: Moment) -> None:
        volume_paint.digits(self, ink, look, moment.index)

    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        self.on_stage = moment.index
        volume_paint.step(self, ink, look, moment, restore)

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        volume_paint.hover(self, ink, look, moment, hit, term)

    # -- asking ---------------------------------------------------------------------------------------------------

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        self.on_stage = moment.index
        for lane, place in enumerate(self.places.lanes):
            found = self._lane_hit(point, moment, lane, place)
            if found is not None:
                return found
        for depth, grid in self.shown(moment.index):
            cell = self._inner(grid).at(point)
            if cell is None or not self.is_real(depth):
                continue
            return self._cell_hit(moment, (self.channel(moment.index), depth, *cell), self._inner(grid).cell(*cell))
        return None

    def _cell_hit(self, moment: Moment, index: tuple[int, ...], rect: QRectF) -> Hit:
        terms = self.first.terms(moment.index)
        here = np.flatnonzero((terms.positions == np.array(index)).all(axis=1))
        if len(here):
            return self._term_hit("input", self._telling(), moment.index, int(here[0]), rect)
        reached = len(self.trace.touching(index))
        words = f"reaches {reached} output{'s' if reached != 1 else ''}" if reached else "no window covers it"
        lines: tuple[Spans, ...] = (
            (Span(f"x{list(index)}".replace(" ", ""), "input"), Span(" = "), Span(self._value(index), bold=True)),
            (Span(words, "text_3"),),
        )
        return Hit("input", rect, input_index=index, lines=lines)

    def segments(self) -> tuple[Segment, ...]:
        slices = self.slices()
        planes = self.readers[0].sheet.planes
        name = "Channel {0}, slice {1}" if slices > 1 else "Channel {0}"
        return tuple(Segment(name.format(*divmod(n, slices)), n * self.each, self.each) for n in range(planes))

    def where(self, index: int) -> str:
        channel, depth, row, column = self.trace.index_of(index)
        return f"channel {channel} · slice {depth}, row {row}, column {column}"

    def hint(self, index: int) -> str:
        top, left, rows, columns = self.first.window_cells(index)
        depths = self.first.depths(index)
        text = (
            f"Window over slices {span_text(depths[0], depths[-1])}, rows {span_text(top, top + rows - 1)}, "
            f"columns {span_text(left, left + columns - 1)}"
        )
        reader = self.largest()
        if reader is None or self.hidden(self.readers.index(reader), index):
            return text
        pool = reader.pool
        assert isinstance(pool, VolumePool)
        marks = pool.marks(index)
        if len(marks) > 3:
            text += f". Tie of {len(marks)} cells: {number(float(reader.lane.trace[index].value))}"
        elif len(marks) > 1:
            places = " and ".join(f"({depth}, {row}, {column})" for depth, row, column, _ in marks)
            text += f". Tie: {number(float(reader.lane.trace[index].value))} at {places}"
        return text
