"""Boxes, kernels inside them with lines to the next box, dense layers, captions, brackets: with a QPainter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from gui.theme import Theme
from gui.theme.controls import mixed
from gui.theme.numbers import TIMES, count, shape
from gui.views import drawing
from gui.views.volumes.boxes import DISC, Box, Bracket, Layout
from gui.views.volumes.figure import Kind, Volume

_KERNEL_AT = (0.60, 0.34)  # where on the face a kernel is shown
_TARGET_AT = (0.56, 0.58)  # and where its value goes
_LEAST_KERNEL = 5.0


def figure(painter: QPainter, layout: Layout, theme: Theme) -> None:
    """All that stays while values change."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    boxes = layout.boxes
    skips = _skips(layout)
    fans = Counter(source for box in boxes for source in box.volume.sources if box.volume.kind is not Kind.SUM)
    for index, box in enumerate(boxes):
        for source in box.volume.sources:
            before = boxes[source]
            if before.row != box.row:
                continue
            if (source, index) in skips:
                _skip(painter, before, box, layout, theme)
            elif box.volume.dense or box.volume.kind is Kind.FLAT:
                _fan(painter, before, box, theme)
            elif box.volume.kernel is None or before.volume.kind in (Kind.FLAT, Kind.SUM) or not _level(before, box):
                _arrow(painter, before, box, theme, fans_out=fans[source] > 1)
    _turns(painter, layout, theme)
    for box in boxes:
        body(painter, box, theme)
    for box in boxes:
        if box.volume.kernel is not None:
            for source in box.volume.sources:
                if boxes[source].volume.kind in (Kind.INPUT, Kind.MAPS):
                    kernel(painter, boxes[source], box, theme)
    for box in boxes:
        _sizes(painter, box, theme)
        _caption(painter, box, theme)
    for bracket in layout.brackets:
        _bracket(painter, bracket, theme)
    ink = drawing.ui(11, 600)
    for heading in layout.headings:
        text = ink.elided(heading.text, heading.right - heading.left)
        drawing.write(painter, heading.left + 8, heading.y, text, ink, theme.text_2)


def outline(box: Box) -> QPolygonF:
    """What is seen of a box, as one shape."""
    if box.volume.kind is Kind.SUM:
        return QPolygonF(QRectF(box.x, box.y - 2 * DISC, 2 * DISC, 2 * DISC))
    dx, dy = box.slant
    x, y, depth, height = box.x, box.y, box.depth, box.height
    corners = ((x, y), (x + depth, y), (x + depth, y - height), (x + depth + dx, y - height + dy),
               (x + dx, y - height + dy), (x + dx, y + dy))  # fmt: skip
    return QPolygonF([QPointF(*corner) for corner in corners])


def body(painter: QPainter, box: Box, theme: Theme) -> None:
    """A box: its left face, its front with a line for each channel where there is room, and its top."""
    volume = box.volume
    line = theme.input if volume.kind is Kind.INPUT else theme.text_3
    painter.setPen(QPen(line, 1.0))
    x, y, depth, height = box.x, box.y, box.depth, box.height
    if volume.kind is Kind.SUM:
        painter.setBrush(theme.stage)
        painter.setPen(QPen(theme.text_1, 1.5))
        middle = QPointF(x + DISC, y - DISC)
        painter.drawEllipse(middle, DISC, DISC)
        painter.drawLine(middle - QPointF(4, 0), middle + QPointF(4, 0))
        painter.drawLine(middle - QPointF(0, 4), middle + QPointF(0, 4))
        return
    if volume.kind is Kind.FLAT:
        painter.setBrush(theme.segment_on)
        painter.drawRect(QRectF(x, y - height, depth, height))
        return
    dx, dy = box.slant
    painter.setBrush(theme.segment_on)
    painter.drawPolygon(_points((x, y - height), (x + depth, y - height), (x + depth + dx, y - height + dy),
                                (x + dx, y - height + dy)))  # fmt: skip
    painter.setBrush(theme.raised)
    painter.drawRect(QRectF(x, y - height, depth, height))
    painter.setBrush(mixed(theme.raised, theme.segment_on, 0.5))
    painter.drawPolygon(_left_face(box))
    if volume.channels > 1 and depth / volume.channels >= 3.5:
        painter.setPen(QPen(theme.border_strong, 1.0))
        for channel in range(1, volume.channels):
            at = x + depth * channel / volume.channels
            painter.drawLine(QPointF(at, y), QPointF(at, y - height))
            painter.drawLine(QPointF(at, y - height), QPointF(at + dx, y - height + dy))


