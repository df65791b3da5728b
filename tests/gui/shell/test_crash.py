"""What nobody caught is logged and shown, from any thread, and the hooks are given back."""

from __future__ import annotations

import faulthandler
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import crash
from gui.crash import CrashReporter
from gui.window import Window

Told = list[tuple[str, str, str]]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def reporter(qapp: object, tmp_path: Path, told: Told, capsys: object) -> Iterator[CrashReporter]:
    was_enabled = faulthandler.is_enabled()
    reporter = CrashReporter(tmp_path / "logs", lambda *what: told.append(what))
    reporter.install()
    yield reporter
    reporter.remove()
    if was_enabled:
        faulthandler.enable(sys.__stderr__)


def fail() -> None:
    raise OSError("the disk is full")


def test_an_exception_is_logged_and_shown(reporter: CrashReporter, told: Told) -> None:
    try:
        fail()
    except OSError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    ((title, message, details),) = told
    assert title == "Something went wrong inside Receptive"
    assert message == "OSError: the disk is full"
    assert "in fail" in details
    assert str(reporter.log) in details
    assert "the disk is full" in reporter.log.read_text()


def test_an_exception_of_another_thread_arrives_here(qtbot: QtBot, reporter: CrashReporter, told: Told) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][1] == "OSError: the disk is full"


def test_an_exception_in_a_slot_leaves_the_window_alive(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    reporter = CrashReporter(tmp_path, window.notices.failed)
    try:
        fail()
    except OSError as problem:
        reporter.handle(type(problem), problem, problem.__traceback__)
    (problem_shown,) = window.notices.problems
    assert "Traceback" in problem_shown.details
    window.open_lab("other")
    assert window.host.name == "other"


def test_hooks_are_given_back(tmp_path: Path, qapp: object) -> None:
    before = (sys.excepthook, threading.excepthook)
    reporter = CrashReporter(tmp_path, print)
    reporter.install()
    assert sys.excepthook == reporter.handle
    reporter.remove()
    reporter.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_folder_that_cannot_be_written_is_said_not_raised(tmp_path: Path, qapp: object, capsys: object) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "not logged" in CrashReporter(blocked / "logs", print).write("details")


def test_a_large_log_makes_room(tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch, capsys: object) -> None:
    monkeypatch.setattr(crash, "LARGEST", 100)
    reporter = CrashReporter(tmp_path, print)
    reporter.write("x" * 200)
    reporter.write("second")
    assert "second" in reporter.log.read_text()
    assert "x" * 200 not in reporter.log.read_text()
