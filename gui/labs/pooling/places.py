"""Where everything on the pooling lab's stage lies: whole pixels, the largest cells that fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.labs.pooling.state import Function
from gui.views.player.drawing.grid import NumberGrid, Pads, digits_px
from gui.views.player.drawing.look import Sizes

if TYPE_CHECKING:
    from gui.labs.pooling.scene import ComparisonScene, Reader


@dataclass(frozen=True)
class LanePlace:
    """The candidates of the largest window, the value, the output; `idle` is the output of the channel beside."""

    candidates: NumberGrid
    chip: QRectF
    output: NumberGrid
    idle: NumberGrid | None = None


@dataclass(frozen=True)
class Places:
    """`padded` is the input with its padding, `input` the input alone, `idle` the input of the channel beside.

    Where there are more than two channels, `thumbs` are small pictures of all of them instead.
    """

    padded: NumberGrid
    input: NumberGrid
    lanes: tuple[LanePlace, ...]
    idle: NumberGrid | None = None
    thumbs: tuple[NumberGrid, ...] = ()


@dataclass(frozen=True)
class _Measures:
    """The largest sizes at a size of window (TOKENS, "Pooling lab")."""

    cell: int
    idle: int
    candidate: int
    many: int  # a candidate of a window larger than 3x3
    output: int
    chip: tuple[int, int]
    top: int
    below: int
    gaps: tuple[int, int, int]  # to the candidates, to the chip, to the output
    between: int  # lanes


_MEASURES = {
    "small": _Measures(24, 20, 36, 20, 28, (52, 28), 34, 26, (44, 44, 28), 28),
    "regular": _Measures(38, 24, 46, 28, 36, (64, 32), 42, 34, (60, 48, 40), 40),
    "large": _Measures(72, 44, 84, 44, 68, (112, 52), 56, 44, (112, 72, 64), 56),
}


_LEGEND = {"small": 190, "regular": 200, "large": 330}


def measures_of(scene: ComparisonScene) -> _Measures:
    """The largest sizes at the scene's size."""
    return _MEASURES[scene.sizes.name]


def arrange(scene: ComparisonScene) -> Places:
    """All places for the room there is; cells shrink together until they fit, those of a small input grow first."""
    for share in () if scene.sizes.name == "large" else (1.5, 1.25):
        places, right = _arranged(scene, share)
        cells = places.padded
        if max(cells.rows, cells.columns) <= 5 and right <= 0.6 * scene.width and _lowest(places) < scene.height - 40:
            return _centred(_with_idle(scene, places, right), scene.height, _MEASURES[scene.sizes.name].below)
    for share in (1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55, 0.48, 0.4, 0.33):
        places, right = _arranged(scene, share)
        if right <= scene.width - scene.sizes.margin:
            break
    return _centred(_with_idle(scene, places, right), scene.height, _MEASURES[scene.sizes.name].below)


def _lowest(places: Places) -> float:
    """Where the lowest of the grids ends."""
    grids = [places.padded, *(grid for lane in places.lanes for grid in (lane.candidates, lane.output))]
    return max(grid.rect.bottom() for grid in grids)


def _centred(places: Places, height: float, below: int) -> Places:
    """The same in the middle of a stage that is much higher, as on a projector."""
    grids = [places.padded, *(lane.output for lane in places.lanes)]
    grids += [lane.idle for lane in places.lanes if lane.idle is not None]
    grids += [places.idle] if places.idle is not None else []
    down = round((height - max(grid.rect.bottom() for grid in grids) - below) / 2 - places.padded.top / 4)
    if down < 60:
        return places

    def moved(grid: NumberGrid) -> NumberGrid:
        return replace(grid, top=grid.top + down)

    def idle(grid: NumberGrid | None) -> NumberGrid | None:
        return None if grid is None else moved(grid)

    lanes = tuple(
        LanePlace(moved(lane.candidates), lane.chip.translated(0, down), moved(lane.output), idle(lane.idle))
        for lane in places.lanes
    )
    thumbs = tuple(moved(thumb) for thumb in places.thumbs)
    return Places(moved(places.padded), moved(places.input), lanes, idle(places.idle), thumbs)


