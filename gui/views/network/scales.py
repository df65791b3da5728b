"""Scale bars: what a colour means, with the numbers at its ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from engine.messages import Maps
from gui.theme import colormaps, numbers
from gui.views.network.draw import Box, Draw, ink
from gui.views.network.geometry import Rect
from gui.views.network.places import Place


@dataclass(frozen=True)
class Bar:
    """A value map and its ends as text; no kind: nothing to scale (a colour picture)."""

    kind: colormaps.Kind
    low: str
    high: str
    signed: bool


def end_text(limit: float) -> str:
    """The end of a scale in as few figures as tell it: 34.0, 7.8, 0.61, 128."""
    size = abs(limit)
    if size >= 99.95:
        return numbers.text(limit, 0) if size < 99_999.5 else numbers.short(limit)
    if size >= 0.995:
        return numbers.text(limit, 1)
    if size >= 0.0095:
        return numbers.text(limit, 2)
    return f"{limit:.0e}".replace("e-0", "e-").replace("-", numbers.MINUS) if size else "0"


def of_maps(maps: Maps, *, each_map: bool, weights: bool = False) -> Bar:
    """The bar of a layer's maps or kernels. Where each map has its own scale, the ends say so instead of a number."""
    kind: colormaps.Kind
    if weights:
        kind = "weight_signed" if maps.signed else "weight"
    else:
        kind = "activation_signed" if maps.signed else "activation"
    if each_map and len(maps.limits) > 1:
        return Bar(kind, f"{numbers.MINUS}max" if maps.signed else "0", "max", maps.signed)
    limit = float(maps.limits.max(initial=0.0)) or 1.0
    return Bar(kind, end_text(-limit) if maps.signed else "0", end_text(limit), maps.signed)


def of_picture(channels: int) -> Bar | None:
    """The bar of a picture: 8-bit greys; none for a colour picture, which shows its own colours."""
    return None if channels == 3 else Bar("input", "0", "255", False)


def paint_bar(draw: Draw, rect: Rect, bar: Bar) -> None:
    """A bar in its outline with its ends, and zero where there is room for it."""
    theme = draw.theme
    table = np.ascontiguousarray(colormaps.lut(theme, bar.kind))
    image = QImage(table.data, 256, 1, 1024, QImage.Format.Format_RGB32)
    draw.painter.drawImage(QRect(*draw.camera.device(rect)), image)
    draw.frame(rect, theme.border_strong)
    face = ink("mono")
    baseline = rect.bottom + 15
    low, high, zero = face.width(bar.low), face.width(bar.high), face.width("0")
    if low + high + 10 > rect.width:  # one number says both ends
        draw.middle(rect.center_x, baseline, f"±{bar.high}" if bar.signed else bar.high, face, theme.text_3)
        return
    draw.text(rect.x, baseline, bar.low, face, theme.text_3)
    draw.text(rect.right - high, baseline, bar.high, face, theme.text_3)
    middle = rect.center_x
    if bar.signed and rect.x + low + 6 <= middle - zero / 2 and middle + zero / 2 + 6 <= rect.right - high:
        draw.text(middle - zero / 2, baseline, "0", face, theme.text_3)


def paint_kernel_caption(draw: Draw, place: Place, index: int, *, restore: Callable[[Box], None]) -> None:
    """Which map the kernels that are shown belong to, above them."""
    grid = place.kernels
    assert grid is not None
    face = ink("text")
    widest = face.width(f"to map {place.column.maps - 1}") + 4
    right = grid.rect.right + 1  # the lines to the map begin there
    restore((right - widest, grid.y - 22, widest, 16))
    draw.right(right, grid.y - 10, f"to map {index}", face, draw.theme.text_3)
