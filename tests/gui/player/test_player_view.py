"""The player as a person uses it: keys, mouse, time, live numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QKeySequence, QPainter, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine import traces
from gui.theme import DARK, LIGHT
from gui.views.player import Names, PlayerView, scene_of
from gui.views.player.drawing.lettering import Ink
from gui.views.player.player import REFRESH_MS
from gui.views.player.scenes.convolution_scene import ConvolutionScene
from gui.views.player.scenes.convolution_step import window_rect
from gui.views.player.scenes.stamp_scene import StampScene
from tests.gui.player.cases import FILTERS, INPUT, every_kind, two_filters

Key = Qt.Key


@pytest.fixture
def player(qtbot: QtBot) -> PlayerView:
    view = PlayerView(DARK)
    qtbot.addWidget(view)
    view.resize(1208, 856)
    view.set_trace(two_filters(), title="Two filters", start_index=4)
    view.show()
    view.setFocus()
    return view


def press(view: PlayerView, *keys: Qt.Key, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    for key in keys:
        QTest.keyClick(view, key, modifier)


def scene_of_view(view: PlayerView) -> ConvolutionScene:
    assert isinstance(view.scene, ConvolutionScene)
    return view.scene


def point_on(view: PlayerView, part: str) -> QPoint:
    """The middle of the product in row 1, column 2 of channel 2, and what belongs to it."""
    layout = scene_of_view(view).layout
    block = layout.blocks[2]
    places = {
        "product": block.products.cell(1, 2),
        "kernel": block.kernel.cell(1, 2),
        "input": block.input.cell(3, 4),
        "corner": block.input.cell(1, 1),
        "output": layout.output.cell(2, 1),
        "nothing": layout.value.translated(0, 60),
    }
    return places[part].center().toPoint()


def test_shows_the_step_it_was_opened_at(player: PlayerView) -> None:
    assert player.index == 4
    assert player.breadcrumb.text == "Two filters · channel 0 · row 1, column 1"
    assert player.transport.counter.text == "5 / 18"
    assert "= 5" in player.formula.text()
    player.set_trace(two_filters(), title="Conv 2", names=Names(map="map"), start_index=(1, 0, 2))
    assert player.breadcrumb.text == "Conv 2 · map 1 · row 0, column 2"
    with pytest.raises(IndexError):
        player.set_trace(two_filters(), start_index=(2, 0, 0))


def test_keys(player: PlayerView, qtbot: QtBot) -> None:
    press(player, Key.Key_Right)
    assert player.index == 5
    press(player, Key.Key_Left, Key.Key_Left)
    assert player.index == 3
    press(player, Key.Key_Right, shift=True)
    assert player.index == 13
    press(player, Key.Key_Left, shift=True)
    assert player.index == 3
    press(player, Key.Key_End)
    assert player.index == 17
    press(player, Key.Key_Home)
    assert player.index == 0
    press(player, Key.Key_BracketRight)
    assert player.playback.speed == 2.0
    assert player.transport.speed.currentText() == "2×"
    press(player, Key.Key_BracketLeft, Key.Key_BracketLeft)
    assert player.playback.speed == 0.5
    with qtbot.waitSignal(player.closed):
        press(player, Key.Key_Escape)


def test_its_keys_are_its_own_while_it_has_the_focus(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    trained: list[int] = []
    shortcut = QShortcut(QKeySequence("Space"), window)
    shortcut.activated.connect(lambda: trained.append(1))
    view = PlayerView(DARK, window)
    view.set_trace(two_filters())
    window.resize(1208, 856)
    view.resize(1208, 856)
    window.show()
    view.setFocus()
    QTest.keyClick(view, Key.Key_Space)
    assert view.playback.playing
    assert not trained
    QTest.keyClick(view, Key.Key_Space)


def test_space_plays_and_only_then_a_timer_runs(player: PlayerView, qtbot: QtBot) -> None:
    assert not player.is_running
    press(player, Key.Key_Space)
    assert player.is_running
    press(player, Key.Key_Space)
    qtbot.waitUntil(lambda: not player.is_running)  # what moves arrives
    player.playback.speed = 16.0
    press(player, Key.Key_Space)
    qtbot.waitUntil(lambda: player.index == 17)
    qtbot.waitUntil(lambda: not player.is_running)
    assert not player.playback.playing


def test_plays_by_the_clock_alone(player: PlayerView) -> None:
    steps: list[int] = []
    player.step_changed.connect(steps.append)
    player.playback.play()
    for _ in range(5):
        player.advance(250)
    assert steps == [6, 7, 8, 9, 10]  # step 4 was done already: the first 250 ms make 5, and 6 begins
    assert player.index == steps[-1]
    player.playback.pause()
    player.advance(250)
    assert not player.playback.moving


def test_hiding_stops_the_timer(player: PlayerView) -> None:
    press(player, Key.Key_Space)
    player.hide()
    assert not player.is_running
    player.show()
    assert player.is_running
    press(player, Key.Key_Space)
    player.advance(250)


def test_bar_buttons_and_scrubber(player: PlayerView, qtbot: QtBot) -> None:
    left = Qt.MouseButton.LeftButton
    for button, index in (("forward", 5), ("back", 4), ("last", 17), ("first", 0)):
        QTest.mouseClick(getattr(player.transport, button), left)
        assert player.index == index
    scrubber = player.transport.scrubber
    QTest.mouseClick(scrubber, left, pos=QPoint(round(scrubber.position_of(12)), scrubber.height() // 2))
    assert player.index == 12
    assert [segment.label for segment in scrubber.shown_segments()] == ["Filter w_{0}", "Filter w_{1}"]
    for index in range(18):
        assert scrubber.index_at(scrubber.position_of(index)) == index
    assert scrubber.index_at(-50) == 0
    assert scrubber.index_at(5000) == 17
    player.transport.speed.chosen.emit("4")
    assert player.playback.speed == 4.0
    player.transport.loop.click()
    assert player.playback.loop
    QTest.mouseClick(player.transport.play, left)
    assert player.playback.playing
    QTest.mouseClick(player.transport.play, left)
    player.advance(250)


def test_hover_joins_stage_and_formula(player: PlayerView, qtbot: QtBot) -> None:
    term = scene_of_view(player).reading.term(2, 1, 2)
    for part in ("product", "kernel", "input"):
        QTest.mouseMove(player.stage, point_on(player, part))
        assert player.stage.hit is not None
        assert player.stage.hit.term == term
        assert player.formula._term == term
    read_out = "".join(span.text for line in player.stage.hit.lines for span in line)
    assert read_out == "1 × −1 = −1x[2,2,3] · w[0,2,1,2]".replace("-", "−")
    QTest.mouseMove(player.stage, point_on(player, "nothing"))
    assert player.stage.hit is None
    assert player.formula._term is None


def test_hovering_a_term_of_the_formula_lights_its_cells(player: PlayerView) -> None:
    formula = player.formula
    before = player.stage.grab().toImage()
    part = next(p for p in formula._numbers if p.span.term == scene_of_view(player).reading.term(2, 1, 2))
    x = round(24 + part.x + part.width / 2)
    QTest.mouseMove(formula, QPoint(x, round(formula.height() * 0.68)))
    assert player.stage._term == part.span.term
    cell = scene_of_view(player).layout.blocks[2].products.cell(1, 2)
    after = player.stage.grab().toImage()
    edge = cell.topLeft().toPoint()
    assert before.pixelColor(edge) != after.pixelColor(edge)


def test_hovering_a_number_pauses(player: PlayerView) -> None:
    hints: list[str] = []
    player.hint_changed.connect(hints.append)
    player.playback.play()
    QTest.mouseMove(player.stage, point_on(player, "kernel"))
    index = player.index
    player.advance(1000)
    assert player.index == index
    assert hints[-1] == "Held while the mouse is over a number"
    assert not player.is_running
    QTest.mouseMove(player.stage, point_on(player, "nothing"))
    player.advance(300)
    assert player.index > index
    player.playback.pause()
    player.advance(250)


def test_click_on_an_output_cell_goes_there(player: PlayerView) -> None:
    QTest.mouseClick(player.stage, Qt.MouseButton.LeftButton, pos=point_on(player, "output"))
    assert player.index == 7


def test_a_click_pins_and_escape_lets_go_before_it_closes(player: PlayerView) -> None:
    closed: list[bool] = []
    player.closed.connect(lambda: closed.append(True))
    QTest.mouseClick(player.stage, Qt.MouseButton.LeftButton, pos=point_on(player, "product"))
    player.stage.leaveEvent(None)  # type: ignore[arg-type]
    assert player.stage.hit is not None
    player.step(1)
    assert player.stage.hit is not None
    press(player, Key.Key_Escape)
    assert player.stage.hit is None
    assert not closed
    press(player, Key.Key_Escape)
    assert closed


def test_double_click_asks_for_the_cell_of_the_layer_before(player: PlayerView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(player.cell_activated) as asked:
        QTest.mouseDClick(player.stage, Qt.MouseButton.LeftButton, pos=point_on(player, "input"))
    assert asked.args == [(2, 2, 3), 0]
    with qtbot.waitSignal(player.cell_activated) as asked:
        QTest.mouseDClick(player.stage, Qt.MouseButton.LeftButton, pos=point_on(player, "corner"))
    assert asked.args == [(2, 0, 0), 0]


def newer(bias: float) -> traces.Trace:
    return traces.convolution(INPUT, FILTERS, np.array([bias, 0.0]), stride=2, padding=1)


def test_newer_numbers_keep_the_place(player: PlayerView, qtbot: QtBot) -> None:
    player.step(2)
    player.refresh(newer(11.0))
    assert player.index == 6
    assert player.trace.output[0, 2, 0] == 13
    assert player.formula.text().splitlines()[1].endswith("+ 11 = 13")
    player.refresh(newer(12.0))  # so soon after: waits
    player.refresh(newer(13.0))
    assert player.trace.output[0, 2, 0] == 13
    qtbot.waitUntil(lambda: player.trace.output[0, 2, 0] == 15, timeout=REFRESH_MS * 20)
    player.hide()


def test_frozen_holds_these_numbers_until_it_is_live_again(player: PlayerView, qtbot: QtBot) -> None:
    player.set_live(False)
    assert not player.is_live
    player.refresh(newer(11.0))
    player.refresh(newer(21.0))
    assert player.trace.output[0, 1, 1] == 5
    with qtbot.waitSignal(player.live_changed):
        player.set_live(True)
    assert player.trace.output[0, 1, 1] == 25
    player.hide()


def test_it_goes_on_playing_while_numbers_change(player: PlayerView) -> None:
    player.playback.play()
    index = player.index
    for bias in range(5):
        player.refresh(newer(float(bias)))
        player.advance(130)
    assert player.playback.playing
    assert player.index > index
    player.hide()


def test_another_shape_takes_new_places(player: PlayerView) -> None:
    player.go_to(17)
    player.refresh(traces.convolution(INPUT[:, :4, :4], FILTERS, padding=0))
    assert player.index == 7
    assert player.transport.counter.text == "8 / 8"
    player.hide()


def test_refresh_before_set_trace_is_a_mistake(qtbot: QtBot) -> None:
    view = PlayerView(DARK)
    qtbot.addWidget(view)
    with pytest.raises(ValueError, match="set_trace"):
        view.refresh(two_filters())


@pytest.mark.parametrize("size", [(1228, 500), (1528, 924), (2488, 1300)])
def test_every_kind_plays_in_both_themes(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = PlayerView(DARK)
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    for trace, names in every_kind().values():
        view.set_trace(trace, names=names, start_index=len(trace) // 2)
        view.playback.play()
        view.advance(130)
        dark = view.stage.grab().toImage()
        view.advance(5000)
        view.playback.pause()
        view.advance(250)
        view.set_theme(LIGHT)
        light = view.stage.grab().toImage()
        assert dark.pixelColor(0, 0) == DARK.stage
        assert light.pixelColor(0, 0) == LIGHT.stage
        view.set_theme(DARK)
    view.hide()


def test_window_gets_blue_digits_and_leaves_none_behind(player: PlayerView) -> None:
    """Painting in layers gives the very picture that painting at once gives."""

    def digits(index: int) -> int:
        player.go_to(index)
        image = player.stage.grab().toImage()
        grid = scene_of_view(player).layout.blocks[0].input
        rect = grid.rect.toRect()
        blue = QColor(DARK.input).rgb()
        return sum(
            image.pixel(x, y) == blue
            for x in range(rect.left() + 40, rect.right() - 40)
            for y in range(rect.top() + 40, rect.bottom() - 40)
        )

    first = digits(4)
    assert first > 20
    for index in (0, 3, 7, 8):
        player.go_to(index)
        player.stage.grab()
    assert digits(4) == first

    scene = scene_of_view(player)
    direct = QImage(player.stage.size(), QImage.Format.Format_RGB32)
    direct.fill(DARK.stage)
    painter = QPainter(direct)
    scene.render(Ink(painter), player.stage.look, player.playback.moment)
    painter.end()
    layered = player.stage.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert direct == layered


def test_moving_window_glides(player: PlayerView) -> None:
    scene = scene_of_view(player)
    grid = scene.layout.blocks[0].input
    player.playback.step(1)
    start = window_rect(scene, grid, player.playback.moment).left()
    player.playback.advance(60)
    middle = window_rect(scene, grid, player.playback.moment).left()
    player.playback.advance(400)
    end = window_rect(scene, grid, player.playback.moment).left()
    assert start < middle < end
    assert end - start == 2 * grid.width
    player._show()


def test_names_of_all_parts_for_screen_readers(player: PlayerView) -> None:
    assert player.transport.play.accessibleName() == "Play (Space)"
    assert player.close_button.accessibleName() == "Close (Esc)"
    assert player.breadcrumb.accessibleName().startswith("Two filters")


def test_the_hint_is_about_the_newest_numbers(player: PlayerView) -> None:
    hints: list[str] = []
    image = np.array([[[3.0, 1], [1, 0]]])
    player.set_trace(traces.max_pool(image, 2))
    player.hint_changed.connect(hints.append)
    player.refresh(traces.max_pool(np.ones_like(image), 2))
    assert "Tie" in hints[-1]


def test_a_shorter_trace_comes_while_the_mouse_is_over_the_stage(player: PlayerView) -> None:
    player.go_to(len(player.trace) - 1)
    QTest.mouseMove(player.stage, point_on(player, "kernel"))
    short = traces.activation(np.ones((1, 2, 2)), "relu")
    player.set_trace(short, start_index=3)
    assert player.stage.moment.index == 3
    player.stage.set_scene(scene_of(traces.activation(np.ones((1, 1, 1)), "relu"), Names()))
    assert player.stage.moment.index == 0


def test_the_title_says_that_a_map_is_switched_off_while_its_steps_are_shown(player: PlayerView) -> None:
    player.set_switched_off((1,))
    assert not player.breadcrumb.warning  # the step is of map 0
    player.go_to(player.playback.count - 1)
    assert "0 is handed on" in player.breadcrumb.warning
    assert "switched off" in player.breadcrumb.accessibleName()
    player.refresh(two_filters())
    assert player.breadcrumb.warning
    player.set_switched_off(())
    assert not player.breadcrumb.warning


def test_a_click_on_a_cell_of_a_stamp_tells_which_one_it_was(player: PlayerView) -> None:
    x, weight = INPUT[:1], FILTERS[:1, :1]
    stamping = traces.Stamping(traces.transposed_convolution(x, weight, None, stride=1))
    player.set_trace(stamping, start_index=12)
    scene = player.scene
    assert isinstance(scene, StampScene)
    clicked: list[tuple[int, ...]] = []
    player.stage.output_chosen.connect(clicked.append)
    for index in ((0, 2, 2), (0, 2, 3), (0, 6, 6)):
        rect = scene.canvas_rect(player.index, stamping.canvas_cell(index))
        assert rect is not None
        QTest.mouseClick(player.stage, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
        assert player.index == stamping.last_reaching(index)
    assert clicked == [(0, 2, 2), (0, 2, 3), (0, 6, 6)]
