"""Tiles on a Surface: every pixel shows the value under it, at whole and at other zooms, clipped at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.views.network.camera import Camera, next_level
from gui.views.network.geometry import Grid, Rect, Strip
from gui.views.network.surface import Surface, Tiles, strip_grid, strip_pixels

LUT = (np.arange(256, dtype=np.uint32) * 0x010101) | np.uint32(0xFF000000)


def _grid(**more: int) -> Grid:
    options = {
        "x": 20, "y": 15, "columns": 2, "count": 5, "pitch_x": 34, "pitch_y": 27, "tile_width": 30, "tile_height": 20,
        "cells_x": 6, "cells_y": 4, "total": 5, "first": 0,
    }  # fmt: skip
    return Grid(**(options | more))


def _check(surface: Surface, grid: Grid, camera: Camera, pixels: np.ndarray) -> None:
    """Look at the middle of every cell that lies on the surface."""
    seen = 0
    for index in grid.shown:
        for row in range(grid.cells_y):
            for column in range(grid.cells_x):
                spot = grid.cells(index, (row, row), (column, column))
                assert spot is not None
                x = int(spot.center_x * camera.scale + camera.x * camera.ratio)
                y = int(spot.center_y * camera.scale + camera.y * camera.ratio)
                if 1 <= x < surface.width - 1 and 1 <= y < surface.height - 1:
                    assert surface.live_pixels[y, x] == LUT[pixels[index - grid.first, row, column]]
                    seen += 1
    assert seen


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("first", [0, 3])
def test_whole_scales(ratio: float, first: int) -> None:
    surface = Surface(round(120 * ratio), round(120 * ratio), ratio)
    surface.still_pixels[...] = 0xFF102030
    surface.start_over()
    grid, camera = _grid(first=first, total=9), Camera(ratio=ratio)
    pixels = np.random.default_rng(0).integers(0, 256, (5, 4, 6)).astype(np.uint8)
    Tiles(surface, grid, camera).write(pixels, LUT)
    _check(surface, grid, camera, pixels)
    for index in grid.shown:  # every pixel of a cell, and none beside the tiles
        tile = grid.tile(index)
        assert tile is not None
        x, y, w, h = camera.device(tile)
        block = np.repeat(np.repeat(LUT[pixels[index - first]], h // 4, axis=0), w // 6, axis=1)
        assert np.array_equal(surface.live_pixels[y : y + h, x : x + w], block)
        surface.live_pixels[y : y + h, x : x + w] = 0xFF102030
    assert (surface.live_pixels == 0xFF102030).all()


@settings(max_examples=60, deadline=None)
@given(
    zoom=st.floats(0.25, 6.0),
    x=st.integers(-150, 80),
    y=st.integers(-120, 60),
    ratio=st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0]),
)
def test_any_zoom_and_place(zoom: float, x: int, y: int, ratio: float) -> None:
    surface = Surface(round(200 * ratio), round(160 * ratio), ratio)
    grid, camera = _grid(tile_width=60, tile_height=40, pitch_x=66, pitch_y=50), Camera(zoom, x, y, ratio)
    pixels = np.random.default_rng(1).integers(0, 256, (5, 4, 6)).astype(np.uint8)
    Tiles(surface, grid, camera).write(pixels, LUT)
    device = camera.device(grid.rect)
    if device.right < 20 or device.bottom < 20 or device.x > surface.width - 20 or device.y > surface.height - 20:
        return
    if camera.scale * 10 >= 4:  # cells of some pixels
        _check_some(surface, grid, camera, pixels)


def _check_some(surface: Surface, grid: Grid, camera: Camera, pixels: np.ndarray) -> None:
    for index in grid.shown:
        tile = grid.tile(index)
        assert tile is not None
        rect = camera.device(tile)
        for row in range(4):
            for column in range(6):
                px = rect.x + int((column + 0.5) * rect.width / 6)
                py = rect.y + int((row + 0.5) * rect.height / 4)
                if 0 <= px < surface.width and 0 <= py < surface.height:
                    assert surface.live_pixels[py, px] == LUT[pixels[index - grid.first, row, column]]


def test_maps_smaller_than_their_cells_are_sampled() -> None:
    surface = Surface(40, 40, 1.0)
    grid = _grid(x=5, y=5, columns=1, count=1, tile_width=8, tile_height=8, cells_x=32, cells_y=32, total=1)
    pixels = np.arange(1024, dtype=np.uint32).reshape(1, 32, 32).astype(np.uint8)
    Tiles(surface, grid, Camera()).write(pixels, LUT)
    assert surface.live_pixels[5, 5] == LUT[pixels[0, 2, 2]]
    assert surface.live_pixels[12, 12] == LUT[pixels[0, 30, 30]]


def test_restoring_brings_the_still_picture_back() -> None:
    surface = Surface(20, 10, 1.0)
    surface.still_pixels[...] = 1
    surface.live_pixels[...] = 2
    assert surface.restore(Rect(-5, 2, 10, 4)) == Rect(0, 2, 5, 4)
    assert (surface.live_pixels[2:6, :5] == 1).all()
    assert (surface.live_pixels == 2).sum() == 200 - 20
    assert surface.restore(Rect(50, 50, 5, 5)).width == 0


def test_strips_of_one_and_of_several_columns() -> None:
    one = Strip(0, 0, 4, 4, 8, 2, 4)
    assert strip_pixels(one, np.array([[[5]], [[6]], [[7]], [[8]]], np.uint8), 0).tolist() == [[[5], [6], [7], [8]]]
    two = Strip(0, 0, 5, 3, 8, 2, 5)
    shown = strip_pixels(two, np.arange(5, dtype=np.uint8), 128)
    assert shown.tolist() == [[[0, 3], [1, 4], [2, 128]]]
    grid = strip_grid(two)
    assert (grid.cells_x, grid.cells_y, grid.tile_width, grid.tile_height) == (2, 3, 16, 6)


def test_the_camera_keeps_the_point_under_the_cursor() -> None:
    camera = Camera().zoomed(3.0, about=(400, 300))
    assert camera.stage(400, 300) == pytest.approx((400, 300))
    assert Camera().zoomed(100, about=(0, 0)).zoom == 8.0
    assert Camera().zoomed(0.01, about=(0, 0)).zoom == 0.25


def test_the_camera_stays_inside() -> None:
    options = {"width": 1000, "height": 500, "view_width": 1000, "view_height": 500}
    assert Camera(1.0, 70, -30).kept_inside(**options) == Camera()
    zoomed = Camera(2.0, 500, -5000).kept_inside(**options)
    assert (zoomed.x, zoomed.y) == (0, -500)
    out = Camera(0.5).kept_inside(**options)
    assert (out.x, out.y) == (250, 125)


def test_zoom_levels() -> None:
    assert next_level(1.0, 1) == 1.25
    assert next_level(1.0, -1) == 0.8
    assert next_level(8.0, 1) == 8.0
    assert next_level(0.25, -1) == 0.25
    assert next_level(1.1, -1) == 1.0
