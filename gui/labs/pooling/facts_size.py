"""The size of the output: its formula with the numbers of this pooling, and its windows along one side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QPen

from engine.traces import TraceError
from gui.labs.pooling.lanes import pool
from gui.labs.pooling.paint import shape_text
from gui.labs.pooling.state import Kind, PoolingState, values_of
from gui.views.player.drawing import shapes
from gui.views.player.drawing.lettering import Face, Ink, ui
from gui.views.player.drawing.look import SMALL, Look
from gui.views.player.drawing.spans import Span, Spans, paint, place, width_of


@dataclass(frozen=True)
class Side:
    """One side of the input: cells that each window reads (padding below 0 or beyond), in order."""

    size: int
    before: int
    after: int
    windows: tuple[tuple[int, ...], ...]
    ceil_only: bool = False  # whether the last window is there through ceil mode alone

    @property
    def uncovered(self) -> int:
        """Real cells that no window reads."""
        read = {cell for window in self.windows for cell in window}
        return sum(cell not in read for cell in range(self.size))

    @property
    def shared(self) -> int:
        """Real cells that several windows read."""
        return sum(sum(cell in window for window in self.windows) > 1 for cell in range(self.size))


def side_of(state: PoolingState, axis: int) -> Side:
    """The side along an axis. Raises TraceError for what cannot be computed."""
    trace: Any = pool(state, state.main, values_of(replace(state, channels=1, x=())))
    line = trace.axes[axis]
    windows = tuple(tuple(line.positions(n).tolist()) for n in range(line.count))
    extra = False
    if state.sliding and state.ceil_mode:
        floor: Any = pool(replace(state, ceil_mode=False), state.main, trace.inputs[0])
        extra = floor.output.shape[1 + axis] < line.count
    return Side(line.size, getattr(line, "before", 0), getattr(line, "after", 0), windows, extra)


def other_side(state: PoolingState, axis: int) -> tuple[PoolingState, Side, Side] | None:
    """The next smaller (or larger) input of the same pooling, floored and with ceil mode."""
    if not state.sliding:
        return None
    for by in (-1, 1):
        size = tuple(max(side + by, 1) for side in state.size)
        other = replace(state, size=size, x=(), channels=1, ceil_mode=False)
        try:
            return other, side_of(other, axis), side_of(replace(other, ceil_mode=True), axis)
        except TraceError:
            continue
    return None


def formula(state: PoolingState, axis: int, count: int) -> Spans:
    """⌊(8 + 2·0 − 2) / 2⌋ + 1 = 4, with the numbers of an axis."""
    left, right = ("⌈", "⌉") if state.ceil_mode else ("⌊", "⌋")
    reach: Spans = (Span(str(state.kernel[axis]), "kernel"),)
    if state.dilation[axis] > 1:
        reach = (Span(f"{state.dilation[axis]}·("), *reach, Span(" − 1) − 1"))
    return (
        Span(f"{left}("),
        Span(str(state.size[axis]), "input"),
        Span(" + 2·"),
        Span(str(state.padding[axis]), "padding"),
        Span(" − "),
        *reach,
        Span(") / "),
        Span(str(state.stride[axis]), "text_1"),
        Span(f"{right} + 1 = "),
        Span(str(count), "output", bold=True),
    )


def words(state: PoolingState, side: Side, axis: int) -> str:
    """What the strip shows."""
    if not state.sliding:
        sizes = sorted({len(window) for window in side.windows})
        if len(side.windows) == 1:
            return "One window reads every cell."
        if len(sizes) == 1:
            return f"Each window reads {sizes[0]} cells."
        return f"Windows of {sizes[0]} or {sizes[-1]} cells share {side.size}."
    if side.ceil_only:
        return "The last window reaches over the edge: ceil mode."
    if side.uncovered:
        what = "cell is" if side.uncovered == 1 else "cells are"
        return f"{side.uncovered} {what} never covered."
    text = f"{side.shared} cells covered twice or more." if side.shared else "Every cell covered once."
    if not state.ceil_mode:
        try:
            text += (
                f" Ceil mode: also {len(side.windows)}."
                if len(side_of(replace(state, ceil_mode=True), axis).windows) == len(side.windows)
                else " Ceil mode adds one."
            )
        except TraceError:
            return text
    return text


def paint_size(state: PoolingState, output: tuple[int, ...], ink: Ink, look: Look, box: QRectF, current: int) -> None:
    """The column: shapes, formula, strip with the current window, the same for an input one smaller, the rule."""
    sizes, small = look.sizes, look.sizes is SMALL
    y = box.top() + (16 if small else 24)
    ink.words("Output size", box.left(), y, ui(sizes.title_px, 600), look.color("text_1"))
    shapes_ = place(
        (Span(shape_text(state.input_shape), "input"), Span(" → ", "text_3"), Span(shape_text(output), "output")),
        sizes.text_px,
    )
    if width_of(shapes_) + 100 < box.width():
        paint(ink, look, shapes_, box.right() - width_of(shapes_), y)
    axis = 0
    side = side_of(state, axis)
    y += 22 if small else 28
    spans = formula(state, axis, output[1 + axis]) if state.sliding else _shared_formula(state, output[1 + axis])
    y = _block(ink, look, box, y, spans, side, words(state, side, axis), current)
    found = other_side(state, axis)
    step = 12 if small else 16
    if found is not None and y + (60 if small else 90) < box.bottom():
        other, floored, ceiled = found
        shapes.line(ink.painter, box.left(), round(y + step * 0.4), box.right(), round(y + step * 0.4),
                    look.color("border"))  # fmt: skip
        y += step * 1.3
        text = f"Input {other.size[axis]}: {_uncovered_words(floored, other)}"
        if len(ceiled.windows) > len(floored.windows):
            note: Spans = (Span("ceil mode "), Span(str(len(ceiled.windows)), "output", bold=True))
        else:
            note = ()
        y = _block(ink, look, box, y, formula(other, axis, len(floored.windows)), ceiled, text, -1, note,
                   uncovered_of=floored, dashed=len(ceiled.windows) > len(floored.windows))  # fmt: skip
    if state.sliding and y + (30 if small else 40) <= box.bottom() + 4:
        low = box.bottom() - (10 if small else 18)
        ink.words("In general", box.left(), low - (15 if small else 20), ui(sizes.caption_px), look.color("text_3"))
        rule = (
            Span("⌊("), Span("n", "input"), Span(" + 2"), Span("p", "padding"), Span(" − d·("), Span("k", "kernel"),
            Span(" − 1) − 1) / "), Span("s", "text_1"), Span("⌋ + 1"),
        )  # fmt: skip
        paint(ink, look, place(rule, sizes.caption_px if small else sizes.text_px), box.left(), low)


def _shared_formula(state: PoolingState, count: int) -> Spans:
    if state.kind is Kind.GLOBAL:
        return (
            Span(str(state.size[0]), "input"),
            Span(" → "),
            Span("1", "output", bold=True),
            Span(", whatever the size"),
        )
    return (
        Span("window i: ⌊i·"), Span(str(state.size[0]), "input"), Span("/"), Span(str(count), "output"),
        Span("⌋ … ⌈(i+1)·"), Span(str(state.size[0]), "input"), Span("/"), Span(str(count), "output"), Span("⌉ − 1"),
    )  # fmt: skip


def _uncovered_words(side: Side, state: PoolingState) -> str:
    if not side.uncovered:
        return "every cell is covered."
    total = state.size[0] ** 2 if state.axes == 2 else state.size[0]
    missing = total - (state.size[0] - side.uncovered) ** state.axes
    if state.axes == 2 and len(set(state.size)) == 1:
        return f"{missing} of {total} cells never covered."
    return f"{side.uncovered} of {side.size} cells never covered."


def _block(
    ink: Ink, look: Look, box: QRectF, y: float, spans: Spans, side: Side, text: str, current: int,
    note: Spans = (), *, uncovered_of: Side | None = None, dashed: bool = False,
) -> float:  # fmt: skip
    """Formula, strip and words; returns where they end."""
    sizes, small = look.sizes, look.sizes is SMALL
    for px in (sizes.text_px + 1, sizes.text_px, sizes.caption_px, 9):
        placed = place(spans, px)
        if width_of(placed) <= box.width():
            break
    paint(ink, look, placed, box.left(), y)
    if note:
        right = place(note, sizes.text_px)
        if width_of(placed) + width_of(right) + 16 < box.width():
            paint(ink, look, right, box.right() - width_of(right), y)
    padded = side.before + side.size + side.after
    width, height = ({"small": (20, 15), "regular": (28, 22), "large": (38, 30)})[sizes.name]
    last = max((window[-1] for window in side.windows), default=0)
    span = max(padded, last + side.before + 1)
    cell = min(width, (box.width() - 4) / span)
    cell = int(cell) if cell >= 4 else cell
    strip = QRectF(round(box.left() + side.before * cell), round(y + 12), cell * side.size, height)
    painter = ink.painter
    painter.fillRect(strip, look.color("panel"))
    if cell >= 6:
        for number in range(1, side.size):
            painter.fillRect(QRectF(strip.left() + number * cell, strip.top(), 1, height), look.color("border"))
    _hatch_uncovered(ink, look, strip, cell, uncovered_of or side)
    if side.before or side.after:
        around = strip.adjusted(-side.before * cell, 0, side.after * cell, 0)
        shapes.dashed(painter, around, look.color("padding", 0.75))
    shapes.frame(painter, strip, look.color("input"), 1, outside=False)
    levels = _levels(side)
    for number, window in enumerate(side.windows):
        x = strip.left() + window[0] * cell
        line = QRectF(x + 2, strip.bottom() + 5 + number % levels * 5, (window[-1] - window[0] + 1) * cell - 4, 2)
        extra = number == len(side.windows) - 1 and (side.ceil_only or dashed)
        if number == current:
            painter.fillRect(line.adjusted(0, 0, 0, 1), look.color("kernel"))
        elif extra:
            pen = QPen(look.color("kernel", 0.8), 2)
            pen.setDashPattern([1.5, 1.5])
            painter.setPen(pen)
            painter.drawLine(line.topLeft(), line.topRight())
        else:
            painter.fillRect(line, look.color("kernel", 0.5))
    y = strip.bottom() + 5 * levels + (13 if small else 16)
    face = ui(sizes.caption_px)
    lines = wrapped(text, face, box.width())
    for line_text in lines:
        ink.words(line_text, box.left(), y, face, look.color("text_2"))
        y += 13 if small else 16
    return y


def wrapped(text: str, face: Face, width: float) -> list[str]:
    """A text in lines of at most a width."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if face.width(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _levels(side: Side) -> int:
    """In how many rows the windows are drawn, so that none covers another."""
    for levels in range(1, 5):
        fits = all(first[-1] < second[0] for first, second in zip(side.windows, side.windows[levels:], strict=False))
        if fits:
            return levels
    return 5


def _hatch_uncovered(ink: Ink, look: Look, strip: QRectF, cell: float, side: Side) -> None:
    """Cells that no window reads: 45° lines."""
    read = {place_ for window in side.windows for place_ in window}
    painter = ink.painter
    for number in range(side.size):
        if number in read:
            continue
        rect = QRectF(strip.left() + number * cell, strip.top(), cell, strip.height())
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        path = QPainterPath()
        x = rect.left() - rect.height()
        while x < rect.right():  # cut at both sides by hand: not every reader of vector files knows clips
            left, right = max(x, rect.left()), min(x + rect.height(), rect.right())
            path.moveTo(left, rect.bottom() - (left - x))
            path.lineTo(right, rect.bottom() - (right - x))
            x += 5
        painter.setPen(QPen(look.color("padding"), 1))
        painter.drawPath(path)
        painter.setRenderHint(painter.RenderHint.Antialiasing, False)
