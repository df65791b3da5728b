"""Maps and units that are switched off, as they are marked wherever they are drawn: hatched and struck through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from gui.theme import Theme
from gui.views import drawing

if TYPE_CHECKING:
    from engine.messages import Snapshot
    from gui.views.graph.layout import Box
    from gui.views.graph.layout import Layout as GraphLayout
    from gui.views.graph.live import Live
    from gui.views.graph.paint import View
    from gui.views.network.draw import Draw
    from gui.views.network.places import Layout as ChainLayout

Off = Mapping[str, tuple[int, ...]]


def paint(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Mark what is in `rect`."""
    painter.fillRect(rect, drawing.faded(theme.stage, 0.6))
    painter.fillRect(rect, QBrush(drawing.faded(theme.text_3, 0.7), Qt.BrushStyle.BDiagPattern))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.error, 1.5))
    painter.drawLine(rect.bottomLeft(), rect.topRight())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def on_chain(draw: Draw, layout: ChainLayout, off: Off) -> None:
    """Mark maps and units of the diagram that stand in columns."""
    for place in layout.places:
        names = {place.column.node, *place.column.nodes}
        found = {index for name in names for index in off.get(name, ()) if index < place.column.maps}
        for index in found:
            tile = place.grid.tile(index) if place.grid else place.strip.unit(index) if place.strip else None
            if tile is not None:
                paint(draw.painter, QRectF(*draw.camera.device(tile)), draw.theme)


def on_card(painter: QPainter, view: View, box: Box, layout: GraphLayout, snapshot: Snapshot, live: Live, off: Off,
            theme: Theme) -> None:  # fmt: skip
    """Mark the maps of a card, and say how many are off."""
    from gui.views.graph.live import box_area, tile_grid, tile_rect

    name = layout.network.nodes[box.face].name
    numbers, maps = off.get(name, ()), snapshot.maps.get(name)
    if not numbers:
        return
    rect = view.rect(*box_area(box))
    if maps is not None and maps.pixels.ndim == 3 and maps.pixels.shape[1] * maps.pixels.shape[2] > 1:
        columns, rows = tile_grid(box)
        for place, number in enumerate(live.indices(box.face, maps, columns * rows)):
            if number in numbers:
                tile = tile_rect((rect.width(), rect.height()), columns, rows, place)
                paint(painter, tile.translated(rect.topLeft()), theme)
    text, ink = f"{len(numbers)} off", drawing.ui(11, 600)
    plate = QRectF(rect.right() - ink.width(text) - 6, rect.top() - 1, ink.width(text) + 6, 16)
    painter.fillRect(plate, theme.panel)
    drawing.write_right(painter, rect.right() - 2, rect.top() + 12, text, ink, theme.error)
