"""Answers as pictures, one pixel a value: value maps, photographs, and value maps laid over a grey photograph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from engine.messages import Bytes, Floats
from gui.theme import Theme, colormaps
from gui.views import drawing

# A few pixels far above all others would leave the rest dark: the scale ends at the ninth largest.
_NINTH = 9
_OVER = 1.3
"""How quickly a value map over a photograph becomes opaque."""


def limit_of(values: NDArray[np.floating]) -> float:
    """The end of the scale of an explanation: its ninth largest size, never 0."""
    sizes = np.abs(values[np.isfinite(values)]).ravel()
    if not sizes.size:
        return 1.0
    place = min(_NINTH, sizes.size)
    limit = float(np.partition(sizes, sizes.size - place)[sizes.size - place])
    return limit or float(sizes.max(initial=0.0)) or 1.0


def photograph(picture: Bytes, theme: Theme) -> QImage:
    """A sample, uint8 (channels, height, width): ink on paper if it has one channel, its own colours if three."""
    if picture.shape[0] == 3:
        return colormaps.photograph(picture)
    return colormaps.picture(np.ascontiguousarray(picture[0]), colormaps.lut(theme, "input"))


def grey(picture: Bytes, theme: Theme) -> NDArray[np.uint8]:
    """A sample without colours, uint8 (height, width): entries of the input's value map."""
    if picture.shape[0] != 3:
        return np.ascontiguousarray(picture[0])
    red, green, blue = picture.astype(np.float32)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    if not theme.is_dark:
        luma = 255 - luma  # the light theme's map is ink on paper: a photograph must not come out as a negative
    entries: NDArray[np.uint8] = np.rint(luma).astype(np.uint8)
    return entries


def grey_picture(picture: Bytes, theme: Theme) -> QImage:
    """A sample without colours."""
    return colormaps.picture(grey(picture, theme), colormaps.lut(theme, "input"))


def over(values: Floats, picture: Bytes, theme: Theme) -> QImage:
    """Values from 0 on, (height, width) as the picture, laid over it in ember: the larger the more opaque."""
    limit = drawing.largest(values)
    share = np.clip(np.nan_to_num(values) / limit, 0.0, 1.0)
    ground = _channels(colormaps.lut(theme, "input")[grey(picture, theme)])
    colour = _channels(colormaps.lut(theme, "activation")[np.rint(share * 255).astype(np.uint8)])
    alpha = np.clip(_OVER * share, 0.0, 1.0)[..., None]
    mixed = np.rint(ground * (1 - alpha) + colour * alpha).astype(np.uint8)
    return colormaps.photograph(np.ascontiguousarray(mixed.transpose(2, 0, 1)))


def signed(values: Floats, theme: Theme) -> QImage:
    """An explanation with both signs, scaled to its ninth largest pixel."""
    return drawing.values_picture(values, limit=limit_of(values), signed=True, theme=theme)


def unsigned(values: Floats, theme: Theme) -> QImage:
    """An explanation from zero on, scaled to its ninth largest pixel."""
    return drawing.values_picture(values, limit=limit_of(values), signed=False, theme=theme)


def kernel(values: Floats, theme: Theme) -> QImage:
    """A kernel on the input (channels, height, width): weights' colours, of three channels their own around grey."""
    limit = drawing.largest(values)
    if values.shape[0] == 3:
        shades = np.clip(127.5 + 127.5 * np.nan_to_num(values) / limit, 0, 255)
        return colormaps.photograph(np.rint(shades).astype(np.uint8))
    summed = values.sum(0)
    return drawing.values_picture(summed, limit=drawing.largest(summed), signed=True, theme=theme, weights=True)


def _channels(colors: NDArray[np.uint32]) -> NDArray[np.float32]:
    """ARGB32 (height, width) as (height, width, 3)."""
    return np.stack([(colors >> shift) & 0xFF for shift in (16, 8, 0)], -1).astype(np.float32)