def pads_of(scene: ComparisonScene) -> Pads:
    """Rows above and below, columns before and after, of padding."""
    pads = getattr(scene.trace, "pads", ())
    if not pads:
        return 0, 0, 0, 0
    (above, below), (before, after) = pads if len(pads) == 2 else ((0, 0), pads[0])
    return above, below, before, after


def _arranged(scene: ComparisonScene, share: float) -> tuple[Places, float]:
    """Places at a share of the largest sizes, and where they end on the right."""
    measures, margin = _MEASURES[scene.sizes.name], scene.sizes.margin
    pads = pads_of(scene)
    rows = scene.input_sheet.rows + pads[0] + pads[1]
    columns = scene.input_sheet.columns + pads[2] + pads[3]
    high = scene.height - measures.top - measures.below
    cell = _whole(min(high / rows, 0.62 * scene.width / columns, measures.cell * share))
    padded = NumberGrid(margin, measures.top, rows, columns, cell, cell, pads)
    inner = NumberGrid(
        margin + pads[2] * cell, measures.top + pads[0] * cell, scene.input_sheet.rows, scene.input_sheet.columns,
        cell, cell,
    )  # fmt: skip
    legend = margin + _LEGEND[scene.sizes.name] - measures.gaps[0]  # what the marks mean stands below the input
    lanes = lanes_of(scene, share, max(padded.rect.right(), legend), measures)
    return Places(padded, inner, lanes), max(lane.output.rect.right() for lane in lanes)


def lanes_of(scene: ComparisonScene, share: float, left: float, measures: _Measures) -> tuple[LanePlace, ...]:
    """The lanes below each other, to the right of `left`, at a share of the largest sizes."""
    count = len(scene.readers)
    room = (scene.height - measures.top - 12 - (count - 1) * measures.between) / count
    taps = [scene.first.taps(step) for step in range(min(scene.each, 400))]
    taps_rows, taps_columns = max(t[0] for t in taps), max(t[1] for t in taps)
    lanes = []
    y = float(measures.top)
    for reader in scene.readers:
        lane, high = _lane(scene, reader, share, room, (taps_rows, taps_columns), measures, left, y)
        lanes.append(lane)
        y += high + measures.between
    x = max(lane.output.left for lane in lanes)  # outputs stand under each other, their cells equally wide
    wide = max(lane.output.width for lane in lanes)
    lanes = [_moved(lane, x, wide) for lane in lanes]
    return tuple(lanes)


def _whole(size: float) -> float:
    """The largest cell of whole pixels that fits; for maps larger than the room a part of one."""
    return float(int(size)) if size >= 1 else max(size, 0.02)


def _moved(lane: LanePlace, left: float, width: float) -> LanePlace:
    grid = lane.output
    return LanePlace(
        lane.candidates, lane.chip, NumberGrid(left, grid.top, grid.rows, grid.columns, width, grid.height)
    )


