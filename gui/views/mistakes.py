"""A sheet of samples with what they are and what they were taken for: the worst mistakes, laid out, drawn and hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from engine.messages import Bytes, Gallery
from gui.theme import Theme, colormaps, numbers
from gui.views import drawing

_GAP = 8.0
_TILE = 56  # pictures are drawn about so large, at a whole-number scale
_LINE = 14.0


@dataclass(frozen=True)
class Mistake:
    """One sample of a sheet; `confidence` is the probability of the wrong class, NaN where it is not known."""

    split: str
    index: int
    label: int
    predicted: int
    confidence: float


class MistakeSheet:
    """Pictures of a Gallery in rows, scrolled by whole pixels; one picture holds them all."""

    def __init__(self, gallery: Gallery, confidence: dict[int, float], names: tuple[str, ...], theme: Theme) -> None:
        self.gallery = gallery
        self.names = names
        self.theme = theme
        self.items = [
            Mistake(gallery.split, index, label, predicted, confidence.get(index, float("nan")))
            for index, label, predicted in zip(
                gallery.indices.tolist(), gallery.labels.tolist(), gallery.predicted.tolist(), strict=True
            )
        ]
        self.long = any(len(name) > 2 for name in names)
        self._strip = strip(gallery.pictures, theme) if len(self.items) else QImage()
        _, self.height, self.width = gallery.pictures.shape[1:] if gallery.pictures.ndim == 4 else (1, 1, 1)
        self.scale = max(1, round(_TILE / max(self.height, self.width)))
        self.area = QRectF()
        self.columns = 1
        self.offset = 0.0

    def lay_out(self, area: QRectF) -> None:
        """Fill `area`, as many columns as fit."""
        self.area = area
        self.columns = max(1, int((area.width() + _GAP) / (self.width * self.scale + _GAP)))
        self.scroll(0.0)

    @property
    def _pitch(self) -> tuple[float, float]:
        captions = 2 if self.long else 1
        return self.width * self.scale + _GAP, self.height * self.scale + _LINE * captions + 6

    @property
    def content(self) -> float:
        """The height of all rows."""
        return -(-len(self.items) // self.columns) * self._pitch[1]

    def scroll(self, by: float) -> None:
        """Scroll by so many pixels, not beyond the ends."""
        self.offset = min(max(self.offset + by, 0.0), max(self.content - self.area.height(), 0.0))

    def reveal(self, position: int) -> None:
        """Scroll until a picture is wholly in view, with its caption."""
        rect, pitch = self.tile(position), self._pitch[1]
        if rect.top() < self.area.top():
            self.scroll(rect.top() - self.area.top())
        elif rect.top() + pitch > self.area.bottom():
            self.scroll(rect.top() + pitch - self.area.bottom())

    def tile(self, position: int) -> QRectF:
        """Where a picture is."""
        pitch_x, pitch_y = self._pitch
        row, column = divmod(position, self.columns)
        x, y = self.area.left() + column * pitch_x, self.area.top() + row * pitch_y - self.offset
        return QRectF(x, round(y), self.width * self.scale, self.height * self.scale)

    def at(self, point: QPointF) -> int | None:
        """The position in the sheet of the sample at a point."""
        if not self.area.contains(point):
            return None
        return next((place for place in range(len(self.items)) if self.tile(place).contains(point)), None)

    def paint(self, painter: QPainter, hovered: int | None) -> None:
        """Draw what is in view."""
        theme = self.theme
        if not self.items:
            drawing.write(
                painter, self.area.left(), self.area.top() + 14, "No sample of this kind", drawing.ui(12), theme.text_3
            )
            return
        painter.save()
        painter.setClipRect(self.area.adjusted(-3, -3, 6, 0))
        for position, item in enumerate(self.items):
            rect = self.tile(position)
            if rect.top() > self.area.bottom() or rect.bottom() + 2 * _LINE < self.area.top():
                continue
            source = QRectF(0, position * self.height, self.width, self.height)
            drawing.put_pixels(painter, rect, self._strip, source)
            if position == hovered:
                drawing.frame(painter, rect, theme.accent, 2)
            else:
                drawing.frame(painter, rect, theme.border_strong)
            self._paint_caption(painter, rect, item)
        painter.restore()
        if self.content > self.area.height():
            self._paint_bar(painter)

    def _paint_caption(self, painter: QPainter, rect: QRectF, item: Mistake) -> None:
        theme, ink = self.theme, drawing.ui(11)
        y = rect.bottom() + _LINE
        x = drawing.write(painter, rect.left(), y, f"{self._name(item.label)} as ", ink, theme.text_2)
        drawing.write(painter, x, y, self._name(item.predicted), ink, theme.error)
        if np.isfinite(item.confidence):
            text = numbers.text(item.confidence * 100, 0)
            if self.long:
                text = f"{text} %"
                drawing.write(painter, rect.left(), y + _LINE, text, drawing.mono(11), theme.text_3)
            else:
                drawing.write_right(painter, rect.right(), y, text, drawing.mono(11), theme.text_3)

    def _paint_bar(self, painter: QPainter) -> None:
        share = self.area.height() / self.content
        top = self.area.top() + self.offset / self.content * self.area.height()
        painter.fillRect(QRectF(self.area.right() + 8, top, 3, self.area.height() * share), self.theme.border_strong)

    def _name(self, index: int) -> str:
        return self.names[index] if 0 <= index < len(self.names) else str(index)


def strip(pictures: Bytes, theme: Theme) -> QImage:
    """Pictures (n, channels, height, width) under each other, as one: grey as ink or paper, colours as they are."""
    count, channels, height, width = pictures.shape
    if channels == 3:
        return colormaps.photograph(
            np.ascontiguousarray(pictures.transpose(1, 0, 2, 3).reshape(3, count * height, width))
        )
    return colormaps.picture(
        np.ascontiguousarray(pictures[:, 0].reshape(count * height, width)), colormaps.lut(theme, "input")
    )


def short_names(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Class names in at most three characters, each another: cat, dog, T-s; numbers where even those are alike."""
    if all(len(name) <= 3 for name in classes):
        return classes
    found: list[str] = []
    for name in classes:
        letters = [sign for sign in name if sign.isalnum() or sign == "-"] or list(name)
        options = ["".join(letters[:3])]
        options += ["".join((*letters[:2], letters[at])) for at in range(3, len(letters))]
        found.append(next((option for option in options if option not in found), str(len(found))))
    return tuple(found)
