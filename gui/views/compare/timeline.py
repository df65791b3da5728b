"""One slider for all runs: each is shown as it was recorded nearest to the step that is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from gui.theme import DARK, Density, Theme, icons, numbers
from gui.views import drawing
from gui.views.compare.model import ShownRun
from gui.views.panel import Panel

_EDGE = 24
_HANDLE = 6.5
_PLAY_MS = 250
_PLAYED = 48


class CompareTimeline(Panel):
    """A strip 40 (small: 36) high. `moment_chosen(step)`: show the weights of this step; None: the last ones.

    Drag, click, or ← → (Shift: ten at once), Home, End; the triangle plays.
    """

    moment_chosen = Signal(object)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: object = None) -> None:
        super().__init__(theme, density, parent)  # type: ignore[arg-type]
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline of both runs")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.runs: Sequence[ShownRun] = ()
        self.moment: int | None = None
        self._stops: tuple[int, ...] = ()
        self._end = 0
        self._dragging = False
        self._player = QTimer(self)
        self._player.setInterval(_PLAY_MS)
        self._player.timeout.connect(self._play_on)

    def set_runs(self, runs: Sequence[ShownRun]) -> None:
        """The runs that it moves."""
        self.runs = runs
        self._end = max((run.end for run in runs), default=0)
        self._stops = tuple(sorted({step for run in runs for step in run.recorded if step < self._end}))
        if not self._stops:
            self.stop()
            self.moment = None
        self.setEnabled(bool(self._stops))
        self.forget_still()

    def sizeHint(self) -> QSize:
        return QSize(1232, 36) if self.small else QSize(1528, 40)

    @property
    def _middle(self) -> float:
        return 14.0 if self.small else 16.0

    @property
    def _track(self) -> tuple[float, float]:
        return 144.0, max(self.width() - 270.0, 240.0)

    def x_of(self, step: int) -> float:
        left, right = self._track
        return left + (right - left) * (step / self._end if self._end else 1.0)

    def _nearest(self, x: float) -> int | None:
        if not self._stops or x >= self.x_of(self._end) - 6:
            return None
        return min(self._stops, key=lambda step: abs(self.x_of(step) - x))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_still(painter, (self._end, self._stops, self._player.isActive()))
            theme, middle = self.theme, self._middle
            left, _ = self._track
            here = self.x_of(self._end if self.moment is None else self.moment)
            if self._stops:
                painter.fillRect(QRectF(left, middle - 1, here - left, 2), theme.accent)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.panel)
                painter.drawEllipse(QPointF(here, middle), _HANDLE + 3, _HANDLE + 3)
                painter.setBrush(theme.accent)
                painter.drawEllipse(QPointF(here, middle), _HANDLE, _HANDLE)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._paint_numbers(painter)
            if self.hasFocus():
                painter.setPen(QPen(theme.accent, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def paint_still(self, painter: QPainter) -> None:
        theme, middle = self.theme, self._middle
        painter.fillRect(0, 0, self.width(), 1, theme.border)
        left, right = self._track
        color = theme.text_2 if self._stops else theme.border_strong
        icon = "pause" if self._player.isActive() else "play"
        icons.paint(painter, icon, color, QRectF(_EDGE - 1, middle - 7, 14, 14))
        drawing.write(painter, 44, middle + 4, "Timeline", drawing.ui(12, 600), theme.text_1)
        ink, baseline = drawing.ui(11), middle + 19
        if not self._stops:
            text = "No weights were recorded: the runs are shown as they ended"
            drawing.write(painter, left, middle + 4, ink.elided(text, right - left), ink, theme.text_3)
            return
        painter.fillRect(QRectF(left, middle - 1, right - left, 2), theme.track)
        drawing.write(painter, left, baseline, "start", ink, theme.text_3)
        for step, epoch in self._epochs():
            x = self.x_of(step)
            painter.fillRect(QRectF(round(x), middle - 5, 1, 12), theme.border_strong)
            drawing.write_middle(painter, x, baseline, f"epoch {epoch}", ink, theme.text_3)
        for x in sorted({round(self.x_of(step)) for step in self._stops}):
            painter.fillRect(QRectF(x, middle + 4, 1, 3), theme.border_strong)

    def _epochs(self) -> list[tuple[int, int]]:
        """(step, epoch) of the labels; none where the runs' epochs are not equally long."""
        lengths = {run.opened.steps_per_epoch for run in self.runs if run.opened.steps_per_epoch and run.end}
        if len(lengths) != 1:
            return []
        length = lengths.pop()
        left, right = self._track
        count = self._end // length
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 10**9) if n * length * (right - left) / self._end >= 64)
        return [(epoch * length, epoch) for epoch in range(every, count + 1, every)]

    def _paint_numbers(self, painter: QPainter) -> None:
        theme, baseline = self.theme, self._middle + 4
        step = self._end if self.moment is None else self.moment
        color = theme.text_1 if self.moment is None else theme.accent
        x = drawing.write_right(painter, self.width() - _EDGE, baseline, numbers.count(step), drawing.mono(12), color)
        x = drawing.write_right(painter, x - 8, baseline, "step", drawing.ui(12), theme.text_3)
        if self._stops and len(self.runs) > 1:
            drawing.write_right(painter, x - 18, baseline, "Both runs move together", drawing.ui(12), theme.text_2)

    # The user

    def choose(self, step: int | None) -> None:
        """Show this step (None: the end), as the user's choice."""
        if step != self.moment:
            self.moment = step
            self.update()
            self.moment_chosen.emit(step)

    def play(self) -> None:
        if self._stops and not self._player.isActive():
            if self.moment is None:
                self.choose(self._stops[0])
            self._player.start()
            self.forget_still()

    def stop(self) -> None:
        if self._player.isActive():
            self._player.stop()
            self.forget_still()

    @property
    def playing(self) -> bool:
        return self._player.isActive()

    def _play_on(self) -> None:
        self._go(-(-len(self._stops) // _PLAYED))
        if self.moment is None:
            self.stop()

    def _go(self, count: int) -> None:
        stops: list[int | None] = [*self._stops, None]
        if self.moment in stops:
            place = stops.index(self.moment)
        else:
            place = int(np.searchsorted(self._stops, self.moment or 0))
        self.choose(stops[min(max(place + count, 0), len(stops) - 1)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        if x < 40:
            self.stop() if self.playing else self.play()
        elif self._track[0] - 10 <= x <= self._track[1] + 10:
            self.stop()
            self._dragging = True
            self.choose(self._nearest(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._dragging:
            self.choose(self._nearest(x))
        on = x < 40 or self._track[0] - 10 <= x <= self._track[1] + 10
        self.setCursor(Qt.CursorShape.PointingHandCursor if on and self._stops else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        self._dragging = False
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stop()
            self._go(far if key == Qt.Key.Key_Right else -far)
        elif key == Qt.Key.Key_Home:
            self.stop()
            self._go(-(10**9))
        elif key == Qt.Key.Key_End:
            self.stop()
            self.choose(None)
        elif key == Qt.Key.Key_Space:
            self.stop() if self.playing else self.play()
        else:
            super().keyPressEvent(event)
