"""How far a training is, as the top bar counts it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from engine.messages import Entry, Settings, SettingsChanged, Status, StatusChanged, TrainPoint
from gui.labs.studio.experiment import Experiment
from gui.labs.studio.top_bar import TopBar
from gui.theme import DARK
from gui.views.timeline import TimelineView
from tests.gui.dock.test_timeline import opened

SETTINGS = Settings("lenet", "mnist", 0, "cpu", 64, 0.1, 0.0, 0.0, 10)


def _after(steps: int, epoch: float) -> Experiment:
    experiment = Experiment()
    experiment.tune(SettingsChanged(SETTINGS, 938))
    experiment.add([TrainPoint(steps, epoch, 0.5, 0.8, 1.0)])
    return experiment


def test_all_updates_are_counted_alike_within_an_epoch() -> None:
    for step in (1, 469, 937, 938, 939, 9379):
        epoch, within = divmod(step, 938)
        assert _after(step, epoch + within * 64 / 60_000).steps_in_all == 9380


def test_another_batch_size_does_not_change_what_was_trained() -> None:
    experiment = _after(4690, 5.0)
    experiment.tune(SettingsChanged(replace(SETTINGS, batch_size=128), 469))
    assert experiment.epoch == 5.0
    assert experiment.steps_in_all == 4690 + 5 * 469
    finished = _after(9380, 10.0)
    finished.tune(SettingsChanged(replace(SETTINGS, batch_size=128), 469))
    assert finished.steps_in_all == 9380


def test_the_top_bar_shows_whole_epochs(qtbot: QtBot) -> None:
    bar = TopBar(DARK)
    qtbot.addWidget(bar)
    bar.set_position(steps=(4690, 7035), epochs=(4.9999999, 10))
    assert (bar._epoch.text, bar._steps.text) == ("5 / 10", "4,690 / 7,035")


def test_a_rewound_timeline_has_the_epochs_that_were_asked_for(qtbot: QtBot) -> None:
    view = TimelineView()
    qtbot.addWidget(view)
    experiment = Experiment()
    experiment.open(opened(epochs=10), loaded=True)
    experiment.tune(SettingsChanged(replace(opened().settings, epochs=20), 469))
    assert experiment.opened is not None
    view.set_opened(experiment.opened)
    assert view.epoch_of(469 * 20) == 20
    assert view.x_of(469 * 20) > view.x_of(469 * 10)


def test_a_folder_of_pictures_stands_among_the_data_while_it_is_open(qtbot: QtBot) -> None:
    bar = TopBar(DARK)
    qtbot.addWidget(bar)
    mnist = opened()
    bar.set_catalogue((), [Entry("mnist", "MNIST", ""), Entry("folder", "Folder of pictures", "")])
    bar.set_opened(replace(mnist, dataset=replace(mnist.dataset, name="folder", title="leaves")))
    assert (bar.dataset.key, bar.dataset.currentText()) == ("folder", "leaves")
    bar.set_opened(replace(mnist, dataset=replace(mnist.dataset, name="folder", title="shells")))
    assert [bar.dataset.itemText(place) for place in range(3)] == ["MNIST", "shells", "From a folder…"]
    bar.set_opened(mnist)
    assert [bar.dataset.itemText(place) for place in range(2)] == ["MNIST", "From a folder…"]
    assert bar.dataset.count() == 2


def test_how_fast_a_followed_run_goes_is_told_by_its_own_clock(qtbot: QtBot) -> None:
    experiment = Experiment()
    experiment.tune(SettingsChanged(SETTINGS, 938))
    experiment.add([TrainPoint(step, step / 938, 0.5, 0.8, step * 0.2) for step in range(1, 41)])
    assert experiment.steps_per_second() is None  # it is no followed one
    experiment.set_status(StatusChanged(Status.FOLLOWING))
    assert experiment.steps_per_second() == pytest.approx(5)
    experiment.add([TrainPoint(step, step / 938, 0.5, 0.8, 8 + (step - 40) * 0.05) for step in range(50, 91, 10)])
    assert experiment.steps_per_second() == pytest.approx(20)  # it has become faster
    experiment.add([TrainPoint(100, 0.1, 0.5, 0.8, 0.0), TrainPoint(101, 0.1, 0.5, 0.8, 0.0)])
    assert experiment.steps_per_second() is None  # it does not say when
    bar = TopBar(DARK)
    qtbot.addWidget(bar)
    bar.set_speed(5.25, None, "steps/s")
    assert bar._throughput.text == "5.25 steps/s"
    bar.set_speed(1234.5, 30.0)
    assert bar._throughput.text == "1,234 /s"


def test_a_run_that_was_followed_to_its_end_goes_at_no_pace() -> None:
    experiment = Experiment()
    experiment.tune(SettingsChanged(SETTINGS, 938))
    experiment.add([TrainPoint(step, step / 938, 0.5, 0.8, step * 0.2) for step in range(1, 41)])
    experiment.set_status(StatusChanged(Status.FOLLOWING, "Followed to its end"))
    assert experiment.steps_per_second() is None
