"""The timeline: where steps stand, looking back by mouse and keys, and no repaint without news."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPaintEvent
from pytestqt.qtbot import QtBot

from engine.messages import DatasetFacts, HeldOutPoint, Opened, Recorded, Settings, SettingsChanged, TrainPoint
from gui.theme import DARK, LIGHT
from gui.views.timeline import Clock, TimelineView
from tests.gui.dock.examples import CLASSES, Example, hover, lenet, until_all_is_painted

SETTINGS = Settings("lenet-relu", "mnist", 3, "cpu", 64, 0.05, 0.9, 0.0, 5)
RECORDED = tuple(range(0, 2800, 100))


def opened(epochs: int = 5, steps_per_epoch: int = 937) -> Opened:
    facts = DatasetFacts("mnist", "MNIST", CLASSES, (1, 28, 28), 60_000, 10_000)
    return Opened(lenet(), replace(SETTINGS, epochs=epochs), facts, ("cpu",), steps_per_epoch)


class Counting(TimelineView):
    paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        super().paintEvent(event)


@pytest.fixture
def view(qtbot: QtBot) -> Counting:
    widget = Counting()
    qtbot.addWidget(widget)
    widget.resize(1528, 40)
    widget.set_opened(opened())
    widget.set_recorded(Recorded(RECORDED, 10_000))
    widget.set_place(2811, 3.0)
    return widget


def at(view: TimelineView, step: int) -> QPoint:
    return QPoint(round(view.x_of(step)), 16)


def test_steps_and_epochs_stand_where_the_sketch_has_them(view: Counting) -> None:
    image = view.grab().toImage()
    for x in (144, 374, 605):  # start, epochs 1 and 2: trained, so in the accent
        assert image.pixelColor(x, 11) == DARK.accent
    assert image.pixelColor(1066, 11) == DARK.border_strong  # epoch 4 is still to come
    assert image.pixelColor(835, 16) == DARK.accent  # the handle at epoch 3
    assert image.pixelColor(835, 11) == DARK.accent
    assert image.pixelColor(300, 16) == DARK.accent
    assert image.pixelColor(900, 23) == DARK.panel
    for step in (100, 200, 1700):
        assert image.pixelColor(round(view.x_of(step)), 21) == DARK.border_strong


def test_a_press_snaps_to_the_nearest_recorded_step_and_the_end_is_now(view: Counting, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.moment_chosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at(view, 1030))
    assert chosen.args == [1000]
    assert view.moment == 1000
    with qtbot.waitSignal(view.moment_chosen) as chosen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(1200, 16))
    assert chosen.args == [None]


def test_dragging_goes_from_moment_to_moment_each_told_once(view: Counting, qtbot: QtBot) -> None:
    told: list[int | None] = []
    view.moment_chosen.connect(told.append)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(view, 2811))
    for step in (2500, 2510, 2490, 300, -500):
        hover(view, at(view, step), Qt.MouseButton.LeftButton)
    view.set_place(2815, 3.01)  # training goes on meanwhile: the drag is not lost
    assert view.moment == 0
    hover(view, at(view, 2811), Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(view, 2811))
    assert told == [2500, 300, 0, None]


def test_keys_step_through_the_recorded_moments(view: Counting, qtbot: QtBot) -> None:
    told: list[int | None] = []
    view.moment_chosen.connect(told.append)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert told == [2700, 1700, 1800, 0, None]


def test_playing_shows_moment_after_moment_and_ends_at_now(view: Counting, qtbot: QtBot) -> None:
    told: list[int | None] = []
    view.moment_chosen.connect(told.append)
    view._player.setInterval(0)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(30, 16))
    assert view.playing
    qtbot.waitUntil(lambda: not view.playing)
    assert told == [*RECORDED, None]


def test_space_and_hiding_stop_playing(view: Counting, qtbot: QtBot) -> None:
    with qtbot.waitExposed(view):
        view.show()
    view.play()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert not view.playing
    view.play()
    view.hide()
    assert not view.playing


def test_without_recordings_nothing_can_be_chosen(qtbot: QtBot) -> None:
    view = TimelineView(LIGHT, "small")
    qtbot.addWidget(view)
    view.resize(1232, 36)
    view.set_opened(opened())
    with qtbot.assertNotEmitted(view.moment_chosen):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 14))
        qtbot.keyClick(view, Qt.Key.Key_Left)
        view.play()
    assert not view.playing
    view.grab()


def test_the_best_is_the_highest_held_out_accuracy(view: Counting) -> None:
    points = [HeldOutPoint(s, s / 937, 0.1, a, 1000, False, 1.0) for s, a in ((100, 0.9), (2025, 0.99), (2700, 0.98))]
    view.add_points(points)
    assert view.best == 2025
    image = view.grab().toImage()
    x = round(view.x_of(2025))
    assert image.pixelColor(x, 16) == DARK.panel  # hollow, over the track
    view.rewind()
    assert view.best is None
    assert view.moment is None


def test_a_snapshot_of_the_past_moves_the_handle_alone(view: Counting, example: Example) -> None:
    view.set_snapshot(example.snapshot(step=2811, moment=1000, epoch=1.07))
    assert view.moment == 1000
    image = view.grab().toImage()
    assert image.pixelColor(at(view, 1000)) == DARK.accent
    assert image.pixelColor(835, 16) == DARK.panel  # a hollow dot is left at now
    assert image.pixelColor(700, 16) == DARK.accent


def test_points_tell_how_far_training_is_while_the_past_is_looked_at(view: Counting, example: Example) -> None:
    view.set_snapshot(example.snapshot(step=2811, moment=1000, epoch=3.0))
    view.add_points([TrainPoint(step, step / 937, 0.1, 0.9, 1.0) for step in (2812, 3748)])
    view.set_snapshot(example.snapshot(step=2811, moment=1000, epoch=3.0))  # the last picture, once more
    assert view.moment == 1000
    image = view.grab().toImage()
    assert image.pixelColor(at(view, 3748)) == DARK.panel  # the hollow dot of now
    assert image.pixelColor(at(view, 3200)) == DARK.accent


def test_more_epochs_and_another_batch_size_keep_what_was_trained_in_place(view: Counting) -> None:
    place = view.x_of(937)
    view.set_settings(SettingsChanged(replace(SETTINGS, batch_size=128), 468))
    view.set_place(2811 + 468, 4.0)
    assert view.x_of(937) == place
    assert view.x_of(2811 + 468) == pytest.approx(144 + 1152 * 4 / 5)
    view.set_settings(SettingsChanged(replace(SETTINGS, epochs=10), 468))
    assert view.x_of(937) == pytest.approx(144 + 1152 / 10)
    view.grab()


def test_a_clock_counts_epochs_across_a_change_of_the_batch_size() -> None:
    clock = Clock()
    clock.reset(100)
    clock.change(200, 2.0, 50)
    assert [clock.epoch(step) for step in (0, 100, 200, 250)] == [0.0, 1.0, 2.0, 3.0]


def test_it_paints_only_when_the_place_has_changed(view: Counting, qtbot: QtBot) -> None:
    with qtbot.waitExposed(view):
        view.show()
    until_all_is_painted(qtbot)
    count = view.paints
    for _ in range(10):
        view.set_place(2811, 3.0)
        view.set_recorded(Recorded(RECORDED, 10_000))
    until_all_is_painted(qtbot)
    assert view.paints == count
    view.set_place(2812, 3.001)
    qtbot.waitUntil(lambda: view.paints == count + 1)


@pytest.mark.parametrize("epochs", [1, 7, 60, 1000])
def test_labels_never_run_into_each_other(view: Counting, epochs: int) -> None:
    view.set_opened(opened(epochs=epochs))
    left, right = view._track
    assert view._label_every() * (right - left) / epochs >= 64 or epochs == 1
    view.grab()
