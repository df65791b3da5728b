"""One level of a diagram: cells in layers from left to right, in rows like text where they are many, and its wires."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gui.views.graph.layers import IN, OUT, Layered, Net, Slot, connect, layered, order
from gui.views.graph.placing import place

GAP = 24.0
_TRACK = 8.0  # between the vertical lines of a gap
_FIRST_TRACK = 10.0
_AFTER_TRACK = 14.0  # up to the next layer: room for the head of an arrow
ROW_GAP = 44.0
_CHANNEL = 9.0
DISC = 20.0


@dataclass(frozen=True)
class Cell:
    """What stands on a level. `heights` are for a layer of its own, and for one that it shares.

    `in_y` and `out_y` say by net how far below its middle an edge arrives or leaves.
    """

    key: str
    width: float
    heights: tuple[float, float]
    in_y: dict[str, float] = field(default_factory=dict)
    out_y: dict[str, float] = field(default_factory=dict)
    disc: bool = False


@dataclass(frozen=True)
class Wire:
    """A net's way to one of its targets, as corner points. `over` counts the layers that it passes by."""

    net: str
    source: int
    target: int
    points: tuple[tuple[float, float], ...]
    over: int


@dataclass(frozen=True)
class Arranged:
    """Cells' boxes (x, y, width, height) from (0, 0) on, wires, and where nets come in (left) and leave (right)."""

    width: float
    height: float
    boxes: tuple[tuple[float, float, float, float], ...]
    alone: tuple[bool, ...]
    wires: tuple[Wire, ...]
    ins: dict[str, float]
    outs: dict[str, float]
    rows: int


@dataclass(frozen=True)
class Wish:
    """How wide a level may be: all of it to be seen in `fit` (width, height), or at most `aspect` as wide as high."""

    fit: tuple[float, float] | None = None
    aspect: float = 2.6
    wide: float = 1150.0  # up to this width there is one row, whatever the aspect
    least: float = 0.0


