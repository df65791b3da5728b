"""The palette and the sheet of keys, by keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.key_sheet import KeySheet
from gui.palette import Palette
from gui.window import Window
from tests.gui.shell.sample_lab import SampleLab

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def palette(qtbot: QtBot, window: Window) -> Palette:
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    palette = window.findChild(Palette)
    assert palette is not None
    assert palette.isVisible()
    return palette


def done(window: Window) -> list[str]:
    assert isinstance(window.lab, SampleLab)
    return window.lab.done


def test_typing_and_enter_do_an_action(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "thelig")
    assert palette.matches[0].action.title == "Theme: light"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.theme.name == "light"


def test_arrows_choose_and_go_round(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.current == len(palette.matches) - 1
    assert palette.panel().contains(palette.row_rect(palette.current))
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.current == 0
    qtbot.keyClick(palette.field, Qt.Key.Key_PageDown)
    assert palette.current == 10


def test_escape_closes_and_gives_the_keyboard_back(qtbot: QtBot, window: Window) -> None:
    assert isinstance(window.lab, SampleLab)
    window.lab.network.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    palette = window.findChild(Palette)
    assert palette is not None
    qtbot.waitUntil(palette.field.hasFocus)
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.lab.network.hasFocus()


def test_keys_typed_there_do_nothing_else(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "go ?")
    assert done(window) == []
    assert palette.field.text() == "go ?"
    assert window.findChild(KeySheet) is None


def test_a_disabled_action_stays_undone(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "rewind")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done(window) == []
    assert palette.isVisible()


def test_what_was_done_last_comes_first(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "train")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done(window) == ["train"]
    window.show_palette()
    assert palette.matches[0].action.id == "train"


def test_a_pasted_link_leads_there(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "receptive://other?n=2")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.host.name == "other"


def test_a_click_does_a_row_and_a_click_beside_closes(qtbot: QtBot, window: Window, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "train")
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.row_rect(0).center().toPoint())
    assert done(window) == ["train"]
    window.show_palette()
    qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.rect().bottomLeft())
    assert not palette.isVisible()


def test_nothing_found_says_so(qtbot: QtBot, palette: Palette) -> None:
    qtbot.keyClicks(palette.field, "qqqq")
    assert palette.matches == []
    palette.grab()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_the_palette_fits_a_small_window(qtbot: QtBot, window: Window, palette: Palette) -> None:
    window.resize(960, 600)
    qtbot.waitUntil(lambda: palette.size() == window.size())
    assert window.rect().contains(palette.panel().toRect())


def test_help_opens_and_closes_with_its_key(qtbot: QtBot, window: Window) -> None:
    key = Qt.Key.Key_Question
    qtbot.keyClick(window, key)
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    assert sheet.isVisible()
    assert window.rect().contains(sheet.panel().toRect())
    sheet.grab()
    qtbot.keyClick(sheet, Qt.Key.Key_Space)
    assert done(window) == []
    qtbot.keyClick(sheet, key)
    assert not sheet.isVisible()


def test_the_sheet_scrolls_where_it_is_longer_than_the_window(qtbot: QtBot, window: Window) -> None:
    window.resize(960, 600)
    window.show_keys()
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.width() == 960)
    for _ in range(50):
        qtbot.keyClick(sheet, Qt.Key.Key_PageDown)
    assert window.rect().contains(sheet.panel().toRect())
    assert sheet._scroll <= sheet._contents()
