"""The player's bar: first, back, play, forward, last; the scrubber; the count; the speed; the loop."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.theme import Theme, numbers
from gui.theme.controls import FieldBox, IconButton, RoundButton, set_theme_below
from gui.views.player.drawing.lettering import Ink, mono
from gui.views.player.playback import SPEEDS, Playback
from gui.views.player.scenes.scene import Segment
from gui.views.player.scrubber import Scrubber

_FRACTIONS = {0.25: "1/4", 0.5: "1/2"}


def speed_text(speed: float) -> str:
    """A speed as people write it: 1/4×, 2×."""
    return f"{_FRACTIONS.get(speed, f'{speed:g}')}{numbers.TIMES}"


class Counter(QWidget):
    """The step of all: 5 / 18."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._index, self._count = 0, 1
        self.setAccessibleName("Step")
        self.set_position(0, 1)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    @property
    def text(self) -> str:
        return f"{self._index + 1:,} / {self._count:,}"

    def set_position(self, index: int, count: int) -> None:
        if count != self._count or index == 0:
            face = mono(13)
            self.setFixedWidth(round(2 * face.width(f"{count:,}") + face.width(" / ")) + 4)
        self._index, self._count = index, count
        if QAccessible.isActive():
            self.setAccessibleDescription(self.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ink = Ink(painter)
        y = self.height() / 2
        total = f"{self._count:,}"
        plain, bold = mono(13), mono(13, 600)
        right = self.width() - 2.0
        ink.put(total, right, y, plain, self.theme.text_3, "right")
        right -= plain.width(total)
        ink.put(" / ", right, y, plain, self.theme.text_3, "right")
        ink.put(f"{self._index + 1:,}", right - plain.width(" / "), y, bold, self.theme.text_1, "right")
        ink.flush()


class Transport(QWidget):
    """The bar. It shows a Playback and tells the user's wishes: `toggled`, `stepped(by)`, `jumped(index)`,
    `speed_chosen(float)`, `loop_chosen(bool)`."""

    toggled = Signal()
    stepped = Signal(int)
    jumped = Signal(int)
    speed_chosen = Signal(float)
    loop_chosen = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._count, self._playing = 1, False
        self.first = IconButton("rewind", "First step (Home)", theme, self)
        self.back = IconButton("step-back", f"Back one step ({chr(0x2190)})", theme, self)
        self.play = RoundButton("play", "Play (Space)", theme, self)
        self.forward = IconButton("step", f"Forward one step ({chr(0x2192)})", theme, self)
        self.last = IconButton("end", "Last step (End)", theme, self)
        self.scrubber = Scrubber(theme, self)
        self.counter = Counter(theme, self)
        self.speed = FieldBox("Speed", theme, self)
        for speed in SPEEDS:
            self.speed.add(f"{speed:g}", speed_text(speed))
        self.speed.set_captioned(False)
        self.speed.setToolTip("Speed ([ slower, ] faster)")
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.loop = IconButton("loop", "Play over and over", theme, self)
        self.loop.setCheckable(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 1, 16, 0)
        layout.setSpacing(8)
        for button in (self.first, self.back, self.play, self.forward, self.last):
            layout.addWidget(button)
        layout.addSpacing(16)
        layout.addWidget(self.scrubber, 1)
        layout.addSpacing(16)
        for part in (self.counter, self.speed, self.loop):
            layout.addWidget(part)
            layout.addSpacing(8)
        self.first.clicked.connect(self._to_first)
        self.last.clicked.connect(self._to_last)
        self.back.clicked.connect(self._step_back)
        self.forward.clicked.connect(self._step_on)
        self.play.clicked.connect(self.toggled)
        self.scrubber.jumped.connect(self.jumped)
        self.speed.chosen.connect(self._choose_speed)
        self.loop.toggled.connect(self.loop_chosen)
        self.setFixedHeight(64)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        set_theme_below(self, theme)
        self.scrubber.set_theme(theme)
        self.counter.set_theme(theme)
        self.update()

    def set_small(self, small: bool) -> None:
        """A lower bar for a small window."""
        self.setFixedHeight(56 if small else 64)

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """The stretches of the scrubber."""
        self.scrubber.set_segments(segments)

    def show_playback(self, playback: Playback) -> None:
        """Show position, whether it plays, speed and loop."""
        self._count = playback.count
        self.scrubber.set_index(playback.index)
        self.counter.set_position(playback.index, playback.count)
        if playback.playing != self._playing:
            self._playing = playback.playing
            self.play.set_icon(
                "pause" if self._playing else "play", "Pause (Space)" if self._playing else "Play (Space)"
            )
        self.first.setEnabled(playback.index > 0)
        self.back.setEnabled(playback.index > 0)
        self.forward.setEnabled(playback.index < playback.count - 1)
        self.last.setEnabled(playback.index < playback.count - 1)
        if self.speed.key != f"{playback.speed:g}":
            self.speed.set_key(f"{playback.speed:g}")
        if self.loop.isChecked() != playback.loop:
            self.loop.setChecked(playback.loop)

    def _to_first(self) -> None:
        self.jumped.emit(0)

    def _to_last(self) -> None:
        self.jumped.emit(self._count - 1)

    def _step_back(self) -> None:
        self.stepped.emit(-1)

    def _step_on(self) -> None:
        self.stepped.emit(1)

    def _choose_speed(self, key: str) -> None:
        self.speed_chosen.emit(float(key))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.panel)
        painter.fillRect(QRectF(0, 0, self.width(), 1), self.theme.border)
