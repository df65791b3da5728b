"""The stamps of a signal, each in a row of its own over the output; and the colours of a kernel's cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from gui.views.player.drawing import shapes
from gui.views.player.drawing.grid import NumberGrid, face_for
from gui.views.player.drawing.lettering import Ink, ui
from gui.views.player.drawing.look import Look

if TYPE_CHECKING:
    from gui.views.player.scenes.stamp_scene import StampScene


def hue(scene: StampScene, depth: int, row: int, column: int, alpha: float = 0.34) -> QColor:
    """The colour of a cell of the kernel."""
    depths, rows, columns = scene.taps()
    color = QColor.fromHsvF(((depth * rows + row) * columns + column) / (depths * rows * columns), 0.62, 0.92)
    color.setAlphaF(alpha)
    return color


def first_stair(scene: StampScene, index: int) -> int:
    """The input cell whose stamp stands in the first row."""
    stairs, (cell,) = scene.places.stairs, scene.trace[index].cell[1:]
    if stairs is None or stairs.rows >= scene.trace.size[0]:
        return 0
    return int(min(max(cell - stairs.rows + 1, 0), scene.trace.size[0] - stairs.rows))


def stairs_ground(scene: StampScene, ink: Ink, look: Look, grid: NumberGrid) -> None:
    x = scene.places.canvases[0].left - 14
    ink.words("Stamps", x, grid.top + 8, ui(look.sizes.text_px), look.color("text_2"), "right")
    y = scene.places.canvases[0].rect.center().y()
    ink.words("Sum", x, y, ui(look.sizes.text_px), look.color("text_2"), "right")


def stairs(scene: StampScene, ink: Ink, look: Look, index: int, arrived: bool) -> None:
    """The stamps of this channel below each other, where they lie; those to come hollow."""
    grid, made = scene.places.stairs, scene.trace
    assert grid is not None
    filter_, channel, now = made.index_of(index)
    first = first_stair(scene, index)
    digits = face_for(grid, scene.longest["product"], share=0.62)
    kernel = made.kernel(filter_, channel)
    for row in range(grid.rows):
        cell = first + row
        place = made.position_of((filter_, channel, cell))
        start = made[place].start[0]
        products = made[place].products
        mine = cell == now
        for tap, value in enumerate(products.tolist()):
            rect = grid.cell(row, start + tap * made.dilation[0])
            done = cell < now or (mine and arrived)
            ink.painter.fillRect(rect.adjusted(1, 1, 0, 0), look.color("panel" if done else "stage"))
            if done and digits is None and not scene.hidden():
                ink.painter.fillRect(rect, scene.product_fill.color(value, look.theme))
            if scene.colours:
                ink.painter.fillRect(rect.adjusted(1, 1, 0, 0), hue(scene, 0, 0, tap, 0.34 if done else 0.12))
            if rect.width() >= 8 or mine:
                line = look.color("kernel" if mine else "border")
                shapes.frame(ink.painter, rect.adjusted(1, 1, 0, 0), line, outside=False)
            if done and digits is not None and not scene.hidden():
                color = look.color("text_1" if value else "text_3", 1.0 if mine else 0.8)
                ink.put(scene.product_figures.text(value), rect.center().x(), rect.center().y(), digits, color)
    if first + grid.rows < made.size[0] or first:
        more = made.size[0] - grid.rows
        text = f"{more} more"
        x = scene.places.canvases[0].left - 14
        ink.words(text, x, grid.top + 24, ui(look.sizes.caption_px), look.color("text_3"), "right")
    if kernel.size and arrived:
        rect = scene.stamp_rect(index, 0)
        canvas = scene.places.canvases[0]
        row = now - first
        below = grid.cell(row, 0).bottom()
        color = look.color("kernel", 0.35)
        for x in (rect.left(), rect.right()):
            shapes.dashed_line(ink.painter, QPointF(x, below), QPointF(x, canvas.top - 3), color)
