"""What is on screen as a file: PNG at any scale, SVG with text as text, GIF from frames."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.window import Window

SUFFIXES = (".png", ".svg", ".gif")
LARGEST = 32_000
"""Pixels along a side."""
_LIT = ("hovered", "ring")
_FLAGS = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren


class ExportError(ValueError):
    """A picture that cannot be made or written; says why and what to do."""


def picture(window: Window, *, scale: float = 1.0) -> QImage:
    """What the window shows, as on a screen with `scale` pixels to a logical pixel: sharp at any scale. Notices and
    other things that lie over it for a moment are left out."""
    size = window.size()
    width, height = round(size.width() * scale), round(size.height() * scale)
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise ExportError(f"A picture of {width} × {height} pixels cannot be made; choose another scale.")
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise ExportError(f"There is not enough memory for {width} × {height} pixels; choose a smaller scale.")
    image.setDevicePixelRatio(scale)
    image.fill(window.theme.window)
    with _at_rest(window):
        for part in window.parts():
            part.render(image, part.pos(), QRegion(), _FLAGS)
    image.setDevicePixelRatio(1.0)
    return image


def save_window(
    window: Window, path: Path, *, scale: float = 1.0, going_on: Callable[[int], bool] | None = None
) -> None:
    """Write what the window shows to a .png, .svg or .gif (the frames of a lab that has `frames`, else a single one).

    `going_on` is told before each frame of a GIF how many there are so far; where it returns False nothing is written.
    ExportError says what is wrong with the name, the folder or the disk.
    """
    check(path)
    suffix = path.suffix.lower()
    if suffix == ".svg":
        save_svg(window, path)
    elif suffix == ".gif":
        frames = getattr(window.lab, "frames", None)
        save_gif(frames(scale) if frames is not None else [picture(window, scale=scale)], path, going_on=going_on)
    elif not picture(window, scale=scale).save(str(path)):
        raise ExportError(f"“{path}” could not be written; is the disk full?")


def check(path: Path) -> None:
    """ExportError if the name's ending is none that can be written, or there is no such folder, or no permission."""
    if path.suffix.lower() not in SUFFIXES:
        raise ExportError(f"“{path.name}” ends in none of {', '.join(SUFFIXES)}; these can be written.")
    if path.is_dir():
        raise ExportError(f"“{path}” is a folder; add the name of a file.")
    if not path.parent.is_dir():
        raise ExportError(f"There is no folder “{path.parent}”; make it first, or choose another.")
    existed = path.exists()
    try:
        path.open("ab").close()
    except OSError as problem:
        raise ExportError(f"“{path}” cannot be written: {problem.strerror or problem}.") from None
    if not existed:
        path.unlink(missing_ok=True)


def save_svg(window: Window, path: Path) -> None:
    """The window as SVG: lines as lines, text as text (in the faces of this system), pictures of values as pictures."""
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # 1.1 has clips, Tiny 1.2 has none
    generator.setFileName(str(path))
    generator.setSize(window.size())
    generator.setViewBox(QRect(QPoint(), window.size()))
    generator.setResolution(round(window.logicalDpiX()))
    generator.setTitle(window.windowTitle())
    painter = QPainter()
    if not painter.begin(generator):
        raise ExportError(f"“{path}” could not be written; is the disk full?")
    painter.fillRect(window.rect(), window.theme.window)
    with _at_rest(window):
        _paint_parts(window, painter)
    painter.end()


def _paint_parts(window: Window, painter: QPainter) -> None:
    """The window's parts; a lab that paints itself as vectors does."""
    for part in window.parts():
        if window.lab is not None and part.isAncestorOf(window.lab.widget):
            painter.save()
            painter.translate(part.pos())
            done = window.lab.paint(painter)
            painter.restore()
            if done:
                continue
        part.render(painter, part.pos(), QRegion(), _FLAGS)


@contextlib.contextmanager
def _at_rest(window: Window) -> Iterator[None]:
    """Nothing looks hovered or focused in a picture."""
    lit = [(part, name) for part in window.findChildren(QWidget) for name in _LIT if getattr(part, name, False) is True]
    for part, name in lit:
        setattr(part, name, False)
    try:
        yield
    finally:
        for part, name in lit:
            setattr(part, name, True)


def save_gif(
    frames: Iterable[QImage | tuple[QImage, int]],
    path: Path,
    *,
    milliseconds: int = 250,
    loop: bool = True,
    going_on: Callable[[int], bool] | None = None,
) -> None:
    """Frames of one size as an animated GIF. Each frame has 256 colours of its own, and is shown for `milliseconds`
    where it does not come with a time.

    `going_on`: see `save_window`. ExportError if there are no frames, or the file cannot be written.
    """
    from PIL import Image

    images: list[Image.Image] = []
    times: list[int] = []
    for entry in _frames(frames):
        if going_on is not None and not going_on(len(images)):
            return
        frame, time = entry if isinstance(entry, tuple) else (entry, milliseconds)
        times.append(time)
        rgb = frame.convertToFormat(QImage.Format.Format_RGB888)
        data = bytes(rgb.constBits())
        images.append(
            Image.frombytes("RGB", (rgb.width(), rgb.height()), data, "raw", "RGB", rgb.bytesPerLine()).quantize(256)
        )
    if not images:
        raise ExportError("There are no frames to make a GIF of.")
    try:
        images[0].save(path, save_all=True, append_images=images[1:], duration=times, loop=0 if loop else 1)
    except OSError as problem:
        raise ExportError(f"“{path}” cannot be written: {problem.strerror or problem}.") from None


def _frames(frames: Iterable[QImage | tuple[QImage, int]]) -> Iterator[QImage | tuple[QImage, int]]:
    """The frames; a lab's reason why there can be none is the reason of the export."""
    try:
        yield from frames
    except ValueError as problem:
        raise ExportError(f"{str(problem)[:1].upper()}{str(problem)[1:]}.") from None
