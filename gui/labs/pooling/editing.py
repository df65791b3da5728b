"""Numbers that the user writes: cells of the input, and the outputs when checking yourself."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from gui.labs.pooling.editor import CellEditor
from gui.labs.pooling.scene import Answers
from gui.labs.pooling.state import PoolingState, values_of, with_value
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.labs.pooling.lab import PoolingLab


class Editing:
    """Keeps what was typed while checking; it is gone when the numbers or the windows change."""

    def __init__(self, lab: PoolingLab) -> None:
        self._lab = lab
        self._typed: dict[tuple[int, int], float] = {}
        self.editor = CellEditor(lab.player.stage, lab.context.theme)
        self.editor.written.connect(self._written)
        self.editor.nudged.connect(self._nudged)
        lab.player.stage.cell_activated.connect(self._activated)
        lab.player.stage.step_wanted.connect(self._output_clicked)
        lab.player.typed.connect(self._typed_over)

    @property
    def answers(self) -> Answers | None:
        """What was typed by (lane, step); None unless checking."""
        return dict(self._typed) if self._lab.state.check else None

    @property
    def score(self) -> tuple[int, int]:
        """How many answers are right, and how many there are."""
        scene = self._lab.player.comparison
        return sum(scene.is_right(*key) for key in self._typed), len(self._typed)

    def state_changed(self, before: PoolingState, after: PoolingState) -> None:
        """Another state is about to be shown."""
        from dataclasses import replace

        self.editor.close()
        if replace(before, step=0, page=after.page, shift=after.shift) != replace(after, step=0):
            self._typed.clear()

    def set_theme(self, theme: Theme) -> None:
        self.editor.set_theme(theme)

    # -- the input ------------------------------------------------------------------------------------------------

    def edit(self, index: tuple[int, ...], text: str = "") -> None:
        """Write an input cell of the channel on stage."""
        scene = self._lab.player.comparison
        value = float(values_of(self._lab.state)[index])
        self.editor.begin(("input", index), scene.input_rect(index), value, text)

    def _activated(self, index: tuple[int, ...], source: int) -> None:
        self.edit(tuple(int(entry) for entry in index))

    def _typed_over(self, text: str) -> None:
        """A digit was typed: as the answer for the current step, or into the cell under the mouse."""
        hit = self._lab.player.stage.hit
        if self._lab.state.check:
            self.answer(hit.source if hit is not None and hit.part == "output" else self._next_lane(), text=text)
        elif hit is not None and hit.input_index is not None:
            self.edit(hit.input_index, text)

    def _nudged(self, index: tuple[int, ...], by: float) -> None:
        state = self._lab.state
        value = float(values_of(state)[index])
        self._lab.change(with_value(state, index, round(value + by, 6)))

    def _moved(self, index: tuple[int, ...], by: int) -> tuple[int, ...] | None:
        """The next cell of the same channel in reading order."""
        size = self._lab.state.size[-2:]  # of a volume the same slice
        place = 0
        for entry, side in zip(index[-len(size) :], size, strict=True):
            place = place * side + entry
        if not 0 <= place + by < prod(size):
            return None
        found: list[int] = []
        rest = place + by
        for side in reversed(size):
            rest, entry = divmod(rest, side)
            found.insert(0, entry)
        return (*index[: -len(size)], *found)

    # -- checking yourself ----------------------------------------------------------------------------------------

    def _next_lane(self) -> int:
        """The first lane without an answer for the current step."""
        step = self._lab.player.index
        count = len(self._lab.player.comparison.lanes)
        return next((lane for lane in range(count) if (lane, step) not in self._typed), 0)

    def answer(self, lane: int, *, text: str = "") -> None:
        """Write what a lane gives at the current step."""
        step = self._lab.player.index
        rect = self._lab.player.comparison.output_rect(lane, step)
        self.editor.begin(("output", (lane, step)), rect, self._typed.get((lane, step)), text)

    def _output_clicked(self, step: int) -> None:
        hit = self._lab.player.stage.hit
        if self._lab.state.check and hit is not None and hit.part == "output":
            self.answer(hit.source)

    def _written(self, key: tuple[str, tuple[int, ...]], value: float, move: str) -> None:
        what, where = key
        if what == "input":
            self._lab.change(with_value(self._lab.state, where, value))
            target = self._moved(where, -1 if move == "back" else 1) if move != "stay" else None
            if target is not None:
                self.edit(target)
            return
        lane, step = where
        self._typed[lane, step] = value
        player = self._lab.player
        player.show_answers(self.answers)
        right = player.comparison.is_right(lane, step)
        good, all_ = self.score
        if not right:
            self._lab.tell_hint(f"Not quite: this step shows why. {good} of {all_} right")
            return
        self._lab.tell_hint(f"Right. {good} of {all_} right")
        if move == "next" and step + 1 < player.playback.count:
            player.go_to(step + 1)
            self.answer(lane)
