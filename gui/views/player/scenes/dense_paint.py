"""Painting of a dense layer's stage: three pictures, the table of the largest terms, the way of the sum, the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number, product
from gui.views.player.drawing.fills import Fill
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import Style, mark_cell, outline, paint_plane, put_cells
from gui.views.player.drawing.tiles import Tiles, paint_tiles
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.scene import Hit

if TYPE_CHECKING:
    from gui.views.player.scenes.dense_scene import DenseScene

_DIGITS_FROM = 24


def ground(scene: DenseScene, ink: Ink, look: Look, moment: Moment) -> None:
    """The input's picture, titles, empty chips."""
    front = scene.trace.index_of(moment.index)[:-1]
    values = np.asarray(scene.trace.inputs[0])[front]
    paint_tiles(ink, look, scene.inputs, values, scene.input_style.fill, "input")
    sizes = look.sizes
    fold = scene.names.fold
    shape = str(scene.features) if scene.shape.tiles == 1 or fold is None else product((*fold[1:], fold[0]))
    _title(ink, look, scene.inputs, scene.names.input, "input", shape)
    _scale(ink, look, scene.inputs, scene.input_style.fill)
    _scale(ink, look, scene.weights, scene.weight_style.fill)
    face = mono(sizes.value_px)
    y = scene.inputs.rect.center().y()
    ink.put(TIMES, (scene.inputs.rect.right() + scene.weights.left) / 2, y, face, look.color("text_2"))
    ink.put("=", (scene.weights.rect.right() + scene.products.left) / 2, y, face, look.color("text_2"))
    shapes.chip(ink.painter, scene.value_chip, look.color("output"), 2, look.color("panel"))
    if scene.bias is not None:
        shapes.chip(ink.painter, scene.sum_chip, look.color("border_strong"), 1, look.color("panel"))
        shapes.chip(ink.painter, scene.bias_chip, look.color("bias"), 2, look.color("panel"))
        x = scene.sum_chip.center().x()
        small = mono(sizes.text_px + 2)
        ink.put("+", x, (scene.sum_chip.bottom() + scene.bias_chip.top()) / 2, small, look.color("text_2"))
        ink.put("=", x, (scene.bias_chip.bottom() + scene.value_chip.top()) / 2, small, look.color("text_2"))
        words = ui(sizes.caption_px)
        ink.words("sum", x, scene.sum_chip.top() - 11, words, look.color("text_2"), "center")
    grid = scene.output_grid
    used = ink.words(scene.names.output, grid.left, grid.top - 17, ui(sizes.title_px, 600), look.color("output"))
    count = str(scene.trace.output.shape[-1])
    if used + 40 < grid.rect.width():
        ink.put(count, grid.rect.right(), grid.top - 17, mono(sizes.text_px), look.color("text_2"), "right")
    if (fill := scene.output_style.coloring(grid)) is not None:
        level_bar(ink, look, fill, grid.left, grid.rect.bottom() + 9, max(min(grid.rect.width(), 160), 64))


def _title(ink: Ink, look: Look, tiles: Tiles, name: str, role: str, shape: str) -> None:
    y = tiles.top - 17
    used = ink.words(name, tiles.left, y, ui(look.sizes.title_px, 600), look.color(role))
    face = mono(look.sizes.text_px)
    if used + face.width(shape) + 12 <= tiles.rect.width():
        ink.put(shape, tiles.rect.right(), y, face, look.color("text_2"), "right")


def _scale(ink: Ink, look: Look, tiles: Tiles, fill: Fill) -> None:
    level_bar(ink, look, fill, tiles.left, tiles.rect.bottom() + 9, max(min(tiles.rect.width(), 160), 56))


def step(scene: DenseScene, ink: Ink, look: Look, moment: Moment) -> None:
    """This unit's weights and products, its largest terms, the sum and the value."""
    index = moment.index
    terms = scene.terms(index)
    unit = scene.trace.index_of(index)[-1]
    paint_tiles(ink, look, scene.weights, terms.weight_values, scene.weight_style.fill, "kernel")
    name = f"Weights of unit {unit}"
    if ui(look.sizes.title_px, 600).width(name) > scene.products.left - scene.weights.left - 8:
        name = f"w[{unit}]"
    _title(ink, look, scene.weights, name, "kernel", "")
    fill = scene.product_fill(index)
    paint_tiles(ink, look, scene.products, terms.products, fill, "border_strong")
    _title(ink, look, scene.products, "Products" if scene.inputs.rect.width() > 70 else "x·w", "text_1", "")
    _scale(ink, look, scene.products, fill)
    _digits(scene, ink, look, index)
    share = 1.0 if moment.done or not moment.build else between(moment.phase, 0.05, 0.7)
    _table(scene, ink, look, index, share)
    if scene.curve.isValid():
        _way(scene, ink, look, index, share)
    _outcome(scene, ink, look, moment, share)


