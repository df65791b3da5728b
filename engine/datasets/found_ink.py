"""A digit that was photographed, scanned or drawn anywhere on a sheet, made into a picture like MNIST's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.datasets.dataset import DatasetError
from engine.messages import Bytes, Floats

_MOST_PIXELS = 400  # of a side: more detail than a small picture can show
_BOX = 20.0 / 28.0  # of the picture's side
_THINNEST = 2.0 / 28.0  # a stroke's width, of the picture's side; a pen draws none finer


def centre_digit(grey: NDArray[np.uint8], *, height: int, width: int, name: str) -> Bytes:
    """Grey values (h, w) of a sheet to a digit uint8 (height, width), light on black, in its box, centred by mass.

    Whether ink is darker or lighter than paper is found out; fine lines are drawn as with a pen. `name` is what a
    DatasetError calls the picture if nothing is written in it.
    """
    ink = _find(_shrink(grey.astype(np.float32)), name=name)
    rows, columns = _extent(ink > 0.5, name=name)
    ink = ink[rows, columns]
    side = min(height, width)
    scale = side * _BOX / max(ink.shape)
    thin = side * _THINNEST - _stroke_width(ink) * scale
    if thin > 0.0:
        ink = _thicken(ink, by=thin / scale)
        scale = side * _BOX / max(ink.shape)
    small = _resize(ink, (max(1, round(ink.shape[0] * scale)), max(1, round(ink.shape[1] * scale))))
    y, x = np.indices(small.shape)
    mass = float(small.sum())
    top = _place(height, small.shape[0], centre=float((y * small).sum()) / mass)
    left = _place(width, small.shape[1], centre=float((x * small).sum()) / mass)
    picture = np.zeros((height, width), np.uint8)
    picture[top : top + small.shape[0], left : left + small.shape[1]] = np.rint(small * 255.0).astype(np.uint8)
    return picture


def _find(values: Floats, *, name: str) -> Floats:
    """How much ink lies on each pixel, 0-1, whatever is darker or lighter: paper is what the border shows."""
    height, width = values.shape
    # Light falls unevenly on photographed paper: a plane through the border's values stands for it.
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    edge = np.ones((height, width), bool)
    rim = max(1, min(height, width) // 20)
    edge[rim:-rim, rim:-rim] = False
    terms = np.stack([np.ones_like(x), x / width, y / height], axis=-1)
    plane, *_ = np.linalg.lstsq(terms[edge], values[edge], rcond=None)
    difference = values - terms @ plane.astype(np.float32)
    if -float(difference.min()) > float(difference.max()):
        difference = -difference
    strength = max(float(np.quantile(difference, 0.995)), 0.5 * float(difference.max()))
    noise = float(np.abs(difference[edge]).mean())
    if strength < max(16.0, 3.0 * noise):
        raise DatasetError(f"{name} shows no digit: there is hardly any difference between ink and paper in it.")
    ink: Floats = np.clip((difference / strength - 0.25) / 0.5, 0.0, 1.0).astype(np.float32)
    return ink


def _extent(mask: NDArray[np.bool_], *, name: str) -> tuple[slice, slice]:
    """The rows and columns that ink covers. Specks of dust, with hardly a neighbour, are none."""
    padded = np.pad(mask, 1).astype(np.uint8)
    height, width = mask.shape
    around = sum(padded[y : y + height, x : x + width] for y in range(3) for x in range(3))
    kept = mask & (around >= 3)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    if not len(rows):
        raise DatasetError(f"{name} shows no digit: no stroke was found in it.")
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _stroke_width(ink: Floats) -> float:
    """About how wide the strokes are in pixels: twice the inked area by the length of its outline."""
    padded = np.pad(ink, 1)
    down, across = padded[1:, :-1] - padded[:-1, :-1], padded[:-1, 1:] - padded[:-1, :-1]
    return 2.0 * float(ink.sum()) / float(np.hypot(down, across).sum())


def _thicken(ink: Floats, *, by: float) -> Floats:
    """Strokes wider by about so many pixels, on a sheet that is larger by as many."""
    reach = max(1, round(by / 2.0))
    wide = np.pad(ink, 2 * reach)
    for axis in (0, 1):
        wide = np.lib.stride_tricks.sliding_window_view(wide, 2 * reach + 1, axis=axis).max(axis=-1)
    return wide


def _shrink(values: Floats) -> Floats:
    factor = max(values.shape) / _MOST_PIXELS
    if factor <= 1.0:
        return values
    return _resize(values, (max(1, round(values.shape[0] / factor)), max(1, round(values.shape[1] / factor))))


def _resize(values: Floats, shape: tuple[int, int]) -> Floats:
    import PIL.Image

    smaller = shape[0] < values.shape[0]
    method = PIL.Image.Resampling.BOX if smaller else PIL.Image.Resampling.BICUBIC
    resized = np.asarray(PIL.Image.fromarray(values).resize(shape[::-1], method), np.float32)
    return np.clip(resized, values.min(), values.max())


def _place(room: int, size: int, *, centre: float) -> int:
    """Where to begin so that `centre` comes to lie in the middle, as far as there is room."""
    return min(max(round((room - 1) / 2.0 - centre), 0), room - size)
