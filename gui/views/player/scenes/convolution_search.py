"""How a convolution could be arranged, and which arrangement that fits lets most be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, log2

from gui.views.player.drawing.grid import Pads, digits_px
from gui.views.player.drawing.look import Sizes
from gui.views.player.scenes.convolution_middles import Middle, middles, text_width

_CELLS = (72, 60, 48, 44, 40, 36, 32, 28, 24, 22, 20, 18, 16, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0.5, 0.25, 0.1)
LABEL = 24  # height of a label over a grid
SCALE = 24  # height of the scale under a map
EDGE = 12  # least room above and below
STRIP = 58
_MOST_LEGIBLE = 19.3


@dataclass(frozen=True)
class Request:
    """What is to be arranged. `characters` are the lengths of the longest number of each kind."""

    width: float
    height: float
    sizes: Sizes
    channels: int  # of the group of the current filter
    rows: int  # of the padded input
    columns: int
    pads: Pads
    kernel: tuple[int, int]
    out_rows: int
    out_columns: int
    filters: int
    bias: bool
    input_characters: int
    kernel_characters: int
    product_characters: int
    sum_characters: int
    output_characters: int
    title_width: float  # of the output's title
    filled: bool  # maps are filled with the colours of their values


@dataclass(frozen=True)
class Plan:
    """An arrangement with its sizes, before it is placed."""

    shown: int
    per_row: int
    down: bool
    chip_right: bool
    middle: Middle
    cell: float
    out_cell: float
    score: float = 0.0


@lru_cache(maxsize=64)
def best(request: Request, easy: bool = False) -> Plan | None:
    """The plan with the highest score; with `easy` only if all channels stand in one row with all their factors."""
    best: Plan | None = None
    outputs = _out_cells(request)
    for shape in sorted(_shapes(request, easy), key=lambda plan: -plan.score):
        if best is not None and shape.score + _MOST_LEGIBLE <= best.score:
            break
        side = side_size(request, shape)
        for out_cell in outputs:
            cell = _largest_cell(request, shape, out_cell, *side)
            if not cell:
                continue
            score = shape.score + _legibility(request, cell, out_cell)
            if best is None or score > best.score:
                best = replace(shape, cell=cell, out_cell=out_cell, score=score)
            if cell == request.sizes.cell:
                break  # a smaller output map would not help
    return best


def middles_of(request: Request) -> tuple[Middle, ...]:
    return middles(
        request.sizes,
        request.kernel,
        request.input_characters,
        request.kernel_characters,
        request.product_characters,
    )


def _shapes(request: Request, easy: bool) -> Iterator[Plan]:
    """All arrangements without sizes, with the part of their score that doesn't depend on them."""
    n = request.channels
    counts = {n} if easy else {min(n, 24), *(k for k in (12, 8, 6, 4, 3, 2, 1) if k < n)}
    for shown in sorted(counts, reverse=True):
        missing = 0.0 if shown == n else 10.0 + 30.0 * (1 - min(shown, 8) / min(n, 8))
        for per_row in sorted({shown, ceil(shown / 2), ceil(shown / 3), 1}, reverse=True):
            rows = ceil(shown / per_row)
            if easy and rows > 1:
                continue
            for middle in middles_of(request):
                if easy and not middle.factors:
                    continue
                for down, chip_right in ((True, False), (False, False), (True, True), (False, True)):
                    if middle.kind == ("above" if down else "side") or (chip_right and per_row > 1):
                        continue  # a projection would cross the kernel; a "+" would find no room
                    score = middle.score - missing + (1.5 if rows == 1 else 0.0)
                    score += (1.0 if down else 0.0) + (0.0 if chip_right else 0.5)
                    yield Plan(shown, per_row, down, chip_right, middle, 1, 1, score)


