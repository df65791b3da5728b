"""Where the boxes of a figure stand: columns from left to right, branches in lanes, long figures in several rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gui.views.volumes.boxes import DISC, SLANT_X, SLANT_Y, Box, Bracket, Heading, Layout
from gui.views.volumes.figure import Figure, Kind, Volume
from gui.views.volumes.scale import Law, Laws, laws

FLAT = 9.0  # how thick a dense layer is
_CAPTION = 66.0  # shape, name and two lines of words under a box
_ABOVE = 26.0
_LANE = 68.0  # the same between two lanes
_BETWEEN = 22.0  # the same between two rows, for the line that leads on
_EDGE, _TOP, _FOOT = 38.0, 34.0, 44.0
_TALLEST, _DEEPEST = 300.0, 120.0
_LEAST_SIDE, _LEAST_DEPTH = 4.0, 2.0
_LEAST_LARGE = 120.0  # the same in a figure for whose sake no truer scale is given up
_LEAST_SEEN = 60.0  # pixels that the largest box is high in a figure that can be read


@dataclass(frozen=True)
class _Sizes:
    """The lengths of all volumes at one scale."""

    side: float
    depth: float
    units: float
    laws: Laws

    def of(self, volume: Volume) -> tuple[float, float, float]:
        """(depth, height, width) in pixels."""
        if volume.kind is Kind.SUM:
            return (2 * DISC, 2 * DISC, 0.0)
        if volume.kind is Kind.FLAT:
            return (FLAT, max(self.units * self.laws.units.of(volume.channels), 6.0), 0.0)
        side = self.laws.side.of
        height, width = self.side * side(volume.height), self.side * side(volume.width)
        depth = self.depth * self.laws.depth.of(volume.channels)
        return (max(depth, _LEAST_DEPTH), max(height, _LEAST_SIDE), max(width, _LEAST_SIDE))


def fitted(
    told: Iterable[Figure], *, width: int, height: int, most: int, caption: Callable[[Volume], float]
) -> tuple[Figure, Layout]:
    """The first of the figures, from the fullest to the most folded, that can be seen in a view of `width` x `height`
    and has no more than about `most` columns; else the last."""
    for one in told:
        found = layout(one, width=width, height=height, caption=caption)
        if _is_seen(found, height) and max(one.columns(), default=0) < most:
            break
    return one, found


def whole(one: Figure, *, width: int, height: int, caption: Callable[[Volume], float]) -> Layout:
    """A figure in as much room as it needs to be seen, a multiple of the view's."""
    for times in (1.0, 1.5, 2.0, 3.0, 4.0):
        found = layout(one, width=round(width * times), height=round(height * times), caption=caption)
        if _is_seen(found, height * times):
            break
    return found


def _is_seen(found: Layout, height: float) -> bool:
    large = [box.height for box in found.boxes if box.volume.kind in (Kind.INPUT, Kind.MAPS)]
    return max(large, default=_LEAST_SEEN) >= min(_LEAST_SEEN, height * 0.15) and found.height <= height + 1


def layout(figure: Figure, *, width: int, height: int, caption: Callable[[Volume], float]) -> Layout:
    """The layout for a view of `width` x `height`; `caption` tells how wide a volume's caption is.

    The truest scale is taken at which nothing gets too small to be seen, and as few rows as that needs.
    """
    best: tuple[float, _Sizes, int] | None = None
    for tried in laws(figure):
        for rows in (1, 2, 3, 4):
            sizes = _largest(figure, tried, rows=rows, width=width, height=height, caption=caption)
            if sizes is None:
                continue
            score = _seen(figure, sizes) * (1.0 if rows == 1 else 0.82**rows)
            if best is None or score > best[0] * 1.02:
                best = (score, sizes, rows)
        if best is not None and _all_seen(figure, best[1], least=min(_LEAST_LARGE, height * 0.2)):
            break
    if best is None:
        tried = laws(figure)[-1]
        best = (0.0, _sizes(figure, tried, 0.12, _row_height(4, height)), 4)
    return _placed(figure, best[1], width=width, height=height, caption=caption)


def _row_height(rows: int, height: int) -> float:
    return (height - _TOP - _FOOT - _BETWEEN * (rows - 1)) / rows - _CAPTION


def _sizes(figure: Figure, tried: Laws, share: float, room: float) -> _Sizes:
    maps = [one for one in figure.volumes if one.kind in (Kind.INPUT, Kind.MAPS)]
    tallest = max((tried.side.of(one.height) + SLANT_Y * tried.side.of(one.width) for one in maps), default=1.0)
    deepest = max((tried.depth.of(one.channels) for one in maps), default=1.0)
    longest = max((tried.units.of(one.channels) for one in figure.volumes if one.kind is Kind.FLAT), default=1.0)
    grown = max(1.0, min(room / 540.0, 2.2))  # a larger window is used
    side = min(room, _TALLEST * 1.3 * grown) / tallest * share
    depth = side if tried.depth is Law.LINEAR else _DEEPEST * grown / deepest * share
    return _Sizes(side, depth, min(room * 0.9, _TALLEST * grown) * (0.4 + 0.6 * share) / longest, tried)


