"""A branch that changes nothing goes on exactly as the training did: momentum, random numbers, order and decay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine import networks, runs
from engine.graph import trace_graph
from engine.messages import Tune
from engine.messages.film import Branch
from engine.session.branching import branch, recorded
from engine.session.experiment import Experiment
from engine.training import Timeline, Trainer
from tests.engine.training.helpers import BARS, same, steps, trainer, weights

BUDGET = 256 * 2**20


class Dropping(nn.Module):
    """Draws random numbers in each step, and has running statistics."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(784, 12)
        self.norm = nn.BatchNorm1d(12)
        self.drop = nn.Dropout(0.5)
        self.output = nn.Linear(12, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.output(self.drop(torch.relu(self.norm(self.dense(pictures.flatten(1))))))


def experiment_of(one: Trainer) -> Experiment:
    graph = trace_graph(one.module, (1, 28, 28), name="n", title="n", subtitle="", strict=True)
    return Experiment(trainer=one, graph=graph)


def dropping(**wishes: Any) -> Trainer:
    torch.manual_seed(3)
    return trainer("own", module=Dropping(), **wishes)


@pytest.mark.parametrize(
    ("make", "wishes"),
    [
        (trainer, {"momentum": 0.9, "weight_decay": 0.01}),
        (trainer, {"momentum": 0.0}),
        (dropping, {"momentum": 0.9, "learning_rate": 0.1, "learning_rate_decay": 0.7}),
        (dropping, {"momentum": 0.5, "patience": 3}),
    ],
)
def test_it_gets_to_the_very_same_weights(make: Any, wishes: dict[str, Any]) -> None:
    one = make(epochs=9, **wishes)
    steps(one, 21)  # an epoch has 8
    kept = weights(one)
    told = recorded(one.timeline)
    assert told.exact == (True,) * 22
    for step in (0, 3, 8, 13):
        new, exact = branch(experiment_of(one), Branch(step=step), timeline_budget=BUDGET)
        assert exact
        assert new.trainer.updates == step
        assert new.trainer.settings.learning_rate == told.settings[step].learning_rate  # type: ignore[union-attr]
        steps(new.trainer, 21 - step)
        assert same(weights(new.trainer), kept), f"from step {step}"
        assert new.trainer.settings == one.settings
        assert new.trainer.drain() == [] or new.trainer.history.train[-1].loss == one.history.train[-1].loss
    assert same(weights(one), kept)  # the old one was left as it was


def test_it_does_so_after_the_run_was_saved_and_opened_again(tmp_path: Path) -> None:
    one = dropping(momentum=0.9, epochs=9)
    steps(one, 14)
    runs.save(one, tmp_path / "run")
    again = runs.resume(runs.open_run(tmp_path / "run"), dataset=BARS, module=Dropping())
    new, exact = branch(experiment_of(again), Branch(step=5), timeline_budget=BUDGET)
    assert exact
    steps(new.trainer, 9)
    assert same(weights(new.trainer), weights(one))
    for path in (tmp_path / "run" / "standing").iterdir():
        path.unlink()  # as earlier versions saved it
    old = runs.resume(runs.open_run(tmp_path / "run"), dataset=BARS, module=Dropping())
    assert not any(recorded(old.timeline).exact)
    new, exact = branch(experiment_of(old), Branch(step=5), timeline_budget=BUDGET)
    assert not exact
    assert (new.trainer.updates, new.trainer.epoch) == (5, one.history.train[4].epoch)


def test_a_broken_file_of_where_it_stood_is_named(tmp_path: Path) -> None:
    one = trainer()
    steps(one, 2)
    runs.save(one, tmp_path / "run")
    broken = next((tmp_path / "run" / "standing").iterdir())
    broken.write_bytes(b"nothing")
    with pytest.raises(runs.RunError, match=broken.name):
        runs.open_run(tmp_path / "run")


def test_its_settings_are_those_of_then_but_for_how_long_to_train() -> None:
    one = trainer(momentum=0.5, epochs=4)
    steps(one, 4)
    one.tune(Tune(learning_rate=0.2, momentum=0.0, batch_size=16, epochs=7, patience=2))
    steps(one, 4)
    then, _ = branch(experiment_of(one), Branch(step=3), timeline_budget=BUDGET)
    assert (then.trainer.settings.learning_rate, then.trainer.settings.momentum) == (0.01, 0.5)
    assert (then.trainer.settings.batch_size, then.trainer.settings.epochs) == (32, 7)
    assert then.trainer.settings.patience == 2
    now, _ = branch(experiment_of(one), Branch(step=8, tune=Tune(learning_rate=0.3)), timeline_budget=BUDGET)
    assert (now.trainer.settings.learning_rate, now.trainer.settings.batch_size) == (0.3, 16)
    other, _ = branch(experiment_of(one), Branch(step=3, seed=8), timeline_budget=BUDGET)
    assert other.trainer.settings.seed == 8
    steps(other.trainer, 5)
    assert not same(weights(other.trainer), weights(one))


def test_momentum_is_kept_where_enough_moments_have_room_with_it() -> None:
    size = sum(one.numel() * 4 for one in networks.build("lenet-relu", seed=0).state_dict().values())
    roomy = trainer(momentum=0.9, timeline_budget=2 * size * 50)
    steps(roomy, 60)
    assert len(roomy.timeline.steps) > 40
    assert roomy.timeline.bytes <= 2 * size * 50
    assert all(recorded(roomy.timeline).exact)
    roomy.keep_timeline(size * 20)  # not enough: weights alone
    told = recorded(roomy.timeline)
    assert len(told.steps) == 20
    assert told.bytes <= size * 20
    assert told.exact == (True, *(False,) * 19)  # before the first step there was none
    new, exact = branch(experiment_of(roomy), Branch(step=told.steps[7]), timeline_budget=BUDGET)
    assert not exact
    assert new.trainer.updates == told.steps[7]
    steps(new.trainer, 1)  # momentum starts from zero


def test_momentum_that_comes_later_takes_its_room() -> None:
    one = trainer(momentum=0.0, timeline_budget=60 * 2 * 250_000)
    steps(one, 20)
    before = one.timeline.bytes
    one.tune(Tune(momentum=0.9))
    steps(one, 20)
    assert all(recorded(one.timeline).exact)
    assert one.timeline.bytes > before * 2
    one.rewind()
    steps(one, 5)
    assert one.timeline.steps == (0, 1, 2, 3, 4, 5)


def test_a_timeline_of_weights_alone_knows_nothing_else() -> None:
    timeline = Timeline(lambda: (0, {"w": torch.zeros(4)}), budget=1000)
    timeline.record_if_due()
    assert timeline.moments[0].standing is None
    assert recorded(timeline).settings == (None,)
