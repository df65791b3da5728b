"""How large each column is drawn: whole pixels a value, rows and columns of tiles, so that all fits into the stage.

Everything is centred on one axis, and the tallest columns share one height, the ladder. Where a network has more maps
than fit, fewer are shown, and the layout says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from gui.views.network.columns import Column, Kernels, Kind
from gui.views.network.geometry import Grid, Strip

Measure = Callable[[str, str], float]  # width of a text in pixels; roles: name, mono, text, label

TILE_GAP = 8
_LEAST_GAP = 6
_MAX_ROWS = (8, 6, 4)
_LADDERS = (1.0, 0.94, 0.88, 0.8, 0.7, 0.6)
_CAPS = (64, 32, 24, 16, 12, 8, 6, 4)
_GOOD = 0.55  # maps that are not smaller than this share of LeNet's need no further search
_MOST_UNITS = 8192


@dataclass(frozen=True)
class Style:
    """What a density means, in pixels. Gaps are those of the drawn LeNet; a wider stage stretches them alike."""

    edge: int = 24
    heading_y: int = 54
    maps_top: int = 98
    below_maps: int = 38
    bar_gap: int = 12
    to_kernels: int = 59
    from_kernels: int = 20
    to_shared_kernels: int = 56
    from_shared_kernels: int = 63
    to_maps: int = 104
    to_dense: int = 96
    dense_to_dense: int = 80
    to_output: int = 80
    output_width: int = 184
    output_pitch: int = 32
    header: int = 48
    input_width: int = 160
    thumbs: int = 5
    thumb_rows: int = 2


LARGE = Style()
SMALL = Style(
    heading_y=46, maps_top=90, below_maps=34, bar_gap=8, to_kernels=48, from_kernels=16, to_shared_kernels=40,
    from_shared_kernels=48, to_maps=92, to_dense=88, to_output=72, output_width=150, output_pitch=26, header=44,
    input_width=128, thumbs=4, thumb_rows=1,
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One way to size a network: the height of the ladder, rows of tiles at most, maps of a layer at most."""

    ladder: int
    rows: int
    cap: int
    spread: bool = False  # a layer of few large maps takes another column where that makes them much larger


@dataclass(frozen=True)
class Effort:
    """How hard columns are squeezed: which words stand on the arrows, how small gaps get, whether kernels are shown."""

    words: str  # full, short, cut
    gaps: float
    kernels: bool
    cost: float  # of a column, in units of `_worth`


_EVERYTHING = 1 << 30
EFFORTS = (
    Effort("full", 0.85, True, 0.0),
    Effort("short", 0.7, True, 0.2),
    Effort("cut", 0.6, True, 0.45),
    Effort("short", 0.7, False, 0.55),
    Effort("cut", 0.5, False, 0.8),
)


@dataclass(frozen=True)
class Sized:
    """A column with its picture at x 0 and its middle at y 0, and the kernels before it likewise."""

    column: Column
    width: int
    height: int
    grid: Grid | None = None
    strip: Strip | None = None
    kernels: Grid | None = None

    @property
    def hides(self) -> bool:
        """Whether there is more than is shown."""
        return any(part is not None and shown < part.total for part, shown in self._shown())

    def _shown(self) -> tuple[tuple[Grid | Strip | None, int], ...]:
        grid, strip = self.grid, self.strip
        return (grid, grid.count if grid else 0), (strip, strip.units if strip else 0)


