"""Where the parts of a convolution stand: of all arrangements that fit, the one on which most can be read.

Each input channel is a block: its map, the window over it, the kernel, the products, their sum. Blocks stand side by
side (in rows where there are many), then come the bias, the value and the output map.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, log2

from PySide6.QtCore import QPointF, QRectF

from gui.views.player.convolution_middles import Middle, middles, text_width
from gui.views.player.grid import NumberGrid, Pads, digits_px
from gui.views.player.look import Sizes

_CELLS = (48, 44, 40, 36, 32, 28, 24, 22, 20, 18, 16, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_LABEL = 24  # height of a label over a grid
_SCALE = 24  # height of the scale under a map
_EDGE = 12  # least room above and below
_STRIP = 58
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
    filled: bool  # maps are filled with the colours of their values


@dataclass(frozen=True)
class Block:
    """One input channel's places."""

    input: NumberGrid
    kernel: NumberGrid
    products: NumberGrid
    patch: NumberGrid | None
    chip: QRectF
    label: QPointF  # middle


@dataclass(frozen=True)
class Idle:
    """The places of a filter at rest."""

    kernels: tuple[NumberGrid, ...]
    bias: QRectF
    output: NumberGrid


@dataclass(frozen=True)
class Layout:
    """All places on the stage, in logical pixels from its corner."""

    down: bool  # windows project downwards, else to the right
    chip_right: bool  # sums stand to the right of the products, one below the other
    middle: Middle
    per_row: int
    blocks: tuple[Block, ...]
    bias: QRectF
    value: QRectF
    output: NumberGrid
    idle: tuple[Idle, ...]
    strip: QRectF  # for the sums of all channels; empty where each has a block
    left: float  # of the labels
    right: float


@dataclass(frozen=True)
class _Plan:
    """An arrangement with its sizes, before it is placed."""

    shown: int
    per_row: int
    down: bool
    chip_right: bool
    middle: Middle
    cell: int
    out_cell: int
    score: float = 0.0


def arrange(request: Request, larger: tuple[Sizes, ...] = ()) -> tuple[Layout, Sizes]:
    """The best arrangement of all that fit; where none does, the smallest.

    `larger` sizes, largest first, are taken instead where everything can be read even so. Returns the sizes taken.
    """
    for sizes in larger:
        bigger = replace(request, sizes=sizes)
        easy = _best(bigger, True)
        if easy is not None and digits_px(easy.cell, easy.cell, request.input_characters):
            return _place(bigger, easy), sizes
    plan = _best(request) or _Plan(1, 1, True, False, _middles(request)[-1], 1, 1)
    return _place(request, plan), request.sizes


@lru_cache(maxsize=64)
def _best(request: Request, easy: bool = False) -> _Plan | None:
    """The plan with the highest score; with `easy` only if all channels stand in one row with all their factors."""
    best: _Plan | None = None
    outputs = _out_cells(request)
    for shape in sorted(_shapes(request, easy), key=lambda plan: -plan.score):
        if best is not None and shape.score + _MOST_LEGIBLE <= best.score:
            break
        side = _side(request, shape)
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


def _middles(request: Request) -> tuple[Middle, ...]:
    return middles(
        request.sizes,
        request.kernel,
        request.input_characters,
        request.kernel_characters,
        request.product_characters,
    )


def _shapes(request: Request, easy: bool) -> Iterator[_Plan]:
    """All arrangements without sizes, with the part of their score that doesn't depend on them."""
    n = request.channels
    counts = {n} if easy else {min(n, 24), *(k for k in (12, 8, 6, 4, 3, 2, 1) if k < n)}
    for shown in sorted(counts, reverse=True):
        missing = 0.0 if shown == n else 10.0 + 30.0 * (1 - min(shown, 8) / min(n, 8))
        for per_row in sorted({shown, ceil(shown / 2), ceil(shown / 3), 1}, reverse=True):
            rows = ceil(shown / per_row)
            if easy and rows > 1:
                continue
            for middle in _middles(request):
                if easy and not middle.factors:
                    continue
                for down, chip_right in ((True, False), (False, False), (True, True), (False, True)):
                    if middle.kind == ("above" if down else "side") or (chip_right and per_row > 1):
                        continue  # a projection would cross the kernel; a "+" would find no room
                    score = middle.score - missing + (1.5 if rows == 1 else 0.0)
                    score += (1.0 if down else 0.0) + (0.0 if chip_right else 0.5)
                    yield _Plan(shown, per_row, down, chip_right, middle, 1, 1, score)


