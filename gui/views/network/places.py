"""A layout: the place of every map, kernel, unit, class, word and arrow of the stage. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from gui.views.network.columns import Column, Word
from gui.views.network.geometry import Classes, Grid, Rect, Strip

NOTE_HEIGHT = 14


@dataclass(frozen=True)
class Heading:
    """A column's name and shape, centred on `center`; `note` says which maps are shown where some are hidden."""

    center: float
    top: int
    width: int
    title: str
    shape: str
    note: str = ""

    @property
    def rect(self) -> Rect:
        """What belongs to the heading."""
        height = 32 + (NOTE_HEIGHT if self.note else 0)
        return Rect(round(self.center - self.width / 2), self.top, self.width, height)


@dataclass(frozen=True)
class Arrow:
    """The arrow from a column to the next with the operations over and under it, centred on `center`.

    Words are left out or cut (`room` is what they have) where there is too little room.
    """

    x: int
    end: int
    y: int
    above: tuple[Word, ...]
    below: tuple[Word, ...]
    note: str
    places: tuple[tuple[Word, Rect], ...]

    @property
    def center(self) -> float:
        return (self.x + self.end) / 2

    @property
    def room(self) -> int:
        return self.end - self.x


@dataclass(frozen=True)
class Place:
    """A column with the places of all that belongs to it. `bar` is its scale bar, `kernel_bar` that of its kernels."""

    column: Column
    x: int
    width: int
    heading: Heading
    grid: Grid | None = None
    strip: Strip | None = None
    classes: Classes | None = None
    kernels: Grid | None = None
    bar: Rect | None = None
    kernel_bar: Rect | None = None

    @property
    def rect(self) -> Rect:
        """What the values of the column take."""
        part = self.grid or self.strip or self.classes
        assert part is not None
        return part.rect


@dataclass(frozen=True)
class Samples:
    """Where the controls of the input are: the switch above it, caption and thumbnails below it."""

    switch: Rect
    caption: Rect
    thumbs: Rect
    thumb: int
    columns: int
    rows: int

    @property
    def rect(self) -> Rect:
        """Caption and thumbnails together."""
        return Rect(self.caption.x, self.caption.y, self.caption.width, self.thumbs.bottom - self.caption.y)


@dataclass(frozen=True)
class Layout:
    """Where everything is at 100 %. `width` and `height` are the stage's, or more where the network needs it."""

    width: int
    height: int
    density: str
    axis: int
    maps_top: int
    maps_bottom: int
    places: tuple[Place, ...]
    arrows: tuple[Arrow, ...]
    samples: Samples

    @property
    def input(self) -> Rect:
        """The input picture."""
        return self.places[0].rect

    def place(self, node: str) -> Place | None:
        """The column that shows a node's values, or bears its name, or None."""
        for each in self.places:
            if node in (each.column.node, each.column.layer):
                return each
        return None
