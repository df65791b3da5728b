"""Which layer each cell of a level stands in, and in which order within it (Sugiyama, Tagawa, Toda 1981)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

IN, OUT = -1, -2
"""Where a net begins outside of the level, and where it leaves it."""


@dataclass(frozen=True)
class Net:
    """What leaves one cell (or comes in from outside), and all the cells that take it. `key` names it."""

    key: str
    source: int
    targets: tuple[int, ...]


@dataclass
class Slot:
    """A place in a layer: a cell, a net on its way past the layer, or where one comes in or leaves.

    `y` is the height of its line: the middle of a cell, the line of a net.
    """

    layer: int
    cell: int = -1
    net: int = -1
    above: float = 0.0
    below: float = 0.0
    y: float = 0.0
    before: list[tuple[Slot, float, float]] = field(default_factory=list)  # slot, its and my height above the lines
    after: list[tuple[Slot, float, float]] = field(default_factory=list)
    place: float = 0.0

    @property
    def is_cell(self) -> bool:
        return self.cell >= 0


@dataclass
class Layered:
    """Slots by layer; `of_cell` by cell, `on_way` by (net, layer): also the first, where it begins, and ends."""

    layers: list[list[Slot]]
    of_cell: list[Slot]
    on_way: dict[tuple[int, int], Slot]
    outs: dict[int, Slot]


def layered(count: int, nets: Sequence[Net]) -> Layered:
    """Slots of `count` cells, which come in an order in which each stands after all that it takes from."""
    layer, last = _layers(count, nets)
    of_cell = [Slot(layer[cell], cell=cell) for cell in range(count)]
    found = Layered([[] for _ in range(last + 1)], of_cell, {}, {})
    for index, net in enumerate(nets):
        start = 0 if net.source == IN else layer[net.source]
        if net.source == IN:
            slot = Slot(0, net=index)
            found.layers[0].append(slot)
        else:
            slot = of_cell[net.source]
        found.on_way[index, start] = slot
        end = max((last if target == OUT else layer[target] for target in net.targets), default=start)
        for at in range(start + 1, end):
            slot = Slot(at, net=index)
            found.on_way[index, at] = slot
            found.layers[at].append(slot)
        if OUT in net.targets:
            found.outs[index] = Slot(last, net=index)
            found.layers[last].append(found.outs[index])
    for slot in of_cell:
        found.layers[slot.layer].append(slot)
    return found


def _layers(count: int, nets: Sequence[Net]) -> tuple[list[int], int]:
    """The layer of each cell: as far right as its takers allow, as far left as it can where nobody takes from it."""
    early = [1] * count
    takes: list[list[int]] = [[] for _ in range(count)]
    for net in nets:
        if net.source >= 0:
            for target in net.targets:
                if target >= 0:
                    takes[target].append(net.source)
    for cell in range(count):
        for source in takes[cell]:
            early[cell] = max(early[cell], early[source] + 1)
    last = max(early, default=0) + 1
    late: list[int | None] = [None] * count
    for net in nets:
        if net.source >= 0 and OUT in net.targets:
            late[net.source] = last - 1
    for cell in range(count - 1, -1, -1):
        own = late[cell]
        own = early[cell] if own is None else max(own, early[cell])
        late[cell] = own
        for source in takes[cell]:
            known = late[source]
            late[source] = own - 1 if known is None else min(known, own - 1)
    return [value if value is not None else 1 for value in late], last


def connect(found: Layered, nets: Sequence[Net], out_y: Sequence[dict[str, float]], in_y: Sequence[dict[str, float]],
            ) -> None:  # fmt: skip
    """Tell each slot its neighbours, and how far off the lines of both the edge between them leaves and arrives."""
    for index, net in enumerate(nets):
        start = 0 if net.source == IN else found.of_cell[net.source].layer
        leaves = 0.0 if net.source == IN else out_y[net.source].get(net.key, 0.0)
        at = start
        while (index, at + 1) in found.on_way:
            _join(found.on_way[index, at], found.on_way[index, at + 1], leaves if at == start else 0.0, 0.0)
            at += 1
        for target in net.targets:
            goal = found.outs[index] if target == OUT else found.of_cell[target]
            from_slot = found.on_way[index, goal.layer - 1]
            arrives = 0.0 if target == OUT else in_y[target].get(net.key, 0.0)
            _join(from_slot, goal, leaves if goal.layer - 1 == start else 0.0, arrives)


def _join(a: Slot, b: Slot, leaves: float, arrives: float) -> None:
    a.after.append((b, leaves, arrives))
    b.before.append((a, arrives, leaves))


def order(layers: list[list[Slot]], sweeps: int = 4) -> None:
    """Sort each layer so that few edges cross: each slot goes to the mean place of those that it is joined to.

    On a tie nets lie over cells, so that what skips layers runs above them; else the order of before holds.
    """
    for slots in layers:
        slots.sort(key=lambda slot: (slot.is_cell, slot.cell, slot.net))
        _number(slots)
    if all(len(slots) < 2 for slots in layers):
        return
    best, least = [list(slots) for slots in layers], crossings(layers)
    for sweep in range(sweeps):
        if not least and sweep:
            break
        down = sweep % 2 == 0
        for slots in layers if down else reversed(layers):
            if len(slots) < 2:
                continue
            for slot in slots:
                joined = slot.before if down else slot.after
                if joined:
                    slot.place = sum(other.place + own * 1e-3 for other, _, own in joined) / len(joined)
            slots.sort(key=lambda slot: (round(slot.place, 4), slot.is_cell))
            _number(slots)
        now = crossings(layers)
        if now < least:
            best, least = [list(slots) for slots in layers], now
    for slots, good in zip(layers, best, strict=True):
        slots[:] = good
        _number(slots)


def _number(slots: list[Slot]) -> None:
    middle = (len(slots) - 1) / 2
    for place, slot in enumerate(slots):
        slot.place = place - middle


def crossings(layers: list[list[Slot]]) -> int:
    """How many pairs of edges cross."""
    total = 0
    for slots in layers:
        ends = [(slot.place + leaves * 1e-3, other.place + arrives * 1e-3)
                for slot in slots for other, leaves, arrives in slot.after]  # fmt: skip
        ends.sort()
        for place, (start, end) in enumerate(ends):
            for later in ends[place + 1 : place + 60]:  # beyond that it does not matter which of two is better
                total += later[1] < end and later[0] > start
    return total
