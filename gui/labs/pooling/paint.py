"""Painting of the pooling lab's stage: input and window, marks of winners, the channel beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.labs.pooling.paint_lane import candidate_grid, lane_ground, lane_step
from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import product
from gui.views.player.drawing.fills import paint_picture
from gui.views.player.drawing.grid import NumberGrid, paint_lines, paint_padding
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import outline, paint_plane
from gui.views.player.playback import Moment
from gui.views.player.scenes import pool_window
from gui.views.player.scenes.scene import Hit, Restore

if TYPE_CHECKING:
    from gui.labs.pooling.scene import ComparisonScene

__all__ = ["candidate_grid", "ground", "hover", "step"]


def ground(scene: ComparisonScene, ink: Ink, look: Look, plane: int) -> None:
    """The input without digits, the lanes' frames, the channel beside, all labels."""
    places, sizes = scene.places, look.sizes
    if any(places.padded.pads):
        paint_padding(ink, look, places.padded)
    paint_plane(ink, look, places.input, scene.input_sheet, plane, scene.input_style, "input", digits=False)
    pool_window.tiling(ink, look, scene.pool_input, getattr(scene.trace, "stride", None))
    title, face, fixed = ui(sizes.title_px, 600), ui(sizes.text_px), mono(sizes.text_px)
    grid, y = places.padded, places.padded.top - 17
    used = ink.words("Input", grid.left, y, title, look.color("input"))
    sheet = scene.input_sheet
    shape = product((sheet.rows, sheet.columns)) if len(sheet.array.shape) > 2 else str(sheet.columns)
    if used + 90 + fixed.width(shape) < grid.rect.width():
        ink.words(f"channel {plane}", grid.left + used + 14, y, face, look.color("text_2"))
    if used + 12 + fixed.width(shape) < grid.rect.width():
        ink.put(shape, grid.rect.right(), y, fixed, look.color("text_2"), "right")
    _legend(scene, ink, look)
    for reader, place in zip(scene.readers, places.lanes, strict=True):
        lane_ground(reader, place, ink, look)
    if scene.note:
        last = places.lanes[-1]
        y = max(last.output.rect.bottom(), last.candidates.rect.bottom()) + 40
        ink.words(scene.note, last.candidates.left, y, face, look.color("text_3"))
    if places.idle is not None:
        _idle(scene, ink, look, plane)
    for number, thumb in enumerate(places.thumbs):
        _thumb(scene, ink, look, thumb, number, current=number == plane)


def _legend(scene: ComparisonScene, ink: Ink, look: Look) -> None:
    """Below the input: what the marks mean, or its scale."""
    grid = scene.places.padded
    fill = scene.input_style.coloring(scene.places.input)
    if fill is not None:
        level_bar(ink, look, fill, scene.places.input.left, grid.rect.bottom() + 8, min(grid.rect.width(), 160))
        return
    if scene.largest() is None or grid.rect.bottom() + 22 > scene.height:
        return
    y = grid.rect.bottom() + 17
    face, color = ui(look.sizes.caption_px + 1), look.color("text_2")
    x = grid.left
    shapes.chip(ink.painter, QRectF(x, round(y - 6), 12, 12), look.color("output"), 1)
    x += 20 + ink.words("won", x + 20, y, face, color) + 18
    shapes.chip(ink.painter, QRectF(x, round(y - 6), 12, 12), look.color("output"), 1, dash=True)
    room = scene.places.lanes[0].candidates.left - 8 - x
    long = "tied, but later in reading order: loses"
    ink.words(long if face.width(long) < room else "tied, comes later", x + 20, y, face, color)


def _idle(scene: ComparisonScene, ink: Ink, look: Look, plane: int) -> None:
    """The channel beside: its numbers and its outputs, hollow until it is played."""
    idle, sizes = scene.places.idle, look.sizes
    assert idle is not None
    other = (plane + 1) % scene.input_sheet.planes
    paint_plane(ink, look, idle, scene.input_sheet, other, scene.input_style, "input", alpha=0.7)
    y, face = idle.top - 17, ui(sizes.text_px)
    used = ink.words("Input", idle.left, y, ui(sizes.title_px, 600), look.color("input", 0.7))
    used += 14 + ink.words(f"channel {other}", idle.left + used + 14, y, face, look.color("text_2"))
    steps = f"steps {other * scene.each + 1}–{(other + 1) * scene.each}"
    small = mono(sizes.caption_px)
    if used + small.width(steps) + 12 < idle.rect.width():
        ink.put(steps, idle.rect.right(), y, small, look.color("text_3"), "right")
    for reader, place in zip(scene.readers, scene.places.lanes, strict=True):
        grid = place.idle
        if grid is None:
            continue
        done = 0 if other > plane else scene.each
        if scene.checking:
            done = 0
        if done:
            style, sheet = reader.style, reader.sheet
            paint_plane(
                ink, look, grid, sheet, other, style, "output", done=done, alpha=0.6, digit_role="output", ghost=0
            )
        else:
            ink.painter.fillRect(grid.rect, look.color("panel"))
            paint_lines(ink, look, grid)
            shapes.frame(ink.painter, grid.rect, look.color("output", 0.6))
        title = ui(sizes.title_px, 600)
        left = min(grid.left, grid.rect.right() - title.width(reader.lane.title))
        ink.words(reader.lane.title, left, grid.top - 15, title, look.color("output", 0.6))
        middle = round(grid.rect.center().y())
        if idle.rect.top() < middle < idle.rect.bottom() and grid.left - idle.rect.right() > 24:
            shapes.line(ink.painter, idle.rect.right() + 8, middle, grid.left - 8, middle, look.color("border_strong"))
    count = scene.input_sheet.planes
    rest = f" {count - 2} more follow." if count > 2 else ""
    y = idle.rect.bottom() + 20
    for number, line in enumerate(("Channels never mix: each is pooled", f"alone, so depth stays {count}.{rest}")):
        if y + number * (sizes.text_px + 6) < scene.height - 6:
            ink.words(line, idle.left, y + number * (sizes.text_px + 6), ui(sizes.caption_px + 1), look.color("text_3"))


