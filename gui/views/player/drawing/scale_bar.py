"""The scale of a picture of values: what its colours mean, and over what they are scaled."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from gui.views.player.drawing.figures import number
from gui.views.player.drawing.fills import Fill, paint_picture
from gui.views.player.drawing.lettering import Ink, mono
from gui.views.player.drawing.look import Look
from gui.views.player.drawing.shapes import frame

THICK = 6


def level_bar(ink: Ink, look: Look, fill: Fill, x: float, y: float, width: float, *, alpha: float = 1.0) -> None:
    """A level scale, 6 px thick, its ends (and 0) below it. Takes 24 px of height."""
    rect = QRectF(round(x), round(y), round(width), THICK)
    ink.painter.setOpacity(alpha)
    paint_picture(ink.painter, rect, fill.bar(look.theme))
    ink.painter.setOpacity(1.0)
    frame(ink.painter, rect, look.color("border_strong"))
    face, color = mono(10 if look.sizes.name == "small" else look.sizes.caption_px - 1), look.color("text_3", alpha)
    below = rect.bottom() + 4 + face.cap
    low, high = number(round_figures(fill.low)), number(round_figures(fill.high))
    used = face.width(low) + face.width(high)
    if used + 6 > width:
        ink.put(f"±{high}" if fill.signed else high, rect.right(), below, face, color, "right")
        return
    ink.put(low, rect.left(), below, face, color, "left")
    ink.put(high, rect.right(), below, face, color, "right")
    if fill.signed and used + face.width("0") + 12 < width:
        ink.put("0", rect.center().x(), below, face, color)


def round_figures(value: float) -> float:
    """Three figures are enough on a scale."""
    return float(f"{value:.3g}")
