"""Pictures of our own to filter: drawn or computed here, grey, 8 bit."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

Grey = NDArray[np.uint8]
LARGEST = 1024
"""The longest side; larger pictures are scaled down, so that every edit is seen at once."""

TITLES = {
    "letter": "Letter",
    "house": "House",
    "face": "Face",
    "rings": "Rings",
    "checkerboard": "Checkerboard",
    "stripes": "Stripes",
    "hills": "Hills",
}


@lru_cache(maxsize=4)
def bundled(name: str, size: int = 512) -> Grey:
    """A bundled picture, uint8 (size, size); "letter" for a name that is none. Not to be written to."""
    grey = {"rings": _rings, "checkerboard": _checkerboard, "stripes": _stripes}.get(name)
    if grey is not None:
        picture = grey(size)
    else:
        draw = {"house": _house, "face": _face, "hills": _hills}.get(name, _letter)
        image = QImage(size, size, QImage.Format.Format_Grayscale8)
        image.fill(QColor(236, 236, 236))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(size / 512, size / 512)
        draw(painter)
        painter.end()
        picture = grey_of(image)
    picture.setflags(write=False)
    return picture


def grey_of(image: QImage) -> Grey:
    """The grey levels of a picture, uint8 (height, width), scaled down to at most 1024 on a side."""
    if max(image.width(), image.height()) > LARGEST:
        image = image.scaled(
            LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()


def opened(path: str | Path) -> Grey:
    """A picture from a file. ValueError says what is wrong with it."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise ValueError(f"“{Path(path).name}” is no picture that can be read ({reader.errorString()})")
    if min(image.width(), image.height()) < 16:
        raise ValueError(
            f"“{Path(path).name}” is only {image.width()} × {image.height()} pixels; 16 × 16 are the least"
        )
    return grey_of(image)


def _coordinates(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    return axis[None, :], axis[:, None]


def _rings(size: int) -> Grey:
    """A zone plate: finer and finer rings, every direction and every distance at once."""
    x, y = _coordinates(size)
    return np.rint(127.5 + 127.5 * np.cos(np.pi * (x * x + y * y) * 40)).astype(np.uint8)


def _checkerboard(size: int) -> Grey:
    cells = np.arange(size) * 8 // size
    board = (cells[:, None] + cells[None, :]) % 2
    return np.where(board == 1, 216, 40).astype(np.uint8)


def _stripes(size: int) -> Grey:
    """Four quarters: upright, level, rising and falling stripes."""
    y, x = np.indices((size, size))
    period = size / 16
    kinds = (x, y, x + y, x - y)
    waves = [np.where((kind % period) < period / 2, 225, 35) for kind in kinds]
    half = size // 2
    picture = np.where(x < half, np.where(y < half, waves[0], waves[2]), np.where(y < half, waves[1], waves[3]))
    return picture.astype(np.uint8)


def _letter(painter: QPainter) -> None:
    """A large R of strokes, round and straight, level, upright and slanted."""
    pen = QPen(QColor(30, 30, 30), 58, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    path = QPainterPath(QPointF(150, 440))
    path.lineTo(150, 98)
    path.lineTo(260, 98)
    path.cubicTo(QPointF(410, 98), QPointF(410, 276), QPointF(260, 276))
    path.lineTo(170, 276)
    painter.drawPath(path)
    painter.drawLine(QPointF(262, 276), QPointF(384, 440))


def _sky(painter: QPainter, low: int, high: int) -> None:
    sky = QLinearGradient(0, 0, 0, 512)
    sky.setColorAt(0, QColor(low, low, low))
    sky.setColorAt(1, QColor(high, high, high))
    painter.fillRect(QRectF(0, 0, 512, 512), sky)


def _gray(level: int) -> QColor:
    return QColor(level, level, level)


def _house(painter: QPainter) -> None:
    """A house with windows, fence, tree and sun: edges of all directions, soft and hard."""
    _sky(painter, 150, 232)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_gray(250))
    painter.drawEllipse(QPointF(410, 96), 44, 44)
    painter.setBrush(_gray(104))
    painter.drawRect(QRectF(0, 400, 512, 112))
    painter.setBrush(_gray(206))
    painter.drawRect(QRectF(120, 220, 230, 200))
    painter.setBrush(_gray(62))
    painter.drawPolygon(QPolygonF([QPointF(92, 226), QPointF(235, 108), QPointF(378, 226)]))
    painter.drawRect(QRectF(300, 116, 30, 74))
    painter.setBrush(_gray(44))
    painter.drawRect(QRectF(206, 312, 58, 108))
    for x in (146, 284):
        painter.setBrush(_gray(84))
        painter.drawRect(QRectF(x, 258, 44, 46))
        painter.setBrush(_gray(238))
        painter.drawRect(QRectF(x + 20, 258, 4, 46))
        painter.drawRect(QRectF(x, 279, 44, 4))
    painter.setBrush(_gray(222))
    painter.drawEllipse(QPointF(255, 368), 4, 4)
    for x in range(8, 512, 26):
        painter.setBrush(_gray(240))
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, 432), QPointF(x + 6, 422), QPointF(x + 12, 432), QPointF(x + 12, 492), QPointF(x, 492)]
            )
        )
    painter.drawRect(QRectF(0, 444, 512, 6))
    painter.drawRect(QRectF(0, 472, 512, 6))
    painter.setBrush(_gray(70))
    painter.drawRect(QRectF(440, 292, 18, 118))
    painter.setBrush(_gray(92))
    painter.drawEllipse(QPointF(449, 252), 52, 66)