def _largest(
    figure: Figure, tried: Laws, *, rows: int, width: int, height: int, caption: Callable[[Volume], float]
) -> _Sizes | None:
    """The largest scale at which the figure fits into so many rows; None if none does."""
    room = _row_height(rows, height)
    if room < 40:
        return None
    low, high, share = 0.0, 1.0, 1.0
    for _ in range(9):
        if _fits(figure, _sizes(figure, tried, share, room), rows=rows, width=width, room=room, caption=caption):
            low = share
        else:
            high = share
        if low == 1.0:
            break
        share = (low + high) / 2
    return _sizes(figure, tried, low, room) if low > 0.02 else None


def _fits(
    figure: Figure, sizes: _Sizes, *, rows: int, width: int, room: float, caption: Callable[[Volume], float]
) -> bool:
    used = _rows(figure, _column_widths(figure, sizes, caption), width)
    if len(used) > rows:
        return False
    stacks = [_stack(figure, sizes, row) for row in used]
    # Each lane but the last has its own captions, which the room of a row already has once.
    return all(height <= room + 1 for height in stacks)


def _seen(figure: Figure, sizes: _Sizes) -> float:
    """How large the figure is, for comparing: the geometric mean of what its boxes are high."""
    heights = [sizes.of(one)[1] for one in figure.volumes if one.kind in (Kind.INPUT, Kind.MAPS)]
    return float(sum(min(size, 200.0) ** 0.5 for size in heights)) / max(len(heights), 1)


def _all_seen(figure: Figure, sizes: _Sizes, *, least: float) -> bool:
    """Whether nothing is too small to be seen, and the largest box is at least so high."""
    largest = 0.0
    for one in figure.volumes:
        if one.kind in (Kind.INPUT, Kind.MAPS):
            side = sizes.side * sizes.laws.side.of(max(one.height, one.width))
            largest = max(largest, sizes.of(one)[1])
            if (one.height > 1 and side < 2 * _LEAST_SIDE) or sizes.depth * sizes.laws.depth.of(one.channels) < 1.0:
                return False
    return largest >= least


def _column_widths(
    figure: Figure, sizes: _Sizes, caption: Callable[[Volume], float]
) -> dict[int, tuple[float, float, float]]:
    """For each column: (left of, right of the caption's middle, gap in front)."""
    found: dict[int, tuple[float, float, float]] = {}
    for volume, column in zip(figure.volumes, figure.columns(), strict=True):
        depth, _, width = sizes.of(volume)
        half = max((depth + SLANT_X * width) / 2, caption(volume) / 2)
        left, _, gap = found.get(column, (0.0, 0.0, 0.0))
        wanted = 30.0 if volume.kernel or volume.dense else 22.0
        if volume.kind is Kind.INPUT or not volume.sources:
            wanted = 0.0
        found[column] = (max(left, half), max(left, half), max(gap, wanted))
    return found


def _rows(figure: Figure, widths: dict[int, tuple[float, float, float]], width: int) -> list[list[int]]:
    """The pieces (by index) of each row: as many as fit."""
    columns = figure.columns()
    rows: list[list[int]] = [[]]
    used = 0.0
    for index, piece in enumerate(figure.pieces):
        own = sorted({columns[volume] for volume in piece.volumes})
        needed = sum(left + right + gap for left, right, gap in (widths[column] for column in own))
        if rows[-1] and used + needed > width - 2 * _EDGE:
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += needed
    return rows


def _lanes(figure: Figure, piece: Sequence[int]) -> dict[int, int]:
    """The lane of each volume between the ends of a piece; what hangs together shares lanes."""
    inner = list(piece[:-1])
    group = {index: index for index in inner}

    def root(index: int) -> int:
        while group[index] != index:
            index = group[index]
        return index

    for index in inner:
        for source in figure.volumes[index].sources:
            if source in group:
                one, other = sorted((root(index), root(source)))
                group[other] = one
    columns = figure.columns()
    lanes: dict[int, int] = {}
    base = 0
    for head in sorted({root(index) for index in inner}):
        taken: dict[int, int] = {}
        for index in (one for one in inner if root(one) == head):
            place = taken.get(columns[index], 0)
            taken[columns[index]] = place + 1
            lanes[index] = base + place
        base += max(taken.values())
    return lanes


def _lane_heights(figure: Figure, sizes: _Sizes, piece: Sequence[int]) -> list[float]:
    lanes = _lanes(figure, piece)
    heights = [0.0] * (max(lanes.values(), default=-1) + 1)
    for index, lane in lanes.items():
        _, height, width = sizes.of(figure.volumes[index])
        heights[lane] = max(heights[lane], height + SLANT_Y * width)
    return heights


