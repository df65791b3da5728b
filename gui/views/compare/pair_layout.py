"""Where everything stands in the picture of one sample in two networks. No painting, no Qt widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF

TITLE, HEADS, HEADING, FOOT = 44.0, 46.0, 28.0, 42.0
_SCALES = (0.125, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16)
_UNITS = (3, 4, 5, 6, 7, 8, 10, 12, 14)
_EDGE = 24.0
_SEEN = 14.0
_FORK = 62.0
_GAP, _NARROW = 80.0, 34.0
_OUTPUT = 170.0


@dataclass(frozen=True)
class Size:
    """A layer to be shown: so many maps of (height, width)."""

    count: int
    height: int
    width: int

    @property
    def flat(self) -> bool:
        return self.height == self.width == 1


@dataclass(frozen=True)
class Tiles:
    """How a layer's maps are tiled: `cell` pixels a value, `shown` maps in `columns`, `gap` between them."""

    size: Size
    cell: float
    columns: int
    shown: int
    gap: float

    @property
    def tile(self) -> tuple[float, float]:
        return max(self.size.width * self.cell, 1.0), max(self.size.height * self.cell, 1.0)

    @property
    def width(self) -> float:
        return self.columns * (self.tile[0] + self.gap) - self.gap

    @property
    def height(self) -> float:
        return ceil(self.shown / self.columns) * (self.tile[1] + self.gap) - self.gap

    def rect(self, index: int, corner: QPointF) -> QRectF:
        """Where map `index` is, relative to the block's upper left corner."""
        row, column = divmod(index, self.columns)
        width, height = self.tile
        return QRectF(corner.x() + column * (width + self.gap), corner.y() + row * (height + self.gap), width, height)


@dataclass(frozen=True)
class PairLayout:
    """`lanes` are the areas of the two runs, `blocks` what each shows of each column (None: it has no such stage)."""

    input: QRectF
    cell: float
    lanes: tuple[QRectF, QRectF]
    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    blocks: tuple[tuple[Tiles | None, Tiles | None], ...]
    outputs: tuple[QRectF, QRectF]
    labelled: bool

    def corner(self, lane: int, column: int) -> QPointF:
        """The upper left corner of a block: in the middle of its lane's height."""
        tiles = self.blocks[column][lane]
        area = self.area(lane)
        height = tiles.height if tiles is not None else 0.0
        return QPointF(self.lefts[column], round(area.top() + (area.height() - height) / 2))

    def area(self, lane: int) -> QRectF:
        """The part of a lane between its heading and its scales."""
        return self.lanes[lane].adjusted(0, HEADING, 0, -FOOT)


def options(size: Size, height: float, share: float, width: float) -> list[Tiles]:
    """The ways to tile a layer into this height, from small to large: the first into its `share` of the width, others
    into at most `width`. Tiles are large enough to be seen; where not all maps have room, the first of them are shown.
    """
    found: list[Tiles] = []
    for cell in _UNITS if size.flat else _SCALES:
        tile_width, tile_height = max(size.width * cell, 1.0), max(size.height * cell, 1.0)
        room = width if found else share
        if not size.flat and (max(tile_width, tile_height) < _SEEN or tile_height > height or tile_width > room):
            continue
        gap = 1.0 if size.flat else 6.0 if tile_width >= 48 else 4.0 if tile_width >= 16 else 2.0
        rows = int((height + gap) // (tile_height + gap))
        most = int((room + gap) // (tile_width + gap))
        if not rows or not most:
            continue
        columns = min(ceil(size.count / rows), most)
        shown = min(size.count, columns * rows)
        if found and shown < found[-1].shown:
            continue  # larger is of no use where fewer are seen
        balanced = ceil(shown / ceil(shown / columns))
        found.append(Tiles(size, float(cell), balanced, shown, gap))
    return found


def lay_out(
    *,
    width: float,
    height: float,
    input_size: tuple[int, int],
    columns: Sequence[tuple[Size | None, Size | None]],
    single: bool = False,
) -> PairLayout:
    """Fit both lanes into the panel: whole pixels a value wherever a map has room for one."""
    top = TITLE + HEADS
    lane_height = (height - top - 6) / 2
    lanes = (QRectF(0, top, width, lane_height), QRectF(0, top + lane_height, width, lane_height))
    block_height = max(lane_height - HEADING - FOOT, 24.0)
    share = 0.13 * width
    tall, wide = input_size
    cells = [one for one in (1, 2, 3, 4, 5, 6, 8, 10) if wide * one <= share and tall * one <= block_height * 1.6]
    cell: float = max(cells, default=1)
    if input_size[1] > share:
        cell = share / input_size[1]
    input_width, input_height = input_size[1] * cell, input_size[0] * cell
    picture = QRectF(_EDGE, round(top + lane_height - input_height / 2 - 8), input_width, input_height)
    output_width = min(_OUTPUT, max(130.0, width * 0.17))
    count = len(columns)
    left = picture.right() + _FORK
    right = width - _EDGE - output_width
    labelled = right - left >= count * 96 + count * _GAP
    gap = _GAP if labelled else _NARROW
    room = right - left - count * gap
    chosen = _choose(columns, block_height, room)
    widths = [max((one.width for one in pair if one is not None), default=60.0) for pair in chosen]
    spare = max(room - sum(widths), 0.0)
    lefts = []
    x = left
    for one in widths:
        lefts.append(round(x))
        x += one + gap + spare / max(count, 1)
    outputs = tuple(
        QRectF(width - _EDGE - output_width, lane.top() + 4, output_width, lane.height() - 8) for lane in lanes
    )
    return PairLayout(
        input=picture,
        cell=float(cell),
        lanes=lanes,
        lefts=tuple(lefts),
        widths=tuple(widths),
        blocks=tuple(chosen),
        outputs=(outputs[0], outputs[1]),
        labelled=labelled,
    )


def _choose(
    columns: Sequence[tuple[Size | None, Size | None]], height: float, room: float
) -> list[tuple[Tiles | None, Tiles | None]]:
    """The largest tiles that fit side by side: the block of least area grows first."""
    most = room / max(len(columns), 1) if columns else room
    ways: list[list[tuple[Tiles | None, Tiles | None]]] = []
    for pair in columns:
        lists = [[] if size is None else options(size, height, most, max(room * 0.8, most)) for size in pair]
        steps: list[tuple[Tiles | None, Tiles | None]] = []
        for place in range(max(map(len, lists), default=0)):
            steps.append(tuple(one[min(place, len(one) - 1)] if one else None for one in lists))  # type: ignore[arg-type]
        ways.append(steps or [(None, None)])
    places = [0] * len(ways)

    def width_of(index: int, place: int) -> float:
        return max((one.width for one in ways[index][place] if one is not None), default=60.0)

    def area_of(index: int) -> float:
        return max((one.width * one.height for one in ways[index][places[index]] if one is not None), default=1e9)

    stuck: set[int] = set()
    while len(stuck) < len(ways):
        index = min((one for one in range(len(ways)) if one not in stuck), key=area_of)
        others = sum(width_of(one, places[one]) for one in range(len(ways)) if one != index)
        following = places[index] + 1
        if following < len(ways[index]) and others + width_of(index, following) <= room:
            places[index] = following
        else:
            stuck.add(index)
    return [ways[index][place] for index, place in enumerate(places)]


def fitting(width: float, most: int) -> int:
    """How many columns have room in a panel of this width."""
    room = width - 2 * _EDGE - 0.13 * width - _FORK - min(_OUTPUT, max(130.0, width * 0.17))
    return max(1, min(most, 1 + (room >= 320) + max(int((room - 520) // 280), 0)))
