"""What a network learns from our handwriting alone: it must read other people's, the real MNIST test set.

By hand, to the full: python -m tests.engine.datasets.test_digits_read_mnist
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.datasets import Dataset
from engine.datasets.dataset import make_dataset
from engine.datasets.digits import SEED, Size, write_digits
from engine.datasets.mnist import MNIST, load_idx


def read_mnist(*, mnist: Dataset, size: Size, epochs: int, seed: int = 0) -> float:
    """Accuracy, 0-1, on the test set of MNIST of a LeNet (ReLU, max pooling) trained on digits alone."""
    import torch
    from torch import nn
    from torch.nn.functional import cross_entropy

    train, test = write_digits(seed=SEED, size=size)
    digits = make_dataset(name="digits", title="Digits", classes=tuple("0123456789"), train=train, test=test)
    mean, std = digits.mean[0], digits.std[0]

    def seen(pictures: np.ndarray) -> torch.Tensor:
        return (torch.tensor(pictures) / 255.0 - mean) / std

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = nn.Sequential(
            *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
            *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
        )
        pictures, labels = seen(digits.train_pictures), torch.tensor(digits.train_labels)
        optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
        steps = epochs * (len(labels) // 64)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, total_steps=steps)
        for _ in range(epochs):
            for batch in torch.randperm(len(labels)).split(64)[: len(labels) // 64]:
                optimizer.zero_grad()
                cross_entropy(network(pictures[batch]), labels[batch]).backward()
                optimizer.step()
                schedule.step()
        with torch.no_grad():
            predicted = network(seen(mnist.test_pictures)).argmax(dim=1).numpy()
    return float((predicted == mnist.test_labels).mean())


@pytest.fixture
def _one_thread() -> Iterator[None]:
    """Torch on one thread: two that wait for each other are many times slower where others use the cores too."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("_one_thread")
def test_a_network_that_saw_only_our_digits_reads_mnist(shared: Path) -> None:
    mnist = load_idx(MNIST, root=shared / "data", download=False)
    accuracy = read_mnist(mnist=mnist, size=Size(train=6000, test=1000), epochs=2)
    assert accuracy >= 0.85


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[4] / "shared" / "data"
    for number in range(3):
        reached = read_mnist(mnist=load_idx(MNIST, root=folder), size=Size(), epochs=5, seed=number)
        print(f"seed {number}: {reached:.2%} of the MNIST test set, trained on 60,000 digits for 5 epochs")
