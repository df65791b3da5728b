"""Shift by one pixel: input and outputs before and after as pictures, changed cells dotted, and how usual that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt

from gui.labs.pooling.shift import Shift
from gui.theme.numbers import plain
from gui.views.player.drawing import shapes
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK, Fill, paint_picture
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import SMALL, Look
from gui.views.player.drawing.scale_bar import level_bar


def shift_title(shift: tuple[int, int], *, moves: bool) -> str:
    """What was done to the input, in words."""
    size = max(abs(shift[0]), abs(shift[1]))
    title = f"Shift by {'one pixel' if size == 1 else f'{size} pixels'}"
    return f"{title}: all move along" if moves else title


def paint_shift(shift: Shift, title: str, ink: Ink, look: Look, box: QRectF) -> None:
    """Pictures on one scale, a column for the input and one for each way to shrink it."""
    sizes, small = look.sizes, look.sizes is SMALL
    ink.words(title, box.left(), box.top() + (16 if small else 24), ui(sizes.title_px, 600), look.color("text_1"))
    side = {"small": 46, "regular": 72, "large": 104}[sizes.name]
    face, fixed = ui(sizes.caption_px + 1), mono(sizes.caption_px)
    heads = box.top() + (38 if small else 50)
    top = heads + (10 if small else 14)
    gap = 6 if small else 8
    label = max(face.width("before"), 46.0) + (14 if small else 22)
    columns = 1 + len(shift.rows)
    pitch = min((box.width() - label) / columns, side + 40)
    side = int(min(side, pitch - 8))
    everything = [shift.before, *(row.before for row in shift.rows), *(row.after for row in shift.rows)]
    fill = Fill.of(np.concatenate([array.ravel() for array in everything]))
    for name, below in (("before", 0), ("after", 1)):
        y = top + below * (side + gap) + side / 2
        ink.words(name, box.left(), y, face, look.color("text_2"))
    for column, (name, before, after, changed) in enumerate(
        [
            ("Input", shift.before, shift.after, None),
            *((row.title, row.before, row.after, row.changed) for row in shift.rows),
        ]
    ):
        x = round(box.left() + label + column * pitch)
        ink.words(name, x, heads, face, look.color("text_2"))
        role = "input" if changed is None else "border_strong"
        _picture(ink, look, fill, before, QRectF(x, round(top), side, side), role, None)
        _picture(ink, look, fill, after, QRectF(x, round(top + side + gap), side, side), role, changed)
    y = top + 2 * side + gap + (14 if small else 20)
    pitch_y = {"small": (21, 36), "regular": (27, 45), "large": (36, 60)}[sizes.name]
    lines = (y, y + pitch_y[0], y + pitch_y[1])
    x0 = round(box.left() + label)
    level_bar(ink, look, fill, x0, lines[0] - 6, side)
    ink.painter.setRenderHint(ink.painter.RenderHint.Antialiasing)
    ink.painter.setPen(Qt.PenStyle.NoPen)
    ink.painter.setBrush(look.color("text_1"))
    ink.painter.drawEllipse(QPointF(box.left() + 3, lines[0]), 2.75, 2.75)
    ink.painter.setRenderHint(ink.painter.RenderHint.Antialiasing, False)
    ink.words("changed", box.left() + 10, lines[0], ui(sizes.caption_px), look.color("text_2"))
    small_face = ui(sizes.caption_px)
    room = label + pitch - 8
    maps = f"mean of {shift.maps:,} random maps"
    ink.words(
        maps if small_face.width(maps) < room else f"mean of {shift.maps:,} maps", box.left(), lines[1], small_face,
        look.color("text_3"),
    )  # fmt: skip
    ink.words("mean change here", box.left(), lines[2], small_face, look.color("text_3"))
    for column, row in enumerate(shift.rows, start=1):
        x = round(box.left() + label + column * pitch)
        count = mono(16 if small else 20, 600)
        text = str(int(row.changed.sum()))
        ink.put(text, x, lines[0], count, look.color("text_1"), "left")
        ink.words(f"of {row.changed.size}", x + count.width(text) + 7, lines[0] + 2, small_face, look.color("text_2"))
        ink.put(f"{row.usual:.1f}", x, lines[1], fixed, look.color("text_2"), "left")
        ink.words(f"of {row.changed.size}", x + fixed.width(f"{row.usual:.1f}") + 6, lines[1], small_face,
                  look.color("text_3"))  # fmt: skip
        ink.put(plain(row.mean_change, 2), x, lines[2], fixed, look.color("text_2"), "left")


def _picture(
    ink: Ink, look: Look, fill: Fill, values: NDArray[np.float64], box: QRectF, role: str,
    changed: NDArray[np.bool_] | None,
) -> None:  # fmt: skip
    """A map in its colours, in a box that it fits into; dots where it has changed."""
    rows, columns = values.shape
    cell = min(box.width() / columns, box.height() / rows)
    width, height = round(cell * columns), max(round(cell * rows), 4)
    rect = QRectF(box.left(), box.top() + round((box.height() - height) / 2), width, height)
    paint_picture(ink.painter, rect, fill.picture(values, look.theme))
    shapes.frame(ink.painter, rect, look.color(role))
    if changed is None or cell < 4:
        return
    dark = fill.dark_ink(values, look.theme)
    painter = ink.painter
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = min(2.75 if look.sizes is not SMALL else 2.0, cell * 0.3)
    across, down = width / columns, height / rows
    for row, column in np.argwhere(changed).tolist():
        painter.setBrush(DARK_INK if dark[row, column] else LIGHT_INK)
        painter.drawEllipse(
            QPointF(rect.left() + (column + 0.5) * across, rect.top() + (row + 0.5) * down), radius, radius
        )
    painter.setRenderHint(painter.RenderHint.Antialiasing, False)
