"""Wishes that come too early are kept, what is being opened is not taken for what is there, and Esc goes one back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine import messages
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.state import Page
from tests.gui.studio_modules.conftest import Recording, ready, window_of


def _status(lab: StudioLab, status: messages.Status, detail: str = "") -> None:
    lab.bridge.status.emit(messages.StatusChanged(status, detail))


def _opened(lab: StudioLab, dataset: str) -> None:
    """The engine has opened it."""
    now = lab.experiment.opened
    assert now is not None
    settings = replace(now.settings, dataset=dataset)
    lab.bridge.opened.emit(replace(now, settings=settings, pretrained=False))


def _trains(session: Recording) -> int:
    return sum(isinstance(command, messages.Train) for command in session.sent)


def test_train_is_remembered_while_data_are_opened(studio: StudioLab, session: Recording, qtbot: QtBot) -> None:
    window = window_of(studio)
    studio.wishes.open(dataset="mnist")
    _status(studio, messages.Status.WORKING, "Opening lenet with mnist")
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert studio.top.train_button.text() == "Waiting"  # type: ignore[attr-defined]
    assert studio.status.label == "Opening lenet with mnist, then training"
    assert studio.status.keys == (("Space", "do not train"),)
    _opened(studio, "mnist")
    assert not _trains(session)  # it is still being evaluated
    ready(studio)
    assert _trains(session) == 1
    assert studio.top.train_button.text() == "Train"  # type: ignore[attr-defined]


def test_the_wish_can_be_taken_back_and_goes_with_what_does_not_come(
    studio: StudioLab, session: Recording, qtbot: QtBot
) -> None:
    studio.wishes.open(dataset="mnist")
    _status(studio, messages.Status.WORKING)
    for _ in range(2):
        qtbot.mouseClick(studio.top.train_button, Qt.MouseButton.LeftButton)
    _opened(studio, "mnist")
    ready(studio)
    assert not _trains(session)

    studio.wishes.open(dataset="cifar-10")
    _status(studio, messages.Status.WORKING)
    studio.wishes.toggle_training()
    ready(studio)  # given up: nothing was opened
    assert not _trains(session)
    assert not studio.awaiting.opening

    studio.wishes.open(dataset="cifar-10")
    _status(studio, messages.Status.WORKING)
    studio.wishes.toggle_training()
    studio.bridge.failed.emit(messages.Failed("It could not be opened", "Why"))
    ready(studio)
    assert not _trains(session)


def test_a_status_from_before_is_not_that_of_what_was_asked_for(studio: StudioLab, session: Recording) -> None:
    studio.wishes.open(dataset="mnist")
    studio.wishes.toggle_training()
    ready(studio)  # said before the engine saw what was asked for
    assert studio.awaiting.opening
    assert not _trains(session)
    _status(studio, messages.Status.WORKING)
    _opened(studio, "mnist")
    ready(studio)
    assert _trains(session) == 1


def test_what_is_being_opened_is_not_settled(studio: StudioLab) -> None:
    snapshot = studio.snapshot
    assert snapshot is not None
    assert studio.settled
    studio.wishes.open(dataset="mnist")
    assert not studio.settled
    now = studio.experiment.opened
    assert now is not None
    studio.bridge.opened.emit(replace(now, graph=replace(now.graph)))
    assert not studio.settled  # another network, without values yet
    studio.bridge.snapshot.emit(replace(snapshot, serial=snapshot.serial + 1))
    assert studio.settled


def test_esc_goes_one_step_back_each_time(studio: StudioLab) -> None:
    window = window_of(studio)
    studio.context.notices.failed("Something", "went wrong")
    studio.navigation.pin("conv1", 0, 3, 3)
    confusion = studio.confusion
    wrong = np.array([[80, 3], [2, 90]])
    few = np.array([1, 2])
    confusion.set_evaluated(messages.Evaluated(1, 0.1, 0.9, wrong, few, few, few.astype(np.float32)))
    confusion.setFocus()
    confusion.worst_wanted.emit()
    confusion._asked = (None, None)
    pictures = np.zeros((2, 1, 28, 28), np.uint8)
    confusion.set_gallery(messages.Gallery("test", few, pictures, np.array([0, 1]), np.array([1, 0])))
    studio.navigation.open_page(Page.CURVES)
    left = []
    for _ in range(4):
        focus = window.focusWidget() or window
        QTest.keyClick(focus, Qt.Key.Key_Escape)
        state = (studio.state.page is Page.CURVES, confusion.gallery_open, bool(studio.state.node))
        left.append((*state, bool(window.notices.cards)))
    assert [sum(state) for state in left] == [3, 2, 1, 0]
    assert left[2] == (False, False, False, True)
