"""The inspector of a map: what it asks for and when, what it shows of answers, and what the user does with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.messages import AskInsight, DatasetFacts, Graph, Insight, InsightFailed, StopInsight, SwitchOff
from engine.messages.insight import (
    Answer,
    AskDistribution,
    AskExplanation,
    AskField,
    AskGradient,
    AskMaximization,
    AskProjection,
    AskStrongest,
    Distribution,
    EffectiveField,
    Explanation,
    Histogram,
    MapGradient,
    Maximization,
    Projection,
    Question,
    Strongest,
)
from gui.theme import DARK, LIGHT, Density
from gui.views.insight import InsightView, texts
from gui.views.insight.agenda import Agenda, Slot, State, Wanted, slot_of
from gui.views.layer_page import LayerPage
from tests.gui.dock.examples import CLASSES, Example

FACTS = DatasetFacts("mnist", "MNIST", CLASSES, (1, 28, 28), 60_000, 10_000)


def _histogram() -> Histogram:
    counts = np.array([5, 100, 3000, 40, 2], np.int64)
    return Histogram(np.linspace(-1, 1, 6).astype(np.float32), counts, counts // 3, 0.25, 0.5)


def answer_to(question: Question, maps: int = 16) -> Answer:
    """A plausible answer."""
    rng = np.random.default_rng(1)
    plane = rng.normal(size=(28, 28)).astype(np.float32)
    if isinstance(question, AskDistribution):
        active = np.linspace(0, 1, maps).astype(np.float32)
        one = _histogram()
        return Distribution(question, 512, one, one, one, one, active, (0, 3), None)
    if isinstance(question, AskStrongest):
        pictures = rng.integers(0, 255, (9, 1, 28, 28), dtype=np.uint8)
        fields = np.tile(np.array([4, 17, 6, 19]), (9, 1))
        return Strongest(
            question, "test", 1000, np.arange(9) * 7, np.arange(9), pictures, np.arange(9, 0, -1).astype(np.float32),
            np.ones((9, 2), np.int64), fields,
        )  # fmt: skip
    if isinstance(question, AskExplanation):
        return Explanation(question, question.target or 7, plane, float(plane.sum()), at="conv2")
    if isinstance(question, AskGradient):
        return MapGradient(question, 7, plane[:10, :10])
    if isinstance(question, AskField):
        return EffectiveField(question, np.abs(plane), 11.0, 0.6, 32)
    if isinstance(question, AskProjection):
        return Projection(question, plane[None, :14, :14], ("conv1", "act1", "conv2"), ("act1",))
    return Maximization(question, rng.integers(0, 255, (1, 28, 28), dtype=np.uint8), question.steps, 4.0, 0.1)


class Desk:
    """Stands in for the engine: keeps what was asked, answers when told to."""

    def __init__(self, view: InsightView) -> None:
        self.view = view
        self.asked: list[object] = []
        view.asked.connect(self.asked.append)

    def slots(self) -> set[Slot]:
        return {slot_of(one.question) for one in self.asked if isinstance(one, AskInsight)}

    def answer_all(self) -> None:
        for command in [one for one in self.asked if isinstance(one, AskInsight)]:
            self.view.take(Insight(answer_to(command.question), command.request, 0))
        self.asked.clear()


@pytest.fixture
def view(qtbot: QtBot, example: Example) -> InsightView:
    made = InsightView()
    qtbot.addWidget(made)
    made.resize(1100, 600)
    made.set_graph(example.graph, FACTS)
    made.pin("conv2", 8, 5, 6)
    return made


@pytest.fixture
def desk(view: InsightView, example: Example, qtbot: QtBot) -> Desk:
    made = Desk(view)
    view.show()
    view.set_snapshot(example.snapshot("conv2"))
    qtbot.waitUntil(lambda: made.slots() == set(Slot))
    return made


def test_nothing_is_asked_while_nobody_looks(view: InsightView, example: Example, qtbot: QtBot) -> None:
    desk = Desk(view)
    view.set_snapshot(example.snapshot("conv2"))
    assert not view._timer.isActive()
    view.show()
    qtbot.waitUntil(lambda: desk.slots() == set(Slot))
    view.hide()
    assert isinstance(desk.asked[-1], StopInsight)


def test_answers_fill_the_page_once(desk: Desk, view: InsightView) -> None:
    assert not view.settled
    desk.answer_all()
    assert view.settled
    assert all(tile.image is not None for tile in view.units.tiles.values())
    assert view.distribution.listed == [0, 3]
    view._ask()
    assert not desk.asked


def test_another_picture_asks_only_what_is_about_the_picture(
    desk: Desk, view: InsightView, example: Example, qtbot: QtBot
) -> None:
    desk.answer_all()
    shot = example.snapshot("conv2")
    other = replace(shot, sample=replace(shot.sample, picture=shot.sample.picture.copy()))
    view.set_snapshot(other)
    qtbot.waitUntil(lambda: bool(desk.asked))
    assert desk.slots() == {
        Slot.GRADIENT, Slot.SALIENCY, Slot.INTEGRATED_GRADIENTS, Slot.GRAD_CAM, Slot.OCCLUSION,
    }  # fmt: skip
    assert view.units.tiles[Slot.SALIENCY].image is not None  # the old one stays until there is a new one


def test_another_class_is_explained(desk: Desk, view: InsightView, qtbot: QtBot) -> None:
    desk.answer_all()
    view.explain.set_key("3")
    view.explain.chosen.emit("3")
    qtbot.waitUntil(lambda: bool(desk.asked))
    targets = {one.question.target for one in desk.asked if isinstance(one.question, AskExplanation)}
    assert targets == {3}
    assert Slot.DISTRIBUTION not in desk.slots()


def test_answers_to_old_questions_are_dropped(desk: Desk, view: InsightView) -> None:
    old = next(one for one in desk.asked if isinstance(one.question, AskDistribution))
    view.pin("conv2", 3)
    view.take(Insight(answer_to(old.question), old.request, 0))
    assert view.distribution.answer is None


def test_a_question_that_fails_says_why(desk: Desk, view: InsightView) -> None:
    asked = next(one for one in desk.asked if slot_of(one.question) is Slot.GRAD_CAM)
    view.fail(InsightFailed(asked.question, asked.request, "Grad-CAM needs a layer with maps."))
    assert view.units.tiles[Slot.GRAD_CAM].note == "Grad-CAM needs a layer with maps."
    view.grab()


def test_switching_off_asks_the_engine_and_shows_what_is_off(desk: Desk, view: InsightView, qtbot: QtBot) -> None:
    desk.asked.clear()
    qtbot.mouseClick(view.off_button, Qt.MouseButton.LeftButton)
    assert desk.asked == [SwitchOff("conv2", (8,))]
    view.set_switched_off({"conv2": (8, 9)})
    assert view.off_button.text() == "Switch on"
    assert view._off_row.isVisible()
    assert "Conv 2 map 8, 9" in view._off_text.text()
    qtbot.mouseClick(view.off_button, Qt.MouseButton.LeftButton)
    assert SwitchOff("conv2", (9,)) in desk.asked
    qtbot.mouseClick(view._all_on, Qt.MouseButton.LeftButton)
    assert SwitchOff("") in desk.asked
    qtbot.waitUntil(lambda: len(desk.slots()) > 5)  # everything is another network's now


def test_maximize_paints_from_another_start(desk: Desk, view: InsightView, qtbot: QtBot) -> None:
    desk.answer_all()
    qtbot.mouseClick(view.maximize, Qt.MouseButton.LeftButton)
    (again,) = [one for one in desk.asked if isinstance(one, AskInsight)]
    assert isinstance(again.question, AskMaximization)
    assert again.question.seed == 1
    assert view.maximize.text() == "Stop"
    qtbot.mouseClick(view.maximize, Qt.MouseButton.LeftButton)
    assert StopInsight(AskMaximization) in desk.asked
    assert view.maximize.text() == "Maximize"


def test_cells_are_pinned_and_stepped(desk: Desk, view: InsightView, qtbot: QtBot) -> None:
    shown = view.units.shown_map
    assert shown is not None
    at = shown.cell_of(2, 3).center().toPoint()
    with qtbot.waitSignal(view.cell_chosen) as chosen:
        qtbot.mouseClick(view.units, Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == [8, 2, 3]
    with qtbot.waitSignal(view.cell_activated) as opened:
        qtbot.mouseDClick(view.units, Qt.MouseButton.LeftButton, pos=at)
    assert opened.args == ["conv2", (8, 2, 3)]
    with qtbot.waitSignal(view.cell_activated) as opened:
        qtbot.mouseClick(view.step, Qt.MouseButton.LeftButton)
    assert opened.args == ["conv2", (8, 5, 6)]
    view.pin("input", 0)
    assert not view.step.isEnabled()
    assert "no steps" in view.step.toolTip()


def test_listed_maps_and_samples_can_be_chosen(desk: Desk, view: InsightView, qtbot: QtBot) -> None:
    desk.answer_all()
    view.grab()
    rect, number = view.distribution._listed[1]
    with qtbot.waitSignal(view.cell_chosen) as chosen:
        qtbot.mouseClick(view.distribution, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert chosen.args == [number, 0, 0] == [3, 0, 0]
    rects = view.strongest.rects()
    assert all(view.strongest.rect().contains(rect.toAlignedRect()) for rect in rects)
    with qtbot.waitSignal(view.sample_chosen) as sample:
        qtbot.mouseClick(view.strongest, Qt.MouseButton.LeftButton, pos=rects[2].center().toPoint())
    assert sample.args == ["test", 14]


def test_no_sample_is_the_strongest_of_a_map_that_is_silent(desk: Desk, view: InsightView) -> None:
    desk.answer_all()
    answer = view.strongest.answer
    assert answer is not None
    view.agenda._answers[Slot.STRONGEST] = replace(
        view.agenda._answers[Slot.STRONGEST], answer=replace(answer, values=np.zeros(9, np.float32))
    )
    assert view.strongest.rects() == []
    view.strongest.grab()


@pytest.mark.parametrize("size", [(930, 458), (1100, 628), (1800, 1000)])
@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("node", ["conv2", "dense1", "output", "input"])
def test_every_layer_is_painted_at_every_size(
    view: InsightView, example: Example, qtbot: QtBot, size, theme, node: str
) -> None:
    desk = Desk(view)
    view.set_density(Density.SMALL if size[1] < 500 else Density.LARGE)
    view.set_theme(theme)
    view.resize(*size)
    view.pin(node, 0)
    view.show()
    view.set_snapshot(example.snapshot(node))
    view._ask()
    desk.answer_all()
    picture = view.grab()
    assert not picture.isNull()
    tiles = list(view.units.tiles.values())
    for index, tile in enumerate(tiles):
        assert tile.rect.right() <= view.units.width()
        assert not any(tile.rect.intersects(other.rect) for other in tiles[index + 1 :])


def test_what_takes_long_waits_for_the_user(example: Example) -> None:
    agenda = Agenda()
    agenda.forget(cost=15_000_000_000)  # VGG-16
    agenda.want(Wanted("conv2", 1))
    agenda.look_at(weights=0, picture=1)
    asked = {slot_of(one.question) for one in agenda.due()}
    assert asked == {Slot.SALIENCY, Slot.GRAD_CAM, Slot.GRADIENT, Slot.PROJECTION}
    assert agenda.state(Slot.OCCLUSION) is State.ON_DEMAND
    agenda.demand(Slot.OCCLUSION)
    assert [slot_of(one.question) for one in agenda.due()] == [Slot.OCCLUSION]
    assert agenda.state(Slot.OCCLUSION) is State.WAITING
    agenda.look_at(weights=0, picture=2)
    assert Slot.OCCLUSION not in {slot_of(one.question) for one in agenda.due()}


def test_few_samples_take_no_long(example: Example) -> None:
    agenda = Agenda()
    for samples, at_once in ((10_000, False), (64, True)):
        agenda.forget(cost=100_000_000, samples=samples)
        agenda.want(Wanted("conv2", 1))
        agenda.look_at(weights=0, picture=1)
        asked = {slot_of(one.question) for one in agenda.due()}
        assert ({Slot.DISTRIBUTION, Slot.STRONGEST} <= asked) is at_once


def test_while_training_only_what_is_quick_is_asked_again(example: Example) -> None:
    agenda = Agenda()
    agenda.forget(cost=20_000_000)
    agenda.want(Wanted("conv2", 1))
    agenda.look_at(weights=0, picture=1)
    for command in agenda.due(training=True):
        agenda.take(Insight(answer_to(command.question), command.request, 0))
    agenda.look_at(weights=5, picture=1)
    again = {slot_of(one.question) for one in agenda.due(training=True)}
    assert Slot.SALIENCY in again
    assert Slot.DISTRIBUTION not in again
    assert Slot.MAXIMIZATION not in again


def test_maps_are_sorted_by_activation_and_by_variance(qtbot: QtBot, example: Example) -> None:
    page = LayerPage()
    qtbot.addWidget(page)
    page.resize(1528, 672)
    page.set_graph(example.graph, FACTS)
    page.set_node("conv2")
    shot = example.snapshot("conv2")
    page.set_snapshot(shot)
    values = page.canvas.values()
    assert values is not None
    for order, keys in (("activation", values.mean((1, 2))), ("variance", values.var((1, 2)))):
        page.canvas.set_order(order)
        first = int(np.argmax(keys))
        assert page.canvas.tile(first).topLeft() == page.canvas.sheet.tiles[0].translated(24, 0).topLeft()
    page.canvas.set_order("index")
    assert page.canvas.tile(5).topLeft() == page.canvas.sheet.tiles[5].translated(24, 0).topLeft()


def test_a_map_that_is_off_is_hatched_on_the_sheet(qtbot: QtBot, example: Example) -> None:
    page = LayerPage()
    qtbot.addWidget(page)
    page.resize(1528, 672)
    page.set_graph(example.graph, FACTS)
    page.set_node("conv2")
    page.set_snapshot(example.snapshot("conv2"))
    before = page.canvas.grab().toImage()
    page.set_switched_off({"conv2": (4,)})
    after = page.canvas.grab().toImage()
    tile = page.canvas.tile(4).toAlignedRect()
    assert before.copy(tile) != after.copy(tile)
    other = page.canvas.tile(5).toAlignedRect()
    assert before.copy(other) == after.copy(other)


def test_the_graph_of_the_tests_has_what_they_need(example: Example) -> None:
    graph: Graph = example.graph
    assert {"input", "conv2", "dense1", "output"} <= {node.name for node in graph.nodes}


def test_nothing_of_the_weights_before_is_shown_when_training_starts_anew(
    desk: Desk, view: InsightView, example: Example, qtbot: QtBot
) -> None:
    desk.answer_all()
    late = AskInsight(AskStrongest("conv2", 8), 10_000)
    view.start_anew()
    view.set_training(True)
    assert view.distribution.answer is None
    assert view.strongest.answer is None
    assert view.units.tiles[Slot.SALIENCY].image is None
    assert view.units.tiles[Slot.MAXIMIZATION].image is None
    assert 0 < view._timer.remainingTime() < 1000  # nobody waits two seconds for what is not there
    view.take(Insight(answer_to(late.question), late.request, 0))  # an answer about the weights before
    assert view.strongest.answer is None
    qtbot.waitUntil(lambda: {Slot.DISTRIBUTION, Slot.STRONGEST} <= desk.slots())
    desk.answer_all()
    assert view.distribution.answer is not None
    assert not view.distribution.old


def test_what_is_about_another_moment_is_paler_until_it_is_answered_anew(
    desk: Desk, view: InsightView, example: Example, qtbot: QtBot
) -> None:
    desk.answer_all()
    fresh = view.distribution.grab().toImage()
    view.set_snapshot(replace(example.snapshot("conv2"), step=40, moment=20))
    assert view.distribution.old
    assert view.strongest.old
    assert view.distribution.grab().toImage() != fresh
    qtbot.waitUntil(lambda: Slot.STRONGEST in desk.slots())
    assert view.strongest.old  # asked for, not there yet
    desk.answer_all()
    assert not view.distribution.old
    assert not view.strongest.old
    view.set_training(True)
    view.set_snapshot(replace(example.snapshot("conv2"), step=60, moment=60))
    assert not view.distribution.old  # while training every answer is a little old


def _without_classes(example: Example) -> Graph:
    """The network up to its last maps: no numbers for classes come out."""
    nodes = example.graph.nodes
    last = max(place for place, node in enumerate(nodes) if len(node.output_shape) == 3)
    return replace(example.graph, nodes=nodes[: last + 1])


def test_without_classes_it_says_which_output_is_explained(example: Example, view: InsightView, qtbot: QtBot) -> None:
    graph = _without_classes(example)
    view.set_graph(graph, replace(FACTS, classes=()))
    asked = Desk(view).asked
    view.show()
    view.pin("conv1", 1, 2, 3)
    view.set_snapshot(example.snapshot("conv1"))
    qtbot.waitUntil(lambda: bool(asked))
    assert view.explain.currentText() == "strongest output"
    maps, height, width = graph.nodes[-1].output_shape
    assert maps > 2
    for command in [one for one in asked if isinstance(one, AskInsight)]:
        question = command.question
        if isinstance(question, AskExplanation):
            assert question.target is None
            chosen = (2 * height + 1) * width + 3
            answer = Explanation(question, chosen, np.ones((28, 28), np.float32), 1.0, at="conv1")
            view.take(Insight(answer, command.request, 0))
    tile = view.units.tiles[Slot.SALIENCY]
    assert tile.rows[0] == ("output", "[2, 1, 3]")
    told = texts.about(Slot.SALIENCY, view.agenda.answer(Slot.SALIENCY), "[2, 1, 3]", "map 1", classes=False)
    assert told.startswith("How much output [2, 1, 3] changes")
    view.grab()


def test_of_the_output_itself_the_pinned_cell_is_explained(example: Example, view: InsightView, qtbot: QtBot) -> None:
    graph = _without_classes(example)
    view.set_graph(graph, replace(FACTS, classes=()))
    asked = Desk(view).asked
    view.show()
    name, (_, height, width) = graph.nodes[-1].name, graph.nodes[-1].output_shape
    view.pin(name, 1, 2, 3)
    view.set_snapshot(example.snapshot(name))
    qtbot.waitUntil(lambda: bool(asked))
    assert view.explain.currentText() == "pinned output"
    questions = [one.question for one in asked if isinstance(one, AskInsight)]
    targets = {one.target for one in questions if isinstance(one, AskExplanation | AskGradient)}
    assert targets == {(1 * height + 2) * width + 3}
