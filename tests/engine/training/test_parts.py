"""Evaluation, early stopping, timeline, history, devices: the loop's parts."""

from __future__ import annotations

import json
import math
import platform
import sys

import numpy as np
import pytest
import torch

from engine.memory import keep_freed_memory
from engine.messages import HeldOutPoint, TrainPoint, Tune
from engine.training import EarlyStopping, History, Timeline, TrainingError, devices, evaluation, pick, settings_for
from engine.training.devices import is_out_of_memory
from tests.engine.standin import bars
from tests.engine.training.helpers import BARS, same, steps, trainer, weights


def test_a_whole_evaluation() -> None:
    one = trainer()
    steps(one, 8)
    point, evaluated = one.evaluate()
    assert evaluated is not None
    said = one.predictions()
    assert said is not None
    with torch.no_grad():
        logits = one.module.eval()(one._held_out.range(0, 70)[0])
    labels = torch.tensor(BARS.test_labels)
    assert point == HeldOutPoint(
        step=8,
        epoch=1.0,
        loss=point.loss,
        accuracy=float((logits.argmax(1) == labels).double().mean()),
        samples=70,
        whole=True,
        seconds=one.seconds,
    )
    assert point.loss == pytest.approx(float(torch.nn.functional.cross_entropy(logits, labels)), rel=1e-5)
    assert (evaluated.step, evaluated.accuracy, evaluated.loss) == (8, point.accuracy, point.loss)
    assert evaluated.confusion.shape == (10, 10)
    assert evaluated.confusion.sum() == 70
    assert np.trace(evaluated.confusion) == round(point.accuracy * 70)
    assert said.predicted.tolist() == logits.argmax(1).tolist()
    wrong = np.flatnonzero(said.predicted != BARS.test_labels)
    assert set(evaluated.mistakes) == set(wrong)
    assert 0 < len(wrong) < 70
    assert (np.diff(evaluated.confidence) <= 0).all()
    for index, predicted, confidence in zip(evaluated.mistakes, evaluated.predicted, evaluated.confidence, strict=True):
        assert evaluated.confusion[BARS.test_labels[index], predicted] > 0
        assert confidence == pytest.approx(float(logits.softmax(1)[index, predicted]), rel=1e-4)
    assert one.history.held_out == [point]


def test_an_evaluation_of_some_samples_or_cut_short() -> None:
    one = trainer()
    point, evaluated = one.evaluate(30)
    assert (point.samples, point.whole, evaluated) == (30, False, None)
    assert one.predictions() is None
    big = trainer("mlp", data=bars(train=40, test=1300))
    asked = []
    point, evaluated = big.evaluate(should_stop=lambda: bool(asked.append(1)) or len(asked) >= 2)
    assert (point.samples, point.whole, evaluated) == (2 * evaluation._AT_ONCE, False, None)
    assert big.evaluate(5000)[0].whole
    with pytest.raises(TrainingError, match="no held-out samples"):
        trainer("mlp", data=bars(train=10, test=0)).evaluate()


def test_evaluating_leaves_the_mode_alone() -> None:
    one = trainer()
    one.step()
    assert one.module.training
    one.evaluate()
    assert one.module.training


def test_patience() -> None:
    stopping = EarlyStopping(patience=2, min_delta=0.1)
    losses = [1.0, 0.95, 0.8, 0.75, 0.71]
    assert [stopping.look(epoch, loss) for epoch, loss in enumerate(losses, start=1)] == [False] * 4 + [True]
    assert (stopping.best, stopping.best_epoch, stopping.waited) == (0.8, 3, 2)
    assert (
        "for 2 epochs the held-out loss was not lower by more than 0.1 than 0.8000 after epoch 3" in stopping.reason()
    )
    again = EarlyStopping(patience=2, min_delta=0.1)
    again.restore(json.loads(json.dumps(stopping.to_json())))
    assert again == stopping
    stopping.go_on()
    assert not stopping.look(6, 0.71)
    assert stopping.look(6, 0.71) is False  # an epoch counts once
    assert stopping.look(7, math.nan)
    assert not any(EarlyStopping(patience=None).look(epoch, 1.0) for epoch in range(1, 50))
    json.dumps(EarlyStopping().to_json(), allow_nan=False)


def test_training_stops_early_and_can_go_on() -> None:
    one = trainer(epochs=30, learning_rate=0.0, patience=3)
    while not one.finished:
        one.step()
        if one.epoch_ended:
            one.evaluate()
    assert one.epoch == 4.0
    assert one.stopped_early is not None
    one.extend(2)
    assert (one.settings.epochs, one.finished, one.stopped_early) == (6, False, None)
    while not one.finished:
        one.step()
        if one.epoch_ended:
            one.evaluate()
    assert one.epoch == 6.0
    one.tune(Tune(patience=0, epochs=9))
    assert one.settings.patience is None
    assert not one.finished


