"""The size of the output: its formula with the numbers of this layer, and the places of the window along one side."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath, QPen

from gui.views.player.drawing import shapes
from gui.views.player.drawing.lettering import Ink, mono, ui
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import Span, Spans, paint, place, width_of

if TYPE_CHECKING:
    from gui.views.player.scenes.convolution_scene import ConvolutionScene

_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
_EACH = 4  # so many windows get a line each, with their number
_MOST_LINES = 6


@dataclass(frozen=True)
class Side:
    """One side of the input with its windows."""

    size: int
    before: int
    after: int
    kernel: int
    stride: int
    dilation: int
    count: int

    @property
    def padded(self) -> int:
        return self.before + self.size + self.after

    @property
    def reach(self) -> int:
        return (self.kernel - 1) * self.dilation + 1

    @property
    def unused(self) -> int:
        """Cells at the end that no window covers, padding included."""
        return self.padded - ((self.count - 1) * self.stride + self.reach)

    @property
    def levels(self) -> int:
        """In how many rows the windows are drawn, so that none covers another."""
        if self.count <= _EACH:
            return self.count
        return min(max(1, ceil(self.reach / self.stride)), _MOST_LINES)


def side_of(scene: ConvolutionScene) -> Side:
    """The side along the rows; of a signal, its length."""
    reading, axis = scene.reading, 1 if scene.reading.axes == 1 else 0
    before, after = reading.padding[axis]
    size, count = reading.x.shape[1 + axis], reading.output.shape[1 + axis]
    return Side(size, before, after, reading.kernel[axis], reading.stride[axis], reading.dilation[axis], count)


def size_formula(side: Side) -> Spans:
    """⌊(5 + 2·1 − 3) / 2⌋ + 1 = 3."""
    pads: Spans = ()
    if side.before == side.after:
        pads = (Span(" + 2·"), Span(str(side.before), "padding"))
    else:
        pads = (Span(" + "), Span(str(side.before), "padding"), Span(" + "), Span(str(side.after), "padding"))
    window: Spans = (Span(str(side.kernel), "kernel"),)
    if side.dilation > 1:
        window = (Span(f"({side.dilation}·(", "text_2"), *window, Span("−1)+1)"))
    return (
        Span("⌊("),
        Span(str(side.size), "input"),
        *pads,
        Span(" − "),
        *window,
        Span(") / "),
        Span(str(side.stride), "text_1"),
        Span("⌋ + 1 = "),
        Span(str(side.count), "output", bold=True),
    )


def caption(side: Side, *, square: bool) -> tuple[str, ...]:
    """What the picture shows, in words."""
    many = _WORDS[side.count] if side.count < len(_WORDS) else str(side.count)
    apart = _WORDS[side.stride].lower() if side.stride < len(_WORDS) else str(side.stride)
    where = "along each side" if square else "from top to bottom"
    places = f"{many} place{'s fit' if side.count != 1 else ' fits'} {where},"
    lines = [places, f"{apart} cell{'s' if side.stride != 1 else ''} apart."]
    if side.unused:
        lines.append(f"The last {'cell is' if side.unused == 1 else f'{side.unused} cells are'} never covered.")
    return tuple(lines)


def _strip(box: QRectF, side: Side) -> QRectF:
    """Where the side is drawn: whole pixels a cell where there is room for them."""
    cell = min((box.width() - 40) / side.padded, 28.0)
    return QRectF(box.left(), box.top() + 62, (int(cell) or cell) * side.padded, 24)


def _window(box: QRectF, side: Side, number: int) -> QRectF:
    """The line of one of the windows."""
    strip = _strip(box, side)
    cell = strip.width() / side.padded
    y = strip.bottom() + 10 + number % side.levels * (18 if side.count <= _EACH else 9)
    return QRectF(strip.left() + number * side.stride * cell + 1, y, side.reach * cell - 2, 1)


def paint_size(scene: ConvolutionScene, ink: Ink, look: Look) -> None:
    """All but the window of now."""
    box, side, painter = scene.layout.size, side_of(scene), ink.painter
    sizes = look.sizes
    ink.words("Output size", box.left(), box.top() + 4, ui(sizes.title_px, 600), look.color("text_1"))
    formula = size_formula(side)
    for px in (sizes.text_px + 1, sizes.text_px, sizes.caption_px, 9):
        placed = place(formula, px)
        if width_of(placed) <= box.width():
            break
    paint(ink, look, placed, box.left(), box.top() + 34)
    strip = _strip(box, side)
    cell = strip.width() / side.padded
    real = QRectF(strip.left() + side.before * cell, strip.top(), side.size * cell, strip.height())
    painter.fillRect(real, look.color("panel"))
    if cell >= 6:
        for number in range(1, side.size):
            painter.fillRect(
                QRectF(round(real.left() + number * cell), real.top(), 1, real.height()), look.color("border")
            )
    if side.unused:
        _hatch(ink, look, QRectF(strip.right() - side.unused * cell, strip.top(), side.unused * cell, strip.height()))
    if side.before or side.after:
        shapes.dashed(painter, strip, look.color("padding", 0.75))
    shapes.frame(painter, real, look.color("input"), 1, outside=False)
    for number in range(side.count):
        painter.fillRect(_window(box, side, number), look.color("kernel", 0.5))
        if side.count <= _EACH:
            _number(ink, look, box, side, number, "text_3")
    bottom = _window(box, side, side.levels - 1).bottom() + 22
    square = scene.reading.axes == 2 and scene.reading.output.shape[1] == scene.reading.output.shape[2]
    if scene.reading.axes == 2 or side.unused:
        for number, line in enumerate(caption(side, square=square or scene.reading.axes == 1)):
            y = bottom + number * (sizes.text_px + 5)
            ink.words(line, box.left(), y, ui(sizes.text_px), look.color("text_3"))


def _hatch(ink: Ink, look: Look, rect: QRectF) -> None:
    """Never covered: 45° lines."""
    painter = ink.painter
    painter.save()
    painter.setClipRect(rect)
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    path = QPainterPath()
    x = rect.left() - rect.height()
    while x < rect.right():
        path.moveTo(x, rect.bottom())
        path.lineTo(x + rect.height(), rect.top())
        x += 5
    painter.setPen(QPen(look.color("padding"), 1))
    painter.drawPath(path)
    painter.restore()


def _number(ink: Ink, look: Look, box: QRectF, side: Side, number: int, role: str) -> None:
    """The number of a window, to the right of its line."""
    face = mono(look.sizes.text_px)
    y = _window(box, side, number).center().y()
    ink.put(str(number), _strip(box, side).right() + 24, y, face, look.color(role), "right")


def paint_size_now(scene: ConvolutionScene, ink: Ink, look: Look, row: int) -> None:
    """The window of now, and its number."""
    box, side = scene.layout.size, side_of(scene)
    line = _window(box, side, row)
    ink.painter.fillRect(line.adjusted(0, -1, 0, 1), look.color("kernel"))
    _number(ink, look, box, side, row, "output")
