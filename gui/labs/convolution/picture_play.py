"""Playing a kernel over a picture: the window goes along the rows, and the result appears behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.views.player import Playback, Segment, Transport

if TYPE_CHECKING:
    from gui.labs.convolution.picture_view import PictureView

FRAME_MS = 16
CELLS = {0.25: 4, 0.5: 16, 1.0: 64, 2.0: 400, 4.0: 2_500, 8.0: 12_000, 16.0: 60_000}
"""Cells a second at each speed: from cell by cell, as over numbers, to a whole large picture in a few seconds."""
FILM_FRAMES, FILM_MS, LAST_MS = 60, 80, 1500


class PicturePlay(QObject):
    """Moves the place of a view on, by a bar of its own. A step is a cell of the output, in reading order.

    `held(row, column)`: the place that stays when it pauses, so that the mouse does not take it away; (-1, -1) when it
    begins to move. Playing is no step to undo.
    """

    held = Signal(int, int)

    def __init__(self, view: PictureView, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = view
        self.transport = Transport(theme, parent)
        self.playback = Playback(1)
        self._rest = 0.0  # of a cell, kept from frame to frame
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        bar = self.transport
        bar.toggled.connect(self.toggle)
        bar.stepped.connect(self.step)
        bar.jumped.connect(self.go_to)
        bar.speed_chosen.connect(self.set_speed)
        bar.loop_chosen.connect(self.set_loop)

    @property
    def playing(self) -> bool:
        return self.playback.playing

    def follow(self) -> None:
        """The view shows another place, or a result of another size."""
        count = self.view.output.size
        if count != self.playback.count:
            self.playback.resize(count)
            self.transport.set_segments((Segment("Output", 0, count),))
            self.view.revealed = None
        row, column = self.view.place
        self.playback.jump(row * self.view.output.shape[1] + column)
        self._show()

    def toggle(self) -> None:
        """Play from here (from the first cell if all is there), or pause."""
        if self.playing:
            self.pause()
            return
        self.playback.play()
        if self.view.revealed is None:
            self.playback.jump(0)
        self.view.playing = True
        self.held.emit(-1, -1)
        self._rest = 0.0
        self._reach(self.playback.index)
        if self.view.isVisible():
            self._clock.start()
            self._timer.start()

    def pause(self) -> None:
        """Stay here; the place is held, so that the mouse does not take it away."""
        self._timer.stop()
        if not self.playing:
            return
        self.playback.pause()
        self.view.playing = False
        self.held.emit(*self.view.place)
        self._show()

    def stop(self) -> None:
        """Leave off without holding the place: the page is left."""
        self._timer.stop()
        self.playback.pause()
        self.view.playing, self.view.revealed = False, None
        self._show()

    def step(self, by: int) -> None:
        """So many cells on or back."""
        self.go_to(min(max(self.playback.index + by, 0), self.playback.count - 1))

    def go_to(self, index: int) -> None:
        """To a cell; the result is there up to it."""
        self.playback.jump(index)
        self._reach(index)
        if not self.playing:
            self.held.emit(*self.view.place)

    def set_speed(self, speed: float) -> None:
        """1/4 … 16 times."""
        self.playback.speed = speed
        self._show()

    def slower(self) -> None:
        self.set_speed(self.playback.slower())

    def faster(self) -> None:
        self.set_speed(self.playback.faster())

    def set_loop(self, loop: bool) -> None:
        self.playback.loop = loop

    def _tick(self) -> None:
        if not self.view.isVisible():
            self.stop()
            return
        self.advance(float(self._clock.restart()))

    def advance(self, milliseconds: float) -> None:
        """Let time pass."""
        if not self.playing:
            return
        self._rest += milliseconds / 1000 * CELLS[self.playback.speed]
        whole = int(self._rest)
        self._rest -= whole
        if not whole:
            return
        last = self.playback.count - 1
        target = self.playback.index + whole
        if target > last and self.playback.loop:
            target %= self.playback.count
        if target >= last:
            self._reach(last)
            self.playback.jump(last)
            self.pause()
            self.view.revealed = None
            self.view.update()
            return
        self.playback.index = self.playback.previous = target
        self._reach(target)

    def _reach(self, index: int) -> None:
        self.view.reach(index)
        self._show()

    def _show(self) -> None:
        self.transport.show_playback(self.playback)

    def set_theme(self, theme: Theme) -> None:
        self.transport.set_theme(theme)

    def film(self, page: QWidget, *, scale: float = 1.0) -> Iterator[tuple[QImage, int]]:
        """(picture, milliseconds) of a sweep over the whole picture, in sixty frames."""
        before, revealed, playing = self.view.place, self.view.revealed, self.view.playing
        self.view.playing = True
        count = self.playback.count
        flags = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
        try:
            for frame in range(FILM_FRAMES):
                last = frame == FILM_FRAMES - 1
                self.view.reach(count - 1 if last else frame * count // (FILM_FRAMES - 1))
                width, height = self.view.width(), self.view.height()
                image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
                image.setDevicePixelRatio(scale)
                self.view.render(image, QPoint(0, 0), QRegion(), flags)
                image.setDevicePixelRatio(1.0)
                yield image, LAST_MS if last else FILM_MS
        finally:
            self.view.revealed, self.view.playing = revealed, playing
            self.view.look_at(*before)
