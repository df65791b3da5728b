"""Painting of a pooling's stage: the window, its candidates in their lane, winners and ties, the output so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import product
from gui.views.player.drawing.grid import NumberGrid, paint_padding
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import mark_cell, outline, paint_plane
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes import pool_window
from gui.views.player.scenes.pool_lane import candidate_grid, paint_candidates
from gui.views.player.scenes.scene import Hit, Restore

if TYPE_CHECKING:
    from gui.views.player.scenes.pool_scene import PoolScene


def ground(scene: PoolScene, ink: Ink, look: Look, plane: int) -> None:
    """The input map without digits, labels, the empty lane."""
    sizes = look.sizes
    if any(scene.padded_grid.pads):
        paint_padding(ink, look, scene.padded_grid)
    paint_plane(ink, look, scene.input_grid, scene.input_sheet, plane, scene.input_style, "input", digits=False)
    pool_window.tiling(ink, look, scene.pool_input, getattr(scene.trace, "stride", None))
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


def step(scene: PoolScene, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
    """The window, its candidates, the value and the output so far."""
    painter, grid = ink.painter, scene.input_grid
    plane = scene.plane(moment.index)
    shown = scene.pool_input
    same = scene.plane(moment.previous) == plane
    window = pool_window.window_rect(
        grid,
        start=scene.window_cells(moment.previous) if same else None,
        end=scene.window_cells(moment.index),
        moment=moment,
    )
    if restore is None:
        pool_window.digits(ink, look, shown, plane, skip=window)
        ink.flush()
    if not shown.filled:
        if restore is not None:
            restore(window)
        painter.fillRect(window, look.color("kernel", 0.13))
    candidates = candidate_grid(scene, moment.index)
    if scene.largest and shown.bears_marks:
        first = plane * scene.output_sheet.rows * scene.output_sheet.columns
        played = (mark for index in range(first, moment.index) for mark in scene.winners(index))
        pool_window.played_marks(ink, look, shown, played)
    share = 0.10 if shown.filled else 0.06
    shapes.projection(painter, look, window, scene.padded_grid.rect, candidates.rect, down=False, share=share)
    pool_window.window(ink, look, shown, window)
    marks = scene.winners(moment.index)
    if moment.done or not moment.build or moment.phase > 0.45:
        pool_window.marks_now(ink, look, shown, marks)
    ink.flush()
    if not shown.filled:
        pool_window.window_digits(
            ink, look, shown, plane, rect=window, terms=scene.terms(moment.index), marks=marks, done=moment.done
        )
    terms = scene.terms(moment.index)
    visible = len(terms) if moment.done or not moment.build else round(between(moment.phase, 0.2, 0.6) * len(terms))
    paint_candidates(scene, ink, look, candidates, moment.index, visible)
    _outcome(scene, ink, look, moment, candidates)


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
            pool_window.reached(ink, look, scene.output_grid.cell(row, column))


def _cell_of(position: tuple[int, ...]) -> tuple[int, int]:
    """(row, column) of a position (channel, …)."""
    return (0, position[1]) if len(position) == 2 else (position[1], position[2])


def _tint(ink: Ink, look: Look, rect: QRectF, role: str) -> None:
    if rect.width() >= 10:
        ink.painter.fillRect(rect, look.color(role, 0.18))
    outline(ink, look, rect, role, 2)
