"""An array of any shape as planes of cells: maps as they are, vectors wrapped into rows. And one plane on the stage."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.views.drawing import put_pixels
from gui.views.player.drawing.figures import Figures, product
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK, Family, Fill, paint_picture
from gui.views.player.drawing.grid import NumberGrid, face_for, paint_lines
from gui.views.player.drawing.lettering import Face, Ink
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.shapes import frame, straddling

_COLUMN = 12  # vectors up to this long stand in one column


class Sheet:
    """Cells of an array in planes of (rows, columns).

    (channels, height, width) has a plane a channel, (channels, length) planes of one row; a vector is wrapped, or, with
    `fold` = (channels, height, width), laid out as the maps that it was flattened from.
    """

    def __init__(self, array: NDArray[Any], fold: tuple[int, int, int] | None = None, columns: int = 0) -> None:
        self.array = np.asarray(array)
        shape = self.array.shape
        self.fold = fold if fold is not None and len(shape) == 1 and prod(fold) == shape[0] else None
        if self.fold is not None:
            planes, self.rows, self.columns = self.fold
        elif len(shape) <= 1:
            count = self.array.size
            self.columns = columns or wrap(count)
            planes, self.rows = 1, ceil(count / self.columns)
        elif len(shape) == 2:
            planes, self.rows, self.columns = shape[0], 1, shape[1]
        else:
            planes, self.rows, self.columns = prod(shape[:-2]), shape[-2], shape[-1]
        self.planes = planes
        self.wrapped = len(shape) <= 1 and self.fold is None

    def cell(self, index: tuple[int, ...]) -> tuple[int, int, int]:
        """(plane, row, column) of an index into the array."""
        flat = int(np.ravel_multi_index(index, self.array.shape)) if index else 0
        plane, rest = divmod(flat, self.rows * self.columns)
        return (plane, *divmod(rest, self.columns))

    def index(self, plane: int, row: int, column: int) -> tuple[int, ...] | None:
        """The index of a cell; None behind the end of a wrapped vector."""
        flat = (plane * self.rows + row) * self.columns + column
        if flat >= self.array.size:
            return None
        return tuple(int(entry) for entry in np.unravel_index(flat, self.array.shape))

    def filled_cells(self) -> int:
        """How many cells of a plane are there."""
        return self.array.size if self.wrapped else self.rows * self.columns

    def values(self, plane: int) -> NDArray[np.floating]:
        """A plane, (rows, columns); cells behind the end are 0."""
        size = self.rows * self.columns
        flat = self.array.reshape(-1)[plane * size : (plane + 1) * size].astype(np.float64)
        if flat.size < size:
            flat = np.concatenate([flat, np.zeros(size - flat.size)])
        return flat.reshape(self.rows, self.columns)

    @property
    def shape_text(self) -> str:
        """The array's shape as people write it: 28×28×6."""
        shape = self.array.shape
        return product((*shape[1:], shape[0])) if len(shape) > 1 else str(self.array.size)


def wrap(count: int) -> int:
    """In how many columns a vector of `count` entries is laid out: one, or near a square, evenly if it can be."""
    if count <= _COLUMN:
        return 1
    side = max(1, round(sqrt(count)))
    for columns in range(side, min(side + 8, count) + 1):
        if count % columns == 0:
            return columns
    return side


@dataclass(frozen=True)
class Style:
    """How an array's numbers are written and coloured. `plain`: by digits alone, where they fit."""

    figures: Figures
    fill: Fill
    plain: bool
    longest: int

    @staticmethod
    def of(array: NDArray[Any], family: Family = "activation", *, plain: bool | None = None) -> Style:
        figures = Figures.of(array)
        return Style(figures, Fill.of(array, family), figures.plain if plain is None else plain, figures.longest(array))

    def face(self, grid: NumberGrid) -> Face | None:
        """The face of a grid's digits; None where they don't fit."""
        return face_for(grid, self.longest, share=0.46)

    def coloring(self, grid: NumberGrid) -> Fill | None:
        """The colours of a grid's cells; None for plain numbers that can be read."""
        return None if self.plain and self.face(grid) is not None else self.fill


