"""A channel's products under a magnifying glass: where a stage has no room for their digits, the mouse brings them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes, spans
from gui.views.player.drawing.grid import NumberGrid, digits_px, paint_lines
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import HUGE, LARGE, Look
from gui.views.player.playback import Moment
from gui.views.player.scenes.convolution_formula import read_out

if TYPE_CHECKING:
    from gui.views.player.scenes.convolution_scene import ConvolutionScene

_EDGE = 10


def is_small(scene: ConvolutionScene) -> bool:
    """Whether the stage shows products as colours alone."""
    if scene.layout.middle.factors or not scene.layout.blocks:
        return False
    grid = scene.layout.blocks[0].products
    return not digits_px(grid.width, grid.height, scene.product_characters(), share=0.62)


def _sizes(scene: ConvolutionScene, look: Look) -> tuple[float, float, int, int]:
    """Width and height of a cell, and the font sizes of factors and products."""
    rows, columns = scene.reading.kernel
    characters = scene.input_figures.longest(scene.reading.x) + scene.kernel_figures.longest(scene.reading.weight) + 1
    small, large, high = (14, 18, 46) if look.sizes in (LARGE, HUGE) else (11, 14, 36)
    room = (scene.width - 60) / columns, (scene.height - 110) / rows
    width = max(round(characters * 0.6 * small) + 10, round(scene.product_characters() * 0.6 * large) + 10)
    if width > room[0] or high > room[1]:
        return min(width, room[0]), min(high, room[1]), 9, 11
    return width, high, small, large


def magnify(scene: ConvolutionScene, ink: Ink, look: Look, moment: Moment, term: int) -> None:
    """The products of the channel of a term, each under its factors, beside its block; the term itself is framed."""
    reading, painter = scene.reading, ink.painter
    channel, row, column = reading.tap(term)
    place = reading.place(moment.index)
    shown = scene.shown(place.channel)
    if channel not in shown:
        return
    block = scene.layout.blocks[shown.index(channel)]
    width, height, small, large = _sizes(scene, look)
    rows, columns = reading.kernel
    sizes = look.sizes
    lines = [spans.place(line, sizes.caption_px + 1) for line in read_out(reading.terms(moment.index)[term])]
    line = sizes.text_px + 8
    wide = max(columns * width, *(spans.width_of(placed) for placed in lines), 120) + 2 * _EDGE
    high = rows * height + line * (len(lines) + 1) + 2 * _EDGE
    beside = block.products.rect.united(block.input.rect)
    x = beside.right() + 18
    if x + wide > scene.width - 6:
        x = beside.left() - 18 - wide
    if x < 6:
        x = max(6.0, min(beside.right() + 18, scene.width - 6 - wide))
    y = max(6.0, min(block.products.rect.center().y() - high / 2, scene.height - 6 - high))
    box = QRectF(round(x), round(y), round(wide), round(high))
    shapes.chip(painter, box, look.color("border_strong"), 1, look.color("tooltip"))
    names = scene.names.map.capitalize()
    title = f"{names} {reading.channels(place.channel).start + channel}"
    top = box.top() + _EDGE + line / 2 - 2
    ink.words(title, box.left() + _EDGE, top, ui(sizes.title_px, 600), look.color("text_1"))
    products = reading.products(moment.index)[channel]
    total = scene.sum_figures.text(float(products.sum()))
    ink.put(f"Σ = {total}", box.right() - _EDGE, top, mono(sizes.text_px), look.color("text_2"), "right")
    grid = NumberGrid(box.left() + _EDGE, round(box.top() + _EDGE + line), rows, columns, width, height)
    painter.fillRect(grid.rect, look.color("panel"))
    paint_lines(ink, look, grid)
    shapes.frame(painter, grid.rect, look.color("border_strong"))
    window, kernel = reading.window(moment.index)[channel], reading.filter(place.channel)[channel]
    inside = reading.inside(moment.index)
    factor, plain, bold = mono(small), mono(large), mono(large, 600)
    for r in range(rows):
        for c in range(columns):
            cell, value = grid.cell(r, c), float(products[r, c])
            left = scene.input_figures.text(float(window[r, c]))
            right = scene.kernel_figures.text(float(kernel[r, c]))
            start = cell.center().x() - factor.width(left + TIMES + right) / 2
            roles = ((left, "input" if inside[r, c] else "padding"), (TIMES, "text_3"), (right, "kernel"))
            for text, role in roles:
                ink.put(
                    text, start, cell.top() + height * 0.28, factor, look.color(role, 1.0 if value else 0.7), "left"
                )
                start += factor.width(text)
            color = look.color("text_1" if value else "text_3")
            text = scene.product_figures.text(value)
            ink.put(text, cell.center().x(), cell.top() + height * 0.70, bold if value else plain, color)
    ink.flush()
    shapes.straddling(painter, grid.cell(row, column), look.color("text_1"), 1.5)
    y = grid.rect.bottom() + line / 2 + 3
    for placed in lines:
        spans.paint(ink, look, placed, box.left() + _EDGE, y)
        y += line
    ink.flush()
