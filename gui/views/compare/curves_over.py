"""What lies over the curves of several runs: values at their ends, marks where a level was reached, the read-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gui.theme import numbers
from gui.views import drawing
from gui.views.compare import colours, curves_series
from gui.views.curves_marks import value_text

if TYPE_CHECKING:
    from gui.views.compare.curves import CompareCurves

_APART = 20.0


def paint_ends(view: CompareCurves, painter: QPainter, part: int) -> None:
    """The values where curves end, one under the other where they would lie over each other."""
    box, axis = view.boxes[part], view.axes[part]
    spots = []
    for end in curves_series.ends(view.lines, part):
        if np.isfinite(end.value) and view.span[0] <= end.x <= view.span[1]:
            spots.append((min(max(axis.at(end.value, box), box.top()), box.bottom()), end))
    spots.sort(key=lambda spot: spot[0])
    heights = spread([spot[0] for spot in spots], _APART, box.top() - 2, box.bottom() + 4)
    for (y, end), height in zip(spots, heights, strict=True):
        color = colours.color(view.theme, end.place)
        colours.dot(painter, view.theme, end.place, QPointF(view.x_of(end.x), y), 3)
        text = numbers.text(end.value * 100, 2) if part else numbers.text(end.value)
        x = drawing.write(painter, box.right() + 8, height + 4, text, drawing.mono(13), color)
        if end.deviation is not None:
            spread_text = f"±{numbers.text(end.deviation * (100 if part else 1), 1 if part else 2)}"
            if x + 2 + drawing.mono(10).width(spread_text) <= view.width() - 2:
                drawing.write(painter, x + 2, height + 4, spread_text, drawing.mono(10), color)


def paint_marks(view: CompareCurves, painter: QPainter) -> None:
    """Where the runs reached a level: lines first, so that none crosses another one's words."""
    box, axis = view.boxes[1], view.axes[1]
    theme, ink = view.theme, drawing.mono(11)
    found = []
    for mark in sorted(curves_series.marks(view.lines), key=lambda one: one.x):
        x, y = view.x_of(mark.x), axis.at(mark.y, box)
        if not (box.left() <= x <= box.right() and box.top() - 1 <= y <= box.bottom() + 1):
            continue
        color = colours.color(theme, mark.place)
        found.append((mark, x, color))
        pen = QPen(color, 1)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(round(x) + 0.5, y), QPointF(round(x) + 0.5, box.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(theme.panel)
        painter.drawEllipse(QPointF(x, y), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    right, row = -1.0, 0
    for mark, x, color in found:
        where = f"{numbers.text(mark.x, 0)} s" if view.by_time else numbers.count(round(mark.x))
        text = f"{numbers.plain(mark.level * 100, 0)} % at {where}"
        width = ink.width(text)
        left = x + 6 if x + 6 + width <= box.right() else x - 6 - width
        row = row + 1 if left < right + 8 else 0
        right = left + width
        baseline = box.bottom() - 7 - 16 * row
        painter.fillRect(QRectF(left - 2, baseline - 10, width + 4, 13), theme.panel)
        drawing.write(painter, left, baseline, text, ink, color)


def paint_hover(view: CompareCurves, painter: QPainter, x: float) -> None:
    """A line at `x` through both plots, and what each run had there."""
    theme = view.theme
    value = view.value_at(x)
    loss, accuracy = view.boxes
    painter.fillRect(QRectF(round(x), loss.top() - 3, 1, accuracy.bottom() - loss.top() + 3), theme.text_3)
    label, figure = drawing.ui(11), drawing.mono(12)
    where = f"{numbers.text(value, 1)} s" if view.by_time else numbers.count(round(value))
    head: list[tuple[str, drawing.Ink, QColor]] = [
        ("time" if view.by_time else "step", label, theme.text_3), (where, figure, theme.text_1),
    ]  # fmt: skip
    rows = [head]
    shown: dict[int, dict[tuple[int, bool], float]] = {}
    for line in view.lines:
        at = curves_series.value_at(line, value)
        if at is not None and np.isfinite(at):
            shown.setdefault(line.place, {})[line.part, line.held] = at
    titles = {run.place: run.title if label.width(run.title) <= 150 else run.short for run in view.runs}
    for place, found in shown.items():
        color = colours.color(theme, place)
        rows.append([(label.elided(titles.get(place, ""), 150), label, color)])
        for part, name in enumerate(("loss", "accuracy")):
            row = [("  " + name, label, theme.text_3)]
            if (part, True) in found:
                row.append((value_text(part, found[part, True]), figure, theme.text_1))
            if (part, False) in found:
                row += [
                    ("training", label, theme.text_3),
                    (value_text(part, found[part, False]), figure, theme.text_2),
                ]
            if len(row) > 1:
                rows.append(row)
    bounds = QRectF(view.rect()).adjusted(4, 4, -4, -4)
    drawing.tooltip(painter, theme=theme, near=QPointF(x, loss.top() - 10), bounds=bounds, rows=rows)


def spread(places: list[float], apart: float, top: float, bottom: float) -> list[float]:
    """Sorted places moved apart, as little as needed, and kept between `top` and `bottom` where there is room."""
    found = list(places)
    for index in range(1, len(found)):
        found[index] = max(found[index], found[index - 1] + apart)
    if found and found[-1] > bottom:
        found[-1] = bottom
        for index in range(len(found) - 2, -1, -1):
            found[index] = min(found[index], found[index + 1] - apart)
    return [max(place, top) for place in found] if found and found[0] < top and len(found) == 1 else found