def _lane(
    scene: ComparisonScene, reader: Reader, share: float, room: float, taps: tuple[int, int], measures: _Measures,
    left: float, top: float,
) -> tuple[LanePlace, float]:  # fmt: skip
    """A lane whose top is at `top`, and its height."""
    out = reader.sheet
    most = int(measures.output * share)
    fits = min(room / out.rows, 0.22 * scene.width / out.columns, most)
    side = wide = _whole(fits)
    if side >= 14 and not digits_px(side, side, reader.style.longest):  # longer numbers in wider cells
        wide = min(ceil(reader.style.longest * 5.4) + 8.0, 3 * side)
    width, height = _candidate(scene, reader, taps, share, room, measures)
    high = max(out.rows * side, taps[0] * height)
    middle = top + round(high / 2)
    x = left + measures.gaps[0]
    candidates = NumberGrid(x, middle - round(taps[0] * height / 2), taps[0], taps[1], width, height)
    x = candidates.rect.right() + measures.gaps[1]
    digits = round(0.6 * scene.sizes.value_px * reader.style.longest) + 18
    chip = QRectF(x, middle - measures.chip[1] // 2, max(measures.chip[0], digits), measures.chip[1])
    x = chip.right() + measures.gaps[2]
    output = NumberGrid(x, middle - round(out.rows * side / 2), out.rows, out.columns, wide, side)
    return LanePlace(candidates, chip, output), high


def _candidate(
    scene: ComparisonScene, reader: Reader, taps: tuple[int, int], share: float, room: float, measures: _Measures
) -> tuple[float, float]:
    """Width and height of a candidate's cell: larger where words and shares are written."""
    few = max(taps) <= 3 or taps[0] * taps[1] <= 9
    base = round((measures.candidate if few else measures.many) * share)
    width = base
    if reader.lane.function is not Function.MAX and few:
        characters = scene.input_style.longest + 1 + (2 if reader.lane.function is Function.AVERAGE else 1)
        width = max(base, round(characters * 0.6 * scene.sizes.factor_px) + 10)
    if taps[0] * base > room or taps[1] * width > 0.3 * scene.width:
        side = _whole(min(room / taps[0], 0.3 * scene.width / taps[1], base))
        return side, side
    return width, base


def _with_idle(scene: ComparisonScene, places: Places, right: float) -> Places:
    """The channel beside, at the right, where there is one and room for it."""
    if scene.input_sheet.planes < 2:
        return places
    sizes: Sizes = scene.sizes
    measures = _MEASURES[sizes.name]
    sheet, out = scene.input_sheet, scene.readers[0].sheet
    if len(sheet.array.shape) == 2:
        return _idle_below(places, measures, scene.height)
    end = scene.width - sizes.margin
    room = end - right - 40
    if scene.input_sheet.planes > 2:
        return replace(places, thumbs=_thumbs(scene, QRectF(right + 40, measures.top, room, scene.height - 60)))
    gap = 48
    high = (scene.height - measures.top - 60) / sheet.rows
    cell = _whole(min((room - gap) / (sheet.columns + out.columns), high, measures.idle))
    if cell < 10:
        return places
    outputs = end - out.columns * cell
    width = sheet.columns * cell
    # whatever room is left is shared, so that the channel stands in the middle of it
    left = round(right + 40 + max(outputs - gap - width - right - 40, 0) * 0.3)
    idle = NumberGrid(left, measures.top, sheet.rows, sheet.columns, cell, cell)
    lanes, y = [], float(measures.top)
    for lane in places.lanes:
        grid = NumberGrid(outputs, y, out.rows, out.columns, cell, cell)
        lanes.append(LanePlace(lane.candidates, lane.chip, lane.output, grid))
        y = grid.rect.bottom() + max(30, measures.between - 6)
    return Places(places.padded, places.input, tuple(lanes), idle)


def _thumbs(scene: ComparisonScene, box: QRectF) -> tuple[NumberGrid, ...]:
    """A small picture of each channel, as large as they fit into a box; none where they would be tiny."""
    sheet, count = scene.input_sheet, scene.input_sheet.planes
    gap, label = 12, 18
    best, columns = 0.0, 1
    for across in range(1, count + 1):
        down = ceil(count / across)
        wide = ((box.width() + gap) / across - gap) / sheet.columns
        high = (box.height() / down - gap - label) / sheet.rows
        if min(wide, high) > best:
            best, columns = min(wide, high), across
    cell = min(best, {"small": 9.0, "regular": 13.0, "large": 20.0}[scene.sizes.name])
    if cell * max(sheet.columns, sheet.rows) < 14:
        return ()
    cell = _whole(cell)
    wide, high = sheet.columns * cell + gap, sheet.rows * cell + gap + label
    columns = max(columns, min(int((box.width() + gap) // wide), ceil(count**0.5)))
    left = box.left() + max(box.width() - columns * wide + gap, 0) * 0.3
    return tuple(
        NumberGrid(
            round(left + n % columns * wide), round(box.top() + n // columns * high), sheet.rows, sheet.columns, cell,
            cell,
        )
        for n in range(count)
    )  # fmt: skip


def _idle_below(places: Places, measures: _Measures, height: float) -> Places:
    """The channel beside of a signal: below, in the same columns."""
    first = places.input
    y = max(places.padded.rect.bottom() + 40, *(lane.output.rect.bottom() for lane in places.lanes)) + measures.between
    y += 16
    step = measures.between + first.height
    if y + step * len(places.lanes) > height:
        return places
    idle = NumberGrid(first.left, y, 1, first.columns, first.width, first.height)
    lanes = []
    for lane in places.lanes:
        out = lane.output
        grid = NumberGrid(out.left, y, 1, out.columns, out.width, out.height)
        lanes.append(LanePlace(lane.candidates, lane.chip, out, grid))
        y += step
    return Places(places.padded, first, tuple(lanes), idle)