def whole(cells: int, room: float) -> int:
    """The whole number of pixels a value that fits; below zero the whole number of values a pixel."""
    if room >= cells:
        return int(room // cells)
    return int(-cells // max(room, 1))


def nearest(cells: int, goal: float) -> int:
    """As `whole`, but the nearest to a goal instead of the next below."""
    if goal >= cells * 0.75:
        return max(1, int(goal / cells + 0.5))
    return -max(2, int(cells / max(goal, 1) + 0.5))


def extent(cells: int, scale: int) -> int:
    """How many pixels so many values take at a scale of `whole` or `nearest`."""
    return cells * scale if scale > 0 else max(1, cells // -scale)


def size_all(
    columns: Sequence[Column], choice: Choice, effort: Effort, *, style: Style, first: Mapping[str, int]
) -> tuple[Sized, ...]:
    """All columns at one choice. `first` is the first map to show of a layer that hides some."""
    found: list[Sized] = []
    unit = unit_height(columns, choice.ladder)
    for column in columns:
        before = found[-1] if found else None
        if column.kind is Kind.INPUT:
            found.append(
                _input(column, choice, style.input_width if effort.words != "cut" else min(style.input_width, 128))
            )
        elif column.kind is Kind.DENSE:
            found.append(_dense(column, choice, unit))
        elif column.kind is Kind.OUTPUT:
            found.append(Sized(column, output_width(style, choice.ladder), 0))
        elif column.keeps_maps and before is not None and before.grid is not None:
            found.append(_pool(column, before.grid))
        else:
            found.append(_maps(column, choice, before if effort.kernels else None, first.get(column.node, 0)))
    return tuple(found)


def output_width(style: Style, ladder: int) -> int:
    """The width of the classes' block without room for long names."""
    return style.output_width + min(max(0, ladder - 536) // 3, 200)


def unit_height(columns: Sequence[Column], ladder: int) -> int:
    """Pixels a unit: the same for all dense layers that fit at 2 pixels or more."""
    sizes = [column.maps for column in columns if column.kind is Kind.DENSE and column.maps * 2 <= ladder]
    most = max(2, ladder // 60)
    return max(2, min(most, ladder // max(sizes))) if sizes else 2


def _input(column: Column, choice: Choice, least: int) -> Sized:
    """The picture, in a column that is wide enough for the controls above and below it."""
    goal = (0.37 if column.height > 1 else 0.5) * choice.ladder
    scale = nearest(max(column.height, column.width), goal)
    if scale > 1 and extent(max(column.height, column.width), scale) > 1.08 * goal:
        scale -= 1
    width, height = extent(column.width, scale), extent(column.height, scale)
    if column.height == 1:
        height = max(4, choice.ladder // 24)
    slot = max(width, least)
    grid = Grid((slot - width) // 2, -(height // 2), 1, 1, width + TILE_GAP, height + TILE_GAP, width, height,
                column.width, column.height, 1)  # fmt: skip
    return Sized(column, slot, height, grid=grid)


def _maps(column: Column, choice: Choice, before: Sized | None, first: int) -> Sized:
    count = min(column.maps, choice.cap)
    across = -(-count // choice.rows)
    ladder = choice.ladder
    rows, width, height = _tile(column, count, across, ladder)
    if choice.spread and count > across:
        wider = _tile(column, count, across + 1, ladder)
        if wider[2] >= 1.5 * height:
            across, (rows, width, height) = across + 1, wider
    gap = TILE_GAP if rows == 1 else max(1, min(TILE_GAP, (ladder - rows * height) // (rows - 1)))
    first = max(0, min(first, column.maps - count))
    total = rows * height + (rows - 1) * gap
    grid = Grid(0, -(total // 2), across, count, width + TILE_GAP, height + gap, width, height, column.width,
                column.height, column.maps, first)  # fmt: skip
    kernels = _kernels(column, choice, before, grid) if column.kernels and before else None
    return Sized(column, grid.rect.width, grid.rect.height, grid=grid, kernels=kernels)


def _tile(column: Column, count: int, across: int, ladder: int) -> tuple[int, int, int]:
    """Rows, width and height of the tiles of `count` maps in so many columns."""
    rows = -(-count // across)
    room = min((ladder - (rows - 1) * _LEAST_GAP) / rows, 0.196 * ladder)
    if column.height == 1 and column.width > 1:
        return rows, extent(column.width, whole(column.width, 0.5 * ladder)), max(3, min(int(room), 16))
    scale = whole(max(column.height, column.width), room)
    return rows, extent(column.width, scale), extent(column.height, scale)


def _pool(column: Column, before: Grid) -> Sized:
    """Smaller than the maps that it is made from, each beside its own, 0.7 of their size as nearly as is whole."""
    goal = 0.7 * max(before.tile_width, before.tile_height)
    if column.height == 1 and column.width > 1:
        scale = nearest(column.width, 0.7 * before.tile_width)
        width, height = extent(column.width, scale), before.tile_height
    else:
        scale = nearest(max(column.height, column.width), goal)
        width, height = extent(column.width, scale), extent(column.height, scale)
    height = min(height, before.pitch_y - 2)
    grid = Grid(0, before.y + (before.tile_height - height) // 2, before.columns, before.count, width + TILE_GAP,
                before.pitch_y, width, height, column.width, column.height, column.maps, before.first)  # fmt: skip
    return Sized(column, grid.rect.width, grid.rect.height, grid=grid)


def _dense(column: Column, choice: Choice, unit: int) -> Sized:
    units = min(column.maps, _MOST_UNITS)
    height = unit if units * unit <= choice.ladder else max(1, min(2, choice.ladder // units))
    rows = min(units, choice.ladder // height)
    across = -(-units // rows)
    rows = -(-units // across)
    width = max(8, 4 * int(0.03 * choice.ladder / 4 + 0.5))
    if across > 1:
        width = max(3, min(width * 5 // 8, 96 // across))
    strip = Strip(0, -(rows * height // 2), units, rows, width, height, column.maps)
    return Sized(column, strip.rect.width, strip.rect.height, strip=strip)


def _kernels(column: Column, choice: Choice, before: Sized, maps: Grid) -> Grid | None:
    """Before every map its own kernels; or one map's kernels, each beside the map of the layer before that it reads."""
    kernels = column.kernels
    assert kernels is not None
    largest = max(kernels.height, kernels.width)
    if kernels.each_map and maps.columns == 1:
        room = min(0.0535 * choice.ladder, 0.11 * choice.ladder / kernels.inputs, maps.pitch_y - 6)
        scale = min(whole(largest, room), 12)
        width, height = _thumb(kernels, scale, maps.pitch_y - 2)
        return Grid(0, maps.y + (maps.tile_height - height) // 2, kernels.inputs, maps.count * kernels.inputs,
                    width + 4, maps.pitch_y, width, height, kernels.width, kernels.height,
                    maps.total * kernels.inputs, maps.first * kernels.inputs)  # fmt: skip
    source = before.grid if before.column.kind is Kind.MAPS else None
    across = source.columns if source else 1
    room = min(0.0535 * choice.ladder, 0.16 * choice.ladder / across)
    count = source.count if source else min(kernels.inputs * kernels.groups, choice.cap, 8)
    if source:
        room = min(room, source.pitch_y - 4)
    scale = min(whole(largest, room), 12)
    width, height = _thumb(kernels, scale, source.pitch_y - 2 if source else 1 << 30)
    if source:
        return Grid(0, source.y + (source.tile_height - height) // 2, across, count, width + 5, source.pitch_y,
                    width, height, kernels.width, kernels.height, source.total, source.first)  # fmt: skip
    pitch = height + 2 * TILE_GAP
    return Grid(0, -((count * pitch - 2 * TILE_GAP) // 2), 1, count, width + 5, pitch, width, height, kernels.width,
                kernels.height, kernels.inputs * kernels.groups)  # fmt: skip


def _thumb(kernels: Kernels, scale: int, most: int) -> tuple[int, int]:
    """Width and height of a kernel; one of a single row is drawn higher than a row."""
    width, height = extent(kernels.width, scale), extent(kernels.height, scale)
    return width, min(max(height, 8), most) if kernels.height == 1 and kernels.width > 1 else height


def choose(
    columns: Sequence[Column],
    *,
    room: int,
    first: Mapping[str, int],
    style: Style,
    least_width: Callable[[tuple[Sized, ...], Effort], float],
    available: float,
) -> tuple[Effort, Choice]:
    """What fits best: large maps, many of them, with their kernels and all words, in this order.

    `room` is the height for the ladder, `available` the width. `least_width` is the least that columns with their gaps
    and words take at an effort. Where nothing fits, it is the narrowest, which is wider than `available`.
    """
    best: tuple[float, Effort, Choice] | None = None
    narrowest: tuple[float, Effort, Choice] | None = None
    for effort, choice in _choices(columns, room):
        sized = size_all(columns, choice, effort, style=style, first=first)
        width = least_width(sized, effort)
        if narrowest is None or width < narrowest[0]:
            narrowest = width, effort, choice
        if width > available:
            continue
        worth, least = _worth(sized, room)
        worth -= effort.cost * (len(columns) - 1)
        if best is None or worth > best[0]:
            best = worth, effort, choice
        if effort is EFFORTS[0] and choice.ladder == room and least > _GOOD:
            break  # nothing is hidden or small: the usual case, and no time is lost on it
    assert narrowest is not None
    return best[1:] if best else narrowest[1:]


def _choices(columns: Sequence[Column], room: int) -> Iterator[tuple[Effort, Choice]]:
    """What is worth trying, the best first. Smaller ladders help where all maps are shown, or nearly."""
    most = max((column.maps for column in columns if column.kind is Kind.MAPS), default=1)
    for effort in EFFORTS:
        for cap in (_EVERYTHING, *(cap for cap in _CAPS if cap < most)):
            for share in _LADDERS if cap >= most and effort.kernels else _LADDERS[:1]:
                ladder = int(room * share)
                yield effort, Choice(ladder, _MAX_ROWS[0], cap, spread=False)
                yield effort, Choice(ladder, _MAX_ROWS[0], cap, spread=True)
                if most > _MAX_ROWS[1]:
                    yield from ((effort, Choice(ladder, rows, cap, spread=False)) for rows in _MAX_ROWS[1:])


def _worth(sized: Sequence[Sized], room: int) -> tuple[float, float]:
    """How much a choice shows (a sum of logarithms), and the size of its smallest maps as a share of LeNet's."""
    worth, least = 0.0, 10.0
    for each in sized:
        grid, column = each.grid, each.column
        if column.kind is not Kind.MAPS or grid is None or column.keeps_maps:
            continue
        share = max(grid.tile_width, grid.tile_height) / (0.157 * room)
        least = min(least, share)
        worth += 1.5 * log(min(share, 1.0)) + 0.2 * log(max(share, 1.0))
        worth += log(min(grid.count, 16)) + 0.3 * log(max(grid.count / 16, 1.0))
        worth -= 0.6 if grid.count < grid.total <= 32 else 0.0  # few enough to be shown, all of them
        worth += 0.35 if each.kernels is not None else 0.0
    return worth, least