def _stack(figure: Figure, sizes: _Sizes, row: Sequence[int]) -> float:
    """How high a row is without its captions."""
    most = 0.0
    for place in row:
        piece = figure.pieces[place].volumes
        heights = _lane_heights(figure, sizes, piece)
        if heights:  # the way around, and the module's name, stand above
            heights[0] += _ABOVE
        most = max(most, sum(heights) + _LANE * max(len(heights) - 1, 0))
        _, height, width = sizes.of(figure.volumes[piece[-1]])
        most = max(most, height + SLANT_Y * width)
    return most


def _placed(figure: Figure, sizes: _Sizes, *, width: int, height: int, caption: Callable[[Volume], float]) -> Layout:
    widths = _column_widths(figure, sizes, caption)
    rows = _rows(figure, widths, width)
    columns = figure.columns()
    stacks = [_stack(figure, sizes, row) for row in rows]
    spare = height - _TOP - _FOOT - sum(stacks) - _CAPTION * len(rows)
    gap = max(_BETWEEN, min(spare / (len(rows) + 1), 90.0))
    y = _TOP + max(0.0, (spare - gap * (len(rows) - 1)) / 2)
    boxes: dict[int, Box] = {}
    brackets: list[Bracket] = []
    tops: list[float] = []
    widest = 0.0
    for number, row in enumerate(rows):
        own = sorted({columns[index] for place in row for index in figure.pieces[place].volumes})
        needed = sum(sum(widths[column]) for column in own)
        loose = min(max(width - 2 * _EDGE - needed, 0.0) / max(len(own) - 1, 1), 56.0) if len(own) > 1 else 0.0
        needed += loose * (len(own) - 1)
        x = max((width - needed) / 2, _EDGE)
        middles: dict[int, float] = {}
        for column in own:
            left, right, before = widths[column]
            x += before + (loose if column != own[0] else 0.0)
            middles[column] = x + left
            x += left + right
        widest = max(widest, x + _EDGE)
        axis = y + stacks[number] / 2
        tops.append(y - gap / 2)
        for place in row:
            _place_piece(figure, sizes, place, boxes, middles, widths, axis, number)
        brackets += _row_brackets(figure, row, boxes)
        y += stacks[number] + _CAPTION + gap
    return Layout(
        boxes=tuple(boxes[index] for index in range(len(figure.volumes))),
        brackets=tuple(brackets),
        headings=_headings(figure, boxes),
        laws=sizes.laws,
        width=max(widest, float(width)),
        height=max(y - gap + _FOOT, float(height)),
        tops=tuple(tops),
        one_unit=abs(sizes.side - sizes.depth) < 1e-9,
    )


def _place_piece(
    figure: Figure,
    sizes: _Sizes,
    place: int,
    boxes: dict[int, Box],
    middles: dict[int, float],
    widths: dict[int, tuple[float, float, float]],
    axis: float,
    row: int,
) -> None:
    piece = figure.pieces[place].volumes
    columns = figure.columns()
    lanes, heights = _lanes(figure, piece), _lane_heights(figure, sizes, piece)
    total = sum(heights) + _LANE * max(len(heights) - 1, 0)
    tops, top = [], axis - total / 2
    for lane_height in heights:
        tops.append(top + lane_height / 2)
        top += lane_height + _LANE
    for index in piece:
        volume = figure.volumes[index]
        depth, height, width = sizes.of(volume)
        middle = tops[lanes[index]] if index in lanes else axis
        column = columns[index]
        left = middles[column] - (depth + SLANT_X * width) / 2
        boxes[index] = Box(
            volume=volume,
            x=left + SLANT_X * width,
            y=middle + (height + SLANT_Y * width) / 2,
            depth=depth,
            height=height,
            width=width,
            row=row,
            room=2 * widths[column][0] + min(widths[column][2], 16.0),
        )


def _row_brackets(figure: Figure, row: Sequence[int], boxes: dict[int, Box]) -> list[Bracket]:
    """Under the captions of what they hold."""
    found = []
    for place in row:
        piece = figure.pieces[place]
        if piece.times < 2:
            continue
        inside = [
            index for other in row if place <= other < place + piece.span for index in figure.pieces[other].volumes
        ]
        left = min(boxes[index].middle[0] - boxes[index].room / 2 for index in inside) + 8
        right = max(boxes[index].middle[0] + boxes[index].room / 2 for index in inside) - 8
        y = max(boxes[index].y for index in inside) + _CAPTION - 4
        found.append(Bracket(left, right, y, piece.times))
    return found


def _headings(figure: Figure, boxes: dict[int, Box]) -> tuple[Heading, ...]:
    found = []
    for piece in figure.pieces:
        inside = [boxes[index] for index in piece.volumes]
        if piece.module and len(inside) > 1:
            found.append(
                Heading(
                    left=min(box.middle[0] - box.room / 2 for box in inside),
                    right=max(box.right for box in inside),
                    y=min(box.top for box in inside) - 18,
                    text=piece.module,
                )
            )
    return tuple(found)
