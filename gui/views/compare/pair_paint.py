"""Paints one sample in two networks: heads, the input, each lane's maps with their scales, and the outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QPainterPath, QPen, QPolygonF

from engine.messages.compare import LayerSeen, RunSeen, RunsSeen
from gui.theme import Theme, icons, numbers
from gui.views import drawing, mistakes
from gui.views.compare import colours
from gui.views.compare.model import ShownRun
from gui.views.compare.naming import weights_note
from gui.views.compare.pair_layout import TITLE, PairLayout
from gui.views.compare.stages import Column
from gui.views.network import wording
from gui.views.scale_bar import paint_lying

_MOST_CLASSES = 10
_VECTORS = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf, QPaintEngine.Type.Picture)


@dataclass(frozen=True, eq=False)
class Shown:
    """All that a picture of the pair needs."""

    layout: PairLayout
    columns: Sequence[Column]
    pair: tuple[ShownRun | None, ShownRun | None]
    seen: RunsSeen | None
    classes: tuple[str, ...]
    theme: Theme
    kernels: bool
    by_map: bool
    can_differ: bool
    choosable: bool = False
    over_name: int = -1

    def names(self, lane: int) -> tuple[str, ...]:
        """The classes that a run knows."""
        run = self.pair[lane]
        return self.classes if run is None or run.opened.dataset is None else run.opened.dataset.classes

    def is_asked(self, lane: int) -> bool:
        """Whether the sample's label means anything to a run: not to one that knows other classes."""
        return self.names(lane) == self.classes

    def run_seen(self, lane: int) -> RunSeen | None:
        run = self.pair[lane]
        return None if run is None or self.seen is None else self.seen.runs.get(run.name)


def head_rect(layout: PairLayout, column: int, left: float) -> QRectF:
    return QRectF(left - 6, TITLE + 2, min(max(layout.widths[column], 70.0), 150.0) + 12, 40)


def paint_heads(painter: QPainter, shown: Shown, *, over: int) -> None:
    """What stands in each column: its name, and the shapes of both networks if they differ."""
    theme, layout = shown.theme, shown.layout
    name, shape = drawing.ui(12, 600), drawing.mono(11)
    y = TITLE + 20
    drawing.write(painter, layout.input.left(), y, "Input", name, theme.text_1)
    if shown.seen is not None:
        text = wording.shape(shown.seen.picture.shape)
        drawing.write(painter, layout.input.left(), y + 16, text, shape, theme.text_2)
    for place, column in enumerate(shown.columns):
        left = layout.lefts[place]
        if over == place:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.segment_on)
            painter.drawRoundedRect(head_rect(layout, place, left), 4, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        end = drawing.write(painter, left, y, column.title, name, theme.text_1)
        icons.paint(painter, "chevron-down", theme.text_3, QRectF(end + 4, y - 10, 12, 12))
        shapes = dict.fromkeys(wording.shape(stage.shape) for stage in column.stages if stage is not None)
        drawing.write(painter, left, y + 16, " | ".join(shapes), shape, theme.text_2)
    box = layout.outputs[0]
    drawing.write(painter, box.left(), y, "Output", name, theme.text_1)
    drawing.write_right(painter, box.right(), y + 16, "%", drawing.ui(11), theme.text_3)
    if shown.classes:
        drawing.write(painter, box.left(), y + 16, str(len(shown.classes)), shape, theme.text_2)


def name_rect(layout: PairLayout, lane: int) -> QRectF:
    """Where a run's name stands."""
    left = _left(layout)
    return QRectF(left - 8, layout.lanes[lane].top() + 4, layout.outputs[lane].left() - left - 16, 24)


def _left(layout: PairLayout) -> float:
    return layout.lefts[0] if layout.lefts else layout.input.right() + 60


def arrow_rects(layout: PairLayout, *, stacked: bool) -> tuple[QRectF, QRectF]:
    """The arrows before and after "where they differ"; `stacked`: the label has a line of its own."""
    width = max(layout.input.width(), 100.0)
    y = layout.input.bottom() + (46 if stacked else 32)
    return QRectF(layout.input.left() - 8, y - 4, 26, 24), QRectF(layout.input.left() + width - 16, y - 4, 26, 24)


def is_stacked(layout: PairLayout, label: str) -> bool:
    """Whether number and label of the sample need a line each."""
    return len(label) > 2 or layout.input.width() < 110


def paint_input(painter: QPainter, shown: Shown) -> None:
    """The sample, in input blue, with its number and label; and the way to the next one that they differ on."""
    theme, layout, seen = shown.theme, shown.layout, shown.seen
    assert seen is not None
    rect = layout.input
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, layout.cell < 1)
    painter.drawImage(rect, mistakes.strip(seen.picture[None], theme))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    drawing.frame(painter, rect, theme.input, 2)
    width = max(rect.width(), 100.0)
    y = rect.bottom() + 18
    drawing.write(painter, rect.left() - 2, y, f"Test {numbers.count(seen.index)}", drawing.ui(12), theme.text_1)
    label = shown.classes[seen.label] if 0 <= seen.label < len(shown.classes) else str(seen.label)
    ink = drawing.ui(11)
    if not is_stacked(layout, label):
        drawing.write_right(painter, rect.left() + width, y, f"label {label}", ink, theme.text_2)
    else:
        text = ink.elided(f"label {label}", width + 20)
        drawing.write(painter, rect.left() - 2, y + 15, text, ink, theme.text_2)
    if shown.can_differ:
        before, after = arrow_rects(layout, stacked=is_stacked(layout, label))
        middle = before.center().y()
        text = "where they differ"
        if ink.width(text) + 32 > after.right() - before.left():
            text = "differing"
        icons.paint(painter, "chevron-left", theme.text_2, QRectF(rect.left() - 4, middle - 6, 12, 12))
        icons.paint(painter, "chevron-right", theme.text_2, QRectF(after.right() - 18, middle - 6, 12, 12))
        drawing.write_middle(
            painter, (before.center().x() + after.center().x()) / 2, middle + 4, text, ink, theme.text_3
        )


