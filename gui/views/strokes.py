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

_LARGER = 2.0  # a small drawing is enlarged no more than this

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
        points = [QPointF(x * FINE, y * FINE) for x, y in stroke.points[max(start - 1, 0) :]]
        with QPainter(self.image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(painter, points, stroke.width * FINE, _ink(stroke, gray=self.shape[0] == 1))

    def values(self) -> NDArray[np.uint8]:
        """The fine canvas as uint8 (channels, height, width)."""
        view = np.frombuffer(self.image.constBits(), np.uint8).reshape(self.image.height(), self.image.bytesPerLine())
        if self.shape[0] == 1:
            return view[None, :, : self.image.width()]
        pixels = view.reshape(self.image.height(), self.image.width(), 4)
        return pixels[:, :, 2::-1].transpose(2, 0, 1)

    def picture(self, strokes: Sequence[Stroke], *, fitted: bool) -> NDArray[np.uint8]:
        """What the network gets: uint8 `shape`. `fitted` puts one-channel ink into MNIST's box, centred by mass."""
        fine = self.values()
        channels, height, width = self.shape
        if fitted and channels == 1 and self.base is None:
            return _fitted(fine[0], strokes, (height, width))[None]
        blocks = fine.reshape(channels, height, FINE, width, FINE)
        means: NDArray[np.uint8] = np.rint(blocks.mean(axis=(2, 4), dtype=np.float32)).astype(np.uint8)
        return means


def _fitted(fine: NDArray[np.uint8], strokes: Sequence[Stroke], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Strokes drawn anew so that their longer side fills the box and their centre of mass is the picture's centre.

    The pen stays as thick as it is, whatever the size of the drawing: so it is with MNIST's digits. Small drawings are
    enlarged up to `_LARGER` times: a dot remains a dot. `fine` is the canvas as drawn, `shape` (height, width).
    """
    height, width = shape
    rows, columns = np.flatnonzero(fine.any(axis=1)), np.flatnonzero(fine.any(axis=0))
    if not rows.size:
        return np.zeros(shape, np.uint8)
    pen = max((stroke.width for stroke in strokes if not stroke.erases), default=1.0)
    top, left = rows[0] / FINE, columns[0] / FINE
    tall, wide = (rows[-1] + 1) / FINE - top, (columns[-1] + 1) / FINE - left
    reach = max(tall, wide) - pen  # of the pen's middle
    scale = min((min(shape) * BOX - pen) / reach, _LARGER) if reach > 0.5 else 1.0
    image = QImage(width, height, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.black)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in strokes:
            points = [
                QPointF(
                    (x - left - wide / 2) * scale + width / 2,
                    (y - top - tall / 2) * scale + height / 2,
                )
                for x, y in stroke.points
            ]
            draw(painter, points, stroke.width * (scale if stroke.erases else 1.0), _ink(stroke, gray=True))
    view = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())[:, :width]
    return _centred(view)


def _centred(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Moved by whole pixels so that the centre of mass is nearest to the middle, and nothing is lost at the edge."""
    mass = picture.astype(np.float32)
    total = float(mass.sum())
    if not total:
        return picture.copy()
    result = np.zeros_like(picture)
    shifts = []
    for axis, size in enumerate(picture.shape):
        profile = mass.sum(axis=1 - axis)
        middle = float((profile * np.arange(size)).sum()) / total
        used = np.flatnonzero(profile)
        shifts.append(int(np.clip(round((size - 1) / 2 - middle), -used[0], size - 1 - used[-1])))
    down, right = shifts
    height, width = picture.shape
    source = picture[max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)]
    result[max(down, 0) : height - max(-down, 0), max(right, 0) : width - max(-right, 0)] = source
    return result


def draw(painter: QPainter, points: Sequence[QPointF], width: float, ink: QColor) -> None:
    """A round pen of this width along the points."""
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    if len(points) == 1:
        painter.drawPoint(points[0])
    else:
        painter.drawPolyline(points)


def _ink(stroke: Stroke, *, gray: bool) -> QColor:
    if stroke.erases:
        return QColor("#000000")
    return QColor("#FFFFFF" if gray else stroke.color)
