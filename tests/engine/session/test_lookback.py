"""Looking back: films, evaluations of earlier weights, branches, weights as edges, the timeline's memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from engine import networks, runs
from engine.graph import trace_graph
from engine.messages import (
    AskConfused,
    Evaluate,
    Evaluated,
    Failed,
    Gallery,
    Graph,
    LookBack,
    Node,
    Noticed,
    Opened,
    Operation,
    Recorded,
    RunSaved,
    Status,
    StatusChanged,
    Train,
    TrainPoint,
    TrainSteps,
    Tune,
)
from engine.messages.film import AskEvaluation, AskFilm, Branch, EvaluatedThen, FilmFrame, KeepTimeline
from engine.messages.weights import AskEdges, Edges, EdgesOf
from engine.session.edges import edges
from engine.session.lookback import Lookback
from engine.training import Timeline, Trainer
from tests.engine.session.conftest import TEST_SAMPLES, Viewer


def _until(viewer: Viewer, status: Status) -> StatusChanged:
    return viewer.event(StatusChanged, lambda event: event.status is status)


def _trained(viewer: Viewer, steps: int = 12) -> None:
    viewer.session.send(TrainSteps(steps))
    _until(viewer, Status.TRAINING)
    _until(viewer, Status.PAUSED)


def test_a_film_shows_a_layer_at_each_moment_as_looking_back_does(opened: Viewer) -> None:
    _trained(opened)
    opened.session.send(AskFilm("act1", steps=(0, 5, 12), maps=(3, 1), request=7))
    frames = [opened.event(FilmFrame, lambda frame: frame.request == 7) for _ in range(3)]
    assert [(frame.asked, frame.step, frame.node) for frame in frames] == [
        (0, 0, "act1"),
        (5, 5, "act1"),
        (12, 12, "act1"),
    ]
    for frame in frames:
        opened.session.send(LookBack(None if frame.step == 12 else frame.step))
        shown = opened.snapshot(lambda one, step=frame.step: one.moment == step)
        assert np.array_equal(frame.maps.pixels, shown.maps["act1"].pixels[[3, 1]])
        assert np.array_equal(frame.maps.limits, shown.maps["act1"].limits[[3, 1]])
        assert frame.predicted == int(shown.probabilities.argmax())
        assert np.isclose(frame.probability, shown.probabilities.max())
        assert frame.label == shown.sample.label
    assert len({frame.maps.pixels.tobytes() for frame in frames}) == 3


def test_a_film_is_made_while_training_too_and_a_newer_one_replaces_it(opened: Viewer) -> None:
    opened.session.send(AskFilm("dense1", steps=(0,) * 50, request=1))
    opened.session.send(AskFilm("pool1", steps=(0, 0), request=2))
    opened.session.send(Train())
    frames = [opened.event(FilmFrame, lambda frame: frame.request == 2) for _ in range(2)]
    assert {frame.node for frame in frames} == {"pool1"}
    assert len([one for one in opened.kinds(FilmFrame) if one.request == 1]) < 50
    _until(opened, Status.FINISHED)


def test_the_held_out_samples_are_evaluated_with_the_weights_of_then(opened: Viewer) -> None:
    _trained(opened)
    opened.session.send(AskEvaluation(0))
    first = opened.event(EvaluatedThen).evaluated
    assert first.step == 0
    assert first.confusion.sum() == TEST_SAMPLES
    opened.session.send(AskEvaluation(12))
    later = opened.event(EvaluatedThen).evaluated
    assert (later.step, later.confusion.sum()) == (12, TEST_SAMPLES)
    assert not np.array_equal(first.confusion, later.confusion)
    opened.session.send(AskEvaluation(0))
    assert opened.event(EvaluatedThen).evaluated is first  # it is known already
    snapshot = opened.snapshot()
    assert snapshot.moment == snapshot.step == 12  # nobody was moved


def test_a_branch_goes_on_from_earlier_weights_and_the_old_run_is_kept(opened: Viewer) -> None:
    _trained(opened, 12)
    opened.session.send(LookBack(4))
    then = opened.snapshot(lambda one: one.moment == 4)
    opened.seen.clear()
    opened.session.send(Branch(seed=5, tune=Tune(learning_rate=0.001)))
    event = opened.event(Opened, lambda event: event.settings.seed == 5)
    assert event.settings.learning_rate == 0.001
    assert event.graph is not None
    saved = opened.event(RunSaved, lambda event: event.step == 12)
    notice = opened.event(Noticed, lambda event: "step 4" in event.message)
    assert saved.path in notice.message
    assert "Momentum" not in notice.message
    now = opened.snapshot(lambda one: one.step == 4 and one.moment == 4)
    assert np.array_equal(now.maps["act1"].pixels, then.maps["act1"].pixels)
    assert opened.event(Recorded, lambda event: event.steps and max(event.steps) <= 4).steps == (0, 1, 2, 3, 4)
    opened.points.clear()
    opened.session.send(TrainSteps(2))
    opened.until(lambda: [p.step for p in opened.points if isinstance(p, TrainPoint)][-2:] == [5, 6])
    kept = runs.open_run(saved.path)
    assert (kept.checkpoint.updates, kept.settings.seed) == (12, 0)
    assert len(kept.history.train) == 12


def test_a_branch_with_nothing_else_goes_on_as_the_old_run_did(opened: Viewer) -> None:
    _trained(opened, 6)
    opened.points.clear()
    opened.session.send(TrainSteps(3))
    opened.until(lambda: sum(isinstance(point, TrainPoint) for point in opened.points) == 3)
    straight = [point.loss for point in opened.points if isinstance(point, TrainPoint)]
    opened.session.send(Branch(step=6))
    opened.event(Opened)
    opened.points.clear()
    opened.session.send(TrainSteps(3))
    opened.until(lambda: [p.step for p in opened.points if isinstance(p, TrainPoint)][-1:] == [9])
    again = [point.loss for point in opened.points if isinstance(point, TrainPoint) and point.step > 6]
    assert again == straight
    opened.session.send(Branch())
    opened.event(Opened)
    opened.event(Noticed, lambda event: "step 9" in event.message and "Momentum" not in event.message)


def test_there_is_nothing_to_branch_from_before_training(opened: Viewer) -> None:
    opened.session.send(Branch())
    assert "train first" in opened.event(Noticed).message


def test_the_timeline_keeps_as_much_as_it_is_told(opened: Viewer) -> None:
    _trained(opened, 12)
    opened.event(Recorded, lambda event: len(event.steps) == 13)
    opened.session.send(KeepTimeline(3 * 61_706 * 4))  # holds at once
    few = opened.event(Recorded, lambda event: len(event.steps) <= 3)
    assert few.bytes <= 3 * 61_706 * 4
    assert few.steps[0] == 0


def test_a_moment_that_is_looked_at_can_be_branched_from_when_the_timeline_has_let_go_of_it(opened: Viewer) -> None:
    _trained(opened, 12)
    opened.session.send(LookBack(5))
    opened.snapshot(lambda one: one.moment == 5)
    opened.session.send(KeepTimeline(3 * 61_706 * 4))
    opened.session.send(AskEvaluation(5))
    assert opened.event(EvaluatedThen).evaluated.step == 5
    opened.session.send(Branch(step=5))
    opened.event(Noticed, lambda event: "from step 5" in event.message)
    assert opened.snapshot(lambda one: one.step == 5).moment == 5


def test_a_smaller_budget_drops_what_is_missed_least_and_a_larger_one_records_again() -> None:
    step = 0
    weights = {"w": torch.zeros(256)}
    timeline = Timeline(lambda: (step, weights), budget=1024 * 20)
    for step in range(40):  # noqa: B007 - read by the timeline
        timeline.record_if_due()
    assert len(timeline.steps) == 20
    timeline.set_budget(1024 * 5)
    assert len(timeline.steps) == 5
    assert timeline.steps[0] == 0
    timeline.set_budget(0)
    assert timeline.steps == ()
    assert not timeline.record_if_due()
    timeline.set_budget(4096)
    assert timeline.record_if_due()


def test_edges_are_the_strongest_weights_of_what_is_looked_at(opened: Viewer) -> None:
    opened.session.send(AskEdges((EdgesOf("output", units=(2, 7), count=30), EdgesOf("conv2"), EdgesOf("act1"))))
    answer = opened.event(Edges)
    assert [one.node for one in answer.nodes] == ["output", "conv2"]
    module = networks.build("lenet-relu", seed=0)
    tensors = module.state_dict()
    node = opened.snapshot()
    assert answer.moment == node.moment
    output = answer.nodes[0]
    assert len(output.values) == 30
    assert set(output.units.tolist()) <= {2, 7}
    weight = next(one for one in tensors.values() if one.shape == (10, 84)).numpy()
    assert np.allclose(weight[output.units, output.inputs], output.values)
    assert np.all(np.diff(np.abs(output.values)) >= 0)
    assert np.isclose(output.limit, np.abs(weight).max())
    assert output.bias_units.tolist() == [2, 7]
    kernels = next(one for one in tensors.values() if one.shape == (16, 6, 5, 5)).sum((2, 3)).numpy()
    conv = answer.nodes[1]
    assert len(conv.values) == 96
    assert np.allclose(kernels[conv.units, conv.inputs], conv.values, atol=1e-5)


def test_edges_of_grouped_and_transposed_convolutions_count_real_channels() -> None:
    grouped = torch.nn.Conv2d(4, 6, 3, groups=2)
    transposed = torch.nn.ConvTranspose2d(3, 5, 2, bias=False)
    graph = Graph(
        "g", "g",
        (
            Node(
                "a", Operation.CONV2D, (), (6, 1, 1), attributes={"groups": 2},
                weights={"weight": "a.w", "bias": "a.b"},
            ),
            Node("b", Operation.CONV_TRANSPOSE2D, (), (5, 1, 1), weights={"weight": "b.w"}),
        ),
    )  # fmt: skip
    tensors = {"a.w": grouped.weight, "a.b": grouped.bias, "b.w": transposed.weight}
    ask = AskEdges((EdgesOf("a", units=(0, 5)), EdgesOf("b", inputs=(2,))))
    a, b = edges(ask, graph=graph, tensors=tensors, moment=0).nodes
    assert set(zip(a.units.tolist(), a.inputs.tolist(), strict=True)) == {(0, 0), (0, 1), (5, 2), (5, 3)}
    sums = grouped.weight.detach().sum((2, 3)).numpy()
    for unit, source, value in zip(a.units, a.inputs, a.values, strict=True):
        assert np.isclose(sums[unit, source % 2], value, atol=1e-6)
    assert set(b.inputs.tolist()) == {2}
    assert len(b.biases) == 0
    whole = transposed.weight.detach().sum((2, 3)).numpy()
    assert np.allclose(whole[b.inputs, b.units], b.values, atol=1e-6)


def test_every_catalogue_graph_names_weights_that_edges_find() -> None:
    for name in ("lenet-relu", "mlp"):
        module = networks.build(name, seed=0)
        graph = trace_graph(module, (1, 28, 28), name=name, title=name, subtitle="", strict=True)
        parts = tuple(EdgesOf(node.name) for node in graph.nodes if "weight" in node.weights)
        found = edges(AskEdges(parts), graph=graph, tensors=dict(module.named_parameters()), moment=0)
        assert [one.node for one in found.nodes] == [part.node for part in parts]


def test_a_film_that_fails_says_so_and_training_goes_on(opened: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no more frames")

    monkeypatch.setattr(Lookback, "_frame", fail)
    opened.session.send(AskFilm("act1", steps=(0, 0, 0), request=1))
    opened.session.send(Train())
    failed = opened.event(Failed)
    assert failed.title == "The film cannot be shown"
    _until(opened, Status.FINISHED)
    assert not opened.kinds(Failed)


def test_one_looks_back_while_the_held_out_samples_are_evaluated(
    opened: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trained(opened)
    judged = Trainer.evaluate

    def evaluate(trainer: Trainer, samples: int | None = None, should_stop: Callable[[], bool] | None = None) -> Any:
        assert should_stop is not None
        opened.session.send(LookBack(3))
        opened.until(lambda: should_stop() or any(one.moment == 3 for one in opened.snapshots))
        return judged(trainer, samples, should_stop)

    monkeypatch.setattr(Trainer, "evaluate", evaluate)
    opened.session.send(Evaluate())
    opened.event(Evaluated, lambda one: one.step == 12)  # not that of what is looked at
    assert opened.snapshots[-1].moment == 3


def test_the_moments_since_the_last_finite_weights_are_gone_where_a_loss_is_no_number(opened: Viewer) -> None:
    _trained(opened, 5)
    opened.session.send(Tune(learning_rate=1e6))
    opened.session.send(TrainSteps(30))
    assert "learning rate" in opened.event(Failed).message
    snapshot = opened.snapshot(lambda one: one.moment < one.step)
    opened.until(lambda: opened.kinds(Recorded) and opened.kinds(Recorded)[-1].steps[-1] == snapshot.moment)
    opened.session.send(Branch(step=4))
    opened.event(Opened, lambda event: event.settings.learning_rate < 1)


def test_mistakes_are_those_of_the_moment_that_is_looked_at_once_it_was_evaluated(opened: Viewer) -> None:
    def worst() -> tuple[list[int], list[int]]:
        opened.session.send(AskConfused())
        gallery = opened.event(Gallery)
        return gallery.indices.tolist(), gallery.predicted.tolist()

    _trained(opened)
    opened.session.send(Evaluate())
    now = opened.event(Evaluated, lambda one: one.step == 12)
    opened.session.send(LookBack(1))
    opened.session.send(AskEvaluation(1))
    then = opened.event(EvaluatedThen).evaluated
    indices, predicted = worst()
    assert set(indices) <= set(then.mistakes.tolist())
    said = dict(zip(then.mistakes.tolist(), then.predicted.tolist(), strict=True))
    assert [said[index] for index in indices] == predicted
    assert len(then.mistakes) != len(now.mistakes)
    opened.session.send(Evaluate())  # of the present: what is looked at stays
    opened.event(Evaluated, lambda one: one.step == 12)
    assert worst() == (indices, predicted)
    opened.session.send(LookBack(None))
    assert set(worst()[0]) <= set(now.mistakes.tolist())
