"""Where the parts of a convolution stand: of all arrangements that fit, the one on which most can be read.

Each input channel is a block: its map, the window over it, the kernel, the products, their sum. Blocks stand side by
side (in rows where there are many), then come the bias, the value and the output map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.look import Sizes
from gui.views.player.scenes.convolution_middles import Middle
from gui.views.player.scenes.convolution_search import (
    EDGE,
    LABEL,
    STRIP,
    Plan,
    Request,
    best,
    block_size,
    chip_widths,
    extent,
    gap_of,
    input_gap,
    middles_of,
    row_gap,
    scale_height,
    side_size,
    tail_gaps,
)

_SIZE_HEIGHT = 190


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
    others: QRectF  # the sum of the channels without a block; empty where each has one
    bias: QRectF
    value: QRectF
    output: NumberGrid
    idle: tuple[Idle, ...]
    size: QRectF  # for the arithmetic of the output's size; empty where there is no room
    strip: QRectF  # for the sums of all channels; empty where each has a block
    left: float  # of the labels
    right: float


def arrange(request: Request, larger: tuple[Sizes, ...] = ()) -> tuple[Layout, Sizes]:
    """The best arrangement of all that fit; where none does, the smallest.

    `larger` sizes, largest first, are taken instead where everything can be read even so. Returns the sizes taken.
    """
    plan = best(request) or Plan(1, 1, True, False, middles_of(request)[-1], 1, 1)
    for sizes in larger:
        bigger = replace(request, sizes=sizes)
        easy = best(bigger, True)
        if easy is None or not digits_px(easy.cell, easy.cell, request.input_characters):
            continue
        if easy.score >= plan.score - 1:
            return _place(bigger, easy), sizes
    return _place(request, plan), request.sizes


def _place(request: Request, plan: Plan) -> Layout:
    """Put the parts of a plan into the room; what is left over goes between them, then around them."""
    sizes = request.sizes
    block_width, block_height = block_size(request, plan)
    needed_width, needed_height = extent(request, plan)
    spare = max(request.width - needed_width, 0.0)
    rows = ceil(plan.shown / plan.per_row)
    gap = gap_of(request)
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
    top = EDGE + max(round(min(spare_height, request.height) / 2), 0)
    x = left + sizes.label_column
    blocks = []
    for n in range(plan.shown):
        row, column = divmod(n, plan.per_row)
        blocks.append(
            _one_block(request, plan, x + column * (block_width + gap), top + row * (block_height + row_gap(request)))
        )
    end = x + plan.per_row * block_width + (plan.per_row - 1) * gap
    others, bias, value, output = _place_tail(request, plan, blocks[-1].chip, end, wider)
    start = next(rect.left() for rect in (others, bias, value) if rect.isValid())
    size = QRectF(start, top + LABEL - 16, request.width - request.sizes.margin - start, output.top - LABEL - 24 - top)
    if size.width() < 196 or size.height() < _SIZE_HEIGHT:
        size = QRectF()
    return Layout(
        down=plan.down,
        chip_right=plan.chip_right,
        middle=plan.middle,
        per_row=plan.per_row,
        blocks=tuple(blocks),
        others=others,
        bias=bias,
        value=value,
        output=output,
        idle=tuple(_place_idle(request, plan, blocks, bias, output, n, idle_height) for n in range(idle)),
        size=size,
        strip=QRectF(x, request.height - STRIP + 4, output.rect.right() - x, STRIP - 16)
        if plan.shown < request.channels
        else QRectF(),
        left=left,
        right=output.rect.right(),
    )


def _one_block(request: Request, plan: Plan, x: float, y: float) -> Block:
    """Place one channel's block with its corner at (x, y)."""
    block_width, _ = block_size(request, plan)
    side_width, side_height = side_size(request, plan)
    along, across = request.rows * plan.cell, request.columns * plan.cell
    gap, top = input_gap(request, plan), y + LABEL
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
    chip, _, _ = chip_widths(request)
    if plan.chip_right:
        place = QRectF(
            shift[0] + middle.width + 14, round(products.rect.center().y() - chip_height / 2), chip, chip_height
        )
    else:
        place = QRectF(round(products.rect.center().x() - chip / 2), shift[1] + middle.height + 11, chip, chip_height)
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
    request: Request, plan: Plan, last: QRectF, end: float, wider: int
) -> tuple[QRectF, QRectF, QRectF, NumberGrid]:
    """The sum of all other channels, bias, value and output map, in the row of the last sum."""
    chip, bias_width, value_width = chip_widths(request)
    middle, height = last.center().y(), request.sizes.chip_height
    top = round(middle - height / 2)
    plus, equals, way = tail_gaps(request)
    others = QRectF()
    if plan.shown < request.channels:
        others = QRectF(round(end + plus), top, chip, height)
        end = others.right()
    bias = QRectF(round(end + plus + wider / 4), top, bias_width, height) if request.bias else QRectF()
    x = (bias.right() if request.bias else end) + equals + wider / 4
    value = QRectF(round(x), top, value_width, height)
    out_height = request.out_rows * plan.out_cell
    lowest = request.height - EDGE - out_height - scale_height(request, plan.out_cell)
    if plan.shown < request.channels:
        lowest -= STRIP
    y = max(EDGE + LABEL, min(middle - out_height / 2, lowest))
    output = NumberGrid(
        round(value.right() + way + wider / 2),
        round(y),
        request.out_rows,
        request.out_columns,
        plan.out_cell,
        plan.out_cell,
    )
    return others, bias, value, output


def _idle_height(request: Request, plan: Plan) -> int:
    """Height of a filter at rest: its kernels, or its output map with the label."""
    output = round(request.out_rows * plan.out_cell) + LABEL + 6 + scale_height(request, plan.out_cell)
    return max(round(request.kernel[0] * plan.middle.kernel.height) + 20, output)


def _place_idle(
    request: Request, plan: Plan, blocks: list[Block], bias: QRectF, output: NumberGrid, n: int, height: int
) -> Idle:
    top = max(output.rect.bottom(), blocks[0].chip.bottom()) + n * height
    middle = top + height / 2 + 14
    kernel_height = request.kernel[0] * plan.middle.kernel.height
    kernels = tuple(replace(block.kernel, top=round(middle - kernel_height / 2)) for block in blocks)
    chip_height = request.sizes.chip_height
    return Idle(
        kernels=kernels,
        bias=QRectF(bias.left(), round(middle - chip_height / 2), bias.width(), chip_height)
        if request.bias
        else QRectF(),
        output=replace(output, top=round(middle - request.out_rows * plan.out_cell / 2)),
    )
