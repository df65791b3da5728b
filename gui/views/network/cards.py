"""Tooltips of the stage: the value under the cursor, and the facts of a layer."""

from __future__ import annotations

from math import ceil, isfinite, log10

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.messages import Graph, Maps, Scale, Snapshot
from gui.theme import Theme, numbers
from gui.views import drawing
from gui.views.drawing import Ink
from gui.views.network.classes import class_name
from gui.views.network.columns import Kind
from gui.views.network.contributions import missing
from gui.views.network.facts import Facts, facts
from gui.views.network.hits import Hit, What, index_of
from gui.views.network.places import Layout

Words = list[list[tuple[str, Ink, QColor]]]
_SCALED_OVER = {
    Scale.LAYER: "Colours are scaled over this layer",
    Scale.MAP: "Every map has its own scale",
    Scale.NETWORK: "Colours are scaled over all layers",
}


def rounded(maps: Maps, index: int) -> tuple[float, float]:
    """A value as its 8 bits tell it, by its flat index, and the step between two such values."""
    pixels = maps.pixels.reshape(maps.pixels.shape[0], -1)
    place, inside = divmod(index, pixels.shape[1])
    limit = float(maps.limits[place])
    pixel = float(pixels[place, inside])
    if maps.signed:
        return (0.0 if pixel in (127.0, 128.0) else (pixel - 127.5) / 127.5 * limit), limit / 127.5
    return pixel / 255.0 * limit, limit / 255.0


def value_text(snapshot: Snapshot, node: str, index: tuple[int, ...], *, weights: bool = False) -> str:
    """A value as text: exact where the snapshot holds this node's numbers, else to the 8 bits that are shown (≈)."""
    focus = snapshot.focus
    if focus is not None and focus.node == node:
        exact = focus.weights.get("weight") if weights else focus.output
        gradients_shown = str(snapshot.quantity) != "activations"
        if exact is not None and (weights or not gradients_shown) and _inside(exact, index):
            return _exact(float(exact[index]))
    maps = (snapshot.kernels if weights else snapshot.maps).get(node)
    if maps is None:
        return ""
    flat = _flat(maps, index)
    if flat is None:
        return ""
    value, step = rounded(maps, flat)
    if not isfinite(value):
        return numbers.text(value)
    digits = min(max(0, ceil(-log10(step))), 6) if step > 0 else 2
    return f"≈ {numbers.text(value, digits)}"


def _exact(value: float) -> str:
    return numbers.text(value, 2) if not isfinite(value) or abs(value) >= 1 else numbers.text(value, 4)


def _inside(values: np.ndarray, index: tuple[int, ...]) -> bool:
    return len(index) == values.ndim and all(
        0 <= place < size for place, size in zip(index, values.shape, strict=True)
    )  # fmt: skip


def _flat(maps: Maps, index: tuple[int, ...]) -> int | None:
    """The flat index of (map, row, column), (unit,) or (out, in, row, column) in quantized pixels."""
    _, height, width = maps.pixels.shape
    flat = index[-1]
    if len(index) == 1:
        flat = index[0]
    elif len(index) == 2:
        flat = index[0] * width + index[1]
    elif len(index) == 3:
        flat = (index[0] * height + index[1]) * width + index[2]
    return flat if 0 <= flat < maps.pixels.size else None


def paint_tip(
    painter: QPainter,
    theme: Theme,
    layout: Layout,
    graph: Graph,
    snapshot: Snapshot | None,
    hit: Hit,
    *,
    names: tuple[str, ...],
    near: QPointF,
    bounds: QRectF,
) -> None:
    """The tooltip of whatever is hit: a card of facts for a layer or an operation, else the value there."""
    column = layout.places[hit.place].column
    if hit.what in (What.HEADING, What.WORD):
        heading = hit.what is What.HEADING
        card = facts(graph, hit.node, column.title if heading else "")
        hint = "" if column.kind is Kind.INPUT else "Click to see it large"
        paint_facts(painter, theme, card, near=near + QPointF(0, 0 if heading else 20), bounds=bounds, hint=hint)
        return
    index = index_of(hit, len(graph[hit.node].output_shape))
    if hit.what is What.KERNEL and column.kernels is not None:
        channel = _own_channel(hit, column.kernels.groups, column.kernels.inputs)
        index = (hit.map, channel, hit.row, hit.column)
    words = value_words(theme, layout, snapshot, hit, index, names)
    if note := missing(layout, snapshot, hit):
        words.append([(note, drawing.ui(11), theme.text_3)])
    drawing.tooltip(painter, theme=theme, near=near, bounds=bounds, rows=words)


