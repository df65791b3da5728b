"""A confusion matrix on paper: where its cells and its list of mistakes are, and how they are painted."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.theme import Theme, colormaps, icons, numbers
from gui.views import drawing

LEFT = 44.0  # of the cells; labels stand before them
_LINEAR = 10.0  # wrong counts up to about so many are told apart evenly, larger ones by their logarithm


class Matrix:
    """Counts int64 (labels, predictions) in a panel of this size: cells at the left, the commonest mistakes beside."""

    def __init__(
        self,
        counts: NDArray[np.int64],
        names: tuple[str, ...],
        *,
        width: float,
        height: float,
        top: float,
        edge: float,
        small: bool,
    ) -> None:
        self.counts, self.names, self.top, self.small = counts, names, top, small
        self.count = len(counts)
        self.right = width - edge
        self.wrong = counts.copy()
        np.fill_diagonal(self.wrong, 0)
        self.long = max(map(len, names), default=1) > 2
        beside = (88 if small else 100) if self.long else (66 if small else 79)
        most = int(self.wrong.max(initial=0))
        if not self.long and most >= 100:  # rather smaller cells than no names beside the counts
            words = drawing.ui(12).width(f"{names[-1]} as {names[-1]}") + drawing.mono(12).width(numbers.count(most))
            beside = max(beside, (17 if small else 25) + math.ceil(words) + 4)
        room = min(height - top - (33 if small else 37), self.right - LEFT - beside)
        self.pitch = max(2, int(room / max(self.count, 1)))
        self.list_left = LEFT + self.count * self.pitch + (14 if self.long else 17 if small else 25)
        self.row_height = 19.0 if small else 20.0
        rows = max(int((height - top - 9 - 23) / self.row_height) - 1, 1)
        order = np.argsort(-self.wrong, axis=None, kind="stable")[:rows]
        cells = [divmod(int(index), self.count) for index in order]
        self.pairs = [(*cell, int(self.wrong[cell])) for cell in cells if self.wrong[cell]]

    def cell(self, label: int, predicted: int) -> QRectF:
        """Where a cell is, without the gap of 1 px after it."""
        side = self.pitch - (1 if self.pitch > 4 else 0)
        return QRectF(LEFT + predicted * self.pitch, self.top + label * self.pitch, side, side)

    def cell_at(self, at: QPointF) -> tuple[int, int] | None:
        """The (label, predicted) whose cell is at a point."""
        row, column = math.floor((at.y() - self.top) / self.pitch), math.floor((at.x() - LEFT) / self.pitch)
        return (row, column) if 0 <= row < self.count and 0 <= column < self.count else None

    def row(self, position: int) -> QRectF:
        """A row of the list; the one after the last pair is the link to the worst mistakes of all."""
        y = self.top + 18 + position * self.row_height
        return QRectF(self.list_left - 4, y, self.right - self.list_left + 8, self.row_height)

    def row_at(self, at: QPointF) -> int | None:
        """The row of the list at a point; None too where there is nothing wrong to look at."""
        if not self.pairs:
            return None
        return next((place for place in range(len(self.pairs) + 1) if self.row(place).contains(at)), None)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint all of it."""
        top = math.log1p(self.wrong.max(initial=1) / _LINEAR)
        table = colormaps.lut(theme, "confusion_wrong")
        for label in range(self.count):
            for predicted in range(self.count):
                if label == predicted:
                    color = theme.confusion_right
                elif self.wrong[label, predicted] == 0:
                    color = theme.track
                else:
                    share = math.log1p(self.wrong[label, predicted] / _LINEAR) / top
                    color = colormaps.color(table, 0.12 + 0.88 * share)
                painter.fillRect(self.cell(label, predicted), color)
        self._paint_axes(painter, theme)
        self._paint_list(painter, theme)

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        pitch = self.pitch
        ink, label = drawing.ui(11) if self.long else drawing.mono(11), drawing.ui(11)
        bottom = self.top + self.count * pitch
        named = pitch >= 10  # smaller cells have no room for a name each; the tooltip tells it
        for index, name in enumerate(self.names if named else ()):
            middle = index * pitch + (pitch - 1) / 2
            drawing.write_right(painter, LEFT - 6, self.top + middle + 4, name, ink, theme.text_3)
            if not self.long:
                drawing.write_middle(painter, LEFT + middle, bottom + 12, name, ink, theme.text_3)
        same = named and self.long
        below = bottom + (26 if named and not self.long else 12)
        center = LEFT + self.count * pitch / 2
        text = "predicted, same order" if same else "predicted"
        drawing.write_middle(painter, center, below, text, label, theme.text_3)
        painter.save()
        painter.translate(12 if same else 22, self.top + self.count * pitch / 2)
        painter.rotate(-90)
        drawing.write_middle(painter, 0, 0, "label", label, theme.text_3)
        painter.restore()

    def _paint_list(self, painter: QPainter, theme: Theme) -> None:
        ink, figure = drawing.ui(12), drawing.mono(12)
        wrong = int(self.wrong.sum())
        head = f"{numbers.count(wrong)} wrong"
        drawing.write(painter, min(self.list_left, self.right - ink.width(head)), self.top + 9, head, ink, theme.text_2)
        for position, (label, predicted, count) in enumerate(self.pairs):
            y = self.row(position).top() + 14
            number = numbers.count(count)
            room = self.right - self.list_left - figure.width(number) - 3
            text = ink.elided(f"{self.names[label]} as {self.names[predicted]}", room)
            drawing.write(painter, self.list_left, y, text, ink, theme.text_2)
            drawing.write_right(painter, self.right, y, number, figure, theme.text_1)
        if wrong:
            y = self.row(len(self.pairs)).top() + 14
            x = drawing.write(painter, self.list_left, y, "See them", ink, theme.text_3)
            icons.paint(painter, "chevron-right", theme.text_3, QRectF(x + 1, y - 11, 14, 14))
