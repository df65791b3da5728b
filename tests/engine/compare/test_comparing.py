"""Runs side by side through a Session: listed, opened, looked at, evaluated; and twins trained in the background."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.compare.seeing import layer_seen
from engine.messages import Open, Opened, OpenRun, Operation, Pause, RunSaved, SaveRun, Status, StatusChanged, Train
from engine.messages.compare import (
    CURRENT,
    AskRuns,
    AskSamples,
    CompareRuns,
    EvaluateRuns,
    LookAtRuns,
    Plan,
    QueueChanged,
    QueueState,
    RenameRun,
    RunAdvanced,
    RunEvaluated,
    RunOpened,
    RunsListed,
    RunsSeen,
    SamplesFound,
    StopRuns,
    TrainRuns,
)
from engine.messages.modules import OpenModule
from engine.session import Session
from tests.engine.session.conftest import Viewer, data_root, runs_root, session, viewer

__all__ = ["data_root", "runs_root", "session", "viewer"]
pytestmark = pytest.mark.timeout(120)


def begin(session: Session, viewer: Viewer, network: str = "lenet-relu") -> None:
    session.start()
    session.send(Open(network, "mnist", device="cpu", epochs=1))
    viewer.event(Opened)


def train(session: Session, viewer: Viewer) -> None:
    session.send(Train())
    viewer.event(StatusChanged, lambda one: one.status is Status.FINISHED)


def finished(session: Session, viewer: Viewer, *plans: Plan) -> list[str]:
    session.send(TrainRuns(plans))
    done = viewer.event(QueueChanged, lambda one: not one.busy)
    assert [one.state for one in done.runs] == [QueueState.FINISHED] * len(plans), done
    return [one.name for one in done.runs]


def test_two_networks_see_the_same_sample(session: Session, viewer: Viewer, runs_root: Path) -> None:
    begin(session, viewer)
    train(session, viewer)
    (name,) = finished(session, viewer, Plan(CURRENT, network="lenet-relu-average"))
    session.send(CompareRuns((CURRENT, name)))
    current = viewer.event(RunOpened, lambda one: one.facts.name == CURRENT)
    twin = viewer.event(RunOpened, lambda one: one.facts.name == name and one.facts.saved > 0)
    assert current.graph is not None
    assert twin.graph is not None
    assert current.facts.settings is not None
    assert twin.facts.settings is not None
    assert (twin.facts.settings.seed, twin.facts.settings.epochs) == (0, 1)
    assert twin.facts.settings.learning_rate == pytest.approx(current.facts.settings.learning_rate)
    assert np.array_equal(current.train[:, 0], twin.train[:, 0])  # as many steps
    assert current.train[0, 2] == pytest.approx(twin.train[0, 2], rel=0.2)  # from the same weights
    assert twin.held[-1, 6] == 1
    assert current.initial
    assert twin.initial

    session.send(LookAtRuns({CURRENT: ("act1", "act2"), name: ("act1", "act2")}, index=3))
    seen = viewer.event(RunsSeen)
    assert seen.index == 3
    assert set(seen.runs) == {CURRENT, name}
    for one in seen.runs.values():
        assert one.layers["act1"].maps.pixels.shape == (6, 28, 28)
        assert not one.layers["act1"].maps.signed
        assert one.layers["act1"].saturated is None
        assert 0 < one.layers["act1"].zero < 1
        assert one.probabilities.sum() == pytest.approx(1.0, abs=1e-5)

    session.send(LookAtRuns({CURRENT: ("conv1",), name: ("conv1", "nonsense")}, kernels=True))
    kernels = viewer.event(RunsSeen, lambda one: one.kernels)
    assert kernels.runs[name].layers["conv1"].maps.pixels.shape == (6, 5, 5)
    assert set(kernels.runs[name].layers) == {"conv1"}

    session.send(LookAtRuns({CURRENT: (), name: ("act1",)}, step=0))
    start = viewer.event(RunsSeen, lambda one: one.step == 0)
    assert [one.moment for one in start.runs.values()] == [0, 0]
    now = seen.runs[name].layers["act1"].maps
    assert not np.array_equal(start.runs[name].layers["act1"].maps.values(), now.values())
    assert np.allclose(start.runs[CURRENT].probabilities.sum(), 1.0)


def test_predictions_of_every_sample(session: Session, viewer: Viewer) -> None:
    begin(session, viewer)
    train(session, viewer)
    (name,) = finished(session, viewer, Plan(CURRENT, seed=5))
    session.send(CompareRuns((CURRENT, name)))
    session.send(EvaluateRuns((CURRENT, name)))
    ours = viewer.event(RunEvaluated, lambda one: one.name == CURRENT)
    theirs = viewer.event(RunEvaluated, lambda one: one.name == name)
    assert np.array_equal(ours.labels, theirs.labels)
    opened = viewer.event(RunOpened, lambda one: one.facts.name == name and one.facts.saved > 0)
    assert theirs.accuracy == pytest.approx(opened.held[-1, 3])
    session.send(AskSamples(name, (5, 2, 10**6)))
    found = viewer.event(SamplesFound)
    assert found.indices == (5, 2)
    assert found.pictures.shape == (2, 1, 28, 28)
    assert found.labels.tolist() == [theirs.labels[5], theirs.labels[2]]


def test_a_name_opens_nothing_outside_the_runs(session: Session, viewer: Viewer, tmp_path: Path) -> None:
    begin(session, viewer)
    train(session, viewer)
    finished(session, viewer, Plan(CURRENT))
    (tmp_path / "run.json").write_text("{}")
    for name in ("..", "../..", str(tmp_path), ".", "", "no-such-run", "trained:nothing"):
        session.send(CompareRuns((name,)))
        told = viewer.event(RunOpened, lambda one, name=name: one.facts.name == name)  # type: ignore[misc]
        assert told.problem
        assert told.graph is None


def test_what_was_read_of_a_run_stays_when_its_folder_goes(session: Session, viewer: Viewer, runs_root: Path) -> None:
    begin(session, viewer)
    train(session, viewer)
    (name,) = finished(session, viewer, Plan(CURRENT))
    session.send(CompareRuns((name,)))
    viewer.event(RunOpened, lambda one: one.facts.name == name and one.facts.saved > 0)
    (runs_root / name).rename(runs_root / "elsewhere")
    session.send(CompareRuns((name,)))
    gone = viewer.event(RunOpened, lambda one: bool(one.facts.problem))
    assert gone.graph is not None
    assert len(gone.train)
    session.send(LookAtRuns({name: ("act1",)}))
    assert set(viewer.event(RunsSeen).runs[name].layers) == {"act1"}
    (runs_root / "elsewhere").rename(runs_root / name)
    session.send(CompareRuns((name,)))
    assert not viewer.event(RunOpened, lambda one: one.facts.name == name and not one.facts.problem).problem


_OWN = """
from torch import nn

