"""Pen strokes on a fine canvas, and the coarse picture that a network gets of them. QImage and NumPy, no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

FINE = 8
"""Canvas pixels to a side of one network pixel."""

BOX = 20 / 28
"""MNIST's digits lie in a box of 20 of the 28 pixels, their centre of mass in the middle (LeCun et al. 1998)."""


@dataclass
class Stroke:
    """Points in network pixels; `width` too. An eraser's stroke takes ink away. `color` is only used in colour."""

    width: float
    erases: bool = False
    color: str = "#FFFFFF"
    points: list[tuple[float, float]] = field(default_factory=list)


class Canvas:
    """Strokes, drawn finely. `shape` is the network's input, (1 or 3, height, width)."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.shape = shape
        gray = shape[0] == 1
        self.image = QImage(
            shape[2] * FINE,
            shape[1] * FINE,
            QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB32,
        )
        self.image.fill(Qt.GlobalColor.black)
        self.base: QImage | None = None

    def start_from(self, picture: NDArray[np.uint8]) -> None:
        """Put a picture, uint8 of the canvas's shape, under all strokes."""
        rows = np.ascontiguousarray(np.moveaxis(picture, 0, -1).repeat(FINE, 0).repeat(FINE, 1))
        height, width = rows.shape[:2]
        gray = self.shape[0] == 1
        kind = QImage.Format.Format_Grayscale8 if gray else QImage.Format.Format_RGB888
        image = QImage(rows.data, width, height, rows.strides[0], kind)
        self.base = image.convertToFormat(self.image.format()).copy()
        self.redraw([])

    def redraw(self, strokes: Sequence[Stroke]) -> None:
        """Draw all strokes anew, on an empty canvas or on the picture to start from."""
        if self.base is None:
            self.image.fill(Qt.GlobalColor.black)
        else:
            self.image = self.base.copy()
        for stroke in strokes:
            self.extend(stroke, 0)

    def extend(self, stroke: Stroke, start: int) -> None:
        """Draw a stroke from its point `start` on."""
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor("#000000") if stroke.erases else QColor(stroke.color if self.shape[0] == 3 else "#FFFFFF")
        pen = QPen(ink, stroke.width * FINE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        points = [QPointF(x * FINE, y * FINE) for x, y in stroke.points[max(start - 1, 0) :]]
        if len(points) == 1:
            painter.drawPoint(points[0])
        else:
            painter.drawPolyline(points)
        painter.end()

    def values(self) -> NDArray[np.uint8]:
        """The fine canvas as uint8 (channels, height, width)."""
        view = np.frombuffer(self.image.constBits(), np.uint8).reshape(self.image.height(), self.image.bytesPerLine())
        if self.shape[0] == 1:
            return view[None, :, : self.image.width()]
        pixels = view.reshape(self.image.height(), self.image.width(), 4)
        return pixels[:, :, 2::-1].transpose(2, 0, 1)

    def picture(self, *, fitted: bool) -> NDArray[np.uint8]:
        """What the network gets: uint8 `shape`. `fitted` puts the ink into MNIST's box, centred by its mass."""
        fine = self.values()
        if fitted and self.shape[0] == 1:
            fine = _fitted(fine[0])[None]
        channels, height, width = self.shape
        blocks = fine.reshape(channels, height, FINE, width, FINE)
        means: NDArray[np.uint8] = np.rint(blocks.mean(axis=(2, 4), dtype=np.float32)).astype(np.uint8)
        return means


def _fitted(fine: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink scaled so that its longer side fills the box, its centre of mass in the middle of the canvas."""
    rows, columns = np.flatnonzero(fine.any(axis=1)), np.flatnonzero(fine.any(axis=0))
    result = np.zeros_like(fine)
    if not rows.size:
        return result
    ink = np.ascontiguousarray(fine[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    height, width = fine.shape
    scale = min(height, width) * BOX / max(ink.shape)
    size = [max(1, round(side * scale)) for side in ink.shape]
    source = QImage(ink.data, ink.shape[1], ink.shape[0], ink.shape[1], QImage.Format.Format_Grayscale8)
    scaled = source.scaled(
        size[1], size[0], Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(QImage.Format.Format_Grayscale8)
    view = np.frombuffer(scaled.constBits(), np.uint8).reshape(size[0], scaled.bytesPerLine())[:, : size[1]]
    mass = view.astype(np.float32)
    total = float(mass.sum()) or 1.0
    middle_row = float((mass.sum(axis=1) * np.arange(size[0])).sum()) / total
    middle_column = float((mass.sum(axis=0) * np.arange(size[1])).sum()) / total
    top, left = round(height / 2 - middle_row), round(width / 2 - middle_column)
    top = min(max(top, 0), height - size[0])
    left = min(max(left, 0), width - size[1])
    result[top : top + size[0], left : left + size[1]] = view
    return result
