"""Small controls that labs and views build their bars and panels from. Each takes a theme; see `set_theme_below`."""

from __future__ import annotations

from gui.theme.controls.base import HEIGHT, ButtonControl, Control, Themed, box, mixed, set_grown_below, set_theme_below
from gui.theme.controls.buttons import Button, IconButton, PrimaryButton, RoundButton, Toggle
from gui.theme.controls.choices import FieldBox, Segmented
from gui.theme.controls.readouts import Readout, key_width, paint_key
from gui.theme.controls.steppers import Stepper

__all__ = [
    "HEIGHT",
    "Button",
    "ButtonControl",
    "Control",
    "FieldBox",
    "IconButton",
    "PrimaryButton",
    "Readout",
    "RoundButton",
    "Segmented",
    "Stepper",
    "Themed",
    "Toggle",
    "box",
    "key_width",
    "mixed",
    "paint_key",
    "set_grown_below",
    "set_theme_below",
]
