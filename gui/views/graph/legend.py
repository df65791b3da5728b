"""What the bars and colours of a diagram mean, along the foot of the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.messages import Scale
from gui.theme import colormaps
from gui.views import drawing
from gui.views.graph.colors import role_color
from gui.views.graph.paint import NEAR

if TYPE_CHECKING:
    from gui.views.graph.unfolding import Unfolding

_ROLES = ("Convolution", "Linear", "Pooling", "Normalization", "Activation")
_SCALED = {
    Scale.MAP: "each map scaled over itself",
    Scale.LAYER: "each layer scaled over itself",
    Scale.NETWORK: "all layers on one scale",
}
_BAR = 96


def paint_legend(painter: QPainter, canvas: Unfolding) -> None:
    """Costs at the left, with the colours of operations where cards have them; the scale of values at the right."""
    sides = canvas.sides
    painter.save()
    painter.scale(sides.grown, sides.grown)
    _paint(painter, canvas, sides.plain.stage)
    painter.restore()


def _paint(painter: QPainter, canvas: Unfolding, stage: QRect) -> None:
    theme = canvas.theme
    ink = drawing.ui(11)
    entries = [("parameters", theme.kernel, 24), ("multiply-adds", theme.text_2, 24)]
    if canvas.by_role:
        entries += [(name, role_color(theme, name), 8) for name in _ROLES]
    width = _width(ink, entries)
    if width > stage.width() - 16:
        entries = entries[:2]
        width = _width(ink, entries)
    ground = QColor(theme.stage)
    ground.setAlphaF(0.85)
    x, y = stage.left() + 8.0, stage.bottom() - 14.0
    painter.fillRect(QRectF(x - 6, y - 12, width, 24), ground)
    for text, color, swatch in entries:
        box = QRectF(x, round(y - 1), swatch, 3) if swatch > 10 else QRectF(x, round(y - 4), swatch, 8)
        painter.fillRect(box, color)
        x = drawing.write(painter, x + swatch + 8, y + 4, text, ink, theme.text_2) + 18
    snapshot = canvas.snapshot
    if snapshot is None or canvas.camera.zoom < NEAR:
        return
    words = _SCALED[snapshot.scale]
    left = stage.left() + width + 40.0
    if left + _BAR + 16 + ink.width(words) > stage.right() - 8:
        return
    painter.fillRect(QRectF(left - 8, y - 12, _BAR + 28 + ink.width(words), 26), ground)
    table = np.ascontiguousarray(colormaps.lut(theme, "activation_signed"))
    image = QImage(table.data, 256, 1, 1024, QImage.Format.Format_RGB32)
    bar = QRectF(round(left), round(y - 8), _BAR, 6)
    painter.drawImage(bar, image)
    drawing.frame(painter, bar, theme.border_strong)
    mono = drawing.mono(10)
    drawing.write(painter, left, y + 9, "\u2212max", mono, theme.text_3)
    drawing.write_middle(painter, left + _BAR / 2, y + 9, "0", mono, theme.text_3)
    drawing.write_right(painter, left + _BAR, y + 9, "max", mono, theme.text_3)
    drawing.write(painter, left + _BAR + 12, y + 4, words, ink, theme.text_3)


def _width(ink: drawing.Ink, entries: list[tuple[str, QColor, int]]) -> float:
    return sum(ink.width(text) + swatch + 26 for text, _, swatch in entries)
