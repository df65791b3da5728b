"""The film strip under the timeline: one layer's maps and the prediction at some recorded moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.messages import Maps
from engine.messages.film import FilmFrame
from gui.theme import DARK, Density, Theme, colormaps, numbers
from gui.views import drawing
from gui.views.panel import Panel
from gui.views.timeline_frames import FRAME, PITCH, Sheet

_EDGE, _TOP = 24, 24
_TITLES = (144, 128)  # where the first frame begins, large and small
_LARGE_TILE = 32
_CLOSE_UP = 40  # from one close-up to the next


@dataclass(frozen=True)
class Subject:
    """What the strip is of: a node, `title` on screen, the maps that are shown in this order, which one is pinned."""

    node: str
    title: str
    maps: tuple[int, ...]
    sheet: Sheet
    sorted: bool
    pinned: int | None = None
    unit: str = "map"


class FilmStrip(Panel):
    """86 high (small: 74). `set_subject` and `set_moments` say what is wanted, `add` brings frames as they are made.

    `moment_chosen(step)`: a frame was clicked; None for the present. `frames_changed()`: there is room for more or
    fewer frames than before.
    """

    moment_chosen = Signal(object)
    frames_changed = Signal()

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: QWidget | None = None) -> None:
        super().__init__(theme, density, parent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Film strip")
        self._subject: Subject | None = None
        self._steps: tuple[int, ...] = ()
        self._labels: tuple[str, ...] = ()
        self._ticks: tuple[float, ...] = ()
        self._frames: dict[int, FilmFrame] = {}
        self._pictures: dict[int, QImage] = {}
        self._classes: tuple[str, ...] = ()
        self._shown: int | None = None  # the moment that is looked at; None: now
        self._hover: int | None = None
        self._hint = ""

    # What it is fed with

    def set_classes(self, classes: tuple[str, ...]) -> None:
        self._classes = classes
        self.update()

    def set_subject(self, subject: Subject | None, hint: str = "") -> None:
        """Another layer, or other maps of it; frames that are there are dropped. `hint` stands there instead."""
        self._hint = hint
        if subject != self._subject:
            same = (
                subject is not None and self._subject is not None
                and (subject.node, subject.maps) == (self._subject.node, self._subject.maps)
            )  # fmt: skip
            self._subject = subject
            if not same:
                self.forget()
        self.update()

    def set_moments(self, steps: Sequence[int], labels: Sequence[str], ticks: Sequence[float]) -> None:
        """The steps that are shown, what they are called, and where on the timeline (in x) each stands."""
        found = (tuple(steps), tuple(labels), tuple(ticks))
        if found != (self._steps, self._labels, self._ticks):
            self._steps, self._labels, self._ticks = found
            for step in [known for known in self._frames if known not in self._steps]:
                del self._frames[step]
                self._pictures.pop(step, None)
            self.update()

    def set_shown(self, moment: int | None) -> None:
        """Which moment is looked at; None: the present."""
        if moment != self._shown:
            self._shown = moment
            self.update()

    def add(self, frame: FilmFrame) -> None:
        """A frame that was asked for."""
        if self._subject is not None and frame.node == self._subject.node and frame.asked in self._steps:
            self._frames[frame.asked] = frame
            self._pictures.pop(frame.asked, None)
            self.update()

    def forget(self) -> None:
        """Drop all frames: they are of another sample, or another network."""
        self._frames.clear()
        self._pictures.clear()
        self.update()

    def missing(self) -> tuple[int, ...]:
        """The steps of which there is no frame yet, the present one first."""
        return tuple(sorted((step for step in self._steps if step not in self._frames), reverse=True))

    @property
    def frames(self) -> dict[int, FilmFrame]:
        """The frames that are there, by the step that was asked for."""
        return dict(self._frames)

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(1232, 74) if self.small else QSize(1528, 86)

    @property
    def room(self) -> int:
        """Pixels that maps have, upright."""
        return self.height() - _TOP - 9

    @property
    def _left(self) -> int:
        return _TITLES[1 if self.small else 0]

    @property
    def count(self) -> int:
        """How many frames there is room for beside the close-ups."""
        closer = 0 if self.width() < 1400 else 210
        return max((self.width() - self._left - _EDGE - closer + PITCH - FRAME) // PITCH, 1)

    def frame_rect(self, place: int) -> QRectF:
        """Where the maps of a frame are."""
        return QRectF(self._left + place * PITCH, _TOP, FRAME, self.room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = max((event.oldSize().width() - self._left - _EDGE) // PITCH, 1)
        super().resizeEvent(event)
        if before != self.count:
            self.frames_changed.emit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.theme.panel)
            self._paint_title(painter)
            for place, step in enumerate(self._steps):
                self._paint_frame(painter, place, step)
            self._paint_close_ups(painter)

    def _paint_title(self, painter: QPainter) -> None:
        subject, theme = self._subject, self.theme
        ink = drawing.ui(11)
        room = self._left - _EDGE - 12
        if subject is None or not self._steps:
            drawing.write(painter, self._left, 40, self._hint, drawing.ui(12), theme.text_3)
            if subject is None:
                return
        title = ink.metrics.elidedText(subject.title, Qt.TextElideMode.ElideLeft, room)  # of a path the end counts
        drawing.write(painter, _EDGE, 30, title, ink, theme.text_1)
        if self._steps:
            said = "strongest now first" if subject.sorted else "in their order"
            drawing.write(painter, _EDGE, 46, ink.elided(said, room), ink, theme.text_3)
            drawing.write(
                painter,
                _EDGE,
                61,
                ink.elided("each its own scale" if not self.small else "own scale each", room),
                ink,
                theme.text_3,
            )

    def _paint_frame(self, painter: QPainter, place: int, step: int) -> None:
        theme, rect, ink = self.theme, self.frame_rect(place), drawing.ui(11)
        maps = rect
        if self._subject is not None:
            maps = QRectF(rect.left(), rect.top(), self._subject.sheet.width, self._subject.sheet.height)
        last = place == len(self._steps) - 1
        current = (self._shown is None and last) or self._shown == step
        frame = self._frames.get(step)
        self._paint_elbow(painter, place)
        right = rect.right()
        if frame is not None:
            name = self._classes[frame.predicted] if frame.predicted < len(self._classes) else str(frame.predicted)
            share = f", {round(frame.probability * 100)} %"
            wrong = frame.label is not None and frame.label != frame.predicted
            text = ink.elided(name, 90) + share
            right = drawing.write_right(
                painter, rect.right(), _TOP - 7, text, ink, theme.error if wrong else theme.text_2
            )
        label = ink.elided(self._labels[place], right - rect.left() - 8)
        drawing.write(painter, rect.left(), _TOP - 7, label, ink, theme.text_1 if current else theme.text_2)
        if frame is None:
            painter.fillRect(maps, theme.stage)
        else:
            painter.drawImage(rect.topLeft(), self._picture(step, frame))
            self._paint_pin(painter, rect)
        if current:
            self._ring(painter, maps, 2.0)
        elif self._hover == place:
            self._ring(painter, maps, 1.0)

    def _ring(self, painter: QPainter, rect: QRectF, width: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.accent if width > 1 else self.theme.text_3, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_elbow(self, painter: QPainter, place: int) -> None:
        """From the moment's tick on the timeline above to its frame."""
        if place >= len(self._ticks):
            return
        tick, rect = round(self._ticks[place]) + 0.5, self.frame_rect(place)
        end = min(max(tick, rect.left() + 0.5), rect.right() - 0.5)
        painter.setPen(QPen(self.theme.border_strong, 1))
        if abs(end - tick) < 1:
            painter.drawLine(QPointF(tick, 0), QPointF(tick, 6))
            return
        painter.drawPolyline([QPointF(tick, 0), QPointF(tick, 3.5), QPointF(end, 3.5), QPointF(end, 7)])

    def _paint_pin(self, painter: QPainter, rect: QRectF) -> None:
        subject = self._subject
        if subject is not None and subject.pinned in subject.maps:
            place = subject.sheet.place(subject.maps.index(subject.pinned))
            drawing.frame(painter, place.translated(rect.topLeft()), self.theme.output, 2)

    def _picture(self, step: int, frame: FilmFrame) -> QImage:
        if step not in self._pictures:
            assert self._subject is not None
            self._pictures[step] = _sheet_picture(frame.maps, self._subject.sheet, self.theme)
        return self._pictures[step]

    def _paint_close_ups(self, painter: QPainter) -> None:
        """The pinned map at each moment, larger, where there is room for them."""
        subject = self._subject
        left = self._left + len(self._steps) * PITCH + 4
        if subject is None or subject.pinned not in subject.maps or subject.unit != "map" or not self._frames:
            return
        if left + len(self._steps) * _CLOSE_UP > self.width() - 12:
            return
        ink, figures, theme = drawing.ui(11), drawing.mono(11), self.theme
        drawing.write(painter, left, _TOP - 7, f"Map {subject.pinned} at step", ink, theme.text_2)
        index = subject.maps.index(subject.pinned)
        for place, step in enumerate(self._steps):
            frame = self._frames.get(step)
            if frame is None or index >= len(frame.maps.pixels):
                continue
            pixels = frame.maps.pixels[index]
            table = colormaps.lut(theme, drawing.kind_of(frame.maps.signed))
            side = max(pixels.shape)
            size = (_LARGE_TILE * pixels.shape[1] / side, _LARGE_TILE * pixels.shape[0] / side)
            rect = QRectF(left + place * _CLOSE_UP, _TOP, *size)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side > _LARGE_TILE)
            painter.drawImage(rect, colormaps.picture(np.ascontiguousarray(pixels), table))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            current = (self._shown is None and place == len(self._steps) - 1) or self._shown == step
            drawing.frame(painter, rect, theme.output if current else theme.border_strong, 2 if current else 1)
            baseline = _TOP + _LARGE_TILE + 15
            drawing.write_middle(
                painter, rect.left() + _LARGE_TILE / 2, baseline, numbers.short(step), figures, theme.text_3
            )

    def restyle(self) -> None:
        self._pictures.clear()

    # The user

    def _place_at(self, at: QPointF) -> int | None:
        for place in range(len(self._steps)):
            if self.frame_rect(place).adjusted(0, -20, 4, 6).contains(at):
                return place
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place != self._hover:
            self._hover = place
            shape = Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.moment_chosen.emit(None if place == len(self._steps) - 1 else self._steps[place])


def _sheet_picture(maps: Maps, sheet: Sheet, theme: Theme) -> QImage:
    """All maps of a frame as one picture."""
    picture = QImage(max(sheet.width, 1), max(sheet.height, 1), QImage.Format.Format_RGB32)
    picture.fill(theme.border)
    table = colormaps.lut(theme, drawing.kind_of(maps.signed))
    with QPainter(picture) as painter:
        for index, pixels in enumerate(maps.pixels[: sheet.count]):
            smaller = pixels.shape[1] > sheet.tile_width
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
            painter.drawImage(sheet.place(index), colormaps.picture(np.ascontiguousarray(pixels), table))
    return picture
