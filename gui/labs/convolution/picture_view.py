"""A kernel over a picture: the picture, the numbers under the mouse, the kernel to edit, the products, the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.labs.convolution.filtering import as_bytes, correlated, is_picture, limit_of, padded
from gui.labs.convolution.state import ConvolutionState, arrays
from gui.theme import Theme, colormaps, numbers
from gui.theme.controls import Control
from gui.views.drawing import frame, mono, ui, write, write_right
from gui.views.player.drawing import shapes
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK
from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.lettering import mono as digits
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.spans import Span
from gui.views.player.formula import Formula, Sum, result, times

_MARGIN = 24
_HEAD = 46  # above the pictures
_FOOT = 56  # below: the scales
_DRAG = 4.0


@dataclass(frozen=True)
class Places:
    """Where everything stands."""

    picture: QRectF
    result: QRectF
    magnifier: NumberGrid
    kernel: NumberGrid
    products: NumberGrid
    value: QRectF
    column: QRectF  # between the two pictures


class PictureView(Control):
    """Shows the first kernel of a State over a picture.

    `kernel_changed(row, column, value)`; `kernel_pressed(row, column)` wants to be typed into; `shifted(down, right)`;
    `pinned(row, column)` or (-1, -1); `dropped(path)`; `place_changed()`: another place is under the mouse.
    """

    kernel_changed = Signal(int, int, float)
    kernel_pressed = Signal(int, int)
    shifted = Signal(int, int)
    pinned = Signal(int, int)
    dropped = Signal(str)
    place_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.state = ConvolutionState()
        self.picture: NDArray[np.uint8] = np.zeros((16, 16), np.uint8)
        self.source: NDArray[np.float32] = np.zeros((16, 16), np.float32)
        self.output: NDArray[np.float32] = np.zeros((14, 14), np.float32)
        self.limit, self.grey = 1.0, False
        self._title = ""
        self._kept: tuple[Any, ...] = ()
        self._shown_picture, self._shown_result = QImage(), QImage()
        self._place: tuple[int, int] | None = None
        self._pressed: tuple[str, QPointF, Any] | None = None
        self._dragged = False
        self._wheel = 0
        self.places: Places | None = None
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Convolution of a picture")

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def kernel(self) -> NDArray[np.float64]:
        """(rows, columns), before the division."""
        kernel: NDArray[np.float64] = arrays(self.state)[1][0, 0]
        return kernel

    def show_state(self, state: ConvolutionState, picture: NDArray[np.uint8], title: str) -> None:
        """Filter a picture, uint8 (height, width)."""
        self.state, self._title = state, title
        key = (id(picture), state.shift, state.padding, state.padding_mode)
        if self._kept[:4] != key:
            self._kept = (*key, picture)  # the picture is held on to, so its id stays its own
            self.picture = np.roll(picture, state.shift, (0, 1)) if any(state.shift) else picture
            self.source = padded(self.picture, padding=_two(state.padding), mode=state.padding_mode.value)
            self._shown_picture = _grey_image(self.picture)
        kernel = self.kernel
        self.output = correlated(
            self.source, kernel / state.divide, stride=_two(state.stride), dilation=_two(state.dilation)
        )
        self.grey = is_picture(kernel, state.divide)
        self.limit = limit_of(self.output)
        self._make_result()
        if self._place is None or state.at != (-1, -1):
            middle = (self.output.shape[0] // 2, self.output.shape[1] // 2)
            self._place = state.at if state.at != (-1, -1) else middle
        self._lay_out()
        self.update()

    def _make_result(self) -> None:
        shown = as_bytes(self.output, grey=self.grey, limit=self.limit)
        if self.grey:
            self._shown_result = _grey_image(shown)
        else:
            self._shown_result = colormaps.picture(shown, colormaps.lut(self.theme, "activation_signed"))

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        if self._kept:
            self._make_result()
        self.update()

    @property
    def place(self) -> tuple[int, int]:
        """The output cell (row, column) that is looked at."""
        rows, columns = self.output.shape
        row, column = self._place or (0, 0)
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def move_place(self, down: int, right: int) -> None:
        """Look at a neighbouring output cell."""
        row, column = self.place
        self._place = (row + down, column + right)
        self._place = self.place
        self.pinned.emit(*self._place)
        self.place_changed.emit()
        self.update()

    def shift_error(self) -> float | None:
        """The largest difference between the map of the moved picture and the moved map, inside the border; None while
        nothing is moved, or where a stride makes it meaningless."""
        if not any(self.state.shift) or _two(self.state.stride) != (1, 1) or not self._kept:
            return None
        original = padded(self._kept[4], padding=_two(self.state.padding), mode=self.state.padding_mode.value)
        before = correlated(original, self.kernel / self.state.divide, dilation=_two(self.state.dilation))
        moved = np.roll(before, self.state.shift, (0, 1))
        down, right = self.state.shift
        border = max(k * d for k, d in zip(self.state.kernel, self.state.dilation, strict=True))
        rows, columns = before.shape
        inside = np.zeros(before.shape, np.bool_)
        inside[
            max(down, 0) + border : rows + min(down, 0) - border,
            max(right, 0) + border : columns + min(right, 0) - border,
        ] = True
        return float(np.abs(self.output - moved)[inside].max()) if inside.any() else None

    def taps(self) -> tuple[NDArray[np.float64], tuple[int, int]]:
        """The numbers under the window of the place, and its corner in the picture (negative: in the padding)."""
        row, column = self.place
        (down, across), (dh, dw) = _two(self.state.stride), _two(self.state.dilation)
        rows, columns = self.state.kernel
        top, left = row * down, column * across
        values = self.source[top : top + (rows - 1) * dh + 1 : dh, left : left + (columns - 1) * dw + 1 : dw]
        return values.astype(float), (top - self.state.padding[0], left - self.state.padding[1])

    def formula(self) -> Formula:
        """How the value of the place comes about."""
        values, (top, left) = self.taps()
        kernel = self.kernel
        products = values * kernel
        flat, weights = values.ravel(), kernel.ravel()
        row, column = self.place
        dh, dw = _two(self.state.dilation)
        step = ("" if dh == 1 else str(dh)) + "i", ("" if dw == 1 else str(dw)) + "j"
        divided = self.state.divide != 1
        return Formula(
            symbolic=(
                Span("y", "output"), Span(f"[{row},{column}]", "output"), Span(" = Σ"), Span("i", sub=True),
                Span(" Σ"), Span("j", sub=True), Span(f" x[{top}+{step[0]}, {left}+{step[1]}]", "input"),
                Span(" · "), Span("w[i, j]", "kernel"), *((Span(f" / {self.state.divide}"),) if divided else ()),
            ),
            sum=Sum(
                products.ravel(), lambda term: times(float(flat[term]), float(weights[term]), term),
                opening=(Span("("),) if divided else (),
                closing=(Span(f") / {self.state.divide}"),) if divided else (),
            ),
            tail=result(float(products.sum()) / self.state.divide),
        )  # fmt: skip

    # -- places ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        width, height = self.width(), self.height()
        if width < 300 or height < 200:
            self.places = None
            return
        rows, columns = self.state.kernel
        margin = _MARGIN if width > 1100 else 16
        middle = 252 if width > 1100 else 210
        gap = 36 if width > 1100 else 24
        side = min((width - 2 * margin - middle - 2 * gap) / 2, height - _HEAD - _FOOT - 12)
        top = max(_HEAD, round((height - side - _FOOT - 12) / 2))
        left = round((width - 2 * side - middle - 2 * gap) / 2)
        shape = self.picture.shape
        picture = _fitted(QRectF(left, top, side, side), shape[1], shape[0])
        x = left + side + gap
        output = _fitted(QRectF(x + middle + gap, top, side, side), self.output.shape[1], self.output.shape[0])
        (dh, dw) = _two(self.state.dilation)
        reach = max((rows - 1) * dh, (columns - 1) * dw) + 1
        shown = max(7, reach + 2 + reach % 2 - 1) if reach <= 9 else reach
        lower = min(126.0, max(80.0, side * 0.32))
        cell = int(min(middle, height - top - lower - 102) / shown)
        magnifier = NumberGrid(round(x + (middle - cell * shown) / 2), top, shown, shown, cell, cell)
        below = magnifier.rect.bottom() + 32
        kernel_cell = int(min(36, (middle * 0.44) / columns, lower / rows))
        product_cell = int(min(42, (middle * 0.5) / columns, lower / rows))
        kernel = NumberGrid(round(x), round(below), rows, columns, kernel_cell, kernel_cell)
        products = NumberGrid(
            round(x + middle - columns * product_cell), round(below), rows, columns, product_cell, product_cell
        )
        chip = QRectF(round(products.rect.center().x() - 38), products.rect.bottom() + 14, 76, 32)
        self.places = Places(picture, output, magnifier, kernel, products, chip, QRectF(x, top, middle, side))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def kernel_rect(self, row: int, column: int) -> QRectF:
        """Where a kernel cell stands."""
        return QRectF() if self.places is None else self.places.kernel.cell(row, column)

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.stage)
        if self.places is None or not self._kept:
            return
        places, theme = self.places, self.theme
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, places.picture.width() < self.picture.shape[1])
        painter.drawImage(places.picture, self._shown_picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, places.result.width() < self.output.shape[1])
        painter.drawImage(places.result, self._shown_result)
        frame(painter, places.picture, theme.input)
        frame(painter, places.result, theme.output)
        self._paint_heads(painter, places)
        self._paint_scales(painter, places)
        look, ink = Look(theme), Ink(painter)
        self._paint_middle(ink, look, places)
        ink.flush()

    def _paint_heads(self, painter: QPainter, places: Places) -> None:
        theme = self.theme
        y = places.magnifier.top - 16
        picture, output = places.picture, places.result
        end = write(painter, picture.left(), y, "Picture", ui(13, 600), theme.input)
        note = (
            self._title
            if not any(self.state.shift)
            else f"{self._title}, moved by {numbers.count(self.state.shift[1])}, {numbers.count(self.state.shift[0])}"
        )
        write(painter, end + 12, y, note, ui(12), theme.text_2)
        height, width = self.picture.shape
        write_right(painter, picture.right(), y, f"{height}×{width}", mono(12), theme.text_2)
        row, column = self.place
        write(
            painter,
            places.column.left(),
            y,
            "Under the mouse" if self.state.at == (-1, -1) else "Pinned",
            ui(13, 600),
            theme.text_1,
        )
        write_right(painter, places.column.right(), y, f"({row}, {column})", mono(12), theme.text_2)
        write(painter, output.left(), y, "Result", ui(13, 600), theme.output)
        height, width = self.output.shape
        write_right(painter, output.right(), y, f"{height}×{width}", mono(12), theme.text_2)

    def _paint_scales(self, painter: QPainter, places: Places) -> None:
        """What the colours mean, and over what they are scaled."""
        theme = self.theme
        signed = colormaps.lut(theme, "activation_signed")
        row, column = self.place
        value = float(self.output[row, column])
        grey_ends, signed_ends = (
            ("0", "128", "255"),
            (numbers.text(-self.limit), "0", numbers.text(self.limit, sign=True)),
        )
        under = self._centre_value()
        for rect, grey, share, caption in (
            (places.picture, True, under / 255, "Grey levels, 8 bit. Drag the picture to move it"),
            (
                places.result, self.grey, value / 255 if self.grey else 0.5 + value / (2 * self.limit),
                "The weights come to 1: a picture again" if self.grey else "Scaled over this map; 0.5 % lies beyond",
            ),
        ):  # fmt: skip
            bar = QRectF(rect.left(), rect.bottom() + 16, rect.width(), 6)
            if grey:
                strip = _grey_image(np.arange(256, dtype=np.uint8)[None, :])
            else:
                strip = colormaps.picture(np.arange(256, dtype=np.uint8)[None, :], signed)
            painter.drawImage(bar, strip)
            frame(painter, bar, theme.border_strong)
            x = bar.left() + min(max(share, 0.0), 1.0) * bar.width()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.input if rect is places.picture else theme.output)
            top = bar.top() - 3
            painter.drawPolygon(QPolygonF([QPointF(x - 4, top - 6), QPointF(x + 4, top - 6), QPointF(x, top)]))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            ends = grey_ends if grey else signed_ends
            write(painter, bar.left(), bar.bottom() + 15, ends[0], mono(11), theme.text_3)
            middle = bar.center().x() - mono(11).width(ends[1]) / 2
            write(painter, middle, bar.bottom() + 15, ends[1], mono(11), theme.text_3)
            write_right(painter, bar.right(), bar.bottom() + 15, ends[2], mono(11), theme.text_3)
            error = self.shift_error() if rect is places.result else None
            if error is not None:
                caption = f"Beside the moved map: largest difference inside the border {numbers.text(error)}"
            write(painter, bar.left(), bar.bottom() + 32, caption, ui(11), theme.text_3)

    def _centre_value(self) -> float:
        values, _ = self.taps()
        return float(values[values.shape[0] // 2, values.shape[1] // 2])

    def _paint_middle(self, ink: Ink, look: Look, places: Places) -> None:
        painter, theme = ink.painter, self.theme
        values, (top, left) = self.taps()
        kernel = self.kernel
        (dh, dw), (rows, columns) = _two(self.state.dilation), self.state.kernel
        reach = (rows - 1) * dh + 1, (columns - 1) * dw + 1
        grid = places.magnifier
        first = top - (grid.rows - reach[0]) // 2, left - (grid.columns - reach[1]) // 2
        self._paint_spot(painter, places, first, top, left)
        self._paint_magnifier(ink, grid, first)
        window = grid.span(top - first[0], left - first[1], *reach)
        shapes.projection(painter, look, window, grid.rect, places.products.rect, down=True, share=0.10)
        ink.flush()
        shapes.frame(painter, window, look.color("kernel"), 2)
        face = digits(min(15.0, max(9.0, places.kernel.width * 0.42)))
        painter.fillRect(places.kernel.rect, look.color("panel"))
        texts = [numbers.plain(float(value), 2) for value in kernel.ravel()]
        fits = max(face.width(text) for text in texts) < places.kernel.width - 2
        for number, text in enumerate(texts):
            cell = places.kernel.cell(*divmod(number, columns))
            if fits:
                color = look.color("kernel" if float(kernel.ravel()[number]) else "text_3")
                ink.put(text, cell.center().x(), cell.center().y(), face, color)
            else:
                share = float(kernel.ravel()[number]) / (float(np.abs(kernel).max()) or 1.0)
                painter.fillRect(cell, colormaps.color(colormaps.lut(theme, "weight_signed"), 0.5 + share / 2))
        self._lines(painter, places.kernel)
        shapes.frame(painter, places.kernel.rect, look.color("kernel"), 2)
        self._paint_products(ink, look, places, values, kernel)
        y = round(places.kernel.rect.center().y())
        if places.products.left > places.kernel.rect.right() + 4:
            shapes.line(
                painter, places.kernel.rect.right() + 2, y, places.products.left - 1, y, look.color("kernel", 0.5)
            )
        row, column = self.place
        value = float(self.output[row, column])
        shapes.number_chip(ink, look, places.value, numbers.text(value), "output", digits(16, 600), ground="panel")
        self._paint_way(painter, places, row, column)

    def _lines(self, painter: QPainter, grid: NumberGrid) -> None:
        for line in range(1, grid.columns):
            painter.fillRect(QRectF(grid.cell(0, line).left(), grid.top, 1, grid.rect.height()), self.theme.border)
        for line in range(1, grid.rows):
            painter.fillRect(QRectF(grid.left, grid.cell(line, 0).top(), grid.rect.width(), 1), self.theme.border)

    def _paint_spot(self, painter: QPainter, places: Places, first: tuple[int, int], top: int, left: int) -> None:
        """The magnified part on the picture, and the lines from there to its numbers."""
        shape, rect, grid = self.picture.shape, places.picture, places.magnifier
        scale = rect.width() / shape[1]
        spot = QRectF(
            rect.left() + first[1] * scale, rect.top() + first[0] * scale, grid.columns * scale, grid.rows * scale
        )
        if spot.width() < 10:
            spot = QRectF(spot.center().x() - 5, spot.center().y() - 5, 10, 10)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        way = QPolygonF([spot.topRight(), grid.rect.topLeft(), grid.rect.bottomLeft(), spot.bottomRight()])
        tint = Look(self.theme).color("input", 0.10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawPolygon(way)
        painter.setPen(Look(self.theme).color("input", 0.6))
        painter.drawLine(spot.topRight(), grid.rect.topLeft())
        painter.drawLine(spot.bottomRight(), grid.rect.bottomLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        frame(painter, spot, self.theme.input, 2)

    def _paint_magnifier(self, ink: Ink, grid: NumberGrid, first: tuple[int, int]) -> None:
        painter = ink.painter
        px = digits_px(grid.width, grid.height, 3)
        pad = self.state.padding
        for row in range(grid.rows):
            for column in range(grid.columns):
                y, x = first[0] + row + pad[0], first[1] + column + pad[1]
                cell = grid.cell(row, column)
                if not (0 <= y < self.source.shape[0] and 0 <= x < self.source.shape[1]):
                    painter.fillRect(cell, self.theme.stage)
                    continue
                level = int(self.source[y, x])
                inside = pad[0] <= y < self.source.shape[0] - pad[0] and pad[1] <= x < self.source.shape[1] - pad[1]
                painter.fillRect(cell, _GREYS[level])
                if px:
                    color = DARK_INK if level > 118 else LIGHT_INK
                    ink.put(str(level), cell.center().x(), cell.center().y(), digits(px), color)
                if not inside:
                    shapes.dashed(painter, cell.adjusted(1, 1, -1, -1), self.theme.padding)
        ink.flush()
        frame(painter, grid.rect, self.theme.input, 2)

    def _paint_products(
        self, ink: Ink, look: Look, places: Places, values: NDArray[np.float64], kernel: NDArray[np.float64]
    ) -> None:
        grid, painter = places.products, ink.painter
        painter.fillRect(grid.rect, look.color("panel"))
        small, large = digits(9.0), digits(12.0, 600)
        for row in range(grid.rows):
            for column in range(grid.columns):
                cell = grid.cell(row, column)
                x, w = float(values[row, column]), float(kernel[row, column])
                text = numbers.plain(x * w, 1)
                factors = f"{numbers.plain(x)}{numbers.TIMES}{numbers.plain(w, 2)}"
                roomy = grid.width >= 38 and small.width(factors) <= cell.width() - 2
                if roomy:
                    start = cell.center().x() - small.width(factors) / 2
                    left = numbers.plain(x)
                    ink.put(left, start, cell.top() + 11, small, look.color("input"), "left")
                    start += small.width(left)
                    ink.put(numbers.TIMES, start, cell.top() + 11, small, look.color("text_3"), "left")
                    start += small.width(numbers.TIMES)
                    ink.put(numbers.plain(w, 2), start, cell.top() + 11, small, look.color("kernel"), "left")
                face = large if large.width(text) <= cell.width() - 2 else digits(9.0, 600)
                if face.width(text) <= cell.width() - 1:
                    y = cell.top() + (28 if roomy else cell.height() / 2)
                    ink.put(text, cell.center().x(), y, face, look.color("text_1" if x * w else "text_3"))
        self._lines(painter, grid)
        shapes.frame(painter, grid.rect, look.color("border_strong"))
        middle = round(grid.rect.center().x())
        shapes.line(painter, middle, grid.rect.bottom() + 1, middle, places.value.top(), look.color("border_strong"))

    def _paint_way(self, painter: QPainter, places: Places, row: int, column: int) -> None:
        """From the value to its pixel in the result."""
        rect = places.result
        scale = rect.width() / self.output.shape[1]
        centre = QPointF(rect.left() + (column + 0.5) * scale, rect.top() + (row + 0.5) * scale)
        half = max(scale / 2, 5.0)
        spot = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
        x = round((places.column.right() + rect.left()) / 2)
        y = round(places.value.center().y())
        color = self.theme.output
        shapes.line(painter, places.value.right(), y, x, y, color)
        shapes.line(painter, x, min(y, round(centre.y())), x, max(y, round(centre.y())) + 1, color)
        shapes.line(painter, x, round(centre.y()), spot.left(), round(centre.y()), color)
        frame(painter, spot, color, 2)

    # -- mouse ----------------------------------------------------------------------------------------------------

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        return None if self.places is None else self.places.kernel.at(point)

    def _place_at(self, point: QPointF) -> tuple[int, int] | None:
        """The output cell that a point of one of the two pictures stands for."""
        if self.places is None:
            return None
        (down, across), (rows, columns) = _two(self.state.stride), self.output.shape
        if self.places.result.contains(point):
            rect = self.places.result
            row = int((point.y() - rect.top()) / rect.height() * rows)
            column = int((point.x() - rect.left()) / rect.width() * columns)
        elif self.places.picture.contains(point):
            rect, shape = self.places.picture, self.picture.shape
            y = (point.y() - rect.top()) / rect.height() * shape[0] + self.state.padding[0]
            x = (point.x() - rect.left()) / rect.width() * shape[1] + self.state.padding[1]
            (dh, dw), (kh, kw) = _two(self.state.dilation), self.state.kernel
            row, column = int((y - (kh - 1) * dh / 2) / down), int((x - (kw - 1) * dw / 2) / across)
        else:
            return None
        return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._pressed is not None:
            self._drag(event)
            return
        if self._cell_at(point) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            return
        place = self._place_at(point)
        over = self.places is not None and self.places.picture.contains(point)
        self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.ArrowCursor)
        if place is not None and self.state.at == (-1, -1) and place != self._place:
            self._place = place
            self.place_changed.emit()
            self.update()

    def _drag(self, event: QMouseEvent) -> None:
        assert self._pressed is not None
        assert self.places is not None
        kind, start, before = self._pressed
        way = event.position() - start
        if not self._dragged and way.manhattanLength() < _DRAG:
            return
        self._dragged = True
        if kind == "kernel":
            row, column, value = before
            step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self.kernel_changed.emit(row, column, round(value + int(-way.y() / 8) * step, 6))
        elif kind == "picture":
            scale = self.picture.shape[1] / self.places.picture.width()
            most = 512
            down = min(max(before[0] + round(way.y() * scale), -most), most)
            right = min(max(before[1] + round(way.x() * scale), -most), most)
            if (down, right) != self.state.shift:
                self.shifted.emit(down, right)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point, cell = event.position(), self._cell_at(event.position())
        self._dragged = False
        if cell is not None:
            self._pressed = ("kernel", point, (*cell, float(self.kernel[cell])))
        elif self.places is not None and self.places.picture.contains(point):
            self._pressed = ("picture", point, self.state.shift)
        elif self.places is not None and self.places.result.contains(point):
            self._pressed = ("result", point, None)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged:
            return
        kind, point, before = pressed
        if kind == "kernel":
            self.kernel_pressed.emit(before[0], before[1])
            return
        place = self._place_at(point)
        if place is not None:
            self._place = place
            self.pinned.emit(*((-1, -1) if self.state.at != (-1, -1) else place))
            self.place_changed.emit()
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        cell = self._cell_at(event.position())
        if cell is None:
            event.ignore()
            return
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        clicks = int(self._wheel / 120)
        self._wheel -= clicks * 120
        if clicks:
            step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self.kernel_changed.emit(*cell, round(float(self.kernel[cell]) + clicks * step, 6))
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropped.emit(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)


def _two(sizes: tuple[int, ...]) -> tuple[int, int]:
    return sizes[0], sizes[1]


def _fitted(box: QRectF, width: int, height: int) -> QRectF:
    """The largest place of that shape in a box, at a whole scale where a pixel can have one."""
    scale = min(box.width() / width, box.height() / height)
    scale = float(int(scale)) if scale >= 2 else scale
    size = round(width * scale), round(height * scale)
    return QRectF(box.left() + round((box.width() - size[0]) / 2), box.top(), *size)


def _grey_image(pixels: NDArray[np.uint8]) -> QImage:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
    image.buffer = pixels  # type: ignore[attr-defined]  # keeps the array alive as long as the image
    return image


def _greys() -> list[Any]:
    from PySide6.QtGui import QColor

    return [QColor(level, level, level) for level in range(256)]


_GREYS = _greys()
