"""The number grid: cells in rows and columns at whole pixels, their lines, padding, fillings, digits and states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from gui.views.drawing import put_pixels
from gui.views.player.drawing.figures import Figures
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK, Fill, paint_picture
from gui.views.player.drawing.lettering import Face, Ink, mono
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.shapes import dashed_line, frame

Pads: TypeAlias = tuple[int, int, int, int]
NO_PADS: Pads = (0, 0, 0, 0)
LEAST_PX = 9  # smaller digits are not drawn: the cell's colour speaks alone
_ADVANCE = 0.6  # of a fixed-width digit, in font sizes


def digits_px(width: float, height: float, characters: int, *, share: float = 0.44, most: int = 99) -> int:
    """The font size of numbers of so many characters in a cell; 0 where they would be smaller than 9 px."""
    fits = (width - (4 if width < 30 else 8)) / (max(characters, 1) * _ADVANCE)
    px = int(min(fits, share * max(height, min(width, height)), height - 3, most))
    if px < LEAST_PX and fits >= LEAST_PX and height >= 13:
        px = LEAST_PX
    return px if px >= LEAST_PX else 0


@dataclass(frozen=True)
class NumberGrid:
    """Where the cells are. Coordinates and sizes are whole pixels, but for maps larger than the stage.

    `pads` are the rows and columns of padding within: above, below, left, right.
    """

    left: float
    top: float
    rows: int
    columns: int
    width: float
    height: float
    pads: Pads = NO_PADS

    @property
    def rect(self) -> QRectF:
        return QRectF(self.left, self.top, self.columns * self.width, self.rows * self.height)

    @property
    def inner(self) -> QRectF:
        """The part that is not padding."""
        above, below, left, right = self.pads
        return self.span(above, left, self.rows - above - below, self.columns - left - right)

    def cell(self, row: int, column: int) -> QRectF:
        return QRectF(self.left + column * self.width, self.top + row * self.height, self.width, self.height)

    def span(self, row: float, column: float, rows: int, columns: int) -> QRectF:
        """The rectangle of several cells; the first may lie between two while a window glides."""
        return QRectF(
            self.left + column * self.width, self.top + row * self.height, columns * self.width, rows * self.height
        )

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """The (row, column) under a point."""
        if not self.rect.contains(point):
            return None
        row, column = int((point.y() - self.top) // self.height), int((point.x() - self.left) // self.width)
        return (row, column) if row < self.rows and column < self.columns else None

    def is_padding(self, row: int, column: int) -> bool:
        above, below, left, right = self.pads
        return row < above or row >= self.rows - below or column < left or column >= self.columns - right


def paint_ground(ink: Ink, look: Look, grid: NumberGrid, picture: QImage | None = None, *, lines: bool = True) -> None:
    """The cells themselves: filled with the picture of their values, or panel with 1 px lines; padding is dashed."""
    painter, inner = ink.painter, grid.inner
    if picture is not None:
        paint_picture(painter, inner, picture)
    else:
        painter.fillRect(inner, look.color("panel"))
    above, below, left, right = grid.pads
    dense = grid.width < 8 or grid.height < 8
    if lines and picture is None and not dense:
        color = look.color("border")
        for column in range(left + 1, grid.columns - right):
            painter.fillRect(QRectF(grid.left + column * grid.width, inner.top(), 1, inner.height()), color)
        for row in range(above + 1, grid.rows - below):
            painter.fillRect(QRectF(inner.left(), grid.top + row * grid.height, inner.width(), 1), color)
    if any(grid.pads):
        paint_padding(ink, look, grid)


def paint_padding(ink: Ink, look: Look, grid: NumberGrid) -> None:
    """Padding has no filling: dashed lines, 3-3, around each cell; around all of it where the cells are small."""
    rect, inner = grid.rect, grid.inner
    color = look.color("padding", 0.75)
    above, below, left, right = grid.pads
    every = grid.width >= 20 and grid.height >= 20

    def lines(count: int, before: int, after: int, start: int, end: int, upright: bool) -> None:
        """Lines between cells and at both edges, left out where they would run along or through the input."""
        first, last = (rect.top(), rect.bottom()) if upright else (rect.left(), rect.right())
        low, high = (inner.top(), inner.bottom()) if upright else (inner.left(), inner.right())
        size = grid.width if upright else grid.height
        origin = grid.left if upright else grid.top
        for number in range(count + 1):
            edge = number in (0, count)
            if not edge and not every:
                continue
            at = origin + number * size - (1 if number == count else 0)
            outside = number < before or number > count - after
            parts = [(first, last)] if outside else [(first, low - 1), (high + 1, last)]
            if not outside and not (start or end):
                continue
            for a, b in parts:
                if b - a > 2:
                    ends = (QPointF(at, a), QPointF(at, b)) if upright else (QPointF(a, at), QPointF(b, at))
                    dashed_line(ink.painter, *ends, color)

    lines(grid.columns, left, right, above, below, True)
    lines(grid.rows, above, below, left, right, False)


def put_numbers(
    ink: Ink,
    look: Look,
    grid: NumberGrid,
    values: NDArray[np.floating],
    figures: Figures,
    face: Face,
    *,
    role: str = "text_1",
    alpha: float = 1.0,
    fill: Fill | None = None,
    where: NDArray[np.bool_] | None = None,
) -> None:
    """The digits of a grid (rows, columns): zeros in text 3, on filled cells in the ink that can be read there."""
    plain, zero = look.color(role, alpha), look.color("text_3", alpha)
    dim = look.color("text_3", 0.75 * alpha)
    dark = fill.dark_ink(values, look.theme) if fill is not None else None
    x0, y0 = grid.left + grid.width / 2, grid.top + grid.height / 2
    rows, columns = values.shape
    numbers = values.tolist()
    padded = any(grid.pads)
    for row in range(rows):
        y = y0 + row * grid.height
        for column in range(columns):
            if where is not None and not where[row, column]:
                continue
            value = numbers[row][column]
            color: QColor
            if padded and grid.is_padding(row, column):
                color = dim
            elif dark is not None:
                color = DARK_INK if dark[row, column] else LIGHT_INK
            else:
                color = zero if value == 0 else plain
            ink.put(figures.text(value), x0 + column * grid.width, y, face, color)


def face_for(grid: NumberGrid, characters: int, *, share: float = 0.44, weight: int = 400) -> Face | None:
    """The face of a grid's digits; None where they don't fit."""
    px = digits_px(grid.width, grid.height, characters, share=share)
    return mono(px, weight) if px else None


def paint_frame(ink: Ink, look: Look, grid: NumberGrid, role: str, width: float = 1, alpha: float = 1.0) -> None:
    """The frame of the part that is not padding."""
    frame(ink.painter, grid.inner, look.color(role, alpha), width)


def paint_done(
    ink: Ink, look: Look, grid: NumberGrid, count: int, picture: QImage | None = None, *, ghost: float = 0.0
) -> None:
    """The first `count` cells in reading order are done: filled with `track`, or with their part of a picture.

    `ghost` shows the later cells of a picture faintly; without a picture they are hollow.
    """
    painter = ink.painter
    painter.fillRect(grid.rect, look.color("panel"))
    full, rest = divmod(count, grid.columns)
    parts = [grid.span(0, 0, full, grid.columns)] if full else []
    if rest:
        parts.append(grid.span(full, 0, 1, rest))
    if picture is None:
        for part in parts:
            painter.fillRect(part, look.color("track"))
        return
    if ghost:
        painter.setOpacity(ghost)
        paint_picture(painter, grid.rect, picture)
        painter.setOpacity(1.0)
    for part in parts:
        source = QRectF(
            0,
            (part.top() - grid.top) / grid.height,
            part.width() / grid.width,
            part.height() / grid.height,
        )
        put_pixels(painter, part, picture, source)


def paint_lines(ink: Ink, look: Look, grid: NumberGrid, role: str = "border", alpha: float = 1.0) -> None:
    """The 1 px lines between cells (not the outer edge), where cells are large enough to bear them."""
    if grid.width < 8 or grid.height < 8:
        return
    color, rect = look.color(role, alpha), grid.rect
    for column in range(1, grid.columns):
        ink.painter.fillRect(QRectF(grid.left + column * grid.width, rect.top(), 1, rect.height()), color)
    for row in range(1, grid.rows):
        ink.painter.fillRect(QRectF(rect.left(), grid.top + row * grid.height, rect.width(), 1), color)


def extent(values: Sequence[int]) -> int:
    """The product of sizes."""
    result = 1
    for value in values:
        result *= value
    return result
