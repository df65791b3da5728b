"""What is said of a network that cannot be trained, and of weights that nobody has trained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine import messages
from engine.messages.insight import AskDistribution
from engine.messages.modules import OpenModule
from gui.labs.studio.experiment import Experiment
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.top_bar import TopBar
from gui.theme import DARK
from gui.views.graph.header import Header as GraphHeader
from gui.views.network.header import Header
from tests.gui.graph import networks
from tests.gui.studio_modules.conftest import Recording, window_of

_CHILDREN = Qt.FindChildOption.FindDirectChildrenOnly


def _opened(*, train_samples: int = 100, network: str = "lenet", initial: bool = False) -> messages.Opened:
    graph = networks.catalogue("lenet")
    return messages.Opened(
        graph=graph,
        settings=messages.Settings(
            network=network, dataset="digits", seed=0, device="cpu", batch_size=8, learning_rate=0.1, momentum=0.0,
            weight_decay=0.0, epochs=1,
        ),
        dataset=replace(networks.facts(graph), title="Photographs", train_samples=train_samples),
        devices=("cpu",),
        steps_per_epoch=1,
        initial=initial,
    )  # fmt: skip


def test_the_train_button_says_why_it_does_nothing(qtbot: QtBot) -> None:
    bar = TopBar(DARK)
    qtbot.addWidget(bar)
    bar.set_status(messages.Status.READY, can_look_back=False, refusal="net gives a dictionary")
    assert not bar.train_button.isEnabled()
    assert bar.train_button.toolTip() == "Net gives a dictionary."
    bar.set_status(messages.Status.READY, can_look_back=False)
    assert bar.train_button.isEnabled()
    assert bar.train_button.toolTip() == ""


@pytest.mark.parametrize("size", [(960, 600), (1100, 700), (1280, 800), (1600, 1000)])
def test_what_has_no_room_in_the_top_bar_gives_way(studio: StudioLab, size: tuple[int, int]) -> None:
    window, top = window_of(studio), studio.top
    window.resize(*size)
    for network in ("lenet-relu", "resnet50"):
        opened = _opened(network=network)
        top.set_opened(opened)
        top.set_position(steps=(0, 1_000_000), epochs=(0.0, 100))
        QApplication.processEvents()
        shown = [part for part in top.findChildren(QWidget, options=_CHILDREN) if part.isVisible()]
        assert top.train_button in shown
        assert top.network in shown
        assert not [part for part in shown if part.width() < part.sizeHint().width()]
    assert top.device.isVisible() is (size[0] >= 1280)


def test_pictures_without_labels_are_not_trained_on() -> None:
    experiment = Experiment()
    experiment.open(_opened(train_samples=0), loaded=True)
    assert experiment.refusal == "Photographs have no labels to learn from: choose other data"
    experiment.open(_opened(), loaded=True)
    assert experiment.refusal == ""


def test_weights_are_random_until_somebody_trains_or_loads_them() -> None:
    experiment = Experiment()
    experiment.open(_opened(), loaded=True)
    assert experiment.weights_note == ""
    experiment.restart()  # rewound
    assert experiment.weights_note == "random weights"
    experiment.moment = 3
    assert experiment.weights_note == ""
    experiment.open(_opened(network="/somewhere/net.py:Net", initial=True), loaded=True)
    assert experiment.weights_note == "initial weights"


def test_both_headers_write_the_note(qtbot: QtBot) -> None:
    from gui.views.graph.modules import network

    chain, diagram = Header(DARK), GraphHeader(DARK)
    for header in (chain, diagram):
        qtbot.addWidget(header)
    graph = networks.catalogue("lenet")
    chain.set_graph(graph)
    diagram.set_network(network(graph))
    for header in (chain, diagram):
        header.set_note("random weights")
    assert ("random weights", "note") in chain.words()
    assert "random weights" in [word.text for word in diagram.words()]
    assert "random weights" in diagram.accessibleDescription()


def test_what_can_only_be_looked_at_is_asked_like_any_other(studio: StudioLab, session: Recording) -> None:
    base = messages.Open("/x/net.py:Net", "digits")
    studio.modules.opened = OpenModule("/x/net.py:Net", "", base)
    studio.experiment.refusal = "Net gives a dictionary"
    studio.experiment.loaded = True
    studio.navigation.insight._ask(messages.AskInsight(AskDistribution("conv1", 0), 7))
    assert [one.request for one in session.sent if isinstance(one, messages.AskInsight)] == [7]