def _out_cells(request: Request) -> list[int]:
    """Sizes to try for the output map's cells: as large as the height allows, and smaller ones."""
    high = request.height * 0.55 if request.filled else request.height - 2 * _EDGE - _LABEL - _SCALE
    room = min(high / request.out_rows, 0.34 * request.width / request.out_columns)
    fits = [cell for cell in _CELLS if cell <= min(room, request.sizes.output_cell)] or [1]
    useful = [cell for cell in fits if cell >= 6] or fits[:1]
    return useful[:: max(1, len(useful) // 5)]


def _largest_cell(request: Request, plan: _Plan, out_cell: int, side_width: float, side_height: float) -> int:
    """The largest input cell with which a plan fits; 0 if not even the smallest does."""
    sizes, rows = request.sizes, ceil(plan.shown / plan.per_row)
    height = request.height - 2 * _EDGE - (_STRIP if plan.shown < request.channels else 0)
    if request.out_rows * out_cell + _LABEL + (_SCALE if request.filled else 0) > height:
        return 0
    width = request.width - 2 * sizes.margin - sizes.label_column - _tail(request, out_cell)
    across = (width - (plan.per_row - 1) * _gap(request)) / plan.per_row
    along = (height - (rows - 1) * _row_gap(request)) / rows - _LABEL
    if side_width > across or side_height > along:
        return 0
    gap = _input_gap(request, plan)
    if plan.down:
        along -= gap + side_height
    else:
        across -= gap + side_width
    room = min(across / request.columns, along / request.rows, sizes.cell)
    return next((cell for cell in _CELLS if cell <= room), 0)


def _legibility(request: Request, cell: int, out_cell: int) -> float:
    """How well the maps can be read: at most _MOST_LEGIBLE."""
    score = 8.0 * _readable(cell) + 3.0 * _readable(out_cell)
    if digits_px(cell, cell, request.input_characters):
        score += 4.0
    if digits_px(out_cell, out_cell, request.output_characters):
        score += 1.0
    return score


@lru_cache(maxsize=64)
def _readable(cell: int) -> float:
    """How well a cell of so many pixels is seen: 0 at 4 pixels, 1 at 24, below zero for tiny ones."""
    return min(log2(cell / 4) / log2(6), 1.3)


def _extent(request: Request, plan: _Plan) -> tuple[float, float]:
    """Width and height that a plan needs."""
    sizes = request.sizes
    block_width, block_height = _block(request, plan)
    rows = ceil(plan.shown / plan.per_row)
    width = 2 * sizes.margin + sizes.label_column + plan.per_row * block_width + (plan.per_row - 1) * _gap(request)
    width += _tail(request, plan.out_cell)
    height = 2 * _EDGE + rows * block_height + (rows - 1) * _row_gap(request)
    if plan.shown < request.channels:
        height += _STRIP
    return width, height


def _chips(request: Request) -> tuple[int, int, int]:
    """Widths of the chips of a sum, the bias and the value."""
    return _chip_widths(request.sizes, request.sum_characters, request.kernel_characters)


@lru_cache(maxsize=64)
def _chip_widths(sizes: Sizes, sum_characters: int, bias_characters: int) -> tuple[int, int, int]:
    one = max(sizes.chip_width, text_width(sum_characters, sizes.chip_px) + 16)
    bias = max(sizes.chip_width - 8, text_width(bias_characters, sizes.chip_px) + 14)
    value = max(sizes.chip_width, text_width(sum_characters, sizes.value_px) + 18)
    return one, bias, value


def _gap(request: Request) -> int:
    """Least room between blocks: a "+" stands there."""
    return 28 if request.sizes.name != "small" else 24


def _row_gap(request: Request) -> int:
    return 20 if request.sizes.name != "small" else 12


def _input_gap(request: Request, plan: _Plan) -> int:
    """Between an input map and what its window is laid out as."""
    roomy = 40 if request.sizes.name != "small" else 26
    return roomy if plan.middle.factors or not plan.down else max(22, roomy - 14)


def _tail(request: Request, out_cell: int) -> int:
    """Width of what follows the blocks: + bias = value → output."""
    _, bias, value = _chips(request)
    plus, equals, way = _tail_gaps(request)
    return (plus + bias if request.bias else 0) + equals + value + way + request.out_columns * out_cell


def _tail_gaps(request: Request) -> tuple[int, int, int]:
    """Room for "+", for "=" and for the arrow."""
    return (24, 30, 36) if request.sizes.name == "small" else (30, 34, 40)


def _side(request: Request, plan: _Plan) -> tuple[float, float]:
    """Width and height of kernel, products and the sum's chip."""
    chip, _, _ = _chips(request)
    middle, height = plan.middle, request.sizes.chip_height
    if plan.chip_right:
        return middle.width + 14 + chip, max(middle.height, height)
    overhang = max(0.0, chip / 2 - (middle.width - middle.products.rect.center().x()))
    return max(middle.width + overhang, chip), middle.height + 11 + height


def _block(request: Request, plan: _Plan) -> tuple[float, float]:
    width, height = _side(request, plan)
    across, along = request.columns * plan.cell, request.rows * plan.cell
    gap = _input_gap(request, plan)
    if plan.down:
        return max(across, width), _LABEL + along + gap + height
    return across + gap + width, _LABEL + max(along, height)


def _place(request: Request, plan: _Plan) -> Layout:
    """Put the parts of a plan into the room; what is left over goes between them, then around them."""
    sizes = request.sizes
    block_width, block_height = _block(request, plan)
    needed_width, needed_height = _extent(request, plan)
    spare = max(request.width - needed_width, 0.0)
    rows = ceil(plan.shown / plan.per_row)
    gap = _gap(request)
    if plan.per_row > 1:
        more = min(spare * 0.6 / (plan.per_row - 1), 36.0)
        gap += round(more)
        spare -= round(more) * (plan.per_row - 1)
    wider = min(round(spare * 0.3), 60)
    spare -= wider
    left = sizes.margin + min(round(spare / 2), 480)
    idle_height = _idle_height(request, plan)
    spare_height = max(request.height - needed_height, 0.0)
    idle = 0
    if plan.down and plan.middle.kind == "side" and rows == 1 and plan.shown == request.channels:
        # the active output hangs below the chips by half its height
        below = max(0.0, request.out_rows * plan.out_cell / 2 - sizes.chip_height / 2)
        idle = max(0, min(request.filters - 1, int((spare_height - below) // idle_height), 4))
        if idle:
            spare_height -= below + idle * idle_height
    top = _EDGE + max(round(min(spare_height, request.height) / 2), 0)
    x = left + sizes.label_column
    blocks = []
    for n in range(plan.shown):
        row, column = divmod(n, plan.per_row)
        blocks.append(
            _one_block(
                request, plan, x + column * (block_width + gap), top + row * (block_height + _row_gap(request))
            )
        )
    end = x + plan.per_row * block_width + (plan.per_row - 1) * gap
    bias, value, output = _place_tail(request, plan, blocks[-1].chip, end, wider)
    return Layout(
        down=plan.down,
        chip_right=plan.chip_right,
        middle=plan.middle,
        per_row=plan.per_row,
        blocks=tuple(blocks),
        bias=bias,
        value=value,
        output=output,
        idle=tuple(_place_idle(request, plan, blocks, bias, output, n, idle_height) for n in range(idle)),
        strip=QRectF(x, request.height - _STRIP + 4, output.rect.right() - x, _STRIP - 16)
        if plan.shown < request.channels
        else QRectF(),
        left=left,
        right=output.rect.right(),
    )


def _one_block(request: Request, plan: _Plan, x: float, y: float) -> Block:
    """Place one channel's block with its corner at (x, y)."""
    block_width, _ = _block(request, plan)
    side_width, side_height = _side(request, plan)
    along, across = request.rows * plan.cell, request.columns * plan.cell
    gap, top = _input_gap(request, plan), y + _LABEL
    if plan.down:
        left = x + round((block_width - across) / 2)
        shift = x + round((block_width - side_width) / 2), top + along + gap
    else:
        left, height = x, max(along, side_height)
        shift = x + across + gap, top + round((height - side_height) / 2)
        top += round((height - along) / 2)
    grid = NumberGrid(left, top, request.rows, request.columns, plan.cell, plan.cell, request.pads)
    middle, chip_height = plan.middle, request.sizes.chip_height
    products = _moved(middle.products, *shift)
    chip, _, _ = _chips(request)
    if plan.chip_right:
        place = QRectF(shift[0] + middle.width + 14, round(products.rect.center().y() - chip_height / 2), chip, chip_height)
    else:
        place = QRectF(
            round(products.rect.center().x() - chip / 2), shift[1] + middle.height + 11, chip, chip_height
        )
    return Block(
        input=grid,
        kernel=_moved(middle.kernel, *shift),
        products=products,
        patch=None if middle.patch is None else _moved(middle.patch, *shift),
        chip=place,
        label=QPointF(grid.rect.center().x(), grid.top - 16),
    )


def _moved(grid: NumberGrid, x: float, y: float) -> NumberGrid:
    return replace(grid, left=grid.left + x, top=grid.top + y)


def _place_tail(
    request: Request, plan: _Plan, last: QRectF, end: float, wider: int
) -> tuple[QRectF, QRectF, NumberGrid]:
    """Bias, value and output map, in the row of the last sum."""
    _, bias_width, value_width = _chips(request)
    middle, height = last.center().y(), request.sizes.chip_height
    top = round(middle - height / 2)
    plus, equals, way = _tail_gaps(request)
    bias = QRectF(round(end + plus + wider / 4), top, bias_width, height) if request.bias else QRectF()
    x = (bias.right() if request.bias else end) + equals + wider / 4
    value = QRectF(round(x), top, value_width, height)
    out_height = request.out_rows * plan.out_cell
    lowest = request.height - _EDGE - out_height - (_SCALE if request.filled else 0)
    if plan.shown < request.channels:
        lowest -= _STRIP
    y = max(_EDGE + _LABEL, min(middle - out_height / 2, lowest))
    output = NumberGrid(
        round(value.right() + way + wider / 2), round(y), request.out_rows, request.out_columns, plan.out_cell, plan.out_cell
    )
    return bias, value, output


def _idle_height(request: Request, plan: _Plan) -> int:
    """Height of a filter at rest: its kernels, or its output map with the label."""
    return max(request.kernel[0] * plan.middle.kernel.height + 20, request.out_rows * plan.out_cell + _LABEL + 16)


def _place_idle(
    request: Request, plan: _Plan, blocks: list[Block], bias: QRectF, output: NumberGrid, n: int, height: int
) -> Idle:
    top = max(output.rect.bottom(), blocks[0].chip.bottom()) + n * height
    middle = top + height / 2 + 8
    kernel_height = request.kernel[0] * plan.middle.kernel.height
    kernels = tuple(replace(block.kernel, top=round(middle - kernel_height / 2)) for block in blocks)
    chip_height = request.sizes.chip_height
    return Idle(
        kernels=kernels,
        bias=QRectF(bias.left(), round(middle - chip_height / 2), bias.width(), chip_height) if request.bias else QRectF(),
        output=replace(output, top=round(middle - request.out_rows * plan.out_cell / 2)),
    )
