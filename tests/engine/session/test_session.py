"""A session as its viewer knows it: commands in; snapshots, points and events out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import datasets, networks
from engine.messages import (
    AskConfused,
    AskGallery,
    Evaluate,
    Evaluated,
    Failed,
    Gallery,
    HeldOutPoint,
    LookBack,
    Noticed,
    Open,
    Opened,
    Pause,
    Quantity,
    Recorded,
    Rewind,
    Rewound,
    SettingsChanged,
    ShowNeighbour,
    ShowPicture,
    ShowSample,
    Status,
    StatusChanged,
    Train,
    TrainPoint,
    TrainSteps,
    Tune,
    Watch,
)
from engine.session import Session
from engine.training import Trainer, settings_for
from tests.engine.session.conftest import LAYERS, SAMPLES, TEST_SAMPLES, Viewer

_STEPS = SAMPLES // 64


def _steps(viewer: Viewer) -> list[int]:
    return [point.step for point in viewer.points if isinstance(point, TrainPoint)]


def _until(viewer: Viewer, status: Status) -> StatusChanged:
    return viewer.event(StatusChanged, lambda event: event.status is status)


def _plain_weights(data_root: Path, steps: int) -> dict[str, torch.Tensor]:
    """What a Trainer that nobody watches comes to."""
    dataset = datasets.load("mnist", root=data_root, download=False)
    module = networks.build("lenet-relu", seed=0)
    settings = settings_for(network="lenet-relu", dataset="mnist", epochs=3)
    trainer = Trainer(
        network="lenet-relu", module=module, dataset=dataset, settings=settings, device=torch.device("cpu")
    )
    for _ in range(steps):
        trainer.step()
    return dict(module.state_dict())


def test_an_experiment_is_opened_and_shown(session: Session, viewer: Viewer) -> None:
    session.start()
    session.send(Open("lenet", "mnist", seed=3, device="cpu", epochs=2))
    session.send(Watch(LAYERS))
    opened = viewer.event(Opened)
    assert (opened.settings.network, opened.settings.dataset, opened.settings.seed) == ("lenet", "mnist", 3)
    assert opened.settings.learning_rate == networks.recipe("lenet").learning_rate
    assert "cpu" in opened.devices
    assert opened.steps_per_epoch == _STEPS
    assert opened.dataset.test_samples == TEST_SAMPLES
    assert [node.name for node in opened.graph.nodes][-1] == "softmax"
    snapshot = viewer.snapshot()
    assert set(snapshot.maps) == set(LAYERS)
    assert set(snapshot.kernels) == {"conv1", "conv2"}
    assert set(snapshot.links) == {"dense1", "dense2", "output"}
    assert (snapshot.sample.split, snapshot.sample.index, snapshot.step) == ("test", 0, 0)
    assert snapshot.probabilities.sum() == pytest.approx(1, abs=1e-5)
    _until(viewer, Status.READY)
    assert not viewer.kinds(Failed)


def test_training_tells_every_update_and_evaluates_each_epoch(opened: Viewer) -> None:
    opened.session.send(Train())
    _until(opened, Status.FINISHED)
    opened.look()
    assert _steps(opened) == list(range(1, 3 * _STEPS + 1))
    held_out = [point for point in opened.points if isinstance(point, HeldOutPoint) and point.whole]
    assert {point.step for point in held_out} >= {_STEPS, 2 * _STEPS, 3 * _STEPS}
    assert held_out[-1].samples == TEST_SAMPLES
    evaluated = opened.kinds(Evaluated)
    assert [event.step for event in evaluated] == [_STEPS, 2 * _STEPS, 3 * _STEPS]
    assert evaluated[-1].confusion.sum() == TEST_SAMPLES
    assert evaluated[-1].accuracy > 0.9
    recorded = opened.kinds(Recorded)[-1].steps
    assert recorded[0] == 0
    assert recorded[-1] == 3 * _STEPS
    last = opened.snapshot(lambda snapshot: snapshot.step == 3 * _STEPS)
    assert last.epoch == 3.0
    opened.session.send(Train())
    opened.event(SettingsChanged, lambda event: event.settings.epochs == 6)
    _until(opened, Status.FINISHED)
    opened.look()
    assert _steps(opened) == list(range(1, 6 * _STEPS + 1))


def test_watched_training_gives_the_same_weights_to_the_bit(opened: Viewer, data_root: Path) -> None:
    session = opened.session
    session.send(Watch(LAYERS, quantity=Quantity.GRADIENTS, focus="dense1", frames_per_second=500.0))
    session.send(Train())
    opened.snapshot(lambda snapshot: snapshot.step > 3)
    session.send(ShowSample(index=5))
    session.send(Evaluate())
    session.send(LookBack(1))
    opened.snapshot(lambda snapshot: snapshot.moment == 1)
    session.send(LookBack(None))
    session.send(Pause())
    session.send(Train())
    _until(opened, Status.FINISHED)
    plain = _plain_weights(data_root, 3 * _STEPS)
    for layer in ("conv1", "conv2", "dense1", "dense2", "output"):
        session.send(Watch(LAYERS, focus=layer))
        focus = opened.snapshot(lambda one, name=layer: one.focus is not None and one.focus.node == name).focus
        assert focus is not None
        for role in ("weight", "bias"):
            np.testing.assert_array_equal(focus.weights[role], plain[f"{layer}.{role}"].numpy())


def test_single_steps_then_pause(opened: Viewer) -> None:
    opened.session.send(TrainSteps())
    _until(opened, Status.PAUSED)
    opened.session.send(TrainSteps(3))
    opened.snapshot(lambda snapshot: snapshot.step == 4)
    opened.until(lambda: _steps(opened) == [1, 2, 3, 4])
    opened.session.send(TrainSteps(0))
    opened.session.send(TrainSteps(2 * _STEPS))
    opened.until(lambda: len(_steps(opened)) == 4 + 2 * _STEPS)


def test_rewinding_leads_to_the_same_again(opened: Viewer) -> None:
    opened.session.send(TrainSteps(5))
    _until(opened, Status.PAUSED)
    opened.look()
    before = [(point.step, point.loss) for point in opened.points if isinstance(point, TrainPoint)]
    opened.session.send(Rewind())
    opened.event(Rewound)
    opened.points.clear()
    assert opened.event(Recorded, lambda event: len(event.steps) == 1).steps == (0,)
    assert opened.snapshot(lambda snapshot: snapshot.step == 0).moment == 0
    opened.session.send(TrainSteps(5))
    opened.until(lambda: len(_steps(opened)) == 5)
    assert [(point.step, point.loss) for point in opened.points if isinstance(point, TrainPoint)] == before


def test_settings_change_in_mid_run(opened: Viewer) -> None:
    opened.session.send(TrainSteps(2))
    opened.session.send(Tune(learning_rate=0.5, batch_size=32, momentum=0.0, epochs=7))
    changed = opened.event(SettingsChanged)
    assert changed.settings.learning_rate == 0.5
    assert changed.settings.batch_size == 32
    assert changed.steps_per_epoch == SAMPLES // 32
    opened.session.send(Tune(learning_rate=-1.0))
    failed = opened.event(Failed)
    assert "learning rate" in failed.message
    opened.session.send(Tune(learning_rate=0.25))
    assert opened.event(SettingsChanged).settings.learning_rate == 0.25


def test_a_picture_is_shown_while_training(opened: Viewer) -> None:
    opened.session.send(Tune(epochs=10_000))
    opened.session.send(Train())
    opened.snapshot(lambda snapshot: snapshot.step > 2)
    for request in range(1, 6):
        picture = np.full((1, 28, 28), request, np.uint8)
        opened.session.send(ShowPicture(picture, request=request))
        shown = opened.snapshot(lambda snapshot, request=request: snapshot.request >= request)
        assert shown.sample.split == "drawing"
        np.testing.assert_array_equal(shown.sample.picture, picture)
    opened.session.send(ShowNeighbour(1, label=3))
    shown = opened.snapshot(lambda snapshot: snapshot.sample.index >= 0 and snapshot.request == 5)
    assert shown.sample.label == 3
    opened.session.send(Pause())
    _until(opened, Status.PAUSED)


def test_mistakes_are_known_when_asked_for(opened: Viewer) -> None:
    opened.session.send(AskConfused())
    evaluated = opened.event(Evaluated)
    gallery = opened.event(Gallery)
    np.testing.assert_array_equal(gallery.indices, evaluated.mistakes[:50])
    np.testing.assert_array_equal(gallery.predicted, evaluated.predicted[:50])
    assert (gallery.predicted != gallery.labels).all()
    label, predicted = int(gallery.labels[0]), int(gallery.predicted[0])
    opened.session.send(AskConfused(label, predicted))
    cell = opened.event(Gallery)
    assert len(cell.indices) == min(50, evaluated.confusion[label, predicted])
    opened.session.send(ShowNeighbour(1, only_mistakes=True))
    next_one = min(index for index in evaluated.mistakes.tolist() if index > 0)
    opened.snapshot(lambda snapshot: snapshot.sample.index == next_one)
    opened.session.send(AskGallery(split="train", start=600, count=5, label=4))
    train = opened.event(Gallery)
    assert (train.labels == 4).all()
    assert train.indices[0] == 604
    opened.session.send(ShowSample(index=10_000))
    assert "10000" in opened.event(Noticed).message


def test_looking_back_shows_the_weights_of_then(opened: Viewer) -> None:
    first = opened.snapshot()
    opened.session.send(TrainSteps(6))
    now = opened.snapshot(lambda snapshot: snapshot.step == 6)
    opened.session.send(LookBack(0))
    then = opened.snapshot(lambda snapshot: snapshot.moment == 0 and snapshot.step == 6)
    np.testing.assert_array_equal(then.kernels["conv1"].pixels, first.kernels["conv1"].pixels)
    np.testing.assert_allclose(then.logits, first.logits, rtol=1e-5, atol=1e-6)
    opened.session.send(TrainSteps(2))
    opened.snapshot(lambda snapshot: snapshot.moment == 0 and snapshot.step == 8)
    opened.session.send(LookBack(None))
    back = opened.snapshot(lambda snapshot: snapshot.moment == 8)
    assert np.abs(back.logits - now.logits).max() > 0
    opened.session.send(Rewind())
    opened.snapshot(lambda snapshot: snapshot.moment == snapshot.step == 0)


def test_early_stopping_is_told(opened: Viewer) -> None:
    opened.session.send(Tune(patience=1, min_delta=100.0, epochs=50))
    opened.session.send(Train())
    finished = _until(opened, Status.FINISHED)
    assert "early" in finished.detail
    assert opened.event(Noticed, lambda event: "early" in event.message)
    assert opened.points[-1].step < 50 * _STEPS


def test_another_experiment_takes_over(opened: Viewer) -> None:
    opened.session.send(TrainSteps(3))
    opened.session.send(Open("mlp", "mnist", device="cpu"))
    working = _until(opened, Status.WORKING)
    assert "mlp" not in working.detail
    assert working.detail.endswith(" and MNIST")
    new = opened.event(Opened, lambda event: event.settings.network == "mlp")
    assert new.graph.nodes[-1].name == "softmax"
    opened.session.send(Watch(("dense1", "output")))
    snapshot = opened.snapshot(lambda one: set(one.maps) == {"dense1", "output"})
    assert snapshot.step == 0
    assert snapshot.maps["dense1"].pixels.shape == (128, 1, 1)


def test_the_same_network_and_dataset_keep_their_graph(opened: Viewer) -> None:
    """So that a viewer need not draw it anew."""
    first = opened.event(Opened)
    opened.session.send(Open("lenet-relu", "mnist", seed=4, device="cpu"))
    assert opened.event(Opened, lambda event: event.settings.seed == 4).graph is first.graph
    opened.session.send(Open("lenet", "mnist", device="cpu"))
    assert opened.event(Opened).graph is not first.graph


def test_the_learning_rate_decays_and_says_so(opened: Viewer) -> None:
    opened.session.send(Tune(learning_rate=0.08, learning_rate_decay=0.5, epochs=2))
    opened.event(SettingsChanged)
    opened.session.send(Train())
    _until(opened, Status.FINISHED)
    rates = [event.settings.learning_rate for event in opened.kinds(SettingsChanged)]
    assert rates == pytest.approx([0.04, 0.02])
