"""What a cell is made from, and what it goes on to: what lights up when it is pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.messages import Graph
from gui.views.network.columns import Kind
from gui.views.network.hits import Hit, What
from gui.views.network.places import Layout, Place
from gui.views.network.receptive import Region, reached, regions, sources

Cells = tuple[tuple[int, int], tuple[int, int]]  # rows and columns, first and last included


@dataclass(frozen=True)
class Link:
    """A column that takes part: which of its maps, and which of their cells (None: all)."""

    place: int
    maps: frozenset[int]
    cells: Cells | None


@dataclass(frozen=True)
class Chain:
    """A hit with the columns behind and before it.

    `behind` are the columns that it is made from, the nearest first; `ahead` is the next column where it goes on to
    cells of its own there (a pool after its convolution, the next maps after the input).
    """

    hit: Hit
    behind: tuple[Link, ...] = ()
    ahead: Link | None = None
    kernels: Mapping[str, int] = field(default_factory=dict)  # whose kernels light up: column's node to map

    @property
    def input_link(self) -> Link | None:
        """The input picture, where cells of it take part."""
        last = self.behind[-1] if self.behind else None
        return last if last is not None and last.place == 0 and last.cells is not None else None

    @property
    def near(self) -> Link | None:
        return self.behind[0] if self.behind else None


def chain_of(graph: Graph, layout: Layout, hit: Hit) -> Chain:
    """The chain of a hit. Of units and classes it is empty: their contributions are lines."""
    if hit.what is What.KERNEL:
        return _of_kernel(graph, layout, hit)
    if hit.what is not What.CELL:
        return Chain(hit)
    place = layout.places[hit.place]
    position = _position(graph, hit)
    seen = regions(graph, hit.node, position)
    channels = sources(graph, hit.node, hit.map)
    behind = []
    kernels = {}
    if place.column.kernels is not None:
        kernels[place.column.node] = hit.map
    for index in range(hit.place - 1, -1, -1):
        earlier = layout.places[index]
        node = earlier.column.node
        if node not in seen or earlier.grid is None:
            continue
        maps = channels.get(node, frozenset())
        if earlier.column.kind is Kind.INPUT:
            maps = frozenset({0})
        behind.append(Link(index, maps, cells_of(seen[node])))
        if len(maps) == 1 and earlier.column.kernels is not None:
            kernels[node] = next(iter(maps))
    return Chain(hit, tuple(behind), _ahead(graph, layout, hit, position), kernels)


def _position(graph: Graph, hit: Hit) -> tuple[int, ...]:
    axes = len(graph[hit.node].output_shape) - 1
    return {0: (), 1: (hit.column,)}.get(axes, (hit.row, hit.column))


def _ahead(graph: Graph, layout: Layout, hit: Hit, position: tuple[int, ...]) -> Link | None:
    if hit.place + 1 >= len(layout.places):
        return None
    after = layout.places[hit.place + 1]
    from_input = layout.places[hit.place].column.kind is Kind.INPUT
    if after.grid is None or not (after.column.keeps_maps or from_input):
        return None
    region = reached(graph, hit.node, position, after.column.node)
    if region is None:
        return None
    maps = frozenset(after.grid.shown) if from_input else frozenset({hit.map})
    return Link(hit.place + 1, maps, cells_of(region))


def _of_kernel(graph: Graph, layout: Layout, hit: Hit) -> Chain:
    """A weight: the map that it reads and the map that it goes into, without cells."""
    place = layout.places[hit.place]
    behind = []
    for index in range(hit.place - 1, -1, -1):
        if layout.places[index].grid is not None:
            plan = place.column.kernels
            assert plan is not None
            channel = hit.channel
            if plan.each_map and plan.groups > 1:
                channel += hit.map // max(place.column.maps // plan.groups, 1) * plan.inputs
            is_input = layout.places[index].column.kind is Kind.INPUT
            behind.append(Link(index, frozenset({0 if is_input else channel}), None))
            break
    return Chain(hit, tuple(behind), None, {place.column.node: hit.map})


def cells_of(region: Region) -> Cells | None:
    """A region as rows and columns; None of a flat layer."""
    if len(region) == 2:
        return region[0], region[1]
    return ((0, 0), region[0]) if len(region) == 1 else None


def current_maps(layout: Layout, *chains: Chain | None) -> dict[str, int]:
    """For columns that show one map's kernels at a time, which map: of the first chain that says so."""
    found: dict[str, int] = {}
    for chain in chains:
        for node, index in (chain.kernels if chain else {}).items():
            found.setdefault(node, index)
    return found


def is_lit(place: Place, chain: Chain, index: int) -> frozenset[int] | None:
    """The maps of column `index` that take part in a chain; None where the chain says nothing about the column."""
    if index == chain.hit.place:
        return frozenset({chain.hit.map}) if place.grid is not None else None
    links = list(chain.behind)
    if chain.ahead is not None:
        links.append(chain.ahead)
    return next((link.maps for link in links if link.place == index), None)
