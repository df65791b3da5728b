"""How well two runs know each class: two dots on one axis, the line between them, and the difference."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent

from gui.theme import DARK, Density, Theme, numbers
from gui.views import curves_axes, drawing
from gui.views.compare import colours
from gui.views.compare.model import AT_THE_END, ShownRun, per_class, same_data
from gui.views.panel import Panel

_LEAST_ROW, _MOST_ROW = 12.0, 26.0


class ClassesPanel(Panel):
    """`set_pair` shows two runs (or one) with their predictions; `set_progress` how far those are."""

    def __init__(self, theme: Theme = DARK, density: Density = Density.LARGE, parent: object = None) -> None:
        super().__init__(theme, density, parent)  # type: ignore[arg-type]
        self.setAccessibleName("Accuracy per class")
        self.pair: tuple[ShownRun | None, ShownRun | None] = (None, None)
        self.classes: tuple[str, ...] = ()
        self._shares: list[tuple[ShownRun, np.ndarray]] = []
        self._note = ""
        self.past = False
        self._offset = 0.0

    def set_pair(self, first: ShownRun | None, second: ShownRun | None, classes: tuple[str, ...], note: str) -> None:
        """`note` says why a run is missing, or how far its predictions are."""
        self.pair, self.classes, self._note = (first, second), classes, note
        self._shares = [
            (run, per_class(run.evaluated, len(classes)))
            for run in (first, second)
            if run is not None and run.evaluated is not None and classes
        ]
        self._scroll(0.0)
        self.forget_still()

    def set_past(self, past: bool) -> None:
        """The maps beside are of an earlier step: these numbers are not, which is said."""
        if past != self.past:
            self.past = past
            self.forget_still()

    @property
    def shares(self) -> list[np.ndarray]:
        """Accuracy per class of each run that is shown, 0-1."""
        return [shares for _, shares in self._shares]

    @property
    def _body(self) -> QRectF:
        top = 54.0 if not self.small else 42.0
        return QRectF(24, top, self.width() - 48, max(self.height() - top - 30, 20))

    @property
    def _row(self) -> float:
        return min(max(self._body.height() / max(len(self.classes), 1), _LEAST_ROW), _MOST_ROW)

    def _scroll(self, by: float) -> None:
        content = self._row * len(self.classes)
        offset = min(max(self._offset + by, 0.0), max(content - self._body.height(), 0.0))
        if offset != self._offset:
            self._offset = offset
            self.forget_still()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scroll(0.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll(-event.angleDelta().y() / 3)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_still(painter)

    def paint_still(self, painter: QPainter) -> None:
        theme = self.theme
        end = drawing.write(painter, 24, 28, "Accuracy per class", drawing.ui(13, 600), theme.text_1)
        if self.past and self._shares:
            end = drawing.write(painter, end + 10, 28, AT_THE_END, drawing.ui(11), theme.accent)
        elif len(self._shares) == 2 and not same_data(*(run for run, _ in self._shares)):
            end = drawing.write(painter, end + 10, 28, "each on its own data", drawing.ui(11), theme.text_3)
        self._paint_legend(painter, end + 16)
        if not self._shares:
            text = self._note or "Known once the test samples have been predicted"
            ink = drawing.ui(12)
            for row, line in enumerate(drawing.wrapped(text, ink, self.width() - 60)):
                drawing.write(painter, 24, 66 + 18 * row, line, ink, theme.text_3)
            return
        body, figure = self._body, drawing.mono(12)
        values = np.concatenate([shares for _, shares in self._shares])
        low = _floor(float(np.nanmin(values)) if np.isfinite(values).any() else 0.0)
        names = drawing.ui(11) if any(len(name) > 2 for name in self.classes) else drawing.mono(12)
        widest = min(max(map(names.width, self.classes)), body.width() * 0.24)
        two = len(self._shares) == 2
        numbers_width = figure.digit or 7.0
        right = body.right() - numbers_width * (19 if two else 6) - 6
        left = body.left() + widest + 16

        def x_of(share: float) -> float:
            return float(left + (share - low) / (1 - low) * (right - left))

        for tick, text in curves_axes.linear_ticks(low * 100, 100.0, right - left, room=56):
            x = x_of(tick / 100)
            painter.fillRect(QRectF(round(x), body.top() - 4, 1, body.height() + 8), theme.border)
            if tick / 100 <= 1:
                label = f"{text} %" if tick == 100 else text
                drawing.write_middle(painter, x, body.bottom() + 20, label, drawing.mono(11), theme.text_3)
        painter.save()
        painter.setClipRect(QRectF(0, body.top() - 4, self.width(), body.height() + 8))
        for index, name in enumerate(self.classes):
            y = round(body.top() + self._row * (index + 0.5) - self._offset)
            if not body.top() - 8 <= y <= body.bottom() + 8:
                continue
            drawing.write(painter, body.left(), y + 4, names.elided(name, widest), names, theme.text_1)
            spots = [(run, float(shares[index])) for run, shares in self._shares]
            known = [share for _, share in spots if np.isfinite(share)]
            if len(known) == 2:
                a, b = sorted(map(x_of, known))
                painter.fillRect(QRectF(a, y - 1, b - a, 2), theme.border_strong)
            for run, share in spots:
                if np.isfinite(share):
                    colours.dot(painter, theme, run.place, QPointF(x_of(share), y))
            x = body.right()
            if two and len(known) == 2:
                change = (known[1] - known[0]) * 100
                large = abs(change) >= 0.5
                text = numbers.text(change, 1, sign=True) if round(change, 1) else "0.0"
                drawing.write_right(painter, x, y + 4, text, figure, theme.text_1 if large else theme.text_3)
            if two:
                x -= numbers_width * 7
            for place, (_, share) in enumerate(reversed(spots)):
                text = numbers.text(share * 100, 1) if np.isfinite(share) else "–"
                color = theme.text_1 if place == 0 else theme.text_2
                drawing.write_right(painter, x, y + 4, text, figure, color)
                x -= numbers_width * 6
        painter.restore()

    def _paint_legend(self, painter: QPainter, left: float) -> None:
        ink, theme = drawing.ui(11), self.theme
        x = float(self.width() - 24)
        if self._note and self._shares:
            drawing.write_right(painter, x, 28, ink.elided(self._note, x - left), ink, theme.text_3)
            return
        runs = [one for one in self.pair if one is not None]
        each = (x - left) / max(len(runs), 1) - 32
        for run in reversed(runs):
            name = run.title if ink.width(run.title) <= each else run.short
            fits = ink.width(name) <= each + 12
            text = name if fits else ink.elided(name, each) if each >= 40 else ""  # two letters tell nobody anything
            x = drawing.write_right(painter, x, 28, text, ink, theme.text_2)
            colours.dot(painter, theme, run.place, QPointF(x - 10, 24), 3.5)
            x -= 28


def _floor(lowest: float) -> float:
    """Where the axis begins: a round share below the lowest, at most 0.98."""
    for step in (0.02, 0.05, 0.1, 0.2):
        floor = np.floor(lowest / step - 1e-9) * step
        if 1 - floor <= 10 * step * 0.6:
            return float(min(max(floor, 0.0), 0.98))
    return 0.0