def _thumb(scene: ComparisonScene, ink: Ink, look: Look, grid: NumberGrid, channel: int, *, current: bool) -> None:
    """A channel as a small picture with its number: that on stage framed in the input's colour."""
    if channel == 0:
        ink.words("Channels", grid.left, grid.top - 17, ui(look.sizes.title_px, 600), look.color("text_1"))
    values = scene.input_sheet.values(channel)
    paint_picture(ink.painter, grid.rect, scene.input_style.fill.picture(values, look.theme))
    shapes.frame(ink.painter, grid.rect, look.color("input" if current else "border_strong"), 2 if current else 1)
    role = "text_1" if current else "text_3"
    ink.put(
        str(channel), grid.rect.center().x(), grid.rect.bottom() + 10, mono(look.sizes.caption_px), look.color(role)
    )


def step(scene: ComparisonScene, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
    """The window with its winner, the lanes, the outputs so far."""
    painter, places = ink.painter, scene.places
    plane, shown = scene.plane(moment.index), scene.pool_input
    same = scene.plane(moment.previous) == plane
    window = pool_window.window_rect(
        places.input,
        start=scene.first.window_cells(moment.previous) if same else None,
        end=scene.first.window_cells(moment.index),
        moment=moment,
    )
    if restore is None:
        pool_window.digits(ink, look, shown, plane, skip=window)
        ink.flush()
    if not shown.filled:
        if restore is not None:
            restore(window)
        painter.fillRect(window, look.color("kernel", 0.13))
    if shown.bears_marks:
        played = (mark for index in range(plane * scene.each, moment.index) for mark in _winners(scene, index))
        pool_window.played_marks(ink, look, shown, played)
    for place in places.lanes:
        target = candidate_grid(scene, place, moment.index).rect
        share = 0.10 if shown.filled else 0.06
        shapes.projection(painter, look, window, places.padded.rect, target, down=False, share=share)
    pool_window.window(ink, look, shown, window)
    marks = _winners(scene, moment.index)
    if moment.done or not moment.build or moment.phase > 0.45:
        pool_window.marks_now(ink, look, shown, marks)
    ink.flush()
    if not shown.filled:
        terms = scene.first.terms(moment.index)
        pool_window.window_digits(ink, look, shown, plane, rect=window, terms=terms, marks=marks, done=moment.done)
    for lane in range(len(scene.readers)):
        lane_step(scene, lane, ink, look, moment)


def _winners(scene: ComparisonScene, index: int) -> tuple[tuple[int, int, bool], ...]:
    """Winner and losing ties of a step, unless the learner has yet to find them."""
    reader = scene.largest()
    if reader is None or scene.hidden(scene.readers.index(reader), index):
        return ()
    return reader.pool.winners(index)


def hover(scene: ComparisonScene, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
    """The cell under the mouse with its fellows in the lanes, the outputs it reaches, or the window of an output."""
    if hit is not None and hit.term is not None:
        term = hit.term
    grid, flat = scene.places.input, len(scene.input_sheet.array.shape) == 2
    if term is not None:
        terms = scene.first.terms(moment.index)
        if term < len(terms.input_values):
            place = terms.positions[term].tolist()
            cell = grid.cell(0 if flat else place[1], place[-1])
            if cell.width() >= 10:
                ink.painter.fillRect(cell, look.color("input", 0.18))
            outline(ink, look, cell, "input", 2)
            for lane in scene.places.lanes:
                candidates = candidate_grid(scene, lane, moment.index)
                outline(ink, look, candidates.cell(*divmod(term, candidates.columns)))
    elif hit is not None and hit.part in ("input", "output", "idle"):
        outline(ink, look, hit.rect)
    if hit is None:
        return
    if hit.part == "output" and hit.step is not None and hit.step != moment.index:
        shapes.dashed(ink.painter, grid.span(*scene.first.window_cells(hit.step)), look.color("kernel"))
    if hit.input_index is None:
        return
    for index in scene.trace.touching(hit.input_index)[:400]:
        number = scene.trace.position_of(index)
        for lane_number in range(len(scene.readers)):
            pool_window.reached(ink, look, scene.output_rect(lane_number, number))


def shape_text(shape: tuple[int, ...]) -> str:
    """(channels, rows, columns) as people write it: 8×8×2."""
    return TIMES.join(map(str, (*shape[1:], shape[0])))
