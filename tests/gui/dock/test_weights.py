"""Which data a network is opened on, and the actions for weights from elsewhere."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from engine import messages, networks
from gui.labs.studio import weights

ENTRIES = networks.catalogue()


@pytest.mark.parametrize(
    ("network", "open_now", "data"),
    [
        ("resnet18", "digits", "photographs"),
        ("resnet18", "cifar-10", "cifar-10"),
        ("alexnet", "cifar-10", "photographs"),
        ("vgg16", "photographs", "photographs"),
        ("lenet", "photographs", "digits"),
        ("resnet-small", "mnist", "mnist"),
        ("vgg-small", "folder", "folder"),
        ("my_net.py:Net", "mnist", "mnist"),
    ],
)
def test_a_network_is_opened_on_data_that_suit_it(network: str, open_now: str, data: str) -> None:
    assert weights.data_for(ENTRIES, network=network, dataset=open_now) == data


class Lab:
    """As much of a Studio as the actions ask for."""

    def __init__(self, network: str, qtbot: QtBot) -> None:
        self.sent: list[messages.Command] = []
        self.widget = QWidget()
        qtbot.addWidget(self.widget)
        settings = SimpleNamespace(network=network)
        self.experiment = SimpleNamespace(settings=settings, busy=False, opened=object(), loaded=False)
        self.bridge = SimpleNamespace(session=SimpleNamespace(networks=lambda: ENTRIES))
        self.samples = SimpleNamespace(set_drawing=lambda on: None)
        self.wishes = SimpleNamespace(ask=self.sent.append)
        self.send = self.sent.append


def actions(lab: Any) -> dict[str, Any]:
    return {action.id: action for action in weights.actions(lab)}


def test_published_weights_are_asked_for_where_there_are_some(qtbot: QtBot) -> None:
    lab = Lab("resnet18", qtbot)
    download = actions(lab)["download-weights"]
    assert download.title == "Download published weights (47 MB)"
    assert download.do()
    assert lab.sent == [messages.DownloadWeights("resnet18")]
    other = actions(Lab("lenet", qtbot))["download-weights"]
    assert other.title == "Download published weights"
    assert not other.do()


def test_a_file_of_weights_is_asked_for(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab("lenet", qtbot)
    chosen = iter(["", "/somewhere/w.pth"])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(chosen), ""))
    load = actions(lab)["load-weights"]
    assert load.do()
    assert lab.sent == []
    assert load.do()
    assert lab.sent == [messages.LoadWeights("/somewhere/w.pth")]
    lab.experiment.busy = True
    assert not load.do()
