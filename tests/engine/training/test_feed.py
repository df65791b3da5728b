"""Batches: every sample once an epoch, normalized, the same ones however many were made ready ahead."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from engine.messages import Tune
from engine.training import Pictures
from tests.engine.standin import bars
from tests.engine.training.helpers import CPU, same, steps, trainer, weights


def test_an_epoch_sees_every_sample_once() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(10))
            self.seen: list[Tensor] = []

        def forward(self, x: Tensor) -> Tensor:
            if self.training:
                self.seen.append(x.sum((1, 2, 3)))
            return self.weight.expand(len(x), 10)

    module = Counting()
    one = trainer("counting", module=module, epochs=2)
    orders = []
    for _ in range(2):
        module.seen.clear()
        steps(one, 8)
        orders.append(torch.cat(module.seen))
    everything = one._samples.range(0, 230)[0].sum((1, 2, 3))
    for seen in orders:
        assert torch.equal(seen.sort().values, everything.sort().values)
    assert not torch.equal(*orders)
    assert one.finished


def test_pictures_are_normalized_by_channel() -> None:
    data = bars(train=20, test=5, shape=(3, 12, 14))
    pictures = Pictures(
        pictures=data.train_pictures,
        labels=data.train_labels,
        mean=(0.1, 0.2, 0.3),
        std=(1.0, 2.0, 4.0),
        device=CPU,
    )
    values, labels = pictures.take(torch.tensor([3, 1]))
    expected = data.train_pictures[[3, 1]] / 255.0
    expected = (expected - np.reshape([0.1, 0.2, 0.3], (3, 1, 1))) / np.reshape([1.0, 2.0, 4.0], (3, 1, 1))
    assert values.is_contiguous(memory_format=torch.channels_last)
    np.testing.assert_allclose(values.numpy(), expected, atol=1e-6)
    assert labels.tolist() == data.train_labels[[3, 1]].tolist()


def test_batch_size_may_change_in_mid_epoch() -> None:
    one = trainer(batch_size=32)
    steps(one, 2)
    before = weights(one)
    one.tune(Tune(batch_size=100, learning_rate=0.0, momentum=0.0))
    assert one.steps_per_epoch == 3
    steps(one, 2)
    assert same(before, weights(one))  # no reset, and a learning rate of 0 changes nothing
    assert one.epoch == 1.0  # 32 + 32 + 100 + 66
    assert one.epoch_ended


def test_batches_made_ready_ahead_are_the_same_ones() -> None:
    data = bars(train=700, test=5)
    plain, ahead = trainer(data=data), trainer(data=data)
    gathered: list[int] = []
    take = ahead._samples.take
    ahead._samples.take = lambda chosen: (gathered.append(len(chosen)), take(chosen))[1]  # type: ignore[method-assign]
    ahead.prepare()  # before the first step nothing is known of batches
    assert gathered == []
    for made in range(60):
        plain.step()
        ahead.step()
        if made == 30:  # what was made ready for another batch size is forgotten
            for one in (plain, ahead):
                one.tune(Tune(batch_size=20))
        before = len(gathered)
        ahead.prepare()
        if made == 0:
            assert len(gathered) > before
            ready = len(gathered)
            ahead.prepare()
            assert len(gathered) == ready  # enough is enough
    assert ahead.epoch > 2
    assert same(weights(plain), weights(ahead))
