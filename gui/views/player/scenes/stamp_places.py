"""Where the parts of a stamped transposed convolution stand: input, kernel, stamp, and the canvas it is added to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log

from PySide6.QtCore import QRectF

from gui.views.player.drawing.grid import NO_PADS, NumberGrid, Pads
from gui.views.player.drawing.look import Sizes

_SHARES = (1.5, 1.35, 1.2, 1.1, 1.0, 0.92, 0.85, 0.78, 0.7, 0.62, 0.55, 0.48, 0.4, 0.33, 0.26, 0.2)
_TOP, _BOTTOM, _LABEL = 42, 40, 26


@dataclass(frozen=True)
class Request:
    """What is to be placed: rows and columns of each part; `depth` is how many planes a stamp has (1 but in 3-D).

    `factors` is the width of "2×−1" at 10 px, `digits` that of the longest number. `stairs` is how many stamps of a
    signal could stand below each other, each in a row of its own; 0 for maps. `filled`: a scale of colours stands under
    the canvas.
    """

    width: float
    height: float
    sizes: Sizes
    input: tuple[int, int]
    kernel: tuple[int, int]
    depth: int
    canvas: tuple[int, int]
    crop: Pads
    factors: float
    digits: float
    bias: bool
    stairs: int = 0
    filters: int = 1
    filled: bool = False


@dataclass(frozen=True)
class Places:
    """All places in logical pixels. `kernels`, `stamps` and `canvases` have one grid a plane of the kernel.

    `others` are small maps of all outputs, where there are several and room for them.
    """

    input: NumberGrid
    value: QRectF
    bias: QRectF
    kernels: tuple[NumberGrid, ...]
    stamps: tuple[NumberGrid, ...]
    canvases: tuple[NumberGrid, ...]
    stairs: NumberGrid | None = None
    others: tuple[NumberGrid, ...] = ()


@dataclass(frozen=True)
class _Left:
    """The left half at a share of the usual sizes."""

    cell: float
    kernel: float
    stamp: tuple[float, float]
    width: float
    height: float


def arrange(request: Request) -> Places:
    """The places in which both halves are as large as can be; where nothing fits, the smallest."""
    if request.stairs:
        return _signal(request)
    best: tuple[float, _Left, float, bool] | None = None
    for share in _SHARES:
        left = _left(request, share)
        room = request.width - 2 * request.sizes.margin - left.width - 64
        if left.height > request.height - _TOP - 12 or room < 40:
            continue
        for beside in (True, False) if request.depth > 1 else (True,):
            cell = _canvas_cell(request, room, beside)
            if cell <= 0:
                continue
            score = 1.2 * log(share) + 1.3 * log(cell)
            if best is None or score > best[0]:
                best = (score, left, cell, beside)
    if best is None:
        left = _left(request, _SHARES[-1])
        room = max(request.width - 2 * request.sizes.margin - left.width - 64, 40)
        best = (0.0, left, max(_canvas_cell(request, room, True), 1.0), True)
    return _placed(request, *best[1:])


def _left(request: Request, share: float) -> _Left:
    sizes, (rows, columns), (high, wide) = request.sizes, request.input, request.kernel
    most = 1.6 if sizes.name == "large" else 1.0
    cell = max(float(int(min(sizes.cell * 1.15 * share, 52 * most))), 2.0)
    kernel = max(float(int(min(sizes.kernel_cell * 1.1 * share, 44 * most))), 2.0)
    side = max(float(int(min(sizes.product_cell * share, 56 * most))), 2.0)
    stamp = max(side, float(int(request.factors * sizes.factor_px / 10)) + 10) if side >= 26 else side
    row = sizes.chip_width + 22 + wide * kernel + 30 + wide * stamp
    width = max(columns * cell, row)
    one = max(high * side, high * kernel, sizes.chip_height)
    height = _LABEL + rows * cell + 54 + request.depth * one + (request.depth - 1) * 12
    return _Left(cell, kernel, (stamp, side), width, height)


def _below(request: Request) -> int:
    """Room under the canvas: for what its rim is, and for the bias."""
    return _BOTTOM + (22 if request.bias and _captioned(request) else 0)


def _captioned(request: Request) -> bool:
    """Whether a line stands under the canvas: what its rim is, or its scale."""
    return any(request.crop) or request.filled


def _canvas_cell(request: Request, room: float, beside: bool) -> float:
    rows, columns = request.canvas
    across, down = (request.depth, 1) if beside else (1, request.depth)
    high = request.height - _TOP - _below(request) - (down - 1) * 34
    most = {"small": 44, "regular": 56, "large": 84}[request.sizes.name]
    size = min((room - (across - 1) * 24) / (columns * across), high / (rows * down), most)
    return float(int(size)) if size >= 1 else max(size, 0.05)


def _placed(request: Request, left: _Left, cell: float, beside: bool) -> Places:
    sizes, depth = request.sizes, request.depth
    rows, columns = request.canvas
    across, down = (depth, 1) if beside else (1, depth)
    canvas_width = across * columns * cell + (across - 1) * 24
    spare = max(request.width - 2 * sizes.margin - left.width - canvas_width, 64)
    x = sizes.margin + round((spare - 64) * 0.36)
    gap = 64 + round(min((spare - 64) * 0.28, 120))
    top = _TOP + round(max(request.height - _TOP - 20 - left.height, 0) * 0.35)
    grid = NumberGrid(x, top, request.input[0], request.input[1], left.cell, left.cell)
    high, wide = request.kernel
    kernels, stamps = [], []
    y = grid.rect.bottom() + 54
    one = max(high * left.stamp[1], high * left.kernel, sizes.chip_height)
    start = x + sizes.chip_width + 22
    for _ in range(depth):
        middle = y + one / 2
        kernels.append(NumberGrid(start, round(middle - high * left.kernel / 2), high, wide, left.kernel, left.kernel))
        stamp_top = round(middle - high * left.stamp[1] / 2)
        stamps.append(NumberGrid(kernels[-1].rect.right() + 30, stamp_top, high, wide, *left.stamp))
        y += one + 12
    middle = (kernels[0].rect.center().y() + kernels[-1].rect.center().y()) / 2
    value = QRectF(x, round(middle - sizes.chip_height / 2), sizes.chip_width, sizes.chip_height)
    canvas_left = round(x + left.width + gap)
    canvas_height = down * rows * cell + (down - 1) * 34
    canvas_top = _TOP + round(max(request.height - _TOP - _below(request) - canvas_height, 0) * 0.4)
    canvases = tuple(
        NumberGrid(
            canvas_left + (n if beside else 0) * (columns * cell + 24),
            canvas_top + (0 if beside else n) * (rows * cell + 34),
            rows, columns, cell, cell, request.crop,
        )
        for n in range(depth)
    )  # fmt: skip
    bias = QRectF()
    if request.bias:
        width = max(sizes.chip_width, request.digits * sizes.chip_px / 10 + 16)
        under = canvases[-1].rect.bottom() + (34 if _captioned(request) else 12)
        high = min(sizes.chip_height, 28)
        bias = QRectF(canvas_left + 60, round(min(under, request.height - high - 4)), width, high)
    others = _others(request, max(canvas.rect.right() for canvas in canvases), canvas_top)
    return Places(grid, value, bias, tuple(kernels), tuple(stamps), canvases, others=others)


def _others(request: Request, left: float, top: float) -> tuple[NumberGrid, ...]:
    """A small map for each filter's output, in the room that is left on the right; none in maps of several planes."""
    if request.filters < 2 or request.depth > 1:
        return ()
    rows, columns = (
        size - before - after
        for size, (before, after) in zip(request.canvas, (request.crop[:2], request.crop[2:]), strict=True)
    )
    x, room = left + 40, request.width - request.sizes.margin - left - 40
    best, across = 0.0, 1
    for count in range(1, request.filters + 1):
        wide = ((room + 12) / count - 12) / columns
        high = ((request.height - top - 20) / -(-request.filters // count) - 30) / rows
        if min(wide, high) > best:
            best, across = min(wide, high), count
    cell = float(int(min(best, 10)))
    if cell * min(rows, columns) < 12:
        return ()
    return tuple(
        NumberGrid(
            round(x + n % across * (columns * cell + 12)), round(top + n // across * (rows * cell + 30)), rows, columns,
            cell, cell,
        )
        for n in range(request.filters)
    )  # fmt: skip


def _signal(request: Request) -> Places:
    """A signal: input and kernel above, then each stamp in a row of its own, and below them what they come to."""
    sizes, columns = request.sizes, request.canvas[1]
    label = sizes.label_column
    room = request.width - 2 * sizes.margin - label
    most = {"small": 40, "regular": 52, "large": 76}[sizes.name]
    cell = min(room / columns, most)
    cell = float(int(cell)) if cell >= 1 else cell
    side = float(int(min(cell, sizes.cell * 1.2, room / max(request.input[1], 1))))
    side = max(side, min(14.0, room / max(request.input[1], 1)))
    x = sizes.margin + label + round(max(room - columns * cell, 0) * 0.4)
    grid = NumberGrid(x, _TOP, 1, request.input[1], side, side, NO_PADS)
    wide = request.kernel[1]
    kernel = float(int(min(sizes.kernel_cell * 1.1, (room * 0.3) / wide)))
    stamp_side = float(int(min(sizes.product_cell, (room * 0.5) / wide)))
    stamp = max(stamp_side, min(request.factors * sizes.factor_px / 10 + 10, (room * 0.5) / wide))
    y = grid.rect.bottom() + 44
    middle = y + max(stamp_side, sizes.chip_height) / 2
    value = QRectF(x, round(middle - sizes.chip_height / 2), sizes.chip_width, sizes.chip_height)
    kernels = NumberGrid(value.right() + 22, round(middle - kernel / 2), 1, wide, kernel, kernel)
    stamps = NumberGrid(
        kernels.rect.right() + 30, round(middle - stamp_side / 2), 1, wide, float(int(stamp)), stamp_side
    )
    high = max(float(int(min(cell, 52))), 20.0)
    top = stamps.rect.bottom() + 44
    free = request.height - top - high - 76
    step = min(max(free / max(request.stairs, 1), 0), 30.0)
    step = float(int(step)) if step >= 14 else 14.0
    count = max(min(request.stairs, int(free // step)), 0)
    stairs = NumberGrid(x, top, count, columns, cell, step) if count else None
    canvas_top = (stairs.rect.bottom() if stairs is not None else top) + 34
    canvas = NumberGrid(x, canvas_top, 1, columns, cell, high, request.crop)
    down = round(max(request.height - canvas.rect.bottom() - 44, 0) * 0.35)  # what is left over lies around it
    grid, kernels, stamps, canvas = (replace(part, top=part.top + down) for part in (grid, kernels, stamps, canvas))
    stairs = None if stairs is None else replace(stairs, top=stairs.top + down)
    value = value.translated(0, down)
    bias = QRectF()
    if request.bias:
        bias = QRectF(stamps.rect.right() + 90, value.top(), sizes.chip_width, sizes.chip_height)
    return Places(grid, value, bias, (kernels,), (stamps,), (canvas,), stairs)
