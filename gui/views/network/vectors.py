"""The stage as vectors, for an SVG: lines as lines, text as text; maps and kernels, which are pictures, as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from engine.messages import Quantity
from gui.views.network.chain import current_maps
from gui.views.network.draw import Box, Draw
from gui.views.network.live import Scene
from gui.views.network.overlay import paint_chain
from gui.views.network.places import Layout
from gui.views.network.still import paint_still
from gui.views.network.surface import Surface

if TYPE_CHECKING:
    from gui.views.network.canvas import Canvas

SHARPNESS = 4
"""Pixels of a picture to a logical one, so that cells keep their edges where a figure is printed large."""


def paint_vectors(painter: QPainter, canvas: Canvas, layout: Layout) -> None:
    """Paint what a canvas shows at rest: its last snapshot, and the chain of its pin, if any."""
    theme, snapshot, chain, show_input = canvas.theme, canvas.snapshot, canvas.pinning, canvas.show_input
    gradients, current = canvas.quantity is Quantity.GRADIENTS, current_maps(layout, canvas.pinning)
    width, height = canvas.width(), canvas.height()
    camera = replace(canvas.camera, ratio=1.0)

    def scene(ratio: float) -> Scene:
        surface = Surface(round(width * ratio), round(height * ratio), ratio)
        return Scene(
            surface, layout=layout, camera=replace(camera, ratio=ratio), theme=theme, classes=canvas.classes,
            resting=current, gradients=gradients, show_input=show_input,
        )  # fmt: skip

    painter.fillRect(QRect(0, 0, width, height), theme.stage)
    draw = Draw(painter, camera, theme)
    paint_still(draw, layout, current=current, gradients=gradients, has_input=show_input)
    if snapshot is None:
        return
    pictures = scene(SHARPNESS)
    pictures.show(snapshot, current)
    live = pictures.surface.live
    for box in _pictures(layout, show_input=show_input):
        rect = QRect(*camera.device(box)).intersected(QRect(0, 0, width, height))
        if not rect.isEmpty():
            source = QRect(
                SHARPNESS * rect.x(), SHARPNESS * rect.y(), SHARPNESS * rect.width(), SHARPNESS * rect.height()
            )
            painter.drawImage(QRectF(rect), live.copy(source))
    words = scene(1.0)
    words.paint_words(draw, snapshot, current)
    if chain is not None:
        paint_chain(draw, layout, chain, snapshot, row_of=words.row_of)


def _pictures(layout: Layout, *, show_input: bool) -> Iterator[Box]:
    """The tiles that hold values."""
    for index, place in enumerate(layout.places):
        if index == 0 and not show_input:
            continue
        for grid in (place.grid, place.kernels):
            if grid is not None:
                for number in grid.shown:
                    tile = grid.tile(number)
                    if tile is not None:
                        yield tile
        if place.strip is not None:
            yield place.strip.rect
