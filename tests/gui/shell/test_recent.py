"""Recent states, copied and pasted links, and what a link must never do."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui import links, recent
from gui.recent import MOST, Visit
from gui.window import Window
from tests.gui.shell.conftest import MakeWindow
from tests.gui.shell.sample_lab import ENTRY, OTHER

NAME = ENTRY.name


def state(window: Window, **changes: Any) -> str:
    """Go to a state of the sample lab; returns its link."""
    link = links.to_link(NAME, ENTRY.state_type()(**changes))
    assert window.open_link(link)
    return link


def test_a_state_that_stays_is_kept(qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "LINGER_MS", 20)
    window = make_window()
    qtbot.waitUntil(lambda: len(window.recent.visits) == 1)
    first = window.link()
    second = state(window, text="9")
    qtbot.waitUntil(lambda: len(window.recent.visits) == 2)
    assert [visit.link for visit in window.recent.visits] == [second, first]
    assert [action.id for action in window.recent.actions()] == ["recent.0", "recent.forget"]
    assert window.recent.actions()[0].do()
    assert window.link() == first


def test_states_that_are_passed_are_not_kept_but_copied_ones_and_those_of_a_lab_that_is_left(window: Window) -> None:
    state(window, text="7")
    state(window, text="8")
    assert window.recent.visits == ()
    window.copy_link()
    state(window, text="9")
    window.open_lab(OTHER.name)
    kept = [visit.link for visit in window.recent.visits]
    assert ["text=9" in link for link in kept] == [True, False]
    assert "text=8" in kept[1]


def test_they_are_there_after_a_restart(make_window: MakeWindow) -> None:
    first = make_window()
    link = state(first, text="11")
    first.close()
    second = make_window()
    state(second, text="4")
    assert [visit.link for visit in second.recent.visits] == [link]
    names = [action.title for action in second.all_actions() if action.group == "Recent"]
    assert names == [f"{ENTRY.title}", "Forget recent states"]
    second.recent.forget()
    assert second.recent.actions() == []
    second.close()


def test_there_are_no_more_than_a_dozen_and_each_once(window: Window) -> None:
    for size in range(1, MOST + 5):
        state(window, text=str(size))
        window.copy_link()
    state(window, text="5")
    window.copy_link()
    found = window.recent.visits
    assert len(found) == MOST
    assert len({visit.key for visit in found}) == MOST
    assert "text=5" in found[0].link


def test_the_place_within_a_state_makes_no_other_state() -> None:
    one, other = Visit("receptive://a?v=1&k=3&step=4&row=2", "A"), Visit("receptive://a?v=1&k=3&step=9", "A")
    assert one.key == other.key
    assert one.key != Visit("receptive://a?v=1&k=5&step=4", "A").key


def test_a_file_of_settings_that_was_changed_by_hand_does_no_harm(make_window: MakeWindow) -> None:
    window = make_window()
    window.close()
    window.store.set_text("recent", "no link\tA\nreceptive://sample\nhttp://x\tB\n\t\nreceptive://gone?v=1\tC")
    again = make_window()
    assert [visit.title for visit in again.recent.visits if visit.title == "C"] == ["C"]
    again.recent.actions()[-2].do()  # of a lab that is gone: said, nothing else
    assert "leads nowhere" in again.notices.problems[-1].title


def test_a_link_is_copied_and_pasted(qtbot: QtBot, window: Window) -> None:
    link = state(window, text="13")
    qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == link
    state(window, text="3")
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.link() == link
    QGuiApplication.clipboard().setText("")
    window.recent.paste()
    assert window.link() == link


@pytest.mark.parametrize(
    "text",
    [
        "file:///etc/passwd",
        "http://example.org/",
        "receptive://../../etc/passwd",
        "receptive://os.system?v=1",
        "receptive://",
        "javascript:alert(1)",
        "x" * 300_000,
        "receptive://\x00",
    ],
)
def test_what_leads_nowhere_is_said(window: Window, text: str) -> None:
    before = window.link()
    QGuiApplication.clipboard().setText(text)
    window.recent.paste()
    assert window.link() == before
    assert window.notices.problems[-1].title == "The link leads nowhere"
