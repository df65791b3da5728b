"""What lies under a point of the stage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gui.views.network.places import Layout, Place
from gui.views.network.still import shared


class What(StrEnum):
    """The kinds of things that can be pointed at."""

    CELL = "cell"  # of a map, or of the input
    UNIT = "unit"  # of a dense layer
    CLASS = "class"  # a row of the output
    KERNEL = "kernel"  # one weight of a kernel
    HEADING = "heading"
    PAGE = "page"  # which maps of a layer are shown
    WORD = "word"  # an operation on an arrow
    SCALE = "scale"


@dataclass(frozen=True)
class Hit:
    """A thing on the stage.

    `node` is the node it belongs to (for a heading or a kernel the layer, for a word the operation), `place` the index
    of its column. `map`, `row`, `column` say which cell; of a unit or class `map` is its index; of a kernel `map` is
    the output map and `channel` the input channel. -1 where it does not apply.
    """

    what: What
    node: str
    place: int
    map: int = -1
    row: int = -1
    column: int = -1
    channel: int = -1

    @property
    def cell(self) -> tuple[int, int]:
        return self.row, self.column


def hit_at(layout: Layout, x: float, y: float, *, current: dict[str, int], order: tuple[int, ...]) -> Hit | None:
    """What is at a point of the stage at 100 %, or None.

    `current` is the map whose kernels are shown, by node; `order` the classes in the rows of the output.
    """
    for index, place in enumerate(layout.places):
        found = _in_place(place, index, x, y, current, order)
        if found is not None:
            return found
    for index, place in enumerate(layout.places):
        if place.heading.rect.grown(6, 2).contains(x, y):
            if place.grid is not None and place.heading.note and y >= place.heading.top + 33:
                return Hit(What.PAGE, place.column.node, index)
            return Hit(What.HEADING, place.column.layer, index)
    for arrow in layout.arrows:
        for word, rect in arrow.places:
            if rect.grown(2, 1).contains(x, y):
                at = next(i for i, place in enumerate(layout.places) if word.node in place.column.nodes)
                return Hit(What.WORD, word.node, at)
    return None


def _in_place(
    place: Place, index: int, x: float, y: float, current: dict[str, int], order: tuple[int, ...]
) -> Hit | None:
    column = place.column
    if place.grid is not None and (cell := place.grid.at(x, y)) is not None:
        return Hit(What.CELL, column.node, index, *cell)
    if place.strip is not None and (unit := place.strip.at(x, y)) is not None:
        return Hit(What.UNIT, column.node, index, unit)
    if place.classes is not None and (row := place.classes.at(x, y)) is not None and row < len(order):
        return Hit(What.CLASS, column.node, index, order[row])
    if place.kernels is not None and column.kernels is not None:
        weight = place.kernels.at(x, y)
        if weight is not None:
            if shared(place):
                own = current.get(column.node, 0)
                return Hit(What.KERNEL, column.layer, index, own, weight[1], weight[2], weight[0])
            inputs = column.kernels.inputs
            return Hit(What.KERNEL, column.layer, index, weight[0] // inputs, weight[1], weight[2], weight[0] % inputs)
    for bar in (place.bar, place.kernel_bar):
        if bar is not None and bar.grown(2, 6).contains(x, y):
            return Hit(What.SCALE, column.node if bar is place.bar else column.layer, index,
                       channel=-1 if bar is place.bar else 0)  # fmt: skip
    return None


def index_of(hit: Hit, axes: int) -> tuple[int, ...]:
    """The index of a hit cell in its node's output of so many axes: (map, row, column), (map, column) or (unit,)."""
    return {1: (hit.map,), 2: (hit.map, hit.column)}.get(axes, (hit.map, hit.row, hit.column))
