"""Painting of a lane: every cell of the window with the word or share it comes in with, the value, the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from gui.labs.pooling.state import Function
from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number, product
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK
from gui.views.player.drawing.grid import NumberGrid, digits_px, paint_lines
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import mark_cell, paint_plane
from gui.views.player.playback import Moment, between, eased

if TYPE_CHECKING:
    from gui.labs.pooling.places import LanePlace
    from gui.labs.pooling.scene import ComparisonScene, Reader


def candidate_grid(scene: ComparisonScene, place: LanePlace, index: int) -> NumberGrid:
    """The candidates of a step: of a smaller window than the largest, centred."""
    rows, columns = scene.first.taps(index)
    full = place.candidates
    if (rows, columns) == (full.rows, full.columns):
        return full
    top = full.top + (full.rows - rows) * full.height // 2
    return NumberGrid(full.left, top, rows, columns, full.width, full.height)


def lane_ground(reader: Reader, place: LanePlace, ink: Ink, look: Look) -> None:
    """The title, the size and the empty chip."""
    grid, sizes = place.output, look.sizes
    y = grid.top - 17
    title = reader.lane.title
    if reader.lane.function is Function.LP:
        title += f", p = {reader.lane.trace.norm_type:g}"
    used = ink.words(title, grid.left, y, ui(sizes.title_px, 600), look.color("output"))
    sheet, face = reader.sheet, mono(sizes.text_px)
    shape = product((sheet.rows, sheet.columns)) if len(sheet.array.shape) > 2 else str(sheet.columns)
    if used + face.width(shape) + 10 <= grid.rect.width():
        ink.put(shape, grid.rect.right(), y, face, look.color("text_2"), "right")
    if (fill := reader.style.coloring(grid)) is not None:
        level_bar(ink, look, fill, grid.left, grid.rect.bottom() + 8, min(max(grid.rect.width(), 60), 160))
    shapes.chip(ink.painter, place.chip, look.color("output"), 2, look.color("panel"))


def lane_step(scene: ComparisonScene, lane: int, ink: Ink, look: Look, moment: Moment) -> None:
    """Candidates, operator, value, arrow and the output so far."""
    place = scene.places.lanes[lane]
    grid = candidate_grid(scene, place, moment.index)
    count = grid.rows * grid.columns
    visible = count if moment.done or not moment.build else round(between(moment.phase, 0.2, 0.6) * count)
    _candidates(scene, lane, ink, look, grid, moment.index, visible)
    _outcome(scene, lane, ink, look, moment, grid)


def _candidates(
    scene: ComparisonScene, lane: int, ink: Ink, look: Look, grid: NumberGrid, index: int, visible: int
) -> None:
    reader, painter, sizes = scene.readers[lane], ink.painter, look.sizes
    terms = reader.pool.terms(index)
    values, weights, style = terms.input_values, terms.weight_values, scene.input_style
    painter.fillRect(grid.rect, look.color("panel"))
    fill = style.coloring(scene.places.input)
    shows = bool(digits_px(grid.width, grid.height, style.longest, share=0.44))
    if fill is None and not shows:
        fill = style.fill
    largest = reader.lane.largest
    wide = digits_px(grid.width, grid.height, _longest(scene, reader), share=0.5)
    parts = not largest and wide > 0 and max(grid.rows, grid.columns) <= 7
    if fill is not None and not parts:
        picture = fill.picture(scene.laid_out(values, grid, index), look.theme)
        painter.drawImage(grid.rect, picture, QRectF(picture.rect()))
    else:
        paint_lines(ink, look, grid)
    shapes.frame(painter, grid.rect, look.color("border_strong"))
    dark = fill.dark_ink(values, look.theme) if fill is not None and not parts else None
    hidden = scene.hidden(lane, index)
    words = largest and min(grid.width, grid.height) >= 34 and grid.rows * grid.columns <= 9
    px = digits_px(grid.width, grid.height, style.longest, share=0.42, most=sizes.product_px + 2)
    for n in range(visible):
        cell = grid.cell(*scene.candidate(grid, index, n))
        if parts and not hidden:
            _part(scene, reader, ink, look, cell, index, n, wide)
            continue
        wins, ties = largest and not hidden and weights[n] == 1, largest and not hidden and bool(terms.ties[n])
        shift = round(grid.height * 0.13) if words and (wins or ties) else 0
        if wins:
            if dark is None:
                painter.fillRect(cell, look.color("output", 0.18))
            shapes.frame(painter, cell, look.color("output"), 2, outside=dark is not None)
        elif ties:
            shapes.dashed(painter, cell.adjusted(2, 2, -1, -1), look.color("output"))
        if not px:
            continue
        if terms.padding[n]:
            color = look.color("text_3", 0.75)
        elif dark is not None:
            color = DARK_INK if dark[n] else LIGHT_INK
        else:
            color = look.color("output" if wins else "input")
        middle = cell.center()
        text = style.figures.text(float(values[n]))
        ink.put(text, middle.x(), middle.y() - shift, mono(px, 600 if wins else 400), color)
        if shift:
            word = color if dark is not None else look.color("output")
            face = ui(sizes.caption_px)
            ink.words("wins" if wins else "ties", middle.x(), middle.y() + grid.height * 0.27, face, word, "center")


def _longest(scene: ComparisonScene, reader: Reader) -> int:
    """Characters of the longest part of a mean or power sum."""
    array = scene.input_sheet.array
    if reader.lane.function is Function.LP:
        return reader.products.longest(abs(array) ** reader.lane.trace.norm_type)
    return reader.products.longest(array / max(len(reader.lane.trace[0].terms), 1))


def _part(
    scene: ComparisonScene, reader: Reader, ink: Ink, look: Look, cell: QRectF, index: int, n: int, wide: int
) -> None:
    """5×¼ (or 5²) over what it comes to; where that does not fit, what it comes to alone."""
    terms, sizes = reader.pool.terms(index), look.sizes
    average = reader.lane.function is Function.AVERAGE
    padding = bool(terms.padding[n])
    text = scene.input_style.figures.text(float(terms.input_values[n]))
    if average:
        factor = scene.share_text(reader, index) if terms.weight_values[n] else "0"
    else:
        factor = f"{reader.lane.trace.norm_type:g}"
    face, words = mono(sizes.factor_px), ui(sizes.factor_px + 2 if average else sizes.factor_px - 1)
    between_ = face.width(TIMES) if average else 1.0
    width = face.width(text) + between_ + words.width(factor)
    result = reader.products.text(float(terms.products[n]))
    ink_color = look.color("text_3" if not terms.products[n] else "text_1")
    if cell.height() < 34 or width > cell.width() - 4:
        ink.put(result, cell.center().x(), cell.center().y(), mono(min(wide, sizes.product_px)), ink_color)
        return
    x, y = cell.center().x() - width / 2, cell.top() + cell.height() * 0.28
    ink.put(text, x, y, face, look.color("padding" if padding else "input"), "left")
    x += face.width(text)
    if average:
        ink.put(TIMES, x, y, face, look.color("text_3"), "left")
    ink.words(factor, x + between_, y if average else y - 4, words, look.color("kernel"))
    px = min(sizes.product_px, wide)
    ink.put(result, cell.center().x(), cell.top() + cell.height() * 0.70, mono(px, 600), ink_color)


def _outcome(scene: ComparisonScene, lane: int, ink: Ink, look: Look, moment: Moment, candidates: NumberGrid) -> None:
    reader, place, sizes = scene.readers[lane], scene.places.lanes[lane], look.sizes
    painter, chip, index = ink.painter, place.chip, moment.index
    y = round(chip.center().y())
    start, end = candidates.rect.right() + 1, chip.left()
    power = f"{reader.lane.trace.norm_type:g}" if reader.lane.function is Function.LP else ""
    operator = {Function.MAX: "max", Function.AVERAGE: "Σ", Function.LP: "√Σ" if power == "2" else f"Σ^1/{power}"}[
        reader.lane.function
    ]
    face = mono(sizes.text_px + 1 if not power else sizes.caption_px)
    half = face.width(operator) / 2 + 5
    middle = (start + end) / 2
    joint = look.color("border_strong")
    if middle - half > start:
        shapes.line(painter, start, y, middle - half, y, joint)
        shapes.line(painter, middle + half, y, end, y, joint)
    ink.put(operator, middle, y, face, look.color("text_2"))
    plane, row, column = reader.sheet.cell(reader.lane.trace.index_of(index))
    grid = place.output
    arrived = moment.done or not moment.build
    if scene.checking:
        _answers(scene, lane, ink, look, plane)
    else:
        done = row * grid.columns + column + arrived
        paint_plane(ink, look, grid, reader.sheet, plane, reader.style, "output", done=done, digit_role="output")
    hidden = scene.hidden(lane, index)
    filled = reader.style.coloring(grid) is not None and not scene.checking
    mark_cell(ink, look, grid, row, column, "output", filled=filled)
    if hidden or arrived or moment.phase >= 0.62:
        text = "?" if hidden else reader.style.figures.text(float(reader.lane.trace[index].value))
        face = mono(sizes.value_px, 600)
        ink.put(text, chip.center().x(), chip.center().y(), face, look.color("output"), hang=False)
    _elbow(ink, look, chip, grid.cell(row, column), grid)
    if moment.build and not moment.done and moment.phase >= 0.75 and not hidden:
        way = shapes.between_rects(chip, grid.cell(row, column), eased(between(moment.phase, 0.75, 1.0)))
        shapes.chip(painter, way, look.color("output"), 1.5, look.color("panel", 0.8))


def _elbow(ink: Ink, look: Look, chip: QRectF, cell: QRectF, grid: NumberGrid) -> None:
    """From the value into the row of its output cell."""
    y, target = round(chip.center().y()), cell.center().y()
    left, right = chip.right(), grid.left - 2
    points = [QPointF(left, y), QPointF(right, y)]
    if abs(target - y) >= 1:
        x = round((left + right) / 2) - 2
        points = [QPointF(left, y), QPointF(x, y), QPointF(x, target), QPointF(right, target)]
    shapes.arrow(ink.painter, points, look.color("output"))


def _answers(scene: ComparisonScene, lane: int, ink: Ink, look: Look, plane: int) -> None:
    """The output as the learner has filled it: right in green, wrong in red, the rest hollow."""
    reader, grid = scene.readers[lane], scene.places.lanes[lane].output
    painter = ink.painter
    painter.fillRect(grid.rect, look.color("panel"))
    paint_lines(ink, look, grid)
    shapes.frame(painter, grid.rect, look.color("output"))
    for within in range(scene.each):
        index = plane * scene.each + within
        typed = scene.answers.get((lane, index))
        if typed is None:
            continue
        cell = grid.cell(*divmod(within, grid.columns))
        role = "output" if scene.is_right(lane, index) else "error"
        painter.fillRect(cell.adjusted(1, 1, 0, 0), look.color(role, 0.14))
        text = number(typed)
        px = digits_px(grid.width, grid.height, max(len(text), reader.style.longest), share=0.44)
        if px:
            ink.put(text, cell.center().x(), cell.center().y(), mono(px), look.color(role))
