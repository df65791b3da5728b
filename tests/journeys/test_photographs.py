"""From launch to a large network looking at a photograph, and to weights from a file, as a person gets there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine import messages, networks
from gui.labs.studio import asking
from gui.labs.studio.lab import StudioLab
from tests.journeys.conftest import Start, until


def choose_network(qtbot: QtBot, lab: StudioLab, name: str) -> None:
    lab.top.network.set_key(name)
    lab.top.network.activated.emit(lab.top.network.currentIndex())
    until(qtbot, lambda: lab.experiment.opened is not None and lab.experiment.opened.settings.network == name)
    until(qtbot, lambda: not lab.experiment.busy)


def test_a_large_network_opens_on_photographs_and_sees_ones_own(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    _, lab = start()
    choose_network(qtbot, lab, "resnet18")
    opened = lab.experiment.opened
    assert opened is not None
    assert opened.dataset.name == "photographs"
    until(qtbot, lambda: lab.snapshot is not None and len(lab.snapshot.probabilities) == 1000)
    PIL.Image.new("RGB", (640, 480), (10, 120, 240)).save(tmp_path / "sky.png")
    asking.give_picture(lab, str(tmp_path / "sky.png"))
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "picture")
    assert lab.snapshot is not None
    assert lab.snapshot.sample.picture.shape == (3, 224, 224)
    until(qtbot, lambda: not lab.top.train_button.isEnabled())
    assert "have no labels to learn from" in lab.top.train_button.toolTip()
    assert not next(one for one in lab.actions() if one.id == "train").do()
    choose_network(qtbot, lab, "lenet-relu")  # it would make nothing of photographs
    assert lab.experiment.opened is not None
    assert lab.experiment.opened.dataset.name == "digits"


def test_weights_of_a_file_are_loaded_and_trained_on(
    start: Start, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, lab = start("receptive://studio?net=lenet&data=mnist")
    until(qtbot, lambda: lab.experiment.opened is not None and lab.experiment.opened.dataset.name == "mnist")
    until(qtbot, lambda: not lab.experiment.busy)
    weights = networks.build("lenet", seed=99).state_dict()
    torch.save(weights, tmp_path / "mine.pth")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.pth"), ""))
    action = next(one for one in lab.actions() if one.id == "load-weights")
    before = lab.experiment.opened
    assert action.do()
    until(qtbot, lambda: lab.experiment.opened is not before and not lab.experiment.busy)
    lab.navigation.pin("conv1", 0, 0, 0)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.focus is not None)
    assert lab.snapshot is not None
    assert lab.snapshot.focus is not None
    np.testing.assert_array_equal(lab.snapshot.focus.weights["weight"], weights["conv1.weight"].numpy())
    lab.send(messages.TrainSteps(2))
    until(qtbot, lambda: lab.experiment.step == 2)
    lab.wishes.rewind()
    until(qtbot, lambda: lab.snapshot is not None and lab.experiment.step == 0 and lab.snapshot.step == 0)
    until(
        qtbot,
        lambda: (
            lab.snapshot is not None
            and lab.snapshot.focus is not None
            and np.array_equal(lab.snapshot.focus.weights["weight"], weights["conv1.weight"].numpy())
        ),
    )
    assert window.notices.problems == ()
