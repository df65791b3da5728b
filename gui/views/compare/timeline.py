"""One slider for both runs: each is shown as it was recorded nearest to the step that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import DARK, Density, Theme, numbers
from gui.views import drawing
from gui.views.compare.model import ShownRun
from gui.views.moments import EDGE, MomentStrip


class CompareTimeline(MomentStrip):
    """`set_runs` says which runs it moves; it reaches to the end of the longer one."""

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setAccessibleName("Timeline of both runs")
        self.runs: Sequence[ShownRun] = ()

    def set_runs(self, runs: Sequence[ShownRun]) -> None:
        """The runs that it moves."""
        self.runs = runs
        self._step = max((run.end for run in runs), default=0)
        self._recorded = tuple(sorted({step for run in runs for step in run.recorded if step < self._step}))
        if not self._recorded:
            self.stop()
            self._moment = None
        self.setEnabled(bool(self._recorded))
        self.forget_still()

    @property
    def _track(self) -> tuple[float, float]:
        return 144.0, max(self.width() - 270.0, 240.0)

    def x_of(self, step: int) -> float:
        left, right = self._track
        return left + (right - left) * (step / self._step if self._step else 1.0)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_still(painter, (self._step, self._recorded, self.playing))
            left, _ = self._track
            here = self.x_of(self._step if self._moment is None else self._moment)
            if self._recorded:
                painter.fillRect(QRectF(left, self._middle - 1, here - left, 2), self.theme.accent)
                self._paint_handle(painter, here)
            self._paint_numbers(painter)
            self._paint_focus(painter)

    def paint_still(self, painter: QPainter) -> None:
        theme, middle, ink = self.theme, self._middle, drawing.ui(11)
        self._paint_title(painter)
        left, right = self._track
        if not self._recorded:
            text = "No weights were recorded: the runs are shown as they ended"
            drawing.write(painter, left, middle + 4, ink.elided(text, right - left), ink, theme.text_3)
            return
        painter.fillRect(QRectF(left, middle - 1, right - left, 2), theme.track)
        drawing.write(painter, left, middle + 19, "start", ink, theme.text_3)
        for step, epoch in self._epochs():
            self._paint_epoch(painter, self.x_of(step), epoch)
        self._paint_recorded(painter, self._recorded)

    def _epochs(self) -> list[tuple[int, int]]:
        """(step, epoch) of the labels; none where the runs' epochs are not equally long."""
        lengths = {run.opened.steps_per_epoch for run in self.runs if run.opened.steps_per_epoch and run.end}
        if len(lengths) != 1:
            return []
        length = lengths.pop()
        left, right = self._track
        count = self._step // length
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 10**9) if n * length * (right - left) / self._step >= 64)
        return [(epoch * length, epoch) for epoch in range(every, count + 1, every)]

    def _paint_numbers(self, painter: QPainter) -> None:
        if not self._step:
            return  # weights that come trained: nobody counted their steps
        theme, baseline = self.theme, self._middle + 4
        step = self._step if self._moment is None else self._moment
        color = theme.text_1 if self._moment is None else theme.accent
        x = drawing.write_right(painter, self.width() - EDGE, baseline, numbers.count(step), drawing.mono(12), color)
        x = drawing.write_right(painter, x - 8, baseline, "step", drawing.ui(12), theme.text_3)
        if self._recorded and len(self.runs) > 1:
            drawing.write_right(painter, x - 18, baseline, "Both runs move together", drawing.ui(12), theme.text_2)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()
