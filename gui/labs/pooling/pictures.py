"""Grey pictures to pool: computed here, or read from a file that the user opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

SIDE = 92
_FINE = 4  # so many samples along a side of a pixel, averaged


class PictureError(ValueError):
    """A file that cannot be shown; says why."""


def _plane() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y of all samples, from -1 to 1."""
    line = (np.arange(SIDE * _FINE) + 0.5) / (SIDE * _FINE) * 2 - 1
    x, y = np.meshgrid(line, line)
    return x, y


def _mean(fine: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(fine.reshape(SIDE, _FINE, SIDE, _FINE).mean(axis=(1, 3)), np.float64)


def _stroke(
    x: NDArray[np.float64], y: NDArray[np.float64], start: tuple[float, float], end: tuple[float, float], width: float
) -> NDArray[np.bool_]:
    """Samples nearer than half a width to a line."""
    across, down = end[0] - start[0], end[1] - start[1]
    share = np.clip(((x - start[0]) * across + (y - start[1]) * down) / (across**2 + down**2), 0, 1)
    near: NDArray[np.bool_] = np.hypot(x - start[0] - share * across, y - start[1] - share * down) < width / 2
    return near


def _letter() -> NDArray[np.float64]:
    """A capital R, light on dark."""
    x, y = _plane()
    bow = np.hypot(x - 0.08, y + 0.3)
    shape = _stroke(x, y, (-0.42, -0.7), (-0.42, 0.7), 0.2)
    shape |= (np.abs(bow - 0.36) < 0.1) & (x > 0.05)
    for height in (-0.66, 0.06):
        shape |= _stroke(x, y, (-0.42, height), (0.08, height), 0.2)
    shape |= _stroke(x, y, (-0.02, 0.08), (0.42, 0.7), 0.2)
    return _mean(np.where(shape, 235.0, 12.0))


def _rings() -> NDArray[np.float64]:
    """Rings that grow finer outwards: what is finer than the stride turns into false patterns."""
    x, y = _plane()
    return _mean(127.5 + 127.5 * np.cos(42 * (x**2 + y**2)))


def _spots() -> NDArray[np.float64]:
    """A few bright points and soft discs on noise."""
    source = np.random.RandomState(5)
    picture = source.randint(0, 40, (SIDE, SIDE)).astype(np.float64)
    for row, column in source.randint(4, SIDE - 4, (28, 2)).tolist():
        picture[row, column] = 255
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for row, column, radius in ((30, 28, 12), (60, 66, 17), (72, 22, 8)):
        picture += 190 * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * (radius / 2) ** 2))
    return np.clip(picture, 0, 255)


def _bricks() -> NDArray[np.float64]:
    """Bricks with thin dark joints, lit from above."""
    x, y = _plane()
    row = np.floor((y + 1) * 6)
    joint = ((y + 1) * 6 % 1 < 0.14) | (((x + 1) * 4 + row % 2 * 0.5) % 1 < 0.08)
    return _mean(
        np.where(joint, 30.0, 170.0 + 18 * np.sin(row * 2.1 + np.floor((x + 1) * 4 + row % 2 * 0.5) * 1.7) - 30 * y)
    )


BUNDLED: dict[str, tuple[str, Callable[[], NDArray[np.float64]]]] = {
    "letter": ("A letter", _letter),
    "rings": ("Rings", _rings),
    "spots": ("Spots on noise", _spots),
    "bricks": ("Bricks", _bricks),
}


@lru_cache(maxsize=8)
def bundled(name: str) -> NDArray[np.float64]:
    """A computed picture (92, 92) of whole greys from 0 to 255; the first if there is none of that name."""
    picture = np.rint(BUNDLED.get(name, BUNDLED["letter"])[1]())
    picture.setflags(write=False)
    return picture


def opened(path: Path) -> NDArray[np.float64]:
    """A picture of a file in greys, its longer side at most 92 pixels. PictureError if it cannot be read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise PictureError(f"“{path.name}” cannot be read as a picture: {reader.errorString()}.")
    return of_image(image)


def of_image(image: QImage) -> NDArray[np.float64]:
    """An image in greys, its longer side at most 92 pixels."""
    if max(image.width(), image.height()) > SIDE:
        image = image.scaled(
            QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(np.float64)
