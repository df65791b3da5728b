"""Painting of 3-D poolings: the slices that a window reads, the window in each, winners; and the gradient's share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.labs.pooling.lanes import gradient
from gui.labs.pooling.paint_lane import candidate_grid, lane_ground, lane_step
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number
from gui.views.player.drawing.grid import (
    NumberGrid,
    digits_px,
    paint_frame,
    paint_ground,
    paint_lines,
    put_numbers,
)
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import SMALL, Look
from gui.views.player.drawing.scale_bar import level_bar
from gui.views.player.drawing.sheet import outline
from gui.views.player.playback import Moment, between, eased
from gui.views.player.scenes.scene import Hit, Restore

if TYPE_CHECKING:
    from gui.labs.pooling.volume import VolumeComparison


def ground(scene: VolumeComparison, ink: Ink, look: Look, index: int) -> None:
    """The slices without digits, the lanes' frames, all words."""
    sizes = look.sizes
    shown = scene.shown(index)
    fill = scene.input_style.coloring(scene.places.input)
    for depth, grid in shown:
        if not scene.is_real(depth):
            ink.painter.fillRect(grid.rect, look.color("stage"))
            shapes.dashed(ink.painter, grid.rect, look.color("padding", 0.75))
        else:
            values = scene.values(index, depth)
            paint_ground(ink, look, grid, fill.picture(values, look.theme) if fill is not None else None)
            paint_frame(ink, look, grid, "input")
        words = f"slice {depth}" if scene.is_real(depth) else "padding"
        role = "text_2" if scene.is_real(depth) else "padding"
        ink.words(words, grid.left, grid.top - sizes.text_px, ui(sizes.text_px), look.color(role))
    x, y = shown[0][1].left, shown[0][1].top - 2.2 * sizes.text_px - 7
    x += ink.words("Input", x, y, ui(sizes.title_px, 600), look.color("input")) + 12
    if len(scene.trace.inputs[0]) > 1:
        ink.words(f"channel {scene.channel(index)}", x, y, ui(sizes.text_px), look.color("text_2"))
    last = shown[-1][1]
    bottom = max(grid.rect.bottom() for _, grid in shown)
    if fill is not None and bottom + 30 < scene.height:
        level_bar(ink, look, fill, shown[0][1].left, bottom + 8, min(last.rect.width(), 160))
    elif bottom + 22 < scene.height:
        total = scene.trace.inputs[0].shape[1]
        text = f"{len(shown)} of {total} slices: those that the window reads"
        ink.words(text, shown[0][1].left, bottom + 16, ui(sizes.caption_px + 1), look.color("text_3"))
    for reader, place in zip(scene.readers, scene.places.lanes, strict=True):
        lane_ground(reader, place, ink, look)
        if scene.slices() > 1 and reader is scene.readers[-1]:
            text = f"slice {scene.depth(index)}"
            face = ui(sizes.caption_px)
            y = place.output.rect.bottom() + 11
            if y < scene.height - 4:
                ink.words(text, place.output.left, y, face, look.color("text_2"))
    if scene.note:
        lane = scene.places.lanes[-1]
        y = max(lane.output.rect.bottom(), lane.candidates.rect.bottom()) + 34
        ink.words(scene.note, lane.candidates.left, y, ui(sizes.text_px), look.color("text_3"))


def digits(scene: VolumeComparison, ink: Ink, look: Look, index: int) -> None:
    """The digits of the slices."""
    style = scene.input_style
    for depth, grid in scene.shown(index):
        inner = scene._inner(grid)
        face = style.face(inner)
        if face is not None and scene.is_real(depth):
            fill = style.coloring(inner)
            put_numbers(ink, look, inner, scene.values(index, depth), style.figures, face, fill=fill)


def step(scene: VolumeComparison, ink: Ink, look: Look, moment: Moment, restore: Restore | None) -> None:
    """The window in each slice with its winner, the lanes, the outputs so far."""
    painter, index = ink.painter, moment.index
    filled = scene.input_style.coloring(scene.places.input) is not None
    if restore is None:
        digits(scene, ink, look, index)
        ink.flush()
    ends = scene.window_rects(index)
    windows = ends
    if not moment.done and scene.first.depths(moment.previous) == scene.first.depths(index):
        share = eased(between(moment.phase, 0.0, 0.45)) if moment.build else eased(moment.phase)
        starts = scene.window_rects(moment.previous)
        windows = [shapes.between_rects(start, end, share) for start, end in zip(starts, ends, strict=True)]
    for window in windows:
        if filled:
            shapes.frame(painter, window.adjusted(-2, -2, 2, 2), look.color("stage", 0.8))
            shapes.frame(painter, window, look.color("kernel"), 2 if scene.places.input.width >= 6 else 1)
        else:
            painter.fillRect(window, look.color("kernel", 0.13))
            shapes.straddling(painter, window, look.color("kernel"), 2)
    if moment.done or not moment.build or moment.phase > 0.45:
        _marks(scene, ink, look, index)
    for lane, place in enumerate(scene.places.lanes):
        lane_step(scene, lane, ink, look, moment)
        grid = candidate_grid(scene, place, index)
        depth, _, each = scene.first.window_sizes(index)
        for number_ in range(1, depth):
            x = grid.left + number_ * each * grid.width
            painter.fillRect(QRectF(x - 1, grid.top - 4, 2, grid.rect.height() + 8), look.color("text_3"))


