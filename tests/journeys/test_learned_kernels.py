"""Kernels that the Studio's network has learned so far, taken into the convolution lab."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine import messages
from gui.learned import FrozenKernels
from tests.journeys.conftest import Start, until


def test_kernels_of_the_network_as_it_is_now(qtbot: QtBot, start: Start) -> None:
    window, studio = start("receptive://studio?v=1&trained=0")
    until(qtbot, lambda: studio.wanted is None and studio.settled)
    studio.wishes.ask(messages.TrainSteps())
    until(qtbot, lambda: studio.experiment.step == 1 and not studio.experiment.busy)
    window.open_link("receptive://convolution?v=1&p=1,1&page=picture&w=-1,0,1,-2,0,2,-1,0,1")
    lab: Any = window.lab
    page = lab.picture
    assert next(kernel.title for kernel in page.strip.kernels if kernel.name.startswith("learned")) == "Learned 1"
    titles = [action.title for action in page.learned.actions()]
    assert titles == [
        "LeNet with ReLU, Conv 1: 6 of 5×5", "LeNet with ReLU, Conv 2: 96 of 5×5", "LeNet, comes with the app",
    ]  # fmt: skip
    told: list[FrozenKernels] = []
    window.bridge.learned.frozen.connect(told.append)
    with qtbot.waitSignal(window.bridge.learned.frozen, timeout=60_000):
        page.learned.actions()[1].do()
    frozen = told[0]
    assert (frozen.step, frozen.exact, frozen.pretrained) == (1, True, False)
    assert frozen.values.shape == (16, 6, 5, 5)
    shown = [kernel for kernel in page.strip.kernels if kernel.name.startswith("learned")]
    assert len(shown) == 96
    assert shown[3 * 6 + 1].title == "Map 3 ← 1"
    assert np.abs(shown[3 * 6 + 1].array - frozen.values[3, 1]).max() <= 0.005
    page.choose(shown[0])
    assert lab.state.kernel == (5, 5)
    assert lab.state.w == shown[0].values
    assert page.strip.current == shown[0].name

    # Training goes on: what was frozen stays.
    window.open_lab("studio")
    studio.wishes.ask(messages.TrainSteps())
    until(qtbot, lambda: studio.experiment.step == 2 and not studio.experiment.busy)
    assert page.strip.kernels[-1].values == shown[-1].values
    page.learned.use_bundled()
    assert page.strip.kernels[-1].title == "Learned 6"


def test_before_the_engine_has_started_the_bundled_weights_are_there(qtbot: QtBot, start: Start) -> None:
    window, _ = start(wait=False)
    window.open_link("receptive://convolution?v=1&p=1,1&page=picture&w=-1,0,1,-2,0,2,-1,0,1")
    lab: Any = window.lab
    page = lab.picture
    page.strip.source_wanted.emit(page.strip.mapToGlobal(page.strip.rect().topLeft()), window.theme)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    menu.close()
    until(qtbot, lambda: page.strip.kernels[-1].name == "learned-conv1-5")
    assert page.strip.kernels[-1].array.shape == (5, 5)
