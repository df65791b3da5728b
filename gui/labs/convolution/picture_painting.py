"""A kernel over a picture, painted: picture, numbers under the mouse, kernel, products, result."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
)

from gui.labs.convolution.picture_base import PictureBase, Places, grey_image, two
from gui.theme import colormaps, numbers
from gui.views.drawing import frame, mono, ui, write, write_right
from gui.views.player.drawing import shapes
from gui.views.player.drawing.fills import DARK_INK, LIGHT_INK
from gui.views.player.drawing.grid import NumberGrid, digits_px
from gui.views.player.drawing.lettering import Ink
from gui.views.player.drawing.lettering import mono as digits
from gui.views.player.drawing.look import Look


class PicturePainting(PictureBase):
    """Paints what `PictureBase` knows."""

    _scaled: tuple[Any, QPixmap] | None = None

    # -- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.stage)
        if self.places is None or not self._kept:
            return
        places, theme = self.places, self.theme
        painter.drawPixmap(places.picture.topLeft(), self._scaled_picture(places.picture))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, places.result.width() < self.output.shape[1])
        self._paint_result(painter, places.result)
        frame(painter, places.picture, theme.input)
        frame(painter, places.result, theme.output)
        self._paint_heads(painter, places)
        self._paint_scales(painter, places)
        look, ink = Look(theme), Ink(painter)
        self._paint_middle(ink, look, places)
        ink.flush()

    def _paint_result(self, painter: QPainter, rect: QRectF) -> None:
        """The result; while it is played, faint where the window has not been."""
        if self.revealed is None:
            painter.drawImage(rect, self._shown_result)
            return
        painter.fillRect(rect, self.theme.panel)
        painter.setOpacity(0.16)
        painter.drawImage(rect, self._shown_result)
        painter.setOpacity(1.0)
        rows, columns = self.output.shape
        full, rest = divmod(self.revealed, columns)
        down, across = rect.height() / rows, rect.width() / columns
        for left, top, wide, high in ((0, 0, columns, full), (0, full, rest, 1)):
            if wide and high:
                part = QRectF(rect.left() + left * across, rect.top() + top * down, wide * across, high * down)
                painter.drawImage(part, self._shown_result, QRectF(left, top, wide, high))

    def _scaled_picture(self, rect: QRectF) -> QPixmap:
        """The picture at the size it is shown at: it stays while a kernel is edited."""
        ratio = self.devicePixelRatioF()
        key = (self._shown_picture.cacheKey(), rect.size().toTuple(), ratio)
        if self._scaled is None or self._scaled[0] != key:
            pixmap = QPixmap(round(rect.width() * ratio), round(rect.height() * ratio))
            with QPainter(pixmap) as painter:
                smooth = pixmap.width() < self.picture.shape[1]
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                painter.drawImage(QRectF(pixmap.rect()), self._shown_picture)
            pixmap.setDevicePixelRatio(ratio)
            self._scaled = (key, pixmap)
        return self._scaled[1]

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
            "Playing" if self.playing else "Under the mouse" if self.state.at == (-1, -1) else "Pinned",
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
                strip = grey_image(np.arange(256, dtype=np.uint8)[None, :])
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
        (dh, dw), (rows, columns) = two(self.state.dilation), self.state.kernel
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


def _greys() -> list[Any]:
    from PySide6.QtGui import QColor

    return [QColor(level, level, level) for level in range(256)]


_GREYS = _greys()
