"""What all tests share: no screen, no traces in the user's folders, and nothing left running when a test ends."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# OpenMP's threads spin while they wait; beside another busy process that makes small networks a hundred times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

SHARED = Path(__file__).resolve().parents[2] / "shared"
_SECONDS = 5.0  # that a thread which was told to stop may take


def pytest_configure(config: pytest.Config) -> None:
    # The offscreen platform says on each window that it cannot tell a window manager about it. There is none.
    config.addinivalue_line("qt_log_ignore", "^This plugin does not support ")


@pytest.fixture
def shared() -> Path:
    """The folder of data for tests beside the repository."""
    if not SHARED.is_dir():
        pytest.skip(f"needs {SHARED}, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this test session keeps datasets: procedural ones are made once."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module", autouse=True)
def _what_is_there_stays() -> None:
    """What imports and earlier tests made is put aside: neither the collector nor the look for what a test has left
    running, after each test, need go through it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data and runs of the user are out of a test's reach."""
    monkeypatch.setenv("RECEPTIVE_CONFIG", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("RECEPTIVE_DATA", str(data_folder))
    user = tmp_path_factory.mktemp("user")  # runs are kept among the user's data, which each system has elsewhere
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(user))


@pytest.fixture(autouse=True)
def _nothing_left(request: pytest.FixtureRequest, _own_folders: None) -> Iterator[None]:
    """Fail the test that leaves a thread, a running timer or a top-level window behind."""
    threads = set(threading.enumerate())
    windows = {id(window) for window in _top_level()}
    yield
    left = [thread for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
    for thread in left:
        thread.join(_SECONDS)
    problems = [f"the thread {thread.name!r}" for thread in left if thread.is_alive()]
    if {"qtbot", "qapp"} & set(request.fixturenames):
        _flush()
        if [window for window in _top_level() if id(window) not in windows]:
            gc.collect()
            _flush()
        problems += [f"the window {window!r}" for window in _top_level() if id(window) not in windows]
        problems += _running()
    if problems:
        pytest.fail(f"{request.node.nodeid} left {', '.join(problems)}", pytrace=False)


def _app():  # type: ignore[no-untyped-def]
    if "PySide6.QtWidgets" not in sys.modules:
        return None
    from PySide6.QtWidgets import QApplication

    return QApplication.instance()


def _flush() -> None:
    """Let Qt delete what is to be deleted; outside a running loop it does not by itself."""
    app = _app()
    if app is not None:
        from PySide6.QtCore import QEvent

        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()


def _top_level() -> list[object]:
    app = _app()
    return [] if app is None else [window for window in app.topLevelWidgets() if window.parent() is None]


def _running() -> list[str]:
    """Qt timers and threads that still run."""
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import isValid

    timers, threads = _kinds(QTimer), _kinds(QThread)
    kinds = timers | threads  # looked up, not asked with isinstance: this goes through all objects, after each test
    found = []
    for thing in [thing for thing in gc.get_objects() if type(thing) in kinds]:
        if not isValid(thing):
            continue
        if type(thing) in timers and thing.isActive():
            found.append(f"a running {type(thing).__name__} of {thing.parent()!r}")
        elif type(thing) in threads and thing.isRunning() and thing is not QThread.currentThread():
            found.append(f"a running {type(thing).__name__}")
    return found


def _kinds(kind: type) -> set[type]:
    """The class and all that are made of it."""
    return {kind}.union(*(_kinds(one) for one in kind.__subclasses__()))
