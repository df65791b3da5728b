"""Errors stay, notes go, progress can be stopped, and nothing covers the middle of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui import notices as module
from gui.notice_cards import NoteCard, ProblemCard, TaskCard
from gui.window import Window
from tests.gui.shell.conftest import MakeWindow

DETAILS = "Traceback (most recent call last):\n" + "  line\n" * 40


def test_a_note_goes_by_itself(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NOTE_SECONDS", 0.01)
    window.notices.noticed("Run saved")
    assert len(window.notices.cards) == 1
    qtbot.waitUntil(lambda: not window.notices.cards)


def test_a_note_can_be_acted_on(qtbot: QtBot, window: Window) -> None:
    done: list[str] = []
    window.notices.noticed("Exported", action="Show", callback=lambda: done.append("shown"))
    card = window.notices.cards[0]
    button = next(child for child in card.children() if getattr(child, "text", str)() == "Show")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["shown"]
    assert not window.notices.cards


def test_the_same_note_is_shown_once(window: Window) -> None:
    window.notices.noticed("Link copied")
    window.notices.noticed("Link copied")
    assert len(window.notices.cards) == 1


def test_an_error_stays_until_closed_and_is_copied_whole(qtbot: QtBot, window: Window) -> None:
    window.notices.failed("No file", "“a.gz” is truncated.", DETAILS, advice="Download it again.")
    (card,) = window.notices.cards
    assert isinstance(card, ProblemCard)
    card.copy()
    copied = QGuiApplication.clipboard().text()
    assert all(part in copied for part in ("No file", "“a.gz” is truncated.", "Download it again.", "Traceback"))
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.notices.cards


def test_details_unfold_and_stay_inside_the_window(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(size=(1280, 800))
    window.notices.failed("No file", "Message", DETAILS)
    (card,) = window.notices.cards
    assert isinstance(card, ProblemCard)
    before = card.height()
    card._toggle()
    qtbot.waitUntil(lambda: card.height() > before)
    assert window.rect().contains(card.geometry())
    assert card.geometry().bottom() < window.status_bar.geometry().top()


def test_the_same_error_is_counted(window: Window) -> None:
    for _ in range(3):
        window.notices.failed("No file", "Message")
    (card,) = window.notices.cards
    assert isinstance(card, ProblemCard)
    assert card._title.text() == "No file (3 times)"


def test_more_than_have_room_wait_for_their_turn(qtbot: QtBot, window: Window) -> None:
    for index in range(5):
        window.notices.failed(f"Error {index}", "Message")
    assert (len(window.notices.cards), window.notices.waiting) == (3, 2)
    assert len(window.notices.problems) == 5
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert (len(window.notices.cards), window.notices.waiting) == (3, 1)


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_cards_leave_the_middle_of_the_window_free(make_window: MakeWindow, size: tuple[int, int]) -> None:
    window = make_window(size=size)
    for index in range(3):
        window.notices.failed(f"Error {index}", "A long message. " * 12, DETAILS, advice="Something to do. " * 4)
    window.notices.progress("Downloading MNIST", 1, 2)
    centre = QPoint(size[0] // 2, size[1] // 2)
    assert not any(card.geometry().contains(centre) for card in window.notices.cards)
    assert all(card.x() > size[0] * 0.6 for card in window.notices.cards)


def test_nothing_lies_over_what_is_presented_for_long_and_nothing_is_lost(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PRESENTED_SECONDS", 0.01)
    window.notices.failed("Before", "Message")
    window.notices.progress("Downloading", 1, 10)
    window.presenting.begin()
    assert not [card for card in window.findChildren(ProblemCard) if card.isVisible()]
    for index in range(3):
        window.notices.failed(f"Meanwhile {index}", "Message")
    assert window.notices.cards  # whoever presents sees what has happened
    qtbot.waitUntil(lambda: not window.notices.cards)
    window.notices.failed("Before", "Message")
    assert not window.notices.cards
    assert len(window.notices.problems) == 4
    window.presenting.end()
    assert [type(card) for card in window.notices.cards] == [ProblemCard, TaskCard, ProblemCard, ProblemCard]
    assert all(card.isVisible() for card in window.notices.cards)
    assert (window.notices.waiting, len(window.notices.problems)) == (1, 4)
    assert window.notices.cards[0]._title.text() == "Before (2 times)"  # type: ignore[attr-defined]


def test_progress_is_one_card_that_grows_and_can_be_stopped(qtbot: QtBot, window: Window) -> None:
    stopped: list[str] = []

    def show(done: float, left: float | None = None, finished: bool = False) -> None:
        window.notices.progress(
            "Downloading MNIST",
            done,
            10e6,
            left,
            unit="bytes",
            finished=finished,
            on_stop=lambda: stopped.append("stop"),
        )

    show(0)
    show(2.5e6, 30)
    (card,) = window.notices.cards
    assert isinstance(card, TaskCard)
    assert card.facts == "25 %  ·  2.5 MB of 10 MB  ·  30 s left"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.notices.cards == (card,)
    qtbot.mouseClick(card._stop, Qt.MouseButton.LeftButton)
    assert stopped == ["stop"]
    assert not card._stop.isEnabled()
    show(10e6, finished=True)
    assert not window.notices.cards
    show(1)
    assert len(window.notices.cards) == 1


def test_progress_of_unknown_length(window: Window) -> None:
    window.notices.progress("Reading", 1234, 0, unit="pictures")
    (card,) = window.notices.cards
    assert isinstance(card, TaskCard)
    assert card.facts == "1,234 pictures"
    assert card._bar.maximum() == 0


def test_cards_move_with_the_window(qtbot: QtBot, window: Window) -> None:
    window.notices.failed("Error", "Message")
    (card,) = window.notices.cards
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: card.geometry().right() == 1280 - 16 - 1)
    assert card.geometry().bottom() == 800 - 24 - 16 - 1


def test_a_note_waits_under_the_mouse(qtbot: QtBot, window: Window) -> None:
    window.notices.noticed("Read me")
    (card,) = window.notices.cards
    assert isinstance(card, NoteCard)
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QEnterEvent

    card.enterEvent(QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    assert not card._timer.isActive()
    card.leaveEvent(QEvent(QEvent.Type.Leave))
    assert card._timer.isActive()