def paint_lane(
    painter: QPainter,
    shown: Shown,
    lane: int,
    *,
    image: Callable[[int], QImage | None],
    layer: Callable[[int], LayerSeen | None],
    limit: Callable[[int], float],
) -> None:
    """One run's row: its name, its layers from left to right, its output."""
    theme, layout, run = shown.theme, shown.layout, shown.pair[lane]
    assert run is not None
    area = layout.lanes[lane]
    if lane:
        left = layout.lefts[0] if layout.lefts else layout.input.right() + 40
        painter.fillRect(QRectF(left, round(area.top()), area.right() - 24 - left, 1), theme.border)
    _paint_heading(painter, shown, lane)
    if run.opened.graph is None or shown.run_seen(lane) is None:
        waiting = shown.seen.problem if shown.seen is not None else ""
        _paint_problem(painter, shown, lane, run.opened.problem or waiting or "This network is loading")
        return
    _paint_arrows(painter, shown, lane)
    for place, column in enumerate(shown.columns):
        found, picture, tiles = layer(place), image(place), layout.blocks[place][lane]
        corner = layout.corner(lane, place)
        if found is None or picture is None or tiles is None:
            if column.stages[lane] is None:
                ink = drawing.ui(11)
                middle = layout.area(lane).center().y()
                drawing.write(painter, corner.x(), middle - 8, "no such layer", ink, theme.text_3)
            continue
        height, width = found.maps.pixels.shape[1:]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tiles.cell < 1)
        whole = painter.paintEngine().type() in _VECTORS  # these know no parts of pictures
        for index in range(tiles.shown):
            rect = tiles.rect(index, corner)
            if whole:
                painter.drawImage(rect, picture.copy(0, index * height, width, height))
            else:
                painter.drawImage(rect, picture, QRectF(0, index * height, width, height))
            if not tiles.size.flat:
                drawing.frame(painter, rect, theme.border_strong)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        _paint_scale(painter, shown, lane, place, found, limit(place))
    _paint_output(painter, shown, lane)


