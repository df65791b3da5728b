"""What every painted view draws with: text by its edges, frames outside their pixels, tooltips, values as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPaintEngine, QPainter, QPen

from gui.theme import Theme, colormaps, fonts

Kind = colormaps.Kind
_SIGNS = "\u2212\u00d7\u2013\u2026\u221e\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"


@dataclass(frozen=True, eq=False)
class Ink:
    """A font with what is needed to place its text.

    `digit` is the advance of one character of a fixed-width face, which all characters in `fixed` share with ASCII.
    """

    font: QFont
    metrics: QFontMetricsF
    digit: float | None
    fixed: frozenset[str] = frozenset()

    def width(self, text: str) -> float:
        """The advance of `text` in pixels."""
        if self.digit is not None and (text.isascii() or all(sign.isascii() or sign in self.fixed for sign in text)):
            return self.digit * len(text)
        return self.metrics.horizontalAdvance(text)

    def elided(self, text: str, width: float) -> str:
        """`text`, cut with an ellipsis where it is wider than `width`."""
        return text if self.width(text) <= width else self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=64)
def ui(px: int, weight: int = 400) -> Ink:
    """The interface face, to write with."""
    font = fonts.ui(px, weight)
    return Ink(font, QFontMetricsF(font), None)


@lru_cache(maxsize=64)
def mono(px: int, weight: int = 400) -> Ink:
    """The fixed-width face, to write with."""
    font = fonts.mono(px, weight)
    metrics = QFontMetricsF(font)
    digit = metrics.horizontalAdvance("0")
    fixed = frozenset(sign for sign in _SIGNS if metrics.horizontalAdvance(sign) == digit)
    return Ink(font, metrics, digit, fixed)


def grown(width: float, height: float, *, presenting: bool) -> float:
    """How many times larger than usual a stage of this size is drawn: as a window of 1536x864 would be, enlarged to
    it, for a projector; else 1."""
    return min(max(min(width / 1536, height / 864), 1.25), 3.0) if presenting else 1.0


def write(painter: QPainter, x: float, baseline: float, text: str, ink: Ink, color: QColor) -> float:
    """Write from `x` to the right, on whole pixels (between them stems blur); returns where the text ends."""
    painter.setFont(ink.font)
    painter.setPen(color)
    painter.drawText(QPointF(round(x), round(baseline)), text)
    return x + ink.width(text)


def write_right(painter: QPainter, right: float, baseline: float, text: str, ink: Ink, color: QColor) -> float:
    """Write so that the text ends at `right`; returns where it begins."""
    x = right - ink.width(text)
    write(painter, x, baseline, text, ink, color)
    return x


def write_middle(painter: QPainter, middle: float, baseline: float, text: str, ink: Ink, color: QColor) -> None:
    """Write with the middle of the text at `middle`."""
    write(painter, middle - ink.width(text) / 2, baseline, text, ink, color)


def wrapped(text: str, ink: Ink, width: float) -> list[str]:
    """`text` in lines that are no wider than `width` (but for a single word that is)."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and ink.width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def frame(painter: QPainter, rect: QRectF, color: QColor, width: float = 1.0) -> None:
    """A frame that lies outside of `rect`: it covers none of its pixels."""
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRect(rect.adjusted(-half, -half, half, half))


def dashed(color: QColor, width: float = 1.0) -> QPen:
    """A pen of dashes 3-3 (the pattern counts in widths, so it is divided by the width)."""
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([3.0 / width, 3.0 / width])
    return pen


def faded(color: QColor, share: float) -> QColor:
    """`color` at so much of its opacity."""
    result = QColor(color)
    result.setAlphaF(color.alphaF() * share)
    return result


def quantized(values: NDArray[np.floating], limit: float, signed: bool) -> NDArray[np.uint8]:
    """Values (any shape) as entries of a value map, as `messages.Maps` defines them; NaN becomes the entry of zero."""
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = values * (127.5 / limit) + 127.5 if signed else values * (255.0 / limit)
        scaled = np.nan_to_num(scaled, nan=127.5 if signed else 0.0, posinf=255.0, neginf=0.0)
    entries: NDArray[np.uint8] = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return entries


