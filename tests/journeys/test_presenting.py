"""The Studio on a projector: F11 leaves the stage, larger; Esc brings all back. And what is on it as a film."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui import export
from gui.labs.studio.state import Page
from tests.gui.lessons.screen import texts
from tests.journeys.conftest import Start, until


def test_only_the_stage_and_the_player_stay(qtbot: QtBot, start: Start) -> None:
    window, lab = start("--size", "1600x1000", wait=False)
    canvas = lab.pages.network.canvas
    before = canvas.zoom()
    around = (window.rail, window.top_bar, window.status_bar, lab.timeline, lab.dock)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not any(part.isVisible() for part in around)
    assert canvas.zoom() > before == 1.0
    qtbot.waitUntil(lambda: lab.widget.size() == window.size())
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert all(part.isVisible() for part in around)
    qtbot.waitUntil(lambda: canvas.zoom() == before)
    assert not window.presenting.active


def test_esc_lets_go_what_is_typed_before_it_ends_presenting(qtbot: QtBot, start: Start) -> None:
    window, lab = start("receptive://studio?net=googlenet-small", "--size", "1280x800")
    until(qtbot, lambda: lab.settled)
    window.presenting.begin()
    finder = lab.pages.network.header.finder
    qtbot.keyClicks(finder, "conv")
    qtbot.keyClick(finder, Qt.Key.Key_Escape)
    assert window.presenting.active
    assert finder.list is None
    assert finder.text() == ""
    qtbot.keyClick(finder, Qt.Key.Key_Escape)
    assert not window.presenting.active


def test_the_step_player_is_presented_and_filmed(
    qtbot: QtBot, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, lab = start("receptive://studio?v=1&page=step&node=dense2&map=4", "--size", "1280x800")
    until(qtbot, lambda: lab.settled and lab.state.page is Page.STEP)
    player = lab.pages.player
    assert player is not None
    high = player.formula.height()
    window.presenting.begin()
    assert player.formula.height() > high
    window.presenting.end()
    assert player.formula.height() == high
    found = texts(window, tmp_path)
    assert f"{player.index + 1}" in found
    monkeypatch.setattr("gui.film.MOST", 100)
    export.save_window(window, tmp_path / "steps.gif", scale=0.2)
    with Image.open(tmp_path / "steps.gif") as gif:
        assert gif.n_frames == 84  # type: ignore[attr-defined]
    assert player.index == 4


def test_where_there_are_too_many_steps_one_map_is_filmed(qtbot: QtBot, start: Start) -> None:
    from gui.film import stretch

    _, lab = start("receptive://studio?v=1&page=step&node=conv2&map=3&row=4&col=4")
    until(qtbot, lambda: lab.settled and lab.state.page is Page.STEP)
    player = lab.pages.player
    assert player is not None
    assert stretch(player) == range(300, 400)


def test_the_stage_is_vectors_with_text_as_text(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    window, lab = start("receptive://studio?v=1&node=conv2&map=3&row=4&col=4", "--size", "1600x1000")
    until(qtbot, lambda: lab.settled)
    found = texts(window, tmp_path)
    for text in ("Conv 1", "28×28×6", "10×10×16", "probability", "logit", "14×14"):
        assert text in found
    svg = (tmp_path / "screen.svg").read_text(encoding="utf-8")
    pictures = svg.count("<image")
    assert 60 < pictures < 250  # one for each map and kernel, not one of the whole stage
    widths = [float(width) for width in re.findall(r'<image [^>]*?width="([\d.]+)"', svg)]
    assert len(widths) == pictures
    assert max(widths) < 400
