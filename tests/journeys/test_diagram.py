"""What a person does with the diagram of a network that is no chain, on the real engine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.labs.studio.state import Drawing, Page
from gui.views.graph import GraphView
from gui.views.network import NetworkView
from gui.window import Window
from tests.journeys.conftest import Start, until


def _do(window: Window, name: str) -> None:
    action = next(one for one in window.all_actions() if one.id == name)
    assert action.do()


def test_residual_network_opens_trains_a_step_and_its_modules_open(start: Start, qtbot: QtBot) -> None:
    window, lab = start("receptive://studio?net=resnet-small&data=mnist&trained=0&depth=1")
    stage = lab.pages.network
    until(qtbot, lambda: lab.settled and isinstance(stage.current, GraphView))
    view = stage.current
    assert isinstance(view, GraphView)
    assert lab.snapshot is not None
    assert set(stage.watch_nodes()) <= set(lab.snapshot.maps)
    assert lab.state.depth == 1

    view.canvas.toggle("layer2.0")
    until(qtbot, lambda: "layer2.0.conv1" in lab.snapshot.maps and view.canvas.motion is None)  # type: ignore[union-attr]
    assert lab.state.opened == ("layer2.0",)

    with qtbot.waitSignal(lab.signals.state_changed):
        view.canvas.choose(view.canvas.layout_now.by_key["layer2.0.conv1"])  # type: ignore[union-attr]
    assert lab.state.node == "layer2.0.conv1"
    until(qtbot, lambda: lab.snapshot.focus is not None and lab.snapshot.focus.node == "layer2.0.conv1")  # type: ignore[union-attr]
    before = lab.snapshot.maps["layer2.0.conv1"].pixels.copy()

    _do(window, "step")
    until(qtbot, lambda: lab.experiment.step == 1 and lab.snapshot.step == 1)  # type: ignore[union-attr]
    assert (lab.snapshot.maps["layer2.0.conv1"].pixels != before).any()

    view.canvas.setFocus()
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    until(qtbot, lambda: lab.state.page is Page.LAYER)
    lab.navigation.one_level_up()
    until(qtbot, lambda: lab.state.page is Page.NETWORK)
    assert window.notices.problems == ()


def test_every_drawing_shows_it_and_a_chain_brings_its_own_view_back(start: Start, qtbot: QtBot) -> None:
    window, lab = start("receptive://studio?net=googlenet-small&data=mnist&trained=0&draw=volumes")
    stage = lab.pages.network
    until(qtbot, lambda: lab.settled and lab.state.network == "googlenet-small")
    assert stage.drawing is Drawing.VOLUMES
    for drawing in (Drawing.TABLE, Drawing.UNITS, Drawing.MAPS):
        _do(window, f"draw-{drawing}")
        assert stage.drawing is drawing
        assert lab.state.drawing is drawing
    lab.wishes.open(network="lenet", download=False)
    until(qtbot, lambda: lab.settled and isinstance(stage.current, NetworkView))
    assert (lab.state.depth, lab.state.opened) == (0, ())
    assert window.notices.problems == ()


def test_the_units_are_settled_with_their_values_and_weights(start: Start, qtbot: QtBot) -> None:
    _, lab = start("receptive://studio?net=mlp&draw=units", wait=False)
    assert not lab.settled
    lab.bridge.start()
    until(qtbot, lambda: lab.settled)
    view = lab.pages.network.current
    assert view.has_weights
    assert lab.snapshot is not None
    assert set(view.watch_nodes()) <= set(lab.snapshot.maps)
