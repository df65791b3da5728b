"""The stage as it is painted and used: pixels, pointer, keys, controls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.messages import Graph, Maps, Quantity, Scale, Snapshot
from gui.theme import DARK, LIGHT, Theme, colormaps
from gui.views.network import NetworkView
from gui.views.network.geometry import Grid
from gui.views.network.places import Place
from tests.gui import samples

Make = Callable[..., NetworkView]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def maker(
        graph: Graph | None = None,
        snapshot: Snapshot | None = None,
        *,
        size: tuple[int, int] = (1528, 672),
        theme: Theme = DARK,
        density: str = "large",
        classes: tuple[str, ...] = samples.DIGITS,
    ) -> NetworkView:
        graph = graph or samples.lenet_graph()
        view = NetworkView(theme)
        qtbot.addWidget(view)
        view.set_density(density)
        view.resize(*size)
        view.set_graph(graph, samples.facts(graph, classes))
        view.set_snapshot(snapshot or samples.snapshot(graph))
        view.show()
        return view

    return maker


def _image(view: NetworkView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def _place(view: NetworkView, node: str) -> Place:
    layout = view.canvas.layout_now
    assert layout is not None
    place = layout.place(node)
    assert place is not None
    return place


def _grid(view: NetworkView, node: str) -> Grid:
    grid = _place(view, node).grid
    assert grid is not None
    return grid


def _point(view: NetworkView, node: str, index: int, row: int = 0, column: int = 0) -> QPoint:
    """The middle of a cell or unit, in the view."""
    place = _place(view, node)
    if place.strip is not None:
        box = place.strip.unit(index)
    elif place.classes is not None:
        return QPoint(round(place.classes.bar_x + 20), round(place.classes.middle(index)))
    else:
        assert place.grid is not None
        box = place.grid.cells(index, (row, row), (column, column))  # type: ignore[assignment]
    assert box is not None
    camera = view.canvas.camera
    return QPoint(int(box.center_x * camera.zoom + camera.x), int(box.center_y * camera.zoom + camera.y))


def _hover(qtbot: QtBot, view: NetworkView, point: QPoint) -> None:
    qtbot.mouseMove(view.canvas, point + QPoint(1, 1))
    qtbot.mouseMove(view.canvas, point)


# What is painted


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(("size", "density"), [((1528, 672), "large"), ((1232, 500), "small")])
def test_tiles_show_the_values_in_the_colours_of_the_map(
    make: Make, theme: Theme, size: tuple[int, int], density: str
) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot, theme=theme, size=size, density=density)
    image = _image(view)
    rng = np.random.default_rng(3)
    for node, kind in (("conv1", "activation_signed"), ("pool1", "activation"), ("conv2", "activation_signed")):
        table, maps = colormaps.lut(theme, kind), snapshot.maps[node]  # type: ignore[arg-type]
        count, height, width = maps.pixels.shape
        for _ in range(40):
            index, row, column = rng.integers(count), rng.integers(height), rng.integers(width)
            color = image.pixel(_point(view, node, int(index), int(row), int(column)))
            assert color == table[maps.pixels[index, row, column]], (node, index, row, column)
    table = colormaps.lut(theme, "activation")
    for unit in range(0, 120, 7):
        color = image.pixel(_point(view, "act3", unit))
        assert color == table[snapshot.maps["act3"].pixels[unit, 0, 0]]
    table = colormaps.lut(theme, "input")
    for row, column in ((0, 0), (6, 14), (20, 10)):
        assert image.pixel(_point(view, "input", 0, row, column)) == table[snapshot.sample.picture[0, row, column]]


def test_kernels_are_those_of_each_map_and_of_the_map_at_hand(qtbot: QtBot, make: Make) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot)
    table = colormaps.lut(DARK, "weight_signed")

    def color(image: QImage, node: str, tile: int, row: int, column: int) -> int:
        grid = _place(view, node).kernels
        assert grid is not None
        spot = grid.cells(tile, (row, row), (column, column))
        assert spot is not None
        return image.pixel(int(spot.center_x), int(spot.center_y))

    image = _image(view)
    for tile in range(6):
        assert color(image, "conv1", tile, 2, 3) == table[snapshot.kernels["conv1"].pixels[tile, 2, 3]]
        assert color(image, "conv2", tile, 4, 1) == table[snapshot.kernels["conv2"].pixels[tile, 4, 1]]
    _hover(qtbot, view, _point(view, "conv2", 8, 5, 6))
    image = _image(view)
    for tile in range(6):
        assert color(image, "conv2", tile, 4, 1) == table[snapshot.kernels["conv2"].pixels[8 * 6 + tile, 4, 1]]


def test_a_colour_picture_keeps_its_colours(make: Make) -> None:
    graph = samples.lenet_graph(channels=3, size=32)
    snapshot = samples.snapshot(graph)
    view = make(graph, snapshot, theme=LIGHT)
    red, green, blue = (int(value) for value in snapshot.sample.picture[:, 8, 12])
    assert QColor(_image(view).pixel(_point(view, "input", 0, 8, 12))).getRgb()[:3] == (red, green, blue)


def test_a_new_snapshot_changes_the_pictures(make: Make) -> None:
    view = make()
    other = samples.lenet_snapshot(seed=5)
    before = _image(view)
    view.set_snapshot(other)
    image = _image(view)
    point = _point(view, "conv2", 3, 4, 4)
    assert image.pixel(point) == colormaps.lut(DARK, "activation_signed")[other.maps["conv2"].pixels[3, 4, 4]]
    heading = QRect(0, 0, 1528, 92)
    assert image.copy(heading) == before.copy(heading)


def test_a_snapshot_of_another_network_leaves_the_maps(make: Make) -> None:
    view = make()
    before = _image(view)
    view.set_snapshot(samples.snapshot(samples.lenet_graph(channels=3, size=32), seed=9))
    grid = _grid(view, "conv1")
    assert _image(view).copy(QRect(*grid.rect)) == before.copy(QRect(*grid.rect))


def test_bars_ticks_and_verdict(make: Make) -> None:
    snapshot = samples.lenet_snapshot(label=3, predicted=7)
    view = make(snapshot=snapshot)
    classes = _place(view, "output").classes
    assert classes is not None
    image = _image(view)
    for row in range(10):
        bar = classes.bar(row)
        filled = round(float(snapshot.probabilities[row]) * bar.width)
        y = int(classes.middle(row))
        if filled > 6:
            assert image.pixelColor(bar.x + filled // 2, y) == DARK.output
        if filled < bar.width - 6:
            assert image.pixelColor(bar.right - 4, y) == DARK.track
        tick = image.pixelColor(bar.right, y - 5)
        assert tick == (DARK.error if row == 3 else DARK.stage)
    box = classes.verdict
    colors = {image.pixel(x, y) for x in range(box.x, box.right) for y in range(box.y, box.bottom)}
    assert DARK.error.rgb() in colors  # "wrong, target 3"
    view.set_snapshot(samples.lenet_snapshot(label=None, predicted=7))
    image = _image(view)
    colors = {image.pixel(x, y) for x in range(box.x, box.right) for y in range(box.y, box.bottom)}
    assert DARK.error.rgb() not in colors


def test_gradients_show_the_input_s_too_and_are_framed_in_violet(make: Make) -> None:
    snapshot = samples.lenet_snapshot(quantity=Quantity.GRADIENTS)
    view = make(snapshot=snapshot)
    image = _image(view)
    table = colormaps.lut(DARK, "activation_signed")
    assert image.pixel(_point(view, "input", 0, 9, 9)) == table[snapshot.maps["input"].pixels[0, 9, 9]]
    tile = _grid(view, "conv1").tile(0)
    assert tile is not None
    frame = image.pixelColor(tile.x - 1, tile.y + 10)
    assert frame.blue() > frame.green() + 20
    assert image.pixelColor(tile.x - 2, tile.y + 10) == DARK.stage


def test_lines_are_painted_again_only_for_other_links(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = []
    from gui.views.network import live

    real = live.paint_lines
    monkeypatch.setattr(live, "paint_lines", lambda *a, **k: (painted.append(a[2].column.node), real(*a, **k)))
    first = samples.lenet_snapshot()
    view = make(snapshot=first)
    view.grab()
    assert painted == ["act3", "act4", "output"]
    view.set_snapshot(samples.lenet_snapshot(seed=1, links=first.links))
    view.grab()
    assert painted == ["act3", "act4", "output"]
    view.set_snapshot(samples.lenet_snapshot(seed=2))
    view.grab()
    assert painted == ["act3", "act4", "output"] * 2


def test_numbers_follow_later_but_surely(qtbot: QtBot, make: Make) -> None:
    first = samples.lenet_snapshot()
    view = make(snapshot=first)
    view.grab()
    bar = _place(view, "conv1").bar
    assert bar is not None
    below = QRect(bar.x, bar.bottom + 4, bar.width, 12)
    before = _image(view).copy(below)
    maps = dict(first.maps)
    old = maps["conv1"]
    maps["conv1"] = Maps(old.pixels, old.limits * 7, old.signed)
    later = Snapshot(**{**first.__dict__, "maps": maps, "serial": 2})
    view.set_snapshot(later)
    qtbot.waitUntil(lambda: _image(view).copy(below) != before)


def test_export_paints_at_any_size(make: Make) -> None:
    view = make()
    picture = QImage(1000, 600, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.magenta)
    painter = QPainter(picture)
    view.paint_to(painter, QRect(0, 0, 1000, 600))
    painter.end()
    assert picture.pixelColor(2, 2) == DARK.stage
    colors = {picture.pixel(x, 300) for x in range(1000)}
    assert len(colors) > 20
    assert QColor(Qt.GlobalColor.magenta).rgb() not in colors


def test_without_a_network_it_says_so(qtbot: QtBot) -> None:
    view = NetworkView(LIGHT)
    qtbot.addWidget(view)
    view.resize(800, 400)
    assert len({_image(view).pixel(x, 200) for x in range(800)}) > 1
    assert view.watch_nodes() == ()
    assert view.input_rect().isEmpty()
    assert not view.pin("conv1", 0)


# Hover


def test_hovering_a_cell_lights_up_what_it_is_made_from(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.waitSignal(view.hovered, check_params_cb=lambda *a: a == ("conv2", 8, 5, 6)):
        _hover(qtbot, view, _point(view, "conv2", 8, 5, 6))
    image = _image(view)

    def color(x: float, y: float) -> QColor:
        return image.pixelColor(int(x), int(y))

    tile = _grid(view, "conv2").tile(8)
    assert tile is not None
    assert color(tile.x - 2, tile.y + 20) == DARK.output  # 2 px of green around the map
    assert color(tile.x - 1, tile.y + 20) == DARK.output
    onward = _grid(view, "pool2").tile(8)
    assert onward is not None
    assert color(onward.x + 20, onward.bottom + 1) == DARK.output
    for index in range(6):
        near = _grid(view, "pool1").cells(index, (5, 9), (6, 10))
        assert near is not None
        assert color(near.x - 1, near.y + 4) == DARK.input
        assert color(near.x - 2, near.y + 4) == DARK.input
        far = _grid(view, "conv1").cells(index, (10, 19), (12, 21))
        assert far is not None
        assert color(far.x - 1, far.y + 4) == DARK.input
        assert color(far.x - 2, far.y + 4) != DARK.input
        kernels = _place(view, "conv2").kernels
        assert kernels is not None
        kernel = kernels.tile(index)
        assert kernel is not None
        assert color(kernel.x + 10, kernel.y - 2) == DARK.kernel
    field = _grid(view, "input").cells(0, (8, 21), (10, 23))
    assert field is not None
    assert color(field.x - 1, field.y + 30) == DARK.input
    assert color(field.x + field.width + 1, field.y + 30) == DARK.input
    qtbot.mouseMove(view.canvas, QPoint(600, 400))  # between the columns


def test_maps_out_of_the_chain_step_back(qtbot: QtBot, make: Make) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot)
    point = _point(view, "conv2", 0, 2, 2)
    before = _image(view).pixelColor(point)
    _hover(qtbot, view, _point(view, "conv2", 8, 5, 6))
    after = _image(view).pixelColor(point)
    for channel in ("red", "green", "blue"):
        plain, stage = getattr(before, channel)(), getattr(DARK.stage, channel)()
        assert abs(getattr(after, channel)() - (plain + (stage - plain) * 0.25)) <= 2
    inside, outside = _point(view, "input", 0, 15, 15), _point(view, "input", 0, 6, 20)
    image = _image(view)
    table = colormaps.lut(DARK, "input")
    assert image.pixel(inside) == table[snapshot.sample.picture[0, 15, 15]]
    assert image.pixel(outside) != table[snapshot.sample.picture[0, 6, 20]]


def test_leaving_puts_the_light_out(qtbot: QtBot, make: Make) -> None:
    view = make()
    before = _image(view)
    _hover(qtbot, view, _point(view, "conv2", 8, 5, 6))
    assert _image(view) != before
    with qtbot.waitSignal(view.hovered, check_params_cb=lambda *a: a == ("", -1, -1, -1)):
        QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert _image(view) == before


@pytest.mark.parametrize("node", ["input", "conv1", "pool1", "conv2", "pool2", "act3", "act4", "output"])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_everything_can_be_hovered(qtbot: QtBot, make: Make, node: str, theme: Theme) -> None:
    view = make(theme=theme, snapshot=samples.lenet_snapshot(focus="conv2"))
    before = _image(view)
    _hover(qtbot, view, _point(view, node, 0 if node == "input" else 3, 1, 1))
    assert view.canvas.hovering is not None
    assert view.canvas.hovering.hit.node == node
    assert _image(view) != before


def test_kernels_headings_words_and_scales_can_be_hovered(qtbot: QtBot, make: Make) -> None:
    view = make()
    layout = view.canvas.layout_now
    assert layout is not None
    conv2 = _place(view, "conv2")
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
    still = _image(view)
    for (what, node), (x, y) in points.items():
        _hover(qtbot, view, QPoint(int(x), int(y)))
        assert view.canvas.hovering is not None, what
        assert (str(view.canvas.hovering.hit.what), view.canvas.hovering.hit.node) == (what, node)
        assert _image(view) != still
    hit = view.canvas.hit(QPointF(kernel.center_x, kernel.center_y))
    assert hit is not None
    assert (hit.map, hit.channel, hit.row, hit.column) == (0, 2, 1, 3)


# Click, pin, open


def test_a_click_pins_and_escape_lets_go(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.waitSignal(view.pinned) as told:
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, "conv2", 8, 5, 6))
    assert told.args == ["conv2", 8, 5, 6]
    assert view.pinned_cell() == ("conv2", 8, 5, 6)
    view.canvas.forget_pointer()
    tile = _grid(view, "conv2").tile(8)
    assert tile is not None
    assert _image(view).pixelColor(tile.x - 2, tile.y + 20) == DARK.output
    with qtbot.waitSignal(view.unpinned):
        qtbot.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert view.pinned_cell() is None
    assert _image(view).pixelColor(tile.x - 2, tile.y + 20) != DARK.output


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
    grid = _grid(view, "conv3_1")
    assert 200 not in grid.shown
    view.pin("conv3_1", 200, 1, 1)
    assert 200 in _grid(view, "conv3_1").shown
    view.pin("pool3", 60, 1, 1)
    assert 60 in _grid(view, "pool3").shown
    assert _grid(view, "pool3").shown == _grid(view, "conv3_2").shown


def test_a_click_on_the_note_turns_the_page(qtbot: QtBot, make: Make) -> None:
    graph = samples.deep_graph((64, 128, 256))
    snapshot = samples.snapshot(graph)
    view = make(graph, snapshot, size=(1900, 800))
    seen = set()
    while True:
        grid = _grid(view, "conv1_1")
        if seen.issuperset(grid.shown):
            break
        seen.update(grid.shown)
        image = _image(view)
        point = _point(view, "conv1_1", grid.first, 9, 9)
        expected = colormaps.lut(DARK, "activation_signed")[snapshot.maps["conv1_1"].pixels[grid.first, 9, 9]]
        assert image.pixel(point) == expected
        heading = _place(view, "conv1_1").heading
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
        qtbot.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, node, *index))
    assert tuple(told.args) == opened


def test_a_double_click_on_a_logit_opens_the_last_dense_layer(qtbot: QtBot, make: Make) -> None:
    view = make()
    classes = _place(view, "output").classes
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
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=_point(view, "input", 0, 9, 9))
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


# Zoom and pan


def _wheel(view: NetworkView, at: QPoint, dy: int, modifiers: Qt.KeyboardModifier) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(at), QPointF(view.canvas.mapToGlobal(at)), QPoint(), QPoint(0, dy), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.canvas, event)
    return event


def test_the_wheel_with_ctrl_zooms_about_the_cursor(qtbot: QtBot, make: Make) -> None:
    snapshot = samples.lenet_snapshot()
    view = make(snapshot=snapshot)
    at = _point(view, "conv2", 8, 5, 6)
    with qtbot.waitSignal(view.zoom_changed):
        _wheel(view, at, 480, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom() > 1.8
    hit = view.canvas.hit(QPointF(at))
    assert hit is not None
    assert (hit.node, hit.map, hit.row, hit.column) == ("conv2", 8, 5, 6)
    view.canvas.forget_pointer()
    table = colormaps.lut(DARK, "activation_signed")
    image = _image(view)
    for index, row, column in ((8, 5, 6), (8, 0, 0), (9, 9, 9)):
        point = _point(view, "conv2", index, row, column)
        assert image.pixel(point) == table[snapshot.maps["conv2"].pixels[index, row, column]]
    assert view.header.zoom_out.isVisible()


def test_zoom_in_out_fit_by_buttons_keys_and_calls(qtbot: QtBot, make: Make) -> None:
    view = make()
    qtbot.mouseClick(view.header.zoom_in, Qt.MouseButton.LeftButton)
    assert view.zoom() == 1.25
    qtbot.keyClick(view.canvas, Qt.Key.Key_Plus)
    assert view.zoom() == 1.5
    qtbot.keyClick(view.canvas, Qt.Key.Key_Minus)
    assert view.zoom() == 1.25
    qtbot.mouseClick(view.header.fit, Qt.MouseButton.LeftButton)
    assert view.zoom() == 1.0
    view.set_zoom(40)
    assert view.zoom() == 8.0
    view.set_zoom(0.001)
    assert view.zoom() == 0.25
    assert not view.switch.isVisible()  # it would be larger than the picture
    view.fit()
    assert view.switch.isVisible()


@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
def test_dragging_pans_and_does_not_pin(qtbot: QtBot, make: Make, button: Qt.MouseButton) -> None:
    view = make()
    view.set_zoom(3.0)
    before = view.canvas.camera
    with qtbot.assertNotEmitted(view.pinned):
        qtbot.mousePress(view.canvas, button, pos=QPoint(700, 300))
        qtbot.mouseMove(view.canvas, QPoint(680, 300))
        qtbot.mouseMove(view.canvas, QPoint(640, 260))
        qtbot.mouseRelease(view.canvas, button, pos=QPoint(640, 260))
    after = view.canvas.camera
    assert (after.x - before.x, after.y - before.y) == (-60, -40)


def test_at_100_per_cent_there_is_nothing_to_pan(qtbot: QtBot, make: Make) -> None:
    view = make()
    before = view.canvas.camera
    qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(460, 300))
    qtbot.mouseMove(view.canvas, QPoint(400, 300))
    qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert view.canvas.camera == before
    event = _wheel(view, QPoint(700, 300), 120, Qt.KeyboardModifier.NoModifier)
    assert not event.isAccepted()


def test_scrolling_pans_when_zoomed(make: Make) -> None:
    view = make()
    view.set_zoom(3.0)
    before = view.canvas.camera
    _wheel(view, QPoint(700, 300), 120, Qt.KeyboardModifier.NoModifier)
    assert view.canvas.camera.y == before.y + 60
    _wheel(view, QPoint(700, 300), 120, Qt.KeyboardModifier.ShiftModifier)
    assert view.canvas.camera.x == before.x + 60


def test_what_does_not_fit_is_shown_smaller_until_the_user_zooms(make: Make) -> None:
    graph = samples.deep_graph((64, 128, 256, 512), size=64, classes=100)
    view = make(graph, samples.snapshot(graph), size=(1100, 500), density="small")
    assert view.zoom() < 1.0
    layout = view.canvas.layout_now
    assert layout is not None
    assert layout.width * view.zoom() <= 1101
    view.resize(3000, 900)
    assert view.zoom() == 1.0
    view.set_zoom(2.0)
    view.resize(2900, 900)
    assert view.zoom() == 2.0


# The controls


def test_the_header_tells_quantity_and_scale(qtbot: QtBot, make: Make) -> None:
    view = make()
    segment = view.header.quantity.segment_rects()[1].center().toPoint()
    with qtbot.waitSignal(view.quantity_changed) as told:
        qtbot.mouseClick(view.header.quantity, Qt.MouseButton.LeftButton, pos=segment)
    assert told.args == [Quantity.GRADIENTS]
    assert view.quantity is Quantity.GRADIENTS
    with qtbot.waitSignal(view.scale_changed) as told:
        view.header.scale.activated.emit(1)
    assert told.args == [Scale.MAP]
    with qtbot.assertNotEmitted(view.scale_changed), qtbot.assertNotEmitted(view.quantity_changed):
        view.set_scale(Scale.NETWORK)
        view.set_quantity(Quantity.ACTIVATIONS)
    assert (view.scale, view.quantity) == (Scale.NETWORK, Quantity.ACTIVATIONS)
    assert view.header_rect() == QRect(0, 0, 1528, 48)


def test_what_is_watched_follows_quantity_and_zoom(qtbot: QtBot, make: Make) -> None:
    view = make()
    everything = ("conv1", "pool1", "conv2", "pool2", "dense1", "act3", "dense2", "act4", "output")
    assert view.watch_nodes() == everything
    with qtbot.waitSignal(view.watch_changed) as told:
        segment = view.header.quantity.segment_rects()[1].center().toPoint()
        qtbot.mouseClick(view.header.quantity, Qt.MouseButton.LeftButton, pos=segment)
    assert told.args == [("input", *everything)]
    view.set_quantity(Quantity.ACTIVATIONS)
    view.set_zoom(8.0, QPointF(_point(view, "conv2", 8, 5, 6)))
    assert view.watch_nodes() == ("conv2",)


def test_samples_buttons_and_thumbnails(qtbot: QtBot, make: Make) -> None:
    view = make(snapshot=samples.lenet_snapshot(index=34))
    view.set_gallery(samples.gallery(10, start=30))
    assert view.strip.thumbnails.chosen == 4
    assert view.strip.caption.shown == "Test 34 label 7"
    assert view.gallery_size == 10
    for button, direction in ((view.strip.previous, -1), (view.strip.following, 1)):
        with qtbot.waitSignal(view.sample_requested) as told:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert told.args == [direction]
    with qtbot.waitSignal(view.thumbnail_clicked) as told:
        center = view.strip.thumbnails.rect_of(7).center()
        qtbot.mouseClick(view.strip.thumbnails, Qt.MouseButton.LeftButton, pos=center)
    assert told.args == [37]
    with qtbot.waitSignal(view.edit_requested):
        qtbot.mouseClick(view.strip.edit, Qt.MouseButton.LeftButton)
    view.set_snapshot(samples.lenet_snapshot(index=2))
    assert view.strip.thumbnails.chosen == -1


def test_thumbnails_by_key(qtbot: QtBot, make: Make) -> None:
    view = make()
    view.set_gallery(samples.gallery(10, start=30))
    thumbs = view.strip.thumbnails
    qtbot.keyClick(thumbs, Qt.Key.Key_Down)
    qtbot.keyClick(thumbs, Qt.Key.Key_Left)
    with qtbot.waitSignal(view.thumbnail_clicked) as told:
        qtbot.keyClick(thumbs, Qt.Key.Key_Return)
    assert told.args == [38]


def test_thumbnails_show_the_pictures(make: Make) -> None:
    view = make(theme=LIGHT)
    gallery = samples.gallery(10, start=30)
    view.set_gallery(gallery)
    thumbs = view.strip.thumbnails
    image = thumbs.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rect = thumbs.rect_of(3)
    table = colormaps.lut(LIGHT, "input")
    for row, column in ((6, 12), (20, 9)):
        expected = table[gallery.pictures[3, 0, row, column]]
        assert image.pixel(rect.x() + column, rect.y() + row) == expected


def test_the_menu_of_samples(qtbot: QtBot, make: Make) -> None:
    view = make(classes=samples.FASHION)
    menu = view.strip.caption.menu()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Random sample", "All classes", *samples.FASHION, "Only mistakes"]
    by_text = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(view.sample_requested) as told:
        by_text["Random sample"].trigger()
    assert told.args == [0]
    with qtbot.waitSignal(view.filter_changed) as told:
        by_text["bag"].trigger()
    assert told.args == [8, False]
    with qtbot.waitSignal(view.filter_changed) as told:
        by_text["Only mistakes"].trigger()
    assert told.args == [8, True]
    menu.deleteLater()
    again = view.strip.caption.menu()
    checked = [action.text() for action in again.actions() if action.isChecked()]
    assert checked == ["bag", "Only mistakes"]
    again.deleteLater()


def test_drawing_leaves_the_input_to_the_sketch_pad(qtbot: QtBot, make: Make) -> None:
    view = make()
    assert view.input_rect() == QRect(24, 268, 196, 196)
    segment = view.switch.segment_rects()[1].center().toPoint()
    with qtbot.waitSignal(view.draw_toggled) as told:
        qtbot.mouseClick(view.switch, Qt.MouseButton.LeftButton, pos=segment)
    assert told.args == [True]
    assert _image(view).pixelColor(100, 350) == DARK.stage
    with qtbot.assertNotEmitted(view.draw_toggled):
        view.set_drawing(False)
    assert view.switch.value == "samples"
    with qtbot.waitSignal(view.layout_changed):
        view.set_zoom(2.0, QPointF(0, 300))
    assert view.input_rect().width() == 392


def test_the_field_lies_over_the_sketch_pad(qtbot: QtBot, make: Make) -> None:
    view = make()
    view.set_drawing(True)
    pad = QWidget(view)
    pad.setAutoFillBackground(True)
    pad.setStyleSheet("background: #ffffff;")
    pad.setGeometry(view.input_rect())
    pad.show()
    pad.raise_()
    spot = _grid(view, "input").cells(0, (8, 21), (10, 23))
    assert spot is not None
    assert _image(view).pixelColor(int(spot.x) - 1, int(spot.y) + 30) == QColor("#ffffff")
    _hover(qtbot, view, _point(view, "conv2", 8, 5, 6))
    assert _image(view).pixelColor(int(spot.x) - 1, int(spot.y) + 30) == DARK.input
    assert view.childAt(view.input_rect().center()) is pad  # the pen still reaches the pad
    view.canvas.forget_pointer()
    assert _image(view).pixelColor(int(spot.x) - 1, int(spot.y) + 30) == QColor("#ffffff")


def test_a_narrow_header_keeps_name_and_cost(make: Make) -> None:
    graph = samples.lenet_graph()
    graph = Graph(graph.name, graph.title, graph.nodes, "a subtitle that is far too long for a small window " * 3)
    view = make(graph, size=(1232, 500), density="small")
    shown = [role for _, role, _ in view.header._fitting(330)]
    assert shown == ["title", "fact", "fact"]
    shown = [role for _, role, _ in view.header._fitting(700)]
    assert shown == ["title", "subtitle", "fact", "fact"]
    assert sum(ink.width(text) for text, _, ink in view.header._fitting(700)) <= 700
    assert [role for _, role, _ in view.header._fitting(60)] == ["title"]


def test_captions_of_pictures_of_the_user_s_own(make: Make) -> None:
    view = make()
    base = samples.lenet_snapshot(label=None)
    from engine.messages import Sample

    drawn = Snapshot(**{**base.__dict__, "sample": Sample(base.sample.picture, "drawing")})
    view.set_snapshot(drawn)
    assert view.strip.caption.shown == "Your drawing"
    assert view.strip.thumbnails.chosen == -1


def test_names_for_those_who_listen(make: Make) -> None:
    view = make()
    assert view.canvas.accessibleName() == "Network diagram"
    assert view.strip.caption.accessibleName() == "Test 34 label 7"
    for part in (view.header.zoom_in, view.header.zoom_out, view.header.fit, view.strip.previous, view.strip.edit):
        assert part.accessibleName()
        assert part.toolTip()
    view.pin("conv2", 8, 5, 6)
    assert view.canvas.accessibleName() == "Network diagram, Conv 2, map 8, row 5, column 6"
    view.unpin()
    assert view.canvas.accessibleName() == "Network diagram"
    assert "61,706 parameters" in view.header.accessibleDescription()


@pytest.mark.parametrize("size", [(1232, 500), (1528, 672), (2488, 1112)])
def test_a_change_of_theme_repaints_everything(make: Make, size: tuple[int, int]) -> None:
    density = "small" if size[0] < 1400 else "large"
    view = make(size=size, density=density)
    view.set_gallery(samples.gallery())
    dark = _image(view)
    view.set_theme(LIGHT)
    light = _image(view)
    assert dark.pixelColor(2, size[1] - 3) == DARK.stage
    assert light.pixelColor(2, size[1] - 3) == LIGHT.stage
    assert light.pixelColor(2, 2) == LIGHT.stage
    view.set_theme(DARK)
    assert _image(view) == dark


def test_other_networks_can_be_shown_and_hovered(qtbot: QtBot, make: Make) -> None:
    for graph in (samples.mlp_graph(), samples.deep_graph(), samples.lenet_graph("sigmoid", channels=3, size=32)):
        view = make(graph, samples.snapshot(graph), size=(1368, 640), classes=samples.FASHION)
        layout = view.canvas.layout_now
        assert layout is not None
        for place in layout.places:
            row, column = place.column.height // 2, place.column.width // 2
            index = 5 if place.strip is not None else 0
            _hover(qtbot, view, _point(view, place.column.node, index, row, column))
            assert view.canvas.hovering is not None, place.column.title
            view.grab()
        view.hide()


def test_scaled_by_map_units_are_still_told_apart(make: Make) -> None:
    """Every unit is a map of its own to the engine, but a layer of full units would say nothing."""
    base = samples.lenet_snapshot()
    limits = np.linspace(1, 10, 120).astype(np.float32)
    maps = dict(base.maps) | {"act3": Maps(np.full((120, 1, 1), 255, np.uint8), limits, False)}
    view = make(snapshot=Snapshot(**{**base.__dict__, "maps": maps, "scale": Scale.MAP}))
    image = _image(view)
    table = colormaps.lut(DARK, "activation")
    for unit in (0, 40, 119):
        expected = table[int(np.floor(255 * limits[unit] / 10 + 0.5))]
        assert image.pixel(_point(view, "act3", unit)) == expected


def test_a_pin_on_a_pool_leads_back_through_its_convolution(make: Make) -> None:
    view = make()
    view.pin("pool2", 8, 2, 3)
    image = _image(view)
    near = _grid(view, "conv2").cells(8, (4, 5), (6, 7))
    assert near is not None
    assert image.pixelColor(int(near.x) - 1, int(near.center_y)) == DARK.input
    grid, kernels = _grid(view, "pool1"), _place(view, "conv2").kernels
    assert kernels is not None
    kernel, far = kernels.tile(1), grid.cells(1, (4, 9), (6, 11))
    assert kernel is not None
    assert far is not None
    middle = int(kernel.center_y + 0.5)
    assert image.pixelColor(kernel.x - 10, middle) == DARK.input
    assert image.pixelColor(int(far.x + far.width), int(far.center_y)) == DARK.input
    assert image.pixelColor(kernel.x - 2, middle - 6) == DARK.kernel
