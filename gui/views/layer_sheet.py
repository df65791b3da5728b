"""Where everything of one layer lies on a sheet: each map with its kernels beside it, or each unit as a bar."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF

_GAP = 24.0
_LABEL = 18.0
_KERNEL_GAP = 2.0
_ROW = 22.0
_BAR_COLUMN = 220.0
_MAX_SCALE = 24


@dataclass(frozen=True)
class Sheet:
    """`tiles` holds one rectangle a map or unit; `kernels` those of each map's kernels, in the order of its inputs."""

    tiles: tuple[QRectF, ...]
    kernels: tuple[tuple[QRectF, ...], ...]
    width: float
    height: float
    scale: float
    bars: bool

    def at(self, point: QPointF) -> int | None:
        """The map or unit at a point."""
        return next((index for index, tile in enumerate(self.tiles) if tile.contains(point)), None)


def maps_sheet(
    *, count: int, size: tuple[int, int], kernels: int, kernel_size: tuple[int, int], width: float, height: float
) -> Sheet:
    """Maps of `size` (rows, columns) cells, as large as whole pixels allow so that all fit into width x height.

    `kernels` is how many each map has, of `kernel_size`. What does not fit at one pixel a cell goes on below.
    """
    rows, columns = size
    largest = max(1, min(_MAX_SCALE, int(max(height - _LABEL, rows) // max(rows, 1))))
    for scale in range(largest, 0, -1):
        sheet = _at_scale(count, rows, columns, kernels, kernel_size, width, float(scale))
        if sheet.width <= width and (sheet.height <= height or scale <= max(1, 48 // max(rows, columns))):
            return sheet
    return _at_scale(count, rows, columns, kernels, kernel_size, width, 1.0)


def _at_scale(
    count: int, rows: int, columns: int, kernels: int, kernel_size: tuple[int, int], width: float, scale: float
) -> Sheet:
    tile_width, tile_height = columns * scale, rows * scale
    across, cell = _kernel_grid(kernels, kernel_size, tile_height)
    beside = across * (cell * kernel_size[1] + _KERNEL_GAP) + 8 if kernels else 0.0
    step_x, step_y = tile_width + beside + _GAP, tile_height + _LABEL + _GAP
    per_row = max(1, min(count, int((width + _GAP) // step_x)))
    per_row = ceil(count / ceil(count / per_row))  # rows of even length
    tiles, all_kernels = [], []
    for index in range(count):
        x, y = (index % per_row) * step_x, (index // per_row) * step_y + _LABEL
        tiles.append(QRectF(x, y, tile_width, tile_height))
        all_kernels.append(
            tuple(
                QRectF(
                    x + tile_width + 8 + (place % across) * (cell * kernel_size[1] + _KERNEL_GAP),
                    y + (place // across) * (cell * kernel_size[0] + _KERNEL_GAP),
                    cell * kernel_size[1],
                    cell * kernel_size[0],
                )
                for place in range(kernels)
            )
        )
    lines = ceil(count / per_row) if count else 0
    return Sheet(tuple(tiles), tuple(all_kernels), per_row * step_x - _GAP, lines * step_y, scale, bars=False)


def _kernel_grid(count: int, size: tuple[int, int], height: float) -> tuple[int, float]:
    """Columns and cell size of a map's kernels: as large as possible in at most the map's height and three columns."""
    if not count:
        return 1, 1.0
    best = (ceil(count / max(1, int((height + _KERNEL_GAP) // (size[0] + _KERNEL_GAP)))), 1.0)
    for across in range(1, 9):
        down = ceil(count / across)
        cell = int((height - (down - 1) * _KERNEL_GAP) / down / size[0])
        if cell >= 1 and (cell > best[1] or best[0] > 8) and across * cell * size[1] <= max(height, 48):
            best = (across, float(min(cell, 8)))
    return best


def bars_sheet(*, count: int, width: float, height: float) -> Sheet:
    """Units as rows of bars, down and then to the right; more than fit go on below."""
    columns = max(1, int(width // _BAR_COLUMN))
    lines = max(ceil(count / columns), 1)
    columns = ceil(count / lines)
    column_width = min(width / columns, 320.0)
    tiles = tuple(
        QRectF((index // lines) * column_width, (index % lines) * _ROW + _LABEL, column_width - _GAP, _ROW)
        for index in range(count)
    )
    return Sheet(tiles, ((),) * count, columns * column_width, lines * _ROW + _LABEL, 1.0, bars=True)
