"""Painting of the pooling lab's stage: input and window, marks of winners, the channel beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from gui.labs.pooling.paint_lane import candidate_grid, lane_ground, lane_step
from gui.theme.numbers import TIMES
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import product
from gui.views.player.drawing.fills import paint_picture
from gui.views.player.drawing.grid import NumberGrid, paint_lines, paint_padding, put_numbers
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import outline, paint_plane
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.scene import Hit, Restore

if TYPE_CHECKING:
    from gui.labs.pooling.scene import ComparisonScene

__all__ = ["candidate_grid", "digits", "ground", "hover", "step"]

_MARKS_FROM = 14  # smaller cells bear no marks of the windows that were played


def ground(scene: ComparisonScene, ink: Ink, look: Look, plane: int) -> None:
    """The input without digits, the lanes' frames, the channel beside, all labels."""
    places, sizes = scene.places, look.sizes
    if any(places.padded.pads):
        paint_padding(ink, look, places.padded)
    paint_plane(ink, look, places.input, scene.input_sheet, plane, scene.input_style, "input", digits=False)
    _tiling(scene, ink, look)
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


def _tiling(scene: ComparisonScene, ink: Ink, look: Look) -> None:
    """Every stride a stronger line: how the windows tile the input."""
    grid, stride = scene.places.input, getattr(scene.trace, "stride", None)
    if stride is None or scene.input_style.coloring(grid) is not None or grid.width < 12 or max(stride) < 2:
        return
    rows, columns = stride if len(stride) == 2 else (1, stride[0])
    color, pads = look.color("border_strong"), scene.places.padded.pads
    for column in range(-pads[2] % columns or columns, grid.columns, columns):
        ink.painter.fillRect(QRectF(grid.left + column * grid.width, grid.top, 1, grid.rect.height()), color)
    if rows > 1:
        for row in range(-pads[0] % rows or rows, grid.rows, rows):
            ink.painter.fillRect(QRectF(grid.left, grid.top + row * grid.height, grid.rect.width(), 1), color)


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


def window_rect(scene: ComparisonScene, moment: Moment) -> QRectF:
    """Where the window is now."""
    end = scene.places.input.span(*scene.first.window_cells(moment.index))
    if moment.done or scene.plane(moment.previous) != scene.plane(moment.index):
        return end
    start = scene.places.input.span(*scene.first.window_cells(moment.previous))
    share = eased(between(moment.phase, 0.0, 0.45)) if moment.build else eased(moment.phase)
    return shapes.between_rects(start, end, share)


def digits(scene: ComparisonScene, ink: Ink, look: Look, plane: int, skip: QRectF | None) -> None:
    """The digits of the input at rest; `skip` leaves those out whose middle lies in the window."""
    grid, style = scene.places.input, scene.input_style
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


def step(scene: ComparisonScene, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
    """The window with its winner, the lanes, the outputs so far."""
    painter, places = ink.painter, scene.places
    grid, plane = places.input, scene.plane(moment.index)
    window = window_rect(scene, moment)
    filled = scene.input_style.coloring(grid) is not None
    if restore is None:
        digits(scene, ink, look, plane, window)
        ink.flush()
    if not filled:
        if restore is not None:
            restore(window)
        painter.fillRect(window, look.color("kernel", 0.13))
    if grid.width >= _MARKS_FROM and not filled:
        _played_marks(scene, ink, look, moment)
    for place in places.lanes:
        target = candidate_grid(scene, place, moment.index).rect
        shapes.projection(painter, look, window, places.padded.rect, target, down=False, share=0.10 if filled else 0.06)
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
    for lane in range(len(scene.readers)):
        lane_step(scene, lane, ink, look, moment)


def _winners(scene: ComparisonScene, index: int) -> tuple[tuple[int, int, bool], ...]:
    """Winner and losing ties of a step, unless the learner has yet to find them."""
    reader = scene.largest()
    if reader is None or scene.hidden(scene.readers.index(reader), index):
        return ()
    return reader.pool.winners(index)


def _marks_now(scene: ComparisonScene, ink: Ink, look: Look, index: int) -> None:
    """The winner of this window on the input, and the ties that lose."""
    grid = scene.places.input
    filled = scene.input_style.coloring(grid) is not None
    inset = 2 if grid.width >= 16 else 0
    for row, column, wins in _winners(scene, index):
        cell = grid.cell(row, column).adjusted(inset, inset, -inset + 1, -inset + 1)
        if wins:
            if not filled:
                ink.painter.fillRect(cell, look.color("output", 0.18))
            shapes.frame(ink.painter, cell, look.color("output"), 2, outside=False)
        elif grid.width >= 8:
            shapes.dashed(ink.painter, cell, look.color("output"))


def _played_marks(scene: ComparisonScene, ink: Ink, look: Look, moment: Moment) -> None:
    """Windows that were played keep their marks, fainter."""
    grid, color = scene.places.input, look.color("output", 0.55)
    seen: set[tuple[int, int, bool]] = set()
    for index in range(scene.plane(moment.index) * scene.each, moment.index):
        seen.update(_winners(scene, index))
    for row, column, wins in seen:
        cell = grid.cell(row, column).adjusted(2, 2, -1, -1)
        if wins:
            shapes.frame(ink.painter, cell, color, 1, outside=False)
        elif (row, column, True) not in seen:
            shapes.dashed(ink.painter, cell, color)


def _window_digits(scene: ComparisonScene, ink: Ink, look: Look, moment: Moment, window: QRectF, plane: int) -> None:
    """The window's digits in input blue, the winner's in green; cut at its edge while it glides."""
    grid, style = scene.places.input, scene.input_style
    face = style.face(grid)
    if face is None:
        return
    values = scene.input_sheet.values(plane)
    winners = {(row, column) for row, column, wins in _winners(scene, moment.index) if wins and moment.done}
    gliding = not moment.done
    read = scene.first.terms(moment.index)
    inside = {tuple(place[1:]) for place in read.positions.tolist()}
    for row in range(grid.rows):
        for column in range(grid.columns):
            cell = grid.cell(row, column)
            if not (window.intersects(cell) if gliding else window.contains(cell.center())):
                continue
            here = (row, column) if len(scene.input_sheet.array.shape) > 2 else (column,)
            taken = gliding or here in inside
            role = "output" if (row, column) in winners else "input" if taken else "text_3"
            ink.put(
                style.figures.text(float(values[row, column])), cell.center().x(), cell.center().y(), face,
                look.color(role),
            )  # fmt: skip
    if gliding:
        ink.painter.save()
        ink.painter.setClipRect(window)
        ink.flush()
        ink.painter.restore()


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
            cell = scene.output_rect(lane_number, number)
            if cell.width() >= 12:
                shapes.dashed(ink.painter, cell.adjusted(2, 2, -1, -1), look.color("input"))
            else:
                shapes.frame(ink.painter, cell, look.color("input"), outside=False)


def shape_text(shape: tuple[int, ...]) -> str:
    """(channels, rows, columns) as people write it: 8×8×2."""
    return TIMES.join(map(str, (*shape[1:], shape[0])))
