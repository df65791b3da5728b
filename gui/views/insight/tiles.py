"""Pictures with a title, a frame in the colour of their role and numbers under them: the tiles of the inspector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gui.theme import Theme, numbers
from gui.views import drawing
from gui.views.insight.texts import Row

TITLE = 20.0
_FILLED = 0.9


@dataclass(eq=False)
class Tile:
    """One picture. `rect` is the square it has; `values` are read on hover, (height, width) as the picture.

    `note` stands in place of a picture; `link` says that a click on the note asks for it.
    """

    key: str
    title: str
    color: QColor
    rect: QRectF = field(default_factory=QRectF)
    image: QImage | None = None
    values: NDArray[np.floating] | None = None
    smooth: bool = False
    rows: Sequence[Row] = ()
    note: str = ""
    link: bool = False
    working: bool = False
    box: tuple[int, int, int, int] | None = None  # first and last row, first and last column of the picture
    room: float = 0.0  # for the title, beyond the square

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture lies in the square: in whole pixels a value, in its middle, if that fills it."""
        if self.image is None or self.image.isNull():
            return self.rect
        height, width = self.image.height(), self.image.width()
        scale = drawing.whole_scale(self.rect.width(), max(height, width))
        if scale >= 1 and scale * max(height, width) < _FILLED * self.rect.width():
            scale = self.rect.width() / max(height, width)
        size = (width * scale, height * scale)
        left = self.rect.left() + round((self.rect.width() - size[0]) / 2)
        top = self.rect.top() + round((self.rect.height() - size[1]) / 2)
        return QRectF(left, top, *size)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the value at a point."""
        if self.values is None or self.image is None:
            return None
        rect = self.picture_rect
        if not rect.contains(point):
            return None
        height, width = self.values.shape
        row = int((point.y() - rect.top()) / rect.height() * height)
        column = int((point.x() - rect.left()) / rect.width() * width)
        return min(row, height - 1), min(column, width - 1)

    def rect_of(self, top: int, bottom: int, left: int, right: int) -> QRectF:
        """Where rows top … bottom and columns left … right of the picture lie."""
        assert self.image is not None
        rect = self.picture_rect
        down, across = rect.height() / self.image.height(), rect.width() / self.image.width()
        return QRectF(
            rect.left() + left * across,
            rect.top() + top * down,
            (right - left + 1) * across,
            (bottom - top + 1) * down,
        )


def paint(painter: QPainter, tile: Tile, theme: Theme, *, focused: bool) -> None:
    """A tile with all that belongs to it."""
    rect = tile.rect
    ink = drawing.ui(12)
    baseline = rect.top() - 8
    title = ink.elided(tile.title, rect.width() + (-24 if tile.working else tile.room))
    drawing.write(painter, rect.left() - 1, baseline, title, ink, tile.color)
    if tile.working:
        _paint_working(painter, rect, theme)
    if tile.image is None:
        painter.fillRect(rect, theme.stage)
        drawing.frame(painter, rect, theme.border_strong)
        _paint_note(painter, tile, theme)
    else:
        shown = tile.picture_rect
        if shown != rect:
            painter.fillRect(rect, theme.stage)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tile.smooth)
        painter.drawImage(shown, tile.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        if tile.box is not None:
            _paint_box(painter, tile, theme)
        drawing.frame(painter, rect, tile.color if tile.box is None else theme.border_strong)
    if focused:
        drawing.frame(painter, rect.adjusted(-2, -2, 2, 2), theme.accent, 2)
    y = rect.bottom() + 18
    write_rows(painter, tile.rows, rect.left(), rect.right(), y, theme)


def write_rows(painter: QPainter, rows: Sequence[Row], left: float, right: float, y: float, theme: Theme) -> None:
    """Labels and values, a row each; a label gives way where its value needs the room."""
    for label, value in rows:
        ink, figures = drawing.ui(12), drawing.mono(12)
        if figures.width(value) > right - left - ink.width(label) - 6:
            figures = drawing.mono(11)
        if figures.width(value) <= right - left - ink.width(label) - 6:
            drawing.write(painter, left, y, label, ink, theme.text_2)
            drawing.write_right(painter, right, y, value, figures, theme.text_1)
        else:
            drawing.write(painter, left, y, figures.elided(value, right - left), figures, theme.text_1)
        y += 18


def _paint_working(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Three dots at the right of the title: an answer is on its way."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text_3)
    for place in range(3):
        painter.drawEllipse(QPointF(rect.right() - 3 - 6 * place, rect.top() - 12), 1.5, 1.5)
    painter.restore()


def _paint_note(painter: QPainter, tile: Tile, theme: Theme) -> None:
    ink = drawing.ui(11)
    lines = drawing.wrapped(tile.note, ink, tile.rect.width() - 16)
    most = max(1, int((tile.rect.height() - 12) // 15))
    if len(lines) > most:
        lines = [*lines[: most - 1], "\u2026"]
    y = tile.rect.center().y() - 15 * len(lines) / 2 + 11
    for line in lines:
        drawing.write_middle(painter, tile.rect.center().x(), y, line, ink, theme.accent if tile.link else theme.text_3)
        y += 15


def _paint_box(painter: QPainter, tile: Tile, theme: Theme) -> None:
    """The field on the picture: what lies outside recedes."""
    assert tile.box is not None
    shown, inside = tile.picture_rect, tile.rect_of(*tile.box)
    shade = drawing.faded(theme.stage, 0.5)
    painter.fillRect(QRectF(shown.left(), shown.top(), shown.width(), inside.top() - shown.top()), shade)
    painter.fillRect(QRectF(shown.left(), inside.bottom(), shown.width(), shown.bottom() - inside.bottom()), shade)
    painter.fillRect(QRectF(shown.left(), inside.top(), inside.left() - shown.left(), inside.height()), shade)
    painter.fillRect(QRectF(inside.right(), inside.top(), shown.right() - inside.right(), inside.height()), shade)
    drawing.frame(painter, inside.adjusted(1, 1, -1, -1), tile.color, 2)


def value_words(value: float, color: QColor) -> tuple[str, drawing.Ink, QColor]:
    """A value, as the first word of a tooltip."""
    return numbers.text(value), drawing.mono(13), color