def _marks(scene: VolumeComparison, ink: Ink, look: Look, index: int) -> None:
    """The winner of this window on the input, and the ties that lose."""
    from gui.labs.pooling.volume import VolumePool

    reader = scene.largest()
    if reader is None or scene.hidden(scene.readers.index(reader), index):
        return
    assert isinstance(reader.pool, VolumePool)
    for depth, row, column, wins in reader.pool.marks(index):
        rect = scene.input_cell(index, (scene.channel(index), depth, row, column))
        if rect is None:
            continue
        inset = 2 if rect.width() >= 16 else 0
        cell = rect.adjusted(inset, inset, -inset + 1, -inset + 1)
        if wins:
            ink.painter.fillRect(cell, look.color("output", 0.18))
            shapes.frame(ink.painter, cell, look.color("output"), 2, outside=False)
        elif rect.width() >= 8:
            shapes.dashed(ink.painter, cell, look.color("output"))


def hover(scene: VolumeComparison, ink: Ink, look: Look, moment: Moment, hit: Hit | None, term: int | None) -> None:
    """The cell under the mouse with its fellows in the lanes, the outputs it reaches, or the window of an output."""
    index = moment.index
    if hit is not None and hit.term is not None:
        term = hit.term
    if term is not None:
        terms = scene.first.terms(index)
        if term < len(terms.input_values):
            rect = scene.input_cell(index, tuple(terms.positions[term].tolist()))
            if rect is not None:
                outline(ink, look, rect, "input", 2)
            for lane in scene.places.lanes:
                grid = candidate_grid(scene, lane, index)
                outline(ink, look, grid.cell(*scene.candidate(grid, index, term)))
    elif hit is not None and hit.part in ("input", "output", "idle"):
        outline(ink, look, hit.rect)
    if hit is None:
        return
    if hit.part == "output" and hit.step is not None and hit.step != index:
        for rect in scene.window_rects(hit.step):
            shapes.dashed(ink.painter, rect, look.color("kernel"))
    if hit.input_index is None:
        return
    plane = scene.plane(index)
    for where in scene.trace.touching(hit.input_index)[:400]:
        number_ = scene.trace.position_of(where)
        if scene.plane(number_) != plane:
            continue
        for lane_number in range(len(scene.readers)):
            cell = scene.output_rect(lane_number, number_)
            shapes.dashed(ink.painter, cell.adjusted(2, 2, -1, -1), look.color("input"))


def paint_gradients(scene: VolumeComparison, ink: Ink, look: Look, box: QRectF, index: int) -> None:
    """Where a gradient of this step's output would go: the slices of the window, with the share of each cell."""
    small, sizes = look.sizes is SMALL, look.sizes
    y = box.top() + (16 if small else 24)
    ink.words("Where a gradient would go", box.left(), y, ui(sizes.title_px, 600), look.color("text_1"))
    depths = [depth for depth in scene.first.depths(index) if scene.is_real(depth)]
    sheet, count = scene.input_sheet, len(scene.readers)
    if not depths:
        return
    top = box.top() + (48 if small else 62)
    high = (box.bottom() - top - 14 - (count - 1) * 22) / count
    gap = 8.0
    across = min(len(depths), 4)
    most = {"small": 15, "regular": 20, "large": 28}[sizes.name]
    cell = max(1, int(min(most, (box.width() - (across - 1) * gap) / across / sheet.columns, (high - 4) / sheet.rows)))
    face = ui(sizes.caption_px)
    for lane, reader in enumerate(scene.readers):
        lane_top = top + lane * (high + 22)
        words = f"{reader.lane.title}: " + ("1 to the winner" if reader.lane.largest else "a share to each cell")
        ink.words(words, box.left(), lane_top - 10, face, look.color("gradient"))
        if scene.hidden(lane, index):
            continue
        indices, shares = gradient(reader.lane, step=index)
        for n, depth in enumerate(depths[:across]):
            left = round(box.left() + n * (sheet.columns * cell + gap))
            grid = NumberGrid(left, round(lane_top), sheet.rows, sheet.columns, cell, cell)
            ink.painter.fillRect(grid.rect, look.color("panel"))
            for place, value in zip(indices.tolist(), shares.tolist(), strict=True):
                if place[1] != depth or not value:
                    continue
                rect = grid.cell(place[2], place[3])
                ink.painter.fillRect(rect, look.color("gradient", min(0.19 + 0.43 * abs(value), 0.75)))
                text = number(round(value, 2))
                if px := digits_px(cell, cell, len(text), share=0.6, most=12):
                    ink.put(text, rect.center().x(), rect.center().y(), mono(px), look.color("text_1"))
            paint_lines(ink, look, grid)
            shapes.frame(ink.painter, grid.rect, look.color("border_strong"))
        if len(depths) > across:
            x = box.left() + across * (sheet.columns * cell + gap)
            ink.words(f"+{len(depths) - across}", x, lane_top + 10, face, look.color("text_3"))