def _out_cells(request: Request) -> list[float]:
    """Sizes to try for the output map's cells: as large as the height allows, and smaller ones."""
    high = request.height * 0.55 if request.filled else request.height - 2 * EDGE - LABEL - SCALE
    room = min(high / request.out_rows, 0.34 * request.width / request.out_columns)
    fits = [cell for cell in _CELLS if cell <= min(room, request.sizes.output_cell)] or [1]
    useful = [cell for cell in fits if cell >= 6] or fits[:1]
    return useful[:: max(1, len(useful) // 5)]


def _largest_cell(request: Request, plan: Plan, out_cell: float, side_width: float, side_height: float) -> float:
    """The largest input cell with which a plan fits; 0 if not even the smallest does."""
    sizes, rows = request.sizes, ceil(plan.shown / plan.per_row)
    height = request.height - 2 * EDGE - (STRIP if plan.shown < request.channels else 0)
    if request.out_rows * out_cell + LABEL + scale_height(request, out_cell) > height:
        return 0
    width = request.width - 2 * sizes.margin - sizes.label_column - _tail(request, out_cell, plan.shown)
    across = (width - (plan.per_row - 1) * gap_of(request)) / plan.per_row
    along = (height - (rows - 1) * row_gap(request)) / rows - LABEL
    if side_width > across or side_height > along:
        return 0
    gap = input_gap(request, plan)
    if plan.down:
        along -= gap + side_height
    else:
        across -= gap + side_width
    room = min(across / request.columns, along / request.rows, sizes.cell)
    return next((cell for cell in _CELLS if cell <= room), 0)


def _legibility(request: Request, cell: float, out_cell: float) -> float:
    """How well the maps can be read: at most _MOST_LEGIBLE."""
    score = 8.0 * _readable(cell) + 3.0 * _readable(out_cell)
    if digits_px(cell, cell, request.input_characters):
        score += 4.0
    if digits_px(out_cell, out_cell, request.output_characters):
        score += 1.0
    return score


@lru_cache(maxsize=64)
def _readable(cell: float) -> float:
    """How well a cell of so many pixels is seen: 0 at 4 pixels, 1 at 24, below zero for tiny ones."""
    return min(log2(cell / 4) / log2(6), 1.3)


def extent(request: Request, plan: Plan) -> tuple[float, float]:
    """Width and height that a plan needs."""
    sizes = request.sizes
    block_width, block_height = block_size(request, plan)
    rows = ceil(plan.shown / plan.per_row)
    width = 2 * sizes.margin + sizes.label_column + plan.per_row * block_width + (plan.per_row - 1) * gap_of(request)
    width += _tail(request, plan.out_cell, plan.shown)
    height = 2 * EDGE + rows * block_height + (rows - 1) * row_gap(request)
    if plan.shown < request.channels:
        height += STRIP
    return width, height


def chip_widths(request: Request) -> tuple[int, int, int]:
    """Widths of the chips of a sum, the bias and the value."""
    return _widths(request.sizes, request.sum_characters, request.kernel_characters)


@lru_cache(maxsize=64)
def _widths(sizes: Sizes, sum_characters: int, bias_characters: int) -> tuple[int, int, int]:
    one = max(sizes.chip_width, text_width(sum_characters, sizes.chip_px) + 16)
    bias = max(sizes.chip_width - 8, text_width(bias_characters, sizes.chip_px) + 14)
    value = max(sizes.chip_width, text_width(sum_characters, sizes.value_px) + 18)
    return one, bias, value


def gap_of(request: Request) -> int:
    """Least room between blocks: a "+" stands there."""
    return 28 if request.sizes.name != "small" else 24


def row_gap(request: Request) -> int:
    return 20 if request.sizes.name != "small" else 12


def input_gap(request: Request, plan: Plan) -> int:
    """Between an input map and what its window is laid out as."""
    roomy = 40 if request.sizes.name != "small" else 26
    return roomy if plan.middle.factors or not plan.down else max(22, roomy - 14)


def _tail(request: Request, out_cell: float, shown: int) -> int:
    """Width of what follows the blocks: + bias = value → output."""
    _, bias, value = chip_widths(request)
    plus, equals, way = tail_gaps(request)
    others = plus + chip_widths(request)[0] if shown < request.channels else 0
    output = max(round(request.out_columns * out_cell), round(request.title_width))
    return others + (plus + bias if request.bias else 0) + equals + value + way + output


def scale_height(request: Request, out_cell: float) -> int:
    """Height of the scale under an output map: none where its digits say it all."""
    digits = digits_px(out_cell, out_cell, request.output_characters)
    return SCALE if request.filled or not digits else 0


def tail_gaps(request: Request) -> tuple[int, int, int]:
    """Room for "+", for "=" and for the arrow."""
    return (24, 30, 36) if request.sizes.name == "small" else (30, 34, 40)


def side_size(request: Request, plan: Plan) -> tuple[float, float]:
    """Width and height of kernel, products and the sum's chip."""
    chip, _, _ = chip_widths(request)
    middle, height = plan.middle, request.sizes.chip_height
    if plan.chip_right:
        return middle.width + 14 + chip, max(middle.height, height)
    overhang = max(0.0, chip / 2 - (middle.width - middle.products.rect.center().x()))
    return max(middle.width + overhang, chip), middle.height + 11 + height


def block_size(request: Request, plan: Plan) -> tuple[float, float]:
    width, height = side_size(request, plan)
    across, along = request.columns * plan.cell, request.rows * plan.cell
    gap = input_gap(request, plan)
    if plan.down:
        return max(across, width), LABEL + along + gap + height
    return across + gap + width, LABEL + max(along, height)
