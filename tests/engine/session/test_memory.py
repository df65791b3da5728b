"""A device without memory left: it is told with its numbers and what to do, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from engine.messages import AskInsight, Evaluate, Evaluated, Failed, HeldOutPoint, InsightFailed, TrainPoint, TrainSteps
from engine.messages.insight import AskDistribution
from tests.engine.session.conftest import Viewer

_SAID = (
    "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.10 GiB of which 1.31 GiB is "
    "free. Including non-PyTorch memory, this process has 77.80 GiB memory in use."
)
_NUMBERS = "20.00 GiB more were needed and 1.31 GiB were free"

Starve = Callable[[Callable[[nn.Module, Tensor], bool]], None]


@pytest.fixture
def starve(monkeypatch: pytest.MonkeyPatch) -> Starve:
    """Let convolutions find no memory where the function, asked with the module and its input, says so."""
    forward = nn.Conv2d.forward

    def begin(hungry: Callable[[nn.Module, Tensor], bool]) -> None:
        def starved(self: nn.Conv2d, x: Tensor) -> Tensor:
            if hungry(self, x):
                raise torch.OutOfMemoryError(_SAID)
            return forward(self, x)

        monkeypatch.setattr(nn.Conv2d, "forward", starved)

    return begin


def _goes_on(viewer: Viewer, starve: Starve) -> None:
    """With memory again, training goes on from where it was, with all points."""
    starve(lambda module, x: False)
    before = viewer.snapshot().step
    viewer.session.send(TrainSteps(2))
    viewer.snapshot(lambda snapshot: snapshot.step >= before + 2)
    trained = [point.step for point in viewer.points if isinstance(point, TrainPoint)]
    assert trained == list(range(1, len(trained) + 1))


def test_a_step_without_memory_keeps_weights_and_history(opened: Viewer, starve: Starve) -> None:
    opened.session.send(TrainSteps(3))
    opened.snapshot(lambda snapshot: snapshot.step == 3)
    starve(lambda module, x: module.training)
    opened.session.send(TrainSteps(3))
    failed = opened.event(Failed)
    assert failed.title == "Training stopped"
    assert failed.message == (
        f"Cpu ran out of memory at step 4, {_NUMBERS}. Nothing was lost: choose a smaller batch, a smaller network or "
        "the CPU."
    )
    _goes_on(opened, starve)


def test_an_evaluation_takes_smaller_batches_where_memory_is_short(opened: Viewer, starve: Starve) -> None:
    sizes: list[int] = []

    def hungry(module: nn.Module, x: Tensor) -> bool:
        sizes.append(len(x))
        return len(x) > 16

    starve(hungry)
    opened.session.send(Evaluate())
    evaluated = opened.event(Evaluated)
    assert evaluated.confusion.sum() == 200
    assert {size for size in sizes if size > 16} == {125, 31}  # then it knows better
    assert not opened.kinds(Failed)


def test_an_evaluation_and_a_quick_look_without_any_memory_are_told(opened: Viewer, starve: Starve) -> None:
    starve(lambda module, x: not module.training)
    opened.session.send(Evaluate())
    failed = opened.event(Failed)
    assert failed.title == "The evaluation stopped"
    assert _NUMBERS in failed.message
    assert "when the held-out samples were evaluated" in failed.message
    _goes_on(opened, starve)
    assert not [point for point in opened.points if isinstance(point, HeldOutPoint)]


def test_a_picture_without_memory_is_told_and_training_goes_on(opened: Viewer, starve: Starve) -> None:
    starve(lambda module, x: len(x) == 1)
    opened.session.send(TrainSteps(2))
    failed = opened.event(Failed)
    assert failed.title == "The network cannot be shown", failed.details
    assert failed.message.startswith(f"The device ran out of memory, {_NUMBERS}. Nothing was lost: close other")
    opened.until(lambda: [point for point in opened.points if isinstance(point, TrainPoint)][1:])
    _goes_on(opened, starve)


def test_a_question_without_memory_is_told_and_the_next_is_answered(opened: Viewer, starve: Starve) -> None:
    starve(lambda module, x: len(x) > 1)
    opened.session.send(AskInsight(AskDistribution("conv1", 0, samples=100), 1))
    assert _NUMBERS in opened.event(InsightFailed).message
    assert _NUMBERS in opened.event(Failed).message
    _goes_on(opened, starve)
