"""The timeline: epochs so far and to come, recorded moments to look back at, the best one, and where we are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from engine.messages import HeldOutPoint, Opened, Point, Recorded, SettingsChanged, Snapshot
from gui.theme import DARK, Density, Theme, icons, numbers
from gui.views import drawing
from gui.views.moments import EDGE, MomentStrip
from gui.views.timeline_clock import Clock

__all__ = ["Clock", "TimelineView"]


class TimelineView(MomentStrip):
    """The open experiment's timeline: looks back as its base says.

    `film_wanted`: the title was clicked, which opens and closes the film strip below. `menu_wanted(where)`: a right
    click, in pixels of the screen.
    """

    film_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setAccessibleName("Timeline")
        self._clock = Clock()
        self._epochs = 1
        self._epoch = 0.0
        self._best: int | None = None
        self._best_accuracy = -1.0
        self._hover: float | None = None
        self._film_open = False

    # What it is fed with

    def set_film_open(self, on: bool) -> None:
        """Whether the film strip is there."""
        self._film_open = on
        self.forget_still()

    def set_opened(self, opened: Opened) -> None:
        """A new experiment."""
        self._epochs = max(opened.settings.epochs, 1)
        self._clock.reset(opened.steps_per_epoch)
        self.rewind()

    def set_settings(self, changed: SettingsChanged) -> None:
        """The number of epochs, or of steps in one, has changed."""
        self._epochs = max(changed.settings.epochs, 1)
        self._clock.change(self._step, self._epoch, changed.steps_per_epoch)
        self.forget_still()

    def rewind(self) -> None:
        """Back at the start: nothing is recorded, nothing is best."""
        self.stop()
        self._clock.reset(self._clock.steps_per_epoch)
        self._step, self._epoch, self._moment = 0, 0.0, None
        self._recorded, self._best, self._best_accuracy = (), None, -1.0
        self.forget_still()

    def set_recorded(self, recorded: Recorded) -> None:
        """The moments that can be looked back at."""
        if recorded.steps != self._recorded:
            self._recorded = tuple(recorded.steps)
            self.forget_still()

    def add_points(self, points: Iterable[Point]) -> None:
        """New points of the curves: the step with the best held-out accuracy is marked, and how far training has got
        while an earlier moment is looked at, of which pictures say nothing new."""
        last: Point | None = None
        for point in points:
            if not isinstance(point, HeldOutPoint):
                last = point
            elif point.accuracy > self._best_accuracy:
                self._best_accuracy, self._best = point.accuracy, point.step
                self.update()
        if last is not None and self._moment is not None and last.step > self._step:
            self.set_place(last.step, last.epoch, self._moment)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Where we are: the step that training has reached, and the one that is looked at."""
        if snapshot.moment >= snapshot.step:
            self.set_place(snapshot.step, snapshot.epoch)
        elif snapshot.step < self._step:  # points know more of a training that goes on
            self.set_place(self._step, self._epoch, snapshot.moment)
        else:
            self.set_place(snapshot.step, None, snapshot.moment)

    def set_place(self, step: int, epoch: float | None = None, moment: int | None = None) -> None:
        """As `set_snapshot`, by numbers; without an epoch it is counted from the step."""
        epoch = self._clock.epoch(step) if epoch is None else epoch
        if self._dragging:
            moment = self._moment
        if (step, moment) == (self._step, self._moment):
            return
        span = self._span
        self._step, self._epoch, self._moment = step, epoch, moment
        if self._span != span:
            self.forget_still()
        self.update()

    @property
    def best(self) -> int | None:
        return self._best

    # Geometry

    @property
    def _span(self) -> int:
        """Epochs on the track."""
        return max(self._epochs, int(np.ceil(self._epoch - 1e-6)), 1)

    @property
    def _track(self) -> tuple[float, float]:
        """Left and right end of the track."""
        left, right = (128.0, 216.0) if self.small else (144.0, 232.0)
        return left, max(self.width() - right, left + 40)

    def epoch_of(self, step: int) -> float:
        """The epoch at which a step was made: 1.5 in the middle of the second."""
        return self._clock.epoch(step)

    def x_of(self, step: int) -> float:
        """Where a step stands."""
        left, right = self._track
        return left + (right - left) * min(self._clock.epoch(step) / self._span, 1.0)

    @property
    def _x_now(self) -> float:
        left, right = self._track
        return left + (right - left) * min(self._epoch / self._span, 1.0)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_still(painter, (self._span, self.playing))
            self._paint_progress(painter)
            self._paint_numbers(painter)
            self._paint_focus(painter)
            if self._hover is not None:
                self._paint_hover(painter, self._hover)

    def paint_still(self, painter: QPainter) -> None:
        theme, middle = self.theme, self._middle
        left, right = self._track
        end = self._paint_title(painter)
        chevron = "chevron-down" if self._film_open else "chevron-right"
        icons.paint(painter, chevron, theme.text_2, QRectF(end + 4, middle - 6, 12, 12))
        pen = drawing.dashed(theme.border_strong, 2)
        painter.setPen(pen)
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))
        drawing.write(painter, left, middle + 19, "start", drawing.ui(11), theme.text_3)
        every = self._label_every()
        for epoch in range(every, self._span + 1, every):
            x = left + (right - left) * epoch / self._span
            self._paint_epoch(painter, x, epoch)
        self._paint_recorded(painter, self._recorded)

    def _label_every(self) -> int:
        left, right = self._track
        room = (right - left) / self._span
        return next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if n * room >= 64 or n >= self._span)

    def _paint_progress(self, painter: QPainter) -> None:
        theme, middle = self.theme, self._middle
        left, right = self._track
        now = self._x_now
        painter.fillRect(QRectF(left, middle - 1, now - left, 2), theme.accent)
        every = self._label_every()
        for epoch in range(0, int(self._epoch + 1e-6) + 1, every):
            x = left + (right - left) * epoch / self._span
            painter.fillRect(QRectF(round(x), middle - 5, 1, 12), theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._best is not None:
            self._paint_diamond(painter, QPointF(self.x_of(self._best), middle))
        here = now
        if self._moment is not None:
            here = self.x_of(self._moment)
            painter.setPen(QPen(theme.accent, 1.5))
            painter.setBrush(theme.panel)
            painter.drawEllipse(QPointF(now, middle), 4, 4)
        self._paint_handle(painter, here)

    def _paint_diamond(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(QPen(self.theme.accent, 1.5))
        painter.setBrush(self.theme.panel)
        x, y = at.x(), at.y()
        painter.drawPolygon(QPolygonF([QPointF(x - 5, y), QPointF(x, y - 5), QPointF(x + 5, y), QPointF(x, y + 5)]))

    def _paint_numbers(self, painter: QPainter) -> None:
        theme, baseline = self.theme, self._middle + 4
        label, figure = drawing.ui(12), drawing.mono(12)
        x = float(self.width() - EDGE)
        if self._best is not None:
            x = drawing.write_right(painter, x, baseline, numbers.count(self._best), figure, theme.text_2)
            x = drawing.write_right(painter, x - 8, baseline, "best", label, theme.text_3)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_diamond(painter, QPointF(x - 13, self._middle))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            x -= 32
        shown = self._step if self._moment is None else self._moment
        color = theme.text_1 if self._moment is None else theme.accent
        x = drawing.write_right(painter, x, baseline, numbers.count(shown), figure, color)
        drawing.write_right(painter, x - 8, baseline, "step", label, theme.text_3)

    def _paint_hover(self, painter: QPainter, x: float) -> None:
        step = self._nearest(x)
        theme = self.theme
        shown = self._step if step is None else step
        at = self._x_now if step is None else self.x_of(step)
        painter.fillRect(QRectF(round(at), self._middle - 5, 1, 12), theme.text_1)
        text = f"step {numbers.count(shown)}, epoch {numbers.text(self._clock.epoch(shown), 2)}"
        text = f"now: {text}" if step is None else text
        ink = drawing.ui(11)
        left = min(max(at - ink.width(text) / 2, self._track[0]), self._track[1] - ink.width(text))
        top = self._middle + 7
        painter.fillRect(QRectF(left - 6, top, ink.width(text) + 12, 16), theme.panel)
        drawing.write(painter, left, top + 12, text, ink, theme.text_1)

    # The user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_title(event.position()):
            self.film_wanted.emit()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._hover = at.x() if self._recorded and (self._dragging or self._on_track(at)) else None
        super().mouseMoveEvent(event)
        self.update()

    def _on_title(self, at: QPointF) -> bool:
        return 40 <= at.x() < self._track[0] - 12

    def _is_clickable(self, at: QPointF) -> bool:
        return self._on_title(at) or super()._is_clickable(at)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
