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


def film(player: PlayerView, *, scale: float = 1.0, steps: range | None = None) -> Iterator[tuple[QImage, int]]:
    """(picture, milliseconds that it is shown) of each step, or of these, `scale` pixels to a logical one.

    The player is put back to its step at the end. ValueError for more than a thousand steps.
    """
    steps = range(player.playback.count) if steps is None else steps
    if len(steps) > MOST:
        raise ValueError(f"{len(steps):,} steps are too many for one animation; {MOST:,} are the most")
    before = player.index
    player.playback.pause()
    try:
        for step in steps:
            player.go_to(step)
            yield still(player, scale=scale), STEP_MS if step + 1 < steps.stop else LAST_MS
    finally:
        player.go_to(before)


def stretch(player: PlayerView) -> range:
    """All steps; where they are too many for one animation, those of the filter or channel that is shown."""
    count, index = player.playback.count, player.index
    if count <= MOST or player.scene is None:
        return range(count)
    segments = player.scene.segments()
    here = next((part for part in segments if part.first <= index < part.first + part.count), segments[0])
    return range(here.first, here.first + here.count)


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
