"""From an 8-bit value to a colour: 256-entry tables, and pictures made with them."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from gui.theme.tokens import Theme

Kind: TypeAlias = Literal["activation", "activation_signed", "weight", "weight_signed", "input", "confusion_wrong"]
Lut: TypeAlias = NDArray[np.uint32]

KINDS: tuple[str, ...] = get_args(Kind)
_SIGNED = {"activation_signed": ("slate", "ember"), "weight_signed": ("azure", "rose")}
_UNSIGNED = {"activation": "ember", "weight": "rose", "input": "input", "confusion_wrong": "confusion_wrong"}


def _between(stops: tuple[str, ...], positions: NDArray[np.float64]) -> Lut:
    """ARGB32 colours at `positions` (0-1): straight sRGB between the evenly spaced stops."""
    rgb = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], np.float64)
    places = np.linspace(0.0, 1.0, len(stops))
    red, green, blue = (np.rint(np.interp(positions, places, rgb[:, c])).astype(np.uint32) for c in range(3))
    return (np.uint32(0xFF000000) | red << 16 | green << 8 | blue).astype(np.uint32)


@lru_cache(maxsize=32)
def lut(theme: Theme, kind: Kind) -> Lut:
    """The table of a value map: uint32 (256,), ARGB32, read-only, one array for each theme and kind.

    Signed: entries 0 … 127 run from the negative end to zero and 128 … 255 from zero to the positive end, so that
    both middle entries are the colour of zero and entry 255-i is as far from it as entry i. Unsigned: 0 is zero.
    """
    if kind in _SIGNED:
        negative, positive = _SIGNED[kind]
        half = np.linspace(0.0, 1.0, 128)
        table = np.concatenate([_between(theme.stops[negative], half)[::-1], _between(theme.stops[positive], half)])
    elif kind in _UNSIGNED:
        table = _between(theme.stops[_UNSIGNED[kind]], np.linspace(0.0, 1.0, 256))
    else:
        raise ValueError(f"unknown value map {kind!r}; there are {', '.join(KINDS)}")
    table = np.ascontiguousarray(table, np.uint32)
    table.setflags(write=False)
    return table


def color(table: Lut, share: float) -> QColor:
    """The colour of a table at `share` of its length (0 … 1, clipped)."""
    index = round(min(max(share, 0.0), 1.0) * (len(table) - 1))
    return QColor.fromRgb(int(table[index]))


def picture(pixels: NDArray[np.uint8], table: Lut) -> QImage:
    """A picture (opaque RGB32, one pixel a value) of uint8 `pixels` (height, width) through a table.

    The QImage keeps the buffer it is drawn from alive; a shared copy of it made by Qt does not: hold on to the one
    that is returned, or `.copy()` it.
    """
    if pixels.ndim != 2 or pixels.dtype != np.uint8:
        raise ValueError(f"a picture needs uint8 (height, width), not {pixels.dtype} of {pixels.ndim} dimensions")
    return _image(table.take(pixels, mode="clip"), QImage.Format.Format_RGB32)


def photograph(picture: NDArray[np.uint8]) -> QImage:
    """A colour picture, uint8 (3, height, width), with its own colours: these are never recoloured."""
    red, green, blue = picture.astype(np.uint32)
    return _image(np.uint32(0xFF000000) | red << 16 | green << 8 | blue, QImage.Format.Format_RGB32)


def _image(values: NDArray[np.uint32], image_format: QImage.Format) -> QImage:
    buffer = np.ascontiguousarray(values, np.uint32)
    height, width = buffer.shape
    image = QImage(buffer.data, width, height, 4 * width, image_format)
    image.buffer = buffer  # type: ignore[attr-defined]  # keeps the array alive as long as the image
    return image


def ink_on(color: QColor) -> QColor:
    """The ink for digits on a cell filled with `color`: near black above luma 118, else near white."""
    luma = 0.299 * color.red() + 0.587 * color.green() + 0.114 * color.blue()
    return QColor("#0C0D10") if luma > 118 else QColor("#F2F3F5")
