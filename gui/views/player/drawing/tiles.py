"""All entries of a long vector in one picture: laid out as the maps that it was flattened from, or wrapped."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing.fills import Fill, paint_picture
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.shapes import frame
from gui.views.player.drawing.sheet import wrap

_GAP = 3  # between tiles, in pixels


@dataclass(frozen=True)
class Shape:
    """`count` entries in tiles of (rows, columns), `across` tiles side by side."""

    count: int
    tiles: int
    rows: int
    columns: int
    across: int

    @staticmethod
    def of(count: int, fold: tuple[int, int, int] | None) -> Shape:
        """Tiles for the maps of `fold` = (channels, height, width); one tile near a square without it."""
        if fold is not None and fold[0] * fold[1] * fold[2] == count and fold[1] * fold[2] > 1:
            tiles = fold[0]
            across = next((n for n in range(ceil(tiles**0.5), tiles + 1) if tiles % n == 0), tiles)
            if across > 2 * ceil(tiles**0.5):
                across = ceil(tiles**0.5)
            return Shape(count, tiles, fold[1], fold[2], across)
        columns = wrap(count)
        return Shape(count, 1, ceil(count / columns), columns, 1)

    @property
    def down(self) -> int:
        return ceil(self.tiles / self.across)

    def size(self, cell: float) -> tuple[float, float]:
        """Width and height in pixels."""
        width = self.across * self.columns * cell + (self.across - 1) * _GAP
        return round(width), round(self.down * self.rows * cell) + (self.down - 1) * _GAP

    def largest(self, width: float, height: float) -> float:
        """The largest cell of whole pixels that fits; a part of one for what is larger than the room."""
        across = (width - (self.across - 1) * _GAP) / (self.across * self.columns)
        along = (height - (self.down - 1) * _GAP) / (self.down * self.rows)
        cell = min(across, along)
        return float(int(cell)) if cell >= 1 else max(cell, 0.02)


@dataclass(frozen=True)
class Tiles:
    """A shape at a place."""

    shape: Shape
    left: float
    top: float
    cell: float

    @property
    def rect(self) -> QRectF:
        return QRectF(self.left, self.top, *self.shape.size(self.cell))

    def tile(self, number: int) -> QRectF:
        row, column = divmod(number, self.shape.across)
        width, height = self.shape.columns * self.cell, self.shape.rows * self.cell
        return QRectF(self.left + column * (width + _GAP), self.top + row * (height + _GAP), width, height)

    def entry(self, number: int) -> QRectF:
        """The cell of an entry."""
        tile, rest = divmod(number, self.shape.rows * self.shape.columns)
        row, column = divmod(rest, self.shape.columns)
        rect = self.tile(tile)
        return QRectF(rect.left() + column * self.cell, rect.top() + row * self.cell, self.cell, self.cell)

    def at(self, point: QPointF) -> int | None:
        """The entry under a point."""
        for tile in range(self.shape.tiles):
            rect = self.tile(tile)
            if rect.contains(point):
                row, column = int((point.y() - rect.top()) // self.cell), int((point.x() - rect.left()) // self.cell)
                number = (tile * self.shape.rows + min(row, self.shape.rows - 1)) * self.shape.columns
                number += min(column, self.shape.columns - 1)
                return number if number < self.shape.count else None
        return None


def paint_tiles(ink: Ink, look: Look, tiles: Tiles, values: NDArray[np.floating], fill: Fill, role: str) -> None:
    """All entries in the colours of their values, in a frame."""
    shape = tiles.shape
    size = shape.rows * shape.columns
    flat = np.zeros(shape.tiles * size)
    flat[: shape.count] = values.ravel()
    for tile in range(shape.tiles):
        part = flat[tile * size : (tile + 1) * size].reshape(shape.rows, shape.columns)
        paint_picture(ink.painter, tiles.tile(tile), fill.picture(part, look.theme))
    missing = shape.tiles * size - shape.count
    if missing:
        last = tiles.entry(shape.count - 1)
        ink.painter.fillRect(
            QRectF(last.right(), last.top(), tiles.rect.right() - last.right(), last.height()), look.color("stage")
        )
    frame(ink.painter, tiles.rect, look.color(role), 1)
