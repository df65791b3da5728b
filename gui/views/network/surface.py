"""The picture of the stage in memory: what stands still, with maps, kernels and units written into it as NumPy arrays.

A snapshot changes the pixels of some fifty tiles. Writing them with NumPy into one picture, which the widget then
draws once, takes half of what drawing each tile with a QPainter takes, and NumPy leaves the GIL to the training thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from gui.theme.colormaps import Lut
from gui.views.network.camera import Camera
from gui.views.network.geometry import Grid, Rect, Strip

Pixels: TypeAlias = NDArray[np.uint32]


class Surface:
    """Two opaque pictures of one size in device pixels: `still`, and `live` with all that changes drawn over it."""

    def __init__(self, width: int, height: int, ratio: float) -> None:
        self.width, self.height, self.ratio = max(1, width), max(1, height), ratio
        self.still_pixels: Pixels = np.zeros((self.height, self.width), np.uint32)
        self.live_pixels: Pixels = np.zeros((self.height, self.width), np.uint32)
        self.still, self.live = (self._image(pixels) for pixels in (self.still_pixels, self.live_pixels))

    def _image(self, pixels: Pixels) -> QImage:
        # The arrays live as long as the Surface, and the images never leave it but for the duration of a paint event.
        return QImage(pixels.data, self.width, self.height, 4 * self.width, QImage.Format.Format_RGB32)

    def clear(self, color: QColor) -> None:
        """Fill the still picture with a colour."""
        self.still_pixels[...] = color.rgb()

    def start_over(self) -> None:
        """Make the live picture the still one."""
        self.live_pixels[...] = self.still_pixels

    def restore(self, rect: Rect) -> Rect:
        """Bring the still picture back in a rectangle of device pixels; returns what of it lies inside."""
        x, y = max(rect.x, 0), max(rect.y, 0)
        right, bottom = min(rect.right, self.width), min(rect.bottom, self.height)
        if x < right and y < bottom:
            self.live_pixels[y:bottom, x:right] = self.still_pixels[y:bottom, x:right]
        return Rect(x, y, max(0, right - x), max(0, bottom - y))


@dataclass(frozen=True, eq=False)
class _Patch:
    """Tile `index`: the part of the live picture that it covers, and which value each pixel row and column shows."""

    index: int
    target: Pixels
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


class Tiles:
    """A grid of tiles on a Surface, ready to be written again and again."""

    def __init__(self, surface: Surface, grid: Grid, camera: Camera) -> None:
        self._grid = grid
        self._block = _block(surface, grid, camera)
        self._patches = () if self._block is not None else _patches(surface, grid, camera)

    def write(self, pixels: NDArray[np.uint8], lut: Lut) -> None:
        """Write uint8 maps (count, rows, columns), the first of them that of the first tile, through a table."""
        grid, block = self._grid, self._block
        if block is not None:
            colors = lut.take(pixels, mode="clip")
            full = block.shape[0] * block.shape[1]
            if full != grid.count:  # the last row is not full: its missing tiles are written by nobody
                whole = grid.count // grid.columns
                rest = grid.count - whole * grid.columns
                head, tail = colors[: whole * grid.columns], colors[whole * grid.columns :]
                block[:whole] = head.reshape(whole, grid.columns, grid.cells_y, 1, grid.cells_x, 1)
                block[whole, :rest] = tail.reshape(rest, grid.cells_y, 1, grid.cells_x, 1)
            else:
                block[...] = colors.reshape(*block.shape[:3], 1, grid.cells_x, 1)
            return
        for patch in self._patches:
            patch.target[...] = lut.take(pixels[patch.index][patch.rows[:, None], patch.columns], mode="clip")

    def write_colors(self, colors: Pixels) -> None:
        """Write one tile of colours that are no entries of a table: uint32 (rows, columns)."""
        if self._block is not None:
            self._block[...] = colors.reshape(1, 1, self._grid.cells_y, 1, self._grid.cells_x, 1)
        for patch in self._patches:
            patch.target[...] = colors[patch.rows[:, None], patch.columns]


def _block(surface: Surface, grid: Grid, camera: Camera) -> Pixels | None:
    """All tiles as one array (rows, columns, cell rows, pixels a cell, cell columns, pixels a cell).

    None where cells are not whole device pixels or the grid is not all within the surface.
    """
    scale = camera.scale
    if scale != int(scale) or grid.tile_width % grid.cells_x or grid.tile_height % grid.cells_y:
        return None
    rect = camera.device(grid.rect)
    if rect.x < 0 or rect.y < 0 or rect.right > surface.width or rect.bottom > surface.height:
        return None
    factor = int(scale)
    down, across = grid.tile_height // grid.cells_y * factor, grid.tile_width // grid.cells_x * factor
    row, column = surface.live_pixels.strides
    return np.lib.stride_tricks.as_strided(
        surface.live_pixels[rect.y :, rect.x :],
        (grid.rows, grid.columns, grid.cells_y, down, grid.cells_x, across),
        (grid.pitch_y * factor * row, grid.pitch_x * factor * column, down * row, row, across * column, column),
    )


def _patches(surface: Surface, grid: Grid, camera: Camera) -> tuple[_Patch, ...]:
    found = []
    for index in grid.shown:
        tile = grid.tile(index)
        assert tile is not None
        rect = camera.device(tile)
        x, y = max(rect.x, 0), max(rect.y, 0)
        right, bottom = min(rect.right, surface.width), min(rect.bottom, surface.height)
        if x >= right or y >= bottom:
            continue
        found.append(
            _Patch(
                index - grid.first,
                surface.live_pixels[y:bottom, x:right],
                _cells(y - rect.y, bottom - rect.y, rect.height, grid.cells_y),
                _cells(x - rect.x, right - rect.x, rect.width, grid.cells_x),
            )
        )
    return tuple(found)


def _cells(start: int, end: int, size: int, cells: int) -> NDArray[np.intp]:
    """Which of `cells` cells the pixels `start` … `end` of a tile of `size` pixels show: the one under their middle."""
    return ((np.arange(start, end) + 0.5) * cells / size).astype(np.intp).clip(0, cells - 1)


def strip_grid(strip: Strip) -> Grid:
    """A strip as one tile, for `Tiles`: a column of units, or several."""
    rect = strip.rect
    return Grid(rect.x, rect.y, 1, 1, rect.width + 1, rect.height + 1, rect.width, rect.height, strip.columns,
                strip.rows, 1)  # fmt: skip


def strip_pixels(strip: Strip, pixels: NDArray[np.uint8], empty: int) -> NDArray[np.uint8]:
    """The units of a layer, uint8 of any shape, as the one tile (1, rows, columns) of a strip; the rest `empty`."""
    flat = pixels.reshape(-1)[: strip.units]
    if strip.columns > 1:
        padded = np.full(strip.rows * strip.columns, empty, np.uint8)
        padded[: strip.units] = flat
        flat = padded
    return flat.reshape(strip.columns, strip.rows).T[None]
