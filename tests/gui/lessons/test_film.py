"""Play-throughs and vector pictures of the labs, and the same from the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gui import export, export_dialog
from gui.film import LAST_MS, STEP_MS, film
from gui.labs.convolution.presets import FIGURES, Preset
from gui.labs.convolution.state import trace
from gui.links import to_link
from gui.window import Window


def figure(name: str) -> Preset:
    return next(entry for entry in FIGURES if entry.name == name)


@pytest.mark.parametrize("name", ["padding_strides", "no_padding_no_strides", "no_padding_strides_transposed"])
def test_a_figure_becomes_a_gif_with_a_frame_for_each_step(window: Window, tmp_path: Path, name: str) -> None:
    state = figure(name).state
    window.open_lab("convolution", state)
    lab: Any = window.lab
    lab.player.go_to(2)
    path = tmp_path / "figure.gif"
    export.save_window(window, path, scale=0.5)
    steps = len(lab.player.trace)
    if not state.transposed:
        assert steps == len(trace(state))
    with Image.open(path) as gif:
        assert gif.n_frames == steps  # type: ignore[attr-defined]
        times = []
        for frame in range(steps):
            gif.seek(frame)
            times.append(gif.info["duration"])
        assert times == [STEP_MS] * (steps - 1) + [LAST_MS]
    assert lab.player.index == 2  # where it was


def test_pooling_films_too_and_stops_where_it_is_told(window: Window, tmp_path: Path) -> None:
    window.open_lab("pooling")
    lab: Any = window.lab
    path = tmp_path / "pooling.gif"
    export.save_window(window, path, scale=0.25, going_on=lambda done: done < 3)
    assert not path.exists()
    assert lab.player.index == 0
    pictures = list(film(lab.player, scale=0.25))
    assert len(pictures) == lab.player.playback.count
    assert len({bytes(picture.constBits()) for picture, _ in pictures}) == len(pictures)


def test_too_many_steps_are_refused_with_a_reason(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gui import film as module

    monkeypatch.setattr(module, "MOST", 4)
    with pytest.raises(export.ExportError, match="9 steps are too many"):
        export.save_window(window, tmp_path / "a.gif")


def test_the_dialog_offers_gif_and_writes_it(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(1100, 700)
    offered = []

    def choose(*arguments: Any) -> tuple[str, str]:
        offered.append(arguments[3])
        return str(tmp_path / "a.gif"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    window.export()
    assert "*.gif" in offered[0]
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 9  # type: ignore[attr-defined]
    window.open_lab("studio")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (offered.append(arguments[3]), ("", ""))[1])
    export_dialog.ask_and_save(window)
    assert "*.gif" not in offered[1]


def test_the_stage_is_text_in_an_svg(window: Window, tmp_path: Path) -> None:
    window.open_lab("convolution", figure("numerical_padding_strides").state)
    path = tmp_path / "a.svg"
    export.save_window(window, path)
    text = path.read_text(encoding="utf-8")
    assert "<image" not in text
    numbers = re.findall(r">([\d−]+)</text>", text)
    lab: Any = window.lab
    assert numbers.count("0") > 24  # the padding around a 5x5 input is there as text
    assert f"{lab.player.trace[0].value:g}" in numbers
    assert QSvgRenderer(str(path)).isValid()


def test_a_figure_from_the_command_line(qtbot: QtBot, tmp_path: Path) -> None:
    from gui import app

    path = tmp_path / "figure.gif"
    link = to_link("convolution", figure("padding_strides").state)
    assert app.run([link, "--export", str(path), "--size", "960x640", "--theme", "light"]) == 0
    with Image.open(path) as gif:
        assert gif.n_frames == 9  # type: ignore[attr-defined]
