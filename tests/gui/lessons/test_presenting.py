"""Presenting: F11, what stays, Esc."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.window import Window


def test_only_stage_and_player_stay_and_all_comes_back(qtbot: QtBot, window: Window) -> None:
    lab: Any = window.lab
    window.lessons.open("convolution")
    around = (window.rail, window.top_bar, window.status_bar, lab.strip, lab.fields, lab.panel)
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert not any(part.isVisible() for part in around)
    assert lab.player.isVisible()
    qtbot.waitUntil(lambda: lab.player.size() == window.size())
    qtbot.keyClick(lab.player, Qt.Key.Key_Right)
    assert lab.state.step == 1
    qtbot.keyClick(lab.player, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert all(part.isVisible() for part in around)
    assert window.lessons.is_open


def test_another_lab_is_presented_in_its_turn(qtbot: QtBot, window: Window) -> None:
    window.presenting.begin()
    convolution: Any = window.lab
    window.open_lab("pooling")
    pooling: Any = window.lab
    assert not pooling.strip.isVisible()
    assert not window.rail.isVisible()
    window.open_lab("studio")  # one that cannot be presented fills the screen as it is
    assert window.rail.isVisible()
    assert window.isFullScreen()
    window.presenting.toggle()
    window.open_lab("pooling")
    assert pooling.strip.isVisible()
    window.open_lab("convolution")
    assert convolution.strip.isVisible()
    assert not window.presenting.active


def test_esc_first_closes_what_lies_over_the_window(qtbot: QtBot, window: Window) -> None:
    window.presenting.begin()
    window.show_palette()
    assert window.is_covered
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_Escape)
    assert not window.is_covered
    assert window.presenting.active
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.presenting.active


def test_closing_ends_it(window: Window) -> None:
    window.presenting.begin()
    window.close()
    assert not window.presenting.active
