"""What an output sees of the input through several such layers: a pyramid of cells, for the side panel."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF

from gui.labs.convolution.state import ConvolutionState, Page
from gui.labs.convolution.words import receptive
from gui.theme import Theme
from gui.theme.controls import Control
from gui.views.drawing import faded, mono, ui, write, write_right

LAYERS = 3
HEIGHT = 138
_ROW, _TOP = 22, 46


def widths(state: ConvolutionState, axis: int = -1) -> list[int]:
    """How many cells one cell of the last layer's output sees: of that output itself (1), of what comes before, …, of
    the input."""
    reach, found = (state.kernel[axis] - 1) * state.dilation[axis] + 1, [1]
    for _ in range(LAYERS):
        found.append((found[-1] - 1) * state.stride[axis] + reach)
    return found


def has_pyramid(state: ConvolutionState) -> bool:
    """Whether there is something to see: a kernel that reaches over more than its own cell."""
    return not state.transposed and state.page is not Page.PICTURE and state.kernel[-1] > 1


class ReceptivePart(Control):
    """The pyramid of a State, the widths beside it."""

    def __init__(self, theme: Theme, parent: object = None) -> None:
        super().__init__(theme, parent)  # type: ignore[arg-type]
        self.state = ConvolutionState()
        self.setFixedHeight(HEIGHT)
        self.setToolTip("Cells along one side that an output sees through one, two and three such layers")

    def show_state(self, state: ConvolutionState) -> None:
        self.state = state
        self.setAccessibleName(
            "Receptive field: " + ", ".join(str(receptive(state, layers)) for layers in range(1, LAYERS + 1))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(self.rect(), theme.panel)
        painter.fillRect(0, 0, self.width(), 1, theme.border)
        write(painter, 16, 30, "Receptive field", ui(13, 600), theme.text_1)
        counts = widths(self.state)
        stride = self.state.stride[-1]
        room = self.width() - 32 - 78
        cell = min(room / counts[-1], 13.0)
        middle = 16 + room / 2
        rows: list[QRectF] = []
        for layer, count in enumerate(counts):  # from the last layer's output down to the input
            pitch = cell * stride ** (LAYERS - layer)
            size = min(pitch, 13.0)
            wide = (count - 1) * pitch + size
            rows.append(QRectF(middle - wide / 2, _TOP + layer * _ROW, wide, 12))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(theme.kernel, 0.16))
        for above, below in itertools.pairwise(rows):
            painter.drawPolygon(
                QPolygonF(
                    [above.bottomLeft(), above.bottomRight(), QPointF(below.topRight()), QPointF(below.topLeft())]
                )
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for layer, (row, count) in enumerate(zip(rows, counts, strict=True)):
            color = theme.output if layer == 0 else theme.input if layer == LAYERS else theme.text_3
            pitch = cell * stride ** (LAYERS - layer)
            size = min(pitch, 13.0)
            if size < 3:
                painter.fillRect(row, faded(color, 0.5))
            else:
                for number in range(count):
                    painter.fillRect(QRectF(row.left() + number * pitch, row.top(), size - 1, 12), faded(color, 0.6))
            name = "output" if layer == 0 else "input" if layer == LAYERS else f"layer {LAYERS - layer}"
            right = self.width() - 16
            write_right(painter, right, row.top() + 10, str(count), mono(12), color)
            write_right(painter, right - 30, row.top() + 10, name, ui(11), theme.text_3)
