"""The convolution lab's actions: one table for menus, palette, keys and help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

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

    def playing() -> bool:
        return lab.possible

    def do(what: str) -> Callable[[], None]:
        """On the stage, or over the picture."""

        def done() -> None:
            if lab.picture is not None and lab.state.page is Page.PICTURE:
                over: dict[str, Callable[[], None]] = {
                    "toggle": lab.picture.play.toggle,
                    "first": lambda: lab.picture.play.go_to(0) if lab.picture is not None else None,
                    "last": lambda: lab.picture.play.step(10**9) if lab.picture is not None else None,
                    "slower": lab.picture.play.slower,
                    "faster": lab.picture.play.faster,
                }
                over[what]()
                return
            on_stage_: dict[str, Callable[[], None]] = {
                "toggle": player.toggle,
                "first": lambda: player.go_to(0),
                "last": lambda: player.go_to(player.playback.count - 1),
                "slower": lambda: player.set_speed(player.playback.slower()),
                "faster": lambda: player.set_speed(player.playback.faster()),
            }
            on_stage_[what]()

        return done

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

    def choose_learned() -> None:
        lab.show_page(Page.PICTURE)
        picture = lab.picture
        if picture is not None and lab.theme is not None:
            strip = picture.strip
            picture.learned.show_menu(strip.mapToGlobal(QPoint(strip.width() // 2, strip.height())), lab.theme)

    def paste() -> None:
        if lab.picture is not None:
            lab.picture.paste()

    def paste_anything() -> None:
        if on_picture():
            paste()
        else:
            lab.paste_numbers()

    def on_page(wanted: Page) -> Callable[[], bool]:
        return lambda: lab.state.page is wanted

    titles = {Page.STEPS: "Step by step", Page.PICTURE: "On a picture", Page.MATRIX: "As a matrix"}
    return [
        Action("play", "Play or pause", do("toggle"), "Space", "Play", playing, icon="play"),
        Action("forward", "Forward one step", stepper(1), "Right", "Play", stepping, repeat=True),
        Action("back", "Back one step", stepper(-1), "Left", "Play", stepping, repeat=True),
        Action("forward-10", "Forward ten steps", stepper(10), "Shift+Right", "Play", stepping, repeat=True),
        Action("back-10", "Back ten steps", stepper(-10), "Shift+Left", "Play", stepping, repeat=True),
        Action("first", "First step", do("first"), "Home", "Play", playing),
        Action("last", "Last step", do("last"), "End", "Play", playing),
        Action(
            "next-filter", "Next filter", lambda: lab.to_filter(1), "PgDown", "Play", stepping, words="channel output"
        ),
        Action("previous-filter", "Previous filter", lambda: lab.to_filter(-1), "PgUp", "Play", stepping),
        Action("slower", "Slower", do("slower"), "[", "Play", playing),
        Action("faster", "Faster", do("faster"), "]", "Play", playing),
        Action("numbers", "New numbers", lab.new_numbers, "N", "Edit", icon="dice", words="random"),
        Action(
            "check",
            "Hide outputs and check yourself",
            lambda: lab.checking.switch(not lab.state.check),
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
        Action("learned", "Learned kernels…", choose_learned, group="Edit", words="studio network trained gallery"),
        Action("open-picture", "Open picture…", ask_for_picture, "Ctrl+O", "File", on_picture, icon="picture"),
        Action("paste", "Paste numbers, a kernel or a picture", paste_anything, "Ctrl+V", "Edit", words="csv matrix"),
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
