"""What a person does in the Studio, from launch to result, on the real engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine import messages
from gui.labs.studio.state import Page
from tests.journeys.conftest import Start, opened_mnist, until

LEFT = Qt.MouseButton.LeftButton


def test_every_map_is_on_screen_before_torch_has_loaded(start: Start) -> None:
    window, lab = start(wait=False)
    assert lab.snapshot is not None
    opened = lab.experiment.opened
    assert opened is not None
    assert set(lab.pages.network.watch_nodes()) <= set(lab.snapshot.maps) | {"input"}
    assert lab.snapshot.maps["conv1"].pixels.shape == (6, 28, 28)
    assert lab.snapshot.maps["conv2"].pixels.shape == (16, 10, 10)
    assert int(np.argmax(lab.snapshot.probabilities)) == lab.snapshot.sample.label
    assert opened.graph.parameters == 61_706
    assert window.notices.problems == ()


def test_training_draws_curves_and_changes_maps_and_rewind_brings_the_same_weights_back(
    start: Start, qtbot: QtBot
) -> None:
    _, lab = start()
    opened_mnist(qtbot, lab)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "test")
    qtbot.keyClick(lab.widget.window(), Qt.Key.Key_Space)
    until(qtbot, lambda: lab.experiment.training)
    assert lab.experiment.opened is not None
    assert not lab.experiment.opened.pretrained
    until(qtbot, lambda: lab.experiment.step >= 25)
    qtbot.mouseClick(lab.top._train, LEFT)
    until(qtbot, lambda: lab.experiment.status is messages.Status.PAUSED)
    trained = [point for point in lab.experiment.points if isinstance(point, messages.TrainPoint)]
    assert [point.step for point in trained] == list(range(1, trained[-1].step + 1))  # none is lost
    assert np.mean([point.loss for point in trained[-5:]]) < np.mean([point.loss for point in trained[:5]])
    assert lab.experiment.step == trained[-1].step

    lab.wishes.rewind()
    until(qtbot, lambda: lab.experiment.step == 0)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.step == 0)
    assert lab.snapshot is not None
    first = lab.snapshot.maps["conv2"].pixels
    qtbot.mouseClick(lab.top._step, LEFT)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.step == 1)
    assert not np.array_equal(lab.snapshot.maps["conv2"].pixels, first)
    until(qtbot, lambda: not lab.experiment.busy and not lab.experiment.training)
    again = [point for point in lab.experiment.points if isinstance(point, messages.TrainPoint)]
    assert again[0].loss == trained[0].loss  # the very same weights and the very same batch
    lab.wishes.rewind()
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.step == 0)
    assert np.array_equal(lab.snapshot.maps["conv2"].pixels, first)


def test_space_trains_after_data_were_chosen_with_the_mouse(start: Start, qtbot: QtBot) -> None:
    """The lists are disabled while data are opened: the keyboard must not end up on a neighbour of theirs."""
    window, lab = start()
    lab.top.dataset.setFocus()
    opened_mnist(qtbot, lab)
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Space)
    until(qtbot, lambda: lab.experiment.training)
    lab.wishes.toggle_training()
    until(qtbot, lambda: not lab.experiment.training)


def test_settings_change_in_the_middle_of_a_run_without_a_reset(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    opened_mnist(qtbot, lab)
    lab.wishes.toggle_training()
    until(qtbot, lambda: lab.experiment.step >= 3)
    lab.wishes.ask(messages.Tune(learning_rate=0.001, momentum=0.5, weight_decay=0.01, batch_size=32))
    until(qtbot, lambda: lab.experiment.settings is not None and lab.experiment.settings.batch_size == 32)
    step = lab.experiment.step
    assert step >= 3
    assert lab.experiment.settings is not None
    assert lab.experiment.settings.learning_rate == 0.001
    assert lab.experiment.steps_per_epoch == 40
    until(qtbot, lambda: lab.experiment.step > step)


def test_a_cell_opens_its_step_with_the_trained_numbers_and_leads_to_the_cell_before(
    start: Start, qtbot: QtBot
) -> None:
    _, lab = start(wait=False)
    lab.pages.network.cell_activated.emit("conv2", (8, 5, 6))
    until(qtbot, lambda: lab.navigation.is_stepping)
    player = lab.pages.player
    assert player is not None
    assert player.trace.index_of(player.index) == (8, 5, 6)
    step = player.trace[player.index]
    assert len(step.terms) == 6 * 5 * 5
    assert sum(term.product for term in step.terms) + step.bias == pytest.approx(step.value, abs=1e-4)
    assert lab.snapshot is not None
    assert lab.snapshot.focus is not None
    assert lab.snapshot.focus.output[8, 5, 6] == pytest.approx(step.value, abs=1e-4)
    qtbot.keyClick(player, Qt.Key.Key_Right)
    assert lab.state.column == 7
    player.cell_activated.emit((2, 4, 4), 0)
    until(qtbot, lambda: player.trace.name != step and lab.state.node == "pool1" and lab.navigation.is_stepping)
    assert (lab.state.map, lab.state.row, lab.state.column) == (2, 4, 4)
    qtbot.keyClick(player, Qt.Key.Key_Escape)
    assert lab.state.page is Page.NETWORK


def test_every_layer_opens_large_and_steps(start: Start, qtbot: QtBot) -> None:
    window, lab = start(wait=False)
    for node in ("conv1", "act1", "pool1", "conv2", "act2", "pool2", "dense1", "act3", "output", "softmax"):
        lab.navigation.open_layer(node)
        assert (lab.state.page, lab.state.node) == (Page.LAYER, node)
        until(qtbot, lambda: lab.settled)
        lab.navigation.step_pinned()
        until(qtbot, lambda: lab.navigation.is_stepping)
        assert lab.state.node == node
        lab.navigation.one_level_up()
        assert (lab.state.page, lab.state.node) == (Page.LAYER, node)
    assert window.notices.problems == ()


def test_a_drawing_flows_through_the_network(start: Start, qtbot: QtBot) -> None:
    _, lab = start(wait=False)
    lab.pages.network.draw_toggled.emit(True)
    pad = lab.samples.pad
    assert pad is not None
    assert pad.isVisible()
    side = pad.width()
    qtbot.mousePress(pad, LEFT, pos=QPoint(side // 4, side // 5))
    for step in range(20):
        qtbot.mouseMove(pad, QPoint(side // 4 + step * side // 40, side // 5))
    for step in range(20):
        qtbot.mouseMove(pad, QPoint(side * 3 // 4 - step * side // 80, side // 5 + step * side // 32))
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(side // 2, side * 4 // 5))
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.request >= lab.samples.request > 1)
    assert lab.snapshot is not None
    assert lab.snapshot.sample.split == "drawing"
    assert int(np.argmax(lab.snapshot.probabilities)) == 7
    lab.navigation.one_level_up()
    assert not pad.isVisible()
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "test")


def test_samples_by_class_and_mistakes_only(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    opened_mnist(qtbot, lab)
    lab.wishes.toggle_class(3)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.label == 3)
    first = lab.snapshot.sample.index if lab.snapshot else -1
    lab.samples.step(1)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.index not in (first, -1))
    assert lab.snapshot is not None
    assert lab.snapshot.sample.label == 3
    lab.wishes.ask(messages.Evaluate())
    until(qtbot, lambda: lab.experiment.evaluated is not None)
    evaluated = lab.experiment.evaluated
    assert evaluated is not None
    assert evaluated.confusion.sum() == 200


def test_closing_in_the_middle_of_training_loses_nothing(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.wishes.toggle_training()
    until(qtbot, lambda: lab.experiment.step >= 5)
    window.close()
    assert lab.experiment.status is messages.Status.CLOSED
    assert lab.experiment.saved_step >= 5
    assert (Path(lab.experiment.saved_path) / "run.json").is_file()


def test_a_saved_run_goes_on_where_it_stopped(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.wishes.toggle_training()
    until(qtbot, lambda: lab.experiment.step >= 5)
    window.close()
    step, path = lab.experiment.saved_step, lab.experiment.saved_path
    _, lab = start()
    lab.send(messages.OpenRun(path))
    until(qtbot, lambda: lab.experiment.step == step)
    until(qtbot, lambda: not lab.experiment.busy)
    assert len([point for point in lab.experiment.points if isinstance(point, messages.TrainPoint)]) == step
    until(qtbot, lambda: (lab.experiment.saved_step, lab.experiment.saved_path) == (step, path))
    assert "Run saved" in str(lab.status)  # and not that it still is to be saved


def test_a_link_opens_what_it_says(start: Start, qtbot: QtBot) -> None:
    _, lab = start("receptive://studio?v=1&node=conv2&map=8&row=5&col=6&show=gradients", wait=False)
    assert (lab.state.node, lab.state.map, lab.state.row, lab.state.column) == ("conv2", 8, 5, 6)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.quantity is messages.Quantity.GRADIENTS)


def test_bad_data_is_named_and_the_window_lives(start: Start, qtbot: QtBot, small_mnist: Path, tmp_path: Path) -> None:
    window, lab = start()
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"):
        (broken / name).write_bytes((small_mnist / "mnist" / name).read_bytes())
    (broken / "t10k-labels-idx1-ubyte.gz").write_bytes(b"no gzip")
    lab.wishes.open(dataset="mnist", folder=str(broken))
    until(qtbot, lambda: window.notices.problems)
    assert "t10k-labels-idx1-ubyte.gz" in window.notices.problems[0].message
    until(qtbot, lambda: not lab.experiment.busy)
    lab.send(messages.ShowFile(path=str(broken / "t10k-labels-idx1-ubyte.gz")))
    until(qtbot, lambda: len(window.notices.problems) == 2)
    assert lab.experiment.opened is not None
    assert lab.experiment.opened.dataset.name == "digits"


def test_the_window_with_all_its_maps_needs_no_torch() -> None:
    program = (
        "import sys; from gui import app; from gui.arguments import parse; "
        "_, window = app.create(parse([])); window.show(); "
        "assert window.lab.snapshot.maps['conv2'].pixels.size; "
        "heavy = {'torch', 'pooch', 'PIL', 'scipy'} & set(sys.modules); window.close(); "
        "sys.exit(f'{heavy}' if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr


def test_mistakes_are_found_out_when_they_are_asked_for(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    opened_mnist(qtbot, lab)
    lab.experiment.evaluated = None  # as it is before an evaluation
    lab.wishes.toggle_mistakes()
    until(qtbot, lambda: lab.experiment.evaluated is not None)
    until(
        qtbot,
        lambda: lab.snapshot is not None and lab.snapshot.sample.label != int(lab.snapshot.probabilities.argmax()),
    )
    assert window.notices.problems == ()


def test_other_data_after_a_drawing_show_a_sample_of_theirs(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    lab.samples.set_drawing(True)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "drawing")
    opened_mnist(qtbot, lab)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.sample.split == "test")
    assert not lab.samples.drawing
