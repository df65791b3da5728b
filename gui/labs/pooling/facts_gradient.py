"""Where a gradient would go: the input once more for each lane, with the share of each cell that a window reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from gui.labs.pooling.facts_size import wrapped
from gui.labs.pooling.lanes import Lane, gradient
from gui.labs.pooling.state import Function
from gui.views.player.drawing import shapes
from gui.views.player.drawing.figures import number, share
from gui.views.player.drawing.grid import NumberGrid, digits_px, paint_lines
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import SMALL, Look

if TYPE_CHECKING:
    from gui.labs.pooling.scene import ComparisonScene


class Gradients:
    """The shares of all steps of a channel, kept: `of(lane)` is (indices, shares) for each step."""

    def __init__(self, lanes: tuple[Lane, ...], first: int, each: int) -> None:
        self._lanes, self._first, self._each = lanes, first, each
        self._known: dict[int, list[tuple[NDArray[np.int64], NDArray[np.float64]]]] = {}

    def of(self, lane: int) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        if lane not in self._known:
            steps = range(self._first, self._first + self._each)
            self._known[lane] = [gradient(self._lanes[lane], step) for step in steps]
        return self._known[lane]

    def before(self, lane: int, within: int, shape: tuple[int, int]) -> NDArray[np.float64]:
        """The largest share that went to each cell of the map in the steps before; 0 where none did."""
        found = np.zeros(shape)
        for indices, shares in self.of(lane)[:within]:
            np.maximum.at(found, _cells(indices), np.abs(shares))
        return found


def _cells(indices: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of cells of maps or signals."""
    rows = indices[:, 1] if indices.shape[1] > 2 else np.zeros(len(indices), np.int64)
    return rows, indices[:, -1]


def paint_gradients(
    scene: ComparisonScene, gradients: Gradients, ink: Ink, look: Look, box: QRectF, index: int
) -> None:
    """One small input a lane, side by side; below, how many cells were reached so far."""
    small = look.sizes is SMALL
    sizes, count = look.sizes, len(scene.readers)
    ink.words(
        "Where a gradient would go", box.left(), box.top() + (16 if small else 24), ui(sizes.title_px, 600),
        look.color("text_1"),
    )  # fmt: skip
    sheet = scene.input_sheet
    gap = 14.0 if small else 24.0
    width = (box.width() - gap * (count - 1)) / count
    top = box.top() + (50 if small else 64)
    room = box.bottom() - top - (44 if small else 62)
    most = {"small": 15, "regular": 20, "large": 28}[sizes.name]
    cell = max(1, int(min(most if count > 1 else most * 1.4, width / sheet.columns, room / sheet.rows)))
    for lane in range(count):
        left = box.left() + lane * (width + gap)
        grid = NumberGrid(round(left), round(top), sheet.rows, sheet.columns, cell, cell)
        _paint(scene, gradients, lane, ink, look, grid, index, width)
    note = tie_note(scene, index)
    if note:
        face = ui(sizes.caption_px)
        lines = wrapped(note, face, box.width())
        high = 14
        for number_, line in enumerate(lines):
            y = box.bottom() - (10 if small else 18) - (len(lines) - 1 - number_) * high
            ink.words(line, box.left(), y, face, look.color("text_3"))


def tie_note(scene: ComparisonScene, index: int) -> str:
    """What becomes of the ties of a step, or of a tie's rule where there is none; empty without a maximum."""
    reader = scene.largest()
    if reader is None or scene.hidden(scene.readers.index(reader), index):
        return ""
    losers = [(row, column) for row, column, wins in reader.pool.winners(index) if not wins]
    if not losers:
        return ""
    row, column = losers[0]
    flat = len(scene.trace.output.shape) == 2
    where = f"at {column}" if flat else f"at ({row}, {column})"
    if len(losers) > 1:
        return f"{len(losers)} ties get nothing: torch gives all to the first of equals."
    return f"The tie {where} gets nothing: torch gives all to the first of equals."


def _share_words(scene: ComparisonScene, lane: int, index: int) -> str:
    reader = scene.readers[lane]
    if reader.lane.largest:
        return "1 to the winner"
    if reader.lane.function is Function.AVERAGE:
        return f"{scene.share_text(reader, index)} to each"
    return "by its size"


