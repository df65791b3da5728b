"""The slider of the player: one stretch for each filter or channel, a tick for each step where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import label, label_spans, width_of
from gui.views.player.scenes.scene import Segment

_SIDE = 10.0
_TRACK = 4


class Scrubber(QWidget):
    """Shows step `index` of all; `jumped(int)` tells where the user dragged, clicked or wheeled it to."""

    jumped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._segments: tuple[Segment, ...] = (Segment("", 0, 1),)
        self._count, self._index = 1, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(140)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Position")

    def sizeHint(self) -> QSize:
        return QSize(600, 56)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """The stretches, in order, without gaps."""
        self._segments = tuple(segments)
        self._count = sum(segment.count for segment in segments)
        self.update()

    def set_index(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self.update()

    def shown_segments(self) -> tuple[Segment, ...]:
        """The stretches as drawn: one for all where each would be too narrow to see."""
        if len(self._segments) * 8 > self.width():
            return (Segment("", 0, self._count),)
        return self._segments

    def _stretches(self) -> list[tuple[Segment, float, float]]:
        """Each stretch with its left and right end."""
        shown = self.shown_segments()
        gap = 10.0 if len(shown) <= 12 else 3.0
        room = self.width() - 2 * _SIDE - gap * (len(shown) - 1)
        stretches, x = [], _SIDE
        for segment in shown:
            width = room * segment.count / max(self._count, 1)
            stretches.append((segment, x, x + width))
            x += width + gap
        return stretches

    def position_of(self, index: int) -> float:
        """Where the handle of a step stands: in the middle of its share of the stretch."""
        for segment, left, right in self._stretches():
            if segment.first <= index < segment.first + segment.count:
                return left + (index - segment.first + 0.5) / segment.count * (right - left)
        return _SIDE

    def index_at(self, x: float) -> int:
        """The step whose share of a stretch is nearest."""
        stretches = self._stretches()
        for segment, left, right in stretches:
            if x < right or segment is stretches[-1][0]:
                share = min(max((x - left) / max(right - left, 1.0), 0.0), 0.999999)
                return segment.first + int(share * segment.count)
        return 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        look, ink = Look(theme), Ink(painter)
        y = round(self.height() / 2) + 4
        handle = self.position_of(self._index)
        small = self.height() < 60
        stretches = self._stretches()
        now = next((s for s in stretches if s[0].first <= self._index < s[0].first + s[0].count), stretches[0])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for _segment, left, right in stretches:
            painter.setBrush(theme.track)
            painter.drawRoundedRect(QRectF(left, y - _TRACK / 2, right - left, _TRACK), 2, 2)
            done = min(right, handle)
            if done > left:
                painter.setBrush(theme.accent)
                painter.drawRoundedRect(QRectF(left, y - _TRACK / 2, done - left, _TRACK), 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for segment, left, right in stretches:
            pitch = (right - left) / segment.count
            if pitch >= 6 and segment.count <= 200:
                for step in range(segment.count):
                    x = left + (step + 0.5) * pitch
                    color = theme.accent if segment.first + step <= self._index else theme.border_strong
                    painter.fillRect(QRectF(round(x), y + 8, 1, 4), color)
        px = 11 if small else 12
        first = [now, *(s for s in stretches if s is not now)]
        taken: list[tuple[float, float]] = []
        for segment, left, right in first:
            if not segment.label:
                continue
            width = width_of(label_spans(segment.label, "text_2", px, False, False))
            fits = width <= right - left + 8 or segment is now[0]
            start = min(left, self.width() - width - 2)
            if fits and all(start > b + 8 or start + width < a - 8 for a, b in taken):
                role = "text_1" if segment is now[0] and len(stretches) > 1 else "text_2"
                label(ink, look, segment.label, start, y - 18, px, role)
                taken.append((start, start + width))
        ink.flush()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.panel)
        painter.drawEllipse(QPointF(handle, y), 11, 11)
        painter.setBrush(theme.accent)
        painter.drawEllipse(QPointF(handle, y), 8, 8)

    def _jump(self, event: QMouseEvent) -> None:
        self.jumped.emit(self.index_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._jump(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._jump(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            step = -1 if delta > 0 else 1
            self.jumped.emit(min(max(self._index + step, 0), self._count - 1))
            event.accept()
