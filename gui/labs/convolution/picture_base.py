"""A kernel over a picture: what is computed, which place is looked at, and where everything stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QImage,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.labs.convolution.filtering import as_bytes, correlated, is_picture, limit_of, padded
from gui.labs.convolution.state import ConvolutionState, weights
from gui.theme import Theme, colormaps
from gui.theme.controls import Control
from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.drawing.spans import Span
from gui.views.player.formula import Formula, Sum, result, times

_MARGIN = 24
_HEAD = 46  # above the pictures
_FOOT = 56  # below: the scales


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


class PictureBase(Control):
    """The first kernel of a State over a picture; painted and moved by its subclasses."""

    pinned = Signal(int, int)
    place_changed = Signal()
    arranged = Signal()  # `places` are others than before

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
        self.places: Places | None = None
        self.revealed: int | None = None  # so many cells of the result are there; None: all
        self.playing = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Convolution of a picture")

    # -- what is shown --------------------------------------------------------------------------------------------

    @property
    def kernel(self) -> NDArray[np.float64]:
        """(rows, columns), before the division."""
        kernel: NDArray[np.float64] = weights(self.state)[0, 0]
        return kernel

    def show_state(self, state: ConvolutionState, picture: NDArray[np.uint8], title: str) -> None:
        """Filter a picture, uint8 (height, width)."""
        self.state, self._title = state, title
        key = (id(picture), state.shift, state.padding, state.padding_mode)
        if self._kept[:4] != key:
            self._kept = (*key, picture)  # the picture is held on to, so its id stays its own
            self.picture = np.roll(picture, state.shift, (0, 1)) if any(state.shift) else picture
            self.source = padded(self.picture, padding=two(state.padding), mode=state.padding_mode.value)
            self._shown_picture = grey_image(self.picture)
        kernel = self.kernel
        self.output = correlated(
            self.source, kernel / state.divide, stride=two(state.stride), dilation=two(state.dilation)
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
            self._shown_result = grey_image(shown)
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

    def look_at(self, row: int, column: int) -> None:
        """Look at an output cell."""
        self._place = (row, column)
        self._place = self.place
        self.place_changed.emit()
        self.update()

    def reach(self, index: int) -> None:
        """Look at a cell by its number in reading order; of the result what lies behind it is faint."""
        self.revealed = index + 1 if index + 1 < self.output.size else None
        self.look_at(*divmod(index, self.output.shape[1]))

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
        if not any(self.state.shift) or two(self.state.stride) != (1, 1) or not self._kept:
            return None
        original = padded(self._kept[4], padding=two(self.state.padding), mode=self.state.padding_mode.value)
        before = correlated(original, self.kernel / self.state.divide, dilation=two(self.state.dilation))
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
        (down, across), (dh, dw) = two(self.state.stride), two(self.state.dilation)
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
        dh, dw = two(self.state.dilation)
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
        picture = fitted(QRectF(left, top, side, side), shape[1], shape[0])
        x = left + side + gap
        output = fitted(QRectF(x + middle + gap, top, side, side), self.output.shape[1], self.output.shape[0])
        (dh, dw) = two(self.state.dilation)
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
        self.arranged.emit()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def kernel_rect(self, row: int, column: int) -> QRectF:
        """Where a kernel cell stands."""
        return QRectF() if self.places is None else self.places.kernel.cell(row, column)


def two(sizes: tuple[int, ...]) -> tuple[int, int]:
    return sizes[0], sizes[1]


def fitted(box: QRectF, width: int, height: int) -> QRectF:
    """The largest place of that shape in a box, at a whole scale where a pixel can have one."""
    scale = min(box.width() / width, box.height() / height)
    scale = float(int(scale)) if scale >= 2 else scale
    size = round(width * scale), round(height * scale)
    return QRectF(box.left() + round((box.width() - size[0]) / 2), box.top(), *size)


def grey_image(pixels: NDArray[np.uint8]) -> QImage:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
    image.buffer = pixels  # type: ignore[attr-defined]  # keeps the array alive as long as the image
    return image