def _paint(
    scene: ComparisonScene,
    gradients: Gradients,
    lane: int,
    ink: Ink,
    look: Look,
    grid: NumberGrid,
    index: int,
    room: float,
) -> None:
    painter, sizes = ink.painter, look.sizes
    reader = scene.readers[lane]
    plane, within = divmod(index, scene.each)
    y = grid.top - 14
    face = ui(sizes.caption_px if sizes is SMALL else sizes.caption_px + 1)
    used = ink.words(reader.lane.title, grid.left, y, face, look.color("text_2"))
    words = _share_words(scene, lane, index)
    wanted = used + face.width(words) + 6
    if wanted <= room:
        right = grid.left + max(grid.rect.width(), wanted)
        ink.words(words, right, y, face, look.color("gradient"), "right")
    hidden = scene.hidden(lane, index)
    shape = (grid.rows, grid.columns)
    before = gradients.before(lane, within, shape)
    now = np.zeros(shape)
    indices, shares = gradients.of(lane)[within]
    if not hidden:
        now[_cells(indices)] = shares
    painter.fillRect(grid.rect, look.color("panel"))
    for row in range(grid.rows):
        for column in range(grid.columns):
            current, old = abs(now[row, column]), before[row, column]
            if current:
                painter.fillRect(grid.cell(row, column), look.color("gradient", min(0.19 + 0.43 * current, 0.75)))
            elif old:
                painter.fillRect(grid.cell(row, column), look.color("gradient", min(0.10 + 0.24 * old, 0.4)))
    paint_lines(ink, look, grid)
    shapes.frame(painter, grid.rect, look.color("border_strong"))
    values = scene.input_sheet.values(plane)
    px = digits_px(grid.width, grid.height, scene.input_style.longest, share=0.55, most=12)
    inside = set() if hidden else set(zip(*(part.tolist() for part in _cells(indices)), strict=True))
    if px:
        for row in range(grid.rows):
            for column in range(grid.columns):
                if (row, column) in inside:
                    continue
                role = "text_2" if before[row, column] else "text_3"
                center = grid.cell(row, column).center()
                ink.put(
                    scene.input_style.figures.text(float(values[row, column])), center.x(), center.y(), mono(px),
                    look.color(role),
                )  # fmt: skip
    if not hidden:
        _shares(scene, lane, ink, look, grid, index, now, inside)
    window = grid.span(*scene.first.window_cells(index)).intersected(grid.rect.adjusted(-6, -6, 6, 6))
    shapes.straddling(painter, window, look.color("gradient"), 2)
    reached = int(((before > 0) | (now != 0)).sum())
    y = grid.rect.bottom() + 17
    bold = ui(sizes.caption_px + 1, 600)
    used = ink.words(str(reached), grid.left, y, bold, look.color("text_1"))
    total = f" of {values.size} cells reached" if room > 130 else f" of {values.size} reached"
    ink.words(total, grid.left + used, y, face, look.color("text_2"))


def _shares(
    scene: ComparisonScene, lane: int, ink: Ink, look: Look, grid: NumberGrid, index: int,
    now: NDArray[np.float64], inside: set[tuple[int, int]],
) -> None:  # fmt: skip
    """The share of each cell of the window, in digits."""
    reader = scene.readers[lane]
    average = reader.lane.function is Function.AVERAGE
    for row, column in inside:
        value = float(now[row, column])
        center = grid.cell(row, column).center()
        if average and value:
            text = share(round(1 / value)) if abs(1 / value - round(1 / value)) < 1e-9 else number(value)
        else:
            text = number(round(value, 2))
        if len(text) == 1 and grid.height >= 12:
            face = (
                ui(min(round(grid.height * 0.66), 14), 600) if average else mono(min(round(grid.height * 0.6), 13), 600)
            )
        elif px := digits_px(grid.width, grid.height, len(text), share=0.5):
            face = mono(px, 600)
        else:
            text = scene.input_style.figures.text(float(scene.input_sheet.values(index // scene.each)[row, column]))
            if not (px := digits_px(grid.width, grid.height, len(text), share=0.55, most=12)):
                continue
            face = mono(px)
        ink.put(text, center.x(), center.y(), face, look.color("text_1" if value else "text_2"))
