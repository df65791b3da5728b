"""The strip of kernels: what each does to the picture that is shown, at its own pixels, and the kernel as colours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.labs.convolution.filtering import as_bytes, correlated, is_picture, limit_of, padded
from gui.labs.convolution.gallery import Kernel, made_kernels
from gui.theme import Density, Theme, colormaps, icons
from gui.theme.controls import Control
from gui.views.drawing import frame, ui, write

_WIDTH, _HEIGHT, _PITCH = 120, 64, 130
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class GalleryStrip(Control):
    """`chosen(Kernel)`; the wheel shows those that have no room, and so do the arrow keys, with Enter to choose.

    Before the learned kernels stands a card that says whose they are: `source_wanted(QPoint, Theme)` when it is
    chosen, with the place on the screen for a menu.
    """

    chosen = Signal(object)
    source_wanted = Signal(QPoint, object)

    own_keys = frozenset((*_STEPS, *_CHOOSE))

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._made_ones = made_kernels()
        self._learned: tuple[Kernel, ...] = ()
        self._card = ("", "")
        self._picture: NDArray[np.uint8] | None = None
        self._thumbs: dict[tuple[str, str], QImage] = {}
        self._current, self._hovered, self._first = "", -1, 0
        self._cursor = 0  # of the keys
        self._margin = 24
        self._corner = (0, 0)
        self.setFixedHeight(120)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Kernels")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def kernels(self) -> tuple[Kernel, ...]:
        """All that can be chosen, in order."""
        return (*self._made_ones, *self._learned)

    @property
    def _items(self) -> tuple[Kernel | None, ...]:
        """What stands side by side; None is the card before the learned ones."""
        return (*self._made_ones, None, *self._learned)

    def set_learned(self, kernels: tuple[Kernel, ...], title: str, source: str, *, reveal: bool = False) -> None:
        """Show these after the card with that title and source; `reveal` scrolls to them."""
        self._learned, self._card = kernels, (title, source)
        self._thumbs = {key: image for key, image in self._thumbs.items() if not key[0].startswith("learned")}
        last = max(0, len(self._items) - self._room())
        self._first = min(len(self._made_ones) if reveal else self._first, last)
        self.update()

    def set_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show what the kernels do to this picture, uint8 (height, width)."""
        if picture is not self._picture:
            self._picture = picture
            self._corner = busiest(picture, _HEIGHT + 4, _WIDTH + 4)
            self._thumbs.clear()
            self.update()

    @property
    def current(self) -> str:
        """The kernel that is marked, "" for none."""
        return self._current

    def set_current(self, name: str) -> None:
        """Mark a kernel, "" for none, and bring it into view."""
        if name == self._current:
            return
        self._current = name
        items = self._items
        place = next((n for n, kernel in enumerate(items) if kernel is not None and kernel.name == name), None)
        if place is not None:
            self._cursor = place
            self._reveal(place)
        self.update()

    def _reveal(self, place: int) -> None:
        if not self._first <= place < self._first + self._room():
            self._first = max(0, min(place, len(self._items) - self._room()))

    def set_density(self, density: Density) -> None:
        self._margin = 16 if density is Density.SMALL else 24
        self.setFixedHeight(108 if density is Density.SMALL else 120)

    def set_theme(self, theme: Theme) -> None:
        self._thumbs.clear()
        super().set_theme(theme)

    def _room(self) -> int:
        return max(1, (self.width() - 2 * self._margin + 10) // _PITCH)

    def item_rects(self) -> list[tuple[int, QRectF]]:
        """(number, place) of the thumbnails in view."""
        top = (self.height() - _HEIGHT - 24) / 2
        shown = range(self._first, min(self._first + self._room(), len(self._items)))
        return [(n, QRectF(self._margin + (n - self._first) * _PITCH, round(top), _WIDTH, _HEIGHT)) for n in shown]

    def _thumb(self, kernel: Kernel) -> QImage:
        key = (kernel.name, self.theme.name)
        if key not in self._thumbs:
            self._thumbs[key] = self._made(kernel)
        return self._thumbs[key]

    def _made(self, kernel: Kernel) -> QImage:
        assert self._picture is not None
        picture = self._picture
        half = len(kernel.rows) // 2
        height, width = _HEIGHT + 2 * half, _WIDTH + 2 * half
        top, left = self._corner
        part = picture[top : top + height, left : left + width]
        if part.shape != (height, width):
            missing = [(0, height - part.shape[0]), (0, width - part.shape[1])]
            part = np.pad(part, missing, mode="symmetric")
        values = correlated(padded(part, padding=(0, 0), mode="zeros"), kernel.array / kernel.divide)
        grey = is_picture(kernel.array, kernel.divide)
        shown = as_bytes(values, grey=grey, limit=limit_of(values))
        if grey:
            rows, columns = shown.shape
            return QImage(shown.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
        return colormaps.picture(shown, colormaps.lut(self.theme, "activation_signed")).copy()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self.theme
        painter.fillRect(self.rect(), theme.panel)
        if self._picture is None:
            return
        table = colormaps.lut(theme, "weight_signed")
        items = self._items
        for number, rect in self.item_rects():
            kernel = items[number]
            if self.ring and number == self._cursor:
                frame(painter, rect.adjusted(-3, -3, 3, 3), theme.text_1, 1.5)
            if kernel is None:
                self._paint_card(painter, rect, lit=number == self._hovered)
                continue
            painter.drawImage(rect.topLeft(), self._thumb(kernel))
            on, lit = kernel.name == self._current, number == self._hovered
            frame(painter, rect, theme.accent if on else theme.text_3 if lit else theme.border_strong, 2 if on else 1)
            ink = ui(12, 600 if on else 400)
            color = theme.text_1 if on or lit else theme.text_2
            write(painter, rect.left(), rect.bottom() + 19, kernel.title, ink, color)
            values = kernel.array
            largest = float(np.abs(values).max()) or 1.0
            cell = 18 // len(values)
            glyph = QRectF(rect.right() - cell * len(values), rect.bottom() + 5, cell * len(values), cell * len(values))
            for row, column in np.ndindex(values.shape):
                color = colormaps.color(table, 0.5 + float(values[row, column]) / largest / 2)
                painter.fillRect(QRectF(glyph.left() + column * cell, glyph.top() + row * cell, cell, cell), color)
            frame(painter, glyph, theme.border_strong)
        self._paint_more(painter)

    def _paint_card(self, painter: QPainter, rect: QRectF, *, lit: bool) -> None:
        theme, (title, source) = self.theme, self._card
        painter.fillRect(rect, theme.raised)
        frame(painter, rect, theme.text_3 if lit else theme.border_strong)
        icons.paint(
            painter, "studio", theme.text_1 if lit else theme.text_2, QRectF(rect.left() + 10, rect.top() + 10, 18, 18)
        )
        icons.paint(painter, "chevron-down", theme.text_3, QRectF(rect.right() - 22, rect.top() + 13, 12, 12))
        small = ui(11)
        write(painter, rect.left() + 10, rect.top() + 50, small.elided(source, rect.width() - 20), small, theme.text_2)
        ink = ui(12)
        color = theme.text_1 if lit else theme.text_2
        write(painter, rect.left(), rect.bottom() + 19, ink.elided(title, rect.width()), ink, color)

    def _paint_more(self, painter: QPainter) -> None:
        """Small bars at the foot: which part of all is in view."""
        count, room = len(self._items), self._room()
        if room >= count:
            return
        width = self.width() - 2 * self._margin
        painter.fillRect(QRectF(self._margin, self.height() - 5, width, 2), self.theme.track)
        left = self._margin + width * self._first / count
        painter.fillRect(QRectF(left, self.height() - 5, width * room / count, 2), self.theme.border_strong)

    def _at(self, point: QPointF) -> int:
        return next((n for n, rect in self.item_rects() if rect.adjusted(0, 0, 0, 24).contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.PointingHandCursor if hovered >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: Any) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(place)

    def _choose(self, place: int) -> None:
        kernel = self._items[place]
        if kernel is not None:
            self.chosen.emit(kernel)
            return
        rect = next(rect for number, rect in self.item_rects() if number == place)
        self.source_wanted.emit(self.mapToGlobal(rect.bottomLeft().toPoint()), self.theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._cursor = min(max(self._cursor + _STEPS[key], 0), len(self._items) - 1)
            self._reveal(self._cursor)
            self.update()
        elif key in _CHOOSE:
            self._reveal(self._cursor)
            self._choose(self._cursor)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        most = max(0, len(self._items) - self._room())
        self._first = min(max(self._first + (-1 if delta > 0 else 1), 0), most)
        self.update()
        event.accept()


def busiest(picture: NDArray[np.uint8], height: int, width: int) -> tuple[int, int]:
    """The corner of the part of that size in which most changes, both across and down."""
    best, corner = -1.0, (0, 0)
    for top in range(0, max(1, picture.shape[0] - height), 24):
        for left in range(0, max(1, picture.shape[1] - width), 24):
            part = picture[top : top + height : 2, left : left + width : 2].astype(np.int16)
            score = float(np.sqrt(np.abs(np.diff(part, axis=0)).mean() * np.abs(np.diff(part, axis=1)).mean()))
            if score > best:
                best, corner = score, (top, left)
    return corner
