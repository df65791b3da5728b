"""The pooling lab's actions: one table for menus, palette, keys and help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gui.actions import Action
from gui.labs.pooling.presets import PRESETS, Preset
from gui.labs.pooling.state import Page

if TYPE_CHECKING:
    from gui.labs.pooling.lab import PoolingLab


def actions(lab: PoolingLab) -> Sequence[Action]:
    """What can be done in the lab, and all its examples."""
    player = lab.player

    def stepping() -> bool:
        return lab.state.page is Page.STEPS

    def stepper(by: int) -> Callable[[], None]:
        return lambda: player.step(by)

    def page(name: Page) -> Callable[[], None]:
        return lambda: lab.change(replace(lab.state, page=name))

    def opener(preset: Preset) -> Callable[[], None]:
        return lambda: lab.open_preset(preset)

    return [
        Action("play", "Play or pause", player.toggle, "Space", "Play", stepping),
        Action("forward", "One step forward", stepper(1), "Right", "Play", stepping, repeat=True),
        Action("back", "One step back", stepper(-1), "Left", "Play", stepping, repeat=True),
        Action("forward-ten", "Ten steps forward", stepper(10), "Shift+Right", "Play", stepping, repeat=True),
        Action("back-ten", "Ten steps back", stepper(-10), "Shift+Left", "Play", stepping, repeat=True),
        Action("first", "First step", lambda: player.go_to(0), "Home", "Play", stepping),
        Action("last", "Last step", lambda: player.go_to(player.playback.count - 1), "End", "Play", stepping),
        Action(
            "next-channel", "Next channel", lambda: lab.to_channel(1), "PgDown", "Play", stepping, words="filter map"
        ),
        Action("previous-channel", "Previous channel", lambda: lab.to_channel(-1), "PgUp", "Play", stepping),
        Action("slower", "Slower", lambda: player.set_speed(player.playback.slower()), "[", "Play", stepping),
        Action("faster", "Faster", lambda: player.set_speed(player.playback.faster()), "]", "Play", stepping),
        Action("new-numbers", "New numbers", lab.new_numbers, "N", "Numbers", stepping, words="random seed dice"),
        Action(
            "paste-numbers", "Paste numbers or a picture", lab.paste_numbers, "Ctrl+V", "Numbers", words="csv matrix"
        ),
        Action(
            "check",
            "Hide outputs and check yourself",
            lab.toggle_check,
            "C",
            "Numbers",
            stepping,
            checked=lambda: lab.state.check,
            words="quiz test learn",
        ),
        Action("steps", "Step by step", page(Page.STEPS), "", "View"),
        Action("picture", "On a picture", page(Page.PICTURE), "", "View"),
        Action("copy-code", "Copy the PyTorch program", lab.panel.copy_code, "", "Edit", words="code"),
        *(
            Action(f"preset-{entry.name}", entry.title, opener(entry), group="Examples", words=f"preset {entry.note}")
            for entry in PRESETS
        ),
    ]
