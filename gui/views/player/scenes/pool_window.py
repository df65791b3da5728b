"""A pooling's input as every stage of a pooling paints it: its tiling, the window, winners and ties, digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from PySide6.QtCore import QRectF

from gui.views.player.drawing import shapes
from gui.views.player.drawing.grid import NumberGrid, put_numbers
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.sheet import Sheet, Style
from gui.views.player.playback import Moment, between, eased

Mark: TypeAlias = tuple[int, int, bool]  # row, column, whether it wins: else it is tied, but later in reading order
Cells: TypeAlias = tuple[int, int, int, int]  # first row and column, how many of each

_MARKS_FROM = 14  # smaller cells bear no marks of the windows that were played


@dataclass(frozen=True, eq=False)
class PoolInput:
    """A map and where it stands; `padded` is its grid with the padding around it."""

    grid: NumberGrid
    padded: NumberGrid
    sheet: Sheet
    style: Style

    @property
    def filled(self) -> bool:
        """Whether cells are coloured by their values."""
        return self.style.coloring(self.grid) is not None

    @property
    def bears_marks(self) -> bool:
        """Whether windows that were played can leave their marks."""
        return self.grid.width >= _MARKS_FROM and not self.filled


def tiling(ink: Ink, look: Look, shown: PoolInput, stride: Sequence[int] | None) -> None:
    """Every stride a stronger line: how the windows tile the input."""
    grid = shown.grid
    if stride is None or shown.filled or grid.width < 12 or max(stride) < 2:
        return
    rows, columns = stride if len(stride) == 2 else (1, stride[0])
    color, pads = look.color("border_strong"), shown.padded.pads
    for column in range(-pads[2] % columns or columns, grid.columns, columns) if columns > 1 else ():
        ink.painter.fillRect(QRectF(grid.left + column * grid.width, grid.top, 1, grid.rect.height()), color)
    for row in range(-pads[0] % rows or rows, grid.rows, rows) if rows > 1 else ():
        ink.painter.fillRect(QRectF(grid.left, grid.top + row * grid.height, grid.rect.width(), 1), color)


def window_rect(grid: NumberGrid, *, start: Cells | None, end: Cells, moment: Moment) -> QRectF:
    """Where the window is now, on its way from `start` (None: it was on another map) to `end`."""
    there = grid.span(*end)
    if moment.done or start is None:
        return there
    share = eased(between(moment.phase, 0.0, 0.45)) if moment.build else eased(moment.phase)
    return shapes.between_rects(grid.span(*start), there, share)


def digits(ink: Ink, look: Look, shown: PoolInput, plane: int, *, skip: QRectF | None) -> None:
    """The digits of the input at rest; `skip` leaves those out whose middle lies in the window."""
    grid, style = shown.grid, shown.style
    face = style.face(grid)
    if face is None:
        return
    values, fill = shown.sheet.values(plane), style.coloring(grid)
    where = None
    if skip is not None and fill is None:
        where = np.array(
            [[not skip.contains(grid.cell(r, c).center()) for c in range(grid.columns)] for r in range(grid.rows)]
        )
    put_numbers(ink, look, grid, values, style.figures, face, fill=fill, where=where)


def window(ink: Ink, look: Look, shown: PoolInput, rect: QRectF) -> None:
    """The window's frame."""
    if shown.filled:
        shapes.frame(ink.painter, rect.adjusted(-2, -2, 2, 2), look.color("stage", 0.8))
        shapes.frame(ink.painter, rect, look.color("kernel"), 2 if shown.grid.width >= 6 else 1)
    else:
        shapes.straddling(ink.painter, rect, look.color("kernel"), 2)


def marks_now(ink: Ink, look: Look, shown: PoolInput, marks: Iterable[Mark]) -> None:
    """The winner of this window on the input, and the ties that lose."""
    grid = shown.grid
    inset = 2 if grid.width >= 16 else 0
    for row, column, wins in marks:
        cell = grid.cell(row, column).adjusted(inset, inset, -inset + 1, -inset + 1)
        if wins:
            if not shown.filled:
                ink.painter.fillRect(cell, look.color("output", 0.18))
            shapes.frame(ink.painter, cell, look.color("output"), 2, outside=False)
        elif grid.width >= 8:
            shapes.dashed(ink.painter, cell, look.color("output"))


def played_marks(ink: Ink, look: Look, shown: PoolInput, marks: Iterable[Mark]) -> None:
    """Windows that were played keep their marks, fainter."""
    color, seen = look.color("output", 0.55), set(marks)
    for row, column, wins in seen:
        cell = shown.grid.cell(row, column).adjusted(2, 2, -1, -1)
        if wins:
            shapes.frame(ink.painter, cell, color, 1, outside=False)
        elif (row, column, True) not in seen:
            shapes.dashed(ink.painter, cell, color)


def window_digits(
    ink: Ink, look: Look, shown: PoolInput, plane: int, *, rect: QRectF, terms: Any, marks: Iterable[Mark], done: bool
) -> None:
    """The digits in the window `rect`: those that are read (`terms`) blue, the winner's green, others faint; cut at
    its edge while it glides (not `done`)."""
    grid, style = shown.grid, shown.style
    face = style.face(grid)
    if face is None:
        return
    values = shown.sheet.values(plane)
    winners = {(row, column) for row, column, wins in marks if wins and done}
    inside = {tuple(place[1:]) for place in terms.positions.tolist()}
    flat = len(shown.sheet.array.shape) <= 2
    for row in range(grid.rows):
        for column in range(grid.columns):
            cell = grid.cell(row, column)
            if not (rect.contains(cell.center()) if done else rect.intersects(cell)):
                continue
            taken = not done or ((column,) if flat else (row, column)) in inside
            role = "output" if (row, column) in winners else "input" if taken else "text_3"
            text = style.figures.text(float(values[row, column]))
            ink.put(text, cell.center().x(), cell.center().y(), face, look.color(role))
    if not done:
        ink.painter.save()
        ink.painter.setClipRect(rect)
        ink.flush()
        ink.painter.restore()


def reached(ink: Ink, look: Look, cell: QRectF) -> None:
    """An output cell that the cell under the mouse reaches."""
    if cell.width() >= 12:
        shapes.dashed(ink.painter, cell.adjusted(2, 2, -1, -1), look.color("input"))
    else:
        shapes.frame(ink.painter, cell, look.color("input"), outside=False)
