"""Questions on the session's thread: answered while paused and while training, without any part in the training."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.insight import Insights, Material, Subject
from engine.messages import (
    AskInsight,
    Insight,
    InsightFailed,
    Open,
    Sample,
    ShowSample,
    Snapshot,
    Status,
    StatusChanged,
    StopInsight,
    SwitchedOff,
    SwitchOff,
    Train,
    Watch,
)
from engine.messages.insight import (
    AskDistribution,
    AskExplanation,
    AskMaximization,
    AskStrongest,
    Explanation,
    Maximization,
    Method,
    Question,
)
from engine.session import Session
from tests.engine.insight.conftest import subject_of
from tests.engine.session.conftest import LAYERS, Viewer, write_mnist


@pytest.fixture
def viewer(tmp_path: Path) -> Iterator[Viewer]:
    write_mnist(tmp_path / "data")
    session = Session(data_root=tmp_path / "data", runs_root=tmp_path / "runs")
    session.start()
    session.send(Open("lenet-relu", "mnist", device="cpu", epochs=1))
    session.send(Watch(LAYERS))
    viewer = Viewer(session)
    viewer.snapshot()
    yield viewer
    assert session.close(timeout=30.0)


def test_answers_come_with_their_request(viewer: Viewer) -> None:
    viewer.session.send(AskInsight(AskDistribution("conv1", 2, samples=100), 7))
    found = viewer.event(Insight, lambda one: one.finished)
    assert found.request == 7
    assert found.answer.samples == 100
    viewer.session.send(AskInsight(AskExplanation(Method.SALIENCY), 8))
    found = viewer.event(Insight, lambda one: one.finished)
    assert isinstance(found.answer, Explanation)
    assert found.answer.values.shape == (28, 28)
    assert found.answer.target == int(viewer.snapshot().logits.argmax())


def test_long_answers_come_in_parts_and_can_be_stopped(viewer: Viewer) -> None:
    viewer.session.send(AskInsight(AskMaximization("act3", 3, steps=100_000), 1))
    viewer.event(Insight, lambda one: isinstance(one.answer, Maximization) and not one.finished)
    viewer.session.send(AskInsight(AskMaximization("act3", 4, steps=20), 2))  # takes the place of the first
    found = viewer.event(Insight, lambda one: one.request == 2 and one.finished)
    assert found.answer.question.map == 4
    viewer.session.send(AskInsight(AskMaximization("act3", 3, steps=100_000), 3))
    viewer.event(Insight, lambda one: one.request == 3)
    viewer.session.send(StopInsight(AskMaximization))
    viewer.session.send(AskInsight(AskDistribution("conv1", 0), 4))
    viewer.event(Insight, lambda one: one.request == 4 and one.finished)
    assert not [one for one in viewer.kinds(Insight) if one.request == 3 and one.finished]


def test_what_cannot_be_answered_says_why(viewer: Viewer) -> None:
    viewer.session.send(AskInsight(AskDistribution("conv1", 99), 5))
    failed = viewer.event(InsightFailed)
    assert failed.request == 5
    assert "no map 99" in failed.message


def test_switched_off_maps_are_zero_until_they_are_on_again(viewer: Viewer) -> None:
    before = viewer.snapshot()
    viewer.session.send(SwitchOff("conv1", (0, 3)))
    assert dict(viewer.event(SwitchedOff).maps) == {"conv1": (0, 3)}
    after = viewer.snapshot(lambda one: not one.maps["conv1"].values()[0].round(1).any())
    assert not np.allclose(after.logits, before.logits)
    viewer.session.send(SwitchOff(""))
    assert dict(viewer.event(SwitchedOff, lambda one: not one.maps).maps) == {}
    again = viewer.snapshot(lambda one: one.serial > after.serial and bool(np.allclose(one.logits, before.logits)))
    np.testing.assert_array_equal(again.maps["conv1"].pixels, before.maps["conv1"].pixels)


def _trained(root: Path, questions: tuple[Question, ...]) -> tuple[Snapshot, int]:
    """The end of a training during which all questions are asked over and over, and how many answers came."""
    session = Session(data_root=root / "data", runs_root=root / "runs")
    viewer = Viewer(session)
    try:
        session.start()
        session.send(Open("lenet-relu", "mnist", device="cpu", epochs=8, seed=4))
        session.send(Watch(LAYERS))
        viewer.snapshot()
        for request, question in enumerate(questions):
            session.send(AskInsight(question, request))
        if questions:
            session.send(SwitchOff("conv1", (1,)))
        session.send(Train())
        answered = 0

        def done() -> bool:
            nonlocal answered
            for event in list(viewer.kinds(Insight)):
                viewer.seen.remove(event)
                answered += event.finished
                if event.finished:
                    session.send(AskInsight(event.answer.question, event.request))
            return any(one.status is Status.FINISHED for one in viewer.kinds(StatusChanged))

        viewer.until(done)
        session.send(StopInsight())
        session.send(SwitchOff(""))
        viewer.event(SwitchedOff, lambda one: not one.maps)
        session.send(ShowSample(index=3))
        return viewer.snapshot(lambda one: one.step == 80 and one.sample.index == 3), answered
    finally:
        assert session.close(timeout=30.0)


def test_training_is_the_same_to_the_bit_whatever_is_asked(tmp_path: Path) -> None:
    write_mnist(tmp_path / "data")
    plain, _ = _trained(tmp_path, ())
    questions = (
        AskDistribution("conv2", 1),
        AskStrongest("act1", 0),
        AskMaximization("act2", 2, steps=16),
        *(AskExplanation(method, 3, node="act2") for method in Method),
    )
    asked, answered = _trained(tmp_path, questions)
    assert answered > 0
    np.testing.assert_array_equal(plain.logits, asked.logits)


def test_while_training_slices_wait_for_their_turn(lenet, material: Material) -> None:  # type: ignore[no-untyped-def]
    now = [0.0]

    class Looked:
        shown_step = 3
        off: dict[str, tuple[int, ...]] = {}  # noqa: RUF012

        def __init__(self) -> None:
            self.material = material

        def subject(self) -> Subject:
            now[0] += 1.0  # a slice that takes a second
            return subject_of(lenet, (1, 28, 28))

        def seen(self, sample: Sample) -> torch.Tensor:
            return material.seen(sample.picture[None])

    told: list[object] = []
    insights = Insights(told.append, clock=lambda: now[0])
    insights.ask(AskInsight(AskDistribution("conv1", 0), 1))
    state = torch.random.get_rng_state()
    looked = Looked()
    insights.work(looked, None, training=True)
    insights.work(looked, None, training=True)  # too early: four seconds are the training's
    assert not told
    while insights.waiting:
        now[0] += 4.0
        insights.work(looked, None, training=True)
    assert len(told) == 1
    assert isinstance(told[0], Insight)
    assert told[0].finished
    assert told[0].step == 3
    assert not insights.waiting
    assert torch.equal(state, torch.random.get_rng_state())