def test_timeline_grows_sparser_and_keeps_to_its_budget() -> None:
    step = 0
    tensor = torch.zeros(250)  # 1,000 bytes

    def read() -> tuple[int, dict[str, torch.Tensor]]:
        return step, {"w": tensor}

    for budget in (3_500, 20_000, 10**9):
        timeline = Timeline(read, budget=budget)
        for step in range(20_001):
            tensor.fill_(step)
            timeline.record_if_due()
            if step % 1000 == 0:
                assert timeline.bytes <= budget
                assert len(timeline.steps) <= 256
        steps_kept = timeline.steps
        assert steps_kept[0] == 0
        assert list(steps_kept) == sorted(set(steps_kept))
        assert steps_kept[-1] > 12_000
        for at in (0, 3, 777, 15_000, 10**6):
            nearest = timeline.nearest(at)
            assert abs(nearest.step - at) == min(abs(one - at) for one in steps_kept)
            assert float(nearest.weights["w"][0]) == nearest.step
    assert steps_kept[:20] == tuple(range(20))
    gaps = np.diff(steps_kept)
    assert gaps[-1] > 20 * gaps[0]


def test_timeline_without_room() -> None:
    timeline = Timeline(lambda: (0, {"w": torch.zeros(100)}), budget=10)
    assert not timeline.record_if_due()
    assert (timeline.steps, timeline.bytes) == ((), 0)
    with pytest.raises(LookupError):
        timeline.nearest(0)
    steps_made = iter(range(100))
    newest = Timeline(lambda: (next(steps_made), {"w": torch.zeros(100)}), budget=500)
    for _ in range(99):
        newest.record_if_due()
    assert len(newest.steps) == 1
    assert newest.steps[0] > 30


def test_the_trainers_timeline_holds_its_weights() -> None:
    one = trainer()
    kept = {}
    for _ in range(12):
        one.step()
        kept[one.updates] = weights(one)
    assert one.timeline.steps == tuple(range(13))
    assert not one.timeline.record_if_due()
    for step in (1, 5, 12):
        assert same(dict(one.timeline.nearest(step).weights), kept[step])


def train_point(step: int, epoch: float, loss: float) -> TrainPoint:
    return TrainPoint(step=step, epoch=epoch, loss=loss, accuracy=loss / 10, seconds=step / 100)


def test_history_means_weigh_by_samples() -> None:
    history = History()
    history.add([train_point(1, 0.4, 1.0), train_point(2, 0.8, 2.0), train_point(3, 1.0, 4.0)])
    history.add([train_point(4, 1.4, 0.5), train_point(5, 1.8, 0.5)])
    assert history.epoch_means(1) == pytest.approx((0.4 + 0.8 + 0.8, 0.2))
    assert history.epoch_means(2) == pytest.approx((0.5, 0.05))
    assert all(math.isnan(one) for one in history.epoch_means(3))


def test_history_as_lines() -> None:
    history = History()
    held_out = HeldOutPoint(step=2, epoch=1.0, loss=0.25, accuracy=0.5, samples=70, whole=True, seconds=0.02)
    history.add([train_point(1, 0.5, 1 / 3), train_point(2, 1.0, 0.1), held_out, train_point(3, 1.5, 0.1)])
    lines = list(history.to_lines())
    assert json.loads(lines[0])["kind"] == "train"
    again = History.from_lines(lines)
    assert (again.train, again.held_out) == (history.train, history.held_out)
    assert History.from_lines(lines, last_step=2).points() == history.points()[:3]
    with pytest.raises(ValueError, match="line 2 is not a point"):
        History.from_lines([lines[0], '{"kind": "train"}'])


def test_devices() -> None:
    assert devices()[-1] == "cpu"
    assert pick("cpu") == torch.device("cpu")
    assert str(pick("auto")) == devices()[0]
    with pytest.raises(TrainingError, match=r'no device "abacus" here; there are: auto, .*cpu'):
        pick("abacus")


def test_words_of_memory() -> None:
    assert is_out_of_memory(torch.OutOfMemoryError("x"))
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"))
    assert not is_out_of_memory(RuntimeError("shape '[3]' is invalid"))


def test_settings_come_from_the_recipe() -> None:
    lenet = settings_for(network="lenet", dataset="mnist")
    assert (lenet.learning_rate, lenet.momentum, lenet.batch_size) == (0.1, 0.0, 64)
    own = settings_for(network="mine.py:Net", dataset="mnist", epochs=3, momentum=0.0)
    assert (own.epochs, own.momentum) == (3, 0.0)
    with pytest.raises(TrainingError, match="seed"):
        settings_for(network="lenet", dataset="mnist", seed=-1)


def test_freed_memory_is_kept_where_the_c_library_can() -> None:
    kept = keep_freed_memory()
    assert kept == (sys.platform.startswith("linux") and platform.libc_ver()[0] == "glibc")
