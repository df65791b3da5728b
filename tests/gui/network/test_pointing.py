"""What lights up under the pointer, and what a click, a double click and the keys pin and open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme, colormaps
from tests.gui import samples
from tests.gui.network.stage import Make, grid_of, hover, image_of, place_of, point_of

# Hover


def test_hovering_a_cell_lights_up_what_it_is_made_from(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.waitSignal(view.hovered, check_params_cb=lambda *a: a == ("conv2", 8, 5, 6)):
        hover(qtbot, view, point_of(view, "conv2", 8, 5, 6))
    image = image_of(view)

    def color(x: float, y: float) -> QColor:
        return image.pixelColor(int(x), int(y))

    tile = grid_of(view, "conv2").tile(8)
    assert tile is not None
    assert color(tile.x - 2, tile.y + 20) == DARK.output  # 2 px of green around the map
    assert color(tile.x - 1, tile.y + 20) == DARK.output
    onward = grid_of(view, "pool2").tile(8)
    assert onward is not None
    assert color(onward.x + 20, onward.bottom + 1) == DARK.output
    for index in range(6):
        near = grid_of(view, "pool1").cells(index, (5, 9), (6, 10))
        assert near is not None
        assert color(near.x - 1, near.y + 4) == DARK.input
        assert color(near.x - 2, near.y + 4) == DARK.input
        far = grid_of(view, "conv1").cells(index, (10, 19), (12, 21))
        assert far is not None
        assert color(far.x - 1, far.y + 4) == DARK.input
        assert color(far.x - 2, far.y + 4) != DARK.input
        kernels = place_of(view, "conv2").kernels
        assert kernels is not None
        kernel = kernels.tile(index)
        assert kernel is not None
        assert color(kernel.x + 10, kernel.y - 2) == DARK.kernel
    field = grid_of(view, "input").cells(0, (8, 21), (10, 23))
    assert field is not None
    assert color(field.x - 1, field.y + 30) == DARK.input
    assert color(field.x + field.width + 1, field.y + 30) == DARK.input
    qtbot.mouseMove(view.canvas, QPoint(600, 400))  # between the columns


def test_maps_out_of_the_chain_step_back(qtbot: QtBot, make: Make) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot)
    point = point_of(view, "conv2", 0, 2, 2)
    before = image_of(view).pixelColor(point)
    hover(qtbot, view, point_of(view, "conv2", 8, 5, 6))
    after = image_of(view).pixelColor(point)
    for channel in ("red", "green", "blue"):
        plain, stage = getattr(before, channel)(), getattr(DARK.stage, channel)()
        assert abs(getattr(after, channel)() - (plain + (stage - plain) * 0.25)) <= 2
    inside, outside = point_of(view, "input", 0, 15, 15), point_of(view, "input", 0, 6, 20)
    image = image_of(view)
    table = colormaps.lut(DARK, "input")
    assert image.pixel(inside) == table[snapshot.sample.picture[0, 15, 15]]
    assert image.pixel(outside) != table[snapshot.sample.picture[0, 6, 20]]


def test_leaving_puts_the_light_out(qtbot: QtBot, make: Make) -> None:
    view = make()
    before = image_of(view)
    hover(qtbot, view, point_of(view, "conv2", 8, 5, 6))
    assert image_of(view) != before
    with qtbot.waitSignal(view.hovered, check_params_cb=lambda *a: a == ("", -1, -1, -1)):
        QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert image_of(view) == before


@pytest.mark.parametrize("node", ["input", "conv1", "pool1", "conv2", "pool2", "act3", "act4", "output"])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_everything_can_be_hovered(qtbot: QtBot, make: Make, node: str, theme: Theme) -> None:
    view = make(theme=theme, snapshot=samples.lenet_snapshot(focus="conv2"))
    before = image_of(view)
    hover(qtbot, view, point_of(view, node, 0 if node == "input" else 3, 1, 1))
    assert view.canvas.hovering is not None
    assert view.canvas.hovering.hit.node == node
    assert image_of(view) != before


def test_kernels_headings_words_and_scales_can_be_hovered(qtbot: QtBot, make: Make) -> None:
    view = make()
    layout = view.canvas.layout_now
    assert layout is not None
    conv2 = place_of(view, "conv2")
    assert conv2.kernels is not None
    assert conv2.bar is not None
    kernel = conv2.kernels.cells(2, (1, 1), (3, 3))
    assert kernel is not None
    points = {
        ("kernel", "conv2"): (kernel.center_x, kernel.center_y),
        ("heading", "conv2"): (conv2.heading.center, conv2.heading.top + 8),
        ("word", "act1"): (layout.arrows[1].places[0][1].center_x, layout.arrows[1].places[0][1].center_y),
        ("scale", "conv2"): (conv2.bar.center_x, conv2.bar.y + 3),
        ("heading", "softmax"): (layout.places[-1].heading.center, layout.places[-1].heading.top + 8),
    }
    still = image_of(view)
    for (what, node), (x, y) in points.items():
        hover(qtbot, view, QPoint(int(x), int(y)))
        assert view.canvas.hovering is not None, what
        assert (str(view.canvas.hovering.hit.what), view.canvas.hovering.hit.node) == (what, node)
        assert image_of(view) != still
    hit = view.canvas.hit(QPointF(kernel.center_x, kernel.center_y))
    assert hit is not None
    assert (hit.map, hit.channel, hit.row, hit.column) == (0, 2, 1, 3)


# Click, pin, open


def test_a_click_pins_and_escape_lets_go(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.waitSignal(view.pinned) as told:
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=point_of(view, "conv2", 8, 5, 6))
    assert told.args == ["conv2", 8, 5, 6]
    assert view.pinned_cell() == ("conv2", 8, 5, 6)
    view.canvas.forget_pointer()
    tile = grid_of(view, "conv2").tile(8)
    assert tile is not None
    assert image_of(view).pixelColor(tile.x - 2, tile.y + 20) == DARK.output
    with qtbot.waitSignal(view.unpinned):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.pinned_cell() is None
    assert image_of(view).pixelColor(tile.x - 2, tile.y + 20) != DARK.output


def test_a_pin_from_outside_is_silent_and_brought_inside(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.assertNotEmitted(view.pinned):
        assert view.pin("conv2", 99, 50, -3)
    assert view.pinned_cell() == ("conv2", 15, 9, 0)
    assert view.pin("dense1", 7)
    assert view.pinned_cell() == ("act3", 7, 0, 0)
    assert not view.pin("nothing", 0)
    view.set_graph(samples.mlp_graph(), None)
    assert view.pinned_cell() is None


def test_pinning_a_hidden_map_turns_the_page(make: Make) -> None:
    graph = samples.deep_graph((64, 128, 256))
    view = make(graph, samples.snapshot(graph))
    grid = grid_of(view, "conv3_1")
    assert 200 not in grid.shown
    view.pin("conv3_1", 200, 1, 1)
    assert 200 in grid_of(view, "conv3_1").shown
    view.pin("pool3", 60, 1, 1)
    assert 60 in grid_of(view, "pool3").shown
    assert grid_of(view, "pool3").shown == grid_of(view, "conv3_2").shown


def test_a_click_on_the_note_turns_the_page(qtbot: QtBot, make: Make) -> None:
    graph = samples.deep_graph((64, 128, 256))
    snapshot = samples.snapshot(graph)
    view = make(graph, snapshot, size=(1900, 800))
    seen = set()
    while True:
        grid = grid_of(view, "conv1_1")
        if seen.issuperset(grid.shown):
            break
        seen.update(grid.shown)
        image = image_of(view)
        point = point_of(view, "conv1_1", grid.first, 9, 9)
        expected = colormaps.lut(DARK, "activation_signed")[snapshot.maps["conv1_1"].pixels[grid.first, 9, 9]]
        assert image.pixel(point) == expected
        heading = place_of(view, "conv1_1").heading
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(heading.center), heading.top + 40))
    assert seen == set(range(64))


@pytest.mark.parametrize(
    ("node", "index", "opened"),
    [
        ("conv2", (8, 5, 6), ("conv2", (8, 5, 6))),
        ("pool1", (2, 3, 4), ("pool1", (2, 3, 4))),
        ("act3", (17, 0, 0), ("dense1", (17,))),
        ("output", (4, 0, 0), ("softmax", (4,))),
    ],
)
def test_a_double_click_opens_the_step_of_a_cell(
    qtbot: QtBot, make: Make, node: str, index: tuple[int, int, int], opened: tuple[str, tuple[int, ...]]
) -> None:
    view = make()
    with qtbot.waitSignal(view.cell_activated) as told:
        qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=point_of(view, node, *index))
    assert tuple(told.args) == opened


def test_a_double_click_on_a_logit_opens_the_last_dense_layer(qtbot: QtBot, make: Make) -> None:
    view = make()
    classes = place_of(view, "output").classes
    assert classes is not None
    point = QPoint(classes.logit_right - 6, round(classes.middle(2)))
    with qtbot.waitSignal(view.cell_activated) as told:
        qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert told.args == ["output", (2,)]


def test_headings_words_and_kernels_open_their_layer(qtbot: QtBot, make: Make) -> None:
    view = make()
    layout = view.canvas.layout_now
    assert layout is not None
    heading = layout.places[3].heading
    word = next(rect for word, rect in layout.arrows[4].places if word.node == "act3")
    kernels = layout.places[1].kernels
    assert kernels is not None
    tile = kernels.tile(4)
    assert tile is not None
    for x, y, node in (
        (heading.center, heading.top + 8, "conv2"),
        (word.center_x, word.center_y, "act3"),
        (tile.center_x, tile.center_y, "conv1"),
    ):
        with qtbot.waitSignal(view.layer_activated) as told:
            qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))
        assert told.args == [node]


def test_the_input_cannot_be_pinned_and_an_empty_place_lets_go(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.assertNotEmitted(view.pinned):
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=point_of(view, "input", 0, 9, 9))
    view.pin("conv1", 1, 1, 1)
    qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(460, 640))
    assert view.pinned_cell() is None


# Keys


def test_keys_walk_from_cell_to_cell(qtbot: QtBot, make: Make) -> None:
    view = make()
    view.pin("conv2", 8, 5, 6)
    canvas = view.canvas
    for key, cell in (
        (Qt.Key.Key_Right, ("conv2", 8, 5, 7)),
        (Qt.Key.Key_Up, ("conv2", 8, 4, 7)),
        (Qt.Key.Key_PageDown, ("conv2", 9, 4, 7)),
        (Qt.Key.Key_PageUp, ("conv2", 8, 4, 7)),
        (Qt.Key.Key_Left, ("conv2", 8, 4, 6)),
        (Qt.Key.Key_Down, ("conv2", 8, 5, 6)),
    ):
        with qtbot.waitSignal(view.pinned) as told:
            qtbot.keyClick(canvas, key)
        assert tuple(told.args) == cell
    with qtbot.waitSignal(view.pinned) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert told.args == ["pool2", 8, 2, 3]
    with qtbot.waitSignal(view.cell_activated) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told.args == ["pool2", (8, 2, 3)]
    view.pin("act3", 10)
    with qtbot.waitSignal(view.pinned) as told:
        qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert told.args == ["act3", 11, 0, 0]


def test_the_first_arrow_key_pins_the_first_map(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.waitSignal(view.pinned) as told:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Down)
    assert told.args == ["conv1", 0, 14, 14]


def test_arrow_keys_belong_to_the_window_until_a_cell_is_pinned(make: Make) -> None:
    view = make()

    def taken(key: Qt.Key) -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(view.canvas, event)
        return event.isAccepted()

    assert not taken(Qt.Key.Key_Left)
    assert not taken(Qt.Key.Key_Escape)
    assert taken(Qt.Key.Key_Plus)
    view.pin("conv1", 0, 3, 3)
    assert taken(Qt.Key.Key_Left)
    assert taken(Qt.Key.Key_Escape)
    assert not taken(Qt.Key.Key_Space)