def _face(painter: QPainter) -> None:
    """A face: round edges, soft shade, fine lines."""
    _sky(painter, 70, 120)
    painter.setPen(Qt.PenStyle.NoPen)
    shade = QLinearGradient(120, 0, 400, 0)
    shade.setColorAt(0, _gray(242))
    shade.setColorAt(1, _gray(168))
    painter.setBrush(shade)
    painter.drawEllipse(QPointF(256, 268), 150, 184)
    painter.setBrush(_gray(36))
    hair = QPainterPath(QPointF(98, 262))
    hair.cubicTo(QPointF(76, 4), QPointF(436, -4), QPointF(414, 262))
    hair.cubicTo(QPointF(384, 150), QPointF(250, 170), QPointF(206, 138))
    hair.cubicTo(QPointF(180, 170), QPointF(116, 190), QPointF(98, 262))
    painter.drawPath(hair)
    for x in (198, 314):
        painter.setBrush(_gray(252))
        painter.drawEllipse(QPointF(x, 258), 32, 18)
        painter.setBrush(_gray(58))
        painter.drawEllipse(QPointF(x, 258), 15, 15)
        painter.setBrush(_gray(250))
        painter.drawEllipse(QPointF(x + 5, 253), 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_gray(52), 8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(164, 220), QPointF(226, 214))
    painter.drawLine(QPointF(286, 214), QPointF(348, 220))
    painter.setPen(QPen(_gray(120), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    nose = QPainterPath(QPointF(262, 262))
    nose.cubicTo(QPointF(270, 300), QPointF(288, 322), QPointF(252, 328))
    painter.drawPath(nose)
    painter.setPen(QPen(_gray(88), 9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    mouth = QPainterPath(QPointF(196, 374))
    mouth.cubicTo(QPointF(226, 410), QPointF(290, 410), QPointF(318, 370))
    painter.drawPath(mouth)


def _hills(painter: QPainter) -> None:
    """Hills one behind the other under a moon: soft gradients, long curves, stars as single points."""
    _sky(painter, 24, 150)
    painter.setPen(Qt.PenStyle.NoPen)
    random = np.random.RandomState(4)
    painter.setBrush(_gray(255))
    for x, y, r in random.rand(60, 3):
        painter.drawEllipse(QPointF(x * 512, y * 260), 0.8 + r, 0.8 + r)
    painter.setBrush(_gray(244))
    painter.drawEllipse(QPointF(120, 110), 46, 46)
    painter.setBrush(_gray(38))
    painter.drawEllipse(QPointF(140, 98), 40, 40)
    for level, base, height, phase in ((126, 300, 60, 0.0), (88, 360, 48, 1.7), (46, 430, 36, 3.1)):
        path = QPainterPath(QPointF(0, 512))
        for x in range(0, 513, 8):
            path.lineTo(x, base - height * np.sin(x / 80 + phase) - 10 * np.sin(x / 23 + phase))
        path.lineTo(512, 512)
        painter.setBrush(_gray(level))
        painter.drawPath(path)
