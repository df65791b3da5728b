"""Writes the drawing of a network alone, without the window around it, to a file: PNG, or SVG with text as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog

from gui.labs.studio.stage import Stage
from gui.labs.studio.state import Drawing

if TYPE_CHECKING:
    from gui.labs.studio.lab import StudioLab

_SHARPNESS = 2
"""Pixels of a PNG to one of the window's."""
_FILTERS = "Picture, twice as sharp (*.png);;Vector picture, text stays text (*.svg)"


def ask_and_save(lab: StudioLab) -> None:
    """Let the user choose a file and write the drawing on the stage there; says how it went."""
    stage, opened = lab.pages.network, lab.experiment.opened
    name = opened.settings.network if opened is not None else "network"
    name = f"{Path(name).name.replace(':', '-')}-{stage.drawing}.png"  # a module's name has its file in it
    path, _ = QFileDialog.getSaveFileName(lab.widget, "Export the drawing", str(Path.home() / name), _FILTERS)
    if path:
        tell = lab.context.notices
        try:
            written = save(stage, Path(path))
        except OSError as problem:
            tell.failed("Nothing was exported", f"“{path}” cannot be written: {problem.strerror or problem}.")
        else:
            tell.noticed(f"Exported to {written}")


def save(stage: Stage, path: Path) -> Path:
    """Write the drawing; a name without an ending gets .png. OSError where that is not possible."""
    if path.suffix.lower() not in (".png", ".svg"):
        path = path.with_name(f"{path.name}.png")
    stage.finish()
    size = size_of(stage)
    if path.suffix.lower() == ".svg":
        _save_svg(stage, path, size)
    else:
        image = QImage(size * _SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(_SHARPNESS)
        _paint(stage, QPainter(image))
        if not image.save(str(path)):
            raise OSError(0, "the folder is not there, or cannot be written, or the disk is full", str(path))
    return path


def _save_svg(stage: Stage, path: Path, size: QSize) -> None:
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # 1.1 has clips, Tiny 1.2 has none
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setResolution(round(stage.logicalDpiX()))
    painter = QPainter()
    if not painter.begin(generator):
        raise OSError(0, "the folder is not there, or cannot be written, or the disk is full", str(path))
    _paint(stage, painter)


def size_of(stage: Stage) -> QSize:
    """How large the drawing is: as large as the stage; of a table all rows."""
    view: Any = stage.current
    rows = stage.heading_height + round(view.paint_height()) if stage.drawing is Drawing.TABLE else stage.height()
    return QSize(stage.width(), max(rows, 1))


def _paint(stage: Stage, painter: QPainter) -> None:
    view: Any = stage.current
    try:
        painter.fillRect(QRect(QPoint(), size_of(stage)), stage.theme.stage)
        painter.save()
        if stage.drawing is Drawing.MAPS:
            view.paint_to(painter, view.rect())
        else:
            painter.translate(0, stage.heading_height)
            view.paint(painter)
        painter.restore()
        stage.paint_heading(painter, right=stage.width())
    finally:
        painter.end()