class _Level:
    def __init__(self, cells: Sequence[Cell], nets: Sequence[Net], wish: Wish) -> None:
        self.cells, self.nets, self.wish = cells, nets, wish
        self.slots: Layered = layered(len(cells), nets)
        self.layers = self.slots.layers
        self.last = len(self.layers) - 1
        crowd = max((sum(slot.is_cell for slot in slots) for slots in self.layers), default=0)
        self.heights = [0.0] * len(cells)
        self.alone = [False] * len(cells)
        for slots in self.layers:
            alone = crowd < 3 and sum(slot.is_cell for slot in slots) == 1
            for slot in slots:
                if slot.is_cell:
                    self.alone[slot.cell] = alone
                    height = cells[slot.cell].heights[0 if alone else 1]
                    self.heights[slot.cell] = height
                    slot.above = slot.below = height / 2

    def straighten(self) -> None:
        connect(self.slots, self.nets, [cell.out_y for cell in self.cells], [cell.in_y for cell in self.cells])
        order(self.layers)
        place(self.layers)

    # Gaps: which nets turn in them, and where

    def gaps(self) -> None:
        self.turns: list[dict[int, float]] = [{} for _ in range(self.last)]  # by gap: net to the track's offset
        self.widths: list[float] = []
        self.crossing: list[list[int]] = [[] for _ in range(self.last)]  # nets that go on from layer to layer
        spans: list[list[tuple[float, float, float, int]]] = [[] for _ in range(self.last)]
        for index in range(len(self.nets)):
            for at, start_y, goals in self.steps(index):
                self.crossing[at].append(index)
                ends = [y for goal, y in goals if not self.from_above(goal, start_y, at)]
                if any(abs(y - start_y) > 0.02 for y in ends):
                    low, high = min(start_y, *ends), max(start_y, *ends)
                    spans[at].append((start_y, low, high, index))
        for at in range(self.last):
            tracks = self._tracks(spans[at])
            for index, track in tracks.items():
                self.turns[at][index] = _FIRST_TRACK + _TRACK * track
            count = max(tracks.values(), default=-1) + 1
            self.widths.append(max(GAP, _FIRST_TRACK + _TRACK * max(count - 1, 0) + _AFTER_TRACK))

    @staticmethod
    def _tracks(spans: list[tuple[float, float, float, int]]) -> dict[int, int]:
        """A track for each net that turns; of nets whose vertical lines would overlap, none on the same."""
        found: dict[int, int] = {}
        busy: list[list[tuple[float, float]]] = []
        # Of those that go up the upper ones turn first, of those that go down the lower ones: so they do not cross.
        for _, low, high, index in sorted(spans, key=lambda one: one[0] if one[0] - one[1] > one[2] - one[0]
                                          else -one[0]):  # fmt: skip
            free = (track for track, taken in enumerate(busy)
                    if all(high + 6 < above or below + 6 < low for above, below in taken))  # fmt: skip
            track = next(free, len(busy))
            if track == len(busy):
                busy.append([])
            busy[track].append((low, high))
            found[index] = track
        return found

    def steps(self, index: int) -> Iterator[tuple[int, float, list[tuple[Slot, float]]]]:
        """A net gap by gap: (gap, the height at which it enters it, (goal, height) for each goal behind it)."""
        net = self.nets[index]
        at = 0 if net.source == IN else self.slots.of_cell[net.source].layer
        slot = self.slots.on_way[index, at]
        y = slot.y + (0.0 if net.source == IN else self.cells[net.source].out_y.get(net.key, 0.0))
        goals: dict[int, list[tuple[Slot, float]]] = {}
        for target in net.targets:
            if target == OUT:
                goal = self.slots.outs[index]
                goals.setdefault(goal.layer, []).append((goal, goal.y))
            else:
                goal = self.slots.of_cell[target]
                goals.setdefault(goal.layer, []).append((goal, goal.y + self.cells[target].in_y.get(net.key, 0.0)))
        end = max(goals, default=at)
        while at < end:
            here = goals.get(at + 1, [])
            way = self.slots.on_way.get((index, at + 1)) if at + 1 < end else None
            yield at, y, [*here, *([(way, way.y)] if way is not None else [])]
            if way is None:
                return
            at, y = at + 1, way.y

    def from_above(self, goal: Slot, y: float, at: int) -> bool:
        """Whether an edge at height `y` enters a goal from above or below: the disc of a sum, if nothing is between."""
        if not goal.is_cell or not self.cells[goal.cell].disc or abs(y - goal.y) < DISC:
            return False
        low, high = min(y, goal.y), max(y, goal.y)
        return not any(
            slot is not goal and slot.y + slot.below > low and slot.y - slot.above < high
            for slot in self.layers[at + 1] if slot.is_cell
        )  # fmt: skip

    # Rows

    def rows(self) -> list[tuple[int, int]]:
        """First and last layer of each row."""
        columns = [max((self.cells[slot.cell].width for slot in slots if slot.is_cell), default=0.0)
                   for slots in self.layers]  # fmt: skip
        self.columns = columns
        total = sum(columns) + sum(self.widths)
        breaks = [at for at in range(1, self.last - 1) if len(self.crossing[at]) == 1]
        single = [(0, self.last)]
        wish = self.wish
        room = wish.fit[0] if wish.fit is not None else wish.wide
        if total <= room or not breaks:
            return single
        best, most = single, 0.0
        for count in range(1, 26):
            for slack in (1.0, 1.08, 1.2, 1.35):
                rows = self._filled(breaks, max(total / count * slack + 30, max(columns) + 60))
                width, height = self._size(rows)
                if wish.fit is None:
                    shape = width / (wish.aspect * height)
                    good = min(shape, 1 / shape)
                else:
                    good = min(wish.fit[0] / width, wish.fit[1] / height, 1.0)
                if len(rows) > 1 and self._length(rows[-1]) < 0.15 * width:
                    good *= 0.8  # a node or two in a row of their own
                if good > most * 1.04:
                    best, most = rows, good
        return best

    def _filled(self, breaks: list[int], room: float) -> list[tuple[int, int]]:
        found, start, x, possible = [], 0, 0.0, -1
        x_possible = 0.0
        for layer in range(self.last + 1):
            x += self.columns[layer]
            if x > room and possible >= start:
                found.append((start, possible))
                start, x, possible = possible + 1, x - x_possible, -1
            if layer < self.last:
                if layer in breaks and layer > start:
                    possible, x_possible = layer, x
                x += self.widths[layer]
        found.append((start, self.last))
        return found

    def _length(self, row: tuple[int, int]) -> float:
        return sum(self.columns[row[0] : row[1] + 1]) + sum(self.widths[row[0] : row[1]])

    def _size(self, rows: list[tuple[int, int]]) -> tuple[float, float]:
        width = max(self._length(row) for row in rows)
        tops = [self._extent(row) for row in rows]
        height = sum(bottom - top for top, bottom in tops) + ROW_GAP * (len(rows) - 1)
        return width + (80 if len(rows) > 1 else 0), max(height, 1.0)

    def _extent(self, row: tuple[int, int]) -> tuple[float, float]:
        slots = [slot for at in range(row[0], row[1] + 1) for slot in self.layers[at]]
        if not slots:
            return 0.0, 0.0
        return min(slot.y - slot.above for slot in slots), max(slot.y + slot.below for slot in slots)

    # Coordinates

    def arranged(self) -> Arranged:
        self.gaps()
        rows = self.rows()
        many = len(rows) > 1
        coming = [i for i, net in enumerate(self.nets) if net.source == IN]
        leaving = [i for i, net in enumerate(self.nets) if OUT in net.targets]
        left = 14.0 + _CHANNEL * len(coming) if many else 0.0
        x_of, shift, row_of, ends = [0.0] * (self.last + 1), [], [0] * (self.last + 1), []
        spare = self._spare() if not many else 0.0
        bottom = 0.0
        for number, row in enumerate(rows):
            x = left
            if number:
                x += self.widths[row[0] - 1]
                bottom += ROW_GAP
            top, low = self._extent(row)
            shift.append(bottom - top)
            for at in range(row[0], row[1] + 1):
                x_of[at], row_of[at] = x, number
                x += self.columns[at]
                if at < row[1]:
                    x += self.widths[at] + (spare / 2 if at in (0, self.last - 1) else 0.0)
            ends.append((x, bottom + low - top))
            bottom += low - top
        bottom = 2.0 * math.ceil(bottom / 2)
        width = max(x for x, _ in ends) + (14.0 + _CHANNEL * len(leaving) + 4 if many else 0.0)
        self.x_of, self.row_of, self.shift, self.ends, self.left = x_of, row_of, shift, ends, left
        boxes = []
        for slot, cell, height in zip(self.slots.of_cell, self.cells, self.heights, strict=True):
            x = x_of[slot.layer] + (self.columns[slot.layer] - cell.width) / 2
            boxes.append((x, slot.y + shift[row_of[slot.layer]] - height / 2, cell.width, height))
        middle = bottom / 2
        ins, outs = {}, {}
        framed = many and self.wish.fit is None  # a module stands in a line with its neighbours, whatever its rows
        for place_, index in enumerate(coming):
            slot = self.slots.on_way[index, 0]
            spread = middle + 10.0 * place_ - 5.0 * (len(coming) - 1)
            ins[self.nets[index].key] = spread if framed else slot.y + shift[0]
        for place_, index in enumerate(leaving):
            slot = self.slots.outs[index]
            spread = middle + 10.0 * place_ - 5.0 * (len(leaving) - 1)
            outs[self.nets[index].key] = spread if framed else slot.y + shift[-1]
        wires = [
            wire
            for index in range(len(self.nets))
            for wire in self._wires(index, ins, outs, coming, leaving, width, many)
        ]
        return Arranged(width, bottom, tuple(boxes), tuple(self.alone), tuple(wires), ins, outs, len(rows))

    def _spare(self) -> float:
        total = sum(self.columns) + sum(self.widths)
        return max(0.0, self.wish.least - total)

    def _wires(
        self, index: int, ins: dict[str, float], outs: dict[str, float], coming: list[int], leaving: list[int],
        width: float, many: bool,
    ) -> Iterator[Wire]:  # fmt: skip
        net = self.nets[index]
        start_layer = 0 if net.source == IN else self.slots.of_cell[net.source].layer
        way: list[tuple[float, float]] = []
        for at, start_y, goals in self.steps(index):
            row, next_row = self.row_of[at], self.row_of[at + 1]
            y = start_y + self.shift[row]
            if not way:
                if net.source == IN and many:
                    channel = 6.0 + _CHANNEL * coming.index(index)
                    way = [(0.0, ins[net.key]), (channel, ins[net.key]), (channel, y)]
                elif net.source == IN:
                    way = [(0.0, y)]
                else:
                    half = (self.columns[at] + self.cells[net.source].width) / 2
                    way = [(self.x_of[at] + half, y)]
            gap_x = self.x_of[at] + self.columns[at]
            if next_row != row:
                end, low = self.ends[row]
                back = self.left - 8.0
                between = low + ROW_GAP / 2
                way += [(end + 12, y), (end + 12, between), (back, between)]
                y = start_y + self.shift[next_row]
                way.append((back, y))
                gap_x = self.left
            turn = self.turns[at].get(index)
            trunk = None if turn is None else gap_x + turn
            on: list[tuple[float, float]] = []
            for goal, goal_y in goals:
                goal_y += self.shift[next_row]
                bend = [] if trunk is None else [(trunk, y), (trunk, goal_y)]
                if goal.is_cell:
                    cell = self.cells[goal.cell]
                    x = self.x_of[at + 1] + (self.columns[at + 1] - cell.width) / 2
                    if self.from_above(goal, start_y, at):
                        end_y = goal_y - DISC / 2 if y < goal_y else goal_y + DISC / 2
                        points = [*way, (x + cell.width / 2, y), (x + cell.width / 2, end_y)]
                    else:
                        points = [*way, *bend, (x, goal_y)]
                    yield Wire(net.key, net.source, goal.cell, _straight(points), at - start_layer)
                elif self.slots.outs.get(index) is goal:
                    points = [*way, *bend]
                    if many:
                        channel = width - 6.0 - _CHANNEL * leaving.index(index)
                        points += [(channel, goal_y), (channel, outs[net.key])]
                        goal_y = outs[net.key]
                    yield Wire(net.key, net.source, OUT, _straight([*points, (width, goal_y)]), at - start_layer)
                else:
                    on = bend
            way += on


def _straight(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Corner points without those that lie on a straight line between their neighbours."""
    found: list[tuple[float, float]] = []
    for x, y in points:
        point = (round(x, 2), round(y, 2))
        if found and abs(found[-1][0] - point[0]) < 0.02 and abs(found[-1][1] - point[1]) < 0.02:
            continue
        if len(found) > 1:
            (ax, ay), (bx, by) = found[-2], found[-1]
            same_x = abs(ax - bx) < 0.02 and abs(bx - point[0]) < 0.02
            same_y = abs(ay - by) < 0.02 and abs(by - point[1]) < 0.02
            if same_x or same_y:
                found[-1] = point
                continue
        found.append(point)
    return tuple(found)


def arrange(cells: Sequence[Cell], nets: Sequence[Net], wish: Wish) -> Arranged:
    """Lay out one level; see `Cell`, `Net` and `Wish`. Cells come in an order in which they can run."""
    level = _Level(cells, nets, wish)
    level.straighten()
    return level.arranged()
