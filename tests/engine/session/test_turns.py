"""The viewer's turns: the engine rests while a frame is painted, and neither side waits for one that is not there."""

from __future__ import annotations

import threading

import pytest

from engine.session import turns as module
from engine.session.turns import Turns


class Steps:
    """An engine that makes steps, and counts them."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.made = 0
        self.offered = threading.Semaphore(0)
        self._stop = False
        self._thread = threading.Thread(target=self._work)
        self._thread.start()
        self.offered.acquire(timeout=10)

    def _work(self) -> None:
        with self.turns.working():
            while not self._stop:
                self.made += 1
                self.turns.offer()
                self.offered.release()

    def end(self) -> None:
        self._stop = True
        self._thread.join(10)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a thread may be away for longer than a frame."""
    monkeypatch.setattr(module, "_WAIT_SECONDS", 10.0)
    monkeypatch.setattr(module, "_FRAME_SECONDS", 10.0)


def test_no_step_is_made_during_a_turn_and_they_go_on_afterwards() -> None:
    turns = Turns()
    steps = Steps(turns)
    try:
        for _ in range(20):
            with turns.turn():
                before = steps.made
                assert not threading.Event().wait(0.001)  # time enough for thousands of steps
                assert steps.made == before
            made = steps.made
            while steps.made == made:
                assert steps.offered.acquire(timeout=10)
    finally:
        steps.end()


def test_a_viewer_does_not_wait_for_an_engine_that_rests() -> None:
    turns = Turns()
    with turns.turn():
        pass
    with turns.working():
        pass
    with turns.turn():
        pass


def test_an_engine_that_ends_its_work_lets_a_waiting_viewer_go_on() -> None:
    turns = Turns()
    entered = threading.Event()

    def view() -> None:
        with turns.turn():
            entered.set()

    viewer = threading.Thread(target=view)
    with turns.working():
        viewer.start()
        assert not entered.wait(0.01)
    assert entered.wait(10)
    viewer.join(10)


def test_a_viewer_that_does_not_come_back_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FRAME_SECONDS", 0.01)
    turns = Turns()
    steps = Steps(turns)
    try:
        with turns.turn():
            made = steps.made
            while steps.made == made:
                assert steps.offered.acquire(timeout=10)
    finally:
        steps.end()


def test_where_steps_take_long_the_viewer_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()
    with turns.working():
        monkeypatch.setattr(module, "_WAIT_SECONDS", -1.0)  # any step is longer
        turns.offer()
        with turns.turn():
            pass  # nobody offers here: waiting would last for ever


def test_a_turn_is_given_back_where_painting_fails() -> None:
    turns = Turns()
    steps = Steps(turns)
    try:
        with pytest.raises(RuntimeError, match="paint"), turns.turn():
            raise RuntimeError("paint")
        made = steps.made
        while steps.made == made:
            assert steps.offered.acquire(timeout=10)
    finally:
        steps.end()


def test_something_can_be_done_while_the_viewer_paints() -> None:
    turns = Turns()
    done, painted = threading.Event(), threading.Event()

    def view() -> None:
        with turns.turn():
            assert done.wait(10)  # during the turn, not after it
            painted.set()

    viewer = threading.Thread(target=view)
    with turns.working():
        viewer.start()
        while not painted.is_set():
            turns.offer(done.set)
    viewer.join(10)
    turns.offer(lambda: pytest.fail("nobody paints"))
