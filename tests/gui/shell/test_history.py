"""Undo steps: merged while a slider is dragged, dropped where a new way begins."""

from __future__ import annotations

from gui.history import History
from tests.gui.shell.sample_lab import SampleState


def test_changes_of_one_field_that_follow_fast_are_one_step() -> None:
    history = History(SampleState())
    assert history.record(SampleState(number=4), seconds=1.0)
    assert not history.record(SampleState(number=5), seconds=1.5)
    assert not history.record(SampleState(number=6), seconds=2.0)
    assert history.record(SampleState(number=7), seconds=4.0)
    assert history.undo() == SampleState(number=6)
    assert history.undo() == SampleState()
    assert history.undo() is None
    assert history.present == SampleState()


def test_what_did_not_change_is_no_step() -> None:
    history = History(SampleState())
    assert not history.record(SampleState(), seconds=1.0)
    assert not history.can_undo


def test_a_new_change_forgets_what_was_undone() -> None:
    history = History(SampleState())
    history.record(SampleState(number=4), seconds=1.0)
    history.undo()
    assert history.can_redo
    history.record(SampleState(text="x"), seconds=1.1)
    assert history.redo() is None
    assert history.undo() == SampleState()
    assert history.redo() == SampleState(text="x")


def test_old_steps_are_forgotten() -> None:
    history = History(SampleState(), limit=2)
    for number in range(4, 9):
        history.record(SampleState(number=number), seconds=10.0 * number)
    assert [history.undo(), history.undo(), history.undo()] == [SampleState(number=7), SampleState(number=6), None]
