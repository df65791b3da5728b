"""Cells filled with the colour of their value, and the scale that says what the colours mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.theme import Theme, colormaps
from gui.views.drawing import put_pixels

Family: TypeAlias = Literal["activation", "weight", "input"]


@lru_cache(maxsize=32)
def _table(theme: Theme, kind: colormaps.Kind) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """The colours of a value map, and which of them take dark ink. Entry 256 is the colour of NaN."""
    table = np.append(colormaps.lut(theme, kind), np.uint32(theme.error.rgb()))
    luma = 0.299 * (table >> 16 & 255) + 0.587 * (table >> 8 & 255) + 0.114 * (table & 255)
    return table, luma > 118


DARK_INK, LIGHT_INK = QColor("#0C0D10"), QColor("#F2F3F5")


@dataclass(frozen=True)
class Fill:
    """A value map with its range: signed ones reach from -high to high, unsigned ones from `low` to `high`."""

    kind: colormaps.Kind
    low: float
    high: float

    @staticmethod
    def of(values: NDArray[np.floating], family: Family = "activation") -> Fill:
        """The map of these values: symmetric about zero where there are negative ones."""
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        if family == "input":
            return Fill("input", low, high if high > low else low + 1.0)
        limit = max(abs(low), abs(high)) or 1.0
        if low < 0:
            return Fill("activation_signed" if family == "activation" else "weight_signed", -limit, limit)
        return Fill("activation" if family == "activation" else "weight", 0.0, limit)

    @property
    def signed(self) -> bool:
        return self.low < 0 < self.high and self.kind != "input"

    def levels(self, values: NDArray[np.floating]) -> NDArray[np.intp]:
        """Entries of the table; 256 for NaN."""
        share = (np.asarray(values, np.float64) - self.low) / (self.high - self.low)
        levels = np.rint(np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0) * 255.0)
        return np.where(np.isnan(values), 256, levels).astype(np.intp)

    def picture(self, values: NDArray[np.floating], theme: Theme) -> QImage:
        """One pixel a value, for values (rows, columns)."""
        table, _ = _table(theme, self.kind)
        buffer = np.ascontiguousarray(table[self.levels(values)] | np.uint32(0xFF000000), np.uint32)
        rows, columns = buffer.shape
        return QImage(buffer.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()

    def dark_ink(self, values: NDArray[np.floating], theme: Theme) -> NDArray[np.bool_]:
        """Where digits on these values' colours are dark."""
        return _table(theme, self.kind)[1][self.levels(values)]

    def color(self, value: float, theme: Theme) -> QColor:
        """The colour of one value."""
        return QColor.fromRgb(int(_table(theme, self.kind)[0][int(self.levels(np.array(value)))]))

    def bar(self, theme: Theme) -> QImage:
        """The whole map from left to right, 256x1."""
        table, _ = _table(theme, self.kind)
        buffer = np.ascontiguousarray(table[None, :256])
        return QImage(buffer.data, 256, 1, 1024, QImage.Format.Format_RGB32).copy()


def paint_picture(painter: QPainter, rect: QRectF, picture: QImage) -> None:
    """Draw a picture into a rectangle, its pixels as sharp squares."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    put_pixels(painter, rect, picture)
