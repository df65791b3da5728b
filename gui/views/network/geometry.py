"""Where things lie on the stage: rectangles, grids of tiles, strips of units, rows of classes. Plain numbers, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle in whole pixels of the stage at 100 %."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def center_x(self) -> float:
        return self.x + self.width / 2

    @property
    def center_y(self) -> float:
        return self.y + self.height / 2

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def grown(self, by: int, more_y: int | None = None) -> Rect:
        """Larger by so much on every side."""
        up = by if more_y is None else more_y
        return Rect(self.x - by, self.y - up, self.width + 2 * by, self.height + 2 * up)

    def overlaps(self, other: Rect) -> bool:
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )  # fmt: skip


class Spot(NamedTuple):
    """A rectangle that need not lie on whole pixels: a cell of a map that is drawn smaller than its cells."""

    x: float
    y: float
    width: float
    height: float

    @property
    def center_x(self) -> float:
        return self.x + self.width / 2

    @property
    def center_y(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Grid:
    """Tiles of equal size in rows and columns: the maps of a layer, or kernels.

    Tile i shows map `first + i`; it is `tile_width` x `tile_height` pixels for `cells_x` x `cells_y` values. `total`
    is how many maps there are, `count` how many are shown.
    """

    x: int
    y: int
    columns: int
    count: int
    pitch_x: int
    pitch_y: int
    tile_width: int
    tile_height: int
    cells_x: int
    cells_y: int
    total: int
    first: int = 0

    @property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    @property
    def rect(self) -> Rect:
        return Rect(
            self.x,
            self.y,
            (self.columns - 1) * self.pitch_x + self.tile_width,
            (self.rows - 1) * self.pitch_y + self.tile_height,
        )

    @property
    def shown(self) -> range:
        """The maps that are shown."""
        return range(self.first, self.first + self.count)

    def tile(self, index: int) -> Rect | None:
        """Where map `index` is; None if it is not shown."""
        place = index - self.first
        if not 0 <= place < self.count:
            return None
        row, column = divmod(place, self.columns)
        return Rect(
            self.x + column * self.pitch_x, self.y + row * self.pitch_y, self.tile_width, self.tile_height
        )  # fmt: skip

    def row_center(self, index: int) -> float | None:
        """The height of the middle of map `index`'s tile; None if it is not shown."""
        tile = self.tile(index)
        return None if tile is None else tile.center_y

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """The (map, row, column) of the value at a point; None between tiles."""
        column, row = int((x - self.x) // self.pitch_x), int((y - self.y) // self.pitch_y)
        place = row * self.columns + column
        if not (0 <= column < self.columns and row >= 0 and place < self.count):
            return None
        inside_x, inside_y = x - self.x - column * self.pitch_x, y - self.y - row * self.pitch_y
        if inside_x >= self.tile_width or inside_y >= self.tile_height:
            return None
        return (
            self.first + place,
            int(inside_y * self.cells_y / self.tile_height),
            int(inside_x * self.cells_x / self.tile_width),
        )

    def cells(self, index: int, rows: tuple[int, int], columns: tuple[int, int]) -> Spot | None:
        """Where the cells of these rows and columns (first and last included) of map `index` are."""
        tile = self.tile(index)
        if tile is None:
            return None
        across, down = self.tile_width / self.cells_x, self.tile_height / self.cells_y
        return Spot(
            tile.x + columns[0] * across,
            tile.y + rows[0] * down,
            (columns[1] - columns[0] + 1) * across,
            (rows[1] - rows[0] + 1) * down,
        )


@dataclass(frozen=True)
class Strip:
    """The units of a dense layer, top down; more than fit go on in a further column.

    `units` are shown of `total`; each is `cell_width` x `cell_height` pixels.
    """

    x: int
    y: int
    units: int
    rows: int
    cell_width: int
    cell_height: int
    total: int

    @property
    def columns(self) -> int:
        return -(-self.units // self.rows)

    @property
    def rect(self) -> Rect:
        return Rect(self.x, self.y, self.columns * self.cell_width, self.rows * self.cell_height)

    def unit(self, index: int) -> Rect | None:
        """Where a unit is; None if it is not shown."""
        if not 0 <= index < self.units:
            return None
        column, row = divmod(index, self.rows)
        return Rect(
            self.x + column * self.cell_width, self.y + row * self.cell_height, self.cell_width, self.cell_height
        )  # fmt: skip

    def at(self, x: float, y: float) -> int | None:
        """The unit at a point."""
        if not self.rect.contains(x, y):
            return None
        index = int((x - self.x) // self.cell_width) * self.rows + int((y - self.y) // self.cell_height)
        return index if index < self.units else None


@dataclass(frozen=True)
class Classes:
    """The rows of the output: name, probability bar, logit.

    `count` rows are shown of `total` classes: with fewer rows than classes these are the most probable ones.
    `name_right` is where class names end, `logit_right` where logits do.
    """

    rect: Rect
    count: int
    total: int
    pitch: int
    name_right: int
    bar_x: int
    bar_width: int
    bar_height: int
    logit_right: int
    caption_y: int
    verdict: Rect

    @property
    def all_shown(self) -> bool:
        return self.count == self.total

    def middle(self, row: int) -> float:
        """The height of the middle of a row."""
        return self.rect.y + (row + 0.5) * self.pitch

    def bar(self, row: int) -> Rect:
        """The empty bar of a row."""
        return Rect(
            self.bar_x, round(self.middle(row) - self.bar_height / 2), self.bar_width, self.bar_height
        )  # fmt: skip

    def at(self, x: float, y: float) -> int | None:
        """The row at a point."""
        return int((y - self.rect.y) // self.pitch) if self.rect.contains(x, y) else None
