"""Saving beside the training: it goes on meanwhile, nothing is lost, and what fails is told once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine import files, runs
from engine.messages import Failed, Pause, RunSaved, SaveRun, Status, StatusChanged, Train, TrainPoint, Tune
from engine.runs import writing
from engine.session import Session, autosave
from tests.engine.session.conftest import Viewer


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Writing waits for this."""
    released, write = threading.Event(), writing.write_file

    def slowly(*arguments: object, **options: object) -> None:
        released.wait(30)
        write(*arguments, **options)

    monkeypatch.setattr(writing, "write_file", slowly)
    return released


def _steps(viewer: Viewer) -> int:
    return len([point for point in viewer.points if isinstance(point, TrainPoint)])


def test_training_goes_on_while_the_disk_is_slow(opened: Viewer, session: Session, slow_disk: threading.Event) -> None:
    session.send(Tune(epochs=10_000))
    session.send(Train())
    opened.until(lambda: any(thread.name == "receptive-autosave" for thread in threading.enumerate()))
    seen = _steps(opened)
    opened.until(lambda: _steps(opened) > seen + 20)
    assert not opened.kinds(RunSaved)
    slow_disk.set()
    saved = opened.event(RunSaved)
    session.send(Pause())
    opened.event(StatusChanged, lambda event: event.status is Status.PAUSED)
    later = opened.event(RunSaved, lambda event: event.step > saved.step)
    assert runs.open_run(Path(later.path)).checkpoint.updates == later.step


def test_a_save_by_request_waits_for_the_one_that_goes_on(
    opened: Viewer, session: Session, slow_disk: threading.Event, tmp_path: Path
) -> None:
    session.send(Tune(epochs=10_000))
    session.send(Train())
    opened.until(lambda: any(thread.name == "receptive-autosave" for thread in threading.enumerate()))
    session.send(SaveRun(str(tmp_path / "mine")))
    slow_disk.set()
    mine = opened.event(RunSaved, lambda event: event.path == str(tmp_path / "mine"))
    assert runs.open_run(Path(mine.path)).checkpoint.updates == mine.step
    session.send(Pause())


def test_a_disk_that_fails_beside_the_training_is_told_once(opened: Viewer, session: Session, runs_root: Path) -> None:
    runs_root.write_text("no folder")
    session.send(Tune(epochs=6))
    session.send(Train())
    opened.event(StatusChanged, lambda event: event.status is Status.FINISHED)
    failed = opened.kinds(Failed)
    assert [one.title for one in failed] == ["The run could not be saved"]
    assert str(runs_root) in failed[0].message


def test_what_is_waited_for_goes_on_without_a_rest(
    opened: Viewer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "_REST_SECONDS", 100.0)  # it would not end before this test
    session.send(Tune(epochs=10_000))
    session.send(Train())
    opened.until(lambda: any(thread.name == "receptive-autosave" for thread in threading.enumerate()))
    session.send(Pause())
    assert opened.event(RunSaved).step > 0


def test_a_long_history_is_written_with_rests(tmp_path: Path) -> None:
    rests: list[int] = []
    files.write_lines(tmp_path / "lines", (f"{n}" for n in range(120)), rest=lambda: rests.append(1))
    assert len(rests) == 2
    assert (tmp_path / "lines").read_text().splitlines() == [str(n) for n in range(120)]
