"""A layer taken apart: what the inspector asks of the real engine arrives; a map that is off moves the output."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.views.insight.agenda import Slot, State
from tests.journeys.conftest import Start, opened_mnist, until


def test_a_layer_is_inspected_and_its_map_switched_off_and_on(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "test")
    lab.navigation.open_layer("conv1")
    page = lab.pages.layer
    assert page is not None
    agenda = page.insight.agenda
    until(qtbot, lambda: all(agenda.state(slot) is State.FOUND for slot in Slot) and lab.settled)
    assert lab.snapshot is not None
    before = lab.snapshot.logits
    qtbot.mouseClick(page.insight.off_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: lab.navigation.insight.off == {"conv1": (0,)})
    until(qtbot, lambda: lab.snapshot is not None and not np.allclose(lab.snapshot.logits, before))
    assert "1 map switched off" in lab.status.facts
    assert lab.pages.network.canvas.off == {"conv1": (0,)}
    until(qtbot, lambda: lab.settled)
    lab.navigation.insight.all_on()
    until(qtbot, lambda: lab.snapshot is not None and np.array_equal(lab.snapshot.logits, before))
    assert not lab.pages.network.canvas.off
    until(qtbot, lambda: lab.settled)
    assert window.notices.problems == ()


def test_training_that_starts_anew_leaves_nothing_of_the_trained_weights(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    opened_mnist(qtbot, lab)
    lab.navigation.open_layer("conv1")
    page = lab.pages.layer
    assert page is not None
    agenda = page.insight.agenda
    until(qtbot, lambda: agenda.state(Slot.DISTRIBUTION) is State.FOUND and agenda.state(Slot.STRONGEST) is State.FOUND)
    trained, left = agenda.answer(Slot.STRONGEST), []
    lab.bridge.opened.connect(lambda _: left.extend(slot for slot in Slot if agenda.state(slot) is State.FOUND))
    lab.wishes.toggle_training()
    until(qtbot, lambda: lab.experiment.training and lab.experiment.opened and not lab.experiment.opened.pretrained)
    assert left == []
    until(qtbot, lambda: agenda.state(Slot.STRONGEST) is State.FOUND)
    assert agenda.answer(Slot.STRONGEST) is not trained
    lab.wishes.toggle_training()
    until(qtbot, lambda: not lab.experiment.training)


def test_the_key_o_switches_the_pinned_map_off_and_on(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "test")
    qtbot.keyClick(window, Qt.Key.Key_O)  # nothing is pinned: nothing happens
    lab.navigation.pin("conv2", 3, 0, 0)
    assert lab.snapshot is not None
    before = lab.snapshot.logits
    qtbot.keyClick(window, Qt.Key.Key_O)
    until(qtbot, lambda: lab.navigation.insight.off == {"conv2": (3,)})
    until(qtbot, lambda: lab.snapshot is not None and not np.allclose(lab.snapshot.logits, before))
    assert lab.inspector.switched_off
    lab.navigation.step_cell("conv2", (3, 0, 0))
    until(qtbot, lambda: lab.settled)
    player = lab.pages.player
    assert player is not None
    assert "switched off" in player.breadcrumb.warning
    player.stage.output_chosen.emit((3, 2, 1))  # as where a step makes several cells
    assert (lab.state.row, lab.state.column) == (2, 1)
    lab.navigation.open_pinned_layer()
    qtbot.keyClick(window, Qt.Key.Key_O)  # on the layer's page too
    until(qtbot, lambda: not lab.navigation.insight.off)
    until(qtbot, lambda: lab.snapshot is not None and np.array_equal(lab.snapshot.logits, before))
    assert window.notices.problems == ()


def test_a_link_says_whether_all_maps_are_large(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.navigation.open_layer("conv1")
    page = lab.pages.layer
    assert page is not None
    assert "large" not in window.link()
    page.mode.changed.emit("all")
    link = window.link()
    assert "large=" in link
    page.mode.changed.emit("inspect")
    assert page.insight.isVisible()
    assert window.open_link(link)
    until(qtbot, lambda: page.shows_all)
    assert not page.insight.isVisible()