def _paint_heading(painter: QPainter, shown: Shown, lane: int) -> None:
    theme, run = shown.theme, shown.pair[lane]
    assert run is not None
    area = shown.layout.lanes[lane]
    left = _left(shown.layout)
    if shown.over_name == lane:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.segment_on)
        painter.drawRoundedRect(name_rect(shown.layout, lane), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    y = area.top() + 20
    colours.dot(painter, theme, run.place, QPointF(left + 4, y - 4))
    room = shown.layout.outputs[lane].left() - left - 30
    past = shown.seen is not None and shown.seen.step is not None
    note, small = weights_note(run, shown.run_seen(lane), past=past), drawing.ui(11)
    if note:
        drawing.write_right(painter, left + room, y, note, small, theme.accent)
        room -= small.width(note) + 12
    if shown.choosable:
        room -= 18
    ink = drawing.ui(12, 600)
    x = drawing.write(painter, left + 16, y, ink.elided(run.title, room), ink, theme.text_1)
    rest = room - (x - left)
    if rest > 40:
        text = drawing.ui(12)
        x = drawing.write(painter, x + 8, y, text.elided(run.subtitle, rest), text, theme.text_2)
    if shown.choosable:
        icons.paint(painter, "chevron-down", theme.text_3, QRectF(x + 5, y - 10, 12, 12))


def _paint_arrows(painter: QPainter, shown: Shown, lane: int) -> None:
    """From the input to the first block, from block to block, and to the output; with what lies between."""
    theme, layout = shown.theme, shown.layout
    y = round(layout.area(lane).center().y()) + 0.5
    if not layout.lefts:
        return
    start = layout.input.right() + 2
    trunk = round(start + 26) + 0.5
    center = round(layout.input.center().y()) + 0.5
    painter.setPen(QPen(theme.text_3, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(QPointF(start, center))
    path.lineTo(trunk, center)
    path.lineTo(trunk, y)
    there = [place for place, column in enumerate(shown.columns) if column.stages[lane] is not None]
    ends = [*(layout.lefts[place] for place in there), layout.outputs[lane].left()]
    path.lineTo(ends[0] - 8, y)
    painter.drawPath(path)
    _head(painter, theme, QPointF(ends[0] - 3, y))
    for place, end in zip(there, ends[1:], strict=True):
        tiles = layout.blocks[place][lane]
        width = tiles.width if tiles is not None else layout.widths[place]
        begin = layout.lefts[place] + width + 8
        painter.setPen(QPen(theme.text_3, 1))
        painter.drawLine(QPointF(begin, y), QPointF(end - 12, y))
        _head(painter, theme, QPointF(end - 7, y))
        if place + 1 < len(shown.columns) and layout.labelled and not shown.kernels:
            _paint_between(painter, shown, lane, place + 1, (begin + end - 8) / 2, y, end - begin)


def _paint_between(
    painter: QPainter, shown: Shown, lane: int, place: int, middle: float, y: float, room: float
) -> None:
    stage = shown.columns[place].stages[lane]
    if stage is None or shown.columns[place - 1].stages[lane] is None:
        return
    number = int(stage.title.split()[-1])
    before = shown.columns[place - 1].stages[lane]
    neighbours = before is not None and before.kind == stage.kind and int(before.title.split()[-1]) == number - 1
    ink, strong = drawing.ui(11), drawing.ui(11)
    words = stage.before if neighbours or stage.kind != "Conv" else ("…",)
    above, below = words[:-1], words[-1:]
    for row, word in enumerate(reversed(above)):
        text = wording.short(word)
        drawing.write_middle(painter, middle, y - 8 - 14 * row, ink.elided(text, room - 4), ink, shown.theme.text_2)
    for word in below:
        drawing.write_middle(painter, middle, y + 18, strong.elided(word, room - 4), strong, shown.theme.text_1)


def _head(painter: QPainter, theme: Theme, tip: QPointF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text_3)
    painter.drawPolygon(QPolygonF([tip, tip + QPointF(-7, -3.5), tip + QPointF(-7, 3.5)]))
    painter.restore()


def _paint_problem(painter: QPainter, shown: Shown, lane: int, text: str) -> None:
    area = shown.layout.area(lane)
    left = _left(shown.layout)
    ink = drawing.ui(12)
    for row, line in enumerate(drawing.wrapped(text, ink, min(area.right() - left - 40, 460))):
        drawing.write(painter, left, area.center().y() + 18 * row - 8, line, ink, shown.theme.text_3)


def _paint_scale(painter: QPainter, shown: Shown, lane: int, place: int, layer: LayerSeen, limit: float) -> None:
    """Under a block: its scale, and how much of it is zero or saturated (or how many maps are not shown)."""
    theme, layout = shown.theme, shown.layout
    tiles = layout.blocks[place][lane]
    assert tiles is not None
    corner = layout.corner(lane, place)
    y = corner.y() + tiles.height + 10
    kind = drawing.kind_of(layer.maps.signed, weights=shown.kernels)
    width = 96.0 if layer.maps.signed else min(84.0, max(tiles.width * 0.45, 44.0))
    low, ink = (-limit if layer.maps.signed else 0.0), drawing.ui(11)
    rect = QRectF(corner.x(), y, width, 6)
    if shown.by_map:
        paint_lying(painter, rect, theme=theme, kind=kind, low=low / limit, high=1.0)
    else:
        paint_lying(painter, rect, theme=theme, kind=kind, low=low, high=limit)
    text = facts_text(layer, kernels=shown.kernels)
    if tiles.shown < layer.total:
        text = f"{tiles.shown} of {layer.total}" + (f", {text}" if text else "")
    right = max(corner.x() + tiles.width, rect.right() + 8 + ink.width(text))
    drawing.write_right(painter, right, y + 7, text, ink, theme.text_2)


def facts_text(layer: LayerSeen, *, kernels: bool) -> str:
    """ "27 % saturated", "44 % zero"; nothing where neither says anything."""
    if layer.broken:
        share = numbers.text(layer.broken * 100, 0) if layer.broken >= 0.005 else "< 1"
        return f"{share} % NaN or infinite"
    if kernels:
        return ""
    if layer.saturated is not None:
        return f"{numbers.text(layer.saturated * 100, 0)} % saturated"
    return f"{numbers.text(layer.zero * 100, 0)} % zero" if layer.zero else ""


def _paint_output(painter: QPainter, shown: Shown, lane: int) -> None:
    seen = shown.run_seen(lane)
    assert seen is not None
    assert shown.seen is not None
    theme, box = shown.theme, shown.layout.outputs[lane]
    odds = np.nan_to_num(seen.probabilities.astype(np.float64), nan=0.0)
    label = shown.seen.label if shown.is_asked(lane) else -1
    classes = shown.names(lane)
    count = len(odds)
    verdict = 34.0
    rows = min(count, _MOST_CLASSES, max(int((box.height() - verdict - 6) // 13), 3))
    order = list(range(count)) if count <= rows else _strongest(odds, rows, label)
    pitch = min((box.height() - verdict - 6) / rows, 20.0)
    top = box.top() + max((box.height() - verdict - pitch * rows) / 2 - 4, 2.0)
    names = [classes[index] if index < len(classes) else str(index) for index in order]
    best = int(odds.argmax()) if count else -1
    ink = drawing.ui(11) if any(len(name) > 2 for name in names) else drawing.mono(13)
    widest = min(max((ink.width(name) for name in names), default=10.0), box.width() * 0.42)
    left, right = box.left() + widest + 10, box.right() - 42
    for row, (index, name) in enumerate(zip(order, names, strict=True)):
        y = round(top + pitch * (row + 0.5))
        strong = index == best
        drawing.write(
            painter, box.left(), y + 4, ink.elided(name, widest), ink, theme.text_1 if strong else theme.text_2
        )
        painter.fillRect(QRectF(left, y - 2, right - left, 5), theme.track)
        if odds[index] > 0:
            painter.fillRect(QRectF(left, y - 2, max((right - left) * odds[index], 1.0), 5), theme.output)
        if index == label:
            painter.fillRect(QRectF(right - 1, y - 6, 2, 13), theme.target)
        text = numbers.text(odds[index] * 100, 1) if odds[index] >= 0.0005 else "0"
        drawing.write_right(
            painter, box.right(), y + 4, text, drawing.mono(11), theme.text_1 if strong else theme.text_3
        )
    foot = top + pitch * rows + 22
    if not np.isfinite(seen.probabilities).all():
        ink = drawing.ui(12, 600)
        drawing.write(painter, box.left(), foot, ink.elided("No prediction: NaN", box.width()), ink, theme.error)
        return
    _paint_verdict(painter, shown, lane, foot, best, float(odds[best]) if count else 0.0)


def _strongest(odds: np.ndarray, rows: int, label: int) -> list[int]:
    order = [int(index) for index in np.argsort(-odds, kind="stable")[:rows]]
    if 0 <= label < len(odds) and label not in order:
        order[-1] = label
    return order


def _paint_verdict(painter: QPainter, shown: Shown, lane: int, y: float, best: int, share: float) -> None:
    assert shown.seen is not None
    theme, label, box, classes = shown.theme, shown.seen.label, shown.layout.outputs[lane], shown.names(lane)
    name = classes[best] if 0 <= best < len(classes) else str(best)
    large = drawing.ui(20, 600) if len(name) <= 2 else drawing.ui(12, 600)
    x = drawing.write(painter, box.left(), y, large.elided(name, box.width() * 0.5), large, theme.text_1)
    x = drawing.write(painter, x + 8, y, numbers.percent(share, 1), drawing.mono(11), theme.text_1)
    ink = drawing.ui(11)
    if not shown.is_asked(lane):
        text, color = "knows other classes", theme.text_3
        if ink.width(text) > box.right() - x - 8:
            text = ""
    elif best == label:
        text, color = "correct", theme.output
    else:
        target = shown.classes[label] if 0 <= label < len(shown.classes) else str(label)
        text, color = f"wrong, target {target}", theme.error
        if ink.width(text) > box.right() - x - 8:
            text = "wrong"
    drawing.write_right(painter, box.right(), y, text, ink, color)