def value_words(
    theme: Theme, layout: Layout, snapshot: Snapshot | None, hit: Hit, index: tuple[int, ...], names: tuple[str, ...]
) -> Words:
    """The tooltip of a cell, unit, class or weight: its value, and where it is."""
    big, small = drawing.mono(13), drawing.ui(11)
    column = layout.places[hit.place].column
    color = theme.gradient if snapshot is not None and str(snapshot.quantity) == "gradients" else theme.output
    if hit.what is What.CELL and column.kind is Kind.INPUT:
        return _input_words(theme, snapshot, hit, column.maps)
    if hit.what is What.CLASS:
        return _class_words(theme, snapshot, hit, names)
    if hit.what is What.PAGE:
        return [[("Click for the next maps", small, theme.text_2)]]
    if hit.what is What.SCALE:
        scale = snapshot.scale if snapshot is not None else Scale.LAYER
        text = "The pixels as the dataset holds them" if column.kind is Kind.INPUT else _SCALED_OVER[scale]
        return [[(text, small, theme.text_2)]]
    if hit.what is What.UNIT:
        text, where = value_text(snapshot, hit.node, (hit.map,)) if snapshot else "", f"unit {hit.map}"
    elif hit.what is What.KERNEL:
        plan = column.kernels
        assert plan is not None
        where = f"kernel {hit.map}, channel {hit.channel} ({hit.row}, {hit.column})"
        flat = (hit.map * plan.inputs + _own_channel(hit, plan.groups, plan.inputs), hit.row, hit.column)
        text = value_text_of_kernel(snapshot, plan.node, flat, index) if snapshot else ""
        color = theme.kernel
    else:
        text = value_text(snapshot, hit.node, index) if snapshot else ""
        where = f"map {hit.map} ({hit.row}, {hit.column})"
    words = [(text, big, color)] if text else []
    return [[*words, (where, small, theme.text_2)]]


def _own_channel(hit: Hit, groups: int, inputs: int) -> int:
    """The input channel of a weight within its group."""
    return hit.channel % inputs if groups > 1 else hit.channel


def value_text_of_kernel(snapshot: Snapshot, node: str, flat: tuple[int, int, int], index: tuple[int, ...]) -> str:
    """A weight: exact from the focus by (out, in, row, column), else from the quantized kernels by their flat place."""
    if snapshot.focus is not None and snapshot.focus.node == node and "weight" in snapshot.focus.weights:
        return value_text(snapshot, node, index, weights=True)
    maps = snapshot.kernels.get(node)
    if maps is None or not 0 <= flat[0] < maps.pixels.shape[0]:
        return ""
    return value_text(snapshot, node, flat, weights=True)


def _input_words(theme: Theme, snapshot: Snapshot | None, hit: Hit, channels: int) -> Words:
    big, small = drawing.mono(13), drawing.ui(11)
    where = (f"row {hit.row}, column {hit.column}", small, theme.text_2)
    if snapshot is None:
        return [[where]]
    gradient = snapshot.maps.get(hit.node)
    if str(snapshot.quantity) == "gradients" and gradient is not None and channels == 1:
        return [[(value_text(snapshot, hit.node, (0, hit.row, hit.column)), big, theme.gradient), where]]
    picture = snapshot.sample.picture
    if picture.shape[0] != channels or not _inside(picture[0], hit.cell):
        return [[where]]
    text = " ".join(str(int(value)) for value in picture[:, hit.row, hit.column])
    return [[(text, big, theme.input), where]]


def _class_words(theme: Theme, snapshot: Snapshot | None, hit: Hit, names: tuple[str, ...]) -> Words:
    big, small = drawing.mono(13), drawing.ui(11)
    name = (class_name(hit.map, names), drawing.ui(12, 600), theme.text_1)
    if snapshot is None or not 0 <= hit.map < len(snapshot.probabilities):
        return [[name]]
    share = numbers.percent(float(snapshot.probabilities[hit.map]), 3)
    rows: Words = [[name, (share, big, theme.output)]]
    if hit.map < len(snapshot.logits):
        logit = numbers.text(float(snapshot.logits[hit.map]), 2)
        rows.append([("logit", small, theme.text_2), (logit, drawing.mono(11), theme.text_1)])
    return rows


def paint_facts(
    painter: QPainter, theme: Theme, card: Facts, *, near: QPointF, bounds: QRectF, hint: str = ""
) -> QRectF:
    """A card of facts below and right of a point, kept inside `bounds`. Returns its box."""
    title, label, text = drawing.ui(13, 600), drawing.ui(11), drawing.mono(11)
    left = max((label.width(name) for name, _ in card.rows), default=0.0) + 16
    wide = max((text.width(value) for _, value in card.rows), default=0.0)
    head = title.width(card.title) + 8 + text.width(card.name)
    width = max(left + wide, head, label.width(hint)) + 24
    height = 38 + 18 * len(card.rows) + (22 if hint else 0) + 4
    box = QRectF(near.x(), near.y(), width, height)
    if box.right() > bounds.right() - 8:
        box.moveRight(bounds.right() - 8)
    if box.bottom() > bounds.bottom() - 8:
        box.moveBottom(bounds.bottom() - 8)
    box.moveTopLeft(QPointF(round(max(box.left(), bounds.left() + 8)), round(max(box.top(), bounds.top()))))
    _ground(painter, theme, box)
    x = drawing.write(painter, box.left() + 12, box.top() + 23, card.title, title, theme.text_1)
    drawing.write(painter, x + 8, box.top() + 23, card.name, text, theme.text_3)
    y = box.top() + 46
    for name, value in card.rows:
        drawing.write(painter, box.left() + 12, y, name, label, theme.text_2)
        drawing.write(painter, box.left() + 12 + left, y, value, text, theme.text_1)
        y += 18
    if hint:
        drawing.write(painter, box.left() + 12, y + 4, hint, label, theme.text_3)
    return box


def _ground(painter: QPainter, theme: Theme, box: QRectF) -> None:
    """The ground of a tooltip with its soft shadow."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    shade = QColor(theme.shadow)
    shade.setAlphaF(theme.shadow.alphaF() / 5)
    painter.setBrush(shade)
    for spread in (6, 4, 2):
        painter.drawRoundedRect(box.adjusted(-spread, -spread + 3, spread, spread + 3), 6 + spread, 6 + spread)
    painter.setPen(QPen(theme.border_strong, 1))
    painter.setBrush(theme.tooltip)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
