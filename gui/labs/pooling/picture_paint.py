"""Painting of the picture page: plates, the window on each, its numbers, what the move has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from gui.theme import numbers
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number, product
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK, Fill, paint_picture
from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look

if TYPE_CHECKING:
    from gui.labs.pooling.picture import PicturePage

_FILL = Fill("input", 0.0, 255.0)
_AROUND = 3
"""Cells around the one under the mouse that the magnifier shows, to each side."""


@dataclass(frozen=True)
class Plate:
    """A picture (rows, columns) with its name; `trace` made it, None for the input."""

    title: str
    role: str
    values: NDArray[np.float64]
    trace: Any


def _fill(page: PicturePage, plate: Plate) -> Fill:
    """Greys from 0 to 255 for all; a power sum has its own range."""
    high = float(np.nanmax(plate.values, initial=0.0))
    return _FILL if high <= 255.0001 else Fill("input", 0.0, high)


def paint_page(page: PicturePage, ink: Ink, look: Look) -> None:
    """Everything but the magnifier. Photographs are never inverted: dark is 0 in both themes."""
    sizes = look.sizes
    title, fixed = ui(sizes.title_px, 600), mono(sizes.text_px)
    dark = _dark_look(look)
    for plate, rect in zip(page.plates, page.rects(), strict=True):
        fill = _fill(page, plate)
        paint_picture(ink.painter, rect, fill.picture(plate.values, dark.theme))
        shapes.frame(ink.painter, rect, look.color(plate.role))
        y = rect.top() - 17
        used = ink.words(plate.title, rect.left(), y, title, look.color(plate.role))
        if fill is not _FILL:
            note = f"0 … {number(round(fill.high))}"
            ink.words(note, rect.left() + used + 10, y, ui(sizes.caption_px), look.color("text_3"))
        ink.put(product(plate.values.shape), rect.right(), y, fixed, look.color("text_2"), "right")
    _changes(page, ink, look)


def _dark_look(look: Look) -> Look:
    from gui.theme import DARK

    return Look(DARK, look.sizes)


def _changes(page: PicturePage, ink: Ink, look: Look) -> None:
    """Under each plate how many of its cells the move has changed, and by how much."""
    sizes, shift = look.sizes, page.state.shift
    rects = page.rects()
    y = rects[0].bottom() + 22
    face, small = ui(sizes.text_px), mono(sizes.caption_px)
    down, right = shift
    parts = [f"{abs(by)} {name}" for by, name in (
        (down, "down" if down > 0 else "up"), (right, "right" if right > 0 else "left")) if by]  # fmt: skip
    text = f"moved {' and '.join(parts)}" if parts else "not moved: drag it"
    ink.words(text, rects[0].left(), y, face, look.color("text_2"))
    if page.changed is None:
        return
    for row in page.changed.rows:
        plate = next((n for n, plate in enumerate(page.plates) if plate.title == row.title), None)
        if plate is None:
            continue
        rect = rects[plate]
        share = numbers.percent(float(row.changed.mean()), 0)
        bold = ui(sizes.title_px, 600)
        ink.words(share, rect.left(), y, bold, look.color("text_1"))
        words = " of cells changed" if not page.changed.moves else " changed after moving along"
        used = bold.width(share) + ink.words(words, rect.left() + bold.width(share), y, face, look.color("text_2"))
        mean = f"mean {numbers.plain(row.mean_change, 1)}"
        if used + small.width(mean) + 16 < rect.width():
            ink.put(mean, rect.right(), y, small, look.color("text_3"), "right")


def _output_at(page: PicturePage, plate: Plate) -> tuple[int, ...] | None:
    """The last output cell whose window reads the cell under the mouse."""
    if page.place is None:
        return None
    touched = plate.trace.touching((0, *page.place))
    return touched[0] if touched else None


def paint_magnifier(page: PicturePage, ink: Ink, look: Look) -> None:
    """The numbers around the cell under the mouse, the window that reads it, and what each pooling makes of it."""
    sizes, rects = look.sizes, page.rects()
    left, top = rects[0].left(), rects[0].bottom() + 74
    title = ui(sizes.title_px, 600)
    room = page.height() - top - 20
    if room < 60:
        return
    ink.words("Under the mouse", left, top - 16, title, look.color("text_1"))
    if page.place is None:
        ink.words("Move over a picture to see its numbers.", left, top + 12, ui(sizes.text_px), look.color("text_3"))
        return
    values = page.plates[0].values
    index = next((found for plate in page.plates[1:] if (found := _output_at(page, plate)) is not None), None)
    spans = page.plates[1].trace.window(index).spans if index is not None else tuple((p, p + 1) for p in page.place)
    reach = [min(stop - start, 7) + 2 for start, stop in spans]
    rows, columns = (max(size, 2 * _AROUND + 1) for size in reach)
    first = [start - (size - min(stop - start, 7)) // 2 for (start, stop), size in zip(
        spans, (rows, columns), strict=True)]  # fmt: skip
    cell = max(1, int(min(36 if sizes.name != "large" else 52, room / rows)))
    grid = NumberGrid(round(left), round(top), rows, columns, cell, cell)
    _numbers(page, ink, look, grid, values, first)
    scale = rects[0].width() / values.shape[1]
    window = grid.span(spans[0][0] - first[0], spans[1][0] - first[1], *(stop - start for start, stop in spans))
    if index is not None:
        shapes.straddling(ink.painter, window.intersected(grid.rect), look.color("kernel"), 2)
        (y0, y1), (x0, x1) = spans
        place = QRectF(rects[0].left() + x0 * scale, rects[0].top() + y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)
        shapes.frame(ink.painter, place.intersected(rects[0]), look.color("kernel"), 2)
    x = grid.rect.right() + 48
    for number_, (plate, rect) in enumerate(zip(page.plates[1:], rects[1:], strict=True)):
        found = _output_at(page, plate)
        y = top + 24 + number_ * 56
        ink.words(plate.title, x, y, title, look.color("output"))
        if found is None:
            ink.words("no window covers it", x + 80, y, ui(sizes.text_px), look.color("text_3"))
            continue
        chip = QRectF(x + 80, y - 16, 84 if sizes.name != "large" else 120, 32)
        shapes.chip(ink.painter, chip, look.color("output"), 2, look.color("panel"))
        text = number(float(plate.trace.output[found]))
        ink.put(text, chip.center().x(), chip.center().y(), mono(16, 600), look.color("output"), hang=False)
        name = f"y[{found[1]},{found[2]}]"
        ink.put(name, chip.right() + 14, y, mono(sizes.text_px), look.color("text_2"), "left")
        tall, wide = (size / count for size, count in zip(
            (rect.height(), rect.width()), plate.values.shape, strict=True))  # fmt: skip
        cell_rect = QRectF(rect.left() + found[2] * wide, rect.top() + found[1] * tall, wide, tall)
        shapes.frame(ink.painter, cell_rect, look.color("output"), 2)


def _numbers(
    page: PicturePage, ink: Ink, look: Look, grid: NumberGrid, values: NDArray[np.float64], first: list[int]
) -> None:
    """Cells in their greys with their numbers; beyond the edge nothing."""
    dark = _dark_look(look).theme
    px = digits_px(grid.width, grid.height, 3, share=0.4)
    ink.painter.fillRect(grid.rect, look.color("panel"))
    for row in range(grid.rows):
        for column in range(grid.columns):
            y, x = first[0] + row, first[1] + column
            if not (0 <= y < values.shape[0] and 0 <= x < values.shape[1]):
                continue
            value = float(values[y, x])
            cell = grid.cell(row, column)
            ink.painter.fillRect(cell, _FILL.color(value, dark))
            if px:
                tone = DARK_INK if value > 118 else LIGHT_INK
                ink.put(str(round(value)), cell.center().x(), cell.center().y(), mono(px), tone)
    shapes.frame(ink.painter, grid.rect, look.color("input"))
