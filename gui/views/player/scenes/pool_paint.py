"""Painting of a pooling's stage: the window, its candidates in their lane, winners and ties, the output so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import product
from gui.views.player.drawing.grid import NumberGrid, paint_padding, put_numbers
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import mark_cell, outline, paint_plane
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.pool_lane import candidate_grid, paint_candidates
from gui.views.player.scenes.scene import Hit, Restore

if TYPE_CHECKING:
    from gui.views.player.scenes.pool_scene import PoolScene

_MARKS_FROM = 14  # smaller cells bear no marks of the windows that were played


def ground(scene: PoolScene, ink: Ink, look: Look, plane: int) -> None:
    """The input map without digits, labels, the empty lane."""
    sizes = look.sizes
    if any(scene.padded_grid.pads):
        paint_padding(ink, look, scene.padded_grid)
    paint_plane(ink, look, scene.input_grid, scene.input_sheet, plane, scene.input_style, "input", digits=False)
    _tiling(scene, ink, look)
    title, face = ui(sizes.title_px, 600), ui(sizes.text_px)
    several = scene.input_sheet.planes > 1
    for grid, sheet, name, role in (
        (scene.input_grid, scene.input_sheet, scene.names.input, "input"),
        (scene.output_grid, scene.output_sheet, scene.names.output, "output"),
    ):
        above = scene.padded_grid.top if role == "input" else grid.top
        y = above - 17
        used = ink.words(name, grid.left, y, title, look.color(role))
        shape = product((sheet.rows, sheet.columns)) if len(sheet.array.shape) > 2 else str(sheet.columns)
        right = mono(sizes.text_px).width(shape)
        if several and used + right + 90 < grid.rect.width():
            ink.words(f"{scene.names.map} {plane}", grid.left + used + 14, y, face, look.color("text_2"))
        if used + right + 12 <= grid.rect.width():
            ink.put(shape, grid.rect.right(), y, mono(sizes.text_px), look.color("text_2"), "right")
    _legend(scene, ink, look)
    if (fill := scene.output_style.coloring(scene.output_grid)) is not None:
        grid = scene.output_grid
        level_bar(ink, look, fill, grid.left, grid.rect.bottom() + 10, min(grid.rect.width(), 160))
    shapes.chip(ink.painter, scene.chip, look.color("output"), 2, look.color("panel"))


def _tiling(scene: PoolScene, ink: Ink, look: Look) -> None:
    """Every stride a stronger line: how the windows tile the input."""
    grid = scene.input_grid
    stride = getattr(scene.trace, "stride", None)
    if stride is None or scene.input_style.coloring(grid) is not None or grid.width < 12:
        return
    rows, columns = stride if len(stride) == 2 else (1, stride[0])
    color = look.color("border_strong")
    pads = scene.padded_grid.pads
    for column in range(-pads[2] % columns or columns, grid.columns, columns):
        ink.painter.fillRect(QRectF(grid.left + column * grid.width, grid.top, 1, grid.rect.height()), color)
    for row in range(-pads[0] % rows or rows, grid.rows, rows):
        ink.painter.fillRect(QRectF(grid.left, grid.top + row * grid.height, grid.rect.width(), 1), color)


def _legend(scene: PoolScene, ink: Ink, look: Look) -> None:
    """Below the input: what the marks mean, or its scale."""
    grid, y = scene.padded_grid, scene.padded_grid.rect.bottom() + 18
    fill = scene.input_style.coloring(scene.input_grid)
    if fill is not None:
        level_bar(ink, look, fill, scene.input_grid.left, grid.rect.bottom() + 10, min(grid.rect.width(), 160))
        return
    if not scene.largest or grid.rect.width() < 180:
        return
    face, color = ui(look.sizes.text_px), look.color("text_2")
    x = grid.left
    shapes.chip(ink.painter, QRectF(x, y - 6, 12, 12), look.color("output"), 1)
    x += 20 + ink.words("won", x + 20, y, face, color) + 18
    shapes.chip(ink.painter, QRectF(x, y - 6, 12, 12), look.color("output"), 1, dash=True)
    long = "tied, but later in reading order: loses"
    text = long if grid.rect.width() > 130 + face.width(long) else "tied: loses"
    ink.words(text, x + 20, y, face, color)


def window_rect(scene: PoolScene, moment: Moment) -> QRectF:
    """Where the window is now."""
    end = scene.input_grid.span(*scene.window_cells(moment.index))
    if moment.done or scene.plane(moment.previous) != scene.plane(moment.index):
        return end
    start = scene.input_grid.span(*scene.window_cells(moment.previous))
    share = eased(between(moment.phase, 0.0, 0.45)) if moment.build else eased(moment.phase)
    return shapes.between_rects(start, end, share)


def digits(scene: PoolScene, ink: Ink, look: Look, plane: int, skip: QRectF | None) -> None:
    """The digits of the input at rest; `skip` leaves those out whose middle lies in the window."""
    grid, style = scene.input_grid, scene.input_style
    face = style.face(grid)
    if face is None:
        return
    values, fill = scene.input_sheet.values(plane), style.coloring(grid)
    where = None
    if skip is not None and fill is None:
        where = np.array(
            [[not skip.contains(grid.cell(r, c).center()) for c in range(grid.columns)] for r in range(grid.rows)]
        )
    put_numbers(ink, look, grid, values, style.figures, face, fill=fill, where=where)


def step(scene: PoolScene, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
    """The window, its candidates, the value and the output so far."""
    painter, grid = ink.painter, scene.input_grid
    plane = scene.plane(moment.index)
    window = window_rect(scene, moment)
    filled = scene.input_style.coloring(grid) is not None
    if restore is None:
        digits(scene, ink, look, plane, window)
        ink.flush()
    if not filled:
        if restore is not None:
            restore(window)
        painter.fillRect(window, look.color("kernel", 0.13))
    candidates = candidate_grid(scene, moment.index)
    played = scene.largest and grid.width >= _MARKS_FROM and not filled
    if played:
        _played_marks(scene, ink, look, moment)
    share = 0.06 if not filled else 0.10
    shapes.projection(painter, look, window, scene.padded_grid.rect, candidates.rect, down=False, share=share)
    if filled:
        shapes.frame(painter, window.adjusted(-2, -2, 2, 2), look.color("stage", 0.8))
        shapes.frame(painter, window, look.color("kernel"), 2 if grid.width >= 6 else 1)
    else:
        shapes.straddling(painter, window, look.color("kernel"), 2)
    if moment.done or not moment.build or moment.phase > 0.45:
        _marks_now(scene, ink, look, moment.index)
    ink.flush()
    if not filled:
        _window_digits(scene, ink, look, moment, window, plane)
    terms = scene.terms(moment.index)
    visible = len(terms) if moment.done or not moment.build else round(between(moment.phase, 0.2, 0.6) * len(terms))
    paint_candidates(scene, ink, look, candidates, moment.index, visible)
    _outcome(scene, ink, look, moment, candidates)


def _marks_now(scene: PoolScene, ink: Ink, look: Look, index: int) -> None:
    """The winner of this window on the input, and the ties that lose."""
    grid = scene.input_grid
    filled = scene.input_style.coloring(grid) is not None
    inset = 2 if grid.width >= 16 else 0
    for row, column, wins in scene.winners(index):
        cell = grid.cell(row, column).adjusted(inset, inset, -inset + 1, -inset + 1)
        if wins:
            if not filled:
                ink.painter.fillRect(cell, look.color("output", 0.18))
            shapes.frame(ink.painter, cell, look.color("output"), 2, outside=False)
        elif grid.width >= 8:
            shapes.dashed(ink.painter, cell, look.color("output"))


def _played_marks(scene: PoolScene, ink: Ink, look: Look, moment: Moment) -> None:
    """Windows that were played keep their marks, fainter."""
    grid = scene.input_grid
    color = look.color("output", 0.55)
    first = scene.plane(moment.index) * scene.output_sheet.rows * scene.output_sheet.columns
    seen: set[tuple[int, int, bool]] = set()
    for index in range(first, moment.index):
        seen.update(scene.winners(index))
    for row, column, wins in seen:
        cell = grid.cell(row, column).adjusted(2, 2, -1, -1)
        if wins:
            shapes.frame(ink.painter, cell, color, 1, outside=False)
        elif (row, column, True) not in seen:
            shapes.dashed(ink.painter, cell, color)


def _window_digits(scene: PoolScene, ink: Ink, look: Look, moment: Moment, window: QRectF, plane: int) -> None:
    """The window's digits in input blue, the winner's in green; cut at its edge while it glides."""
    grid, style = scene.input_grid, scene.input_style
    face = style.face(grid)
    if face is None:
        return
    values = scene.input_sheet.values(plane)
    winner = {(row, column) for row, column, wins in scene.winners(moment.index) if wins and moment.done}
    gliding = not moment.done
    for row in range(grid.rows):
        for column in range(grid.columns):
            cell = grid.cell(row, column)
            if not (window.intersects(cell) if gliding else window.contains(cell.center())):
                continue
            role = "output" if (row, column) in winner else "input"
            ink.put(
                style.figures.text(float(values[row, column])),
                cell.center().x(),
                cell.center().y(),
                face,
                look.color(role),
            )
    if gliding:
        ink.painter.save()
        ink.painter.setClipRect(window)
        ink.flush()
        ink.painter.restore()


def _outcome(scene: PoolScene, ink: Ink, look: Look, moment: Moment, candidates: NumberGrid) -> None:
    """Operator, value, arrow and the output so far."""
    painter, chip, sizes = ink.painter, scene.chip, look.sizes
    y = round(chip.center().y())
    start, end = candidates.rect.right() + 1, chip.left()
    operator, face = ("max" if scene.largest else "Σ"), mono(sizes.text_px + 1)
    half = face.width(operator) / 2 + 6
    middle = (start + end) / 2
    joint = look.color("border_strong")
    if middle - half > start:
        shapes.line(painter, start, y, middle - half, y, joint)
        shapes.line(painter, middle + half, y, end, y, joint)
    ink.put(operator, middle, y, face, look.color("text_2"))
    plane, row, column = scene.output_sheet.cell(scene.trace.index_of(moment.index))
    grid = scene.output_grid
    arrived = moment.done or not moment.build
    played = row * grid.columns + column
    paint_plane(
        ink,
        look,
        grid,
        scene.output_sheet,
        plane,
        scene.output_style,
        "output",
        done=played + arrived,
        digit_role="output",
    )
    filled = scene.output_style.coloring(grid) is not None
    mark_cell(ink, look, grid, row, column, "output", filled=filled)
    value = float(scene.trace.output[scene.trace.index_of(moment.index)])
    if arrived or moment.phase >= 0.62:
        text = scene.output_style.figures.text(value)
        ink.put(text, chip.center().x(), chip.center().y(), mono(sizes.value_px, 600), look.color("output"), hang=False)
    cell = grid.cell(row, column)
    target = cell.center().y()
    left, right = chip.right(), grid.left - 2
    points = [QPointF(left, y), QPointF(right, y)]
    if abs(target - y) >= 1:
        x = round((left + right) / 2)
        points = [QPointF(left, y), QPointF(x, y), QPointF(x, target), QPointF(right, target)]
    shapes.arrow(painter, points, look.color("output"))
    if moment.build and not moment.done and moment.phase >= 0.75:
        way = shapes.between_rects(chip, cell, eased(between(moment.phase, 0.75, 1.0)))
        shapes.chip(painter, way, look.color("output"), 1.5, look.color("panel", 0.8))


def hover(scene: PoolScene, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
    """The cell under the mouse with its fellow in the lane, or the window of an output cell."""
    if hit is not None and hit.term is not None:
        term = hit.term
    if term is not None:
        grid = candidate_grid(scene, moment.index)
        found = scene.terms(moment.index)[term]
        _tint(ink, look, scene.input_grid.cell(*_cell_of(found.position)), "input")
        outline(ink, look, grid.cell(*divmod(term, grid.columns)))
    elif hit is not None and hit.part in ("input", "output"):
        outline(ink, look, hit.rect)
    if hit is None:
        return
    if hit.part == "output" and hit.step is not None and hit.step != moment.index:
        shapes.dashed(ink.painter, scene.input_grid.span(*scene.window_cells(hit.step)), look.color("kernel"))
    if hit.input_index is not None:
        for index in scene.trace.touching(hit.input_index)[:400]:
            _, row, column = scene.output_sheet.cell(index)
            cell = scene.output_grid.cell(row, column)
            if cell.width() >= 12:
                shapes.dashed(ink.painter, cell.adjusted(2, 2, -1, -1), look.color("input"))
            else:
                shapes.frame(ink.painter, cell, look.color("input"), outside=False)


def _cell_of(position: tuple[int, ...]) -> tuple[int, int]:
    """(row, column) of a position (channel, …)."""
    return (0, position[1]) if len(position) == 2 else (position[1], position[2])


def _tint(ink: Ink, look: Look, rect: QRectF, role: str) -> None:
    if rect.width() >= 10:
        ink.painter.fillRect(rect, look.color(role, 0.18))
    outline(ink, look, rect, role, 2)
