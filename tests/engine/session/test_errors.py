"""What goes wrong is told, ends nothing, and loses nothing."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.messages import (
    Cancel,
    Failed,
    LookBack,
    Noticed,
    Open,
    Opened,
    OpenRun,
    Pause,
    Progress,
    SaveRun,
    ShowFile,
    ShowPicture,
    Status,
    StatusChanged,
    Train,
    TrainPoint,
    TrainSteps,
    Tune,
    Watch,
)
from engine.session import Session, display
from tests.engine.session.conftest import LAYERS, Viewer, write_mnist


def _alive(viewer: Viewer) -> None:
    """The experiment that was open is there still and can be trained."""
    before = viewer.snapshot().step
    viewer.session.send(TrainSteps(2))
    viewer.snapshot(lambda snapshot: snapshot.step >= before + 2)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Open("lenet", "nonsense"), "nonsense"),
        (Open("nonsense", "mnist"), "nonsense"),
        (Open("lenet", "mnist", device="toaster"), "toaster"),
        (Open("lenet", "mnist", batch_size=0), "batch"),
        (Open("lenet", "folder"), "folder"),
        (Open("lenet", "folder", folder="/nowhere/at/all"), "/nowhere/at/all"),
        (Open("lenet", "fashion-mnist", download=False), "fashion"),
        (OpenRun("/nowhere/at/all"), "/nowhere/at/all"),
        (ShowFile(path="/nowhere.png"), "/nowhere.png"),
        (ShowFile(data=b"no picture"), "picture"),
    ],
    ids=str,
)
def test_the_thread_and_the_old_experiment_survive(opened: Viewer, command: object, said: str) -> None:
    opened.session.send(command)  # type: ignore[arg-type]
    failed = opened.event(Failed)
    assert said.lower() in failed.message.lower()
    assert failed.title
    assert "Traceback" in failed.details
    _alive(opened)
    assert not opened.kinds(Opened)[1:]


def test_commands_before_there_is_a_network_are_answered(session: Session, viewer: Viewer) -> None:
    session.start()
    for command in (Train(), SaveRun(), LookBack(3), ShowPicture(np.zeros((1, 28, 28), np.uint8))):
        session.send(command)
        assert "open one first" in viewer.event(Noticed).message
    session.send(Open("mlp", "mnist", device="cpu"))
    viewer.event(Opened)


def test_pictures_that_do_not_fit_the_network_are_told(opened: Viewer, tmp_path: Path) -> None:
    for name in ("ant", "bee"):
        folder = tmp_path / "tiny" / name
        folder.mkdir(parents=True)
        for index in range(4):
            Image.new("L", (28, 28), 60 * index).save(folder / f"{index}.png")
    write_mnist(tmp_path / "other")
    opened.session.send(ShowPicture(np.zeros((3, 5, 5), np.uint8)))
    assert "1x28x28" in opened.event(Noticed).message
    opened.session.send(Open("lenet", "folder", folder=str(tmp_path / "tiny"), device="cpu", batch_size=2))
    facts = opened.event(Opened, lambda event: event.settings.dataset == "folder").dataset
    assert facts.classes == ("ant", "bee")
    opened.snapshot(lambda snapshot: snapshot.maps["output"].pixels.shape == (2, 1, 1))


def test_a_loss_that_is_no_number_stops_the_training_and_keeps_all(opened: Viewer) -> None:
    opened.session.send(TrainSteps(4))
    opened.snapshot(lambda snapshot: snapshot.step == 4)
    opened.session.send(Tune(learning_rate=1e30, learning_rate_decay=1.0))
    opened.session.send(Train())
    failed = opened.event(Failed)
    assert "1e+30" in failed.message
    assert "step" in failed.message
    opened.event(StatusChanged, lambda event: event.status is Status.PAUSED)
    opened.until(lambda: sum(isinstance(point, TrainPoint) for point in opened.points) >= 4)
    assert all(math.isfinite(point.loss) for point in opened.points if isinstance(point, TrainPoint))
    opened.session.send(Tune(learning_rate=0.01))
    opened.session.send(Watch(LAYERS, focus="conv1"))
    shown = opened.snapshot(lambda snapshot: snapshot.focus is not None)
    assert f"weights of step {shown.moment} again" in failed.message
    assert shown.moment < shown.step  # as if somebody looked back there
    focus = shown.focus
    assert focus is not None
    assert np.isfinite(focus.weights["weight"]).all()
    opened.session.send(TrainSteps(3))
    opened.until(lambda: opened.points[-1].step > 6)
    assert len(opened.kinds(Failed)) == 0


def test_what_cannot_be_shown_stops_no_training(opened: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no picture today")

    opened.session.send(Tune(epochs=10_000))
    opened.session.send(Train())
    with monkeypatch.context() as patched:
        patched.setattr(display.Display, "_snapshot", broken)
        failed = opened.event(Failed)
        assert "no picture today" in failed.message
        steps = len(opened.points)
        opened.until(lambda: len(opened.points) > steps + 20)
        assert not opened.kinds(Failed)
    opened.snapshots.clear()
    opened.session.send(Watch(("conv1",)))
    opened.snapshot()
    opened.session.send(Pause())


def test_a_run_that_cannot_be_written_is_told_once(opened: Viewer, runs_root: Path) -> None:
    runs_root.parent.mkdir(parents=True, exist_ok=True)
    runs_root.write_text("in the way")
    opened.session.send(Train())
    assert str(runs_root) in opened.event(Failed).message
    opened.event(StatusChanged, lambda event: event.status is Status.FINISHED)
    opened.look()
    assert not opened.kinds(Failed)
    opened.session.send(SaveRun())
    assert str(runs_root) in opened.event(Failed).message
    _alive(opened)
    runs_root.unlink()


@pytest.mark.usefixtures("no_digits_yet")
def test_long_work_is_cancelled(session: Session, viewer: Viewer) -> None:
    session.start()
    session.send(Open("mlp", "mnist", device="cpu"))
    session.send(Watch(("output",)))
    viewer.event(Opened)
    session.send(Open("mlp", "digits", device="cpu"))
    viewer.event(Progress, lambda event: event.total == 70_000)
    picture = np.full((1, 28, 28), 80, np.uint8)
    session.send(ShowPicture(picture, request=9))
    viewer.snapshot(lambda snapshot: snapshot.request == 9)  # meanwhile the old network goes on seeing
    session.send(Cancel())
    assert "cancelled" in viewer.event(Noticed).message
    viewer.event(Progress, lambda event: event.finished)
    _alive(viewer)
    session.send(Open("mlp", "digits", device="cpu"))
    viewer.event(Progress, lambda event: event.done > 0 and not event.finished)
    session.send(Open("lenet", "mnist", device="cpu"))  # something else is wanted instead
    assert viewer.event(Opened, lambda event: event.settings.network == "lenet").settings.dataset == "mnist"
