"""The sheet of keys: every group in one piece, in order, the columns as even as can be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.actions import Action, groups
from gui.key_sheet import KeySheet
from gui.window import Window


def _actions(*sizes: int) -> list[Action]:
    keys = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    return [
        Action(f"{group}-{number}", f"Action {number}", lambda: None, next(keys), f"Group {group}")
        for group, size in enumerate(sizes)
        for number in range(size)
    ]


def test_columns_are_even_and_groups_whole(window: Window) -> None:
    actions = _actions(9, 6, 8, 9, 1, 1, 1, 1)
    sheet = KeySheet(lambda: actions, window.theme, window)
    sheet.resize(1280, 800)
    sheet.arrange()
    titles = [[text for text, action in column if action is None] for column in sheet._columns]
    assert sum(titles, []) == list(groups(actions))  # noqa: RUF017
    heights = [sheet._height(column) for column in sheet._columns]
    assert len(heights) == 3
    assert max(heights) < 0.45 * sum(heights)


def test_a_window_without_keys_and_a_narrow_one(qtbot: QtBot, window: Window) -> None:
    sheet = KeySheet(list, window.theme, window)
    sheet.resize(960, 600)
    sheet.open()
    assert sheet._columns == [[]]
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_rows_stand_closer_before_any_is_hidden(window: Window) -> None:
    sheet = KeySheet(lambda: _actions(12, 11, 12), window.theme, window)
    rows = []
    for height in (800, 430, 300):
        sheet.resize(1280, height)
        sheet.arrange()
        rows.append(sheet._row)
    assert rows == sorted(rows, reverse=True)
    assert rows[0] > rows[1] > 22.0 - 1
    assert rows[2] == 22.0  # closer nobody could read them: the rest is scrolled to
