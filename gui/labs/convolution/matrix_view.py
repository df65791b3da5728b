"""The matrix multiplication that a convolution is: filters as rows, windows as columns, the output where they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme, numbers
from gui.theme.controls import Control
from gui.views.drawing import frame, largest, mono, tooltip, ui, values_picture, write, write_middle
from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.lettering import mono as digits
from gui.views.player.drawing.look import Look

MOST = 200_000
"""Cells of the matrix of windows that are still drawn."""


@dataclass(frozen=True)
class Matrices:
    """One group of a convolution as matrices: `weight` (filters, taps) times `columns` (taps, places), plus `bias`.

    `sources` (taps, places) holds the flat index of the input cell of each entry of `columns`, −1 for padded zeros.
    """

    group: int
    first_filter: int
    weight: NDArray[np.float64]
    columns: NDArray[np.float64]
    sources: NDArray[np.int64]
    bias: NDArray[np.float64] | None
    output: NDArray[np.float64]


def matrices(trace: Any, channel: int) -> Matrices:
    """Those of the group that an output channel of a convolution's trace belongs to. ValueError if there would be more
    cells than can be drawn."""
    places = list(np.ndindex(*trace.output.shape[1:]))
    weight = trace.weights["weight"]
    taps = int(np.prod(weight.shape[1:]))
    if taps * len(places) > MOST:
        raise ValueError(f"{taps:,} × {len(places):,} numbers are more than can be drawn")
    each = len(weight) // trace.groups
    group = channel // each
    first = group * each
    columns = np.empty((taps, len(places)))
    sources = np.empty((taps, len(places)), np.int64)
    shape = trace.inputs[0].shape
    for number, place in enumerate(places):
        terms = trace.at((first, *place)).terms
        columns[:, number] = terms.input_values
        inside = ~terms.padding if trace.padding_mode == "zeros" else np.ones(taps, np.bool_)
        flat = np.full(taps, -1)
        flat[inside] = np.ravel_multi_index(tuple(terms.input_indices[inside].T), shape)
        sources[:, number] = flat
    rows = [trace.at((first + n, *places[0])).terms.weight_values for n in range(each)]
    bias = trace.weights.get("bias")
    return Matrices(
        group=group,
        first_filter=first,
        weight=np.array(rows),
        columns=columns,
        sources=sources,
        bias=None if bias is None else np.asarray(bias[first : first + each], float),
        output=np.asarray(trace.output[first : first + each], float).reshape(each, -1),
    )


class MatrixView(Control):
    """Shows the matrices of a trace at a step; `step_wanted(int)` when a cell of the output is clicked."""

    step_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.matrices: Matrices | None = None
        self.message = ""
        self.step = 0
        self._trace: Any = None
        self._mouse: QPointF | None = None
        self._grids: tuple[NumberGrid, NumberGrid, NumberGrid] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Convolution as a matrix multiplication")

    def show_trace(self, trace: Any, step: int) -> None:
        """Show a convolution at a step."""
        self._trace, self.matrices, self.message = trace, None, ""
        if trace.name != "convolution":
            self.message = (
                "A 3-D transposed convolution, or one whose padding cuts the output, is not drawn as a matrix."
            )
            self.update()
            return
        self.step = step
        try:
            self.matrices = matrices(trace, trace.index_of(step)[0])
        except ValueError as problem:
            self.message = f"{str(problem).capitalize()}: make the input or the kernel smaller."
        self._lay_out()
        self.update()

    def show_step(self, step: int) -> None:
        """Another step of the same trace."""
        if self._trace is None or step == self.step or step >= len(self._trace):
            return
        group = self.matrices.group if self.matrices is not None else 0
        self.step = step
        if self.matrices is not None:
            channel = self._trace.index_of(step)[0]
            if channel // len(self.matrices.weight) != group:
                self.matrices = matrices(self._trace, channel)
        self.update()

    @property
    def cell(self) -> tuple[int, int]:
        """Row and column of the output matrix that the step makes."""
        assert self.matrices is not None
        places = self.matrices.output.shape[1]
        channel, place = divmod(self.step, places)
        return channel - self.matrices.first_filter, place

    # -- places ---------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        self._grids = None
        found = self.matrices
        if found is None or self.width() < 200:
            return
        (filters, taps), places = found.weight.shape, found.columns.shape[1]
        gap, top, side, foot = 44.0, 48.0, 24.0, 52.0
        width = self.width() - 2 * side - gap - (70 if found.bias is not None else 0)
        height = self.height() - top - foot - gap
        cell = min(width / (taps + places), height / (taps + filters), 36.0)
        cell = float(int(cell)) if cell >= 2 else cell
        used = (taps + places) * cell + gap
        left = round(side + max(0.0, (width + gap - used) / 2))
        upper = round(top + max(0.0, (height - (taps + filters) * cell) / 2))
        right, lower = left + round(taps * cell + gap), upper + round(taps * cell + gap)
        self._grids = (
            NumberGrid(left, lower, filters, taps, cell, cell),
            NumberGrid(right, upper, taps, places, cell, cell),
            NumberGrid(right, lower, filters, places, cell, cell),
        )

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.stage)
        if self.matrices is None or self._grids is None:
            write_middle(painter, self.width() / 2, self.height() / 2, self.message, ui(14), self.theme.text_2)
            return
        look, ink = Look(self.theme), Ink(painter)
        found = self.matrices
        weight, columns, output = self._grids
        row, place = self.cell
        done = np.zeros(found.output.shape, np.bool_)
        flat = row * found.output.shape[1] + place
        done.ravel()[: flat + 1] = True
        self._paint_grid(ink, look, weight, found.weight, "kernel", weights=True)
        self._paint_grid(ink, look, columns, found.columns, "input", faint=found.sources < 0)
        self._paint_grid(ink, look, output, found.output, "output", shown=done)
        ink.flush()
        tint = look.color("kernel", 0.13)
        painter.fillRect(weight.span(row, 0, 1, weight.columns), tint)
        painter.fillRect(columns.span(0, place, columns.rows, 1), tint)
        frame(painter, weight.span(row, 0, 1, weight.columns), self.theme.kernel, 2)
        frame(painter, columns.span(0, place, columns.rows, 1), self.theme.kernel, 2)
        painter.fillRect(output.cell(row, place), look.color("output", 0.18))
        frame(painter, output.cell(row, place), self.theme.output, 2)
        middle = output.cell(row, place).center()
        painter.fillRect(
            QRectF(weight.rect.right() + 3, round(middle.y()), output.left - weight.rect.right() - 5, 1),
            look.color("kernel", 0.6),
        )
        painter.fillRect(
            QRectF(round(middle.x()), columns.rect.bottom() + 3, 1, output.top - columns.rect.bottom() - 5),
            look.color("kernel", 0.6),
        )
        self._paint_words(painter, found, weight, columns, output)
        self._paint_hover(painter, look, found, columns)

    def _paint_grid(
        self, ink: Ink, look: Look, grid: NumberGrid, values: NDArray[np.float64], role: str, *,
        weights: bool = False, faint: NDArray[np.bool_] | None = None, shown: NDArray[np.bool_] | None = None,
    ) -> None:  # fmt: skip
        """Numbers where they can be read, else colours."""
        painter = ink.painter
        texts = [numbers.plain(float(value), 2) for value in values.ravel()] if values.size <= 6000 else []
        px = digits_px(grid.width, grid.height, max((len(text) for text in texts), default=9)) if texts else 0
        if not px:
            seen = values if shown is None else np.where(shown, values, 0.0)
            limit, signed = largest(values), bool((values < 0).any())
            picture = values_picture(seen, limit=limit, signed=signed, theme=self.theme, weights=weights)
            painter.drawImage(grid.rect, picture)
        else:
            painter.fillRect(grid.rect, look.color("panel"))
            for line in range(1, grid.columns):
                painter.fillRect(
                    QRectF(grid.left + line * grid.width, grid.top, 1, grid.rect.height()), look.color("border")
                )
            for line in range(1, grid.rows):
                painter.fillRect(
                    QRectF(grid.left, grid.top + line * grid.height, grid.rect.width(), 1), look.color("border")
                )
            face = digits(px)
            plain = look.color("text_1" if role == "input" else role)
            for number, text in enumerate(texts):
                cell = divmod(number, grid.columns)
                if shown is not None and not shown[cell]:
                    continue
                middle = grid.cell(*cell).center()
                dim = faint is not None and faint[cell]
                color = look.color("text_3", 0.6) if dim else plain if values[cell] else look.color("text_3")
                ink.put(text, middle.x(), middle.y(), face, color)
            ink.flush()
        frame(painter, grid.rect, getattr(self.theme, role))

    def _paint_words(
        self, painter: QPainter, found: Matrices, weight: NumberGrid, columns: NumberGrid, output: NumberGrid
    ) -> None:
        theme = self.theme
        x = min(weight.left, max(24.0, weight.left))
        group = f", group {found.group}" if self._trace.groups > 1 else ""
        end = write(painter, x, weight.top - 12, f"Filters as rows{group}", ui(13, 600), theme.kernel)
        shape = f"{weight.rows}×{weight.columns}"
        if end + 10 + mono(12).width(shape) < output.left - 8:
            write(painter, end + 10, weight.top - 12, shape, mono(12), theme.text_2)
        end = write(painter, columns.left, columns.top - 12, "Windows as columns", ui(13, 600), theme.input)
        write(painter, end + 10, columns.top - 12, f"{columns.rows}×{columns.columns}", mono(12), theme.text_2)
        end = write(painter, output.left, output.rect.bottom() + 22, "Output", ui(13, 600), theme.output)
        write(painter, end + 10, output.rect.bottom() + 22, f"{output.rows}×{output.columns}", mono(12), theme.text_2)
        if found.bias is not None:
            for row, value in enumerate(found.bias):
                text = (
                    f"+ {numbers.plain(float(value), 2)}"
                    if value >= 0
                    else f"{numbers.MINUS} {numbers.plain(-float(value), 2)}"
                )
                y = output.cell(row, 0).center().y() + 4
                write(painter, output.rect.right() + 10, y, text, mono(12), theme.bias)
        cells = len(np.unique(found.sources[found.sources >= 0]))
        copies = np.bincount(found.sources[found.sources >= 0]) if cells else np.zeros(1)
        text = (
            f"{cells} input cells are written {int(copies.sum())} times, one up to {int(copies.max())} times: "
            "more memory, but one fast multiplication."
        )
        lines = ((x, weight.rect.bottom() + 22),) if output.rect.bottom() + 40 > self.height() else (
            (x, output.rect.bottom() + 42),)  # fmt: skip
        write(painter, lines[0][0], lines[0][1], text, ui(12), theme.text_3)

    def _paint_hover(self, painter: QPainter, look: Look, found: Matrices, columns: NumberGrid) -> None:
        """All copies of the input cell under the mouse."""
        cell = None if self._mouse is None else columns.at(self._mouse)
        if cell is None or self._mouse is None:
            return
        source = int(found.sources[cell])
        name = "padding"
        if source >= 0:
            for row, column in zip(*np.nonzero(found.sources == source), strict=True):
                rect = columns.cell(int(row), int(column))
                painter.fillRect(rect, look.color("input", 0.30))
                frame(painter, rect.adjusted(1, 1, -1, -1), self.theme.input)
            index = np.unravel_index(source, self._trace.inputs[0].shape)
            name = f"x[{', '.join(str(int(entry)) for entry in index)}]"
        value = numbers.text(float(found.columns[cell]))
        copies = int((found.sources == source).sum()) if source >= 0 else 0
        rows = [[(value, mono(13, 600), self.theme.text_1), (name, mono(12), self.theme.input)]]
        if copies:
            rows.append([(f"here {copies} {'times' if copies > 1 else 'time'}", ui(12), self.theme.text_2)])
        tooltip(painter, theme=self.theme, near=self._mouse, bounds=QRectF(self.rect()), rows=rows)

    # -- mouse ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        over = self._grids is not None and self._grids[2].at(self._mouse) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: Any) -> None:
        self._mouse = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._grids is None or self.matrices is None:
            return
        cell = self._grids[2].at(event.position())
        if cell is not None:
            places = self.matrices.output.shape[1]
            self.step_wanted.emit((self.matrices.first_filter + cell[0]) * places + cell[1])