def _left_face(box: Box) -> QPolygonF:
    return _points(box.face(0, 0), box.face(1, 0), box.face(1, 1), box.face(0, 1))


def face_picture(painter: QPainter, box: Box, picture: QImage, theme: Theme, *, frame: QColor) -> None:
    """A picture on the left face."""
    if picture.isNull() or box.height < 3 or box.width < 3:
        return
    (x, y), (right_x, right_y), (_, bottom) = box.face(0, 0), box.face(1, 0), box.face(0, 1)
    columns, rows = picture.width(), picture.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, columns > box.width * 1.5)
    painter.setTransform(
        QTransform((right_x - x) / columns, (right_y - y) / columns, 0.0, (bottom - y) / rows, x, y), True
    )
    painter.drawImage(0, 0, picture)
    painter.restore()
    painter.setPen(QPen(frame, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(_left_face(box))


def kernel_place(before: Box, box: Box) -> tuple[float, float, float, float]:
    """(across, down, width, height) on the face of `before`, as shares of it, of the window that makes one of `box`."""
    assert box.volume.kernel is not None
    rows, columns = box.volume.kernel
    wide = min(max(columns / max(before.volume.width, 1), _LEAST_KERNEL / max(before.width, 1.0)), 1.0)
    high = min(max(rows / max(before.volume.height, 1), _LEAST_KERNEL / max(before.height, 1.0)), 1.0)
    across = min(max(_KERNEL_AT[0] - wide / 2, 0.0), 1.0 - wide)
    down = min(max(_KERNEL_AT[1] - high / 2, 0.0), 1.0 - high)
    return across, down, wide, high


def kernel(painter: QPainter, before: Box, box: Box, theme: Theme, *, strong: bool = False) -> None:
    """The window in the volume before, through all its channels, and the lines to the value that comes of it."""
    across, down, wide, high = kernel_place(before, box)
    near = [before.face(a, d) for a, d in ((across, down), (across + wide, down), (across + wide, down + high),
                                           (across, down + high))]  # fmt: skip
    far = [(x + before.depth, y) for x, y in near]
    color = theme.kernel if box.volume.weighted else theme.text_2
    target = QPointF(*box.face(*_TARGET_AT))
    if before.row == box.row and _level(before, box):
        painter.setPen(QPen(drawing.faded(color, 0.9 if strong else 0.5), 1.0))
        for corner in far:
            painter.drawLine(QPointF(*corner), target)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(target, 1.8, 1.8)
    painter.setPen(QPen(drawing.faded(color, 0.6), 1.0))
    painter.setBrush(drawing.faded(color, 0.10))
    painter.drawPolygon(_points(near[1], far[1], far[2], near[2]))
    painter.drawPolygon(_points(near[0], far[0], far[1], near[1]))
    painter.setPen(QPen(color, 2.0 if strong else 1.25))
    painter.setBrush(drawing.faded(color, 0.16))
    painter.drawPolygon(_points(*near))


def _level(before: Box, box: Box) -> bool:
    """Whether lines can lead straight from one to the other; between lanes they would cross captions."""
    return abs(before.middle[1] - box.middle[1]) < (before.y - before.top + box.y - box.top) / 2


def _points(*corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(*corner) for corner in corners])


def _side(box: Box) -> QPointF:
    """Where an arrow leaves a box."""
    return QPointF(box.right + 1, box.y - box.height / 2)


def _entry(box: Box) -> QPointF:
    """Where an arrow enters it."""
    x, y = box.face(0.5, 0.5) if box.volume.kind in (Kind.INPUT, Kind.MAPS) else (box.x, box.y - box.height / 2)
    return QPointF(min(x, box.left - 1) if box.volume.kind in (Kind.INPUT, Kind.MAPS) else x - 1, y)


def _head(painter: QPainter, tip: QPointF, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text_3)
    painter.drawPolygon(QPolygonF([tip, tip + QPointF(-7, -3), tip + QPointF(-7, 3)]))


def _arrow(painter: QPainter, before: Box, box: Box, theme: Theme, *, fans_out: bool) -> None:
    """Straight on, or by way of a trunk that all arrows from one box, or to one, share."""
    start, end = _side(before), _entry(box)
    reach = before.height / 2 - 3
    if abs(end.y() - start.y()) < reach:  # straight on, from wherever that is on the side
        start.setY(end.y())
    elif abs(end.y() - start.y()) < box.height / 2 - 3:
        end.setY(start.y())
    painter.setPen(QPen(theme.text_3, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(start)
    middle = start.x() + 10 if fans_out else max(end.x() - 14, start.x() + 2)
    path.lineTo(middle, start.y())
    path.lineTo(middle, end.y())
    path.lineTo(end)
    painter.drawPath(path)
    _head(painter, end, theme)


def _fan(painter: QPainter, before: Box, box: Box, theme: Theme) -> None:
    """Every unit sees everything before it."""
    top_left, bottom_left = QPointF(before.right, before.y - before.height), QPointF(before.right, before.y)
    top, bottom = QPointF(box.x, box.y - box.height), QPointF(box.x, box.y)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(drawing.faded(theme.text_3, 0.10))
    painter.drawPolygon(QPolygonF([top_left, top, bottom, bottom_left]))
    painter.setPen(QPen(theme.border_strong, 1.0))
    painter.drawLine(top_left, top)
    painter.drawLine(bottom_left, bottom)


def _skips(layout: Layout) -> set[tuple[int, int]]:
    """Edges that lead past other boxes of their row to an addition: drawn above them."""
    found = set()
    for index, box in enumerate(layout.boxes):
        for source in box.volume.sources if box.volume.kind is Kind.SUM else ():
            between = [one for one in layout.boxes if one.row == box.row and layout.boxes[source].right < one.left
                       and one.right < box.left and one.top < box.y and one.y > box.top - 4]  # fmt: skip
            if between and layout.boxes[source].row == box.row:
                found.add((source, index))
    return found


def _skip(painter: QPainter, before: Box, box: Box, layout: Layout, theme: Theme) -> None:
    between = [one for one in layout.boxes if one.row == box.row and before.right < one.left and one.right < box.left]
    top = min([one.top for one in between] + [before.top, box.top]) - 14
    start, end = _side(before), QPointF(box.middle[0], box.top)
    painter.setPen(QPen(theme.text_1, 1.25))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath(start)
    path.lineTo(start.x() + 8, start.y())
    path.lineTo(start.x() + 8, top)
    path.lineTo(end.x(), top)
    path.lineTo(end.x(), end.y() - 2)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text_1)
    painter.drawEllipse(QPointF(start.x() + 8, start.y()), 2.2, 2.2)
    painter.drawPolygon(QPolygonF([end + QPointF(0, 0), end + QPointF(-3, -7), end + QPointF(3, -7)]))


def _turns(painter: QPainter, layout: Layout, theme: Theme) -> None:
    """From the end of a row to the start of the next: one line for each box that leads on, to all that it enters."""
    found: dict[tuple[int, int], list[Box]] = {}
    for box in layout.boxes:
        for source in box.volume.sources:
            if layout.boxes[source].row != box.row:
                found.setdefault((source, box.row), []).append(box)
    for (source, row), targets in found.items():
        start = _side(layout.boxes[source])
        above = layout.tops[row]
        trunk = min(box.left for box in targets) - 20
        painter.setPen(drawing.dashed(theme.text_3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(start)
        path.lineTo(start.x() + 12, start.y())
        path.lineTo(start.x() + 12, above)
        path.lineTo(trunk, above)
        path.lineTo(trunk, _entry(targets[0]).y())
        painter.drawPath(path)
        for box in targets:
            end = _entry(box)
            painter.setPen(QPen(theme.text_3, 1.0))
            if box.volume.kind is Kind.SUM and box is not targets[0]:
                over = min(one.top for one in layout.boxes if one.row == row and one.right < box.left) - 14
                path = QPainterPath(QPointF(trunk, over))
                path.lineTo(box.middle[0], over)
                path.lineTo(box.middle[0], box.top - 2)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.text_1, 1.25))
                painter.drawPath(path)
                continue
            path = QPainterPath(QPointF(trunk, _entry(targets[0]).y()))
            path.lineTo(trunk, end.y())
            path.lineTo(end)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
            _head(painter, end, theme)


def _sizes(painter: QPainter, box: Box, theme: Theme) -> None:
    """The numbers at the edges: depth under the front, width at the slanted edge, height at the upright one.

    A box with too little room for that has its shape written under it.
    """
    volume = box.volume
    if volume.kind is Kind.SUM:
        return
    ink, color, below = drawing.mono(11), theme.text_1, box.y + 13
    if volume.kind is Kind.FLAT:
        drawing.write_middle(painter, box.x + box.depth / 2, below, count(volume.channels), ink, color)
        return
    if box.height < 48 or box.width < 30:
        text = shape((volume.channels, volume.height, volume.width))
        drawing.write_middle(painter, box.middle[0], below, text, ink, color)
        return
    dx, dy = box.slant
    drawing.write_middle(painter, box.x + box.depth / 2, below, count(volume.channels), ink, color)
    if volume.width > 1:
        text = str(volume.width)
        taken = box.x + box.depth / 2 - ink.width(count(volume.channels)) / 2
        right = min(box.x + dx / 2 - 4, taken - 5)
        drawing.write_right(painter, right, box.y + dy / 2 + 10, text, ink, color)
    if volume.height > 1:
        drawing.write_right(painter, box.left - 4, box.y + dy - box.height * 0.06, str(volume.height), ink, color)


def _caption(painter: QPainter, box: Box, theme: Theme) -> None:
    volume = box.volume
    if volume.kind is Kind.SUM:
        return
    middle = box.middle[0]
    baseline = box.y + 31
    title, text = drawing.ui(12, 600), drawing.ui(11)
    drawing.write_middle(painter, middle, baseline, title.elided(volume.title, box.room - 6), title, theme.text_1)
    for index, line in enumerate(lines(volume, box.room - 6)):
        drawing.write_middle(painter, middle, baseline + 15 + 14 * index, line, text, theme.text_2)


def lines(volume: Volume, room: float) -> list[str]:
    """The words under a box, in at most two lines."""
    ink = drawing.ui(11)
    text = ", ".join(volume.words)
    found = drawing.wrapped(text, ink, room) if text else []
    if len(found) > 2:
        found = [found[0], " ".join(found[1:])]
    return [ink.elided(line, room) for line in found]


def _bracket(painter: QPainter, bracket: Bracket, theme: Theme) -> None:
    painter.setPen(QPen(theme.text_2, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    y = bracket.y
    painter.drawPolyline(_points((bracket.left, y - 5), (bracket.left, y), (bracket.right, y), (bracket.right, y - 5)))
    ink = drawing.mono(12, 600)
    text = f"{TIMES}{bracket.times}"
    middle = (bracket.left + bracket.right) / 2
    half = ink.width(text) / 2 + 6
    painter.fillRect(QRectF(middle - half, y - 7, 2 * half, 14), theme.stage)
    drawing.write_middle(painter, middle, y + 4, text, ink, theme.text_1)


def foot(painter: QPainter, layout: Layout, theme: Theme, *, height: float, kinds: Sequence[str]) -> None:
    """The legend and what is drawn to scale."""
    ink = drawing.ui(11)
    baseline = height - 16
    x = 24.0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for name, color in (("kernel", theme.kernel), ("window", theme.text_2)):
        if name not in kinds:
            continue
        painter.setPen(QPen(color, 1.25))
        painter.setBrush(drawing.faded(color, 0.16))
        painter.drawRect(QRectF(x + 0.5, baseline - 9.5, 10, 10))
        x = drawing.write(painter, x + 18, baseline, name, ink, theme.text_2) + 20
    flat = any(box.volume.kind is Kind.FLAT for box in layout.boxes)
    said = layout.laws.said(flat=flat, one_unit=layout.one_unit)
    if layout.brackets:
        said += f". {TIMES}N: what the bracket holds, N times in a row"
    drawing.write(painter, x, baseline, said, ink, theme.text_3)
