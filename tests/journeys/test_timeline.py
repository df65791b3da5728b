"""Looking back at a training in the real app: the film strip, confusion of then, edges, branches, the animation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import call, patch

from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QMenu, QProgressDialog
from pytestqt.qtbot import QtBot

from engine import messages
from engine.messages.film import KeepTimeline
from gui import export, export_dialog, links
from gui.labs.studio.branch_dialog import BranchDialog
from gui.labs.studio.lab import StudioLab
from gui.labs.studio.state import Drawing
from tests.journeys.conftest import Start, opened_mnist, until


def _trained(qtbot: QtBot, lab: StudioLab, steps: int = 14) -> None:
    opened_mnist(qtbot, lab)
    lab.wishes.ask(messages.TrainSteps(steps))
    until(qtbot, lambda: lab.experiment.step == steps and lab.experiment.status is messages.Status.PAUSED)
    until(qtbot, lambda: len(lab.experiment.recorded) > steps // 2)


def test_the_film_shows_the_pinned_layer_at_some_moments_and_leads_back_to_them(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    _trained(qtbot, lab)
    lab.navigation.pin("conv2", 3, 2, 2)
    qtbot.mouseClick(lab.timeline, Qt.MouseButton.LeftButton, pos=QPoint(70, 14))  # its title
    assert lab.state.film
    until(qtbot, lambda: lab.film.strip is not None and len(lab.film.strip.frames) >= 4 and lab.film.is_settled)
    strip = lab.film.strip
    assert strip is not None
    frames = strip.frames
    assert min(frames) == 0
    assert max(frames) == 14
    assert {frame.node for frame in frames.values()} == {"conv2"}
    assert len({frame.maps.pixels.tobytes() for frame in frames.values()}) == len(frames)
    assert "film=" in links.to_link("studio", lab.state)
    with qtbot.waitSignal(lab.timeline.moment_chosen) as chosen:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.frame_rect(0).center().toPoint())
    assert chosen.args == [0]
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.moment == 0)
    before = dict(strip.frames)
    lab.samples.step(1)
    until(qtbot, lambda: lab.film.is_settled and any(strip.frames.get(step) is not before[step] for step in before))
    lab.film.toggle()
    assert not strip.isVisible()


def test_the_confusion_matrix_is_of_the_moment_that_is_looked_at(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    _trained(qtbot, lab)
    lab.wishes.ask(messages.Evaluate())
    until(qtbot, lambda: lab.experiment.evaluated is not None and lab.experiment.evaluated.step == lab.experiment.step)
    now = lab.confusion.matrix
    assert now is not None
    lab.timeline.choose(0)
    until(qtbot, lambda: lab.confusion.matrix is not None and (lab.confusion.matrix.counts != now.counts).any())
    then = lab.confusion.matrix
    assert then is not None
    assert then.counts.sum() == now.counts.sum()
    lab.timeline.choose(None)
    until(qtbot, lambda: lab.confusion.matrix is not None and (lab.confusion.matrix.counts == now.counts).all())


def test_training_goes_on_under_a_moment_that_is_looked_at(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    _trained(qtbot, lab, 4)
    lab.timeline.choose(2)
    until(qtbot, lambda: lab.experiment.moment == 2)
    lab.wishes.ask(messages.TrainSteps(16))
    until(qtbot, lambda: lab.experiment.step == 20 and not lab.experiment.training)
    assert lab.experiment.moment == 2
    until(qtbot, lambda: 20 in lab.experiment.recorded)
    lab.timeline.choose(15)  # recorded since: nobody has to come back to the present for it
    until(qtbot, lambda: lab.experiment.moment == 15)


def test_space_on_the_timeline_plays_it_to_the_present(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    _trained(qtbot, lab, 4)
    lab.timeline.setFocus()
    until(qtbot, lab.timeline.hasFocus)
    seen: list[object] = []
    lab.timeline.moment_chosen.connect(seen.append)
    qtbot.keyClick(lab.timeline, Qt.Key.Key_Space)
    assert lab.timeline.playing
    assert not lab.experiment.training
    until(qtbot, lambda: not lab.timeline.playing)
    assert seen == [0, 1, 2, 3, None]


def test_a_run_branches_off_with_settings_of_its_own(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    _trained(qtbot, lab)
    lab.timeline.choose(6)
    until(qtbot, lambda: lab.experiment.moment == 6)
    lab.film.branch()
    dialog = window.findChild(BranchDialog)
    assert dialog is not None
    dialog.seed_field.setValue(77)
    dialog.rate_field.setValue(0.125)
    dialog.epochs_field.setValue(9)
    assert dialog.tune == messages.Tune(learning_rate=0.125, epochs=9)
    saved: list[messages.RunSaved] = []
    lab.bridge.saved.connect(saved.append)
    dialog.accept()
    until(qtbot, lambda: lab.experiment.settings is not None and lab.experiment.settings.seed == 77)
    until(qtbot, lambda: lab.snapshot is not None and lab.snapshot.step == lab.snapshot.moment == 6)
    assert lab.experiment.settings is not None
    assert (lab.experiment.settings.learning_rate, lab.experiment.settings.epochs) == (0.125, 9)
    assert lab.experiment.step == 6
    assert max(lab.experiment.recorded) == 6
    points = [point for point in lab.experiment.points if isinstance(point, messages.TrainPoint)]
    assert [point.step for point in points] == list(range(1, 7))
    assert Path(saved[0].path, "run.json").exists()
    assert saved[0].step == 14
    assert not window.findChildren(QDialog, "branch")


def test_the_timeline_is_exported_as_an_animation_and_what_was_shown_comes_back(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    window, lab = start()
    _trained(qtbot, lab, 5)
    lab.timeline.choose(2)
    until(qtbot, lambda: lab.experiment.moment == 2)
    path = tmp_path / "timeline.gif"
    told: list[str] = []
    with patch.object(QProgressDialog, "setLabelText", lambda _, text: told.append(text)):
        assert export_dialog.save(window, path)
    assert told == [f"Picture {number} of 6" for number in range(1, 7)]
    with Image.open(path) as film:
        assert film.n_frames == 6
        assert film.size == (1280, 800)
    until(qtbot, lambda: lab.experiment.moment == 2)


def test_a_link_leads_back_to_the_moment_that_was_looked_at(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    _trained(qtbot, lab, 6)
    assert "moment" not in window.link()
    lab.timeline.choose(2)
    until(qtbot, lambda: lab.experiment.moment == 2)
    link = window.link()
    assert "moment=2" in link
    lab.timeline.choose(None)
    until(qtbot, lambda: lab.experiment.moment == 6)
    present = window.link()
    assert "moment" not in present
    assert window.open_link(link)
    until(qtbot, lambda: lab.experiment.moment == 2)
    assert lab.timeline.moment == 2
    assert window.open_link(present)  # says nothing of a moment, and so leaves it
    assert (lab.state.moment, lab.timeline.moment) == (2, 2)
    said = [getattr(card.notice, "text", "") for card in window.notices.cards]
    assert not any("looked back" in text for text in said)
    assert window.open_link(link.replace("moment=2", "moment=900"))
    until(qtbot, lambda: any("Step 900 cannot" in getattr(card.notice, "text", "") for card in window.notices.cards))
    lab.wishes.rewind()
    until(qtbot, lambda: lab.state.moment == -1)
    assert "moment" not in window.link()


def test_a_picture_shows_no_focus(start: Start, qtbot: QtBot) -> None:
    window, lab = start()
    timeline = lab.timeline
    window.setFocus()
    until(qtbot, lambda: lab.settled and not timeline.hasFocus())
    rect = timeline.geometry().translated(lab.widget.mapTo(window, QPoint()))
    calm, bare = timeline.grab().toImage(), export.picture(window).copy(rect)
    timeline.setFocus()
    until(qtbot, lambda: timeline.ring)
    assert timeline.grab().toImage() != calm
    assert export.picture(window).copy(rect) == bare
    assert timeline.ring


def test_units_show_the_weights_that_are_looked_at_and_a_right_click_offers_what_there_is(
    start: Start, qtbot: QtBot
) -> None:
    _, lab = start()
    _trained(qtbot, lab, 5)
    stage = lab.pages.network
    stage.forms.set_value(str(Drawing.UNITS))
    stage.forms.changed.emit(str(Drawing.UNITS))
    assert lab.state.drawing is Drawing.UNITS
    until(qtbot, lambda: "output" in stage.current._edges)
    now = stage.current._edges["output"]
    assert {"conv1", "conv2", "dense1", "dense2"} <= set(stage.current._edges)
    lab.timeline.choose(0)
    until(qtbot, lambda: stage.current._edges["output"] is not now)
    assert stage.current._edges["output"].limit != now.limit
    titles = [action.title for action in lab.film.actions()]
    assert "Branch a new run from here…" in titles
    until(qtbot, lambda: all(action.enabled() for action in lab.film.actions()))
    assert not lab.widget.findChildren(QMenu)


def test_the_memory_of_the_timeline_is_what_the_settings_say(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    opened_mnist(qtbot, lab)
    change = lab.context.change_settings
    assert change is not None
    change(replace(lab.context.settings(), timeline_megabytes=1))  # four times LeNet's weights
    lab.wishes.ask(messages.TrainSteps(1))
    until(qtbot, lambda: lab.experiment.step == 1 and lab.experiment.status is messages.Status.PAUSED)
    lab.wishes.ask(messages.TrainSteps(12))
    until(qtbot, lambda: lab.experiment.step == 13 and lab.experiment.status is messages.Status.PAUSED)
    assert 0 < lab.experiment.recorded_bytes <= 2**20
    assert len(lab.experiment.recorded) <= 4
    assert any(fact.startswith("timeline ") for fact in lab.status.facts)


def test_the_strip_goes_and_comes_with_the_timeline(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    lab.film.toggle()
    strip = lab.film.strip
    assert strip is not None
    assert strip.isVisible()
    lab.set_presenting(True)
    assert not strip.isVisible()
    lab.set_presenting(False)
    assert strip.isVisible()
    lab.timeline.hide()
    lab.film.show_state()
    assert not strip.isVisible()


def test_less_memory_holds_at_once(start: Start, qtbot: QtBot) -> None:
    _, lab = start()
    _trained(qtbot, lab, 6)
    assert lab.context.change_settings is not None
    with patch.object(lab, "send") as send:
        lab.context.change_settings(replace(lab.context.settings(), timeline_megabytes=64))
    assert call(KeepTimeline(64 * 2**20)) in send.mock_calls
