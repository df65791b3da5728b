"""Closing: at any moment, as often as one likes, and without loss."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine import runs
from engine.messages import (
    HeldOutPoint,
    Open,
    Opened,
    OpenRun,
    Pause,
    Progress,
    RunSaved,
    SaveRun,
    Status,
    StatusChanged,
    Train,
    TrainPoint,
    TrainSteps,
    Tune,
    Watch,
)
from engine.session import Session
from tests.engine.session.conftest import LAYERS, Viewer


def _closed(viewer: Viewer) -> None:
    assert viewer.session.close(timeout=30.0)
    viewer.look()
    assert viewer.seen[-1] == StatusChanged(Status.CLOSED)
    assert viewer.session.close()
    assert not viewer.session.send(Train())


def test_a_session_that_never_started_closes() -> None:
    session = Session()
    assert session.close()
    session.start()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("receptive")]


def test_closing_at_once(session: Session, viewer: Viewer) -> None:
    session.start()
    session.send(Open("lenet", "mnist"))
    _closed(viewer)


def test_closing_in_the_middle_of_training_loses_nothing(opened: Viewer, runs_root: Path) -> None:
    opened.session.send(Tune(epochs=10_000))
    opened.session.send(Train())
    opened.snapshot(lambda snapshot: snapshot.step >= 7)
    _closed(opened)
    saved = opened.kinds(RunSaved)[-1]
    assert Path(saved.path).parent == runs_root
    assert Path(saved.path).name.endswith("-lenet-relu-mnist")
    steps = [point.step for point in opened.points if isinstance(point, TrainPoint)]
    assert steps == list(range(1, saved.step + 1))
    run = runs.open_run(Path(saved.path))
    assert run.checkpoint.updates == saved.step
    assert [point.step for point in run.history.train] == steps


@pytest.mark.usefixtures("no_digits_yet")
def test_closing_while_a_dataset_is_made(session: Session, viewer: Viewer) -> None:
    session.start()
    session.send(Open("lenet", "digits", device="cpu"))
    viewer.event(Progress)
    _closed(viewer)
    assert not viewer.kinds(Opened)


def test_closing_where_nothing_was_trained_saves_nothing(opened: Viewer, runs_root: Path) -> None:
    _closed(opened)
    assert not runs_root.exists()


def test_closing_from_the_callback_and_from_many_threads(session: Session, viewer: Viewer) -> None:
    results: list[bool] = []
    session.wake = lambda: results.append(session.close())
    session.start()
    threads = [threading.Thread(target=lambda: results.append(session.close(30.0))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert session.close(30.0)
    assert results.count(True) >= 4


def test_a_run_is_saved_on_pause_and_taken_up_again(
    opened: Viewer, data_root: Path, runs_root: Path, tmp_path: Path
) -> None:
    opened.session.send(Tune(epochs=10_000))
    opened.session.send(Train())
    opened.snapshot(lambda snapshot: snapshot.step >= 3)
    opened.session.send(Pause())
    saved = opened.event(RunSaved)
    opened.session.send(SaveRun(str(tmp_path / "mine")))
    mine = opened.event(RunSaved)
    assert mine.path == str(tmp_path / "mine")
    assert mine.step == saved.step
    last = opened.snapshot(lambda snapshot: snapshot.step == saved.step)
    _closed(opened)
    again = Session(data_root=data_root, runs_root=runs_root)
    viewer = Viewer(again)
    again.start()
    again.send(Watch(LAYERS))
    again.send(OpenRun(mine.path))
    event = viewer.event(Opened)
    assert event.settings.epochs == 10_000
    viewer.until(lambda: sum(isinstance(point, TrainPoint) for point in viewer.points) == saved.step)
    shown = viewer.snapshot(lambda snapshot: snapshot.step == saved.step)
    assert shown.logits.tolist() == pytest.approx(last.logits.tolist(), rel=1e-5, abs=1e-6)
    again.send(TrainSteps(2))
    viewer.until(lambda: any(point.step == saved.step + 2 for point in viewer.points))
    assert again.close(timeout=30.0)
    assert runs.open_run(Path(mine.path)).checkpoint.updates == saved.step + 2
    assert any(isinstance(point, HeldOutPoint) and point.whole for point in viewer.points)


_IMPORTS = """
import sys
import engine.session
session = engine.session.Session()
session.networks(); session.datasets()
wrong = sorted({name.partition(".")[0] for name in sys.modules} & {"torch", "PySide6", "PIL", "scipy", "pandas"})
assert not wrong, wrong
"""
_EXIT = """
import threading
from engine.session import Session
from engine.messages import Train
session = Session()
session.start()
session.send(Train())
"""
_EARLY = """
import sys
from engine.session import Session
session = Session()
session.start()
assert session.close(timeout=60)
"""


@pytest.mark.parametrize("program", [_IMPORTS, _EXIT, _EARLY], ids=["imports", "exit without closing", "early"])
def test_in_a_process_of_its_own(program: str) -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