class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(1, 2, 5), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 24 * 24, 10))
"""


def test_a_module_of_ones_own_is_shown_where_it_is_open(
    session: Session, viewer: Viewer, runs_root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "own.py"
    path.write_text(_OWN)
    reference = f"{path}:Net"
    session.start()
    session.send(OpenModule(reference, "", Open(reference, "mnist", device="cpu", epochs=1)))
    viewer.event(Opened)
    train(session, viewer)
    saved = runs_root / "own"
    session.send(SaveRun(str(saved)))
    viewer.event(RunSaved)
    session.send(CompareRuns(("own",)))
    shown = viewer.event(RunOpened)
    assert shown.graph is not None
    assert not shown.problem
    session.send(Open("lenet", "mnist", device="cpu"))
    viewer.event(Opened)
    session.send(CompareRuns(()))
    session.send(CompareRuns(("own",)))
    hidden = viewer.event(RunOpened)
    assert hidden.graph is None
    assert len(hidden.train)
    assert "Open its file in the Studio" in hidden.problem


def test_values_that_are_no_numbers_are_counted() -> None:
    values = np.array([[[1.0, np.nan], [np.inf, 0.0]]], np.float32)
    seen = layer_seen(values, Operation.RELU)
    assert seen.broken == 0.5
    assert seen.high == 1.0


def test_runs_are_listed_and_named(session: Session, viewer: Viewer) -> None:
    begin(session, viewer)
    train(session, viewer)
    (name,) = finished(session, viewer, Plan(CURRENT, network="lenet", recipe=True))
    session.send(AskRuns())
    listed = viewer.event(RunsListed)
    lenet = next(one for one in listed.runs if one.name == name)
    assert (lenet.network_title, lenet.subtitle) == ("LeNet", "sigmoid, average pooling")
    assert lenet.settings is not None
    assert lenet.settings.learning_rate == 0.1
    assert lenet.test_accuracy is not None
    assert any(one.identity == listed.current for one in listed.runs)
    session.send(RenameRun(name, "  the   old one "))
    assert next(one for one in viewer.event(RunsListed).runs if one.name == name).title == "the old one"
    session.send(RenameRun(name, ""))
    assert not next(one for one in viewer.event(RunsListed).runs if one.name == name).title


def test_a_queue_can_be_stopped_and_keeps_what_was_learnt(session: Session, viewer: Viewer, runs_root: Path) -> None:
    begin(session, viewer)
    session.send(TrainRuns((Plan(CURRENT, epochs=500), Plan(CURRENT, seed=1))))
    viewer.event(RunAdvanced)
    session.send(StopRuns())
    stopped = viewer.event(QueueChanged, lambda one: not one.busy)
    assert [one.state for one in stopped.runs] == [QueueState.STOPPED] * 2
    folder = runs_root / stopped.runs[0].name
    assert (folder / "run.json").is_file()
    session.send(OpenRun(str(folder)))
    opened = viewer.event(Opened)
    assert opened.settings.epochs == 500


def test_the_open_experiment_goes_first(session: Session, viewer: Viewer) -> None:
    begin(session, viewer)
    session.send(TrainRuns((Plan(CURRENT, epochs=500),)))
    viewer.event(RunAdvanced)
    session.send(Train())
    viewer.event(StatusChanged, lambda one: one.status is Status.TRAINING)
    session.send(Pause())
    viewer.event(StatusChanged, lambda one: one.status in (Status.PAUSED, Status.FINISHED))
    viewer.seen.clear()
    viewer.event(RunAdvanced)  # and now it goes on
    session.send(StopRuns())
    viewer.event(QueueChanged, lambda one: not one.busy)


def test_a_plan_is_of_what_was_open_when_it_was_made(session: Session, viewer: Viewer) -> None:
    begin(session, viewer)
    session.send(TrainRuns((Plan(CURRENT, seed=1), Plan(CURRENT, seed=2))))
    session.send(Open("mlp", "mnist", device="cpu", epochs=1))
    done = viewer.event(QueueChanged, lambda one: not one.busy)
    assert [one.title for one in done.runs] == ["LeNet with ReLU"] * 2
    assert [one.state for one in done.runs] == [QueueState.FINISHED] * 2


def test_a_plan_that_cannot_be_carried_out_says_why(session: Session, viewer: Viewer) -> None:
    begin(session, viewer)
    session.send(TrainRuns((Plan(CURRENT, network="my_net.py:Net"), Plan("../x"))))
    done = viewer.event(QueueChanged, lambda one: not one.busy)
    assert [one.state for one in done.runs] == [QueueState.FAILED] * 2
    assert "my_net.py:Net" in done.runs[0].message
    assert "no name of a run" in done.runs[1].message
