"""The convolution lab's actions: one table for menus, palette, keys and help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gui.actions import Action
from gui.labs.convolution.presets import ON_PICTURE, PRESETS, Preset
from gui.labs.convolution.state import Page

if TYPE_CHECKING:
    from gui.labs.convolution.lab import ConvolutionLab


def actions(lab: ConvolutionLab) -> Sequence[Action]:
    """What can be done now."""
    player = lab.player

    def stepping() -> bool:
        return lab.possible and lab.state.page is not Page.PICTURE

    def on_stage() -> bool:
        return lab.possible and lab.state.page is Page.STEPS

    def stepper(by: int) -> Callable[[], None]:
        return lambda: player.step(by)

    def opener(entry: Preset) -> Callable[[], None]:
        return lambda: lab.open_preset(entry)

    def page(wanted: Page) -> Callable[[], None]:
        return lambda: lab.show_page(wanted)

    def on_picture() -> bool:
        return lab.picture is not None and lab.state.page is Page.PICTURE

    def ask_for_picture() -> None:
        if lab.picture is not None:
            lab.picture.ask_for_picture()

    def paste() -> None:
        if lab.picture is not None:
            lab.picture.paste()

    def on_page(wanted: Page) -> Callable[[], bool]:
        return lambda: lab.state.page is wanted

    titles = {Page.STEPS: "Step by step", Page.PICTURE: "On a picture", Page.MATRIX: "As a matrix"}
    return [
        Action("play", "Play or pause", player.toggle, "Space", "Play", stepping, icon="play"),
        Action("forward", "Forward one step", stepper(1), "Right", "Play", stepping, repeat=True),
        Action("back", "Back one step", stepper(-1), "Left", "Play", stepping, repeat=True),
        Action("forward-10", "Forward ten steps", stepper(10), "Shift+Right", "Play", stepping, repeat=True),
        Action("back-10", "Back ten steps", stepper(-10), "Shift+Left", "Play", stepping, repeat=True),
        Action("first", "First step", lambda: player.go_to(0), "Home", "Play", stepping),
        Action("last", "Last step", lambda: player.go_to(player.playback.count - 1), "End", "Play", stepping),
        Action(
            "next-filter", "Next filter", lambda: lab.to_filter(1), "PgDown", "Play", stepping, words="channel output"
        ),
        Action("previous-filter", "Previous filter", lambda: lab.to_filter(-1), "PgUp", "Play", stepping),
        Action("slower", "Slower", lambda: player.set_speed(player.playback.slower()), "[", "Play", stepping),
        Action("faster", "Faster", lambda: player.set_speed(player.playback.faster()), "]", "Play", stepping),
        Action("numbers", "New numbers", lab.new_numbers, "N", "Edit", icon="dice", words="random"),
        Action(
            "check",
            "Hide outputs and check yourself",
            lambda: lab.change(replace(lab.state, check=not lab.state.check)),
            "C",
            "View",
            on_stage,
            checked=lambda: lab.state.check,
            words="quiz exercise",
        ),
        Action(
            "colours",
            "A colour for each weight",
            lambda: lab.change(replace(lab.state, colours=not lab.state.colours)),
            "W",
            "View",
            stepping,
            checked=lambda: lab.state.colours,
            words="color hue",
        ),
        Action(
            "stretched",
            "Show a transposed convolution as a convolution",
            lambda: lab.change(replace(lab.state, stretched=not lab.state.stretched, step=0)),
            group="View",
            enabled=lambda: on_stage() and lab.state.transposed,
            checked=lambda: lab.state.stretched,
            words="stamps zeros dilated input",
        ),
        Action("open-picture", "Open picture…", ask_for_picture, "Ctrl+O", "File", on_picture, icon="picture"),
        Action("paste", "Paste a picture or a kernel", paste, "Ctrl+V", "Edit", on_picture),
        Action("copy-code", "Copy the PyTorch code", lab.panel.code.copy, "", "File", lambda: lab.possible),
        *(
            Action(f"page.{key.value}", title, page(key), group="View", checked=on_page(key))
            for key, title in titles.items()
        ),
        *(
            Action(f"preset.{entry.name}", entry.title, opener(entry), group="Examples")
            for entry in PRESETS + ON_PICTURE
        ),
    ]
