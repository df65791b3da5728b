"""The film strip: which moments, which maps, what it paints, what a click tells; and the timeline's own keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from engine.messages import Maps, Recorded
from engine.messages.film import FilmFrame
from gui.labs.studio.film_frames import label, layer, subject
from gui.labs.studio.state import StudioState
from gui.settings import Settings
from gui.theme import DARK, LIGHT, Density
from gui.views.timeline import TimelineView
from gui.views.timeline_film import FilmStrip, Subject
from gui.views.timeline_frames import moments, order, sheet
from tests.gui import samples
from tests.gui.dock.test_timeline import opened


@given(
    recorded=st.lists(st.integers(0, 5000), max_size=80),
    now=st.integers(0, 5000),
    count=st.integers(0, 12),
    shown=st.none() | st.integers(0, 5000),
)
def test_moments_are_recorded_ones_in_order_and_end_with_the_present(
    recorded: list[int], now: int, count: int, shown: int | None
) -> None:
    found = moments(recorded, now, count, shown)
    assert len(found) <= max(count, 0)
    assert list(found) == sorted(set(found))
    if found:
        assert found[-1] == now
        assert set(found[:-1]) <= {step for step in recorded if step < now}
        earlier = sorted({step for step in recorded if step < now})
        if len(found) > 1:
            assert found[0] == earlier[0]
        assert len(found) == min(count, len(earlier) + 1)


def test_moments_lie_denser_at_the_start_and_take_in_what_is_looked_at() -> None:
    found = moments(range(0, 1000, 10), 1000, 5)
    gaps = np.diff(found)
    assert list(gaps) == sorted(gaps)
    assert 310 in moments(range(0, 1000, 10), 1000, 5, 310)


@pytest.mark.parametrize(
    ("size", "count", "tile"),
    [((28, 28), 6, 28), ((10, 10), 16, 20), ((5, 5), 16, 20), ((32, 32), 64, 16), ((112, 112), 9, 24)],
)
def test_maps_are_as_large_as_all_of_them_can_be(size: tuple[int, int], count: int, tile: int) -> None:
    found = sheet(*size, count, room=53)
    assert found.tile_width == tile
    assert found.width <= 203
    assert found.height <= 53
    assert found.place(0).topLeft() == QPoint(0, 0)


@given(side=st.integers(1, 300), count=st.integers(1, 600), room=st.integers(30, 80))
def test_a_sheet_always_fits(side: int, count: int, room: int) -> None:
    found = sheet(side, side, count, room=room)
    assert found.width <= 203
    assert found.height <= max(room, found.tile_height)
    assert found.count >= 1


def test_the_strongest_maps_come_first_and_the_pinned_one_is_there() -> None:
    pixels = np.zeros((9, 2, 2), np.uint8)
    pixels[[2, 5, 7]] = np.array([10, 200, 100], np.uint8)[:, None, None]
    maps = Maps(pixels, np.ones(9, np.float32), signed=False)
    assert order(maps, 3, None) == (5, 7, 2)
    assert order(maps, 3, 8) == (5, 7, 8)


def test_a_moment_is_called_by_its_epoch_or_early_by_its_step(qtbot: QtBot) -> None:
    timeline = TimelineView()
    qtbot.addWidget(timeline)
    timeline.set_opened(opened(steps_per_epoch=100))
    assert [label(timeline, step) for step in (0, 7, 100, 150, 400)] == [
        "start", "step 7", "epoch 1", "epoch 1.5", "epoch 4",
    ]  # fmt: skip


def test_the_film_is_of_the_pinned_layer_else_of_the_first_with_kernels() -> None:
    graph = samples.lenet_graph()
    assert layer(graph, StudioState(node="pool2")) is graph["pool2"]
    assert layer(graph, StudioState()) is graph["conv1"]
    assert layer(graph, StudioState(node="input")) is graph["conv1"]
    dense = samples.mlp_graph()
    assert layer(dense, StudioState()) is dense["dense1"]
    found = subject(graph, StudioState(node="conv2", map=8), samples.snapshot(graph), room=53, orders={})
    assert found is not None
    assert (found.node, found.title, found.pinned, found.unit) == ("conv2", "Conv 2", 8, "map")
    assert found.maps == tuple(range(16))
    units = subject(graph, StudioState(node="dense1"), None, room=53, orders={})
    assert units is not None
    assert units.unit == "unit"


def _frame(step: int, *, predicted: int = 7, node: str = "conv2") -> FilmFrame:
    maps = samples.maps(np.random.default_rng(step), (16, 10, 10), signed=True, limit=3.0)
    return FilmFrame(1, node, step, step, maps, predicted, 0.62, 7)


@pytest.fixture
def strip(qtbot: QtBot) -> FilmStrip:
    widget = FilmStrip()
    qtbot.addWidget(widget)
    widget.resize(1528, 86)
    widget.set_classes(tuple(str(digit) for digit in range(10)))
    widget.set_subject(Subject("conv2", "Conv 2", tuple(range(16)), sheet(10, 10, 16, room=53), False, pinned=3))
    widget.set_moments((0, 40, 90), ("start", "epoch 1", "epoch 2"), (144.0, 500.0, 900.0))
    return widget


def test_frames_come_one_by_one_and_what_is_of_something_else_is_left_out(strip: FilmStrip) -> None:
    assert strip.missing() == (90, 40, 0)
    strip.add(_frame(90))
    strip.add(_frame(40, node="conv1"))
    strip.add(_frame(41))
    assert strip.missing() == (40, 0)
    empty = strip.grab().toImage()
    strip.add(_frame(0, predicted=2))
    shown = strip.grab().toImage()
    rect = strip.frame_rect(0)
    inside = [QPoint(round(rect.left()) + x, round(rect.top()) + 5) for x in range(2, 160, 3)]
    assert any(empty.pixel(point) != shown.pixel(point) for point in inside)
    strip.set_moments((0, 90, 120), ("start", "epoch 2", "epoch 3"), (144.0, 900.0, 1000.0))
    assert set(strip.frames) == {0, 90}
    strip.set_subject(Subject("conv2", "Conv 2", tuple(range(16)), sheet(10, 10, 16, room=53), False, pinned=5))
    assert set(strip.frames) == {0, 90}  # another pin, the same maps
    strip.set_subject(Subject("conv1", "Conv 1", tuple(range(6)), sheet(28, 28, 6, room=53), False))
    assert strip.frames == {}


def test_a_wrong_prediction_is_red_and_the_moment_that_is_looked_at_has_a_ring(strip: FilmStrip) -> None:
    for step, predicted in ((0, 2), (40, 7), (90, 7)):
        strip.add(_frame(step, predicted=predicted))
    for theme in (DARK, LIGHT):
        strip.set_theme(theme)
        image = strip.grab().toImage()
        rect = strip.frame_rect(0)
        label_row = [
            image.pixelColor(x, y) for x in range(round(rect.right()) - 60, round(rect.right())) for y in range(8, 19)
        ]
        assert any(abs(color.red() - theme.error.red()) < 40 and color.red() > color.blue() + 60 for color in label_row)
        last = strip.frame_rect(2)
        assert image.pixelColor(round(last.left()) + 40, round(last.top()) - 4) == theme.accent
    strip.set_shown(40)
    middle = strip.frame_rect(1)
    image = strip.grab().toImage()
    assert image.pixelColor(round(middle.left()) + 40, round(middle.top()) - 4) == LIGHT.accent


def test_a_click_on_a_frame_chooses_its_moment_and_on_the_last_the_present(strip: FilmStrip, qtbot: QtBot) -> None:
    told: list[object] = []
    strip.moment_chosen.connect(told.append)
    for place in (1, 2):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.frame_rect(place).center().toPoint())
    assert told == [40, None]


def test_there_are_as_many_frames_as_there_is_room_for(strip: FilmStrip, qtbot: QtBot) -> None:
    large = strip.count
    with qtbot.waitSignal(strip.frames_changed):
        strip.resize(2488, 86)
        strip.grab()
    assert strip.count > large
    strip.set_density(Density.SMALL)
    strip.resize(1232, 74)
    assert strip.count == 5


def test_space_belongs_to_a_timeline_that_has_something_to_play(qtbot: QtBot) -> None:
    timeline = TimelineView()
    qtbot.addWidget(timeline)
    timeline.resize(1528, 40)
    timeline.set_opened(opened())
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    timeline.event(event)
    assert not event.isAccepted()
    timeline.set_recorded(Recorded((0, 100), 10))
    timeline.event(event)
    assert event.isAccepted()


def test_the_title_opens_the_film(qtbot: QtBot) -> None:
    timeline = TimelineView()
    qtbot.addWidget(timeline)
    timeline.resize(1528, 40)
    before = timeline.grab().toImage()
    with qtbot.waitSignal(timeline.film_wanted):
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(80, 16))
    timeline.set_film_open(True)
    assert timeline.grab().toImage() != before


def test_the_memory_of_the_timeline_is_a_setting_within_reason() -> None:
    assert Settings().timeline_megabytes == 256
    assert Settings(timeline_megabytes=-5).valid().timeline_megabytes == 0
    assert Settings(timeline_megabytes=10**9).valid().timeline_megabytes == 65_536