def paint_plane(
    ink: Ink,
    look: Look,
    grid: NumberGrid,
    sheet: Sheet,
    plane: int,
    style: Style,
    role: str,
    *,
    done: int | None = None,
    alpha: float = 1.0,
    width: float = 1,
    digits: bool = True,
    digit_role: str = "text_1",
    ghost: float = 0.18,
) -> None:
    """A plane with its frame. With `done`, only that many cells in reading order are there: an output so far."""
    painter, values = ink.painter, sheet.values(plane)
    fill, face = style.coloring(grid), style.face(grid)
    there = sheet.filled_cells()
    painter.setOpacity(alpha)
    painter.fillRect(grid.rect, look.color("panel"))
    shown = there if done is None else min(done, there)
    if fill is not None:
        picture = fill.picture(values, look.theme)
        if done is not None and ghost:
            painter.setOpacity(alpha * ghost)
            _paint_cells(ink, grid, there, picture)
            painter.setOpacity(alpha)
        _paint_cells(ink, grid, shown, picture)
    else:
        if done is not None:
            for part in parts(grid, shown):
                painter.fillRect(part, look.color("track"))
        paint_lines(ink, look, grid)
    painter.setOpacity(1.0)
    if there < grid.rows * grid.columns:
        _, rest = divmod(there, grid.columns)
        painter.fillRect(grid.span(grid.rows - 1, rest, 1, grid.columns - rest), look.color("stage"))
    if digits and face is not None:
        dark = fill.dark_ink(values, look.theme) if fill is not None else None
        put_cells(ink, look, grid, values, style, face, shown, dark, digit_role, alpha)
    frame(painter, grid.rect, look.color(role, alpha), width)


def put_cells(
    ink: Ink,
    look: Look,
    grid: NumberGrid,
    values: NDArray[np.floating],
    style: Style,
    face: Face,
    count: int,
    dark: NDArray[np.bool_] | None,
    role: str,
    alpha: float,
) -> None:
    """The digits of the first `count` cells."""
    plain, zero = look.color(role, alpha), look.color("text_3", alpha)
    x0, y0 = grid.left + grid.width / 2, grid.top + grid.height / 2
    for number, value in enumerate(values.ravel()[:count].tolist()):
        row, column = divmod(number, grid.columns)
        if dark is not None:
            color = DARK_INK if dark[row, column] else LIGHT_INK
        else:
            color = zero if value == 0 and role != "output" else plain
        ink.put(style.figures.text(value), x0 + column * grid.width, y0 + row * grid.height, face, color)


def parts(grid: NumberGrid, count: int) -> list[QRectF]:
    """The rectangles of the first `count` cells in reading order."""
    full, rest = divmod(count, grid.columns)
    found = [grid.span(0, 0, full, grid.columns)] if full else []
    if rest:
        found.append(grid.span(full, 0, 1, rest))
    return found


def _paint_cells(ink: Ink, grid: NumberGrid, count: int, picture: Any) -> None:
    if count >= grid.rows * grid.columns:
        paint_picture(ink.painter, grid.rect, picture)
        return
    for part in parts(grid, count):
        source = QRectF(
            0, (part.top() - grid.top) / grid.height, part.width() / grid.width, part.height() / grid.height
        )
        put_pixels(ink.painter, part, picture, source)


def mark_cell(ink: Ink, look: Look, grid: NumberGrid, row: int, column: int, role: str, *, filled: bool) -> None:
    """The cell of the current step: 2 px in the colour of its role, tinted where cells are not filled."""
    cell = grid.cell(row, column)
    if not filled:
        ink.painter.fillRect(cell, look.color(role, 0.18))
        frame(ink.painter, cell, look.color(role), 2, outside=False)
    else:
        frame(ink.painter, cell.adjusted(-2, -2, 2, 2), look.color("stage", 0.8))
        frame(ink.painter, cell, look.color(role), 2)


def outline(ink: Ink, look: Look, rect: QRectF, role: str = "text_1", width: float = 1.5) -> None:
    """The frame of what is under the mouse, or joined with it."""
    if min(rect.width(), rect.height()) >= 6:
        straddling(ink.painter, rect, look.color(role), width)
    else:
        frame(ink.painter, rect, look.color(role))


def whole_cell(room: float, most: int) -> float:
    """The largest useful cell of whole pixels that fits; for maps larger than the room a part of one."""
    for cell in (48, 44, 40, 38, 36, 32, 28, 24, 22, 20, 18, 16, 15, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1):
        if cell <= min(room, most):
            return cell
    return max(room, 0.02)


def under(grid: NumberGrid, sheet: Sheet, plane: int, point: QPointF) -> tuple[int, int, tuple[int, ...]] | None:
    """(row, column, index) of the cell of a plane under a point."""
    cell = grid.at(point)
    if cell is None:
        return None
    index = sheet.index(plane, *cell)
    return None if index is None else (*cell, index)
