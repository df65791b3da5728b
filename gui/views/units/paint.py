"""Edges, units and their legend, with a QPainter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.messages.weights import NodeEdges
from gui.theme import Theme, colormaps, numbers
from gui.views import drawing, scale_bar
from gui.views.units.layout import Seat

_LEVELS = 16  # of width, colour and opacity an edge has


def share(value: float, limit: float) -> float:
    """How strong a weight is drawn, 0 to 1 (the tokens' law)."""
    return float(min(abs(value) / limit, 1.0) ** 0.8) if np.isfinite(value) else 1.0


@lru_cache(maxsize=128)
def edge_pen(theme: Theme, level: int, positive: bool) -> QPen:
    """The pen of a weight: wider, stronger and less transparent the larger it is."""
    r = level / (_LEVELS - 1)
    table = colormaps.lut(theme, "weight_signed")
    reach = 0.36 + 0.40 * r
    color = QColor(colormaps.color(table, 0.5 + reach / 2 if positive else 0.5 - reach / 2))
    color.setAlphaF(0.10 + 0.62 * r)
    pen = QPen(color, 0.6 + 3.9 * r)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def edge(start: QPointF, end: QPointF) -> QPainterPath:
    """A horizontal cubic with handles of half the gap."""
    path = QPainterPath(start)
    half = (end.x() - start.x()) / 2
    path.cubicTo(start + QPointF(half, 0), end - QPointF(half, 0), end)
    return path


def edges(
    painter: QPainter, found: NodeEdges, ends: Callable[[int, int], tuple[QPointF, QPointF] | None], theme: Theme
) -> None:
    """The weights of a node, the strongest last and on top. `ends` tells where an edge (input, unit) lies."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for source, unit, value in zip(found.inputs.tolist(), found.units.tolist(), found.values.tolist(), strict=True):
        line = ends(source, unit)
        if line is not None and value:
            painter.setPen(edge_pen(theme, round(share(value, found.limit) * (_LEVELS - 1)), value > 0))
            painter.drawPath(edge(*line))


def passes(painter: QPainter, before: Seat, seat: Seat, theme: Theme) -> None:
    """Layers whose unit i comes from unit i alone: a thin line each."""
    painter.setPen(QPen(theme.border_strong, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for unit in seat.units:
        start, end = before.leaves_map(unit), seat.enters(unit)
        if start is not None and end is not None:
            painter.drawPath(edge(start, end))


def bundle(painter: QPainter, before: Seat, seat: Seat, theme: Theme) -> None:
    """All of one layer into another, where single lines would say nothing."""
    painter.setPen(QPen(theme.border_strong, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    start = QPointF(before.rect.right(), before.rect.center().y())
    painter.drawPath(edge(start, QPointF(seat.rect.left(), seat.rect.center().y())))


def head(painter: QPainter, seat: Seat, theme: Theme, room: float) -> None:
    """A layer's name, how many units it has, and what it does."""
    layer = seat.layer
    what = "maps" if layer.is_map else "units"
    if seat.picture:
        count = numbers.shape((layer.count, layer.rows, layer.columns))
    else:
        size = f" {layer.rows}{numbers.TIMES}{layer.columns}" if layer.is_map else ""
        count = f"{numbers.count(layer.count)} {what if layer.count != 1 else what[:-1]}{size}"
        if drawing.ui(11).width(count) > room:
            count = f"{numbers.count(layer.count)}{size.replace(' ', ' · ')}"
    title, text = drawing.ui(12, 600), drawing.ui(11)
    middle = seat.rect.center().x()
    drawing.write_middle(painter, middle, seat.head, title.elided(layer.title, room), title, theme.text_1)
    drawing.write_middle(painter, middle, seat.head + 14, text.elided(count, room), text, theme.text_2)
    if layer.word:
        drawing.write_middle(
            painter, middle, seat.rect.bottom() + 16, text.elided(layer.word, room), text, theme.text_3
        )
    if seat.gap >= 0:
        y = seat.rect.top() + seat.pitch * (seat.gap + 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.text_3)
        for step in (-5, 0, 5):
            painter.drawEllipse(QPointF(middle, y + step), 1.4, 1.4)


def circle(painter: QPainter, middle: QPointF, size: float, fill: QColor, line: QColor, width: float = 1.25) -> None:
    painter.setPen(QPen(line, width))
    painter.setBrush(fill)
    painter.drawEllipse(middle, size / 2, size / 2)


def bias(painter: QPainter, seat: Seat, unit: int, value: float, limit: float, theme: Theme) -> None:
    """A unit's bias: a square at its lower left, filled with its value, framed amber."""
    tile = seat.tile(unit)
    if tile is None:
        return
    side = 7.0 if seat.size < 20 else 9.0
    rect = QRectF(tile.left() - side * 0.35, tile.bottom() - side * 0.75, side, side)
    table = colormaps.lut(theme, "weight_signed")
    painter.setPen(QPen(theme.bias, 1.0))
    painter.setBrush(colormaps.color(table, 0.5 + 0.5 * max(min(value / limit, 1.0), -1.0)))
    painter.drawRect(rect)


def foot(
    painter: QPainter, theme: Theme, *, width: float, height: float, limits: Sequence[float], biases: bool
) -> None:
    """The legend: width and colour of weights, biases, values of units."""
    ink = drawing.ui(11)
    baseline = height - 16.0
    x = 24.0
    if limits:
        x = _wedge(painter, x, baseline, theme)
        single = len(set(limits)) == 1
        said = f"weight, up to ±{scale_bar.end_text(limits[0])}" if single else "weight, each layer scaled over itself"
        x = drawing.write(painter, x + 12, baseline, said, ink, theme.text_3) + 32
    if biases:
        painter.setPen(QPen(theme.bias, 1.0))
        painter.setBrush(theme.panel)
        painter.drawRect(QRectF(x + 0.5, baseline - 9.5, 9, 9))
        x = drawing.write(painter, x + 18, baseline, "bias", ink, theme.text_3) + 32
    table = colormaps.lut(theme, "activation_signed")
    bar = QRectF(x, baseline - 8, 96, 6)
    painter.drawImage(bar, colormaps.picture(np.arange(256, dtype=np.uint8)[None], table))
    drawing.frame(painter, bar, theme.border_strong)
    drawing.write(painter, x + 108, baseline, "value of a unit, over its layer", ink, theme.text_3)


def _wedge(painter: QPainter, x: float, baseline: float, theme: Theme) -> float:
    """The same widths and colours as the edges have, from the most negative to the most positive."""
    middle = baseline - 4.5
    painter.setPen(Qt.PenStyle.NoPen)
    parts = 32
    for part in range(parts):
        place = (part + 0.5) / parts * 2 - 1
        pen = edge_pen(theme, round(abs(place) ** 0.8 * (_LEVELS - 1)), place > 0)
        half = pen.widthF() / 2
        painter.setBrush(pen.color())
        left = x + 96 * part / parts
        painter.drawPolygon(
            QPolygonF([QPointF(left, middle - half), QPointF(left + 3.2, middle - half),
                       QPointF(left + 3.2, middle + half), QPointF(left, middle + half)])
        )  # fmt: skip
    return x + 96