def _digits(scene: DenseScene, ink: Ink, look: Look, index: int) -> None:
    """Numbers in the pictures' cells, where they are large enough."""
    if scene.inputs.cell < _DIGITS_FROM or scene.shape.tiles > 1:
        return
    terms = scene.terms(index)
    for tiles, values, style, fill in (
        (scene.inputs, terms.input_values, scene.input_style, scene.input_style.fill),
        (scene.weights, terms.weight_values, scene.weight_style, scene.weight_style.fill),
        (scene.products, terms.products, Style.of(terms.products), scene.product_fill(index)),
    ):
        shape = scene.shape
        grid = NumberGrid(tiles.left, tiles.top, shape.rows, shape.columns, tiles.cell, tiles.cell)
        face = style.face(grid)
        if face is None:
            continue
        padded = np.zeros(shape.rows * shape.columns)
        padded[: shape.count] = values
        cells = padded.reshape(shape.rows, shape.columns)
        put_cells(ink, look, grid, cells, style, face, shape.count, fill.dark_ink(cells, look.theme), "text_1", 1.0)


def _table(scene: DenseScene, ink: Ink, look: Look, index: int, share: float) -> None:
    """The largest terms as numbers, each with a bar of its product; below, how many more there are."""
    terms, box, painter = scene.terms(index), scene.table, ink.painter
    order = scene.order(index)
    rows = min(round(box.height() / scene.row_height), len(order))
    face, bold = mono(look.sizes.text_px), mono(look.sizes.text_px, 600)
    values, weights, products = terms.input_values, terms.weight_values, terms.products
    finite = np.abs(products[np.isfinite(products)])
    limit = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    y_title = box.top() - 17
    word = "Products" if rows == len(order) else "Largest products"
    ink.words(word, box.left(), y_title, ui(look.sizes.title_px, 600), look.color("text_1"))
    if rows < len(order):
        ink.words(
            f"{len(order) - rows:,} more",
            box.right(),
            y_title,
            ui(look.sizes.caption_px),
            look.color("text_3"),
            "right",
        )
    digit = face.width("0")
    bar_left = box.left() + 26 * digit
    half = max((box.right() - bar_left) / 2, 8)
    middle = bar_left + half
    for row in range(round(rows * min(share * 1.2, 1.0))):
        term = int(order[row])
        y = box.top() + (row + 0.5) * scene.row_height
        value = float(products[term])
        ink.put(number(float(values[term])), box.left() + 7 * digit, y, face, look.color("input"), "right")
        ink.put(TIMES, box.left() + 8 * digit, y, face, look.color("text_3"))
        ink.put(number(float(weights[term])), box.left() + 16 * digit, y, face, look.color("kernel"), "right")
        ink.put("=", box.left() + 17.2 * digit, y, face, look.color("text_3"))
        ink.put(number(value), box.left() + 24.5 * digit, y, bold, look.color("text_1"), "right")
        if np.isfinite(value):
            width = abs(value) / limit * half
            color = scene.product_fill(index).color(np.sign(value) * limit * 0.75, look.theme)
            left = middle if value >= 0 else middle - width
            painter.fillRect(QRectF(round(left), round(y) - 3, max(round(width), 1), 6), color)
    painter.fillRect(QRectF(round(middle), box.top() + 2, 1, rows * scene.row_height - 4), look.color("border_strong"))


