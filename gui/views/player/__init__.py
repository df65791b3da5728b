"""The step player: one player for all traces, and the parts that labs build theirs from."""

from __future__ import annotations

from gui.views.player.drawing.grid import NumberGrid
from gui.views.player.formula_line import FormulaLine
from gui.views.player.playback import Moment, Playback
from gui.views.player.player import PlayerView
from gui.views.player.scenes.choice import scene_of
from gui.views.player.scenes.scene import Hit, Names, Scene, Segment
from gui.views.player.stage import StepStage
from gui.views.player.transport import Transport

__all__ = [
    "FormulaLine",
    "Hit",
    "Moment",
    "Names",
    "NumberGrid",
    "Playback",
    "PlayerView",
    "Scene",
    "Segment",
    "StepStage",
    "Transport",
    "scene_of",
]
