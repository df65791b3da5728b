"""The cell under the cursor, in both networks: framed, with its value in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.theme import numbers
from gui.views import drawing

if TYPE_CHECKING:
    from gui.views.compare.pair import PairPanel


def paint_hover(panel: PairPanel, painter: QPainter, hover: tuple[int, int, int, int, int]) -> None:
    """Frame the cell `hover` (lane, column, map, row, column of the cell) in both networks, and say its values."""
    _, column, index, row, cell = hover
    ink, figure = drawing.ui(11), drawing.mono(12)
    rows = []
    near = None
    for lane in (0, 1):
        tiles, layer, run = panel.layout_.blocks[column][lane], panel.layer(lane, column), panel.pair[lane]
        if tiles is None or layer is None or run is None or index >= tiles.shown:
            continue
        count, height, width = layer.maps.pixels.shape
        if index >= count or row >= height or cell >= width:
            continue
        tile = tiles.rect(index, panel.layout_.corner(lane, column))
        drawing.frame(painter, tile, panel.theme.output, 2)
        spot = QRectF(tile.left() + cell * tiles.cell, tile.top() + row * tiles.cell, tiles.cell, tiles.cell)
        if not tiles.size.flat and tiles.cell >= 2:
            drawing.frame(painter, spot, panel.theme.text_1, 1.5)
        pixel, limit = float(layer.maps.pixels[index, row, cell]), float(layer.maps.limits[index])
        value = (pixel - 127.5) / 127.5 * limit if layer.maps.signed else pixel / 255 * limit
        rows.append(
            [(ink.elided(run.title, 160), ink, panel.theme.text_2), (numbers.text(value), figure, panel.theme.text_1)]
        )
        if lane == hover[0]:
            near = spot.center()
    if near is None:
        return
    flat = panel.layout_.blocks[column][hover[0]]
    what = "kernel" if panel.kernels else "unit" if flat is not None and flat.size.flat else "map"
    where = f"{panel.titles[column]}, {what} {index}"
    if flat is not None and not flat.size.flat:
        where += f", row {row}, column {cell}"
    rows.insert(0, [(where, ink, panel.theme.text_3)])
    drawing.tooltip(
        painter, theme=panel.theme, near=near, bounds=QRectF(panel.rect()).adjusted(4, 4, -4, -4), rows=rows
    )
