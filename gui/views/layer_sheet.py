"""Where everything of one layer lies on a sheet: each map with its kernels beside it, or each unit as a bar."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF

GAP = 24.0
_WIDEST_GAP = 56.0
_LABEL = 18.0  # room above each map for its name
_BESIDE = 8.0  # between a map and its kernels
_BETWEEN = 3.0  # between two kernels: a frame of each and a pixel
_LARGEST = 24  # pixels a cell, at most
_SMALLEST = 40  # maps are drawn at least about so large; what does not fit then goes on below
_ROW = 22.0
_BAR = (190.0, 420.0)  # the least and largest width of a unit's row


@dataclass(frozen=True)
class Sheet:
    """`tiles` holds one rectangle a map or unit; `kernels` those of each map's kernels, in the order of its inputs.

    `scale` is the pixels of a map's cell, `kernel_cell` those of a kernel's. Where there are more kernels than room,
    the first are shown.
    """

    tiles: tuple[QRectF, ...]
    kernels: tuple[tuple[QRectF, ...], ...]
    height: float
    per_row: int
    scale: float = 1.0
    kernel_cell: float = 1.0
    bars: bool = False

    def at(self, point: QPointF) -> int | None:
        """The map or unit at a point."""
        return next((index for index, tile in enumerate(self.tiles) if tile.contains(point)), None)

    def kernel_at(self, point: QPointF) -> tuple[int, int] | None:
        """(map, input) of the kernel at a point."""
        for index, kernels in enumerate(self.kernels):
            for place, rect in enumerate(kernels):
                if rect.contains(point):
                    return index, place
        return None


@dataclass(frozen=True)
class _KernelGrid:
    """How a map's kernels stand beside it."""

    shown: int
    across: int
    cell: float
    step_x: float
    step_y: float

    @property
    def width(self) -> float:
        return self.across * self.step_x - _BETWEEN + _BESIDE if self.shown else 0.0


def maps_sheet(
    *,
    count: int,
    size: tuple[int, int],
    kernels: int,
    kernel_size: tuple[int, int],
    width: float,
    height: float,
    gap: float = GAP,
) -> Sheet:
    """Maps of `size` (rows, columns) cells, at the largest whole scale at which all fit into width x height.

    `kernels` is how many each map has, of `kernel_size` (rows, columns). Maps that would come out too small to be seen
    are drawn larger, and the sheet is higher than `height`. `gap` is the least room between maps.
    """
    rows, columns = size
    least = max(1, ceil(_SMALLEST / max(rows, columns)))
    for scale in range(max(_LARGEST, least), least - 1, -1):
        grid = _kernel_grid(kernels, kernel_size, rows * scale, columns * scale)
        cell_width, cell_height = columns * scale + grid.width, rows * scale + _LABEL
        per_row = max(1, min(count, int((width + gap) // (cell_width + gap))))
        lines = ceil(count / per_row)
        fits = lines * (cell_height + gap) - gap <= height and cell_width <= width
        if fits or scale == least:
            return _lay_out(count, size, float(scale), grid, kernel_size, width, ceil(count / lines), gap)
    raise AssertionError("the least scale is always taken")


def _lay_out(
    count: int, size: tuple[int, int], scale: float, grid: _KernelGrid, kernel_size: tuple[int, int], width: float,
    per_row: int, least_gap: float,
) -> Sheet:  # fmt: skip
    tile_width, tile_height = size[1] * scale, size[0] * scale
    spare = width - per_row * (tile_width + grid.width)
    gap = min(max(spare / max(per_row - 1, 1), least_gap), _WIDEST_GAP)
    step_x, step_y = float(int(tile_width + grid.width + gap)), tile_height + _LABEL + least_gap
    tiles, kernels = [], []
    for index in range(count):
        x, y = index % per_row * step_x, index // per_row * step_y + _LABEL
        tiles.append(QRectF(x, y, tile_width, tile_height))
        left = x + tile_width + _BESIDE
        kernels.append(
            tuple(
                QRectF(
                    left + place % grid.across * grid.step_x,
                    y + place // grid.across * grid.step_y,
                    grid.cell * kernel_size[1],
                    grid.cell * kernel_size[0],
                )
                for place in range(grid.shown)
            )
        )
    height = ceil(count / per_row) * step_y - least_gap
    return Sheet(tuple(tiles), tuple(kernels), height, per_row, scale, grid.cell)


def _kernel_grid(count: int, size: tuple[int, int], height: float, width: float) -> _KernelGrid:
    """A map's kernels as large as they fit beside it, in no more than its height and width, and 12 px a cell."""
    if not count:
        return _KernelGrid(0, 1, 1.0, 1.0, 1.0)
    best = _KernelGrid(0, 1, 0.0, 1.0, 1.0)
    for across in range(1, count + 1):
        down = ceil(count / across)
        cell = min(
            int((height - (down - 1) * _BETWEEN) / down / size[0]),
            int((max(width, 48.0) - (across - 1) * _BETWEEN) / across / size[1]),
            12,
        )
        if cell > best.cell:
            best = _KernelGrid(count, across, float(cell), cell * size[1] + _BETWEEN, cell * size[0] + _BETWEEN)
    if best.shown:
        return best
    step_x, step_y = size[1] + _BETWEEN, size[0] + _BETWEEN  # too many: the first, at one pixel a cell
    across, down = max(1, int(max(width, 48.0) // step_x)), max(1, int(height // step_y))
    return _KernelGrid(min(count, across * down), across, 1.0, step_x, step_y)


def bars_sheet(*, count: int, width: float, height: float) -> Sheet:
    """Units as rows with bars, down and then to the right; more than fit go on below."""
    lines = max(1, int((height - _LABEL) // _ROW))
    columns = min(ceil(count / lines), max(1, int((width + GAP) // (_BAR[0] + GAP))))
    lines = ceil(count / columns)
    step = min((width + GAP) / columns, _BAR[1] + GAP)
    tiles = tuple(
        QRectF(round(index // lines * step), index % lines * _ROW + _LABEL, round(step - GAP), _ROW)
        for index in range(count)
    )
    return Sheet(tiles, ((),) * count, lines * _ROW + _LABEL, lines, bars=True)
