"""The lane of a pooling: every cell of the window, with the word or the share that it comes in with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK
from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look

if TYPE_CHECKING:
    from gui.views.player.scenes.pool_scene import PoolScene


def candidate_grid(scene: PoolScene, index: int) -> NumberGrid:
    """The candidates of a step: of a smaller window than the largest, centred."""
    rows, columns = scene.taps(index)
    full = scene.candidates
    if (rows, columns) == (full.rows, full.columns):
        return full
    top = full.top + (full.rows - rows) * full.height // 2
    return NumberGrid(full.left, top, rows, columns, full.width, full.height)


def paint_candidates(scene: PoolScene, ink: Ink, look: Look, grid: NumberGrid, index: int, visible: int) -> None:
    """The lane: every cell of the window, with the word or the share that it comes in with."""
    painter, terms = ink.painter, scene.terms(index)
    style, sizes = scene.input_style, look.sizes
    values, weights = terms.input_values, terms.weight_values
    painter.fillRect(grid.rect, look.color("panel"))
    fill = style.coloring(scene.input_grid)
    mute = not scene.largest and not _average_fits(scene, grid)
    if fill is not None and (scene.largest or mute):
        picture = fill.picture(values.reshape(grid.rows, grid.columns), look.theme)
        painter.drawImage(grid.rect, picture, QRectF(picture.rect()))
    else:
        for column in range(1, grid.columns):
            painter.fillRect(
                QRectF(grid.left + column * grid.width, grid.top, 1, grid.rect.height()), look.color("border")
            )
        for row in range(1, grid.rows):
            painter.fillRect(
                QRectF(grid.left, grid.top + row * grid.height, grid.rect.width(), 1), look.color("border")
            )
    shapes.frame(painter, grid.rect, look.color("border_strong"))
    words = scene.largest and min(grid.width, grid.height) >= 36 and grid.rows * grid.columns <= 9
    dark = fill.dark_ink(values, look.theme) if fill is not None and scene.largest else None
    for n in range(visible):
        cell = grid.cell(*divmod(n, grid.columns))
        middle = cell.center()
        if mute:
            break
        if not scene.largest:
            _average_candidate(scene, ink, look, cell, index, n)
            continue
        wins, ties = weights[n] == 1, bool(terms.ties[n])
        shift = round(grid.height * 0.13) if words and (wins or ties) else 0
        if wins:
            if dark is None:
                painter.fillRect(cell, look.color("output", 0.18))
            shapes.frame(painter, cell, look.color("output"), 2, outside=dark is not None)
        elif ties:
            shapes.dashed(painter, cell.adjusted(2, 2, -1, -1), look.color("output"))
        px = digits_px(grid.width, grid.height, style.longest, share=0.42, most=sizes.product_px + 2)
        if not px:
            continue
        if terms.padding[n]:
            color = look.color("text_3", 0.75)
        elif dark is not None:
            color = DARK_INK if dark[n] else LIGHT_INK
        else:
            color = look.color("output" if wins else "input")
        ink.put(
            style.figures.text(float(values[n])), middle.x(), middle.y() - shift, mono(px, 600 if wins else 400), color
        )
        if shift:
            word_color = color if dark is not None else look.color("output")
            ink.words(
                "wins" if wins else "ties",
                middle.x(),
                middle.y() + grid.height * 0.27,
                ui(sizes.caption_px),
                word_color,
                "center",
            )


def _average_fits(scene: PoolScene, grid: NumberGrid) -> bool:
    """Whether the numbers of an average's lane can be read; else its cells have their colours alone."""
    return bool(digits_px(grid.width, grid.height, scene.product_longest(), share=0.5))


def _average_candidate(scene: PoolScene, ink: Ink, look: Look, cell: QRectF, index: int, n: int) -> None:
    """5×¼ over the product; where that does not fit, the product alone."""
    terms, sizes = scene.terms(index), look.sizes
    value = float(terms.input_values[n])
    fraction = scene.share_text(index) if terms.weight_values[n] else "0"
    text = scene.input_style.figures.text(value)
    face, words = mono(sizes.factor_px), ui(sizes.factor_px + 2)
    width = face.width(text) + face.width(TIMES) + words.width(fraction)
    product_text = scene.product_figures.text(float(terms.products[n]))
    if cell.height() < 36 or width > cell.width() - 6:
        px = digits_px(
            round(cell.width()), round(cell.height()), scene.product_longest(), share=0.5, most=sizes.product_px
        )
        if px:
            ink.put(product_text, cell.center().x(), cell.center().y(), mono(px), look.color("text_1"))
        return
    x, y = cell.center().x() - width / 2, cell.top() + cell.height() * 0.28
    role = "padding" if terms.padding[n] else "input"
    ink.put(text, x, y, face, look.color(role), "left")
    x += face.width(text)
    ink.put(TIMES, x, y, face, look.color("text_3"), "left")
    ink.words(fraction, x + face.width(TIMES), y, words, look.color("kernel"))
    ink.put(
        product_text,
        cell.center().x(),
        cell.top() + cell.height() * 0.70,
        mono(sizes.product_px, 600),
        look.color("text_1"),
    )
