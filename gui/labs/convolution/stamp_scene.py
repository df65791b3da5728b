"""The stage of a transposed convolution with what the lab adds: where each number can be edited, colours for weights,
sums that are hidden while the learner works them out."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, QRectF

from engine.traces import Stamping
from gui.labs.convolution.scene import Answers, Index, Target
from gui.labs.convolution.state import ConvolutionState
from gui.views.player import Names, NumberGrid
from gui.views.player.drawing.lettering import Ink, mono
from gui.views.player.drawing.look import Look
from gui.views.player.playback import Moment
from gui.views.player.scenes.stamp_scene import StampScene


class LabStampScene(StampScene):
    """`answers` (None: all is shown) hides what is to be found."""

    def __init__(self, trace: Stamping, names: Names, state: ConvolutionState, answers: Answers | None = None) -> None:
        self.state, self.answers = state, answers
        super().__init__(trace, names)

    @property
    def colours(self) -> bool:  # type: ignore[override]
        """Whether each weight has a hue of its own."""
        return self.state.colours

    def hidden(self) -> bool:
        return self.answers is not None

    def still_key(self, moment: Moment) -> Hashable:
        return super().still_key(moment), None if self.answers is None else self.answers.key()

    def target_at(self, point: QPointF, step: int) -> Target | None:
        """The number under a point that can be edited, while this step is shown."""
        stamp = self.trace[step]
        if (cell := self.places.input.at(point)) is not None:
            place = self.own((self.input_depth(stamp), *cell))
            return Target("x", (stamp.cell[0], *place), self.places.input.cell(*cell))
        for depth, grid in enumerate(self.places.kernels):
            if (cell := grid.at(point)) is not None:
                return Target("w", self.weight_index(stamp, (depth, *cell)), grid.cell(*cell))
        for depth, grid in zip(self.depths(step), self.places.canvases, strict=True):
            if (cell := grid.at(point)) is not None:
                index = self.trace.output_index(stamp.filter, self.own((depth, *cell)))
                return None if index is None else Target("y", index, grid.cell(*cell))
        if self.places.bias.contains(point):
            return Target("b", (stamp.filter,), self.places.bias)
        return None

    def target_of(self, part: str, index: Index, step: int) -> Target | None:
        """Where a number stands while this step is shown; None if it is not on the stage."""
        stamp = self.trace[step]
        if part == "b":
            there = self.places.bias.isValid() and index == (stamp.filter,)
            return Target(part, index, self.places.bias) if there else None
        if part == "y":
            rect = self.canvas_rect(step, self.trace.canvas_cell(index)) if index[0] == stamp.filter else None
            return None if rect is None else Target(part, index, rect)
        depth, row, column = self.three(index[1:] if part == "x" else index[2:], 0)
        if part == "x":
            there = index[0] == stamp.cell[0] and depth == self.input_depth(stamp)
            return Target(part, index, self.places.input.cell(row, column)) if there else None
        there = index[:2] == self.weight_index(stamp, (0, 0, 0))[:2]
        return Target(part, index, self.places.kernels[depth].cell(row, column)) if there else None

    def paint_hidden(self, ink: Ink, look: Look, index: int, depth: int, grid: NumberGrid) -> None:
        """What the learner typed: right ones green, wrong ones struck out in red; the rest is asked."""
        assert self.answers is not None
        filter_ = self.trace[index].filter
        face_ = mono(max(9.0, min(14.0, grid.width * 0.42)))
        for row in range(grid.rows):
            for column in range(grid.columns):
                found = self.trace.output_index(filter_, self.own((depth, row, column)))
                if found is None:
                    continue
                number_ = self.trace.whole.position_of(found)
                cell = grid.cell(row, column)
                if number_ in self.answers.given:
                    text, right = self.answers.given[number_]
                    ink.painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color("track"))
                    color = look.color("output" if right else "error")
                    ink.put(text, cell.center().x(), cell.center().y(), face_, color)
                    if not right:
                        half = face_.width(text) / 2 + 2
                        y = round(cell.center().y())
                        ink.painter.fillRect(QRectF(cell.center().x() - half, y, 2 * half, 1), color)
                elif number_ in self.answers.revealed:
                    text = self.output_figures.text(float(self.trace.output[found]))
                    ink.put(text, cell.center().x(), cell.center().y(), face_, look.color("text_1"))
                elif grid.width >= 12:
                    ink.put("?", cell.center().x(), cell.center().y(), face_, look.color("text_3", 0.6))