def _way(scene: DenseScene, ink: Ink, look: Look, index: int, share: float) -> None:
    """How the sum builds up, the largest products first."""
    box, painter = scene.curve, ink.painter
    order = scene.order(index)
    with np.errstate(all="ignore"):
        sums = np.concatenate([[0.0], np.cumsum(scene.terms(index).products[order])])
    finite = sums[np.isfinite(sums)]
    bottom, top = float(finite.min()), float(finite.max())
    room = (top - bottom or 1.0) * 0.08
    bottom, top = bottom - room, top + room
    painter.fillRect(box, look.color("panel"))

    def level(value: float) -> float:
        return box.bottom() - (value - bottom) / (top - bottom) * box.height()

    shapes.line(painter, box.left(), round(level(0.0)), box.right(), round(level(0.0)), look.color("border_strong"))
    words, face = ui(look.sizes.caption_px), mono(look.sizes.caption_px)
    ink.words("Sum so far", box.left(), box.top() - 13, ui(look.sizes.text_px), look.color("text_2"))
    ink.words("largest products first", box.right(), box.top() - 13, words, look.color("text_3"), "right")
    below = box.bottom() + 6 + face.cap
    ink.put("0", box.left(), below, face, look.color("text_3"), "left")
    ink.put(f"{len(order):,}", box.right(), below, face, look.color("text_3"), "right")
    shown = max(2, round(len(sums) * share))
    if not np.isfinite(sums).all():
        return
    path = QPainterPath()
    for number_, value in enumerate(sums[:shown].tolist()):
        place = QPointF(box.left() + number_ / (len(sums) - 1) * box.width(), level(value))
        if number_ == 0:
            path.moveTo(place)
        else:
            path.lineTo(place)
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("text_1"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("text_1"))
    painter.drawEllipse(path.currentPosition(), 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(painter.RenderHint.Antialiasing, False)


def _outcome(scene: DenseScene, ink: Ink, look: Look, moment: Moment, share: float) -> None:
    """Sum, bias, value, and the outputs so far."""
    index, painter, sizes = moment.index, ink.painter, look.sizes
    cell_index = scene.trace.index_of(index)
    unit = cell_index[-1]
    face, bold = mono(sizes.chip_px), mono(sizes.chip_px, 600)
    if scene.bias is not None:
        products = scene.terms(index).products[scene.order(index)]
        with np.errstate(all="ignore"):
            total = float(products[: round(len(products) * share)].sum())
        middle = scene.sum_chip.center()
        ink.put(_chip(scene, total), middle.x(), middle.y(), bold, look.color("text_1"), hang=False)
        middle = scene.bias_chip.center()
        ink.put(_chip(scene, float(scene.bias[unit])), middle.x(), middle.y(), face, look.color("bias"), hang=False)
    grid = scene.output_grid
    plane, row, column = scene.output_sheet.cell(cell_index)
    arrived = moment.done or not moment.build
    played = row * grid.columns + column
    style = scene.output_style
    paint_plane(ink, look, grid, scene.output_sheet, plane, style, "output", done=played + arrived, digit_role="output")
    mark_cell(ink, look, grid, row, column, "output", filled=style.coloring(grid) is not None)
    if arrived or moment.phase > 0.7:
        middle = scene.value_chip.center()
        text = _chip(scene, float(scene.trace.output[cell_index]))
        ink.put(text, middle.x(), middle.y(), mono(sizes.value_px, 600), look.color("output"), hang=False)
    cell = grid.cell(row, column)
    start, end = (
        QPointF(scene.value_chip.right(), scene.value_chip.center().y()),
        QPointF(grid.left - 2, cell.center().y()),
    )
    x = round((start.x() + end.x()) / 2)
    points = [start, QPointF(x, start.y()), QPointF(x, end.y()), end]
    shapes.arrow(
        painter, points if abs(start.y() - end.y()) >= 1 else [start, QPointF(end.x(), start.y())], look.color("output")
    )
    if moment.build and not moment.done and moment.phase >= 0.8:
        way = shapes.between_rects(scene.value_chip, cell, eased(between(moment.phase, 0.8, 1.0)))
        shapes.chip(painter, way, look.color("output"), 1.5, look.color("panel", 0.8))


def _chip(scene: DenseScene, value: float) -> str:
    return scene.output_style.figures.text(value) if scene.plain else number(value)


def hover(scene: DenseScene, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
    """A term in all three pictures and in the table; an output cell."""
    if hit is not None and hit.term is not None:
        term = hit.term
    if hit is not None and hit.part == "output":
        outline(ink, look, hit.rect)
    if term is None:
        return
    for tiles, role in ((scene.inputs, "input"), (scene.weights, "kernel"), (scene.products, "text_1")):
        rect = tiles.entry(term)
        shapes.frame(ink.painter, rect.adjusted(-2, -2, 2, 2), look.color("stage", 0.8))
        shapes.frame(ink.painter, rect, look.color(role), 2)
    rows = round(scene.table.height() / scene.row_height)
    places = np.flatnonzero(scene.order(moment.index)[:rows] == term)
    if len(places):
        top = scene.table.top() + int(places[0]) * scene.row_height
        outline(
            ink,
            look,
            QRectF(scene.table.left() - 4, top, scene.table.width() + 8, scene.row_height),
            "border_strong",
            1,
        )