def kind_of(signed: bool, *, weights: bool = False) -> Kind:
    """The value map for activations, or weights, of which some are negative or none."""
    if weights:
        return "weight_signed" if signed else "weight"
    return "activation_signed" if signed else "activation"


def values_picture(
    values: NDArray[np.floating], *, limit: float, signed: bool, theme: Theme, weights: bool = False
) -> QImage:
    """A picture, one pixel a value, of float `values` (height, width); what is not a finite number is error red."""
    table = colormaps.lut(theme, kind_of(signed, weights=weights))
    colors = table[quantized(values, limit, signed)]
    bad = ~np.isfinite(values)
    if bad.any():
        colors[bad] = theme.error.rgba()
    return _picture(colors)


def _picture(colors: NDArray[np.uint32]) -> QImage:
    buffer = np.ascontiguousarray(colors, np.uint32)
    height, width = buffer.shape
    image = QImage(buffer.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image.buffer = buffer  # type: ignore[attr-defined]  # keeps the array alive as long as the image
    return image


def largest(values: NDArray[np.floating]) -> float:
    """The largest finite |value|; 1.0 where there is none or all are zero, so that it can scale a picture."""
    size = np.abs(values)
    top = float(size.max(initial=0.0))
    if not np.isfinite(top):
        top = float(np.max(size, initial=0.0, where=np.isfinite(size)))
    return top if top > 0 else 1.0


def finite_range(values: NDArray[np.floating]) -> tuple[float, float]:
    """Smallest and largest finite value, never equal: (0, 1) where there is none."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if high > low else (low, low + 1.0)


def whole_scale(room: float, cells: int) -> float:
    """How large a cell is drawn so that `cells` fit into `room`: whole pixels where a cell can have one."""
    scale = room / max(cells, 1)
    return float(int(scale)) if scale >= 1 else scale


def tooltip(
    painter: QPainter,
    *,
    theme: Theme,
    near: QPointF,
    bounds: QRectF,
    rows: list[list[tuple[str, Ink, QColor]]],
) -> QRectF:
    """A tooltip of rows of coloured words, 12 px right of and below `near`, kept inside `bounds`. Returns its box."""
    gap = 8.0
    widths = [sum(ink.width(word) for word, ink, _ in row) + gap * (len(row) - 1) for row in rows]
    line = 18.0
    box = QRectF(near.x() + 12, near.y() + 12, max(widths, default=0.0) + 20, line * len(rows) + 10)
    if box.right() > bounds.right():
        box.moveRight(max(near.x() - 12, bounds.left() + box.width()))
    if box.bottom() > bounds.bottom():
        box.moveBottom(max(near.y() - 12, bounds.top() + box.height()))
    box.moveLeft(round(max(box.left(), bounds.left())))
    box.moveTop(round(max(box.top(), bounds.top())))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    shade = QColor(theme.shadow)
    for spread in (6, 4, 2):  # a soft shadow of three steps: a blur would cost a hundred times as much
        shade.setAlphaF(theme.shadow.alphaF() / 5)
        painter.setBrush(shade)
        painter.drawRoundedRect(box.adjusted(-spread, -spread + 3, spread, spread + 3), 6 + spread, 6 + spread)
    painter.setPen(QPen(theme.border_strong, 1))
    painter.setBrush(theme.tooltip)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    for index, row in enumerate(rows):
        x = box.left() + 10
        for word, ink, color in row:
            x = write(painter, x, box.top() + 5 + line * index + 13, word, ink, color) + gap
    painter.restore()
    return box


def put_pixels(painter: QPainter, rect: QRectF, image: QImage, source: QRectF | None = None) -> None:
    """Draw an image, or the part `source` of it, into a rectangle: each pixel a sharp square.

    An SVG can neither hold a part of an image nor be told to keep its pixels sharp: there the part is cut out and
    enlarged first.
    """
    engine = painter.paintEngine()
    if engine is None or engine.type() != QPaintEngine.Type.SVG:
        painter.drawImage(rect, image, QRectF(image.rect()) if source is None else source)
        return
    part = image if source is None else image.copy(source.toAlignedRect())
    times = max(1, round(4 * rect.width() / max(part.width(), 1)))
    if times > 1 and part.width() * times <= 4096:
        part = part.scaled(part.width() * times, part.height() * times)
    painter.drawImage(rect, part)
