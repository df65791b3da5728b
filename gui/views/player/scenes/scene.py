"""What every stage of the player has: places, painting in layers, what lies under the mouse, the formula of a step.

A Scene draws with a QPainter and knows no widget: the player shows it, labs compose it, exports paint it into a file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.look import REGULAR, Look, Sizes
from gui.views.player.drawing.spans import Spans
from gui.views.player.formula import Formula
from gui.views.player.playback import Moment

Restore: TypeAlias = Callable[[QRectF], None]


@dataclass(frozen=True)
class Names:
    """What the parts of a trace are called. `map` is one plane: "channel" in a lab, "map" in a network.

    `picture` says that the first input is the picture itself (shown in its own greys). `classes` name the entries of
    the output. `fold` is the (channels, height, width) that a flat input had before it was flattened.
    """

    title: str = ""
    inputs: tuple[str, ...] = ("Input",)
    output: str = "Output"
    map: str = "channel"
    picture: bool = False
    classes: tuple[str, ...] = ()
    fold: tuple[int, int, int] | None = None

    @property
    def input(self) -> str:
        return self.inputs[0] if self.inputs else "Input"


@dataclass(frozen=True)
class Segment:
    """A stretch of steps that belong together: one filter, one channel. The label may have subscripts."""

    label: str
    first: int
    count: int


@dataclass(frozen=True)
class Hit:
    """What lies under the mouse. `term` is the number of a term of the current step, `step` the step of an output
    cell, `input_index` a cell of input `source`. `output_index` is that of an output cell which shares its step with
    others. `lines` are for the read-out."""

    part: str
    rect: QRectF
    term: int | None = None
    step: int | None = None
    input_index: tuple[int, ...] | None = None
    source: int = 0
    lines: tuple[Spans, ...] = ()
    output_index: tuple[int, ...] | None = None


class Scene(ABC):
    """One kind of trace on a stage of `width` x `height` logical pixels."""

    def __init__(self, trace: Any, names: Names) -> None:
        self.names = names
        self.width = 0.0
        self.height = 0.0
        self.wanted: Sizes | None = None
        self.sizes: Sizes = REGULAR
        self.version = 0  # counts replacements of the trace: part of every cache key
        self.trace = trace
        self.read()

    @abstractmethod
    def read(self) -> None:
        """Take from `self.trace` what does not depend on places."""

    def replace(self, trace: Any) -> None:
        """Show another trace of the same operation and shapes: newer numbers in the same places."""
        self.trace = trace
        self.version += 1
        self.read()
        if self.wanted is not None:
            self.place()

    def arrange(self, width: float, height: float, sizes: Sizes) -> None:
        """Put everything into its place. `self.sizes` may then be larger than those asked for: paint with these."""
        if (width, height, sizes) != (self.width, self.height, self.wanted):
            self.width, self.height, self.wanted, self.sizes = width, height, sizes, sizes
            self.place()

    @abstractmethod
    def place(self) -> None:
        """Compute all places for the room there is."""

    @property
    def count(self) -> int:
        return len(self.trace)

    def still_key(self, moment: Moment) -> Hashable:
        """Whatever changes the still layers: they are painted anew when this changes."""
        return (self.version, self.width, self.height, self.sizes)

    @abstractmethod
    def paint_ground(self, ink: Ink, look: Look, moment: Moment) -> None:
        """Everything that stays while steps go by, except digits that change colour as the window passes."""

    def paint_digits(self, ink: Ink, look: Look, moment: Moment) -> None:
        """Those digits, at rest. Most stages have none."""
        return

    @abstractmethod
    def paint_step(self, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
        """What changes from step to step. `restore` brings the ground back (without digits) within a rectangle; None
        if the digits at rest were not painted: then they are painted here."""

    def paint_hover(self, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
        """What lights up: the thing under the mouse and what it is joined with; `term` comes from the formula."""
        return

    def hit(self, point: QPointF, moment: Moment) -> Hit | None:
        """What lies under a point."""
        return None

    @abstractmethod
    def formula(self, index: int) -> Formula:
        """The formula of a step."""

    def segments(self) -> tuple[Segment, ...]:
        """The stretches of the scrubber."""
        return (Segment("", 0, self.count),)

    @abstractmethod
    def where(self, index: int) -> str:
        """Where a step is, for the title: "map 8 · row 5, column 6"."""

    def hint(self, index: int) -> str:
        """A line for the status bar."""
        return ""

    def render(self, ink: Ink, look: Look, moment: Moment) -> None:
        """Paint all of it at once, for pictures and exports."""
        self.paint_ground(ink, look, moment)
        ink.flush()
        self.paint_step(ink, look, moment, None)
        ink.flush()
