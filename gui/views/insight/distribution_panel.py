"""How a layer and one of its maps are spread: activations, gradients, weights; dead, saturated, least active maps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent

from engine.messages.insight import Distribution, Histogram
from gui.theme import DARK, Density, Theme, numbers
from gui.views import drawing
from gui.views.insight import histogram
from gui.views.insight.agenda import Agenda, Slot, State
from gui.views.panel import Panel

_EDGE = 16.0
_LISTED = 6
OLD = 0.4
"""How much is seen of an answer that is about another moment."""
_ON_DEMAND = "Takes a while for a network of this size: compute"


class DistributionPanel(Panel):
    """`map_chosen(map)`: one of those that are listed. `demanded(Slot)`: compute it."""

    map_chosen = Signal(int)
    demanded = Signal(object)

    def __init__(self, agenda: Agenda, theme: Theme = DARK, density: Density = Density.LARGE) -> None:
        super().__init__(theme, density)
        self._agenda = agenda
        self._name = "map"
        self._chosen = 0
        self.old = False
        self._hover: QPointF | None = None
        self._bars: list[tuple[QRectF, Histogram, QColor]] = []
        self._listed: list[tuple[QRectF, int]] = []
        self.setMouseTracking(True)
        self.setAccessibleName("Distribution")

    def set_map(self, name: str, number: int) -> None:
        """What the green line is called, "map 8", and its number."""
        self._name, self._chosen = name, number
        self.update()

    def refresh(self) -> None:
        """An answer has come, or is on its way."""
        self.update()

    def set_old(self, old: bool) -> None:
        """Whether the answer is about another moment than the one that is shown: then it is paler."""
        if old != self.old:
            self.old = old
            self.update()

    @property
    def answer(self) -> Distribution | None:
        found = self._agenda.answer(Slot.DISTRIBUTION)
        return found if isinstance(found, Distribution) else None

    @property
    def listed(self) -> list[int]:
        """The maps that are listed: dead ones, else the least active."""
        answer = self.answer
        if answer is None:
            return []
        if answer.dead or answer.saturated:
            return list(dict.fromkeys([*(answer.dead or ()), *(answer.saturated or ())]))
        return [int(one) for one in np.argsort(answer.active, kind="stable")[:_LISTED]]

    def sizeHint(self) -> QSize:
        return QSize(300, 300 if self.small else 396)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self.theme.panel)
            self._bars, self._listed = [], []
            theme, right = self.theme, self.width() - _EDGE
            base = 22.0 if self.small else 26.0
            end = drawing.write(painter, _EDGE, base, "Distribution", drawing.ui(13, 600), theme.text_1)
            self._paint_legend(painter, right, base, end + 12)
            answer = self.answer
            if answer is None:
                self._paint_note(painter)
                return
            painter.setOpacity(OLD if self.old else 1.0)
            y = base + 12
            # What shows at all of activations, gradients and weights shares the height that there is.
            y = self._paint_bars(painter, y, "Activations", _zero(answer.activations), answer.activations, theme.output)
            if answer.gradients is not None:
                y = self._paint_bars(painter, y, "Gradients", "log count", answer.gradients, theme.gradient)
            if answer.weights is not None:
                y = self._paint_bars(painter, y, "Weights", "", answer.weights, theme.kernel)
            if answer.weight_gradients is not None and not self.small:
                y = self._paint_bars(
                    painter, y, "Gradients of the weights", "", answer.weight_gradients, theme.gradient
                )
            self._paint_list(painter, y + 6, answer)
            painter.setOpacity(1.0)
            self._paint_tip(painter)

    def _paint_legend(self, painter: QPainter, right: float, base: float, left: float) -> None:
        theme, ink = self.theme, drawing.ui(11)
        x = drawing.write_right(painter, right, base, self._name, ink, theme.text_2)
        painter.fillRect(QRectF(x - 20, base - 5, 14, 2), theme.output)
        if x - 36 - ink.width("layer") > left:
            x = drawing.write_right(painter, x - 32, base, "layer", ink, theme.text_2)
            if x - 20 > left:
                painter.fillRect(QRectF(x - 20, base - 5, 14, 2), theme.text_3)

    def _paint_note(self, painter: QPainter) -> None:
        state = self._agenda.state(Slot.DISTRIBUTION)
        text, color = "Looking at held-out samples \u2026", self.theme.text_3
        if state is State.FAILED:
            text = self._agenda.message(Slot.DISTRIBUTION)
        elif state is State.ON_DEMAND:
            text, color = _ON_DEMAND, self.theme.accent
        y = 56.0
        for line in drawing.wrapped(text, drawing.ui(12), self.width() - 2 * _EDGE):
            drawing.write(painter, _EDGE, y, line, drawing.ui(12), color)
            y += 18

    def _bar_height(self) -> float:
        answer = self.answer
        shown = 1
        if answer is not None:
            shown += sum(one is not None for one in (answer.gradients, answer.weights))
            shown += answer.weight_gradients is not None and not self.small
        free = self.height() - (34 if self.small else 38) - (56 if self.small else 78)
        return float(int(min(max(free / shown - 36, 20), 90)))

    def _paint_bars(
        self, painter: QPainter, y: float, title: str, note: str, values: Histogram, color: QColor
    ) -> float:
        theme, right = self.theme, self.width() - _EDGE
        drawing.write(painter, _EDGE, y + 12, title, drawing.ui(12), theme.text_1)
        if note:
            drawing.write_right(painter, right, y + 12, note, drawing.ui(11), theme.text_3)
        rect = QRectF(_EDGE, y + 17, right - _EDGE, self._bar_height())
        histogram.paint(painter, rect, values, color=color, theme=theme)
        self._bars.append((rect, values, color))
        return rect.bottom() + 19

    def _paint_list(self, painter: QPainter, y: float, answer: Distribution) -> None:
        theme, right = self.theme, self.width() - _EDGE
        count = len(answer.active)
        y += 12
        dead, saturated = answer.dead, answer.saturated
        if dead is not None:
            title, number = "Dead", len(dead)
        elif saturated is not None:
            title, number = "Saturated", len(saturated)
        else:
            title, number = "", 0
        end = _EDGE
        if title:
            end = drawing.write(painter, _EDGE, y, title, drawing.ui(12, 600), theme.text_1)
            color = theme.error if number else theme.text_2
            end = drawing.write(painter, end + 8, y, f"{number} of {count}", drawing.ui(12), color)
        listed = self.listed
        said = "their numbers" if number else "least active"
        if not number and saturated is not None and answer.saturation is not None:
            said = f"{numbers.percent(answer.saturation, 0)} of cells at an end"
        if drawing.ui(11).width(said) < right - end - 12:
            drawing.write_right(painter, right, y, said, drawing.ui(11), theme.text_3)
        columns = 3
        pitch = (right - _EDGE) / columns
        for place, map in enumerate(listed):
            row, column = divmod(place, columns)
            top = y + 18 + row * 18
            if top > self.height() - 4:
                break
            x = _EDGE + column * pitch
            self._listed.append((QRectF(x, top - 13, pitch - 8, 18), map))
            strong = theme.error if number else theme.text_1
            if map == self._chosen:
                drawing.frame(painter, QRectF(x - 3, top - 13, pitch - 8, 17), theme.output)
            drawing.write(painter, x, top, str(map), drawing.mono(12), strong)
            share = float(answer.active[map])
            bar = QRectF(x + 30, top - 6, max(pitch - 84, 8), 3)
            if bar.width() >= 10:
                painter.fillRect(bar, theme.track)
                painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, 3), theme.text_2)
            drawing.write_right(painter, x + pitch - 14, top, numbers.percent(share, 0), drawing.mono(11), theme.text_2)

    def _paint_tip(self, painter: QPainter) -> None:
        if self._hover is None:
            return
        theme, ink = self.theme, drawing.ui(11)
        for rect, values, color in self._bars:
            if rect.adjusted(0, -4, 0, 4).contains(self._hover):
                found = histogram.tip(values, rect, self._hover.x())
                if found is None:
                    return
                rows = [
                    [(found[0], drawing.mono(12), theme.text_1)],
                    [("layer", ink, theme.text_2), (numbers.count(found[1]), drawing.mono(12), theme.text_1)],
                    [(self._name, ink, color), (numbers.count(found[2]), drawing.mono(12), theme.text_1)],
                ]
                bounds = QRectF(self.rect()).adjusted(4, 4, -4, -4)
                drawing.tooltip(painter, theme=theme, near=self._hover, bounds=bounds, rows=rows)
                return

    def _map_at(self, point: QPointF) -> int | None:
        return next((map for rect, map in self._listed if rect.contains(point)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position()
        hand = self._map_at(self._hover) is not None or self._agenda.state(Slot.DISTRIBUTION) is State.ON_DEMAND
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._agenda.state(Slot.DISTRIBUTION) is State.ON_DEMAND:
            self.demanded.emit(Slot.DISTRIBUTION)
        elif (map := self._map_at(event.position())) is not None:
            self.map_chosen.emit(map)


def _zero(values: Histogram) -> str:
    """The share of zeros, of the map first."""
    if not values.zero and not values.map_zero:
        return ""
    return f"{numbers.percent(values.map_zero, 0)} zero, layer {numbers.percent(values.zero, 0)}"
