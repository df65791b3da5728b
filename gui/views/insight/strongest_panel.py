"""The samples that activate a map most, each with the field of the cell that they excite."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent

from engine.messages.insight import Strongest
from gui.theme import DARK, Density, Theme, numbers
from gui.views import drawing
from gui.views.insight import pictures
from gui.views.insight.agenda import Agenda, Slot, State
from gui.views.insight.distribution_panel import OLD
from gui.views.panel import Panel

_EDGE = 16.0
_ON_DEMAND = "Takes a while for a network of this size: compute"


def _alike(answer: Strongest) -> bool:
    """Whether all samples come to the same, as those do of a map that is dead or switched off."""
    return len(answer.values) > 1 and float(np.ptp(answer.values)) == 0.0


class StrongestPanel(Panel):
    """`sample_chosen(split, index)`: look at this one. `demanded(Slot)`: compute it."""

    sample_chosen = Signal(str, int)
    demanded = Signal(object)

    def __init__(self, agenda: Agenda, theme: Theme = DARK, density: Density = Density.LARGE) -> None:
        super().__init__(theme, density)
        self._agenda = agenda
        self._classes: tuple[str, ...] = ()
        self._made: tuple[Strongest, Theme, list[QImage]] | None = None
        self.old = False
        self._hover: QPointF | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Strongest samples")

    def set_classes(self, classes: tuple[str, ...]) -> None:
        self._classes = classes

    def refresh(self) -> None:
        """An answer has come, or is on its way."""
        self.update()

    def set_old(self, old: bool) -> None:
        """Whether the answer is about another moment than the one that is shown: then it is paler."""
        if old != self.old:
            self.old = old
            self.update()

    @property
    def answer(self) -> Strongest | None:
        found = self._agenda.answer(Slot.STRONGEST)
        return found if isinstance(found, Strongest) else None

    def sizeHint(self) -> QSize:
        return QSize(300, 140 if self.small else 250)

    def rects(self) -> list[QRectF]:
        """Where the samples are: as many in a row as make them largest; none where none is stronger than another."""
        answer = self.answer
        count = len(answer.indices) if answer is not None and not _alike(answer) else 0
        if not count:
            return []
        top = 30.0 if self.small else 36.0
        gap, foot = 8.0, 4.0
        wide, high = self.width() - 2 * _EDGE, self.height() - top - 8
        best, columns = 0.0, 1
        for across in range(1, count + 1):
            down = -(-count // across)
            side = min((wide - gap * (across - 1)) / across, (high - gap * (down - 1)) / down - foot)
            if side > best:
                best, columns = side, across
        side = float(int(min(best, 160.0)))
        step = side + max(gap, min((wide - side * columns) / max(columns - 1, 1), 20.0)) if columns > 1 else side + gap
        return [
            QRectF(_EDGE + place % columns * step, top + place // columns * (side + gap + foot), side, side)
            for place in range(count)
        ]

    def _images(self, answer: Strongest) -> list[QImage]:
        if self._made is None or self._made[0] is not answer or self._made[1] is not self.theme:
            made = [pictures.photograph(picture, self.theme) for picture in answer.pictures]
            self._made = (answer, self.theme, made)
        return self._made[2]

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            theme, right = self.theme, self.width() - _EDGE
            painter.fillRect(event.rect(), theme.panel)
            painter.fillRect(QRectF(0, 0, self.width(), 1), theme.border)
            base = 20.0 if self.small else 24.0
            drawing.write(painter, _EDGE, base, "Strongest samples", drawing.ui(13, 600), theme.text_1)
            answer = self.answer
            if answer is None:
                self._paint_note(painter, base)
                return
            painter.setOpacity(OLD if self.old else 1.0)
            said = f"of {numbers.count(answer.seen)}"
            drawing.write_right(painter, right, base, said, drawing.ui(11), theme.text_3)
            if _alike(answer):
                self._write(painter, base, f"All of them alike: {numbers.text(float(answer.values[0]))}", theme.text_3)
            for rect, image, box in zip(self.rects(), self._images(answer), answer.fields, strict=False):
                painter.drawImage(rect, image)
                drawing.frame(painter, rect, theme.border_strong)
                self._paint_box(painter, rect, image, [int(one) for one in box])
            painter.setOpacity(1.0)
            self._paint_tip(painter, answer)

    def _paint_box(self, painter: QPainter, rect: QRectF, image: QImage, box: list[int]) -> None:
        top, bottom, left, right = box
        if (top, left) == (0, 0) and (bottom, right) == (image.height() - 1, image.width() - 1):
            return
        down, across = rect.height() / image.height(), rect.width() / image.width()
        inside = QRectF(
            rect.left() + left * across,
            rect.top() + top * down,
            (right - left + 1) * across,
            (bottom - top + 1) * down,
        )
        drawing.frame(painter, inside.adjusted(0.5, 0.5, -0.5, -0.5), self.theme.input, 1.5)

    def _paint_note(self, painter: QPainter, base: float) -> None:
        state = self._agenda.state(Slot.STRONGEST)
        text, color = "Looking for them \u2026", self.theme.text_3
        if state is State.FAILED:
            text = self._agenda.message(Slot.STRONGEST)
        elif state is State.ON_DEMAND:
            text, color = _ON_DEMAND, self.theme.accent
        self._write(painter, base, text, color)

    def _write(self, painter: QPainter, base: float, text: str, color: QColor) -> None:
        y = base + 26
        for line in drawing.wrapped(text, drawing.ui(12), self.width() - 2 * _EDGE):
            drawing.write(painter, _EDGE, y, line, drawing.ui(12), color)
            y += 18

    def _place_at(self, point: QPointF | None) -> int | None:
        if point is None:
            return None
        return next((place for place, rect in enumerate(self.rects()) if rect.contains(point)), None)

    def _paint_tip(self, painter: QPainter, answer: Strongest) -> None:
        place = self._place_at(self._hover)
        if place is None or self._hover is None:
            return
        theme = self.theme
        drawing.frame(painter, self.rects()[place], theme.accent, 2)
        label = int(answer.labels[place])
        name = self._classes[label] if 0 <= label < len(self._classes) else ""
        row, column = (int(one) for one in answer.cells[place])
        rows = [
            [
                (numbers.text(float(answer.values[place])), drawing.mono(13), theme.output),
                (f"({row}, {column})", drawing.ui(11), theme.text_2),
            ],
            [(f"{answer.split} {int(answer.indices[place])} {name}".strip(), drawing.ui(11), theme.text_2)],
        ]
        bounds = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        drawing.tooltip(painter, theme=theme, near=self._hover, bounds=bounds, rows=rows)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        hand = self._place_at(self._hover) is not None or self._agenda.state(Slot.STRONGEST) is State.ON_DEMAND
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place, answer = self._place_at(event.position()), self.answer
        if place is not None and answer is not None:
            self.sample_chosen.emit(answer.split, int(answer.indices[place]))
        elif self._agenda.state(Slot.STRONGEST) is State.ON_DEMAND:
            self.demanded.emit(Slot.STRONGEST)
