"""The training loop: the rule itself, reproducible to the bit, tuned, rewound, resumed, diverging."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import networks
from engine.messages import Tune
from engine.training import Diverged, OutOfMemory, Trainer, TrainingError, settings_for
from engine.training.feed import order
from tests.engine.standin import bars
from tests.engine.training.helpers import BARS, CPU, same, steps, trainer, weights


def plain_loop(network: str, epochs: int, **options: float) -> tuple[dict[str, Tensor], list[tuple[float, float]]]:
    """The same training as anybody would write it down, with torch's own optimizer."""
    net = networks.build(network, seed=0)
    pictures = (torch.tensor(BARS.train_pictures).float() / 255 - BARS.mean[0]) / BARS.std[0]
    labels = torch.tensor(BARS.train_labels)
    optimizer = torch.optim.SGD(net.parameters(), **options)  # type: ignore[arg-type]
    curve = []
    for epoch in range(epochs):
        for batch in order(len(labels), 0, epoch).split(32):
            logits = net(pictures[batch])
            loss = F.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            curve.append((loss.item(), (logits.argmax(1) == labels[batch]).float().mean().item()))
    return net.state_dict(), curve


@pytest.mark.parametrize("network", ["lenet", "lenet-relu", "mlp"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_it_does_what_the_plain_loop_does(network: str, momentum: float) -> None:
    options = {"lr": 0.01, "momentum": momentum, "weight_decay": 0.01}
    expected, curve = plain_loop(network, 2, **options)
    ours = trainer(network, learning_rate=0.01, momentum=momentum, weight_decay=0.01)
    steps(ours, 16)
    points = ours.drain()
    np.testing.assert_allclose([point.loss for point in points], [loss for loss, _ in curve], rtol=2e-3)
    np.testing.assert_allclose([point.accuracy for point in points], [right for _, right in curve], atol=0.04)
    for key, value in ours.module.state_dict().items():
        torch.testing.assert_close(value, expected[key], rtol=2e-3, atol=2e-4)
    assert [point.step for point in points] == list(range(1, 17))
    assert points[7].epoch == 1.0
    assert ours.epoch == 2.0
    assert ours.steps_per_epoch == 8


def test_same_seed_same_weights_to_the_bit() -> None:
    first, second, other = trainer(seed=3), trainer(seed=3), trainer(seed=4)
    steps(first, 20)
    torch.manual_seed(99)
    for _ in range(20):  # looking, drawing and evaluating in between change nothing
        torch.rand(1)
        random.random()
        np.random.rand()
        second.step()
        second.drain()
        second.evaluate(10)
    steps(other, 20)
    assert same(weights(first), weights(second))
    assert not same(weights(first), weights(other))
    assert [p.loss for p in first.drain()] == [p.loss for p in second.history.train]


def test_points_are_drained_once_and_kept() -> None:
    one = trainer()
    steps(one, 3)
    first = one.drain()
    assert one.drain() == []
    steps(one, 2)
    assert [point.step for point in first + one.drain()] == [1, 2, 3, 4, 5]
    assert [point.step for point in one.history.train] == [1, 2, 3, 4, 5]
    seconds = [point.seconds for point in one.history.train]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0


def test_tuning_goes_on_from_the_weights_there_are() -> None:
    tuned, fresh = trainer(momentum=0.0), trainer(momentum=0.0)
    steps(tuned, 5)
    steps(fresh, 5)
    settings = tuned.tune(Tune(learning_rate=0.5, weight_decay=0.1, momentum=0.5, epochs=7))
    assert (settings.learning_rate, settings.weight_decay, settings.momentum) == (0.5, 0.1, 0.5)
    assert (settings.epochs, settings.batch_size) == (7, 32)
    assert same(weights(tuned), weights(fresh))
    steps(tuned, 1)
    steps(fresh, 1)
    assert not same(weights(tuned), weights(fresh))


@pytest.mark.parametrize(
    ("tune", "message"),
    [
        (Tune(learning_rate=-1), "learning rate must be 0 or more, not -1"),
        (Tune(learning_rate=math.nan), "learning rate"),
        (Tune(momentum=1.0), "below 1"),
        (Tune(weight_decay=-0.1), "weight decay"),
        (Tune(batch_size=0), "batch"),
        (Tune(epochs=-1), "epochs"),
        (Tune(patience=-1), "patience"),
        (Tune(min_delta=-1), "improvement"),
    ],
)
def test_settings_that_make_no_sense_change_nothing(tune: Tune, message: str) -> None:
    one = trainer()
    before = one.settings
    with pytest.raises(TrainingError, match=message):
        one.tune(tune)
    assert one.settings == before


def test_rewind_gives_the_same_weights_and_the_same_curve() -> None:
    one = trainer(seed=5)
    start = weights(one)
    steps(one, 11)
    curve = [(p.step, p.epoch, p.loss, p.accuracy) for p in one.drain()]
    one.evaluate()
    one.rewind()
    assert same(start, weights(one))
    assert (one.updates, one.epoch, one.seconds) == (0, 0.0, 0.0)
    assert (one.history.train, one.history.held_out, one.predictions()) == ([], [], None)
    assert one.timeline.steps == (0,)
    steps(one, 11)
    assert [(p.step, p.epoch, p.loss, p.accuracy) for p in one.drain()] == curve


def test_the_learning_rate_decays_with_the_epochs() -> None:
    one = trainer(learning_rate=0.08, learning_rate_decay=0.5, epochs=4)
    rates = []
    for _ in range(3):
        rates.append(one.settings.learning_rate)
        steps(one, 8)
    assert rates == [0.08, 0.04, 0.02]
    curve = [p.loss for p in one.drain()]
    again = trainer(learning_rate=0.08, learning_rate_decay=0.5, epochs=4)
    again.restore(one.state())
    assert again.settings.learning_rate == 0.01
    again.tune(Tune(epochs=5))
    again.rewind()
    assert again.settings.learning_rate == 0.08
    steps(again, 24)
    assert [p.loss for p in again.drain()] == curve
    again.tune(Tune(learning_rate=0.3, learning_rate_decay=0.1))
    steps(again, 8)
    assert again.settings.learning_rate == pytest.approx(0.03)
    again.rewind()
    assert again.settings.learning_rate == 0.3
    with pytest.raises(TrainingError, match="decay"):
        again.tune(Tune(learning_rate_decay=1.5))


def test_rewind_to_other_weights_than_it_started_with() -> None:
    initial = networks.build("lenet-relu", seed=8).state_dict()
    one = Trainer(
        network="lenet-relu",
        module=networks.build("lenet-relu", seed=1),
        dataset=BARS,
        settings=settings_for(network="lenet-relu", dataset="bars"),
        device=CPU,
        initial=initial,
    )
    one.step()
    one.rewind()
    assert same(weights(one), initial)


@pytest.mark.parametrize("stop", [3, 8, 13])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_restored_is_as_never_stopped(stop: int, momentum: float) -> None:
    whole = trainer(momentum=momentum, seed=2)
    steps(whole, 19)
    first = trainer(momentum=momentum, seed=2)
    steps(first, stop)
    second = trainer(momentum=momentum, seed=2, module=networks.build("lenet-relu", seed=77))
    second.restore(first.state())
    steps(second, 19 - stop)
    assert same(weights(whole), weights(second))
    assert (second.updates, second.epoch) == (19, whole.epoch)
    whole_losses = [p.loss for p in whole.drain()]
    assert [p.loss for p in first.drain()] + [p.loss for p in second.drain()] == whole_losses
    second.rewind()
    whole.rewind()
    assert same(weights(whole), weights(second))


class Dropping(nn.Module):
    """A module of somebody's own, with dropout and batch norm."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(1)
        self.dense = nn.Linear(784, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.dense(F.dropout(self.norm(x).flatten(1), 0.5, self.training))


def dropping() -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        return Dropping()


def test_dropout_is_reproducible_and_keeps_to_itself() -> None:
    first, second = trainer("mine", module=dropping()), trainer("mine", module=dropping())
    torch.manual_seed(1)
    expected = torch.rand(4)
    torch.manual_seed(1)
    steps(first, 9)
    assert torch.equal(torch.rand(4), expected)
    steps(second, 4)
    torch.rand(5)
    third = trainer("mine", module=dropping())
    third.restore(second.state())
    steps(third, 5)
    assert same(weights(first), weights(third))
    assert [p.loss for p in first.drain()][4:] == [p.loss for p in third.drain()]
    first.rewind()
    steps(first, 9)
    assert same(weights(first), weights(third))


def test_weights_of_another_network_are_refused_whole() -> None:
    one = trainer()
    before = weights(one)
    with pytest.raises(TrainingError, match="another network: missing: conv1"):
        one.load_weights(networks.build("mlp").state_dict())
    bad = dict(networks.build("lenet-relu").state_dict())
    bad["output.weight"] = torch.zeros(3, 84)
    with pytest.raises(TrainingError, match=r"output\.weight is 3x84, the network's 10x84"):
        one.load_weights(bad)
    assert same(before, weights(one))


def test_a_loss_that_is_not_finite_keeps_weights_and_history() -> None:
    one = trainer("lenet-relu", learning_rate=0.01)
    steps(one, 6)
    good = one.drain()
    one.tune(Tune(learning_rate=1e30))
    steps(one, 5)
    rest = one.drain()
    assert all(math.isfinite(point.loss) for point in rest)
    with pytest.raises(Diverged, match=r"learning rate 1e\+30") as caught:
        one.step()
    assert caught.value.step == good[-1].step + len(rest) + 1
    assert caught.value.good <= caught.value.step
    assert all(torch.isfinite(value).all() for value in weights(one).values())
    assert [p.step for p in one.history.train] == list(range(1, caught.value.step))
    kept = one.timeline.nearest(caught.value.good)
    assert same(dict(kept.weights), weights(one))
    assert (one.moment, one.updates) == (caught.value.good, 11)
    one.tune(Tune(learning_rate=0.01))
    steps(one, 3)  # it goes on
    assert len(one.drain()) == 3
    assert one.moment == one.updates == 14


def test_divergence_without_a_timeline_goes_back_to_the_start() -> None:
    one = trainer(learning_rate=1e30, timeline_budget=0)
    start = weights(one)
    assert one.timeline.steps == ()
    steps(one, 4)
    one.drain()
    with pytest.raises(Diverged) as caught:
        one.drain()
    assert caught.value.good == 0
    assert same(start, weights(one))


def test_out_of_memory_loses_nothing() -> None:
    class Hungry(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(784, 10)

        def forward(self, x: Tensor) -> Tensor:
            if len(x) > 64:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
            return self.dense(x.flatten(1))

    one, other = trainer("hungry", module=(module := Hungry())), trainer("hungry", module=Hungry())
    other.load_weights(module.state_dict())
    steps(one, 2)
    steps(other, 2)
    one.tune(Tune(batch_size=100))
    with pytest.raises(
        OutOfMemory,
        match=r"cpu ran out of memory at step 3, 20\.00 GiB more were needed\. Nothing was lost: choose a smaller ba",
    ):
        one.step()
    assert one.updates == 2
    one.tune(Tune(batch_size=32))
    steps(one, 2)
    steps(other, 2)
    assert same(weights(one), weights(other))


def test_other_errors_of_a_module_come_out_as_they_are() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(784, 10)

        def forward(self, x: Tensor) -> Tensor:
            if self.training:
                raise RuntimeError("something odd")
            return self.dense(x.flatten(1))

    with pytest.raises(RuntimeError, match="something odd"):
        trainer("odd", module=Odd()).step()


def test_what_does_not_fit_is_told_at_once() -> None:
    small = bars(train=20, test=5, shape=(3, 12, 12))
    with pytest.raises(TrainingError, match="lenet cannot take the 3x12x12 pictures of Bars"):
        trainer("lenet", data=small)
    with pytest.raises(TrainingError, match="gives 3 for a picture, but Bars has 10 classes"):
        trainer("lenet", module=networks.build("lenet", classes=3))
    with pytest.raises(TrainingError, match="no training samples"):
        trainer("lenet", data=replace(BARS, train_pictures=BARS.train_pictures[:0], train_labels=BARS.train_labels[:0]))


def test_parameters_stay_the_same_objects() -> None:
    module = networks.build("lenet")
    before = {name: id(one) for name, one in module.named_parameters()}
    one = trainer("lenet", module=module)
    steps(one, 2)
    one.rewind()
    one.restore(one.state())
    assert {name: id(one) for name, one in module.named_parameters()} == before


def test_layers_without_a_part_and_frozen_ones() -> None:
    module = networks.build("mlp")
    module.spare = nn.Linear(2, 2)
    module.get_parameter("dense1.weight").requires_grad_(False)
    one = trainer("mlp", module=module)
    before = weights(one)
    steps(one, 2)
    after = weights(one)
    changed = {key for key in before if not torch.equal(before[key], after[key])}
    assert changed == {"dense1.bias", "output.weight", "output.bias"}
