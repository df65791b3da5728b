"""Commands on their way down."""

from __future__ import annotations

import threading

import numpy as np

from engine.messages import Cancel, Command, Open, Pause, ShowPicture, Train, Watch
from engine.session.inbox import Inbox


def _picture(request: int) -> ShowPicture:
    return ShowPicture(np.zeros((1, 2, 2), np.uint8), request=request)


def _all(inbox: Inbox) -> list[Command]:
    found: list[Command] = []
    while (command := inbox.pop()) is not None:
        found.append(command)
    return found


def test_commands_come_in_order() -> None:
    inbox = Inbox()
    commands = [Train(), Pause(), Train()]
    assert not inbox.waiting
    assert all(inbox.put(command) for command in commands)
    assert inbox.waiting
    assert _all(inbox) == commands
    assert not inbox.waiting


def test_of_pictures_and_watches_only_the_newest_counts() -> None:
    inbox = Inbox()
    for command in (_picture(1), Train(), _picture(2), Watch(("a",)), _picture(3), Watch(("b",))):
        inbox.put(command)
    train, picture, watch = _all(inbox)
    assert train == Train()
    assert isinstance(picture, ShowPicture)
    assert picture.request == 3
    assert watch == Watch(("b",))


def test_wanted_commands_can_be_taken_out_of_their_turn_and_put_back() -> None:
    inbox = Inbox()
    for command in (Train(), Watch(("a",)), Pause()):
        inbox.put(command)
    watch = inbox.pop(lambda command: isinstance(command, Watch))
    assert watch == Watch(("a",))
    assert inbox.pop(lambda command: isinstance(command, Open)) is None
    inbox.put_back([watch])
    assert _all(inbox) == [watch, Train(), Pause()]


def test_what_does_not_suit_the_present_network_waits_for_the_next() -> None:
    inbox = Inbox()
    opens = Open("lenet", "digits")
    for command in (opens, Watch(("a",)), Pause()):
        inbox.put(command)
    watch = inbox.pop(lambda command: isinstance(command, Watch))
    assert watch is not None
    inbox.put_back([watch], after=(Open,))
    assert _all(inbox) == [opens, watch, Pause()]


def test_long_work_ends_by_cancel_by_something_else_or_by_closing() -> None:
    inbox = Inbox()
    assert not inbox.cancelled(by=(Open,))
    inbox.put(Pause())
    inbox.put(Cancel())
    assert inbox.cancelled()
    assert not inbox.cancelled()
    assert _all(inbox) == [Pause()]
    inbox.put(Open("lenet", "digits"))
    assert not inbox.cancelled()
    assert inbox.cancelled(by=(Open,))
    inbox.close()
    assert inbox.cancelled()


def test_closing_refuses_drops_and_wakes() -> None:
    inbox = Inbox()
    woken = threading.Event()

    def wait() -> None:
        inbox.wait()
        woken.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    inbox.kick()
    assert not woken.wait(0.0)
    inbox.close()
    waiting.join(10)
    assert woken.is_set()
    assert not inbox.put(Train())
    assert inbox.waiting
    assert inbox.pop() is None


def test_a_change_that_came_before_the_waiting_is_not_missed() -> None:
    inbox = Inbox()
    seen = inbox.changes
    inbox.kick()
    inbox.wait_for_change(seen)
    seen = inbox.changes
    inbox.put(Train())
    inbox.wait_for_change(seen)
    assert inbox.changes > seen
