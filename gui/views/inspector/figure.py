"""What an inspector's figures share: the scene in which they draw, how pictures are scaled, and the sum's last line."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from engine.messages import Floats, Focus, Graph, Node, Quantity, Sample, Snapshot
from gui.theme import Theme, numbers
from gui.views import drawing
from gui.views.inspector.facts import Fact, Pin

Words = list[tuple[str, drawing.Ink, QColor]]
Legend = tuple[tuple[str, str], ...]  # words with the role that colours them


@dataclass(frozen=True)
class Scene:
    """What a figure draws: a pinned cell of a node, in the `area` between the map and the facts."""

    graph: Graph
    node: Node
    pin: Pin
    theme: Theme
    small: bool
    area: QRectF
    classes: tuple[str, ...] = ()

    @property
    def source(self) -> Node:
        """The node that feeds this one (the first of them)."""
        return self.graph[self.node.inputs[0]]


@dataclass(frozen=True)
class Scales:
    """How pictures of values are scaled: as the stage shows them, where it does, else over their own layer."""

    snapshot: Snapshot | None = None
    known: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def of_maps(self, name: str, values: Floats, index: int = 0) -> tuple[float, bool]:
        """(limit, signed) of a node's maps; `values` are its values, in case the stage doesn't show it."""
        shot = self.snapshot
        if shot is not None and shot.quantity is Quantity.ACTIVATIONS and name in shot.maps:
            maps = shot.maps[name]
            return float(maps.limits[min(index, len(maps.limits) - 1)]), maps.signed
        if name not in self.known:
            self.known[name] = drawing.largest(values), bool((values < 0).any())
        return self.known[name]

    def of_kernels(self, name: str, weights: Floats) -> float:
        """The limit of a node's kernels, which are always signed."""
        shot = self.snapshot
        if shot is not None and name in shot.kernels and shot.kernels[name].signed:
            limits = shot.kernels[name].limits
            if float(limits.min()) == float(limits.max()):
                return float(limits[0])
        return drawing.largest(weights)


class Figure:
    """How one kind of operation is taken apart. `take` gives it numbers, then it paints as often as needed."""

    legend: Legend = ()

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.value = float("nan")
        self.ready = False

    def look_at(self, sample: Sample) -> None:
        """The picture that the network looks at; called before `take`."""

    def take(self, focus: Focus, scales: Scales) -> None:
        """Work out what is shown from the exact numbers of the moment."""
        raise NotImplementedError

    def facts(self) -> list[Fact]:
        """What the numbers of the moment have to tell beside the figure; as many rows each time."""
        return []

    def still_key(self) -> Hashable:
        """What of the numbers the still picture depends on."""
        return None

    def paint_still(self, painter: QPainter) -> None:
        """Paint what stays: labels and frames."""

    def paint_live(self, painter: QPainter) -> None:
        """Paint what follows the numbers."""

    def tip(self, at: QPointF) -> list[Words] | None:
        """The rows of the tooltip at a point of the widget."""
        return None

    def source_at(self, at: QPointF) -> Pin | None:
        """The cell of an earlier layer that is shown at a point of the widget."""
        return None

    def mark(self, painter: QPainter, at: QPointF) -> None:
        """Mark what lies under the cursor."""


def decimals(values: Iterator[float] | list[float]) -> int:
    """As many decimals for all numbers of a sum as suit the largest: they can be added up as they are written."""
    top = max((abs(value) for value in values if abs(value) < float("inf")), default=0.0) or 1.0
    if top >= 1000:
        return 0
    if top >= 100:
        return 1
    return 2 if top >= 0.5 else 3 if top >= 0.05 else 4


def result_ink(small: bool) -> drawing.Ink:
    return drawing.mono(14 if small else 20, 600)


def paint_result(painter: QPainter, scene: Scene, x: float, value: float, digits: int = 2) -> float:
    """The one result, in output green, at the foot of the area; returns where it ends."""
    text = sum_text(value, digits)
    ink = result_ink(scene.small)
    room = scene.area.right() + 20 - x
    if ink.width(text) > room:
        ink = drawing.mono(12, 600)
    return drawing.write(painter, x, scene.area.bottom(), text, ink, scene.theme.output)


def operator(value: float) -> str:
    """The sign of a following term, written as the operator."""
    return numbers.MINUS if value < 0 else "+"


def size_text(value: float, digits: int) -> str:
    """A number without its sign: the operator before it says that."""
    return sum_text(abs(value), digits)


def sum_text(value: float, digits: int) -> str:
    """A number of a sum; a huge one (of a run that diverges) in three figures, so that it fits."""
    return numbers.text(value, digits) if not 1e5 <= abs(value) < float("inf") else f"{value:.1e}".replace("e+", "e")
