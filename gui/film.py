"""A whole play-through as pictures: the player's stage and its formula, one picture a step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.views.player import PlayerView

STEP_MS = 500
LAST_MS = 2000
"""The last picture stays, so that the whole result can be read before it begins anew."""
MOST = 1000
_FLAGS = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren


def film(player: PlayerView, *, scale: float = 1.0) -> Iterator[tuple[QImage, int]]:
    """(picture, milliseconds that it is shown) of each step, `scale` pixels to a logical one.

    The player is put back to its step at the end. ValueError for more than a thousand steps.
    """
    count = player.playback.count
    if count > MOST:
        raise ValueError(f"{count:,} steps are too many for one animation; {MOST:,} are the most")
    before = player.index
    player.playback.pause()
    try:
        for step in range(count):
            player.go_to(step)
            yield still(player, scale=scale), STEP_MS if step + 1 < count else LAST_MS
    finally:
        player.go_to(before)


def still(player: PlayerView, *, scale: float = 1.0) -> QImage:
    """The stage with the formula below it, as they are now."""
    parts = (player.stage, player.formula)
    width, height = player.width(), sum(part.height() for part in parts)
    image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(player.theme.stage)
    y = 0
    for part in parts:
        part.render(image, QPoint(0, y), QRegion(), _FLAGS)
        y += part.height()
    image.setDevicePixelRatio(1.0)
    return image
