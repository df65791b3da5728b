"""Contribution lines: weight * activation into each dense layer, the strongest last and on top.

One antialiased pixel each; rose raises, azure lowers, opacity is the share of the strongest.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.messages import Links
from gui.theme import Theme, colormaps
from gui.views.network.columns import Kind
from gui.views.network.draw import Draw
from gui.views.network.geometry import Rect
from gui.views.network.places import Place

RowOf = Callable[[int], int | None]  # the row that shows a class, or None


@lru_cache(maxsize=8)
def line_colors(theme: Theme) -> tuple[QColor, QColor]:
    """The colours of a lowering and of a raising contribution: the weight map at three quarters."""
    table = colormaps.lut(theme, "weight_signed")
    return colormaps.color(table, 0.125), colormaps.color(table, 0.875)


def gap(before: Place, after: Place) -> Rect:
    """The part of the stage between two columns, where nothing but their lines is."""
    left, right = before.rect.right + 1, after.rect.x - 1
    top = min(before.rect.y, after.rect.y) - 2
    bottom = max(before.rect.bottom, after.rect.bottom) + 2
    return Rect(left, top, max(0, right - left), bottom - top)


def source_height(place: Place, index: int) -> float | None:
    """Where at the right edge of a column the lines of a unit leave; None if it is not shown."""
    column = place.column
    if place.strip is not None:
        unit = place.strip.unit(index)
        return None if unit is None else unit.center_y
    grid = place.grid
    if grid is None:
        return None
    cells = column.height * column.width
    if column.kind is Kind.INPUT:  # one picture: the height of the pixel itself
        row = index % cells // column.width
        return grid.y + (row + 0.5) * grid.tile_height / grid.cells_y
    return grid.row_center(index // cells)


def target_height(place: Place, index: int, row_of: RowOf) -> float | None:
    """Where at the left edge of a column the lines of a unit arrive; None if it is not shown."""
    if place.strip is not None:
        unit = place.strip.unit(index)
        return None if unit is None else unit.center_y
    if place.classes is None or (row := row_of(index)) is None:
        return None
    return place.classes.middle(row)


def paint_lines(
    draw: Draw,
    before: Place,
    after: Place,
    links: Links,
    *,
    row_of: RowOf,
    only_source: frozenset[int] | None = None,
    only_target: int | None = None,
    strength: float = 1.0,
) -> None:
    """Paint the links between two columns, their opacity by their share of the strongest.

    `only_source`, `only_target` choose among them: those into one class or unit are drawn stronger.
    """
    chosen = np.ones(len(links.values), bool)
    if only_target is not None:
        chosen &= links.targets == only_target
    if only_source is not None:
        chosen &= np.isin(links.sources, list(only_source))
    if not chosen.any():
        return
    painter, camera = draw.painter, draw.camera
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    left, right = before.rect.right + 1, after.rect.x - 1
    start, end = draw.point(left, 0).x(), draw.point(right, 0).x()
    half = (start + end) / 2
    lowering, raising = line_colors(draw.theme)
    values = links.values[chosen].tolist()
    least, most = (0.05, 0.3) if only_target is None and only_source is None else (0.08, 0.5)
    largest = max(map(abs, values)) or 1.0
    pen = QPen(raising, camera.ratio)
    scale, offset = camera.scale, camera.y * camera.ratio
    sources, targets = links.sources[chosen].tolist(), links.targets[chosen].tolist()
    for source, target, value in zip(sources, targets, values, strict=True):
        y, goal = source_height(before, source), target_height(after, target, row_of)
        if y is None or goal is None:
            continue
        color = QColor(raising if value > 0 else lowering)
        color.setAlphaF(min(1.0, (least + most * abs(value) / largest) * strength))
        pen.setColor(color)
        painter.setPen(pen)
        y, goal = y * scale + offset, goal * scale + offset
        path = QPainterPath(QPointF(start, y))
        path.cubicTo(half, y, half, goal, end, goal)
        painter.drawPath(path)
