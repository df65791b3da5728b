"""The parts of a laid out figure: boxes, brackets, headings, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from gui.views.volumes.figure import Volume
from gui.views.volumes.scale import Laws

SLANT_X, SLANT_Y = 0.46, 0.30  # how the width of a box goes up and to the left
DISC = 9.0  # the radius of an addition's disc


@dataclass(frozen=True)
class Box:
    """A volume in pixels of the figure: `x`, `y` is the lower left corner of its front, nearest to who looks."""

    volume: Volume
    x: float
    y: float
    depth: float
    height: float
    width: float
    row: int = 0
    room: float = 80.0  # for its caption

    @property
    def slant(self) -> tuple[float, float]:
        """From the front to the back."""
        return (-SLANT_X * self.width, -SLANT_Y * self.width)

    @property
    def left(self) -> float:
        return self.x + self.slant[0]

    @property
    def right(self) -> float:
        return self.x + self.depth

    @property
    def top(self) -> float:
        return self.y - self.height + self.slant[1]

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of all that is seen of it."""
        return ((self.left + self.right) / 2, (self.top + self.y) / 2)

    def face(self, across: float, down: float) -> tuple[float, float]:
        """A place on the left face, where 0, 0 is its upper corner at the back and 1, 1 the lower one in front."""
        dx, dy = self.slant
        return (self.x + dx * (1 - across), self.y - self.height * (1 - down) + dy * (1 - across))


@dataclass(frozen=True)
class Bracket:
    """From `left` to `right` under a row: what stands there is there `times` times."""

    left: float
    right: float
    y: float
    times: int


@dataclass(frozen=True)
class Heading:
    """The name of the module that boxes from `left` to `right` are in, over them."""

    left: float
    right: float
    y: float
    text: str


@dataclass(frozen=True)
class Layout:
    """All boxes by the index of their volume, in a figure of `width` x `height`."""

    boxes: tuple[Box, ...]
    brackets: tuple[Bracket, ...]
    headings: tuple[Heading, ...]
    laws: Laws
    width: float
    height: float
    tops: tuple[float, ...]  # of each row: where a line can pass between it and the row before
    one_unit: bool
