"""Units of a dense layer as rows: name, bar from zero, value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from engine.messages import Floats
from gui.theme import Theme, colormaps, numbers
from gui.views import drawing
from gui.views.layer_sheet import Sheet

_VALUE = 56.0


def paint(
    painter: QPainter,
    sheet: Sheet,
    *,
    theme: Theme,
    values: Floats,
    order: list[int],
    names: list[str],
    strong: set[int],
    classes: bool,
) -> None:
    """`values` (units,) as bars in the order `order`; units in `strong` stand out. Of classes the largest is green.

    Where some are negative, zero is a line that bars go away from to both sides.
    """
    label, figure = drawing.ui(11), drawing.mono(11)
    low, high = drawing.finite_range(np.append(values, np.float32(0.0)))
    table = colormaps.lut(theme, "activation_signed")
    plus, minus = colormaps.color(table, 0.82), colormaps.color(table, 0.18)
    best = int(np.nanargmax(values)) if classes and np.isfinite(values).any() else -1
    widest = min(max(map(label.width, names), default=0.0), 96.0) + 12
    for place, unit in enumerate(order):
        tile, value = sheet.tiles[place], float(values[unit])
        middle = round(tile.center().y())
        color = theme.text_1 if unit in strong else theme.text_2
        ink = drawing.ui(11, 600) if unit in strong else label
        drawing.write(painter, tile.left(), middle + 4, ink.elided(names[unit], widest - 8), ink, color)
        bar = QRectF(tile.left() + widest, middle - 3, max(tile.width() - widest - _VALUE, 8.0), 6)
        painter.fillRect(bar, theme.track)
        zero = bar.left() + bar.width() * -low / (high - low)
        if np.isfinite(value) and value:
            end = bar.left() + bar.width() * (value - low) / (high - low)
            fill = theme.output if unit == best else plus if value > 0 else minus
            painter.fillRect(QRectF(min(zero, end), bar.top(), max(abs(end - zero), 1.0), 6), fill)
        if low < 0:
            painter.fillRect(QRectF(round(zero), bar.top() - 2, 1, 10), theme.border_strong)
        drawing.write_right(painter, tile.right(), middle + 4, numbers.text(value), figure, color)
        if unit in strong:
            drawing.frame(painter, tile.adjusted(-5, 2, 5, -2), theme.output)
