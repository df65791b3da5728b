"""The base of the timelines: a strip on which one looks back at recorded steps, by mouse, keys or playing them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import DARK, Density, Theme, icons
from gui.views import drawing
from gui.views.panel import Panel

EDGE = 24
_HANDLE = 6.5
_SNAP = 6.0  # a press so near to the end of what is trained means "now"
_PLAY_MS = 250
_PLAYED = 48  # playing takes no more than so many moments, so that it ends within twelve seconds


class MomentStrip(Panel):
    """A strip 40 (small: 36) high, the line above it included.

    `moment_chosen(step)`: the user wants to see a recorded step; None: as it is now. Dragging snaps to recorded steps;
    ← → go from one to the next (Shift: ten at once), Home to the first, End or Esc to now; the triangle and Space play
    them one after the other. A subclass keeps `_step` (the last one made) and `_recorded`, and says where steps stand.
    """

    moment_chosen = Signal(object)

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._step = 0
        self._moment: int | None = None
        self._recorded: tuple[int, ...] = ()
        self._dragging = False
        self.ring = False  # whether it looks focused
        self._stride = 1
        self._player = QTimer(self)
        self._player.setInterval(_PLAY_MS)
        self._player.timeout.connect(self._play_on)

    @property
    def moment(self) -> int | None:
        """The recorded step that is looked at; None: now."""
        return self._moment

    @property
    def stops(self) -> list[int]:
        """The steps before now that can be looked back at."""
        return [step for step in self._recorded if step < self._step]

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(1232, 36) if self.small else QSize(1528, 40)

    @property
    def _middle(self) -> float:
        return 14.0 if self.small else 16.0

    @property
    def _track(self) -> tuple[float, float]:
        """Left and right end of the track."""
        raise NotImplementedError

    def x_of(self, step: int) -> float:
        """Where a step stands."""
        raise NotImplementedError

    @property
    def _x_now(self) -> float:
        return self.x_of(self._step)

    def _nearest(self, x: float) -> int | None:
        """The recorded step nearest to a place on the track; None for the present."""
        steps = self.stops
        if not steps or x >= self._x_now - _SNAP:
            return None
        return min(steps, key=lambda step: abs(self.x_of(step) - x))

    def _on_track(self, at: QPointF) -> bool:
        left, right = self._track
        return left - 10 <= at.x() <= right + 10 and bool(self._recorded)

    # Painting

    def _paint_title(self, painter: QPainter) -> float:
        """The line above, the triangle and the name; returns where it ends."""
        theme, middle = self.theme, self._middle
        painter.fillRect(0, 0, self.width(), 1, theme.border)
        color = theme.text_2 if self._recorded else theme.border_strong
        icons.paint(painter, "pause" if self.playing else "play", color, QRectF(EDGE - 1, middle - 7, 14, 14))
        return drawing.write(painter, 44, middle + 4, "Timeline", drawing.ui(12, 600), theme.text_1)

    def _paint_epoch(self, painter: QPainter, x: float, epoch: int) -> None:
        theme, middle = self.theme, self._middle
        painter.fillRect(QRectF(round(x), middle - 5, 1, 12), theme.border_strong)
        drawing.write_middle(painter, x, middle + 19, f"epoch {epoch}", drawing.ui(11), theme.text_3)

    def _paint_recorded(self, painter: QPainter, steps: Sequence[int]) -> None:
        for x in sorted({round(self.x_of(step)) for step in steps}):
            painter.fillRect(QRectF(x, self._middle + 4, 1, 3), self.theme.border_strong)

    def _paint_handle(self, painter: QPainter, x: float) -> None:
        theme, at = self.theme, QPointF(x, self._middle)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.panel)
        painter.drawEllipse(at, _HANDLE + 3, _HANDLE + 3)
        painter.setBrush(theme.accent)
        painter.drawEllipse(at, _HANDLE, _HANDLE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_focus(self, painter: QPainter) -> None:
        if self.ring:
            painter.setPen(QPen(self.theme.accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    # The user

    def choose(self, step: int | None) -> None:
        """Look at a recorded step (None: now), as the user's choice."""
        if step != self._moment:
            self._moment = step
            self.update()
            self.moment_chosen.emit(step)

    def play(self) -> None:
        """Show the recorded moments one after the other, from the one that is looked at or else the first."""
        steps = self.stops
        if not steps or self.playing:
            return
        self._stride = -(-len(steps) // _PLAYED)
        if self._moment is None:
            self.choose(steps[0])
        self._player.start()
        self.forget_still()

    def stop(self) -> None:
        """Stop playing; what is shown stays."""
        if self.playing:
            self._player.stop()
            self.forget_still()

    def _play_or_stop(self) -> None:
        self.stop() if self.playing else self.play()

    @property
    def playing(self) -> bool:
        return self._player.isActive()

    def _play_on(self) -> None:
        self._go(self._stride)
        if self._moment is None:
            self.stop()

    def _go(self, count: int) -> None:
        """So many recorded steps on; beyond the last is now."""
        steps = self.stops
        stops: Sequence[int | None] = [*steps, None]
        known = self._moment in stops
        place = stops.index(self._moment) if known else int(np.searchsorted(steps, self._moment or 0))
        self.choose(stops[min(max(place + count, 0), len(steps))])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.position().x() < 40:
            self._play_or_stop()
        elif self._on_track(event.position()):
            self.stop()
            self._dragging = True
            self.choose(self._nearest(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self.choose(self._nearest(event.position().x()))
        on = self._dragging or self._is_clickable(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)

    def _is_clickable(self, at: QPointF) -> bool:
        return bool(self._recorded) and (at.x() < 40 or self._on_track(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.ring = True
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.ring = False
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        self._dragging = False
        super().hideEvent(event)

    def event(self, event: QEvent) -> bool:
        # While it has the focus, Space plays it; elsewhere it trains.
        overrides = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if overrides and event.key() == Qt.Key.Key_Space and self._recorded:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stop()
            self._go(far if key == Qt.Key.Key_Right else -far)
        elif key == Qt.Key.Key_Home:
            self.stop()
            self._go(-(10**9))
        elif key == Qt.Key.Key_End or (key == Qt.Key.Key_Escape and self._moment is not None):
            self.stop()
            self.choose(None)
        elif key == Qt.Key.Key_Space:
            self._play_or_stop()
        else:
            super().keyPressEvent(event)
